"""The tables of a document as one workbook: a sheet a table, units and meanings in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Document, is_number

if TYPE_CHECKING:
    from detente.document.data import Data

LONGEST = 1_048_576
"""Rows of a sheet."""
HEADS = ("key", "title", "unit", "meaning")
ALWAYS = datetime(2000, 1, 1)
"""When every workbook was made: the same results are the same bytes."""
CONTENTS = "Contents"


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
    bold = book.add_format({"bold": True})
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
            _fill(book.add_worksheet(names[key]), one, bold)
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


def _fill(sheet: Any, one: Data, bold: Any) -> None:
    """Write what columns are, a line each, then the rows."""
    for place, column in enumerate(one.columns):
        unit = column.unit.of_data if column.unit else ""
        heads = (column.key, column.title, unit, column.meaning)
        for line, text in enumerate(heads):
            sheet.write_string(line, place, text, bold if line == 0 else None)
        for row, cell in enumerate(one.frame[column.key].tolist(), len(HEADS)):
            _put(sheet, row, place, cell)
    sheet.set_column(0, max(len(one.columns) - 1, 0), 18)
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
