"""The adjoint gradient against central differences."""

import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.model.welfare import real_income_hat
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, TradeCost
from detente.policy.tariffs import Tariff
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.gradient import income_gradient
from detente.solver.implicit import Settings
from detente.solver.options import Options
from economies import random_economy, random_policy

TIGHT = Options(settings=Settings(tolerance=1e-14))


def log_real_income(calibration, policy, country, options=None):
    after = solve_equilibrium(calibration, policy, options).outcome
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


def by_covered_rate(c, measures, own, country, h):
    """Derivative by the rate of the first measure: the adjoint's, and by central differences."""
    places = c.country_codes.index(country)
    first = measures[0]
    policy = compile_policy(c, measures)
    found = income_gradient(c, country, policy, TIGHT)
    higher = compile_policy(c, [Tariff(**own, add=first.add + 0.5), *measures[1:]])
    moved = higher.rates_on_lines().tariff_cf - policy.rates_on_lines().tariff_cf
    covered = np.isclose(moved, 0.5)
    assert covered.any()
    assert np.allclose(moved[~covered], 0.0)
    ends = []
    for step in (2 * h, -2 * h, h, -h):
        made = [Tariff(**own, add=first.add + step), *measures[1:]]
        ends.append(log_real_income(c, compile_policy(c, made), places, TIGHT))
    difference = (8 * (ends[2] - ends[3]) - (ends[0] - ends[1])) / (12 * h)
    return found.by_line[covered].sum(), difference, found


@pytest.mark.parametrize("country", ["C0", "C1"])
def test_gradient_by_covered_rates_equals_central_differences(country):
    c = random_economy(11, 4, 3)
    own = {"by": "C0", "on": "C1", "sectors": "S1", "coverage": 0.4}
    measures = [
        Tariff(**own, add=0.3),
        ExportBan("C1", on="C0", sectors="S1", coverage=0.3),
        TradeCost("C0", on="world", sectors="all", scale=1.3, coverage=0.5),
    ]
    adjoint, difference, found = by_covered_rate(c, measures, own, country, 1e-3)
    assert adjoint == pytest.approx(difference, rel=1e-6)
    # all lines of a cell together are the cell
    lines = compile_policy(c, measures).lines
    cell = int(np.ravel_multi_index((1, 0, 1), c.tariff.shape))
    together = found.by_line[lines.cell == cell].sum()
    assert together == pytest.approx(found.tariff[1, 0, 1], rel=1e-9)
    assert adjoint != pytest.approx(together, rel=0.1)


def test_gradient_by_covered_rates_at_the_scale_of_the_world():
    c = load("wiod-2014")
    own = {"by": "USA", "on": "CHN", "sectors": "goods", "coverage": 0.4}
    measures = [
        Tariff(**own, add=0.25),
        ExportBan("CHN", on="USA", sectors="C26", coverage=0.2),
        TradeCost("USA", on="CHN", sectors="goods", scale=1.1, coverage=0.5),
    ]
    adjoint, difference, _ = by_covered_rate(c, measures, own, "USA", 5e-3)
    assert adjoint == pytest.approx(difference, rel=1e-6)


def test_a_policy_without_lines_has_no_derivative_by_them():
    c = random_economy(2, 3, 2)
    assert income_gradient(c, "C0", random_policy(c, 2)).by_line is None
