"""Tables of talks that reports must be able to show: ordinary ones, and bare or odd ones."""

from __future__ import annotations

import html
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from detente.talks.choices import Choices
from detente.talks.study import TalksStudy, run_talks
from talks_case import case_of, economy

EVIL = '<script>alert(1)</script> & "it\'s" </script>'


def bare(plain: dict) -> None:
    """Leave out everything that may be left out."""
    talks = plain["talks"]
    for key in ("positions", "red_lines", "interactions", "no_deal", "ratification"):
        del talks[key]
    talks["parties"] = [{"party": "one"}, {"party": "two"}]


def three(plain: dict) -> None:
    """Add a third side, which names nothing, and separate tables."""
    plain["parties"].append({"id": "three", "country": "C2", "name": "Third"})
    talks = plain["talks"]
    talks["parties"].append({"party": "three", "turnover": 0.25})
    talks["issues"][3]["options"][1]["values"]["three"] = {"low": 0, "central": 0.01, "high": 0.02}
    talks["positions"].append({"party": "three", "kind": "demand", "choices": {"school": "moved"}})
    talks["separate"] = [["duties", "purchases", "opening"], ["school"]]
    talks["afterwards"] = [
        {"date": "2018-06-01", "title": "A school", "choices": {"school": "reopened"}}
    ]


def apart(plain: dict) -> None:
    """Make no deal worth so much to one side that no package is worth as much."""
    talks = plain["talks"]
    talks["no_deal"] = [
        {"id": "alone", "title": "Alone", "kind": "outside", "values": {"one": 3.0}}
    ]  # fmt: skip
    del talks["ratification"]


def paid(plain: dict) -> None:
    """Make no deal a little too good for one side, and bad for the other, which can pay."""
    apart(plain)
    plain["talks"]["no_deal"][0]["values"] = {"one": 0.028, "two": -0.008}


def refused(plain: dict) -> None:
    """Ask for a vote that no package can win."""
    talks = plain["talks"]
    talks["ratification"][0] |= {"needed": 11, "least": 1.0}


def clash(plain: dict) -> None:
    """Let red lines leave nothing to sign."""
    plain["talks"]["red_lines"] += [
        {"party": "one", "choices": {"school": "shut"}},
        {"party": "two", "choices": {"school": "moved"}},
        {"party": "two", "choices": {"school": "reopened"}},
    ]


def hostile(plain: dict) -> None:
    """Write markup wherever a text is free."""
    plain["title"] = plain["summary"] = EVIL
    plain["sources"] = [{"id": "notice", "title": EVIL, "publisher": EVIL, "date": "2018-04-03"}]
    for party in plain["parties"]:
        party["name"] = f"{EVIL} {party['id']}"
    for entry in plain["variants"]:
        entry["title"] = EVIL
    talks = plain["talks"]
    for issue in talks["issues"]:
        issue["title"] = f"{EVIL} {issue['id']}"
        issue["note"] = EVIL
        for option in issue["options"]:
            option |= {"title": f"{EVIL} {option['id']}", "note": EVIL, "source": "notice"}
    for point in talks["no_deal"]:
        point["title"] = f"{EVIL} {point['id']}"
    for vote in talks["ratification"]:
        vote["title"] = vote["note"] = EVIL
        for bloc in vote["blocs"]:
            bloc["title"] = bloc["note"] = EVIL
    talks["parties"][0]["impatience"]["note"] = EVIL
    talks["afterwards"] = [{"date": "2018-06-01", "title": EVIL, "choices": {"duties": "none"}}]


CASES = {
    "plain": (None, Choices(draws=40, model_draws=1, seed=1)),
    "bare": (bare, Choices(draws=0)),
    "three": (three, Choices(draws=40, model_draws=1, seed=1)),
    "apart": (apart, Choices(draws=20, model_draws=1)),
    "paid": (paid, Choices(draws=0)),
    "refused": (refused, Choices(draws=20, model_draws=1)),
    "clash": (clash, Choices(draws=20, model_draws=1, what_if={"opening": "open"})),
    "hostile": (hostile, Choices(draws=20, model_draws=1, seed=1)),
    "chosen": (
        None,
        Choices(
            no_deal="strikes",
            solution="egalitarian",
            draws=40,
            model_draws=1,
            what_if={"school": "reopened"},
        ),
    ),
}


@cache
def study_of(name: str) -> TalksStudy:
    """Return one of `CASES`, worked out once."""
    change, choices = CASES[name]
    with TemporaryDirectory() as folder:
        return run_talks(case_of(Path(folder), change), choices, baseline=economy())


def cells(table: str) -> list[list[str]]:
    """Return the rows of a table's body as a reader sees them."""
    body = table.split("<tbody>")[1]
    return [
        [html.unescape(re.sub(r"<[^>]+>", "", cell))
         for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)
    ]  # fmt: skip
