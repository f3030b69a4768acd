"""Payoff matrices: against games whose solutions are known, and against single solves."""

import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.games.matrix import PayoffMatrix, payoff_matrix
from detente.policy.tariffs import Tariff
from detente.simulate import solve
from economies import random_economy


def game(first, second, names=("C", "D")):
    payoffs = np.array([first, second], dtype=float)
    strategies = tuple(tuple(f"{names[k % 2]}{k}" for k in range(n)) for n in payoffs.shape[1:])
    return PayoffMatrix(("A", "B"), strategies, payoffs)


DILEMMA = game([[3, 0], [5, 1]], [[3, 5], [0, 1]])
CHICKEN = game([[3, 1], [5, 0]], [[3, 5], [1, 0]])
HUNT = game([[4, 1], [3, 2]], [[4, 3], [1, 2]])
PENNIES = game([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])


def test_the_prisoners_dilemma():
    assert DILEMMA.kind() == "prisoner's dilemma"
    assert DILEMMA.equilibria() == [("D1", "D1")]
    assert ("D1", "D1") not in DILEMMA.efficient()
    assert DILEMMA.dominant() == {"A": "D1", "B": "D1"}


def test_games_with_several_equilibria_and_with_none():
    assert CHICKEN.kind() == "chicken"
    assert set(CHICKEN.equilibria()) == {("C0", "D1"), ("D1", "C0")}
    assert HUNT.kind() == "stag hunt"
    assert set(HUNT.equilibria()) == {("C0", "C0"), ("D1", "D1")}
    assert PENNIES.equilibria() == []
    assert PENNIES.dominant() == {}


def test_mixed_equilibria():
    ((p, q),) = PENNIES.mixed()
    np.testing.assert_allclose((p, q), 0.5)
    found = [tuple(p.round(12)) for p, _ in CHICKEN.mixed()]
    # the mixed one: 3p + (1−p) = 5p gives p = 1/3
    assert (round(1 / 3, 12), round(2 / 3, 12)) in found
    assert len(found) == 3


@pytest.mark.parametrize("seed", range(5))
def test_mixed_equilibria_are_best_replies(seed):
    rng = np.random.default_rng(seed)
    made = game(rng.normal(size=(3, 4)), rng.normal(size=(3, 4)))
    found = made.mixed()
    assert len(found) % 2 == 1  # of a game without ties
    for p, q in found:
        assert p.sum() == pytest.approx(1)
        assert p @ made.payoffs[0] @ q >= (made.payoffs[0] @ q).max() - 1e-9
        assert p @ made.payoffs[1] @ q >= (p @ made.payoffs[1]).max() - 1e-9


def test_the_order_of_players_does_not_matter():
    turned = PayoffMatrix(
        ("B", "A"), CHICKEN.strategies[::-1], CHICKEN.payoffs[::-1].transpose(0, 2, 1)
    )
    assert {e[::-1] for e in turned.equilibria()} == set(CHICKEN.equilibria())
    assert turned.kind() == CHICKEN.kind()


def test_payoffs_are_those_of_single_solves():
    world = load("wiod-2014")
    us, china = Tariff("USA", on="CHN", add=0.1), Tariff("CHN", on="USA", add=0.2)
    found = payoff_matrix(
        world, {"USA": {"peace": [], "war": [us]}, "CHN": {"peace": [], "war": [china]}}
    )
    frame = found.to_frame()
    alone = solve(world, us, china).welfare
    np.testing.assert_allclose(
        frame.loc[("war", "war")], alone[["USA", "CHN"]].to_numpy(), rtol=1e-7
    )
    np.testing.assert_allclose(frame.loc[("peace", "peace")], 0, atol=1e-9)
    assert set(found.equilibria()) <= set(frame.index)


def test_three_players():
    c = random_economy(31, 3, 2)
    moves = {
        code: {"none": [], "tax": [Tariff(code, on="world", add=0.1)]} for code in c.country_codes
    }
    found = payoff_matrix(c, moves)
    assert found.payoffs.shape == (3, 2, 2, 2)
    for place in found.equilibria():
        at = tuple(names.index(s) for names, s in zip(found.strategies, place, strict=True))
        for player in range(3):
            moved = list(at)
            moved[player] = 1 - moved[player]
            assert found.payoffs[(player, *at)] >= found.payoffs[(player, *moved)] - 1e-9
    with pytest.raises(InputError, match="two players"):
        found.mixed()


def test_what_is_no_game_is_refused():
    c = random_economy(31, 3, 2)
    with pytest.raises(InputError) as refused:
        payoff_matrix(c, {"C9": {"none": []}, "C1": {}})
    assert len(refused.value.problems) == 2
    many = {str(k): [] for k in range(30)}
    with pytest.raises(InputError, match="too many combinations"):
        payoff_matrix(c, dict.fromkeys(c.country_codes, many))
