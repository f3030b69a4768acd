"""Alternating offers over a finite set of packages, by backward induction (Rubinstein 1982).

Payoffs are averages a period: a package pays its utility in every period from agreement on, and
until then each side has its impasse payoff. Before each new round talks may break down for good,
which pays the breakdown payoff; and who hears an offer may walk away to its outside option. The
three are different things (Binmore, Shaked & Sutton 1989).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.talks.solutions import pareto
from detente.talks.table import Floats

_STEADY = 1e-9


@dataclass(frozen=True, eq=False)
class Round:
    """What happens in the first round, for each party that may make the first offer.

    Attributes
    ----------
    proposal
        ``(proposer,)``: package agreed on, −1 where the offer is delayed or talks end.
    value
        ``(proposer, party)``: what each expects.
    cycle
        After how many further rounds looked ahead the same proposals come back: 1 where more rounds
        change nothing, more where the packages are too coarse for the stationary values and the
        last steps alternate, 0 where they do not come back within the rounds looked ahead.
    spread
        ``(proposer, party)``: how far the values move within the cycle.
    rounds
        Rounds looked ahead.
    phases
        Proposals and values of each round of the cycle, the one shown last; of the last round alone
        where there is no cycle.
    """

    proposal: NDArray[np.int_]
    value: Floats
    cycle: int
    spread: Floats
    rounds: int
    phases: tuple[tuple[NDArray[np.int_], Floats], ...] = ()


def patience(rates: Sequence[float] | Floats, period: float = 1.0) -> Floats:
    """Return discount factors ``exp(−r Δ)`` of yearly rates of impatience, rounds of Δ years."""
    return np.exp(-np.asarray(rates, dtype=float) * period)


def alternating_offers(
    utility: Floats,
    discount: Sequence[float] | Floats,
    impasse: Floats,
    *,
    breakdown_risk: float = 0.0,
    breakdown: Floats | None = None,
    outside: Floats | None = None,
    rounds: int | None = None,
    limit: int = 20_000,
) -> Round:
    """Return the equilibrium of alternating offers; parties take turns, all others must agree.

    Who rejects has ``c = (1 − δ) s + δ [(1 − q) V + q b]``, with impasse payoff s, risk q of
    breakdown, breakdown payoff b and V expected from the next proposer's round, or the outside
    option where that is more. The proposer takes its best package among those that give all others
    as much; of equal ones the best for the party that has least above that. It proposes nothing
    where waiting is better. After the last of finitely many rounds talks break down
    (to the impasse where no breakdown payoff is given).

    Parameters
    ----------
    utility
        ``(package, party)``; pass only packages that may be signed.
    discount
        ``(party,)``, in (0, 1).
    impasse, breakdown, outside
        ``(party,)``, see above.
    rounds
        A finite horizon; unless given, rounds are added until values come back, ``limit`` at most.

    Raises
    ------
    InputError
        A discount factor or probability is out of range, or there is no package.
    """
    delta = np.asarray(discount, dtype=float)
    problems = []
    if not ((delta > 0) & (delta < 1)).all():
        problems.append(
            Problem("is out of range", key="discount", value=discount, allowed="0 to 1")
        )
    if not 0 <= breakdown_risk <= 1:
        problems.append(
            Problem("is no probability", None, None, "breakdown_risk", breakdown_risk, "0 to 1")
        )
    if not len(utility):
        problems.append(Problem("there is no package", key="utility"))
    if problems:
        raise InputError(problems)
    failed = impasse if breakdown is None else breakdown
    leave = np.full(len(delta), -np.inf) if outside is None else outside
    numbers = np.flatnonzero(pareto(utility))
    numbers = numbers[np.argsort(utility[numbers, -1], kind="stable")]
    points = utility[numbers]
    # each party's worth from the least on, for searches
    rising = (points[::-1, 0].copy(), points[:, -1].copy())
    count = len(delta)
    scale = np.maximum(np.ptp(points, axis=0), 1e-12 + np.abs(points).max(axis=0) * 1e-12)
    end = np.tile(np.asarray(failed, dtype=float), (count, 1))
    value, proposal = end, np.full(count, -1)
    seen: dict[bytes, int] = {}
    key = b""
    path: list[tuple[NDArray[np.int_], Floats]] = []
    for done in range(1, (rounds or limit) + 1):
        # the next round is the next party's; after the last one talks break down for sure
        risk = 1.0 if done == 1 else breakdown_risk
        mixed = (1 - risk) * np.roll(value, -1, axis=0) + risk * failed
        value, proposal = _round(
            points, rising, (1 - delta) * impasse + delta * mixed, leave, scale
        )
        path.append((proposal, value))
        # the next step depends on the values alone, to the accuracy that is compared
        key = np.round((value - end) / scale / _STEADY).tobytes()
        if rounds is None and key in seen:
            break
        seen[key] = done
    cycle = len(path) - seen[key] if rounds is None else 0  # 0 too where the limit is reached
    phases = tuple((np.where(made >= 0, numbers[made], -1), worth)
                   for made, worth in path[-max(cycle, 1) :])  # fmt: skip
    spread = np.ptp(np.array([worth for _, worth in phases]), axis=0)
    return Round(phases[-1][0], value, cycle, spread, len(path), phases)


def _round(
    points: Floats, rising: tuple[Floats, Floats], later: Floats, leave: Floats, scale: Floats
) -> tuple[Floats, NDArray[np.int_]]:
    """Return values and proposals of one round for each proposer, given what waiting brings."""
    count = len(later)
    value, made = np.empty_like(later), np.full(count, -1)
    for proposer in range(count):
        wait = later[proposer]
        need = np.maximum(wait, leave)
        # who would rather leave than wait ends the talks for all
        delayed = leave if (leave > wait).any() and np.isfinite(leave).all() else wait
        offer = _best_offer(points, rising, need, proposer, scale)
        least = max(delayed[proposer], leave[proposer]) - 1e-12 * scale[proposer]
        if offer < 0 or points[offer, proposer] < least:
            value[proposer] = delayed
            continue
        made[proposer], value[proposer] = offer, points[offer]
    return value, made


def _best_offer(
    points: Floats, rising: tuple[Floats, Floats], need: Floats, proposer: int, scale: Floats
) -> int:
    """Return the proposer's best point that gives all others what they need, −1 where none does.

    Points are efficient, those worst for the last party first.
    """
    need = need - 1e-12 * scale
    if points.shape[1] == 2:
        if proposer == 0:
            at = int(np.searchsorted(rising[1], need[1]))
            return at if at < len(points) else -1
        # the first party's worth falls along the points
        return len(points) - int(np.searchsorted(rising[0], need[0])) - 1
    others = np.arange(len(need)) != proposer
    fits = (points >= need)[:, others].all(axis=1)
    if not fits.any():
        return -1
    own = np.where(fits, points[:, proposer], -np.inf)
    equal = np.flatnonzero(own >= own.max() - 1e-12 * scale[proposer])
    spare = ((points[equal] - need) / scale)[:, others].min(axis=1)
    return int(equal[int(spare.argmax())])
