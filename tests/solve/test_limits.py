"""Quotas and purchase commitments against the tariffs and subsidies that do the same."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from detente.baseline.store import load
from detente.errors import InputError, SolveError
from detente.model.economy import Structure
from detente.policy.arrays import Limit, Policy
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, ExportTax
from detente.policy.tariffs import Tariff
from detente.policy.volumes import ExportRestraint, PurchaseCommitment, Quota
from detente.solver.equilibrium import solve_batch, solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.options import Options
from detente.solver.shocks import beside_idle_limits
from economies import random_economy, random_policy

STRUCTURES = {
    "default": Structure(),
    "short run": Structure("perfect", 1.5, 0.0, 0.9, 0.4, 0.7),
    "fixed entry": Structure("fixed-entry"),
}


def real_income(found):
    after = found.outcome
    return np.asarray(after.income_cf) / found.calibration.income / after.consumer_price_hat


def some_cells(c, *places):
    cells = np.zeros(c.tariff.shape, dtype=bool)
    for place in places:
        cells[place] = True
    return cells


def limited(c, policy, *limits, options=None):
    return solve_equilibrium(c, replace(policy, limits=limits), options)


def share(c, cells, part, **what):
    return Limit("limit", cells, part * c.flows[cells].sum(), **what)


def with_wedge(policy, cells, log_wedge):
    """Put the wedge of a limit into tariffs, on top of duty-paid prices."""
    tariff = policy.tariff_cf.copy()
    tariff[cells] = (1 + tariff[cells]) * np.exp(log_wedge) - 1
    return replace(policy, tariff_cf=tariff)


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("in_value", [False, True])
@pytest.mark.parametrize("part", [0.6, 1.4])
def test_a_limit_is_a_tariff_or_a_subsidy_of_its_wedge(name, in_value, part):
    c, options = random_economy(11, 4, 3), Options(structure=STRUCTURES[name])
    policy, cells = random_policy(c, 2, 0.2), some_cells(c, (0, 1, 2), (0, 1, 3), (2, 1, 3))
    trade = solve_equilibrium(c, policy, options).outcome.flows_cf[cells].sum()
    bound = Limit("limit", cells, part * float(trade), part < 1, in_value)
    found = limited(c, policy, bound, options=options)
    log_wedge = float(found.unknowns.log_wedge[0]) * (1 if part < 1 else -1)
    assert np.sign(log_wedge) == (1 if part < 1 else -1)
    same = solve_equilibrium(c, with_wedge(policy, cells, log_wedge), options)
    np.testing.assert_allclose(real_income(found), real_income(same), rtol=1e-9)
    np.testing.assert_allclose(found.outcome.flows_cf, same.outcome.flows_cf, rtol=1e-8)
    np.testing.assert_allclose(found.outcome.limited, bound.bound, rtol=1e-9)


def test_the_wedge_is_the_root_over_tariffs():
    c = random_economy(12, 3, 2)
    cells = some_cells(c, (0, 0, 1), (1, 0, 1))
    found = limited(c, Policy.unchanged(c), share(c, cells, 0.7, ceiling=True))

    def beyond(log_wedge):
        solved = solve_equilibrium(c, with_wedge(Policy.unchanged(c), cells, log_wedge)).outcome
        price = np.asarray(solved.cost_hat).T[:, None, :]
        return (solved.flows_cf / price)[cells].sum() / c.flows[cells].sum() - 0.7

    assert found.unknowns.log_wedge[0] == pytest.approx(brentq(beyond, 0, 1, xtol=1e-13), abs=1e-9)


def test_rents_of_a_restraint_are_a_tax_on_exports():
    c = random_economy(13, 4, 3)
    cells = some_cells(c, (0, 1, 2), (1, 1, 2))
    bound = share(c, cells, 0.5, ceiling=True, in_value=False, rent_share=1.0)
    found = limited(c, Policy.unchanged(c), bound)
    # a licence of e^v − 1 of the duty-paid price is a tax of the exporter but for what it takes of
    # the duty, so compare where there is none
    free = c.tariff.copy()
    free[cells] = 0.0
    untaxed = replace(Policy.unchanged(c), tariff_cf=free)
    found = limited(c, untaxed, bound)
    tax = np.zeros_like(c.tariff)
    tax[cells] = np.expm1(found.unknowns.log_wedge[0])
    taxed = solve_equilibrium(c, replace(untaxed, export_tax=tax))
    np.testing.assert_allclose(real_income(found), real_income(taxed), rtol=1e-9)
    assert found.outcome.rents_cf[2] == pytest.approx(taxed.outcome.export_tax_revenue_cf[2])


@pytest.mark.parametrize("rent_share", [0.0, 0.4, 1.0])
def test_budgets_close_with_licences(rent_share):
    c = random_economy(14, 4, 3, zeros=0.1)
    policy = random_policy(c, 4, 0.3)
    cells = some_cells(c, (0, slice(1, 2), slice(2, 4)))
    bound = Limit("q", cells, 0.3 * c.flows[cells].sum(), True, False, rent_share)
    found = limited(c, policy, bound)
    after, flows = found.outcome, np.asarray(found.outcome.flows_cf)
    licences = np.expm1(found.unknowns.log_wedge[0]) * (1 + policy.tariff_cf) * flows * cells
    handed = rent_share * licences
    duty = policy.tariff_cf * flows
    np.testing.assert_allclose(after.tariff_revenue_cf, duty.sum(axis=(0, 2)), rtol=1e-8)
    kept = (licences - handed).sum(axis=(0, 2))
    np.testing.assert_allclose(after.licences_cf, kept, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(after.rents_cf, handed.sum(axis=(0, 1)), rtol=1e-8, atol=1e-12)
    spent = np.asarray(after.spending_cf)
    paid = ((1 + policy.tariff_cf) * flows + licences).sum(axis=2).T
    np.testing.assert_allclose(spent, paid, rtol=1e-8, atol=1e-9)
    net = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1)) + handed.sum((0, 2)) - handed.sum((0, 1))
    np.testing.assert_allclose(after.deficit_cf, net, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", ["default", "short run", "fixed entry"])
def test_walras_law_holds_for_mixtures_of_everything(name, seed):
    """What each economy spends finally is its income, and the market left out clears too."""
    c = random_economy(seed + 40, 4, 3)
    rng = np.random.default_rng(seed)
    foreign = ~np.eye(4, dtype=bool)
    cells = some_cells(c, (0, 1, 2), (2, 1, 3)), some_cells(c, (1, 3, 0))
    transfer = rng.uniform(-0.05, 0.05, 4)
    policy = replace(
        random_policy(c, seed, 0.3),
        export_tax=np.where(foreign, rng.uniform(-0.1, 0.3, c.tariff.shape), 0.0),
        production_subsidy=rng.uniform(-0.1, 0.2, c.output.shape),
        supply_share=np.where(foreign, rng.uniform(0.5, 1, c.tariff.shape), 1.0),
        rent_share=np.where(foreign, rng.uniform(0, 1, c.tariff.shape), 0.0),
        transfer=transfer - transfer.mean(),
        limits=(
            share(c, cells[0], 0.2, ceiling=True, rent_share=0.3),
            share(c, cells[1], 1.5, ceiling=False, in_value=True),
        ),
    )
    structure = STRUCTURES[name]
    found = solve_equilibrium(c, policy, Options(structure=structure))
    after = found.outcome
    assert (found.unknowns.log_wedge > 0).all()
    # income from accounts: what producers get, less materials bought at home prices, and the public
    produced = np.asarray(after.output_cf) / (1 - policy.production_subsidy)
    if structure.value_added_elasticity == structure.input_elasticity == 1:
        materials = np.einsum("nks,ns->nk", c.input_share, produced)
        final = np.asarray(after.spending_cf) - materials
        np.testing.assert_allclose(final.sum(axis=1), after.income_cf, rtol=1e-8)
        added = produced.sum(axis=1) - materials.sum(axis=1)
        public = after.tariff_revenue_cf + after.licences_cf + after.export_tax_revenue_cf
        public = public + after.rents_cf
        income = added + public - after.subsidy_cost_cf + after.deficit_cf
        np.testing.assert_allclose(income, after.income_cf, rtol=1e-8)
    assert np.asarray(after.deficit_cf).sum() == pytest.approx(0, abs=1e-9)
    # world spending is world sales, duties, taxes and licences: nothing is lost on the way
    tariffs = (policy.tariff_cf * after.flows_cf).sum()
    factor = np.exp(found.unknowns.log_wedge * np.array([1, -1]))
    for part, wedge in zip(cells, factor, strict=True):
        at = (1 + policy.tariff_cf[part]) * np.asarray(after.flows_cf)[part]
        tariffs += (wedge - 1) * at.sum()
    np.testing.assert_allclose(
        np.asarray(after.spending_cf).sum(), np.asarray(after.flows_cf).sum() + tariffs, rtol=1e-9
    )
    taken = after.tariff_revenue_cf.sum() + after.licences_cf.sum() + after.rents_cf.sum()
    assert taken == pytest.approx(tariffs, rel=1e-8)


@pytest.mark.parametrize("ceiling", [True, False])
def test_a_limit_at_the_baseline_has_no_wedge(ceiling):
    c = random_economy(15, 3, 2)
    found = limited(
        c, Policy.unchanged(c), share(c, some_cells(c, (0, 1, 2)), 1.0, ceiling=ceiling)
    )
    np.testing.assert_allclose(found.unknowns.log_wedge, 0, atol=1e-10)
    np.testing.assert_allclose(real_income(found), 1, atol=1e-10)


def test_a_quota_that_other_measures_leave_slack_changes_nothing():
    c = random_economy(16, 3, 2)
    cells = some_cells(c, (0, 1, 2))
    tariff = c.tariff + 0.5 * cells
    policy = replace(Policy.unchanged(c), tariff_cf=tariff)
    slack = limited(c, policy, share(c, cells, 0.95, ceiling=True))
    assert slack.unknowns.log_wedge[0] == 0
    assert slack.outcome.limited[0] < 0.95 * c.flows[cells].sum()
    np.testing.assert_allclose(
        real_income(slack), real_income(solve_equilibrium(c, policy)), rtol=1e-10
    )


def test_several_limits_in_any_order_and_in_a_batch():
    c = random_economy(17, 4, 3)
    first = share(c, some_cells(c, (0, 1, 2)), 0.5, ceiling=True, rent_share=0.5)
    second = share(c, some_cells(c, (1, 0, 3), (2, 0, 3)), 1.3, ceiling=False, in_value=True)
    one = limited(c, Policy.unchanged(c), first, second)
    other = limited(c, Policy.unchanged(c), second, first)
    np.testing.assert_allclose(real_income(one), real_income(other), rtol=1e-9)
    np.testing.assert_allclose(one.unknowns.log_wedge[::-1], other.unknowns.log_wedge, rtol=1e-7)
    batch = solve_batch(c, [one.policy, Policy.unchanged(c)])
    np.testing.assert_allclose(real_income(batch[0]), real_income(one), rtol=1e-12)


def test_a_vanishing_quota_is_a_ban():
    c = random_economy(18, 3, 2)
    c = c.replace(trade_elasticity=np.full(2, 5.0))
    cells = some_cells(c, (0, 1, 2))
    ban = replace(Policy.unchanged(c), supply_share=np.where(cells, 0.0, 1.0))
    banned = real_income(solve_equilibrium(c, ban))
    gaps = []
    for part in (1e-3, 1e-6, 1e-9):
        quota = limited(c, Policy.unchanged(c), share(c, cells, part, ceiling=True))
        gaps.append(np.abs(real_income(quota) - banned).max())
    # licences earn in proportion to quantity to the power θ/(1+θ), which vanishes with it
    assert gaps[0] > 100 * gaps[1] > 1e4 * gaps[2]
    assert gaps[2] < 1e-8


@pytest.mark.parametrize("rent_share", [0.0, 1.0])
def test_gradients_hold_under_a_binding_quota(rent_share):
    c = random_economy(19, 3, 2)
    cells = some_cells(c, (0, 1, 2))
    bound = share(c, cells, 0.5, ceiling=True, rent_share=rent_share)
    policy = replace(random_policy(c, 1, 0.2), limits=(bound,))
    found = income_gradient(c, "C1", policy)
    for cell in ((0, 1, 2), (0, 1, 0), (1, 2, 1)):
        values = []
        for step in (1e-4, -1e-4):
            tariff = policy.tariff_cf.copy()
            tariff[cell] += step
            solved = solve_equilibrium(c, replace(policy, tariff_cf=tariff))
            values.append(np.log(real_income(solved))[1])
        assert found.tariff[cell] == pytest.approx((values[0] - values[1]) / 2e-4, abs=1e-7)
    # a duty takes from licences what it brings: whose they are decides whether that matters
    assert (abs(found.tariff[0, 1, 2]) > 1e-3) == (rent_share == 1)


WORLD = load("wiod-2014")
REFUSED = {
    "a quota above free trade": (lambda: [Quota("USA", on="CHN", limit_usd=6e5)], "never binds"),
    "a quota of more than all": (lambda: [Quota("USA", on="CHN", scale=1.2)], "never binds"),
    "a quota of nothing": (lambda: [Quota("USA", on="CHN", scale=0.0)], "ban it"),
    "two ways at once": (lambda: [Quota("USA", on="CHN", scale=0.5, limit_usd=5)], "exactly one"),
    "rents beyond all": (lambda: [Quota("USA", on="CHN", scale=0.5, rents=2)], "rents"),
    "what is counted": (lambda: [Quota("USA", on="CHN", scale=0.5, of="weight")], "of"),
    "two on the same trade": (
        lambda: [
            Quota("USA", on="CHN", scale=0.5, id="all-goods"),
            ExportRestraint("CHN", on="USA", sectors="vehicles", scale=0.5, id="cars"),
        ],
        "measures all-goods, cars limit the same trade",
    ),
    "a quota and a purchase": (
        lambda: [
            Quota("CHN", on="USA", scale=0.5),
            PurchaseCommitment("CHN", on="USA", sectors="agriculture", add_usd=5),
        ],
        "limit the same trade",
    ),
    "less than is bought": (
        lambda: [PurchaseCommitment("CHN", on="USA", total_usd=1.0)],
        "as much is bought without it",
    ),
    "more than there is": (
        lambda: [PurchaseCommitment("CHN", on="USA", add_usd=1e12)],
        "whole world",
    ),
    "next to nothing": (lambda: [Quota("USA", on="CHN", scale=1e-9)], "ban it"),
    "what a ban leaves nobody to sell": (
        lambda: [ExportBan("USA", on="CHN"), PurchaseCommitment("CHN", on="USA", scale=1.1)],
        "nobody to sell",
    ),
    "words for numbers": (lambda: [Quota("USA", on="CHN", scale="half")], "not a number"),
    "oneself": (lambda: [PurchaseCommitment("CHN", on="CHN", add_usd=5)], "on itself"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_impossible_limits_are_refused(name):
    make, words = REFUSED[name]
    with pytest.raises(InputError, match=words):
        compile_policy(WORLD, make())


def test_a_purchase_of_what_nobody_makes_is_refused():
    flows = WORLD.flows.copy()
    s, n, i = WORLD.sector_codes.index("A02"), *map(WORLD.country_codes.index, ("CHN", "USA"))
    assert flows[s, n, i] > 0
    c = random_economy(3, 3, 2)
    none = c.flows.copy()
    spending = (1 + c.tariff[0, 1, 2]) * none[0, 1, 2]
    none[0, 1, 2] = 0.0
    # the same spending at home keeps the accounts closed on the buyer's side
    none[0, 1, 1] += spending
    c = _closed(c, none)
    with pytest.raises(InputError, match="nothing is traded there"):
        compile_policy(c, [PurchaseCommitment("C1", on="C2", sectors="S0", scale=2.0)])


def _closed(c, flows):
    """Let final demand take what changed flows leave."""
    spending = ((1 + c.tariff) * flows).sum(axis=2).T
    use = np.einsum("nks,ns->nk", c.input_share, flows.sum(axis=1).T)
    return c.replace(flows=flows, final_demand=spending - use)


def test_amounts_in_another_currency_are_refused():
    c = random_economy(3, 3, 2)
    euro = c.replace(card=replace(c.card, unit="million EUR"))
    for measure in (
        Quota("C1", on="C2", limit_usd=0.001),
        Tariff("C1", on="C2", add=0.1, value_usd=0.001),
    ):
        with pytest.raises(InputError, match="means nothing on a baseline in million EUR"):
            compile_policy(euro, [measure])


def test_a_thousand_is_a_thousandth_of_a_million():
    c = random_economy(3, 3, 2)
    thousand = c.replace(card=replace(c.card, unit="thousand USD"))
    trade = float(c.flows[:, 1, 2].sum())
    buys = PurchaseCommitment("C1", on="C2", total_usd=2 * trade / 1000)
    (bound,) = compile_policy(thousand, [buys]).limits
    assert bound.bound == pytest.approx(2 * trade)


def test_what_no_subsidy_can_reach_is_said():
    c = random_economy(20, 3, 2)
    cells = some_cells(c, (0, 1, 2))
    impossible = Limit("pledge", cells, 50 * float(c.income.sum()), False)
    with pytest.raises(SolveError, match=r"pledge at .* out of reach"):
        limited(c, Policy.unchanged(c), impossible)


def test_on_the_shipped_baseline():
    buys = PurchaseCommitment("CHN", on="USA", sectors=["agriculture", "food"], add_usd=12500)
    stays = Quota("USA", on="CHN", sectors="vehicles", scale=0.5)
    other = ExportTax("USA", on="CHN", sectors="machinery", add=0.05)
    found = solve_equilibrium(WORLD, compile_policy(WORLD, [buys, stays, other]))
    assert found.converged
    np.testing.assert_allclose(
        found.outcome.limited, [limit.bound for limit in found.policy.limits], rtol=1e-9
    )
    assert (found.unknowns.log_wedge > 0.01).all()


@pytest.mark.parametrize(("ceiling", "far"), [(True, 1e9), (False, 1e-9)])
def test_a_limit_that_another_policy_has_is_far_from_what_trade_can_be(ceiling, far):
    c = random_economy(0, 3, 2)
    cells = np.zeros(c.flows.shape, dtype=bool)
    cells[0, 1, 2] = True
    other = Limit("quota", cells, 0.5 * c.flows[cells].sum(), ceiling)
    plain = random_policy(c, 0)
    (found,) = beside_idle_limits(c, plain, [other]).limits
    assert (found.label, found.ceiling) == ("quota", ceiling)
    assert found.bound == pytest.approx(far * c.flows[0, 1, 2], rel=1e-12)
