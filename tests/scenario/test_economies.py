"""The key `economies` of a scenario: which economies of the baseline stand alone."""

import pytest

import detente as dt
from detente.baseline.names import EU27
from detente.errors import InputError
from detente.prepared import prepare
from detente.scenario.load import load_scenario, scenario_hash
from scenario_texts import line_of

CASE = """\
title: Cars of one member
date: 2026-02-01
baseline: icio-2022
economies: [USA, EU, Germany]
measures:
  - {id: cars, kind: tariff, by: USA, on: DEU, sectors: vehicles, add: 0.25}
  - {id: answer, kind: tariff, by: EU27, on: USA, sectors: steel, add: 0.25}
variants:
  - {id: war, title: War, measures: [cars]}
"""


def _written(tmp_path, text):
    path = tmp_path / "case.yaml"
    path.write_text(text.replace("steel", "metals"), encoding="utf-8")
    return path


def test_the_scenario_says_who_stands_alone(tmp_path):
    case = load_scenario(_written(tmp_path, CASE))
    found = prepare(case, None, None).calibration
    assert found.country_codes == ("USA", "REU", "DEU", "ROW")
    members = set(found.countries[1].members)
    assert members == set(EU27) - {"DEU"}
    # so too on another baseline, by name or loaded
    given = prepare(case, dt.load(economies=["USA", "EU27 members", "JPN"]), None).calibration
    assert given.country_codes == found.country_codes


def test_without_the_key_it_is_the_baseline_s_own_choice(tmp_path):
    text = CASE.replace("economies: [USA, EU, Germany]\n", "").replace("on: DEU", "on: EU27")
    case = load_scenario(_written(tmp_path, text))
    assert prepare(case, None, None).calibration.country_codes == dt.load().country_codes
    assert scenario_hash(case) != scenario_hash(
        case.model_copy(update={"economies": ("USA", "EU27")})
    )


@pytest.mark.parametrize(
    ("old", "new", "said", "line"),
    [
        ("[USA, EU, Germany]", "[USA, EU, Germny]", "did you mean 'Germany'", "economies"),
        ("baseline: icio-2022", "baseline: wiod-2014", "inside EU27", "economies"),
        ("baseline: icio-2022", "baseline: icio-2021", "did you mean 'icio-2022'", "baseline"),
    ],
)
def test_what_is_wrong_has_its_line(tmp_path, old, new, said, line):
    path = _written(tmp_path, CASE.replace(old, new))
    with pytest.raises(InputError, match=said) as refused:
        prepare(load_scenario(path), None, None)
    (problem,) = refused.value.problems
    assert problem.line == line_of(path.read_text(), f"{line}:")


@pytest.mark.parametrize("value", ["[]", "{USA: 1}", "[USA, 3]", "''"])
def test_what_is_no_list_of_names_is_refused(tmp_path, value):
    with pytest.raises(InputError, match="economies"):
        load_scenario(_written(tmp_path, CASE.replace("[USA, EU, Germany]", value)))


def test_a_refused_file_is_looked_up_with_its_economies(tmp_path):
    text = CASE.replace("title: Cars of one member", "titel: Cars").replace("on: DEU", "on: JPN")
    with pytest.raises(InputError) as refused:
        load_scenario(_written(tmp_path, text))
    said = [(p.line, p.value) for p in refused.value.problems]
    assert (6, "JPN") in said  # inside ROW here


def test_a_new_scenario_is_of_the_latest_world(tmp_path):
    from inspect import signature

    from detente.baseline.store import DEFAULT
    from detente.cli.new_command import new

    assert signature(new).parameters["baseline"].default == DEFAULT == "icio-2022"
