"""What players agree on when they choose rates together: the frontier and points on it.

Payoffs are the natural log of real income relative to the baseline, so that a gain of 0.01 is one
per cent. A disagreement point says what each gets without agreement; it drives the result, so every
answer is for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import numpy as np

from detente.errors import InputError, Problem
from detente.games import constrained
from detente.games.constrained import (
    FEASIBLE,
    PRECISION,
    Array,
    Bounds,
    Evaluate,
    Optimum,
    Scalar,
)

RULES = {
    "nash": "greatest product of gains over the alternative (Nash 1950)",
    "kalai-smorodinsky": "gains in proportion to the most each could (Kalai & Smorodinsky 1975)",
    "egalitarian": "equal gains in per cent of real income",
    "utilitarian": "greatest sum of weighted gains, nobody below the alternative",
}
POWERED = ("nash", "utilitarian")
"""Rules that know bargaining power."""
Maximise = Callable[..., Optimum]
LEAST_GAIN = 1e-9
"""Gain of everybody, in ln real income, below which there is nothing to agree on."""

NEARLY = 1e-2
"""Projected gradient at which a pair's bargain counts as struck.

A log product so flat has 5e-5 left to gain, and what some pairs gain is so little that noise of
payoffs allows no less.
"""


class Agreement(StrEnum):
    """Whether there is anything to agree on."""

    AGREED = "agreed"
    NO_GAIN = "no agreement betters everybody within the bounds"
    NOT_SOLVED = "the search did not settle"


@dataclass(frozen=True, eq=False)
class Bargain:
    """An agreement by one rule over one disagreement point.

    ``gains`` ``(player,)`` are payoffs less disagreement; ``ideal`` the most each can gain with the
    others at disagreement, only under Kalai-Smorodinsky. ``starts`` is how many searches it is the
    best of.
    """

    rule: str
    status: Agreement
    disagreement: Array
    optimum: Optimum
    ideal: Array | None = None
    starts: int = 1

    @property
    def gains(self) -> Array:
        """Payoffs over disagreement ``(player,)``."""
        return self.optimum.payoffs - self.disagreement


def bargain(
    evaluate: Evaluate,
    bounds: Bounds,
    start: Array,
    disagreement: Array,
    rule: str = "nash",
    weights: Sequence[float] | None = None,
    unit: float = 1e-3,
    precision: float = PRECISION,
) -> Bargain:
    """Find what players agree on by a rule.

    Parameters
    ----------
    evaluate
        Payoffs and derivatives at rates.
    start
        Rates to start from.
    disagreement
        Payoffs without agreement ``(player,)``.
    rule
        One of `RULES`.
    weights
        Bargaining power by player, above zero; equal unless given.
    unit
        Size of gains that matter, by which payoffs are divided in the search (numerics only).
    precision
        As in `constrained.maximise`.

    Raises
    ------
    InputError
        Unknown rule, or weights that are none.
    """
    outside = np.asarray(disagreement, dtype=np.float64)
    maximise = partial(constrained.maximise, precision=precision)
    w = _weights(rule, weights, len(outside))
    scaled, d, ideal = _in_units(evaluate, unit), outside / unit, None
    first = _equal_gains(maximise, scaled, bounds, start, d, np.ones_like(d))
    if unit * (first.payoffs - d).min() <= LEAST_GAIN:
        known = Agreement.NO_GAIN if first.solved else Agreement.NOT_SOLVED
        return Bargain(rule, known, outside, _back(first, unit))
    # from here on in units of the gains there are, which may be far smaller than the stakes
    smaller = float((first.payoffs - d).min())
    unit, bounds = unit * smaller, _resized(bounds, smaller)
    scaled, d = _in_units(evaluate, unit), outside / unit
    first = replace(first, payoffs=first.payoffs / smaller)
    if rule == "egalitarian":
        found = first
    elif rule == "kalai-smorodinsky":
        most = [_most(maximise, scaled, bounds, first.rates, d, n) for n in range(len(d))]
        ideal = np.array(most) - d
        found = _equal_gains(maximise, scaled, bounds, first.rates, d, ideal)
    elif rule == "nash":
        found = maximise(scaled, bounds, first.rates, _log_product(d, w))
    else:
        found = maximise(scaled, bounds, first.rates, _sum(w), _above(d))
    status = Agreement.AGREED if found.solved else Agreement.NOT_SOLVED
    ideal = None if ideal is None else unit * ideal
    return Bargain(rule, status, outside, _back(found, unit), ideal)


def _in_units(evaluate: Evaluate, unit: float) -> Evaluate:
    def scaled(rates: Array) -> tuple[Array, Array]:
        values, slopes = evaluate(rates)
        return values / unit, slopes / unit

    return scaled


def _resized(bounds: Bounds, unit: float) -> Bounds:
    """Rates matter over a distance that goes with the root of the unit of payoffs."""
    return bounds if bounds.size is None else bounds._replace(size=bounds.size * np.sqrt(unit))


def _back(found: Optimum, unit: float) -> Optimum:
    return replace(found, payoffs=unit * found.payoffs)


@dataclass(frozen=True)
class Pair:
    """Two players (by number) and the rates ``(k,)`` (by number) that they negotiate."""

    first: int
    second: int
    rates: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class PairsResult:
    """What many pairs agree on, each given what the others do.

    ``payoffs`` ``(player,)``; ``moved`` is the largest change of a rate in the last round, and
    ``rounds`` how many there were. ``statuses`` ``(pair,)`` say whether each pair agreed in it.
    """

    rates: Array
    payoffs: Array
    moved: float
    rounds: int
    tolerance: float
    statuses: tuple[Agreement, ...]

    @property
    def settled(self) -> bool:
        """Whether rates came to rest, and no pair's bargain was left without answer."""
        return self.moved <= self.tolerance and Agreement.NOT_SOLVED not in self.statuses


def nash_in_nash(
    evaluate: Evaluate,
    bounds: Bounds,
    start: Array,
    pairs: Sequence[Pair],
    *,
    unit: float = 1e-3,
    rounds: int = 60,
    tolerance: float = 1e-7,
) -> PairsResult:
    """Let every pair strike its Nash bargain, given those of all others (Horn & Wolinsky 1988).

    A pair that does not agree leaves its own rates at ``start`` while all others stay (Bagwell,
    Staiger & Yurukoglu 2021). Rounds over the pairs go on until no rate moves.

    Parameters
    ----------
    pairs
        Who negotiates which rates; a rate in two pairs is refused.

    Raises
    ------
    InputError
        A pair of one player, or a rate that two pairs negotiate.
    """
    _check_pairs(pairs)
    x, moved, turn = np.array(start, dtype=np.float64), np.inf, 0
    statuses: list[Agreement] = []
    while turn < rounds and moved > tolerance:
        turn, before, statuses = turn + 1, x.copy(), []
        for pair in pairs:
            x, status = _struck(evaluate, bounds, start, x, pair, unit)
            statuses.append(status)
        moved = float(np.abs(x - before).max(initial=0.0))
    return PairsResult(x, evaluate(x)[0], moved, turn, tolerance, tuple(statuses))


def _check_pairs(pairs: Sequence[Pair]) -> None:
    problems, seen = [], set()
    for pair in pairs:
        if pair.first == pair.second:
            problems.append(Problem("a pair is two players", key="pairs", value=pair.first))
        if seen & set(pair.rates):
            value = sorted(seen & set(pair.rates))[:5]
            problems.append(Problem("two pairs negotiate the same rate", key="pairs", value=value))
        seen |= set(pair.rates)
    if problems:
        raise InputError(problems)


def _struck(
    evaluate: Evaluate, bounds: Bounds, start: Array, x: Array, pair: Pair, unit: float
) -> tuple[Array, Agreement]:
    """Return the rates with one pair's bargain in them, at the start where none is gained by."""
    own, both = np.array(pair.rates), np.array([pair.first, pair.second])

    def whole(rates: Array) -> Array:
        full = x.copy()
        full[own] = rates
        return full

    def of_pair(rates: Array) -> tuple[Array, Array]:
        values, slopes = evaluate(whole(rates))
        return values[both], slopes[np.ix_(both, own)]

    size = None if bounds.size is None else bounds.size[own]
    limits = Bounds(bounds.low[own], bounds.high[own], size)
    without, _ = of_pair(start[own])
    found = bargain(of_pair, limits, x[own], without, unit=unit)
    if found.gains.min() <= LEAST_GAIN:
        return whole(start[own]), found.status
    close = found.optimum.violation <= FEASIBLE and found.optimum.stationarity <= NEARLY
    return whole(found.optimum.rates), Agreement.AGREED if close else found.status


def frontier(
    evaluate: Evaluate, bounds: Bounds, start: Array, points: int = 11, unit: float = 1e-3
) -> list[Optimum]:
    """Trace the efficient payoffs of two players: the most the first gets as the second gets more.

    By constraint rather than by weights, so that parts that bend inwards are traced as well.

    Parameters
    ----------
    points
        Of the frontier, both ends included.
    unit
        As in `bargain`.

    Raises
    ------
    InputError
        There are not two players, or fewer than two points.
    """
    values, _ = evaluate(start)
    if len(values) != 2 or points < 2:
        raise InputError(Problem("a frontier is traced for two players in two points or more",
                                 key="points", value=[len(values), points]))  # fmt: skip
    scaled, maximise = _in_units(evaluate, unit), constrained.maximise
    ends = [maximise(scaled, bounds, start, _one(n, 2)) for n in (0, 1)]
    low, high = (end.payoffs[1] for end in ends)
    traced, rates = [ends[0]], ends[0].rates
    for floor in np.linspace(low, high, points)[1:-1]:
        found = maximise(scaled, bounds, rates, _one(0, 2), _floor(1, float(floor), 2))
        traced.append(found)
        rates = found.rates
    return [_back(found, unit) for found in (*traced, ends[1])]


def _weights(rule: str, weights: Sequence[float] | None, count: int) -> Array:
    if rule not in RULES:
        raise InputError(Problem("unknown rule", key="rule", value=rule, allowed=", ".join(RULES)))
    given = np.ones(count) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (count,) or not (np.isfinite(given).all() and (given > 0).all()):
        value = None if weights is None else list(weights)
        raise InputError(
            Problem("not weights", key="weights", value=value, allowed="one above 0 a player")
        )
    return given / given.sum()


def _equal_gains(
    maximise: Maximise, evaluate: Evaluate, bounds: Bounds, start: Array, d: Array, unit: Array
) -> Optimum:
    """Maximise the smallest gain in units of ``unit``, as one more rate that bounds all gains."""
    scale = unit / unit.max()
    values, _ = evaluate(start)
    lowest = float(((values - d) / scale).min()) - 1.0

    def with_level(rates: Array) -> tuple[Array, Array]:
        payoffs, slopes = evaluate(rates[:-1])
        size = slopes.shape[1]
        grown = np.zeros((len(payoffs) + 1, size + 1))
        grown[:-1, :-1] = slopes
        grown[-1, -1] = 1.0
        return np.append(payoffs, rates[-1]), grown

    def level(values: Array) -> tuple[float, Array]:
        return values[-1], np.append(np.zeros(len(values) - 1), 1.0)

    def above_level(values: Array) -> tuple[Array, Array]:
        by = np.hstack([np.diag(1 / scale), -np.ones((len(d), 1))])
        return (values[:-1] - d) / scale - values[-1], by

    size = None if bounds.size is None else np.append(bounds.size, 1.0)
    limits = Bounds(np.append(bounds.low, lowest), np.append(bounds.high, np.inf), size)
    found = maximise(with_level, limits, np.append(start, lowest), level, above_level)
    return Optimum(
        found.rates[:-1], found.payoffs[:-1], found.violation, found.stationarity, found.evaluations
    )  # fmt: skip


def _most(
    maximise: Maximise, evaluate: Evaluate, bounds: Bounds, start: Array, d: Array, player: int
) -> float:
    """Most that a player can get while nobody else falls below disagreement."""
    others = np.array([n != player for n in range(len(d))])

    def kept(values: Array) -> tuple[Array, Array]:
        return (values - d)[others], np.eye(len(d))[others]

    return float(maximise(evaluate, bounds, start, _one(player, len(d)), kept).payoffs[player])


def _log_product(d: Array, w: Array) -> Scalar:
    def product(values: Array) -> tuple[float, Array]:
        gain = values - d
        if (gain <= 0).any():
            # outside the zone: a steep slope back into it
            worst = np.minimum(gain, 0.0)
            return -1e3 + float(worst.sum()), np.where(gain < 0, 1.0, 0.0)
        return float(w @ np.log(gain)), w / gain

    return product


def _sum(w: Array) -> Scalar:
    return lambda values: (float(w @ values), w)


def _one(player: int, count: int) -> Scalar:
    return _sum(np.eye(count)[player])


def _floor(player: int, least: float, count: int):
    row = np.eye(count)[[player]]
    return lambda values: (np.array([values[player] - least]), row)


def _above(d: Array):
    by = np.eye(len(d))
    return lambda values: (values - d, by)
