"""Whether rates are an equilibrium: what each player could gain by its best response.

Best responses are searched for independently of how the rates were found: by a quasi-Newton method
on the exact payoff and its gradient (L-BFGS-B), from several starts, in variables scaled by the
curvature that the closed-form reply implies, so that rates on much and on little trade weigh alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import SolveError
from detente.games.evaluation import Evaluation, Game
from detente.games.players import sums
from detente.games.search import kkt_gap

Array = NDArray[np.float64]

NASH_CONV = 1e-6
"""Sum of gains, in logs of real income, up to which rates count as an equilibrium."""
UNIT = 1e-6
"""Payoffs inside the search are in millionths."""


@dataclass(frozen=True, eq=False)
class Certificate:
    """How far rates are from an equilibrium.

    Attributes
    ----------
    gains
        ``(player,)``: payoff of the best response found less payoff, at least zero.
    nash_conv
        Their sum.
    kkt
        Largest entry of the projected gradients of payoffs by own rates.
    responses
        Best responses, own rates of each player.
    starts, evaluations
        Searches for each player, and solves with an adjoint that all of them took.
    """

    gains: Array
    nash_conv: float
    kkt: float
    responses: tuple[Array, ...]
    starts: int
    evaluations: int


def certify(
    game: Game, at: Evaluation, starts: Sequence[str] = ("here", "low"), seed: int = 0
) -> Certificate:
    """Search for every player's best response to the rates of the others.

    Parameters
    ----------
    starts
        Where searches start: ``"here"``, ``"low"`` and ``"high"`` (own rates at their bounds),
        ``"random"``.
    """
    gains, responses, count = [], [], 0
    for number in range(len(game.players)):
        own = game.placement.own(number)
        if not len(own):
            gains.append(0.0)
            responses.append(np.zeros(0))
            continue
        alone = game.alone(number, at.rates)
        found = best_response(alone, _apart(alone, start_rates(alone, at.rates[own], starts, seed)))
        gain = found.values[0] - at.values[number]
        gains.append(max(0.0, float(gain)))
        responses.append(found.rates if gain > 0 else at.rates[own])
        count += alone.evaluations
    total = float(np.sum(gains))
    return Certificate(
        np.array(gains), total, kkt_gap(game, at), tuple(responses), len(starts), count
    )


def _apart(game: Game, starts: list[Array]) -> list[Array]:
    """Start from the highest rates where a start is one that was there already.

    A player at its lowest rates stands where the search from the lowest starts: both would stop at
    once where its payoff is flat, be it a least one.
    """
    kept: list[Array] = []
    for start in starts:
        twice = any(np.abs(start - old).max() < 1e-9 for old in kept)
        kept.append(game.high if twice else start)
    return kept


def start_rates(game: Game, here: Array, starts: Sequence[str], seed: int = 0) -> list[Array]:
    """Turn names of starts into rates."""
    random = np.random.default_rng(seed)
    named = {
        "here": lambda: here,
        "low": lambda: game.low,
        "high": lambda: game.high,
        "random": lambda: random.uniform(game.low, game.high),
    }
    return [np.array(named[name]()) for name in starts]


def best_response(game: Game, starts: Sequence[Array], max_evaluations: int = 400) -> Evaluation:
    """Maximise the payoff of the only player of a game from several starts; the best of the ends.

    Raises
    ------
    SolveError
        No start leads anywhere: there is no equilibrium at any of them.
    """
    best = None
    for start in starts:
        try:
            found = _climb(game, np.clip(start, game.low, game.high), max_evaluations)
        except SolveError:
            continue
        if best is None or found.values[0] > best.values[0]:
            best = found
    if best is None:
        raise SolveError(_nowhere(game))
    return best


def _nowhere(game: Game) -> str:
    """Say whose best response could not start, between which rates, and what may help."""
    names = ", ".join(player.name for player in game.players)
    low, high = 100 * float(game.low.min()), 100 * float(game.high.max())
    return (
        f"the economy has no equilibrium at any start of the best response of {names}, whose rates "
        f"may lie between {low:g}% and {high:g}%: raise the lowest (--low) or lower the highest "
        "(--cap)"
    )


def _climb(game: Game, start: Array, max_evaluations: int) -> Evaluation:
    """Run one search, in variables in which the payoff is curved alike in all directions."""
    from scipy.optimize import minimize

    first = game.evaluate(start)
    scale = np.sqrt(curvature(game, first) / UNIT)
    best = [first]

    def loss(y: Array) -> tuple[float, Array]:
        rates = np.clip(np.expm1(y / scale), game.low, game.high)
        try:
            found = game.evaluate(rates)
        except SolveError:
            # no economy there: worse than anything, with a slope back
            return 1e6, (y - y0) / max(1e-9, float(np.abs(y - y0).max()))
        if found.values[0] > best[0].values[0]:
            best[0] = found
        slope = found.slopes[0] * (1 + rates) / scale
        return -(found.values[0] - first.values[0]) / UNIT, -slope / UNIT

    y0 = np.log1p(start) * scale
    limits = list(zip(np.log1p(game.low) * scale, np.log1p(game.high) * scale, strict=True))
    minimize(
        loss,
        y0,
        jac=True,
        bounds=limits,
        method="L-BFGS-B",
        options={"ftol": 0.0, "gtol": 1e-4, "maxfun": max_evaluations, "maxcor": 20},
    )
    return best[0]


def curvature(game: Game, at: Evaluation) -> Array:
    """−∂²G/∂ln(1+rate)² near the optimum, θ gross A summed over what a rate is on ``(rate,)``."""
    p = game.placement
    power = game.calibration.trade_elasticity[p.sector]
    (gross, fob, _), (a, b, _) = at.parts, at.by_kernel
    number = p.rate_player[p.rate]
    access = gross * a[number, *p.cell]
    access = np.where(p.taxed, access + fob * b[number, *p.cell], access)
    found = np.abs(sums(p.rate, power * access, p.size))
    return np.maximum(found, 1e-6 * found.max(initial=1e-12))
