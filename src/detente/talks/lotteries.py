"""Solutions where packages can be mixed by lot, or where money can change hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import SolveError
from detente.talks.packages import Packages
from detente.talks.solutions import EXACT, deals, pareto
from detente.talks.table import Floats

_GAP = 1e-8
_ROUNDS = 200


@dataclass(frozen=True, eq=False)
class Lottery:
    """Packages with their chances.

    Attributes
    ----------
    packages, chances
        Numbers of the packages, and how likely each is drawn.
    utility, gain
        ``(party,)``, expected.
    """

    packages: tuple[int, ...]
    chances: tuple[float, ...]
    utility: Floats
    gain: Floats


@dataclass(frozen=True, eq=False)
class Paid:
    """A package with side payments.

    Attributes
    ----------
    package
        The package of the largest sum.
    payment
        ``(party,)``: what each receives, negative where it pays; sums to zero.
    utility, gain
        ``(party,)``, payments included.
    """

    package: int
    payment: Floats
    utility: Floats
    gain: Floats


def solve_lottery(
    packages: Packages, no_deal: Floats, solution: str = "nash", weights: Sequence[float] = ()
) -> Lottery | None:
    """Solve over all lotteries on feasible packages; nothing where no lottery suits everybody.

    ``"nash"`` maximises Σ w ln(Σ λ u − d) by fully corrective Frank-Wolfe steps, until no package
    raises the objective by more than 1e-8 to first order; ``"egalitarian"`` and
    ``"kalai-smorodinsky"`` are linear programmes, the ideal being the most a party can have by a
    lottery that nobody refuses.

    Raises
    ------
    SolveError
        The bound is not reached.
    """
    numbers = np.flatnonzero(packages.feasible)
    if not len(numbers):
        return None
    numbers = numbers[pareto(packages.utility[numbers])]
    gain = packages.utility[numbers] - no_deal
    w = np.asarray(weights, dtype=float) if len(weights) else np.ones(gain.shape[1])
    scale = np.maximum(np.abs(gain).max(axis=0), 1e-300)
    start = _largest_least(gain / scale)
    if start is None:
        return None
    if solution == "nash":
        chances = _nash(gain / scale, w / w.sum(), start)
    elif solution == "egalitarian":
        chances = _largest_least(gain / w)
    else:
        ideal = _ideal(gain)
        chances = _largest_least(gain / np.where(ideal > EXACT * scale, ideal, np.inf))
    if chances is None:
        return None
    used = np.flatnonzero(chances > 1e-7)
    share = chances[used] / chances[used].sum()
    expected = share @ packages.utility[numbers[used]]
    names = tuple(int(k) for k in numbers[used])
    return Lottery(names, tuple(map(float, share)), expected, expected - no_deal)


def _largest_least(score: Floats) -> Floats | None:
    """Return the lottery whose least expected score is largest, none where that is below zero."""
    count = len(score)
    columns = np.any(score != 0, axis=0)
    bounds = [(0, None)] * count + [(None, None)]
    less = np.column_stack([-score[:, columns].T, np.ones(int(columns.sum()))])
    equal = np.append(np.ones(count), 0.0)[None]
    from scipy.optimize import linprog

    found = linprog(
        -np.append(np.zeros(count), 1.0), less, np.zeros(len(less)), equal, [1.0], bounds
    )
    if found.status != 0 or found.x[-1] < -EXACT:
        return None
    return np.asarray(found.x[:-1])


def _ideal(gain: Floats) -> Floats:
    """Return the most that each party can expect from a lottery that nobody refuses."""
    from scipy.optimize import linprog

    count = len(gain)
    most = []
    for party in range(gain.shape[1]):
        found = linprog(
            -gain[:, party], -gain.T, np.zeros(gain.shape[1]), np.ones((1, count)), [1.0]
        )
        most.append(-found.fun)
    return np.array(most)


def _nash(gain: Floats, w: Floats, start: Floats) -> Floats:
    if np.any(start @ gain <= EXACT):
        return start  # somebody gains nothing in any lottery: the product is zero everywhere
    active = list(np.flatnonzero(start > 1e-9))
    chances, short = start, np.inf
    for _ in range(_ROUNDS):
        slope = gain @ (w / (chances @ gain))
        best = int(slope.argmax())
        short = slope[best] - 1
        if short <= _GAP:  # at the optimum Σ w u_k/u ≤ 1 for every package k
            return chances
        active = sorted({*active, best})
        chances = _mix(gain, w, np.array(active), chances)
        active = [k for k in active if chances[k] > 1e-12]
    raise SolveError(f"the Nash lottery is not found: gap {short:.2g}")


def _mix(gain: Floats, w: Floats, active: NDArray[np.int_], chances: Floats) -> Floats:
    """Maximise over lotteries on a few packages."""
    from scipy.optimize import minimize

    some = gain[active]
    lowest = 1e-6 * (chances @ gain)

    def loss(x: Floats) -> tuple[float, Floats]:
        expected = np.maximum(x @ some, lowest)
        return -float(w @ np.log(expected)), -(some @ (w / expected))

    found = minimize(
        loss, 0.999 * chances[active] + 0.001 / len(active), jac=True, method="SLSQP",
        bounds=[(0, 1)] * len(active), options={"ftol": 1e-15, "maxiter": 500},
        constraints={"type": "eq", "fun": lambda x: x.sum() - 1, "jac": np.ones_like},
    )  # fmt: skip
    mixed = np.zeros(len(gain))
    mixed[active] = np.maximum(found.x, 0) / np.maximum(found.x, 0).sum()
    return mixed


def with_side_payments(
    packages: Packages, no_deal: Floats, weights: Sequence[float] = ()
) -> Paid | None:
    """Return the package of the largest sum, and payments that split its surplus by the weights.

    With money that counts the same for all, Nash, Kalai-Smorodinsky and egalitarian solutions are
    one: u_i = d_i + w_i (Σ u − Σ d)/Σ w. Nothing where no package has a surplus.
    """
    total = np.where(packages.feasible, packages.utility.sum(axis=1), -np.inf)
    package = int(total.argmax())
    surplus = total[package] - no_deal.sum()
    if surplus < 0:
        return None
    w = np.asarray(weights, dtype=float) if len(weights) else np.ones(len(no_deal))
    gain = w / w.sum() * surplus
    own = packages.utility[package]
    return Paid(package, no_deal + gain - own, no_deal + gain, gain)


def smallest_payment(
    packages: Packages, no_deal: Floats, least: Floats | None = None
) -> Paid | None:
    """Return the smallest payment that makes some package a deal for all.

    Over packages with a surplus, min Σ_i max(d_i − u_i, 0): those who gain pay those who lose just
    what they lack, in proportion to what they gain. Zero where there is a deal already; nothing
    where no package has a surplus, so that no payment can help.

    Parameters
    ----------
    least
        ``(party,)`` below which a side refuses, d above; the no-deal payoffs unless given.
    """
    need = no_deal if least is None else least
    inside = deals(packages, no_deal, need)
    gain = packages.utility - need
    total = gain.sum(axis=1)
    spread = float(np.ptp(packages.utility, axis=0).sum())
    usable = np.flatnonzero(inside | (packages.feasible & (total > EXACT * spread)))
    if not len(usable):
        return None
    lack = np.maximum(-gain[usable], 0).sum(axis=1) * ~inside[usable]
    # of equally cheap ones the one with the largest surplus
    best = int(usable[np.lexsort((-total[usable], lack))[0]])
    short = np.zeros_like(no_deal) if inside[best] else np.maximum(-gain[best], 0)
    spare = np.maximum(gain[best], 0)
    paid = short - short.sum() * spare / max(spare.sum(), 1e-300)
    utility = packages.utility[best] + paid
    return Paid(best, paid, utility, utility - no_deal)
