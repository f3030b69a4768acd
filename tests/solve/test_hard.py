"""Extreme shocks converge, or say why not."""

import jax
import numpy as np
import pytest

from detente.errors import InputError, SolveError
from detente.model.economy import economy
from detente.model.equilibrium import baseline_point
from detente.policy.arrays import Policy
from detente.solver.equilibrium import Status, _solve_one, settle, solve_equilibrium
from detente.solver.implicit import Settings
from detente.solver.options import Options
from detente.solver.shocks import make_shock
from economies import random_economy, random_policy

FOREIGN = ~np.eye(4, dtype=bool)


def policy_of(c, tariff=None, iceberg=1.0):
    rates = c.tariff if tariff is None else np.where(FOREIGN, tariff, 0.0)
    return Policy(
        np.broadcast_to(rates, c.flows.shape),
        np.broadcast_to(np.where(FOREIGN, iceberg, 1.0), c.flows.shape),
    )


@pytest.mark.parametrize("elasticity", [None, 0.4, 65.0])
@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_per_cent_everywhere(seed, elasticity):
    c = random_economy(seed, 4, 3, balanced=True)
    if elasticity:
        c = c.replace(trade_elasticity=np.full(3, elasticity))
    found = solve_equilibrium(c, policy_of(c, tariff=2.0), Options(deficits="removed"))
    assert found.converged
    assert max(found.residuals.values()) < 1e-10


@pytest.mark.parametrize("seed", range(3))
def test_hundredfold_trade_cost_is_autarky(seed):
    c = random_economy(seed, 4, 3)
    c = c.replace(trade_elasticity=np.full(3, 6.0))
    found = solve_equilibrium(c, policy_of(c, iceberg=100.0), Options(deficits="removed"))
    assert found.converged
    # autarky: prices follow from home shares alone, ln P̂ = (I − G)⁻¹ (γ ln ŵ − ln λ / θ)
    after = found.outcome
    for n in range(4):
        home = c.trade_shares[:, n, n]
        system = np.eye(3) - c.input_share[n].T
        log_price = np.linalg.solve(
            system, c.value_added_share[n] * np.log(after.wage_hat[n]) + np.log(1 / home) / 6
        )
        assert np.log(after.price_hat[n]) == pytest.approx(log_price, abs=1e-6)


def test_autarky_with_deficits_says_why_not():
    c = random_economy(1, 4, 3)
    with pytest.raises(SolveError, match="removed"):
        solve_equilibrium(c, policy_of(c, iceberg=1e6))
    found = solve_equilibrium(c, policy_of(c, iceberg=1e6), throw=False)
    assert found.status is Status.NOT_CONVERGED


def test_unknown_deficit_rule_suggests():
    with pytest.raises(InputError, match="removed"):
        Options(deficits="remove")


def test_deficits_by_hand_must_sum_to_zero():
    c = random_economy(1, 4, 3)
    with pytest.raises(InputError, match="sum to zero"):
        solve_equilibrium(c, options=Options(deficits=np.ones(4)))


def test_one_sector_two_countries_gains_from_trade():
    """With one sector and no tariffs, Ŵ = λ̂^(−1/(θ γ)) (Arkolakis, Costinot, Rodríguez-Clare)."""
    c = random_economy(3, 2, 1, tariffs=False, balanced=True)
    policy = Policy(c.tariff, random_policy(c, 3).iceberg_hat)
    found = solve_equilibrium(c, policy)
    after = found.outcome
    share = after.flows_cf[0].diagonal() / after.flows_cf[0].sum(axis=1)
    theta = c.trade_elasticity[0]
    power = -1 / (theta * c.value_added_share[:, 0])
    expected = (share / c.trade_shares[0].diagonal()) ** power
    real_wage = after.wage_hat / after.price_hat[:, 0]
    assert real_wage == pytest.approx(expected, rel=1e-9)


def test_what_stalls_on_the_way_to_rest_goes_on_from_there():
    """Without what was kept of the way: three starts of some steps go further than one."""
    c = random_economy(0, 4, 3)
    arrays = economy(c, Options().structure)
    shock = make_shock(c, policy_of(c, tariff=1.0), Options(deficits="removed"))
    whole = settle(arrays, shock)
    with jax.enable_x64(True):
        near, _, _ = _solve_one(arrays, shock, baseline_point(arrays), False, Settings())
    steps = int(near.iterations)
    few = settle(arrays, shock, Settings(max_iterations=int(0.7 * steps)))
    np.testing.assert_allclose(few.flows_cf, whole.flows_cf, rtol=1e-8)
    with pytest.raises(SolveError, match="does not settle: residual"):
        settle(arrays, shock, Settings(max_iterations=3))
