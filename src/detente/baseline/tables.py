"""A user's own economy from a folder of plain long tables (``docs/own-data.md`` has the format).

The whole folder is checked before anything is used; every problem is listed at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import replace as change
from pathlib import Path

import numpy as np

from detente.baseline import store
from detente.baseline.calibration import Calibration
from detente.baseline.provenance import read_from
from detente.baseline.table_layout import ECONOMY, LAYOUTS
from detente.baseline.table_reading import read_folder
from detente.baseline.table_writing import write_folder, write_template
from detente.errors import InputError, Problem

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

_FILES = (*LAYOUTS, ECONOMY)


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
    Where it was installed (see `detente.baseline.store`). The card names the files that were read,
    each with its SHA-256.
    """
    world = read_folder(path, settle=settle)
    files = sorted(p for p in Path(path).iterdir() if p.is_file() and p.stem in _FILES)
    notes = (*world.card.notes, read_from(files))
    world = world.replace(card=change(world.card, notes=notes))
    return store.install(world, name, replace=replace)


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
