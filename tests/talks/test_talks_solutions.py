"""Alternating offers, lotteries, payments, linkage and gaps: what theory says in closed form."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.talks.alternating import alternating_offers, patience
from detente.talks.gap import binding, concessions, gap
from detente.talks.linkage import linkage
from detente.talks.lotteries import smallest_payment, solve_lottery, with_side_payments
from detente.talks.packages import enumerate_packages
from detente.talks.solutions import deals, solve_table, zone
from detente.talks.table import Issue, Table

ZERO = np.zeros(2)


def split(steps):
    share = np.linspace(0, 1, steps + 1)
    return np.column_stack([share, 1 - share])


def packages_of(points):
    points = np.asarray(points, dtype=float)
    parties = tuple(f"p{k}" for k in range(points.shape[1]))
    issue = Issue("what", tuple(f"{k:04d}" for k in range(len(points))))
    return enumerate_packages(Table(parties, (issue,), {"what": points.T}))


@pytest.mark.parametrize(("d1", "d2"), [(0.9, 0.9), (0.95, 0.8), (0.5, 0.7)])
def test_the_first_to_offer_gets_rubinsteins_share(d1, d2):
    # each round rounds up to the grid, and a rounding lives on with weight δ₁δ₂
    grid = 100_000
    found = alternating_offers(split(grid), [d1, d2], ZERO)
    slack = 2 / grid / (1 - d1 * d2)
    assert found.cycle
    assert found.spread.max() <= slack
    assert found.value[0, 0] == pytest.approx((1 - d2) / (1 - d1 * d2), abs=slack)
    assert found.value[1, 1] == pytest.approx((1 - d1) / (1 - d1 * d2), abs=slack)


def test_two_rounds_by_hand():
    # the last to offer takes all, so the first leaves δ₂
    found = alternating_offers(split(1000), [0.9, 0.8], ZERO, rounds=2)
    np.testing.assert_allclose(found.value[0], [0.2, 0.8], atol=1e-9)
    assert found.rounds == 2


def test_short_intervals_give_nash_weights():
    rates, grid = np.array([0.1, 0.3]), 20_000
    expected = rates[1] / rates.sum()
    errors = []
    for period in (0.4, 0.1):
        found = alternating_offers(split(grid), patience(rates, period), ZERO)
        errors.append(np.abs(found.value[:, 0] - expected).max())
    assert errors[1] < errors[0] / 3  # of first order in the interval
    assert errors[1] < 0.015
    weights = rates[::-1] / rates.sum()
    nash = solve_table(packages_of(split(200)), ZERO, weights=weights)
    assert nash.utility[0] == pytest.approx(expected, abs=1 / 200)


def test_a_risk_of_breakdown_works_like_impatience():
    # without discounting to speak of, 1 − q takes the place of δ, and d of the breakdown payoff
    q, b = 0.1, np.array([0.2, 0.1])
    found = alternating_offers(split(100_000), [1 - 1e-9] * 2, ZERO, breakdown_risk=q, breakdown=b)
    share = (1 - b.sum()) / (2 - q)  # Rubinstein's 1/(1 + δ) of the surplus, δ = 1 − q
    assert found.value[0, 0] == pytest.approx(b[0] + share, abs=1e-4)


def test_outside_options_matter_only_where_they_are_better():
    base = alternating_offers(split(10_000), [0.9, 0.9], ZERO)
    low = alternating_offers(split(10_000), [0.9, 0.9], ZERO, outside=np.array([0.1, 0.4]))
    np.testing.assert_allclose(low.value, base.value, atol=1e-9)
    high = alternating_offers(split(10_000), [0.9, 0.9], ZERO, outside=np.array([0.0, 0.7]))
    assert high.value[0, 1] == pytest.approx(0.7, abs=1e-4)
    none = alternating_offers(split(100), [0.9, 0.9], ZERO, outside=np.array([0.6, 0.6]))
    assert (none.proposal == -1).all()
    np.testing.assert_allclose(none.value, 0.6)


def thirds(steps):
    """Return every split of one among three, in steps."""
    grid = [(a, b, steps - a - b) for a in range(steps + 1) for b in range(steps + 1 - a)]
    return np.array(grid) / steps


def test_three_parties_in_turn():
    # unanimity, symmetric: the first has 1/(1 + δ + δ²), who offers next δ times that
    steps, delta = 60, 0.9
    found = alternating_offers(thirds(steps), [delta] * 3, np.zeros(3))
    shares = np.array([1, delta, delta**2]) / (1 + delta + delta**2)
    for first in range(3):
        np.testing.assert_allclose(found.value[first], np.roll(shares, first), atol=0.5 / steps)
    np.testing.assert_allclose(found.value.sum(axis=1), 1)


def test_three_rounds_of_three_parties_by_hand():
    # the last to offer takes all; the second leaves it δ; the first leaves both what they wait for
    found = alternating_offers(thirds(100), [0.9, 0.5, 0.8], np.zeros(3), rounds=3)
    np.testing.assert_allclose(found.value[0], [0.26, 0.5 * 0.2, 0.8 * 0.8], atol=1e-9)
    np.testing.assert_allclose(found.value[1], [0.9 * 0.9, 0.11, 0.8 * 0.1], atol=1e-9)
    np.testing.assert_allclose(found.value[2], [0.9 * 0.5, 0.5 * 0.5, 0.3], atol=1e-9)


def test_patience_out_of_range_is_refused():
    with pytest.raises(InputError) as caught:
        alternating_offers(split(10), [1.0, 0.5], ZERO, breakdown_risk=2)
    assert len(caught.value.problems) == 2


# Nash on the hull of (0, 0), (1, 0), (0, 1): the middle of the edge; with weights 3 : 1, (¾, ¼)
@pytest.mark.parametrize(("weights", "first"), [((1, 1), 0.5), ((3, 1), 0.75)])
def test_lots_make_the_frontier_whole(weights, first):
    found = solve_lottery(packages_of([[0, 0], [1, 0], [0, 1]]), ZERO, "nash", weights)
    np.testing.assert_allclose(found.utility, [first, 1 - first], atol=1e-6)
    assert sum(found.chances) == pytest.approx(1)


@pytest.mark.parametrize("parties", [2, 3])
def test_no_package_and_no_mixture_is_better_than_the_nash_lottery(parties):
    rng = np.random.default_rng(parties)
    points = packages_of(rng.exponential(size=(200, parties)))
    d = np.full(parties, 0.2)
    found = solve_lottery(points, d)
    reached = np.log(found.gain).sum()
    pure = solve_table(points, d)
    assert reached >= np.log(pure.gain).sum() - 1e-9
    for chances in rng.dirichlet(np.full(200, 0.02), size=2000):
        gain = chances @ points.utility - d
        assert (gain <= 0).any() or np.log(gain).sum() <= reached + 1e-7


def test_a_lottery_for_equal_shares_of_the_ideal():
    # ideals 2 and 1, straight frontier: half of each
    points = packages_of([[0, 0], [2, 0], [0, 1]])
    found = solve_lottery(points, ZERO, "kalai-smorodinsky")
    np.testing.assert_allclose(found.utility, [1, 0.5], atol=1e-7)
    equal = solve_lottery(points, ZERO, "egalitarian")
    np.testing.assert_allclose(equal.utility, [2 / 3, 2 / 3], atol=1e-7)


def test_payments_split_the_largest_sum():
    points, d = packages_of([[0, 0], [5, 1], [8, -2], [3, 2]]), np.array([1.0, 0.0])
    found = with_side_payments(points, d, (3, 1))
    assert found.package == 1
    np.testing.assert_allclose(found.utility, [1 + 0.75 * 5, 0.25 * 5])
    assert found.payment.sum() == pytest.approx(0)


def test_the_smallest_payment_that_opens_an_empty_zone():
    points = packages_of([[10, -3], [4, -1], [-1, 2], [-9, 20]])
    found = smallest_payment(points, ZERO)
    assert found.package == 1  # two packages lack 1; this one has the larger sum
    np.testing.assert_allclose(found.payment, [-1, 1])
    np.testing.assert_allclose(found.gain, [3, 0])
    assert smallest_payment(packages_of([[1, -2], [-2, 1]]), ZERO) is None
    open_zone = smallest_payment(packages_of([[1, -2], [2, 1]]), ZERO)
    np.testing.assert_allclose(open_zone.payment, 0)


def two_issues():
    values = {"a": np.array([[0, 3], [0, -1.0]]), "b": np.array([[0, -1], [0, 3.0]])}
    issues = (Issue("a", ("no", "yes")), Issue("b", ("no", "yes")))
    return enumerate_packages(Table(("p", "q"), issues, values))


def test_linkage_is_worth_what_neither_table_finds_alone():
    # each issue alone hurts one side; together both gain 2
    found = linkage(two_issues(), [["a"], ["b"]], {"a": "no", "b": "no"}, ZERO)
    np.testing.assert_allclose(found.separate_gain, [0, 0])
    np.testing.assert_allclose(found.value, [2, 2])
    assert found.joint.ties == (3,)
    with pytest.raises(InputError, match="every issue once"):
        linkage(two_issues(), [["a"]], {"a": "no", "b": "no"}, ZERO)


def test_one_table_alone_is_the_joint_table():
    found = linkage(two_issues(), [["a", "b"]], {"a": "no", "b": "no"}, ZERO)
    np.testing.assert_allclose(found.value, 0, atol=1e-12)


def test_the_gap_and_its_ladder():
    packages = two_issues()
    demand, offer = (
        packages.number({"a": "yes", "b": "no"}),
        packages.number({"a": "no", "b": "yes"}),
    )
    found = gap(packages, demand, offer)
    assert found.issues == ("a", "b")
    np.testing.assert_allclose(found.distance, [4, 4])
    steps = concessions(packages, demand, offer, giver=0)
    # b gives 3 for 1, a gives 1 for 3
    assert [(s.issue, s.cost, s.worth) for s in steps] == [("b", 1, 3), ("a", 3, 1)]
    assert sum(s.closed for s in steps) == pytest.approx(1)
    assert steps[-1].left == 0


def test_what_binds_at_a_package():
    packages = two_issues()
    bound = {b.party: b for b in binding(packages, packages.number({"a": "yes", "b": "yes"}), ZERO)}
    # p would drop b, which is worth 1 to it and would leave q with −1
    assert bound["p"].issue == "b"
    assert bound["p"].wanted == "no"
    assert bound["p"].worth == 1
    assert bound["p"].cost == 3
    assert bound["p"].refused_by == "q"


def test_no_deal_by_another_name_is_no_deal():
    table = Table(
        ("a", "b"),
        (Issue("one", ("as-is", "better", "worse")),),
        {"one": np.array([[0.0, 0.0, 1.0], [0.0, 2.0, -1.0]])},
    )
    packages = enumerate_packages(table)
    assert zone(packages, np.zeros(2)).tolist() == [True, True, False]
    assert deals(packages, np.zeros(2)).tolist() == [False, True, False]
    # where all are no better than no deal, nothing is left
    assert not deals(packages, np.array([0.0, 2.0])).any()
