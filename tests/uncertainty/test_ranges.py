"""Figures over draws: ends of known numbers, what is lost, the same whatever their number."""

import numpy as np
import pytest

from detente.errors import InputError, SolveError
from detente.solver.options import Options
from detente.uncertainty.draws import ends_of
from detente.uncertainty.prior import Prior, Spread, draw
from detente.uncertainty.ranges import find_ranges
from economies import random_economy

WORLD = random_economy(1, 3, 3)
PRIOR = Prior("made up", "nobody", {"all": Spread(0.3, 0.4)}, ((1.0,),))


def first(c, options):
    return {("theta", "S0"): float(c.trade_elasticity[0]), ("twice", "S0"): 2.0}


def only_small(c, options):
    if c.trade_elasticity[1] > WORLD.trade_elasticity[1]:
        raise SolveError("too large\nand more")
    return {("theta", "S1"): float(c.trade_elasticity[1])}


@pytest.fixture(scope="module")
def found():
    return find_ranges(PRIOR, WORLD, Options(), 30, {"a": first, "b": only_small}, seed=3)


def test_ends_of_forty_numbers_and_of_few():
    # 41 x 0.05 = 2.05: the second and a twentieth of the way to the third
    ends = ends_of(np.arange(40.0)[::-1], 40)
    assert (ends.low, ends.high) == pytest.approx((1.05, 37.95))
    assert ends.what == "nine of ten runs"
    few = ends_of(np.array([3.0, 1.0, 2.0]), 5)
    assert few == (1.0, 3.0, 3, 5, True)
    assert ends_of(np.array([1.0]), 2) is None


def test_figures_are_of_what_is_drawn_and_what_is_lost_is_counted(found):
    thetas = draw(PRIOR, WORLD, Options().structure, 30, seed=3).elasticities
    np.testing.assert_array_equal(found.elasticities, thetas)
    np.testing.assert_array_equal(found.values("a", "theta", "S0"), thetas[:, 0])
    large = thetas[:, 1] > WORLD.trade_elasticity[1]
    assert 0 < large.sum() < 29
    assert found.lost == {"a": {}, "b": {"too large": large.sum()}}
    np.testing.assert_array_equal(np.isnan(found.values("b", "theta", "S1")), large)
    ends = found.interval("b", "theta", "S1")
    assert (ends.kept, ends.draws) == (30 - large.sum(), 30)
    assert found.interval("b", "none", "S1") is None
    assert found.interval("c", "theta", "S1") is None


def test_the_first_are_the_same_whatever_their_number(found):
    few = find_ranges(PRIOR, WORLD, Options(), 4, {"a": first}, seed=3)
    np.testing.assert_array_equal(few.values("a", "theta", "S0"),
                                  found.values("a", "theta", "S0")[:4])  # fmt: skip
    other = find_ranges(PRIOR, WORLD, Options(), 4, {"a": first}, seed=4)
    assert (other.elasticities != few.elasticities).all()


def test_a_table_has_a_row_a_draw_and_owner(found):
    table = found.table("what", "sector")
    assert list(table.columns[:3]) == ["what", "draw", "sector"]
    mine = table[(table["what"] == "a") & (table["draw"] == 7)]
    assert mine["theta"].item() == found.values("a", "theta", "S0")[7]
    assert mine["twice"].item() == 2


def test_what_is_the_same_in_all_draws_is_named(found):
    assert found.fixed[:2] == ("the model", "the data")
    assert "the horizon" in found.fixed
    one = Prior("t", "c", {"S0": Spread(0.2, 0)}, ((1.0,),))
    some = find_ranges(one, WORLD, Options(), 2, {"a": first}, fixed=("the list",))
    assert "the list" in some.fixed
    assert "the trade elasticities of S1, S2" in some.fixed


def test_one_draw_says_nothing():
    with pytest.raises(InputError):
        find_ranges(PRIOR, WORLD, Options(), 1, {"a": first})
