"""One number has one value: a checker of documents that every subject uses.

``same_cells(document)`` reads the tables as a terminal prints them and as a page shows them, and
holds both to the raw values of ``to_plain()``, by parsing text rather than by the code under test.
"""

from __future__ import annotations

import io
import json
import math
import re
from html.parser import HTMLParser

from rich.console import Console

from detente.document import html
from detente.document.blocks import Document, Mark, Table

SIZES = {"tn": 1e12, "bn": 1e9, "mn": 1e6, "thousand": 1e3}
NUMBER = re.compile(r"[+−]?[\d,]*\d(\.\d+)?")
ARROW = "→ "


class Page(HTMLParser):
    """Cells of every table of a page by its key, terms and their meanings too."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.captions: dict[str, str] = {}
        self._key, self._text, self._in = "", [], ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag in ("table", "dl") and str(given.get("id", "")).startswith("table-"):
            self._key = given["id"].removeprefix("table-")
            assert self._key not in self.tables, f"{self._key} is there twice"
            self.tables[self._key] = []
        if not self._key:
            return
        if tag in ("tr", "dt"):
            self.tables[self._key].append([])
        if tag in ("th", "td", "dt", "dd", "caption"):
            self._in, self._text = tag, []
        elif tag == "div":
            self._text.append(" ")

    def handle_data(self, data: str) -> None:
        if self._in:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if self._key and self._in == tag:
            said = " ".join("".join(self._text).split())
            if tag == "caption":
                self.captions[self._key] = said
            else:
                self.tables[self._key][-1].append(said)
            self._in = ""
        if tag in ("table", "dl"):
            self._key = ""


def without_terms(page: str) -> str:
    """Return a page without the marks of explained words, so that sentences stand whole."""
    return re.sub(r'<span class="term"[^>]*>([^<]*)</span>', r"\1", page)


def on_page(document: Document) -> Page:
    """Read the tables of a page."""
    found = Page()
    found.feed(html.page(document))
    return found


def at_terminal(table: Table) -> list[str]:
    """Return the lines of a table at a terminal that is wide enough, below its heads."""
    console = Console(file=io.StringIO(), width=1500, color_system=None)
    table.to_terminal(console)
    lines = console.file.getvalue().splitlines()
    rules = [k for k, line in enumerate(lines) if line.strip() and set(line.strip()) == {"─"}]
    body = lines[rules[0] + 1 :]
    return body[: len(body) - (1 if table.note else 0)]


def same_cells(document: Document) -> int:
    """Hold terminal, page and data to the same cells; return how many numbers were compared.

    Every number shown is the raw one at its unit to half of its last digit, with a true minus, no
    sign on zero, and the unit in the caption, in a head or beside the name of the row.
    """
    page = on_page(document)
    plain = json.loads(json.dumps(document.to_plain(), allow_nan=False))
    compared = 0
    for key, table in document.tables().items():
        if "page" in table.on and key in page.tables:
            compared += _page_is_data(table, page, plain["tables"].get(key))
        if "terminal" in table.on and "page" in table.on and key in page.tables:
            _terminal_is_page(table, page.tables[key])
    return compared


def _body(table: Table, rows: list[list[str]]) -> list[list[str]]:
    heads = 0 if table.look == "pairs" else 2 if table.groups else 1
    return rows[heads:]


def _terminal_is_page(table: Table, rows: list[list[str]]) -> None:
    shorts = _shorts(table)
    expected = [" ".join(_short(cell, shorts) for cell in row) for row in _body(table, rows)]
    printed = " ".join(at_terminal(table)).split()
    if any(isinstance(v, tuple) for row in table.rows for v in row.values()):
        # cells of several lines stand beside each other
        assert sorted(printed) == sorted(" ".join(expected).split()), table.key
    else:
        assert printed == " ".join(expected).split(), table.key


def _shorts(table: Table) -> dict[str, str]:
    found = [v for row in table.rows for v in row.values() if isinstance(v, Mark)]
    return {mark.text: mark.short for mark in found if mark.short}


def _short(cell: str, shorts: dict[str, str]) -> str:
    for text, short in shorts.items():
        if cell.removeprefix(ARROW).startswith(text):
            return cell.replace(text, short, 1)
    return cell


def _page_is_data(table: Table, page: Page, plain: dict | None) -> int:
    rows, compared = page.tables[table.key], 0
    body = _body(table, rows)
    if not table.rows:
        assert body == [["None."]]
        return 0
    assert len(body) == len(table.rows), table.key
    heads = [c.title for c in table.shown] if table.look == "pairs" else rows[-len(body) - 1]
    caption = page.captions.get(table.key, "")
    for place, (shown, raw) in enumerate(zip(body, table.rows, strict=True)):
        assert len(shown) == len(table.shown), table.key
        for cell, column, head in zip(shown, table.shown, heads, strict=True):
            value = raw.get(column.key)
            if plain is not None:
                assert _same(plain["rows"][place][column.key], value), (table.key, column.key)
            if isinstance(value, int | float) and not isinstance(value, bool):
                where = shown[0] if table.units and table.units[place] else f"{head} | {caption}"
                check_number(cell, float(value), table.unit(place, column), where)
                compared += 1
            elif value is None:
                assert cell == ""
    return compared


def _same(plain, value) -> bool:
    if isinstance(value, float) and not math.isfinite(value):
        return plain is None
    if isinstance(value, int | float | bool):
        return plain == value and type(plain) is not str
    return True


def check_number(cell: str, value: float, unit, where: str) -> None:
    """Hold one shown number to the raw one: rounding, sign, unit."""
    if not math.isfinite(value):
        assert cell == "–", cell
        return
    if unit.kind == "share":
        if cell in ("<1%", ">99%"):
            assert 0 < value < 0.005 if cell == "<1%" else 0.995 < value < 1
            return
        cell, scale = cell.removesuffix("%"), 100.0
    elif unit.kind == "money":
        size = next((w for w in where.replace(",", " ").split() if w in SIZES), "")
        scale = unit.one / SIZES.get(size, 1.0)
        assert unit.label.partition(" ")[0] in where, (where, unit.label)
    else:
        scale = 1.0 / (unit.divisor or 1.0)
        assert unit.label in where, (where, unit.label)
    assert NUMBER.fullmatch(cell), cell
    digits = cell.replace(",", "").replace("−", "-")
    decimals = len(digits.partition(".")[2])
    step = 10.0**-decimals
    assert abs(float(digits) - value * scale) <= step * (0.5 + 1e-6), (cell, value, unit)
    zero = not digits.strip("+-0.")
    assert not zero or digits[0] not in "+-", f"a sign on zero: {cell}"
    assert zero or (digits[0] == "-") == (value < 0), (cell, value)
    assert zero or not unit.sign or digits[0] in "+-", f"no sign: {cell}"
