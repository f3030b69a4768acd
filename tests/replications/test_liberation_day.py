"""The engine's options are the equations of Ignatenko et al. (2025)."""

import sys
from pathlib import Path

import numpy as np
import pytest
from liberation_plain import Plain

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "replications"))

from liberation_day.data import LOVE_OF_VARIETY, World, read
from liberation_day.run import announced, optimal_tariff, printed_welfare, solve


@pytest.fixture(scope="module")
def small():
    """Five economies at random, so that the test needs no data from outside."""
    draw = np.random.default_rng(3)
    flows = draw.uniform(1, 10, (5, 5)) + np.diag(draw.uniform(60, 120, 5))
    codes = ("AAA", "BBB", "CHN", "DDD", "USA")
    margin = np.array([0.12, 0.12, 0.12, 0.12, 0.27])
    rates = np.array([0.1, 0.2, 0.54, 0.3, 0.0])
    return World(codes, flows, rates, margin, ())


def plain(world):
    return Plain(world.flows, world.margin, world.pass_through(), LOVE_OF_VARIETY / 4)


@pytest.mark.parametrize("answered", [False, True])
def test_welfare_is_that_of_the_papers_equations(small, answered):
    rates = announced(small) + (announced(small).T if answered else 0)
    expected = plain(small).welfare(rates)
    np.testing.assert_allclose(printed_welfare(solve(small, rates)), expected, atol=1e-7)
    assert np.abs(expected).max() > 0.5


def test_and_where_revenue_is_a_lump_sum(small):
    expected = plain(small).welfare(announced(small), lump_sum=True)
    found = solve(small, announced(small), small.structure(revenue_use="lump-sum"))
    np.testing.assert_allclose(printed_welfare(found), expected, atol=1e-7)


@pytest.mark.shared_data
def test_on_the_papers_data_the_plain_equations_give_what_it_prints(shared_data):
    world = read(shared_data)
    assert len(world.codes) == 194
    assert world.raised == ("GMB", "MHL")
    welfare = plain(world).welfare(announced(world))
    assert welfare[world.usa] == pytest.approx(1.13, abs=0.005)
    # imports of the United States pay 10% at least, those from China 34 points on top of 20
    assert world.rates[world.codes.index("CHN")] == pytest.approx(0.54)
    assert np.sort(world.rates)[1] == pytest.approx(0.10)
    assert 100 * optimal_tariff(world) == pytest.approx(18.54, abs=0.005)
