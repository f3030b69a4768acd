"""One measure told in several places: what one sentence leaves open, another says."""

from __future__ import annotations

from collections.abc import Sequence

from detente.reading.values import Statement


def merge(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Drop a statement that repeats the place of another."""
    kept: list[Statement] = []
    for one in statements:
        if any(k.start == one.start and k.end == one.end for k in kept):
            continue
        kept.append(one)
    return tuple(kept)
