"""Who pays, balances and duties in the report: their words and numbers are those of the results."""

import numpy as np
import pytest
from test_terminal import printed

from detente.incidence import who_pays
from detente.report import accounts, facts
from detente.report.html import report_html
from detente.value_added import value_added_trade


def test_balances_are_those_of_the_results(result):
    found = accounts.other_balances(result, "USA", "CHN")
    solution = result.variants["retaliation"]
    added = value_added_trade(solution).loc[("USA", "CHN")]
    assert found["in value added"]["retaliation"] == pytest.approx(
        added["balance_musd"] + added["balance_change_musd"]
    )
    trade = solution.flows["flow_cf"].sum("sector")
    gross = float(trade.sel(importer="CHN", exporter="USA"))
    gross -= float(trade.sel(importer="USA", exporter="CHN"))
    assert found["all trade"]["retaliation"] == pytest.approx(gross)
    line = next(li for li in printed(result, 120).splitlines() if "in value added" in li)
    assert line.split()[-1] == f"{found['in value added']['retaliation'] / 1e3:,.1f}".replace(
        "-", "−"
    )


def test_duties_before_are_the_mean_tariff(result):
    rates = accounts.effective_tariff(result, "USA", "CHN")
    mean = facts.flow(result, "CHN", "USA")[facts.BEFORE]["tariff_pct"]
    assert rates[facts.BEFORE] == pytest.approx(mean)
    assert rates["us-tariffs"] > rates["today"]


def test_sentences_say_who_bears_what(result):
    assert accounts.paid_words(result, "today", "USA", "CHN") == ""
    total = who_pays(result.variants["us-tariffs"], "USA", "CHN").total
    said = accounts.paid_words(result, "us-tariffs", "USA", "CHN")
    assert "raise the price on the way" in said
    share = total["buyer_share"]
    assert (f"buyers bear {100 * share:.0f}%" in said) == (0 <= share <= 1)
    assert ("revenue rises" in said) == (total["revenue_change_musd"] > 0)
    assert ("included, falls" in said) == (total["bill_change_musd"] < 0)


@pytest.mark.parametrize(("wedge", "share"), [(0.1, 0.9), (0.1, 1.2), (0.1, -0.2),
                                              (-0.1, 0.9), (-0.1, 1.2), (-0.1, -0.2)])  # fmt: skip
def test_words_follow_the_directions_of_prices(wedge, share):
    said = accounts._shared({"wedge": wedge, "buyer_share": share})
    buyers, sellers = wedge * share, wedge * share - wedge
    assert ("rise" in said.split(" and ")[0]) == (wedge > 0)
    if share > 1:
        assert f"sellers' prices {'rise' if sellers > 0 else 'fall'} too" in said
    elif share < 0:
        assert f"what buyers pay {'rises' if buyers > 0 else 'falls'}" in said
    else:
        assert "90%" in said
        assert "10%" in said


def test_the_page_has_the_sections_and_shows_each_share(result):
    page = report_html(result)
    for title in ("Who pays", "The balance, gross and in value added"):
        assert f"<h2>{title}</h2>" in page
    assert "What the horizon changes" not in page  # nothing to compare the long run with
    shares = accounts.buyers_share(result, "CHN", "USA")
    assert np.isnan(shares["today"])
    assert f'<td class="number">{100 * shares["retaliation"]:,.0f}</td>' in page


def test_without_two_economies_in_focus_there_is_no_pair(result):
    from dataclasses import replace

    scenario = result.scenario.model_copy(update={"focus": ("USA",)})
    alone = replace(result, scenario=scenario)
    assert accounts.who_pays(alone) == accounts.balances(alone) == ""
