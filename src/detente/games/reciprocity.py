"""Reciprocity: openings that are answered by openings of the same worth.

A player's exports and imports change by as much at the baseline's prices. Changes that are
reciprocal in this sense leave its terms of trade as they are, so that what is left to gain is
efficiency (Bagwell & Staiger 1999).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
import numpy as np

from detente.games.bargaining import LEAST_GAIN, Agreement, Bargain
from detente.games.constrained import FEASIBLE, Array, Bounds, Optimum, maximise
from detente.games.cooperation import scaled_bounds
from detente.games.evaluation import Game
from detente.model.economy import Economy
from detente.model.outcome import Outcome

EXACT = 1e-6
"""Largest gap, as a share of imports, that counts as none."""


def reciprocity_gaps(game: Game, rates: Array) -> Array:
    """Change of exports less change of imports at baseline prices ``(player,)``, shares of imports.

    Above zero a player gives more than it gets, for its terms of trade fall.
    """
    return game.observing(gaps_of(game)).payoffs(rates)[0][len(game.players) :]


def reciprocal(game: Game, disagreement: Array, start: Array | None = None) -> Bargain:
    """Find Nash's bargain among changes of rates that are reciprocal for every player.

    The point from which the product of gains is searched is the one at which the least gain is
    greatest, so that what betters everybody is found where there is any.

    Parameters
    ----------
    disagreement
        Payoffs without agreement ``(player,)``.
    start
        Rates to start from; those in force unless given.

    Raises
    ------
    SolveError
        There is no equilibrium on the way.
    """
    first = game.applied if start is None else np.asarray(start, dtype=np.float64)
    bounds, unit = scaled_bounds(game, first)
    d = np.asarray(disagreement, dtype=np.float64)
    watched = game.observing(gaps_of(game))
    best = _fairest(watched, bounds, first, d, unit)
    gain = float((best.payoffs[: len(d)] - d).min())
    if best.violation <= FEASIBLE and gain > LEAST_GAIN:
        # again in units of the gains there are
        smaller = gain / unit
        if bounds.size is not None:
            bounds = bounds._replace(size=bounds.size * smaller**0.5)
        best = _product(watched, bounds, best.rates, d, gain)
        status = Agreement.AGREED if best.solved else Agreement.NOT_SOLVED
    else:
        status = Agreement.NO_GAIN if best.solved else Agreement.NOT_SOLVED
    return Bargain("nash, reciprocal", status, d, replace(best, payoffs=best.payoffs[: len(d)]))


def _fairest(game: Game, bounds: Bounds, start: Array, d: Array, unit: float) -> Optimum:
    """Maximise the least gain, one more rate that bounds all gains, with all gaps within `EXACT`."""
    count = len(d)
    scale = _scale(unit, count)
    gaps = np.eye(2 * count)[count:]
    above = np.hstack([np.eye(count), np.zeros((count, count)), -np.ones((count, 1))])
    within = np.hstack([np.vstack([gaps, -gaps]), np.zeros((2 * count, 1))])
    by = np.vstack([above, within])
    room = np.concatenate([-d / unit, np.full(2 * count, EXACT)])
    lowest = float((game.payoffs(start)[0][:count] - d).min() / unit) - 1.0

    def evaluate(rates: Array) -> tuple[Array, Array]:
        values, slopes = game.payoffs(rates[:-1])
        grown = np.zeros((2 * count + 1, len(rates)))
        grown[:-1, :-1], grown[-1, -1] = slopes / scale[:, None], 1.0
        return np.append(values / scale, rates[-1]), grown

    def level(values: Array) -> tuple[float, Array]:
        return float(values[-1]), np.append(np.zeros(2 * count), 1.0)

    size = None if bounds.size is None else np.append(bounds.size, 1.0)
    limits = Bounds(np.append(bounds.low, lowest), np.append(bounds.high, np.inf), size)
    found = maximise(evaluate, limits, np.append(start, lowest), level,
                     lambda values: (by @ values + room, by))  # fmt: skip
    return replace(found, rates=found.rates[:-1], payoffs=found.payoffs[:-1] * scale)


def _product(game: Game, bounds: Bounds, start: Array, d: Array, unit: float) -> Optimum:
    """Maximise the product of gains, nobody below disagreement and all gaps within `EXACT`."""
    count = len(d)
    scale = _scale(unit, count)
    both = np.eye(2 * count)
    by = np.vstack([both, -both[count:]])
    room = np.concatenate([-d / unit, np.full(2 * count, EXACT)])

    def evaluate(rates: Array) -> tuple[Array, Array]:
        values, slopes = game.payoffs(rates)
        return values / scale, slopes / scale[:, None]

    def of_gains(values: Array) -> tuple[float, Array]:
        value, slope = _log_product(values[:count] - d / unit)
        return value, np.append(slope, np.zeros(count))

    found = maximise(evaluate, bounds, start, of_gains, lambda values: (by @ values + room, by))
    return replace(found, payoffs=found.payoffs * scale)


def _scale(unit: float, count: int) -> Array:
    """Units of payoffs and of gaps ``(2 player,)``."""
    return np.append(np.full(count, unit), np.ones(count))


def _log_product(gain: Array) -> tuple[float, Array]:
    low = gain <= 1e-6
    if low.any():
        # outside the zone: a slope back into it
        return float(np.minimum(gain, 0.0).sum()) - 1e3, np.where(low, 1.0, 0.0)
    return float(np.log(gain).sum()), 1 / gain


def gaps_of(game: Game) -> tuple[Callable[..., Any], ...]:
    """Return one function of (economy, outcome) for each player."""
    return tuple(_gap(places) for places in game.placement.members)


@lru_cache(maxsize=256)
def _gap(places: tuple[int, ...]) -> Callable[..., Any]:
    def gap(economy: Economy, after: Outcome):
        before = economy.trade_shares * economy.expenditure.T[:, :, None] / (1 + economy.tariff)
        quantity = after.flows_cf / after.cost_hat.T[:, None, :]
        foreign = 1 - jnp.eye(before.shape[1])
        change = (quantity - before) * foreign
        inside = jnp.array(places)
        sold, bought = change[:, :, inside].sum(), change[:, inside].sum()
        return (sold - bought) / (before * foreign)[:, inside].sum()

    return gap
