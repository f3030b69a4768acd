"""Threats: which to make before the talks, and whether they would be carried out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.errors import InputError, Problem, SolveError
from detente.talks.table import Floats


@dataclass(frozen=True, eq=False)
class RationalThreats:
    """Threats that neither side would change, and the split that they lead to.

    Attributes
    ----------
    first, second
        Probability of each threat of either side.
    no_deal
        ``(2,)``: what each has if they are carried out.
    utility
        ``(2,)``: after a deal with payments.
    """

    first: Floats
    second: Floats
    no_deal: Floats
    utility: Floats


@dataclass(frozen=True)
class Credibility:
    """Whether a threat would be carried out.

    Attributes
    ----------
    margin
        Payoff of execution less that of backing down with its audience cost.
    credible
        Whether the margin is above zero.
    probability
        That it is carried out.
    own_cost, target_cost
        What execution costs the one who threatens, and its target, against backing down (without
        the audience cost); below zero where one gains.
    """

    margin: float
    credible: bool
    probability: float
    own_cost: float
    target_cost: float


def rational_threats(first: Floats, second: Floats, surplus: float) -> RationalThreats:
    """Return the threats that serve each side best when money splits what a deal is worth.

    With a total S that a deal brings, each side has ``(S ± (d_1 − d_2))/2``: the one wants
    d_1 − d_2 large, the other small, a zero-sum game (Nash 1953).

    Parameters
    ----------
    first, second
        ``(threat of the first, threat of the second)``: payoffs if both are carried out.
    surplus
        S, the largest sum of utilities of a deal.

    Raises
    ------
    InputError
        The arrays have different shapes, or figures that are not finite.
    SolveError
        The linear programme fails.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape or first.ndim != 2 or not np.isfinite([first, second]).all():
        raise InputError(
            Problem("must be finite, and of one shape", key="threats", value=first.shape)
        )
    game = first - second
    rows, columns = _maximin(game), _maximin(-game.T)
    no_deal = np.array([rows @ first @ columns, rows @ second @ columns])
    value = no_deal[0] - no_deal[1]
    utility = np.array([surplus + value, surplus - value]) / 2
    return RationalThreats(rows, columns, no_deal, utility)


def _maximin(game: Floats) -> Floats:
    """Return the mixed strategy of the row player of a zero-sum game."""
    rows, columns = game.shape
    scale = max(np.abs(game).max(), 1e-300)
    less = np.column_stack([-game.T / scale, np.ones(columns)])
    goal = np.append(np.zeros(rows), -1.0)
    bounds = [(0, None)] * rows + [(None, None)]
    sums = np.append(np.ones(rows), 0.0)[None]
    from scipy.optimize import linprog

    found = linprog(goal, less, np.zeros(columns), sums, [1.0], bounds)
    if found.status != 0:
        raise SolveError(f"threats: {found.message}")
    return np.maximum(found.x[:-1], 0) / np.maximum(found.x[:-1], 0).sum()


def credibility(
    execute: Floats,
    back_down: Floats,
    audience_cost: float = 0.0,
    *,
    executor: int = 0,
    target: int = 1,
    spread: float = 0.0,
) -> Credibility:
    """Say whether a party would carry out its threat.

    It does where ``u(execute) ≥ u(back down) − audience cost`` (Fearon 1994); where the margin is
    known only up to a logistic error of scale ``spread``, with probability Λ(margin/spread).

    Parameters
    ----------
    execute, back_down
        ``(party,)`` payoffs.
    spread
        In the unit of the payoffs; zero for none.

    Raises
    ------
    InputError
        A cost or spread below zero.
    """
    for key, given in (("audience_cost", audience_cost), ("spread", spread)):
        if not given >= 0:
            raise InputError(Problem("is below zero", key=key, value=given, allowed="0 or more"))
    own = float(back_down[executor] - execute[executor])
    hurt = float(back_down[target] - execute[target])
    margin = audience_cost - own
    chance = float(margin >= 0) if spread == 0 else float(1 / (1 + np.exp(-margin / spread)))
    return Credibility(margin, margin >= 0, chance, own, hurt)
