"""Write an economy as a folder of plain long tables, and the example that shows the format."""

from __future__ import annotations

import csv
import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.baseline.table_accounts import Accounts
from detente.baseline.table_card import Description, describe
from detente.baseline.table_doubts import doubts
from detente.baseline.table_layout import (
    COUNTRIES,
    ECONOMY,
    ELASTICITIES,
    FINAL_DEMAND,
    FLOWS,
    FORMATS,
    LARGEST_TARIFF,
    PURCHASES,
    SECTORS,
    TARIFFS,
    Layout,
)
from detente.errors import InputError, Problem

_README = """\
An economy as plain tables. The figures are made up; replace them by yours.

economy.yaml       name, title, year, source, licence and unit (required: all but the unit)
countries.csv      code, name [, members: codes of the economies merged into it, AUT;BEL]
sectors.csv        code, name, kind (goods or services) [, isic: two-digit divisions, 10;11]
flows.csv          sector, importer, exporter, value: fob, sales at home included
tariffs.csv        sector, importer, exporter, tariff: a fraction of the fob value (0.25 is 25%)
input_output.csv   country, input, using, value: purchases of each input by each sector,
                   wherever the input comes from, duties paid included
final_demand.csv   country, sector, value: all other purchases, duties paid included
elasticities.csv   sector, trade_elasticity: one row a sector, above 0

A row that is not there is zero (every sector needs an elasticity). Values are all in one unit.
The accounts must close: for each country and sector, the sum over exporters of (1 + tariff) times
the flow is the sum of its purchases as an input plus its final demand. Value added is what a
sector sells less what it purchases.

    detente data check DIR      says what is wrong, or sums the economy up
    detente data add DIR        installs it under its name
    detente run SCENARIO --baseline NAME
"""

_Columns = Mapping[str, Sequence | np.ndarray]


def write_folder(calibration: Calibration, path: str | Path, format: str = "csv") -> Path:
    """Write any economy as a folder that `read_folder` reads back to the same figures.

    Zeros are left out. Shares of a sector that makes nothing are not kept: it reads back with
    value added alone.

    Parameters
    ----------
    path
        New or empty folder.
    format
        ``"csv"`` or ``"parquet"``.

    Raises
    ------
    InputError
        The folder is not empty or cannot be written; nothing is left behind.
    """
    c = calibration
    accounts = Accounts(
        countries=c.countries,
        sectors=c.sectors,
        flows=c.flows,
        tariff=c.tariff,
        purchases=c.input_share * c.output[:, None, :],
        final_demand=c.final_demand,
    )
    highest = max(LARGEST_TARIFF, float(c.tariff.max(initial=0.0)))
    # an economy that is there already has been looked at
    odd = tuple(dict.fromkeys(d.word for d in doubts(accounts, c.trade_elasticity)))
    description = Description(c.card, highest, odd)
    return _write(accounts, c.trade_elasticity, description, path, format)


def write_template(path: str | Path, format: str = "csv") -> Path:
    """Write a small complete economy to start from, with a ``README.txt``.

    Raises
    ------
    InputError
        The folder is not empty or cannot be written; nothing is left behind.
    """
    accounts, elasticity, card = _example()
    return _write(accounts, elasticity, Description(card), path, format, readme=True)


def _write(
    accounts: Accounts,
    trade_elasticity: np.ndarray,
    description: Description,
    path: str | Path,
    format: str,
    *,
    readme: bool = False,
) -> Path:
    """Write under a temporary name beside the folder, then move it there."""
    if format not in FORMATS:
        raise InputError(
            Problem("unknown format", key="format", value=format, allowed=" or ".join(FORMATS))
        )
    target = Path(path).resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError(Problem("is there already", path, allowed="a new or empty folder"))
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.partial")
    try:
        partial.mkdir(parents=True)
        text = describe(description)
        (partial / f"{ECONOMY}.yaml").write_text(text, encoding="utf-8", newline="\n")
        if readme:
            words = _README if format == "csv" else _README.replace(".csv", f".{format}")
            (partial / "README.txt").write_text(words, encoding="utf-8", newline="\n")
        for layout, columns in _tables(accounts, trade_elasticity):
            save = _write_csv if format == "csv" else _write_parquet
            save(partial / f"{layout.stem}.{format}", columns)
        if target.exists():
            target.rmdir()
        partial.rename(target)
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror or error}", path)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Path(path)


def _tables(a: Accounts, trade_elasticity: np.ndarray) -> list[tuple[Layout, _Columns]]:
    n = [c.code for c in a.countries]
    s = [x.code for x in a.sectors]
    return [
        (
            COUNTRIES,
            {
                "code": n,
                "name": [c.name for c in a.countries],
                "members": [";".join(c.members) for c in a.countries],
            },
        ),
        (
            SECTORS,
            {
                "code": s,
                "name": [x.name for x in a.sectors],
                "kind": [x.kind for x in a.sectors],
                "isic": [";".join(x.isic) for x in a.sectors],
            },
        ),
        (FLOWS, _long(FLOWS, (s, n, n), a.flows)),
        (TARIFFS, _long(TARIFFS, (s, n, n), a.tariff)),
        (PURCHASES, _long(PURCHASES, (n, s, s), a.purchases)),
        (FINAL_DEMAND, _long(FINAL_DEMAND, (n, s), a.final_demand)),
        (ELASTICITIES, {"sector": s, "trade_elasticity": trade_elasticity}),
    ]


def _long(layout: Layout, labels: tuple[list[str], ...], array: np.ndarray) -> _Columns:
    """Lay an array out with one row a cell that is not zero."""
    cells = np.nonzero(array)
    columns: dict[str, Sequence | np.ndarray] = {
        key: [words[i] for i in place]
        for key, words, place in zip(layout.keys, labels, cells, strict=True)
    }
    return {**columns, str(layout.number): array[cells]}


def _write_csv(file: Path, columns: _Columns) -> None:
    values = [c.tolist() if isinstance(c, np.ndarray) else c for c in columns.values()]
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*values, strict=True))  # a float is written so that it reads back


def _write_parquet(file: Path, columns: _Columns) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        name: pa.float64() if isinstance(column, np.ndarray) else pa.string()
        for name, column in columns.items()
    }
    arrays = {name: pa.array(column, types[name]) for name, column in columns.items()}
    parquet.write_table(pa.table(arrays), file, compression="zstd")


def _example() -> tuple[Accounts, np.ndarray, Card]:
    """Three made-up economies with whole-number flows and purchases, in million USD."""
    flows = np.array(
        [
            [[180, 40, 25], [8, 320, 12], [30, 45, 900]],
            [[1500, 260, 310], [340, 700, 280], [380, 300, 5200]],
            [[4200, 30, 120], [60, 900, 50], [150, 40, 9800]],
        ],
        dtype=float,
    )
    tariff = np.array(
        [
            [[0, 0.06, 0.08], [0.15, 0, 0.12], [0.1, 0.1, 0]],
            [[0, 0.03, 0.025], [0.08, 0, 0.08], [0.04, 0.05, 0]],
            np.zeros((3, 3)),
        ]
    )
    purchases = np.array(
        [
            [[20, 90, 30], [40, 700, 420], [50, 480, 1100]],
            [[50, 110, 20], [60, 420, 140], [40, 190, 150]],
            [[110, 420, 110], [160, 2400, 900], [180, 1500, 2300]],
        ],
        dtype=float,
    )
    countries, sectors = _example_labels()
    spending = ((1 + tariff) * flows).sum(axis=2).T
    accounts = Accounts(
        countries=countries,
        sectors=sectors,
        flows=flows,
        tariff=tariff,
        purchases=purchases,
        final_demand=np.round(spending - purchases.sum(axis=2), 6),
    )
    card = Card(
        name="my-economy",
        title="Three made-up economies",
        year=2020,
        source="made up, to show the format",
        licence="none",
    )
    return accounts, np.array([8.0, 5.0, 3.0]), card


def _example_labels() -> tuple[tuple[Country, ...], tuple[Sector, ...]]:
    countries = tuple(
        Country(code, name, (code,))
        for code, name in (("NTH", "Northland"), ("STH", "Southland"), ("ROW", "Rest of the world"))
    )
    sectors = (
        Sector("AGR", "Agriculture", ("01", "02", "03"), "goods"),
        Sector("MAN", "Manufacturing", tuple(str(i) for i in range(10, 34)), "goods"),
        Sector("SER", "Services", (), "services"),
    )
    return countries, sectors
