"""Scores by hand: what a forecast, a fit on other industries and an estimate must give."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from detente.history import scores


def test_a_score_is_that_of_its_definition():
    found = scores.score(np.array([0.0, -0.2, -0.4]), np.array([0.1, 0.0, -0.1]))
    assert found["cells"] == 3
    assert found["correlation"] == pytest.approx(1.0)
    assert found["slope"] == pytest.approx(2.0)
    assert found["error"] == pytest.approx(np.sqrt((0.01 + 0.04 + 0.09) / 3))


def test_cells_may_count_by_weight():
    found = scores.score(np.array([0.0, 1.0]), np.array([0.0, 0.0]), np.array([3.0, 1.0]))
    assert found["error"] == pytest.approx(0.5)
    assert np.isnan(found["slope"])
    assert np.isnan(found["correlation"])


def test_the_rule_never_sees_the_industry_that_it_forecasts():
    moved, actual = np.array([0.1, 0.1, 0.2]), np.array([-0.1, -0.3, 5.0])
    counts = np.ones(3, dtype=bool)
    forecast, used = scores.rule(moved, actual, ["a", "b", "c"], counts)
    # of c: the others' (0.1·0.1 + 0.1·0.3)/(0.01 + 0.01) = 2
    assert used[2] == pytest.approx(2.0)
    assert forecast[2] == pytest.approx(-0.4)
    # of a: (0.1·0.3 − 0.2·5)/(0.01 + 0.04)
    assert used[0] == pytest.approx(-19.4)


def test_quarters_apart_are_forecast_and_do_not_count():
    moved, actual = np.array([0.1, 0.1, 0.1]), np.array([-0.1, -0.3, 9.0])
    counts = np.array([True, True, False])
    _, used = scores.rule(moved, actual, ["a", "b", "a"], counts)
    assert used == pytest.approx([3.0, 1.0, 3.0])


def test_one_elasticity_is_that_of_the_others():
    grid = (1.0, 2.0, 4.0)
    tariff = np.array([0.1, 0.2, 0.3])
    forecasts = -np.outer(grid, tariff)
    actual = -np.array([3.0, 3.0, 1.5]) * tariff
    counts = np.ones(3, dtype=bool)
    found, used = scores.one_elasticity(grid, forecasts, actual, ["a", "b", "c"], counts)
    assert used[2] == pytest.approx(3.0)  # between two of the grid
    assert found[2] == pytest.approx(-0.9)
    # of a: least squares over b and c: (3·0.04 + 1.5·0.09)/(0.04 + 0.09)
    assert used[0] == pytest.approx(255 / 130, abs=0.03)
    assert scores.best_of(grid, forecasts, actual, counts) == pytest.approx(
        (0.03 + 0.12 + 0.135) / 0.14, abs=0.03
    )


def test_an_estimate_is_least_squares_with_both_effects():
    draw = np.random.default_rng(3)
    partner, industry = (
        np.array(x) for x in zip(*[(p, i) for p in "abcd" for i in "uvwxyz"], strict=True)
    )
    moved = draw.normal(size=24)
    noise = 0.1 * draw.normal(size=24)
    level = pd.Series(partner).map({"a": 1.0, "b": -2.0, "c": 0.5, "d": 0.0}).to_numpy()
    actual = 0.3 * (industry == "u") + level - 2.5 * moved + noise
    found = scores.estimate(actual, moved, partner, industry)
    # the same by dummies, all at once
    columns = [moved, *(partner == p for p in "abcd"), *(industry == i for i in "vwxyz")]
    x = np.column_stack(columns).astype(float)
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ actual
    left = actual - x @ b
    meat = sum(np.outer(s, s) for i in "uvwxyz" if (s := (x * left[:, None])[industry == i].sum(0))
               is not None)  # fmt: skip
    variance = inverse @ meat @ inverse * (6 / 5) * (23 / (24 - 10))
    assert found["elasticity"] == pytest.approx(-b[0])
    assert found["error"] == pytest.approx(np.sqrt(variance[0, 0]))
    assert found["clusters"] == 6
    assert found["elasticity"] == pytest.approx(2.5, abs=0.2)
