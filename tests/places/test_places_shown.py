"""What a run with places shows: the same cells everywhere, a map that is drawn, its sentences."""

import json
from dataclasses import replace

import numpy as np
import pytest

import detente as dt
from detente.document import html
from detente.document.blocks import Chart, walk
from detente.errors import InputError
from detente.places.effects import place_effects
from detente.places.reading import TEMPLATE
from detente.places.study import who_is_hit
from detente.places.table import shipped
from detente.report.describe import describe, parts, to_json
from detente.report.places import document as shown
from detente.report.places.picture import chart
from same_cells import same_cells


@pytest.fixture(scope="module")
def war():
    return dt.run_scenario("us-china-2018-2020", variants=["february-2020"])


@pytest.fixture(scope="module")
def hit(war):
    return who_is_hit(war, "us-counties", prices=True)


def test_one_number_has_one_value(hit):
    same_cells(describe(who_is_hit(hit.run, "us-states", prices=True)))


def test_what_the_run_shows_is_all_there_still(hit, war):
    document, data = parts(hit)
    keys = [section.key for section in document.sections]
    assert keys[:3] == ["in-short", "places", "prices"]
    assert [k for k in keys if k not in ("places", "prices")] == [
        section.key for section in describe(war).sections
    ]
    assert set(data) == {"countries", "sectors", "flows", "draws"}
    assert {"places", "places-hit", "regions", "household-cost"} <= set(document.tables())
    plain = to_json(hit)
    assert len(plain["tables"]["places"]["rows"]) == len(shipped("us-counties").codes)
    assert plain["variants"]["february-2020"]["status"] == "converged"


def test_sentences_name_places_and_signs(hit):
    said = describe(hit).sentences()
    assert any(one.startswith("Okanogan County (Washington), Pacific") for one in said)
    told = next(one for one in said if "Republican share 2020" in one)
    assert told.startswith("Retaliation falls more on places with a high Republican share 2020")
    paid = next(one for one in said if "a US household pays" in one)
    assert "$321 a year more" in paid


def test_the_map_has_the_figures_of_the_table(hit):
    found = chart(hit.by_place, "us-counties", "Jobs")
    shapes, borders = (layer["data"]["values"] for layer in found["layer"])
    held = {
        one["id"]: one["properties"].get("jobs")
        for one in shapes["objects"]["counties"]["geometries"]
    }
    assert held["53077"] == pytest.approx(hit.by_place.loc["53077", "jobs_pct"], rel=5e-3)
    assert held["09001"] == held["09013"]  # Connecticut is one place
    assert len(held) == 3142
    # borders of states are lines of the map, each once, and a part of them only
    lines = [str(arc) for arc in borders["arcs"]]
    assert len(set(lines)) == len(lines) < len(shapes["arcs"]) / 3
    assert set(lines) <= {str(arc) for arc in shapes["arcs"]}


def test_the_map_is_drawn_offline_with_title_unit_and_source(war):
    document = describe(who_is_hit(war, "us-states"))
    one = next(
        b for b in walk(document.sections) if isinstance(b, Chart) and b.place == "places-map"
    )
    drawn = one.to_picture("svg", document).decode()
    assert drawn.count("<path") > 50
    for text in ("Change of jobs, %", "Orange loses jobs", "Baseline wiod-2014"):
        assert text in drawn


def test_ends_are_those_of_runs_by_hand(hit, war):
    # two counties run by run: jobs and pay by sector times the sector's change, then the ends of
    # 100 runs: 5.05th and 95.95th in order
    table, effects = shipped("us-counties"), place_effects(hit.solution, shipped("us-counties"))
    assert war.wanted.focus[0] == "USA"
    for code in ("53077", "01001"):
        row, at = hit.by_place.loc[code], table.codes.index(code)
        for name, of, sizes in (("jobs", "employment", effects.jobs[at]),
                                ("real_pay", "real_pay", effects.pay[at])):  # fmt: skip
            sectors = war.draws.more["february-2020"][of][:, 0]
            assert sectors.shape == (100, len(war.calibration.sectors))
            runs = sorted(sum(n * e for n, e in zip(sizes, run, strict=True)) / sum(sizes)
                          for run in sectors)  # fmt: skip
            low, high = row[f"{name}_low_pct"], row[f"{name}_high_pct"]
            assert low == pytest.approx(0.95 * runs[4] + 0.05 * runs[5], rel=1e-9)
            assert high == pytest.approx(0.05 * runs[94] + 0.95 * runs[95], rel=1e-9)
            assert low < row[f"{name}_pct"] < high
    assert hit.runs == "nine of ten runs"


def test_an_economy_out_of_focus_is_drawn_for_itself(war, tmp_path):
    path = tmp_path / "canada.csv"
    path.write_text(TEMPLATE, "utf-8")
    found = who_is_hit(war, path)
    assert "CAN" not in war.wanted.focus
    frame = found.by_place
    assert (frame["jobs_low_pct"] < frame["jobs_high_pct"]).all()
    # the same draws as the run's
    real = found.draws.real_income["february-2020"]
    np.testing.assert_array_equal(real, war.draws.real_income["february-2020"])


def test_without_draws_there_are_no_ends(war):
    found = who_is_hit(replace(war, wanted=None), "us-states")
    assert "jobs_low_pct" not in found.by_place
    assert not any("in nine of ten" in one for one in describe(found).sentences())


def test_signs_that_are_not_sure_are_said(hit):
    worst = shown.most_hit(hit.by_place)
    said = next(one for one in shown.sentences(hit, worst) if "at both ends" in one)
    low, high = hit.by_place["jobs_low_pct"], hit.by_place["jobs_high_pct"]
    assert f"of {((low < 0) & (high > 0)).sum()} it is not sure" in said
    assert "Okanogan County loses between 0.42% and 0.8% of its jobs in nine of ten runs" in said
    doubtful = worst.assign(jobs_high_pct=0.1)
    said = next(one for one in shown.sentences(hit, doubtful) if "at both ends" in one)
    assert "could lose or gain jobs (from −0.80% to +0.10%)" in said
    assert "not sure for Okanogan County" in said


def test_the_page_has_the_states_and_the_files_have_all(hit):
    document = describe(hit)
    on_page = {t.key for t in document.tables("page").values()}
    assert {"places-hit", "places-exposed", "regions"} <= on_page
    assert "places" not in on_page
    assert len(document.tables("data")["places"].rows) == len(shipped("us-counties").codes)
    (section,) = (one for one in document.sections if one.key == "places")
    assert html.section(section, {}).count("<tr>") < 200
    drawn = next(b for b in walk(document.sections) if isinstance(b, Chart) and b.own)
    assert len(json.dumps(dict(drawn.own), separators=(",", ":"))) < 800_000


def test_small_places_are_not_named_and_gainers_lose_nothing(hit):
    worst = shown.most_hit(hit.by_place)
    assert len(worst) == 20
    assert worst["jobs"].min() >= 5000
    assert (np.diff(worst["jobs_pct"]) >= 0).all()
    up = hit.by_place.assign(jobs_pct=1.0, jobs_change=1.0)
    assert not len(shown.most_hit(up))
    gain = replace(hit, prices=None)
    gain.__dict__["by_place"] = up
    assert not any("lose most" in one for one in shown.sentences(gain, shown.most_hit(up)))


def test_at_a_short_horizon_wages_part(war):
    asked = {"variants": ["february-2020"], "horizon": "year", "draws": 0}
    year = dt.run_scenario("us-china-2018-2020", **asked)
    found = who_is_hit(year, "us-counties")
    after, c = found.solution.equilibrium.outcome, year.calibration
    n = c.country_codes.index("USA")
    assert np.ptp(np.asarray(after.sector_wage_hat)[n]) > 1e-3
    # where people only farm, pay moves as it does on farms
    farms = found.by_place["real_pay_pct"].min()
    crops = c.sector_codes.index("A01")
    bill = np.asarray(after.employment_hat * after.sector_wage_hat)[n, crops]
    assert farms > 100 * (bill / np.asarray(after.consumer_price_hat)[n] - 1) - 1e-9


def test_an_unknown_table_is_refused(war):
    with pytest.raises(InputError, match="us-counties"):
        who_is_hit(war, "us-county")
