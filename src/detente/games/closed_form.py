"""Uniform tariffs by a formula near the optimum, without input-output links, with balanced trade.

Lashkaripour (2021), "The Cost of a Global Tariff War: A Sufficient Statistics Approach", Journal of
International Economics 131:

    t_i = 1 / Σ_k Σ_{j≠i} χ_ijk ε_k [1 − (1 − δ_jk) λ_ijk],   δ_jk = t_j λ_jjk e_jk / (1 + t_j λ_jj)

χ_ijk is the share of i's exports that goes to j in sector k, λ_ijk the share of i in j's spending
on k, e_jk the share of k in j's spending, λ_jj = Σ_k e_jk λ_jjk; all at the rates themselves. The
formula is an approximation even in that model, most off for the largest economies: 43.5% against
47.4% for the United States in a world of 44 economies and 16 sectors (``benchmarks/wars.py --parts
formula``), at most 0.4 points in the shipped one. It is a start of searches and a yardstick.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.games.evaluation import Game
from detente.solver.equilibrium import rebase, solve_equilibrium
from detente.solver.options import Options

Array = NDArray[np.float64]


def optimal_tariffs(
    flows: Array, tariff: Array, elasticity: Array, members: tuple[tuple[int, ...], ...]
) -> Array:
    """Evaluate the formula ``(player,)`` at given trade.

    Parameters
    ----------
    flows
        Sales at fob prices ``(sector, importer, exporter)``, at home too.
    tariff
        Tariffs in force there, same axes; δ reads the mean by trade of each importer.
    elasticity
        Trade elasticity ``(sector,)``.
    members
        Economies of each player.
    """
    gross = (1 + tariff) * flows
    spending = gross.sum(axis=2)
    shares = np.divide(gross, spending[:, :, None], out=np.zeros_like(gross),
                       where=spending[:, :, None] > 0)  # fmt: skip
    mix = spending / spending.sum(axis=0)
    countries = np.arange(flows.shape[1])
    home = shares[:, countries, countries]
    foreign = np.where(np.eye(len(countries), dtype=bool), 0.0, flows)
    rate = (tariff * foreign).sum(axis=(0, 2)) / np.maximum(foreign.sum(axis=(0, 2)), 1e-300)
    delta = rate * home * mix / (1 + rate * (mix * home).sum(axis=0))
    found = []
    for places in members:
        inside = list(places)
        outside = np.setdiff1d(countries, inside)
        sold = flows[:, outside][:, :, inside].sum(axis=2)
        theirs = shares[:, outside][:, :, inside].sum(axis=2)
        weight = elasticity[:, None] * (1 - (1 - delta[:, outside]) * theirs)
        total = (sold * weight).sum()
        found.append(sold.sum() / total if total > 0 else 0.0)
    return np.array(found)


def closed_form_war(game: Game, rounds: int = 200, tolerance: float = 1e-10) -> tuple[Array, bool]:
    """Iterate the formula and the economy until both hold.

    Returns
    -------
    tuple
        One rate for each player ``(player,)``, and whether they settled.

    Raises
    ------
    SolveError
        There is no equilibrium on the way.
    """
    rates, start = np.zeros(len(game.players)), None
    c = game.calibration
    for _ in range(rounds):
        policy = game.policy(_spread(game, rates))
        solved = solve_equilibrium(c, policy, game.options, start=start)
        start = solved.unknowns
        flows = np.asarray(solved.outcome.flows_cf)
        paid = solved.tariff_paid
        found = optimal_tariffs(flows, paid, c.trade_elasticity, game.placement.members)
        moved = float(np.abs(found - rates).max())
        rates = found
        if moved < tolerance:
            return rates, True
    return rates, False


def without_links(calibration: Calibration) -> Calibration:
    """Return the economy that the formula is for: no input-output links, balanced trade.

    Spending shares and flows are kept, all of output is value added, and deficits are removed by
    solving for the economy without them.

    Raises
    ------
    SolveError
        There is no such economy.
    """
    c = calibration
    bare = c.replace(
        value_added_share=np.ones_like(c.value_added_share),
        input_share=np.zeros_like(c.input_share),
        final_demand=c.expenditure,
    )
    return rebase(solve_equilibrium(bare, options=Options(deficits="removed")))


def closed_form_rates(game: Game) -> Array:
    """Return the formula at baseline trade for every rate of a player ``(rate,)``, as a start."""
    c = game.calibration
    found = optimal_tariffs(
        c.flows, game.base.tariff_cf, c.trade_elasticity, game.placement.members
    )
    return np.clip(_spread(game, found), game.low, game.high)


def _spread(game: Game, rates: Array) -> Array:
    return rates[game.placement.rate_player]
