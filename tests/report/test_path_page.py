"""The report of a path: its charts, its table, what it says."""

import datetime
import io
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
import vl_convert
from rich.console import Console

from detente.document.html import page as page_of
from detente.report.describe import describe
from detente.report.path import tables, wording
from detente.report.path.facts import facts_of_path

RAMP = [
    {"id": "us-list", "kind": "tariff", "by": "USA", "on": "CHN", "add": 0.25,
     "start": "2018-07-06", "phase_in": {"until": "2019-07-06"}},
    {"id": "cn-list", "kind": "tariff", "by": "CHN", "on": "USA", "add": 0.25,
     "start": "2018-09-24", "end": "2019-06-30",
     "phase_in": [{"date": "2018-09-24", "share": 0.4}, {"date": "2019-01-01", "share": 1}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def path(along_its_dates):
    return along_its_dates(measures=RAMP)


@pytest.fixture(scope="module")
def page(path):
    return page_of(describe(path))


def specs(page):
    return json.loads(re.search(r'id="charts">(.*?)</script>', page, re.DOTALL)[1])


def test_a_screen_has_the_dates_on_which_most_moves(path):
    found = facts_of_path(path)
    first, *_ = found.dates[found.end.last]
    incomes = [{"USA": -float(k > 17), "CHN": 0.0} for k in range(28)]
    many = tuple(
        replace(first, day=datetime.date(2018, 1, k + 1), income=incomes[k],
                held={f"m{k}-{n}": 1.0 for n in range(4)}, before=None)
        for k in range(28)
    )  # fmt: skip
    shown = tables.latest(replace(found, dates={**found.dates, found.end.last: many}))
    days = [row["date"].day for row in shown.rows]
    assert len(days) == 9
    assert {1, 19, 28} <= set(days)
    assert days == sorted(days)
    assert shown.rows[0]["changes"] == "m0-0 and 3 more"
    assert shown.note == "9 of 28 dates, those on which it moves most"


def test_a_path_fits_a_screen(path):
    console = Console(file=io.StringIO(), width=100)
    describe(path).to_terminal(console, full=False)
    assert len(console.file.getvalue().splitlines()) + 3 <= 40


def test_three_charts_over_the_dates_of_each_variant(path, page):
    charts = specs(page)
    assert list(charts) == ["path-income", "path-value", "path-tariff"]
    for key, spec in charts.items():
        assert vl_convert.vegalite_to_vega(spec)["marks"], key
        rows = spec["data"]["values"]
        assert {row["variant"] for row in rows} == set(path.points)
        # the last step goes on after the last date of all, so that it is seen
        beyond = {row["date"] for row in rows if row.get("beyond")}
        assert len(beyond) == 1
        assert min(beyond) > max(str(day) for days in path.points.values() for day in days)
        rows = [row for row in rows if not row.get("beyond")]
        shown = [row for row in rows if row["variant"] == "retaliation"]
        assert [row["date"] for row in shown] == [str(day) for day in path.points["retaliation"]]
        assert spec["transform"][0] == {"filter": 'datum["variant"] === variant'}


def test_the_figures_are_those_of_the_solutions(path):
    for row in facts_of_path(path).dates["retaliation"]:
        at = ("retaliation", pd.Timestamp(row.day))
        for code in ("USA", "CHN"):
            assert row.income[code] == path.welfare.loc[at][code]
        goods = path.bilateral.loc[(*at, "CHN", "USA")]
        after = goods["goods_musd"] + goods["goods_change_musd"]
        assert row.value["USA"] == pytest.approx(after)
        assert row.pct["USA"] == pytest.approx(goods["goods_pct"], abs=1e-9)
        tariff = path.tariffs.loc[(*at, "CHN", "USA"), "tariff_cf"]
        assert row.tariff["USA"] == pytest.approx(100 * tariff)


def test_what_changes_is_said(path):
    said = {
        row.day.isoformat(): wording.changes(row)
        for row in facts_of_path(path).dates["retaliation"]
    }
    assert said["2018-07-06"] == "–"  # the straight line starts from nothing
    assert said["2018-09-24"] == "us-list at 21.9%, cn-list at 40%"
    assert said["2019-01-01"] == "us-list at 49%, cn-list"
    assert said["2019-07-01"] == "us-list at 98.6%, cn-list ends"
    assert said["2019-07-06"] == "us-list"


def test_the_page_says_what_a_date_is_and_how_measures_come(page):
    # in the answer and among the assumptions
    assert page.count(wording.HONEST) == 2
    assert "rising in a straight line until 2019-07-06" in page
    assert "in steps: 40% on 2018-09-24, 100% on 2019-01-01" in page
    assert "6 July 2018" in page


def test_pieces_of_longer_paths_are_found(along_its_dates):
    waves = [
        {"id": f"wave-{n}", "kind": "tariff", "by": "USA", "on": "CHN", "add": 0.05,
         "start": f"2018-0{n}-01"} for n in (1, 2, 3)
    ]  # fmt: skip
    variants = [
        {"id": f"v{n}", "title": f"v{n}", "measures": [f"wave-{k}" for k in range(1, n + 1)]}
        for n in (1, 2, 3)
    ]
    apart = {"id": "apart", "title": "apart", "measures": ["wave-2"]}
    result = along_its_dates(measures=waves, variants=[*variants, apart])
    assert facts_of_path(result).pieces == {"v1": "v3", "v2": "v3"}
    assert len({id(s) for p in result.points.values() for s in p.values()}) == 5


def test_long_days():
    assert wording.long_day(datetime.date(2018, 7, 6)) == "6 July 2018"
