"""Starts from smaller sets: exact where effects add up, fewer steps where they nearly do."""

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from detente import PurchaseCommitment, Tariff
from detente.model.equilibrium import Unknowns
from detente.policy.compile import compile_policy
from detente.solver.equilibrium import solve_equilibrium
from detente.talks.starts import Starts
from economies import random_economy

MEASURES = {
    "a": Tariff("C0", on="C1", add=0.2),
    "b": Tariff("C1", on="C0", add=0.1),
    "c": PurchaseCommitment("C1", on="C0", sectors="S0", scale=1.05, id="c"),
    "d": Tariff("C2", on="C0", add=0.15),
}


def every(names):
    return [
        frozenset(n for n, on in zip(names, chosen, strict=True) if on)
        for chosen in product((False, True), repeat=len(names))
    ]


def unknowns(wage, price, wedge=None):
    spending = np.ones((2, 2))
    return Unknowns(wage * np.ones(2), price * np.ones((2, 2)), spending, None, None, wedge)


def found(one, wage, price, wedge=None):
    limits = [SimpleNamespace(label="c")] if "c" in one else []
    policy = SimpleNamespace(limits=limits)
    return SimpleNamespace(unknowns=unknowns(wage, price, wedge), policy=policy)


def test_exact_where_no_three_measures_do_more_together():
    """x = sum of effects of measures and of pairs: what pairs do is known from sets of two."""
    single, pair = {"a": 1.0, "b": -2.0, "d": 0.5}, {"ab": 0.3, "ad": 0.1, "bd": -0.7}

    def value(one):
        together = sum(v for names, v in pair.items() if set(names) <= one)
        return sum(single[n] for n in one) + together

    starts = Starts(every("abd"))
    for one in sorted(every("abd"), key=len)[:-1]:
        starts.add(one, found(one, value(one), 2 * value(one)))
    start = starts.of(frozenset("abd"), SimpleNamespace(limits=[]))
    np.testing.assert_allclose(start.log_wage_hat, value(frozenset("abd")))
    np.testing.assert_allclose(start.log_price_hat, 2 * value(frozenset("abd")))
    np.testing.assert_allclose(start.spending_hat, 1.0)
    assert start.log_wedge is None


def test_wedges_go_by_their_limit_and_never_below_zero():
    starts = Starts(every("ac"))
    limit = SimpleNamespace(limits=[SimpleNamespace(label="c")])
    starts.add(frozenset(), found(frozenset(), 0.0, 0.0))
    starts.add(frozenset("a"), found(frozenset("a"), 0.1, 0.0))
    starts.add(frozenset("c"), found(frozenset("c"), 0.2, 0.0, np.array([0.4])))
    start = starts.of(frozenset("ac"), limit)
    np.testing.assert_allclose(start.log_wage_hat, 0.3)
    np.testing.assert_allclose(start.log_wedge, [0.4])
    assert starts.of(frozenset(), limit) is None


def test_measures_that_always_come_together_are_one_part():
    sets = [frozenset(), frozenset("xy"), frozenset("z"), frozenset("xyz")]
    starts = Starts(sets)
    for k, one in enumerate(sets[:3]):
        starts.add(one, found(one, float(k), 0.0))
    start = starts.of(sets[3], SimpleNamespace(limits=[]))
    np.testing.assert_allclose(start.log_wage_hat, 1.0 + 2.0)


@pytest.mark.parametrize("measures", ["abd", "abc"])
def test_fewer_steps_to_the_same_solution(measures):
    c, steps = random_economy(5), {"plain": 0, "started": 0}
    starts = Starts(every(measures))
    for one in sorted(every(measures), key=len):
        policy = compile_policy(c, [MEASURES[n] for n in sorted(one)])
        plain = solve_equilibrium(c, policy)
        started = solve_equilibrium(c, policy, start=starts.of(one, policy))
        starts.add(one, started)
        if len(one) > 1:
            steps["plain"] += plain.iterations
            steps["started"] += started.iterations
        np.testing.assert_allclose(
            started.outcome.income_cf, plain.outcome.income_cf, rtol=1e-9, atol=0
        )
    assert steps["started"] < 0.95 * steps["plain"], steps
