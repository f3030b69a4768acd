"""What any result shows, as a document."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from detente.document.blocks import Document
from detente.sanction.study import SanctionResult
from detente.targets.reach import TargetResult


@singledispatch
def describe(result: Any) -> Document:
    """Return what a result shows.

    Raises
    ------
    TypeError
        It is no result.
    """
    raise TypeError(f"{type(result).__name__} is no result that can be described")


@describe.register
def _(result: SanctionResult) -> Document:
    from detente.report.sanction.document import of_firm

    return of_firm(result)


@describe.register
def _(result: TargetResult) -> Document:
    from detente.report.target import document

    return document({" and ".join(dict.fromkeys(result.rates["kind"])): result})
