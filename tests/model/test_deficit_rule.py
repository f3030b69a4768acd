"""The rule of deficits by hand on two economies, and in a solved one by the slow oracle."""

import numpy as np
import pytest

from detente.model.economy import Shock
from detente.model.equations import deficit_cf
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from detente.solver.reference import solve_reference
from economies import random_economy, random_policy

BEFORE, AFTER = np.array([100.0, 300.0]), np.array([90.0, 330.0])


def shock(fixed, own):
    return Shock(np.zeros(0), np.zeros(0), np.array(fixed), np.array(own))


def test_own_shares_follow_value_added_and_what_is_left_is_spread_by_it():
    # 20 · 90/100 = 18 and −20 · 330/300 = −22; the 4 that lack go by 90 : 330
    expected = [18 + 4 * 90 / 420, -22 + 4 * 330 / 420]
    np.testing.assert_allclose(deficit_cf(shock([0, 0], [20, -20]), BEFORE, AFTER), expected)


def test_fixed_deficits_grow_with_the_world():
    found = deficit_cf(shock([5, -5], [0, 0]), BEFORE, AFTER)
    np.testing.assert_allclose(found, [5.25, -5.25])  # the world: 420 for 400
    both = deficit_cf(shock([5, -5], [20, -20]), BEFORE, AFTER)
    np.testing.assert_allclose(both, [18 + 4 * 90 / 420 + 5.25, -22 + 4 * 330 / 420 - 5.25])
    assert both.sum() == pytest.approx(0, abs=1e-12)


def test_own_shares_of_a_solved_economy_are_those_that_the_oracle_comes_to():
    world = random_economy(5, 3, 2)
    policy = random_policy(world, 1, 0.3)
    deficit = [float(d) for d in world.deficit]
    for _ in range(60):
        wages = solve_reference(world, policy, np.array(deficit)).wage_hat
        own = [float(d * w) for d, w in zip(world.deficit, wages, strict=True)]
        size = [float(v * w) for v, w in zip(world.value_added, wages, strict=True)]
        last, deficit = deficit, [o - sum(own) * s / sum(size)
                                  for o, s in zip(own, size, strict=True)]  # fmt: skip
        if max(abs(a - b) for a, b in zip(last, deficit, strict=True)) < 1e-10:
            break
    found = solve_equilibrium(world, policy, Options(deficits="own-share")).outcome
    np.testing.assert_allclose(found.deficit_cf, deficit, atol=1e-8)
    np.testing.assert_allclose(found.wage_hat, wages, rtol=1e-8)
    assert max(abs(sum(own)), 0) > 1e-3  # there was something to spread
