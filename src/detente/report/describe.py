"""What any result shows, as a document."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from detente.document.blocks import Document
from detente.talks.large_study import LargeStudy
from detente.talks.study import TalksStudy


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
def _(result: TalksStudy) -> Document:
    from detente.report.talks.document import of_study

    return of_study(result)


@describe.register
def _(result: LargeStudy) -> Document:
    from detente.report.talks.large import of_large

    return of_large(result)
