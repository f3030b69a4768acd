"""Cards: shipped ones are sourced, bad ones refused with file, line and key."""

import json

import jsonschema
import pytest
from typer.testing import CliRunner

import detente as dt
from detente.cli.commands import app
from detente.errors import InputError
from detente.sanction.card import figures, json_schema
from detente.sanction.carve import carve
from detente.sanction.load import load_card, shipped_cards
from detente.scenario.yaml_lines import parse

GOOD = """\
code: ACME
name: Acme
economy: CHN
sector: electronics
year: 2017
sources:
  - {id: report, title: Annual report}
revenue: {value: 1000, source: report}
employment: {value: 5000, source: report}
sales:
  - to: USA
    share: {value: 0.3, source: report}
purchases:
  - from: USA
    sector: electronics
    value: {low: 50, central: 100, high: 200, source: assumption}
critical_inputs:
  - id: chips
    from: USA
    sector: electronics
    needed: {low: 0.5, central: 0.8, high: 1, source: assumption}
    inventory_days: {value: 30, source: report}
    replaceable: {value: 0, source: assumption}
    replace_days: {value: 100, source: assumption}
"""


def load_and_carve(path, baseline):
    card = load_card(path)
    carve(dt.load(baseline), card)


def problems_of(tmp_path, text, *, baseline=None):
    path = tmp_path / "firm.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_and_carve(path, baseline)
    assert all(p.file == path for p in refused.value.problems)
    return refused.value.problems


def test_the_good_one_is_good(tmp_path):
    path = tmp_path / "firm.yaml"
    path.write_text(GOOD, encoding="utf-8")
    assert carve(dt.load("icio-2017"), load_card(path)).firms[0].accounts.revenue == 1000


@pytest.mark.parametrize("name", shipped_cards())
def test_figures_of_shipped_cards_have_a_source_or_say_that_they_have_none(name):
    card = load_card(name)
    assert card.critical_inputs
    for path, figure, _ in figures(card):
        low, high = figure.bounds
        assert low <= figure.middle <= high, path
    assert any(figure.assumed for _, figure, _ in figures(card))
    assert any(not figure.assumed for _, figure, _ in figures(card))


BAD = {
    "purchases above revenue": (
        ("central: 100, high: 200", "central: 1001, high: 2000"),
        "purchases",
        "above revenue",
        13,
    ),
    "a range of purchases above revenue": (
        ("central: 100, high: 200", "central: 100, high: 2000"),
        "purchases[#1].value",
        "reaches above revenue",
        16,
    ),
    "a share above one": (("{value: 0.3,", "{value: 1.3,"), "sales[#1].share.value", "share", 12),
    "negative stock": (
        ("{value: 30, source", "{value: -30, source"),
        "critical_inputs[chips].inventory_days.value",
        "out of bounds",
        22,
    ),
    "no source": (
        ("{value: 1000, source: report}", "{value: 1000}"),
        "revenue.source",
        "missing",
        8,
    ),
    "unknown source": (
        ("{value: 1000, source: report}", "{value: 1000, source: reprot}"),
        "revenue.source",
        "no such source",
        8,
    ),
    "range out of order": (
        ("low: 0.5, central: 0.8", "low: 0.9, central: 0.8"),
        "critical_inputs[chips].needed",
        "out of order",
        21,
    ),
    "half a range": (
        ("low: 0.5, central: 0.8,", "central: 0.8,"),
        "critical_inputs[chips].needed",
        "give the value",
        21,
    ),
    "words for numbers": (("{value: 1000,", "{value: 1bn,"), "revenue.value", "number", 8),
    "an unknown key": (("year: 2017", "yaer: 2017"), "yaer", "did you mean 'year'", 5),
    "a critical input that is not bought": (
        ("    sector: electronics\n    needed", "    sector: chemicals\n    needed"),
        "critical_inputs[chips].from",
        "no such purchase",
        19,
    ),
    "an anchor": (("name: Acme", "name: &a Acme"), "name", "anchors", 2),
    "a tag": (("name: Acme", "name: !!str Acme"), "name", "tags", 2),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_cards_are_refused_at_their_line(tmp_path, case):
    (old, new), key, message, line = BAD[case]
    assert old in GOOD
    problems = problems_of(tmp_path, GOOD.replace(old, new), baseline="icio-2017")
    told = [(p.key, p.line) for p in problems]
    assert (key, line) in told
    assert any(message in p.message for p in problems)


# only the loader can know: sums, order of figures, what refers to what, how YAML was written
BEYOND_SCHEMA = {
    "purchases above revenue",
    "a range of purchases above revenue",
    "a share above one",
    "negative stock",
    "unknown source",
    "range out of order",
    "half a range",
    "a critical input that is not bought",
    "an anchor",
    "a tag",
}


def complaints(text):
    validator = jsonschema.Draft202012Validator(json_schema())
    return [error.message for error in validator.iter_errors(parse(text).value)]


def test_the_schema_is_one_and_passes_what_is_good():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert complaints(GOOD) == []
    for name in shipped_cards():
        assert complaints(load_card(name).origin.path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("case", sorted(BAD.keys() - BEYOND_SCHEMA))
def test_editors_see_what_the_loader_refuses(case):
    (old, new), *_ = BAD[case]
    assert complaints(GOOD.replace(old, new)) != []


def test_the_command_prints_either_schema():
    run = CliRunner().invoke(app, ["schema", "firm"])
    assert json.loads(run.stdout) == json_schema()
    assert json.loads(CliRunner().invoke(app, ["schema"]).stdout)["title"] == "Détente scenario"
    refused = CliRunner().invoke(app, ["schema", "frim"])
    assert isinstance(refused.exception, InputError)


@pytest.mark.parametrize("name", shipped_cards())
def test_every_source_of_a_shipped_card_is_public_and_says_how_it_is_known(name):
    for source in load_card(name).sources:
        assert source.url, source.id
        assert source.figures in ("read", "recalled"), source.id


AGAINST = {
    "an unknown supplier": (("from: USA\n", "from: UAS\n"), "unknown economy", 14),
    "an unknown sector": (
        ("sector: electronics\nyear", "sector: elektronics\nyear"),
        "unknown sector",
        4,
    ),
    "a firm larger than its sector": (
        ("{value: 1000,", "{value: 9000000,"),
        "larger than its sector",
        8,
    ),
    "a range that reaches above its sector": (
        ("{value: 1000,", "{low: 900, central: 1000, high: 9000000,"),
        "larger than its sector",
        8,
    ),
    "an unknown customer": (("to: USA", "to: Atlantis"), "unknown economy", 11),
    "more sold than the sector sells": (
        ("{value: 1000,", "{value: 900000,"),
        "sells more to USA",
        10,
    ),
}


@pytest.mark.parametrize("case", AGAINST)
def test_cards_that_a_baseline_cannot_hold_are_refused_at_their_line(tmp_path, case):
    (old, new), message, line = AGAINST[case]
    assert old in GOOD
    text = GOOD.replace(old, new)
    problems = problems_of(tmp_path, text, baseline="icio-2017")
    assert any(message in p.message and p.line == line for p in problems), problems


def test_everything_wrong_is_said_at_once(tmp_path):
    text = GOOD.replace("{value: 0.3,", "{value: 1.3,").replace("{value: 30,", "{value: -30,")
    assert len(problems_of(tmp_path, text)) == 2


def test_the_command_ends_with_two_and_writes_nothing(tmp_path):
    path = tmp_path / "firm.yaml"
    path.write_text(GOOD.replace("{value: 30,", "{value: -30,"), encoding="utf-8")
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["sanction", str(path), "--out", str(out)])
    assert isinstance(result.exception, InputError)
    assert not out.exists()


def test_an_unknown_card_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="did you mean 'zte'"):
        load_card("ztee")
