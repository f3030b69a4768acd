"""Solutions of bargaining over a finite set of packages, for any number of parties.

All of them look only at packages that no red line excludes and that give every party at least its
no-deal payoff (the zone of possible agreement); where there is none they return nothing. Utilities
that differ by less than `EXACT` of the range of their party count as equal. Among packages that are
equally good the one with the largest gain of the party that gains least (as a share of its ideal
gain), then the largest sum of such shares, is taken; packages that tie in that too are equal in
kind and the one whose options come first by name is shown. So no result depends on the order of
issues.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem, nearest
from detente.talks.packages import Packages
from detente.talks.table import Floats

EXACT = 1e-9
_BLOCK = 512


@dataclass(frozen=True, eq=False)
class Agreement:
    """The package that a solution picks.

    Attributes
    ----------
    solution
        Name of the solution.
    package
        Its number.
    utility, gain
        ``(party,)``: its value, and its value less the no-deal payoff.
    ties
        Numbers of all packages that are as good, this one included.
    """

    solution: str
    package: int
    utility: Floats
    gain: Floats
    ties: tuple[int, ...]


def pareto(utility: Floats) -> NDArray[np.bool_]:
    """Mark the efficient points: no other is as good for all and better for one.

    Parameters
    ----------
    utility
        ``(point, party)``.
    """
    if utility.shape[0] == 0:
        return np.zeros(0, dtype=bool)
    distinct, back = np.unique(-utility, axis=0, return_inverse=True)
    points = -distinct  # best for the first party first, so that no later point dominates
    kept = _pareto_two(points) if points.shape[1] == 2 else _pareto_many(points)
    return kept[back.reshape(-1)]


def _pareto_two(points: Floats) -> NDArray[np.bool_]:
    second = points[:, 1]
    best = np.maximum.accumulate(second)
    return np.concatenate([[True], second[1:] > best[:-1]])


def _pareto_many(points: Floats) -> NDArray[np.bool_]:
    kept = np.zeros(len(points), dtype=bool)
    front = points[:0]
    for begin in range(0, len(points), _BLOCK):
        block = points[begin : begin + _BLOCK]
        rest = np.flatnonzero(~_dominated(block, front))
        own = ~_dominated(block[rest], block[rest])
        kept[begin + rest[own]] = True
        front = np.concatenate([front, block[rest[own]]])
    return kept


def _dominated(points: Floats, by: Floats) -> NDArray[np.bool_]:
    """Mark the points that another point, different from it, is nowhere below."""
    found = np.zeros(len(points), dtype=bool)
    for begin in range(0, len(by), _BLOCK):
        some = by[None, begin : begin + _BLOCK]
        above = np.asarray((some >= points[:, None]).all(axis=2))
        above &= np.asarray((some > points[:, None]).any(axis=2))
        found |= above.any(axis=1)
    return found


def zone(packages: Packages, no_deal: Floats) -> NDArray[np.bool_]:
    """Mark the zone of possible agreement: packages that nobody refuses, ``(package,)``."""
    least = no_deal - EXACT * _range(packages)
    inside = packages.feasible
    for own, low in zip(packages.utility.T, least, strict=True):  # faster than along short rows
        inside &= own >= low
    return inside


def deals(packages: Packages, no_deal: Floats, least: Floats | None = None) -> NDArray[np.bool_]:
    """Mark the packages of the zone that somebody gains from: no deal by another name is none.

    Parameters
    ----------
    least
        ``(party,)`` below which a side refuses; the no-deal payoffs unless given.
    """
    most = no_deal + EXACT * _range(packages)
    gains = np.zeros(len(packages.utility), dtype=bool)
    for own, high in zip(packages.utility.T, most, strict=True):
        gains |= own > high
    return zone(packages, no_deal if least is None else least) & gains


def _range(packages: Packages) -> Floats:
    spread = np.array([np.ptp(own) for own in packages.utility.T])
    return np.where(spread > 0, spread, 1.0)


def solve_table(
    packages: Packages,
    no_deal: Floats,
    solution: str = "nash",
    *,
    weights: Sequence[float] | Floats | None = None,
    allowed: NDArray[np.bool_] | None = None,
) -> Agreement | None:
    """Return the package that a solution picks, or nothing where the zone is empty.

    Parameters
    ----------
    packages
        All packages with their utilities.
    no_deal
        ``(party,)``, the payoffs without a deal.
    solution
        ``"nash"``: max Σ w ln(u − d), among packages that most parties gain from. Nash (1950).
        ``"kalai-smorodinsky"``: max min (u − d)/(ideal − d), the ideal being the most a party can
        have in the zone. Kalai & Smorodinsky (1975).
        ``"egalitarian"``: max min (u − d)/w, then the next smallest. Kalai (1977).
        ``"utilitarian"``: max Σ w u.
    weights
        ``(party,)``, bargaining power; equal unless given.
    allowed
        ``(package,)``, further bounds, such as ratification.

    Raises
    ------
    InputError
        Unknown solution, or weights that are not above zero.
    """
    if solution not in SOLUTIONS:
        hint = nearest(solution, SOLUTIONS)
        message = f"no such solution; {hint}".rstrip("; ")
        raise InputError(
            Problem(message, key="solution", value=solution, allowed=", ".join(SOLUTIONS))
        )
    inside = zone(packages, no_deal)
    if allowed is not None:
        inside = inside & allowed
    numbers = np.flatnonzero(inside)
    if not len(numbers):
        return None
    w = _weights(weights, len(no_deal))
    gain = np.maximum(packages.utility[numbers] - no_deal, 0.0)
    scale = _range(packages)
    best = SOLUTIONS[solution](gain, w, scale)
    return _agreement(packages, no_deal, solution, numbers, gain, best)


def _weights(given: Sequence[float] | Floats | None, count: int) -> Floats:
    w = np.ones(count) if given is None else np.asarray(given, dtype=float)
    if w.shape != (count,) or not (np.isfinite(w).all() and (w > 0).all()):
        raise InputError(
            Problem("must be one for each party", key="weights", value=given, allowed="> 0")
        )
    return w / w.sum() * count


def _nash(gain: Floats, w: Floats, scale: Floats) -> NDArray[np.int_]:
    """Among packages with the most strict winners, max Σ w ln g over those."""
    wins = gain > EXACT * scale
    count = wins.sum(axis=1)
    logs = np.where(wins, np.log(np.where(wins, gain / scale, 1.0)), 0.0)
    return _top(np.where(count == count.max(), logs @ w, -np.inf), EXACT)


def _kalai_smorodinsky(gain: Floats, w: Floats, scale: Floats) -> NDArray[np.int_]:
    return _leximin(_of_ideal(gain, scale))


def _egalitarian(gain: Floats, w: Floats, scale: Floats) -> NDArray[np.int_]:
    return _leximin(gain / w, EXACT * scale.max())


def _utilitarian(gain: Floats, w: Floats, scale: Floats) -> NDArray[np.int_]:
    return _top(gain @ w, EXACT * scale.max())


SOLUTIONS: dict[str, Callable[[Floats, Floats, Floats], NDArray[np.int_]]] = {
    "nash": _nash,
    "kalai-smorodinsky": _kalai_smorodinsky,
    "egalitarian": _egalitarian,
    "utilitarian": _utilitarian,
}


def _of_ideal(gain: Floats, scale: Floats) -> Floats:
    ideal = gain.max(axis=0)
    some = ideal > EXACT * scale
    # who cannot gain at all is no party to the comparison
    return np.where(some, gain / np.where(some, ideal, 1.0), 1.0)


def _top(score: Floats, slack: float) -> NDArray[np.int_]:
    return np.flatnonzero(score >= score.max() - slack)


def _leximin(score: Floats, slack: float = EXACT) -> NDArray[np.int_]:
    """Keep the points whose smallest score is largest, then the second smallest, and so on."""
    ordered = np.sort(score, axis=1)
    kept = np.arange(len(score))
    for place in range(score.shape[1]):
        column = ordered[kept, place]
        kept = kept[column >= column.max() - slack]
    return kept


def _agreement(
    packages: Packages,
    no_deal: Floats,
    solution: str,
    numbers: NDArray[np.int_],
    gain: Floats,
    best: NDArray[np.int_],
) -> Agreement:
    if len(best) > 1:
        share = _of_ideal(gain, _range(packages))[best]
        least = share.min(axis=1)
        narrowed = best[_top(least, EXACT)]
        best = narrowed[_top(share[_top(least, EXACT)].sum(axis=1), EXACT)]
    ties = numbers[best]
    chosen = int(ties[0]) if len(ties) == 1 else first_by_name(packages, ties)
    utility = packages.utility[chosen]
    return Agreement(solution, chosen, utility, utility - no_deal, tuple(int(k) for k in ties))


def first_by_name(packages: Packages, numbers: NDArray[np.int_]) -> int:
    """Return the package whose options come first by the names of issues, then of options."""
    table = packages.table
    places = np.unravel_index(numbers, table.shape)
    keys = []
    for at in sorted(range(len(table.issues)), key=lambda k: table.issues[k].id, reverse=True):
        options = table.issues[at].options
        rank = np.argsort(np.argsort(np.array(options)))
        keys.append(rank[places[at]])
    return int(numbers[np.lexsort(keys)[0]])
