"""A scenario against a baseline: unknown names and contradictions, with their lines."""

import pytest

from detente.errors import InputError
from detente.scenario.load import check_against, load_scenario
from detente.scenario.schema import Scenario
from economies import random_economy
from scenario_texts import GOOD, line_of, spoil, write


@pytest.fixture(scope="module")
def world():
    return random_economy(1, countries=3, sectors=3)


def _said(folder, text, world):
    path = write(folder, text)
    with pytest.raises(InputError) as caught:
        check_against(load_scenario(path), world)
    assert {problem.file for problem in caught.value.problems} == {path}
    return caught.value.problems


def test_the_good_one_passes(tmp_path, world):
    check_against(load_scenario(write(tmp_path, GOOD)), world)


UNKNOWN = {
    "by": ("by: C0", "by: C9", "measures[cars].by", "C9"),
    "on": ("on: C1", "on: [C1, CO]", "measures[cars].on[#2]", "CO"),
    "sectors": ("sectors: S0", "sectors: SO", "measures[cars].sectors", "SO"),
    "party": ("country: C1", "country: Cl", "parties[two].country", "Cl"),
    "focus": ("focus: [C0, C1]", "focus: [C0, D1]", "focus[#2]", "D1"),
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_unknown_names(tmp_path, world, case):
    old, new, key, name = UNKNOWN[case]
    text = spoil(old, new)
    (problem,) = _said(tmp_path, text, world)
    assert problem.key == key
    assert problem.line == line_of(text, new)
    assert problem.value == name
    assert "did you mean" in problem.message
    assert problem.allowed


def test_all_unknown_names_at_once(tmp_path, world):
    text = GOOD
    for old, new, *_ in UNKNOWN.values():
        text = text.replace(old, new)
    problems = _said(tmp_path, text, world)
    assert {problem.key for problem in problems} == {key for _, _, key, _ in UNKNOWN.values()}
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)


def test_an_unknown_product_list(tmp_path, world):
    text = spoil("    sectors: S0\n", "    product_list: us-list-of-wishes\n")
    problems = _said(tmp_path, text, world)
    assert problems[0].line == line_of(text, "product_list:")
    assert "us-list-of-wishes" in str(problems[0])


def test_more_value_than_there_is_trade(tmp_path, world):
    text = spoil("add: 0.25", "add: 0.25\n    value_usd: 1.0e+15\n    year: 2000")
    (problem,) = _said(tmp_path, text, world)
    assert problem.key == "measures[cars].value_usd"
    assert problem.line == line_of(text, "value_usd")


def test_contradicting_measures_of_a_variant(tmp_path, world):
    text = spoil("    add: 0.25\n", "    set: 0.25\n").replace(
        "variants:\n",
        "  - {id: other, kind: tariff, by: C0, on: C1, sectors: S0, set: 0.5}\nvariants:\n",
    )
    text = text.replace("measures: [corn]", "measures: [corn, other]")
    (problem,) = _said(tmp_path, text, world)
    assert problem.key == "variants[two-strikes-back]"
    assert problem.line == line_of(text, "- id: two-strikes-back")
    assert "cars" in str(problem)
    assert "other" in str(problem)


def test_contradictions_outside_a_variant_do_not_matter(tmp_path, world):
    text = GOOD.replace("    add: 0.25\n", "    set: 0.25\n").replace(
        "variants:\n",
        "  - {id: other, kind: tariff, by: C0, on: C1, sectors: S0, set: 0.5}\nvariants:\n",
    )
    check_against(load_scenario(write(tmp_path, text)), world)


def test_without_a_file_the_key_alone_is_named(world, tmp_path):
    plain = load_scenario(write(tmp_path, GOOD)).model_dump(mode="json", exclude_none=True)
    plain["measures"][0]["by"] = ["C9"]
    with pytest.raises(InputError, match=r"measures\[cars\]\.by") as caught:
        check_against(Scenario.model_validate(plain), world)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (None, None)


def test_a_file_that_the_schema_refuses_is_held_to_its_economy_too(tmp_path, world):
    text = GOOD
    for old, new in (
        ("by: C0", "by: C9"),
        ("sectors: S0", "sectors: SO\n    addd: 0.1"),
        ("focus: [C0, C1]", "focus: [C0, C1, C2]"),
    ):
        assert text.count(old) >= 1
        text = text.replace(old, new, 1)
    with pytest.raises(InputError) as caught:
        load_scenario(write(tmp_path, text), world)
    said = {problem.key: problem for problem in caught.value.problems}
    assert {"focus", "measures[cars].by", "measures[cars].sectors"} <= set(said)
    assert said["measures[cars].by"].line == line_of(text, "by: C9")
    assert "USMCA" not in said["measures[cars].by"].allowed
    assert said["measures[cars].sectors"].value == "SO"
