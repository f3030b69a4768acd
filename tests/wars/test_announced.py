"""What was announced, beside the rates of a game: means by trade over what each rate covers."""

import numpy as np

from detente.games.evaluation import Game
from detente.games.parts import mean_rates
from detente.games.players import Player
from detente.policy.arrays import Policy
from economies import random_economy


def test_one_rate_on_many_sectors_is_their_mean_by_trade():
    world = random_economy(3, 3, 3)
    game = Game(world, [Player("C0", on="C1", rule="uniform", sectors="all"),
                        Player("C1", on="C0", rule="uniform", sectors="all")])  # fmt: skip
    tariff = world.tariff.copy()
    tariff[0, 0, 1] += 0.25
    found = mean_rates(game.placement, Policy(tariff, np.ones_like(tariff)), world.flows)
    expected = []
    for n, i in ((0, 1), (1, 0)):
        duty = sum(tariff[s, n, i] * world.flows[s, n, i] for s in range(3))
        expected.append(duty / sum(world.flows[s, n, i] for s in range(3)))
    np.testing.assert_allclose(found, expected)
