"""Rates that players would set together so that all gain equally: efficient tariffs (Ossa 2014).

A planner's first-order conditions at weights ω on payoffs are those of `reply` with ΣωG in place of
the own payoff. Weights and rates move at once: the weight of a player whose gain is below the mean
rises, in logs, by `STIFFNESS` times the gap, and one acceleration drives both to rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.games.evaluation import Evaluation, Game
from detente.games.reply import reply
from detente.games.search import Path, Step

Array = NDArray[np.float64]

STIFFNESS = 20.0
"""Move of ln ω per unit of a gap in gains (logs of real income)."""
LARGEST_WEIGHT = 5.0
"""Bound of |ln ω|."""


@dataclass(frozen=True, eq=False)
class Efficient:
    """Rates at which nobody can gain without harm to another, with equal gains.

    Attributes
    ----------
    settled
        Whether rates and weights are at rest.
    rates, values
        ``(rate,)`` and payoffs ``(player,)``.
    gains
        Payoffs over disagreement ``(player,)``.
    weights
        ω ``(player,)``, mean 1, at which the rates are stationary for Σ ω G.
    kkt
        Largest entry of the projected gradient of Σ ω G / Σ ω.
    spread
        Largest less smallest gain.
    """

    settled: bool
    rates: Array
    values: Array
    gains: Array
    weights: Array
    kkt: float
    spread: float
    history: tuple[Step, ...]


def equal_gains(
    game: Game,
    disagreement: Array,
    *,
    start: Array | None = None,
    tolerance: float = 1e-8,
    max_rounds: int = 400,
    on_step: Callable[[Step], None] | None = None,
) -> Efficient:
    """Find efficient rates with equal gains over a disagreement point; a local optimum.

    Parameters
    ----------
    disagreement
        Payoffs without agreement ``(player,)``, logs.
    start
        Rates to start from; the lowest unless given.

    Raises
    ------
    InputError
        Not one disagreement payoff for each player.
    SolveError
        There is no equilibrium on the way.
    """
    count = len(game.players)
    d = np.asarray(disagreement, dtype=np.float64)
    if d.shape != (count,):
        problem = Problem("not one for each player", key="disagreement", value=d.shape)
        raise InputError(problem)
    rates = game.low if start is None else np.clip(start, game.low, game.high)
    edge = np.full(count, LARGEST_WEIGHT)
    path = Path(np.append(np.log1p(game.low), -edge), np.append(np.log1p(game.high), edge))
    x, history = np.append(np.log1p(rates), np.zeros(count)), []
    before = game.evaluations
    while True:
        at = game.evaluate(np.clip(np.expm1(x[:-count]), game.low, game.high))
        weights = np.exp(x[-count:]) / np.exp(x[-count:]).mean()
        gains = at.values - d
        own = np.log1p(reply(game, at, np.tile(weights, (count, 1)))) - x[:-count]
        move = np.append(own, -STIFFNESS * (gains - gains.mean()))
        kkt, gap = planner_kkt(game, at, weights), float(np.abs(move).max())
        done = len(history)
        history.append(Step(done, gap, kkt, at.values, at.rates, game.evaluations - before))
        if on_step is not None:
            on_step(history[-1])
        if gap <= tolerance or len(history) >= max_rounds:
            break
        x = path.next(x, move)
    spread = float(np.ptp(gains))
    return Efficient(
        gap <= tolerance, at.rates, at.values, gains, weights, kkt, spread, tuple(history)
    )


def planner_kkt(game: Game, at: Evaluation, weights: Array) -> float:
    """Largest |P(r + ∂ΣωG/∂r) − r| with weights that sum to one."""
    slope = weights @ at.slopes / weights.sum()
    return float(np.abs(np.clip(at.rates + slope, game.low, game.high) - at.rates).max())
