"""Economies with hardly any trade, and buyers with hardly a supplier: solved, or said why not."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import SolveError
from detente.model.economy import Structure, economy
from detente.model.equilibrium import kernels, step
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.instruments import TradeCost
from detente.policy.tariffs import Tariff
from detente.policy.volumes import Quota
from detente.solver.balanced import without_imbalances
from detente.solver.equilibrium import Status, solve_batch, solve_equilibrium
from detente.solver.options import Options
from detente.solver.shocks import make_shock
from economies import random_economy, random_policy


@pytest.fixture(scope="module", params=["wiod-2014", "icio-2017"])
def shipped(request):
    return load(request.param)


def real_income(found):
    after = found.outcome
    return np.asarray(after.income_cf) / found.calibration.income / after.consumer_price_hat


def costly(c, scale):
    cost = TradeCost("world", on="world", sectors="all", scale=scale)
    return compile_policy(c, [cost])


@pytest.mark.parametrize("scale", [100, 1000])
def test_near_autarky_solves_where_balances_are_removed(shipped, scale):
    c = without_imbalances(shipped).calibration
    found = solve_equilibrium(c, costly(c, scale))
    assert found.converged
    assert found.iterations < 3000
    # most is made at home: prices follow from home shares, ln P̂ = (I − G')⁻¹ (γ ln ŵ + ln π̂ / θ)
    after, s = found.outcome, np.arange(len(c.sectors))
    for n in range(len(c.countries)):
        spent, before = np.asarray(after.spending_cf)[n], c.trade_shares[s, n, n]
        home = (1 + c.tariff[s, n, n]) * np.asarray(after.flows_cf)[s, n, n]
        made = before > 0
        hat = np.log(home[made] / spent[made] / before[made]) / c.trade_elasticity[made]
        log_price = np.log(np.asarray(after.price_hat)[n])
        cost = c.value_added_share[n] * np.log(after.wage_hat[n]) + c.input_share[n].T @ log_price
        np.testing.assert_allclose(log_price[made], cost[made] + hat, atol=1e-7)
    assert (real_income(found) < 0.99).all()
    assert (real_income(found) > 0.5).all()


def test_near_autarky_with_balances_held_says_why_not(shipped):
    with pytest.raises(SolveError, match="cannot sell what its surplus takes"):
        solve_equilibrium(shipped, costly(shipped, 1000))


@pytest.mark.parametrize("rate", [{"set": 3}, {"add": 3}])
def test_prohibitive_tariffs_by_all_on_one_solve(shipped, rate):
    one = shipped.country_codes[1]
    c = without_imbalances(shipped).calibration
    duty = compile_policy(c, [Tariff("world", on=one, sectors="all", **rate)])
    found = real_income(solve_equilibrium(c, duty))
    assert found.argmin() == 1
    assert 0.9 < found[1] < 0.99


INSTRUMENTS = ("export_tax", "production_subsidy", "supply_share", "rent_share", "transfer")


@pytest.mark.parametrize("mobility", [np.inf, 1.8])
def test_wages_that_follow_balances_rest_where_labour_markets_clear(mobility):
    """Whatever instruments there are: an equilibrium of one map is one of the other."""
    c, rng = random_economy(5, 3, 2), np.random.default_rng(1)
    foreign = ~np.eye(3, dtype=bool)
    drawn = {
        "export_tax": np.where(foreign, rng.uniform(-0.1, 0.3, c.tariff.shape), 0.0),
        "production_subsidy": rng.uniform(-0.1, 0.2, c.output.shape),
        "supply_share": np.where(foreign, rng.uniform(0.2, 1, c.tariff.shape), 1.0),
        "rent_share": np.where(foreign, rng.uniform(0, 1, c.tariff.shape), 0.0),
        "transfer": np.array([0.1, -0.04, -0.06]),
    }
    (quota,) = compile_policy(c, [Quota("C0", on="C1", sectors="S0", scale=0.9, rents=0.4)]).limits
    policy = replace(random_policy(c, 1, 0.3), **drawn, limits=(quota,))
    options = Options(structure=Structure(labour_mobility=mobility))
    free = solve_equilibrium(c, policy, options).outcome.limited[0]
    policy = replace(policy, limits=(replace(quota, bound=0.5 * float(free)),))
    found = solve_equilibrium(c, policy, options)
    assert found.unknowns.log_wedge[0] > 0.01
    with jax.enable_x64(True):
        arrays, shock = economy(c, options.structure), make_shock(c, policy, options)
        kernel, here = kernels(arrays, shock), found.unknowns.log_wage_hat
        dear = here.copy()
        dear[0] += 0.1

        def next_wages(wages):
            at = found.unknowns._replace(log_wage_hat=wages)
            return np.asarray(step(arrays, shock, kernel, at, by_balance=True).log_wage_hat)

        still, moved = next_wages(here), next_wages(dear) - dear
    np.testing.assert_allclose(still, here, atol=1e-9)
    # an economy that is too dear sells less than it buys, and becomes cheaper
    assert moved[0].mean() < moved[1:].mean()


def left_to(c, importer, sector, share):
    """Return a policy that leaves an importer this share of its foreign suppliers of a sector."""
    s, n = c.sector_codes.index(sector), c.country_codes.index(importer)
    left = np.ones_like(c.tariff)
    left[s, n] = np.where(np.arange(len(c.countries)) == n, 1.0, share)
    return replace(Policy.unchanged(c), supply_share=left), (n, s)


def test_a_ban_of_the_last_supplier_is_approached_by_prices_without_bound():
    c = load("wiod-2014")  # Russia makes none of C30
    prices = []
    for share in (1e-1, 1e-3, 1e-6, 1e-9):
        policy, at = left_to(c, "RUS", "C30", share)
        prices.append(np.log(solve_equilibrium(c, policy).outcome.price_hat[at]))
    assert (np.diff(prices) > 0).all()
    # each share of 1e-3 of what was left raises prices by its power of −1/θ
    theta = c.trade_elasticity[at[1]]
    np.testing.assert_allclose(np.diff(prices)[1:], np.log(1e3) / theta, rtol=1e-2)


def test_without_a_supplier_there_is_no_number():
    c = load("wiod-2014")
    policy, (n, s) = left_to(c, "RUS", "C30", 0.0)
    with pytest.raises(SolveError, match="nobody is left who sells C30 to RUS"):
        solve_equilibrium(c, policy)
    alone = solve_equilibrium(c, policy, throw=False)
    together = solve_batch(c, [policy, Policy.unchanged(c)])
    assert [one.status for one in together] == [Status.NOT_CONVERGED, Status.CONVERGED]
    for found in (alone, together[0]):
        assert found.status is Status.NOT_CONVERGED
        assert np.isnan(found.outcome.income_cf).all()
        assert np.isnan(found.outcome.price_hat[n, s])
    makes, _ = left_to(c, "USA", "C30", 0.0)
    assert solve_equilibrium(c, makes).converged


def test_a_cost_beyond_all_numbers_is_no_free_supply():
    c = load("wiod-2014")
    s, n = c.sector_codes.index("C30"), c.country_codes.index("RUS")
    cost = np.ones_like(c.tariff)
    cost[s, n] = 1e200
    policy = replace(Policy.unchanged(c), iceberg_hat=cost)
    assert solve_equilibrium(c, policy, throw=False).status is Status.NOT_CONVERGED
