"""Trade in value added: it adds up to value added, to final purchases and to gross balances."""

import numpy as np
import pytest

from detente import value_added
from detente.model.economy import Structure
from detente.policy.arrays import Limit, Policy
from detente.policy.tariffs import Tariff
from detente.simulate import solve
from detente.value_added import Accounts, absorbed, solved_accounts, value_added_trade
from economies import random_economy, random_policy


@pytest.fixture(scope="module", params=[0, 1])
def war(request):
    world = random_economy(request.param, 4, 3, zeros=0.2)
    return solve(world, Tariff("C0", on="C1", add=0.4), Tariff("C1", on="world", add=0.1))


def _sides(war):
    e = war.equilibrium
    after = np.asarray(e.outcome.flows_cf)
    return [(e.calibration.flows, e.calibration.tariff), (after, e.policy.tariff_cf)]


def test_it_adds_up_to_income_and_to_final_purchases(war):
    c = war.equilibrium.calibration
    for flows, tariff in _sides(war):
        table = absorbed(Accounts(flows, tariff, c.input_share))
        output = flows.sum(axis=1).T
        spending = ((1 + tariff) * flows).sum(axis=2).T
        used = np.einsum("nks,ns->nk", c.input_share, output)
        duty = np.divide(
            (tariff * flows).sum(axis=2).T, spending, out=np.zeros_like(used), where=spending > 0
        )
        made = (c.value_added_share * output).sum(axis=1) + (duty * used).sum(axis=1)
        np.testing.assert_allclose(table.sum(axis=1), made, rtol=1e-10)
        bought = ((1 - duty) * (spending - used)).sum(axis=1)
        np.testing.assert_allclose(table.sum(axis=0), bought, rtol=1e-8, atol=1e-9)
        assert table.min() >= -1e-12


def test_the_overall_balance_is_the_gross_one(war):
    table = value_added_trade(war)
    net = table.groupby(level="origin", sort=False)
    countries = war.countries
    np.testing.assert_allclose(net["balance_musd"].sum(), countries["balance_musd"], atol=1e-8)
    np.testing.assert_allclose(
        net["balance_change_musd"].sum(), countries["balance_change_musd"], atol=1e-7
    )


def test_without_materials_it_is_gross_trade():
    c = random_economy(3, 3, 2)
    c = c.replace(
        value_added_share=np.ones_like(c.output),
        input_share=np.zeros_like(c.input_share),
        final_demand=c.expenditure,
    )
    table = absorbed(Accounts(c.flows, c.tariff, c.input_share))
    np.testing.assert_allclose(table, c.flows.sum(axis=0).T, rtol=1e-10)


STRUCTURES = {
    "plain": Structure(),
    "short run": Structure("perfect", 1.3, 0.0, 0.8, 0.3, 0.5),
    "profits": Structure("fixed-entry", input_elasticity=0.5),
    "scale": Structure(scale_elasticity=0.1),
    "idle": Structure("perfect", 1.3, 0.0, 0.8, 0.3, 0.5, 0.99, "labour-tax"),
}


def everything(world):
    """Draw a policy that uses every instrument."""
    rng = np.random.default_rng(1)
    foreign = ~np.eye(len(world.countries), dtype=bool)
    tax, supply, rent = (
        np.where(foreign, rng.uniform(low, high, world.tariff.shape), idle)
        for low, high, idle in ((-0.1, 0.3, 0.0), (0.5, 1.0, 1.0), (0.0, 0.5, 0.0))
    )
    subsidy = rng.uniform(-0.1, 0.1, world.output.shape)
    plain = random_policy(world, 3)
    transfer = np.array([0.1, -0.1, 0.0])
    cells = np.zeros(world.flows.shape, dtype=bool)
    cells[0, 0, 1] = cells[1, 0, 1] = True
    bound = Limit("quota", cells, 0.2 * float(world.flows[cells].sum()), True, rent_share=0.0)
    return Policy(
        plain.tariff_cf, plain.iceberg_hat, tax, subsidy, supply, rent, transfer, (bound,)
    )


@pytest.mark.parametrize("name", STRUCTURES)
def test_any_structure_and_policy_adds_up_to_budgets_and_trade(name):
    world = random_economy(8, 3, 3, zeros=0.1).replace(trade_elasticity=np.full(3, 6.0))
    war = solve(world, policy=everything(world), structure=STRUCTURES[name])
    e = war.equilibrium
    table = absorbed(solved_accounts(e))
    # from the budget: what is finally bought is income, less the duties on it, which are no sales
    flows, tariff = np.asarray(e.outcome.flows_cf), e.policy.tariff_cf + sum(e.licences_cf)
    assert e.log_licence.max() > 0.01
    spending = ((1 + tariff) * flows).sum(axis=2).T
    duty = np.divide((tariff * flows).sum(axis=2).T, spending, out=np.zeros_like(spending),
                     where=spending > 0)  # fmt: skip
    income = np.asarray(e.outcome.income_cf)
    share = world.final_demand / world.income[:, None]
    if STRUCTURES[name].final_elasticity != 1:
        power = 1 - STRUCTURES[name].final_elasticity
        relative = (
            np.asarray(e.outcome.price_hat) / np.asarray(e.outcome.consumer_price_hat)[:, None]
        )
        share = share * relative**power
    bought = ((1 - duty) * share * income[:, None]).sum(axis=1)
    np.testing.assert_allclose(table.sum(axis=0), bought, rtol=1e-8)
    foreign = flows * ~np.eye(3, dtype=bool)
    balance = foreign.sum(axis=(0, 1)) - foreign.sum(axis=(0, 2))
    np.testing.assert_allclose(table.sum(axis=1) - table.sum(axis=0), balance, atol=1e-8)


def test_rounds_of_suppliers_sum_to_the_solved_system(monkeypatch):
    world = random_economy(9, 4, 3, zeros=0.2)
    accounts = Accounts(world.flows, world.tariff, world.input_share)
    summed = absorbed(accounts)
    monkeypatch.setattr(value_added, "MOST_ROUNDS", 0)
    np.testing.assert_allclose(summed, absorbed(accounts), rtol=1e-12, atol=1e-14)


def test_the_series_of_rounds_of_production_agrees():
    """Sum value added round by round of suppliers, instead of solving a system."""
    world = random_economy(6, 3, 2)
    war = solve(world, policy=everything(world), structure=STRUCTURES["short run"])
    accounts = solved_accounts(war.equilibrium)
    flows, tariff, share, tax, _ = accounts
    spending = ((1 + tariff) * flows).sum(axis=2)
    cost = np.einsum("nks,ns->nk", share, (flows / (1 + tax)).sum(axis=1).T)
    final = spending.T - cost
    expected = np.zeros((3, 3))
    for n in range(3):
        demand = np.zeros((3, 2))  # spending on each sector by each buyer, duties included
        demand[n] = final[n]
        own_use = np.zeros((3, 2))
        first = True
        for _ in range(200):
            fob = flows / spending[:, :, None] * demand.T[:, :, None]
            expected[:, n] += (fob * tax / (1 + tax)).sum(axis=(0, 1))
            if not first:  # duties on intermediate goods are value added of who levies them
                expected[:, n] += (demand.T - fob.sum(axis=2)).sum(axis=0)
            made = (fob / (1 + tax)).sum(axis=1).T
            own_use = np.einsum("nks,ns->nk", share, made)
            expected[:, n] += made.sum(axis=1) - own_use.sum(axis=1)
            demand, first = own_use, False
    np.testing.assert_allclose(absorbed(accounts), expected, rtol=1e-9)


def test_processing_makes_the_us_deficit_with_china_smaller_in_value_added():
    import detente as dt

    world = dt.load("wiod-2014")
    calm = dt.solve(world)
    table = value_added_trade(calm)
    gross = calm.bilateral["all_musd"]
    balance = gross[("USA", "CHN")] - gross[("CHN", "USA")]
    assert balance < table.loc[("USA", "CHN"), "balance_musd"] < 0
