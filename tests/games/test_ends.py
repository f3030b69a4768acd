"""What a search for a war can come to: none, a circle, several, and ends that are none."""

import numpy as np
import pytest

import rate_games
from detente.games.certificate import certify
from detente.games.evaluation import Game
from detente.games.nash import Status, nash, optimal
from rate_games import HIGH, HILLS, PENNIES, TWO_WARS


@pytest.fixture(scope="module")
def world():
    return rate_games.world()


def test_a_game_without_equilibrium_has_no_answer(world):
    war = nash(world, rate_games.players(*PENNIES), starts=("applied", "high"))
    assert not war.status.found
    assert war.equilibria == ()
    assert {s.status for s in war.searches} <= {Status.NO_EQUILIBRIUM, Status.CYCLING}
    # whoever flees gains from wherever the search ended
    assert all(s.certificate.nash_conv > 0.01 for s in war.searches)


def test_several_equilibria_are_all_kept_with_what_led_there(world):
    war = nash(world, rate_games.players(*TWO_WARS), starts=("applied", "high", "low"))
    assert war.status is Status.CERTIFIED
    assert [tuple(e.rates) for e in war.equilibria] == [(0.0, 0.0), (HIGH, HIGH)]
    assert [war.led_to(e) for e in war.equilibria] == [("applied", "low"), ("high",)]


@pytest.mark.parametrize("starts", [("high", "applied"), ("applied", "high")])
def test_where_ends_differ_the_certified_one_is_chosen(world, starts):
    war = nash(world, rate_games.players(*HILLS), starts=starts, certified=False)
    ends = {s.start: s.status for s in war.searches}
    assert ends == {"high": Status.NO_EQUILIBRIUM, "applied": Status.CERTIFIED}
    assert war.status is Status.CERTIFIED
    assert war.chosen.start == "applied"
    np.testing.assert_allclose(war.chosen.rates, 0, atol=1e-12)
    assert len(war.equilibria) == 1


def test_where_ends_agree_nothing_is_certified_unasked(world):
    war = nash(world, rate_games.players(*HILLS), starts=("applied", "low"), certified=False)
    assert {s.status for s in war.searches} == {Status.UNCERTIFIED}


def test_a_certified_search_leaves_a_local_optimum(world):
    players = rate_games.players(*HILLS)
    war = nash(world, players, starts=("high",))
    assert war.status is Status.CERTIFIED
    np.testing.assert_allclose(war.chosen.rates, 0, atol=1e-12)
    alone = optimal(world, players[0], starts=("high", "applied"), certified=False)
    np.testing.assert_allclose(alone.chosen.rates, 0, atol=1e-12)


def test_a_flat_corner_is_not_taken_for_a_best_response(world):
    # at (0, 0) the first player stands at its worst, with a slope of zero
    flees = (lambda own, other: (own - other) ** 2, lambda own, other: -((own - other) ** 2))
    game = Game(world, rate_games.players(*flees))
    account = certify(game, game.evaluate(np.zeros(2)))
    assert account.gains[0] == pytest.approx(HIGH**2)
