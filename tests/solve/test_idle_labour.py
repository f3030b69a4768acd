"""Wages that do not fall, and revenue that lowers the tax on labour."""

from dataclasses import replace

import numpy as np
import pytest
from plain import plain_wages, solve_plain
from scipy.optimize import brentq

from detente.errors import InputError
from detente.model.economy import Structure
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_batch, solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.options import Options
from economies import random_economy, random_policy

WORLD = random_economy(5, 3, 2)
POLICY = random_policy(WORLD, 1, 0.3)


def solved(policy=POLICY, c=WORLD, **structure):
    return solve_equilibrium(c, policy, Options(structure=Structure(**structure)))


def real_income(found):
    after = found.outcome
    return np.asarray(after.income_cf) / found.calibration.income / after.consumer_price_hat


def test_the_plain_model_with_the_same_workers_idle_has_the_same_wages():
    floor, flexible = 0.98, solved()
    lowest = int(np.argmin(flexible.outcome.wage_hat))
    assert flexible.outcome.wage_hat[lowest] < floor

    def employed(share):
        return np.where(np.arange(3) == lowest, share, 1.0)

    def above(share):
        wages = plain_wages(WORLD, POLICY, Structure(), WORLD.deficit, employed=employed(share))
        return wages[lowest] - floor

    share = brentq(above, 0.7, 1.0, xtol=1e-12)
    expected = solve_plain(WORLD, POLICY, Structure(), WORLD.deficit, employed=employed(share))
    found = solved(wage_floor=floor)
    np.testing.assert_allclose(real_income(found), expected, rtol=1e-9)
    np.testing.assert_allclose(found.outcome.unemployment, 1 - employed(share), atol=1e-9)
    assert found.outcome.sector_wage_hat[lowest, 0] == pytest.approx(floor, rel=1e-10)


@pytest.mark.parametrize("kept", [{}, {"labour_mobility": 1.6}, {"market": "fixed-entry"}])
def test_a_low_floor_changes_nothing(kept):
    found, flexible = solved(wage_floor=0.2, **kept), solved(**kept)
    np.testing.assert_allclose(real_income(found), real_income(flexible), rtol=1e-10)
    np.testing.assert_allclose(found.outcome.unemployment, 0, atol=1e-9)


@pytest.mark.parametrize("market", ["perfect", "fixed-entry"])
@pytest.mark.parametrize("use", ["lump-sum", "labour-tax"])
def test_the_floor_is_against_world_value_added_whatever_else_is_on(market, use):
    found = solved(wage_floor=0.985, market=market, revenue_use=use)
    assert np.asarray(found.outcome.sector_wage_hat).min() == pytest.approx(0.985, rel=1e-9)
    assert np.asarray(found.outcome.unemployment).max() > 1e-3


@pytest.mark.parametrize("kappa", [1.3, 3.0])
def test_floors_hold_sector_by_sector(kappa):
    found = solved(wage_floor=0.995, labour_mobility=kappa)
    after = found.outcome
    wage = np.asarray(after.sector_wage_hat)
    assert wage.min() == pytest.approx(0.995, rel=1e-9)
    bound = wage < 0.995 + 1e-9
    assert bound.any()
    assert not bound.all()
    # what firms pay is what workers get: heads at the wage, as effective labour where they choose
    idle = np.asarray(after.unemployment)
    assert (idle[bound.any(axis=1)] > 1e-6).all()
    np.testing.assert_allclose(idle[~bound.any(axis=1)], 0, atol=1e-9)


def test_with_all_workers_hired_a_relief_of_labour_tax_is_a_gift():
    plain, relief = solved(), solved(revenue_use="labour-tax")
    np.testing.assert_allclose(real_income(relief), real_income(plain), rtol=1e-9)
    np.testing.assert_allclose(
        relief.outcome.tariff_revenue_cf, plain.outcome.tariff_revenue_cf, rtol=1e-8
    )
    # all that the treasury takes more goes to those who work
    assert np.abs(relief.outcome.wage_hat / plain.outcome.wage_hat - 1).max() > 1e-3


def test_where_wages_are_stuck_a_relief_of_labour_tax_makes_jobs():
    tariff = WORLD.tariff.copy()
    tariff[:, 0, 1:] += 0.1
    policy = Policy(tariff, np.ones_like(tariff))
    gift = solved(policy, wage_floor=1.0)
    relief = solved(policy, wage_floor=1.0, revenue_use="labour-tax")
    lost = np.asarray(gift.outcome.unemployment)
    assert lost.max() > 1e-3
    change = np.asarray(relief.outcome.unemployment) - lost
    raised = np.asarray(relief.outcome.tariff_revenue_cf) > WORLD.tariff_revenue
    assert (change[raised & (lost > 1e-3)] < 0).all()
    assert (raised & (lost > 1e-3)).any() or raised[0]


def test_gradients_hold_with_idle_workers_and_relief():
    structure = Structure(wage_floor=0.99, labour_mobility=2.0, revenue_use="labour-tax")
    options = Options(structure=structure)
    found = income_gradient(WORLD, "C0", POLICY, options)
    for cell in ((0, 0, 1), (1, 0, 2), (1, 2, 1)):
        values = []
        for step in (1e-4, -1e-4):
            tariff = POLICY.tariff_cf.copy()
            tariff[cell] += step
            moved = solve_equilibrium(WORLD, replace(POLICY, tariff_cf=tariff), options)
            values.append(np.log(real_income(moved)[0]))
        assert found.tariff[cell] == pytest.approx((values[0] - values[1]) / 2e-4, abs=1e-7)


def test_a_batch_with_idle_workers():
    options = Options(structure=Structure(wage_floor=0.99, revenue_use="labour-tax"))
    found = solve_batch(WORLD, [POLICY, Policy.unchanged(WORLD)], options)
    alone = solve_equilibrium(WORLD, POLICY, options)
    np.testing.assert_allclose(real_income(found[0]), real_income(alone), rtol=1e-9)
    np.testing.assert_allclose(real_income(found[1]), 1, atol=1e-10)


@pytest.mark.parametrize(
    ("given", "key"),
    [({"wage_floor": 1.2}, "wage_floor"), ({"revenue_use": "debt"}, "revenue_use")],
)
def test_what_cannot_be_is_refused(given, key):
    with pytest.raises(InputError, match=key):
        Structure(**given)
