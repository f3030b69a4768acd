"""A bargain is the best of where several searches end, and says where they ended."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from detente.errors import InputError, SolveError
from detente.games import cooperation
from detente.games.bargaining import Agreement, Bargain, best_of, ends_of, of_least, worth_by
from detente.games.constrained import Optimum
from detente.games.cooperation import cooperate
from detente.games.evaluation import Game
from detente.games.players import Player
from detente.games.search import settle
from detente.wars.run import ended
from economies import random_economy

D = np.zeros(3)


def end(*gains, status=Agreement.AGREED):
    return Bargain("egalitarian", status, D, Optimum(D, np.array(gains), 0.0, 0.0, 1))


def test_the_least_gain_decides_then_the_next():
    low, high, higher = end(0.1, 0.9, 0.9), end(0.2, 0.2, 0.2), end(0.2, 0.3, 0.2)
    worth = worth_by("egalitarian", None, 3)
    assert best_of([low, high, higher], worth).gains.tolist() == [0.2, 0.3, 0.2]
    assert best_of([low, high], worth).gains.tolist() == [0.2, 0.2, 0.2]
    assert best_of([low, high], worth_by("utilitarian", None, 3)).gains.tolist() == [0.1, 0.9, 0.9]


def test_an_agreement_is_kept_before_a_search_that_found_none():
    none, unsettled = (
        end(0, 0, 0, status=Agreement.NO_GAIN),
        end(1, 1, 1, status=Agreement.NOT_SOLVED),
    )
    worth = worth_by("nash", None, 3)
    assert best_of([none, end(0.1, 0.1, 0.1)], worth).status is Agreement.AGREED
    # it betters everybody, so that nobody may say that there is nothing to agree on
    assert best_of([none, unsettled], worth).status is Agreement.NOT_SOLVED
    assert best_of([none, none], worth).starts == 2


def test_who_cannot_gain_stops_nobody():
    assert of_least(True, np.array([0.0, 0.01])) is Agreement.AGREED
    assert of_least(True, np.array([-1e-3, 0.01])) is Agreement.NO_GAIN
    assert of_least(True, np.array([0.0, 0.0])) is Agreement.NO_GAIN
    assert of_least(False, np.array([0.1, 0.1])) is Agreement.NOT_SOLVED


def test_ends_are_gathered_and_told():
    a, b = end(0.2, 0.2, 0.2), end(0.1, 0.1, 0.1)
    found = ends_of(a, {"applied": b, "low": a, "random": end(0.2, 0.2, 0.2 + 1e-6)})
    assert [e.starts for e in found] == [("low", "random"), ("applied",)]
    told = ended(replace(a, ends=found, starts=3))
    assert "3 searches" in told
    assert "ended at 2 points" in told
    assert "reached from low, random" in told
    assert ended(replace(a, ends=found[:1], starts=3)) == ""


@pytest.fixture(scope="module")
def game():
    c = random_economy(5, 3, 2)
    return Game(c, [Player(f"C{n}", sectors="all") for n in range(3)])


def test_more_starts_never_find_less(game):
    d = {"before": game.before()}
    one = cooperate(game, d, rule="egalitarian", starts=("applied",)).bargains["before"]
    many = cooperate(game, d, rule="egalitarian", known={"tenth": game.low + 0.1})
    best = many.bargains["before"]
    assert best.gains.min() >= one.gains.min() - 1e-7
    assert best.starts == 3
    names = {name for e in best.ends for name in e.starts}
    assert names == {"applied", "low", "tenth"}
    assert many.ends()["searches"].sum() == 3


def test_the_same_from_the_same_starts_whatever_was_searched_before(game):
    d = {"before": game.before()}
    first = cooperate(game, d, rule="egalitarian").bargains["before"]
    cooperate(game, {"other": game.before() - 0.01}, rule="nash")
    again = cooperate(game, d, rule="egalitarian").bargains["before"]
    np.testing.assert_array_equal(first.gains, again.gains)


def test_unknown_starts_are_refused(game):
    with pytest.raises(InputError, match="starts"):
        cooperate(game, {"before": game.before()}, starts=("nowhere",))


@pytest.mark.parametrize(
    ("gains", "searched", "best"),
    [
        ({"applied": 0.2, "closed-form": 0.2}, 2, 0.2),
        ({"applied": 0.2, "closed-form": 0.3, "low": 0.5, "random": 0.4}, 4, 0.5),
        ({"low": 0.1, "random": 0.1}, 4, 0.1),  # no economy on the way from the first two
    ],
)
def test_over_many_rates_more_is_searched_where_the_first_end_apart(
    game, monkeypatch, gains, searched, best
):
    names = iter(["applied", "closed-form", "low", "random"])

    def one(alone, d, rule, weights, start):
        name = next(names)
        if name not in gains:
            raise SolveError(name)
        return end(*[gains[name]] * 3)

    monkeypatch.setattr(cooperation, "SMALL", 1)
    monkeypatch.setattr(cooperation, "_one", one)
    found = cooperate(game, {"before": game.before()}, rule="egalitarian").bargains["before"]
    assert (found.starts, found.gains[0]) == (searched, best)
    assert len(list(names)) == 4 - searched


@pytest.mark.parametrize("small", [200, 1])
def test_who_has_all_it_can_have_stops_nobody(game, monkeypatch, small):
    def third(rates):
        values, slopes = game.payoffs(rates)
        return -100 * values[2], -100 * slopes[2]

    at = minimize(third, game.applied, jac=True, bounds=list(zip(game.low, game.high, strict=True)),
                  options={"ftol": 1e-15, "gtol": 1e-10}).x  # fmt: skip
    # the third has its best there alone, so that the others have these gains and no more
    d = game.payoffs(at)[0] - np.array([0.01, 0.02, 0.0])
    monkeypatch.setattr(cooperation, "SMALL", small)
    found = cooperate(game, {"most": d}, rule="egalitarian").bargains["most"]
    assert found.status is Agreement.AGREED
    np.testing.assert_allclose(found.gains, [0.01, 0.02, 0.0], atol=2e-6)


def test_a_search_counts_its_own_evaluations_on_a_game_that_was_used(game):
    used = game.valued(game.kinds, game.parameters)
    for rates in (game.low, game.low + 0.01, game.low + 0.02):
        used.evaluate(rates)
    steps = settle(used, game.applied).history
    assert [step.evaluations for step in steps] == list(range(1, len(steps) + 1))
