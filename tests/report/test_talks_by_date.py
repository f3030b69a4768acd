"""Talks by date in words: sentences, tables and the picture, on a dispute made up by hand."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace as Fake

import numpy as np
import pytest

from detente.disputes.cases import Case
from detente.disputes.ladder import Learned
from detente.disputes.moves import State
from detente.document import html
from detente.document.blocks import EVERYWHERE, Chart, Column, Document, Section, Table
from detente.document.numbers import SHARE, money_unit
from detente.report.talks import dated, game, usual
from detente.report.talks.names import Issue, Naming, Party
from detente.talks.dated import Dated
from detente.talks.offers import Offer
from detente.talks.otherwise import BARE, FREE, KNOWN
from detente.talks.record import Forecast
from detente.talks.rungs import Rung, Sides

START, EVE, FIRST, LAST = date(2030, 1, 1), date(2030, 2, 9), date(2030, 2, 10), date(2031, 1, 1)
WORTH = np.zeros((2, 2, 2))
WORTH[0, 1], WORTH[1, 0], WORTH[1, 1] = (-3000, -1000), (2000, -5000), (-1000, -7000)
GAINS, NEITHER = (np.array([10_000.0, -4000.0]), np.array([1000.0, 2000.0])), np.zeros(2)
OFFERS = (
    Offer(("nash",), 3, GAINS[0], True, GAINS[0], NEITHER, NEITHER, 0.5),
    Offer(("north",), 5, GAINS[1], True, GAINS[1], NEITHER, NEITHER, None),
)
# nodes of the game's last day, and settlements of any day, with their chances
NODES = [
    (State(0, "over"), 0.7),
    (State(0, "over", settled=0), 0.2),
    (State(1, "over", settled=1), 0.1),
    (State(1, "over"), 0.2),
    (State(1, "over", b=1), 0.1),
    (State(1, "over", postponed=True), 0.1),
    (State(1, "over", a=1), 0.3),
    (State(1, "target"), 0.5),
]
BROUGHT = np.array([[-1000, -1000 / 3], [0, 0], [7000, -2000], [2000, -5000], [np.nan, np.nan]])


def past(deadline, *events):
    """Return a dispute of the record that named a day."""
    return Case("x", "x", "A", "B", date(2020, 1, 1), deadline, "tariff", "", 0, 0, 0, 0, 1, 1,
                events, "x", {})  # fmt: skip


NAMED = date(2020, 2, 1)
NAMED_DAYS = (
    past(NAMED),
    past(NAMED, (NAMED, "I")),
    past(NAMED, (date(2020, 1, 31), "P")),
    past(date(2020, 1, 1), (date(2020, 1, 1), "I")),  # at once
    past(None),
)


def solved(first, last, sends=FIRST):
    """Return a solved ladder with the chances of outcomes on two days."""
    states, reach = zip(*NODES, strict=True)
    return Fake(
        merged=False, ladder=Fake(days=(0.0, (FIRST - START).days / 365.25),
                                  rungs=(((sends - START).days / 365.25,), ())),
        by_day=np.array([first, last], dtype=float), states=states, reach=np.array(reach),
        rung=np.array([[1.0, 0.0], [0.7, 0.3]]), settled_on=np.array([[0.2, 0.0], [0.2, 0.1]]),
        learned=(
            Learned(1, "holds", 0, 0.6, 0.62),
            Learned(1, "rung", 0, 0.3, 0.7),
            Learned(0, "postpones", 0, 0.06, 0.2),
            Learned(0, "holds", 0, 0.04, 0.9),
            Learned(0, "settles", 0, 0.5, 0.9),
        ),
    )  # fmt: skip


CALM = [0.7, 0, 0.3, 0, 0]
FOUND = Dated(
    Sides(("north", "south"), (
        (Rung("tariffs on ships", ("ships",), FIRST),), (Rung("on grain", ("grain",), FIRST),),
    ), stated=True),
    (START, FIRST), WORTH, OFFERS, solved(CALM, [0.3, 0.1, 0.3, 0.3, 0]),
    {
        "backing down costs three times as much": solved(CALM, [0.3, 0, 0.3, 0.4, 0]),
        KNOWN: solved(CALM, [0.3, 0, 0.25, 0.45, 0]),
        FREE: solved(CALM, [0, 0, 0.95, 0.05, 0]),
        BARE: solved(CALM, [0, 0, 1, 0, 0]),
        "rungs come 90 days later": solved(CALM, [0.6, 0, 0.4, 0, 0], LAST),
        "conceding costs half as much": solved(CALM, [0, 0.1, 0.78, 0.12, 0]),
        "south drops its red line": solved(CALM, [0.28, 0.1, 0.32, 0.3, 0]),
    },
    np.empty((0, 2, 5)),
)  # fmt: skip


def told(chances=((1, 0, 0, 0, 0), (0.6, 0.3, 0.1, 0, 0), (0.1, 0.4, 0.3, 0.2, 0),
                  (0, 0.2, 0.5, 0.3, 0)), first=FIRST):  # fmt: skip
    """Return chances of a record."""
    case = Case("x", "x", "north", "south", START, first, "tariff", "", 0, 0, 20, 10, 1000, 900,
                (), "x", {})  # fmt: skip
    chances = np.array(chances, dtype=float)
    force = chances[:, 3:].sum(axis=1)
    ends = np.column_stack([force / 2, np.minimum(2 * force, 1)])
    return Forecast(
        case, FOUND.sides, "logit", (START, EVE, FIRST, LAST), chances, chances, chances, ends,
        9, {"usual": 0.25, "due": 0.27, "protection": 0.26, "cut_off": 0.2, "exposure": 0.2},
    )  # fmt: skip


def facts(chances=None, found=FOUND, kind="tariff", **more):
    """Return what a report reads of a study."""
    unit = replace(money_unit("million USD", sign=True), divisor=1000.0, decimals=2)
    duties = Issue("duties", "Duties", "", "kept", {"kept": "kept", "cut": "cut by half"})
    names = Naming(
        (Party("north", "North", 0.5, 0.0), Party("south", "South", 0.5, 0.0)),
        {"duties": duties}, {"duties": "kept"}, unit, 50.0, 0.5,
    )  # fmt: skip
    talks = Fake(**{"afterwards": (), "calendar": (), "history": (), "parties": ()} | more)
    return Fake(
        names=names, talks=talks, settled_on=OFFERS[0], naming_of=lambda sides: names,
        study=Fake(forecast=chances or told(), dated=found, clash=None,
                   scenario=Fake(measures=[Fake(id="ships", kind=kind)])),
        packages=Fake(choices=lambda number: {"duties": "cut"} if number == 3 else {}),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def scores(monkeypatch):
    """Put scores of a made-up record in place of the shipped one's."""
    brier = {"base-rates": np.array([0.8, 0.7]), "logit": np.array([0.6, 0.62]),
             "game": np.array([0.7, 0.7])}  # fmt: skip
    for module in (dated, game):
        monkeypatch.setattr(module, "record", lambda: Fake(brier=brier, cases=NAMED_DAYS))
    monkeypatch.setattr(dated, "everything", lambda: NAMED_DAYS)


def said(blocks):
    return [block.text for block in blocks]


def test_what_an_outcome_brings_is_the_mean_over_ways_to_it():
    np.testing.assert_allclose(FOUND.brought, BROUGHT)


def test_outcomes_are_weighed_by_their_chances():
    found = dated.weigh(np.array([0.5, 0.1, 0.2, 0.2, 0.0]), BROUGHT)
    np.testing.assert_allclose(found, [1300, -1566.666667], rtol=1e-8)
    assert dated.weigh(np.array([0.5, 0.1, 0.2, 0.1, 0.1]), BROUGHT) is None


def test_the_opening_answers_whether_tariffs_come():
    opening = dated.sections(facts())[0]
    assert opening.title == "In short: will new tariffs come?"
    assert said(opening.blocks[:3]) == [
        "Probably not on 10 February 2030: new tariffs of North are in force with a chance of 20% "
        "(10% to 40%), a settlement has 30%, withdrawal or delay 40%, nothing decided 10%; a year "
        "on likewise: 30%, 50%, 20% and 0%.",
        "Likeliest if they come: “tariffs on ships”; if settled: Duties: cut by half.",
        "By the logit on 9 past disputes, with an error (Brier score) of 0.61 on 5 kept out of the "
        "fit by episode; always saying the usual shares has 0.75 (0 is perfect, 0.80 guessing).",
    ]
    assert said(opening.blocks[5:]) == [
        "The usual dispute gives new tariffs 25% then, this one 20%; the largest pushes: no ban (6 "
        "points less) and its day has come (2 points more).",
        "A game of both sides (error 0.70) gives new tariffs 30%, moved most to 12% if conceding "
        "costs South half as much; it gives a settlement 30%, 25% if neither cares for "
        "standing and nothing is hidden and 95% if conceding is free too.",
    ]


@pytest.mark.parametrize(
    ("force", "answer"),
    [(0.04, "Almost surely not on"), (0.3, "Probably not on"), (0.5, "As likely as not on"),
     (0.7, "Probably on"), (0.97, "Almost surely on")],
)  # fmt: skip
def test_the_answer_is_in_words(force, answer):
    at = (1 - force, 0, 0, force, 0)
    chances = told(((1, 0, 0, 0, 0), (1, 0, 0, 0, 0), at, (0.5, 0, 0, 0.5, 0)))
    first = dated.sections(facts(chances))[0].blocks[0].text
    assert first.startswith(answer)
    assert ("a year on likewise" in first) == (force == 0.5)
    assert ("a year on, as likely as not: " in first) == (force != 0.5)


def test_chances_that_do_not_add_up_are_said_to_be_rounded():
    odd = told(((1, 0, 0, 0, 0), (1, 0, 0, 0, 0), (0.114, 0.474, 0.124, 0.288, 0),
                (0, 0.2, 0.5, 0.3, 0)))  # fmt: skip
    first = dated.sections(facts(odd))[0].blocks[0].text
    assert (
        "29% (14% to 58%), a settlement has 12%, withdrawal or delay 47%, nothing decided " in first
    )
    assert "nothing decided 11% (rounded); a year on" in first


@pytest.mark.parametrize("first", [START, date(2032, 1, 1)])
def test_where_the_first_day_tells_nothing_the_last_one_is_told(first):
    chances = told(first=first)
    assert chances.shown == LAST
    said = dated.sections(facts(chances))[0].blocks[0].text
    assert said.startswith("Probably not a year on, on 1 January 2031: new tariffs of North are in")
    assert said.endswith("a chance of 30% (15% to 60%), a settlement has 50%, withdrawal or delay "
                         "20%, nothing decided 0%.")  # fmt: skip


def test_two_deals_are_told_apart_and_worths_are_bridged():
    found = facts(parties=())
    found.parties = ("north", "south")
    for package, said_ in (
        (3, ""),
        (5, " and is likelier where neither side knows the other."),
        (8, "; this one both would sign if they knew that talks otherwise fail."),
    ):
        found.predicted = Fake(package=package)
        start = "The deal above settles the dispute ($10bn to North and a loss of $4bn to South "
        assert dated.bridge(found) == (said_ and f"{start}against today){said_}")
    assert dated.against_today(found) == "$10bn to North and a loss of $4bn to South against today"
    assert dated.not_at_odds(found) == (
        "The 50% above are for any settlement, as in past disputes, not for these packages."
    )
    found.study.forecast = found.study.dated = None
    assert dated.not_at_odds(found) == dated.against_today(found) == dated.bridge(found) == ""


def test_measures_that_are_no_tariffs_are_called_measures():
    assert dated.sections(facts(kind="export-ban"))[0].title == "In short: will new measures come?"


def test_nothing_that_moves_it_is_said_so():
    flat = replace(told(), steps=dict.fromkeys(("usual", "due", "cut_off"), 0.2))
    assert usual.driven(facts(flat), flat) == (
        "The usual dispute gives new tariffs 20% then, and nothing that is known of this one makes "
        "it other."
    )


def test_steps_from_the_usual_dispute_add_up():
    shown = dated.drivers(facts(), told())
    assert [(row["what"], row.get("change"), row["chance"]) for row in shown.rows] == [
        ("the usual dispute", None, 0.25), ("its day has come", pytest.approx(0.02), 0.27),
        ("no duty case or safeguard", pytest.approx(-0.01), 0.26),
        ("no ban", pytest.approx(-0.06), 0.2), ("how exposed South is", 0.0, 0.2),
    ]  # fmt: skip


def test_what_the_file_gives_and_what_is_assumed_is_said():
    chances = told()
    standing = Fake(objective=Fake(standing=Fake(central=5000)), party="north")
    (only,) = dated._given(facts(parties=[standing]), chances)
    assert only.text == "By the file North values having acted at $5bn a year."
    assert dated._given(facts(), chances) == []
    found = facts()
    costs = zip(found.names.parties, (1000.0, 2000.0), strict=True)
    dear = tuple(replace(one, audience_cost=cost) for one, cost in costs)
    third = Party("east", "East", 0.5, 0.0)
    found.names = replace(found.names, parties=(*dear, third))
    assert dated._given(found, chances)[0].text == (
        "By the file backing down costs North $1bn and South $2bn a year. East takes no part in "
        "the ladder."
    )
    made = replace(chances, sides=replace(chances.sides, stated=False))
    assert dated._given(found, made)[0].text.endswith(
        "It has no ladder or calendar: steps are assumed, and East takes no part."
    )
    (own,), others = chances.sides.rungs
    loose = replace(chances.sides, rungs=((own._replace(assumed=True),), others), stated=False)
    (only,) = dated._given(facts(calendar=[1]), replace(chances, sides=loose))
    assert only.text == "The file has no ladder: steps and days are assumed."


def test_without_a_game_chances_stand_alone():
    opening, *rest = dated.sections(facts(found=None))
    first, sure = said(opening.blocks[:2])
    assert first.startswith("Probably not on 10 February 2030: new tariffs of North")
    assert sure.startswith("By the logit on 9 past disputes")
    assert [column.key for column in opening.blocks[3].columns] == ["what", "then", "later"]
    assert {section.key for section in rest} == {"in-short", "dates-in-full", "record"}


def test_where_nothing_can_be_settled_on_it_says_so():
    found = facts()
    found.settled_on = None
    assert dated.likely(found) == (
        "Likeliest if they come: “tariffs on ships”. No package of the table can be settled on: a "
        "settlement needs another."
    )


def test_what_has_happened_comes_first_and_the_record_says_that_it_does_not_know_of_it():
    found = facts(history=[Fake(date=date(2030, 1, 20))])
    given, before, _, sure = said(dated.sections(found)[0].blocks[:4])
    assert given == (
        "Given what has happened by 20 January 2030, on 10 February 2030 new tariffs of North are "
        "in force with a chance of 30%, a settlement has 30%, withdrawal or delay 10%, nothing "
        "decided 30%: by the game of both sides, with an error of 0.70 on past disputes."
    )
    assert before.startswith("As of 1 January 2030, without that: probably not on 10 February 2030")
    assert sure.startswith("By the logit on 9 past disputes")
    shown = dated.outcomes(found, found.study.forecast)
    assert shown.note.startswith("Chances as of 1 January 2030, without what has happened since")
    assert len(shown.rows) == 5  # nothing is summed
    assert "Against the chances above" not in str(game.sections(found))


def test_a_day_that_nobody_named_is_said_to_be_assumed():
    chances = told()
    (own,), others = chances.sides.rungs
    sides = replace(chances.sides, rungs=((own._replace(assumed=True),), others))
    drawn = dated.picture(facts(), replace(chances, sides=sides))
    assert "On that day, the one assumed, the chance that it is open" in drawn.note
    assert "10 February 2030, the day assumed" in str(drawn.own)
    assert "10 February 2030, the day named" in str(dated.picture(facts(), chances).own)


def test_an_outcome_that_the_file_has_no_way_to_is_named():
    chances = ((1, 0, 0, 0, 0), (0.6, 0.4, 0, 0, 0), (0, 0.5, 0.2, 0.3, 0), (0, 0.3, 0.3, 0.2, 0.2))
    note = dated.outcomes(facts(), told(chances)).note
    assert note.endswith("nothing is summed: imposed with answer.")


def test_where_red_lines_clash_it_says_so():
    found = facts()
    found.study.clash = object()
    assert dated.likely(found) == (
        "Under the red lines of the file nothing can be settled: where something is, a line was "
        "dropped."
    )


def test_outcomes_have_chances_and_worth_and_a_sum():
    shown = dated.outcomes(facts(), told())
    assert [column.title for column in shown.columns] == [
        "", "10 Feb 2030", "1 Jan 2031", "North", "South"
    ]  # fmt: skip
    assert shown.rows[2] == {
        "what": "settled", "then": 0.3, "later": 0.5,
        "worth_0": pytest.approx(7000), "worth_1": pytest.approx(-2000),
    }  # fmt: skip
    assert "worth_0" not in shown.rows[4]  # the game never comes to an answer
    assert shown.rows[5] == {
        "what": "weighed, a year on",
        "worth_0": pytest.approx(4100), "worth_1": pytest.approx(-2500),
    }  # fmt: skip
    assert shown.note == (
        "Settled: mean over packages; first two rows: South may have measures in force."
    )
    assert shown.look == "stack"  # on a phone no column is cut


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([], []),
        ([(LAST, "a truce"), (FIRST, "North acts"), (EVE, "talks")],
         ["What happened (not used): 10 February 2030, North acts."]),
        ([(LAST, "a truce")], ["What happened (not used): 1 January 2031, a truce."]),
    ],
)  # fmt: skip
def test_what_then_happened_stands_beside(events, text):
    happened = tuple(Fake(date=day, title=title) for day, title in events)
    assert said(dated.happened(facts(afterwards=happened), told())) == text


def test_a_fall_on_the_day_named_is_explained_and_marked():
    drawn = dated.picture(facts(), told())
    assert drawn.note == (
        "By the logit on past disputes; nothing can be in force before 10 February 2030. On that "
        "day, the one named, the chance that it is open falls from 60% to 10%: by then a threat is "
        "mostly carried out, put off or settled. Dashed: where measures in force begin in nine of "
        "ten fits"
    )
    areas, dashed, rule, label = drawn.own["layer"]
    assert areas["encoding"]["y"]["stack"] == "zero"
    assert rule["data"]["values"] == label["data"]["values"] == [
        {"date": "2030-02-10", "said": "10 February 2030, the day named"}
    ]  # fmt: skip
    assert label["mark"]["align"] == "left"
    assert dashed["data"]["values"] == [
        {"date": "2030-02-10", "end": "low", "chance": 0.9},
        {"date": "2030-02-10", "end": "high", "chance": 0.6},
        {"date": "2031-01-01", "end": "low", "chance": 0.85},
        {"date": "2031-01-01", "end": "high", "chance": 0.4},
    ]


def test_where_nothing_falls_nothing_is_explained():
    smooth = told(((1, 0, 0, 0, 0), (0.6, 0.3, 0.1, 0, 0), (0.55, 0.3, 0.1, 0.05, 0),
                   (0, 0.2, 0.5, 0.3, 0)))  # fmt: skip
    assert "falls from" not in dated.picture(facts(), smooth).note


def test_open_disputes_are_counted_the_day_before_and_on_the_day_named():
    assert dated.open_around_the_day(NAMED_DAYS) == (3, 2, 1)
    about = dated.sections(facts())[-1]
    assert (
        "Of 3 past disputes with a day named, 2 were open on the eve of it and 1 once it was over."
    ) in said(about.blocks[1:])


def test_the_game_says_where_it_differs_and_what_brings_a_deal():
    assert said(game._compared(facts(), FOUND)) == [
        "Against the chances above the game gives measures in force 30% (10 points more) and a "
        "settlement 30% (the same) on 10 February 2030.",
        "In the game a settlement by 10 February 2030 has 30%: 25% if neither cares for "
        "standing and nothing is hidden, 95% if conceding is free too.",
    ]


def test_a_game_in_which_nothing_can_be_settled_tells_no_settlement():
    found = facts(found=replace(FOUND, offers=(), others={}))
    assert said(game.explained(found)) == [
        "A game of both sides (error 0.70) gives new tariffs 30% and nothing to settle on."
    ]
    (only,) = said(game._compared(found, found.study.dated))
    assert only.endswith("gives measures in force 30% (10 points more) on 10 February 2030.")


def test_what_changes_chances_most_stands_first():
    shown = game.changes(facts(), FOUND)
    assert [column.title for column in shown.columns] == [
        "", "in force 10 Feb 2030", "settled by 10 Feb 2030"
    ]  # fmt: skip
    assert [(row["what"], row["force"], row["settled"]) for row in shown.rows] == [
        ("as the file has it", 0.3, 0.3),
        (BARE, 0.0, 1.0),
        (FREE, 0.05, 0.95),
        ("conceding costs South half as much", 0.12, 0.78),
        ("rungs come 90 days later", 0.0, 0.4),
        (KNOWN, 0.45, 0.25),
        ("backing down costs North three times as much", 0.4, 0.3),
        ("South drops its red line", 0.3, 0.32),
    ]


def test_what_is_learned_is_said_of_the_move_that_tells_most():
    assert said(game.lessons(facts(), FOUND)) == [
        "If South holds on 1 January 2030, it is 62% likely to be one that finds conceding dear, "
        "where it was 50% before.",
        "If North puts its measures off on 1 January 2030, it is 20% likely to be one that wants "
        "much to have acted, where it was 50% before.",
    ]
    assert [row["move"] for row in game.learned(facts(), FOUND).rows] == [
        "South holds", "South takes its next step", "North puts its measures off"
    ]  # fmt: skip


def test_figures_of_a_picture_are_on_the_page_though_a_terminal_prints_them_elsewhere():
    columns = (Column("day", "", "a day"), Column("share", "", "a share", SHARE))
    table = Table("shares", "Shares", columns, ({"day": "a", "share": 0.5},))
    shown = Section("one", "One", (Chart(table, "bars", "day", ("share",)),), EVERYWHERE)
    printed = Section("two", "", (table,), frozenset({"terminal"}))
    assert 'id="table-shares"' in html.page(Document("x", "X", (shown, printed)))
