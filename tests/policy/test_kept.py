"""What compiling keeps of a baseline changes no number, and is asked for under the right key."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

import detente as dt
from detente.baseline.store import load
from detente.policy import kept as room
from detente.policy.compile import compile_policy

CARS = dt.Tariff("USA", on="EU27", products=("cars", "car parts"), set=0.15, id="cars")
MORE = dt.Tariff("USA", on="EU27", sectors="goods", add=0.1, id="more")
FLOOR = dt.Tariff("EU27", on="USA", sectors="vehicles", floor=0.12, id="floor")


@pytest.fixture(scope="module")
def world():
    return load("icio-2022")


def anew(world, measures, shares=None):
    """Compile on a baseline that nothing is kept of."""
    return compile_policy(replace(world), measures, shares)


def same(one, other):
    for key in ("tariff_cf", "iceberg_hat", "export_tax", "supply_share"):
        assert np.array_equal(getattr(one, key), getattr(other, key))
    for key, value in vars(one.lines).items():
        assert np.array_equal(value, getattr(other.lines, key)), key
    assert one.notes == other.notes


@pytest.mark.parametrize(
    ("measures", "shares"),
    [
        ((CARS, MORE, FLOOR), None),
        ((CARS, replace(MORE, add=0.2), FLOOR), None),
        ((replace(CARS, set=0.05), MORE, FLOOR), None),
        ((FLOOR, CARS, MORE), None),
        ((CARS, MORE, FLOOR), (0.5, 1.0, 1.0)),
        ((CARS, MORE), None),
        ((CARS, MORE, replace(FLOOR, floor=0.2)), None),
        ((replace(CARS, stacks=False), MORE, FLOOR), None),
    ],
)
def test_a_moved_measure_gives_what_a_fresh_baseline_gives(world, measures, shares):
    compile_policy(world, (CARS, MORE, FLOOR))
    same(compile_policy(world, measures, shares), anew(world, measures, shares))
    same(compile_policy(world, measures, shares), anew(world, measures, shares))


def test_each_set_of_lists_is_divided_for_itself(world):
    found = []
    for names in (("us-list1-34bn",), ("us-list2-16bn",), ("us-list1-34bn", "us-list2-16bn")):
        measures = [dt.Tariff("USA", on="CHN", add=0.25, product_list=n, id=n) for n in names]
        made = compile_policy(world, measures)
        same(made, anew(world, measures))
        found.append(made.tariff_cf)
    assert not np.array_equal(found[0], found[1])
    assert not np.array_equal(found[0], found[2])


def test_a_list_in_a_file_is_read_again(world, tmp_path):
    path = tmp_path / "list.csv"
    seen = []
    for code in ("870323", "220421"):
        path.write_text(f"hs6\n{code}\n", encoding="utf-8")
        measure = dt.Tariff("USA", on="EU27", products=str(path), add=0.1, id="own")
        made = compile_policy(world, (measure,))
        same(made, anew(world, (measure,)))
        seen.append(made.tariff_cf)
    assert not np.array_equal(*seen)


def test_nothing_is_kept_of_a_baseline_that_is_gone(world):
    other = replace(world)
    compile_policy(other, (CARS, MORE))
    assert other in room._KEPT
    gone = weakref.ref(other)
    del other
    gc.collect()
    assert gone() is None


def test_the_longest_unused_goes_first(monkeypatch, world):
    monkeypatch.setitem(room.MOST, "lines", 2)
    held = room.Kept()
    asked = []

    def of(key):
        return held.get("lines", key, lambda: asked.append(key) or key)

    assert [of(k) for k in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert asked == [1, 2, 3, 2]
