"""Amounts of money that measures name, carried to the year of a baseline.

An amount says the year that it is stated in. An amount of trade is then taken as a share of the
trade of that year, between the same economies in the same groups of sectors, and the share is of
the baseline's trade; a payment likewise as a share of world value added. Product lists are shares
of trade too, of 2017, so that amounts stated in 2017 and lists compare. An amount without a year
is in the baseline's own figures and taken as it stands.

Trade by year is a shipped table (``trade_by_year``, made by ``tools/build_trade_by_year.py``). Not
every year is in it for everybody: the nearest one stands in, the earlier of two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.baseline.archive import read_arrays
from detente.baseline.calibration import Calibration
from detente.baseline.groups import divisions
from detente.errors import InputError, Problem
from detente.policy.instruments import Measure

GROUPS = {
    "agriculture": divisions("1-3"),
    "mining": divisions("5-9"),
    "food": divisions("10-12"),
    "textiles": divisions("13-15"),
    "wood and paper": divisions("16-18"),
    "petroleum": divisions("19"),
    "chemicals": divisions("20-21"),
    "plastics": divisions("22"),
    "minerals": divisions("23"),
    "metals": divisions("24"),
    "metal products": divisions("25"),
    "electronics": divisions("26"),
    "electrical": divisions("27"),
    "transport equipment": divisions("29-30"),
    "machinery and other": divisions("28", "31-33"),
    "services": divisions("35-99"),
}
"""Groups of sectors by which trade of other years is known: name → ISIC divisions."""
FARTHEST = 10
"""Years from the one stated beyond which none stands in."""
_IN_USD = {"": 1e6, "thousand ": 1e3, "million ": 1.0, "billion ": 1e-3}
"""Units of a baseline in a million USD."""
Cells = NDArray[np.bool_]


@dataclass(frozen=True)
class Amount:
    """An amount as stated, and as used on a baseline.

    Attributes
    ----------
    key
        Of the measure: ``"add_usd"``.
    stated, used
        Million USD.
    year
        Year that it is stated in; none where it is in the baseline's own figures.
    share_of
        What it is held against: ``"trade"`` or ``"world value added"``; nothing where it is taken
        as it stands.
    share
        Of that.
    data_year
        Year of the data that it was held against.
    """

    key: str
    stated: float
    used: float
    year: int | None = None
    share_of: str = ""
    share: float | None = None
    data_year: int | None = None


def amount_key(measure: object) -> str | None:
    """Return the key of the amount that a measure names, if it names one."""
    keys = ("add_usd", "total_usd", "limit_usd", "quota_usd", "value_usd")
    return next((key for key in keys if getattr(measure, key, None) is not None), None)


def used_amount(
    calibration: Calibration, measure: Measure, key: str, cells: Cells | None = None
) -> float:
    """Return an amount that a measure names, in the baseline's unit; as `amount`."""
    return amount(calibration, measure, key, cells).used * in_usd(calibration, key)


def amount(
    calibration: Calibration, measure: Measure, key: str, cells: Cells | None = None
) -> Amount:
    """Carry an amount that a measure names to the year of a baseline.

    Parameters
    ----------
    key
        Of the amount.
    cells
        ``(sector, importer, exporter)``, the trade that it is an amount of; a payment without.

    Raises
    ------
    InputError
        The baseline is not in USD, or trade of the year stated is not known.
    """
    return carried(calibration, key, getattr(measure, key), measure.year, cells)  # pyright: ignore[reportAttributeAccessIssue]


def carried(
    calibration: Calibration, key: str, stated: float, year: int | None, cells: Cells | None = None
) -> Amount:
    """Carry an amount of a year to the year of a baseline, as `amount` does.

    Raises
    ------
    InputError
        As `amount`.
    """
    unit = in_usd(calibration, key)
    if year is None:
        return Amount(key, stated, stated)
    places = _places(calibration, cells)
    groups, sectors = _groups(calibration, cells)
    if places is None or groups is None:
        if year == calibration.card.year:
            return Amount(key, stated, stated, year)
        raise InputError(_not_known(calibration, year, stated))
    table = _table()
    if cells is None:
        known, here = table.world_value_added, float(calibration.value_added.sum())
    else:
        pairs = np.asarray(cells.any(axis=0))
        there = pairs[np.ix_(places, places)] & ~np.eye(len(places), dtype=bool)
        known = table.trade[:, groups][:, :, there].sum(axis=(1, 2), dtype=np.float64)
        here = float(calibration.flows[sectors][:, pairs].sum())
    at = _nearest(table.years, np.isfinite(known), year)
    if at is None or not known[at] > 0:
        raise InputError(_not_known(calibration, year, stated))
    share = stated / float(known[at])
    what = "trade" if cells is not None else "world value added"
    return Amount(key, stated, share * here / unit, year, what, share, int(table.years[at]))


def in_usd(calibration: Calibration, key: str) -> float:
    """Return what a million USD is in the baseline's unit.

    Raises
    ------
    InputError
        The baseline is not in USD.
    """
    found = re.fullmatch(r"(|thousand |million |billion )USD", calibration.card.unit)
    if not found:
        unit = calibration.card.unit
        instead = "give a share or a scale"
        if key == "quota_usd":  # a tariff quota has no share of trade
            instead = "have the economy in USD, its figures times the rate of exchange"
        message = f"an amount in USD means nothing on a baseline in {unit}; {instead}"
        raise InputError(Problem(message, key=key))
    return _IN_USD[found[1]]


@dataclass(frozen=True, eq=False)
class _Table:
    """Trade by year ``(year, group, importer, exporter)`` and world value added ``(year,)``."""

    years: NDArray[np.int64]
    economies: dict[str, list[str]]
    trade: NDArray[np.float32]
    world_value_added: NDArray[np.float64]


@cache
def _table() -> _Table:
    folder = Path(str(resources.files("detente.policy") / "trade_by_year"))
    about = json.loads((folder / "about.json").read_text("utf-8"))
    held = read_arrays(folder / "trade.npz", ("trade", "world_value_added"))
    return _Table(np.array(about["years"]), about["economies"], **held)


def _places(calibration: Calibration, cells: Cells | None) -> NDArray[np.int64] | None:
    """Find the baseline's economy of every economy of the table; none unless it has all needed.

    Economies of the two that share members make one block. Trade is known between whole blocks;
    what is in no economy of the table is in its rest of the world. A payment is held against the
    whole world, which a baseline with a rest of the world is.
    """
    rest = [k for k, code in enumerate(calibration.country_codes) if code == "ROW"]
    if not rest:
        return None
    block = np.arange(len(calibration.countries))
    found = []
    for held in _holders(calibration, rest[0]):
        block[np.isin(block, block[held])] = block[held[0]]
        found.append(held[0])
    if cells is not None:
        pairs = np.asarray(cells.any(axis=0))
        inside = (block[:, None] == block) & ~np.eye(len(block), dtype=bool)
        if (pairs & inside).any() or (pairs != pairs[block][:, block])[~inside].any():
            return None
    return np.array(found)


def _holders(calibration: Calibration, rest: int) -> Iterator[list[int]]:
    """Yield the baseline's economies that have members in each economy of the table."""
    members = [set(c.members or (c.code,)) for c in calibration.countries]
    named = [set(group) for group in _table().economies.values()]
    known = set().union(*named)
    for group in named:
        if "*" in group:
            yield [rest, *(k for k, own in enumerate(members) if own - known and k != rest)]
        else:
            yield [k for k, own in enumerate(members) if own & group] or [rest]


def _groups(calibration: Calibration, cells: Cells | None) -> tuple[Cells | None, Cells]:
    """Find the groups that sectors of some cells are in, and all sectors that are in them.

    ``(group,)``, none where a sector is in no group, and ``(sector,)``.
    """
    inside = np.array([
        [bool(set(sector.isic) & set(isic)) for isic in GROUPS.values()]
        for sector in calibration.sectors
    ])  # fmt: skip
    wanted = np.ones(len(inside), dtype=bool)
    if cells is not None:
        wanted = np.asarray(cells.any(axis=(1, 2)))
    if not inside[wanted].any(axis=1).all():
        return None, wanted
    while True:
        groups = inside[wanted].any(axis=0)
        wider = inside[:, groups].any(axis=1)
        if (wider == wanted).all():
            return np.asarray(groups), np.asarray(wanted)
        wanted = wider  # whole groups are known; a sector that straddles them brings others in


def _nearest(years: NDArray[np.int64], known: Cells, year: int) -> int | None:
    """Return the position of the nearest year that is known, the earlier of two."""
    near = np.flatnonzero(known & (np.abs(years - year) <= FARTHEST))
    return int(near[np.argmin(np.abs(years[near] - year))]) if len(near) else None


def _not_known(calibration: Calibration, year: int, stated: float) -> Problem:
    own = calibration.card.year
    message = (
        f"trade of {year} is not known for these economies, so {stated:g} million USD of then are "
        f"no known share of what {calibration.name} has"
    )
    return Problem(message, key="year", value=year,
                   allowed=f"{own}, the baseline's own, with an amount of then; or a scale or a "
                   "coverage in place of the amount")  # fmt: skip
