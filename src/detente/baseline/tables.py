"""A user's own economy from a folder of plain long tables (``docs/own-data.md`` has the format).

The whole folder is checked before anything is used; every problem is listed at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detente.axes import COUNTRY, SECTOR
from detente.baseline.archive import is_folder
from detente.baseline.calibration import Calibration
from detente.baseline.settling import check_keep, settled
from detente.baseline.table_accounts import Accounts, account_problems, calibrate
from detente.baseline.table_card import Description, read_description
from detente.baseline.table_checks import (
    dense,
    missing_elasticities,
    read_countries,
    read_sectors,
    size_problems,
)
from detente.baseline.table_doubts import doubt_problems
from detente.baseline.table_files import Table, read_table
from detente.baseline.table_layout import (
    COUNTRIES,
    ELASTICITIES,
    FIGURES,
    FINAL_DEMAND,
    FLOWS,
    LARGEST_TARIFF,
    LAYOUTS,
    PURCHASES,
    SECTORS,
    TARIFFS,
)
from detente.baseline.table_writing import write_folder, write_template
from detente.errors import DataError, InputError, Problem

__all__ = [
    "Summary",
    "check_folder",
    "install",
    "read_folder",
    "settle",
    "summarise",
    "write_folder",
    "write_template",
]


def read_folder(path: str | Path, *, settle: str | None = None) -> Calibration:
    """Read an economy from a folder of plain long tables.

    Parameters
    ----------
    path
        Folder with ``economy.yaml`` and the tables ``countries``, ``sectors``, ``flows``,
        ``tariffs``, ``input_output``, ``final_demand`` and ``elasticities``, each CSV or Parquet.
    settle
        What to keep where the accounts do not close (see `settle`); unless given, such a folder is
        refused.

    Returns
    -------
    The economy. Rows that are not there are zero; value added is output minus purchases. Where
    the accounts close only up to rounding (1e-6 of a cell, or 1e-9 of its country's spending)
    final demand is set to the residual, and the card says by how much.

    Raises
    ------
    DataError
        With every problem found in the folder: file, line (row for Parquet), column, value, what
        is allowed, and the nearest name there is.
    """
    if settle is not None:
        check_keep(settle)
    folder = Path(path)
    _check_is_folder(folder)
    description, problems = read_description(folder)
    tables: dict[str, Table] = {}
    broken: set[str] = set()  # tables whose rows were not all read
    for layout in LAYOUTS.values():
        table, found = read_table(folder, layout)
        problems += found
        if table is not None:
            tables[layout.stem] = table
        if found:
            broken.add(layout.stem)
    accounts, elasticity, found = _assemble(
        folder, tables, broken, description, settling=settle is not None
    )
    problems += found
    if problems or description is None or accounts is None or elasticity is None:
        raise DataError(_by_file(problems))
    try:
        if settle is not None:
            return settled(accounts, elasticity, description.card, settle)
        return calibrate(accounts, elasticity, description.card)
    except InputError as error:
        raise DataError(error.problems) from error


def settle(path: str | Path, keep: str = "flows") -> Calibration:
    """Read a folder of tables whose accounts do not close, and bring it to rest.

    Parameters
    ----------
    path
        Folder of plain long tables (``docs/own-data.md``).
    keep
        ``"flows"``: flows, tariffs and value added stay. Final demand becomes spending (duties
        paid) less intermediate purchases. In an economy where that would be negative anywhere, its
        purchases and final demand are balanced anew (GRAS): spending on each sector, each sector's
        purchases and final demand in all stay.
        ``"shares"``: tariffs, overall trade balances (in the unit of the tables), trade shares,
        cost shares and the shares of sectors in final demand stay. Flows become those that these
        imply; world spending is what it was.

    Returns
    -------
    The economy. Its card lists under ``adjustments`` what moved: final demand, purchases and flows
    in all, as shares of themselves and of trade between economies, and the largest changes by
    economy and sector.

    Raises
    ------
    InputError
        ``keep`` is neither.
    DataError
        With every problem of the folder but gaps in its accounts (see `read_folder`); a gap that a
        usual mix-up explains (duties left out, importer and exporter exchanged) stays a problem. Or
        no economy at rest keeps that.
    """
    return read_folder(path, settle=keep)


def check_folder(path: str | Path) -> tuple[Problem, ...]:
    """Return everything that keeps a folder from being read; nothing when it is fine."""
    try:
        read_folder(path)
    except InputError as error:
        return error.problems
    return ()


def install(
    path: str | Path,
    name: str | None = None,
    *,
    replace: bool = False,
    settle: str | None = None,
) -> Path:
    """Read a folder and install it as a baseline that scenarios can name.

    Parameters
    ----------
    name
        Name to install it under; the one in ``economy.yaml`` when not given.
    replace
        Overwrite an installed baseline of that name. Shipped ones are never overwritten.
    settle
        What to keep where the accounts do not close (see `settle`).

    Returns
    -------
    Where it was installed (see `detente.baseline.store`).
    """
    from detente.baseline import store

    return store.install(read_folder(path, settle=settle), name, replace=replace)


@dataclass(frozen=True)
class Summary:
    """An economy in a few figures, values in the unit of its card.

    Attributes
    ----------
    output, value_added, trade
        World gross output, value added, and trade between different economies at fob.
    mean_tariff
        Trade-weighted mean tariff on that trade, as a fraction.
    deficits
        The largest trade deficits and surpluses by size: code, imports minus exports at fob, and
        that as a share of the economy's value added.
    zero_flows
        Share of the flows between different economies that are zero.
    """

    name: str
    title: str
    year: int
    unit: str
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    output: float
    value_added: float
    trade: float
    mean_tariff: float
    deficits: tuple[tuple[str, float, float], ...]
    zero_flows: float
    adjustments: tuple[str, ...]


def summarise(calibration: Calibration, *, deficits: int = 5) -> Summary:
    """Sum an economy up for the person who has just checked it."""
    c = calibration
    foreign = np.broadcast_to(~np.eye(len(c.countries), dtype=bool), c.flows.shape)
    trade = c.flows[foreign].sum()
    largest = np.argsort(-np.abs(c.deficit), kind="stable")[:deficits]
    return Summary(
        name=c.name,
        title=c.card.title,
        year=c.card.year,
        unit=c.card.unit,
        countries=c.country_codes,
        sectors=c.sector_codes,
        output=float(c.output.sum()),
        value_added=float(c.value_added.sum()),
        trade=float(trade),
        mean_tariff=float((c.tariff * c.flows)[foreign].sum() / trade) if trade else 0.0,
        deficits=tuple(
            (c.country_codes[i], float(c.deficit[i]), float(c.deficit[i] / c.value_added[i]))
            for i in largest
        ),
        zero_flows=float((c.flows[foreign] == 0).mean()) if foreign.any() else 0.0,
        adjustments=tuple(f"{a.what}: {a.size:.2g} {a.unit}" for a in c.card.adjustments),
    )


def _check_is_folder(folder: Path) -> None:
    hint = "; `detente data template DIR` writes an example"
    if is_folder(folder):
        return
    try:
        there = folder.exists()
    except (OSError, ValueError):
        there = False
    what = "is a file, not a folder of tables" if there else "no such folder"
    raise DataError(Problem(f"{what}{hint}", folder))


def _by_file(problems: list[Problem]) -> list[Problem]:
    """Bring the problems of one file together, files in the order they were first named."""
    order = {file: i for i, file in enumerate(dict.fromkeys(str(p.file) for p in problems))}
    return sorted(problems, key=lambda p: order[str(p.file)])


def _assemble(
    folder: Path,
    tables: dict[str, Table],
    broken: set[str],
    description: Description | None,
    *,
    settling: bool,
) -> tuple[Accounts | None, np.ndarray | None, list[Problem]]:
    """Check tables against one another; accounts are checked only when their figures are good."""
    problems: list[Problem] = []
    countries, sectors = (), ()
    if COUNTRIES.stem in tables:
        countries, found = read_countries(tables[COUNTRIES.stem])
        problems += found
    if SECTORS.stem in tables:
        sectors, found = read_sectors(tables[SECTORS.stem])
        problems += found
    codes = {
        COUNTRY: tuple(c.code for c in countries),
        SECTOR: tuple(s.code for s in sectors),
    }
    if found := size_problems(codes, folder):
        return None, None, problems + found
    labels_good = not problems and not broken & {COUNTRIES.stem, SECTORS.stem}
    largest = description.largest_tariff if description else LARGEST_TARIFF
    arrays: dict[str, np.ndarray] = {}
    for layout in FIGURES:
        if layout.stem in tables:
            array, found = dense(layout, tables[layout.stem], codes, largest)
            problems += found
            if array is not None and layout.stem not in broken:
                arrays[layout.stem] = array
    if ELASTICITIES.stem in tables:
        problems += missing_elasticities(tables[ELASTICITIES.stem], codes[SECTOR])
    needed = (FLOWS, TARIFFS, PURCHASES, FINAL_DEMAND)
    if not labels_good or any(layout.stem not in arrays for layout in needed):
        return None, None, problems
    accounts = Accounts(countries, sectors, *(arrays[layout.stem] for layout in needed))
    files = {stem: t.file for stem, t in tables.items()}
    elasticity = arrays.get(ELASTICITIES.stem)
    confirmed = description.confirmed if description else ()
    problems += account_problems(accounts, files, settling=settling)
    problems += doubt_problems(accounts, elasticity, files, confirmed)
    return accounts, elasticity, problems
