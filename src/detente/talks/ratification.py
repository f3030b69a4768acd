"""Ratification at home: a package must pass those who vote on it (Putnam 1988)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.talks.packages import Packages
from detente.talks.table import Floats

_CELLS = 2**20
"""Numbers at a time: packages × blocs × frequencies of the transform."""
_HAIR = 1e-9


@dataclass(frozen=True, eq=False)
class Bloc:
    """Legislators who value packages alike.

    Attributes
    ----------
    members
        How many they are.
    approval
        ``(package,)`` or one number: probability that each of them approves.
    """

    members: int
    approval: Floats


def approval(value: Floats, reversion: float | Floats, sharpness: float) -> Floats:
    """Return Λ(κ(u(o) − u(reversion))), the probability that a legislator approves."""
    from scipy.special import expit

    return expit(sharpness * (np.asarray(value) - reversion))


def passing(blocs: Sequence[Bloc], needed: int) -> Floats:
    """Return the probability that at least so many approve, ``(package,)``.

    The number of approvals is Poisson-binomial: its distribution is the discrete Fourier inverse of
    ``Π_g (1 − p_g + p_g e^{−iω})^{n_g}``, exact up to rounding (Hong 2013).

    Raises
    ------
    InputError
        A probability is out of range, or more approvals are needed than there are members.
    """
    approvals = np.broadcast_arrays(*(np.atleast_1d(bloc.approval) for bloc in blocs))
    return passing_of([bloc.members for bloc in blocs], np.array(approvals), needed)


def passing_of(members: Sequence[int], approvals: Floats, needed: int) -> Floats:
    """Return the same of members and ``(bloc, package)`` chances of approval, one row a bloc."""
    total = sum(members)
    if not 0 <= needed <= total:
        raise InputError(Problem("is out of range", None, None, "needed", needed, f"0 to {total}"))
    if not ((approvals >= 0) & (approvals <= 1)).all():
        raise InputError(Problem("is no probability", key="approval", allowed="0 to 1"))
    turn, weight = _tail(total + 1, needed)
    found = np.empty(approvals.shape[1])
    size = max(1, _CELLS // (len(approvals) * len(turn)))
    alike = [(of, [at for at, own in enumerate(members) if own == of]) for of in set(members)]
    for begin in range(0, len(found), size):
        some = approvals[:, begin : begin + size, None]
        each = 1 - some + some * turn
        transform = np.multiply.reduce([each[at].prod(axis=0) ** of for of, at in alike])
        found[begin : begin + size] = (transform @ weight).real
    return np.clip(found, 0.0, 1.0)


@lru_cache(maxsize=64)
def _tail(count: int, needed: int) -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """Return e^{iω} at half of the frequencies, and the weights that make a transform a tail.

    The other half are conjugates. The tail is the sum of the inverse transform from ``needed`` on.
    """
    at = np.arange(count // 2 + 1)
    above = np.exp(2j * np.pi * np.outer(at, np.arange(needed, count)) / count).sum(axis=1)
    twice = np.where((at == 0) | (2 * at == count), 1.0, 2.0)
    return np.exp(-2j * np.pi * at / count), twice * above / count


def surely(
    members: Sequence[int], approvals: Floats, needed: int, least: float
) -> tuple[NDArray, NDArray]:
    """Mark who surely passes with at least this probability, and who surely does not.

    By the bound of Hoeffding (1963): approvals of N members, m expected, are ``needed`` or more
    with a probability of at least ``1 − exp(−2(m − needed + 1)²/N)`` where ``m ≥ needed − 1``, and
    of at most ``exp(−2(needed − m)²/N)`` where ``m ≤ needed``. What neither decides is open.
    """
    total, mean = sum(members), np.asarray(members) @ approvals
    over, under = np.maximum(mean - needed + 1, 0.0), np.maximum(needed - mean, 0.0)
    # a hair's breadth, so that rounding decides nothing
    at_least, at_most = 1 - np.exp(-2 * over**2 / total), np.exp(-2 * under**2 / total)
    return at_least > least + _HAIR, at_most < least - _HAIR


def passing_plainly(chances: Sequence[float], needed: int) -> float:
    """Return the same for single legislators by adding one at a time: slow and plain."""
    distribution = np.array([1.0])
    for p in chances:
        distribution = np.convolve(distribution, [1 - p, p])
    return float(distribution[needed:].sum())


def ratified(passes: Floats, least: float) -> NDArray[np.bool_]:
    """Mark packages that pass with at least this probability: ratification as a hard bound."""
    if not 0 <= least <= 1:
        raise InputError(Problem("is no probability", None, None, "least", least, "0 to 1"))
    return passes >= least


def expected(packages: Packages, passes: Floats, no_deal: Floats) -> Packages:
    """Return packages at their expected value, ``P u + (1 − P) d``: ratification as soft bound."""
    from dataclasses import replace

    return replace(packages, utility=no_deal + passes[:, None] * (packages.utility - no_deal))
