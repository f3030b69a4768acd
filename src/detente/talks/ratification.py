"""Ratification at home: a package must pass those who vote on it (Putnam 1988)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from detente.errors import InputError, Problem
from detente.talks.packages import Packages
from detente.talks.table import Floats

_CHUNK = 4096
"""Packages at a time: the transform has a column for each frequency."""
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
    total = sum(bloc.members for bloc in blocs)
    approvals = np.broadcast_arrays(*(np.atleast_1d(bloc.approval) for bloc in blocs))
    if not 0 <= needed <= total:
        raise InputError(Problem("is out of range", None, None, "needed", needed, f"0 to {total}"))
    if any(not ((p >= 0) & (p <= 1)).all() for p in approvals):
        raise InputError(Problem("is no probability", key="approval", allowed="0 to 1"))
    count = total + 1
    turn, weight = _tail(count, needed)
    found = np.empty(len(approvals[0]))
    for begin in range(0, len(found), _CHUNK):
        transform = np.ones((1, len(turn)), dtype=complex)
        for bloc, p in zip(blocs, approvals, strict=True):
            some = p[begin : begin + _CHUNK, None]
            transform = transform * (1 - some + some * turn) ** bloc.members
        found[begin : begin + _CHUNK] = (transform @ weight).real
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


def surely(blocs: Sequence[Bloc], needed: int, least: float) -> tuple[NDArray, NDArray]:
    """Mark who surely passes with at least this probability, and who surely does not.

    By the bound of Hoeffding (1963): approvals of N members, m expected, are ``needed`` or more
    with a probability of at least ``1 − exp(−2(m − needed + 1)²/N)`` where ``m ≥ needed − 1``, and
    of at most ``exp(−2(needed − m)²/N)`` where ``m ≤ needed``. What neither decides is open.
    """
    total = sum(bloc.members for bloc in blocs)
    mean = np.asarray(sum(bloc.members * np.atleast_1d(bloc.approval) for bloc in blocs))
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
