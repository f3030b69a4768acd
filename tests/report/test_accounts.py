"""Who pays, balances and duties in the report: their words and numbers are those of the results."""

import math
from dataclasses import replace

import pytest

from detente.document.html import page
from detente.incidence import who_pays
from detente.report.describe import describe
from detente.report.facts import BEFORE
from detente.report.run import wording
from detente.report.run.facts import facts_of
from detente.value_added import value_added_trade


def cell(document, table, row, column):
    """Return a raw value of a table by the name of its row."""
    shown = document.tables()[table]
    first = shown.columns[0].key
    (found,) = [r for r in shown.rows if getattr(r[first], "text", r[first]) == row]
    return found[column]


def test_balances_are_those_of_the_results(result):
    document, title = describe(result), "+ China retaliates"
    solution = result.variants["retaliation"]
    added = value_added_trade(solution).loc[("USA", "CHN")]
    assert cell(document, "balance", title, "value_added") == pytest.approx(
        added["balance_musd"] + added["balance_change_musd"]
    )
    trade = solution.flows["flow_cf"].sum("sector")
    gross = float(trade.sel(importer="CHN", exporter="USA"))
    gross -= float(trade.sel(importer="USA", exporter="CHN"))
    assert cell(document, "balance", title, "all_trade") == pytest.approx(gross)
    goods = solution.bilateral.eval("goods_musd + goods_change_musd")
    assert cell(document, "balance", title, "goods") == pytest.approx(
        goods.loc[("USA", "CHN")] - goods.loc[("CHN", "USA")]
    )


def test_duties_before_are_the_mean_tariff(run):
    flow = run.pairs[0].flow
    assert (run.pairs[0].importer, run.pairs[0].exporter) == ("USA", "CHN")
    assert flow[BEFORE]["due_pct"] == pytest.approx(flow[BEFORE]["tariff_pct"])
    assert flow["us-tariffs"]["due_pct"] > flow["today"]["due_pct"]


def test_sentences_say_who_bears_what(result, run):
    assert wording.paid(run, "today", run.pairs[0]) == ""
    total = who_pays(result.variants["us-tariffs"], "USA", "CHN").total
    said = wording.paid(run, "us-tariffs", run.pairs[0])
    assert "dearer on the way" in said
    share = total["buyer_share"]
    assert (f"Buyers bear {100 * share:.0f}%" in said) == (0 <= share <= 1)
    assert ("revenue rises" in said) == (total["revenue_change_musd"] > 0)
    assert ("included, falls" in said) == (total["bill_change_musd"] < 0)


@pytest.mark.parametrize(("wedge", "share"), [(0.1, 0.9), (0.1, 1.2), (0.1, -0.2),
                                              (-0.1, 0.9), (-0.1, 1.2), (-0.1, -0.2)])  # fmt: skip
def test_words_follow_the_directions_of_prices(wedge, share):
    said = wording.shared({"wedge": wedge, "buyer_share": share})
    buyers, sellers = wedge * share, wedge * share - wedge
    assert ("rise" in said.split(" and ")[0]) == (wedge > 0)
    if share > 1:
        assert f"sellers' prices {'rise' if sellers > 0 else 'fall'} too" in said
    elif share < 0:
        assert f"what buyers pay {'rises' if buyers > 0 else 'falls'}" in said
    else:
        assert "90%" in said
        assert "10%" in said


def test_the_page_has_the_sections_and_shows_each_share(result, run):
    document = describe(result)
    sections = {section.key for section in document.sections}
    assert {"who-pays", "balances"} < sections
    assert "horizon" not in sections  # nothing to compare the long run with
    back = run.pairs[1]
    assert math.isnan(back.buyers_share("today"))
    share = who_pays(result.variants["retaliation"], "CHN", "USA").total["buyer_share"]
    assert cell(document, "trade", "+ China retaliates", "borne_CHN") == pytest.approx(share)
    shown = f"{100 * share:,.0f}%".replace("-", "−")
    assert f">{shown}</td>" in "".join(page(document).split("\n"))


def test_without_two_economies_in_focus_there_is_no_pair(result):
    scenario = result.scenario.model_copy(update={"focus": ("USA",)})
    alone = replace(result, scenario=scenario)
    assert facts_of(alone).pairs == ()
    keys = {section.key for section in describe(alone).sections}
    assert not keys & {"who-pays", "balances", "between"}
