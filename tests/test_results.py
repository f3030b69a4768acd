"""Labelled results: identities between their tables and with the equilibrium."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.model.economy import Structure
from detente.policy.arrays import Policy
from detente.policy.instruments import ProductionSubsidy
from detente.policy.tariffs import Tariff
from detente.results import rebase
from detente.simulate import solve
from economies import random_economy

WORLD = random_economy(3, 4, 3)


@pytest.fixture(scope="module")
def war():
    return solve(WORLD, Tariff("C0", on="C1", add=0.3), Tariff("C1", on="C0", add=0.2))


@pytest.fixture(scope="module")
def peace():
    return solve(WORLD)


def test_nothing_changes_without_measures(peace):
    for frame in (peace.countries, peace.sectors, peace.bilateral):
        changes = [c for c in frame if c.endswith("_pct") or "change" in c]
        assert changes
        scale = frame[[c for c in frame if c not in changes]].abs().to_numpy().max()
        for column in changes:
            unit = scale if column.endswith("musd") else 1
            assert frame[column].abs().max() < 1e-8 * unit, column


def test_world_trade_adds_up(war):
    c = war.countries
    for suffix in ("", "_change"):
        assert c[f"exports{suffix}_musd"].sum() == pytest.approx(c[f"imports{suffix}_musd"].sum())
        assert c[f"balance{suffix}_musd"].sum() == pytest.approx(0, abs=1e-9 * c.exports_musd.sum())


def test_first_order_change_is_terms_plus_volume(war):
    c = war.countries
    total = c["terms_of_trade_pct"] + c["volume_of_trade_pct"]
    np.testing.assert_allclose(c["first_order_pct"], total, atol=1e-12)


def test_real_wage_is_wage_over_prices(war):
    c = war.countries
    wage = 100 * ((1 + c["wage_pct"] / 100) / (1 + c["price_index_pct"] / 100) - 1)
    np.testing.assert_allclose(c["real_wage_pct"], wage, atol=1e-10)


def test_sectors_add_up_to_countries(war):
    by_country = war.sectors.groupby(level="country", sort=False)
    for name in ("exports_musd", "imports_musd"):
        np.testing.assert_allclose(by_country[name].sum(), war.countries[name])
    # labour is given: changes of employment cancel, weighted by baseline wages
    wages = WORLD.value_added_share * WORLD.output
    jobs = war.sectors["employment_pct"].to_numpy().reshape(wages.shape)
    np.testing.assert_allclose((wages * jobs).sum(axis=1), 0, atol=1e-8 * wages.sum())


def test_bilateral_is_the_sum_of_flows(war):
    flows = war.flows
    change = (flows.flow_cf - flows.flow).sum("sector")
    for (exporter, importer), row in war.bilateral.iterrows():
        expected = float(change.sel(importer=importer, exporter=exporter))
        assert row["all_change_musd"] == pytest.approx(expected, abs=1e-9)
    one = war.bilateral_sectors("C1", "C0")
    goods = one[WORLD.goods]
    pair = war.bilateral.loc[("C1", "C0")]
    assert goods["change_musd"].sum() == pytest.approx(pair["goods_change_musd"])
    touched = goods["tariff_after_pct"] - goods["tariff_before_pct"]
    np.testing.assert_allclose(touched, 30)


def test_flows_carry_labels_and_units(war):
    assert war.flows.flow.dims == ("sector", "importer", "exporter")
    assert war.flows.flow.attrs["units"] == WORLD.card.unit
    value = float(war.flows.tariff_cf.sel(sector="S0", importer="C0", exporter="C1"))
    before = float(war.flows.tariff.sel(sector="S0", importer="C0", exporter="C1"))
    assert value == pytest.approx(before + 0.3)


def test_diversion_shares(war):
    rows = war.diversion("C0", "C1")
    assert set(rows.index) == {"domestic", "C2", "C3"}
    goods = WORLD.goods
    cut = (np.asarray(war.equilibrium.outcome.flows_cf) - WORLD.flows)[goods, 0, 1].sum()
    assert cut < 0
    np.testing.assert_allclose(rows["share_pct"], -100 * rows["change_musd"] / cut)


def test_an_unknown_economy_is_refused(war):
    with pytest.raises(InputError, match="unknown economy"):
        war.diversion("C0", "C9")


def test_diversion_needs_two_economies(war):
    with pytest.raises(InputError, match="same economy"):
        war.diversion("C0", "C0")


def test_measures_and_ready_arrays_exclude_each_other(war):
    with pytest.raises(InputError, match="not both"):
        solve(WORLD, Tariff("C0", on="C1", add=0.3), policy=war.equilibrium.policy)


def test_output_in_quantity_follows_employment_without_materials_and_prices_alone_move_nothing():
    c = random_economy(5, 3, 2)
    c = c.replace(
        value_added_share=np.ones_like(c.output),
        input_share=np.zeros_like(c.input_share),
        final_demand=c.expenditure,
    )
    sectors = solve(c, Tariff("C0", on="C1", add=0.3)).sectors
    # labour is the only input: quantity is labour, whatever wages do
    np.testing.assert_allclose(sectors["output_volume_pct"], sectors["employment_pct"], atol=1e-8)
    assert (sectors["output_pct"] - sectors["output_volume_pct"]).abs().max() > 0.01


def test_the_equivalent_variation_is_what_baseline_prices_would_ask():
    """EV from an expenditure function that is minimised by a general solver at baseline prices."""
    from scipy.optimize import minimize

    for taste in (1.0, 0.6, 2.5):
        war = solve(
            WORLD,
            Tariff("C0", on="world", add=0.4),
            Tariff("C1", on="C0", add=0.2),
            structure=Structure(final_elasticity=taste),
        )
        e = war.equilibrium
        used = np.einsum("nks,ns->nk", WORLD.input_share, np.asarray(e.outcome.output_cf))
        after = (np.asarray(e.outcome.spending_cf) - used) / np.asarray(e.outcome.price_hat)
        for n, code in enumerate(WORLD.country_codes):
            weight = WORLD.final_demand[n] / WORLD.income[n]

            def log_utility(q, weight=weight, taste=taste):
                if taste == 1:
                    return (weight * np.log(q / weight)).sum()
                power = 1 - 1 / taste
                return np.log((weight * (q / weight) ** power).sum()) / power

            reached = log_utility(after[n] / WORLD.income[n])
            least = minimize(
                lambda log_q: np.exp(log_q).sum(),
                np.log(weight),
                constraints={
                    "type": "eq",
                    "fun": lambda x, u=log_utility, r=reached: u(np.exp(x)) - r,
                },
                method="SLSQP",
                options={"ftol": 1e-14, "maxiter": 200},
            )
            variation = (least.fun - 1) * WORLD.income[n]
            assert variation == pytest.approx(war.countries.loc[code, "real_income_musd"], abs=1e-6)


@pytest.mark.parametrize("mobility", [np.inf, 1.5])
def test_jobs_lost_are_jobs_gained_elsewhere(mobility):
    war = solve(WORLD, Tariff("C0", on="C1", add=0.5), structure=Structure("perfect", mobility))
    sectors = war.sectors
    np.testing.assert_allclose(sectors["wage_bill_share"].groupby(level=0).sum(), 1)
    moved = sectors["jobs_change_points"].groupby(level=0, sort=False)
    np.testing.assert_allclose(moved.sum(), 0, atol=1e-8)
    gained = moved.apply(lambda points: points[points > 0].sum())
    np.testing.assert_allclose(war.countries["reallocation_pct"], gained, atol=1e-8)
    assert gained.max() > 0.1


def test_no_labour_moves_where_workers_are_bound_though_heads_do():
    # Roy: those who follow a wage have little to bring to the sector when κ is near 1
    war = solve(WORLD, Tariff("C0", on="C1", add=0.5), structure=Structure("perfect", 1.0001))
    after = war.equilibrium.outcome
    effective = np.asarray(after.employment_hat) * np.asarray(after.wage_hat)[:, None]
    effective = effective / np.asarray(after.sector_wage_hat)
    np.testing.assert_allclose(effective, 1, atol=1e-4)
    assert war.countries["reallocation_pct"].max() > 0.1


def test_effective_tariffs_are_duties_over_imports(war):
    rates = war.bilateral
    after = war.flows.sel(sector=["S0", "S1", "S2"], importer="C0", exporter="C1")
    duty, trade = float((after.tariff_cf * after.flow_cf).sum()), float(after.flow_cf.sum())
    row = rates.loc[("C1", "C0")]
    assert row["effective_tariff_cf"] == pytest.approx(duty / trade)
    assert row["mean_tariff_cf"] == pytest.approx(row["effective_tariff"] + 0.3)
    # buyers turn away from the one sector that is taxed: less is due than the mean rate says
    listed = solve(WORLD, Tariff("C0", on="C1", sectors="S0", set=1.0)).bilateral.loc[("C1", "C0")]
    assert listed["effective_tariff"] < listed["effective_tariff_cf"] < listed["mean_tariff_cf"]
    assert rates.loc[("C3", "C2"), "effective_tariff"] == pytest.approx(
        rates.loc[("C3", "C2"), "mean_tariff_cf"]
    )


@pytest.mark.parametrize("market", ["perfect", "fixed-entry"])
def test_nominal_income_is_what_its_parts_are(market):
    """Wages, profits, revenue and the deficit, whose share of world value added is fixed."""
    solved = solve(
        WORLD,
        Tariff("C0", on="C1", add=0.3),
        ProductionSubsidy("C1", "S0", add=0.1),
        structure=Structure(market=market),
    )
    c = solved.countries
    # 1/σ of sales, σ = 1 + θ
    share = 1 / (1 + WORLD.trade_elasticity) if market == "fixed-entry" else np.zeros(3)
    profits = WORLD.output @ share
    np.testing.assert_allclose(c["profits_musd"], profits)
    wages = (WORLD.value_added - profits) * (1 + c["wage_pct"] / 100)
    revenue = c["tariff_revenue_musd"] + c["tariff_revenue_change_musd"] - c["subsidy_cost_musd"]
    profits = profits + c["profits_change_musd"]
    income = wages + profits + revenue + WORLD.deficit
    np.testing.assert_allclose(c["income_musd"] + c["income_change_musd"], income, rtol=1e-9)
    np.testing.assert_allclose(c["income_musd"], WORLD.final_demand.sum(axis=1))
    real = (1 + c["income_pct"] / 100) / (1 + c["price_index_pct"] / 100)
    np.testing.assert_allclose(c["real_income_pct"], 100 * (real - 1), atol=1e-9)


def test_a_solution_becomes_a_baseline():
    first = solve(WORLD, Tariff("C0", on="C1", set=0.5))
    base = rebase(first, "after")
    assert base.name == "after"
    assert rebase(first).name == f"{WORLD.name}-rebased"
    np.testing.assert_allclose(base.flows, first.flows["flow_cf"], rtol=1e-8)
    assert base.tariff[0, 0, 1] == 0.5
    foreign = ~np.eye(4, dtype=bool)[None].repeat(3, 0)
    moved = np.abs(first.flows["flow_cf"] - WORLD.flows).to_numpy()[foreign].sum()
    assert base.card.adjustments[-1].size == pytest.approx(moved / WORLD.flows[foreign].sum())
    # from there back to the old rates is back to the old economy
    back = solve(base, policy=Policy.unchanged(WORLD))
    np.testing.assert_allclose(back.flows["flow_cf"], WORLD.flows, rtol=1e-7)
    for wrong in (WORLD, solve(WORLD, ProductionSubsidy("C1", "S0", add=0.1))):
        with pytest.raises(InputError):
            rebase(wrong)
