"""Reciprocal bargains against a plain walk along the rates that are reciprocal."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from detente.games import reciprocity
from detente.games.bargaining import LEAST_GAIN, Agreement
from detente.games.evaluation import Game
from detente.games.players import Player
from detente.games.reciprocity import EXACT, reciprocal, reciprocity_gaps
from detente.solver.equilibrium import Options
from economies import random_economy

BALANCED = Options(deficits="removed")
BOTH = (0.10, 0.15)
"""First rates between which the second's gain and the first's are above what is below."""


@pytest.fixture(scope="module")
def game():
    """Two uniform rates: for each of the first there is one second rate that is reciprocal."""
    economy = random_economy(41, 2, 2, balanced=True)
    sides = [Player(code, sectors="all", rule="uniform", low=-0.5) for code in ("C0", "C1")]
    return Game(economy, sides, BALANCED)


@pytest.fixture(scope="module")
def walk(game):
    """Payoffs at a first rate and the second that is reciprocal to it."""

    def at(first):
        other = brentq(lambda b: reciprocity_gaps(game, np.array([first, b]))[0], -0.5, 2.0)
        return game.payoffs(np.array([first, other]))[0].copy()

    return at


@pytest.fixture(scope="module")
def between(walk):
    """Disagree so that the sum of gains is greatest where the second gains nothing."""
    low, high = (walk(rate) for rate in BOTH)
    return np.array([high[0], low[1]])


def test_a_side_that_gets_nothing_of_the_greatest_sum_still_finds_its_bargain(game, walk, between):
    line = np.array([walk(rate) - between for rate in np.linspace(-0.05, 0.2, 26)])
    allowed = line[(line >= -1e-9).all(axis=1)]
    assert allowed[allowed.sum(axis=1).argmax()].min() <= LEAST_GAIN
    found = reciprocal(game, between)
    assert found.status is Agreement.AGREED
    assert np.abs(reciprocity_gaps(game, found.optimum.rates)).max() <= 2 * EXACT
    plain = minimize_scalar(lambda rate: -(walk(rate) - between).prod(), bounds=BOTH,
                            method="bounded", options={"xatol": 1e-6})  # fmt: skip
    np.testing.assert_allclose(found.gains, walk(plain.x) - between, rtol=1e-2)
    assert found.gains.prod() == pytest.approx(-plain.fun, rel=1e-3)


def test_what_no_reciprocal_change_gives_both_is_no_agreement(game, walk, between):
    line = np.array([walk(rate) for rate in np.linspace(-0.05, 0.2, 26)])
    beyond = line.max(axis=0) - 1e-4
    assert (line - beyond).min(axis=1).max() < -1e-3
    assert reciprocal(game, beyond).status is Agreement.NO_GAIN


def test_a_search_that_does_not_settle_is_no_answer_either_way(game, between, monkeypatch):
    stuck = reciprocity.maximise

    def unsettled(*arguments):
        return replace(stuck(*arguments), stationarity=1.0)

    monkeypatch.setattr(reciprocity, "maximise", unsettled)
    assert reciprocal(game, between).status is Agreement.NOT_SOLVED
    assert reciprocal(game, between + 1.0).status is Agreement.NOT_SOLVED


@pytest.mark.parametrize("sharp", [5.0, 500.0])
def test_the_smooth_least_gain_lies_just_below_the_least(sharp):
    gain = np.array([0.3, 0.31, 0.9])
    value, slope = reciprocity._least(sharp, gain)
    assert gain.min() - np.log(3) / sharp <= value <= gain.min()
    steps = 1e-6 * np.eye(3)
    by = [(reciprocity._least(sharp, gain + h)[0] - reciprocity._least(sharp, gain - h)[0]) / 2e-6
          for h in steps]  # fmt: skip
    np.testing.assert_allclose(slope, by, atol=1e-6)
