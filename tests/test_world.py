"""The world of a day: tariffs of the ledger on a baseline, and measures against it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError
from detente.ledger.rates import ledger_averages, ledger_rates
from detente.policy.compile import compile_policy
from detente.policy.goods import LinesOf, on_base
from detente.policy.in_force import between, moved
from detente.policy.moments import LineRates, Moment, moment_of
from detente.world import in_force

AUGUST, JANUARY = "2025-08-07", "2025-01-01"


@pytest.fixture(scope="module", autouse=True)
def kept(tmp_path_factory):
    """Keep worlds apart from the person's own."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("DETENTE_CACHE_DIR", str(folder))
        yield folder


@pytest.fixture(scope="module")
def base():
    return dt.load("icio-2017")


@pytest.fixture(scope="module")
def january(base):
    return in_force(base, JANUARY)


@pytest.fixture(scope="module")
def august(base):
    return in_force(base, AUGUST)


def test_rates_move_by_what_the_ledger_says(base):
    then, here = Moment(date(2025, 8, 7)), Moment(date(2025, 1, 1))
    found = moved(base, "USA", here, then)
    after, before = (ledger_rates("USA", m.day).set_index(["partner", "hs6"]) for m in (then, here))
    jpn = found.on.index("JPN")
    for code in ("870323", "720839", "611020"):
        at = int(np.searchsorted(found.codes, int(code)))
        expected = after.loc[("JPN", code), "rate"] - before.loc[("JPN", code), "rate"]
        assert found.rates[at, jpn] == pytest.approx(expected)


def test_partners_that_the_baseline_lacks_are_one(base):
    found = moved(base, "USA", Moment(date(2025, 1, 1)), Moment(date(2025, 8, 7)))
    assert "VNM" not in found.on
    rest = found.on.index("ROW")
    frame = ledger_rates("USA", AUGUST).merge(
        ledger_rates("USA", JANUARY)[["partner", "hs6", "rate"]], on=["partner", "hs6"]
    )
    some = frame[(frame.hs6 == "640419") & ~frame.partner.isin(base.country_codes)]
    change = some.rate_x - some.rate_y
    expected = (change * some.imports_usd).sum() / some.imports_usd.sum()
    assert found.rates[np.searchsorted(found.codes, 640419), rest] == pytest.approx(expected)


def test_a_baseline_has_the_tariffs_of_its_year(base):
    assert moment_of(base) == Moment(date(2018, 1, 1))
    assert not between(base, moment_of(base))
    assert in_force(base, "2018-01-01").flows == pytest.approx(base.flows)


def test_the_mean_rate_of_a_day_is_near_the_ledger_s(base):
    policy = compile_policy(base, between(base, Moment(date(2025, 8, 7))))
    us, china = (base.country_codes.index(code) for code in ("USA", "CHN"))
    goods = [k for k, sector in enumerate(base.sectors) if sector.kind == "goods"]
    trade = base.flows[goods, us, china]
    mean = (policy.tariff_cf[goods, us, china] * trade).sum() / trade.sum()
    known = ledger_averages("USA", AUGUST).set_index("partner").loc["CHN", "rate"]
    assert mean == pytest.approx(known, abs=0.05)  # weights of 2017 and of 2024
    assert mean > 0.3


def test_the_new_baseline_says_what_it_is(august, base):
    assert august.card.in_force == AUGUST
    assert AUGUST in august.card.title
    assert "2025-08-07" in august.card.adjustments[-1].what
    assert moment_of(august) == Moment(date(2025, 8, 7))
    assert base.card.in_force == ""
    assert "as known" not in august.card.title
    assert in_force(base, "2026-12-31").card.title.endswith("2026-12-31 as known on 2026-08-21")
    assert "in_force" not in base.card.to_dict()


def test_a_world_is_solved_once_and_kept(base, august, kept, monkeypatch):
    files = list((kept / "worlds").glob("*.npz"))
    assert files
    monkeypatch.setattr("detente.world._solved", lambda *_: pytest.fail("solved again"))
    assert in_force(base, AUGUST).hash == august.hash


def test_a_damaged_world_is_solved_again(base, august, kept):
    for file in (kept / "worlds").glob("*.npz"):
        file.write_bytes(b"x" * 100)
    assert in_force(base, AUGUST).hash == august.hash


def test_it_hardly_matters_how_a_day_is_reached(base, january, august):
    """By way of January, or at once; and back to where trade was."""
    by_way = in_force(january, AUGUST)
    foreign = np.broadcast_to(~np.eye(len(base.countries), dtype=bool), base.flows.shape)

    def apart(one, other):
        return np.abs(one.flows - other.flows)[foreign].sum()

    assert apart(by_way, august) < 0.15 * apart(august, january)
    assert mean_rate(by_way, "USA", "CHN") == pytest.approx(
        mean_rate(august, "USA", "CHN"), abs=0.03
    )
    back = in_force(august, "2018-01-01")
    assert apart(back, base) < 0.2 * apart(august, base)


def test_a_law_can_be_left_out(base, august):
    there = dt.solve(august, dt.LedgerTariff("USA", without="ieepa"))
    rates = ledger_averages("USA", AUGUST, "ieepa").set_index("partner").loc["ALL", "rate"]
    us = base.country_codes.index("USA")
    goods = [k for k, sector in enumerate(base.sectors) if sector.kind == "goods"]
    trade = base.flows[goods][:, us, :].copy()
    trade[:, us] = 0
    policy = there.equilibrium.policy.tariff_cf[goods][:, us, :]
    assert (policy * trade).sum() / trade.sum() == pytest.approx(rates, abs=0.02)
    other = in_force(base, AUGUST, without="ieepa")
    assert other.card.in_force_without == ("fentanyl", "reciprocal")
    assert moment_of(other).without == ("fentanyl", "reciprocal")


def test_lines_of_a_day_have_its_rates(august):
    us, china = (august.country_codes.index(code) for code in ("USA", "CHN"))
    sector = next(k for k, s in enumerate(august.sectors) if "27" in s.isic)
    cell = int(np.ravel_multi_index((sector, us, china), august.flows.shape))
    lines = LinesOf(august).of(cell)
    assert (lines.rate * lines.share).sum() == pytest.approx(august.tariff.ravel()[cell])
    assert lines.rate.max() - lines.rate.min() > 0.1
    assert lines.share.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ({"set": 0.15}, lambda law: np.full_like(law, 0.15)),
        ({"add": 0.05}, lambda law: law + 0.05),
        ({"scale": 0.5}, lambda law: 0.5 * law),
        ({"floor": 0.15}, lambda law: np.maximum(law, 0.15)),
    ],
)
def test_other_measures_start_from_what_the_ledger_leaves(august, what, expected):
    ledger = dt.LedgerTariff("USA", on="EU27", without="reciprocal", sectors="C28")
    tariff = dt.Tariff("USA", on="EU27", sectors="C28", **what)
    for measures in ([ledger, tariff], [tariff, ledger]):
        alone, both = (compile_policy(august, some) for some in ([ledger], measures))
        us, eu = (august.country_codes.index(code) for code in ("USA", "EU27"))
        sector = august.sector_codes.index("C28")
        cell = int(np.ravel_multi_index((sector, us, eu), august.flows.shape))
        found = {}
        for name, policy in (("alone", alone), ("both", both)):
            at = policy.lines.cell == cell
            rates = policy.rates_on_lines(august.tariff)
            order = np.argsort(rates.tariff_cf[at])
            found[name] = rates.tariff_cf[at][order], policy.lines.share[at][order]
        (law, weight), (after, share) = found["alone"], found["both"]
        assert law.max() - law.min() > 0.02
        # classes may be cut elsewhere, so means are compared
        if "floor" not in what:
            assert (after * share).sum() == pytest.approx((expected(law) * weight).sum(), abs=1e-9)
        else:
            assert after.min() == pytest.approx(0.15)
            assert (after * share).sum() >= (expected(law) * weight).sum() - 1e-9


def mean_rate(c, importer, exporter):
    n, i = (c.country_codes.index(code) for code in (importer, exporter))
    goods = [k for k, sector in enumerate(c.sectors) if sector.kind == "goods"]
    trade = c.flows[goods, n, i]
    return float((trade * c.tariff[goods, n, i]).sum() / trade.sum())


def test_members_of_the_union_that_stand_alone_pay_what_it_pays():
    worlds = {
        alone: in_force(dt.load("icio-2022", economies=["USA", alone, "CHN"]), AUGUST)
        for alone in ("DEU", "EU27")
    }
    assert mean_rate(worlds["DEU"], "USA", "DEU") > 0.09
    assert mean_rate(worlds["EU27"], "USA", "EU27") > 0.08
    # and China's answer is on the United States alone
    assert mean_rate(worlds["DEU"], "CHN", "USA") > 0.28
    assert mean_rate(worlds["DEU"], "CHN", "ROW") < 0.03


def test_a_law_left_out_is_the_same_on_the_way_and_from_there():
    """A world without a law, or the law taken from the world: cell by cell nearly the same."""
    c = dt.load("icio-2022", economies=["USA", "CHN", "EU27"])
    without = in_force(c, AUGUST, without="ieepa")
    there = in_force(c, AUGUST)
    policy = compile_policy(there, [dt.LedgerTariff("USA", without="ieepa")])
    us = c.country_codes.index("USA")
    goods = [k for k, sector in enumerate(c.sectors) if sector.kind == "goods"]
    gap = policy.tariff_cf[goods, us] - without.tariff[goods, us]
    moved = there.tariff[goods, us] - without.tariff[goods, us]
    trade = without.flows[goods, us].copy()
    trade[:, us] = 0
    assert (np.abs(gap) * trade).sum() < 0.2 * (np.abs(moved) * trade).sum()
    assert policy.rates_on_lines(there.tariff).tariff_cf.min() >= -1e-9


def test_trade_follows_as_far_as_the_horizon():
    c = dt.load("icio-2022")
    us, eu, at = *(c.country_codes.index(code) for code in ("USA", "EU27")), "C29"
    cell = c.sector_codes.index(at), us, eu
    fall = {}
    for horizon in ("year", "long-run"):
        there = in_force(c, "2025-07-31", horizon=horizon)
        fall[horizon] = there.flows[cell] / c.flows[cell]
        assert there.trade_elasticity == pytest.approx(c.trade_elasticity)
    assert fall["long-run"] < 0.35 < 0.5 < fall["year"] < 0.8  # 25 points on cars


def test_going_back_ends_where_trade_was():
    """Out by the ledger and back by the ledger, at one horizon."""
    c = dt.load("icio-2022", economies=["USA", "CHN", "EU27"])
    there = in_force(c, AUGUST)
    back = dt.solve(there, dt.LedgerTariff("USA", at="2022-07-01"),
                    dt.LedgerTariff("CHN", at="2022-07-01"))  # fmt: skip
    us, china = (c.country_codes.index(code) for code in ("USA", "CHN"))
    goods = [k for k, sector in enumerate(c.sectors) if sector.kind == "goods"]
    after = np.asarray(back.equilibrium.outcome.flows_cf)[goods, us, china].sum()
    first, middle = (one.flows[goods, us, china].sum() for one in (c, there))
    assert middle < 0.6 * first
    assert after == pytest.approx(first, rel=0.12)


@pytest.mark.parametrize(
    ("economies", "measures", "said"),
    [
        (["USA", "CHN"], [("world", {"at": AUGUST})], "one importer's"),
        (["USA", "CHN"], [("USA", {"at": AUGUST}), ("USA", {"at": JANUARY})], "counted twice"),
        (["USA", "CHN"], [("USA", {"without": "s301"}), ("USA", {"without": "base"})], "twice"),
        (["EU27", "CHN"], [("CHN", {"at": AUGUST})], "no economy here"),
        (["USA", "CHN"], [("USA", {"without": "ieepa"})], "changes no rate"),
    ],
)
def test_what_would_be_counted_wrongly_is_refused(economies, measures, said):
    c = dt.load("icio-2022", economies=economies)
    given = [dt.LedgerTariff(by, **what) for by, what in measures]
    with pytest.raises(InputError, match=said):
        compile_policy(c, given)


def test_measures_on_different_partners_go_together():
    c = dt.load("icio-2022", economies=["USA", "CHN", "EU27"])
    one = dt.LedgerTariff("USA", on="CHN", at=AUGUST)
    other = dt.LedgerTariff("USA", on="EU27", at="2026-07-24")
    both = compile_policy(c, [one, other]).tariff_cf
    us, china, eu = (c.country_codes.index(code) for code in ("USA", "CHN", "EU27"))
    assert both[:, us, china] == pytest.approx(compile_policy(c, [one]).tariff_cf[:, us, china])
    assert both[:, us, eu] == pytest.approx(compile_policy(c, [other]).tariff_cf[:, us, eu])


def test_a_world_needs_the_united_states():
    with pytest.raises(InputError, match="no economy here"):
        in_force(dt.load("icio-2022", economies=["EU27", "JPN"]), AUGUST)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda c: in_force(c, "2017-01-01"), "the ledger tells of 2018-01-01"),
        (lambda c: in_force(c, "yesterday"), "not a date"),
        (lambda c: in_force(c, AUGUST, without="s999"), "unknown authority"),
        (lambda c: dt.LedgerTariff("USA"), "neither a day nor an authority"),
        (lambda c: dt.LedgerTariff("USA", at="2031-01-01"), "the ledger tells of"),
        (lambda c: dt.solve(c, dt.LedgerTariff("EU27", at=AUGUST)), "two importers"),
    ],
)
def test_what_the_ledger_does_not_know_is_refused(base, call, said):
    with pytest.raises(InputError, match=said):
        call(base)


SCENARIO = """\
title: A day and a law
date: 2025-08-07
baseline: icio-2017
in_force: 2025-08-07
focus: [USA, CHN]
measures:
  - {id: no-ieepa, kind: ledger, by: USA, without: ieepa}
  - {id: january, kind: ledger, by: USA, at: 2025-01-01}
variants:
  - {id: ruling, title: Without the emergency act, measures: [no-ieepa]}
  - {id: back, title: Back to January, measures: [january]}
"""


def test_a_scenario_stands_in_its_world(tmp_path, august):
    path = tmp_path / "case.yaml"
    path.write_text(SCENARIO)
    found = dt.run_scenario(path)
    assert found.calibration.hash == august.hash
    assert found.variants["ruling"].welfare["CHN"] > 0.02
    assert found.variants["back"].welfare["CHN"] > found.variants["ruling"].welfare["CHN"]
    text = str(dt.describe(found).to_plain())
    assert "tariffs without IEEPA" in text
    assert "tariffs of 1 January 2025" in text


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("in_force: 2025-08-07", "in_force: 2016-08-07", "the ledger tells of"),
        ("without: ieepa", "without: ipea", "unknown authority; did you mean 'ieepa'"),
        ("by: USA, without: ieepa", "by: JPN, without: ieepa", "two importers"),
        ("at: 2025-01-01", "at: 2025-13-01", "2025-13-01"),
    ],
)
def test_faults_of_a_scenario_are_placed(tmp_path, old, new, said):
    path = tmp_path / "case.yaml"
    path.write_text(SCENARIO.replace(old, new))
    with pytest.raises(InputError, match=said) as caught:
        dt.run_scenario(path)
    assert all(problem.line for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("mean", "expected"),
    [
        (0.15, [0.04, 0.26]),  # a point more on duties of 3
        (0.125, [0.015, 0.235]),  # two points less: half of each ordinary duty
        (0.055, [0.0, 0.11]),  # more than all duties: what the law adds, halved
    ],
)
def test_rates_of_a_day_meet_the_cell_s_mean_by_ordinary_duties_first(mean, expected):
    rates = LineRates(np.array([0.03, 0.25]), np.array([0.03, 0.03]), np.zeros(2))
    share = np.array([0.5, 0.5])
    found = on_base(rates, share, mean)
    assert (found * share).sum() == pytest.approx(mean)
    assert found == pytest.approx(expected)
