"""Rates that are best for a weighted sum of payoffs, with weights that a bargaining rule implies.

Nash's bargain maximises Σ β ln(G − d): its first-order conditions are a planner's at weights
ω = β/(G − d). Weights and rates move at once, as in `efficient`.
"""

from __future__ import annotations

import numpy as np

from detente.games.constrained import Array
from detente.games.efficient import LARGEST_WEIGHT, Efficient, planner_kkt
from detente.games.evaluation import Game
from detente.games.reply import reply
from detente.games.search import Path, Step

LEAST_SHARE = 1e-3
"""Gains below this share of the largest are taken for it while weights move."""


def weighted(
    game: Game,
    disagreement: Array,
    power: Array,
    rule: str,
    *,
    start: Array,
    tolerance: float = 1e-8,
    max_rounds: int = 400,
) -> Efficient:
    """Find the rates of Nash's bargain, or of the greatest weighted sum.

    Parameters
    ----------
    disagreement
        Payoffs without agreement ``(player,)``, logs.
    power
        Bargaining power ``(player,)``, above zero.
    rule
        ``"nash"`` or ``"utilitarian"``.
    start
        Rates at which everybody gains.

    Raises
    ------
    SolveError
        There is no equilibrium on the way.
    """
    count = len(game.players)
    edge = np.full(count, LARGEST_WEIGHT)
    path = Path(np.append(np.log1p(game.low), -edge), np.append(np.log1p(game.high), edge))
    first = game.evaluate(np.clip(start, game.low, game.high))
    log_weight = _implied(first.values - disagreement, power, rule)
    x, before = np.append(np.log1p(first.rates), log_weight), game.evaluations
    history, settled, at, weights, kkt = [], False, first, np.ones(count), np.inf
    for number in range(max_rounds):
        at = game.evaluate(np.clip(np.expm1(x[:-count]), game.low, game.high))
        weights = np.exp(x[-count:]) / np.exp(x[-count:]).mean()
        own = np.log1p(reply(game, at, np.tile(weights, (count, 1)))) - x[:-count]
        turn = _implied(at.values - disagreement, power, rule) - x[-count:]
        move = np.append(own, 0.5 * turn)
        gap, kkt = float(np.abs(move).max()), planner_kkt(game, at, weights)
        history.append(Step(number, gap, kkt, at.values, at.rates, game.evaluations - before))
        settled = gap <= tolerance
        if settled:
            break
        x = path.next(x, move)
    gains = at.values - disagreement
    return Efficient(
        settled, at.rates, at.values, gains, weights, kkt, float(np.ptp(gains)), tuple(history)
    )


def _implied(gains: Array, power: Array, rule: str) -> Array:
    """Return ln ω, mean zero, bounded."""
    if rule == "utilitarian":
        log_weight = np.log(power)
    else:
        log_weight = np.log(power / np.maximum(gains, LEAST_SHARE * max(gains.max(), 1e-12)))
    return np.clip(log_weight - log_weight.mean(), -LARGEST_WEIGHT, LARGEST_WEIGHT)
