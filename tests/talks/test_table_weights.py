"""Weights of sectors that are read off tariffs, at the table."""

import numpy as np
import pytest
import yaml

import detente
from detente.cli.talks_command import _sources
from detente.errors import InputError
from detente.games.nash import optimal
from detente.games.players import Player
from detente.report.describe import describe
from detente.report.talks import acting as told
from detente.report.talks import facts
from detente.scenario.load import load_scenario
from detente.talks.choices import Choices
from detente.talks.study import run_talks
from detente.talks.worth import Aim
from economies import random_economy

WORLD = random_economy(7, countries=3, sectors=2)
TEXT = """\
title: Weights
date: 2020-01-01
baseline: random
parties: [{id: one, country: C0}, {id: two, country: C1}]
measures:
  - {id: first, kind: tariff, by: C0, "on": C1, sectors: S0, set: 0.1}
  - {id: second, kind: tariff, by: C0, "on": C1, sectors: S1, set: 0.1}
  - {id: corn, kind: tariff, by: C1, "on": C0, sectors: S1, add: 0.1}
variants:
  - {id: own, title: Its own tariffs, measures: [first, second]}
talks:
  parties:
    - {party: one, objective: {weights: "variant:own", revenue: 0.2}}
    - {party: two}
  issues:
    - {id: corn, options: [{id: as-it-is}, {id: taxed, measures: [corn]}]}
    - {id: visas, options: [{id: few}, {id: many, values: {one: -0.01, two: 0.02}}]}
"""


def pay(place):
    """Return what is earned in each sector: all value added is labour's."""
    return WORLD.value_added_share[place] * WORLD.flows.sum(axis=1).T[place]


@pytest.fixture(scope="module")
def wanted():
    """Extra weights that are zero on average by pay: a dollar handed out counts once."""
    first, second = pay(0)
    return 0.3, -0.3 * first / second


@pytest.fixture(scope="module")
def scenario(tmp_path_factory, wanted):
    """The table, where the variant holds the tariffs that are best for a side with such weights."""
    side = Player("C0", on=("C1",), low=0.0, high=2.0, objective=Aim((0,), wanted, goods=(0, 1)))
    best = optimal(WORLD, side, starts=("applied",), certified=False).chosen.rates
    assert ((best > 0.05) & (best < 1.9)).all()
    plain = yaml.safe_load(TEXT)
    for measure, rate in zip(plain["measures"], best, strict=False):
        measure["set"] = float(rate)
    path = tmp_path_factory.mktemp("weights") / "table.yaml"
    path.write_text(yaml.safe_dump(plain, sort_keys=False))
    return load_scenario(path)


@pytest.fixture(scope="module")
def study(scenario):
    return run_talks(scenario, Choices(draws=0), baseline=WORLD)


def test_tariffs_that_are_best_for_some_weights_tell_these(study, wanted):
    (read,) = study.weights
    assert (read.party, read.source) == ("one", "variant:own")
    found = [read.extra[code] for code in WORLD.sector_codes]
    # but for the pull of the penalty towards one, and what is handed out that moves with tariffs
    np.testing.assert_allclose(found, wanted, atol=3e-3)
    np.testing.assert_allclose(pay(0) @ found, 0, atol=1e-12)


def test_the_table_counts_them_and_what_else_the_file_wants(study):
    (read,) = study.weights
    found = [read.extra[code] for code in WORLD.sector_codes]
    np.testing.assert_allclose(study.case.sector_weights, [found, [0, 0]])
    worth = study.worth[frozenset({"corn"})]
    own = worth.income[0] + worth.sectors[0] @ found + 0.2 * worth.revenue[0]
    np.testing.assert_allclose(study.case.worth(worth), [own, worth.income[1]], rtol=1e-12)


def test_where_they_are_from_is_said(study):
    said = " ".join(sentence.text for sentence in told.weights(facts.of_study(study)))
    assert "read off its tariffs of variant:own, which tell 2 of 2" in said
    assert said in " ".join(describe(study).sentences())


def test_weights_of_a_file_and_of_one_side_take_the_place_of_others(scenario, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text("sector,weight\nS0,3\nS1,1\n")
    found = detente.talks(scenario, weights={"two": str(path)}, baseline=WORLD)
    assert [(r.party, r.source) for r in found.weights] == [
        ("one", "variant:own"), ("two", str(path)),
    ]  # fmt: skip
    # three to one, over their mean by pay, less one; incomes hold more than pay
    first, second = pay(1)
    mean, more = (3 * first + second) / (first + second), WORLD.income[1] / (first + second)
    expected = [(3 / mean - 1) * more, (1 / mean - 1) * more]
    np.testing.assert_allclose(found.case.sector_weights[1], expected)
    assert found.weights[1].politics is None
    assert "are those of" in " ".join(s.text for s in told.weights(facts.of_study(found)))


def test_a_file_beside_the_scenario_is_found_from_it(tmp_path):
    plain = yaml.safe_load(TEXT)
    plain["talks"]["parties"][0]["objective"]["weights"] = "mine.csv"
    (tmp_path / "mine.csv").write_text("sector,weight\nS0,0\nS1,1\n")
    path = tmp_path / "table.yaml"
    path.write_text(yaml.safe_dump(plain, sort_keys=False))
    found = run_talks(load_scenario(path), Choices(draws=0), baseline=WORLD)
    first, second = pay(0)
    more = WORLD.income[0] / (first + second)
    np.testing.assert_allclose(found.case.sector_weights[0], [-more, more * first / second])


@pytest.mark.parametrize(
    ("given", "said", "allowed"),
    [
        ("aplied", "no source of weights; did you mean 'applied'?", "applied, announced, variant"),
        ({"three": "applied"}, "no such party", "one, two"),
        ("nowhere.csv", "no such file", None),
        ({"one": 3}, "not a source of weights", "such as applied"),
    ],
)
def test_what_is_no_source_is_refused(scenario, given, said, allowed):
    with pytest.raises(InputError) as refused:
        run_talks(scenario, Choices(draws=0, weights=given), baseline=WORLD)
    problem = refused.value.problems[0]
    assert said in str(problem)
    assert allowed is None or allowed in str(problem.allowed)


def test_words_of_the_command(scenario):
    table = scenario.talks
    assert _sources([], table) is None
    assert _sources(["applied"], table) == {"one": "applied", "two": "applied"}
    assert _sources(["two=w.csv", "applied"], table) == {"one": "applied", "two": "w.csv"}
