"""From a folder of plain long tables to an economy, everything checked before anything is used."""

from __future__ import annotations

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
from detente.errors import DataError, InputError, Problem


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
