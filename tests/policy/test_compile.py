"""Measures compiled to arrays: what each does, how they combine, what is refused."""

import itertools

import numpy as np
import pytest

from detente.errors import InputError
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, ExportTax, ProductionSubsidy, TradeCost, Transfer
from detente.policy.tariffs import Tariff
from economies import random_economy

WORLD = random_economy(3, 4, 3)
CELL = (slice(None), 0, 1)


def test_no_measures_change_nothing():
    policy = compile_policy(WORLD, ())
    np.testing.assert_array_equal(policy.tariff_cf, WORLD.tariff)
    assert (policy.iceberg_hat == 1).all()


@pytest.mark.parametrize(
    ("action", "rate"),
    [
        ({"add": 0.25}, lambda t, partner: t + 0.25),
        ({"set": 0.1}, lambda t, partner: np.full_like(t, 0.1)),
        ({"scale": 0.5}, lambda t, partner: t / 2),
        ({"align": "partner"}, np.minimum),
    ],
)
@pytest.mark.parametrize("coverage", [1.0, 0.4])
def test_each_action(action, rate, coverage):
    policy = compile_policy(WORLD, [Tariff("C0", on="C1", coverage=coverage, **action)])
    before, partner = WORLD.tariff[CELL], WORLD.tariff[:, 1, 0]
    expected = before + coverage * (rate(before, partner) - before)
    np.testing.assert_allclose(policy.tariff_cf[CELL], expected, rtol=0, atol=1e-15)
    untouched = np.ones(WORLD.tariff.shape, dtype=bool)
    untouched[CELL] = False
    np.testing.assert_array_equal(policy.tariff_cf[untouched], WORLD.tariff[untouched])


def test_aligning_to_a_named_economy_never_raises():
    policy = compile_policy(WORLD, [Tariff("C0", on="world", align="C2")])
    assert (policy.tariff_cf <= WORLD.tariff).all()
    expected = np.minimum(WORLD.tariff[:, 0, 3], WORLD.tariff[:, 2, 0])
    np.testing.assert_allclose(policy.tariff_cf[:, 0, 3], expected, atol=1e-15)


def test_order_never_matters():
    measures = [
        Tariff("C0", on="C1", add=0.2, coverage=0.5),
        Tariff("C0", on="C1", set=0.05, coverage=0.3),
        Tariff("C0", on="world", scale=0.5, coverage=0.6),
        TradeCost("C0", on="C1", add=0.1),
    ]
    found = [compile_policy(WORLD, order) for order in itertools.permutations(measures)]
    for policy in found[1:]:
        np.testing.assert_allclose(policy.tariff_cf, found[0].tariff_cf, atol=1e-14)
        np.testing.assert_allclose(policy.iceberg_hat, found[0].iceberg_hat, atol=1e-14)


def test_covered_value_is_the_value_covered():
    trade = WORLD.flows[CELL].sum()
    policy = compile_policy(WORLD, [Tariff("C0", on="C1", add=0.2, value_usd=trade / 4)])
    np.testing.assert_allclose(policy.tariff_cf[CELL] - WORLD.tariff[CELL], 0.05)


def test_domestic_trade_is_never_touched():
    policy = compile_policy(WORLD, [Tariff("world", add=0.2), TradeCost("world", scale=2)])
    home = np.arange(4)
    assert (policy.tariff_cf[:, home, home] == WORLD.tariff[:, home, home]).all()
    assert (policy.iceberg_hat[:, home, home] == 1).all()


@pytest.mark.parametrize(
    ("measures", "words"),
    [
        ([Tariff("C0", set=0.1, id="a"), Tariff("C0", scale=0, id="b")], "a, b replace"),
        ([Tariff("C0", on="C0", add=0.1)], "no trade policy on itself"),
        ([Tariff("C0", on="C1", add=0.1, value_usd=1e9)], "at most"),
        ([Tariff("C9", on="C8", sectors="S7", add=0.1)], "(?s)C9.*C8.*S7"),
        ([Tariff("C0", on="C1", align="world")], "one economy"),
        ([Tariff("C0", add=0.1, product_list="nothing")], "no such product list"),
        ([Tariff("C0", add=-0.9), Tariff("C0", add=-0.9)], "subsidy of 100%"),
    ],
)
def test_refused_together(measures, words):
    with pytest.raises(InputError, match=words):
        compile_policy(WORLD, measures)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Tariff("C0", add=25), r"did you mean 0\.25"),
        (lambda: Tariff("C0", set=float("nan")), "not a tariff rate"),
        (lambda: Tariff("C0", set=-0.1), "not a tariff rate"),
        (lambda: Tariff("C0"), "exactly one"),
        (lambda: Tariff("C0", add=0.1, set=0.1), "exactly one"),
        (lambda: Tariff("C0", add=0.1, coverage=1.2), "not a share"),
        (lambda: Tariff("C0", add=0.1, value_usd=-1), "not a value"),
        (lambda: Tariff("C0", add=0.1, coverage=0.5, value_usd=1), "more than one way"),
        (lambda: Tariff("C0", scale=-1), "not a factor"),
        (lambda: TradeCost("C0", scale=0), "not a cost factor"),
        (lambda: TradeCost("C0", add=-1), "not a cost change"),
    ],
)
def test_refused_by_itself(make, words):
    with pytest.raises(InputError, match=words):
        make()


def test_an_export_tax_is_on_the_sellers_side():
    policy = compile_policy(WORLD, [ExportTax("C1", on="C0", add=0.2, coverage=0.5)])
    assert policy.export_tax is not None
    np.testing.assert_allclose(policy.export_tax[CELL], 0.1)
    assert np.count_nonzero(policy.export_tax) == len(WORLD.sectors)
    np.testing.assert_array_equal(policy.tariff_cf, WORLD.tariff)


def test_bans_leave_what_is_not_covered_and_what_leaks():
    theta = WORLD.trade_elasticity
    bans = [
        ExportBan("C1", on="C0", coverage=0.5, leakage=0.2, rerouting_cost=1.1),
        ExportBan("C1", on="C0", sectors="S1", coverage=0.1),
    ]
    policy = compile_policy(WORLD, bans)
    supply, lines = policy.supply_share, policy.lines
    assert supply is not None
    assert lines is not None
    # what gets around keeps its place among suppliers, at a higher cost
    np.testing.assert_allclose(supply[CELL], [0.6, 0.54, 0.6])
    on = policy.rates_on_lines(WORLD.tariff)
    expected = 1 - 0.5 * (1 - 0.2 * 1.1**-theta)
    expected[1] *= 0.9
    sector = lines.cell // 16
    left = lines.share * on.supply_share * on.iceberg_hat ** -theta[sector]
    np.testing.assert_allclose(np.bincount(sector, left), expected)
    assert (np.delete(supply, 0, axis=1) == 1).all()
    free = ExportBan("C1", on="C0", leakage=1.0)
    assert compile_policy(WORLD, [free]).supply_share is None


def test_subsidies_add_and_transfers_sum_to_zero():
    measures = [
        ProductionSubsidy("C0", "S1", add=0.05),
        ProductionSubsidy(["C0", "C2"], ["S1", "S2"], add=0.01),
        Transfer(["C0", "C1"], "C2", value_usd=0.3),
    ]
    policy = compile_policy(WORLD, measures)
    assert policy.production_subsidy is not None
    assert policy.transfer is not None
    assert policy.production_subsidy[0].tolist() == pytest.approx([0, 0.06, 0.01])
    assert policy.production_subsidy[2].tolist() == pytest.approx([0, 0.01, 0.01])
    assert policy.transfer[2] == pytest.approx(0.3)
    size = WORLD.value_added
    assert policy.transfer[0] / policy.transfer[1] == pytest.approx(size[0] / size[1])
    assert policy.transfer.sum() == pytest.approx(0)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: ExportTax("C1", add=10), "did you mean 0.1"),
        (lambda: ExportTax("C1"), "exactly one"),
        (lambda: ExportTax("C1", add=-1), "add"),
        (lambda: ExportBan("C1", leakage=1.2), "leakage"),
        (lambda: ExportBan("C1", rerouting_cost=0.9), "rerouting_cost"),
        (lambda: ExportBan("C1", coverage=0.5, product_list="x"), "more than one way"),
        (lambda: ProductionSubsidy("C1", "S0", add=1.0), "add"),
        (lambda: ProductionSubsidy("C1", "S0", add=5), "did you mean 0.05"),
        (lambda: Transfer("C1", "C0", value_usd=-1), "value_usd"),
        (lambda: compile_policy(WORLD, [Transfer("C1", "world", value_usd=1)]), "the same"),
        (lambda: compile_policy(WORLD, [ProductionSubsidy("C9", "S9", add=0.1)]), "sectors"),
        (
            lambda: compile_policy(WORLD, [ProductionSubsidy("C0", "S0", add=0.6)] * 2),
            "100% or more",
        ),
    ],
)
def test_what_the_new_instruments_refuse(make, said):
    with pytest.raises(InputError, match=said):
        make()


@pytest.mark.parametrize(
    "measure",
    [
        lambda rate: Tariff("C0", set=rate),
        lambda rate: Tariff("C0", add=rate),
        lambda rate: ExportTax("C0", add=rate),
        lambda rate: ProductionSubsidy("C0", "S0", add=-rate),
    ],
    ids=["set", "add", "export tax", "production tax"],
)
def test_the_largest_rate_is_one_for_all_instruments(measure):
    measure(3.0)
    with pytest.raises(InputError):
        measure(3.01)
