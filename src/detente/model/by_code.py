"""Numbers by code: one for each sector or economy, and one for all others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from detente.errors import InputError, Problem, nearest

OTHERS = "others"


class ByCode(Mapping[str, float]):
    """Numbers by code that do not change, so that a structure can be a key.

    Parameters
    ----------
    numbers
        By code of a sector or economy; ``others`` is for all that are not named.
    """

    def __init__(self, numbers: Mapping[str, float]) -> None:
        self._items = tuple(sorted((str(k), v) for k, v in numbers.items()))

    def __getitem__(self, code: str) -> float:
        return dict(self._items)[code]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._items))

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self._items) == dict(other)

    def __repr__(self) -> str:
        return repr(dict(self._items))


Numbers = float | Mapping[str, float]
"""One number for all, or numbers by code."""


def numbers_in(value: object) -> list[float]:
    """Return the numbers that are said, of one or by code; something else is no number."""
    said = list(value.values()) if isinstance(value, Mapping) else [value]
    real = all(isinstance(v, int | float) and not isinstance(v, bool) for v in said)
    return [float(v) for v in said] if said and real else [math.nan]  # pyright: ignore[reportArgumentType]


def spread(value: Numbers, codes: Sequence[str], key: str, neutral: float) -> np.ndarray:
    """Return one number for each code; ``neutral`` where nothing is said.

    Raises
    ------
    InputError
        Naming every code that the baseline does not have.
    """
    if not isinstance(value, Mapping):
        return np.full(len(codes), float(value))
    problems = [
        Problem(f"unknown code; {nearest(code, codes)}".rstrip("; "), key=key, value=code,
                allowed=f"codes of the baseline, or {OTHERS}")
        for code in value if code != OTHERS and code not in codes
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    rest = value.get(OTHERS, neutral)
    return np.array([float(value.get(code, rest)) for code in codes])
