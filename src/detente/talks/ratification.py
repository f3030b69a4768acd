"""Ratification at home: a package must pass those who vote on it (Putnam 1988)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from detente.errors import InputError, Problem
from detente.talks.packages import Packages
from detente.talks.table import Floats


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
    ``Π_g (1 − p_g + p_g e^{iω})^{n_g}``, exact up to rounding (Hong 2013).

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
    half = (total + 1) // 2 + 1  # the other half of the frequencies are conjugates
    turn = np.exp(-2j * np.pi * np.arange(half) / (total + 1))
    transform = np.ones((len(approvals[0]), half), dtype=complex)
    for bloc, p in zip(blocs, approvals, strict=True):
        transform *= (1 - p[:, None] + p[:, None] * turn) ** bloc.members
    chances = np.fft.irfft(transform, n=total + 1, axis=1)
    return np.clip(chances[:, needed:].sum(axis=1), 0.0, 1.0)


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
