"""What the ledger shows: the same cells everywhere, both trackers, what is from memory."""

import json

import pytest

from detente.document import html
from detente.document.blocks import Mark
from detente.document.glossary import glossary
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
    assert found == [("Détente", 13.7), ("Budget Lab", 17.3), ("Trade War Tracker (Waugh)", 14.8),
                     ("Détente", 29.7), ("PIIE, from memory", 31.9)]  # fmt: skip
    first, second, third, _ = november.sentences()
    assert first.startswith("On 14 November 2025 the average US tariff is 13.7%, up from 2.6% at")
    assert "The Budget Lab finds 17.3%, 3.7 points more than here (Section 232: 3.8)." in second
    assert "The Trade War Tracker (Waugh) finds 14.8%, 1.1 points more" in second
    assert "goods from the European Union: 0.6, goods from Canada: 0.4 and" in second
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
        "The ledger has 191 measures, 16 of them threats that were never in force; of these 49 "
        "from the press or a law firm and 43 from general knowledge, not checked."
    )


def test_who_is_asked_for_decides_what_is_shown():
    canada = document(facts_of(by="CAN"))
    assert set(canada.tables()) == {"measures", "newest"}
    on_china = document(facts_of(on="China", at="2025-08-07"))
    assert "; 41.7% on goods from China." in on_china.sentences()[0]
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
