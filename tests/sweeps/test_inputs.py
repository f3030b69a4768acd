"""What a prior's parameters are moved by alone, and what spread is shared to."""

import numpy as np
import pytest

from detente.model.economy import Structure
from detente.sweeps.inputs import CENTRE, GRID, HIGH, LOW, Space
from detente.uncertainty.prior import Prior, Spread, draw, normals, parameters_at
from economies import random_economy

WORLD = random_economy(1, 3, 4)
CODES = WORLD.sector_codes
ALIKE = Prior("made up", "nobody", {"all": Spread(0.3, 0.4)}, ((1.0,),))
APART = Prior(
    "made up", "nobody", {CODES[0]: Spread(0.2, 0.5), CODES[1]: Spread(0.4, 0.0)},
    ((1.0, 0.5), (0.5, 1.0)), horizon=0.1, structure={"labour_mobility": 0.3},
)  # fmt: skip
ROY = Structure(labour_mobility=1.5)


def test_parameters_are_made_of_normals_and_their_medians_at_zero():
    held = normals(APART, WORLD, 7, seed=3)
    made = parameters_at(APART, WORLD, ROY, held, short=True)
    drawn = draw(APART, WORLD, ROY, 7, seed=3, short=True)
    np.testing.assert_array_equal(made.elasticities, drawn.elasticities)
    assert made.structures == drawn.structures
    still = parameters_at(APART, WORLD, ROY, np.zeros((1, held.shape[1])), short=True)
    # of one whose mean is one at spread s: exp(-s²/2)
    below = [0.02 + 0.125, 0.08, 0, 0]
    expected = WORLD.trade_elasticity * np.exp(-np.array(below) - 0.005)
    np.testing.assert_allclose(still.elasticities[0], expected, rtol=1e-12)


def test_one_lever_moves_one_parameter_from_its_5th_to_its_95th_percentile():
    space = Space(ALIKE, WORLD, Structure(), short=False)
    levers = {one.key: one for one in space.levers()}
    assert list(levers) == ["common", *(f"own:{code}" for code in CODES)]
    # of a log-normal with spread 0.3: exp(±1.6449 x 0.3 - 0.3²/2)
    assert levers["common"].factor[[LOW, HIGH]] == pytest.approx([0.5837, 1.5659], abs=1e-4)
    assert levers[f"own:{CODES[2]}"].factor[HIGH] == pytest.approx(
        np.exp(0.4 * 1.64485 - 0.08), rel=1e-5
    )
    runs = space.alone(tuple(levers.values()), slice(None))
    moved = (runs.elasticities / WORLD.trade_elasticity).reshape(len(levers), len(GRID), -1)
    np.testing.assert_allclose(moved[0, HIGH], 1.5659, atol=1e-4)
    np.testing.assert_allclose(moved[1, HIGH], [1.7823, 1, 1, 1], atol=1e-4)
    np.testing.assert_array_equal(moved[:, CENTRE], 1)
    few = space.alone(tuple(levers.values()), slice(8, 14))
    np.testing.assert_array_equal(few.elasticities, runs.elasticities[8:14])


def test_what_is_correlated_moves_along_as_far_as_that():
    space = Space(APART, WORLD, ROY, short=True)
    levers = {one.key: one for one in space.levers()}
    assert list(levers) == [
        f"common:{CODES[0]}", f"common:{CODES[1]}", f"own:{CODES[0]}", "horizon",
        "labour-mobility",
    ]  # fmt: skip
    runs = space.alone(tuple(levers.values()), slice(None))
    log = np.log(runs.elasticities / WORLD.trade_elasticity).reshape(5, len(GRID), -1)[:, HIGH]
    z = 1.6448536
    np.testing.assert_allclose(log[0], [0.2 * z - 0.02, 0.5 * 0.4 * z - 0.08, 0, 0], atol=1e-6)
    np.testing.assert_allclose(log[1], [0.5 * 0.2 * z - 0.02, 0.4 * z - 0.08, 0, 0], atol=1e-6)
    np.testing.assert_allclose(log[3], [0.1 * z - 0.005] * 4, atol=1e-6)
    # of mobility what is beyond 1
    assert runs.structures[-len(GRID) + HIGH].labour_mobility == pytest.approx(
        1 + 0.5 * np.exp(0.3 * z - 0.045)
    )
    assert levers["labour-mobility"].factor[HIGH] == pytest.approx(
        np.exp(0.3 * z - 0.045), rel=1e-6
    )


def test_groups_take_every_input_that_is_drawn_once():
    space = Space(ALIKE, WORLD, Structure(), short=False)
    widths = {f"own:{code}": width for code, width in zip(CODES, (3, 1, 2, 4), strict=True)}
    assert [group.key for group in space.groups(widths)] == ["common", *widths]
    many = Space(ALIKE, random_economy(1, 3, 6), Structure(), short=False)
    codes = many.calibration.sector_codes
    widths = {f"own:{code}": w for code, w in zip(codes, (3, 1, 2, 4, 2, 0.5), strict=True)}
    groups = many.groups(widths)
    large = [f"own:{codes[n]}" for n in (0, 2, 3, 4)]
    assert [group.key for group in groups] == ["common", *large, "own-of-others"]
    assert sorted(n for group in groups for n in group.columns) == list(range(7))
    assert groups[-1].columns == (2, 6)
