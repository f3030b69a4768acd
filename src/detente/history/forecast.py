"""What the model says that tariffs of a quarter did to trade by partner and industry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.history.record import CHINA, USA, Frame
from detente.model.economy import Structure
from detente.model.horizons import find_horizon
from detente.policy.arrays import Policy, Rates
from detente.solver.equilibrium import Equilibrium, solve_equilibrium
from detente.solver.options import Options

REST = "ROW"


@dataclass(frozen=True)
class Way:
    """A way to forecast with the model: elasticities, and what has time to adjust.

    Attributes
    ----------
    name
        A horizon, or the one trade elasticity of all goods.
    horizon
        Name of the horizon whose mobility and substitution hold.
    elasticity
        Of trade in all goods; the baseline's own, scaled to the horizon, unless given.
    """

    name: str
    horizon: str
    elasticity: float | None = None

    @property
    def structure(self) -> Structure:
        """Mobility and substitution."""
        return find_horizon(self.horizon).structure

    def on(self, calibration: Calibration) -> Calibration:
        """Return the economy with the elasticities of this way."""
        own = np.asarray(calibration.trade_elasticity)
        if self.elasticity is None:
            return calibration.replace(
                trade_elasticity=own * find_horizon(self.horizon).elasticity_scale
            )
        goods = np.array([sector.kind == "goods" for sector in calibration.sectors])
        return calibration.replace(trade_elasticity=np.where(goods, self.elasticity, own))


@dataclass(frozen=True, eq=False)
class Placed:
    """Tariff lines placed in the cells of a baseline.

    Attributes
    ----------
    frame
        Lines that have a cell, as `detente.history.record.lines` has them.
    economy
        Code of the economy that stands for the partner, by line.
    sector, cell
        Places of the sector and of the cell ``(sector, importer, exporter)`` in the baseline.
    share
        Of the cell's trade.
    before
        Rate before: the line's own above or below the mean of its cell, which is the baseline's.
    lost
        Share of the value whose goods the baseline does not have.
    """

    frame: Frame
    economy: NDArray[np.str_]
    sector: NDArray[np.int64]
    cell: NDArray[np.int64]
    share: NDArray[np.float64]
    before: NDArray[np.float64]
    lost: float


def place(lines: Frame, calibration: Calibration) -> Placed:
    """Place tariff lines in the cells of a baseline; partners that it lacks are in its rest."""
    codes = {code: k for k, code in enumerate(calibration.country_codes)}
    sectors = {
        isic: k for k, s in enumerate(calibration.sectors) if s.kind == "goods" for isic in s.isic
    }
    economy = np.array([code if code in codes else REST for code in lines["exporter"]])
    sector = lines["isic"].map(sectors)
    traded = calibration.flows
    to = lines["importer"].map(codes).to_numpy()
    frm = np.array([codes.get(code, -1) for code in economy])
    found = sector.notna().to_numpy() & (frm >= 0)
    found[found] = traded[sector[found].astype(int), to[found], frm[found]] > 0
    kept = lines[found].reset_index(drop=True)
    at = sector[found].to_numpy(dtype=int)
    n = len(codes)
    cell = (at * n + to[found]) * n + frm[found]
    value = kept["value"].to_numpy()
    share = value / np.bincount(cell, value)[cell]
    before = _around(kept["before"].to_numpy(), cell, share, calibration.tariff)
    lost = 1 - value.sum() / lines["value"].sum()
    return Placed(kept, economy[found], at, cell, share, before, lost)


def _around(
    rate: NDArray[np.float64],
    cell: NDArray[np.int64],
    share: NDArray[np.float64],
    tariff: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Scale rates of lines so that their mean is the baseline's, cell by cell."""
    mean, ours = np.bincount(cell, share * rate)[cell], tariff.ravel()[cell]
    return np.where(mean > 0, rate * np.divide(ours, mean, out=ours.copy(), where=mean > 0), ours)


def policy(placed: Placed, calibration: Calibration, quarter: str) -> Policy:
    """Return the tariffs of a quarter, line by line."""
    one = np.ones(len(placed.cell))
    after = np.maximum(placed.before + placed.frame[quarter].to_numpy(), 0.0)
    rates = Rates(placed.before, after, one, 0 * one, one)
    unchanged = Policy.unchanged(calibration)
    return unchanged.with_lines(calibration.tariff, placed.cell, placed.share, rates)


def forecasts(
    placed: Placed, calibration: Calibration, way: Way, quarters: tuple[str, ...]
) -> Iterator[tuple[str, Equilibrium, Frame]]:
    """Forecast quarter after quarter.

    Yields
    ------
    The quarter, its equilibrium, and `changes` from it.

    Raises
    ------
    SolveError
        No equilibrium was found.
    """
    c = way.on(calibration)
    start = None
    for quarter in quarters:
        found = solve_equilibrium(
            c, policy(placed, c, quarter), Options(structure=way.structure), start=start
        )
        start = found.unknowns
        yield quarter, found, changes(placed, found, quarter)


def changes(placed: Placed, found: Equilibrium, quarter: str) -> Frame:
    """Return what an equilibrium says of trade, by importer, exporter and industry.

    A line's trade at fob prices goes as ``[(1 + t)/(1 + t0)]^−(θ + 1)`` within its cell.

    Returns
    -------
    pandas.DataFrame
        By ``importer``, ``exporter`` (also one that the baseline has in its rest) and ``industry``
        (NAICS; ISIC where China buys): ``log_change`` of trade, ``log_tariff`` (mean change of
        ``log(1 + t)``), ``value`` (million USD of the base year).
    """
    c = found.calibration
    after = np.maximum(placed.before + placed.frame[quarter].to_numpy(), 0.0)
    moved = np.log1p(after) - np.log1p(placed.before)
    theta = np.asarray(c.trade_elasticity)[placed.sector]
    within = np.exp(-(theta + 1) * moved)
    level = np.asarray(found.outcome.flows_cf).ravel()[placed.cell] / c.flows.ravel()[placed.cell]
    within /= np.bincount(placed.cell, placed.share * within)[placed.cell]
    value = placed.frame["value"].to_numpy()
    american = placed.frame["importer"] == USA
    industry = placed.frame["naics"].where(american, placed.frame["isic"])
    table: Frame = pd.DataFrame(
        {
            "importer": placed.frame["importer"],
            "exporter": placed.frame["exporter"],
            "industry": industry,
            "before": value,
            "after": value * level * within,
            "tariff": value * moved,
        }
    )
    sums = table.groupby(["importer", "exporter", "industry"]).sum()
    return pd.DataFrame(
        {
            "log_change": np.log(sums["after"] / sums["before"]),
            "log_tariff": sums["tariff"] / sums["before"],
            "value": sums["before"],
        }
    )


def total(found: Equilibrium, importer: str, exporter: str) -> float:
    """Return the log change of one economy's purchases of goods from another."""
    c = found.calibration
    n, i = (c.country_codes.index(code) for code in (importer, exporter))
    goods = [k for k, sector in enumerate(c.sectors) if sector.kind == "goods"]
    after = np.asarray(found.outcome.flows_cf)[goods, n, i].sum()
    return float(np.log(after / c.flows[goods, n, i].sum()))


def pass_through(found: Equilibrium, placed: Placed, quarter: str) -> float:
    """Return how much of US tariffs on China's goods their US buyers pay, 1 being all.

    What China's producers charge, against what other suppliers of the United States do, over the
    mean change of ``log(1 + t)``.
    """
    c = found.calibration
    n, i = (c.country_codes.index(code) for code in (USA, CHINA))
    goods = np.array([sector.kind == "goods" for sector in c.sectors])
    cost = np.log(np.asarray(found.outcome.cost_hat))
    bought = c.flows[:, n, :] * goods[:, None]
    others = bought.copy()
    others[:, [n, i]] = 0.0
    weight = bought[:, i] / bought[:, i].sum()
    elsewhere = (others * cost.T).sum(axis=1) / np.maximum(others.sum(axis=1), 1e-9)
    on_china = (placed.frame["importer"] == USA) & (placed.frame["exporter"] == CHINA)
    after = np.maximum(placed.before + placed.frame[quarter].to_numpy(), 0.0)
    moved = (np.log1p(after) - np.log1p(placed.before))[on_china]
    size = np.average(moved, weights=placed.frame["value"][on_china])
    return 1 + float((weight * (cost[i] - elsewhere)).sum() / size)
