"""The shipped product lists: published totals, announced sizes, how they were made."""

import json
from importlib import resources

import numpy as np
import pytest

from build_product_lists import build, spread
from detente.baseline.store import load
from detente.errors import DataError, InputError
from detente.policy.product_lists import coverage, names

FOLDER = resources.files("detente.policy") / "lists"
ABOUT = json.loads((FOLDER / "lists.json").read_text(encoding="utf-8"))


def rows(name):
    lines = (FOLDER / f"{name}.csv").read_text().splitlines()[1:]
    return {code: (float(c), float(t)) for code, c, t in (line.split(",") for line in lines)}


def test_every_list_is_described_with_its_source():
    assert set(names()) == set(ABOUT)
    for name in names():
        entry = ABOUT[name]
        assert all(entry[key] for key in ("title", "by", "on", "date", "source", "method"))
        covered, total = np.array(list(rows(name).values())).sum(axis=0)
        assert (entry["covered_usd_m"], entry["total_usd_m"]) == pytest.approx((covered, total))


@pytest.mark.parametrize(
    ("name", "published"), [("china-3bn-2018-15pct", 977.0), ("china-3bn-2018-25pct", 1992.0)]
)
def test_the_april_lists_have_the_values_that_china_published(name, published):
    # million USD, as announced with the list: 0.977bn and 1.992bn
    assert sum(c for c, _ in rows(name).values()) == pytest.approx(published, abs=1.5)


@pytest.mark.parametrize(
    ("name", "announced"),
    [
        ("us-list1-34bn", 34e3),
        ("us-list2-16bn", 16e3),
        ("us-list3-200bn", 200e3),
        ("us-threat-100bn", 100e3),
    ],
)
def test_the_us_lists_have_the_size_announced(name, announced):
    assert sum(c for c, _ in rows(name).values()) == pytest.approx(announced, abs=0.1)


def test_the_us_lists_together_cover_no_more_than_there_is():
    lists = [rows(n) for n in ("us-list1-34bn", "us-list2-16bn", "us-list3-200bn")]
    for code, (_, total) in lists[0].items():
        assert sum(table[code][0] for table in lists) <= total * (1 + 1e-9)


@pytest.mark.parametrize("baseline", ["wiod-2014", "icio-2017"])
def test_shares_lie_between_nothing_and_all_and_services_are_free(baseline):
    world = load(baseline)
    for name in names():
        share = coverage(world, name)
        assert ((share >= 0) & (share <= 1)).all()
        assert (share[~world.goods] == 0).all()
        assert share.max() > 0


def test_soybeans_and_cars_are_hit_hardest_by_china():
    table = rows("china-50bn-2018")
    share = {code: covered / total for code, (covered, total) in table.items()}
    assert share["01"] > 0.8
    assert share["29"] > 0.8
    assert share["26"] < 0.1


def test_an_unknown_list_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="did you mean 'us-list1-34bn'"):
        coverage(load(), "us-list1-34b")


def test_spread_meets_every_sum_and_leaves_holes():
    count = np.array([[1.0, 0, 4], [2, 3, 5], [0, 6, 1]])
    rows_, columns = np.array([10.0, 20.0]), [6.0, 9.0, 15.0]
    table = spread(count, [[0, 1], [2]], rows_, columns)
    assert [table[:2].sum(), table[2].sum()] == pytest.approx(rows_, rel=1e-9)
    assert table.sum(axis=0) == pytest.approx(columns, rel=1e-9)
    assert (table[count == 0] == 0).all()
    # least relative entropy: odds ratios within a group and between lists are those of the counts
    assert table[1, 0] * table[0, 2] / (table[0, 0] * table[1, 2]) == pytest.approx(2 * 4 / 5)


def test_spread_refuses_what_cannot_be_met():
    with pytest.raises(DataError, match="cannot be met"):
        spread(np.array([[1.0, 0], [0, 1]]), [[0], [1]], np.array([1.0, 2.0]), [2.0, 1.0])


@pytest.mark.shared_data
def test_the_shipped_lists_are_what_the_script_makes(shared_data, capsys):
    for name, text in build(shared_data).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name
    printed = capsys.readouterr().out
    assert "china-50bn-2018" in printed
    assert "ratio of the two 0.600" in printed
