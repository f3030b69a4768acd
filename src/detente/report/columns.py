"""Columns and tables made from a few words: what tables of all subjects are put together from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from detente.document.blocks import Column, Place, Table, Unit
from detente.document.numbers import DUST, NOTHING, money_unit

SHOWN: frozenset[Place] = frozenset(("terminal", "page"))
DATA: frozenset[Place] = frozenset(("data",))
NOT_PRINTED: frozenset[Place] = frozenset(("page", "data"))
PRINTED: frozenset[Place] = frozenset(("terminal",))


def least(stated: str) -> float:
    """Return the amount of an economy's unit below which one is none: half a million, if money."""
    unit = money_unit(stated)
    return min(NOTHING, 5e5 / unit.one) if unit.kind == "money" else DUST


def columns(unit: Unit | None, told: Mapping[str, tuple[str, str]]) -> list[Column]:
    """Return columns of one unit: key, head and meaning."""
    return [Column(key, head, meaning, unit) for key, (head, meaning) in told.items()]


def named(key: str, title: str = "", what: str = "economy") -> list[Column]:
    """Return the columns of an economy or a sector: its name, and its code for programs."""
    code = Column(f"{key}_code", "code", f"code of the {what}", hidden=True)
    return [Column(key, title, what), code]


def table(key: str, title: str, columns: Iterable[Column], rows: Any, **more: Any) -> Table:
    """Return a table of those columns, of a frame or of rows that may hold more."""
    shown = tuple(columns)
    found = rows.to_dict("records") if hasattr(rows, "to_dict") else rows
    kept = ({c.key: row[c.key] for c in shown if c.key in row} for row in found)
    return Table(key, title, shown, tuple(kept), **more)
