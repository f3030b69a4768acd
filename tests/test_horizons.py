"""Horizons: their table, what theory says of them, and that the long run is the default."""

import json

import numpy as np
import pytest

from detente.document.html import page as page_of
from detente.errors import InputError
from detente.incidence import terms_of_trade
from detente.model.economy import Structure
from detente.model.horizons import HORIZONS, elasticity_scale, find_horizon
from detente.report.describe import describe, to_json
from detente.report.run import horizons
from detente.report.run.facts import facts_of, horizon_facts
from detente.simulate import run_scenario
from detente.uncertainty.draws import ENOUGH


@pytest.fixture(scope="module")
def runs():
    return {name: run_scenario("may-2018", horizon=name, draws=ENOUGH) for name in HORIZONS}


def test_the_scale_is_that_of_the_source_and_grows():
    assert elasticity_scale(1) == pytest.approx(0.76 / 2)
    assert elasticity_scale(8.5) == pytest.approx(0.95)
    scales = [h.elasticity_scale for h in HORIZONS.values()]
    assert scales == sorted(scales)
    assert scales[-1] == 1
    mobility = [h.structure.labour_mobility for h in HORIZONS.values()]
    assert mobility == sorted(mobility)
    assert HORIZONS["long-run"].structure == Structure()


def test_the_long_run_is_what_was_there_without_horizons(runs):
    plain = run_scenario("may-2018")
    for name, solution in plain.variants.items():
        np.testing.assert_array_equal(solution.welfare, runs["long-run"].variants[name].welfare)


def test_all_converge_and_say_what_they_rest_on(runs):
    for name, result in runs.items():
        assert result.scenario.horizon == name
        assert all(max(s.residuals.values()) < 1e-10 for s in result.variants.values())
    assert "times 0.38 for the horizon year" in runs["year"].calibration.card.elasticities
    assert runs["year"].scenario_hash != runs["long-run"].scenario_hash


def test_trade_moves_more_the_longer(runs):
    change = [
        r.variants["us-tariffs"].bilateral.loc[("CHN", "USA"), "goods_pct"] for r in runs.values()
    ]
    assert (np.diff(change) < 0).all()
    assert change[0] < 0


def test_same_signs_where_theory_says_so(runs):
    # the target of a tariff loses at any horizon, and the side that imposes it gains by its terms
    # of trade, the more the less its supplier can turn elsewhere; in the long run that is less
    # than what 25 points on some goods of a sector distort
    assert all(r.variants["us-tariffs"].welfare["CHN"] < 0 for r in runs.values())
    gains = [r.variants["us-tariffs"].welfare["USA"] for r in runs.values()]
    assert (np.diff(gains) < 0).all()
    assert gains[0] > 0 > gains[-1]


def test_a_cut_of_own_tariffs_costs_in_the_short_run_what_it_brings_in_the_long(runs):
    offers = [r.variants["china-offers"].welfare["CHN"] for r in runs.values()]
    assert (np.diff(offers) > 0).all()
    assert offers[1] < 0 < offers[-1]


def test_reports_of_short_horizons_explain_and_leave_no_gap(runs):
    page = page_of(describe(runs["year"]))
    assert "Trade elasticities are 0.38" in page
    assert "nan" not in page.split('<script type="application/json"')[0].lower().replace(
        "finan", ""
    )
    json.dumps(to_json(runs["month"]), allow_nan=False)


def test_terms_of_trade_turn_for_who_imposes_a_tariff_at_every_horizon(runs):
    worth = []
    for result in runs.values():
        prices = terms_of_trade(result.variants["us-tariffs"])["worth_pct"]
        assert prices["USA"] > 0 > prices["CHN"]
        worth.append(prices["USA"])
    # more where its supplier can turn elsewhere less
    assert (np.diff(worth) < 0).all()


def test_terms_of_trade_weigh_more_against_quantities_the_shorter_the_horizon(runs):
    for name in ("year", "two-years"):
        found = horizon_facts(runs[name]).cases
        sizes = np.abs([(case.terms, case.rest) for case in found]).sum(axis=0)
        assert sizes[0, 0] / sizes[1, 0] > sizes[0, 1] / sizes[1, 1]


def test_the_reference_is_the_long_run(runs):
    assert runs["long-run"].long_run is None
    assert horizon_facts(runs["long-run"]) is None
    reference = runs["year"].long_run
    for name, solution in runs["long-run"].variants.items():
        np.testing.assert_array_equal(solution.welfare, reference.variants[name].welfare)


def test_sentences_on_signs_are_those_of_the_numbers(runs):
    for name in ("month", "year", "two-years"):
        result = runs[name]
        compared = horizon_facts(result)
        found = compared.cases
        now = [result.variants[c.variant].welfare[c.country] for c in found]
        later = [runs["long-run"].variants[c.variant].welfare[c.country] for c in found]
        turned = [c for c, a, b in zip(found, now, later, strict=True)
                  if min(abs(a), abs(b)) >= 0.0005 and a * b < 0]  # fmt: skip
        said = horizons.sentences(facts_of(result, between=False), compared)
        assert sum(" the sign" in one and "cases" not in one for one in said) == min(
            len(turned), horizons.EXPLAINED
        )
        page = page_of(describe(result))
        assert "<h2>What the horizon changes</h2>" in page
        titles = {v.id: v.title for v in result.scenario.variants}
        for case in turned:
            assert titles[case.variant] in said[0]


@pytest.mark.parametrize(("terms", "rest", "said"), [
    (0.03, 0.01, "both turn the sign, prices of its trade more"),
    (-0.01, -0.03, "both turn the sign, quantities more"),
    (0.03, -0.01, "prices of its trade turn the sign, against quantities"),
    (0.01, -0.03, "quantities turn the sign, against prices of its trade"),
])  # fmt: skip
def test_the_part_that_turns_a_sign_is_the_one_that_moves_it(terms, rest, said):
    assert horizons.verdict(terms, rest) == said


def test_an_unknown_horizon_is_refused():
    with pytest.raises(InputError, match="did you mean 'year'"):
        find_horizon("years")
    with pytest.raises(InputError, match="long-run"):
        run_scenario("may-2018", horizon="decade")
