"""Horizons: their table, what theory says of them, and that the long run is the default."""

import json

import numpy as np
import pytest

from detente.errors import InputError
from detente.model.economy import Structure
from detente.model.horizons import HORIZONS, elasticity_scale, find_horizon
from detente.report.html import report_html
from detente.report.store import to_json
from detente.simulate import run_scenario


@pytest.fixture(scope="module")
def runs():
    return {name: run_scenario("may-2018", horizon=name) for name in HORIZONS}


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
    # the target of a tariff loses at any horizon, and the side that imposes it alone gains
    # by its terms of trade, the more the less its supplier can turn elsewhere
    for result in runs.values():
        welfare = result.variants["us-tariffs"].welfare
        assert welfare["CHN"] < 0 < welfare["USA"]
    gains = [r.variants["us-tariffs"].welfare["USA"] for r in runs.values()]
    assert (np.diff(gains) < 0).all()


def test_a_cut_of_own_tariffs_costs_in_the_short_run_what_it_brings_in_the_long(runs):
    offers = [r.variants["china-offers"].welfare["CHN"] for r in runs.values()]
    assert (np.diff(offers) > 0).all()
    assert offers[1] < 0 < offers[-1]


def test_reports_of_short_horizons_explain_and_leave_no_gap(runs):
    page = report_html(runs["year"])
    assert "Trade elasticities are 0.38" in page
    assert "nan" not in page.split('<script type="application/json"')[0].lower().replace(
        "finan", ""
    )
    json.dumps(to_json(runs["month"]), allow_nan=False)


def test_an_unknown_horizon_is_refused():
    with pytest.raises(InputError, match="did you mean 'year'"):
        find_horizon("years")
    with pytest.raises(InputError, match="long-run"):
        run_scenario("may-2018", horizon="decade")
