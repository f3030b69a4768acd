"""Tables of products and rates in CSV files, read cell by cell."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np

from detente.baseline.table_layout import LARGEST_TARIFF
from detente.errors import InputError, Problem
from detente.policy.goods import codes_under, division_of, successors

_COLUMNS = {
    "code": ("code", "hs", "hs6", "hs8", "hs10", "hts", "hts8", "hts10", "cn", "cn8", "hs_code",
             "product"),
    "add": ("rate", "add"), "set": ("set",), "value_usd": ("value_usd",), "share": ("share",),
    "from": ("from",), "until": ("until",),
}  # fmt: skip
_NUMBER = re.compile(r"([-+]?[0-9]+(?:[.,][0-9]+)?) ?(%?)")
_THOUSANDS = re.compile(r"[+]?([1-9][0-9]{0,2})[.,]([0-9]{3})")
"""What may be thousands or decimals: three digits after the only separator."""


@dataclass(frozen=True)
class Row:
    """Goods on a list: those whose codes begin with some digits.

    ``share`` is the part of each HS6 code that is on it; ``add`` and ``set`` a rate of its own;
    ``value_usd`` its trade in million USD.
    """

    code: str
    share: float = 1.0
    add: float | None = None
    set: float | None = None
    value_usd: float | None = None


@dataclass(frozen=True)
class Lost:
    """An entry of a list that stands for no goods of any industry."""

    where: str
    text: str
    value_usd: float | None = None


@dataclass(frozen=True)
class _Code:
    """A code as read: its digits, the codes of the HS of 2022, and what is to be said of it."""

    digits: str = ""
    codes: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    padded: bool = False
    refused: str = ""
    lost: str = ""


def code_of(text: str) -> _Code:
    """Read an HS code."""
    digits = re.sub(r"[.\s]", "", text)
    if not re.fullmatch(r"[0-9]{1,10}", digits):
        return _Code(refused="not an HS code")
    padded = len(digits) % 2 == 1
    digits = "0" + digits if padded else digits
    if digits[:2] in ("98", "99"):
        what = f"chapter {digits[:2]} is of national headings, not of goods"
        return _Code(digits, lost=f"{what}: give the codes of the goods")
    said = []
    if len(digits) > 6:
        said.append(f"{text} is of one country's tariff; all of HS {digits[:6]} counts")
    six = digits[:6]
    if under := codes_under(six):
        if not any(division_of(code) for code in under):
            return _Code(digits, padded=padded, lost=f"HS {six} is made by no industry")
        return _Code(digits, (six,), tuple(said), padded)
    if len(six) == 6 and (after := successors(int(six))):
        year, codes = after
        new = tuple(f"{code:06d}" for code in codes)
        said.append(f"{text} is of the HS of {year}; in HS 2022 it is {', '.join(new)}")
        return _Code(digits, new, tuple(said), padded)
    heading = next((six[:k] for k in (4, 2) if k < len(six) and codes_under(six[:k])), "")
    inside = f", though there is {heading}" if heading else ""
    return _Code(
        digits, padded=padded, refused=f"no such code in the HS of 2022, 2017 or 2007{inside}"
    )


def read_table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Read a table with commas, semicolons or tabs: its header, and rows with their line numbers.

    Raises
    ------
    InputError
        It is no text of UTF-8, or empty.
    """
    if not path.is_file():
        raise InputError(Problem("file not found", file=path))
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        message = "not text in UTF-8; save it as CSV in UTF-8"
        raise InputError(Problem(message, file=path)) from error
    first = text.partition("\n")[0]
    sign = max(";\t,", key=first.count)
    found = csv.reader(text.splitlines(), delimiter=sign)
    rows = [(found.line_num, [cell.strip() for cell in row]) for row in found if any(row)]
    if not rows:
        raise InputError(Problem("an empty file", file=path))
    return rows[0][1], rows[1:]


def too_many(header: Sequence[str], cells: Sequence[str]) -> str:
    """Say what is wrong with a row that is longer than its header: often a comma of a decimal."""
    if not any(cells[len(header) :]):
        return ""
    return "more cells than the header; write 0.25, or semicolons between cells"


def read_number(text: str) -> float | None:
    """Read 0.15, 0,15 or 15%; nothing where it is none of them."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    value = Decimal(found[1].replace(",", "."))
    return float(value / 100 if found[2] else value)


def rate_fault(rate: float | None, text: str, *, sets: bool) -> str:
    """Say what is wrong with a rate that was read; nothing where nothing is."""
    if rate is None:
        return "not a rate; write 0.15 or 15%"
    low = 0.0 if sets else -1.0
    good = low <= rate <= LARGEST_TARIFF and rate != -1
    if abs(rate) >= 1 and "%" not in text:
        other = f", or {100 * rate:g}%" if good else ""
        return f"a rate of {100 * rate:g}%? Write {text}% for {rate:g}%{other}"
    if not good:
        return f"not a rate between {low:g} and {LARGEST_TARIFF:g}"
    return ""


def _amount_fault(value: float | None, text: str) -> str:
    """Say what is wrong with an amount, or ask what it is; nothing where nothing is wrong."""
    if value is None or not value > 0 or "%" in text:
        return "not a value in million USD"
    if found := _THOUSANDS.fullmatch(text):
        whole = "".join(found.groups())
        return f"{whole} or {value:g} million USD? Write {whole}, or {value:.4f}"
    return ""


def columns_of(path: Path, header: Sequence[str]) -> tuple[dict[str, int], list[Problem]]:
    """Find the column of each thing by its name in the header."""
    found: dict[str, int] = {}
    problems = []
    for k, title in enumerate(header):
        name = title.strip().lower()
        what = next((key for key, words in _COLUMNS.items() if name in words), None)
        if what in found:
            problems.append(Problem("two columns of the same", path, 1, key=title))
        elif what:
            found[what] = k
    allowed = "code, and rate (adds) or set, value_usd, share"
    if "code" not in found:
        problems.append(
            Problem("the first line must name the column code", path, 1, "header",
                    ", ".join(header), allowed)
        )  # fmt: skip
    if {"add", "set"} <= set(found):
        problems.append(Problem("either rates that are added or rates that are set", path, 1,
                                "header", ", ".join(header), allowed))  # fmt: skip
    return found, problems


class Reader:
    """Reads the rows of a list file, gathering what is to be said of them."""

    def __init__(self, path: Path, columns: dict[str, int]):
        self.path, self.columns = path, columns
        self.rows: dict[str, list[_Taken]] = {}
        self.notes: list[str] = []
        self.lost: list[Lost] = []
        self.problems: list[Problem] = []
        self.seen: dict[str, tuple[int, tuple[str, ...]]] = {}

    def take(self, number: int, cells: list[str]) -> None:
        """Read one row."""
        text = self._cell(cells, "code")
        values = {key: self._number(number, cells, key) for key in ("add", "set")}
        share, value = (self._number(number, cells, key) for key in ("share", "value_usd"))
        self._refuse_dates(number, cells)
        read = code_of(text)
        where = f"{self.path.name}:{number}"
        if read.refused:
            self._refuse(number, "code", read.refused, text)
            return
        if read.lost:
            self.lost.append(Lost(where, text, value))
            self.notes.append(f"{where}: {text} is left out: {read.lost}")
            return
        if read.padded:
            self.notes.append(f"{where}: {text} is read as {read.digits}: a zero in front was lost")
        whole = share is None
        self.notes += [f"{where}: {said}" for said in read.said if whole or "counts" not in said]
        rest = tuple(self._cell(cells, key) for key in ("add", "set", "share", "value_usd"))
        if read.digits in self.seen:
            first, held = self.seen[read.digits]
            if held != rest:
                self._refuse(number, "code", f"is on line {first} too, with other figures", text)
            else:
                self.notes.append(f"{where}: {text} is on line {first} too, and counts once")
            return
        self.seen[read.digits] = (number, rest)
        part = None if value is None else value / len(read.codes)
        for code in read.codes:
            row = Row(code, 1.0 if share is None else share, values["add"], values["set"], part)
            self.rows.setdefault(code, []).append(_Taken(number, read.digits, not whole, row))

    def joined(self) -> Iterator[Row]:
        """Put rows that fall to one code together, refusing what leaves open how."""
        for code, taken in self.rows.items():
            if len(taken) == 1:
                yield taken[0].row
            elif fault := _not_one(code, taken):
                at = taken[-1]
                self._refuse(at.number, "code", fault, at.digits)
            else:
                row, said = _one(taken)
                yield row
                self.notes += [f"{self.path.name}: HS {code} {said}"] if said else []

    def _cell(self, cells: list[str], key: str) -> str:
        at = self.columns.get(key)
        return cells[at] if at is not None and at < len(cells) else ""

    def _number(self, number: int, cells: list[str], key: str) -> float | None:
        if key not in self.columns:
            return None
        text = self._cell(cells, key)
        value = read_number(text)
        if key in ("add", "set"):
            fault = rate_fault(value, text, sets=key == "set")
        elif not text:
            fault = ""
        elif key == "share":
            fault = "" if value is not None and 0 < value <= 1 else "not a share: above 0, up to 1"
        else:
            fault = _amount_fault(value, text)
        if fault:
            self._refuse(number, key, fault, text)
            return None
        return value

    def _refuse_dates(self, number: int, cells: list[str]) -> None:
        for key in ("from", "until"):
            if text := self._cell(cells, key):
                try:
                    datetime.date.fromisoformat(text)
                except ValueError:
                    self._refuse(number, key, "not a date, YYYY-MM-DD", text)
                    continue
                message = "dates by row are not read; give start and end to a measure for each"
                self._refuse(number, key, message, text)

    def _refuse(self, number: int, key: str, message: str, value: str) -> None:
        self.problems.append(Problem(message, self.path, number, key, value))


class _Taken(NamedTuple):
    """A row as it was read: its line, digits, and whether it states its share."""

    number: int
    digits: str
    shared: bool
    row: Row


def _inside(taken: Sequence[_Taken]) -> set[int]:
    """Return the numbers of rows whose goods are among those of another row of their code."""
    return {
        one.number for one in taken for other in taken
        if len(one.digits) > len(other.digits)
        and (len(other.digits) == 6 or one.digits.startswith(other.digits))
    }  # fmt: skip


def _not_one(code: str, taken: Sequence[_Taken]) -> str:
    """Say why rows that fall to one code cannot be put together; nothing where they can."""
    rows, inside = [one.row for one in taken], _inside(taken)
    which = f"lines {', '.join(str(one.number) for one in taken)} fall to HS {code}"
    valued = [row.value_usd is not None for row in rows]
    if any(valued) and not all(valued):
        return f"{which}, and some of them state no value_usd: give all or none"
    if inside and any(valued):
        return f"{which}, one inside another: give share for the narrow one in place of value_usd"
    differ = len({(row.add, row.set) for row in rows}) > 1
    for one in taken if inside and differ else ():
        if not one.shared and (one.number in inside or len(one.digits) > 6):
            return (
                f"{which}, one inside another with another rate: give share for the narrow one, "
                "the part of HS6 that it is"
            )
    stated = sum(one.row.share for one in taken if one.shared)
    if not inside and any(one.shared for one in taken):
        stated = sum(row.share for row in rows)
    if stated > 1 + 1e-9:
        return f"{which}, and their shares sum to {stated:g}: at most 1"
    return ""


def _one(taken: Sequence[_Taken]) -> tuple[Row, str]:
    """Put rows of one code together: shares add up, rates are means; what is to be said of it."""
    stated = sum(one.row.share for one in taken if one.shared)
    wide = [one for one in taken if not one.shared]
    # a wide row without a share is on what the narrow ones leave
    shares = [one.row.share if one.shared or not stated else max(0.0, 1 - stated) / len(wide)
              for one in taken]  # fmt: skip
    rows = [one.row for one in taken]
    values = [row.value_usd for row in rows if row.value_usd is not None]
    weights = values or shares

    def mean(given: Sequence[float | None]) -> float | None:
        known = [value for value in given if value is not None]
        return float(np.average(known, weights=weights)) if known else None

    row = Row(rows[0].code, min(1.0, sum(shares)), mean([r.add for r in rows]),
              mean([r.set for r in rows]), sum(values) if values else None)  # fmt: skip
    if values or stated or len({(r.add, r.set) for r in rows}) == 1:
        return row, ""
    rate = row.add if row.add is not None else row.set or 0.0
    lines = ", ".join(str(one.number) for one in taken)
    return row, (
        f"takes {100 * rate:.4g}%, the mean of lines {lines} in equal parts; value_usd or share "
        "would say how much each is"
    )
