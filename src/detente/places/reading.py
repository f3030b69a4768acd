"""A user's own table of places: a template, and a reader that says all that is wrong with it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from detente.errors import InputError, Problem, nearest
from detente.files import write_bytes
from detente.places.mapping import divisions
from detente.places.table import NAMES, Places, shipped

NEEDED = ("country", "place", "name", "sector", "jobs")
OPTIONAL = ("region", "pay_m", "exports_m", "vote_share")
COLUMNS = (
    "country",
    "place",
    "name",
    "region",
    "sector",
    "jobs",
    "pay_m",
    "exports_m",
    "vote_share",
)
TEMPLATE = """\
country,place,name,region,sector,jobs,pay_m,exports_m,vote_share
CAN,A,Wheat plain,West,01-03,30000,1500,900,0.6
CAN,A,Wheat plain,West,05-39,10000,700,100,
CAN,A,Wheat plain,West,41-99,60000,3000,,
CAN,B,Steel town,East,01-03,1000,50,20,0.4
CAN,B,Steel town,East,05-39,40000,2800,1500,
CAN,B,Steel town,East,41-99,90000,5400,,
"""


def find_places(name: str | Path) -> Places:
    """Return a shipped table of places by its name, or one's own from a CSV file.

    Raises
    ------
    InputError
        There is no such table, or something is wrong with the file.
    """
    if str(name) in NAMES:
        return shipped(str(name))
    if not Path(name).is_file():
        message = f"no such table of places and no such file; {nearest(str(name), NAMES)}"
        allowed = f"{', '.join(NAMES)}, or a CSV file"
        raise InputError(Problem(message.rstrip("; "), value=str(name), allowed=allowed))
    return read_places(Path(name))


def write_template(path: Path) -> Path:
    """Write a small table to start one's own from; never over a file that is there.

    Raises
    ------
    InputError
        The file is there already.
    """
    if path.exists():
        raise InputError(Problem("is there already", path))
    write_bytes(path, TEMPLATE.encode())
    return path


def read_places(path: Path) -> Places:
    """Read a table: a row a place and sector.

    Raises
    ------
    InputError
        With file and line of everything that is wrong.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem("cannot be read as UTF-8 text", path)) from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    heads = reader.fieldnames or []
    problems = [Problem("column is missing", path, 1, key=k) for k in NEEDED if k not in heads]
    allowed = ", ".join(COLUMNS)
    problems += [
        Problem("unknown column", path, 1, key=str(k), allowed=allowed)
        for k in heads
        if k not in COLUMNS
    ]
    if problems:
        raise InputError(problems)
    rows = [
        (reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader
    ]
    problems = [*_row_problems(path, rows), *_table_problems(path, rows)]
    if problems:
        raise InputError(problems)
    return _made(path, [row for _, row in rows])


def _row_problems(path: Path, rows: list[tuple[int, dict[str, str]]]) -> Iterable[Problem]:
    for line, row in rows:
        for key in NEEDED:
            if not row.get(key):
                yield Problem("is empty", path, line, key=key)
        for key in ("jobs", "pay_m", "exports_m", "vote_share"):
            if (text := row.get(key, "")) and not _fits(text, 1 if key == "vote_share" else None):
                limits = "from 0 to 1" if key == "vote_share" else "a number, not below 0"
                yield Problem("no such number", path, line, key=key, value=text, allowed=limits)
        if (sector := row.get("sector", "")) and sector[0].isdigit() and not divisions(sector):
            message = "no divisions of ISIC, such as 01-03 or 45 47, and no code of a sector"
            yield Problem(message, path, line, key="sector", value=sector)


def _table_problems(path: Path, rows: list[tuple[int, dict[str, str]]]) -> Iterable[Problem]:
    if not rows:
        yield Problem("holds no rows", path)
        return
    first: dict[tuple[str, str], int] = {}
    said: dict[tuple[str, str], tuple[str, int]] = {}
    for line, row in rows:
        place, sector = row.get("place", ""), row.get("sector", "")
        if (one := first.setdefault((place, sector), line)) != line:
            message = f"place and sector are on line {one} too"
            yield Problem(message, path, line, key="place", value=f"{place}, {sector}")
        for key in ("country", "name", "region", "vote_share"):
            if not (text := row.get(key, "")):
                continue
            of = "" if key == "country" else place
            before, at = said.setdefault((key, of), (text, line))
            if before != text:
                message = f"line {at} has {before!r}"
                yield Problem(message, path, line, key=key, value=text)


def _fits(text: str, most: float | None) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    return math.isfinite(value) and value >= 0 and (most is None or value <= most)


def _made(path: Path, rows: list[Mapping[str, str]]) -> Places:
    codes = list(dict.fromkeys(row["place"] for row in rows))
    sectors = list(dict.fromkeys(row["sector"] for row in rows))
    at = [(codes.index(row["place"]), sectors.index(row["sector"])) for row in rows]

    def column(key: str) -> np.ndarray:
        found = np.zeros((len(codes), len(sectors)))
        for where, row in zip(at, rows, strict=True):
            found[where] = float(row.get(key) or 0)
        return found

    def words(key: str) -> list[str]:
        held = {row["place"]: row[key] for row in rows if row.get(key)}
        return [held.get(code, "") for code in codes]

    share = np.array([float(text) if text else np.nan for text in words("vote_share")])
    votes = {"vote share": share} if np.isfinite(share).any() else {}
    regions = tuple(words("region"))
    whole = np.full(len(set(regions)), np.nan)
    return Places(
        path.name,
        rows[0]["country"],
        tuple(codes),
        tuple(words("name")),
        regions,
        tuple(sectors),
        column("jobs"),
        column("pay_m"),
        column("exports_m"),
        votes,
        dict.fromkeys(votes, whole),
        card={"title": path.name},
    )
