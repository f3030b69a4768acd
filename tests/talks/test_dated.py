"""The ladder of a file: its days, what each state is worth, what the record says beside it."""

from datetime import date

import numpy as np
import pytest

from detente.baseline.groups import resolve_countries
from detente.disputes.cases import Case, shipped
from detente.disputes.forecasts import base_rates, chances, outcomes
from detente.errors import InputError
from detente.report.talks.dated import document
from detente.scenario.load import load_scenario
from detente.simulate import prepare, solve
from detente.talks.dated import TASTES, of_record, run_dated, sides_of
from detente.talks.ladder import Ladder, escalate
from detente.talks.tree import normal_types
from same_cells import same_cells
from talks_case import case_file, case_of, economy

LADDER = [
    {"party": "one", "title": "on cars", "measures": ["cars"], "first": "2018-07-01"},
    {"party": "two", "title": "on corn", "measures": ["corn"], "first": "2018-07-01"},
]
DAYS = [{"date": "2018-06-01", "title": "hearings"}]


def laddered(plain, ladder=LADDER, days=DAYS):
    plain["talks"]["ladder"], plain["talks"]["calendar"] = ladder, days


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return run_dated(case_of(tmp_path_factory.mktemp("dated"), laddered), baseline=economy())


def test_its_days_are_those_of_the_file(found):
    assert found.days == (date(2018, 5, 14), date(2018, 6, 1), date(2018, 7, 1))
    assert found.sides == ("one", "two")
    by_day = found.found.by_day
    np.testing.assert_allclose(by_day.sum(axis=1), 1, atol=1e-12)
    assert (by_day[:2, 3:] == 0).all()
    assert (by_day[2, 3:] > 0).all()


def test_states_are_worth_what_the_solved_economy_says(found):
    both = solve(economy(), list(map(_instrument, found.scenario.measures[:2])))
    own = both.to_pandas()["real_income_musd"].to_numpy()
    np.testing.assert_allclose(found.income[1, 1], own[:2], rtol=1e-6)
    assert (found.income[0, 0] == 0).all()


def _instrument(entry):
    return entry.instrument()


def test_the_record_leaves_out_disputes_of_the_same_two_sides():
    same = {
        one.episode
        for one in shipped()
        if {one.sender, one.target} == {"USA", "CHN"} and "2017-05" < str(one.start) < "2019-06"
    }
    found = of_may()
    left = [one for one in shipped() if one.episode not in same]
    assert 0 < len(left) < len(shipped())
    case = Case("x", "x", "us", "china", date(2018, 5, 15), date(2018, 7, 6), "tariff", "", 0, 0,
                *found["trade"], (), "x", {})  # fmt: skip
    np.testing.assert_allclose(found["record"], chances([case], left)["logit"][0], rtol=1e-9)


def of_may():
    scenario, economy_, *_ = prepare(load_scenario("may-2018"))
    sides, rungs = sides_of(scenario)
    us, china = (int(resolve_countries(economy_, code)[0]) for code in ("USA", "CHN"))
    flows = economy_.flows[economy_.goods].sum(axis=0) / 1e3
    income = economy_.income / 1e3
    trade = (flows[us, china], flows[china, us], income[us], income[china])
    return {"record": of_record(scenario, economy_, sides, rungs), "trade": trade}


def test_a_plain_ladder_ends_as_often_in_each_state_as_the_record():
    """Both lose a little by measures; the target would lose more than the sender."""
    flow = np.array([[[0.0, 0.0], [-1.0, -0.3]], [[-0.3, -1.0], [-1.3, -1.3]]])
    flow[1, :, 0] += TASTES.acting
    plain = Ladder(
        days=(0.0, 40 / 365, 90 / 365, 1.0), due=(True, True, False, False),
        rungs=((40 / 365,), (40 / 365,)), flow=flow,
        offers=np.array([[TASTES.settling, -TASTES.conceding]]),
        resolve=(TASTES.unknown, TASTES.unknown), waiting=TASTES.waiting,
        audience=TASTES.audience, answering=(TASTES.answering,), decisions=2.4,
    )  # fmt: skip
    by_day = escalate(plain, (normal_types(), normal_types())).by_day[2:]
    # after 90 days and a year: on day 30 the record has measures that took effect at once
    record = base_rates(outcomes(shipped()))[1:]
    assert np.abs(by_day - record).max() < 0.11
    assert np.abs(by_day - record).mean() < 0.06


def test_what_would_change_it_moves_as_theory_says(found):
    base, others = found.found.by_day[-1], found.others
    settled = {what: one.by_day[-1, 2] for what, one in others.items()}
    force = {what: one.by_day[-1, 3:].sum() for what, one in others.items()}
    assert settled["conceding costs half as much"] > base[2] + 0.05
    assert force["conceding costs half as much"] < base[3:].sum()
    assert force["having acted is worth nothing"] < base[3:].sum()


def test_states_are_held_against_what_holds_while_talks_go_on(tmp_path, found):
    def buying(plain):
        laddered(plain)
        plain["talks"]["issues"][1]["unsettled"] = "some"

    other = run_dated(case_of(tmp_path, buying), baseline=economy())
    assert (other.income[0, 0] == 0).all()
    buys, cars = (_instrument(found.scenario.measures[at]) for at in (3, 0))
    with_cars, without = (
        solve(economy(), some).to_pandas()["real_income_musd"].to_numpy()[:2]
        for some in ([cars, buys], [buys])
    )
    np.testing.assert_allclose(other.income[1, 0], with_cars - without, rtol=1e-4, atol=1e-7)


def test_an_audience_cost_of_the_file_counts(tmp_path):
    def dearer(plain):
        laddered(plain)
        plain["talks"]["parties"][0]["audience_cost"] = 1.0

    dear = run_dated(case_of(tmp_path, dearer), baseline=economy())
    plain = run_dated(case_of(tmp_path, laddered), baseline=economy())
    # 10% and 0.1% of an income of ten, in units of 0.01% of it
    assert dear.found.ladder.audience - plain.found.ladder.audience > 2
    assert dear.found.by_day[-1, 1] < plain.found.by_day[-1, 1]


def test_what_is_shown(found):
    shown = document(found)
    assert same_cells(shown) > 40
    said = " ".join(shown.sentences())
    assert "has no record of its own" in said
    assert "Brier score on disputes that it had not seen is 0.68 (base rates 0.77" in said


def test_without_a_ladder_it_is_refused(tmp_path):
    with pytest.raises(InputError, match="has no ladder"):
        run_dated(case_of(tmp_path), baseline=economy())


def changed(**more):
    return [LADDER[0] | more, LADDER[1]]


@pytest.mark.parametrize(
    ("ladder", "days", "said"),
    [
        (changed(first="2018-05-01"), DAYS, "is before the date of the scenario"),
        (changed(measures=["trucks"]), DAYS, "there is no measure with this id"),
        (changed(party="three"), DAYS, "there is no party"),
        ([LADDER[0], LADDER[0] | {"first": "2018-06-30"}], DAYS, "is before the rung below it"),
        (LADDER, [{"date": "2018-05-13", "title": "x"}], "is before the date of the scenario"),
        (changed(first="soon"), DAYS, "not a date"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_with_its_line(tmp_path, ladder, days, said):
    path = case_file(tmp_path, lambda plain: laddered(plain, ladder, days))
    with pytest.raises(InputError) as refused:
        load_scenario(path)
    assert any(said in str(problem) and problem.line for problem in refused.value.problems)


def test_too_many_days_are_refused(tmp_path):
    days = [{"date": f"2018-06-{n:02}", "title": "x"} for n in range(1, 8)]
    with pytest.raises(InputError, match="has too many days"):
        run_dated(case_of(tmp_path, lambda plain: laddered(plain, days=days)), baseline=economy())
