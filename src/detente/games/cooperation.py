"""What governments would set together: bargains over their rates from several ways to disagree.

Small games are searched directly (`bargaining`); where there are too many rates for that, weights
on payoffs and the planner's closed-form replies at those weights move to rest together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem, SolveError
from detente.games.bargaining import (
    LEAST_GAIN,
    RULES,
    Agreement,
    Bargain,
    bargain,
    best_of,
    ends_of,
    frontier,
    of_least,
    worth_by,
)
from detente.games.constrained import SMALL, Array, Bounds, Optimum
from detente.games.efficient import leximin
from detente.games.evaluation import Game
from detente.games.nash import starting_points
from detente.games.planner import weighted
from detente.games.search import Held
from detente.notebook import Shown

if TYPE_CHECKING:
    import pandas as pd

MANY_RULES = ("nash", "egalitarian")
"""Rules for games with more rates than `constrained.SMALL`."""
DIRECT = 500
"""Rates up to which a planner's weights that do not come to rest give way to a search by slopes."""
STARTS = ("applied", "closed-form")
"""Where searches for a bargain start, besides rates that are known; over few rates at `FEW`."""
FEW = ("applied", "low")
MORE = ("low", "random")
"""Where more searches over many rates start, if the first ended at different points."""


@dataclass(frozen=True, eq=False, repr=False)
class Cooperation(Shown):
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

    def _brief(self) -> str:
        return f"of {self.game.who} on {self.game.calibration.name!r}: {self.ended}"

    @property
    def ended(self) -> str:
        """How the search over each way to disagree ended, in words."""
        ends = ((name, one.status.name.lower()) for name, one in self.bargains.items())
        return ", ".join(f"{status} over {name!r}" for name, status in ends)

    def players(self) -> pd.DataFrame:
        """One row a disagreement and player: payoffs without and with agreement, per cent."""
        from detente.games.tables import bargain_table

        return bargain_table(self.game, self.bargains)

    def rates(self, disagreement: str) -> pd.DataFrame:
        """Label the rates agreed on; no numbers where nothing was (see `tables.agreed_rates`)."""
        from detente.games.tables import agreed_rates

        return agreed_rates(self.game, self.bargains[disagreement])

    def ends(self) -> pd.DataFrame:
        """One row a disagreement and end of searches: starts, status and gains, per cent."""
        from detente.games.tables import ends_table

        return ends_table(self.game, self.bargains)


def cooperate(
    game: Game,
    disagreements: Mapping[str, Array] | None = None,
    *,
    rule: str = "nash",
    weights: Sequence[float] | None = None,
    start: Array | None = None,
    starts: Sequence[str] | None = None,
    known: Mapping[str, Array] | None = None,
    held: Held | None = None,
) -> Cooperation:
    """Find what players agree on, over each way to disagree.

    A search ends at a local optimum. So there are several for each way to disagree; kept is what
    the rule has greatest among the agreements they ended at, so that no other betters everybody.
    Each remembers nothing of those before it.

    Parameters
    ----------
    game
        Players whose payoffs are logs of real income.
    disagreements
        Payoffs ``(player,)`` of each way to disagree, by name: the status quo, a war, a threat;
        the rates in force (`Game.before`) unless given.
    rule
        One of `bargaining.RULES`; with more than `constrained.SMALL` rates one of `MANY_RULES`.
    weights
        Bargaining power by player; equal unless given.
    start
        Rates ``(rate,)`` to start from; ``starts`` and ``known`` are then not used.
    starts
        Names of starts, as of `detente.games.nash.nash`; random rates are drawn from between the
        lowest and the closed form's. Unless given `STARTS`, then `MORE` where these end apart; with
        no more than `constrained.SMALL` rates `FEW`.
    known
        More rates ``(rate,)`` to start from, by name, such as those of a war.
    held
        Where every search that is over is kept: with what an interrupted call left there the same
        call goes on.

    Raises
    ------
    InputError
        Unknown rule or start, not weights, payoffs that are not one a player, or no disagreement.
    SolveError
        No search over a disagreement has an equilibrium on its way.
    """
    if disagreements is None and isinstance(game, Game):
        disagreements = {"status quo": game.before()}
    disagreements = _checked(game, disagreements, rule)
    usual = STARTS if game.size > SMALL else FEW
    named = starting_points(game, start, usual if starts is None else starts)
    more: list[tuple[str, Array]] = []
    if start is None:
        named = [*_drawn(game, named), *(known or {}).items()]
        if starts is None and game.size > SMALL:
            more = _drawn(game, starting_points(game, None, MORE))
    found, held = {}, {} if held is None else held
    for name, payoffs in disagreements.items():
        d = np.asarray(payoffs, dtype=np.float64)
        found[name] = _from_all(game, d, rule, weights, named, more, held, name)
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


def _drawn(game: Game, named: Sequence[tuple[str, Array]]) -> list[tuple[str, Array]]:
    """Draw random starts from below what each would charge alone: agreements are not above it."""
    from detente.games.closed_form import closed_form_rates

    alone = closed_form_rates(game)
    return [(name, np.random.default_rng(number).uniform(game.low, alone))
            if name == "random" else (name, rates)
            for number, (name, rates) in enumerate(named)]  # fmt: skip


def _from_all(
    game: Game,
    d: Array,
    rule: str,
    weights: Sequence[float] | None,
    named: Sequence[tuple[str, Array]],
    more: Sequence[tuple[str, Array]],
    held: Held,
    over: str,
) -> Bargain:
    """Search from all starts, from ``more`` if these end apart or nowhere; keep the best end."""
    found: dict[str, Bargain] = {}
    starts, lost = [*named, *more], None
    for number, (name, rates) in enumerate(starts):
        if number == len(named) and found and len(ends_of(next(iter(found.values())), found)) == 1:
            starts = named
            break
        again = sum(one == name for one, _ in starts[:number])
        label = f"{name} {again + 1}" if again else name
        kept = f"bargain {number + 1} over {over}, {rule}, {label}"
        if kept in held:
            found[label] = _taken_up(held[kept], d, rule)
            continue
        alone = game.valued(game.kinds, game.parameters)
        try:
            found[label] = _one(alone, d, rule, weights, rates)
        except SolveError as error:
            lost = error
        else:
            held[kept] = _put_down(found[label])
    if not found:
        assert lost is not None
        raise lost
    best = best_of(list(found.values()), worth_by(rule, weights, len(d)))
    return replace(best, ends=ends_of(best, found), starts=len(starts))


_PARTS = ("rates", "payoffs", "violation", "stationarity", "evaluations", "prices")


def _put_down(found: Bargain) -> dict[str, NDArray[Any]]:
    """Turn an end into plain arrays."""
    parts = {part: np.asarray(getattr(found.optimum, part)) for part in _PARTS}
    ideal = {} if found.ideal is None else {"ideal": found.ideal}
    return parts | ideal | {"status": np.array(list(Agreement).index(found.status))}


def _taken_up(held: Mapping[str, NDArray[Any]], d: Array, rule: str) -> Bargain:
    """Return the end that `_put_down` made arrays of."""
    rates, payoffs, violation, stationarity, evaluations, prices = (held[part] for part in _PARTS)
    end = Optimum(rates, payoffs, float(violation), float(stationarity), int(evaluations), prices)
    return Bargain(rule, list(Agreement)[int(held["status"])], d, end, held.get("ideal"))


def _one(game: Game, d: Array, rule: str, weights: Sequence[float] | None, start: Array) -> Bargain:
    """Bargain from one start."""
    if game.size > SMALL:
        return _many(game, d, rule, weights, start)
    bounds, unit = scaled_bounds(game, start)
    return bargain(game.payoffs, bounds, start, d, rule, weights, unit)


def _many(
    game: Game, d: Array, rule: str, weights: Sequence[float] | None, start: Array
) -> Bargain:
    """Bargain over many rates by the planner's replies."""
    least = leximin(game, d, start=start)
    if rule == "egalitarian":
        status = of_least(least.settled, least.gains)
        return Bargain(rule, status, d, _end(game, least.rates, least.values, least.kkt))
    if least.settled and least.gains.min() <= LEAST_GAIN:
        return Bargain(rule, Agreement.NO_GAIN, d, _end(game, least.rates, least.values, least.kkt))
    power = np.ones(len(d)) if weights is None else np.asarray(weights, dtype=np.float64)
    found = weighted(game, d, power, rule, start=least.rates)
    if not found.settled and game.size <= DIRECT:
        # where the frontier is almost straight weights turn without rest
        bounds, unit = scaled_bounds(game, least.rates)
        return bargain(game.payoffs, bounds, least.rates, d, rule, weights, unit)
    status = Agreement.AGREED if found.settled else Agreement.NOT_SOLVED
    if found.settled and (found.values - d).min() <= 0:
        status = Agreement.NO_GAIN
    return Bargain(rule, status, d, _end(game, found.rates, found.values, found.kkt))


def _end(game: Game, rates: Array, values: Array, kkt: float) -> Optimum:
    return Optimum(rates, values, 0.0, kkt, game.evaluations)


def _checked(
    game: Game, disagreements: Mapping[str, Array] | None, rule: str
) -> Mapping[str, Array]:
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
    return disagreements
