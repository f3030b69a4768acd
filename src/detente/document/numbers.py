"""Numbers as people read them. They are rounded here and nowhere else."""

from __future__ import annotations

import math
from typing import Protocol

NEGLIGIBLE_PCT = 0.0005
"""Changes of real income smaller than this (per cent) are called no measurable change."""

MINUS = "−"
NOTHING = 0.5
"""Money below this, in the baseline's unit, is written as none."""


class Shown(Protocol):
    """How values of a unit are shown: divided by ``divisor``, in ``label``."""

    @property
    def divisor(self) -> float:
        """Values are divided by it."""
        ...

    @property
    def label(self) -> str:
        """What readers see."""
        ...


def amount(value: float, decimals: int | None = None) -> str:
    """Unsigned number with two or three significant decimals, as people read it."""
    size = abs(value)
    if decimals is None:
        decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3
    return f"{size:,.{decimals}f}"


def signed(value: float, decimals: int | None = None) -> str:
    """Signed number with a true minus; no sign on what rounds to zero; ``–`` for no number."""
    if not math.isfinite(value):
        return "–"
    text = amount(value, decimals)
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+") + text


def pct(value: float) -> str:
    """Signed per cent; ``0%`` for what is below `NEGLIGIBLE_PCT`."""
    if not math.isfinite(value):
        return "–"
    return "0%" if abs(value) < NEGLIGIBLE_PCT else f"{signed(value)}%"


def money(value: float, unit: Shown, *, sign: bool = False) -> str:
    """Amount of money with its unit in front (``USD 21.3 bn``)."""
    scaled = value / unit.divisor
    number = signed(scaled) if sign else amount(scaled)
    code, _, size = unit.label.partition(" ")
    if len(code) != 3 or size not in ("bn", "mn"):
        return f"{number} {unit.label}"
    if number[0] in f"{MINUS}+":
        return f"{number[0]}{code} {number[1:]} {size}"
    return f"{code} {number} {size}"


def loses(amount: float, *, would: bool = False) -> str:
    """Write a loss of money: ``loses 12``, ``gains 12`` below zero; ``would lose 12``."""
    lost, gained = ("would lose", "would gain") if would else ("loses", "gains")
    if math.isinf(amount):
        return f"{lost} without bound"
    if abs(amount) < NOTHING:
        return f"{lost} nothing"
    return f"{lost if amount > 0 else gained} {abs(amount):,.0f}"
