"""Trade elasticities by sector: named sources, a uniform number, or the user's own table."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from detente.axes import Sector
from detente.baseline.calibration import Calibration
from detente.errors import DataError, InputError, Problem, nearest
from detente.references import CALIENDO_PARRO, Reference

SHIPPED_TABLE = Path(__file__).with_name("shipped") / "elasticities.csv"
COLUMNS = ("source", "isic", "trade_elasticity", "filled")
DEFAULT_SOURCE = "fontagne-2022"
_OWN_COLUMNS = ("sector", "trade_elasticity")
_LARGEST_FILE = 10_000_000
_INVERSE, _PER_CENT = 0.5, 40.0  # all at most the one, or all above the other: in another unit


@dataclass(frozen=True)
class Source:
    """A published set of trade elasticities.

    Attributes
    ----------
    name
        What the user types.
    authors
        Short reference.
    reference
        The work to cite.
    note
        What the figures are.
    """

    name: str
    authors: str
    reference: Reference
    note: str


@dataclass(frozen=True, eq=False)
class ElasticityChoice:
    """Trade elasticities for the sectors of a baseline and where they come from.

    Attributes
    ----------
    values
        ``(sector,)``, θ > 0.
    description
        One sentence for the card: the source, and every sector it does not cover itself.
    filled
        Sector code and how it was filled, for sectors not (wholly) covered by the source.
    """

    values: np.ndarray
    description: str
    filled: tuple[tuple[str, str], ...] = ()


# fmt: off
_ALL_SOURCES = (
    Source(
        "fontagne-2022",
        "Fontagné, Guimbard & Orefice (2022)",
        Reference(
            "fontagne2022", ("Fontagné, L.", "Guimbard, H.", "Orefice, G."),
            "Tariff-based product-level trade elasticities", 2022,
            "Journal of International Economics", "137", pages="103593",
        ),
        "goods, from tariffs at HS6 level 2001-2016, averaged to TiVA industries",
    ),
    Source(
        "caliendo-parro-2015",
        "Caliendo & Parro (2015)",
        CALIENDO_PARRO,
        "goods, from triple differences of tariffs in 1993, 99% sample",
    ),
    Source(
        "giri-yi-yilmazkuday-2021",
        "Giri, Yi & Yilmazkuday (2021)",
        Reference(
            "giri2021", ("Giri, R.", "Yi, K.-M.", "Yilmazkuday, H."),
            "Gains from trade: Does sectoral heterogeneity matter?", 2021,
            "Journal of International Economics", "129", pages="103429",
        ),
        "manufactures, from micro price data",
    ),
    Source(
        "lashkaripour-lugovskyy-2023",
        "Lashkaripour & Lugovskyy (2023)",
        Reference(
            "lashkaripour2023", ("Lashkaripour, A.", "Lugovskyy, V."),
            "Profits, scale economies, and the gains from trade and industrial policy", 2023,
            "American Economic Review", "113", "10", "2759-2808",
        ),
        "goods, from Colombian import transactions; services 10 as in the published set",
    ),
    Source(
        "lashkaripour-2021",
        "Lashkaripour (2021)",
        Reference(
            "lashkaripour2021", ("Lashkaripour, A.",),
            "The cost of a global tariff war: a sufficient statistics approach", 2021,
            "Journal of International Economics", "131", pages="103419",
        ),
        "goods, 15 industries of WIOD; services 5 as in the published set",
    ),
    Source(
        "shapiro-2016",
        "Shapiro (2016)",
        Reference(
            "shapiro2016", ("Shapiro, J. S.",), "Trade costs, CO2, and the environment", 2016,
            "American Economic Journal: Economic Policy", "8", "4", "220-254",
        ),
        "goods, from shipping costs of imports of the United States and Australia",
    ),
    Source(
        "simonovska-waugh-2014",
        "Simonovska & Waugh (2014)",
        Reference(
            "simonovska2014", ("Simonovska, I.", "Waugh, M. E."),
            "The elasticity of trade: estimates and evidence", 2014,
            "Journal of International Economics", "92", "1", "34-50",
        ),
        "one number, 4, for everything",
    ),
)
# fmt: on
SOURCES = {source.name: source for source in _ALL_SOURCES}
"""The sources by name, in the order they are listed to the user."""


def elasticities_for(sectors: Sequence[Sector], source: str | float | Path) -> np.ndarray:
    """Return the trade elasticities of some sectors, ``(sector,)``; see `choose_elasticities`."""
    return choose_elasticities(sectors, source).values


def choose_elasticities(
    sectors: Sequence[Sector], source: str | float | Path, *, table: Path | None = None
) -> ElasticityChoice:
    """Choose trade elasticities for some sectors.

    Parameters
    ----------
    sectors
        They reach a published source through their ISIC divisions; a sector with several gets the
        simple mean over them.
    source
        A name of `SOURCES`, one number for all sectors (``"4"``), or the path of a CSV file with
        the columns ``sector`` (code) and ``trade_elasticity``, one row a sector.
    table
        Table of the published sources; the shipped one unless given.

    Raises
    ------
    InputError
        The source is unknown, the number not above zero, the file unusable (all its problems with
        their lines), all values are as low as 1/θ or as high as per cent, or a sector has no ISIC
        division.
    """
    text = str(source).strip()
    number = _number(text)
    if number is not None:
        return _uniform(sectors, number)
    if text.casefold() in SOURCES:
        return _published(sectors, SOURCES[text.casefold()], table or SHIPPED_TABLE)
    path = Path(source) if isinstance(source, Path) else Path(text)
    if path.suffix.lower() == ".csv" or len(path.parts) > 1 or _is_file(path):
        return _own(sectors, path)
    raise InputError(
        Problem(
            " ".join(
                part for part in ("unknown source of elasticities;", nearest(text, SOURCES)) if part
            ).rstrip(";"),
            key="elasticities",
            value=text,
            allowed=f"{', '.join(SOURCES)}, one number, or the path of a CSV file",
        )
    )


def with_elasticities(
    calibration: Calibration, source: str | float | Path, *, table: Path | None = None
) -> Calibration:
    """Return a baseline with other trade elasticities, its card saying so."""
    from dataclasses import replace

    choice = choose_elasticities(calibration.sectors, source, table=table)
    card = replace(calibration.card, elasticities=choice.description)
    return calibration.replace(trade_elasticity=choice.values, card=card)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _usable(value: float | None) -> bool:
    return value is not None and math.isfinite(value) and value > 0


def _uniform(sectors: Sequence[Sector], number: float) -> ElasticityChoice:
    if not _usable(number):
        raise InputError(
            Problem(
                "a trade elasticity must be positive",
                key="elasticities",
                value=number,
                allowed="finite and > 0",
            )
        )
    _ask_about(np.array([number]), None)
    return ElasticityChoice(np.full(len(sectors), number), f"{number:g} in every sector")


def _ask_about(values: np.ndarray, file: Path | None) -> None:
    """Refuse elasticities that are in another unit: no published source has all of them there.

    The lowest mean is 0.76 (a year after a tariff; Boehm, Levchenko and Pandalai-Nayar 2023).
    """
    low, high = float(values.min()), float(values.max())
    if high <= _INVERSE:
        meant = f"is it 1/θ? {low:g} would then be {1 / low:g}"
    elif low > _PER_CENT:
        meant = f"is it per cent? {low:g} would then be {low / 100:g}"
    else:
        return
    raise InputError(
        Problem(
            f"no published source has all its trade elasticities there; {meant}",
            key="elasticities",
            value=low if low == high else f"{low:g} to {high:g}",
            allowed=f"at least one above {_INVERSE:g} and one at most {_PER_CENT:g}",
            file=file,
        )
    )


def _published(sectors: Sequence[Sector], source: Source, table: Path) -> ElasticityChoice:
    rows = read_table(table)[source.name]
    missing = [s for s in sectors if not s.isic or any(d not in rows for d in s.isic)]
    if missing:
        raise InputError(
            [
                Problem(
                    f"sector {s.code} ({s.name}) has no ISIC division to look {source.name} up by; "
                    "give its divisions, one number for all sectors, or a CSV file by sector",
                    key="elasticities",
                    value=s.isic,
                    allowed="ISIC Rev. 4 two-digit divisions",
                )
                for s in missing
            ]
        )
    values = np.array([math.fsum(rows[d][0] for d in s.isic) / len(s.isic) for s in sectors])
    filled = []
    for s in sectors:
        how = list(dict.fromkeys(rows[d][1] for d in s.isic if rows[d][1]))
        part = "" if all(rows[d][1] for d in s.isic) else "in part: "
        if how:
            filled.append((s.code, part + ", ".join(how)))
    return ElasticityChoice(values, _describe(source, filled, sectors), tuple(filled))


def _describe(source: Source, filled: Sequence[tuple[str, str]], sectors: Sequence[Sector]) -> str:
    services = [s.code for s in sectors if s.kind == "services"]
    sentence = f"{source.authors} [{source.name}]: {source.note}"
    groups: dict[str, list[str]] = {}
    for code, how in filled:
        groups.setdefault(how, []).append(code)
    notes = [
        f"{how} ({'all' if codes == services else ', '.join(codes)})"
        for how, codes in groups.items()
    ]
    return f"{sentence}. Not the source's own: {'; '.join(notes)}" if notes else sentence


@lru_cache(maxsize=4)
def read_table(path: Path) -> dict[str, dict[str, tuple[float, str]]]:
    """Read a table of published sources: source, ISIC division → (θ, how it was filled).

    Raises
    ------
    DataError
        The file is missing or not what the build tool wrote.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader) if tuple(reader.fieldnames or ()) == COLUMNS else None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(Problem(f"cannot read: {error}", file=path)) from error
    found: dict[str, dict[str, tuple[float, str]]] = {name: {} for name in SOURCES}
    for line, row in enumerate(rows or (), 2):
        value = _number(row["trade_elasticity"] or "")
        if row["source"] not in found or value is None or not _usable(value):
            raise DataError(Problem("damaged row", file=path, line=line, value=row))
        found[row["source"]][row["isic"]] = (value, row["filled"])
    empty = [name for name, divisions in found.items() if not divisions]
    if empty:
        raise DataError(Problem("no rows for", file=path, value=empty, allowed=", ".join(COLUMNS)))
    return found


def _own(sectors: Sequence[Sector], path: Path) -> ElasticityChoice:
    lines = _read_own(path)
    codes = [s.code for s in sectors]
    problems: list[Problem] = []
    values: dict[str, float] = {}
    seen: Counter[str] = Counter()
    for line, cells in lines:
        problem = _row_problem(path, line, cells, codes)
        code = cells[0].strip() if cells else ""
        seen[code] += 1
        if seen[code] > 1 and code in codes:
            problems.append(Problem("sector is there twice", path, line, "sector", code))
        if problem:
            problems.append(problem)
        else:
            values.setdefault(code, float(cells[1]))
    for code in codes:
        if code not in seen:
            problems.append(Problem("sector has no trade elasticity", path, None, "sector", code))
    if problems:
        raise InputError(problems)
    theta = np.array([values[c] for c in codes])
    _ask_about(theta, path)
    return ElasticityChoice(theta, f"the user's own, from {path.name}")


def _row_problem(path: Path, line: int, cells: list[str], codes: list[str]) -> Problem | None:
    if len(cells) != len(_OWN_COLUMNS):
        return Problem("wrong number of columns", path, line, None, cells, ",".join(_OWN_COLUMNS))
    code = cells[0].strip()
    if code not in codes:
        hint = nearest(code, codes)
        message = f"unknown sector; {hint}" if hint else "unknown sector"
        return Problem(message, path, line, "sector", code, ", ".join(codes))
    if not _usable(_number(cells[1])):
        return Problem(
            "a trade elasticity must be a positive number",
            path,
            line,
            "trade_elasticity",
            cells[1],
            "finite and > 0",
        )
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _read_own(path: Path) -> list[tuple[int, list[str]]]:
    """Read the rows of a user's file with their line numbers, header checked."""
    try:
        # a device or a pipe says that it is empty and never ends
        if path.exists() and not path.is_file():
            raise InputError(Problem("not a file", path, None, "elasticities"))
        if path.stat().st_size > _LARGEST_FILE:
            raise InputError(Problem(f"larger than {_LARGEST_FILE // 10**6} MB", file=path))
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            rows = [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except FileNotFoundError as error:
        raise InputError(Problem("file not found", path, None, "elasticities")) from error
    except (OSError, ValueError, csv.Error) as error:
        raise InputError(Problem(f"cannot read: {error}", path, None, "elasticities")) from error
    header = tuple(c.strip() for c in rows[0][1]) if rows else ()
    if header != _OWN_COLUMNS:
        raise InputError(
            Problem("wrong header", path, 1, None, ",".join(header), ",".join(_OWN_COLUMNS))
        )
    return rows[1:]
