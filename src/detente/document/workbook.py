"""The tables of a document as one workbook: a sheet a table, units and meanings in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Column, Document, is_number

if TYPE_CHECKING:
    from detente.document.data import Data

LONGEST = 1_048_576
"""Rows of a sheet."""
HEADS = ("key", "title", "unit", "meaning")
ALWAYS = datetime(2000, 1, 1)
"""When every workbook was made: the same results are the same bytes."""
CONTENTS = "Contents"
NARROW, WIDE = 18, 60
"""Letters that a column takes at least and at most."""


def of(document: Document, tables: Mapping[str, Data]) -> bytes:
    """Return tables as a workbook, its first sheet the list of them.

    A table with more rows than a sheet takes is named there, with where else it is.
    """
    from xlsxwriter import Workbook

    held = BytesIO()
    # every text is a text: none is worked out, none leads anywhere
    book = Workbook(
        held,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": document.title, "created": ALWAYS})
    look = _Looks(book)
    contents = book.add_worksheet(CONTENTS)
    titles = {key: table.title for key, table in document.tables().items()}
    names = _names(tables)
    head = (document.title, document.eyebrow, *document.rests_on, "")
    lines: list[list[Any]] = [*([line] for line in head), ["sheet", "table", "rows", "title"]]
    for key, one in tables.items():
        fits = len(one.frame) + len(HEADS) <= LONGEST
        sheet = names[key] if fits else f"too long for a sheet: {key}.csv"
        lines.append([sheet, key, len(one.frame), titles.get(key, "")])
        if fits:
            _fill(book.add_worksheet(names[key]), one, look)
    for place, line in enumerate(lines):
        for column, cell in enumerate(line):
            _put(contents, place, column, cell)
    contents.set_column(0, 1, 28)
    book.close()
    return held.getvalue()


def _names(keys: Mapping[str, Any]) -> dict[str, str]:
    """Name sheets as Excel takes them: at most 31 letters, none twice whatever their case."""
    found: dict[str, str] = {}
    taken = {CONTENTS.casefold(), "history"}
    for key in keys:
        name = key.replace(":", "-")
        short, number = name[:31], 2
        while short.casefold() in taken:
            short, number = f"{name[:27]}~{number}", number + 1
        taken.add(short.casefold())
        found[key] = short
    return found


class _Looks:
    """Formats of a workbook, each made once."""

    def __init__(self, book: Any):
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.head = book.add_format({"text_wrap": True, "valign": "top"})
        self._book, self._numbers = book, dict[str, Any]()

    def numbers(self, shown: str) -> Any:
        """Return the format of numbers shown so."""
        return self._numbers.setdefault(shown, self._book.add_format({"num_format": shown}))


def _shown(column: Column, cells: list[Any]) -> str:
    """Say how Excel shows the numbers of a column: by its unit, and by the largest of them."""
    unit, found = column.unit, [abs(v) for v in cells if is_number(v) and math.isfinite(v)]
    if not found or unit is None:
        return ""
    if unit.kind in ("share", "count"):
        return "0.0%" if unit.kind == "share" else "#,##0"
    top = max(found)
    return "#,##0" if top >= 1e4 else "#,##0.00" if top >= 10 else "0.0000"


def _fill(sheet: Any, one: Data, look: _Looks) -> None:
    """Write what columns are, a line each, then the rows."""
    for place, column in enumerate(one.columns):
        unit = column.unit.of_data if column.unit else ""
        heads = (column.key, column.title, unit, column.meaning)
        for line, text in enumerate(heads):
            sheet.write_string(line, place, text, look.head if line else look.bold)
        cells = one.frame[column.key].tolist()
        shown = _shown(column, cells)
        for row, cell in enumerate(cells, len(HEADS)):
            _put(sheet, row, place, cell)
        longest = max((len(text) for text in cells if isinstance(text, str)), default=0)
        width = min(max(NARROW, longest + 2), WIDE)
        wrapped = look.head if longest > WIDE else None
        sheet.set_column(place, place, width, look.numbers(shown) if shown else wrapped)
    sheet.freeze_panes(len(HEADS), 0)


def _put(sheet: Any, row: int, column: int, cell: Any) -> None:
    """Write a cell as what it is; nothing for a blank or no number."""
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell)
    elif isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif is_number(cell) and math.isfinite(cell):
        sheet.write_number(row, column, cell)
    elif is_number(cell) and math.isinf(cell):
        sheet.write_string(row, column, str(cell))
