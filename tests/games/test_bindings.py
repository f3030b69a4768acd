"""Tariff bindings: ceilings by sector that hold where they bind and do nothing elsewhere."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.games.evaluation import Game
from detente.games.nash import nash, optimal
from detente.games.players import Player
from detente.wars.bindings import corners
from economies import random_economy

ECONOMY = random_economy(71, 4, 3)
FREE = Player("C0", sectors="all")


def test_a_binding_that_binds_is_a_corner_and_the_rest_is_the_constrained_optimum():
    free = optimal(ECONOMY, FREE)
    bound = optimal(ECONOMY, Player("C0", sectors="all", bindings={"S1": 0.1}))
    held = bound.rates["sector"] == "S1"
    assert (free.rates.loc[held, "rate"] > 0.1).all()
    np.testing.assert_allclose(bound.rates.loc[held, "rate"], 0.1)
    assert set(bound.rates.loc[held, "bound"]) == {"binding"}
    assert bound.certificate.kkt < 1e-6
    assert bound.values[0] < free.values[0]
    assert any("3 of them at their bound rate" in note for note in bound.notes)
    # its multipliers: what a looser binding brings, by central differences
    worth = corners([bound])
    assert list(worth["sector"]) == ["S1"] * 3
    step, ends = 1e-3, []
    for rate in (0.1 + step, 0.1 - step):
        moved = Player("C0", sectors="all", bindings={"S1": rate})
        ends.append(optimal(ECONOMY, moved, certified=False).values[0])
    slope = (ends[0] - ends[1]) / (2 * step)
    assert worth["worth_pct"].sum() == pytest.approx(slope, rel=1e-4)  # a point, in per cent


def test_a_binding_above_the_optimum_changes_nothing():
    free = optimal(ECONOMY, FREE, certified=False)
    loose = optimal(ECONOMY, Player("C0", sectors="all", bindings={"all": 1.9}), certified=False)
    np.testing.assert_allclose(loose.chosen.rates, free.chosen.rates, atol=1e-8)
    assert corners([loose]).empty


def test_the_narrowest_name_of_a_sector_holds_and_the_lowest_of_a_uniform_rate():
    bindings = {"all": 0.2, "S1": 0.3}
    game = Game(ECONOMY, [Player("C0", sectors="all", bindings=bindings)])
    by_sector = dict(zip(game.placement.rate_sector, game.high, strict=True))
    assert by_sector == {0: 0.2, 1: 0.3, 2: 0.2}
    uniform = Game(ECONOMY, [Player("C0", sectors="all", rule="uniform", bindings=bindings)])
    np.testing.assert_allclose(uniform.high, 0.2)


def test_export_taxes_and_others_are_not_bound():
    both = Player("C0", sectors="all", instrument="both", bindings={"all": 0.05})
    game = Game(ECONOMY, [both, Player("C1", sectors="all")])
    p = game.placement
    tariffs = (p.rate_player == 0) & ~p.rate_tax
    np.testing.assert_allclose(game.high[tariffs], 0.05)
    np.testing.assert_allclose(game.high[~tariffs], 2.0)


def test_a_bound_war_is_an_equilibrium_within_the_bindings():
    sides = [Player("C0", sectors="all", bindings={"all": 0.05}), Player("C1", sectors="all")]
    war = nash(ECONOMY, sides)
    assert war.status.found
    own = war.rates[war.rates["player"] == "C0"]
    assert own["rate"].max() <= 0.05 + 1e-12
    assert war.certificate.nash_conv < 1e-8


@pytest.mark.parametrize("bindings", [{"S9": 0.1}, {"S0": -0.1}, {"S0": float("inf")}])
def test_what_is_no_binding_is_refused(bindings):
    with pytest.raises(InputError, match="bindings"):
        Game(ECONOMY, [Player("C0", bindings=bindings)])
