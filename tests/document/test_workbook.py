"""The workbook: every table with its units and meanings, texts as texts, the same bytes."""

import io
import time
from datetime import datetime
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from made_up import column, empty, whole

from detente.document import workbook
from detente.document.blocks import Document, Section, Table
from detente.document.data import Data
from detente.document.numbers import COUNT
from detente.document.publish import data


def read(held: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(held))


def test_a_sheet_a_table_with_units_and_meanings():
    book = read(whole().to_excel())
    tables = whole().tables("data")
    assert set(book.sheetnames) == {"Contents", *tables}
    rows = list(book["gains"].values)
    heads = dict(zip(rows[0], zip(*rows[1:4], strict=True), strict=True))
    assert heads["worth"] == ("worth", "million USD a year", "what worth is")
    assert rows[5] == ("China <b>&", "tariffs", "Tariffs of 25 points", 0.31, 28400, 0.997)
    assert book["path"]["A5"].value == datetime(2018, 7, 6)
    listed = list(book["Contents"].values)
    assert ("gains", "gains", 8, tables["gains"].title) in listed
    assert listed[0][0] == whole().title


def test_numbers_have_a_format_by_their_unit_and_columns_a_width():
    sheet = read(whole().to_excel())["gains"]
    shown = {cell.value: sheet.cell(6, cell.column).number_format for cell in sheet[1]}
    assert (shown["worth"], shown["income"], shown["draws"]) == ("#,##0", "0.0000", "0.0%")
    assert sheet["A4"].alignment.wrap_text
    assert 18 <= sheet.column_dimensions["A"].width <= 61


def test_the_same_results_are_the_same_bytes_at_another_time():
    first = whole().to_excel()
    time.sleep(2.1)  # an archive counts two seconds
    assert whole().to_excel() == first


FORMULA = '=HYPERLINK("http://x.org")'


def test_no_text_is_a_formula_or_a_link():
    texts = (FORMULA, "+1", "-1", "@x", "http://x.org", "{=1}")
    rows = tuple({"who": text} for text in texts)
    table = Table("t", FORMULA, (column("who"),), rows)
    document = Document("d", FORMULA, (Section("s", "s", (table,)),))
    held = document.to_excel()
    book = read(held)
    assert [cell.value for cell in book["t"]["A"][4:]] == list(texts)
    assert {cell.data_type for cell in book["t"]["A"][4:]} == {"s"}
    assert book["Contents"]["A1"].value == FORMULA
    with ZipFile(io.BytesIO(held)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets" in name]
    assert sheets
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)


def test_blanks_and_numbers_that_are_none():
    frame = pd.DataFrame({"n": [1.5, float("nan"), float("inf")], "yes": [True, None, False]})
    held = workbook.of(empty(), {"x": Data(frame, (column("n", COUNT), column("yes")))})
    assert list(read(held)["x"].values)[4:] == [(1.5, True), (None, None), ("inf", False)]


def test_sheets_have_names_that_excel_takes():
    keys = ("a" * 40, "A" * 35, "contents", "flows:usa>chn", "history")
    frame = Data(pd.DataFrame({"n": [1.0]}), (column("n", COUNT),))
    names = read(workbook.of(empty(), dict.fromkeys(keys, frame))).sheetnames
    assert names == [
        "Contents",
        "a" * 31,
        "A" * 27 + "~2",
        "contents~2",
        "flows-usa>chn",
        "history~2",
    ]


@pytest.mark.parametrize("longest", [5, 6])
def test_a_table_too_long_for_a_sheet_is_named(monkeypatch, longest):
    monkeypatch.setattr(workbook, "LONGEST", longest)
    frame = Data(pd.DataFrame({"n": [1.0, 2.0]}), (column("n", COUNT),))
    book = read(workbook.of(empty(), {"x": frame}))
    named = [row[0] for row in book["Contents"].values]
    assert ("x" in book.sheetnames) == (longest == 6)
    assert ("too long for a sheet: x.csv" in named) == (longest == 5)


def test_the_tables_are_those_of_the_files():
    tables = data(whole(), {})
    assert workbook.of(whole(), tables) == whole().to_excel()
