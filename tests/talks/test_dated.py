"""Chances by date: what the record says, the game on the ladder, and what moves both."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace as Fake

import numpy as np
import pytest

from detente.disputes.cases import Case, apart, everything
from detente.disputes.forecasts import chances, fit
from detente.disputes.game import drawn_tastes, fitted
from detente.disputes.ladder import escalate
from detente.disputes.moves import SENDER, Standing, grow
from detente.disputes.tree import normal_types
from detente.errors import InputError
from detente.report.describe import describe
from detente.scenario.load import load_scenario
from detente.simulate import solve
from detente.talks import record
from detente.talks.answers import held_under
from detente.talks.choices import Choices
from detente.talks.ladders import Maker
from detente.talks.offers import Offer
from detente.talks.otherwise import BARE, FREE, KNOWN
from detente.talks.record import _not_before
from detente.talks.rungs import notice, title_of
from detente.talks.study import run_talks
from same_cells import same_cells
from talks_case import case_file, case_of, economy
from talks_may import run_may

LADDER = [
    {"party": "one", "title": "on cars", "measures": ["cars"], "first": "2018-07-01"},
    {"party": "two", "title": "on corn", "measures": ["corn"], "first": "2018-07-01"},
]
DAYS = [{"date": "2018-06-01", "title": "hearings"}]
FIRST = date(2018, 7, 1)
SETTLED, FORCE = 2, [3, 4]


def laddered(plain, ladder=LADDER, days=DAYS, **more):
    plain["talks"] |= {"ladder": ladder, "calendar": days, **more}


def studied(folder, change=laddered):
    return run_talks(case_of(folder, change), Choices(draws=0), baseline=economy())


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return studied(tmp_path_factory.mktemp("dated"))


def by_the_first_day(study):
    """Return the game's chances of each outcome on the first rung's day."""
    return study.dated.on(study.dated.found, FIRST)


def test_its_days_are_those_of_the_file(study):
    found = study.dated
    assert found.days == (date(2018, 5, 14), date(2018, 6, 1), FIRST)
    assert found.sides.ids == ("one", "two")
    assert found.sides.stated
    by_day = found.found.by_day
    np.testing.assert_allclose(by_day.sum(axis=1), 1, atol=1e-12)
    assert (by_day[:2, FORCE] == 0).all()
    assert (by_day[2, FORCE] > 0).all()


def test_states_are_worth_what_each_side_makes_of_the_solved_economy(study):
    c = economy()
    entries = {entry.id: entry.instrument() for entry in study.scenario.measures}
    solved = solve(c, [entries["cars"], entries["corn"]])
    income = solved.welfare.to_numpy()[:2] / 100 * c.income[:2]
    outcome, share = solved.equilibrium.outcome, c.value_added_share[:, 0]
    after = share * np.asarray(outcome.output_cf)[:, 0] / np.asarray(outcome.consumer_price_hat)
    change = (np.asarray(outcome.flows_cf) - c.flows).sum(axis=0)
    # the first side counts what is earned in S0 1.3 times, and a smaller deficit at 5 cents
    extra = 0.3 * (after - share * c.flows.sum(axis=1).T[:, 0])[0]
    extra += 0.05 * (change[1, 0] - change[0, 1])
    np.testing.assert_allclose(study.dated.worth[1, 1], income + np.array([extra, 0]), atol=1e-9)
    assert (study.dated.worth[0, 0] == 0).all()


def test_states_and_packages_are_valued_against_what_holds_while_talks_go_on(tmp_path, study):
    def breakdown_first(plain):
        laddered(plain)
        calm, strikes, war = plain["talks"]["no_deal"]
        plain["talks"]["no_deal"] = [strikes, calm, war]

    def only_breakdown(plain):
        laddered(plain)
        plain["talks"]["no_deal"] = plain["talks"]["no_deal"][1:2]

    def in_force_unless_settled(plain):
        # what is not settled is imposed, and yet it is not in force before its rung is used
        only_breakdown(plain)
        plain["measures"][0]["status"] = "threatened"
        plain["talks"]["issues"][0]["unsettled"] = "cars"

    changes = (breakdown_first, only_breakdown, in_force_unless_settled)
    for number, change in enumerate(changes):
        (tmp_path / str(number)).mkdir()
        other = studied(tmp_path / str(number), change)
        np.testing.assert_allclose(other.dated.worth, study.dated.worth, rtol=1e-9)
        assert (np.abs(other.dated.worth[1, 1]) > 1e-3).all()
        assert other.dated.offers or change is not breakdown_first  # some have no deal
        for offer in other.dated.offers:  # with nothing in force the baseline is as it is: 0
            np.testing.assert_allclose(offer.gain, other.utility[offer.package], rtol=1e-9)


def test_what_holds_while_talks_go_on_counts_with_the_values_of_its_options(tmp_path):
    def change(plain):
        laddered(plain)
        plain["talks"]["issues"][3]["options"][0]["values"] = {"one": 0.005}

    found = studied(tmp_path, change)
    assert found.dated.offers
    for offer in found.dated.offers:
        np.testing.assert_allclose(offer.gain, found.utility[offer.package] - [0.005, 0])


def test_outcomes_bring_what_they_have_brought_a_year_on(tmp_path):
    """Rungs of later years count for nothing until then."""
    late = [rung | {"first": "2019-12-01"} for rung in LADDER]
    brought = studied(tmp_path, lambda plain: laddered(plain, late)).dated.brought
    assert (brought[[0, 1]] == 0).all()
    assert np.isnan(brought[FORCE]).all()
    assert (brought[SETTLED] != 0).all()


def test_a_measure_that_only_a_breakdown_brings_is_a_rung_by_default(tmp_path):
    def change(plain):
        plain["measures"][0]["status"] = "announced"
        plain["talks"]["no_deal"] = [{"id": "strikes", "kind": "breakdown", "by": "one",
                                      "title": "Strikes", "measures": ["cars"]}]  # fmt: skip

    sides = studied(tmp_path, change).dated.sides
    assert [rung.measures for rung in sides.rungs[SENDER]] == [("cars",)]


def test_the_record_leaves_out_disputes_of_the_same_two_sides():
    may = run_may()
    same = {
        one.episode
        for one in everything()
        if {one.sender, one.target} == {"USA", "CHN"}
        and "2017-05-15" <= str(one.start) <= "2019-05-15"
    }
    left = [one for one in everything() if one.episode not in same]
    assert 0 < len(left) < len(everything())
    told = may.forecast
    case = Case("x", "x", "us", "china", date(2018, 5, 15), date(2018, 7, 6), "tariff", "", 0, 0,
                told.case.sender_imports, told.case.sender_exports, told.case.sender_gdp,
                told.case.target_gdp, (), "x", {})  # fmt: skip
    expected = chances([case], left)["logit"][0]
    days = [(day - date(2018, 5, 15)).days for day in told.days]
    assert told.method == "logit"
    for place, day in enumerate((90, 365), 1):
        near = days.index(min(days, key=lambda one: abs(one - day)))
        if days[near] == day:
            np.testing.assert_allclose(told.chances[near], expected[place], rtol=1e-9)
    # trade of 2014, customs figures of which are 467 and 124
    assert 300 < told.case.sender_imports < 500
    assert 70 < told.case.sender_exports < 150


def test_other_targets_of_one_decision_leave_the_record_by_the_first_day(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(record, "apart", lambda *given: seen.append(given) or apart(*given))
    told = studied(tmp_path).forecast
    assert [given[2:] for given in seen] == [(told.case.start, FIRST)]


def test_may_2018_says_how_likely_tariffs_are_on_6_july_and_never_that_a_deal_is_sure():
    may = run_may()
    day = date(2018, 7, 6)
    force, low, high = may.forecast.in_force(day)
    assert 0 < low < force < high < 1
    at = may.forecast.days.index(day)
    # nothing can be in force before the first day of the ladder
    assert (may.forecast.chances[:at, FORCE] == 0).all()
    assert may.forecast.days[at - 1] == date(2018, 7, 5)
    assert may.forecast.chances[: at + 1, SETTLED].max() < 0.9
    game = may.dated
    assert game.on(game.found, day)[SETTLED] < 0.9
    # the deal comes back, step by step
    steps = [game.on(game.others[what], day)[SETTLED] for what in (KNOWN, FREE, BARE)]
    assert game.on(game.found, day)[SETTLED] + 0.02 < steps[0] < steps[1] < steps[2]
    assert steps[2] > 0.99
    ends = [one.by_day[-1, FORCE].sum() for one in (game.found, game.others[KNOWN])]
    assert ends[1] < ends[0] - 0.02
    said = " ".join(describe(may).sentences())
    assert said.startswith(
        "Probably not on 6 July 2018: new tariffs of the United States are in force with a chance "
        f"of {100 * force:.0f}%"
    )
    assert (f"By the logit on {may.forecast.fitted} past disputes, with an error (Brier score) of "
            "0.67 on 58 kept out of the fit") in said  # fmt: skip
    assert "always saying the usual shares has 0.77 (0 is perfect, 0.80 guessing)" in said


def test_steps_lead_from_the_usual_dispute_to_this_one():
    told = run_may().forecast
    day = date(2018, 7, 6)
    assert list(told.steps) == ["usual", "due", "protection", "cut_off", "exposure"]
    assert told.steps["exposure"] == pytest.approx(told.in_force(day)[0], abs=1e-12)
    model = fit(apart(everything(), ({"USA"}, {"CHN"}), told.case.start, day))
    assert told.fitted == model.cases < len(everything())
    # the usual dispute: levels straight in the log of time between the days of the record
    level = np.log(model.base) + model.shifts
    share = np.log(52 / 30) / np.log(90 / 30)
    grown = np.exp((1 - share) * level[0] + share * level[1])
    assert told.steps["usual"] == pytest.approx(grown[FORCE].sum() / grown.sum(), abs=1e-9)
    # all but the last figure: the day has come, no duty case, no ban
    x = -model.centre / model.scale + np.array([1, 0, 0, 0]) / model.scale
    grown *= np.exp(x[:3] @ model.slopes[:3])
    assert told.steps["cut_off"] == pytest.approx(grown[FORCE].sum() / grown.sum(), abs=1e-9)


def test_packages_to_settle_on_are_those_of_solutions_and_positions_that_can_be_signed(study):
    packages = {offer.package for offer in study.dated.offers}
    picked = {one.package for one in study.outlook.agreements.values() if one}
    assert picked <= packages
    for number in packages - picked:
        assert study.packages.feasible[number]
        assert number in study.positions.values()
    for offer in study.dated.offers:
        now = study.no_deals["as-it-is"].values
        np.testing.assert_allclose(offer.gain, study.packages.utility[offer.package] - now)
    assert study.dated.found.settled_on[-1].sum() == pytest.approx(
        study.dated.found.by_day[-1, SETTLED]
    )


def test_red_lines_that_leave_nothing_leave_the_record_and_nothing_to_settle_on(study, tmp_path):
    def change(plain):
        laddered(plain)
        plain["talks"]["red_lines"] = [
            {"party": "one", "choices": {"opening": "closed"}},
            {"party": "two", "choices": {"opening": "open"}},
        ]

    found = studied(tmp_path, change)
    assert len(found.clash.lines) == 2
    np.testing.assert_allclose(found.forecast.chances, study.forecast.chances)
    game = found.dated
    assert game.offers == ()
    assert (game.found.by_day[:, SETTLED] == 0).all()
    assert game.found.by_day[-1, FORCE].sum() > study.dated.found.by_day[-1, FORCE].sum()
    # the second side's line is what keeps the other deal off the table
    dropped = game.others["two drops its red line"]
    assert dropped.by_day[-1, SETTLED] > 0.05
    document = describe(found)
    assert same_cells(document) > 50
    assert all(table.rows for table in document.tables().values())
    said = list(document.sentences())
    assert said[0].startswith("No deal is possible: Country 0 will not sign “opening: closed” and")
    settled = next(n for n, one in enumerate(said) if " on 1 July 2018: new" in one)
    assert settled > 1
    assert ("Under the red lines of the file nothing can be settled: where something is, a line "
            "was dropped.") in said[settled:]  # fmt: skip
    assert any("and nothing to settle on" in one for one in said)


def test_what_would_change_it_moves_as_theory_says(study):
    base, others = study.dated.found.by_day[-1], study.dated.others
    ends = {what: one.by_day[-1] for what, one in others.items()}
    assert ends["conceding costs half as much"][SETTLED] > base[SETTLED] + 0.03
    assert ends["conceding costs half as much"][FORCE].sum() < base[FORCE].sum()
    assert ends["having acted is worth 0.02% of income more"][FORCE].sum() > base[FORCE].sum()
    known = ends[KNOWN]
    free = ends[FREE]
    # measures go where standing counts for nothing and all is known
    assert fitted().conceding > 0 > fitted().acting
    assert free[SETTLED] > known[SETTLED] + 0.1
    assert known[FORCE].sum() < base[FORCE].sum() - 0.05
    late = others["rungs come 90 days later"]
    assert (late.by_day[: len(study.dated.days) - 1, FORCE] == 0).all()


def test_neither_the_order_of_the_file_nor_its_titles_move_chances(study, tmp_path):
    def change(plain):
        laddered(plain)
        plain["talks"]["issues"].reverse()
        plain["talks"]["parties"].reverse()
        plain["talks"]["ladder"] = [one | {"title": "x"} for one in plain["talks"]["ladder"]]

    found = studied(tmp_path, change).dated
    assert found.sides.ids == ("one", "two")
    np.testing.assert_allclose(found.found.by_day, study.dated.found.by_day, atol=1e-8)


def test_how_sure_chances_are_is_told_by_draws_of_what_sides_want(study):
    found = study.dated
    assert found.drawn.shape == (200, 3, 5)
    tastes = drawn_tastes(200)
    for at in (0, 77):
        make = Maker(study, found.sides, found.days, found.worth, tastes[at])
        own = escalate(make.ladder(found.offers), (normal_types(), normal_types())).by_day
        np.testing.assert_allclose(found.drawn[at], own, atol=2e-3)
    force = np.sort(found.drawn[:, 2, 3] + found.drawn[:, 2, 4])
    low, high = found.ends(2, FORCE)
    assert force[8] < low < force[11] < force[188] < high < force[191]
    assert low < by_the_first_day(study)[FORCE].sum() < high
    assert found.ends(0, FORCE) == (0, 0)


def changed_party(place, **more):
    def change(plain):
        laddered(plain)
        plain["talks"]["parties"][place] |= more

    return change


def test_a_side_that_backs_down_at_a_cost_backs_down_less(study, tmp_path):
    # 1% of an income of about ten, and as much as that income
    chances_of = [by_the_first_day(study)]
    for cost in (0.1, 10.0):
        dear = studied(tmp_path, changed_party(0, audience_cost=cost))
        chances_of.append(by_the_first_day(dear))
    put_off = [one[1] / (1 - one[SETTLED]) for one in chances_of]
    force = [one[FORCE].sum() / (1 - one[SETTLED]) for one in chances_of]
    assert put_off[0] > put_off[1] > put_off[2]
    assert force[0] < force[1] < force[2]


def proud(*standing, cost=0.0):
    """Return the ladder with the standing of each side, and what backing down costs the second."""

    def change(plain):
        laddered(plain)
        for party, own in zip(plain["talks"]["parties"], standing, strict=True):
            party["objective"] = {**party.get("objective", {}), "standing": own}
        plain["talks"]["parties"][1]["audience_cost"] = cost
        asked = plain["talks"]["positions"][0]["choices"]  # one package that leaves a rung in force
        asked |= {"duties": "cars", "opening": "closed"}
        del plain["talks"]["ratification"]

    return change


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    return studied(tmp_path_factory.mktemp("proud"), proud(0.5, 0.2, cost=0.3))


def met_of(found, offer):
    """Return the share met of what the first side demands that does not hold already."""
    asked = {"purchases": "more", "opening": "open", "school": "reopened"}
    if "cars" in str(found.case.acting.demands("one")):
        asked |= {"duties": "cars"}
        del asked["opening"]  # that it stays closed
    choices = found.packages.choices(offer.package)
    return np.mean([choices[issue] == option for issue, option in asked.items()])


def test_a_package_is_a_usual_settlement_where_nothing_was_demanded(tmp_path):
    def change(plain):
        laddered(plain)
        plain["talks"]["positions"] = plain["talks"]["positions"][1:]

    found = studied(tmp_path, change)
    assert not found.case.acting.demands("one")
    tastes, ladder = fitted(), found.dated.found.ladder
    assert [offer.met for offer in found.dated.offers] == [None] * len(ladder.offers)
    np.testing.assert_allclose(ladder.conceded, 1.0)
    np.testing.assert_allclose(ladder.offers[:, 1], -tastes.conceding)
    document = describe(found)
    assert same_cells(document) > 50
    assert "met" not in document.tables()["settlements"].rows[0]


def test_the_table_of_packages_has_the_share_of_demands_that_they_meet(study):
    rows = describe(study).tables()["settlements"].rows
    assert [row["met"] for row in rows] == [met_of(study, one) for one in study.dated.offers]


def test_a_folder_may_be_named_by_a_string(tmp_path):
    kept = tmp_path / "kept"
    path = case_of(tmp_path, laddered)
    run_talks(path, Choices(draws=0), baseline=economy(), folder=str(kept))
    assert list(kept.rglob("*.json"))


def test_to_demand_what_holds_already_asks_nothing_of_the_other(study, tmp_path):
    def with_more(plain):
        laddered(plain)
        plain["talks"]["positions"][0]["choices"]["duties"] = "none"

    found = studied(tmp_path, with_more)
    shares = {offer.package: offer.met for offer in study.dated.offers}
    assert shares
    for offer in found.dated.offers:
        assert offer.met == shares.get(offer.package, offer.met)
        assert offer.met == met_of(study, offer)

    def alone(plain):
        laddered(plain)
        plain["talks"]["positions"][0]["choices"] = {"duties": "none"}

    assert {offer.met for offer in studied(tmp_path, alone).dated.offers} <= {None}


def test_a_package_that_meets_fewer_demands_is_cheaper_to_settle_on(study):
    """What is unknown of that cost counts for less too."""
    ladder = study.dated.found.ladder
    assert len(set(ladder.conceded)) > 1
    tree, states = grow(ladder)
    settled = [n for n, one in enumerate(states) if one.settled >= 0 and one.day == 0]
    met = [met_of(study, study.dated.offers[states[n].settled]) / 0.67 for n in settled]
    np.testing.assert_allclose(tree.tilt[settled, 1], [-one * ladder.resolve[1] for one in met])


def test_a_side_that_values_its_measures_takes_them(study, counted):
    assert by_the_first_day(counted)[FORCE].sum() > by_the_first_day(study)[FORCE].sum() + 0.01
    # and the other one answers more often, since that is worth something to it too
    answers = [by_the_first_day(one)[FORCE] for one in (study, counted)]
    assert answers[1][1] / answers[1].sum() > answers[0][1] / answers[0].sum() + 0.01


def test_having_acted_counts_once_in_states_and_in_packages(study, counted):
    """In political units: of what measures bring without it, and of it, each by itself."""
    tastes, income = fitted(), economy().income[:2]
    wanted = [tastes.sender, tastes.target]

    def units(amount):
        return np.sign(amount) * np.log(1 + np.abs(amount) / (1e-4 * income))

    own = units(np.array([0.5, 0.2]))
    np.testing.assert_allclose(counted.dated.worth, study.dated.worth, atol=1e-12)
    for found, acted in ((counted, own), (study, np.array([tastes.acting, 0.0]))):
        flow = found.dated.found.ladder.flow
        expected = wanted * units(found.dated.worth)
        expected[1:, :, 0] += acted[0]
        expected[:, 1:, 1] += acted[1]
        np.testing.assert_allclose(flow, expected, rtol=1e-12)

    for found, acted, cost in ((counted, own, [0.01, 0.3]), (study, own * 0, [0.01, 0])):
        for n, offer in enumerate(found.dated.offers):
            choices = found.packages.choices(offer.package)
            us = choices["duties"] == "cars"
            asked = {"purchases": "more", "opening": "open", "school": "reopened"}
            if found is counted:
                asked |= {"duties": "cars", "opening": "closed"}
            left = np.mean([choices[issue] != option for issue, option in asked.items()])
            # the second has no demands; where it may answer it does not back down
            far = np.array([0 if us else left, 0.0 if us else 1.0])
            np.testing.assert_allclose(offer.backing, far)
            rests = 0.5 * us if found is counted else 0.0
            plain = offer.gain - [rests, 0] + far * cost
            np.testing.assert_allclose(offer.plain, plain, atol=1e-12)
            ladder = found.dated.found.ladder
            kept = 1.0 if offer.holds else 0.95
            agreed = kept * (wanted * units(plain) + [us * acted[0], 0])
            np.testing.assert_allclose(ladder.agreed[n], agreed, rtol=1e-12)
            # a usual settlement meets two thirds of what was demanded
            usual = met_of(found, offer) / 0.67
            once = units(far * np.array(cost))
            settles = usual * np.array([tastes.settling, -tastes.conceding]) - once
            assert offer.met == pytest.approx(usual * 0.67)
            np.testing.assert_allclose(ladder.conceded[n], usual, rtol=1e-12)
            np.testing.assert_allclose(ladder.offers[n], settles, rtol=1e-12)


def test_what_leaves_a_measure_of_who_asks_in_force_settles_nothing(counted):
    """What it asks for is tariffs on cars and more, and a package of the table has that."""
    asked = counted.packages.choices(counted.positions["one"])
    assert asked["duties"] == "cars"
    assert counted.packages.feasible[counted.positions["one"]]
    assert counted.dated.offers
    assert all(offer.acts[SENDER] == 0 for offer in counted.dated.offers)


def test_what_is_otherwise_by_a_factor_is_so_in_money(study, counted):
    """Threefold, half and more are of amounts, not of their logs."""
    tastes, income = fitted(), economy().income[:2]

    def units(amount, side=0):
        return np.log(1 + amount / (1e-4 * income[side]))

    for found, standing in ((study, 0.0), (counted, 0.5)):
        base, others = found.dated.found.ladder, found.dated.others
        costly = others["backing down costs three times as much"].ladder
        # one of the second's four demands is met already
        unmet = 0.75 if found is counted else 1.0
        # what the file says costs three times as much, not what is estimated besides
        np.testing.assert_allclose(costly.audience, tastes.audience + units(0.03 * unmet))
        far = np.array([offer.backing for offer in found.dated.offers])
        second = 0.3 if found is counted else 0.0
        for side, cost in enumerate((0.01, second)):
            more = units(3 * far[:, side] * cost, side) - units(far[:, side] * cost, side)
            np.testing.assert_allclose((base.offers - costly.offers)[:, side], more, atol=1e-12)
        proud = others["having acted is worth 0.02% of income more"].ladder
        added = units(standing + 2e-4 * income[0]) - units(standing)
        np.testing.assert_allclose((proud.flow - base.flow)[1:, :, 0], added)
        cheap = others["conceding costs half as much"].ladder
        met = np.array([met_of(found, offer) for offer in found.dated.offers]) / 0.67
        np.testing.assert_allclose((cheap.offers - base.offers)[:, 1], met * tastes.conceding / 2)


def test_half_of_what_a_file_says_conceding_costs_is_half_of_the_money(tmp_path):
    def change(plain):
        laddered(plain, resolve=[{"party": "two", "conceding": 0.4}])

    study = studied(tmp_path, change)
    found = study.dated
    cheap, size = found.others["conceding costs half as much"].ladder, 1e-4 * economy().income[1]
    # a figure of the file is of all that is demanded, half of it of half as much
    met = np.array([met_of(study, offer) for offer in study.dated.offers])
    saved = np.log(1 + 0.4 * met / size) - np.log(1 + 0.2 * met / size)
    np.testing.assert_allclose((cheap.offers - study.dated.found.ladder.offers)[:, 1], saved)


def test_a_package_to_which_who_asks_answers_with_a_rung_settles_nothing(tmp_path):
    def change(plain):
        laddered(plain)
        plain["talks"]["issues"][0] = {
            "id": "duties",
            "options": [{"id": "none"}, {"id": "corn", "measures": ["corn"]}],
        }
        plain["talks"]["parties"][0]["objective"]["standing"] = 0.5  # it would rather answer
        del plain["talks"]["issues"][2]  # opening and corn would set the same tariff
        plain["talks"] |= {"red_lines": [], "interactions": [], "ratification": []}
        plain["talks"]["positions"] = [
            {"party": "one", "kind": "demand", "choices": {"duties": "corn", "purchases": "more"}},
            {"party": "two", "kind": "offer", "choices": {"purchases": "some"}},
        ]

    found = studied(tmp_path, change)
    answered = [one for one in found.case.trade_sets().values() if "corn" in one]
    assert all(held_under(found.case, found.worth, one) >= {"cars", "corn"} for one in answered)
    assert found.packages.choices(found.positions["one"])["duties"] == "corn"
    assert found.dated.offers
    picked = [found.packages.choices(offer.package) for offer in found.dated.offers]
    assert {choices["duties"] for choices in picked} == {"none"}


def test_an_answer_that_a_package_leaves_in_force_counts_as_having_acted(counted):
    dated, none = counted.dated, np.zeros(2)
    make = Maker(counted, dated.sides, dated.days, dated.worth, fitted())
    offer = Offer((), 0, none, True, none, np.array([0.0, 1.0]), none, None)
    np.testing.assert_allclose(make.agreed((offer,), np.array([5.0, 3.0])), [[0, 3]])


def test_answers_are_worth_more_the_more_they_answer(study):
    """ρ + ρ_x (ln(1 + loss / 0.01% of income) − 2), the loss without an answer."""
    loss = -study.dated.worth[1, 0, 1]
    assert loss > 0
    tastes = fitted()
    size = np.log(1 + loss / (1e-4 * economy().income[1]))
    expected = tastes.answering + tastes.reciprocity * (size - 2)
    np.testing.assert_allclose(study.dated.found.ladder.answering, [expected], rtol=1e-12)


@pytest.mark.parametrize(("route", "duty"), [("AD/CVD", 1), ("safeguard", 1), ("s301", 0)])
def test_having_acted_is_worth_more_in_a_duty_case(study, route, duty):
    sides, tastes = study.dated.sides, fitted()
    own = (sides.rungs[SENDER][0]._replace(route=route),)
    sides = replace(sides, rungs=(own, sides.rungs[1]))
    make = Maker(study, sides, study.dated.days, study.dated.worth, tastes)
    expected = tastes.acting + tastes.protection * duty
    np.testing.assert_allclose(make.standing[1, :, SENDER], expected)
    assert (make.standing[0, :, SENDER] == 0).all()


def test_what_cannot_be_in_force_yet_is_shared_out_among_the_rest():
    chance = np.array([[0.2, 0.1, 0.2, 0.3, 0.2], [0.2, 0.1, 0.2, 0.3, 0.2]])
    found = _not_before(chance, np.array([True, False]))
    np.testing.assert_allclose(found, [[0.4, 0.2, 0.4, 0, 0], [0.2, 0.1, 0.2, 0.3, 0.2]])


def test_only_incomes_count_where_nobody_has_a_standing_to_keep(study, counted):
    """Standing and audience costs of both sides are out of it, in packages too."""
    ladder = counted.dated.others[BARE].ladder
    np.testing.assert_allclose(ladder.flow, study.dated.others[BARE].ladder.flow, atol=1e-12)
    assert (ladder.offers == 0).all()
    for n, offer in enumerate(counted.dated.offers):
        brings = np.log(1 + np.abs(offer.plain) / (1e-4 * economy().income[:2]))
        kept = 1.0 if offer.holds else 0.95
        wanted = kept * np.array([fitted().sender, fitted().target]) * np.sign(offer.plain) * brings
        np.testing.assert_allclose(ladder.agreed[n], wanted, rtol=1e-12)


def hidden_for(months):
    def change(plain):
        laddered(plain)
        plain["talks"]["detection_months"] = months
        school = next(one for one in plain["talks"]["issues"] if one["id"] == "school")
        reopened = next(one for one in school["options"] if one["id"] == "reopened")
        school["by"], reopened["values"] = "one", {"one": -0.02, "two": 0.3}
        del plain["talks"]["ratification"]

    return change


def test_packages_that_nobody_sees_broken_are_settled_on_less(tmp_path):
    seen, blind = (studied(tmp_path, hidden_for(months)) for months in (0.1, 60))
    kept = [{offer.package: offer.holds for offer in one.dated.offers} for one in (seen, blind)]
    assert kept[0].keys() == kept[1].keys()
    assert sum(kept[0].values()) > sum(kept[1].values())
    told = [one.dated.found.by_day[-1, SETTLED] for one in (seen, blind)]
    assert told[0] > told[1]


def test_hawks_at_home_leave_nothing_to_settle_on(study, tmp_path):
    def hawks(plain):
        laddered(plain)
        bloc = {"id": "hawks", "members": 70, "values": [
            {"choices": {issue: option}, "value": -9}
            for issue, option in (("purchases", "some"), ("purchases", "more"),
                                  ("opening", "open"), ("school", "reopened"),
                                  ("school", "moved"))]}  # fmt: skip
        plain["talks"]["ratification"] = [
            {"party": "one", "title": "Chamber", "needed": 51, "sharpness": 40,
             "blocs": [bloc, {"id": "others", "members": 30}]}
        ]  # fmt: skip

    found = studied(tmp_path, hawks)
    assert (
        not found.dated.offers
        or by_the_first_day(found)[SETTLED] < by_the_first_day(study)[SETTLED]
    )
    free = found.dated.others["nobody at home has a vote"].by_day[-1]
    assert free[SETTLED] > found.dated.found.by_day[-1, SETTLED] + 0.1


def test_chances_are_given_what_has_happened(study, tmp_path):
    moves = [{"date": "2018-06-01", "party": "two", "move": "holds"},
             {"date": "2018-06-01", "party": "one", "move": "postpones"}]  # fmt: skip

    def change(plain):
        laddered(plain, history=moves)

    found = studied(tmp_path, change).dated.found
    assert found.after == (Standing(0, 0, postponed=False), Standing(0, 0, postponed=True))
    np.testing.assert_allclose(found.by_day[:2, 0], [1, 0], atol=1e-12)
    assert found.by_day[1, 1] == pytest.approx(1)
    assert found.by_day[2].sum() == pytest.approx(1)
    # the same by Bayes' rule from the game without what has happened
    plain = study.dated.found
    at = [n for n, s in enumerate(plain.states) if s.step == "over" and s.day == 1
          and s.postponed and s.settled < 0
          and not plain.states[_over_of(plain, n, 0)].postponed]  # fmt: skip
    seen = plain.response.reach[at].sum()
    below = [n for n, s in enumerate(plain.states) if s.day == 2 and (s.step == "over")
             and s.settled >= 0 and _over_of(plain, n, 1) in at]  # fmt: skip
    assert found.by_day[2, SETTLED] == pytest.approx(plain.response.reach[below].sum() / seen)


def test_what_both_know_and_we_do_not_is_a_mean_over_what_conceding_may_cost(study, tmp_path):
    moves = [{"date": "2018-06-01", "party": "one", "move": "holds"}]
    seen = studied(tmp_path, lambda plain: laddered(plain, history=moves)).dated
    points, weights = np.polynomial.hermite_e.hermegauss(5)
    for game in (study.dated, seen):
        known = game.others[KNOWN]
        ladder, plain = known.ladder, game.found.ladder
        # backing down costs nobody anything
        back = np.array([offer.backing for offer in game.offers])
        costs = np.log(1 + back * [0.01, 0.0] / (1e-4 * economy().income[:2]))
        np.testing.assert_allclose(ladder.offers, plain.offers + costs)
        assert (ladder.audience, ladder.resolve) == (0.0, (0.0, plain.resolve[1]))
        met = np.array([met_of(study, offer) for offer in game.offers]) / 0.67
        expected, total = 0.0, 0.0
        for point, weight in zip(points, weights, strict=True):
            offers = ladder.offers.copy()
            offers[:, 1] -= met * ladder.resolve[1] * point
            # every history apart, as where sides believe something
            one = escalate(replace(ladder, offers=offers, resolve=(0, 0)), after=game.found.after)
            expected = expected + weight * one.seen * one.by_day
            total += weight * one.seen
        np.testing.assert_allclose(known.by_day, expected / total, atol=1e-9)
        np.testing.assert_allclose(known.by_day.sum(axis=1), 1, atol=1e-9)


def test_each_of_several_red_lines_is_dropped_by_itself(tmp_path):
    def change(plain):
        laddered(plain)
        more = ({"purchases": "more"}, {"opening": "open"})
        plain["talks"]["red_lines"] += [{"party": "two", "choices": one} for one in more]

    found = studied(tmp_path, change)
    named = [what for what in found.dated.others if "red line" in what]
    assert named
    assert len(named) == len(set(named)) <= len(found.questions.red_lines)
    assert all(what.startswith("two drops its red line on ") for what in named)


def _over_of(found, node, day):
    while not (found.states[node].step == "over" and found.states[node].day == day):
        node = found.tree.parent[node]
    return node


def test_a_ladder_by_default_is_made_of_what_is_announced_and_threatened(tmp_path):
    def change(plain):
        cars, corn = plain["measures"][:2]
        cars["status"], corn["status"], corn["start"] = "announced", "threatened", "2018-06-20"

    found = studied(tmp_path, change)
    sides = found.dated.sides
    assert not sides.stated
    assert sides.ids == ("one", "two")
    assert [rung.measures for rung in sides.rungs[SENDER]] == [("cars",)]
    assert sides.rungs[SENDER][0].first == date(2018, 5, 14) + notice()
    assert notice().days == 22
    assert [rung.first for rung in sides.rungs[1]] == [date(2018, 6, 20)]
    said = " ".join(note.text for section in describe(found).sections for note in section.blocks
                    if hasattr(note, "text"))  # fmt: skip
    assert "The file has no ladder" in said
    assert [rung.title for own in sides.rungs for rung in own] == [
        "tariffs of 25% on C1", "tariffs of 40% on C0"
    ]  # fmt: skip


def test_steps_made_by_default_are_named_by_what_their_measures_do():
    def titled(name, *ids):
        scenario = load_scenario(name)
        entries = [one for one in scenario.measures if one.id in ids]
        assert len(entries) == len(ids)
        return title_of(Fake(scenario=scenario), entries)

    assert titled("busan-2025", "us-100") == "tariffs of 100% on China"
    farm = ("us-cars-mexico", "us-on-mexico-farm")
    assert titled("nafta-2018", *farm) == "tariffs of 1.55% to 25% on Mexico"
    assert titled("busan-2025", "rare-earths", "us-no-fentanyl") == (
        "tariffs on China and export bans on all countries"
    )


def test_without_a_threat_there_are_no_chances_by_date(tmp_path):
    found = studied(tmp_path, None)
    assert found.dated is found.forecast is None
    assert describe(found).sections[0].key == "lead"


def test_what_is_shown(study):
    shown = describe(study)
    assert [section.key for section in shown.sections][:2] == ["by-date", "in-short"]
    assert same_cells(shown) > 40
    said = " ".join(shown.sentences())
    assert "with an error (Brier score) of 0.67 on 58 kept out of the fit" in said
    assert "; if settled: " in study.summary()
    # the deal of those who know everything is not told twice
    likeliest = study.dated.offers[int(study.dated.found.settled_on[-1].argmax())].package
    assert ("The likely deal, named above, is" in said) == (study.predicted == likeliest)


def changed(**more):
    return [LADDER[0] | more, LADDER[1]]


def moved(**more):
    return [{"date": "2018-07-01", "party": "one", "move": "rung"} | more]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ladder": changed(first="2018-05-01")}, "is before the date of the scenario"),
        ({"ladder": changed(measures=["trucks"])}, "there is no measure with this id"),
        ({"ladder": changed(party="three")}, "there is no party"),
        ({"ladder": [LADDER[0], LADDER[0] | {"first": "2018-06-30"}]}, "before the rung below it"),
        ({"ladder": changed(first="soon")}, "not a date"),
        ({"ladder": changed(route="s999")}, "s999"),
        ({"days": [{"date": "2018-05-13", "title": "x"}]}, "is before the date of the scenario"),
        ({"history": moved(date="2018-06-01")}, "the rung may be in force from 2018-07-01 alone"),
        ({"history": moved(date="2018-05-01", move="holds")}, "before the entry above it"),
        (
            {"history": [*moved(), *moved(date="2018-06-01", move="holds")]},
            "before the entry above",
        ),
        ({"history": [*moved(), *moved(date="2018-07-02")]}, "no rung left to take"),
        ({"history": [*moved(), *moved(move="holds")]}, "has moved on this day already"),
        ({"history": moved(move="steps-down")}, "nothing is in force that could be taken back"),
        ({"history": moved(party="two", move="postpones")}, "only who asks first can put off"),
        ({"history": moved(move="settles")}, "settles"),
        ({"ladder": [], "history": moved()}, "has no rung of a ladder"),
        ({"resolve": [{"party": "one", "conceding": -1}]}, "is out of range"),
        ({"resolve": [{"party": "three"}]}, "there is no party"),
        ({"resolve": [{"party": "one"}, {"party": "one"}]}, "is taken by entry 1 of resolve"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path, more, said):
    path = case_file(tmp_path, lambda plain: laddered(plain, **more))
    with pytest.raises(InputError) as refused:
        load_scenario(path)
    assert any(said in str(problem) and problem.line for problem in refused.value.problems)


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    history = [*moved(date="2018-06-01"), *moved(party="two", move="steps-down")]
    path = case_file(tmp_path, lambda plain: laddered(
        plain, changed(measures=["trucks"]), history=history))  # fmt: skip
    with pytest.raises(InputError) as refused:
        load_scenario(path)
    assert len(refused.value.problems) == 3


def test_too_many_days_are_refused(tmp_path):
    days = [{"date": f"2018-06-{n:02}", "title": "x"} for n in range(1, 8)]
    with pytest.raises(InputError, match="has too many days"):
        studied(tmp_path, lambda plain: laddered(plain, days=days))


def test_a_ladder_of_three_needs_the_other_side(tmp_path):
    def change(plain):
        laddered(plain, ladder=LADDER[:1])
        plain["parties"].append({"id": "three", "country": "C2"})
        plain["talks"]["parties"].append({"party": "three"})

    with pytest.raises(InputError, match="give the other side a rung"):
        studied(tmp_path, change)


def test_what_is_estimated_costs_three_times_as_much_where_the_file_says_nothing(tmp_path):
    def change(plain):
        laddered(plain)
        plain["talks"]["parties"][0]["audience_cost"] = 0

    found = studied(tmp_path, change).dated
    costly = found.others["backing down costs three times as much"].ladder
    np.testing.assert_allclose(costly.audience, 3 * fitted().audience)


def test_later_rungs_are_told_on_the_days_that_the_table_names():
    may = run_may()
    rows = describe(may).tables()["changes"].rows
    (late,) = (row for row in rows if row["what"] == "rungs come 90 days later")
    assert may.dated.days[-1] == date(2018, 9, 24)
    assert late["force_later"] == 0  # the first rung then comes on 4 October
    assert 0.4 < late["settled"] <= late["settled_later"] < 0.9


def test_a_rung_of_a_measure_that_is_applied_by_its_status_is_refused(tmp_path):
    def change(plain):
        laddered(plain)
        (cars,) = (one for one in plain["measures"] if one["id"] == "cars")
        cars["status"] = "applied"

    with pytest.raises(InputError, match="applied already, by its status: a rung is what may come"):
        studied(tmp_path, change)
