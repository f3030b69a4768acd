"""Payoffs other than real income, from the solved economy by sums over sectors."""

import numpy as np
import pytest

from detente.games.evaluation import Game
from detente.games.players import Player
from detente.games.politics import Politics
from detente.solver.equilibrium import solve_equilibrium
from economies import random_economy

WORLD = random_economy(3, 3, 2)
WEIGHTS = {"S0": 0.5, "S1": 1.5}
PLAYERS = [
    Player("C0", sectors="all", objective="political", weights=WEIGHTS),
    Player("C1", sectors="all", objective="revenue"),
    Player("C2", sectors="all"),
]


def weighted(labour, public, deficit):
    """Add up what sectors earn by their weights: labour, and the rest as labour shares it."""
    total = sum(labour)
    return sum(
        weight * (wages + wages / total * (public + deficit))
        for weight, wages in zip(WEIGHTS.values(), labour, strict=True)
    )


def test_politics_and_revenue_at_some_rates():
    game = Game(WORLD, PLAYERS)
    rates = np.linspace(0.05, 0.4, game.size)
    found = game.payoffs(rates)[0]
    after = solve_equilibrium(WORLD, game.policy(rates)).outcome
    price = np.asarray(after.consumer_price_hat)
    before = weighted(
        WORLD.value_added_share[0] * WORLD.output[0], WORLD.tariff_revenue[0], WORLD.deficit[0]
    )
    assert abs(WORLD.deficit[0]) > 1e-3 * WORLD.income[0]
    now = weighted(
        WORLD.value_added_share[0] * after.output_cf[0],
        after.tariff_revenue_cf[0],
        after.deficit_cf[0],
    )
    assert found[0] == pytest.approx(np.log(now / price[0] / before), abs=1e-8)
    assert found[1] == pytest.approx(after.tariff_revenue_cf[1] / price[1] / WORLD.income[1])
    assert found[2] == pytest.approx(np.log(after.income_cf[2] / WORLD.income[2] / price[2]))
    assert abs(price[1] - 1) > 1e-3


def test_how_far_rates_are_off_is_a_mean_by_trade():
    trade, gaps = np.array([1.0, 3.0]), (np.array([0.4, 0.0]), np.array([0.0, 0.2]))
    none = np.zeros(2)
    found = Politics(PLAYERS[2], ("S0", "S1"), none, none, none, trade, *gaps, True, None, None)
    # √(0.16/4) and √(3 · 0.04/4)
    assert found.expected_off == pytest.approx((0.2, 0.03**0.5))
