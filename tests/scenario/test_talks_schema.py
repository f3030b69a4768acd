"""Each thing that can be wrong with a table of talks: one message, with line, key and value.

The JSON Schema and the loader are of one mind about them.
"""

import jsonschema
import pytest
import yaml

import detente
from detente.errors import InputError
from detente.scenario.load import load_scenario, scenario_hash, shipped_scenarios
from detente.scenario.schema import Scenario, json_schema
from detente.scenario.yaml_lines import SIZE_LIMIT, parse
from scenario_texts import GOOD, line_of, refusals, write
from talks_texts import GOOD_TALKS, TABLE, spoil_talks

SCHEMA = json_schema()
VISAS = "      options: [{id: many, values: {two: 3}}, {id: few}]"
DEMAND = "kind: demand, choices: {farms: open}"
FARMERS = "{low: -4, central: -2, high: -1, note: Farmers.}"
SEPARATE = "separate: [[tariffs, farms], [visas]]"

# what stands there, what is written instead, where the problem is, its key, what is said
BY_SCHEMA = {
    "no options": (VISAS, "      options: []", "options: []", "issues[visas].options", "empty"),
    "options left out": (
        VISAS + "\n",
        "",
        "- id: visas",
        "issues[visas].options",
        "this key is missing",
    ),
    "options that are no list": (
        VISAS,
        "      options: {many: 1}",
        "options: {many",
        "issues[visas].options",
        "a list is expected",
    ),
    "an option without id": (
        "- {id: none}",
        "- {title: none}",
        "- {title: none}",
        "issues[tariffs].options[#1].id",
        "this key is missing",
    ),
    "an issue without id": (
        "    - id: visas\n      unsettled",
        "    - unsettled",
        "- unsettled",
        "issues[#3].id",
        "this key is missing",
    ),
    "odd id of an option": (
        "- {id: none}",
        "- {id: no/ne}",
        "- {id: no/ne}",
        "issues[tariffs].options[no/ne].id",
        "not usable as an id (got 'no/ne'; allowed: letters, digits",
    ),
    "odd id of an issue": (
        "- id: visas",
        "- id: vi sas",
        "- id: vi sas",
        "issues[vi sas].id",
        "not usable as an id",
    ),
    "long id": (
        "- {id: none}",
        f"- {{id: {'n' * 61}}}",
        "- {id: nnn",
        f"issues[tariffs].options[{'n' * 61}].id",
        "too long",
    ),
    "number as id": (
        "- {id: none}",
        "- {id: 25}",
        "- {id: 25}",
        "issues[tariffs].options[#1].id",
        "put it in quotes",
    ),
    "unknown key": (
        "  breakdown_risk: 0.4",
        "  breakdown_rsk: 0.4",
        "breakdown_rsk",
        "breakdown_rsk",
        "did you mean 'breakdown_risk'",
    ),
    "unknown key of an option": (
        "- {id: none}",
        "- {id: none, measure: [cars]}",
        "- {id: none, measure",
        "issues[tariffs].options[none].measure",
        "did you mean 'measures'",
    ),
    "one party": (
        "    - {party: two, weight: 2, audience_cost: 3}\n",
        "",
        "  parties:\n    - party: one",
        "parties",
        "more entries are needed (allowed: 2 or more)",
    ),
    "interaction of one option": (
        "{choices: {farms: open, visas: many}, values: {one: 1}}",
        "{choices: {farms: open}, values: {one: 1}}",
        "{choices: {farms: open}, values",
        "interactions[#1].choices",
        "more entries are needed (allowed: 2 or more)",
    ),
    "position without choices": (
        DEMAND,
        "kind: demand, choices: {}",
        "choices: {}",
        "positions[#1].choices",
        "at least one",
    ),
    "kind of a position": (
        DEMAND,
        DEMAND.replace("demand", "demands"),
        "demands",
        "positions[#1].kind",
        "did you mean 'demand'",
    ),
    "kind of no deal": (
        "kind: impasse",
        "kind: impass",
        "kind: impass}",
        "no_deal[impasse].kind",
        "allowed: impasse, breakdown, outside",
    ),
    "least above one": (
        "least: 0.4",
        "least: 1.4",
        "least:",
        "ratification[#1].least",
        "is out of range (got 1.4; allowed: 0 to 1)",
    ),
    "least below nothing": (
        "least: 0.4",
        "least: -0.1",
        "least:",
        "ratification[#1].least",
        "allowed: 0 to 1",
    ),
    "nobody needed": (
        "needed: 6",
        "needed: 0",
        "needed:",
        "ratification[#1].needed",
        "allowed: 1 or more",
    ),
    "nobody in a bloc": (
        "members: 4",
        "members: 0",
        "members: 0",
        "ratification[#1].blocs[farmers].members",
        "allowed: 1 to 10,000",
    ),
    "half a member": (
        "members: 4",
        "members: 4.5",
        "members: 4.5",
        "ratification[#1].blocs[farmers].members",
        "a whole number is expected (got 4.5",
    ),
    "members in quotes": (
        "members: 4",
        'members: "4"',
        'members: "4"',
        "ratification[#1].blocs[farmers].members",
        "a whole number is expected",
    ),
    "no power": ("weight: 2", "weight: 0", "weight: 0", "parties[#2].weight", "allowed: above 0"),
    "unknown horizon": (
        "  breakdown_risk: 0.4",
        "  horizons: [decade]",
        "horizons",
        "horizons[#1]",
        "allowed: month, year, two-years, long-run",
    ),
    "yes is a word": (
        "war: true",
        "war: yes",
        "war: yes",
        "no_deal[war].war",
        "a truth value is expected (got 'yes'; allowed: true or false)",
    ),
    "a value in billions": (
        "values: {one: 5,",
        "values: {one: 5bn,",
        "values: {one: 5bn",
        "issues[farms].options[open].values.one",
        "write the digits out",
    ),
    "a chance in per cent": (
        "turnover: {low: 0, central: 0.1, high: 0.3}",
        "turnover: 10%",
        "turnover",
        "parties[#1].turnover",
        "write 0.1 for 10%",
    ),
    "a value that is none": (
        "values: {one: 5,",
        "values: {one: true,",
        "values: {one: true",
        "issues[farms].options[open].values.one",
        "a number or a range is expected (got True; allowed: 100, or {low: 50",
    ),
    "a list of values": (
        "values: {one: 5,",
        "values: {one: [5],",
        "values: {one: [5]",
        "issues[farms].options[open].values.one",
        "a number or a range is expected",
    ),
    "a range without its figure": (
        FARMERS,
        "{low: -4, high: -1}",
        "{low: -4, high: -1}",
        "issues[farms].options[open].values.two.central",
        "this key is missing",
    ),
    "a separate table of nothing": (
        SEPARATE,
        "separate: [[tariffs, farms, visas], []]",
        "separate",
        "separate[#2]",
        "at least one entry",
    ),
    "a firm without card": (
        "- {id: none}",
        "- {id: none, relief: {month: 3}}",
        "- {id: none, relief",
        "issues[tariffs].options[none].relief.card",
        "this key is missing",
    ),
    "a month before the ban": (
        "- {id: none}",
        "- {id: none, relief: {card: zte, month: -1}}",
        "- {id: none, relief",
        "issues[tariffs].options[none].relief.month",
        "allowed: 0 to 600",
    ),
    "a deficit with nobody": (
        "{partner: two, value: {low: 0, central: 0.1, high: 0.2}}",
        "{value: 1}",
        "deficit:",
        "parties[#1].objective.deficit.partner",
        "this key is missing",
    ),
    "no value of a choice": (
        DEMAND,
        "kind: demand, choices: {farms: }",
        "choices: {farms: }",
        "positions[#1].choices.farms",
        "no value is given",
    ),
}

# only the loader can know: what refers to what, figures against each other, the calendar
BY_LOADER = {
    "missing measure": (
        "measures: [cars], source",
        "measures: [carts], source",
        "[carts]",
        "issues[tariffs].options[on-cars].measures[#1]",
        "did you mean 'cars'? (got 'carts'; allowed: cars, corn, queues)",
    ),
    "measure named twice": (
        "measures: [cars], source",
        "measures: [cars, cars], source",
        "[cars, cars]",
        "issues[tariffs].options[on-cars].measures[#2]",
        "named twice",
    ),
    "missing measure of all packages": (
        "[queues]",
        "[queue]",
        "[queue]",
        "always[#1]",
        "did you mean 'queues'",
    ),
    "unknown party": (
        "    - party: one\n      objective",
        "    - party: onne\n      objective",
        "- party: onne",
        "parties[#1].party",
        "did you mean 'one'? (got 'onne'; allowed: one, two)",
    ),
    "party twice": (
        "{party: two, weight",
        "{party: one, weight",
        "{party: one, weight",
        "parties[#2].party",
        "taken by entry 1 of parties",
    ),
    "position of nobody": (
        "{party: one, kind: demand",
        "{party: three, kind: demand",
        "{party: three",
        "positions[#1].party",
        "no party of the scenario",
    ),
    "red line of nobody": (
        "{party: one, choices: {tariffs",
        "{party: three, choices: {tariffs",
        "{party: three",
        "red_lines[#1].party",
        "no party of the scenario",
    ),
    "value to nobody": (
        "values: {one: 5,",
        "values: {uno: 5,",
        "values: {uno",
        "issues[farms].options[open].values.uno",
        "no party at the table",
    ),
    "issue twice": (
        "    - id: farms\n",
        "    - id: tariffs\n",
        "    - id: tariffs\n      by",
        "issues[tariffs].id",
        "taken by entry 1 of issues",
    ),
    "option twice": (
        "- {id: none}",
        "- {id: on-cars}",
        "- {id: on-cars, measures",
        "issues[tariffs].options[on-cars].id",
        "taken by entry 1 of options",
    ),
    "bloc twice": (
        "{id: others, members",
        "{id: farmers, members",
        "{id: farmers, members: 6}",
        "ratification[#1].blocs[farmers].id",
        "taken by entry 1 of blocs",
    ),
    "no deal twice": (
        "id: strike",
        "id: impasse",
        "{id: impasse, title: Both",
        "no_deal[impasse].id",
        "taken by entry 1 of no_deal",
    ),
    "position on an unknown issue": (
        DEMAND,
        "kind: demand, choices: {farm: open}",
        "choices: {farm: open}",
        "positions[#1].choices.farm",
        "did you mean 'farms'",
    ),
    "position on an unknown option": (
        DEMAND,
        "kind: demand, choices: {farms: opened}",
        "{farms: opened}",
        "positions[#1].choices.farms",
        "no option of farms with this id; did you mean 'open'? (got 'opened'; allowed: shut, open)",
    ),
    "unknown option where unsettled": (
        "unsettled: few",
        "unsettled: fewer",
        "unsettled",
        "issues[visas].unsettled",
        "did you mean 'few'",
    ),
    "unknown variant": (
        "variant: two-strikes-back",
        "variant: two-strike-back",
        "two-strike-back",
        "no_deal[strike].variant",
        "did you mean 'two-strikes-back'",
    ),
    "unknown source": (
        "source: notice",
        "source: notise",
        "source: notise",
        "issues[tariffs].options[on-cars].source",
        "did you mean 'notice'",
    ),
    "low above central": (
        FARMERS,
        FARMERS.replace("-4", "-1"),
        "{low: -1",
        "issues[farms].options[open].values.two.low",
        "low ≤ central ≤ high (got -1; allowed: -2 or less)",
    ),
    "high below central": (
        FARMERS,
        FARMERS.replace("-1", "-3"),
        "high: -3",
        "issues[farms].options[open].values.two.high",
        "low ≤ central ≤ high (got -3; allowed: -2 or more)",
    ),
    "chance above one": (
        "turnover: {low: 0, central: 0.1, high: 0.3}",
        "turnover: {low: 0, central: 0.1, high: 1.3}",
        "turnover",
        "parties[#1].turnover.high",
        "out of range; did you mean 0.013? (got 1.3; allowed: 0 to 1)",
    ),
    "chance below nothing": (
        "turnover: {low: 0, central: 0.1, high: 0.3}",
        "turnover: -0.1",
        "turnover",
        "parties[#1].turnover",
        "allowed: 0 to 1",
    ),
    "risk below nothing": (
        "breakdown_risk: 0.4",
        "breakdown_risk: -0.4",
        "breakdown_risk",
        "breakdown_risk",
        "allowed: 0 or more",
    ),
    "found out at once": (
        "detection_months: 3",
        "detection_months: 0",
        "detection_months",
        "detection_months",
        "allowed: 0.1 or more",
    ),
    "patience without end": (
        "impatience: 0.1",
        "impatience: 0",
        "impatience",
        "parties[#1].impatience",
        "allowed: above 0, up to 1)",
    ),
    "patience in per cent": (
        "impatience: 0.1",
        "impatience: 12",
        "impatience",
        "parties[#1].impatience",
        "out of range; did you mean 0.12? (got 12; allowed: above 0, up to 1)",
    ),
    "dollars in place of millions": (
        "values: {one: 5,",
        "values: {one: 5000000000,",
        "values: {one: 5000000000",
        "issues[farms].options[open].values.one",
        "allowed: -100,000,000 to 100,000,000",
    ),
    "not a number": (
        "values: {one: 5,",
        "values: {one: .nan,",
        "values: {one: .nan",
        "issues[farms].options[open].values.one",
        "a finite number",
    ),
    "more needed than there are": (
        "needed: 6",
        "needed: 11",
        "needed",
        "ratification[#1].needed",
        "more than there are members (got 11; allowed: 1 to 10)",
    ),
    "an issue in no separate table": (
        SEPARATE,
        "separate: [[tariffs], [farms]]",
        "separate",
        "separate",
        "left out: visas",
    ),
    "an issue in two separate tables": (
        SEPARATE,
        "separate: [[tariffs, farms], [visas, farms]]",
        "separate",
        "separate[#2][#2]",
        "is in table 1 already (got 'farms')",
    ),
    "an unknown issue in a separate table": (
        SEPARATE,
        "separate: [[tariffs, farms], [visa]]",
        "separate",
        "separate[#2][#1]",
        "did you mean 'visas'",
    ),
    "a deficit with oneself": (
        "partner: two",
        "partner: one",
        "deficit",
        "parties[#1].objective.deficit.partner",
        "with another party",
    ),
    "a war and measures": (
        "war: true",
        "war: true\n      measures: [cars]",
        "war: true",
        "no_deal[war].war",
        "leave out variant, measures",
    ),
    "the name of waiting": (
        "- id: war\n",
        "- id: while-talks-last\n",
        "id: while-talks-last",
        "no_deal[while-talks-last].id",
        "impasse and breakdown make together",
    ),
    "a day that no calendar has": (
        "date: 2018-06-01",
        "date: 2018-06-31",
        "date: 2018-06-31",
        "afterwards[#1].date",
        "YYYY-MM-DD",
    ),
    "an unknown issue off the table": (
        "title: Agreed, choices: {farms: open}",
        "title: Agreed, off_table: {firms: wide open}",
        "off_table: {firms",
        "afterwards[#1].off_table.firms",
        "did you mean 'farms'",
    ),
    "an issue settled on and off the table": (
        "title: Agreed, choices: {farms: open}",
        "title: Agreed, choices: {farms: open}, off_table: {farms: wide open}",
        "off_table: {farms",
        "afterwards[#1].off_table.farms",
        "settled by an option in choices already",
    ),
}
REFUSED = BY_SCHEMA | BY_LOADER


def _complaints(text):
    validator = jsonschema.Draft202012Validator(SCHEMA)
    return [error.message for error in validator.iter_errors(parse(text).value)]


def test_the_good_one_passes_both(tmp_path):
    assert _complaints(GOOD_TALKS) == []
    scenario = load_scenario(write(tmp_path, GOOD_TALKS))
    assert [p.party for p in scenario.talks.parties] == ["one", "two"]
    assert scenario.talks.parties[0].turnover.ends == (0.0, 0.1, 0.3)
    assert scenario.talks.issues[1].options[1].values["one"].ends == (5.0, 5.0, 5.0)


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_one_message_at_its_line(tmp_path, case):
    old, new, place, key, said = REFUSED[case]
    text = spoil_talks(old, new)
    (problem,) = refusals(tmp_path, text)
    at = text.index("talks:\n")
    assert problem.key == f"talks.{key}"
    assert problem.line == text[:at].count("\n") + line_of(text[at:], place)
    assert said in str(problem)
    assert len(str(problem).splitlines()) == 1


@pytest.mark.parametrize("case", sorted(BY_SCHEMA.keys() - {"no value of a choice"}))
def test_editors_see_what_the_schema_can_say(case):
    old, new, *_ = BY_SCHEMA[case]
    assert _complaints(spoil_talks(old, new)) != []


@pytest.mark.parametrize("case", BY_LOADER)
def test_the_loader_alone_sees(case):
    old, new, *_ = BY_LOADER[case]
    assert _complaints(spoil_talks(old, new)) == []


def test_all_at_once_and_in_the_order_of_the_lines(tmp_path):
    text = GOOD_TALKS
    spoiled = ("chance above one", "missing measure", "low above central", "kind of no deal",
               "more needed than there are", "an issue in no separate table")  # fmt: skip
    for case in reversed(spoiled):
        old, new, *_ = REFUSED[case]
        text = text.replace(old, new)
    keys = [problem.key for problem in refusals(tmp_path, text)]
    assert keys == [f"talks.{REFUSED[case][3]}" for case in spoiled]


def test_two_parties_of_one_economy(tmp_path):
    text = GOOD_TALKS.replace("{id: two, country: C1}", "{id: two, country: C0}")
    (problem,) = refusals(tmp_path, text)
    assert problem.key == "talks.parties[#2].party"
    assert "is the same economy as one: C0" in problem.message


def test_a_party_without_an_economy(tmp_path):
    text = GOOD_TALKS.replace("{id: two, country: C1}", "{id: two}")
    (problem,) = refusals(tmp_path, text)
    assert problem.key == "parties[two].country"
    assert "this key is missing" in problem.message


def test_a_table_without_parties_of_the_scenario(tmp_path):
    lines = "parties:\n  - {id: one, country: C0}\n  - {id: two, country: C1}\n"
    problems = refusals(tmp_path, GOOD_TALKS.replace(lines, ""))
    assert all("no party of the scenario" in problem.message for problem in problems)
    assert problems[0].key == "talks.parties[#1].party"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("talks: []\n", "keys with values are expected"),
        ("talks: words\n", "keys with values are expected"),
        ("talks:\n", "no value is given"),
    ],
)
def test_no_table_at_all(tmp_path, table, said):
    (problem,) = refusals(tmp_path, GOOD + table)
    assert (problem.key, problem.line) == ("talks", line_of(GOOD + table, "talks:"))
    assert said in problem.message


def test_messages_of_a_long_table_stay_short(tmp_path):
    issues = "".join(f"    - {{id: i{k}, options: [{{id: a}}]}}\n" for k in range(2000))
    wrong = ", ".join(f"j{k}: a" for k in range(200))
    text = GOOD + TABLE.replace("  positions:\n", issues + "  positions:\n").replace(
        DEMAND, f"kind: demand, choices: {{{wrong}}}"
    ).replace(SEPARATE, "round_days: 30")  # fmt: skip
    problems = refusals(tmp_path, text)
    assert len(problems) == 200
    assert max(len(str(problem)) for problem in problems) < 1000
    assert "… (2,003 in all)" in str(problems[0])


def test_a_huge_table_is_refused_unread(tmp_path):
    issue = "    - {id: i0, options: [{id: a}]}\n"
    text = GOOD + TABLE.replace("  positions:\n", issue * (SIZE_LIMIT // 30) + "  positions:\n")
    (problem,) = refusals(tmp_path, text)
    assert "at most 1 MB" in problem.message


def test_a_plain_figure_and_its_range_are_the_same(tmp_path):
    plain = load_scenario(write(tmp_path, GOOD_TALKS))
    ranged = spoil_talks("impatience: 0.1", "impatience: {central: 0.1}")
    assert scenario_hash(load_scenario(write(tmp_path, ranged))) == scenario_hash(plain)


@pytest.mark.parametrize("name", ["may-2018", "nafta-2018"])
def test_shipped_tables_survive_a_round_trip(name):
    assert name in shipped_scenarios()
    scenario = load_scenario(name)
    again = Scenario.model_validate(scenario.model_dump(mode="json", exclude_none=True))
    assert scenario_hash(again) == scenario_hash(scenario)


def test_built_in_python_it_is_checked_too(tmp_path):
    plain = load_scenario(write(tmp_path, GOOD_TALKS)).model_dump(mode="json", exclude_none=True)
    plain["talks"]["positions"][0]["choices"] = {"farms": "opened"}
    with pytest.raises(InputError, match=r"talks\.positions\[#1\].*did you mean 'open'"):
        Scenario.model_validate(plain)


def test_measures_and_variants_may_be_left_out_only_with_talks(tmp_path):
    head = "title: Rivers\ndate: 2020-01-01\nbaseline: random\nparties:\n"
    head += "  - {id: a, country: C0}\n  - {id: b, country: C1}\n"
    table = "talks:\n  parties: [{party: a}, {party: b}]\n  issues:\n"
    table += "    - {id: water, options: [{id: kept}, {id: shared, values: {a: 1}}]}\n"
    path = tmp_path / "rivers.yaml"
    path.write_text(head + table)
    assert load_scenario(path).measures == ()
    said = {"title": "x", "date": "2020-01-01", "baseline": "random"}
    jsonschema.validate(yaml.safe_load(table) | said, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(said, SCHEMA)
    with pytest.raises(InputError, match="no variants to solve; `detente talks`"):
        detente.run_scenario(path)
    path.write_text(head)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert [(p.key, p.message.split(":")[0]) for p in caught.value.problems] == [
        ("measures", "this key is missing"), ("variants", "this key is missing")]  # fmt: skip
    path.write_text(head + "measures: []\n" + table)
    with pytest.raises(InputError, match="measures: empty"):
        load_scenario(path)


@pytest.mark.parametrize(
    ("line", "expected"),
    [("", ("two-years", "long-run")), ("horizon: year\n", ("year",)),
     ("horizon: month\n", ("month",)), ("horizon: two-years\n", ("two-years", "long-run"))],
)  # fmt: skip
def test_draws_are_at_the_horizon_of_the_central_figures(tmp_path, line, expected):
    text = load_scenario("busan-2025").path.read_text(encoding="utf-8")
    path = tmp_path / "case.yaml"
    path.write_text(text.replace("focus:", f"{line}focus:"), encoding="utf-8")
    assert load_scenario(path).talks.horizons == expected
