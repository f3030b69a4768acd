"""Payoffs of players and their derivatives by rates."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from detente.errors import InputError
from detente.games.evaluation import Game
from detente.games.players import Player
from detente.model.economy import Structure
from detente.model.welfare import real_income_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.implicit import Settings
from detente.solver.options import Options
from economies import random_economy

TIGHT = Settings(tolerance=1e-13)


def real_imports(economy, levels):
    return jnp.log((levels.flows_cf[:, 0, 1:].sum(axis=1) / levels.cost_hat[0]).sum())


SETS = {
    "bilateral": [Player(f"C{i}", sectors="all") for i in range(4)],
    "rules": [
        Player("C0", sectors="all", rule="mfn"),
        Player("C1", rule="uniform"),
        Player("C2", rule="by-partner", on=("C0", "C3")),
    ],
    "union": [Player("union", ("C0", "C1")), Player("C2"), Player("C3", union_as_one=False)],
    "objectives": [
        Player("C0", objective="political", weights={"S0": 0.5, "S1": 1.5, "S2": 1.0}),
        Player("C1", objective="revenue"),
        Player("C2", objective=real_imports),
    ],
    "export taxes": [
        Player("C0", instrument="export-tax", low=-0.3),
        Player("C1", instrument="both", low=-0.3, rule="mfn"),
        Player("C2", rule="uniform"),
    ],
}


@pytest.mark.parametrize("name", SETS)
def test_slopes_equal_central_differences(name):
    c = random_economy(3, 4, 3, zeros=0.15)
    game = Game(c, SETS[name], Options(settings=TIGHT))
    rng = np.random.default_rng(0)
    rates = rng.uniform(0.05, 0.4, game.size)
    slopes = game.evaluate(rates).slopes
    for _ in range(3):
        way = rng.normal(size=game.size)
        ends = [game.evaluate(rates + h * way).values for h in (1e-4, -1e-4, 5e-5, -5e-5)]
        coarse, fine = (ends[0] - ends[1]) / 2e-4, (ends[2] - ends[3]) / 1e-4
        np.testing.assert_allclose(slopes @ way, (4 * fine - coarse) / 3, rtol=2e-7, atol=2e-9)


@pytest.mark.parametrize(
    "structure",
    [
        Structure(market="fixed-entry"),
        Structure(labour_mobility=1.5, final_elasticity=0.6),
        Structure(scale_elasticity=0.05, input_elasticity=0.3),
    ],
    ids=["profits", "mobility", "scale"],
)
def test_slopes_hold_in_other_structures(structure):
    c = random_economy(5, 3, 2)
    game = Game(c, [Player("C0"), Player("C1")], Options(settings=TIGHT, structure=structure))
    rates = np.full(game.size, 0.2)
    way = np.random.default_rng(1).normal(size=game.size)
    ends = [game.evaluate(rates + h * way).values for h in (1e-4, -1e-4, 5e-5, -5e-5)]
    coarse, fine = (ends[0] - ends[1]) / 2e-4, (ends[2] - ends[3]) / 1e-4
    slopes = game.evaluate(rates).slopes
    np.testing.assert_allclose(slopes @ way, (4 * fine - coarse) / 3, rtol=2e-7, atol=2e-9)


def test_payoffs_are_those_of_the_solved_policy():
    c = random_economy(1, 4, 3)
    game = Game(c, [Player("C1"), Player("union", ("C2", "C3"))])
    rates = np.full(game.size, 0.3)
    after = solve_equilibrium(c, game.policy(rates)).outcome
    real = real_income_hat(c, np.asarray(after.income_cf), np.asarray(after.consumer_price_hat))
    both = c.income[2:] @ real[2:] / c.income[2:].sum()
    expected = np.log([real[1], both])
    np.testing.assert_allclose(game.evaluate(rates).values, expected, atol=1e-10)


def test_a_union_has_one_external_tariff_and_none_inside():
    c = random_economy(2, 4, 2)
    game = Game(c, [Player("union", ("C0", "C1")), Player("C2")])
    union = game.placement.own(0)
    # two sectors, two outsiders; C2's own: two sectors, the union as one partner and C3
    assert len(union) == 4
    assert len(game.placement.own(1)) == 4
    policy = game.policy(np.linspace(0.1, 0.8, game.size))
    assert (policy.tariff_cf[:, [0, 1], [1, 0]] == 0).all()
    assert (policy.tariff_cf[:, 0, 2:] == policy.tariff_cf[:, 1, 2:]).all()
    assert (policy.tariff_cf[:, 2, 0] == policy.tariff_cf[:, 2, 1]).all()


def test_everything_wrong_is_said_at_once():
    c = random_economy(0)
    players = [Player("C9"), Player("union", ("C1", "C2")), Player("C1", sectors="steel")]
    with pytest.raises(InputError) as caught:
        Game(c, players)
    said = str(caught.value)
    assert "C9" in said
    assert "steel" in said
    assert "two players" in said


@pytest.mark.parametrize(
    "wrong",
    [{"rule": "free"}, {"low": 1.0, "high": 0.5}, {"objective": "power"}, {"instrument": "war"},
     {"objective": "political"}],
    ids=str,
)  # fmt: skip
def test_players_that_are_none(wrong):
    with pytest.raises(InputError, match="C0"):
        Player("C0", **wrong)


def test_flows_of_nothing_have_no_rate_and_it_is_said():
    c = random_economy(3, 4, 3, zeros=0.3)
    game = Game(c, [Player("C0")])
    assert game.size == (c.flows[:, 0, 1:] > 0).sum()
    assert "without a rate" in game.placement.notes[0]


def test_what_a_ban_leaves_nothing_of_has_no_rate():
    c = random_economy(3, 4, 3)
    free = Game(c, [Player("C0", sectors="all")])
    left = np.ones_like(c.flows)
    left[1, 0, 2], left[2, 0, 3] = 0.0, 0.4
    banned = Game(c, [Player("C0", sectors="all")],
                  base=replace(Policy.unchanged(c), supply_share=left))  # fmt: skip
    assert banned.size == free.size - 1
    p = banned.placement
    assert (1, 0, 2) not in set(zip(p.sector, p.importer, p.exporter, strict=True))
    assert "1 flow of imports of C0 is zero or almost" in p.notes[0]
