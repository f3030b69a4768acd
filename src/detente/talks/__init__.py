"""Talks: packages over many issues, what each side gains, which deals exist, which is likely.

``detente.talks("may-2018")`` is `detente.talks.study.talks`: the package can be called, since
Python binds its name in ``detente`` as soon as any of its modules is imported.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        from detente.talks.study import talks

        return talks(*args, **kwargs)


sys.modules[__name__].__class__ = _Callable
