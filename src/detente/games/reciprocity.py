"""Reciprocity: openings that are answered by openings of the same worth.

A player's exports and imports change by as much at the baseline's prices. Changes that are
reciprocal in this sense leave its terms of trade as they are, so that what is left to gain is
efficiency (Bagwell & Staiger 1999).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import jax.numpy as jnp
import numpy as np

from detente.errors import SolveError
from detente.games.bargaining import LEAST_GAIN, Agreement, Bargain, best_of
from detente.games.constrained import FEASIBLE, Array, Bounds, Optimum, Scalar, maximise
from detente.games.cooperation import scaled_bounds
from detente.games.evaluation import Game
from detente.model.economy import Economy
from detente.model.outcome import Outcome

EXACT = 1e-6
"""Largest gap, as a share of imports, that counts as none."""
SHARPNESS = 5.0, 50.0, 500.0, 5000.0
"""β of the smooth least gain, gains in units of what is at stake."""


def reciprocity_gaps(game: Game, rates: Array) -> Array:
    """Change of exports less change of imports at baseline prices ``(player,)``, shares of imports.

    Above zero a player gives more than it gets, for its terms of trade fall.
    """
    return game.observing(gaps_of(game)).payoffs(rates)[0][len(game.players) :]


def reciprocal(game: Game, disagreement: Array, start: Array | None = None) -> Bargain:
    """Find Nash's bargain among changes of rates that are reciprocal for every player.

    The product of gains is searched from a point at which everybody gains. Where the greatest least
    gain is none, nothing can be agreed on; where that search does not settle, nothing is known.

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
    inside = _inside(watched, bounds, first, d, unit)
    best, gain = inside, float((inside.payoffs[: len(d)] - d).min())
    if gain > LEAST_GAIN:
        # again in units of the gains there are
        smaller = gain / unit
        if bounds.size is not None:
            bounds = bounds._replace(size=bounds.size * smaller**0.5)
        best = _within(watched, bounds, inside.rates, d, gain, _log_product, True)
    status = Agreement.AGREED if gain > LEAST_GAIN else Agreement.NO_GAIN
    return Bargain("nash, reciprocal", status if best.solved else Agreement.NOT_SOLVED, d,
                   replace(best, payoffs=best.payoffs[: len(d)]))  # fmt: skip


def best_reciprocal(
    game: Game, disagreements: Mapping[str, Array], starts: Sequence[Array] = ()
) -> dict[str, Bargain]:
    """Find reciprocal bargains over several disagreements, each the best of several searches.

    A search finds a local optimum, and may fail to come to rest on the noise of payoffs that were
    solved from elsewhere. So each one has a game to itself, which remembers no earlier solve. They
    start from the rates in force, from ``starts``, then from what was agreed on over the other
    disagreements, for a point that betters everybody over one may do so over another. Kept is the
    greatest product of gains among those that settled; ``starts`` of a bargain counts the searches.

    Parameters
    ----------
    disagreements
        Payoffs without agreement ``(player,)``, by name.
    starts
        More rates ``(rate,)`` to start from.

    Raises
    ------
    SolveError
        No search over a disagreement has an equilibrium on its way.
    """
    first = [game.applied, *starts]
    ends = {name: [_alone(game, d, start) for start in first]
            for name, d in disagreements.items()}  # fmt: skip
    agreed = {name: found.optimum.rates for name, each in ends.items()
              if (found := _best(each)).status is Agreement.AGREED}  # fmt: skip
    return {
        name: _best([*each, *(_alone(game, disagreements[name], rates)
                              for other, rates in agreed.items() if other != name)])
        for name, each in ends.items()
    }  # fmt: skip


def _alone(game: Game, disagreement: Array, start: Array) -> Bargain | SolveError:
    """Search with no memory of earlier solves; what has no equilibrium on its way is handed on."""
    try:
        return reciprocal(game.valued(game.kinds, game.parameters), disagreement, start)
    except SolveError as error:
        return error


def _best(ends: Sequence[Bargain | SolveError]) -> Bargain:
    """Return the agreement with the greatest product of gains; where there is none, what is known.

    A start with no equilibrium on its way counts among the searches.
    """
    found = [end for end in ends if isinstance(end, Bargain)]
    if not found:
        raise next(end for end in ends if isinstance(end, SolveError))
    best = best_of(found, lambda one: float(one.gains.prod()))
    return replace(best, starts=len(ends))


def _inside(game: Game, bounds: Bounds, start: Array, d: Array, unit: float) -> Optimum:
    """Find a point at which everybody gains, or the one at which the least gain is greatest.

    The least gain has a kink along which searches creep; the smooth −ln Σ exp(−βg)/β falls short
    of it by at most ln(players)/β, and is searched for at ever larger β.
    """
    found, short = None, np.log(len(d))
    for sharp in SHARPNESS:
        from_ = start if found is None else found.rates
        found = _within(game, bounds, from_, d, unit, partial(_least, sharp), False)
        gains = (found.payoffs[: len(d)] - d) / unit
        none = found.solved and _least(sharp, gains)[0] + short / sharp <= 0
        if none or (found.violation <= FEASIBLE and gains.min() * unit > LEAST_GAIN):
            break
    assert found is not None
    return found


def _within(
    game: Game, bounds: Bounds, start: Array, d: Array, unit: float, objective: Scalar, above: bool
) -> Optimum:
    """Maximise an objective of gains, all gaps within `EXACT`, nobody below disagreement or not."""
    count = len(d)
    scale = np.append(np.full(count, unit), np.ones(count))
    gains, gaps = np.vsplit(np.eye(2 * count), 2)
    by = np.vstack([gains, gaps, -gaps])
    room = np.append(-d / unit, np.full(2 * count, EXACT))
    kept = slice(None if above else count, None)

    def evaluate(rates: Array) -> tuple[Array, Array]:
        values, slopes = game.payoffs(rates)
        return values / scale, slopes / scale[:, None]

    def of_gains(values: Array) -> tuple[float, Array]:
        value, slope = objective(values[:count] - d / unit)
        return value, np.append(slope, np.zeros(count))

    def sides(values: Array) -> tuple[Array, Array]:
        return (by @ values + room)[kept], by[kept]

    found = maximise(evaluate, bounds, start, of_gains, sides)
    return replace(found, payoffs=found.payoffs * scale)


def _least(sharp: float, gain: Array) -> tuple[float, Array]:
    """Return a smooth least gain, from below, and its derivatives."""
    least = gain.min()
    weight = np.exp(-sharp * (gain - least))
    return float(least - np.log(weight.sum()) / sharp), weight / weight.sum()


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
