"""Numbers as people read them. They are rounded here and nowhere else."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol

from detente.document.blocks import Link, Mark, Table, Unit, Value, is_number

NEGLIGIBLE_PCT = 0.0005
"""Changes of real income smaller than this (per cent) are called no measurable change."""

MINUS = "−"
NONE = "–"
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
        return NONE
    text = amount(value, decimals)
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+") + text


def pct(value: float) -> str:
    """Signed per cent; ``0%`` for what is below `NEGLIGIBLE_PCT`."""
    if not math.isfinite(value):
        return NONE
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


PERCENT = Unit("%")
"""Levels in per cent: rates of tariffs."""
CHANGE = Unit("%", sign=True)
"""Changes in per cent."""
POINTS = Unit("points", sign=True)
SHARE = Unit(kind="share")
"""Fractions and chances, shown in per cent."""
COUNT = Unit(kind="count")
DAYS = Unit("days", decimals=0)
_SIZES = ((1e12, "tn"), (1e9, "bn"), (1e6, "mn"), (1e3, "thousand"), (1.0, ""))
_STATED = {"": 1.0, "thousand ": 1e3, "million ": 1e6, "billion ": 1e9}
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}
_SPOKEN = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"), (1.0, ""))
DUST = 1e-6
"""Share of the largest amount of a table below which one is none."""


def money_unit(stated: str, per: str = "a year", *, sign: bool = False) -> Unit:
    """Return the unit of money that data hold in ``stated`` (``million USD``), shown in any size.

    Anything that is no currency (``thousand bushels``) is shown as it stands.
    """
    found = re.fullmatch("(|thousand |million |billion )([A-Z]{3})", stated)
    whole = f"{stated} {per}".rstrip()
    if not found:
        return Unit(whole, sign=sign)
    label = f"{found[2]} {{size}} {per}".rstrip()
    return Unit(label, None, sign=sign, kind="money", one=_STATED[found[1]], data=whole)


def settled(unit: Unit, values: Iterable[float] = ()) -> Unit:
    """Return a unit with the size of money chosen so that none of some values reads as zero."""
    if unit.kind != "money":
        return unit
    divisor = _divisor(unit, values) if unit.divisor is None else unit.divisor
    size = dict(_SIZES).get(unit.one * divisor, "")
    label = " ".join(unit.label.replace("{size}", size).split())
    return replace(unit, divisor=divisor, label=label)


def _divisor(unit: Unit, values: Iterable[float]) -> float:
    """Return the largest size that the largest value fills and in which the smallest is seen."""
    found = [abs(v) for v in values if math.isfinite(v) and v]
    top = max(found, default=0.0)
    least = min((v for v in found if v >= DUST * top), default=0.0)
    for size, _ in _SIZES:
        divisor = size / unit.one
        seen = amount(least / divisor, unit.decimals).strip("0.,")
        if top >= divisor and seen:
            return divisor
    return 1.0


def units_of(table: Table) -> dict[Unit, Unit]:
    """Return what each unit of a table is shown in: one size for all money of one currency."""
    units = {column.unit for column in table.columns} | set(table.units)
    values: dict[Unit, list[float]] = {_alike(unit): [] for unit in units if unit is not None}
    for place, row in enumerate(table.rows):
        for column in table.columns:
            value, unit = row.get(column.key), table.unit(place, column)
            if unit is not None and is_number(value):
                values[_alike(unit)].append(float(value))
    return {unit: settled(unit, values[_alike(unit)]) for unit in units if unit is not None}


def _alike(unit: Unit) -> Unit:
    """Return what units that differ only in how they are written have in common."""
    return replace(unit, sign=False, decimals=None)


def text(value: Value, unit: Unit | None = None) -> str:
    """Return what a cell shows; lines of a tuple stand behind each other.

    Parameters
    ----------
    unit
        Of a number, `settled`.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mark | Link):
        return value.text
    if isinstance(value, tuple):
        return "; ".join(text(one) for one in value)
    if is_number(value):
        return number(float(value), unit or Unit())
    return str(value)


def number(value: float, unit: Unit) -> str:
    """Return a number at the rounding of its unit, without its label."""
    if not math.isfinite(value):
        return NONE
    if unit.kind == "share":
        return share(value)
    if value == 0:
        return amount(0.0, unit.decimals or 0)
    scaled = value / (unit.divisor or 1.0)
    decimals = 0 if unit.kind == "count" and unit.decimals is None else unit.decimals
    shown = signed(scaled, decimals)
    return shown if unit.sign else shown.removeprefix("+")


def with_unit(value: float, unit: Unit | None) -> str:
    """Return a number with its unit: ``USD 21.3 bn a year``, ``+0.07%``, ``12 days``."""
    unit = settled(unit or Unit(), [value])
    shown = number(value, unit)
    if shown == NONE or not unit.label:
        return shown
    code, _, rest = unit.label.partition(" ")
    if unit.kind == "money":
        mark = shown[0] if shown[0] in f"{MINUS}+" else ""
        return f"{mark}{code} {shown.removeprefix(mark)} {rest}".rstrip()
    return f"{shown}%" if unit.label == "%" else f"{shown} {unit.label}"


def spoken(value: float, unit: Unit, *, sign: bool = False) -> str:
    """Return a size as people say it: ``$16bn``, ``€430m``, ``0.07%``; with ``sign`` ``−$16bn``."""
    if sign and value:
        return f"{MINUS if value < 0 else '+'}{spoken(value, unit)}"
    if unit.label in ("%", "points") and math.isfinite(value):
        size = _rounded(abs(value))
        size = "less than 0.001" if size == "0" and value else size
        return f"{size}{'%' if unit.label == '%' else ' points'}"
    if unit.kind != "money":
        return with_unit(abs(value), replace(unit, sign=False))
    size = abs(value) * unit.one
    at, name = next((one for one in _SPOKEN if size >= 0.9995 * one[0]), _SPOKEN[-1])
    scaled = size / at
    said = f"{scaled:,.0f}" if scaled >= 9.95 else f"{scaled:.1f}".removesuffix(".0")
    if not name and scaled >= 1000:
        said = f"{float(f'{scaled:.3g}'):,.0f}"
    code = unit.label.partition(" ")[0]
    return f"{SYMBOLS.get(code, code + ' ')}{said}{name}"


def _rounded(size: float) -> str:
    """Return two digits that count, three decimals at most, whole numbers from ten on."""
    if size >= 9.95 or size == 0:
        return f"{size:,.0f}"
    said = f"{size:.{min(3, 1 - math.floor(math.log10(size)))}f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def told(value: float, unit: Unit) -> str:
    """Return a size with what it is per, as a sentence tells it: ``$16bn a year``, ``0.07%``."""
    per = unit.label.partition("{size}")[2] if unit.kind == "money" else ""
    return spoken(value, unit) + per


def gains(value: float, unit: Unit, *, would: bool = False) -> str:
    """Say what happens to someone: ``gains 0.07%``, ``would lose $16bn a year``.

    What is below `NEGLIGIBLE_PCT` is nothing: ``neither gains nor loses``.
    """
    if abs(value) < NEGLIGIBLE_PCT:
        return "would neither gain nor lose" if would else "neither gains nor loses"
    verb = "gain" if value > 0 else "lose"
    return f"would {verb} {told(value, unit)}" if would else f"{verb}s {told(value, unit)}"


def costs(value: float, unit: Unit, whom: str, *, would: bool = False) -> str:
    """Say what something does to someone who gains ``value`` by it.

    ``costs the United States $16bn a year``, ``would bring China 0.07%``, ``leaves it as it is``.
    """
    if abs(value) < NEGLIGIBLE_PCT:
        return f"would leave {whom} as it is" if would else f"leaves {whom} as it is"
    verb = "bring" if value > 0 else "cost"
    said = f"{whom} {told(value, unit)}"
    return f"would {verb} {said}" if would else f"{verb}s {said}"


def share(fraction: float) -> str:
    """Return a share or a chance in per cent; ``–`` for no number."""
    if not math.isfinite(fraction):
        return NONE
    low, high = 0 < fraction < 0.005, 0.995 < fraction < 1
    said = f"{100 * fraction:.0f}%".replace("-0%", "0%").replace("-", MINUS)
    return "<1%" if low else ">99%" if high else said
