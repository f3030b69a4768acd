"""Reciprocal bargains against a plain walk along the rates that are reciprocal."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from detente.errors import SolveError
from detente.games import reciprocity
from detente.games.bargaining import LEAST_GAIN, Agreement
from detente.games.evaluation import Game
from detente.games.players import Player
from detente.games.reciprocity import (
    EXACT,
    best_reciprocal,
    reciprocal,
    reciprocity_gaps,
)
from detente.solver.options import Options
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


def test_of_several_searches_the_best_that_settled_is_kept(game, walk, between):
    outside = {"between": between, "before": walk(0.0) - 1e-4}
    found = best_reciprocal(game, outside, [game.high])
    for name, d in outside.items():
        alone = reciprocal(game.valued(game.kinds, game.parameters), d)
        assert alone.status is found[name].status is Agreement.AGREED
        assert found[name].gains.prod() >= alone.gains.prod() * (1 - 1e-12)
        # the rates in force, the highest ones, and what was agreed on over the other
        assert found[name].starts == 3


def test_what_does_not_settle_from_one_start_is_found_from_another(game, between, monkeypatch):
    usual = reciprocity.reciprocal

    def picky(played, disagreement, start=None):
        assert played._kept is None, "a search starts from somebody else's solve"
        found = usual(played, disagreement, start)
        lost = np.array_equal(start, game.applied)
        return replace(found, status=Agreement.NOT_SOLVED) if lost else found

    monkeypatch.setattr(reciprocity, "reciprocal", picky)
    game.payoffs(game.high)
    other = between - 1e-4
    assert best_reciprocal(game, {"a": between})["a"].status is Agreement.NOT_SOLVED
    agreed = usual(game, other).optimum.rates
    assert best_reciprocal(game, {"a": between}, [agreed])["a"].status is Agreement.AGREED


def test_what_was_agreed_over_one_alternative_is_a_start_over_the_others(
    game, between, monkeypatch
):
    usual, other = reciprocity.reciprocal, between - 1e-4

    def picky(played, disagreement, start=None):
        found = usual(played, disagreement, start)
        lost = np.array_equal(start, game.applied) and disagreement is between
        return replace(found, status=Agreement.NOT_SOLVED) if lost else found

    monkeypatch.setattr(reciprocity, "reciprocal", picky)
    found = best_reciprocal(game, {"a": between, "b": other})
    assert found["a"].status is found["b"].status is Agreement.AGREED
    np.testing.assert_allclose(found["a"].gains, usual(game, between).gains, rtol=1e-2)


def test_a_gain_that_did_not_come_to_rest_is_not_called_none(game, between):
    agreed = reciprocal(game, between)
    unsettled = replace(agreed, status=Agreement.NOT_SOLVED)
    none = replace(agreed, status=Agreement.NO_GAIN)
    apart = replace(unsettled, optimum=replace(agreed.optimum, violation=1.0))
    assert reciprocity._best([none, unsettled]).status is Agreement.NOT_SOLVED
    assert reciprocity._best([apart, none]).status is Agreement.NO_GAIN
    assert reciprocity._best([SolveError("lost"), agreed]).status is Agreement.AGREED
    with pytest.raises(SolveError, match="lost"):
        reciprocity._best([SolveError("lost")])


@pytest.mark.parametrize("sharp", [5.0, 500.0])
def test_the_smooth_least_gain_lies_just_below_the_least(sharp):
    gain = np.array([0.3, 0.31, 0.9])
    value, slope = reciprocity._least(sharp, gain)
    assert gain.min() - np.log(3) / sharp <= value <= gain.min()
    steps = 1e-6 * np.eye(3)
    by = [(reciprocity._least(sharp, gain + h)[0] - reciprocity._least(sharp, gain - h)[0]) / 2e-6
          for h in steps]  # fmt: skip
    np.testing.assert_allclose(slope, by, atol=1e-6)
