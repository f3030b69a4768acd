"""Sections on firms and limits, from facts that are written down."""

import io
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from detente.document.blocks import Document, Mark
from detente.document.html import section as markup
from detente.document.numbers import money_unit
from detente.report import facts
from detente.report.run import firms, limits
from detente.report.run.limits import Limit, LimitFacts
from economies import random_economy
from same_cells import on_page, same_cells

USD = money_unit("million USD", "")
UNDER = {"deal": Mark("A deal & more", short="A"), "war": Mark("War", short="B")}
LIMITS = LimitFacts(
    USD,
    (
        Limit(UNDER["deal"], "buys", False, "value", 29_634.0, 38_524.0, 38_524.0, -7.041),
        Limit(UNDER["war"], "quota", True, "quantity", 11_650.0, 9_320.0, 8_000.0, 0.0),
    ),
    ((UNDER["war"], {"United States": 1.25, "China": 0.4}),),
)
FIRM = firms.FirmFacts(
    "zte",
    "ZTE",
    "CHN",
    money={"sales": {facts.BEFORE: 15_201.0, "deal": 15_300.0, "war": 6_010.0}},
    income={"China, real income": {"deal": 120.0, "war": -2_431.0}},
    pct={"output": {"deal": 0.001, "war": -60.456}},
)


def document(*sections) -> Document:
    return Document("run", "Made up", sections)


def printed(section) -> str:
    console = Console(file=io.StringIO(), width=110, color_system=None)
    section.to_terminal(console, full=False)
    return console.file.getvalue()


def test_limits_by_variant():
    shown = document(limits.section(LIMITS))
    assert same_cells(shown) == 8
    page = on_page(shown)
    assert page.captions["trade-under-limits"] == "Quotas and purchase commitments, USD bn"
    assert page.tables["trade-under-limits"] == [
        ["", "before", "limit", "after", "price wedge, %"],
        ["A deal & more: buys (at least, value)", "29.6", "38.5", "38.5", "−7.04"],
        ["War: quota (at most, quantity)", "11.7", "9.32", "8.00", "0"],
    ]
    text = printed(limits.section(LIMITS))
    assert "A  buys (at least, value)" in text
    assert "B  Unemployed at the floor of wages, of all workers: the United States 1.25%" in text
    assert "Rents handed" not in text
    assert "Rents handed to exporters" in markup(limits.section(LIMITS), {})


def test_a_firm_by_variant():
    section = firms.section((FIRM,), USD, {"CHN": "China"}, UNDER, ("Figures are of 2017.",))
    shown = document(section)
    assert same_cells(shown) == 7
    assert on_page(shown).tables["firm-zte"][1:] == [
        ["sales, USD bn", "15.2", "15.3", "6.01"],
        ["China, real income, USD bn", "", "+0.12", "−2.43"],
        ["output, %", "", "+0.001", "−60.5"],
    ]
    frame = shown.tables()["firm-zte"].to_frame()
    assert frame["under_war"].tolist() == [6_010.0, -2_431.0, -60.456]
    assert frame["unit"].tolist() == ["million USD", "million USD", "%"]
    text = printed(section)
    assert "ZTE (China): a year's sales and purchases at fob, and changes" in text
    assert "Figures are of 2017." in markup(section, {})


def test_facts_are_those_of_the_solutions():
    world = random_economy(1, countries=2, sectors=2)
    names = facts.country_names(world)
    one, other = world.country_codes
    row = {"kind": "floor", "of": "value", "before_musd": 1.0, "bound_musd": 2.0,
           "after_musd": 3.0, "wedge_pct": -7.0}  # fmt: skip
    idle = pd.DataFrame({"unemployment_pct": [2.5, 1e-9]}, index=[one, other])
    solution = SimpleNamespace(limits=pd.DataFrame([row], index=["buys"]), countries=idle)
    found = limits.facts_of({"deal": solution}, world, UNDER)
    assert found.limits == (Limit(UNDER["deal"], "buys", False, "value", 1.0, 2.0, 3.0, -7.0),)
    assert found.idle == ((UNDER["deal"], {names[one]: 2.5}),)
    assert found.unit == money_unit(world.card.unit)
    shown = limits.section(found)
    assert shown.blocks[-1].text.endswith(f"of all workers: {names[one]} 2.50%.")


@pytest.mark.parametrize(
    "section",
    [limits.section(LimitFacts(USD, (), ())), firms.section((), USD, {}, UNDER)],
    ids=["limits", "firms"],
)
def test_nothing_where_there_is_none(section):
    assert section.blocks == ()
    assert markup(section, {}) == ""
