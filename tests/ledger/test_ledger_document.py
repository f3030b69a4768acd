"""What the ledger shows: the same cells everywhere, both trackers, what is from memory."""

import json

import pytest

from detente.document import html
from detente.document.blocks import Chart, Mark
from detente.document.charts import spec
from detente.document.glossary import glossary
from detente.ledger.rates import ledger_averages
from detente.report.ledger.document import document
from detente.report.ledger.facts import facts_of
from same_cells import on_page, same_cells


@pytest.fixture(scope="module")
def november():
    return document(facts_of(at="2025-11-14"))


def said(**asked):
    return document(facts_of(**asked)).sentences()


def test_cells_are_the_same_everywhere(november):
    assert same_cells(november) > 400
    assert json.dumps(november.to_plain(), allow_nan=False)


def test_both_trackers_are_shown_where_they_differ(november):
    rows = november.tables()["averages"].rows
    found = [(row["source"], round(100 * row["rate"], 1)) for row in rows]
    assert found == [("Détente", 13.7), ("Budget Lab, seen 29 June 2026", 17.3),
                     ("Trade War Tracker (Waugh)", 14.8),
                     ("Détente", 29.7), ("PIIE, from memory", 31.9)]  # fmt: skip
    first, second, third, _ = november.sentences()
    assert first.startswith("On 14 November 2025 the average US tariff is 13.7%, up from 2.6% at")
    assert (
        "The Budget Lab finds 17.3%, 3.6 points more than here (Section 232: 3.8 points)." in second
    )
    assert "The Trade War Tracker (Waugh) finds 14.8%, 1.1 points more" in second
    assert "goods from the European Union: 0.6 points, goods from Canada: 0.4 points and" in second
    assert third.endswith("PIIE finds 31.9%, quoted from memory.")
    assert any("counts more goods as metal" in note for note in november.notes)


def test_laws_are_explained_as_laws(november):
    page = html.page(november)
    assert "under an emergency law (IEEPA)" in page
    assert glossary()["Reciprocity"].meaning not in page


def test_a_gap_of_less_than_a_point_needs_no_reason():
    _, second, *_ = said(at="2025-08-07")
    assert second.startswith("The Budget Lab finds 16.0%. The Trade War Tracker (Waugh) finds")


def test_a_figure_that_is_about_to_change_is_told_with_the_next():
    _, second, *_ = said(at="2025-04-10")
    assert "that is its figure of 9 April 2025, the next, of 11 April 2025, is 22.6%" in second


def test_before_trackers_what_was_collected():
    first, second, third, _ = said(at="2018-09-24")
    assert "is 2.1%, up from 1.2% at the start of 2018" in first
    assert second == "Customs collected 2.0% in that month."
    # PIIE's figure of January 2018 says nothing of September
    assert third.startswith("China's average tariff on US goods is 17.7%, up from 7.2%")
    assert third.endswith("at the start of 2018.")


def test_measures_say_what_is_not_checked():
    shown = document(facts_of(at="2025-03-20", by="CHN", on="USA"))
    rows = {row["id"]: row for row in shown.tables()["measures"].rows}
    mark = rows["M084"]["checked"]
    assert isinstance(mark, Mark)
    assert (mark.text, mark.tone) == ("from general knowledge, not checked", "bad")
    assert rows["M092"]["checked"].text == "shown by a product list"
    assert "15 coal, LNG" in rows["M084"]["rate_pct"]
    page = on_page(shown)
    assert len(page.tables["measures"]) == len(rows) + 1


def test_all_43_rows_from_memory_say_so():
    rows = document(facts_of()).tables()["measures"].rows
    assert len(rows) == 191
    known = [row["checked"].text for row in rows]
    assert known.count("from general knowledge, not checked") == 43
    last = said()[-1]
    assert last == (
        "The ledger has 191 measures, 16 of them threats that were never in force. Of all "
        "191, 49 are from the press or a law firm and 43 are from general knowledge, not checked."
    )


def test_who_is_asked_for_decides_what_is_shown():
    canada = document(facts_of(by="CAN"))
    assert set(canada.tables()) == {"measures", "newest", "opening"}
    on_china = document(facts_of(on="China", at="2025-08-07"))
    assert on_china.sentences()[0].startswith(
        "On 7 August 2025 the United States charges 41.7% on goods from China by law, on average, "
        "up from 12.6% at the start of 2025; on all its imports it is 15.4%. The fentanyl tariffs "
        "make 19.5 points of it, Section 301 on China makes 10.0"
    )
    columns = [column.key for column in on_china.tables()["over-time"].columns]
    assert columns == ["date", "ALL", "CHN"]
    assert "china" not in on_china.tables()  # its tariffs are on others
    assert "china" in document(facts_of(by="CHN")).tables()
    assert said(by="CHE", at="2025-08-07") == ["No such measure is in force on 7 August 2025."]


def test_days_on_which_measures_begin_and_end():
    last = said(at="2026-02-20", by="USA", authority="ieepa")[-1]
    assert "for the last day" in last
    first = said(at="2026-02-24", by="USA", authority="s122")[-1]
    assert first == "1 measure is in force, 1 from this day on."


def test_chinas_averages_beside_piie(november):
    rows = november.tables()["china"].rows
    assert [round(100 * row["piie"], 1) for row in rows] == [8.0, 21.0, 147.6, 32.6, 31.9]
    assert [round(100 * row["ours"], 1) for row in rows] == [7.2, 18.9, 146.1, 31.1, 29.7]


def averages(**asked):
    rows = document(facts_of(**asked)).tables()["averages"].rows
    return [(row["whose"], row["source"], round(100 * row["rate"], 1)) for row in rows]


def test_a_pair_is_told_first():
    assert averages(by="USA", on="Japan", at="2025-08-07")[0] == ("US, goods from Japan",
                                                                  "Détente", 18.0)  # fmt: skip
    both = averages(by="USA", on="NAFTA", at="2025-08-07")
    assert [row[0] for row in both] == ["US, goods from Mexico and Canada", "US, all imports"]
    rates = ledger_averages("USA", "2025-08-07").set_index("partner")
    two = rates.loc[["MEX", "CAN"]]
    mean = (two["rate"] * two["imports_usd"]).sum() / two["imports_usd"].sum()
    assert both[0][2] == round(100 * mean, 1)
    assert "Of NAFTA any member counts." in said(by="USA", on="NAFTA", at="2025-08-07")
    germany = said(by="USA", on="Germany", at="2025-08-07")[0]
    assert "on goods from the European Union by law" in germany
    assert "The ledger has no US rates on Syria, but measures." in said(by="USA", on="Syria")


def test_a_law_narrows_averages_and_says_so():
    found = averages(by="USA", on="CHN", at="2025-08-07", authority="ieepa")
    assert found == [("US, goods from China, IEEPA", "Détente", 25.3),
                     ("US, all imports, IEEPA", "Détente", 8.9)]  # fmt: skip
    first = said(by="USA", at="2025-08-07", authority="ieepa")[0]
    assert first.startswith(
        "On 7 August 2025 the United States charges 8.9% on all its imports under IEEPA alone"
    )
    chart = document(facts_of(by="USA", at="2025-08-07", authority="s232")).tables()["over-time"]
    assert max(row["CHN"] for row in chart.rows) < 0.2  # all laws: more than 1.3
    assert said(by="china", authority="ieepa")[0] == (
        "China's rates are not divided by law; its average is told where no authority is asked for."
    )
    none = said(by="USA", authority="export-control")
    assert none[0] == "No part of US rates rests on export-control: averages are left out."


def test_on_oneself_there_are_deals_alone():
    shown = document(facts_of(by="USA", on="USA"))
    assert shown.title == "Deals by USA on USA of 2018 to 2026"
    assert shown.sentences()[0].startswith("Nobody has tariffs on itself")
    assert "averages" not in shown.tables()


def test_what_is_in_force_stands_first_and_the_future_after_it():
    rows = document(facts_of(by="USA")).tables()["measures"].rows
    days = [str(row["effective"]) for row in rows]
    coming = [k for k, day in enumerate(days) if day > "2026-08-21" and day != "None"]
    assert days[0] == "2026-08-15"
    assert days[:5] == sorted(days[:5], reverse=True)
    ended = [
        k
        for k, row in enumerate(rows)
        if row["end"] and str(row["end"]) < "2026-08-21" and row["instrument"].text != "threat"
    ]
    assert coming
    assert min(coming) > max(ended)


def test_the_state_of_a_past_day_is_that_of_the_day():
    rows = document(facts_of(at="2025-08-07", by="USA")).tables()["measures"].rows
    states = {row["id"]: row["status"] for row in rows}
    assert states["M087"] == "ended later (2025-11-09)"
    assert states["M127"] == "ended later (2026-04-05)"
    assert states["M018"] == "in force"


def test_a_page_folds_what_is_not_among_the_first():
    shown = document(facts_of(at="2025-11-14"))
    page = on_page(shown)
    assert len(page.tables["opening"]) == 12 + 1
    assert len(page.tables["measures"]) > 50
    assert "opening" not in shown.to_plain()["tables"]


def test_the_day_is_marked_and_the_axis_starts_where_rates_move():
    shown = document(facts_of(at="2025-08-07"))
    (chart,) = [b for section in shown.sections for b in section.blocks if isinstance(b, Chart)]
    drawn = spec(chart)
    assert drawn["layer"][0]["mark"]["type"] == "rule"
    assert drawn["layer"][0]["data"] == {"values": [{"date": "2025-08-07"}]}
    assert str(chart.table.rows[0]["date"]) == "2024-12-01"
    old = document(facts_of(at="2019-06-01")).tables()["over-time"].rows
    assert str(old[0]["date"]) == "2018-06-01"
    assert round(100 * old[0]["ALL"], 1) == 1.5


def test_differences_are_those_of_what_is_shown():
    rows = document(facts_of(at="2025-08-07")).tables()["averages"].rows
    assert round(100 * rows[1]["rate"], 1) == 16.0
    assert rows[1]["gap"] == pytest.approx(0.006)  # 16.0 less 15.4
    assert any("seen on 29 June 2026" in note for note in document(facts_of()).notes) is False
    assert any("29 June 2026" in note for note in document(facts_of(at="2025-08-07")).notes)
