"""Dated measures, a row each, and a reader that says all that is wrong with a file of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from detente.errors import DataError, Problem, nearest
from detente.ledger.parties import EVERYONE, is_code, nearest_code

SHIPPED = Path(__file__).parent / "shipped"
COLUMNS = (
    "id", "announced", "effective", "end", "by", "on", "except", "on_said", "authority",
    "instrument", "rate_pct", "scope", "trade_covered", "status", "in_response_to", "answers",
    "product_list", "source", "source_url", "verified", "note",
)  # fmt: skip
NEEDED = ("id", "effective", "end", "by", "on", "authority", "instrument", "scope", "verified")
"""Columns that a file must have; the others are empty where it has none."""
CHECKED = {
    "text": "official text read",
    "list": "shown by a product list",
    "news": "from the press or a law firm",
    "memory": "from general knowledge, not checked",
}
"""How well a row is checked, in words."""
THREAT = "threat"
"""The instrument of what was announced and never in force."""
INSTRUMENTS = (
    "tariff", "tariff_rate_quota", "quota", "exemption", "suspension", "scope", "tariff_cut",
    "preference_withdrawn", "stacking_rule", "de_minimis_ended", "port_fee", "import_ban",
    "price_cap", "export_control", "deal", "truce", "court", "law", "withdrawal", "negotiation",
    "investigation", THREAT,
)  # fmt: skip


@lru_cache(maxsize=1)
def card() -> dict[str, str | int]:
    """Return what the shipped ledger is: title, source, licence, hash of its files."""
    about = json.loads((SHIPPED / "about.json").read_text("utf-8"))
    files = sorted(path for path in SHIPPED.iterdir() if path.is_file())
    found = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return {"name": "ledger", "title": about["title"], "year": 2024, "unit": "fraction",
            "source": about["source"], "licence": about["licence"], "elasticities": "",
            "sha256": found}  # fmt: skip


@dataclass(frozen=True)
class Measure:
    """A dated measure.

    Attributes
    ----------
    id
        Stays the same from release to release.
    announced, effective, end
        Days; ``end`` is the last one in force, None where it is open. Without ``effective`` it was
        never in force.
    by, on, leaves_out
        Codes of economies; ``ALL`` is everyone but who imposes it.
    on_said
        Whom it is on in the source's words, where these are no codes: a firm, ``57 partners``.
    rate_pct
        Additional ad valorem per cent as text, with the rule where one number is not enough.
    answers
        Id of the measure that it answers; ``in_response_to`` says it in words.
    verified
        A key of `CHECKED`.
    note
        What was changed in the source's row, and why.
    """

    id: str
    announced: date | None
    effective: date | None
    end: date | None
    by: tuple[str, ...]
    on: tuple[str, ...]
    leaves_out: tuple[str, ...]
    on_said: str
    authority: str
    instrument: str
    rate_pct: str
    scope: str
    trade_covered: str
    status: str
    in_response_to: str
    answers: str
    product_list: str
    source: str
    source_url: str
    verified: str
    note: str

    def in_force(self, day: date) -> bool:
        """Whether it is in force on a day, its last one too; a threat never is."""
        started = self.effective is not None and self.effective <= day
        return started and self.instrument != THREAT and (self.end is None or day <= self.end)


@lru_cache(maxsize=1)
def shipped() -> tuple[Measure, ...]:
    """Return the shipped measures by the day they take effect."""
    return read(SHIPPED / "measures.csv")


def read(path: str | Path) -> tuple[Measure, ...]:
    """Read a ledger.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns of `COLUMNS`; `NEEDED` must be there. Days are written
        ``YYYY-MM-DD``, several codes have ``;`` between them.

    Raises
    ------
    DataError
        Everything that is wrong with it, by line and column.
    """
    if not isinstance(path, (str, Path)):
        raise DataError(Problem("no path of a file", None, None, "file", path, "such as mine.csv"))
    rows, problems = _rows(Path(path))
    problems += [problem for line, row in rows for problem in _faults(path, line, row)]
    problems += list(_of_ids(path, rows))
    problems.sort(key=lambda problem: problem.line or 0)
    if problems:
        raise DataError(problems)
    return tuple(_measure(row) for _, row in rows)


def _rows(path: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Return rows with their lines, cells stripped, and what is no row; columns it lacks are empty.

    Raises
    ------
    DataError
        The file, or its head, cannot be read.
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    try:
        head = [cell.strip() for cell in next(reader, [])]
        if wrong := list(_of_head(path, head)):
            raise DataError(wrong)
        for cells in reader:
            if len(cells) == len(head):
                named = dict(zip(head, (cell.strip() for cell in cells), strict=True))
                rows.append((reader.line_num, dict.fromkeys(COLUMNS, "") | named))
            elif cells:  # an empty line has none
                message = f"{len(cells)} cells in a row of {len(head)} columns"
                problems.append(Problem(message, path, reader.line_num))
    except csv.Error as error:
        problems.append(Problem(f"no CSV: {error}", path, reader.line_num))
    if not rows and not problems:
        problems.append(Problem("no measure in it", path))
    return rows, problems


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(Problem("not UTF-8", file=path)) from error
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror}", file=path)) from error


def _of_head(path: Path, head: list[str]) -> Iterator[Problem]:
    for name in NEEDED:
        if name not in head:
            yield Problem("column is missing", path, 1, name)
    for name in dict.fromkeys(head):
        if name not in COLUMNS:
            hint = nearest(name, COLUMNS)
            yield Problem(f"no column of a ledger; {hint}".rstrip("; "), path, 1, name,
                          allowed=", ".join(COLUMNS))  # fmt: skip
        elif head.count(name) > 1:
            yield Problem("column is there twice", path, 1, name)


def _faults(path: str | Path, line: int, row: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with one row by itself."""
    days = {}
    for key in ("announced", "effective", "end"):
        days[key], fault = _day(row[key])
        if fault:
            yield Problem(fault, path, line, key, row[key], "YYYY-MM-DD, or nothing")
    if days["end"] and not row["effective"]:
        yield Problem("an end without a day in force", path, line, "end", row["end"])
    if days["end"] and days["effective"] and days["end"] < days["effective"]:
        message = f"ends before it takes effect, {row['effective']}"
        yield Problem(message, path, line, "end", row["end"])
    if not row["by"]:
        yield Problem("nobody imposes it", path, line, "by", allowed="codes with ; between")
    for key in ("by", "on", "except"):
        for code in _codes(row[key]):
            if not is_code(code) or (code in EVERYONE and key != "on"):
                message = f"no code of an economy; {nearest_code(code)}".rstrip("; ")
                yield Problem(message, path, line, key, code, "ISO codes of three letters, EU27"
                              + ", ALL" * (key == "on"))  # fmt: skip
    for key, allowed in (("instrument", INSTRUMENTS), ("verified", tuple(CHECKED))):
        if row[key] not in allowed:
            message = f"no such word; {nearest(row[key], allowed)}".rstrip("; ")
            yield Problem(message, path, line, key, row[key], ", ".join(allowed))
    if row["source_url"] and not row["source_url"].startswith(("https://", "http://")):
        yield Problem("no address of the web", path, line, "source_url", row["source_url"])


def _of_ids(path: str | Path, rows: list[tuple[int, dict[str, str]]]) -> Iterator[Problem]:
    """Yield ids that are missing or not unique, and answers to what is not there."""
    seen: dict[str, int] = {}
    for line, row in rows:
        if not row["id"]:
            yield Problem("no id", path, line, "id")
        elif row["id"] in seen:
            message = f"stands in line {seen[row['id']]} too"
            yield Problem(message, path, line, "id", row["id"])
        seen.setdefault(row["id"], line)
    for line, row in rows:
        if row["answers"] and row["answers"] not in seen:
            message = f"no measure of this ledger; {nearest(row['answers'], seen)}".rstrip("; ")
            yield Problem(message, path, line, "answers", row["answers"])


def _day(text: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        if len(text) == len("2018-05-14"):
            return date.fromisoformat(text), ""
    except ValueError:
        pass
    return None, "not a date of the calendar"


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code.strip() for code in text.split(";") if code.strip())


def _measure(row: Mapping[str, str]) -> Measure:
    days = {key: _day(row[key])[0] for key in ("announced", "effective", "end")}
    sides = {key: _codes(row[key]) for key in ("by", "on")}
    words = {key: row[key] for key in COLUMNS if key not in (*days, *sides, "except")}
    return Measure(**days, **sides, leaves_out=_codes(row["except"]), **words)  # pyright: ignore[reportArgumentType]
