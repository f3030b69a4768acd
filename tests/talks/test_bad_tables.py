"""Tables that only an economy shows to be bad: refused before anything is solved, at their line."""

import re

import pytest

from detente.errors import InputError, SolveError
from detente.scenario.load import load_scenario
from detente.talks.case import party_places
from detente.talks.choices import Choices
from detente.talks.packages import MOST
from detente.talks.prepare import make_case, solve_values
from detente.talks.refusals import MOST_PARTS
from detente.talks.study import run_talks
from detente.talks.valuation import Valuer
from economies import random_economy
from scenario_texts import GOOD, line_of, write
from talks_texts import GOOD_TALKS

WORLD = random_economy(7)
MEASURES = """\
  - {id: more, kind: tariff, by: C1, on: C0, sectors: S1, set: 0.1}
  - {id: a-third, kind: tariff, by: C1, on: C0, sectors: S0, set: 0.1, coverage: 0.4}
  - {id: another, kind: tariff, by: C1, on: C0, sectors: S0, set: 0.2, coverage: 0.4}
  - {id: the-last, kind: tariff, by: C1, on: C0, sectors: S0, set: 0.3, coverage: 0.4}
  - {id: buys-all, kind: purchase-commitment, by: C1, on: C0, sectors: S0, total_usd: 80, year: 2000}
"""  # noqa: E501
TEXT = GOOD_TALKS.replace("  - id: queues", MEASURES + "  - id: queues")


def _replaced(*pairs):
    text = TEXT
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def _refused(folder, text, monkeypatch):
    """Everything that is said against a table on an economy; nothing may be solved."""
    monkeypatch.setattr("detente.solver.equilibrium.solve_batch", None)
    path = write(folder, text)
    with pytest.raises(InputError) as caught:
        run_talks(path, Choices(draws=0), baseline=WORLD)
    assert {problem.file for problem in caught.value.problems} == {path}
    return caught.value.problems


def _in_talks(text, piece):
    at = text.index("talks:\n")
    return text[:at].count("\n") + line_of(text[at:], piece)


REPLACES = "measures corn, more replace the same tariff (S1, C1 on C0)"
BAD = {
    "options that contradict each other": (
        [("{id: few}]", "{id: few, measures: [more]}]")],
        "{id: few, measures",
        "talks.issues[visas].options[few]",
        f"cannot be agreed together with farms=shut: {REPLACES}",
    ),
    "an option that contradicts itself": (
        [("{id: few}]", "{id: few, measures: [more, corn]}]")],
        "{id: few, measures",
        "talks.issues[visas].options[few]",
        f"its measures contradict each other: {REPLACES}",
    ),
    "measures of all packages": (
        [("always: [queues]", "always: [more, corn]")],
        "always",
        "talks.always",
        f"contradict each other: {REPLACES}",
    ),
    "an option against those of all packages": (
        [("always: [queues]", "always: [more]")],
        "{id: shut",
        "talks.issues[farms].options[shut]",
        REPLACES,
    ),
    "three options of which two would do": (
        [
            ("{id: few}]", "{id: few, measures: [a-third]}]"),
            ("measures: [cars], source", "measures: [another], source"),
            ("{id: shut, measures: [corn]}", "{id: shut, measures: [the-last]}"),
        ],
        "talks:",
        "talks",
        "measures a-third, another, the-last replace the same tariff (S0, C1 on C0)",
    ),
    "a point without a deal": (
        [("kind: impasse}", "kind: impasse, measures: [more]}")],
        "{id: impasse",
        "talks.no_deal[impasse]",
        f"its measures contradict each other: {REPLACES}",
    ),
    "a sector that the economy lacks": (
        [("      objective:\n", "      objective:\n        sectors: {S8: 0.5}\n")],
        "sectors: {S8",
        "talks.parties[#1].objective.sectors.S8",
        "unknown sector; did you mean 'S2'",
    ),
    "a card that is not there": (
        [("        - id: open\n", "        - id: open\n          relief: {card: ztee}\n")],
        "relief: {card",
        "talks.issues[farms].options[open].relief.card",
        "did you mean 'zte'?",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_refused_at_its_line(tmp_path, monkeypatch, case):
    pairs, place, key, said = BAD[case]
    text = _replaced(*pairs)
    (problem,) = _refused(tmp_path, text, monkeypatch)
    assert problem.key == key
    assert problem.line == _in_talks(text, place)
    assert said in str(problem)


@pytest.mark.parametrize("country", ["Country 0", "world", "[C0, C1]"])
def test_two_parties_that_share_an_economy(tmp_path, monkeypatch, country):
    text = _replaced(("{id: two, country: C1}", f"{{id: two, country: {country}}}"))
    (problem,) = _refused(tmp_path, text, monkeypatch)
    assert problem.key == "parties[two].country"
    assert problem.line == line_of(text, "{id: two")


def test_a_party_whose_economy_is_not_there(tmp_path, monkeypatch):
    text = _replaced(("{id: two, country: C1}", "{id: two, country: C9}"))
    (problem,) = _refused(tmp_path, text, monkeypatch)
    assert (problem.key, problem.line) == ("parties[two].country", line_of(text, "{id: two"))
    assert "unknown economy; did you mean" in problem.message


def test_a_scenario_without_talks(tmp_path, monkeypatch):
    (problem,) = _refused(tmp_path, GOOD, monkeypatch)
    assert (problem.key, problem.line) == ("talks", 1)
    assert "docs/talks.md" in problem.message


@pytest.mark.parametrize(
    ("count", "measures", "said"),
    [
        (12, "", rf"too many packages .*got '4,251,528'; allowed: at most {MOST:,}"),
        (9, ", measures: [cars]", rf"too many joint choices .*at most {MOST_PARTS:,}"),
        (2000, "", r"too many packages .*10\^15 or more"),
    ],
)
def test_too_large_a_table(tmp_path, monkeypatch, count, measures, said):
    more = "".join(
        f"    - {{id: i{k}, options: [{{id: a{measures}}}, {{id: b}}, {{id: c}}]}}\n"
        for k in range(count)
    )
    text = _replaced(
        ("  positions:\n", more + "  positions:\n"),
        ("separate: [[tariffs, farms], [visas]]", "round_days: 30"),
    )
    (problem,) = _refused(tmp_path, text, monkeypatch)
    assert (problem.key, problem.line) == ("talks.issues", _in_talks(text, "issues:"))
    assert re.search(said, str(problem))


def test_all_of_them_at_once_and_in_order(tmp_path, monkeypatch):
    text = _replaced(
        ("{id: many, values", "{id: many, measures: [more], values"),
        (
            # lines that leave nothing to sign are no mistake
            "{party: one, choices: {tariffs: none, farms: shut}}",
            "{party: one, choices: {farms: shut}}\n    - {party: two, choices: {farms: open}}",
        ),
        ("kind: impasse}", "kind: impasse, measures: [a-third, another, the-last]}"),
    )
    keys = [problem.key for problem in _refused(tmp_path, text, monkeypatch)]
    assert keys == [
        "talks.issues[visas].options[many]",
        "talks.no_deal[impasse]",
    ]


def test_values_are_million_usd(tmp_path, monkeypatch):
    from dataclasses import replace

    yen = WORLD.replace(card=replace(WORLD.card, unit="million JPY"))
    monkeypatch.setattr("detente.solver.equilibrium.solve_batch", None)
    with pytest.raises(InputError, match=r"case\.yaml:3: baseline: .*million JPY"):
        run_talks(write(tmp_path, TEXT), Choices(draws=0), baseline=yen)


def _solved(folder, text):
    scenario = load_scenario(write(folder, text))
    measures = {entry.id: entry for entry in scenario.measures}
    valuer = Valuer(WORLD, measures, party_places(scenario, WORLD))
    return solve_values(make_case(scenario, valuer), valuer)


def test_a_point_without_a_deal_that_does_not_solve(tmp_path):
    """No subsidy makes one economy buy nearly all that the world makes."""
    text = _replaced(("title: Both strike, kind: breakdown, variant: two-strikes-back",
                      "title: It buys, kind: breakdown, measures: [buys-all]"))  # fmt: skip
    with pytest.raises(SolveError, match=r"no-deal point strike does not solve: .*buys-all"):
        _solved(tmp_path, text)


def test_an_option_that_does_not_solve(tmp_path):
    text = _replaced(("{id: few}]", "{id: few, measures: [buys-all]}]"))
    with pytest.raises(SolveError, match="no equilibrium on random with buys-all"):
        _solved(tmp_path, text)
