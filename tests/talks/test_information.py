"""Private reservation values, threats, ratification and enforcement, against closed forms."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.lasting import _patience
from detente.talks.packages import enumerate_packages
from detente.talks.private_information import (
    best_bid,
    double_auction,
    linear_strategies,
    sequential_offers,
    update,
)
from detente.talks.ratification import approval, expected, passing, passing_plainly, ratified
from detente.talks.self_enforcement import critical_patience, critical_patience_forgiving
from detente.talks.solutions import solve_table
from detente.talks.table import Issue, Table
from detente.talks.threats import credibility, rational_threats

TYPES = 400
VALUES = (np.arange(TYPES) + 0.5) / TYPES
PRIOR = np.full(TYPES, 1 / TYPES)
PRICES = np.linspace(0, 1, 4001)
# a seller's price is worth p to it and −p to a buyer, who has −v without a deal
OFFERS = np.column_stack([PRICES, -PRICES])
RESERVATIONS = -VALUES[::-1]


@pytest.mark.parametrize("cost", [0.0, 0.3, 0.7])
def test_an_ultimatum_to_uniform_types(cost):
    found = sequential_offers(OFFERS, RESERVATIONS, PRIOR, own_no_deal=cost)
    assert PRICES[found.offers[0]] == pytest.approx((1 + cost) / 2, abs=1 / TYPES)
    assert found.agreement == pytest.approx((1 - cost) / 2, abs=1 / TYPES)
    assert found.value == pytest.approx((1 - cost) ** 2 / 4, abs=1 / TYPES)


@pytest.mark.parametrize("delta", [0.3, 0.8])
def test_two_offers_to_uniform_types(delta):
    """Last price b/2 to types below b; type b waits unless offered b(1 − δ/2)."""
    found = sequential_offers(OFFERS, RESERVATIONS, PRIOR, discount=(delta, delta), rounds=2)
    cut = (1 - delta / 2) / (2 - 1.5 * delta)
    first, second = PRICES[found.offers]
    assert first == pytest.approx(cut * (1 - delta / 2), abs=3 / TYPES)
    assert second == pytest.approx(cut / 2, abs=3 / TYPES)
    assert first > second
    assert found.accepted[0] == pytest.approx(1 - cut, abs=3 / TYPES)


def test_a_rejection_is_bayes_on_the_types_that_reject():
    found = sequential_offers(OFFERS, RESERVATIONS, PRIOR, discount=(0.8, 0.8), rounds=2)
    rejects = np.arange(TYPES) >= round(found.accepted[0] * TYPES)
    np.testing.assert_allclose(found.beliefs[1], update(PRIOR, rejects))
    np.testing.assert_allclose(found.beliefs.sum(axis=1), 1)


@pytest.mark.parametrize(("own", "other"), [(0.7, 0.7), (0.9, 0.5), (0.5, 0.9)])
def test_dynamic_programming_against_every_pair_of_offers(own, other):
    """Few types, two offers: try every pair, let types answer, keep those credible at the end."""
    theta, prior = np.array([-1.0, -0.7, -0.4]), np.array([0.3, 0.4, 0.3])
    prices = np.linspace(0, 1, 21)
    found = sequential_offers(
        np.column_stack([prices, -prices]), theta, prior, discount=(own, other), rounds=2
    )

    def last(left):  # best last price against the types that are left
        pays = [p * prior[left & (-theta >= p - 1e-12)].sum() for p in prices]
        return prices[int(np.argmax(pays))], max(pays)

    best = -1.0
    for p in prices:
        for count in range(4):  # the highest values accept
            left = np.arange(3) >= count
            after, then = last(left) if left.any() else (0.0, 0.0)
            wait = np.maximum(-theta - after, 0) * other if left.any() else np.zeros(3)
            accepts = -theta - p >= wait - 1e-12
            if (accepts == ~left).all():
                best = max(best, p * prior[~left].sum() + own * then)
    assert found.value == pytest.approx(best)


def test_impossible_observations_are_refused():
    with pytest.raises(InputError, match="impossible"):
        update(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    with pytest.raises(InputError) as caught:
        sequential_offers(OFFERS, np.array([1.0, 0.0]), np.array([0.5, 0.6]), rounds=0)
    assert len(caught.value.problems) == 3


def test_chatterjee_and_samuelson():
    n = 800
    types = (np.arange(n) + 0.5) / n
    even = np.full(n, 1 / n)
    bids, asks = linear_strategies(types, types)
    found = double_auction(types, types, bids, asks, (even, even))
    assert (found.trades == (types[:, None] - types[None, :] >= 0.25 - 1e-9)).all()
    assert found.probability == pytest.approx(9 / 32, abs=2 / n)
    assert found.surplus == pytest.approx(9 / 64, abs=2 / n)
    # and no buyer can do better by another bid
    for k in (n // 2, n - 1):
        _, most = best_bid(types[k], np.linspace(0, 1, 1201), asks, even)
        deal = bids[k] >= asks
        own = (deal * (types[k] - (bids[k] + asks) / 2)) @ even
        assert most == pytest.approx(own, abs=2 / n)


def test_rational_threats_in_matching_pennies():
    first = np.array([[2.0, -1.0], [-1.0, 1.0]])
    found = rational_threats(first, -first, 10.0)
    # value of d₁ − d₂: 2 × the value of the game, (2·1 − 1)/(2 + 1 + 2) = 0.2
    np.testing.assert_allclose(found.first, [0.4, 0.6], atol=1e-8)
    np.testing.assert_allclose(found.utility, [5.2, 4.8], atol=1e-8)


def test_a_threat_that_hurts_the_other_more_is_chosen():
    first, second = np.array([[0.0], [-1.0]]), np.array([[0.0], [-5.0]])
    found = rational_threats(first, second, 6.0)
    np.testing.assert_allclose(found.first, [0, 1], atol=1e-9)
    np.testing.assert_allclose(found.utility, [5, 1])
    # nobody gains by another threat against the other's
    mirrored = rational_threats(second.T, first.T, 6.0)
    np.testing.assert_allclose(mirrored.utility, [1, 5])


def test_credible_where_backing_down_costs_more():
    execute, back_down = np.array([-4.0, -9.0]), np.array([0.0, 0.0])
    assert not credibility(execute, back_down, 3.0).credible
    found = credibility(execute, back_down, 5.0)
    assert found.credible
    assert (found.own_cost, found.target_cost, found.margin) == (4.0, 9.0, 1.0)
    assert credibility(execute, back_down, 4.0, spread=2.0).probability == pytest.approx(0.5)
    with pytest.raises(InputError, match="below zero"):
        credibility(execute, back_down, -1.0)


@pytest.mark.parametrize("extra", [5, 6])  # odd and even in all
@pytest.mark.parametrize("needed", [0, 1, 7, 12])
def test_the_fast_count_of_votes_is_the_plain_one(needed, extra):
    rng = np.random.default_rng(needed)
    sizes, chances = (3, 4, extra), rng.random((3, 6))
    from detente.talks.ratification import Bloc

    blocs = [Bloc(n, p) for n, p in zip(sizes, chances, strict=True)]
    fast = passing(blocs, needed)
    for k in range(6):
        single = np.repeat(chances[:, k], sizes)
        assert fast[k] == pytest.approx(passing_plainly(single, needed), abs=1e-13)


def split_table(steps):
    share = np.linspace(0, 1, steps + 1)
    issue = Issue("share", tuple(f"{k:04d}" for k in range(steps + 1)))
    return enumerate_packages(Table(("p", "q"), (issue,), {"share": np.array([share, 1 - share])}))


@pytest.mark.parametrize("r", [0.2, 0.5, 0.7])
def test_schelling_tied_hands(r):
    """On u₁ + u₂ = 1 a side whose lawmakers want r gets max(½, r)."""
    from detente.talks.ratification import Bloc

    packages = split_table(1000)
    votes = approval(packages.utility[:, 0], r - 1e-9, 1e12)
    allowed = ratified(passing([Bloc(1, votes)], 1), 0.5)
    found = solve_table(packages, np.zeros(2), allowed=allowed)
    assert found.utility[0] == pytest.approx(max(0.5, r), abs=1e-3)


def test_soft_ratification_is_the_expected_value():
    packages = split_table(10)
    passes = np.linspace(0, 1, 11)
    d = np.array([-1.0, -1.0])
    soft = expected(packages, passes, d)
    np.testing.assert_allclose(soft.utility[-1], packages.utility[-1])
    np.testing.assert_allclose(soft.utility[0], d)


@pytest.mark.parametrize("lag", [1, 2, 5])
def test_grim_trigger_by_adding_up(lag):
    c, d, n = 3.0, 5.0, 1.0
    star = critical_patience(c, d, n, lag=lag)
    assert star == pytest.approx((2 / 4) ** (1 / lag))
    t = np.arange(5000)
    broken = np.where(t < lag, d, n)
    for delta, keeps in ((star + 1e-3, True), (star - 1e-3, False)):
        weight = delta**t
        assert (weight.sum() * c > weight @ broken) == keeps
    assert critical_patience(c, d, n, lag=lag, turnover=0.2) == pytest.approx(star / 0.8)


def test_short_punishment_needs_more_patience_and_a_long_one_is_for_ever():
    c, d, n = 3.0, 5.0, 1.0
    short, longer, grim = (
        critical_patience_forgiving(c, d, n, punishment=2),
        critical_patience_forgiving(c, d, n, punishment=400),
        critical_patience(c, d, n),
    )
    assert grim < short < 1
    assert longer == pytest.approx(grim, abs=1e-9)
    # (C − N)(δ + δ²) = D − C at the root
    assert 2 * (short + short**2) == pytest.approx(2)
    assert critical_patience_forgiving(c, d, n, punishment=1) == np.inf
    assert critical_patience_forgiving(c, d, n, punishment=24, lag=0.01) < 1e-9
    assert critical_patience(c, 2.0, n) == 0


@pytest.mark.parametrize(("lag", "kept"), [(6, True), (15, True), (20, False), (60, False)])
def test_what_counts_for_two_years_alone_is_kept_where_it_is_found_out_in_time(lag, kept):
    """D = 5, C = 3, N = 1: kept where what is lost later is more than 2 a month until then."""
    patience, months = 0.99, 24
    left = sum(patience**k * (1 if k >= lag else 5) for k in range(months))
    assert (sum(3 * patience**k for k in range(months)) >= left) is (kept and lag < 12)
    assert (_patience(3.0, 5.0, 1.0, lag, months) <= patience) is (kept and lag < 12)
    # for ever it is kept, however long it takes
    assert critical_patience(3.0, 5.0, 1.0, lag=lag) <= 0.99
