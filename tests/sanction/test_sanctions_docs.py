"""docs/sanctions.md: the figures that it quotes are what comes out."""

import re
from pathlib import Path

import pytest

from detente.report.sanction.facts import joint_day
from detente.sanction.relief import keep_or_lift
from detente.sanction.study import Choices, run_sanction

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "sanctions.md").read_text(encoding="utf-8")
WORDS = " ".join(TEXT.split())


@pytest.fixture(scope="module")
def results():
    choices = Choices(draws=1, world_draws=0)
    return {name: run_sanction(name, choices) for name in ("zte", "huawei")}


def test_the_joint(results):
    for name, side in (("China", "target"), ("United States", "sanctioner")):
        row = results["zte"].costs.joint.loc[side]
        cells = [f"{row[k]:,.0f}" for k in ("by_day", "value_added", "real_income")]
        assert f"| {name} | {' | '.join(cells)} |" in TEXT
    days = {name: joint_day(found.costs.months) for name, found in results.items()}
    assert f"{days['zte']} days for ZTE, {days['huawei']} for Huawei" in WORDS


def test_a_target_gains_for_a_while(results):
    found = results["huawei"]
    months = found.costs.months["target"]
    assert f"China gains ${-months.loc[3]:.0f}m in the third month" in WORDS
    first = months.index[months > 0][0]
    assert first == 8
    assert "and loses from the eighth on" in WORDS
    assert f"others sell it {100 * found.bought.others[89]:.0f} per cent" in WORDS
    assert f"(${found.stocks_used / 1000:.1f}bn by day 180)" in WORDS
    daily = found.joined.loc[found.joined["part"] == "days", "output"].to_numpy()
    start = int((daily < 0.999).argmax()) + 1
    said = f"(day {start}, to {100 * daily[-1]:.0f} per cent of normal on day {len(daily)})"
    assert said in WORDS


def test_what_relief_is_worth():
    zte, huawei = (keep_or_lift(name, 89).gain / 1000 for name in ("zte", "huawei"))
    assert f"worth ${zte['CHN']:.1f}bn to China and ${zte['USA']:.1f}bn to the United" in WORDS
    assert f"Huawei's ${huawei['CHN']:.1f}bn and ${huawei['USA']:.1f}bn." in WORDS
    found = {month: keep_or_lift("zte", 30 * month) for month in (1, 12, 24)}
    values = [f"${one.yearly['CHN'] / 1000:.2f}bn" for one in found.values()]
    said = "{} lifted in month 1, {} in month 12, {} in month 24".format(*values)
    assert said in WORDS
    a_year = found[1].yearly / 1000
    said = f"${a_year['CHN']:.2f}bn a year to China, ${a_year['USA']:.2f}bn to the United States"
    assert said in WORDS


def test_recovery_lasts():
    """The last month in which America's suppliers gain ten million by filling Huawei's stocks."""
    lift = keep_or_lift("huawei", 89).months["USA", "lift"]
    assert f"the United States gain by it to month {lift.index[lift < -10].max()}." in WORDS


def test_leverage(results):
    row = results["zte"].leverage.power.loc["sectors"]
    said = f"the ban costs China ${row['target_loss']:.0f}m and the United States "
    assert f"{said}${row['own_loss']:.0f}m a year" in WORDS


def test_folders_of_several_firms_are_described():
    from detente.report.sanction.document import TOGETHER

    assert re.search(rf"\(`{TOGETHER}/`\)", TEXT)
