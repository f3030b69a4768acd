"""Rates that players would set together: the greatest least gain, then the next (Ossa 2014).

A planner's first-order conditions at weights ω on payoffs are those of `reply` with ΣωG in place of
the own payoff. Weights and rates move at once: the weight of a player whose gain is below the mean
by weight rises, in logs, by `STIFFNESS` times the gap, and one acceleration drives both to rest.
All gain alike then, but for players whom nothing can hold down to it: their weight falls to none.
These come next in line: they weigh `NEXT` less in logs, and are treated alike among themselves
(leximin).
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
NEXT = 12.0
"""How far ln ω of those next in line is below that of those before."""


@dataclass(frozen=True, eq=False)
class Efficient:
    """Rates at which nobody can gain without harm to another.

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
        Largest less smallest gain, of players at one place in line.
    history
        Rounds of the search.
    """

    settled: bool
    rates: Array
    values: Array
    gains: Array
    weights: Array
    kkt: float
    spread: float
    history: tuple[Step, ...]


@dataclass(frozen=True, eq=False)
class _Line:
    """Places in line ``(player,)``, from 0, and ln ω within each place to start from."""

    place: NDArray[np.int64]
    log_weight: Array

    def weights(self, log_weight: Array) -> Array:
        """Return ω with mean one."""
        found = np.exp(log_weight - self._top(log_weight) - NEXT * self.place)
        return found / found.mean()

    def gaps(self, gains: Array, weights: Array) -> Array:
        """Return gains less the mean by weight of those at the same place."""
        mean = np.zeros_like(gains)
        for k in np.unique(self.place):
            same = self.place == k
            mean[same] = np.average(gains[same], weights=weights[same])
        return gains - mean

    def held(self, log_weight: Array) -> Array:
        """Return ln ω whose largest at a place is 0 and the others no more than `NEXT` below."""
        return np.maximum(log_weight - self._top(log_weight), -NEXT)

    def later(self, log_weight: Array) -> _Line | None:
        """Let those whose weight has come to none stand one place later, if there are any."""
        none = (self.place == self.place.max()) & (log_weight <= 1e-6 - NEXT)
        return _Line(self.place + none, np.where(none, 0.0, log_weight)) if none.any() else None

    def _top(self, log_weight: Array) -> Array:
        return np.array([log_weight[self.place == k].max() for k in self.place])


def leximin(
    game: Game,
    disagreement: Array,
    *,
    start: Array | None = None,
    tolerance: float = 1e-8,
    max_rounds: int = 400,
    on_step: Callable[[Step], None] | None = None,
) -> Efficient:
    """Find rates with the greatest least gain over a disagreement point, then the next.

    A local optimum. All gain alike where nobody is left with more than that whatever is done.

    Parameters
    ----------
    disagreement
        Payoffs without agreement ``(player,)``, logs.
    start
        Rates to start from; the lowest unless given.
    max_rounds
        For those at each place in line.

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
    history: list[Step] = []

    def on_round(step: Step) -> None:
        history.append(step._replace(round=len(history)))
        if on_step is not None:
            on_step(history[-1])

    line: _Line | None = _Line(np.zeros(count, dtype=np.int64), np.zeros(count))
    before = game.evaluations
    while True:
        settled, at, log_weight = _at_rest(game, d, rates, line, tolerance, max_rounds, on_round)
        later = line.later(log_weight)
        if not settled or later is None:
            break
        rates, line = at.rates, later
    weights, gains = line.weights(log_weight), at.values - d
    spread = max(float(np.ptp(gains[line.place == k])) for k in line.place)
    rounds = tuple(step._replace(evaluations=step.evaluations - before) for step in history)
    return Efficient(settled, at.rates, at.values, gains, weights,
                     planner_kkt(game, at, weights), spread, rounds)  # fmt: skip


def _at_rest(
    game: Game, d: Array, rates: Array, line: _Line, tolerance: float, max_rounds: int,
    on_round: Callable[[Step], None],
) -> tuple[bool, Evaluation, Array]:  # fmt: skip
    """Bring rates and weights to rest: whether they are, where, and ln ω there."""
    count = len(d)
    edge = np.full(count, 2 * NEXT)
    path = Path(np.append(np.log1p(game.low), -edge), np.append(np.log1p(game.high), edge))
    x, number = np.append(np.log1p(rates), line.log_weight), 0
    while True:
        x[-count:] = line.held(x[-count:])
        at = game.evaluate(np.clip(np.expm1(x[:-count]), game.low, game.high))
        weights, gains = line.weights(x[-count:]), at.values - d
        own = np.log1p(reply(game, at, np.tile(weights, (count, 1)))) - x[:-count]
        wanted = line.held(x[-count:] - STIFFNESS * line.gaps(gains, weights))
        move = np.append(own, wanted - x[-count:])
        kkt, gap = planner_kkt(game, at, weights), float(np.abs(move).max())
        number += 1
        on_round(Step(number, gap, kkt, at.values, at.rates, game.evaluations))
        if gap <= tolerance or number >= max_rounds:
            return gap <= tolerance, at, x[-count:]
        x = path.next(x, move)


def planner_kkt(game: Game, at: Evaluation, weights: Array) -> float:
    """Largest |P(r + ∂ΣωG/∂r) − r| with weights that sum to one."""
    slope = weights @ at.slopes / weights.sum()
    return float(np.abs(np.clip(at.rates + slope, game.low, game.high) - at.rates).max())
