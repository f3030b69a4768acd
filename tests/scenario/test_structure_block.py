"""A scenario with a structure of its own: what it overrides, what is refused, what is said."""

import dataclasses
import math

import jsonschema
import numpy as np
import pytest

from detente.document import html
from detente.errors import InputError
from detente.model.economy import Structure
from detente.model.horizons import HORIZONS
from detente.report import structure
from detente.report.describe import to_json
from detente.report.run import background
from detente.scenario.load import load_scenario, measures_of, scenario_hash
from detente.scenario.schema import json_schema
from detente.scenario.structure import structure_of
from detente.scenario.structure_entry import StructureEntry
from detente.simulate import run_scenario, solve
from economies import random_economy
from scenario_texts import GOOD, line_of, refusals, write

WORLD = random_economy(3, 4, 3)


def with_structure(text):
    return GOOD.replace("focus:", f"structure: {text}\nfocus:")


def test_its_keys_are_those_of_the_structure():
    # a new option of the structure needs its line in the entry, with words for the schema
    assert set(StructureEntry.model_fields) == {f.name for f in dataclasses.fields(Structure)}


@pytest.mark.parametrize("horizon", HORIZONS)
def test_it_overrides_the_horizon_key_by_key(tmp_path, horizon):
    case = load_scenario(write(tmp_path, with_structure("{input_elasticity: 0.7}")))
    case = case.model_copy(update={"horizon": horizon})
    expected = dataclasses.replace(HORIZONS[horizon].structure, input_elasticity=0.7)
    assert structure_of(case, WORLD) == expected


def test_a_run_is_the_solve_with_that_structure(tmp_path):
    text = with_structure("{labour_mobility: 1.5, scale_elasticity: 0.02, final_elasticity: 0.8}")
    case = load_scenario(write(tmp_path, text))
    result = run_scenario(case, baseline=WORLD)
    chosen = Structure(labour_mobility=1.5, scale_elasticity=0.02, final_elasticity=0.8)
    alone = solve(WORLD, *measures_of(case, "two-strikes-back"), structure=chosen)
    np.testing.assert_array_equal(result.variants["two-strikes-back"].welfare, alone.welfare)
    plain = run_scenario(write(tmp_path, GOOD), baseline=WORLD)
    assert (alone.welfare - plain.variants["two-strikes-back"].welfare).abs().max() > 1e-3


def test_numbers_by_code_can_be_said(tmp_path):
    text = with_structure(
        "{scale_elasticity: {S0: 0.04, others: 0.01}, labour_supply: 0.5, pass_through: {C1: 1.2}}"
    )
    text = text.replace("structure:", "deficits: own-income\nstructure:")
    case = load_scenario(write(tmp_path, text))
    result = run_scenario(case, baseline=WORLD)
    chosen = Structure(
        scale_elasticity={"S0": 0.04, "S1": 0.01, "S2": 0.01}, labour_supply=0.5,
        pass_through={"C1": 1.2},
    )  # fmt: skip
    measures = measures_of(case, "two-strikes-back")
    alone = solve(WORLD, *measures, structure=chosen, deficits="own-income")
    found = result.variants["two-strikes-back"]
    np.testing.assert_array_equal(found.welfare, alone.welfare)
    said = structure.sentence(result)
    assert "scale elasticity ψ = S0 0.04, others 0.01;" in said
    assert "labour supply 0.5" in said
    assert structure.number({str(k): k / 10 for k in range(9)}) == "0 to 0.8 by code"
    held = to_json(result)["scenario"]["structure"]
    assert held["scale_elasticity"] == {"S0": 0.04, "others": 0.01}


def test_a_code_that_the_baseline_lacks_names_the_line(tmp_path):
    text = with_structure("\n  import_margin: {C0: 0.1, XX: 0.2}")
    with pytest.raises(InputError) as caught:
        run_scenario(write(tmp_path, text), baseline=WORLD)
    (problem,) = caught.value.problems
    assert (problem.key, problem.value) == ("structure.import_margin", "XX")
    assert problem.line == line_of(text, "import_margin")


def test_infinite_mobility_can_be_said(tmp_path):
    text = with_structure("{labour_mobility: infinite}")
    case = load_scenario(write(tmp_path, text)).model_copy(update={"horizon": "year"})
    assert math.isinf(structure_of(case, WORLD).labour_mobility)


def test_the_hash_counts_it_and_an_absent_one_counts_as_before(tmp_path):
    hashes = [
        scenario_hash(load_scenario(write(tmp_path, text)))
        for text in (GOOD, with_structure("{labour_mobility: 1.5}"),
                     with_structure("{labour_mobility: infinite}"))
    ]  # fmt: skip
    assert len(set(hashes)) == 3
    case = load_scenario(write(tmp_path, GOOD))
    assert "structure" not in case.model_dump(mode="json", exclude_none=True)


@pytest.mark.parametrize(("given", "key", "said"), [
    ("{market: free-entri}", "structure.market", "did you mean 'free-entry'"),
    ("{labour_mobility: 0.5}", "structure.labour_mobility", "above 1"),
    ("{labour_mobility: fast}", "structure.labour_mobility", "the word infinite"),
    ("{labour_mobility: true}", "structure.labour_mobility", "the word infinite"),
    ("{scale_elasticity: -1}", "structure.scale_elasticity", "0 or more"),
    ("{input_elasticity: .inf}", "structure.input_elasticity", "a finite number"),
    ("{input_elasticity: low}", "structure.input_elasticity", "a number is expected"),
    ("{labour: 2}", "structure.labour", "unknown key"),
    ("{labour_supply: -0.5}", "structure.labour_supply", "0 to below 10"),
    ("{labour_supply: 27}", "structure.labour_supply", "0 to below 10"),
    ("{pass_through: 60}", "structure.pass_through", "0.6 is 60 per cent"),
    ("{import_margin: wide}", "structure.import_margin", "numbers by code"),
    ("{import_margin: {C0: wide}}", "structure.import_margin", "numbers by code"),
    ("{pass_through: {C0: 0}}", "structure.pass_through", "above 0"),
    ("{profit_share: 0.2}", "structure.profit_share", "market is not fixed-entry"),
    ("{market: free-entry, scale_elasticity: 0.1}", "structure.scale_elasticity", "only under"),
    ("perfect", "structure", "keys with values are expected"),
])  # fmt: skip
def test_refused_with_file_line_and_key(tmp_path, given, key, said):
    text = with_structure(given)
    (problem,) = refusals(tmp_path, text)
    assert problem.key == key
    assert problem.line == line_of(text, "structure:")
    assert said in str(problem)


def test_all_of_it_is_said_at_once(tmp_path):
    text = with_structure("{labour_mobility: 0.5, input_elasticity: -1}")
    text = text.replace("    end: 2019-07-06", "    end: 2017-07-06")
    keys = {problem.key for problem in refusals(tmp_path, text)}
    expected = {"structure.labour_mobility", "structure.input_elasticity", "measures[cars].end"}
    assert keys == expected


def test_what_the_baseline_cannot_have_names_the_line(tmp_path):
    text = with_structure("\n  scale_elasticity: 5")
    path = write(tmp_path, text)
    with pytest.raises(InputError) as caught:
        run_scenario(path, baseline=WORLD)
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == (path, "structure.scale_elasticity")
    assert problem.line == line_of(text, "scale_elasticity")
    assert "need not be unique" in problem.message


@pytest.mark.parametrize(("given", "risk"), [
    ("{scale_elasticity: 0.02}", "θψ is up to"),
    ("{input_elasticity: 0.5}", "substitution below 1"),
    ("{final_elasticity: 1.5}", "substitution above 1"),
    ("{labour_supply: 0.5}", "Labour follows"),
    ("{import_margin: 0.05}", "earned where they live"),
])  # fmt: skip
def test_the_assumptions_state_it_and_its_risks(tmp_path, given, risk):
    result = run_scenario(write(tmp_path, with_structure(given)), baseline=WORLD)
    said = structure.sentence(result)
    assert risk in said
    assert risk in html.section(background.assumptions(result), {})
    (table,) = background.assumptions(result).blocks
    assert {"term": "Structure", "meaning": said} in table.rows
    assert given.strip("{}").partition(":")[0] in said
    others = {"θψ is up to", "substitution below 1", "substitution above 1"} - {risk}
    assert not any(other in said for other in others)


def test_the_manifest_has_the_structure_that_was_solved(tmp_path):
    result = run_scenario(write(tmp_path, GOOD), baseline=WORLD, horizon="year")
    found = to_json(result)["scenario"]["structure"]
    assert found["labour_mobility"] == 1.2
    assert to_json(run_scenario(write(tmp_path, GOOD), baseline=WORLD))["scenario"]["structure"][
        "labour_mobility"
    ] == "infinite"  # fmt: skip


def test_the_schema_knows_it():
    validator = jsonschema.Draft202012Validator(json_schema())
    base = {
        "title": "t", "date": "2018-05-14", "baseline": "random",
        "measures": [{"id": "m", "kind": "tariff", "by": "C0", "add": 0.1}],
        "variants": [{"id": "v", "title": "v"}],
    }  # fmt: skip
    for given, good in (
        ({"market": "free-entry"}, True),
        ({"labour_mobility": "infinite"}, True),
        ({"labour_mobility": 2}, True),
        ({"labour_mobility": "fast"}, False),
        ({"mobility": 2}, False),
        ({"scale_elasticity": {"C26": 0.1, "others": 0.02}}, True),
        ({"scale_elasticity": {"C26": "low"}}, False),
    ):
        assert validator.is_valid(base | {"structure": given}) == good, given
