"""Imbalances are removed first, in a step of its own; a policy is then compared without them."""

from dataclasses import replace

import numpy as np
import pytest
from plain import solve_plain

import detente as dt
from detente.errors import SolveError
from detente.model.economy import Structure
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.tariffs import Tariff
from detente.solver import balanced
from detente.solver.balanced import without_imbalances
from detente.solver.equilibrium import rebase, solve_equilibrium
from detente.solver.options import Options
from economies import random_economy, random_policy

WORLD = random_economy(5, 3, 2)
STRUCTURES = {
    "default": Structure(),
    "fixed entry": Structure(market="fixed-entry"),
    "scale": Structure(scale_elasticity=0.06),
    "mobility": Structure(labour_mobility=1.8),
    "substitution": Structure(
        final_elasticity=0.4, input_elasticity=0.2, value_added_elasticity=0.5
    ),
    "all": Structure("fixed-entry", 2.5, 0.0, 0.5, 0.3, 0.6),
}


def real_income(found):
    after = found.outcome
    return np.asarray(after.income_cf) / found.calibration.income / after.consumer_price_hat


@pytest.mark.parametrize("name", STRUCTURES)
def test_both_steps_together_are_the_plain_model_without_deficits(name):
    """Changes are ratios: those of the two steps multiply to that of one step, solved plainly."""
    structure, policy = STRUCTURES[name], random_policy(WORLD, 1)
    found, removal = without_imbalances(WORLD, structure)
    second = solve_equilibrium(found, policy, Options(structure=structure))
    expected = solve_plain(WORLD, policy, structure, np.zeros(3))
    np.testing.assert_allclose(real_income(removal) * real_income(second), expected, rtol=1e-9)
    assert np.abs(real_income(removal) - 1).max() > 0.01  # which was not the same as no step


@pytest.mark.parametrize("name", STRUCTURES)
def test_an_economy_without_imbalances_is_at_rest(name):
    found, _ = without_imbalances(WORLD, STRUCTURES[name])
    world = found.value_added.sum()
    assert np.abs(WORLD.deficit).max() > 0.01 * world
    assert np.abs(found.deficit).max() < 1e-11 * world
    assert found.value_added.sum() == pytest.approx(WORLD.value_added.sum(), rel=1e-11)
    np.testing.assert_array_equal(found.tariff, WORLD.tariff)
    again = solve_equilibrium(found, options=Options(structure=STRUCTURES[name]))
    np.testing.assert_allclose(real_income(again), 1, rtol=0, atol=1e-11)


def test_a_floor_of_wages_is_measured_in_the_economy_without_imbalances():
    structure = Structure(wage_floor=1.0, revenue_use="labour-tax")
    found, removal = without_imbalances(WORLD, structure)
    np.testing.assert_array_equal(found.flows, without_imbalances(WORLD)[0].flows)
    assert not removal.outcome.unemployment.any()


def test_solve_compares_with_the_economy_without_imbalances():
    car = Tariff("C0", on="C1", sectors="S0", add=0.25)
    found = dt.solve(WORLD, car, deficits="removed")
    first = solve_equilibrium(WORLD, options=Options(deficits="removed"))
    base = rebase(first)
    by_hand = solve_equilibrium(base, compile_policy(base, [car]))
    np.testing.assert_allclose(
        found.welfare, 100 * (real_income(by_hand) - 1), rtol=1e-9, atol=1e-10
    )
    np.testing.assert_allclose(found.removal.welfare, 100 * (real_income(first) - 1), atol=1e-9)
    assert found.equilibrium.calibration.name == "random-balanced"
    assert found.removal.equilibrium.calibration is WORLD
    nothing = dt.solve(WORLD, deficits="removed")
    np.testing.assert_allclose(nothing.welfare, 0, atol=1e-9)
    assert dt.solve(WORLD, car).removal is None


def test_the_same_figures_are_solved_once(monkeypatch):
    world, count = random_economy(11, 3, 2), []

    def counted(*args, **keys):
        count.append(args)
        return solve_equilibrium(*args, **keys)

    monkeypatch.setattr(balanced, "solve_equilibrium", counted)
    other = world.replace(card=replace(world.card, title="The same by another name"))
    found = [without_imbalances(c).calibration for c in (world, world, other)]
    assert len(count) == 1
    assert [c.card.title for c in found] == [world.card.title] * 2 + ["The same by another name"]
    without_imbalances(world.replace(trade_elasticity=2 * world.trade_elasticity))
    without_imbalances(world, Structure(labour_mobility=2.0))
    assert len(count) == 3


def test_where_there_is_no_economy_without_imbalances_that_is_said(monkeypatch):
    def fails(*_, **__):
        raise SolveError("no equilibrium found")

    monkeypatch.setattr(balanced, "solve_equilibrium", fails)
    with pytest.raises(SolveError, match=r"without its overall trade imbalances.*no equilibrium"):
        dt.solve(random_economy(12, 3, 2), deficits="removed")


def test_rebase_takes_a_policy_of_tariffs_and_costs_along():
    """The recipes of a rebased economy are those at its prices, where inputs substitute."""
    structure, policy = STRUCTURES["substitution"], random_policy(WORLD, 2)
    first = solve_equilibrium(WORLD, policy, Options(structure=structure))
    base = rebase(first)
    assert np.abs(base.input_share - WORLD.input_share).max() > 1e-3
    free = Policy(np.zeros_like(base.tariff), np.ones_like(base.tariff))
    second = solve_equilibrium(base, free, Options(structure=structure))
    both = Policy(free.tariff_cf, policy.iceberg_hat)
    expected = solve_plain(WORLD, both, structure, WORLD.deficit)
    np.testing.assert_allclose(real_income(first) * real_income(second), expected, rtol=1e-9)
