"""A table as it is read: heads with their units, cells as text. All renderers show these cells."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

from detente.document.blocks import Column, Link, Mark, Table, Unit, Value, Word, is_number
from detente.document.numbers import text, units_of

LONGEST = 78.0
"""Length of the longest bar, per cent of its cell: its number stands beside it."""


@dataclass(frozen=True)
class Head:
    """Head of a column: ``short`` at a terminal, ``meaning`` for a reader who points at it."""

    text: str
    short: str
    meaning: str
    number: bool


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, line by line.

    Attributes
    ----------
    number
        Whether it is one.
    signed
        Whether its sign says good or bad.
    bar
        Its length, per cent of the cell, where numbers are shown as bars.
    """

    lines: tuple[Word, ...]
    number: bool = False
    signed: bool = False
    bar: float = 0.0

    @property
    def text(self) -> str:
        """The lines behind each other."""
        return text(self.lines)


@dataclass(frozen=True)
class Grid:
    """A table as text; the first cell of a row names it."""

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]


def grid(table: Table) -> Grid:
    """Return a table as text: one size of money for each unit, units in heads or caption."""
    shown = units_of(table)
    numeric = {c.key: _is_numeric(table, c) for c in table.shown}
    labels = {c.key: shown[c.unit].label if c.unit else "" for c in table.shown}
    common = _common([labels[key] for key, number in numeric.items() if number])
    heads = tuple(
        _head(c, "" if labels[c.key] == common else labels[c.key], numeric[c.key])
        for c in table.shown
    )
    found = [abs(v) for row in table.rows for v in row.values() if is_number(v)]
    top = max((v for v in found if math.isfinite(v)), default=0.0)
    rows = []
    for place, row in enumerate(table.rows):
        cells = [_cell(row.get(c.key), table.unit(place, c), shown, top) for c in table.shown]
        if cells:
            cells[0] = _named(cells[0], table, place, shown)
        rows.append(tuple(cells))
    return Grid(_after(table.title, common), heads, tuple(rows))


def _is_numeric(table: Table, column: Column) -> bool:
    found = [row.get(column.key) for row in table.rows]
    return column.unit is not None or any(is_number(v) for v in found)


def _common(labels: list[str]) -> str:
    """Return the unit that the caption carries: the only one, or one that several columns share."""
    found = Counter(label for label in labels if label)
    if not found:
        return ""
    label, count = found.most_common(1)[0]
    return label if count > 1 or len(labels) == 1 else ""


def _head(column: Column, unit: str, number: bool) -> Head:
    short = _after(column.short or column.title, unit)
    return Head(_after(column.title, unit), short, column.meaning, number)


def _after(name: str, unit: str) -> str:
    return f"{name}, {unit}" if name and unit else name or unit


def _cell(value: Value, unit: Unit | None, shown: dict[Unit, Unit], top: float) -> Cell:
    if is_number(value):
        settled = shown[unit] if unit else Unit()
        written = text(value, settled)
        length = abs(float(value)) / top if top and math.isfinite(value) else 0.0
        bar = round(LONGEST * length, 1)
        return Cell((written,), number=True, signed=settled.sign, bar=bar)
    if isinstance(value, tuple):
        return Cell(value)
    return Cell((value,) if isinstance(value, Mark | Link) else (text(value),))


def _named(cell: Cell, table: Table, place: int, shown: dict[Unit, Unit]) -> Cell:
    """Return the name of a row with its unit, and an arrow where the prediction is over it."""
    unit = table.units[place] if table.units else None
    before = "→ " if place == table.marked else ""
    after = f", {shown[unit].label}" if unit and shown[unit].label else ""
    if not cell.lines or not before + after:
        return cell
    first, *rest = cell.lines
    if isinstance(first, Mark):
        short = f"{before}{first.short}{after}" if first.short else ""
        named: Word = Mark(f"{before}{first.text}{after}", first.tone, short)
    else:
        named = f"{before}{text(first)}{after}"
    return Cell((named, *rest))
