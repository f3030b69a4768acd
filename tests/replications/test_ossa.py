"""The engine's economy with a fixed number of firms is that of Ossa (2014)."""

import sys
from pathlib import Path

import numpy as np
import pytest
from ossa_plain import Plain

from detente.model.welfare import real_income_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "replications"))

from ossa_2014.data import OPTIONS, read

pytestmark = pytest.mark.shared_data


@pytest.fixture(scope="module")
def economy(shared_data):
    return read(shared_data)[0]


def test_factual_tariffs_are_an_equilibrium(economy):
    found = solve_equilibrium(economy, Policy.unchanged(economy), OPTIONS)
    assert max(found.residuals.values()) < 1e-10
    np.testing.assert_allclose(np.asarray(found.outcome.wage_hat), 1, atol=1e-9)
    plain = Plain(economy.flows, economy.tariff, 1 + economy.trade_elasticity)
    assert np.abs(plain.gap(economy.tariff, np.zeros(14))).max() < 1e-10


@pytest.mark.parametrize("seed", [0, 1])
def test_welfare_is_that_of_the_papers_equations(economy, seed):
    foreign = ~np.eye(7, dtype=bool)
    draw = np.random.default_rng(seed).uniform(0, 1.5, economy.tariff.shape)
    policy = Policy(np.where(foreign, draw, 0.0), np.ones_like(draw))
    after = solve_equilibrium(economy, policy, OPTIONS).outcome
    ours = real_income_hat(
        economy, np.asarray(after.income_cf), np.asarray(after.consumer_price_hat)
    )
    plain = Plain(economy.flows, economy.tariff, 1 + economy.trade_elasticity)
    np.testing.assert_allclose(ours, plain.welfare(policy.tariff_cf), rtol=1e-9)
