"""Rates by partner, product and date, held to the figures of the source and to slow sums."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import detente as dt
from detente.errors import InputError
from detente.ledger.authorities import RATES
from detente.ledger.published import published

DATA = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
# per cent, as the source publishes its averages
US_AVERAGES = {
    "2018-01-01": 1.207, "2018-09-24": 2.067, "2020-02-14": 2.631, "2025-01-01": 2.600,
    "2025-04-10": 22.469, "2025-05-14": 12.617, "2025-08-07": 15.359, "2025-11-14": 13.672,
    "2026-02-20": 6.938, "2026-02-24": 9.745, "2026-07-24": 10.787,
}  # fmt: skip
CHINESE = {
    "2018-01-01": 7.211, "2020-02-14": 18.879, "2025-04-12": 146.086, "2025-05-14": 31.086,
    "2025-11-10": 29.686,
}  # fmt: skip


def line(frame, partner, hs6):
    [row] = frame[(frame["partner"] == partner) & (frame["hs6"] == hs6)].to_dict("records")
    return row


@pytest.fixture(scope="module")
def august():
    return dt.ledger_rates("USA", "2025-08-07")


@pytest.mark.parametrize(("day", "pct"), US_AVERAGES.items())
def test_us_averages_are_those_of_the_source(day, pct):
    found = dt.ledger_averages("USA", day).set_index("partner")
    # lines hold whole basis points
    assert 100 * found.loc["ALL", "rate"] == pytest.approx(pct, abs=0.002)
    assert len(found) == 51


@pytest.mark.parametrize(("day", "pct"), CHINESE.items())
def test_chinese_averages_are_those_of_the_source(day, pct):
    found = dt.ledger_averages("CHN", day)
    assert 100 * found["rate"].iloc[-1] == pytest.approx(pct, abs=0.001)
    assert found["partner"].tolist() == ["USA", "ALL"]


def test_partners_and_their_authorities():
    # the source's cells of 7 August 2025, summed over sectors; the split of lines is within a
    # tenth of a point of it
    found = 100 * dt.ledger_averages("USA", "2025-08-07").set_index("partner")[["rate", *RATES]]
    assert found.loc["CHN", "rate"] == pytest.approx(41.677, abs=0.005)
    assert found.loc["CHN", "s301_china"] == pytest.approx(9.975, abs=0.005)
    assert found.loc["CHN", "fentanyl"] == pytest.approx(19.467, abs=0.005)
    assert found.loc["CHN", "reciprocal"] == pytest.approx(5.878, abs=0.1)
    assert found.loc["CAN", "s232"] == pytest.approx(4.424, abs=0.1)
    assert found.loc["EU27", "reciprocal"] == pytest.approx(6.231, abs=0.1)
    assert found.loc["EU27", "s122"] == 0


def test_lines_are_those_of_the_source(august):
    # coffee of Brazil pays 10 + 40, cars of the Union 15 in all, those of Japan still 25 more
    assert line(august, "BRA", "090111")["rate"] == pytest.approx(0.50)
    assert line(august, "EU27", "870323")["rate"] == pytest.approx(0.15)
    assert line(august, "JPN", "870323")["rate"] == pytest.approx(0.275)
    steel = line(august, "CHN", "720839")
    assert steel["s232"] == pytest.approx(0.50)
    assert steel["s301_china"] == pytest.approx(0.25)
    assert steel["fentanyl"] == pytest.approx(0.20)
    assert steel["reciprocal"] == 0
    soybeans = line(dt.ledger_rates("CHN", "2025-04-12"), "USA", "120190")
    assert soybeans["rate"] == pytest.approx(1.655)


def test_a_rate_is_the_sum_of_its_authorities(august):
    assert np.allclose(august["rate"], august[list(RATES)].sum(axis=1), rtol=0, atol=1e-12)
    assert (august[list(RATES)] >= 0).all(axis=None)
    assert august["hs6"].str.fullmatch(r"\d{6}").all()
    assert not august.duplicated(["partner", "hs6"]).any()
    assert (len(august), august["partner"].nunique()) == (87_927, 50)


def test_averages_are_those_of_the_lines(august):
    found = dt.ledger_averages("USA", "2025-08-07").set_index("partner")
    for name in ("rate", "s232"):
        duty = (august[name] * august["imports_usd"]).groupby(august["partner"]).sum()
        value = august.groupby("partner")["imports_usd"].sum()
        assert (duty / value).to_numpy() == pytest.approx(found.loc[value.index, name].to_numpy())
        assert duty.sum() / value.sum() == pytest.approx(found.loc["ALL", name])


def test_an_authority_can_be_left_out(august):
    without = dt.ledger_rates("USA", "2025-08-07", without="ieepa")
    assert "fentanyl" not in without
    assert "reciprocal" not in without
    kept = august["base"] + august["s301_china"] + august["s232"]
    assert np.allclose(without["rate"], kept, rtol=0, atol=1e-12)
    # China's 20 of fentanyl and 10 of reciprocal tariffs, toys
    toys = line(august, "CHN", "950300")
    assert toys["rate"] - line(without, "CHN", "950300")["rate"] == pytest.approx(0.30)
    # the average of the ruling's day is that without what it ended
    before = dt.ledger_averages("USA", "2026-02-19", without=("ieepa",))["rate"].iloc[-1]
    assert 100 * before == pytest.approx(6.938, abs=0.03)
    several = dt.ledger_rates("USA", "2026-07-24", without=("section 301", "s232", "s338"))
    assert [c for c in several if c in RATES] == ["base", "fentanyl", "reciprocal", "s122"]


def test_what_ends_leaves_nothing():
    late = ["fentanyl", "reciprocal", "s122", "s338", "s301_2026"]
    for day, names in (("2026-02-20", late[:2]), ("2026-07-24", ["s122"]), ("2025-01-01", late)):
        assert not dt.ledger_rates("USA", day)[names].any(axis=None), day


def test_all_dates():
    found = dt.ledger_averages("USA")
    assert found["date"].nunique() == 57
    assert len(found) == 57 * 51
    # between two dates rates stay
    one, other = (dt.ledger_averages("USA", day)["rate"] for day in ("2023-03-10", "2024-09-26"))
    assert one.equals(other)
    assert dt.ledger_averages("USA", "2018-03-22")["date"].iloc[0] == pd.Timestamp("2018-03-22")


def test_importers_days_and_authorities_that_are_unknown():
    with pytest.raises(InputError) as refused:
        dt.ledger_rates("Germany", "2030-01-01", without=("s999",))
    assert [p.key for p in refused.value.problems] == ["importer", "at", "without"]
    assert dt.ledger_rates("United States", "2025-08-07").shape == (87_927, 12)
    with pytest.raises(InputError, match="not divided by authority"):
        dt.ledger_averages("China", without="s232")


def test_published_averages():
    november = date(2025, 11, 14)
    found = {k: published(k, "USA", november) for k in ("budget-lab", "waugh")}
    assert {k: round(100 * v.rate, 1) for k, v in found.items()} == {
        "budget-lab": 17.3, "waugh": 14.8
    }  # fmt: skip
    assert found["budget-lab"].by_authority["s232"] == pytest.approx(0.0793, abs=1e-4)
    assert published("budget-lab", "USA", date(2024, 12, 31)) is None
    # it had seen nothing after 29 June 2026
    assert published("budget-lab", "USA", date(2026, 7, 24)) is None
    july = published("waugh", "USA", date(2026, 7, 24))
    assert july.rate == pytest.approx(0.11391, abs=1e-5)
    september = published("collected", "USA", date(2018, 9, 24))
    assert september.rate == pytest.approx(0.0202, abs=1e-4)
    assert published("collected", "USA", date(2025, 1, 1)) is None
    assert published("piie", "CHN", date(2025, 4, 12)).from_memory


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.is_dir(), reason="needs the raw data folder")
@pytest.mark.parametrize("day", ["2019-09-01", "2025-05-03", "2025-11-14", "2026-04-06"])
def test_lines_sum_to_the_cells_of_the_source(day):
    folder = DATA / "us_statutory_panel"
    lines = dt.ledger_rates("USA", day)
    totals = pd.read_parquet(folder / "us_tariff_partner_hs6_changes.parquet")
    last = totals[totals["date"] <= day].groupby(["partner", "hs6"])["rate_bp"].last()
    ours = lines.set_index(["partner", "hs6"])["rate"]
    apart = (ours - last.reindex(ours.index) / 1e4).abs() > 1.01e-4
    assert apart.sum() <= 28  # metal wares that would pay less than nothing
    gtap = pd.read_csv(DATA / "tariffs" / "hs6_to_gtap.csv", dtype=str).set_index("hs6_code")
    lines["sector"] = lines["hs6"].map(gtap["gtap_code"].str.upper()).fillna("XXX")
    cells = pd.read_parquet(folder / "us_tariff_partner_gtap_date.parquet")
    cells = cells[cells["date"] == day].set_index(["partner", "sector"])
    world = lines["imports_usd"].sum()
    for name, theirs in (("s301_china", "s301"), ("s232", "s232"), ("fentanyl", "fentanyl"),
                         ("reciprocal", "reciprocal"), ("s122", "s122")):  # fmt: skip
        duty = (lines[name] * lines["imports_usd"]).groupby([lines["partner"], lines["sector"]])
        gap = duty.sum() - cells[theirs] / 100 * cells["imports_2024"]
        assert gap.abs().sum() / world < 0.00025, name


@pytest.mark.parametrize(
    ("call", "key"),
    [
        (lambda: dt.ledger_rates("USA", "2025-08-07", without=None), "without"),
        (lambda: dt.ledger_rates("USA", "2025-08-07", without=3), "without"),
        (lambda: dt.ledger_rates("USA", "2025-08-07", without=[3]), "without"),
        (lambda: dt.ledger_rates("USA", None), "at"),
        (lambda: dt.ledger_rates(["USA"], "2025-08-07"), "importer"),
        (lambda: dt.ledger_averages(None), "importer"),
        (lambda: dt.in_force(["wiod-2014"], "2025-08-07"), "calibration"),
        (lambda: dt.in_force("wiod-2041", "2025-08-07"), "baseline"),
        (lambda: dt.in_force("wiod-2014", "2017-08-07"), "at"),  # a name is an economy
        (lambda: dt.in_force("wiod-2014", "2025-08-07", without=None), "without"),
        (lambda: dt.in_force("wiod-2014", "2025-08-07", without=3), "without"),
    ],
)
def test_what_is_no_word_is_refused_by_its_key(call, key):
    with pytest.raises(dt.InputError) as refusal:
        call()
    assert [problem.key for problem in refusal.value.problems] == [key]
