"""A user's own table of places: a template, and a reader that says all that is wrong with it."""

from __future__ import annotations

import csv
import io
import math
import re
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
MEANS = {
    "country": "the code of an economy of the baseline",
    "place": "a code of the place",
    "name": "its name",
    "sector": "a code of a sector of the baseline, or divisions of ISIC: 01-03, 45 47",
    "jobs": "persons, 0 or more",
    "pay_m": "millions, 0 or more",
    "exports_m": "millions, 0 or more",
    "vote_share": "0 to 1",
}
"""What cells may be."""
NUMBER = re.compile(r"\+?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
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
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    try:
        heads = list(reader.fieldnames or [])
        if problems := list(_head_problems(path, heads)):
            raise InputError(problems)
        found = [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        problem = Problem(f"no CSV: {error}", path, reader.line_num + 1, "row", "", "rows of cells")
        raise InputError(problem) from error
    most = f"{len(heads)} cells, as the first line has"
    problems = [Problem("more cells than columns", path, line, "row", row[None], most)
                for line, row in found if None in row]  # fmt: skip
    rows = [(line, {k: (v or "").strip() for k, v in row.items() if k}) for line, row in found]
    problems += [*_row_problems(path, rows), *_table_problems(path, rows)]
    if problems:
        raise InputError(problems)
    return _made(path, rows)


def _text(path: Path) -> str:
    try:
        held = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror}", path)) from error
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, wrong = held[: error.start].count(b"\n") + 1, held[error.start : error.end]
        problem = Problem("cannot be read", path, line, "text", wrong, "text in UTF-8")
        raise InputError(problem) from error


def _head_problems(path: Path, heads: list[str]) -> Iterable[Problem]:
    given, allowed = ", ".join(heads), ", ".join(COLUMNS)
    for key in NEEDED:
        if key not in heads:
            yield Problem("column is missing", path, 1, key, given, ", ".join(NEEDED))
    for key in dict.fromkeys(heads):
        if key not in COLUMNS:
            yield Problem("unknown column", path, 1, str(key), given, allowed)
        elif heads.count(key) > 1:
            yield Problem("column is given twice", path, 1, key, given, allowed)


def _row_problems(path: Path, rows: list[tuple[int, dict[str, str]]]) -> Iterable[Problem]:
    for line, row in rows:
        for key in NEEDED:
            if not row.get(key):
                yield Problem("is empty", path, line, key, "", MEANS[key])
        for key in ("jobs", "pay_m", "exports_m", "vote_share"):
            if (text := row.get(key, "")) and not _fits(text, 1 if key == "vote_share" else None):
                yield Problem("no such number", path, line, key, text, MEANS[key])
        if (sector := row.get("sector", "")) and sector[0].isdigit() and not divisions(sector):
            yield Problem("no divisions of ISIC", path, line, "sector", sector, MEANS["sector"])


def _table_problems(path: Path, rows: list[tuple[int, dict[str, str]]]) -> Iterable[Problem]:
    if not rows:
        yield Problem("holds no rows", path, 2, "row", "", "a row a place and sector")
        return
    first: dict[tuple[str, str], int] = {}
    said: dict[tuple[str, str], tuple[str, int]] = {}
    for line, row in rows:
        place, sector = row.get("place", ""), row.get("sector", "")
        if (one := first.setdefault((place, sector), line)) != line:
            message = f"place and sector are on line {one} too"
            allowed = "each sector of a place once"
            yield Problem(message, path, line, "place", f"{place}, {sector}", allowed)
        for key in ("country", "name", "region", "vote_share"):
            if not (text := row.get(key, "")):
                continue
            of = "" if key == "country" else place
            before, at = said.setdefault((key, of), (text, line))
            if before != text:
                message = f"line {at} has {before!r}"
                allowed = "one economy in all rows" if key == "country" else "the same on all rows"
                yield Problem(message, path, line, key, text, allowed)


def _fits(text: str, most: float | None) -> bool:
    if not NUMBER.fullmatch(text):
        return False
    value = float(text)
    return math.isfinite(value) and (most is None or value <= most)


def _made(path: Path, numbered: list[tuple[int, dict[str, str]]]) -> Places:
    rows: list[Mapping[str, str]] = [row for _, row in numbered]
    lines: dict[str, int] = {}
    for line, row in numbered:
        lines.setdefault(row["sector"], line)
    codes = list(dict.fromkeys(row["place"] for row in rows))
    sectors = list(dict.fromkeys(row["sector"] for row in rows))
    of_place, of_sector = ({one: k for k, one in enumerate(held)} for held in (codes, sectors))
    at = [(of_place[row["place"]], of_sector[row["sector"]]) for row in rows]

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
        path=path,
        lines=lines,
    )
