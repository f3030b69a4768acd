"""The door for assistants, through the client of the protocol's own kit."""

import json
import os
import sys
import time

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters

import detente as dt
from detente.assistants.server import make
from detente.assistants.tools import Tools
from detente.assistants.work import Work
from detente.errors import InputError, Problem

SMALL = """\
title: Steel
date: 2018-06-01
baseline: wiod-2014
economies: [USA, CHN]
measures:
  - id: steel
    kind: tariff
    by: USA
    on: CHN
    sectors: C24
    add: 0.25
    start: 2018-06-01
variants:
  - {id: steel, title: Steel tariffs, measures: [steel]}
"""
TOOLS = ["list_scenarios", "show_scenario", "run", "compare", "target", "war", "talks", "ledger",
         "read", "explain", "table"]  # fmt: skip


class Session:
    """One conversation, for tests that are not asynchronous."""

    def __init__(self, portal, client):
        self.portal, self.client = portal, client

    def call(self, tool, **given):
        return self.portal.call(self.client.call_tool, tool, given)

    def ok(self, tool, **given):
        found = self.call(tool, **given)
        assert not found.is_error, found.content[0].text
        return found.structured_content

    def refused(self, tool, **given):
        found = self.call(tool, **given)
        assert found.is_error
        return found.content[0].text, found.structured_content["problems"]


@pytest.fixture(scope="module")
def session():
    with start_blocking_portal() as portal:
        client = Client(make())
        with portal.wrap_async_context_manager(client):
            yield Session(portal, client)


@pytest.fixture(scope="module")
def may(session):
    return session.ok("run", scenario="may-2018")


def test_all_tools_are_listed_with_what_they_take_and_give(session):
    tools = session.portal.call(session.client.list_tools).tools
    assert [tool.name for tool in tools] == TOOLS
    for tool in tools:
        assert tool.description
        assert tool.output_schema
        assert tool.annotations.read_only_hint
    run = next(tool for tool in tools if tool.name == "run").input_schema
    assert run["required"] == ["scenario"]
    assert run["properties"]["draws"]["maximum"] == 200
    assert all("description" in one for one in run["properties"].values())
    assert "context" not in run["properties"]


def test_scenarios_are_listed(session):
    shelf = session.ok("list_scenarios")["scenarios"]
    may = next(one for one in shelf if one["name"] == "may-2018")
    assert may["date"] == "2018-05-15"
    assert may["goals"] == ["us-china-deficit"]
    assert may["talks"]
    assert "status-quo" in may["variants"]


def test_a_run_has_the_numbers_of_the_command(may):
    assert may["title"] == "United States and China, mid-May 2018"
    assert may["baseline"]["name"] == "wiod-2014"
    assert may["baseline"]["unit"] == "million USD"
    assert may["horizon"] == "long-run"
    assert may["draws"] is None
    table = may["tables"]["variants"]
    assert table["columns"]["real_income_USA"]["unit"] == "%"
    first = table["rows"][0]
    assert first["variant"] == "In force on 15 May"
    # as `detente run may-2018 --json` prints it
    assert first["real_income_USA"] == pytest.approx(-0.00075243786, rel=1e-6)
    assert first["worth_CHN"] == pytest.approx(-44.503765, rel=1e-6)
    assert any(one.get("url", "").startswith("https://") for one in may["sources"])
    assert may["headline"][0].startswith("“All threats carried out” costs the United States")


def test_an_answer_is_short_and_its_other_tables_can_be_asked_for(session, may):
    assert len(json.dumps(may)) < 60_000
    listed = may["more_tables"]
    assert listed
    found = session.ok("table", answer=may["answer"], table=listed[0]["table"])
    assert found["of"] == len(found["rows"]) == listed[0]["rows"]
    rest = session.ok("table", answer=may["answer"], table=listed[0]["table"], first=3)
    assert rest["rows"] == found["rows"][2:]
    assert rest["first"] == 3


def test_two_variants_are_compared(session):
    given = {"first": "all-threats", "second": "status-quo"}
    found = session.ok("compare", scenario="may-2018", **given)
    assert found["kind"] == "comparison"
    assert "All threats carried out" in found["title"]
    assert found["tables"]


def test_a_scenario_as_text_has_the_numbers_of_a_file(session, tmp_path):
    found = session.ok("run", scenario=SMALL)
    path = tmp_path / "steel.yaml"
    path.write_text(SMALL, "utf-8")
    plain = dt.describe(dt.run_scenario(path, draws=0)).to_plain()
    assert found["tables"]["real-income"]["rows"] == plain["tables"]["real-income"]["rows"]
    assert "/tmp" not in json.dumps(found)


def test_words_articles_and_the_ledger(session):
    assert session.ok("explain", term="terms of trade")["term"] == "Terms of trade"
    found = session.ok(
        "read", date="2018-04-04",
        article="WASHINGTON, April 4, 2018. The United States will impose a tariff of 25 percent "
        "on cars from China. China threatened to retaliate with tariffs of 25% on US soybeans.",
    )  # fmt: skip
    assert found["date"] == "2018-04-04"
    assert {"USA", "CHN"} <= set(found["parties"])
    assert found["of"] == len(found["statements"]) >= 2
    ledger = session.ok("ledger", at="2025-04-10", by="USA", on="China")
    assert ledger["kind"] == "ledger"
    assert ledger["headline"]


def test_progress_is_told(session):
    told = []

    async def heard(done, total, message):
        told.append((done, total, message))

    async def ask():
        given = {"scenario": SMALL}
        return await session.client.call_tool("run", given, progress_callback=heard)

    assert not session.portal.call(ask).is_error
    assert told
    assert told[0][2].startswith("solving")


TEXTS = (
    ("baseline: /etc", "baseline: wiod-2014", "baseline"),
    ("    products: /etc/passwd.csv\n    add", "    sectors: C24\n    add", "products"),
    ("    products: [../x.csv]\n    add", "    sectors: C24\n    add", "products"),
    ("elasticities: /etc/x.csv\nbaseline:", "baseline:", "elasticities"),
    ("firms: [/etc/card.yaml]\nbaseline:", "baseline:", "firms"),
    ("measures: [steel], firms: ../zte.yaml}", "measures: [steel]}", "firms"),
    ("    rates: /etc/rates.csv\n", "    add: 0.25\n", "rates"),
    ("talks: {parties: [{objective: {weights: ../w.csv}}]}\nbaseline:", "baseline:", "weights"),
    ("talks: {ratification: [{places: /etc/p.csv}]}\nbaseline:", "baseline:", "places"),
)


@pytest.mark.parametrize(("new", "old", "key"), TEXTS)
def test_a_text_that_names_a_file_is_refused(session, new, old, key):
    assert old in SMALL
    said, problems = session.refused("run", scenario=SMALL.replace(old, new))
    assert any(key in one["key"] for one in problems), problems
    assert all(one["line"] and one["allowed"] for one in problems), problems
    assert "root:" not in said


WRONG = (
    ("nothing", {}, "tool", "run"),
    ("run", {}, "scenario", None),
    ("run", {"scenario": "may-2081"}, "scenario", "may-2018"),
    ("run", {"scenario": "/etc/passwd"}, "scenario", "may-2018"),
    ("run", {"scenario": "../may-2018.yaml"}, "scenario", "may-2018"),
    ("run", {"scenario": "x" * 100_001}, "scenario", None),
    ("run", {"scenario": 3}, "scenario", None),
    ("run", {"scenario": "may-2018", "variant": "x"}, "argument", "variants"),
    ("run", {"scenario": "may-2018", "variants": ["status-qou"]}, "variant", "status-quo"),
    ("run", {"scenario": "may-2018", "draws": 10_000}, "draws", None),
    ("run", {"scenario": "may-2018", "draws": -1}, "draws", None),
    ("run", {"scenario": "may-2018", "draws": "many"}, "draws", None),
    ("run", {"scenario": "may-2018", "horizon": "decade"}, "horizon", None),
    ("run", {"scenario": "may-2018", "baseline": "/tmp"}, "baseline", "wiod-2014"),
    ("run", {"scenario": "may-2018", "elasticities": "a.csv"}, "elasticities", "fontagne-2022"),
    ("compare", {"scenario": "may-2018", "first": "nowhere"}, "compare", "all-threats"),
    ("compare", {"scenario": "may-2018", "first": "baseline"}, "compare", None),
    ("target", {"scenario": "may-2018", "goal": "none"}, "goal", "us-china-deficit"),
    ("target", {"scenario": "may-2018", "using": ["magic"]}, "using", "tariffs"),
    ("target", {"scenario": "may-2018", "cut": "lots"}, "cut", None),
    ("war", {"scenario": "may-2018", "rule": "none"}, "rule", None),
    ("war", {"scenario": SMALL, "players": ["Narnia"]}, "players", None),
    ("war", {"scenario": "may-2018", "cap": -1}, "cap", None),
    ("talks", {"scenario": "may-2018", "what_if": {"moon": "ours"}}, "what", None),
    ("talks", {"scenario": SMALL}, "talks", None),
    ("talks", {"scenario": "may-2018", "weights": "aplied"}, "weights", "applied, announced"),
    ("talks", {"scenario": "may-2018", "weights": {"us": "w.csv"}}, "weights", "applied, announ"),
    ("talks", {"scenario": "may-2018", "weights": {"eu": "applied"}}, "weights", "us, china"),
    ("talks", {"scenario": "may-2018", "weights": ["applied"]}, "weights", None),
    ("ledger", {"at": "yesterday"}, "at", None),
    ("ledger", {"by": "Narnia"}, "by", None),
    ("read", {"article": ""}, "article", None),
    ("read", {"article": "A tariff.", "date": "someday"}, "date", None),
    ("explain", {"term": "flibber"}, "term", None),
    ("table", {"answer": "answer-0", "table": "x"}, "answer", None),
)


@pytest.mark.parametrize(("tool", "given", "key", "allowed"), WRONG)
def test_a_wrong_call_is_told_what_to_do(session, tool, given, key, allowed):
    said, problems = session.refused(tool, **given)
    assert any(key in (one["key"] or "") for one in problems), problems
    if allowed:
        assert allowed in said
    assert "Traceback" not in said
    assert "site-packages" not in said
    assert "/detente" not in said
    assert len(said) < 3000


def test_everything_wrong_is_said_at_once(session):
    _, problems = session.refused("run", scenario="x", baseline="y", elasticities="z")
    assert {one["key"] for one in problems} == {"scenario", "baseline", "elasticities"}


def test_all_that_is_wrong_with_talks_is_said_at_once(session):
    said, problems = session.refused(
        "talks",
        scenario="may-2018",
        no_deal="never",
        what_if={"zte": "maybe"},
        weights={"us": "/etc/w.csv"},
    )
    assert [one["key"] for one in problems] == ["no_deal", "what_if", "weights"]
    assert "CSV" not in said


@pytest.mark.parametrize("weights", ["applied", {"us": "announced"}, None])
def test_talks_are_asked_for_with_their_weights(session, monkeypatch, weights):
    def run(_, choices, **__):
        raise InputError(Problem("asked", value=choices.weights))

    monkeypatch.setattr("detente.talks.study.run_talks", run)
    _, (problem,) = session.refused("talks", scenario="may-2018", weights=weights)
    assert problem["value"] == (None if weights is None else str(weights))


def test_a_wrong_text_is_refused_with_its_lines(session):
    wrong = SMALL.replace("add: 0.25", "add: much").replace("by: USA", "by: Narnia")
    said, problems = session.refused("run", scenario=wrong)
    assert {one["line"] for one in problems} == {8, 11}
    assert "scenario.yaml" not in said


def test_a_fault_of_the_program_tells_nothing_of_it(session, monkeypatch):
    def broken(_):
        raise RuntimeError("/secret/path")

    monkeypatch.setattr("detente.assistants.tools.explain", broken)
    said, _ = session.refused("explain", term="tariff")
    assert "secret" not in said
    assert "fault" in said


def test_work_has_an_end_and_one_turn(monkeypatch):
    ended = []

    def slow(article, date, *, name):
        time.sleep(1.5)
        ended.append(article)

    monkeypatch.setattr("detente.reading.read.read_text", slow)
    with start_blocking_portal() as portal:
        client = Client(make(Tools(Work(seconds=0.5, wait=0.05))))
        with portal.wrap_async_context_manager(client):
            one = Session(portal, client)
            assert "not done within 0.5 seconds" in one.refused("read", article="a")[0]
            assert "still being worked out" in one.refused("read", article="b")[0]
            time.sleep(1.5)
    assert ended == ["a"]


def test_the_command_speaks_on_standard_output():
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", "from detente.cli import main; main()", "mcp"],
        env=dict(os.environ),
    )

    async def ask():
        async with Client(server) as client:
            return await client.call_tool("explain", {"term": "terms of trade"})

    with start_blocking_portal() as portal:
        found = portal.call(ask)
    assert not found.is_error
    assert found.structured_content["term"] == "Terms of trade"
