"""How coverages lie to one another inside a cell, by hand."""

import numpy as np
import pytest

from detente.policy.compile import compile_policy
from detente.policy.instruments import Transfer
from detente.policy.overlaps import Unit, parts_of_cell
from detente.policy.tariffs import Tariff
from detente.policy.volumes import PurchaseCommitment
from economies import random_economy, two_countries

ONE, TWO, THREE = (frozenset(range(k)) for k in (1, 2, 3))


def cut(*covered, rules):
    units = [
        Unit(((frozenset((k,)), share),), rule)
        for k, (share, rule) in enumerate(zip(covered, rules, strict=True))
    ]
    return dict(parts_of_cell(units, {}, ["a", "b", "c"]))


def test_what_is_nested_lies_inside_what_covers_most():
    found = cut(0.5, 0.3, 0.1, rules=["nested"] * 3)
    expected = {THREE: 0.1, TWO: 0.2, ONE: 0.2, frozenset(): 0.5}
    assert found == pytest.approx(expected)


def test_what_is_independent_covers_the_same_share_of_all():
    found = cut(0.5, 0.3, rules=["independent"] * 2)
    second = frozenset((1,))
    assert found == pytest.approx({TWO: 0.15, ONE: 0.35, second: 0.15, frozenset(): 0.35})


def test_what_is_disjoint_meets_nothing():
    found = cut(0.5, 0.3, rules=["disjoint"] * 2)
    assert found == pytest.approx({ONE: 0.5, frozenset((1,)): 0.3, frozenset(): 0.2})


WORLD = two_countries()


def test_a_limit_is_met_in_part():
    measure = PurchaseCommitment("A", on="B", scale=1.5)
    (half,) = compile_policy(WORLD, [measure], [0.5]).limits
    assert half.bound == pytest.approx(25)  # of 20 that are bought, half the way to 30


def test_aligning_raises_no_tariff():
    # A has 10% on B's goods, B 20% on A's
    up = compile_policy(WORLD, [Tariff("A", on="B", align="partner")]).tariff_cf
    down = compile_policy(WORLD, [Tariff("B", on="A", align="partner")]).tariff_cf
    np.testing.assert_allclose(up, [[[0, 0.1], [0.2, 0]]])
    np.testing.assert_allclose(down, [[[0, 0.1], [0.1, 0]]])


def test_several_payers_share_by_their_size():
    world = random_economy(3, 3, 2)
    found = compile_policy(world, [Transfer(["C0", "C1"], on="C2", value_usd=6)]).transfer
    size = world.value_added[:2]
    assert found is not None
    np.testing.assert_allclose(found[:2] / found[:2].sum(), size / size.sum())
    assert found[2] == pytest.approx(-found[:2].sum())
