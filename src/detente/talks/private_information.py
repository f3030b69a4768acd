"""Talks where one side does not know what the other can do without: offers, rejections, beliefs.

Types are discretised. A type is a reservation value: what its holder has without a deal, in the
unit of the offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.talks.table import Floats


@dataclass(frozen=True, eq=False)
class Offers:
    """The path of offers to a side with a private reservation value.

    Attributes
    ----------
    offers
        ``(round,)``: number of the offer made in each round, as long as all before were rejected.
    accepted
        ``(round,)``: probability that it is accepted in this round, given the prior.
    beliefs
        ``(round + 1, type)``: belief about the type before each round, and after the last.
    value
        What the side that offers expects, above its own no-deal payoff.
    agreement
        Probability that some offer is accepted.
    """

    offers: NDArray[np.int_]
    accepted: Floats
    beliefs: Floats
    value: float
    agreement: float


def update(prior: Floats, likelihood: Floats) -> Floats:
    """Return the posterior ``∝ prior × likelihood`` (Bayes).

    Raises
    ------
    InputError
        What was seen is impossible under every type.
    """
    joint = np.asarray(prior) * np.asarray(likelihood)
    if not joint.sum() > 0:
        raise InputError("what was seen is impossible under every type")
    return joint / joint.sum()


def sequential_offers(
    offers: Floats,
    reservations: Floats,
    prior: Floats,
    *,
    own_no_deal: float = 0.0,
    discount: tuple[float, float] = (1.0, 1.0),
    rounds: int = 1,
) -> Offers:
    """Return the equilibrium of offers by one side to another with a private reservation value.

    Types with low reservations accept first, so that the belief after a rejection is the prior
    above a cut. With t rounds left a type θ accepts x where ``u(x) − θ ≥ δ [u(x') − θ]``, x' being
    what would be offered next; the offer that type j just accepts hence gives
    ``(1 − δ) θ_j + δ u(x')``. The proposer chooses the cut by dynamic programming (Fudenberg,
    Levine & Tirole 1985, finite horizon, in pure strategies). One round is an ultimatum.

    Parameters
    ----------
    offers
        ``(offer, 2)``: what each offer is worth to the proposer and to the other side.
    reservations, prior
        ``(type,)``: reservation values, increasing, and their probabilities.
    own_no_deal
        What the proposer has without a deal.
    discount
        Discount factor a round of proposer and responder.
    rounds
        Number of offers.

    Raises
    ------
    InputError
        Probabilities, discounts or types are out of order.
    """
    theta, p = np.asarray(reservations, dtype=float), np.asarray(prior, dtype=float)
    _check(theta, p, discount, rounds)
    front = _Frontier.of(offers)
    gain, worth = front.own - own_no_deal, front.other
    types = len(theta)
    below = np.concatenate([[0.0], np.cumsum(p)])
    # state k: types k, k+1, … remain; value and offer of each state by rounds left
    value, next_worth = np.zeros(types + 1), np.full(types + 1, -np.inf)
    policy: list[tuple[NDArray[np.int_], NDArray[np.int_]]] = []
    for left in range(1, rounds + 1):
        need = theta.copy()  # for type j to accept, all above it remaining after a rejection
        if left > 1:
            ahead = next_worth[1:]
            wait = np.where(np.isfinite(ahead), np.maximum(ahead - theta, 0.0), 0.0)
            need = theta + discount[1] * wait
        at = np.searchsorted(worth, need - 1e-12 * max(1.0, np.abs(worth).max()))
        able = at < len(worth)
        paid = np.where(able, gain[np.minimum(at, len(worth) - 1)], -np.inf)
        # from state k to cut j ≥ k: types k..j accept; or nobody does
        mass = below[1:][None, :] - below[:-1][:, None]
        later = discount[0] * value[1:][None, :] if left > 1 else np.zeros((1, types))
        total = np.where(able[None, :], mass * np.where(able, paid, 0.0)[None, :] + later, -np.inf)
        total = np.where(np.arange(types)[None, :] >= np.arange(types)[:, None], total, -np.inf)
        cut = total.argmax(axis=1)
        best = total[np.arange(types), cut]
        silent = discount[0] * value[:-1] if left > 1 else np.zeros(types)
        speaks = best >= silent
        cut = np.where(speaks, cut, -1)
        made = np.where(speaks, at[np.maximum(cut, 0)], -1)
        policy.append((cut, made))
        new_worth = np.where(
            speaks, worth[np.minimum(np.maximum(made, 0), len(worth) - 1)], -np.inf
        )
        value = np.append(np.where(speaks, best, silent), 0.0)
        next_worth = np.append(new_worth, -np.inf)
    return _path(front, p, policy, float(value[0]))


def _path(
    front: _Frontier,
    p: Floats,
    policy: list[tuple[NDArray[np.int_], NDArray[np.int_]]],
    value: float,
) -> Offers:
    state, made, accepted, beliefs = 0, [], [], [p]
    for cut, offer in reversed(policy):
        if state >= len(p):
            break
        if cut[state] < 0:
            made.append(-1)
            accepted.append(0.0)
        else:
            made.append(int(front.numbers[offer[state]]))
            accepted.append(float(p[state : cut[state] + 1].sum()))
            state = int(cut[state]) + 1
        rest = np.where(np.arange(len(p)) >= state, p, 0.0)
        beliefs.append(rest / rest.sum() if rest.sum() > 0 else rest)
    return Offers(
        np.array(made, dtype=int), np.array(accepted), np.array(beliefs), value, sum(accepted)
    )


class _Frontier(NamedTuple):
    """Efficient offers, worth to the other side increasing."""

    own: Floats
    other: Floats
    numbers: NDArray[np.int_]

    @classmethod
    def of(cls, offers: Floats) -> _Frontier:
        from detente.talks.solutions import pareto

        kept = np.flatnonzero(pareto(np.asarray(offers, dtype=float)))
        order = kept[np.argsort(offers[kept, 1], kind="stable")]
        return cls(offers[order, 0], offers[order, 1], order)


def _check(theta: Floats, p: Floats, discount: tuple[float, float], rounds: int) -> None:
    problems = []
    if theta.shape != p.shape or not (p >= 0).all() or not abs(p.sum() - 1) < 1e-9:
        problems.append(Problem("must be one a type and sum to 1", key="prior", value=p.tolist()))
    if not (np.diff(theta) >= 0).all():
        problems.append(Problem("must increase", key="reservations"))
    if not all(0 <= d <= 1 for d in discount):
        problems.append(Problem("is out of range", None, None, "discount", discount, "0 to 1"))
    if rounds < 1:
        problems.append(Problem("is out of range", None, None, "rounds", rounds, "1 or more"))
    if problems:
        raise InputError(problems)


@dataclass(frozen=True, eq=False)
class DoubleAuction:
    """Sealed bids of a buyer and a seller who know only their own value.

    Attributes
    ----------
    trades
        ``(buyer's value, seller's cost)``: whether the bid is at least the ask.
    probability
        That they trade.
    surplus
        Expected gain from trade of both together.
    """

    trades: NDArray[np.bool_]
    probability: float
    surplus: float


def double_auction(
    values: Floats, costs: Floats, bids: Floats, asks: Floats, chances: tuple[Floats, Floats]
) -> DoubleAuction:
    """Return what happens when a buyer bids, a seller asks, and a bid as high makes a trade.

    Parameters
    ----------
    values, costs
        ``(type,)`` of buyer and seller.
    bids, asks
        What each type bids; see `linear_strategies` for values and costs uniform on [0, 1].
    chances
        Probabilities of the types of buyer and seller.
    """
    trades = bids[:, None] >= asks[None, :] - 1e-12
    weight = chances[0][:, None] * chances[1][None, :]
    gain = values[:, None] - costs[None, :]
    return DoubleAuction(trades, float(weight[trades].sum()), float((weight * gain)[trades].sum()))


def linear_strategies(values: Floats, costs: Floats) -> tuple[Floats, Floats]:
    """Return the linear equilibrium at the mean price, values and costs uniform on [0, 1].

    Bid ``2v/3 + 1/12``, ask ``2c/3 + 1/4``; trade where ``v − c ≥ 1/4`` (Chatterjee & Samuelson
    1983).
    """
    return 2 / 3 * values + 1 / 12, 2 / 3 * costs + 1 / 4


def best_bid(value: float, grid: Floats, asks: Floats, chances: Floats) -> tuple[float, float]:
    """Return the bid on a grid that pays a buyer most against some asks, and what it pays.

    The price is the mean of bid and ask.
    """
    deal = grid[:, None] >= asks[None, :]
    pays = (deal * (value - (grid[:, None] + asks[None, :]) / 2)) @ chances
    best = int(pays.argmax())
    return float(grid[best]), float(pays[best])
