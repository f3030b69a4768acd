"""What players agree on when they choose rates together: the frontier and points on it.

Payoffs are the natural log of real income relative to the baseline, so that a gain of 0.01 is one
per cent. A disagreement point says what each gets without agreement; it drives the result, so every
answer is for one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    "egalitarian": "greatest least gain in per cent of real income, then the next (leximin)",
    "utilitarian": "greatest sum of weighted gains, nobody below the alternative",
}
POWERED = ("nash", "utilitarian")
"""Rules that know bargaining power."""
Maximise = Callable[..., Optimum]
LEAST_GAIN = 1e-9
"""Gain of everybody, in ln real income, below which there is nothing to agree on."""

HELD = 1e-7
"""Room, in units of gains, left to those whose gain is held while the next gain is raised."""
PRICED = 1e-6
"""Multiplier from which a gain counts as one that holds the least gain down."""
ALIKE = 1e-3
"""Largest difference of gains, as a share of the largest, up to which two ends are one."""

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
class End:
    """Where searches ended: the names of their starts, status and gains ``(player,)``."""

    starts: tuple[str, ...]
    status: Agreement
    gains: Array


@dataclass(frozen=True, eq=False)
class Bargain:
    """An agreement by one rule over one disagreement point.

    ``gains`` ``(player,)`` are payoffs less disagreement; ``ideal`` the most each can gain with the
    others at disagreement, only under Kalai-Smorodinsky. ``starts`` is how many searches it is the
    best of, ``ends`` where they ended, this one first.
    """

    rule: str
    status: Agreement
    disagreement: Array
    optimum: Optimum
    ideal: Array | None = None
    starts: int = 1
    ends: tuple[End, ...] = ()

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
    if rule == "egalitarian":
        found = _back(_leximin(maximise, scaled, bounds, start, d), unit)
        status = of_least(found.solved, found.payoffs - outside, 2 * HELD * unit)
        return Bargain(rule, status, outside, found)
    first = _equal_gains(maximise, scaled, bounds, start, d, np.ones_like(d))
    if unit * (first.payoffs - d).min() <= LEAST_GAIN:
        known = Agreement.NO_GAIN if first.solved else Agreement.NOT_SOLVED
        return Bargain(rule, known, outside, _back(first, unit))
    # from here on in units of the gains there are, which may be far smaller than the stakes
    smaller = float((first.payoffs - d).min())
    unit, bounds = unit * smaller, _resized(bounds, smaller)
    scaled, d = _in_units(evaluate, unit), outside / unit
    first = replace(first, payoffs=first.payoffs / smaller)
    if rule == "kalai-smorodinsky":
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


def of_least(settled: bool, gains: Array, room: float = LEAST_GAIN) -> Agreement:
    """Tell what the greatest least gain, then the next, comes to: who cannot gain stops nobody.

    A loss of no more than ``room`` is the search's own.
    """
    if not settled:
        return Agreement.NOT_SOLVED
    agreed = gains.min() >= -max(LEAST_GAIN, room) and gains.max() > LEAST_GAIN
    return Agreement.AGREED if agreed else Agreement.NO_GAIN


def best_of(found: Sequence[Bargain], worth: Callable[[Bargain], Any]) -> Bargain:
    """Return the agreement of greatest worth; where there is none, what is known.

    A point that betters everybody and did not come to rest speaks against a search that found none.
    """
    agreed = [one for one in found if one.status is Agreement.AGREED]
    better = [one for one in found if one.status is Agreement.NOT_SOLVED
              and one.optimum.violation <= FEASIBLE and one.gains.min() > LEAST_GAIN]  # fmt: skip
    none = [one for one in found if one.status is Agreement.NO_GAIN]
    best = max(agreed, key=worth) if agreed else (better or none or found)[0]
    return replace(best, starts=len(found))


def worth_by(rule: str, weights: Sequence[float] | None, count: int) -> Callable[[Bargain], Any]:
    """Return what a rule has greatest, of an agreement."""
    w = _weights(rule, weights, count)

    def worth(found: Bargain) -> Any:
        if rule == "egalitarian":
            # gains within noise of each other are one: the next decides
            return tuple(np.round(np.sort(found.gains), 9))
        if rule == "kalai-smorodinsky":
            assert found.ideal is not None
            return float((found.gains / found.ideal).min())
        if rule == "utilitarian":
            return float(w @ found.gains)
        return float(w @ np.log(np.maximum(found.gains, 1e-300)))

    return worth


def ends_of(best: Bargain, searches: Mapping[str, Bargain]) -> tuple[End, ...]:
    """Gather searches by name of start that ended alike, those that ended at ``best`` first."""
    kept: list[End] = [End((), best.status, best.gains)]
    for name, found in searches.items():
        same = (n for n, end in enumerate(kept) if _alike(end, found))
        at = next(same, None)
        if at is None:
            kept.append(End((name,), found.status, found.gains))
        else:
            kept[at] = replace(kept[at], starts=(*kept[at].starts, name))
    return tuple(kept)


def _alike(end: End, found: Bargain) -> bool:
    largest = max(float(np.abs(end.gains).max()), LEAST_GAIN)
    apart = float(np.abs(end.gains - found.gains).max())
    return end.status is found.status and apart <= ALIKE * largest


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


def _leximin(
    maximise: Maximise, evaluate: Evaluate, bounds: Bounds, start: Array, d: Array
) -> Optimum:
    """Raise the least gain, then that of those whom it did not hold down, and so on."""
    floor, free = np.full(len(d), -np.inf), np.ones(len(d), dtype=bool)
    best = None
    while free.any():
        from_ = start if best is None else best.rates
        found = _equal_gains(maximise, evaluate, bounds, from_, d, np.ones_like(d), floor, free)
        if best is not None:
            risen = (found.payoffs - d)[free].min() - (best.payoffs - d)[free].min()
            if not found.solved or risen <= 0:
                break
        best = found
        bound = free & (found.prices > PRICED)
        if not found.solved or not bound.any():
            break
        floor[bound] = (found.payoffs - d)[free].min() - HELD
        free &= ~bound
    assert best is not None
    return best


def _equal_gains(
    maximise: Maximise,
    evaluate: Evaluate,
    bounds: Bounds,
    start: Array,
    d: Array,
    unit: Array,
    floor: Array | None = None,
    free: NDArray[np.bool_] | None = None,
) -> Optimum:
    """Maximise the smallest gain in units of ``unit``, as one more rate that bounds all gains.

    The gains of players that are not ``free`` are held at ``floor``.
    """
    scale = unit / unit.max()
    raised = np.ones(len(d)) if free is None else free.astype(np.float64)
    held = np.zeros(len(d)) if floor is None else np.where(raised > 0, 0.0, floor)
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
        by = np.hstack([np.diag(1 / scale), -raised[:, None]])
        return (values[:-1] - d) / scale - held - raised * values[-1], by

    size = None if bounds.size is None else np.append(bounds.size, 1.0)
    limits = Bounds(np.append(bounds.low, lowest), np.append(bounds.high, np.inf), size)
    found = maximise(with_level, limits, np.append(start, lowest), level, above_level)
    return replace(found, rates=found.rates[:-1], payoffs=found.payoffs[:-1])


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
