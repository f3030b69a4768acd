"""Indices of functions whose shares of variance are known in closed form; what knowing gains."""

import math

import numpy as np
import pytest
from scipy.stats import norm, sobol_indices

from detente.sweeps.indices import crossings, indices, narrower, worth_of_knowing


def sampled(function, inputs, rows, seed):
    """Results at two sets of normal inputs, and at A with each input from B."""
    first, second = np.random.default_rng(seed).standard_normal((2, rows, inputs))
    mixed = []
    for n in range(inputs):
        one = first.copy()
        one[:, n] = second[:, n]
        mixed.append(function(one))
    return function(first), function(second), np.array(mixed)


def ishigami(normal):
    """Ishigami & Homma (1990) with a = 7, b = 0.1; inputs uniform from -π to π."""
    x = np.pi * (2 * norm.cdf(normal) - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami_has_its_closed_form():
    # V1 = (1 + bπ⁴/5)²/2, V2 = a²/8, V13 = 8b²π⁸/225, V3 = 0 and no other
    one = (1 + 0.1 * math.pi**4 / 5) ** 2 / 2
    two, both = 49 / 8, 8 * 0.01 * math.pi**8 / 225
    variance = one + two + both
    found = indices(*sampled(ishigami, 3, 100_000, seed=3))
    assert (one / variance, two / variance) == pytest.approx((0.3139, 0.4424), abs=1e-4)
    np.testing.assert_allclose(found.first, np.array([one, two, 0]) / variance, atol=0.015)
    np.testing.assert_allclose(
        found.total, np.array([one + both, two, both]) / variance, atol=0.015
    )


def test_a_linear_function_has_the_squares_of_its_slopes():
    slopes = np.array([3.0, 2.0, 1.0, 0.0])
    found = indices(*sampled(lambda x: 5 + x @ slopes, 4, 20_000, seed=1))
    expected = slopes**2 / 14
    np.testing.assert_allclose(found.first, expected, atol=0.02)
    np.testing.assert_allclose(found.total, expected, atol=0.02)
    assert (found.first_ends[0] <= found.first).all()
    assert (found.first <= found.first_ends[1]).all()
    assert found.total[3] == 0


def test_the_library_estimates_the_same():
    a, b, mixed = sampled(ishigami, 3, 1024, seed=5)
    own = indices(a, b, mixed)
    theirs = sobol_indices(func={"f_A": a[None], "f_B": b[None], "f_AB": mixed[:, None]}, n=1024)
    np.testing.assert_allclose(own.first, theirs.first_order.ravel(), rtol=1e-12)
    np.testing.assert_allclose(own.total, theirs.total_order.ravel(), rtol=1e-12)


def test_rows_without_a_number_are_left_out():
    a, b, mixed = sampled(lambda x: x @ np.array([2.0, 1.0]), 2, 200, seed=2)
    few = indices(a[10:], b[10:], mixed[:, 10:])
    a[:5], b[5:8], mixed[1, 8:10] = np.nan, np.nan, np.nan
    found = indices(a, b, mixed)
    assert found.rows == 190
    np.testing.assert_array_equal(found.first, few.first)
    assert indices(a[:25], b[:25], mixed[:, :25]) is None
    assert indices(np.ones(40), np.ones(40), np.ones((2, 40))) is None


def test_what_knowing_gains():
    # +3, -1, -1, -1: leave it on average (0), do it one time in four when known: 3/4
    assert worth_of_knowing(np.array([3.0, -1, -1, -1, np.nan])) == pytest.approx(0.75)
    # +3 and -1: do it on average (1); known, 3/2
    assert worth_of_knowing(np.array([3.0, -1])) == pytest.approx(0.5)
    assert worth_of_knowing(np.array([1.0, 2])) == 0
    # three quarters of the variance known: half the standard deviation is left
    np.testing.assert_allclose(narrower(np.array([0.75, 0, -0.1, 1.2])), [0.5, 0, 0, 1])


def test_where_a_sign_turns():
    points = np.array([-2.0, -1, 0, 1, 2])
    assert crossings(points, np.array([-3.0, -1, 1, 2, -2]), 2) == pytest.approx((-0.5, 1.5))
    low, high = crossings(points, np.array([1.0, 1, 1, 3, -1]), 2)
    assert math.isnan(low)
    assert high == pytest.approx(1.75)
    # nothing is said beyond a run without an equilibrium
    assert math.isnan(crossings(points, np.array([-1, np.nan, 1, 1, 1]), 2)[0])
