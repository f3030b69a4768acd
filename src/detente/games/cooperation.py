"""What governments would set together: bargains over their rates from several ways to disagree.

Small games are searched directly (`bargaining`); where there are too many rates for that, weights
on payoffs and the planner's closed-form replies at those weights move to rest together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.errors import InputError, Problem
from detente.games.bargaining import (
    RULES,
    Agreement,
    Bargain,
    bargain,
    frontier,
)
from detente.games.constrained import SMALL, Array, Bounds, Optimum
from detente.games.efficient import equal_gains
from detente.games.evaluation import Game
from detente.games.planner import weighted

if TYPE_CHECKING:
    import pandas as pd

MANY_RULES = ("nash", "egalitarian")
"""Rules for games with more rates than `constrained.SMALL`."""


@dataclass(frozen=True, eq=False)
class Cooperation:
    """Bargains by one rule, one for each way to disagree.

    Attributes
    ----------
    game
        Players, baseline and bounds.
    bargains
        By the name of the disagreement.
    """

    game: Game
    bargains: dict[str, Bargain]

    def players(self) -> pd.DataFrame:
        """One row a disagreement and player: payoffs without and with agreement, per cent."""
        from detente.games.tables import bargain_table

        return bargain_table(self)

    def rates(self, disagreement: str) -> pd.DataFrame:
        """Label the rates agreed on; no numbers where nothing was (see `tables.agreed_rates`)."""
        from detente.games.tables import agreed_rates

        return agreed_rates(self.game, self.bargains[disagreement])


def cooperate(
    game: Game,
    disagreements: Mapping[str, Array],
    *,
    rule: str = "nash",
    weights: Sequence[float] | None = None,
    start: Array | None = None,
) -> Cooperation:
    """Find what players agree on, over each way to disagree.

    Parameters
    ----------
    game
        Players whose payoffs are logs of real income.
    disagreements
        Payoffs ``(player,)`` of each way to disagree, by name: the status quo, a war, a threat.
    rule
        One of `bargaining.RULES`; with more than `constrained.SMALL` rates one of `MANY_RULES`.
    weights
        Bargaining power by player; equal unless given.
    start
        Rates to start from; those in force unless given.

    Raises
    ------
    InputError
        Unknown rule, not weights, payoffs that are not one a player, or no disagreement.
    SolveError
        There is no equilibrium on the way.
    """
    _check(game, disagreements, rule)
    first = game.applied if start is None else np.asarray(start, dtype=np.float64)
    bounds, unit = scaled_bounds(game, first)
    found = {}
    for name, payoffs in disagreements.items():
        d = np.asarray(payoffs, dtype=np.float64)
        if game.size <= SMALL:
            found[name] = bargain(game.payoffs, bounds, first, d, rule, weights, unit)
        else:
            found[name] = _many(game, d, rule, weights, first)
    return Cooperation(game, found)


def trace(game: Game, points: int = 11, start: Array | None = None) -> list[Optimum]:
    """Trace the frontier of two players (see `bargaining.frontier`).

    Raises
    ------
    InputError
        There are not two players, or too many rates.
    """
    if game.size > SMALL:
        message = "a frontier is traced for few rates; use rates by sector or by partner alone"
        raise InputError(Problem(message, key="players", value=game.size, allowed=f"{SMALL} rates"))
    first = game.applied if start is None else start
    bounds, unit = scaled_bounds(game, first)
    return frontier(game.payoffs, bounds, first, points, unit)


def scaled_bounds(game: Game, rates: Array) -> tuple[Bounds, float]:
    """Bounds with the distance over which each rate matters, and the size of what is at stake.

    A payoff bends by about Z(1 + θ(1−π))/I in a rate, as the optimal-tariff formula has it; what
    moving along the slopes could bring is the unit.
    """
    p, c = game.placement, game.calibration
    own = 1 + c.trade_elasticity[p.sector] * (1 - c.trade_shares[p.cell])
    bend = np.bincount(p.rate, p.trade(c.flows) * own / c.income[p.importer], p.size)
    bend = np.maximum(bend, 1e-6 * bend.max())
    slopes = game.payoffs(np.clip(rates, game.low, game.high))[1]
    unit = float((slopes**2 / (2 * bend)).sum(axis=1).max())
    unit = max(unit, 1e-8)
    return Bounds(game.low, game.high, np.sqrt(unit / bend)), unit


def _many(
    game: Game, d: Array, rule: str, weights: Sequence[float] | None, start: Array
) -> Bargain:
    """Bargain over many rates by the planner's replies."""
    equal = equal_gains(game, d, start=start)
    if equal.settled and equal.gains.min() <= 1e-9:
        return Bargain(rule, Agreement.NO_GAIN, d, _end(game, equal.rates, equal.values, equal.kkt))
    if rule == "egalitarian":
        status = Agreement.AGREED if equal.settled else Agreement.NOT_SOLVED
        return Bargain(rule, status, d, _end(game, equal.rates, equal.values, equal.kkt))
    power = np.ones(len(d)) if weights is None else np.asarray(weights, dtype=np.float64)
    found = weighted(game, d, power, rule, start=equal.rates)
    status = Agreement.AGREED if found.settled else Agreement.NOT_SOLVED
    if found.settled and (found.values - d).min() <= 0:
        status = Agreement.NO_GAIN
    return Bargain(rule, status, d, _end(game, found.rates, found.values, found.kkt))


def _end(game: Game, rates: Array, values: Array, kkt: float) -> Optimum:
    return Optimum(rates, values, 0.0, kkt, game.evaluations)


def _check(game: Game, disagreements: Mapping[str, Array], rule: str) -> None:
    problems = []
    if not isinstance(game, Game):
        allowed = "detente.Game(calibration, players), or what nash returns as .game"
        raise InputError(Problem("not a game", None, None, "game", type(game).__name__, allowed))
    if not isinstance(disagreements, Mapping):
        allowed = '{"name": one payoff a player}'
        kind = type(disagreements).__name__
        raise InputError(
            Problem("not ways to disagree", None, None, "disagreements", kind, allowed)
        )
    if not disagreements:
        problems.append(Problem("a bargain needs a way to disagree", key="disagreements"))
    for name, payoffs in disagreements.items():
        if np.shape(payoffs) != (len(game.players),):
            problems.append(Problem("not one payoff a player", key=name, value=np.shape(payoffs)))
    allowed = tuple(RULES) if game.size <= SMALL else MANY_RULES
    if rule not in allowed:
        message = "unknown rule" if rule not in RULES else f"not with more than {SMALL} rates"
        problems.append(Problem(message, None, None, "rule", rule, ", ".join(allowed)))
    if any(not isinstance(p.objective, str) or p.objective == "revenue" for p in game.players):
        problems.append(Problem("payoffs must be logs of real income", key="objective"))
    if problems:
        raise InputError(problems)
