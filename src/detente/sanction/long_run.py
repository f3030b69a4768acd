"""The ban in general equilibrium, by horizon, and one path of the firm from the first day on."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from detente.compiled import for_few_runs
from detente.errors import InputError, Problem
from detente.model.horizons import HORIZONS, elasticity_scale
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan
from detente.results import Solution
from detente.sanction.calendar import DAYS_A_YEAR
from detente.sanction.carve import Carved, CarvedFirm
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from detente.units import name_in

YEARS = {"month": 1 / 12, "year": 1.0, "two-years": 2.0, "long-run": 8.5}
"""When each horizon is reached, as in `detente.model.horizons`: of the gap between the first
adjustment and the last a twentieth is left at 8.5 years."""


@dataclass(frozen=True, eq=False)
class Horizons:
    """A ban in general equilibrium at each horizon.

    Attributes
    ----------
    firm
        One row a horizon: ``output_pct`` (quantity) and ``cost_pct`` of the firm, ``input_pct`` the
        price of what it buys from named suppliers.
    real_income
        ``(economy, horizon)`` change of real income a year, the baseline's unit.
    value_added
        ``(economy, horizon)`` change of value added a year at the baseline's prices: what output
        in the daily path is counted in.
    solutions
        By horizon.
    """

    firm: pd.DataFrame
    real_income: pd.DataFrame
    value_added: pd.DataFrame
    solutions: dict[str, Solution]


def ban_of(firm: CarvedFirm, carved: Carved, by: str, *, ban_share: float = 1.0) -> ExportBan:
    """Return the ban of an economy on a firm: on the sectors that only the firm buys of.

    Raises
    ------
    InputError
        The firm's card names no supplier.
    """
    if not firm.inputs:
        message = "the card names no purchases: nothing tells the firm's suppliers from others'"
        raise InputError(Problem(message, firm.card.origin.path, None, "purchases"))
    home = carved.calibration.country_codes[firm.accounts.economy]
    sectors = list(firm.inputs.values())
    return ExportBan(by, on=home, sectors=sectors, coverage=ban_share, id=f"ban-{firm.code}")


def by_horizon(
    carved: Carved, firm: CarvedFirm, by: str, *, ban_share: float = 1.0,
    horizons: tuple[str, ...] = tuple(YEARS),
    solutions: Mapping[str, Solution] | None = None,
) -> Horizons:  # fmt: skip
    """Solve the ban at every horizon.

    Where the suppliers that a ban leaves have the share 1 − ω of an input, its price rises by
    (1 − ω)^(−1/θ), σ = 1 + θ, before any other price moves. θ is small at first and grows.

    Parameters
    ----------
    solutions
        Of `solve_bans`, where several firms are cut off at once; solved here unless given.

    Raises
    ------
    SolveError
        An economy has no equilibrium.
    """
    if solutions is None:
        ban = ban_of(firm, carved, by, ban_share=ban_share)
        solutions = solve_bans(carved, [ban], horizons)
    c = carved.calibration
    rows = {name: _firm(c, firm, found) for name, found in solutions.items()}
    column = name_in("real_income_musd", c.card.unit)
    income = {name: found.countries[column] for name, found in solutions.items()}
    worth = {name: _value_added(found) for name, found in solutions.items()}
    return Horizons(
        pd.DataFrame(rows).T, pd.DataFrame(income), pd.DataFrame(worth, c.country_codes),
        dict(solutions),
    )  # fmt: skip


def solve_bans(
    carved: Carved, bans: Sequence[ExportBan], horizons: tuple[str, ...] = tuple(YEARS)
) -> dict[str, Solution]:
    """Solve bans that stay, all at once, at every horizon.

    Raises
    ------
    SolveError
        An economy has no equilibrium.
    """
    solutions = {}
    for name in horizons:
        horizon, c = HORIZONS[name], carved.calibration
        scaled = c.replace(trade_elasticity=c.trade_elasticity * horizon.elasticity_scale)
        options = Options(structure=horizon.structure)
        policy = compile_policy(scaled, bans)
        with for_few_runs():
            solutions[name] = Solution(solve_equilibrium(scaled, policy, options))
    return solutions


def _value_added(found: Solution) -> np.ndarray:
    """Change of value added ``(country,)`` at the baseline's prices, shares of it as they were."""
    c, after = found.equilibrium.calibration, found.equilibrium.outcome
    volume = np.asarray(after.output_cf) / np.where(c.output > 0, np.asarray(after.cost_hat), 1.0)
    return (c.value_added_share * (volume - c.output)).sum(axis=1)


def _firm(c, firm: CarvedFirm, found: Solution) -> dict[str, float]:
    after = found.equilibrium.outcome
    h, at = firm.accounts.economy, c.sector_codes.index(firm.code)
    cost = float(after.cost_hat[h, at])
    output = float(after.output_cf[h, at]) / float(c.output[h, at]) / cost
    own = [c.sector_codes.index(code) for code in firm.inputs.values()]
    spent = np.array([c.expenditure[h, k] for k in own])
    price = math.exp(float(spent @ np.log(np.asarray(after.price_hat)[h, own]) / spent.sum()))
    return {
        "output_pct": 100 * (output - 1),
        "cost_pct": 100 * (cost - 1),
        "input_pct": 100 * (price - 1),
    }


def elasticity_reached(day: np.ndarray) -> np.ndarray:
    """Share of their long run that trade elasticities have reached on some days of a ban."""
    return np.array([elasticity_scale(d / DAYS_A_YEAR) for d in np.atleast_1d(day)])


def between(values: pd.Series, day: np.ndarray) -> np.ndarray:
    """Return values of horizons on days between: straight lines in the elasticity reached."""
    names = [str(name) for name in values.index]
    scales = [elasticity_scale(YEARS[n]) if n != "long-run" else 1.0 for n in names]
    return np.interp(elasticity_reached(day), scales, values.to_numpy())


def joined(last_value: float, last: float, values: pd.Series, day: np.ndarray) -> np.ndarray:
    """Join what a daily path ends with and the equilibria of the horizons, on days after it.

    The last day fades into the equilibrium of the day, y(t) = w y(T) + (1 − w) g(t) with
    w = e^(−r (t − T)), r the constant rate at which trade elasticities go to their long run: the
    path meets both, and lies between them all the way.

    Parameters
    ----------
    last_value, last
        y(T) and T, the last day of the daily path.
    values
        g by horizon.
    day
        ``(point,)``, t.
    """
    left = fading(np.asarray(day) - last)
    return left * last_value + (1 - left) * between(values, day)


def fading(days: np.ndarray | float) -> np.ndarray:
    """Return what is left of the last day of a daily path so many days after it: w above."""
    rate = -math.log((1 - elasticity_scale(2)) / (1 - elasticity_scale(1))) / DAYS_A_YEAR
    return np.exp(-rate * np.asarray(days, np.float64))


def economy_after(lost: np.ndarray, horizons: Horizons, code: str, count: int) -> np.ndarray:
    """Continue an economy's loss by day, `joined` to its loss of real income in equilibrium.

    Parameters
    ----------
    lost
        ``(day,)`` to the joint.
    count
        Days wanted.
    """
    # a day of the daily path is one of 365: so are those that follow
    return _continued(lost, -horizons.real_income.loc[code] / DAYS_A_YEAR, count)


def firm_after(output: np.ndarray, horizons: Horizons, count: int) -> np.ndarray:
    """Continue a firm's output by day, 1 is normal, `joined` to that in equilibrium.

    Parameters
    ----------
    output
        ``(day,)`` to the joint.
    count
        Days wanted.
    """
    return _continued(output, 1 + horizons.firm["output_pct"] / 100, count)


def _continued(path: np.ndarray, reached: Any, count: int) -> np.ndarray:
    """Continue a path by day, `joined` to the values by horizon that it comes to."""
    day = len(path) + np.arange(max(count - len(path), 0)) + 1.0
    return np.concatenate([path, joined(float(path[-1]), len(path), reached, day)])[:count]


def join(daily: np.ndarray, horizons: Horizons, years: float = 10.0) -> pd.DataFrame:
    """Join the daily path and the horizons into one path of the firm's output, 1 is normal.

    To the last day of the daily path it is that, then `joined`. The ban is never lifted.

    Parameters
    ----------
    daily
        ``(day,)`` output of the firm under a ban that stays.
    horizons
        Of `by_horizon`.
    years
        How far to go; a point a day first, then a month.

    Returns
    -------
    pandas.DataFrame
        ``day``, ``output`` and ``part``: ``days`` or ``adjustment``.
    """
    last = len(daily)
    later = np.arange(last + 30.0, years * DAYS_A_YEAR + 1, 30.0)
    reached: pd.Series = horizons.firm["output_pct"]  # pyright: ignore[reportAssignmentType]
    output = joined(daily[-1], last, 1 + reached / 100, later)
    return pd.DataFrame(
        {
            "day": np.concatenate([np.arange(1.0, last + 1), later]),
            "output": np.concatenate([daily, output]),
            "part": ["days"] * last + ["adjustment"] * len(later),
        }
    )
