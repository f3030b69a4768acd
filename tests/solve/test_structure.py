"""Every option and instrument against the plain model, and the limits that theory knows."""

import math
from dataclasses import replace

import numpy as np
import pytest
from plain import solve_plain

from detente.baseline.store import load
from detente.errors import InputError, SolveError
from detente.model.economy import Structure
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.instruments import ProductionSubsidy
from detente.solver.equilibrium import solve_batch, solve_equilibrium
from detente.solver.options import Options
from economies import random_economy, random_policy


def shocked(c, seed, *names):
    """Draw a policy with tariffs, trade costs and the instruments named."""
    rng = np.random.default_rng(seed)
    foreign = ~np.eye(len(c.countries), dtype=bool)
    drawn = {
        "export_tax": np.where(foreign, rng.uniform(-0.1, 0.3, c.tariff.shape), 0.0),
        "production_subsidy": rng.uniform(-0.1, 0.2, c.output.shape),
        "supply_share": np.where(foreign, rng.uniform(0.2, 1, c.tariff.shape), 1.0),
        "rent_share": np.where(foreign, rng.uniform(0, 1, c.tariff.shape), 0.0),
    }
    transfer = rng.uniform(-0.05, 0.05, len(c.countries))
    drawn["transfer"] = transfer - transfer.mean()
    return replace(random_policy(c, seed, 0.3), **{name: drawn[name] for name in names})


def real_income(found):
    after = found.outcome
    return np.asarray(after.income_cf) / found.calibration.income / after.consumer_price_hat


INSTRUMENTS = ("export_tax", "production_subsidy", "supply_share", "rent_share", "transfer")
STRUCTURES = {
    "default": Structure(),
    "fixed entry": Structure(market="fixed-entry"),
    "scale": Structure(scale_elasticity=0.06),
    "mobility": Structure(labour_mobility=1.8),
    "final": Structure(final_elasticity=0.4),
    "inputs": Structure(input_elasticity=0.2, value_added_elasticity=0.5),
    "all": Structure("fixed-entry", 2.5, 0.0, 0.5, 0.3, 0.6),
    "scale and mobility": Structure(scale_elasticity=0.06, labour_mobility=1.5),
}
WORLD = random_economy(5, 3, 2)


@pytest.mark.parametrize("name", STRUCTURES)
@pytest.mark.parametrize("used", [(), INSTRUMENTS], ids=["tariffs", "everything"])
def test_the_compiled_model_is_the_plain_one(name, used):
    structure, policy = STRUCTURES[name], shocked(WORLD, 1, *used)
    found = solve_equilibrium(WORLD, policy, Options(structure=structure))
    transfer = 0 if policy.transfer is None else policy.transfer
    expected = solve_plain(WORLD, policy, structure, WORLD.deficit + transfer)
    np.testing.assert_allclose(real_income(found), expected, rtol=1e-9)


@pytest.mark.parametrize("name", STRUCTURES)
def test_nothing_changes_without_a_shock(name):
    found = solve_equilibrium(WORLD, options=Options(structure=STRUCTURES[name]))
    np.testing.assert_allclose(real_income(found), 1, atol=1e-10)
    np.testing.assert_allclose(found.outcome.employment_hat, 1, atol=1e-10)


@pytest.mark.parametrize("used", [*((i,) for i in INSTRUMENTS), INSTRUMENTS], ids=str)
@pytest.mark.parametrize("seed", range(2))
def test_budgets_close(seed, used):
    c = random_economy(seed + 20, 4, 3, zeros=0.2)
    policy = shocked(c, seed, *used)
    after = solve_equilibrium(c, policy).outcome
    flows, tariff = np.asarray(after.flows_cf), policy.tariff_cf
    zero = np.zeros_like(flows)
    tax = zero if policy.export_tax is None else policy.export_tax
    rents = zero if policy.rent_share is None else policy.rent_share
    duty, close = tariff * flows, {"rtol": 1e-8, "atol": 1e-9}
    np.testing.assert_allclose(
        after.tariff_revenue_cf, ((1 - rents) * duty).sum(axis=(0, 2)), **close
    )
    np.testing.assert_allclose(after.rents_cf, (rents * duty).sum(axis=(0, 1)), **close)
    taxes = (tax / (1 + tax) * flows).sum(axis=(0, 1))
    np.testing.assert_allclose(after.export_tax_revenue_cf, taxes, **close)
    output = (flows / (1 + tax)).sum(axis=1).T
    np.testing.assert_allclose(after.output_cf, output, **close)
    if policy.production_subsidy is not None:
        z = policy.production_subsidy
        np.testing.assert_allclose(
            after.subsidy_cost_cf, (z / (1 - z) * output).sum(axis=1), **close
        )
    # the deficit is what is bought beyond what is sold, and rents paid beyond those received
    net = flows.sum(axis=(0, 2)) - flows.sum(axis=(0, 1))
    paid = (rents * duty).sum(axis=(0, 2)) - np.asarray(after.rents_cf)
    np.testing.assert_allclose(after.deficit_cf, net + paid, rtol=1e-8, atol=1e-8)
    assert np.asarray(after.deficit_cf).sum() == pytest.approx(0, abs=1e-9)


def _uniform(c, rate):
    return np.where(~np.eye(len(c.countries), dtype=bool), rate, 0.0) * np.ones_like(c.tariff)


def test_lerner_a_tariff_on_all_imports_is_a_tax_on_all_exports():
    c = random_economy(2, 4, 3, tariffs=False, balanced=True)
    rate, options = _uniform(c, 0.25), Options(deficits="removed")
    only = np.zeros(4, dtype=bool)
    only[1] = True
    imports = Policy(rate * only[:, None], np.ones_like(rate))
    exports = Policy(np.zeros_like(rate), np.ones_like(rate), export_tax=rate * only)
    a, b = (solve_equilibrium(c, p, options) for p in (imports, exports))
    np.testing.assert_allclose(real_income(a), real_income(b), rtol=1e-9)
    assert np.abs(real_income(a) - 1).max() > 1e-3


def test_a_full_ban_is_the_limit_of_a_trade_cost():
    c = random_economy(3, 4, 3)
    c = c.replace(trade_elasticity=np.full(3, 5.0))
    banned = np.ones_like(c.tariff)
    banned[0, 1, 2] = 0
    ban = Policy(c.tariff, np.ones_like(c.tariff), supply_share=banned)
    cost = Policy(c.tariff, np.where(banned == 0, 1e4, 1.0))
    a, b = solve_equilibrium(c, ban), solve_equilibrium(c, cost)
    np.testing.assert_allclose(real_income(a), real_income(b), rtol=1e-12)
    assert np.asarray(a.outcome.flows_cf)[0, 1, 2] == 0


def test_a_uniform_subsidy_to_production_without_materials_changes_nothing():
    c = random_economy(4, 3, 3, balanced=True)
    final = c.expenditure
    c = c.replace(
        value_added_share=np.ones_like(c.output),
        input_share=np.zeros_like(c.input_share),
        final_demand=final,
    )
    policy = Policy(c.tariff, np.ones_like(c.tariff), production_subsidy=np.full((3, 3), 0.2))
    found = solve_equilibrium(c, policy, Options(deficits="removed"))
    none = solve_equilibrium(c, options=Options(deficits="removed"))
    np.testing.assert_allclose(real_income(found), real_income(none), rtol=1e-9)


def test_rents_move_income_to_the_exporter():
    c = random_economy(6, 4, 3, tariffs=False)
    tariff = np.zeros_like(c.tariff)
    tariff[:, 0, 1] = 0.3
    own = solve_equilibrium(c, Policy(tariff, np.ones_like(tariff)))
    handed = Policy(tariff, np.ones_like(tariff), rent_share=(tariff > 0).astype(float))
    given = solve_equilibrium(c, handed)
    change = real_income(given) - real_income(own)
    assert change[0] < 0 < change[1]


def test_a_transfer_helps_who_gets_it():
    c = random_economy(7, 3, 2)
    policy = Policy(c.tariff, np.ones_like(c.tariff), transfer=np.array([0.2, -0.2, 0.0]))
    found = solve_equilibrium(c, policy)
    change = real_income(found) - 1
    assert change[0] > 0 > change[1]
    np.testing.assert_allclose(found.outcome.deficit_cf, c.deficit + policy.transfer, rtol=1e-9)


LIMITS = {
    "workers that move at once": (Structure(labour_mobility=1e5), 1e-5),
    "final demand near Cobb-Douglas": (Structure(final_elasticity=1 + 1e-7), 1e-7),
    "materials near Cobb-Douglas": (Structure(input_elasticity=1 - 1e-7), 1e-7),
    "value added near Cobb-Douglas": (Structure(value_added_elasticity=1 + 1e-7), 1e-7),
    "hardly any scale": (Structure(scale_elasticity=1e-7), 1e-6),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limits_are_the_default(name):
    structure, near = LIMITS[name]
    policy = shocked(WORLD, 3)
    plain = solve_equilibrium(WORLD, policy)
    limit = solve_equilibrium(WORLD, policy, Options(structure=structure))
    np.testing.assert_allclose(real_income(limit), real_income(plain), rtol=near)


def test_nobody_moves_at_the_other_limit():
    policy = shocked(WORLD, 3)
    stuck = solve_equilibrium(WORLD, policy, Options(structure=Structure(labour_mobility=1 + 1e-6)))
    # κ = 1: effective labour of a sector is given, whatever it pays
    effective = np.asarray(stuck.outcome.employment_hat) / (
        np.asarray(stuck.outcome.sector_wage_hat) / np.asarray(stuck.outcome.wage_hat)[:, None]
    )
    np.testing.assert_allclose(effective, 1, atol=1e-5)
    assert np.ptp(stuck.outcome.sector_wage_hat) > 1e-3


def test_free_entry_is_scale_of_one_over_theta():
    c = WORLD.replace(trade_elasticity=np.full(2, 4.0))
    policy = shocked(c, 2)
    entry = solve_equilibrium(c, policy, Options(structure=Structure(market="free-entry")))
    scale = solve_equilibrium(c, policy, Options(structure=Structure(scale_elasticity=0.25)))
    np.testing.assert_allclose(real_income(entry), real_income(scale), rtol=1e-12)


def test_a_batch_may_mix_instruments():
    policies = [shocked(WORLD, 1), shocked(WORLD, 2, "export_tax"), shocked(WORLD, 3, *INSTRUMENTS)]
    for one, policy in zip(solve_batch(WORLD, policies), policies, strict=True):
        alone = solve_equilibrium(WORLD, policy)
        np.testing.assert_allclose(real_income(one), real_income(alone), rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"market": "free"}, "market"),
        ({"labour_mobility": 1.0}, "labour_mobility"),
        ({"labour_mobility": math.nan}, "labour_mobility"),
        ({"final_elasticity": -1}, "final_elasticity"),
        ({"market": "free-entry", "scale_elasticity": 0.1}, "scale_elasticity"),
    ],
)
def test_impossible_structures_are_refused(options, key):
    with pytest.raises(InputError, match=key):
        Structure(**options)


def test_scale_beyond_uniqueness_and_profits_beyond_value_added_are_refused():
    with pytest.raises(InputError, match="θψ is above 1"):
        solve_equilibrium(WORLD, options=Options(structure=Structure(scale_elasticity=0.9)))
    low = WORLD.replace(trade_elasticity=np.full(2, 0.1))
    with pytest.raises(InputError, match="exceed value added"):
        solve_equilibrium(low, options=Options(structure=Structure(market="fixed-entry")))


@pytest.mark.parametrize("share", [0.8, 0.95, 0.99])
def test_roots_with_negative_output_are_no_economies(share):
    world = load("wiod-2014")
    subsidy = compile_policy(world, [ProductionSubsidy("USA", "machinery", add=share)])
    with pytest.raises(SolveError, match="negative income or output"):
        solve_equilibrium(world, subsidy)
    (one,) = solve_batch(world, [subsidy])
    assert not one.converged
