"""What is said of a firm cut off agrees with what was asked: relief, shares, few draws."""

import numpy as np
import pytest

from detente.document.blocks import Chart, Fold, Sentence
from detente.report.describe import describe
from detente.report.sanction.facts import joint_day
from detente.sanction.study import Choices, run_sanction

FEW = {"draws": 20, "world_draws": 0}


def sentences(result):
    return " ".join(describe(result).sentences())


@pytest.fixture(scope="module")
def early():
    """Bans lifted in their first month."""
    return {name: run_sanction(name, Choices(relief=10, **FEW)) for name in ("zte", "huawei")}


def test_the_third_month_of_a_ban_that_is_gone_by_then_is_said_to_be_one_that_stayed(early):
    kept = {name: run_sanction(name, Choices(**FEW)) for name in early}
    for name, found in early.items():
        said = sentences(found)
        month = kept[name].costs.months.loc[3]
        verb = "cost" if month["target"] > 0 else "bring"
        told = f"The ban, if it stayed, would {verb} China ${abs(month['target']):.0f}m and "
        assert told in said
        assert found.third_month == pytest.approx(kept[name].third_month)
    # why it would gain is of the ban that stays, not of the ten days
    third = early["huawei"].third_month
    assert third.stocks_used > 1000 > 10 > early["huawei"].stocks_used
    assert f"${third.stocks_used / 1000:.1f}bn of banned parts taken from stocks" in said


def test_a_month_is_the_same_whatever_days_are_shown(early):
    short = run_sanction("zte", Choices(days=30, **FEW))
    assert joint_day(short.costs.months) == 180
    loss = early["zte"].costs.months.loc[3, "target"]
    assert f"The ban costs China ${loss:.0f}m and the United States $" in sentences(short)


def test_leverage_is_said_to_be_of_a_complete_ban():
    said = sentences(run_sanction("huawei", Choices(ban_share=0.1, **FEW)))
    assert "A complete ban on Huawei, for good, costs China $" in said
    assert "The ban on Huawei, for good" not in said


def test_no_ban_at_all():
    result = run_sanction("zte", Choices(ban_share=0.0, **FEW))
    said = sentences(result)
    assert "A ban of 0% stops nothing" in said
    assert "costs China nothing and the United States nothing of value added" in said
    assert "outlast" not in said
    assert "None of the firm's 75,000 employed is idle." in said
    assert "shuts down in" not in said


def test_a_few_draws_have_no_intervals():
    few, enough = (run_sanction("zte", Choices(draws=n, world_draws=0)) for n in (1, 20))
    said, columns = sentences(few), describe(few).tables()["path"].columns
    for text in ("nine of ten", " of runs", "shuts down in", "hangs most"):
        assert text not in said
    assert "It shuts down in " in sentences(enough)
    assert not [column.key for column in columns if column.key.startswith("p")]
    low, high = np.quantile(enough.draws["lost_sales"], (0.05, 0.95)) / 1000
    assert f"(between ${low:.1f}bn and ${high:.1f}bn in nine of ten runs)" in sentences(enough)
    sold = float(enough.suppliers["banned"].sum())
    assert f"banned sales of ${sold / 1000:.1f}bn." in sentences(enough)


def test_the_answer_comes_first(early):
    """At most three sentences and one picture; what is said of the rest folds its numbers."""
    for found in early.values():
        answer, *rest = describe(found).sections
        said = [block for block in answer.blocks if isinstance(block, Sentence)]
        charts = [block for block in answer.blocks if isinstance(block, Chart)]
        assert 0 < len(said) <= 3
        assert [chart.table.key for chart in charts] == ["path"]
        for section in rest:
            assert section.more
            assert all(isinstance(block, Fold) for block in section.blocks)
