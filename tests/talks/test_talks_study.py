"""The whole of a table: values by hand, order, no-deal points, and every side question."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import detente
from detente.errors import InputError, SolveError
from detente.talks.choices import Choices
from detente.talks.self_enforcement import critical_patience
from detente.talks.side_questions import EVERYTHING
from detente.talks.solutions import SOLUTIONS, solve_table
from detente.talks.study import WAITING, run_talks, with_fixed
from detente.talks.valuation import Valuer
from talks_case import case_of, collapsed, economy, same, turned

NO_DRAWS = Choices(draws=0)


def studied(folder, change=None, **choices):
    return run_talks(case_of(folder, change), replace(NO_DRAWS, **choices), baseline=economy())


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return studied(tmp_path_factory.mktemp("talks"))


def by_hand(*measures):
    """Return what each side makes of some measures: income, weight on S0, and the deficit."""
    c = economy()
    entries = {entry.id: entry for entry in MEASURES}
    solved = detente.solve(c, *(entries[name].instrument() for name in measures))
    outcome = solved.equilibrium.outcome
    income = solved.welfare.to_numpy()[:2] / 100 * c.income[:2]
    share = c.value_added_share[:, 0]
    after = share * np.asarray(outcome.output_cf)[:, 0] / np.asarray(outcome.consumer_price_hat)
    weighted = 0.3 * (after - share * c.flows.sum(axis=1).T[:, 0])
    change = (np.asarray(outcome.flows_cf) - c.flows).sum(axis=0)  # (importer, exporter)
    balance = change[1, 0] - change[0, 1]
    return income + np.array([weighted[0] + 0.05 * balance, 0.0])


@pytest.fixture(autouse=True)
def _measures(study):
    global MEASURES  # noqa: PLW0603
    MEASURES = study.scenario.measures


@pytest.mark.parametrize(
    ("choices", "measures", "besides"),
    [
        (("none", "none", "closed", "shut"), (), (0, 0)),
        (("cars", "some", "closed", "moved"), ("cars", "buys"), (0.001, 0)),
        (("none", "more", "open", "reopened"), ("buys-more", "opens"), (0.004, -0.006 + 0.001)),
    ],
)
def test_a_package_is_worth_what_solves_and_the_analyst_say(study, choices, measures, besides):
    named = dict(zip(("duties", "purchases", "opening", "school"), choices, strict=True))
    found = study.packages.utility[study.packages.number(named)]
    np.testing.assert_allclose(found, by_hand(*measures) + besides, atol=1e-9)


def test_no_deal_points_by_hand(study):
    strikes = by_hand("cars", "corn") + np.array([0, -0.01])
    np.testing.assert_allclose(study.no_deals["strikes"].values, strikes, atol=1e-9)
    np.testing.assert_allclose(study.no_deals["as-it-is"].values, 0, atol=1e-9)
    rates = np.array([0.15, 0.08])
    wait = 0.01 * strikes / (rates + 0.01)
    np.testing.assert_allclose(study.no_deals[WAITING].values, wait, atol=1e-9)
    power = np.array([1.0, 1.5]) / (rates + 0.01)
    np.testing.assert_allclose(study.power / study.power[0], power / power[0])
    assert list(study.no_deals) == [WAITING, "as-it-is", "strikes", "war"]


def test_no_order_in_the_file_matters(study, tmp_path):
    other = studied(tmp_path, turned)

    def named(run, agreement):
        return agreement and sorted(run.packages.choices(agreement.package).items())

    for name in study.no_deals:
        same(study.no_deals[name].values, other.no_deals[name].values, 1e-8)
        for solution in SOLUTIONS:
            one, two = (run.outlooks[name].agreements[solution] for run in (study, other))
            assert named(study, one) == named(other, two)
            if one:
                same(one.gain, two.gain, 1e-7)
    one, two = study.questions, other.questions
    for first, second in zip(one.lasting, two.lasting, strict=True):
        assert (first.party, first.choices) == (second.party, second.choices)
        assert first.most_impatient == pytest.approx(second.most_impatient, rel=1e-6)
    assert {k: named(study, v) for k, v in one.without_values.items()} == {
        k: named(other, v) for k, v in two.without_values.items()
    }
    steps = [[(s.issue, s.after) for s in q.ladders["one", "two"]] for q in (one, two)]
    assert steps[0] == steps[1]
    assert set(one.gaps["one", "two"].issues) == set(two.gaps["one", "two"].issues)


def test_positions_and_the_gap(study):
    ask, offer = (study.packages.choices(study.positions[p]) for p in ("one", "two"))
    assert ask == {"duties": "none", "purchases": "more", "opening": "open", "school": "reopened"}
    assert offer == {"duties": "none", "purchases": "some", "opening": "closed", "school": "shut"}
    gap = study.questions.gaps["one", "two"]
    u = study.packages.utility
    one, two = study.positions["one"], study.positions["two"]
    np.testing.assert_allclose(gap.distance, [u[one, 0] - u[two, 0], u[two, 1] - u[one, 1]])
    for ladder in study.questions.ladders.values():
        assert sum(step.closed for step in ladder) == pytest.approx(1)
        assert ladder[-1].left == pytest.approx(0, abs=1e-12)


def test_outside_options_bound_but_do_not_split(study, tmp_path):
    gain = study.packages.utility - study.no_deals[WAITING].values
    chosen = study.predicted
    least = study.packages.utility[chosen, 0] + 1e-4  # more than the prediction leaves to the first

    def outside(plain):
        point = {"id": "alone", "title": "Alone", "kind": "outside",
                 "values": {"one": float(least), "two": -9}}  # fmt: skip
        plain["talks"]["no_deal"].append(point)

    other = studied(tmp_path, outside)
    np.testing.assert_allclose(other.no_deals[WAITING].values, study.no_deals[WAITING].values)
    able = study.outlook.passing & (study.packages.utility[:, 0] >= least)
    assert able.any()
    assert other.outlook.zone.sum() < study.outlook.zone.sum()
    score = np.where(able, np.log(np.maximum(gain, 1e-300)) @ study.power, -np.inf)
    assert other.predicted == int(score.argmax()) != chosen
    # nor does a side sign less over another point
    enough = study.packages.utility[:, 0] >= least
    both = study.outlooks["as-it-is"].zone & enough
    assert (other.outlooks["as-it-is"].zone == both).all()


def test_a_red_line_costs_what_lifting_it_brings(tmp_path):
    def crossed(plain):
        chosen = {"purchases": "more", "opening": "open"}
        plain["talks"]["red_lines"] = [{"party": "two", "choices": chosen},
                                       {"party": "one", "choices": {"duties": "cars"}}]  # fmt: skip

    def lifted(plain):
        crossed(plain)
        del plain["talks"]["red_lines"][0]

    bound, free = studied(tmp_path, crossed), studied(tmp_path, lifted)
    first, second = bound.questions.red_lines
    assert free.predicted != bound.predicted
    assert first.without.package == free.predicted
    best = [run.outlook.agreements["nash"].gain for run in (free, bound)]
    np.testing.assert_allclose(first.change, best[0] - best[1])
    assert second.without.package == bound.predicted  # a line that nobody wanted to cross
    np.testing.assert_allclose(second.change, 0, atol=1e-12)


def test_a_red_line_is_not_blamed_for_what_the_chamber_refuses(tmp_path):
    def strict(plain):
        talks = plain["talks"]
        talks["red_lines"] = [{"party": "one", "choices": {"duties": "cars"}}]
        talks["ratification"][0]["least"] = 0.3
        bloc = talks["ratification"][0]["blocs"][0]
        bloc["values"] = [{"choices": {"opening": "open"}, "value": -9}]

    found = studied(tmp_path, strict)
    free = found.outlook.unratified["nash"]
    assert found.predicted is not None
    assert free.package != found.predicted  # the votes bind
    (line,) = found.questions.red_lines
    assert line.without.package == found.predicted
    np.testing.assert_allclose(line.change, 0, atol=1e-12)


def test_without_an_analysts_values(study, tmp_path):
    """As if the file gave no values; nobody votes."""

    def without(plain):
        talks = plain["talks"]
        del talks["ratification"]
        for option in next(i for i in talks["issues"] if i["id"] == "school")["options"]:
            option.pop("values", None)

    def bare(plain):
        without(plain)
        talks = plain["talks"]
        del talks["interactions"], talks["parties"][0]["objective"]["deficit"]
        for point in talks["no_deal"]:
            point.pop("values", None)

    found = study.questions.without_values
    assert list(found) == ["school", EVERYTHING]
    for name, change in (("school", without), (EVERYTHING, bare)):
        other = studied(tmp_path, change)
        expected = other.outlook.agreements["nash"]
        assert found[name].package == expected.package
        np.testing.assert_allclose(found[name].gain, expected.gain, atol=1e-9)


def test_what_lasts_by_hand(tmp_path):
    def dear(plain):
        school = next(i for i in plain["talks"]["issues"] if i["id"] == "school")
        reopened = next(o for o in school["options"] if o["id"] == "reopened")
        reopened["values"] = {"one": 0.3, "two": -0.01}
        del plain["talks"]["ratification"]

    study = studied(tmp_path, dear)
    u, number = study.packages.utility, study.packages.number
    here = study.packages.choices(study.predicted)
    no_deal = study.outlook.no_deal.values
    own = {"one": ("duties",), "two": ("purchases", "opening", "school")}
    for place, found in enumerate(study.questions.lasting):
        kept = u[study.predicted, place]
        mine = [i for i in study.packages.table.issues if i.id in own[found.party]]
        ways = {
            chosen: u[
                number({**here, **dict(zip([i.id for i in mine], chosen, strict=True))}), place
            ]
            for chosen in product(*(i.options for i in mine))
        }
        assert found.own == tuple(i.id for i in mine)
        best = max(ways, key=ways.__getitem__)
        tempted = ways[best] - kept
        assert found.tempted == pytest.approx(tempted)
        if tempted <= 0:
            assert found.keeps
            assert found.most_impatient == np.inf
            continue
        then = {**here, **found.choices}
        assert u[number(then), place] == pytest.approx(ways[best])
        delta = critical_patience(kept, ways[best], no_deal[place], lag=6.0)
        assert np.exp(-found.most_impatient / 12) == pytest.approx(delta)
        assert found.keeps == (np.exp(-found.impatience / 12) >= delta)
    assert study.questions.lasting[1].tempted == pytest.approx(0.01 - 0.001)


def test_leaders_who_leave_are_as_good_as_impatience(study, tmp_path):
    def leaves(plain):
        plain["talks"]["parties"][1]["turnover"] = 0.3

    found = studied(tmp_path, leaves).questions.lasting[1]
    # a year's factor is exp(−r)(1 − h)
    assert np.exp(-found.impatience) == pytest.approx(np.exp(-0.08) * 0.7)


def test_threats_are_weighed_against_the_impasse(study):
    (threat,) = study.questions.threats
    assert (threat.no_deal, threat.by, threat.target) == ("strikes", "one", "two")
    made, values = threat.credibility, study.no_deals["strikes"].values
    assert made.own_cost == pytest.approx(-values[0])
    assert made.target_cost == pytest.approx(-values[1])
    assert made.margin == pytest.approx(0.01 + values[0])
    assert not made.credible


def test_what_is_fixed_holds_in_every_solution(study):
    held = run_talks(study.scenario, replace(NO_DRAWS, what_if={"school": "shut"}),
                     baseline=economy())  # fmt: skip
    shut = study.packages.holding(("school", "shut"))
    assert (held.fixed.zone == (study.outlook.zone & shut)).all()
    for solution, found in held.fixed.agreements.items():
        passing = study.outlook.passing & shut
        expected = solve_table(study.packages, study.outlook.no_deal.values, solution,
                               weights=study.power, allowed=passing)  # fmt: skip
        assert found.package == expected.package
    assert held.predicted == study.predicted
    # the same without working anything out again
    later = with_fixed(study, {"school": "shut"})
    assert (later.fixed.zone == held.fixed.zone).all()
    assert later.fixed.agreements.keys() == held.fixed.agreements.keys()
    assert all(one.package == held.fixed.agreements[name].package
               for name, one in later.fixed.agreements.items())  # fmt: skip
    assert with_fixed(later, {}).fixed is None
    with pytest.raises(InputError, match="shot"):
        with_fixed(study, {"school": "shot"})


def test_the_point_that_does_not_solve_is_named(study, monkeypatch):
    real = Valuer.value

    def value(self, sets, on_solve=None):
        sets = list(sets)
        if frozenset({"cars", "corn"}) in sets:
            raise SolveError("no equilibrium")
        return real(self, sets, on_solve)

    monkeypatch.setattr(Valuer, "value", value)
    with pytest.raises(SolveError, match="the no-deal point strikes does not solve"):
        run_talks(study.scenario, NO_DRAWS, baseline=economy())


def test_without_ratification_or_red_lines_or_points(tmp_path):
    def bare(plain):
        talks = plain["talks"]
        for key in ("ratification", "red_lines", "interactions", "no_deal", "positions"):
            talks.pop(key)

    found = studied(tmp_path, bare)
    assert list(found.no_deals) == [WAITING, "no-deal"]
    np.testing.assert_allclose(found.no_deals[WAITING].values, 0, atol=1e-9)
    assert found.votes == []
    assert found.questions.red_lines == found.questions.threats == []
    assert (found.outlook.passing == found.outlook.zone).all()
    assert found.positions["one"] == found.positions["two"]


def test_choices_that_cannot_be_are_said_together(study):
    with pytest.raises(InputError) as caught:
        Choices(draws=-1, model_draws=0, solution="nsah", seed=-1)
    assert len(caught.value.problems) == 4
    asked = replace(NO_DRAWS, no_deal="wra", what_if={"school": "shot", "duty": "none"})
    with pytest.raises(InputError) as caught:
        run_talks(study.scenario, asked, baseline=economy())
    assert len(caught.value.problems) == 3


def test_collapsed_ranges_are_only_ranges(study, tmp_path):
    other = studied(tmp_path, collapsed)
    np.testing.assert_allclose(other.packages.utility, study.packages.utility, atol=1e-12)


def test_rational_threats_by_hand(study):
    game = study.questions.rational
    first, second = game.threats
    # what is done now is nothing; at the strikes each does its own part, with what comes with it
    assert [t.measures for t in first] == [frozenset(), frozenset({"cars"})]
    assert [t.measures for t in second] == [frozenset(), frozenset({"corn"})]
    assert [t.no_deal for t in first] == ["as-it-is", "strikes"]
    assert [t.besides and t.besides.id for t in first] == [None, "strikes"]
    for i, own in enumerate(((), ("cars",))):
        for j, others in enumerate(((), ("corn",))):
            expected = by_hand(*own, *others) + np.array([0, -0.01 * i])
            np.testing.assert_allclose(game.values[:, i, j], expected, atol=1e-9)
    np.testing.assert_allclose(game.values[:, 1, 1], study.no_deals["strikes"].values, atol=1e-9)
    difference = game.values[0] - game.values[1]
    worst, best = difference.min(axis=1).max(), difference.max(axis=0).min()
    assert worst == best  # each side has one threat that is best whatever the other does
    i, j = int(difference.min(axis=1).argmax()), int(difference.max(axis=0).argmin())
    np.testing.assert_allclose(game.found.first, np.eye(2)[i], atol=1e-8)
    np.testing.assert_allclose(game.found.second, np.eye(2)[j], atol=1e-8)
    total = study.packages.utility.sum(axis=1)
    able = study.packages.feasible & (study.votes[0].passes >= 0.9)
    assert game.surplus == pytest.approx(total[able].max())
    split = (game.surplus + np.array([1, -1]) * difference[i, j]) / 2
    np.testing.assert_allclose(game.found.utility, split, atol=1e-8)


def test_without_a_choice_of_threats_there_is_no_such_game(tmp_path):
    def one_point(plain):
        del plain["talks"]["no_deal"][1:]

    def three(plain):
        plain["parties"].append({"id": "three", "country": "C2"})
        plain["talks"]["parties"].append({"party": "three"})

    assert studied(tmp_path, one_point).questions.rational is None
    assert studied(tmp_path, three).questions.rational is None


def test_threats_that_do_not_solve_leave_the_rest(study, monkeypatch):
    real = Valuer.value

    def value(self, sets, on_solve=None):
        sets = list(sets)
        if frozenset({"corn"}) in sets:  # an answer to nothing: no package and no point
            raise SolveError("no equilibrium")
        return real(self, sets, on_solve)

    monkeypatch.setattr(Valuer, "value", value)
    found = run_talks(study.scenario, NO_DRAWS, baseline=economy())
    assert found.questions.rational is None
    assert found.predicted == study.predicted


def test_a_table_without_measures_needs_no_economy_solved(tmp_path, monkeypatch):
    import detente.solver.equilibrium as solver

    monkeypatch.setattr(solver, "solve_equilibrium", None)

    def plainly(plain):
        del plain["measures"], plain["variants"]
        plain["talks"] = {
            "parties": [{"party": "one"}, {"party": "two"}],
            "issues": [
                {"id": "water", "options": [{"id": "kept"}, {"id": "shared", "values": {
                    "one": {"low": -5, "central": -2, "high": 1}, "two": 6}}]},
                {"id": "fish", "options": [{"id": "kept"}, {"id": "open", "values": {
                    "one": 4, "two": -1}}]},
            ],
        }  # fmt: skip

    study = studied(tmp_path, plainly, draws=200)
    assert study.outlook.zone.sum() == 1
    assert study.packages.choices(study.predicted) == {"water": "shared", "fish": "open"}
    np.testing.assert_allclose(study.outlook.agreements["nash"].gain, [2, 5])
    assert study.uncertainty.economies == 1
    # nobody carries anything out
    assert not any(item.own for item in study.questions.lasting)
    # refused where shared water costs the first side more than open fish brings: one in 18
    assert study.uncertainty.zone == pytest.approx(17 / 18, abs=0.05)
