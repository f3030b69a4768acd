"""What one economy can threaten another with: leverage put together for a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.sanction.leverage import (
    break_even_diversification,
    by_pair,
    chokepoints,
    erosion,
    exposure,
    hirschman,
)
from detente.sanction.names import one_economy

CUT_OFF_PROBABILITY = 0.1
"""Of a cut-off in a year, for the premium that another supplier is worth: an assumption."""
HALF_LIFE_YEARS = 5.0
"""In which a target that builds its own supply halves the supplier's share: an assumption."""
LEAST_LOSS = 1e-4
"""Share of the target's income that a chokepoint costs it at least."""
TOP_SECTORS = 3


@dataclass(frozen=True, eq=False)
class Leverage:
    """Power of one economy over another, what it costs, and how it wears off.

    Attributes
    ----------
    by, on
        Codes of the economy that threatens and of the target.
    power
        Indexed by ``threat``: the sectors asked for as one (``sectors``), all that ``by`` sells to
        ``on`` (``all-sales``), and the other way round (``answer``). Columns of
        `detente.sanction.leverage.hirschman`, in the baseline's unit a year.
    chokepoints
        Indexed by (by, sector): cells of any supplier that cost the target `LEAST_LOSS` of its
        income or more, most per unit of own cost first.
    inputs
        Indexed by sector: ``share`` ω of ``by`` in what ``on`` buys, ``theta`` the trade
        elasticity, ``spending`` of ``on``.
    diversification, erosion
        As `break_even_diversification` and `erosion` have it, a level ``sector`` in front; sectors
        that ``by`` sells all or nothing of are left out: the formulas have no answer there.
    """

    by: str
    on: str
    power: pd.DataFrame
    chokepoints: pd.DataFrame
    inputs: pd.DataFrame
    diversification: pd.DataFrame
    erosion: pd.DataFrame


def leverage_of(
    calibration: Calibration, by: str, on: str, sectors: Sequence[str] | None = None
) -> Leverage:
    """Put together what one economy can threaten another with.

    Parameters
    ----------
    by, on
        Two single economies.
    sectors
        Codes that are threatened with together, such as those of a carved firm's inputs; unless
        given, the `TOP_SECTORS` with the largest power.

    Raises
    ------
    InputError
        An economy is unknown or a group, both are the same, or nothing is sold of the sectors.
    SolveError
        An adjoint did not converge.
    """
    c = calibration
    places, problems = [], []
    for key, name in (("by", by), ("on", on)):
        try:
            places.append(one_economy(c, key, name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    seller, buyer = places
    if seller == buyer:
        raise InputError(Problem("an economy has no leverage over itself", key="on", value=on))
    by, on = c.country_codes[seller], c.country_codes[buyer]
    table = hirschman(exposure(c)).sort_index()
    own = pd.DataFrame(table.xs((by, on), level=("by", "on")))
    asked = sectors
    if sectors is None:
        sectors = list(own.sort_values("power", ascending=False).index[:TOP_SECTORS])
    sectors = [code for code in dict.fromkeys(sectors) if code in own.index]
    if not sectors:
        message = f"{by} sells nothing of that to {on}"
        sold = ", ".join(own.index) or "another pair: it sells nothing there"
        raise InputError(Problem(message, None, None, "sectors", asked, sold))
    pairs = by_pair(table)
    losses = own.loc[sectors, ["target_loss", "own_loss"]].sum()
    target, cost = float(losses["target_loss"]), float(losses["own_loss"])
    row = {"target_loss": target, "own_loss": cost, "power": target - cost,
           "ratio": target / cost if cost > 0 else np.nan}  # fmt: skip
    power = pd.DataFrame(
        {"sectors": row, "all-sales": pairs.loc[(by, on)], "answer": pairs.loc[(on, by)]}
    ).T.rename_axis("threat")
    inputs = _inputs(c, seller, buyer, sectors)
    some = pd.DataFrame(inputs[(inputs["share"] > 0) & (inputs["share"] < 1)])
    return Leverage(
        by, on, power, chokepoints(table, on, LEAST_LOSS * float(c.income[buyer])), inputs,
        _by_sector(some, lambda w, theta: break_even_diversification(
            w, theta, probability=CUT_OFF_PROBABILITY, steps=6)),
        _by_sector(some, lambda w, theta: erosion(w, theta, half_life=HALF_LIFE_YEARS)),
    )  # fmt: skip


def _inputs(c: Calibration, seller: int, buyer: int, sectors: Sequence[str]) -> pd.DataFrame:
    at = [c.sector_codes.index(code) for code in sectors]
    columns = {
        "share": c.trade_shares[at, buyer, seller],
        "theta": c.trade_elasticity[at],
        "spending": c.expenditure[buyer, at],
    }
    return pd.DataFrame(columns, pd.Index(list(sectors), name="sector"))


def _by_sector(inputs: pd.DataFrame, table: Callable[[float, float], pd.DataFrame]) -> pd.DataFrame:
    shares, thetas = inputs["share"].to_numpy(), inputs["theta"].to_numpy()
    parts = {
        code: table(float(share), float(theta))
        for code, share, theta in zip(inputs.index, shares, thetas, strict=True)
    }
    return pd.concat(parts, names=["sector"]) if parts else pd.DataFrame()
