"""Disputes, a row each: a threat with a day zero, what was known then, and what happened."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from detente.baseline.groups import known_code
from detente.baseline.names import EU27, ISO3
from detente.errors import DataError, Problem, nearest
from detente.ledger.parties import nearest_code

SHIPPED = Path(__file__).parent / "shipped"
HORIZONS = (30, 90, 365)
"""Days after day zero at which disputes are looked at."""
STATES = {
    "O": "open",
    "W": "withdrawn or postponed",
    "S": "settled",
    "I": "imposed",
    "R": "imposed with answer",
}
"""Where a dispute stands, in the order of all arrays."""
PROTECTION = ("AD/CVD", "safeguard")
"""Routes of domestic protection: an inquiry by law, not a demand."""
CUT_OFF = ("informal ban", "export control", "embargo")
"""Instruments that stop trade at once rather than tax it from a day on."""
INSTRUMENTS = ("tariff", *CUT_OFF, "preference", "port fee")
ROUTES = (
    *PROTECTION, "s232", "s301", "s338", "IEEPA", "WTO-authorised", "treaty-authorised", "treaty",
    "export law", "sanctions law", "enforcement law", "informal", "other",
)  # fmt: skip
"""Words of the record; others are read too, and count as none of these."""
UNIONS = ("EU12", "EU15", "EU25", "EU27", "EU28")
"""Codes of the European Union by how many members it had."""
_MATTER = {"instrument": CUT_OFF, "route": PROTECTION}
_AFTER = {"I": "I", "R": "R", "P": "W", "N": "O", "S": "S"}
"""Codes of events → the state that they lead to."""
_DAYS = ("threat_date", "deadline")
_SIDES = ("sender", "target")
_UNION_UNTIL = (
    (date(1995, 1, 1), "EU12"), (date(2004, 5, 1), "EU15"), (date(2007, 1, 1), "EU25"),
    (date(2013, 7, 1), "EU27"), (date(2020, 2, 1), "EU28"),
)  # fmt: skip
"""Days on which the European Union changed its number of members, and what it was until then."""
_ABOVE_ZERO = ("sender_gdp_usd_bn", "target_gdp_usd_bn")
_NUMBERS = ("rate_pct", "value_usd_bn", "sender_imports_usd_bn", "sender_exports_usd_bn",
            *_ABOVE_ZERO)  # fmt: skip
_WORDS = ("id", "title", "sender", "target", "instrument", "route", "episode")
NEEDED = (*_WORDS, *_DAYS, *_NUMBERS, "events")
"""Columns that a file must have."""
COLUMNS = (
    "id", "title", "sender", "target", "threat_date", "deadline", "demand", "demand_type",
    "threatened_measure", "instrument", "route", "flow_hit", "rate_pct", "value_usd_bn",
    "sender_imports_usd_bn", "sender_exports_usd_bn", "sender_gdp_usd_bn", "target_gdp_usd_bn",
    "events", "terms", "notes", "confidence", "coded_from", "episode", "set",
)  # fmt: skip
"""Of the shipped record; a file's other columns are not read but for `KNOWN_TO`."""
KNOWN_TO = "known_to"
"""Column with the last day of which there is evidence on a dispute."""
YEAR, WEEK = timedelta(365), timedelta(7)
CHOSEN, LEDGER = "chosen", "ledger"
"""The two sets of disputes that are shipped: well known ones, and threats drawn from a ledger."""


@dataclass(frozen=True)
class Case:
    """A threat of one government to another.

    Attributes
    ----------
    start
        Day zero: the first dated, named measure by the government.
    deadline
        Day on which the measure was first to take effect, as known on day zero; None where no day
        was named.
    instrument, route
        What was threatened, and on which legal ground.
    rate, value
        Threatened rate, a fraction, and the trade of a year that it would cover.
    sender_imports, sender_exports, sender_gdp, target_gdp
        Goods trade between the two and the size of each. Amounts are billion USD.
    events
        What happened, by day: a code of ``I``, ``R``, ``P``, ``N``, ``S``.
    episode
        Disputes of one decision share it.
    words
        Demand, terms, notes and how well the row is known, as they stand in the file.
    known_to
        Last day with evidence: what no event says by then did not happen. None where nothing is
        known after day zero.
    assumed
        Whether that day is the record's, since the file names none.
    """

    id: str
    title: str
    sender: str
    target: str
    start: date
    deadline: date | None
    instrument: str
    route: str
    rate: float
    value: float
    sender_imports: float
    sender_exports: float
    sender_gdp: float
    target_gdp: float
    events: tuple[tuple[date, str], ...]
    episode: str
    words: Mapping[str, str]
    known_to: date | None = field(default=None, compare=False)
    assumed: bool = field(default=False, compare=False)

    @property
    def from_ledger(self) -> bool:
        """Whether it was drawn from a ledger of measures rather than chosen as well known."""
        return self.words.get("set") == LEDGER

    def state(self, days: int, known_to: date | None = None) -> str | None:
        """Return the state so many days after day zero; None where nothing is known that late.

        ``known_to`` is in place of its own last day.
        """
        day, last = self.start + timedelta(days), known_to or self.known_to
        if last is None or day > last:
            return None
        past = [code for when, code in self.events if when <= day]
        return _AFTER[past[-1]] if past else "O"


def shipped() -> tuple[Case, ...]:
    """Return the record that chances are scored on, by day zero: disputes chosen as well known."""
    return tuple(case for case in everything() if not case.from_ledger)


def ledger() -> tuple[Case, ...]:
    """Return the threats drawn from a ledger of measures, by day zero."""
    return tuple(case for case in everything() if case.from_ledger)


@lru_cache(maxsize=1)
def everything() -> tuple[Case, ...]:
    """Return all that is shipped, the record first."""
    return read(SHIPPED / "cases.csv", known_to())


def apart(
    record: Sequence[Case],
    sides: tuple[str | Set[str], str | Set[str]],
    day: date,
    named: date | None = None,
) -> tuple[Case, ...]:
    """Return a record without episodes that may hold the same dispute, or the same decision.

    The same two sides within a year of a day may be the same dispute under another name, or hang
    together with it, whoever threatened whom. The same sender within a week, or for the same named
    day within a year, may have decided on several targets at once. The European Union is its
    members.

    Parameters
    ----------
    sides
        Code of the sender and of the target, or the codes of the economies of each.
    day, named
        Day zero, and the day named for the measure.
    """
    one, other = (_members({side} if isinstance(side, str) else side) for side in sides)

    def met(case: Case) -> bool:
        sender, target = _members({case.sender}), _members({case.target})
        off = abs(case.start - day)
        straight, turned = sender & one and target & other, sender & other and target & one
        decided = off <= WEEK or (named is not None and case.deadline == named)
        return off <= YEAR and bool(straight or turned or (sender & one and decided))

    same = {case.episode for case in record if met(case)}
    return tuple(case for case in record if case.episode not in same)


def _members(codes: Set[str]) -> Set[str]:
    """Return the countries behind codes; the Union of before 2020 had the United Kingdom."""
    unions = {code for code in codes if code.startswith("EU")}
    before = {"GBR"} if unions - {"EU27"} else set()
    return (codes - unions) | before | (set(EU27) if unions else set())


def known_to() -> date:
    """Return the last day of which the shipped record has evidence."""
    return date.fromisoformat(_about()["known_to"])


@lru_cache(maxsize=1)
def card() -> dict[str, str | int]:
    """Return what the shipped record is: title, source, licence, hash of its files."""
    about = _about()
    files = sorted(path for path in SHIPPED.iterdir() if path.is_file())
    found = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return {"name": "disputes", "title": about["title"], "year": 2026, "unit": "billion USD",
            "source": about["source"], "licence": about["licence"], "elasticities": "",
            "sha256": found}  # fmt: skip


@lru_cache(maxsize=1)
def _about() -> dict[str, str]:
    return json.loads((SHIPPED / "about.json").read_text("utf-8"))


def read(path: str | Path, last: date | None = None) -> tuple[Case, ...]:
    """Read disputes.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns `NEEDED`; others of `COLUMNS` are kept as words. Days are
        written ``YYYY-MM-DD``, events ``DAY:CODE`` with ``;`` between them. Sides are ISO codes or
        names as scenarios take them; EU stands for the European Union of that day.
    last
        Last day with evidence, of rows that name none in a column ``known_to``: no event can be
        later. Where neither is given, that of the record (`known_to`).

    Raises
    ------
    DataError
        Everything that is wrong with it, by line and column.
    """
    file = Path(path)
    rows, problems = _rows(file)
    problems += [fault for line, row in rows for fault in _faults(file, line, row, last)]
    problems += list(_twice(file, rows))
    if problems:
        raise DataError(sorted(problems, key=_line))
    return tuple(_case(row, last) for _, row in rows)


def _line(problem: Problem) -> int:
    return problem.line or 0


def _rows(file: Path) -> tuple[list[tuple[int, dict[str, str]]], list[Problem]]:
    """Return rows with their lines, and what is no row."""
    reader = csv.reader(io.StringIO(_text(file), newline=""), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    try:
        head = [cell.strip() for cell in next(reader, [])]
        if wrong := list(_of_head(file, head)):
            raise DataError(wrong)
        for cells in reader:
            if len(cells) == len(head):
                named = dict(zip(head, (cell.strip() for cell in cells), strict=True))
                rows.append((reader.line_num, named))
            elif cells:  # an empty line has none
                message = f"{len(cells)} cells in a row of {len(head)} columns"
                problems.append(Problem(message, file, reader.line_num))
    except csv.Error as error:
        problems.append(Problem(f"no CSV: {error}", file, reader.line_num))
    if not rows and not problems:
        problems.append(Problem("no dispute in it", file))
    return rows, problems


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(Problem("not UTF-8", file=file)) from error
    except OSError as error:
        raise DataError(Problem(f"cannot be read: {error.strerror}", file=file)) from error


def _of_head(file: Path, head: list[str]) -> Iterator[Problem]:
    for name in NEEDED:
        if name not in head:
            message = f"column is missing; {nearest(name, head)}".rstrip("; ")
            yield Problem(message, file, 1, name)
    for name in dict.fromkeys(head):
        if head.count(name) > 1:
            yield Problem("column is there twice", file, 1, name)


def _faults(file: Path, line: int, row: Mapping[str, str], last: date | None) -> Iterator[Problem]:
    """Yield what is wrong with one row by itself."""
    for key in _WORDS:
        if not row[key]:
            yield Problem("nothing is given", file, line, key)
    yield from _of_words(file, line, row)
    for key in (*_DAYS, KNOWN_TO):
        if _day(word := row.get(key, "")) is None and (word or key == "threat_date"):
            yield Problem("not a date of the calendar", file, line, key, word, "YYYY-MM-DD")
    for key in _NUMBERS:
        number, least = _number(row[key]), "above 0" if key in _ABOVE_ZERO else "0 or above"
        if number is None or number < 0 or (number == 0 and key in _ABOVE_ZERO):
            yield Problem("not such a number", file, line, key, row[key], least)
    if row.get("set", "") not in ("", CHOSEN, LEDGER):
        yield Problem("no such set", file, line, "set", row["set"], f"{CHOSEN}, {LEDGER}")
    start = _day(row["threat_date"])
    for key in ("deadline", KNOWN_TO):
        if start and (day := _day(row.get(key, ""))) and day < start:
            yield Problem("before day zero", file, line, key, row[key], f"from {start}")
    yield from _of_events(file, line, row, last)


def _of_words(file: Path, line: int, row: Mapping[str, str]) -> Iterator[Problem]:
    """Yield sides that are no economies, or the same, and other spellings of words that matter."""
    sides = {key: _side(row, key) for key in _SIDES}
    for key, code in sides.items():
        if row[key] and code is None:
            message = f"no economy is called so; {nearest_code(row[key])}".rstrip("; ")
            allowed = (f"an ISO 3166 code of three letters, a name such as US or China, EU, "
                       f"{', '.join(UNIONS)}")  # fmt: skip
            yield Problem(message, file, line, key, row[key], allowed)
    sender, target = sides.values()
    if (sender and sender == target) or (sender in UNIONS and target in UNIONS):
        yield Problem("sender and target are the same", file, line, "target", row["target"])
    for key, words in _MATTER.items():
        for word in words:
            if row[key] != word and _plain(row[key]) == _plain(word):
                yield Problem("another spelling of a word that matters", file, line, key,
                              row[key], word)  # fmt: skip


def _side(row: Mapping[str, str], key: str) -> str | None:
    """Return the code of a side, however scenarios may call it; None where nobody is called so."""
    code = known_code(row[key]).upper()
    if code == "EU27" and row[key].upper() != code:
        day = _day(row["threat_date"]) or date.max
        code = next((union for until, union in _UNION_UNTIL if day < until), code)
    return code if code in (*ISO3, *UNIONS) else None


def _plain(word: str) -> str:
    """Return the letters of a word, small and without the end of a plural."""
    return re.sub(r"[^a-z]", "", word.lower()).removesuffix("s")


def unknown_words(cases: Sequence[Case]) -> dict[tuple[str, str], list[str]]:
    """Return routes and instruments that the record does not have, with the ids that do."""
    found: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        for key, word, known in (("route", case.route, ROUTES),
                                 ("instrument", case.instrument, INSTRUMENTS)):  # fmt: skip
            if word not in known:
                found.setdefault((key, word), []).append(case.id)
    return found


def _of_events(
    file: Path, line: int, row: Mapping[str, str], given: date | None
) -> Iterator[Problem]:
    """Yield events that cannot be read, come before day zero, out of order, or too late."""
    before = _day(row["threat_date"]) or date.min
    last = _day(row.get(KNOWN_TO, "")) or given or known_to()
    for word in _split(row["events"]):
        day, code = _event(word)
        if day is None or code not in _AFTER:
            allowed = f"YYYY-MM-DD:CODE with {', '.join(_AFTER)}"
            yield Problem("not an event", file, line, "events", word, allowed)
        elif day < before:
            yield Problem("out of order", file, line, "events", word, f"from {before}")
        elif day > last:
            message = "after the last day of which anything is known"
            allowed = f"up to {last}; a column {KNOWN_TO}, or --known-to, gives a later last day"
            yield Problem(message, file, line, "events", word, allowed)
        else:
            before = day


def _twice(file: Path, rows: list[tuple[int, dict[str, str]]]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for line, row in rows:
        if row["id"] in seen:
            yield Problem(f"stands in line {seen[row['id']]} too", file, line, "id", row["id"])
        seen.setdefault(row["id"], line)


def _case(row: Mapping[str, str], last: date | None) -> Case:
    number = {key.removesuffix("_usd_bn"): float(row[key]) for key in _NUMBERS}
    rate = number.pop("rate_pct") / 100
    start = _day(row["threat_date"])
    assert start is not None
    events = tuple((day, code) for day, code in map(_event, _split(row["events"])) if day)
    named = {key: row[key] for key in _WORDS} | {key: _side(row, key) for key in _SIDES}
    given = _day(row.get(KNOWN_TO, "")) or last
    words = {key: row[key] for key in COLUMNS if key in row and key not in NEEDED}
    return Case(start=start, deadline=_day(row["deadline"]), rate=rate, events=events, words=words,
                known_to=given or known_to(), assumed=given is None,
                **named, **number)  # fmt: skip  # pyright: ignore[reportArgumentType]


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(";") if word.strip()]


def _event(word: str) -> tuple[date | None, str]:
    day, _, code = word.partition(":")
    return _day(day), code


def _day(text: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
