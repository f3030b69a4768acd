"""Shares of an effect by measure: against separate solves, all orders, and their sum."""

from itertools import permutations

import numpy as np
import pytest

import detente as dt
from detente.attribution import Part, attribute, needs, parts_of
from detente.solver.options import Options
from economies import random_economy

C = random_economy(4)
MEASURES = {
    "duty": dt.Tariff("C0", on="C1", sectors="S0", add=0.3),
    "answer": dt.Tariff("C1", on="C0", sectors="S1", set=0.4, coverage=0.5),
    "purchase": dt.PurchaseCommitment("C1", on="C0", sectors="S2", scale=1.3, id="purchase"),
    "quota": dt.Quota("C2", on="C3", sectors="S1", scale=0.7, rents=0.5, id="quota"),
    "tax": dt.ExportTax("C3", on="C2", sectors="S0", add=0.1),
}


def income(*names: str) -> np.ndarray:
    """Real income over the baseline's, each set of measures solved by itself."""
    return 1 + dt.solve(C, [MEASURES[n] for n in names]).welfare.to_numpy() / 100


def shares(names) -> dict[str, float]:
    return dict.fromkeys(names, 1.0)


def attributed(names, against=(), measures=MEASURES):
    return attribute(C, measures, shares(names), shares(against), Options())


def test_two_measures_by_hand():
    found = attributed(("duty", "answer"))
    none, duty, answer, both = income(), income("duty"), income("answer"), income("duty", "answer")
    by_hand = [(duty - none + both - answer) / 2, (answer - none + both - duty) / 2]
    np.testing.assert_allclose(found.made, np.array(by_hand) / none, atol=2e-12)
    np.testing.assert_allclose(found.alone, [duty - none, answer - none], atol=2e-12)
    np.testing.assert_allclose(found.last, [both - answer, both - duty], atol=2e-12)
    assert found.exact
    assert found.solved == 4
    assert np.abs(found.made).max() > 1e-4  # there is something to share


def test_shares_add_up_to_the_whole_effect():
    names = list(MEASURES)
    found = attributed(names)
    whole = income(*names) - 1
    np.testing.assert_allclose(found.made.sum(axis=0), whole, atol=1e-11)
    np.testing.assert_allclose(found.table["share"].unstack("country").sum(), 1.0, atol=1e-12)
    worth = found.table["made_musd"].unstack("country").sum().to_numpy()
    np.testing.assert_allclose(worth, whole * C.income, atol=1e-10)
    assert found.solved == 32


def test_every_order_counts_the_same():
    """Four measures of different kinds, each combination solved by itself."""
    names: tuple[str, ...] = ("duty", "purchase", "quota", "tax")
    known = {frozenset(held): income(*held) for k in range(5) for held in permutations(names, k)}
    mean = np.zeros((4, 4))
    for order in permutations(names):
        for place, name in enumerate(order):
            before = frozenset(order[:place])
            mean[names.index(name)] += (known[before | {name}] - known[before]) / 24
    np.testing.assert_allclose(attributed(names).made, mean, atol=1e-11)


def test_the_order_of_measures_does_not_matter():
    names = list(MEASURES)
    there, back = attributed(names), attributed(names, measures=dict(reversed(MEASURES.items())))
    for name in names:
        one, other = (x.table.loc[name, "made_pct"].to_numpy() for x in (there, back))
        np.testing.assert_allclose(one, other, atol=1e-11)


def test_a_measure_that_does_nothing_makes_nothing():
    idle = {**MEASURES, "idle": dt.Tariff("C0", on="C2", add=0.0)}
    found = attributed(("duty", "idle"), measures=idle)
    assert [p.id for p in found.parts] == ["duty", "idle"]
    np.testing.assert_allclose(found.made[1], 0.0, atol=1e-13)


def test_against_another_policy_what_both_have_is_no_part():
    found = attributed(("duty", "tax"), against=("answer", "tax"))
    assert found.parts == (Part(("duty",)), Part((), ("answer",)))
    assert [p.id for p in found.parts] == ["duty", "-answer"]
    new, old = income("duty", "tax"), income("answer", "tax")
    np.testing.assert_allclose(found.effect, new / old - 1, atol=1e-11)
    np.testing.assert_allclose(found.income, old * C.income, rtol=1e-12)
    # what comes alone is in force beside all that the other has
    np.testing.assert_allclose(
        found.alone[0], income("duty", "answer", "tax") / old - 1, atol=1e-11
    )


def test_a_measure_in_place_of_another_on_the_same_trade_is_one_part():
    measures = {
        "low": dt.Tariff("C0", on="C1", sectors=["S0", "S1"], set=0.1),
        "first": dt.Tariff("C0", on="C1", sectors="S0", set=0.5),
        "second": dt.Tariff("C0", on="C1", sectors="S1", set=0.5),
        "elsewhere": dt.Tariff("C0", on="C2", set=0.2),
        "cost": dt.TradeCost("C0", on="C1", sectors="S0", add=0.1),
    }
    new, old = shares(("first", "second", "cost")), shares(("low", "elsewhere"))
    assert parts_of(C, measures, new, old) == (
        Part(("first", "second"), ("low",)),
        Part((), ("elsewhere",)),
        Part(("cost",)),
    )


def test_relief_is_one_part_with_the_tariff_that_it_takes_back():
    measures = {
        "raised": dt.Tariff("C0", on="C1", sectors=["S0", "S1"], add=0.2),
        "eased": dt.Tariff("C0", on="C1", sectors="S1", add=-0.1),
        "more": dt.Tariff("C0", on="C1", sectors="S0", add=0.1),
        "elsewhere": dt.Tariff("C0", on="C2", sectors="S1", add=-0.01),
    }
    assert parts_of(C, measures, shares(measures), {}) == (
        Part(("raised", "eased")), Part(("more",)), Part(("elsewhere",)),
    )  # fmt: skip


def test_parts_in_force_in_part():
    found = attribute(C, MEASURES, {"duty": 0.5}, {"duty": 0.2}, Options())
    assert found.parts == (Part(("duty",), ("duty",)),)
    half, fifth = (
        1 + dt.solve(C, dt.Tariff("C0", on="C1", sectors="S0", add=0.3 * x)).welfare / 100
        for x in (0.5, 0.2)
    )
    np.testing.assert_allclose(found.effect, half / fifth - 1, atol=1e-11)


def test_many_measures_in_the_order_of_the_file_and_back():
    many = {
        f"m{k}": dt.Tariff(
            f"C{k % 4}", on=f"C{(k + 1 + k // 4) % 4}", sectors="S0", add=0.1 + k / 50
        )
        for k in range(7)
    }
    found = attributed(many, measures=many)
    names = list(many)

    def known(*held):
        return 1 + dt.solve(C, [many[n] for n in held]).welfare.to_numpy() / 100

    third = (known(*names[:3]) - known(*names[:2]) + known(*names[2:]) - known(*names[3:])) / 2
    np.testing.assert_allclose(found.made[2], third, atol=1e-11)
    np.testing.assert_allclose(found.made.sum(axis=0), known(*names) - 1, atol=1e-11)
    assert not found.exact
    assert found.solved == 2 + 12 + 14 - 4  # four of those alone or last are met in turn
    assert (found.low <= found.made + 1e-15).all()
    assert (found.made <= found.high + 1e-15).all()
    for k, name in enumerate(names):
        np.testing.assert_allclose(found.alone[k], known(name) - 1, atol=1e-11)
        rest = known(*(n for n in names if n != name))
        np.testing.assert_allclose(found.last[k], known(*names) - rest, atol=1e-11)


def test_nothing_to_attribute():
    found = attributed((), ())
    assert found.parts == ()
    np.testing.assert_array_equal(found.effect, np.zeros(4))
    assert found.table.empty


def test_the_subsidy_of_a_promise_does_what_the_promise_does():
    """A tariff lower by the subsidy, share of the duty-paid price, makes the same purchases."""
    promised = dt.solve(C, MEASURES["purchase"])
    need = needs(promised)["purchase"]
    cell = (2, 1, 0)
    subsidised = C.tariff.copy()
    subsidised[cell] = (1 + C.tariff[cell]) * (1 - need.rate) - 1
    policy = dt.Policy(subsidised, np.ones_like(subsidised))
    paid = dt.solve(C, policy=policy)
    np.testing.assert_allclose(promised.welfare, paid.welfare, atol=1e-8)
    cost = (1 + C.tariff[cell]) * need.rate * np.asarray(paid.equilibrium.outcome.flows_cf)[cell]
    assert need.worth == pytest.approx(cost, rel=1e-8)
    assert not need.ceiling
    assert 0.01 < need.rate < 0.5


def test_what_the_licences_of_a_quota_earn():
    found = dt.solve(C, MEASURES["quota"], MEASURES["purchase"])
    need, row = needs(found)["quota"], found.limits.loc["quota"]
    assert need.ceiling
    assert need.rate == pytest.approx(row["wedge_pct"] / 100)
    trade = np.asarray(found.equilibrium.outcome.flows_cf)[1, 2, 3]
    assert need.worth == pytest.approx(need.rate * (1 + C.tariff[1, 2, 3]) * trade, rel=1e-9)
    assert needs(dt.solve(C, MEASURES["duty"])) == {}
