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
from same_cells import on_page, same_cells

USD = money_unit("million USD", "")
UNDER = {"deal": Mark("A deal & more", short="A"), "war": Mark("War", short="B")}
LIMITS = {
    "deal": {"buys": {"kind": "floor", "of": "value", "before_musd": 29_634.0,
                      "bound_musd": 38_524.0, "after_musd": 38_524.0, "wedge_pct": -7.041}},
    "war": {"quota": {"kind": "ceiling", "of": "quantity", "before_musd": 11_650.0,
                      "bound_musd": 9_320.0, "after_musd": 8_000.0, "wedge_pct": 0.0}},
}  # fmt: skip
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
    section.blocks[0].to_terminal(console, full=False)
    return console.file.getvalue()


def of_limits():
    solutions = {
        name: (UNDER[name], SimpleNamespace(limits=pd.DataFrame(rows).T))
        for name, rows in LIMITS.items()
    }
    return limits.section(solutions, "million USD")


def test_limits_by_variant():
    shown = document(of_limits())
    assert same_cells(shown) == 8
    page = on_page(shown)
    assert page.captions["trade-under-limits"] == ("Quotas and purchase commitments, USD bn a year")
    assert page.tables["trade-under-limits"] == [
        ["", "before", "limit", "after", "price wedge, %"],
        ["A deal & more: buys (at least, value)", "29.6", "38.5", "38.5", "−7.04"],
        ["War: quota (at most, quantity)", "11.7", "9.32", "8.00", "0"],
    ]
    text = printed(of_limits())
    assert "A  buys (at least, value)" in text
    assert "Rents handed" not in text
    assert "Rents handed to exporters" in markup(of_limits(), {})


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


@pytest.mark.parametrize(
    "section",
    [limits.section({}, "million USD"), firms.section((), USD, {}, UNDER)],
    ids=["limits", "firms"],
)
def test_nothing_where_there_is_none(section):
    assert section.blocks == ()
    assert markup(section, {}) == ""
