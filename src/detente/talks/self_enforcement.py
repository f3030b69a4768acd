"""Will a deal last: repeated play where who breaks it is found out and punished."""

from __future__ import annotations

import numpy as np

from detente.errors import InputError, Problem


def critical_patience(
    cooperate: float, deviate: float, punish: float, *, lag: float = 1, turnover: float = 0.0
) -> float:
    """Return the smallest discount factor a period at which keeping a deal pays for ever.

    Grim trigger: breaking it pays D for L periods and N ever after, keeping it C, so that
    ``δ* = [(D − C)/(D − N)]^(1/L)``. A leader who stays with probability 1 − h counts the future
    with δ(1 − h), so that δ*/(1 − h) is needed. 0 where breaking does not pay at all; above 1 where
    no patience is enough.

    Parameters
    ----------
    cooperate, deviate, punish
        C, D and N, payoffs a period.
    lag
        L, periods until it is found out.
    turnover
        h, probability a period that the leader is replaced by one who is not bound.

    Raises
    ------
    InputError
        The lag or the turnover is out of range.
    """
    _check(lag, turnover)
    if deviate <= cooperate:
        return 0.0
    if deviate <= punish:
        return np.inf
    return ((deviate - cooperate) / (deviate - punish)) ** (1 / lag) / (1 - turnover)


def critical_patience_forgiving(
    cooperate: float,
    deviate: float,
    punish: float,
    *,
    punishment: float,
    lag: float = 1,
    turnover: float = 0.0,
) -> float:
    """Return the same where punishment lasts T periods and the deal is then taken up again.

    The smallest δ with ``C (1 − δ^(L+T)) ≥ D (1 − δ^L) + N (δ^L − δ^(L+T))``, both sides being
    per unit of 1/(1 − δ); infinite where there is none below 1.
    """
    _check(lag, turnover)
    if not punishment > 0:
        raise InputError(
            Problem("is out of range", None, None, "punishment", punishment, "above 0")
        )
    if deviate <= cooperate:
        return 0.0

    def keeps(delta: float) -> float:
        kept = (cooperate - punish) * (delta**lag - delta ** (lag + punishment))
        return (kept - (deviate - cooperate) * (1 - delta**lag)) / (1 - delta)

    least, most = 1e-12, 1 - 1e-9
    # the advantage of keeping, over 1 − δ, rises from below zero: one root at most
    if keeps(most) <= 0:
        return np.inf
    if keeps(least) >= 0:
        return least  # it is found out at once, near enough
    from scipy.optimize import brentq

    root = brentq(keeps, least, most, xtol=1e-14)
    return float(root) / (1 - turnover)  # pyright: ignore[reportArgumentType]


def _check(lag: float, turnover: float) -> None:
    problems = []
    if not lag > 0:
        problems.append(Problem("is out of range", None, None, "lag", lag, "above 0"))
    if not 0 <= turnover < 1:
        problems.append(
            Problem("is out of range", None, None, "turnover", turnover, "0 to below 1")
        )
    if problems:
        raise InputError(problems)
