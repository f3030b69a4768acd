"""The exported JSON Schema: valid, telling, and of one mind with the loader."""

import json

import jsonschema
import pytest
import yaml
from test_scenario_refused import REFUSED

from detente.scenario.load import load_scenario, shipped_scenarios
from detente.scenario.schema import json_schema
from detente.scenario.yaml_lines import parse
from scenario_texts import GOOD

SCHEMA = json_schema()

# only the loader can know: calendar, numbers that JSON has no word for, what refers to what
BEYOND_SCHEMA = {
    "impossible date",
    "nan",
    "infinity",
    "huge",
    "dates out of order",
    "repeated id of a measure",
    "unknown source",
    "unknown measure",
    "measure named twice",
    "unknown variant",
    "circular variant",
    "focus on oneself",
    "rate in per cent",
    "share above one",
    "repeated key",
}


def _complaints(text):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [error.message for error in validator.iter_errors(parse(text).value)]


def test_it_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_the_good_one_passes():
    assert _complaints(GOOD) == []


@pytest.mark.parametrize("name", shipped_scenarios())
def test_the_shipped_ones_pass(name):
    assert _complaints(load_scenario(name).path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("case", sorted(REFUSED.keys() - BEYOND_SCHEMA))
def test_editors_see_what_the_loader_refuses(case):
    old, new, *_ = REFUSED[case]
    assert _complaints(GOOD.replace(old, new)) != []


@pytest.mark.parametrize("case", sorted(BEYOND_SCHEMA))
def test_the_loader_alone_sees(case):
    old, new, *_ = REFUSED[case]
    assert _complaints(GOOD.replace(old, new)) == []


def test_every_key_is_described():
    described = [SCHEMA["properties"], *(d["properties"] for d in SCHEMA["$defs"].values())]
    bare = [key for keys in described for key, what in keys.items() if "description" not in what]
    assert bare == []


def test_kinds_are_told_apart():
    kinds = SCHEMA["properties"]["measures"]["items"]["discriminator"]["mapping"]
    assert set(kinds) == {
        "tariff", "tariff-quota", "trade-cost", "export-tax", "export-ban", "import-ban", "quota",
        "export-restraint", "purchase-commitment", "production-subsidy", "transfer", "ledger",
    }  # fmt: skip


def test_shipped_files_read_the_same_with_any_yaml_reader():
    for name in shipped_scenarios():
        text = load_scenario(name).path.read_text(encoding="utf-8")
        other = yaml.load(text, Loader=yaml.BaseLoader)
        assert _texts(other) == _texts(parse(text).value)


def _texts(value):
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) and not _number(value) else float(value)


def _number(text):
    try:
        float(text)
    except ValueError:
        return False
    return True
