"""Outlooks over no-deal points: waiting, rescaling of utilities, order, brute force."""

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from detente.talks.alternating import alternating_offers, patience
from detente.talks.home import Vote
from detente.talks.outlook import look, position, waiting
from detente.talks.packages import enumerate_packages
from detente.talks.solutions import SOLUTIONS, solve_table
from detente.talks.table import Interaction, Issue, NoDeal, RedLine, Table, Trade


def random_table(seed, parties=2):
    rng = np.random.default_rng(seed)
    names = tuple(f"p{k}" for k in range(parties))
    issues = tuple(
        Issue(f"i{k}", tuple(f"o{j}" for j in range(rng.integers(2, 5)))) for k in range(4)
    )
    values = {i.id: rng.normal(size=(parties, len(i.options))) for i in issues[:3]}
    shape = (parties, len(issues[0].options), len(issues[3].options))
    trade = Trade((issues[0].id, issues[3].id), rng.normal(size=shape))
    extra = Interaction((("i0", "o1"), ("i2", "o0")), rng.normal(size=parties))
    line = RedLine("p1", (("i1", "o1"), ("i3", "o0")))
    return Table(names, issues, values, trade, (extra,), (line,))


def no_deal_of(packages, seed, share=0.45):
    rng = np.random.default_rng(seed)
    return np.quantile(packages.utility, share, axis=0) + 0.01 * rng.normal(size=2)


def test_waiting_by_hand():
    value, power = waiting(np.array([2.0, 0.0]), np.array([-4.0, -1.0]), np.array([0.1, 0.3]), 0.2)
    # (0.1·2 + 0.2·(−4))/0.3 and (0.3·0 + 0.2·(−1))/0.5; power as 1/0.3 to 1/0.5
    np.testing.assert_allclose(value, [-2.0, -0.4])
    assert power[0] / power[1] == pytest.approx(5 / 3)
    assert power.mean() == pytest.approx(1)


def test_waiting_without_risk_is_the_impasse_and_rubinsteins_weights():
    impasse, failed, rates = np.array([1.0, 2.0]), np.array([-9.0, -9.0]), np.array([0.1, 0.3])
    value, power = waiting(impasse, failed, rates, 0.0)
    np.testing.assert_allclose(value, impasse)
    np.testing.assert_allclose(power / power.sum(), rates[::-1] / rates.sum())


@pytest.mark.parametrize("risk", [0.0, 0.4])
def test_waiting_is_the_limit_of_offers_at_short_intervals(risk):
    rates = np.array([0.1, 0.3])
    impasse, failed = np.array([0.1, 0.2]), np.array([-0.2, -0.5])
    share = np.linspace(0, 1, 20_001)
    points = np.column_stack([share, 1 - share])
    d, power = waiting(impasse, failed, rates, risk)
    # Nash with weights on the line u₁ + u₂ = 1
    expected = d + power / power.sum() * (1 - d.sum())
    errors = []
    for period in (0.4, 0.1):
        chance = 1 - np.exp(-risk * period)
        found = alternating_offers(points, patience(rates, period), impasse,
                                   breakdown_risk=chance, breakdown=failed, limit=2000)  # fmt: skip
        errors.append(np.abs(found.value - expected).max())
    assert errors[1] < errors[0] / 3  # of first order in the interval
    assert errors[1] < 0.03
    issue = Issue("share", tuple(f"{k:05d}" for k in range(len(share))))
    packages = enumerate_packages(Table(("p", "q"), (issue,), {"share": points.T}))
    picked = solve_table(packages, d, weights=power)
    np.testing.assert_allclose(picked.utility, expected, atol=1e-4)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("solution", ["nash", "kalai-smorodinsky"])
def test_no_unit_of_utility_matters_where_theory_says_so(seed, solution):
    packages = enumerate_packages(random_table(seed))
    d = no_deal_of(packages, seed)
    scale, shift = np.array([7.0, 0.01]), np.array([-3.0, 40.0])
    moved = replace(packages, utility=packages.utility * scale + shift)
    weights = (1.0, 2.0) if solution == "nash" else None
    one = solve_table(packages, d, solution, weights=weights)
    two = solve_table(moved, d * scale + shift, solution, weights=weights)
    assert one.package == two.package
    np.testing.assert_allclose(two.gain, one.gain * scale, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("solution", ["egalitarian", "utilitarian"])
def test_the_unit_matters_where_gains_are_compared(solution):
    moved = 0
    for seed in range(10):
        packages = enumerate_packages(random_table(seed))
        d = no_deal_of(packages, seed, 0.2)
        scale = np.array([10.0, 0.1])
        other = replace(packages, utility=packages.utility * scale)
        one, two = solve_table(packages, d, solution), solve_table(other, d * scale, solution)
        moved += one.package != two.package
    assert moved > 3


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_issues_options_and_parties_does_not_matter(seed):
    table = random_table(seed)
    rng = np.random.default_rng(seed)
    plain = enumerate_packages(table)
    d = no_deal_of(plain, seed)
    for order in list(permutations(range(4)))[1::7]:
        turned = {i.id: rng.permutation(len(i.options)) for i in table.issues}
        issues = tuple(
            Issue(i.id, tuple(i.options[k] for k in turned[i.id]))
            for i in (table.issues[k] for k in order)
        )
        values = {name: v[::-1][:, turned[name]] for name, v in table.values.items()}
        given = table.trade.values[::-1][:, turned["i0"]][:, :, turned["i3"]]
        trade = Trade(("i3", "i0"), given.transpose(0, 2, 1))
        extras = tuple(replace(x, values=x.values[::-1]) for x in table.interactions)
        other = replace(table, parties=table.parties[::-1], issues=issues, values=values,
                        trade=trade, interactions=extras)  # fmt: skip
        packages = enumerate_packages(other)
        one, two = (look(p, NoDeal("n", v)) for p, v in ((plain, d), (packages, d[::-1])))
        assert one.zone.sum() == two.zone.sum()
        assert one.efficient.sum() == two.efficient.sum()
        for name in SOLUTIONS:
            first, second = one.agreements[name], two.agreements[name]
            assert plain.choices(first.package) == {
                i.id: packages.choices(second.package)[i.id] for i in table.issues
            }
            np.testing.assert_allclose(first.gain, second.gain[::-1], atol=1e-12)


@pytest.mark.parametrize("parties", [2, 3])
@pytest.mark.parametrize("seed", range(3))
def test_an_outlook_by_brute_force(seed, parties):
    packages = enumerate_packages(random_table(seed, parties))
    d = np.quantile(packages.utility, 0.3, axis=0)
    found = look(packages, NoDeal("n", d))
    u = packages.utility
    zone = [k for k in range(len(u)) if packages.signed[k].all() and (u[k] >= d).all()]
    assert np.flatnonzero(found.zone).tolist() == zone

    def beaten(k):
        return any((u[j] >= u[k]).all() and (u[j] > u[k]).any() for j in zone)

    efficient = [k for k in zone if not beaten(k)]
    assert np.flatnonzero(found.efficient).tolist() == efficient
    gain = u[zone] - d
    ideal = gain.max(axis=0)
    best = {
        "nash": np.log(gain).sum(axis=1),
        "kalai-smorodinsky": (gain / ideal).min(axis=1),
        "egalitarian": gain.min(axis=1),
        "utilitarian": gain.sum(axis=1),
    }
    for name, score in best.items():
        assert found.agreements[name].package == zone[int(score.argmax())]
    assert found.payment is None
    assert found.unratified is found.agreements


def test_votes_and_bounds_narrow_what_is_picked():
    packages = enumerate_packages(random_table(2))
    d = no_deal_of(packages, 2, 0.3)
    free = look(packages, NoDeal("n", d))
    chosen = free.agreements["nash"].package
    passes = np.where(np.arange(packages.table.size) == chosen, 0.2, 0.9)
    vote = Vote("p0", "Chamber", 0.5, passes, {})
    bound = look(packages, NoDeal("n", d), [vote])
    assert bound.agreements["nash"].package != chosen
    assert bound.unratified["nash"].package == chosen
    assert bound.passing.sum() == free.zone.sum() - 1
    allowed = packages.holding(("i0", "o1"))
    held = look(packages, NoDeal("n", d), allowed=allowed)
    assert (held.zone == (free.zone & allowed)).all()


def test_where_nothing_suits_all_the_smallest_payment_is_said():
    packages = enumerate_packages(random_table(1))
    total = packages.utility.sum(axis=1)
    best = int(np.where(packages.feasible, total, -np.inf).argmax())
    d = packages.utility[best] + np.array([0.4, -0.6])  # a surplus of 0.2, the first lacks 0.4
    d[1] = max(d[1], packages.utility[best, 1] - 0.6)
    found = look(packages, NoDeal("n", d))
    if not found.zone.any():
        assert all(one is None for one in found.agreements.values())
        lack = np.maximum(d - packages.utility, 0).sum(axis=1)
        usable = packages.feasible & (total >= d.sum())
        assert np.maximum(found.payment.payment, 0).sum() == pytest.approx(lack[usable].min())
        assert (found.payment.utility >= d - 1e-12).all()


def test_a_position_leaves_the_rest_unsettled():
    packages = enumerate_packages(random_table(0))
    unsettled = {i.id: i.options[0] for i in packages.table.issues}
    number = position(packages, unsettled, [{"i1": "o1"}, {"i2": "o1"}])
    assert packages.choices(number) == {**unsettled, "i1": "o1", "i2": "o1"}
