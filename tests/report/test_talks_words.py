"""Talks in words: no sentence as they used to be, an answer of three sentences, one screen."""

from __future__ import annotations

import io
import re
from functools import cache
from importlib.resources import files

import pytest
from rich.console import Console
from talks_cases import CASES, study_of

from detente.document.blocks import Note, Sentence, walk
from detente.report.describe import describe
from detente.report.talks import phrases
from detente.scenario.load import load_scenario
from detente.talks.choices import Choices
from detente.talks.study import run_talks

WORST = {
    "a share that is all or nothing": (
        r"\b(100|0)% of",
        "In 100% of 200 draws there is a package that no side refuses",
    ),
    "a sign where a verb belongs": (
        r"[+−]\s?(USD|\$|\d)",
        "it is worth +USD 6.92 bn a year to the United States",
    ),
    "money as nobody writes it": (r"\b(USD|EUR) \d|\d (bn|mn)\b", "USD 3.87 bn a year"),
    "draws": (r"\bdraws?\b", "(it would keep it in 93% of draws)"),
    "secret limits": (
        r"limits that both know|to itself and|with a probability of",
        "All this with limits that both know: where the European Union keeps its own to itself",
    ),
    "impatience as a rate": (r"impatience of \d+", "It keeps a deal up to an impatience of 381%"),
    "shares of a variance": (r"\bvariance\b", "as a share of its variance: the economy (88%)"),
    "offers that come back": (
        r"do not settle|too coarse|looked ahead",
        "Offers in turn do not settle: packages are too coarse",
    ),
    "backing down": (r"[Tt]o back down is", "To back down is taken to cost nothing"),
    "terms of the trade": (r"equivalent variation|NashConv|numeraire", "equivalent variation"),
}
SHIPPED = tuple(
    path.name.removesuffix(".yaml")
    for path in files("detente.scenarios").iterdir()
    if path.name.endswith(".yaml") and load_scenario(path.name.removesuffix(".yaml")).talks
)


@cache
def document_of(name):
    if name in CASES:
        return describe(study_of(name))
    return describe(run_talks(name, Choices(draws=40, model_draws=1)))


@pytest.fixture(scope="module", params=[*SHIPPED, *(name for name in CASES if name != "hostile")])
def document(request):
    return document_of(request.param)


def test_scenarios_with_talks_are_shipped():
    assert set(SHIPPED) >= {"may-2018", "nafta-2018"}


@pytest.mark.parametrize(("pattern", "worst"), WORST.values(), ids=WORST)
def test_the_worst_sentences_are_known(pattern, worst):
    assert re.search(pattern, worst)


def test_no_sentence_is_one_of_the_worst(document):
    blocks = walk(document.sections)
    said = [block.text for block in blocks if isinstance(block, Sentence | Note)]
    for text in (*said, *document.notes, *document.rests_on):
        # what the file says of itself, and options that it names, are its own words
        for fault, (pattern, _) in WORST.items():
            assert not re.search(pattern, text), (fault, text)


def test_the_answer_is_three_sentences(document):
    opening, *_ = document.sections
    lead = next(one for one in document.sections if one.key == "lead")
    if opening is not lead:  # chances by date come first where something is threatened
        first = " ".join(block.text for block in opening.blocks[:3])
        assert len(re.findall(r"[a-z0-9)”%]\.(?= [A-Z]|$)", first)) == 3, first
        assert re.match(r"(Probably|Almost surely|As likely as) ?(not)? ?on \d", first)
        picture, outcomes, hangs, *_ = opening.blocks[3:]
        assert (picture.place, outcomes.key) == ("dates", "outcomes")
        assert hangs.text.startswith("The usual dispute gives new ")
    said = " ".join(block.text for block in lead.blocks if isinstance(block, Sentence))
    most = 3 if opening is lead else 4
    assert 2 <= len(re.findall(r"[a-z0-9)”%]\.(?= [A-Z]|$)", said)) <= most, said
    starts = ("Both sides would sign a deal, most likely this: ", "All sides would sign a deal",
              "No deal is possible: ", "The likely deal")  # fmt: skip
    assert said.startswith(starts)
    charts = [block for block in lead.blocks if not isinstance(block, Sentence | Note)]
    assert [chart.place for chart in charts] == ["plane"]


def test_a_table_without_a_threat_says_why_it_has_no_chances_by_date():
    why = "No chances by date: no measure of the file is announced or threatened."
    assert document_of("bare").notes[-1].startswith(why)
    assert not any(note.startswith(why) for note in document_of("mexico-2019").notes)


def test_the_first_screen_is_forty_lines_of_whole_tables(document):
    console = Console(file=io.StringIO(), width=100, color_system=None)
    document.to_terminal(console, full=False)
    lines = console.file.getvalue().splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    heads = [line for line in lines if re.match(r"(Issue|Side) ", line)]
    assert len(heads) <= 1
    assert any("--full" in line for line in lines)


def test_how_often_is_said_in_words():
    said = {0.0: "in no run", 0.003: "in hardly any run", 0.2: "in 20% of runs",
            0.97: "in 97% of runs", 0.998: "in nearly every run", 1.0: "in every run"}  # fmt: skip
    assert {fraction: phrases.runs(fraction, 1000) for fraction in said} == said


@pytest.mark.parametrize(
    ("count", "fraction", "said"),
    [
        (1, 0.0, "not in the one run"),
        (1, 1.0, "in the one run"),
        (1, 0.9, "with a chance of 90%"),
        (2, 0.0, "in neither run"),
        (2, 0.5, "in one of two runs"),
        (2, 1.0, "in both runs"),
        (7, 0.0, "in no run"),
        (7, 3 / 7, "in 3 of 7 runs"),
        (7, 1.0, "in every run"),
        (10, 0.3, "in 30% of runs"),
    ],
)
def test_few_runs_are_counted(count, fraction, said):
    assert phrases.runs(fraction, count) == said


def test_what_values_bring_is_said_with_verbs():
    from detente.report.talks import facts

    names = facts.naming(study_of("three"))
    brings = phrases.brings(names, (0.02, -0.005, 0.0))
    assert brings == "brings Country 0 $20,000 a year and costs Country 1 $5,000 a year"
    assert phrases.brings(names, (0.0, 0.0, 0.0), would=True) == "would change nothing"
    bands = ((1.0, 3.0), None, (-0.2, 0.1))
    assert phrases.worth(names, (2.0, 0.0, -0.1), bands) == (
        "$2m a year to Country 0 (between $1m and $3m in nine of ten runs), nothing to Country 1 "
        "and a loss of $100,000 to Third (between a loss of $200,000 and a gain of $100,000)"
    )
