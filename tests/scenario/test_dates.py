"""Scenarios at a date and along their dates, against the same measures put together by hand."""

import datetime

import jsonschema
import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.paths import run_path
from detente.policy.compile import compile_policy
from detente.scenario.load import load_scenario, measures_of
from detente.scenario.schema import json_schema
from detente.scenario.variants import days_of_change, days_of_path, shares_on
from detente.simulate import run_scenario
from economies import random_economy
from scenario_texts import GOOD, line_of, refusals, write

WORLD = random_economy(3, 4, 3)
STEPS = """\
    phase_in:
      - {date: 2018-08-01, share: 0.25}
      - {date: 2019-01-01, share: 1}
"""
LINE = "    phase_in: {until: 2018-12-31}\n"
OVERLAP = GOOD.replace(
    "  - id: queues",
    """\
  - {id: corn-later, kind: tariff, by: C1, on: C0, sectors: S1, scale: 0.5, start: 2019-01-01}
  - id: queues""",
).replace("measures: [corn]", "measures: [corn, corn-later]")


def with_ramp(ramp):
    return GOOD.replace("    end: 2019-07-06\n", f"    end: 2019-07-06\n{ramp}")


def day(text):
    return datetime.date.fromisoformat(text)


@pytest.fixture
def case(tmp_path):
    return load_scenario(write(tmp_path, with_ramp(STEPS)))


def test_shares_and_days_of_a_variant(case):
    changes = ("2018-08-01", "2019-01-01", "2019-07-07")
    assert days_of_change(case, "two-strikes-back") == tuple(map(day, changes))
    assert days_of_path(case, "two-strikes-back")[0] == day("2018-07-31")
    assert shares_on(case, "two-strikes-back", day("2018-07-10")) == {"corn": 1}
    assert shares_on(case, "two-strikes-back", day("2018-08-10")) == {"cars": 0.25, "corn": 1}
    assert shares_on(case, "one-strikes", day("2019-07-06")) == {"cars": 1}
    assert shares_on(case, "one-strikes", day("2019-07-07")) == {}
    months = days_of_path(case, "one-strikes", 1)
    assert months[:4] == tuple(map(day, ("2018-07-31", "2018-08-01", "2018-09-01", "2018-10-01")))


def test_at_a_date_only_what_is_in_force_counts(case):
    result = run_scenario(case, baseline=WORLD, at="2018-08-10")
    cars, corn = measures_of(case, "two-strikes-back")
    for name, measures, shares in (
        ("one-strikes", [cars], [0.25]),
        ("two-strikes-back", [cars, corn], [0.25, 1]),
    ):
        expected = compile_policy(WORLD, measures, shares).tariff_cf
        found = result.variants[name].equilibrium.policy.tariff_cf
        np.testing.assert_array_equal(found, expected)
    assert result.at == day("2018-08-10")
    before = run_scenario(case, baseline=WORLD, at=day("2018-07-05")).variants["one-strikes"]
    assert abs(before.welfare).max() < 1e-9


def test_a_path_is_its_dates_one_by_one(case):
    path = run_path(case, baseline=WORLD)
    assert list(path.points) == ["one-strikes", "two-strikes-back"]
    for name, points in path.points.items():
        assert tuple(points) == days_of_path(case, name)
        for at, solution in points.items():
            alone = run_scenario(case, baseline=WORLD, at=at).variants[name]
            assert solution.welfare.to_numpy() == pytest.approx(alone.welfare.to_numpy(), abs=1e-9)
            row = path.welfare.loc[(name, str(at))]
            np.testing.assert_array_equal(row.to_numpy(), solution.welfare.to_numpy())


def test_days_with_the_same_measures_share_a_solution(case):
    path = run_path(case, baseline=WORLD, dates=["2019-08-01", "2018-07-01", "2018-07-01"])
    first, last = path.points["one-strikes"].values()
    assert first is last
    assert list(path.points["one-strikes"]) == [day("2018-07-01"), day("2019-08-01")]


def test_labels_of_a_path(case):
    path = run_path(case, baseline=WORLD)
    at = ("two-strikes-back", "2019-01-01")
    solution = path.points["two-strikes-back"][day("2019-01-01")]
    for name in ("countries", "sectors", "bilateral"):
        assert getattr(path, name).loc[at].equals(getattr(solution, name))
    tariffs = path.tariffs.loc[at].loc[("C1", "C0")]
    flows = WORLD.flows[:, 0, 1][WORLD.goods]
    after = solution.equilibrium.policy.tariff_cf[:, 0, 1][WORLD.goods]
    assert tariffs["tariff_cf"] == pytest.approx((after * flows).sum() / flows.sum())
    assert path.end().variants["one-strikes"] is path.points["one-strikes"][day("2019-07-07")]


def test_a_variant_without_dates_has_one_day(tmp_path):
    text = GOOD.replace("    start: 2018-07-06\n    end: 2019-07-06\n", "")
    path = run_path(write(tmp_path, text), baseline=WORLD)
    assert [list(p) for p in path.points.values()] == [[day("2018-05-14")]] * 2


@pytest.mark.parametrize("ramp", [STEPS, LINE])
def test_without_a_date_a_variant_is_shown_in_full(tmp_path, ramp):
    plain = run_scenario(write(tmp_path, GOOD), baseline=WORLD)
    ramped = run_scenario(write(tmp_path, with_ramp(ramp)), baseline=WORLD)
    for name, solution in plain.variants.items():
        np.testing.assert_array_equal(solution.welfare, ramped.variants[name].welfare)
    assert plain.scenario_hash != ramped.scenario_hash


def test_replacing_measures_whose_dates_part_need_a_date(tmp_path):
    text = OVERLAP.replace("    set: 0.3\n", "    set: 0.3\n    end: 2018-12-31\n")
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        run_scenario(path, baseline=WORLD)
    (problem,) = caught.value.problems
    assert "corn, corn-later replace the same tariff" in problem.message
    assert "their dates do not overlap: solve at a date or along a path" in problem.message
    assert problem.line == line_of(text, "- id: two-strikes-back")
    found = run_path(path, baseline=WORLD)
    rates = {
        at: s.equilibrium.policy.tariff_cf[1, 1, 0]
        for at, s in found.points["two-strikes-back"].items()
    }
    assert rates[day("2018-07-06")] == pytest.approx(0.3)
    assert rates[day("2019-01-01")] == pytest.approx(WORLD.tariff[1, 1, 0] / 2)


@pytest.mark.parametrize("how", [{"at": "2019-02-01"}, {}])
def test_replacing_measures_whose_dates_overlap_are_refused(tmp_path, how):
    path = write(tmp_path, OVERLAP)
    run = run_scenario if how else run_path
    with pytest.raises(InputError) as caught:
        run(path, baseline=WORLD, **how)
    (problem,) = caught.value.problems
    first = how.get("at", "2019-01-01")
    assert f"replace the same tariff (S1, C1 on C0) on {first}" in problem.message
    assert (problem.file, problem.line) == (path, line_of(OVERLAP, "- id: two-strikes-back"))
    with pytest.raises(InputError) as caught:
        run_scenario(path, baseline=WORLD)
    assert "dates" not in str(caught.value)


def test_before_the_overlap_all_is_well(tmp_path):
    run_scenario(write(tmp_path, OVERLAP), baseline=WORLD, at="2018-12-31")


REFUSED = {
    "out of order": (
        "[{date: 2019-01-01, share: 0.5}, {date: 2018-08-01, share: 1}]", "[#2].date", "out of"),
    "outside": ("[{date: 2018-07-01, share: 0.5}, {date: 2018-08-01, share: 1}]", "[#1].date",
                "outside of start and end"),
    "after the end": ("[{date: 2020-01-01, share: 1}]", "[#1].date", "outside of start and end"),
    "no share": ("[{date: 2018-08-01, share: 50}, {date: 2019-01-01, share: 1}]", "[#1].share",
                 "0 to 1"),
    "never whole": ("[{date: 2018-08-01, share: 0.5}]", "[#1].share", "whole measure"),
    "no date": ("[{date: soon, share: 1}]", "[#1].date", "YYYY-MM-DD"),
    "no number": ("[{date: 2018-08-01, share: half}]", "[#1].share", "a number is expected"),
    "a key too many": ("[{date: 2018-08-01, share: 1, shares: 1}]", "[#1].shares",
                       "did you mean 'share'"),
    "a key missing": ("[{date: 2018-08-01}]", "[#1].share", "this key is missing"),
    "no steps": ("[]", "", "at least one entry"),
    "a word": ("slowly", "", "not a phase-in"),
    "another key": ("{untill: 2018-08-01}", ".untill", "did you mean 'until'"),
    "whole too late": ("{until: 2019-08-01}", ".until", "before it is whole"),
    "whole too early": ("{until: 2018-07-06}", ".until", "before it starts"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_phase_ins_refused_with_file_line_and_key(tmp_path, name):
    ramp, key, said = REFUSED[name]
    text = with_ramp(f"    phase_in: {ramp}\n")
    problems = [p for p in refusals(tmp_path, text) if (p.key or "").endswith(key)]
    (problem,) = [p for p in problems if said in str(p)]
    assert problem.key == f"measures[cars].phase_in{key}"
    assert problem.line == line_of(text, "phase_in")


def test_a_line_needs_a_start(tmp_path):
    text = with_ramp(LINE).replace("    start: 2018-07-06\n", "")
    (problem,) = refusals(tmp_path, text)
    assert "needs the start" in problem.message
    # a start that is no date is refused as such, and nothing else is said
    text = with_ramp(LINE).replace("start: 2018-07-06", "start: july")
    (problem,) = refusals(tmp_path, text)
    assert problem.key == "measures[cars].start"


@pytest.mark.parametrize("given", [
    {"dates": ["2018-13-01"]}, {"dates": []}, {"every": "week"},
    {"dates": ["2018-01-01"], "every": "month"},
])  # fmt: skip
def test_paths_refused(case, given):
    with pytest.raises(InputError):
        run_path(case, baseline=WORLD, **given)


def test_the_schema_knows_both_forms():
    validator = jsonschema.Draft202012Validator(json_schema())
    base = {
        "title": "t", "date": "2018-05-14", "baseline": "random",
        "variants": [{"id": "v", "title": "v"}],
    }  # fmt: skip
    for ramp, good in (
        ([{"date": "2018-08-01", "share": 1}], True),
        ({"until": "2018-08-01"}, True),
        ("slowly", False),
        ([], False),
        ([{"date": "2018-08-01"}], False),
    ):
        measure = {"id": "m", "kind": "tariff", "by": "C0", "add": 0.1, "phase_in": ramp}
        assert validator.is_valid(base | {"measures": [measure]}) == good, ramp


def test_the_war_replays_from_the_dates_of_its_measures_alone():
    waves = run_scenario("us-china-2018-2020")
    path = run_path("us-china-2018-2020", variants=["february-2020"])
    replay = list(path.points["february-2020"].values())
    assert abs(replay[0].welfare).max() < 1e-9  # the day before the first wave
    assert len(replay) == 1 + len(waves.variants)
    for after, wave in zip(replay[1:], waves.variants.values(), strict=True):
        np.testing.assert_allclose(
            after.equilibrium.policy.tariff_cf,
            wave.equilibrium.policy.tariff_cf,
            rtol=0,
            atol=1e-15,
        )
        np.testing.assert_allclose(after.welfare, wave.welfare, rtol=0, atol=1e-8)


def test_china_aligns_by_july_2020():
    world = load("wiod-2014")
    may = load_scenario("may-2018")
    full = compile_policy(world, measures_of(may, "alignment")).tariff_cf
    start, end = day("2018-07-01"), day("2020-07-01")
    for at, share in ((start, 0), (day("2019-07-01"), 365 / 731), (end, 1)):
        found = run_scenario(may, at=at).variants["alignment"].equilibrium.policy.tariff_cf
        np.testing.assert_allclose(found, world.tariff + share * (full - world.tariff), atol=1e-14)
