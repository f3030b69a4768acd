"""Cooperation on economies: two ways to the same bargain, and what theory says of it."""

import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.games import cooperation
from detente.games.bargaining import Agreement
from detente.games.coalitions import coalition_stability
from detente.games.cooperation import cooperate, trace
from detente.games.evaluation import Game
from detente.games.nash import nash
from detente.games.pairs import pairs_of, pairwise
from detente.games.players import Player
from detente.games.reciprocity import best_reciprocal, reciprocity_gaps
from detente.solver.options import Options
from economies import random_economy

WORLD = load("wiod-2014")
SIDES = [Player("USA", on="CHN"), Player("CHN", on="USA")]
BALANCED = Options(deficits="removed")


@pytest.fixture(scope="module")
def war():
    return nash(WORLD, SIDES, starts=("applied",), certified=False)


@pytest.fixture(scope="module")
def game(war):
    return war.game


@pytest.fixture(scope="module")
def points(war, game):
    return {"status quo": game.payoffs(game.applied)[0].copy(), "war": war.values.copy()}


@pytest.fixture(scope="module")
def bargains(game, points):
    """Return what each rule comes to over either point."""
    return {rule: cooperate(game, points, rule=rule, starts=("applied",)).bargains
            for rule in cooperation.RULES}  # fmt: skip


@pytest.mark.parametrize("rule", ["nash", "egalitarian"])
def test_search_and_planner_agree(game, points, bargains, rule, monkeypatch):
    monkeypatch.setattr(cooperation, "SMALL", 1)
    planned = cooperate(game, points, rule=rule, starts=("applied",))
    for name in points:
        one, other = bargains[rule][name], planned.bargains[name]
        assert one.status is other.status is Agreement.AGREED
        np.testing.assert_allclose(one.gains, other.gains, rtol=1e-3)


def test_each_rule_keeps_its_word(points, bargains):
    for name, d in points.items():
        gains = {rule: found[name].gains for rule, found in bargains.items()}
        product = {rule: gain.prod() for rule, gain in gains.items()}
        assert product["nash"] >= max(product.values()) * (1 - 1e-5)
        total = {rule: gain.sum() for rule, gain in gains.items()}
        assert total["utilitarian"] >= max(total.values()) * (1 - 1e-5)
        assert gains["egalitarian"].min() >= max(g.min() for g in gains.values()) * (1 - 1e-5)
        ks = bargains["kalai-smorodinsky"][name]
        share = ks.gains / ks.ideal
        assert share[0] == pytest.approx(share[1], rel=1e-3)
        assert all((gain > -1e-9).all() for gain in gains.values())
        assert d + gains["nash"] == pytest.approx(bargains["nash"][name].optimum.payoffs)


def test_two_players_in_pairs_strike_nashs_bargain(game, points):
    pairs = pairs_of(game)
    assert len(pairs) == 1
    assert len(pairs[0].rates) == game.size
    found = pairwise(game)
    alone = cooperate(game, {"status quo": points["status quo"]}).bargains["status quo"]
    assert found.found.settled
    np.testing.assert_allclose(found.found.payoffs - points["status quo"], alone.gains, rtol=1e-3)


def test_bargains_lie_on_the_frontier_and_the_war_below(game, points, bargains):
    traced = trace(game, 7)
    assert all(point.solved for point in traced)
    pay = np.array([point.payoffs for point in traced])
    order = np.argsort(pay[:, 1])
    for rule in ("nash", "kalai-smorodinsky", "egalitarian"):
        at = bargains[rule]["war"].optimum.payoffs
        chord = np.interp(at[1], pay[order, 1], pay[order, 0])
        # concave here: points lie on or beyond the chords between traced ones
        assert at[0] >= chord - 1e-7
    assert points["war"][0] < np.interp(points["war"][1], pay[order, 1], pay[order, 0]) - 1e-5


def test_symmetric_countries_bargain_to_free_trade():
    flows = np.array([[[3.0, 1.0], [1.0, 3.0]]])
    c = random_economy(1, 2, 1).replace(
        flows=flows,
        tariff=np.zeros_like(flows),
        value_added_share=np.ones((2, 1)),
        input_share=np.zeros((2, 1, 1)),
        final_demand=flows.sum(axis=2).T,
        trade_elasticity=np.array([4.0]),
    )
    found = nash(c, [Player("C0"), Player("C1")], options=BALANCED, starts=("applied",))
    np.testing.assert_allclose(found.chosen.rates[0], found.chosen.rates[1], atol=1e-6)
    assert (found.values < 0).all()
    agreed = cooperate(found.game, {"war": found.values}).bargains["war"]
    # any equal tariffs would do as well only without a wedge at home: free trade it is
    np.testing.assert_allclose(agreed.optimum.rates, 0, atol=1e-5)
    np.testing.assert_allclose(agreed.optimum.payoffs, 0, atol=1e-9)


def test_three_players_bargain_in_pairs():
    c = random_economy(33, 3, 2)
    game = Game(c, [Player(code, sectors="all") for code in c.country_codes], BALANCED)
    pairs = pairs_of(game)
    assert {(p.first, p.second) for p in pairs} == {(0, 1), (0, 2), (1, 2)}
    found = pairwise(game)
    assert found.found.settled
    # no pair has anything left to gain together
    for pair in pairs:
        own = np.array(pair.rates)
        _, slopes = game.payoffs(found.found.rates)
        both = slopes[np.ix_([pair.first, pair.second], own)]
        rates = found.found.rates[own]
        free = (rates > 1e-6) & (rates < game.high[own] - 1e-6)
        assert np.linalg.matrix_rank(both[:, free], tol=1e-4) <= 1


def test_reciprocity_holds_where_nothing_changes_and_fails_for_gifts(game):
    np.testing.assert_allclose(reciprocity_gaps(game, game.applied), 0, atol=1e-9)
    gift = game.applied.copy()
    gift[game.placement.own(0)] = 0.0
    gaps = reciprocity_gaps(game, gift)
    # the United States opens alone: its terms of trade fall, so at old prices it gives more
    assert gaps[0] > 0 > gaps[1]


def test_a_reciprocal_bargain_keeps_terms_of_trade_and_gains_less(game, points):
    d = points["status quo"]
    # one search may end on the noise of payoffs: the best of several counts
    found = best_reciprocal(game, {"it": d}, [0.5 * game.applied])["it"]
    assert found.status is Agreement.AGREED
    np.testing.assert_allclose(reciprocity_gaps(game, found.optimum.rates), 0, atol=2e-6)
    free = cooperate(game, {"status quo": d}).bargains["status quo"]
    assert 0 < found.gains.prod() <= free.gains.prod()


def test_a_coalition_of_all_is_where_the_numbers_say():
    c = random_economy(35, 3, 2)
    found = coalition_stability(c, ["C0", "C1"], ["C2"], options=BALANCED, sectors="all")
    table = found.table
    assert list(table.index) == ["C0", "C1", "C2"]
    assert np.isfinite(found.moves_pct).all()
    assert found.internal == (not table.loc[["C0", "C1"], "would_move"].any())
    assert found.external == (not table.loc["C2", "would_move"])
    # leaving a coalition of two is the war of all against all, whoever leaves
    apart = nash(
        c, [Player(k, sectors="all") for k in c.country_codes], options=BALANCED,
        starts=("applied",), certified=False,
    )  # fmt: skip
    np.testing.assert_allclose(
        table.loc[["C0", "C1"], "moves_pct"], 100 * np.expm1(apart.values[:2]), atol=1e-6
    )


def test_what_cannot_be_bargained_over_is_refused(game, points):
    with pytest.raises(InputError, match="unknown rule"):
        cooperate(game, points, rule="fair")
    with pytest.raises(InputError, match="not one payoff a player"):
        cooperate(game, {"war": np.zeros(3)})
    with pytest.raises(InputError, match="way to disagree"):
        cooperate(game, {})
    takers = Game(WORLD, [Player("USA", on="CHN", objective="revenue"), SIDES[1]])
    with pytest.raises(InputError, match="logs of real income"):
        cooperate(takers, points)
    with pytest.raises(InputError, match="two members"):
        coalition_stability(WORLD, ["USA"], ["CHN"])
