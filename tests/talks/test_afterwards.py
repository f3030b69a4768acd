"""What then happened: what is coded, and how a prediction and "nothing changes" are scored."""

from __future__ import annotations

import datetime

import pytest

from detente.report.describe import describe
from detente.report.talks import doubts, facts, wording
from detente.scenario.load import load_scenario
from detente.talks.afterwards import Score, last_word, score, settled_by
from detente.talks.choices import Choices
from detente.talks.study import run_talks
from talks_case import case_of, economy


def issue(name, *options):
    """Return an issue whose first option is worth nothing; others as (id, one, two)."""
    found = [{"id": "no"}]
    found += [{"id": o, "values": {"one": one, "two": two}} for o, one, two in options]
    return {"id": name, "options": found}


def studied(folder, talks):
    """Work out a table of values alone."""

    def change(plain):
        plain["talks"] = {"parties": [{"party": "one"}, {"party": "two"}], **talks}

    return run_talks(case_of(folder, change), Choices(draws=0), baseline=economy())


TABLE = {
    "issues": [
        issue("a", ("yes", 10, 10)),
        issue("b", ("yes", -5, -5)),
        issue("c", ("yes", 3, 3), ("more", 2, 1)),
        issue("d", ("yes", 1, 1)),
    ],
    "no_deal": [{"id": "now", "title": "Now", "kind": "impasse"}],
    # the prediction is yes, no, yes, yes; out of order, as a file may be
    "afterwards": [
        {"date": "2020-03-01", "title": "Late", "choices": {"a": "no", "c": "yes"}},
        {"date": "2020-01-05", "title": "Talk"},
        {"date": "2020-02-01", "title": "Early", "choices": {"a": "yes", "b": "no"},
         "off_table": {"c": "a lot more"}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return studied(tmp_path_factory.mktemp("after"), TABLE)


@pytest.fixture(scope="module")
def may():
    return {str(e.date): e for e in load_scenario("may-2018").talks.afterwards}


def test_scores_by_hand():
    predicted, unsettled = {"a": "yes", "b": "yes", "c": "no"}, dict.fromkeys("abc", "no")
    assert score({"a": "yes", "b": "no"}, predicted, unsettled) == Score(2, 1, 1)
    assert score({"a": "yes", "b": "yes", "c": "yes"}, predicted, unsettled) == Score(3, 2, 0)
    # what is no option of the table is wrong for both
    assert score({"a": None, "c": "no"}, predicted, unsettled) == Score(2, 1, 1)


def test_the_last_word_is_that_of_the_day(study):
    late, _, early = study.case.talks.afterwards
    assert settled_by(early) == {"a": "yes", "b": "no", "c": None}
    assert settled_by(late) == {"a": "no", "c": "yes"}
    assert last_word(study.case.talks) == {"a": "no", "b": "no", "c": "yes"}


def told(study):
    """Return what is said of all events, and what each settled, line by line."""
    found = facts.of_study(study)
    lines = [
        [getattr(line, "text", line) for line in row["settled"]]
        for row in doubts.afterwards(found).rows
    ]
    return [one.text for one in wording.sentences(found)["happened"]], lines


def test_nothing_changes_stands_beside_every_score(study):
    (total,), (late, talk, early) = told(study)
    assert talk == ["–"]
    assert late == [
        "not so: a: no (predicted: yes)",
        "as predicted: c: yes",
        "As predicted on 1 of 2 issues; “nothing changes” is on 1.",
    ]
    assert early == [
        "not so: c: a lot more (predicted: yes)",
        "as predicted: a: yes",
        "as predicted: b: no",
        "As predicted on 2 of 3 issues; “nothing changes” is on 1.",
    ]
    assert total == ("By how each issue was settled last, the prediction is right on 2 of 3 "
                     "issues; “nothing changes” is on 2.")  # fmt: skip
    days = [row["day"] for row in describe(study).tables()["afterwards"].rows]
    assert days == ["2020-03-01", "2020-01-05", "2020-02-01"]
    assert total in describe(study).sentences()


def test_one_event_needs_no_total_and_none_without_a_prediction(tmp_path):
    one = studied(tmp_path, {**TABLE, "afterwards": TABLE["afterwards"][:2]})
    assert told(one)[0] == []
    events = [{"date": f"2020-02-0{n}", "title": "So", "choices": {"a": "yes"}} for n in (1, 2)]
    none = studied(tmp_path, {"issues": [issue("a", ("yes", -10, 1))], "afterwards": events})
    assert none.predicted is None
    assert told(none) == ([], [["a: yes"], ["a: yes"]])


# the record of may-2018, in literals


def test_purchases_without_an_amount_count_for_none(may):
    statement = may["2018-05-20"]
    assert statement.choices == {}
    assert statement.off_table == {}
    assert all("purchases" not in e.choices for e in may.values())


def test_phase_one_is_100bn_a_year(may):
    phase_one = may["2020-01-15"]
    assert phase_one.choices == {"us-tariffs": "imposed", "subsidies": "continued"}
    assert phase_one.off_table["purchases"].startswith("$100bn more a year")
    assert 76.7 + 123.3 == 2 * 100
    assert "$76.7bn in 2020 and $123.3bn in 2021" in " ".join(phase_one.note.split())


def test_the_vote_of_june_is_on_the_whole_bill_and_settles_nothing(may):
    vote, dropped = may["2018-06-18"], may["2018-07-20"]
    assert vote.choices == vote.off_table == dropped.choices == {}
    assert "whole defence bill" in vote.title
    assert "85 to 10" in vote.title
    assert "drops the clause on ZTE" in dropped.title
    assert [d for d, e in may.items() if "zte" in e.choices] == ["2018-06-07"]
    assert may["2018-06-07"].choices == {"zte": "fined"}


def test_the_tariffs_are_imposed_when_all_50bn_are(may):
    assert may["2018-07-06"].choices == may["2018-05-29"].choices == {}
    assert may["2018-08-23"].choices == {"us-tariffs": "imposed"}
    assert may["2018-05-22"].choices == {"chinas-tariffs": "cars"}
    assert may["2019-05-16"].choices == {"huawei": "open"}


def test_every_event_of_may_2018_has_a_source_and_they_are_in_order(may):
    assert all(e.source for e in may.values())
    days = [datetime.date.fromisoformat(day) for day in may]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("name", "issues", "unchanged"), [("may-2018", 6, 2), ("nafta-2018", 6, 1)]
)
def test_what_nothing_changes_has_right_in_the_shipped_ones(name, issues, unchanged):
    talks = load_scenario(name).talks
    unsettled = {i.id: i.unsettled or i.options[0].id for i in talks.issues}
    assert score(last_word(talks), unsettled, unsettled) == (issues, unchanged, unchanged)
    first = settled_by(talks.afterwards[0])
    if name == "nafta-2018":  # the text of 30 September: metals and panels stay, as docs say
        assert score(first, unsettled, unsettled) == (6, 2, 2)
