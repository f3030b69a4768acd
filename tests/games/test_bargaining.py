"""Bargains over rates: on frontiers whose solutions are known, in closed form."""

from dataclasses import replace

import numpy as np
import pytest

from detente.errors import InputError
from detente.games import constrained
from detente.games.bargaining import (
    RULES,
    Agreement,
    Pair,
    bargain,
    frontier,
    nash_in_nash,
)
from detente.games.constrained import Bounds, maximise

UNIT = Bounds(np.zeros(1), np.ones(1))
SIZE = 0.01


def line(x):
    """Payoffs (x, 1 − x), per cent."""
    return SIZE * np.array([x[0], 1 - x[0]]), SIZE * np.array([[1.0], [-1.0]])


def arc(x):
    """Payoffs on a quarter circle."""
    angle = x[0] * np.pi / 2
    slope = np.array([[np.cos(angle)], [-np.sin(angle)]]) * np.pi / 2
    return SIZE * np.array([np.sin(angle), np.cos(angle)]), SIZE * slope


def dented(x):
    """A frontier that bends inwards in its middle."""
    a, b = x
    u = np.array([a - 0.8 * a * (1 - a) - 0.5 * b, 1 - a - 0.5 * b])
    return SIZE * u, SIZE * np.array([[1 - 0.8 + 1.6 * a, -0.5], [-1.0, -0.5]])


@pytest.mark.parametrize("d", [(0.0, 0.0), (0.1, 0.2), (0.4, 0.0)])
@pytest.mark.parametrize("rule", RULES)
def test_a_straight_frontier_is_shared_over_disagreement(rule, d):
    found = bargain(line, UNIT, np.array([0.5]), SIZE * np.array(d), rule)
    assert found.status is Agreement.AGREED
    gains = found.gains / SIZE
    assert gains.sum() == pytest.approx(1 - sum(d), abs=1e-6)
    if rule != "utilitarian":  # the sum is the same all along the line
        np.testing.assert_allclose(gains, (1 - sum(d)) / 2, atol=1e-6)


@pytest.mark.parametrize("weights", [(1, 1), (1, 3), (5, 1)])
def test_nash_shares_follow_power(weights):
    found = bargain(line, UNIT, np.array([0.5]), np.zeros(2), "nash", weights)
    np.testing.assert_allclose(found.gains / SIZE, np.array(weights) / sum(weights), atol=1e-6)


def test_on_a_circle():
    d = SIZE * np.array([0.5, 0.0])
    equal = bargain(arc, UNIT, np.array([0.3]), d, "egalitarian").gains / SIZE
    # (½ + g)² + g² = 1
    root = (np.sqrt(7) - 1) / 4
    np.testing.assert_allclose(equal, root, atol=1e-7)
    ks = bargain(arc, UNIT, np.array([0.3]), d, "kalai-smorodinsky")
    np.testing.assert_allclose(ks.ideal / SIZE, [0.5, np.sqrt(0.75)], atol=1e-7)
    np.testing.assert_allclose(ks.gains[0] / ks.gains[1], 0.5 / np.sqrt(0.75), rtol=1e-6)
    assert np.hypot(*(ks.optimum.payoffs / SIZE)) == pytest.approx(1, abs=1e-7)


def capped(x):
    """The first has 0.2 at most, whatever the others share."""
    a, b = x
    u = np.array([0.4 * a - 0.2 * a**2, 1 - b, b])
    return SIZE * u, SIZE * np.array([[0.4 - 0.4 * a, 0], [0, -1], [0, 1]])


def stuck(x):
    """The first has 0 at most, at (½, 0), and pays for what the others get beyond (0.15, 0.2)."""
    a, b = x
    u = np.array([a - a**2 - 0.25 - b, b + 0.3 * a, 0.2 + b])
    return SIZE * u, SIZE * np.array([[1 - 2 * a, -1], [0.3, 1], [0, 1]])


def idle(x):
    """Nothing is at stake for the third; the first two are alike at (1, ⅚)."""
    a, b = x
    u = np.array([a - b / 2, b - a / 4, 0.0])
    return SIZE * u, SIZE * np.array([[1, -0.5], [-0.25, 1], [0, 0]])


@pytest.mark.parametrize("unit", [1e-3, 1e-2, 5e-2])
@pytest.mark.parametrize(
    ("payoffs", "gains"),
    [(capped, (0.2, 0.5, 0.5)), (stuck, (0.0, 0.15, 0.2)), (idle, (7 / 12, 7 / 12, 0.0))],
)
def test_the_least_gain_then_the_next(payoffs, gains, unit):
    bounds = Bounds(np.zeros(2), np.ones(2))
    found = bargain(payoffs, bounds, np.array([0.2, 0.1]), np.zeros(3), "egalitarian", unit=unit)
    assert found.status is Agreement.AGREED
    np.testing.assert_allclose(found.gains / SIZE, gains, atol=1e-3)
    assert found.gains.min() > -1e-8


@pytest.mark.parametrize("scale", [0.3, 7.0])
def test_nash_and_kalai_smorodinsky_do_not_know_units(scale):
    def rescaled(x):
        values, slopes = arc(x)
        factor = np.array([1.0, scale])
        return values * factor + np.array([0.0, 0.002]), slopes * factor[:, None]

    d = SIZE * np.array([0.2, 0.1])
    for rule in ("nash", "kalai-smorodinsky"):
        # these payoffs have no noise to stop above
        half, moved = np.array([0.5]), d * [1, scale] + [0, 0.002]
        one = bargain(arc, UNIT, half, d, rule, precision=1e-13)
        other = bargain(rescaled, UNIT, half, moved, rule, precision=1e-13)
        np.testing.assert_allclose(one.optimum.rates, other.optimum.rates, atol=2e-6)


def test_no_zone_is_said():
    found = bargain(line, UNIT, np.array([0.5]), SIZE * np.array([0.7, 0.6]))
    assert found.status is Agreement.NO_GAIN


def test_without_a_settled_search_it_is_not_said_that_there_is_no_zone(monkeypatch):
    whole = constrained.maximise

    def unsettled(*arguments, **options):
        return replace(whole(*arguments, **options), stationarity=1.0)

    monkeypatch.setattr(constrained, "maximise", unsettled)
    found = bargain(line, UNIT, np.array([0.5]), SIZE * np.array([0.7, 0.6]))
    assert found.status is Agreement.NOT_SOLVED


def test_the_frontier_is_traced_where_it_bends_inwards():
    box = Bounds(np.zeros(2), np.ones(2))
    points = frontier(dented, box, np.array([0.5, 0.5]), 9)
    for point in points:
        a = 1 - point.payoffs[1] / SIZE
        assert point.payoffs[0] / SIZE == pytest.approx(a - 0.8 * a * (1 - a), abs=1e-6)
    first = [p.payoffs[0] for p in points]
    assert first == sorted(first, reverse=True)


@pytest.mark.parametrize("small", [1, 1000])
def test_both_searches_find_the_constrained_optimum(small):
    """Maximise −|x − c|² with the sum of x bounded: the closed form is a projection."""
    rng = np.random.default_rng(3)
    c = rng.uniform(0.2, 0.8, 12)
    box = Bounds(np.zeros(12), np.ones(12))

    def payoffs(x):
        return np.array([-((x - c) ** 2).sum(), x.sum()]), np.array([-2 * (x - c), np.ones(12)])

    def first(values):
        return values[0], np.array([1.0, 0.0])

    def at_most(values):
        return np.array([c.sum() - 1.2 - values[1]]), np.array([[0.0, -1.0]])

    found = maximise(payoffs, box, np.full(12, 0.3), first, at_most, small=small)
    assert found.solved
    np.testing.assert_allclose(found.rates, c - 0.1, atol=1e-6)


def test_one_pair_strikes_the_nash_bargain():
    pair = [Pair(0, 1, (0,))]
    many = nash_in_nash(arc, UNIT, np.array([0.05]), pair)
    alone = bargain(arc, UNIT, np.array([0.05]), arc(np.array([0.05]))[0])
    assert many.settled
    np.testing.assert_allclose(many.rates, alone.optimum.rates, atol=1e-6)


def test_three_players_in_pairs():
    """Each pair shares what its own rates make: separable payoffs, so each bargain stands alone."""

    def payoffs(x):
        # rates k = 0, 1, 2 of pairs (0,1), (1,2), (0,2): gain x(1−x)·2 split evenly by symmetry
        made = x - x**2
        by = 1 - 2 * x
        member = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1]])
        return SIZE * member @ made, SIZE * member * by

    box = Bounds(np.zeros(3), np.ones(3))
    pairs = [Pair(0, 1, (0,)), Pair(1, 2, (1,)), Pair(0, 2, (2,))]
    found = nash_in_nash(payoffs, box, np.zeros(3), pairs)
    assert found.settled
    np.testing.assert_allclose(found.rates, 0.5, atol=1e-5)


def test_what_is_no_bargain_is_refused():
    start = np.array([0.5])
    with pytest.raises(InputError, match="unknown rule"):
        bargain(line, UNIT, start, np.zeros(2), "fair")
    with pytest.raises(InputError, match="not weights"):
        bargain(line, UNIT, start, np.zeros(2), weights=[1, -1])
    with pytest.raises(InputError, match="two points"):
        frontier(line, UNIT, start, 1)
    with pytest.raises(InputError, match="same rate"):
        nash_in_nash(line, UNIT, start, [Pair(0, 1, (0,)), Pair(1, 2, (0,))])
