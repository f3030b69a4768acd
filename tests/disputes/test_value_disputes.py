"""What measures of disputes cost by the solved economy: shipped figures against own solves."""

import csv

import numpy as np
import pytest

import value_disputes
from detente.baseline.store import load
from detente.disputes.cases import SHIPPED, everything
from detente.policy.instruments import ImportBan
from detente.policy.tariffs import Tariff
from detente.simulate import solve

CASES = {one.id: one for one in everything()}


@pytest.fixture(scope="module")
def table():
    with (SHIPPED / "losses.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def lost(baseline, *measures):
    """Losses by economy, billion USD."""
    economy = load(baseline)
    change = solve(economy, list(measures)).welfare.to_numpy() / 100
    return dict(zip(economy.country_codes, -change * economy.income / 1e3, strict=True))


def figures(row, *names):
    return [float(row[name]) for name in names]


def test_a_tariff_and_its_answer(table):
    # Canada: 100% on farm goods and food of $2.5bn; the United States answers on all goods
    on = ["A01", "A02", "A03", "C10-C12"]
    first = Tariff("CAN", "USA", on, add=1.0, value_usd=2500.0)
    answer = Tariff("USA", "CAN", "goods", add=1.0, value_usd=2500.0)
    row, alone, both = (table["ca-us-cool-2015"], lost("wiod-2014", first),
                        lost("wiod-2014", first, answer))  # fmt: skip
    expected = [alone["CAN"], alone["USA"], both["CAN"], both["USA"]]
    found = figures(row, "sender_usd_bn", "target_usd_bn", "sender_answered_usd_bn",
                    "target_answered_usd_bn")  # fmt: skip
    np.testing.assert_allclose(found, expected, atol=2e-5)
    one = CASES["ca-us-cool-2015"]
    assert float(row["target_pct"]) == pytest.approx(100 * expected[1] / one.target_gdp, abs=1e-5)


def test_a_ban_on_services_stops_the_share_that_the_record_states(table):
    ban = ImportBan("CHN", "KOR", "SVC", value_usd=0.6 * 8000)
    alone = lost("icio-2017", ban)
    found = figures(table["cn-kr-thaad-2017"], "sender_usd_bn", "target_usd_bn")
    np.testing.assert_allclose(found, [alone["CHN"], alone["KOR"]], atol=2e-5)


def test_what_is_covered_and_grown_is_what_the_record_states(table):
    for name, row in table.items():
        covered, grown = figures(row, "covered_usd_bn", "grown")
        assert covered * grown == pytest.approx(CASES[name].value, rel=2e-3, abs=2e-4)
        assert grown >= 1
    assert set(value_disputes.GOODS) <= set(CASES)


def test_all_since_2014_are_valued_whose_sides_an_economy_has_and_whose_trade_is_stated(table):
    late = {name for name, one in CASES.items() if one.start.year >= 2014}
    assert late - set(table) == {
        "qa-blockade-2017", "ec-co-2026", "us-cn-ports-2025", "cn-us-ports-2025",
    }  # fmt: skip
    assert set(table) <= late


def test_goods_that_the_order_spares_pay_nothing():
    economy = load("icio-2022")
    trade = np.ones(len(economy.sectors))
    found = value_disputes.shares_of(value_disputes.SPARED, economy, trade, trade.sum())
    rates = value_disputes.rates_of(value_disputes.SPARED, economy, 0.2)
    free = [sector for sector, rate in zip(economy.sector_codes, rates, strict=True) if rate == 0]
    assert free == ["B05_06", "C19", "C21"]
    np.testing.assert_array_equal(found.share > 0, economy.goods)
