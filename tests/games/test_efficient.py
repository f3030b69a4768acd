"""Efficient rates with equal gains."""

import numpy as np
import pytest
from worlds import two_countries

from detente.errors import InputError
from detente.games.efficient import leximin
from detente.games.evaluation import Game
from detente.games.nash import nash
from detente.games.players import Player
from economies import random_economy


def test_all_gain_alike_and_none_can_gain_without_harm():
    c = random_economy(0, 3, 2)
    war = nash(c, [Player(f"C{n}", sectors="all") for n in range(3)], certified=False)
    peace = leximin(war.game, war.values)
    assert peace.settled
    assert peace.spread < 1e-9
    assert peace.kkt < 1e-7
    assert (peace.gains > 0).all()
    # no change of rates to first order, and no random one, betters all
    rng = np.random.default_rng(0)
    for _ in range(30):
        tried = np.clip(peace.rates + rng.normal(scale=0.05, size=war.game.size), 0, 2)
        assert (war.game.evaluate(tried).values - war.values).min() < peace.gains.min()


def test_equal_partners_agree_on_free_trade():
    c = two_countries(1.0, 1.0, 0.3)
    players = [Player(f"C{n}", sectors="all") for n in range(2)]
    war = nash(c, players, certified=False)
    peace = leximin(war.game, war.values)
    np.testing.assert_allclose(peace.rates, 0, atol=1e-8)
    np.testing.assert_allclose(peace.values, 0, atol=1e-10)


def test_a_disagreement_of_the_wrong_number_is_refused():
    game = Game(random_economy(0, 3, 2), [Player("C0"), Player("C1")])
    with pytest.raises(InputError, match="disagreement"):
        leximin(game, np.zeros(3))
