"""Games on the deficits and the structure that `solve` takes."""

import numpy as np
import pytest

import detente as dt
from economies import random_economy

WORLD = random_economy(4, 3, 2)
FIXED_ENTRY = dt.Structure(market="fixed-entry")
SIDE = dt.Player("C0", rule="uniform")


def welfare(*measures, **closure):
    return dt.solve(WORLD, *measures, **closure).welfare


@pytest.mark.parametrize(
    "closure",
    [{"deficits": "own-share"}, {"deficits": "removed"}, {"structure": FIXED_ENTRY},
     {"deficits": -WORLD.deficit, "structure": FIXED_ENTRY}],
    ids=["own-share", "removed", "structure", "both"],
)  # fmt: skip
def test_the_best_tariff_is_that_of_solve(closure):
    """No uniform tariff nearby does better in `solve`, and its payoff is what `solve` says."""
    found = dt.optimal(WORLD, SIDE, starts=("applied",), certified=False, **closure)
    rate = float(found.chosen.rates[0])
    assert 0 < rate < 2

    def at(value):
        return welfare(dt.Tariff("C0", set=value), **closure)["C0"]

    assert 100 * np.expm1(found.values[0]) == pytest.approx(at(rate), abs=1e-7)
    assert at(rate) > max(at(rate - 0.02), at(rate + 0.02))
    removed = str(closure.get("deficits")) == "removed"
    assert (found.solution().removal is not None) == removed


def test_a_war_a_matrix_and_an_answer_take_them_too():
    closure = {"deficits": "removed", "structure": FIXED_ENTRY}
    war = dt.nash(WORLD, [SIDE, dt.Player("C1", rule="uniform")], **closure)
    rates = war.chosen.rates
    measures = [dt.Tariff("C0", set=float(rates[0])), dt.Tariff("C1", set=float(rates[1]))]
    expected = welfare(*measures, **closure)[:2]
    np.testing.assert_allclose(100 * np.expm1(war.values), expected, atol=1e-7)
    table = dt.payoff_matrix(
        WORLD, {"C0": {"war": measures[:1]}, "C1": {"war": measures[1:]}}, **closure
    )
    np.testing.assert_allclose(table.payoffs.ravel(), expected, atol=1e-7)
    attack = dt.Tariff("C0", on="C1", add=0.2)
    answer = dt.respond(WORLD, [attack], by="C1", on="C0", **closure)
    after = welfare(attack, **closure)
    assert answer.attacker_pct[0] == pytest.approx(after["C0"], abs=1e-7)
    game = dt.Game(WORLD, [SIDE], deficits="removed")
    np.testing.assert_allclose(game.calibration.deficit, 0, atol=1e-9)


def test_options_and_what_they_hold_are_not_both_given():
    options = dt.Options(deficits="own-share")
    for closure in ({"deficits": "fixed"}, {"structure": FIXED_ENTRY}):
        with pytest.raises(dt.InputError, match=next(iter(closure))):
            dt.optimal(WORLD, SIDE, options=options, **closure)
    with pytest.raises(dt.InputError, match="unknown deficit rule"):
        dt.nash(WORLD, [SIDE], deficits="gone")
