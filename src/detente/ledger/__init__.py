"""The ledger: dated measures since 2018, and the tariff rates that they come to.

``detente.ledger(by="USA", at="2025-08-07")`` is `detente.ledger.search.ledger`: the package can be
called, since Python binds its name in ``detente`` as soon as any of its modules is imported.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from detente.ledger.search import ledger

        return ledger(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
