"""Pairs that bargain given all others, with rates for one partner and with rates for all."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize

from detente.errors import InputError
from detente.games import constrained
from detente.games.bargaining import Agreement, Pair, nash_in_nash
from detente.games.constrained import Bounds
from detente.games.cooperation import cooperate
from detente.games.evaluation import Game
from detente.games.pairs import pairs_of, pairwise
from detente.games.players import Player
from detente.solver.options import Options
from economies import random_economy

BALANCED = Options(deficits="removed")
TWO, THREE = random_economy(41, 2, 2, balanced=True), random_economy(33, 3, 2)


def game_of(economy, rule):
    players = [Player(code, sectors="all", rule=rule) for code in economy.country_codes]
    return Game(economy, players, BALANCED)


@pytest.mark.parametrize("rule", ["bilateral", "mfn"])
def test_two_players_strike_nashs_bargain_with_and_without_mfn(rule):
    game = game_of(TWO, rule)
    d = game.payoffs(game.applied)[0].copy()
    found = pairwise(game)
    alone = cooperate(game, {"status quo": d}).bargains["status quo"]
    assert found.found.settled
    assert alone.gains.min() > 1e-6
    np.testing.assert_allclose(found.found.payoffs - d, alone.gains, rtol=1e-3)
    np.testing.assert_allclose(found.gains[0], alone.gains, rtol=1e-3)


def test_an_mfn_rate_is_negotiated_with_its_principal_supplier():
    game = game_of(THREE, "mfn")
    pairs, p = pairs_of(game), game.placement
    assert sorted(k for pair in pairs for k in pair.rates) == list(range(game.size))
    for pair in pairs:
        for rate in pair.rates:
            buyer, s = p.rate_player[rate], p.rate_sector[rate]
            bought = np.where(np.arange(3) == buyer, 0, THREE.flows[s, buyer])
            assert {pair.first, pair.second} == {buyer, bought.argmax()}


@pytest.mark.parametrize("rule", ["bilateral", "mfn"])
def test_no_pair_has_a_better_product_of_gains(rule):
    """Each pair's bargain against a plain search that knows no derivatives."""
    game = game_of(THREE, rule)
    found = pairwise(game)
    assert found.found.settled
    assert len(found.pairs) >= 2
    for pair, gains in zip(found.pairs, found.gains, strict=True):
        own, both = np.array(pair.rates), [pair.first, pair.second]
        without = found.found.rates.copy()
        without[own] = game.applied[own]
        left = game.payoffs(without)[0][both].copy()

        def loss(rates, own=own, both=both, left=left):
            trial = found.found.rates.copy()
            trial[own] = np.clip(rates, game.low[own], game.high[own])
            gain = game.payoffs(trial)[0][both] - left
            return -1e8 * gain.prod() if (gain > 0).all() else 1.0

        assert (gains > -1e-9).all()
        best = minimize(loss, found.found.rates[own] + 0.01, method="Nelder-Mead",
                        options={"maxfev": 150})  # fmt: skip
        assert -best.fun <= 1e8 * gains.prod() * (1 + 1e-4) + 1e-9


def test_a_concession_to_one_goes_to_all():
    game = game_of(THREE, "mfn")
    found = pairwise(game)
    tariff = game.policy(found.found.rates).tariff_cf
    for n, (i, j) in [(n, [k for k in range(3) if k != n]) for n in range(3)]:
        np.testing.assert_array_equal(tariff[:, n, i], tariff[:, n, j])
    bilateral = game_of(THREE, "bilateral")
    separate = bilateral.policy(pairwise(bilateral).found.rates).tariff_cf
    assert any(np.abs(separate[:, n, i] - separate[:, n, j]).max() > 0.01
               for n in range(3) for i, j in combinations({0, 1, 2} - {n}, 2))  # fmt: skip


def test_what_one_pair_gives_a_third_gets_too():
    """On paper: rate 0 of pair (0, 1) helps player 2 as well, who gives nothing for it."""

    def payoffs(x):
        made, by = x - x**2, 1 - 2 * x
        member = np.array([[1.0, 0.0], [1.0, 1.0], [0.5, 1.0]])
        return 0.01 * member @ made, 0.01 * member * by

    box = Bounds(np.zeros(2), np.ones(2))
    found = nash_in_nash(payoffs, box, np.zeros(2), [Pair(0, 1, (0,)), Pair(1, 2, (1,))])
    np.testing.assert_allclose(found.rates, 0.5, atol=1e-5)
    assert found.payoffs[2] == pytest.approx(0.01 * 0.375, abs=1e-7)


def test_rates_on_nobody_who_plays_stay():
    players = [Player("C0", on="C2", sectors="all"), Player("C1", on="C2", sectors="all")]
    game = Game(THREE, players, BALANCED)
    with pytest.raises(InputError, match="rates on each other"):
        pairwise(game)


def test_a_pair_without_anything_to_gain_keeps_its_rates_and_says_so():
    """On paper: what rate 1 gives one side of the second pair it takes from the other."""

    def payoffs(x):
        values = np.array([x[0] - x[0] ** 2, x[0] - x[0] ** 2 - x[1], x[1]])
        return 0.01 * values, 0.01 * np.array([[1 - 2 * x[0], 0], [1 - 2 * x[0], -1], [0, 1]])

    box = Bounds(np.zeros(2), np.ones(2))
    pairs = [Pair(0, 1, (0,)), Pair(1, 2, (1,))]
    found = nash_in_nash(payoffs, box, np.array([0.0, 0.3]), pairs)
    assert found.settled
    assert found.statuses == (Agreement.AGREED, Agreement.NO_GAIN)
    np.testing.assert_allclose(found.rates, [0.5, 0.3], atol=1e-5)


def test_a_bargain_of_a_pair_that_did_not_settle_leaves_no_answer(monkeypatch):
    whole = constrained.maximise

    def unsettled(*arguments, **options):
        return replace(whole(*arguments, **options), stationarity=1.0)

    monkeypatch.setattr(constrained, "maximise", unsettled)
    box = Bounds(np.zeros(1), np.ones(1))
    both = nash_in_nash(
        lambda x: (0.01 * (x - x**2) * np.ones(2), 0.01 * (1 - 2 * x) * np.ones((2, 1))),
        box, np.zeros(1), [Pair(0, 1, (0,))],
    )  # fmt: skip
    assert both.statuses == (Agreement.NOT_SOLVED,)
    assert not both.settled
