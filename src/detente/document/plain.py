"""Documents as plain data: JSON values, and tables as frames."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import (
    Card,
    Chart,
    Choice,
    Chooser,
    Column,
    Document,
    Fold,
    Link,
    Mark,
    Note,
    Section,
    Sentence,
    Table,
    Term,
    Unit,
)
from detente.document.numbers import text

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 2
"""Version of the layout of JSON and of the manifest."""


def value(given: Any) -> Any:
    """Return JSON's idea of a value: ``None`` for no number, lists for tuples, text for words."""
    if isinstance(given, Mark | Link):
        return given.text
    if isinstance(given, np.generic):
        given = given.item()
    if isinstance(given, float):
        return given if math.isfinite(given) else None
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, Mapping):
        return {str(key): value(one) for key, one in given.items()}
    if isinstance(given, tuple | list | np.ndarray):
        return [value(one) for one in given]
    return given


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain data."""
    return [value(row) for row in frame.to_dict("records")]


def frame(table: Table) -> pd.DataFrame:
    """Return a table as a frame of raw values; ``unit`` is a column where rows differ in it."""
    import pandas as pd

    held = {c.key: [_flat(row.get(c.key)) for row in table.rows] for c in table.columns}
    found = pd.DataFrame(held, columns=[c.key for c in table.columns])
    if table.units:
        found["unit"] = [unit.of_data if unit else "" for unit in table.units]
    return found


def columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of `frame`."""
    more = (Column("unit", "unit", "unit of the numbers of the row"),) if table.units else ()
    return (*table.columns, *more)


def _flat(given: Any) -> Any:
    return text(given) if isinstance(given, tuple | Mark | Link) else given


def plain(block: Any) -> Any:
    """Return a block as plain data."""
    return _PLAIN[type(block)](block)


def _sentence(block: Sentence) -> dict[str, Any]:
    head = {"about": value(block.head)} if block.head else {}
    return {**head, "sentence": block.text} | ({"see": list(block.see)} if block.see else {})


def _card(block: Card) -> dict[str, Any]:
    unit = {"unit": block.unit.of_data} if block.unit else {}
    return {"card": block.head, "value": value(block.value), **unit, "small": list(block.small)}


def _table(block: Table) -> dict[str, Any]:
    found: dict[str, Any] = {
        "title": block.title,
        "columns": {c.key: plain(c) for c in block.columns},
        "rows": [{c.key: value(row.get(c.key)) for c in block.columns} for row in block.rows],
    }
    if block.units:
        found["units"] = [unit.of_data if unit else "" for unit in block.units]
    if block.marked is not None:
        found["marked"] = block.marked
    return found | ({"note": block.note} if block.note else {})


def _chart(block: Chart) -> dict[str, Any]:
    parts = {"label": block.label, "values": list(block.values), "series": block.series}
    named = {"key": block.place, "title": block.heading, "table": block.table.key}
    return {"chart": block.kind, **named, **parts}


def _document(block: Document) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": block.kind,
        "title": block.title,
        "eyebrow": block.eyebrow,
        "summary": block.summary,
        "rests_on": list(block.rests_on),
        "about": value(block.about),
        **({"chooser": plain(block.chooser)} if block.chooser else {}),
        "sections": [plain(section) for section in block.sections if "data" in section.on],
        "tables": {key: plain(table) for key, table in block.tables("data").items()},
        "notes": list(block.notes),
    }


def about_column(column: Column) -> dict[str, str]:
    """Return meaning and unit of a column."""
    unit = {"unit": column.unit.of_data} if column.unit else {}
    return {"meaning": column.meaning, **unit}


def _blocks(blocks: tuple[Any, ...]) -> list[Any]:
    """Return blocks with tables by their key alone: a document holds these once."""
    return [
        {"table": one.key} if isinstance(one, Table) else plain(one)
        for one in blocks
        if not isinstance(one, Table) or "data" in one.on
    ]


_PLAIN: dict[type, Callable[[Any], Any]] = {
    Unit: lambda b: b.of_data,
    Mark: lambda b: b.text,
    Link: lambda b: {"text": b.text, "to": b.to},
    Term: lambda b: {
        "term": b.word,
        "meaning": b.meaning,
        **({"detail": b.detail} if b.detail else {}),
        **({"also": list(b.also)} if b.also else {}),
    },
    Note: lambda b: {"note": b.text},
    Column: lambda b: {"title": b.title, **about_column(b)},
    Fold: lambda b: {"fold": b.title, "blocks": _blocks(b.blocks)},
    Choice: lambda b: {
        "choice": b.name,
        "options": {key: _blocks(inner) for key, inner in b.options.items()},
    },
    Chooser: lambda b: {"name": b.name, "titles": dict(b.titles), "chosen": b.chosen},
    Section: lambda b: {"key": b.key, "title": b.title, "blocks": _blocks(b.blocks)},
    Sentence: _sentence,
    Card: _card,
    Table: _table,
    Chart: _chart,
    Document: _document,
}
