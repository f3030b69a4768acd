"""What is said of a firm cut off agrees with what was asked: relief, shares, few draws."""

import pytest

from detente.report.sanction_page import sanction_html
from detente.report.sanction_words import headline, joint_day
from detente.sanction.study import Choices, run_sanction

FEW = {"draws": 20, "world_draws": 0}


@pytest.fixture(scope="module")
def early():
    """Bans lifted in their first month."""
    return {name: run_sanction(name, Choices(relief=10, **FEW)) for name in ("zte", "huawei")}


def test_the_third_month_of_a_ban_that_is_gone_by_then_is_said_to_be_one_that_stayed(early):
    kept = {name: run_sanction(name, Choices(**FEW)) for name in early}
    for name, found in early.items():
        said = " ".join(headline(found))
        month = kept[name].costs.months.loc[3]
        verb = "lose" if month["target"] > 0 else "gain"
        told = f"third month of a ban that stayed China would {verb} {abs(month['target']):,.0f} "
        assert told in said
        assert " gains because" not in said
        assert found.third_month == pytest.approx(kept[name].third_month)
    # why it would gain is of the ban that stays, not of the ten days
    third = early["huawei"].third_month
    assert third.stocks_used > 1000 > 10 > early["huawei"].stocks_used
    assert f"{third.stocks_used:,.0f} million USD of banned parts by then" in said


def test_a_month_is_the_same_whatever_days_are_shown(early):
    short = run_sanction("zte", Choices(days=30, **FEW))
    assert joint_day(short) == 180
    loss = early["zte"].costs.months.loc[3, "target"]
    assert f"In the third month of the ban China loses {loss:,.0f}" in " ".join(headline(short))


def test_leverage_is_said_to_be_of_a_complete_ban():
    said = " ".join(headline(run_sanction("huawei", Choices(ban_share=0.1, **FEW))))
    assert "A complete ban on Huawei, for good: China loses" in said
    assert "The ban on Huawei, for good" not in said


def test_no_ban_at_all():
    result = run_sanction("zte", Choices(ban_share=0.0, **FEW))
    said = " ".join(headline(result))
    assert "A ban of 0% stops nothing" in said
    assert "China and the United States lose nothing." in said
    assert "outlast" not in said
    page = sanction_html(result)
    assert "of normal, on every day" in page
    assert "on the worst day" not in page


def test_a_few_draws_have_no_intervals():
    few, enough = (run_sanction("zte", Choices(draws=n, world_draws=0)) for n in (1, 20))
    said, page = " ".join(headline(few)), sanction_html(few)
    for text in ("90%", "95%", "% of draws"):
        assert text not in said
    assert "of draws" in " ".join(headline(enough))
    assert "90% of draws" in sanction_html(enough)
    assert "90% of draws" not in page
    assert "Bands:" not in page


def test_money_has_a_unit(early):
    page = sanction_html(early["zte"])
    assert "<h3>Real income</h3>" in page
    assert "Real income in the long run" not in page
    assert "lost sales" in page
    sold = float(early["zte"].suppliers["banned"].sum())
    assert f"banned sales of {sold:,.0f} million USD" in page
