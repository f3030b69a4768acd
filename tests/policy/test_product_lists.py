"""The shipped product lists: published totals, announced sizes, how they were made."""

import csv
import json
from collections import defaultdict

import numpy as np
import pytest

from build_product_lists import build, main, spread
from detente.baseline.store import load
from detente.errors import DataError, InputError
from detente.policy.compile import compile_policy
from detente.policy.product_lists import coverage, family, names, parts
from detente.policy.tariffs import Tariff
from economies import random_economy
from shipped_lists import FAMILIES, FOLDER, lines, rows

ABOUT = json.loads((FOLDER / "lists.json").read_text(encoding="utf-8"))


def test_every_list_is_described_with_its_source():
    assert set(names()) == set(ABOUT)
    for name in names():
        entry = ABOUT[name]
        assert all(entry[key] for key in ("title", "by", "on", "date", "source", "method"))
        assert entry["family"] == {"CHN": "china-on-us", "USA": "us-on-china"}[entry["by"]]
        covered, total = np.array(list(rows(name).values())).sum(axis=0)
        assert (entry["covered_usd_m"], entry["total_usd_m"]) == pytest.approx((covered, total))


@pytest.mark.parametrize(
    ("name", "covered", "total"),
    [
        ("china-2019-06-10pts", 10162.749, 149321.202),
        ("china-2019-09-5pct", 27827.847, 149321.202),
        ("us-list4a-2019", 103440.890, 497082.884),
    ],
)
def test_covered_and_total_imports(name, covered, total):
    # million USD of 2017, as summed list by list before the files knew what lists share
    assert np.sum(list(rows(name).values()), axis=0) == pytest.approx([covered, total], abs=1e-3)


def test_each_set_of_lists_stands_once_in_a_division():
    for pair in FAMILIES:
        keys = [(isic, lists) for isic, lists, *_ in lines(pair)]
        assert len(keys) == len(set(keys))
        held = set().union(*(lists for _, lists in keys))
        assert held == {name for name in names() if ABOUT[name]["family"] == pair}


def test_the_us_lists_share_nothing_and_the_threat_is_half_of_list_3():
    apart = {"us-list1-34bn", "us-list2-16bn", "us-list3-200bn", "us-list4a-2019"}
    third: dict = defaultdict(dict)
    for isic, lists, usd, rate in lines("us-on-china"):
        assert len(lists & apart) <= 1
        assert rate is None
        if "us-list3-200bn" in lists:
            third[isic]["us-threat-100bn" in lists] = usd
        else:
            assert "us-threat-100bn" not in lists
    assert len(third) > 20
    for halves in third.values():
        assert halves[True] == pytest.approx(halves[False], abs=2e-6)


@pytest.mark.parametrize(
    ("inside", "around"),
    [
        (("china-2019-06-5pts",), ("china-list3-60bn-5pct",)),
        (("china-2019-06-10pts", "china-2019-06-15pts"), ("china-list3-60bn-10pct",)),
        (("china-2019-01-cars-25pct",), ("china-list1-34bn", "china-list2-16bn")),
        (("china-2019-01-cars-5pct",), ("china-list3-60bn-5pct",)),
        (("china-list1-34bn", "china-list2-16bn"), ("china-50bn-2018",)),
        (("china-50bn-2018",), ("china-list1-34bn", "china-list2-16bn")),
        (("china-farm-offer-15pct",), ("china-3bn-2018-15pct",)),
        (("china-farm-offer-25pct",), ("china-3bn-2018-25pct",)),
    ],
)
def test_lists_that_lie_within_others(inside, around):
    held = [lists for _, lists, *_ in lines("china-on-us") if lists & set(inside)]
    assert held
    assert all(lists & set(around) for lists in held)


def test_rates_of_january_2018_stand_beside_the_imports():
    cars = frozenset(
        {"china-2019-01-cars-25pct", "china-50bn-2018", "china-cars-offer", "china-list1-34bn"}
    )
    found = {(isic, lists): (usd, rate) for isic, lists, usd, rate in lines("china-on-us")}
    # per cent: most cars paid 25, parts less
    assert found["29", cars] == pytest.approx((12941.830, 24.235))
    known = [(usd, rate) for _, _, usd, rate in lines("china-on-us") if rate is not None]
    # the mean over all lines, weighted by imports, as the replication of published averages has it
    usd, rate = np.array(known).T
    assert usd @ rate / usd.sum() == pytest.approx(6.0, abs=0.05)


CARS = ("china-list1-34bn", "china-cars-offer", "china-list3-60bn-5pct")


def test_parts_of_three_lists_in_cars():
    world = load("wiod-2014")
    found = dict(parts(world, CARS))
    cars = next(k for k, sector in enumerate(world.sectors) if sector.isic == ("29",))
    # million USD of 2017 among 15567.961
    assert {lists: 15567.961 * share[cars] for lists, share in found.items() if share[cars]} == {
        frozenset({"china-list1-34bn", "china-cars-offer"}): pytest.approx(12941.830),
        frozenset({"china-list3-60bn-5pct", "china-cars-offer"}): pytest.approx(527.363),
        frozenset({"china-cars-offer"}): pytest.approx(766.948 + 3.655 + 623.471),
        frozenset({"china-list3-60bn-5pct"}): pytest.approx(14.096 + 5.756 + 0.975 + 76.23 + 5.967),
    }


@pytest.mark.parametrize("baseline", ["wiod-2014", "icio-2017"])
@pytest.mark.parametrize("pair", FAMILIES)
def test_parts_add_up_to_the_coverage_of_every_list(baseline, pair):
    world = load(baseline)
    among = [name for name in names() if family(name) == pair]
    found = parts(world, among)
    sets = [lists for lists, _ in found]
    assert len(sets) == len(set(sets))
    assert all(lists and lists <= set(among) for lists in sets)
    whole = sum(share for _, share in found)
    assert all((share >= 0).all() for _, share in found)
    assert whole.max() <= 1 + 1e-12
    for name in among:
        table = rows(name)
        for k, sector in enumerate(world.sectors):
            held = [table[d] for d in sector.isic if d in table]
            covered, total = np.sum([(0.0, 0.0), *held], axis=0)
            share = covered / total if total else 0.0
            assert coverage(world, name)[k] == pytest.approx(share, abs=1e-12)
            joint = sum(part[k] for lists, part in found if name in lists)
            assert joint == pytest.approx(share, abs=1e-12)


def test_parts_of_fewer_lists_merge_what_only_others_tell_apart():
    world = load("wiod-2014")
    assert [lists for lists, _ in parts(world, ["us-list3-200bn"])] == [{"us-list3-200bn"}]
    both = parts(world, ["us-threat-100bn", "us-list3-200bn"])
    assert [lists for lists, _ in both] == [
        {"us-list3-200bn"},
        {"us-list3-200bn", "us-threat-100bn"},
    ]
    assert both[0][1] == pytest.approx(coverage(world, "us-list3-200bn") / 2, abs=1e-6)
    assert parts(world, []) == []


def test_lists_of_two_pairs_are_refused():
    with pytest.raises(InputError, match="different pairs") as refused:
        parts(load(), ["us-list1-34bn", "china-list1-34bn"])
    assert "us-list1-34bn (us-on-china)" in str(refused.value)
    with pytest.raises(InputError, match="no such product list"):
        parts(load(), ["us-list1-34bn", "china-list9"])
    with pytest.raises(InputError, match="no such product list"):
        family("china-list9")


def test_a_baseline_without_divisions_is_refused():
    with pytest.raises(InputError, match="no ISIC divisions"):
        parts(random_economy(2, 3), ["us-list1-34bn"])
    with pytest.raises(InputError, match="no ISIC divisions"):
        coverage(random_economy(2, 3), "us-list1-34bn")


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


@pytest.mark.shared_data
def test_check_says_which_files_differ(shared_data, tmp_path, capsys):
    run = ["--data", str(shared_data), "--out", str(tmp_path)]
    assert main(run) == 0
    assert main([*run, "--check"]) == 0
    (tmp_path / "us-on-china.csv").write_text("isic,lists,usd_m,rate_before_pct\n")
    capsys.readouterr()
    assert main([*run, "--check"]) == 1
    assert "us-on-china.csv: differs" in capsys.readouterr().out


def raw(shared_data, name):
    with (shared_data / "tariffs" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


def overlap(isic, *held):
    return sum(usd for d, lists, usd, _ in lines("china-on-us") if d == isic and lists >= {*held})


@pytest.mark.shared_data
def test_what_two_lists_of_china_share_is_in_the_raw_data(shared_data):
    gtap = {code.zfill(6): name.upper() for code, name, *_ in raw(shared_data, "hs6_to_gtap.csv")}
    changes = defaultdict(list)
    for code, _, *row in raw(shared_data, "china_tariff_rates_hs.csv"):
        changes[code.zfill(10)[:8]].append([float(x or 0) for x in row])
    mean = {code: row for code, *row in raw(shared_data, "china_on_us_hs6.csv")}
    relieved = leather = 0.0
    for code, _, thousand, *_ in raw(shared_data, "china_imports_2017_hs.csv"):
        line, usd = code.zfill(8), float(thousand or 0) / 1e3
        tens = changes.get(line, [])
        # cars and parts with a lower general rate (third change) and 5 points in September 2018
        if gtap.get(line[:6]) == "MVH" and line.startswith("87"):
            relieved += usd * sum(t[3] < -0.01 and t[6] == 5 for t in tens) / max(len(tens), 1)
        # leather and shoes at 5 points in September 2018, and codes at up to 5 a year later
        if gtap.get(line[:6]) == "LEA" and line[:6] in mean:
            added = float(mean[line[:6]][10]) - float(mean[line[:6]][9])
            if added <= 5.01:
                leather += usd * added / 5 * sum(t[6] == 5 for t in tens) / max(len(tens), 1)
    assert relieved > 500
    assert overlap("29", "china-cars-offer", "china-list3-60bn-5pct") == pytest.approx(relieved)
    assert leather > 100
    assert overlap("15", "china-2019-09-5pct", "china-list3-60bn-5pct") == pytest.approx(leather)


@pytest.mark.parametrize(
    ("by", "on", "said"),
    [
        ("USA", "CHN", ()),
        ("EU27", "CHN", ("EU27 as buyer",)),
        ("EU27", "JPN", ("EU27 as buyer and JPN as seller",)),
        ("USA", "world", ("EU27, GBR, JPN and others as seller",)),
    ],
)
def test_a_list_of_another_pair_is_said(by, on, said):
    measure = Tariff(by, on, "goods", add=0.25, product_list="us-list1-34bn", id="borrowed")
    notes = compile_policy(load("wiod-2014"), (measure,)).notes
    assert notes == tuple(
        "product list us-list1-34bn was written for USA buying from CHN: borrowed takes the same "
        f"share of each sector for {who}"
        for who in said
    )
