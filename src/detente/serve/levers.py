"""What of a measure a slider moves, and between which ends."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.document.numbers import money_unit, signed, told

if TYPE_CHECKING:
    from detente.scenario.measures import MeasureEntry

_MONEY = ("add_usd", "total_usd", "limit_usd", "value_usd")
_KEYS = ("add", "set", "floor", "ceiling", "scale", "beyond", *_MONEY, "coverage")
_ENDS = {"set": 1.0, "floor": 1.0, "ceiling": 1.0, "beyond": 1.0, "coverage": 1.0}


@dataclass(frozen=True)
class Lever:
    """A number of a measure that a reader moves.

    Attributes
    ----------
    key
        As the scenario file names it.
    value
        What the file says.
    low, high, step
        Where a slider ends, and how far it goes at once.
    unit
        ``points``, ``rate``, ``factor`` or ``money`` (million USD).
    """

    key: str
    value: float
    low: float
    high: float
    step: float
    unit: str

    def shown(self, value: float) -> str:
        """Return a value as a reader sees it beside the slider."""
        if self.unit == "points":
            return f"{signed(100 * value, 1)} points".replace(".0 ", " ")
        if self.unit == "rate":
            return f"{100 * value:.1f}%".replace(".0%", "%")
        if self.unit == "factor":
            return f"× {value:.2f}"
        return told(value, money_unit("million USD", ""))


def lever(entry: MeasureEntry) -> Lever | None:
    """Return what a slider moves of a measure; nothing of one that has no rate of its own."""
    given = ((key, getattr(entry, key, None)) for key in _KEYS)
    key, value = next(((k, v) for k, v in given if isinstance(v, int | float)), ("", 0.0))
    # a share that only says which goods are covered is none, nor an amount beside a rate
    if not key or (key == "value_usd" and entry.kind != "transfer"):
        return None
    if key in _MONEY:
        high = _round_up(3 * abs(value))
        return Lever(key, value, 0.0, high, abs(value) / 20 or high / 60, "money")
    if key == "scale":
        return Lever(key, value, 0.0, max(2.0, math.ceil(2 * value)), _step(value, 0.05), "factor")
    if key == "add":
        high = 0.5 if entry.kind == "production-subsidy" else max(1.0, math.ceil(value))
        low = -1.0 if value < 0 else 0.0
        step = 0.005 if entry.kind == "production-subsidy" else 0.01
        return Lever(key, value, low, 0.0 if value < 0 else high, _step(value, step), "points")
    return Lever(key, value, 0.0, max(_ENDS[key], math.ceil(value)), _step(value, 0.01), "rate")


def _step(value: float, wanted: float) -> float:
    """Return a step that reaches a value: a browser moves a slider to the nearest one."""
    steps = [wanted / part for part in (1, 2, 4, 10, 20, 40, 100)]
    return next((s for s in steps if abs(value / s - round(value / s)) < 1e-6), wanted / 1000)


def _round_up(value: float) -> float:
    """Return the next number of one digit."""
    if value <= 0:
        return 1.0
    size = 10 ** math.floor(math.log10(value))
    return math.ceil(value / size) * size
