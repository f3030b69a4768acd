"""Having acted, backing down and tariff revenue at the table: against figures made by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import yaml

from detente.errors import InputError
from detente.report.talks import acting as told
from detente.report.talks import facts
from detente.scenario.load import load_scenario
from detente.simulate import solve
from detente.talks.acting import Acting
from detente.talks.case import Case, central
from detente.talks.choices import Choices
from detente.talks.large import package_value
from detente.talks.linear import draw_figures, figures_of, linear
from detente.talks.no_deals import WAITING
from detente.talks.packages import enumerate_packages
from detente.talks.side_questions import EVERYTHING, _analysts
from detente.talks.study import run_talks
from detente.talks.threat_game import made_threats
from detente.talks.uncertainty import predict_plainly
from detente.talks.valuation import WAR
from detente.talks.worth import Worth
from scenario_texts import line_of
from talks_case import case_file, case_of, economy, same

THREATENED = {"us": frozenset({"cars", "wine"}), "eu": frozenset({"corn"})}
TEXT = """\
title: By hand
date: 2020-01-01
baseline: random
parties: [{id: us, country: C0}, {id: eu, country: C1}]
measures:
  - {id: cars, kind: tariff, by: C0, "on": C1, sectors: S0, add: 0.25}
  - {id: wine, kind: tariff, by: C0, "on": C1, sectors: S1, add: 0.25}
  - {id: corn, kind: tariff, by: C1, "on": C0, sectors: S1, add: 0.25}
talks:
  parties:
    - {party: us, audience_cost: 100, objective: {standing: 30}}
    - {party: eu, audience_cost: 8}
  issues:
    - id: tariffs
      options: [{id: spared}, {id: taxed, measures: [cars]}]
    - id: wines
      options: [{id: free}, {id: taxed, measures: [wine]}]
    - id: farms
      options: [{id: shut}, {id: half, values: {us: 5}}, {id: open, values: {us: 9, eu: -2}}]
    - id: patents
      options: [{id: "no"}, {id: "yes", values: {us: 1, eu: -3}}]
  positions:
    - {party: us, kind: demand, choices: {farms: open, patents: "yes"}}
    - {party: us, kind: offer, choices: {wines: free}}
  no_deal:
    - {id: now, title: Talks go on, kind: impasse}
    - {id: strike, title: The US strikes, kind: breakdown, choices: {tariffs: taxed}, by: us}
    - {id: silence, title: Talks end, kind: breakdown}
    - {id: half, title: Talks end halfway, kind: breakdown, choices: {farms: open}}
    - {id: bluff, title: The US walks off, kind: breakdown, by: us}
    - {id: away, title: The EU leaves, kind: outside}
    - {id: lump, title: As given, kind: breakdown, values: {us: 3}}
"""


def by_hand(folder, change=None, threatened=THREATENED):
    """Return the table above; measures are worth nothing in themselves."""
    plain = yaml.safe_load(TEXT)
    if change:
        change(plain["talks"])
    path = folder / "table.yaml"
    path.write_text(yaml.safe_dump(plain, sort_keys=False))
    scenario = load_scenario(path)
    case = Case(scenario, scenario.talks, threatened=threatened)
    zero = np.zeros(2)
    nothing = Worth(zero, 0.0, np.zeros((2, 0)), np.zeros((2, 2)), zero)
    return case, dict.fromkeys(case.measure_sets(), nothing)


def utility(case, worth):
    packages = enumerate_packages(case.table(worth))
    return lambda **choices: packages.utility[
        packages.number({**case.unsettled, **choices})
    ].tolist()


def test_packages_are_worth_standing_or_what_backing_down_costs(tmp_path):
    of = utility(*by_hand(tmp_path))
    # nothing of the US in force: 100 by the share of two demands that is not met; the EU has
    # threatened too and demands nothing, so that it backs down in full
    assert of() == [-100, -8]
    assert of(patents="yes") == [-100 + 50 + 1, -8 - 3]
    assert of(farms="half") == [-100 + 5, -8]
    assert of(farms="open", patents="yes") == [9 + 1, -8 - 2 - 3]
    # one of its measures is in force: no backing down, and its standing once
    assert of(tariffs="taxed") == [30, -8]
    assert of(wines="taxed") == [30, -8]
    assert of(tariffs="taxed", wines="taxed", patents="yes") == [30 + 1, -8 - 3]


def test_points_without_a_deal_cost_whoever_backs_down_there(tmp_path):
    case, worth = by_hand(tmp_path)
    found = {name: point.values.tolist() for name, point in case.no_deals(worth).items()}
    assert found == {
        "now": [0, 0],  # while talks go on nobody has backed down
        "strike": [30, -8],  # the EU has not answered
        "silence": [-100, -8],
        "half": [-50 + 9, -8 - 2],
        "bluff": [0, -8],  # its own threat is no backing down
        "away": [0, 0],
        "lump": [3, 0],  # all that the point is worth is given
    }
    point = case.talks.no_deal[0].model_copy(update={"war": True, "kind": "breakdown"})
    # in a war each has its own tariffs in force
    assert case.acted(point).tolist() == [30, 0]
    assert WAR in case.no_deal_set(point)


def test_a_threat_with_standing_is_carried_out(tmp_path):
    def proud(talks):
        talks["parties"][0] = {"party": "us", "audience_cost": 0, "objective": {"standing": 30}}

    for change, margin in ((None, 100 + 30), (proud, 30)):
        case, worth = by_hand(tmp_path, change)
        first = next(t for t in made_threats(case, case.no_deals(worth)) if t.no_deal == "strike")
        assert first.credibility.margin == margin
        assert first.credibility.own_cost == -30


def test_who_has_threatened_nothing_neither_acts_nor_backs_down(tmp_path):
    of = utility(*by_hand(tmp_path, threatened={}))
    assert of() == of(tariffs="taxed") == [0, 0]


def test_demands_on_the_issue_of_ones_own_threat_count_too(tmp_path):
    def change(talks):
        talks["positions"] = [
            {"party": "us", "kind": "demand", "choices": {"tariffs": "spared", "farms": "open"}}
        ]

    of = utility(*by_hand(tmp_path, change))
    assert of() == [-50, -8]
    assert of(farms="open") == [9, -8 - 2]
    assert of(tariffs="taxed") == [30, -8]


def test_a_side_that_is_idle_whatever_is_signed_pays_by_its_demands_alone(tmp_path):
    def change(talks):
        talks["positions"].append(
            {"party": "eu", "kind": "demand", "choices": {"tariffs": "spared", "patents": "no"}}
        )

    of = utility(*by_hand(tmp_path, change))
    assert of()[1] == 0
    assert of(tariffs="taxed")[1] == -4
    assert of(tariffs="taxed", patents="yes")[1] == -8 - 3


def test_packages_of_large_tables_are_worth_the_same(tmp_path):
    case, worth = by_hand(tmp_path)
    table = case.table(worth)
    packages = enumerate_packages(table)
    for number in range(table.size):
        found = package_value(table, packages.choices(number))
        np.testing.assert_allclose(found, packages.utility[number], atol=1e-12)


@pytest.mark.parametrize("cost", [0.0, 40.0])
def test_a_package_is_what_the_rule_says_whatever_it_holds(tmp_path, cost):
    """All packages at once against the sentence of the docs, read one package at a time."""

    def change(talks):
        talks["parties"][1]["audience_cost"] = cost
        talks["positions"].append(
            {"party": "eu", "kind": "demand", "choices": {"wines": "free", "patents": "no"}}
        )

    case, worth = by_hand(tmp_path, change)
    packages = enumerate_packages(case.table(worth))
    free = enumerate_packages(replace(case, threatened={}).table(worth))
    for number in range(packages.table.size):
        held = packages.choices(number)
        us = 30.0 if "taxed" in (held["tariffs"], held["wines"]) else -50.0 * (
            (held["farms"] != "open") + (held["patents"] != "yes")
        )  # fmt: skip
        eu = -cost / 2 * ((held["wines"] != "free") + (held["patents"] != "no"))
        expected = free.utility[number] + [us, eu]
        np.testing.assert_allclose(packages.utility[number], expected, atol=1e-12)


def aimed(plain):
    """Give the small table a ladder, and sides that count revenue, acting and backing down."""
    talks = plain["talks"]
    talks["ladder"] = [
        {"party": "one", "title": "on cars", "measures": ["cars"], "first": "2018-07-01"},
        {"party": "two", "title": "on corn", "measures": ["corn"], "first": "2018-07-01"},
    ]
    one, two = talks["parties"]
    one["audience_cost"] = {"low": 0.0, "central": 0.02, "high": 0.05}
    one["objective"] |= {"standing": {"low": 0.0, "central": 0.01, "high": 0.03}}
    two["objective"] = {"revenue": {"low": 0.0, "central": 0.3, "high": 0.6}, "standing": 0.004}
    two["audience_cost"] = {"low": 0.0, "central": 0.005, "high": 0.02}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    scenario = case_of(tmp_path_factory.mktemp("aims"), aimed)
    return run_talks(scenario, Choices(draws=0), baseline=economy())


def test_revenue_is_duties_in_real_terms_and_counts_beyond_income(study):
    c = economy()
    cars = next(m for m in study.scenario.measures if m.id == "cars").instrument()
    outcome = solve(c, cars).equilibrium.outcome
    flows, price = np.asarray(outcome.flows_cf), np.asarray(outcome.consumer_price_hat)
    tariff = c.tariff.copy()
    tariff[0, 0, 1] += 0.25
    before = (c.tariff * c.flows).sum(axis=(0, 2))
    expected = ((tariff * flows).sum(axis=(0, 2)) / price - before)[:2]
    worth = study.worth[frozenset({"cars"})]
    np.testing.assert_allclose(worth.revenue, expected, atol=1e-9)
    assert (np.abs(expected) > 1e-3).all()
    # of the second side a dollar of it counts 1.3 times
    plain = worth._replace(revenue=np.zeros(2))
    gap = study.case.worth(worth) - study.case.worth(plain)
    np.testing.assert_allclose(gap, [0, 0.3 * expected[1]], atol=1e-12)


@pytest.mark.parametrize("headline", [WAITING, "strikes", "war"])
def test_draws_count_them_as_the_plain_way_does(study, headline):
    case, rng = study.case, np.random.default_rng(5)
    worths = []
    for _ in range(2):  # made up: what a draw does with them is all that is asked
        worths.append({
            one: Worth(rng.normal(0, 0.02, 2), 0.0, rng.normal(0, 0.02, (2, 3)),
                       rng.normal(0, 0.05, (2, 2)), rng.normal(0, 0.05, 2))
            for one in case.measure_sets()
        })  # fmt: skip
    figures = figures_of(case, worths[0])
    named = {"revenue of two", "standing of one", "standing of two", "audience cost of one",
             "audience cost of two"}  # fmt: skip
    assert named <= set(figures)
    fast, rows = linear(case, worths, figures, headline), []
    for number, row in enumerate(draw_figures(figures, 24, seed=3)):
        values = dict(zip(figures, row, strict=True))
        plain = predict_plainly(case, worths[number % 2], lambda key, _, v=values: v[key],
                                headline, "nash", {"central": 5})  # fmt: skip
        rows.append((plain, fast.predict(number % 2, row, "nash", {"central": 5})))
    plain, quick = (pd.DataFrame(list(side)) for side in zip(*rows, strict=True))
    same(plain.to_numpy(dtype=float), quick.to_numpy(dtype=float))
    assert plain["no_deal_one"].nunique() > 20


def test_the_prediction_without_the_analyst_is_without_them(study):
    """With all of them at zero the table is that of nobody who threatens or counts revenue."""
    plain = replace(study.case, sector_weights=None)
    parties = tuple(p.model_copy(update={"objective": None}) for p in plain.talks.parties)
    talks = plain.talks.model_copy(update={"parties": parties})
    none = replace(plain, threatened={}, talks=talks)

    def draw(key, figure):
        return 0.0 if _analysts(key, EVERYTHING) else figure.central

    def values(case, of):
        table, points = case.table(study.worth, of), case.no_deals(study.worth, of)
        points = [point.values for point in points.values()]
        return np.vstack([enumerate_packages(table).utility, *points])

    np.testing.assert_allclose(values(plain, draw), values(none, draw), atol=1e-15)
    assert np.abs(values(plain, central) - values(none, central)).max() > 1e-3
    assert EVERYTHING in study.questions.without_values


def test_what_backing_down_costs_in_the_deal_is_said(study):
    said = " ".join(sentence.text for sentence in told.inside(facts.of_study(study)))
    choices = study.packages.choices(study.predicted)
    far = study.case.acting.backing(study.case.package_set(choices), choices)
    assert ("Backing down costs" in said) == bool(far.any())


BAD = {
    "revenue below zero": ("revenue: -0.1", "revenue", "is out of range", "0 to 10"),
    "revenue in per cent": ("revenue: 30", "revenue", "is out of range", "0 to 10"),
    "standing below zero": ("standing: -1", "standing", "is out of range", "0 to 100,000,000"),
    "standing that is no number": (
        "standing: much", "standing", "a number is expected", "a number such as",
    ),
    "a range out of order": (
        "revenue: {low: 1, central: 0.5}", "revenue.low", "low ≤ central", "0.5 or less",
    ),
    "weights of nothing": ("weights: tariffs", "weights", "no source of weights", "applied"),
    "weights twice": (
        "weights: applied, sectors: {S0: 0.5}", "weights", "given already", "sectors, or weights",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_aims_are_refused_with_their_line(tmp_path, name):
    text, key, said, allowed = BAD[name]
    whole = TEXT.replace("objective: {standing: 30}", f"objective: {{{text}}}")
    path = tmp_path / "bad.yaml"
    path.write_text(whole)
    with pytest.raises(InputError) as refused:
        load_scenario(path)
    (problem,) = refused.value.problems
    assert problem.line == line_of(whole, text)
    assert problem.key == f"talks.parties[#1].objective.{key}"
    assert said in problem.message
    assert allowed in str(problem.allowed)


def test_where_standing_stood_before_is_said(tmp_path):
    def change(plain):
        aimed(plain)
        plain["talks"]["resolve"] = [{"party": "one", "standing": 2}]

    with pytest.raises(InputError) as refused:
        load_scenario(case_file(tmp_path, change))
    (problem,) = refused.value.problems
    assert problem.key == "talks.resolve[#1].standing"
    assert "write it under parties, objective: {standing: …}" in problem.message


def test_shares_of_demands():
    """Offers are no demands, and who demands nothing has none met."""
    talks = load_scenario("may-2018").talks
    acting = Acting(talks, {"us": frozenset({"us-301-list-1"})})
    settled = {"april-tariffs": "withdrawn", "purchases": "50bn", "zte": "lifted"}
    assert acting.met("us", settled) == pytest.approx(2 / 5)
    assert acting.met("china", settled) == pytest.approx(1 / 3)
    assert acting.backing(frozenset(), settled).tolist() == pytest.approx([3 / 5, 0])
    assert acting.backing(frozenset({"us-301-list-1"}), settled).tolist() == [0, 0]
