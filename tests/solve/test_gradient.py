"""The adjoint gradient against central differences."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.model.welfare import real_income_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.gradient import income_gradient
from economies import random_economy, random_policy


def log_real_income(calibration, policy, country):
    after = solve_equilibrium(calibration, policy).outcome
    return np.log(real_income_hat(calibration, after.income_cf, after.consumer_price_hat))[country]


@pytest.mark.parametrize("seed", range(4))
def test_gradient_equals_central_differences(seed):
    c = random_economy(seed, 4, 3, zeros=0.2)
    policy = random_policy(c, seed)
    gradient = income_gradient(c, "C1", policy)
    assert gradient.log_real_income_hat == pytest.approx(log_real_income(c, policy, 1), abs=1e-10)
    rng = np.random.default_rng(seed)
    foreign = ~np.eye(4, dtype=bool)
    for _ in range(5):
        tariff, iceberg = rng.normal(size=(2, *c.flows.shape)) * foreign
        ends = [
            log_real_income(
                c,
                Policy(policy.tariff_cf + h * tariff, policy.iceberg_hat * np.exp(h * iceberg)),
                1,
            )
            for h in (1e-5, -1e-5)
        ]
        difference = (ends[0] - ends[1]) / 2e-5
        adjoint = (gradient.tariff * tariff + gradient.log_iceberg * iceberg).sum()
        assert adjoint == pytest.approx(difference, rel=1e-6, abs=1e-9)


def test_unknown_country_is_named():
    with pytest.raises(InputError, match="C1"):
        income_gradient(random_economy(0), "C11")
