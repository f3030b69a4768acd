"""How many workers change sector where some also lose their work, or more of them work."""

from dataclasses import replace

import numpy as np
import pytest

from detente.model.economy import Structure
from detente.policy.tariffs import Tariff
from detente.results import Solution
from detente.simulate import solve
from economies import random_economy

WORLD = random_economy(3, 4, 3)

# points of a hundred workers by sector, and how many of them are the same workers elsewhere
MOVES = [((2.0, -5.0, 0.0), 2.0), ((4.0, -1.0, 0.0), 1.0), ((-3.0, 1.0, 2.0), 3.0),
         ((-1.0, -2.0, -3.0), 0.0)]  # fmt: skip


def test_only_workers_who_turn_up_elsewhere_have_moved():
    peace = solve(WORLD)
    e = peace.equilibrium
    wages = WORLD.value_added_share * WORLD.output
    workers = wages / wages.sum(axis=1, keepdims=True)
    points = np.array([move for move, _ in MOVES])
    hat = 1 + points / 100 / workers
    found = Solution(replace(e, outcome=e.outcome._replace(employment_hat=hat)))
    expected = [moved for _, moved in MOVES]
    np.testing.assert_allclose(found.countries["reallocation_pct"], expected, atol=1e-9)
    np.testing.assert_allclose(found.sectors["jobs_change_points"], points.ravel(), atol=1e-9)


def test_with_idle_workers_the_smaller_of_gains_and_losses_has_moved():
    war = solve(
        WORLD, Tariff("C0", on="world", add=0.4), structure=Structure(wage_floor=1.0)
    )  # fmt: skip
    idle = war.countries["unemployment_pct"]
    assert idle.max() > 0.1
    for code, points in war.sectors["jobs_change_points"].groupby(level="country"):
        gained, lost = points[points > 0].sum(), -points[points < 0].sum()
        moved = war.countries.loc[code, "reallocation_pct"]
        assert moved == pytest.approx(min(gained, lost), abs=1e-8)
        assert lost - gained == pytest.approx(idle[code], abs=1e-6)
