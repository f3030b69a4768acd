"""Political weights read off tariffs: weights that made tariffs are found in them again."""

from dataclasses import replace

import numpy as np
import pytest

from detente.errors import InputError
from detente.games.certificate import curvature
from detente.games.evaluation import Game
from detente.games.nash import nash, optimal
from detente.games.players import Player
from detente.games.politics import _moves, political_weights
from detente.policy.arrays import Policy
from economies import random_economy

ECONOMY = random_economy(71, 4, 3)
WEIGHTS = {"S0": 0.8, "S1": 1.3, "S2": 0.9}


def test_weights_that_made_the_tariffs_are_found_again():
    lobby = Player("C0", sectors="all", objective="political", weights=WEIGHTS)
    made = optimal(ECONOMY, lobby, starts=("applied",))
    assert made.status.found
    plain = Player("C0", sectors="all")
    found = political_weights(ECONOMY, [plain], made.policy, shrink=1e-12)[0]
    np.testing.assert_allclose(found.weights, list(WEIGHTS.values()), atol=1e-4)
    assert found.settled
    assert found.identified.all()
    assert found.off < 1e-4
    assert found.nearest == found.off
    # without politics these rates are no optimum, so that the weights do explain something
    assert found.off_without > 0.01


def test_a_war_of_lobbies_gives_everybodys_weights():
    other = {"S0": 1.2, "S1": 0.9, "S2": 0.9}
    sides = [Player("C0", sectors="all", objective="political", weights=WEIGHTS),
             Player("C1", sectors="all", objective="political", weights=other)]  # fmt: skip
    war = nash(ECONOMY, sides, starts=("applied",), certified=False)
    plain = [Player(code, sectors="all") for code in ("C0", "C1")]
    found = political_weights(ECONOMY, plain, war.policy, shrink=1e-12, checked=False)
    for politics, made in zip(found, (WEIGHTS, other), strict=True):
        np.testing.assert_allclose(politics.weights, list(made.values()), atol=1e-4)
    again = nash(ECONOMY, [p.player for p in found], starts=("applied",), certified=False)
    np.testing.assert_allclose(again.chosen.rates, war.chosen.rates, atol=1e-4)


def test_tariffs_of_no_lobby_tell_equal_weights():
    made = optimal(ECONOMY, Player("C0", sectors="all", objective="political",
                                   weights=np.ones(3)), starts=("applied",))  # fmt: skip
    found = political_weights(ECONOMY, [Player("C0", sectors="all")], made.policy)[0]
    np.testing.assert_allclose(found.weights, 1, atol=1e-6)
    assert max(found.expected_off) < 1e-6


def test_conditions_are_the_gradient_of_the_political_payoff():
    """The linear conditions at weights equal the derivative of that payoff, taken another way."""
    weights = np.array([0.4, 1.0, 1.6])
    alone = Game(ECONOMY, [Player("C0", sectors="all")])
    rates = np.linspace(0.6, 0.9, alone.size)
    lobby = Game(ECONOMY, [Player("C0", sectors="all", objective="political", weights=weights)])
    sectors, moves = _moves(alone, rates)
    assert sectors == (0, 1, 2)
    step, by = 1e-4, []
    for k in range(3):
        up, down = rates.copy(), rates.copy()
        up[k], down[k] = rates[k] + step, rates[k] - step
        by.append((lobby.payoffs(up)[0][0] - lobby.payoffs(down)[0][0]) / (2 * step))
    pulled = (moves @ weights)[:3]
    # the weighted sum scales all of them: ratios remain
    pulled = pulled * curvature(alone, alone.evaluate(rates))[:3] / (1 + rates[:3])
    np.testing.assert_allclose(pulled / pulled[0], np.array(by) / by[0], rtol=1e-5)


def test_the_penalty_holds_what_rates_do_not_tell():
    one = Player("C0", on="C1", sectors="S0")
    found = political_weights(ECONOMY, [one])[0]
    assert not found.identified.all()
    assert found.weights.mean() == pytest.approx(1)
    stiff = political_weights(ECONOMY, [one], shrink=1e6, checked=False)[0]
    np.testing.assert_allclose(stiff.weights, 1, atol=1e-4)
    assert stiff.told.max() < 0.01
    # a stiffer penalty never fits better
    assert found.expected_off[1] <= stiff.expected_off[1] + 1e-12


def test_rates_at_a_bound_count_only_where_they_pull_inwards():
    high = Player("C0", sectors="all", high=0.01)
    policy = Policy.unchanged(ECONOMY)
    foreign = ~np.eye(4, dtype=bool)
    policy = replace(policy, tariff_cf=np.where(foreign, 0.01, 0.0) * np.ones((3, 1, 1)))
    found = political_weights(ECONOMY, [high], policy)[0]
    # everybody wants more than one per cent here: the ceiling explains all of it
    np.testing.assert_allclose(found.gap, 0)
    np.testing.assert_allclose(found.weights, 1, atol=1e-6)
    assert found.off < 1e-9


def test_what_is_no_penalty_is_refused():
    with pytest.raises(InputError, match="penalty"):
        political_weights(ECONOMY, [Player("C0")], shrink=0)
