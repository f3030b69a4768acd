"""Who pays: shares sum to one, bills add up to their parts, and limits that theory names."""

from dataclasses import replace

import numpy as np
import pytest

from detente.errors import InputError
from detente.incidence import RELATIVE_TO, terms_of_trade, who_pays
from detente.model.economy import Structure
from detente.policy.arrays import Limit, Policy
from detente.policy.instruments import ExportTax, TradeCost
from detente.policy.tariffs import Tariff
from detente.simulate import solve
from economies import random_economy, random_policy

WORLD = random_economy(5, 4, 3, zeros=0.1)


def mixed(world=WORLD):
    """Return a policy of tariffs, trade costs, taxes, subsidies, rents, a quota and a purchase."""
    rng = np.random.default_rng(7)
    traded = np.argwhere(world.flows[:, 0, 1] > 0)[:2, 0]
    limits = []
    for s, part in zip(traded, (0.05, 2.0), strict=True):
        cells = np.zeros(world.flows.shape, dtype=bool)
        cells[s, 0, 1] = True
        bound = part * float(world.flows[s, 0, 1])
        limits.append(Limit(f"limit {s}", cells, bound, part < 1, rent_share=0.4 * (part < 1)))
    foreign = ~np.eye(len(world.countries), dtype=bool)
    return replace(
        random_policy(world, 7),
        export_tax=np.where(foreign, rng.uniform(-0.05, 0.2, world.tariff.shape), 0.0),
        production_subsidy=rng.uniform(0, 0.1, world.output.shape),
        rent_share=np.where(foreign, rng.uniform(0, 1, world.tariff.shape), 0.0),
        limits=tuple(limits),
    )


@pytest.fixture(scope="module", params=[Structure(), Structure("perfect", 1.5, 0, 0.8, 0.5, 0.5)])
def solution(request):
    return solve(WORLD, policy=mixed(), structure=request.param)


@pytest.mark.parametrize("relative_to", RELATIVE_TO)
def test_shares_sum_to_one_in_every_sector_and_in_total(solution, relative_to):
    found = who_pays(solution, "C0", "C1", relative_to=relative_to)
    shares = found.sectors["buyer_share"] + found.sectors["seller_share"]
    np.testing.assert_allclose(shares, 1, atol=1e-9)
    assert found.total["buyer_share"] + found.total["seller_share"] == pytest.approx(1, abs=1e-12)
    weight = found.sectors["flow_musd"] / found.sectors["flow_musd"].sum()
    for name in ("wedge", "seller_price", "fob_price", "buyer_price"):
        mean = (weight * found.sectors[name]).sum()
        assert found.total[name] == pytest.approx(mean, abs=1e-12)


def test_prices_differ_by_the_wedges_and_explain_the_flows(solution):
    # gravity recovers buyers' prices from trade: an independent path to the same numbers
    found = who_pays(solution, "C0", "C1").sectors
    names = ("tariff_wedge", "licence_wedge", "export_tax_wedge", "trade_cost_wedge")
    parts = sum(found[name] for name in names)
    assert (found["licence_wedge"] > 0.01).any()
    assert (found["licence_wedge"] < -0.01).any()
    np.testing.assert_allclose(found["buyer_price"] - found["seller_price"], parts, atol=1e-12)
    e = solution.equilibrium
    kept = WORLD.flows[:, 0, 1] > 0
    spent = np.exp(e.log_licence) * (1 + e.policy.tariff_cf) * np.asarray(e.outcome.flows_cf)
    share = (spent / spent.sum(axis=2, keepdims=True))[kept, 0, 1] / WORLD.trade_shares[kept, 0, 1]
    price = np.log(np.asarray(e.outcome.price_hat)[0, kept])
    implied = price - np.log(share) / WORLD.trade_elasticity[kept]
    np.testing.assert_allclose(found["buyer_price"], implied, atol=1e-8)


def test_what_buyers_pay_is_what_others_receive(solution):
    found = who_pays(solution, "C0", "C1")
    parts = ["receipts", "export_tax", "revenue", "licences", "rents"]
    received = sum(found.sectors[f"{name}_change_musd"] for name in parts)
    np.testing.assert_allclose(found.sectors["bill_change_musd"], received, atol=1e-12)
    pairs = [who_pays(solution, "C0", f"C{i}").total for i in (1, 2, 3)]
    revenue = sum(total["revenue_change_musd"] for total in pairs)
    assert revenue == pytest.approx(solution.countries.loc["C0", "tariff_revenue_change_musd"])
    taxes = sum(who_pays(solution, f"C{n}", "C1").total["export_tax_change_musd"]
                for n in (0, 2, 3))  # fmt: skip
    assert taxes == pytest.approx(solution.countries.loc["C1", "export_tax_revenue_musd"])


def test_nothing_changes_without_a_measure():
    found = who_pays(solve(WORLD), "C0", "C1")
    assert np.isnan(found.total["buyer_share"])
    assert found.sectors["buyer_share"].isna().all()
    assert abs(found.total["bill_change_musd"]) < 1e-9


def small(size):
    """Return the world with the first economy's trade and size scaled down."""
    world = random_economy(2, 4, 2, tariffs=False, balanced=True)
    flows, final = world.flows.copy(), world.final_demand.copy()
    # both directions are scaled alike, so that balances stay as they are
    flows[:, 0], flows[:, 1:, 0] = flows[:, 0] * size, flows[:, 1:, 0] * size
    spending = flows.sum(axis=2).T
    used = np.einsum("nks,ns->nk", world.input_share, flows.sum(axis=1).T)
    final = spending - used
    return world.replace(flows=flows, final_demand=final)


def test_a_small_economy_pays_its_tariff_itself():
    seller = []
    for size in (1.0, 0.1, 0.01, 0.001):
        solution = solve(small(size), Tariff("C0", on="world", add=0.2))
        found = who_pays(solution, "C0", "C1", relative_to="exporter").total
        plain = who_pays(solution, "C0", "C1").total
        seller.append((abs(found["seller_share"]), abs(plain["seller_share"])))
    assert (np.diff(seller, axis=0) < 0).all()
    assert max(seller[-1]) < 1e-3


@pytest.mark.parametrize("measure", [Tariff("C0", on="C1", add=0.2)])
def test_the_lower_the_elasticity_the_more_sellers_bear(measure):
    world = random_economy(11, 3, 2)
    shares = []
    for scale in (0.4, 1.0, 2.5):
        c = world.replace(trade_elasticity=np.full(2, 4.0 * scale))
        shares.append(who_pays(solve(c, measure), "C0", "C1").total["seller_share"])
    assert shares[0] > shares[1] > shares[2] > 0


def test_an_export_tax_is_a_tariff_on_the_other_side_of_the_border():
    # on one flow: buyers' prices relative to sellers' move by the tax, whoever levies it
    taxed = who_pays(solve(WORLD, ExportTax("C1", on="C0", add=0.2)), "C0", "C1").total
    assert taxed["wedge"] == pytest.approx(np.log(1.2))
    assert taxed["fob_price"] == pytest.approx(taxed["buyer_price"])
    assert taxed["revenue_change_musd"] < 0 < taxed["export_tax_change_musd"]


def test_a_uniform_export_tax_is_borne_as_a_uniform_tariff():
    # Lerner: under balanced trade a tariff on all imports is a tax on all exports
    world = random_economy(4, 3, 2, tariffs=False, balanced=True)
    tariff = solve(world, Tariff("C0", on="world", add=0.2), deficits="removed")
    tax = solve(world, ExportTax("C0", on="world", add=0.2), deficits="removed")
    np.testing.assert_allclose(tariff.welfare, tax.welfare, atol=1e-8)
    worth = [terms_of_trade(s).loc["C0", "terms_of_trade_pct"] for s in (tariff, tax)]
    assert worth[0] == pytest.approx(worth[1], abs=1e-7)


def test_fixed_firms_keep_their_mark_ups_and_lose_sales():
    # wide value added leaves room for profits
    world = WORLD.replace(trade_elasticity=np.full(3, 6.0))
    solution = solve(world, Tariff("C0", on="C1", add=0.3), structure=Structure("fixed-entry"))
    found = who_pays(solution, "C0", "C1")
    assert "constant" in found.margins
    profit, receipts = found.total["profit_change_musd"], found.total["receipts_change_musd"]
    assert profit == pytest.approx(receipts / 7)
    assert profit < 0
    plain = who_pays(solve(world, Tariff("C0", on="C1", add=0.3)), "C0", "C1")
    assert plain.total["profit_change_musd"] == 0
    assert "no profits" in plain.margins


def test_terms_of_trade_are_worth_what_the_first_order_measure_says():
    solution = solve(WORLD, Tariff("C0", on="C1", add=0.001))
    linear = solution.countries["terms_of_trade_pct"]
    np.testing.assert_allclose(terms_of_trade(solution)["worth_pct"], linear, rtol=2e-3, atol=1e-9)


def test_world_gains_and_losses_from_prices_cancel():
    found = terms_of_trade(solve(WORLD, policy=mixed()))
    assert abs((found["worth_pct"] * WORLD.income).sum()) < 1e-8 * WORLD.income.sum()


def test_a_trade_cost_is_a_wedge_that_is_nobodys_revenue():
    found = who_pays(solve(WORLD, TradeCost("C0", on="C1", add=0.1)), "C0", "C1").total
    assert found["trade_cost_wedge"] == pytest.approx(np.log(1.1))
    assert found["tariff_wedge"] == found["rents_change_musd"] == 0


def test_what_it_does_not_know_is_refused():
    solution = solve(WORLD, policy=Policy.unchanged(WORLD))
    with pytest.raises(InputError, match="same economy"):
        who_pays(solution, "C0", "C0")
    with pytest.raises(InputError, match="unknown economy") as error:
        who_pays(solution, "C9", "C8")
    assert len(error.value.problems) == 2
    with pytest.raises(InputError, match="exporter"):
        who_pays(solution, "C0", "C1", relative_to="seller")
