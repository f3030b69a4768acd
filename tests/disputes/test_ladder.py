"""Ladders: days, rungs, offers, breakdown; who can do what when, and what each state pays."""

from dataclasses import replace

import numpy as np
import pytest

from detente.disputes.ladder import escalate
from detente.disputes.moves import OUTCOMES, Ladder, grow, political
from detente.disputes.tree import normal_types
from detente.errors import InputError

OPEN, POSTPONED, SETTLED, IMPOSED, ANSWERED = range(5)
FLOW = np.array([[[0.0, 0.0], [-0.4, -0.2]], [[0.3, -1.0], [-0.2, -1.2]]])
LADDER = Ladder(
    days=(0.0, 0.2, 0.5), due=(True, True, True), rungs=((0.2,), (0.2,)), flow=FLOW,
    offers=np.array([[1.0, -0.8]]), resolve=(0.5, 0.5), waiting=0.1, audience=0.3,
    answering=(0.2,),
)  # fmt: skip
TYPES = normal_types(), normal_types()


def test_names_of_outcomes():
    assert OUTCOMES == ("open", "postponed", "settled", "imposed", "answered")


@pytest.mark.parametrize("precision", [0.0, 1.0, 5.0])
def test_chances_of_each_day_sum_to_one_and_nothing_happens_before_its_day(precision):
    found = escalate(LADDER, TYPES, precision).by_day
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-12)
    assert (found[0, [IMPOSED, ANSWERED]] == 0).all()
    assert (found[1, [IMPOSED, ANSWERED]] > 0).all()
    assert (np.diff(found[:, SETTLED]) > 0).all()


def test_a_rung_moved_past_the_calendar_is_never_used():
    later = replace(LADDER, rungs=((0.6,), (0.2,)))
    found = escalate(later, TYPES).by_day
    assert (found[:, [IMPOSED, ANSWERED]] == 0).all()


def test_days_without_decisions_change_nothing():
    longer = replace(
        LADDER, days=(0.0, 0.1, 0.2, 0.3, 0.5), due=(True, False, True, False, True)
    )  # fmt: skip
    few, many = escalate(LADDER, TYPES).by_day, escalate(longer, TYPES).by_day
    np.testing.assert_allclose(many[[0, 2, 4]], few, atol=1e-7)
    np.testing.assert_allclose(many[[1, 3]], few[:2], atol=1e-7)


def test_decisions_fall_due_at_their_rate():
    rare = replace(LADDER, due=(True, False, False), decisions=2.0)
    _, states = grow(rare)
    tree, _ = grow(rare)
    waits = [tree.chance[at] for at, state in enumerate(states)
             if state.step == "over" and tree.parent[at] >= 0
             and states[tree.parent[at]].step == "due" and state.day == 1]  # fmt: skip
    np.testing.assert_allclose(waits, np.exp(-2.0 * 0.2))


def test_without_precision_a_deal_at_once_has_the_chance_of_one_move_in_two():
    # on the first day the target can settle or hold out; no rung is there yet
    assert escalate(LADDER, TYPES, 0.0).by_day[0, SETTLED] == pytest.approx(0.5, abs=1e-12)


def test_a_deal_that_both_gain_from_is_signed_on_the_first_day():
    good = replace(LADDER, offers=np.array([[1.0, 1.0]]), resolve=(0.0, 0.0))
    found = escalate(good, precision=1e4).by_day
    assert found[0, SETTLED] == pytest.approx(1, abs=1e-9)


def test_after_a_breakdown_nothing_is_settled():
    broken = escalate(replace(LADDER, breakdown=1e6), TYPES).by_day
    np.testing.assert_allclose(broken[:, SETTLED], broken[0, SETTLED], atol=1e-12)
    half = escalate(replace(LADDER, breakdown=1.0), TYPES).by_day
    whole = escalate(LADDER, TYPES).by_day
    assert broken[2, SETTLED] < half[2, SETTLED] < whole[2, SETTLED]


@pytest.mark.parametrize(
    ("change", "outcomes", "way"),
    [
        ({"flow": FLOW + np.array([[[0, 0]] * 2, [[1.0, 0]] * 2])}, [IMPOSED, ANSWERED], 1),
        ({"flow": FLOW - np.array([[[0, 0]] * 2, [[1.0, 0]] * 2])}, [IMPOSED, ANSWERED], -1),
        ({"audience": 3.0}, [POSTPONED], -1),
        ({"answering": (3.0,)}, [ANSWERED], 1),
        ({"offers": np.array([[1.0, -3.0]])}, [SETTLED], -1),
        ({"flow": FLOW - np.array([[[0, 0]] * 2, [[0, 2.0]] * 2])}, [SETTLED], 1),
    ],
)
def test_each_figure_moves_the_chances_as_theory_says(change, outcomes, way):
    found = [escalate(one, TYPES).by_day[-1] for one in (LADDER, replace(LADDER, **change))]
    # among what is in force where the answer is looked at, else among what is not settled
    answer, settling = outcomes == [ANSWERED], SETTLED in outcomes
    rest = [one[[IMPOSED, ANSWERED]].sum() if answer else 1 if settling else 1 - one[SETTLED]
            for one in found]  # fmt: skip
    before, after = (one[outcomes].sum() / of for one, of in zip(found, rest, strict=True))
    assert way * (after - before) > 0.02


def test_holding_out_tells_of_a_costly_concession():
    found = escalate(LADDER, TYPES)
    tree, states = found.tree, found.states
    start = next(at for at, state in enumerate(states) if state.step == "target")
    held = next(at for at in range(len(states)) if tree.parent[at] == start
                and states[at].step == "sender")  # fmt: skip
    cost = TYPES[1].value
    before = found.response.belief[1][start] @ cost
    after = found.response.belief[1][held] @ cost
    assert before == pytest.approx(0, abs=1e-12)
    assert after > 0.05
    known = escalate(replace(LADDER, resolve=(0.5, 0.0)), TYPES).response.belief[1][held]
    np.testing.assert_allclose(known, TYPES[1].prior, atol=1e-12)


def test_what_a_path_pays_by_hand():
    """Hold, then imposed and answered on day 1, then held: flows discounted, costs at their day."""
    found = escalate(LADDER, TYPES)
    tree, states = found.tree, found.states
    wanted = [("over", 0, 0), ("over", 1, 1), ("over", 1, 1)]  # step, a, b by day
    ends = [at for at, state in enumerate(states)
            if state.day == 2 and state.step == "over" and state.settled < 0]  # fmt: skip

    def way(at):
        found = []
        while at >= 0:
            found.append(at)
            at = tree.parent[at]
        return found[::-1]

    def days(at):
        return [(s.step, s.a, s.b) for s in (states[n] for n in way(at)) if s.step == "over"]

    def plain(at):
        return not any(states[n].postponed for n in way(at)) and not any(
            states[n].step == "sender" and states[n].b > states[tree.parent[n]].b for n in way(at)
        )

    (end,) = [at for at in ends if days(at) == wanted and plain(at)]

    def years(start, stop):
        return (np.exp(-0.1 * start) - np.exp(-0.1 * stop)) / 0.1

    sender = -0.1 * years(0, 0.2) + -0.2 * years(0.2, 2.5)
    target = -0.1 * years(0, 0.2) + 0.2 * np.exp(-0.1 * 0.2) + -1.2 * years(0.2, 2.5)
    np.testing.assert_allclose(tree.payoff[way(end)].sum(axis=0), [sender, target])
    np.testing.assert_allclose(tree.tilt[way(end)].sum(axis=0), [0.5 * years(0.2, 2.5), 0])


def test_waiting_costs_both_while_it_is_open_and_the_target_half_when_postponed():
    idle = replace(LADDER, days=(0.0, 1.0), due=(True, True), impatience=(0.0, 0.0), audience=0.0)
    tree, states = grow(idle)
    over = [at for at, state in enumerate(states)
            if (state.day, state.step) == (0, "over") and state.settled < 0]  # fmt: skip
    held = {states[at].postponed: tree.payoff[at] for at in over}
    np.testing.assert_allclose(held[False], [-0.1, -0.1])
    np.testing.assert_allclose(held[True], [0.0, -0.05])


def test_rungs_follow_each_other_and_come_down_with_what_answers_them():
    tall = replace(
        LADDER, rungs=((0.2, 0.5), (0.2, 0.5)), flow=np.zeros((3, 3, 2)), answering=(0.1, 0.1)
    )  # fmt: skip
    tree, states = grow(tall)
    for at in range(1, len(states)):
        before, after = states[tree.parent[at]], states[at]
        assert abs(after.a - before.a) <= 1
        assert after.b <= before.b + 1
        if after.a < before.a:
            assert after.b <= after.a
    rung = escalate(tall, TYPES).rung
    assert rung[1, 2] == 0 < rung[2, 2]


def test_all_that_does_not_fit_is_refused_at_once():
    with pytest.raises(InputError) as refused:
        replace(LADDER, days=(0.0, 0.5, 0.2), due=(True,), flow=np.zeros((1, 1, 2)), waiting=-1.0)
    assert [p.key for p in refused.value.problems] == ["days", "due", "flow", "waiting"]
    with pytest.raises(InputError, match="a rung is before the one below it"):
        replace(LADDER, rungs=((0.5, 0.2), (0.2,)), flow=np.zeros((3, 2, 2)), answering=())


def test_of_too_many_histories_those_that_lead_to_one_state_are_merged():
    few, _ = grow(LADDER)
    assert few.into is None
    many = replace(
        LADDER, days=tuple(np.arange(8) / 10), due=(True,) * 8, rungs=((0.0,) * 4, (0.0,) * 4),
        flow=np.zeros((5, 5, 2)), answering=(),
    )  # fmt: skip
    tree, states = grow(many)
    assert tree.into is not None
    assert tree.histories > 20_000 > len(states)


def test_political_units():
    # a change of 0.01% of income counts ln 2
    found = political(np.array([2.0, -2.0, 0.0, 200.0]), 20_000.0)
    np.testing.assert_allclose(found, [np.log(2), -np.log(2), 0, np.log(101)])
