"""Schedules: which share of a measure is in force when, and what a share of each measure is."""

import datetime
import itertools
from dataclasses import fields

import numpy as np
import pytest

from detente.errors import InputError
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, ExportTax, ProductionSubsidy, TradeCost, Transfer
from detente.policy.schedule import Schedule, first_days
from detente.policy.tariffs import Tariff
from detente.policy.volumes import ExportRestraint, PurchaseCommitment, Quota
from detente.scalars import as_day
from economies import random_economy

WORLD = random_economy(3, 4, 3)
THETA = WORLD.trade_elasticity[:, None]
CELL = (slice(None), 0, 1)  # imports of C0 from C1
BACK = (slice(None), 1, 0)
DAY = datetime.timedelta(days=1)


def day(text):
    return datetime.date.fromisoformat(text)


START, END = day("2018-07-01"), day("2019-06-30")


def test_without_dates_a_measure_is_always_in_force():
    always = Schedule()
    assert always.share(datetime.date.min) == always.share(datetime.date.max) == 1
    assert always.changes() == ()


def test_first_and_last_day_are_in_force():
    schedule = Schedule(START, END)
    assert [schedule.share(d) for d in (START - DAY, START, END, END + DAY)] == [0, 1, 1, 0]
    assert schedule.changes() == (START, END + DAY)


def test_steps_hold_from_their_day():
    schedule = Schedule(START, None, ((day("2018-09-01"), 0.25), (day("2019-01-01"), 1)))
    days = ("2018-06-30", "2018-07-01", "2018-08-31", "2018-09-01", "2018-12-31", "2019-01-01")
    assert [schedule.share(day(d)) for d in days] == [0, 0, 0, 0.25, 0.25, 1]
    assert schedule.changes() == (day("2018-09-01"), day("2019-01-01"))


def test_a_line_rises_by_the_same_each_day():
    until = day("2020-07-01")
    schedule = Schedule(START, None, until=until)
    days = [START + DAY * n for n in range((until - START).days + 1)]
    steps = np.diff([schedule.share(d) for d in days])
    assert steps == pytest.approx(1 / (until - START).days, rel=1e-9)
    assert (schedule.share(START), schedule.share(until), schedule.share(until + DAY)) == (0, 1, 1)
    quarters = ("2018-10-01", "2019-01-01", "2019-04-01", "2019-07-01", "2019-10-01",
                "2020-01-01", "2020-04-01")  # fmt: skip
    assert schedule.changes() == (START, *map(day, quarters), until)


@pytest.mark.parametrize("schedule", [
    Schedule(START, END), Schedule(START), Schedule(None, END),
    Schedule(START, END, ((START, 0.2), (day("2018-12-01"), 0.5), (day("2019-02-01"), 1))),
    Schedule(None, END, ((day("2018-12-01"), 1),)),
])  # fmt: skip
def test_changes_are_the_days_that_differ_from_the_day_before(schedule):
    days = [START - DAY * 40 + DAY * n for n in range(500)]
    found = {b for a, b in itertools.pairwise(days) if schedule.share(a) != schedule.share(b)}
    assert set(schedule.changes()) == found


def test_the_last_day_of_the_calendar_has_no_day_after():
    assert Schedule(START, datetime.date.max).changes() == (START,)


@pytest.mark.parametrize(("given", "key", "said"), [
    ({"start": END, "end": START}, "end", "ends before it starts"),
    ({"steps": ((END, 0.5), (START, 1))}, "phase_in.1.date", "out of order"),
    ({"steps": ((START, 0.5), (START, 1))}, "phase_in.1.date", "out of order"),
    ({"steps": ((START, 0.5), (END, 0.5), (END + DAY, 1))}, "phase_in.1.share", "rise"),
    ({"steps": ((START, 0.5), (END, 0.9))}, "phase_in.1.share", "whole measure"),
    ({"steps": ((START, 1.5), (END, 1))}, "phase_in.0.share", "not a share"),
    ({"steps": ((START, float("nan")), (END, 1))}, "phase_in.0.share", "not a share"),
    ({"start": START, "steps": ((START - DAY, 1),)}, "phase_in.0.date", "outside"),
    ({"end": END, "steps": ((END + DAY, 1),)}, "phase_in.0.date", "outside"),
    ({"until": END}, "phase_in.until", "needs the start"),
    ({"start": START, "until": START}, "phase_in.until", "before it starts"),
    ({"start": START, "end": END, "until": END + DAY}, "phase_in.until", "before it is whole"),
    ({"start": START, "until": END, "steps": ((START, 1),)}, "phase_in", "not both"),
])  # fmt: skip
def test_refused(given, key, said):
    with pytest.raises(InputError) as caught:
        Schedule(**given)
    (problem,) = caught.value.problems
    assert problem.key == key
    assert said in problem.message


def test_first_days_of_periods_lie_strictly_between():
    months = list(first_days(day("2018-11-15"), day("2019-03-01"), months=1))
    assert months == [day("2018-12-01"), day("2019-01-01"), day("2019-02-01")]
    assert list(first_days(day("2018-11-15"), day("2020-01-02"), months=12)) == [
        day("2019-01-01"), day("2020-01-01"),
    ]  # fmt: skip
    assert list(first_days(datetime.date.max - DAY, datetime.date.max, months=1)) == []


@pytest.mark.parametrize("value", ["2019-02-30", "1 May 2018", "20190201", "", 7, None])
def test_what_is_no_day(value):
    with pytest.raises(InputError, match="YYYY-MM-DD"):
        as_day(value)


MEASURES = {
    "add": Tariff("C0", on="C1", add=0.25),
    "set": Tariff("C0", on="C1", set=0.4, coverage=0.5),
    "scale": Tariff("C0", on="C1", scale=0.2),
    "align": Tariff("C0", on="C1", align="partner"),
    "cost": TradeCost("C0", on="C1", add=0.2, coverage=0.5),
    "tax": ExportTax("C1", on="C0", add=0.1),
    "ban": ExportBan("C1", on="C0", coverage=0.8, leakage=0.3, rerouting_cost=1.1),
    "aid": ProductionSubsidy("C1", sectors="S1", add=0.1),
    "fine": Transfer("C1", on="C0", value_usd=0.2),
    "quota": Quota("C0", on="C1", sectors="S0", scale=0.6),
    "restraint": ExportRestraint("C1", on="C0", sectors="S0", scale=0.6),
    "purchase": PurchaseCommitment("C0", on="C1", sectors="S0", scale=1.5),
}


def same(a, b):
    for item in fields(a):
        left, right = getattr(a, item.name), getattr(b, item.name)
        if item.name == "limits":
            assert [vars(one).keys() for one in left] == [vars(one).keys() for one in right]
            left, right = ([one.bound for one in limits] for limits in (left, right))
        if item.name == "lines" and left is not None and right is not None:
            assert left.lists == right.lists
            left, right = (
                np.array([v for v in vars(lines).values() if isinstance(v, np.ndarray)])
                for lines in (left, right)
            )
        assert (left is None) == (right is None), item.name
        if left is not None:
            np.testing.assert_array_equal(left, right, err_msg=item.name)


@pytest.mark.parametrize("name", MEASURES)
def test_the_whole_share_is_the_measure_and_none_is_no_measure(name):
    measure, other = MEASURES[name], Tariff("C2", add=0.05)
    same(compile_policy(WORLD, [measure, other], [1, 1]), compile_policy(WORLD, [measure, other]))
    same(compile_policy(WORLD, [measure, other], [0, 1]), compile_policy(WORLD, [other]))


@pytest.mark.parametrize("p", [0.3, 0.75])
def test_what_a_share_of_each_measure_is(p):
    part = {name: compile_policy(WORLD, [m], [p]) for name, m in MEASURES.items()}
    t, partner = WORLD.tariff[CELL], WORLD.tariff[BACK]
    for name, expected in {
        "add": t + p * 0.25,
        "set": t + 0.5 * p * (0.4 - t),
        "scale": t * (1 - 0.8 * p),
        "align": t + p * np.minimum(partner - t, 0),
    }.items():
        assert part[name].tariff_cf[CELL] == pytest.approx(expected, rel=1e-14), name
    # costs in logs: two halves of a phase-in multiply to the whole
    assert part["cost"].iceberg_hat[CELL] == pytest.approx(1 + 0.5 * (1.2**p - 1), rel=1e-14)
    assert part["tax"].export_tax[CELL] == pytest.approx(0.1 * p, rel=1e-14)
    assert part["ban"].supply_share[CELL] == pytest.approx(1 - 0.8 * p * 0.7, rel=1e-14)
    lines, on = part["ban"].lines, part["ban"].rates_on_lines(WORLD.tariff)
    delivered = lines.share * on.supply_share * on.iceberg_hat ** -THETA[lines.cell // 16, 0]
    left = 1 - 0.8 * p * (1 - 0.3 * 1.1 ** -THETA[:, 0])
    assert np.bincount(lines.cell // 16, delivered) == pytest.approx(left.ravel(), rel=1e-13)
    assert part["aid"].production_subsidy[1, 1] == pytest.approx(0.1 * p, rel=1e-14)
    assert part["fine"].transfer[:2] == pytest.approx([0.2 * p, -0.2 * p], rel=1e-14)


@pytest.mark.parametrize("p", [0.3, 0.75])
def test_a_share_of_a_limit_is_a_bound_on_the_way_from_the_trade_there_is(p):
    trade = WORLD.flows[0, 0, 1]
    for name, full in (("quota", 0.6), ("restraint", 0.6), ("purchase", 1.5)):
        (limit,) = compile_policy(WORLD, [MEASURES[name]], [p]).limits
        assert limit.bound == pytest.approx(trade * (1 + p * (full - 1)), rel=1e-13), name
        (whole,) = compile_policy(WORLD, [MEASURES[name]]).limits
        assert (limit.ceiling, limit.rent_share) == (whole.ceiling, whole.rent_share)


def test_limits_on_the_same_trade_may_follow_each_other_but_not_overlap():
    both = [MEASURES["quota"], Quota("C0", on="C1", sectors="S0", scale=0.4)]
    assert len(compile_policy(WORLD, both, [0, 1]).limits) == 1
    with pytest.raises(InputError, match="limit the same trade"):
        compile_policy(WORLD, both, [0.1, 1])


def test_what_replaces_may_hand_over_share_by_share_but_not_overlap():
    both = [Tariff("C0", on="C1", set=0.4, id="a"), Tariff("C0", on="C1", scale=0.5, id="b")]
    t = WORLD.tariff[CELL]
    mixed = compile_policy(WORLD, both, [0.25, 0.75]).tariff_cf[CELL]
    assert mixed == pytest.approx(0.25 * 0.4 + 0.75 * t / 2, rel=1e-13)
    with pytest.raises(InputError, match="a, b replace the same tariff"):
        compile_policy(WORLD, both, [0.5, 0.75])


@pytest.mark.parametrize("shares", [[], [1.0, 1.0], [-0.1], [1.1], [float("nan")]])
def test_shares_that_are_none(shares):
    with pytest.raises(InputError, match="0 to 1 for each measure"):
        compile_policy(WORLD, [MEASURES["add"]], shares)


def test_unknown_names_are_refused_at_any_share():
    with pytest.raises(InputError, match="C9"):
        compile_policy(WORLD, [Tariff("C9", add=0.1)], [0.0])
