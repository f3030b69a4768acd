"""Ladders, calendars and histories that cannot be: refused; and those that can, however odd."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from detente.disputes.ladder import escalate
from detente.disputes.moves import Ladder, Standing, grow
from detente.errors import InputError
from detente.prepared import prepare
from detente.report.describe import describe
from detente.scenario.load import load_scenario
from detente.scenario.talks_consistency import _never_used
from detente.talks.case import make_valuer
from detente.talks.choices import Choices
from detente.talks.dated import _refuse_never, calendar, history
from detente.talks.otherwise import rungs_otherwise
from detente.talks.prepare import make_case
from detente.talks.rungs import rungs_of
from detente.talks.study import run_talks
from talks_case import case_file, case_of, economy

LADDER = [
    {"party": "one", "title": "on cars", "measures": ["cars"], "first": "2018-07-01"},
    {"party": "two", "title": "on corn", "measures": ["corn"], "first": "2018-07-01"},
]
SECOND = {"party": "one", "title": "on trucks", "measures": ["trucks"], "first": "2018-08-01"}
TRUCKS = {"id": "trucks", "kind": "tariff", "by": "C0", "on": "C1", "sectors": "S2", "add": 0.1}
LATE = "rungs come 90 days later"


def laddered(plain, ladder=LADDER, **more):
    plain["measures"].append(dict(TRUCKS))
    plain["talks"] |= {"ladder": ladder, **more}


def moves(*said):
    """Return a history of moves such as ``07-01 one rung``."""
    split = (one.split() for one in said)
    return [{"date": f"2018-{day}", "party": who, "move": move} for day, who, move in split]


def studied(folder, change):
    return run_talks(case_of(folder, change), Choices(draws=0), baseline=economy())


def unsolved(folder, change):
    """Return the case of a file: all that can be refused of it before anything is solved."""
    loaded, world, options, _ = prepare(case_of(folder, change), economy(), None, None)
    return make_case(loaded, make_valuer(loaded, world, options))


def faults(folder, **more):
    """Return what is refused of a ladder: key, message, value, allowed, and the words at its line.

    On loading, or else with the economy at hand.
    """
    path = case_file(folder, lambda plain: laddered(plain, **more))
    with pytest.raises(InputError) as refused:
        unsolved(folder, lambda plain: laddered(plain, **more))
    lines = path.read_text().splitlines()
    return [(p.key, p.message, p.value, p.allowed, lines[p.line - 1].strip())
            for p in refused.value.problems]  # fmt: skip


def only(found):
    assert len(found) == 1
    return found[0]


def bare(days, first, second=()):
    flow = np.zeros((len(first) + 1, len(second) + 1, 2))
    return Ladder(days, (True,) * len(days), (first, second), flow, np.zeros((0, 2)))


def test_a_rung_on_the_first_day_is_put_off_and_the_calendar_still_starts_then():
    later = rungs_otherwise(bare((0.0, 0.5), (0.0, 0.5)))[LATE]
    np.testing.assert_allclose(later.days, [0, 90 / 365.25, 0.5 + 90 / 365.25])
    np.testing.assert_allclose(later.rungs[0], [90 / 365.25, 0.5 + 90 / 365.25])
    later = rungs_otherwise(bare((0.0, 0.25, 0.5), (0.5,)))[LATE]
    np.testing.assert_allclose(later.days, [0, 0.25, 0.5 + 90 / 365.25])
    eight = tuple(n / 10 for n in range(8))
    assert LATE not in rungs_otherwise(bare(eight, (0.0,)))  # it would have nine days
    assert len(rungs_otherwise(bare(eight, (0.1,)))[LATE].days) == 8


def test_only_rungs_that_have_not_come_are_put_off():
    later = rungs_otherwise(bare((0.0, 0.25, 0.5, 0.75), (0.25, 0.75), (0.25, 0.5)), 0.25)[LATE]
    late = 90 / 365.25  # the other side's rung has a day of its own then
    np.testing.assert_allclose(later.days, [0, 0.25, 0.5, 0.5 + late, 0.75 + late])
    np.testing.assert_allclose(later.rungs[0], [0.25, 0.75 + 90 / 365.25])
    np.testing.assert_allclose(later.rungs[1], [0.25, 0.5 + 90 / 365.25])
    assert LATE not in rungs_otherwise(bare((0.0, 0.25), (0.25,)), 0.25)


def test_what_happened_on_the_first_day_stands_in_what_would_change_it(tmp_path):
    today = [one | {"first": "2018-05-14"} for one in LADDER]
    answered = moves("05-14 one rung", "05-14 two rung")
    found = studied(tmp_path, lambda plain: laddered(plain, today, history=answered)).dated
    assert found.days == (date(2018, 5, 14),)
    np.testing.assert_allclose(found.found.by_day, [[0, 0, 0, 0, 1]], atol=1e-12)
    # what came already is not put off, and whatever else were otherwise, this has happened
    assert LATE not in found.others
    assert len(found.others) > 4
    for one in found.others.values():
        np.testing.assert_allclose(one.by_day, [[0, 0, 0, 0, 1]], atol=1e-12)
    assert "no answer is possible" not in found.others


def test_a_default_ladder_whose_start_is_past_starts_on_the_first_day(tmp_path):
    def change(plain):
        cars, corn = plain["measures"][:2]
        cars |= {"status": "announced", "start": "2018-05-01"}
        corn |= {"status": "threatened", "start": "2018-04-01"}

    found = studied(tmp_path, change).dated
    assert [rung.first for own in found.sides.rungs for rung in own] == [date(2018, 5, 14)] * 2
    assert len(found.others[LATE].by_day) == 2


def test_a_default_ladder_leaves_out_rungs_that_the_calendar_has_no_day_for(tmp_path):
    def change(plain, count=6):
        plain["measures"].append(dict(TRUCKS))
        for n, entry in enumerate((*plain["measures"][:2], plain["measures"][-1])):
            entry |= {"status": "threatened", "start": f"2018-08-0{n + 1}"}
        days = [{"date": f"2018-06-0{n + 1}", "title": "x"} for n in range(count)]
        plain["talks"]["calendar"] = days

    case = unsolved(tmp_path, change)
    sides = rungs_of(case)
    assert [[rung.measures for rung in own] for own in sides.rungs] == [[("cars",)], []]
    assert len(calendar(case, sides)) == 8
    full = unsolved(tmp_path, lambda plain: change(plain, 4))
    assert [len(own) for own in rungs_of(full).rungs] == [2, 1]


def test_moves_of_a_day_are_taken_in_the_order_of_the_game(tmp_path):
    """An answer written below a step down came before it, and goes with what it answers."""
    done = moves("07-01 one rung", "07-20 one steps-down", "07-20 two rung")
    dated = studied(
        tmp_path, lambda plain: laddered(plain, [LADDER[0], LADDER[1], SECOND], history=done)
    ).dated
    nothing, struck = Standing(0, 0, postponed=False), Standing(1, 0, postponed=False)
    assert dated.found.after == (nothing, struck, nothing)
    imposed, none = [0, 0, 0, 1, 0], [1, 0, 0, 0, 0]
    np.testing.assert_allclose(dated.found.by_day[:3], [none, imposed, none], atol=1e-12)
    assert dated.found.by_day[3].sum() == pytest.approx(1)
    assert dated.found.by_day[3].min() > 0


@pytest.mark.parametrize(
    ("done", "after"),
    [
        (("07-01 two rung", "07-01 one rung", "07-01 two holds"), (1, 1)),
        (("07-01 one rung", "07-01 two rung"), (1, 1)),
        (("07-01 one rung", "07-01 two rung", "08-01 one rung", "08-02 one steps-down"), (1, 1)),
        (("07-01 one rung", "07-01 two rung", "08-02 one steps-down"), (0, 0)),
        (("07-01 two rung", "07-02 one holds"), (0, 1)),
    ],
)
def test_where_a_history_leads(tmp_path, done, after):
    ladder = [*LADDER, SECOND]
    case = unsolved(tmp_path, lambda plain: laddered(plain, ladder, history=moves(*done)))
    sides = rungs_of(case)
    assert history(case, sides, calendar(case, sides))[-1] == (*after, False)


ALREADY = "has moved on this day already"


@pytest.mark.parametrize(
    ("done", "entry", "key", "message", "value"),
    [
        (("07-01 two holds", "07-01 one holds", "07-01 two rung"), 3, "date",
         f"two {ALREADY}, and answers a new rung alone", "2018-07-01"),
        (("07-01 two holds", "07-01 one rung", "07-01 two holds", "07-01 two rung"), 4, "date",
         f"two {ALREADY}", "2018-07-01"),
        (("07-01 one rung", "07-01 two rung", "07-01 one steps-down"), 3, "date",
         f"one {ALREADY}", "2018-07-01"),
        (("07-01 two rung", "07-01 one rung", "07-01 two rung"), 3, "move",
         "there is no rung left to take", "rung"),
        (("07-01 one rung", "07-20 one steps-down", "07-20 two rung", "07-21 one steps-down"), 4,
         "move", "nothing is in force that could be taken back", "steps-down"),
    ],
)  # fmt: skip
def test_a_history_that_no_play_has_is_refused(tmp_path, done, entry, key, message, value):
    found = only(faults(tmp_path, ladder=[*LADDER, SECOND], history=moves(*done)))
    assert found[:3] == (f"talks.history[#{entry}].{key}", message, value)
    assert value in found[-1]


def test_a_history_without_a_chance_is_refused_and_never_a_number(tmp_path):
    seen = Standing(0, 0, postponed=False), Standing(0, 1, postponed=False)
    found = escalate(bare((0.0, 0.5), (0.5,)), after=seen)  # who is asked has no rung
    assert found.seen == 0
    with pytest.raises(InputError, match="never comes to where the dispute was seen to stand"):
        _ = found.by_day
    assert replace(found, after=seen[:1]).by_day[-1].sum() == pytest.approx(1)
    case = unsolved(
        tmp_path, lambda plain: laddered(plain, history=moves("06-01 one holds", "07-01 two rung"))
    )
    with pytest.raises(InputError) as refused:
        _refuse_never(case, (date(2018, 5, 14), date(2018, 7, 1)), found)
    (problem,) = refused.value.problems
    assert (problem.key, problem.value) == ("talks.history[#2].move", "rung")
    assert problem.line


def test_a_rung_holds_measures_of_its_party_each_in_one_rung(tmp_path):
    wrong = [LADDER[0] | {"measures": ["cars", "corn"]}, *LADDER[1:]]
    assert only(faults(tmp_path, ladder=wrong)) == (
        "talks.ladder[#1].measures[#2]", "is a measure of two, which one cannot take", "corn",
        "cars, trucks", "- corn",
    )  # fmt: skip
    twice = [*LADDER, SECOND | {"measures": ["trucks", "cars"]}]
    assert only(faults(tmp_path, ladder=twice)) == (
        "talks.ladder[#3].measures[#2]", "is in entry 1 of ladder already, and stays in force "
        "above it", "cars", "measures that no rung below has", "- cars",
    )  # fmt: skip


def test_a_rung_for_which_no_day_is_left_is_refused(tmp_path):
    same = [*LADDER, SECOND | {"first": "2018-07-01"}]
    assert only(faults(tmp_path, ladder=same)) == (
        "talks.ladder[#3].first",
        "can never be taken: a side takes one rung a day, and 2018-07-01 is the last day",
        "2018-07-01", "a later day, or a day after 2018-07-01 in calendar", "first: '2018-07-01'",
    )  # fmt: skip
    # a later day will do, and who is asked may strike first and answer on one day
    days = [{"date": "2018-07-02", "title": "x"}]
    case_of(tmp_path, lambda plain: laddered(plain, same, calendar=days))
    buys = {"party": "two", "title": "x", "measures": ["opens"], "first": "2018-07-01"}
    case_of(tmp_path, lambda plain: laddered(plain, [*LADDER, buys]))


@pytest.mark.parametrize("seed", range(12))
def test_rungs_are_refused_where_no_play_comes_to_them(seed):
    random = np.random.default_rng(seed)
    days = [0, *sorted(random.choice(range(1, 9), 2, replace=False))]
    first = sorted(random.choice(days, 3))
    entries = {
        "ladder": [(("ladder", n), {"party": "one", "first": f"2018-07-0{day + 1}"})
                   for n, day in enumerate(first)],
        "calendar": [(("calendar", n), {"date": f"2018-07-0{day + 1}"})
                     for n, day in enumerate(days)],
        "history": [],
    }  # fmt: skip
    refused = list(_never_used(entries, "2018-07-01"))
    _, states = grow(bare(tuple(float(day) for day in days), tuple(map(float, first))))
    highest = max(state.a for state in states)
    assert [one.path for one in refused] == [("ladder", highest, "first")] * (highest < 3)


def three(plain):
    """Have one threaten two with two measures, and a third party with three."""
    plain["parties"].append({"id": "three", "country": "C2"})
    plain["talks"]["parties"].append({"party": "three"})
    kind = {"kind": "tariff", "by": "C0", "add": 0.1, "status": "threatened"}
    plain["measures"][0]["status"] = "threatened"
    plain["measures"] += [
        kind | {"id": name, "on": on, "sectors": sector}
        for name, on, sector in (("a", "C1", "S1"), ("b", "C2", "S0"), ("c", "C2", "S1"),
                                 ("d", "C2", "S2"))
    ]  # fmt: skip


def test_who_is_asked_is_whom_most_measures_name_in_any_order(tmp_path):
    def turned(plain):
        three(plain)
        plain["measures"].reverse()

    def tied(plain):
        three(plain)
        del plain["measures"][-1]

    def tied_and_turned(plain):
        tied(plain)
        plain["measures"].reverse()

    for change, asked in ((three, "three"), (turned, "three"), (tied, "two"),
                          (tied_and_turned, "two")):  # fmt: skip
        assert rungs_of(unsolved(tmp_path, change)).ids == ("one", asked)


def test_nafta_2018_is_of_the_united_states_and_mexico_alone():
    """Nine measures threaten each neighbour; Mexico is the first of them at the table."""
    found = load_scenario("nafta-2018")
    study = run_talks(found, Choices(draws=0))
    assert study.dated.sides.ids == ("us", "mexico")
    assert [[len(rung.measures) for rung in own] for own in study.dated.sides.rungs] == [[9], [8]]
    notes = [block.text for section in describe(study).sections for block in section.blocks
             if hasattr(block, "text")]  # fmt: skip
    assert "The chances are of the dispute between the United States and Mexico alone." in notes


def test_what_has_no_effect_is_refused(tmp_path):
    costs = [{"party": "one", "conceding": 0.1, "unknown": 1}, {"party": "two", "conceding": 0.1}]
    assert only(faults(tmp_path, resolve=costs)) == (
        "talks.resolve[#1].conceding", "only who is asked concedes: two; one asks", 0.1,
        "with party: two", "conceding: 0.1",
    )  # fmt: skip
    days = [{"date": "2018-06-01", "title": "x"}, {"date": "2018-06-01", "title": "y"}]
    found = only(faults(tmp_path, calendar=days))
    assert found[:3] == (
        "talks.calendar[#2].date", "this date is taken by entry 1 of calendar", "2018-06-01"
    )  # fmt: skip
    none = faults(tmp_path, ladder=[], calendar=days[:1], resolve=[{"party": "two", "unknown": 1}])
    said = "has no effect: no measure is threatened, and there is no ladder"
    assert [one[:2] for one in none] == [("talks.calendar", said), ("talks.resolve", said)]


def test_who_is_no_side_of_the_ladder_has_no_resolve(tmp_path):
    def change(plain):
        three(plain)
        plain["talks"]["resolve"] = [{"party": "two", "unknown": 1}]

    with pytest.raises(InputError) as refused:
        unsolved(tmp_path, change)
    (problem,) = refused.value.problems
    assert (problem.key, problem.value, problem.allowed) == (
        "talks.resolve[#1].party", "two", "one, three"
    )  # fmt: skip


def test_a_day_of_the_calendar_that_is_a_rung_s_adds_none(tmp_path):
    days = [{"date": "2018-07-01", "title": "x"}]
    case = unsolved(tmp_path, lambda plain: laddered(plain, calendar=days))
    assert calendar(case, rungs_of(case)) == (date(2018, 5, 14), date(2018, 7, 1))
