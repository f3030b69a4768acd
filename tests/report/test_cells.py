"""One number has one value: terminal against page, both against the result, cell by cell."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from talks_cases import study_of

from detente.document.terminal import show
from detente.report.describe import describe
from detente.report.talks import facts, phrases
from detente.talks.choices import Choices
from detente.talks.study import run_talks
from same_cells import on_page as page_cells
from same_cells import same_cells
from talks_case import case_of, economy

MINUS = "−"


def printed(print_, thing) -> str:
    console = Console(file=io.StringIO(), width=220, force_terminal=False)
    print_(thing, console)
    return console.file.getvalue()


def rows_of(text: str, title: str) -> dict[str, list[str]]:
    """Return the rows of a table at the terminal by their first cell."""
    lines = text.split(title, 1)[1].splitlines()[1:]
    rules = [k for k, line in enumerate(lines) if line.strip() and not line.strip("─ \t")]
    found = {}
    for line in lines[rules[0] + 1 :]:
        if not line.strip():
            break
        first, *rest = re.split(r"\s{2,}", line.strip())
        found[first.removeprefix("→ ")] = rest
    return found


def shown(value: float) -> str:
    """Write a number with its sign and two decimals, nothing for what rounds to zero."""
    text = f"{value:+,.2f}".replace("-", MINUS)
    return text if text.strip(f"+{MINUS}0.,") else text.lstrip(f"+{MINUS}")


@pytest.fixture(scope="module")
def billions(tmp_path_factory):
    """Talks on an economy whose incomes are hundreds of billions."""
    plain = economy()
    large = plain.replace(flows=plain.flows * 1e5, final_demand=plain.final_demand * 1e5)
    folder = tmp_path_factory.mktemp("billions")
    return run_talks(case_of(folder), Choices(draws=0), baseline=large)


def test_amounts_of_an_economy_in_billions_are_billions(billions):
    document = describe(billions)
    text = printed(show, document)
    assert "worth as much to a side, USD bn a year" in " ".join(text.split())
    told = rows_of(text, "Without a deal, change from the baseline year, USD bn a year")
    page = page_cells(document)
    assert (
        page.captions["no-deal"] == "Without a deal, change from the baseline year, USD bn a year"
    )
    shown_there = {row[0].removeprefix("→ "): row[2:4] for row in page.tables["no-deal"]}
    points = [p for p in billions.no_deals.values() if p.title in told]
    for point in points:
        expected = [shown(float(value) / 1000) for value in point.values]
        assert told[point.title][1:3] == expected
        assert shown_there[point.title] == expected
    assert max(abs(float(value)) for point in points for value in point.values) > 1000
    assert len(points) >= 3


def test_amounts_below_a_billion_are_millions(billions):
    small = replace(
        billions,
        packages=replace(billions.packages, utility=billions.packages.utility / 1e4),
        no_deals={k: replace(p, values=p.values / 1e4) for k, p in billions.no_deals.items()},
    )
    text = printed(show, describe(small))
    assert "worth as much to a side, USD mn a year" in " ".join(text.split())
    told = rows_of(text, "Without a deal, change from the baseline year, USD mn a year")
    for value, cell in zip(small.no_deals["war"].values, told["War"][1:3], strict=True):
        digits = len(cell.partition(".")[2])
        assert digits >= 1
        read = float(cell.replace(MINUS, "-").replace(",", ""))
        assert read == pytest.approx(value, abs=0.5 * 10**-digits + 1e-12)


@pytest.mark.parametrize("name", ["plain", "three", "chosen", "apart"])
def test_predictions_are_gains_over_no_deal(name):
    study = study_of(name)
    over = study.no_deals[study.headline].title
    page = [row for row in page_cells(describe(study)).tables["solutions"] if row[0] == over]
    for solution, found in study.outlook.agreements.items():
        (row,) = [p for p in page if solution in p[1].lower().split(", ")]
        if found is None:
            assert row[2:] == ["no package", *["–"] * len(study.case.parties)]
            continue
        gain = study.packages.utility[found.package] - study.no_deals[study.headline].values
        for cell, value in zip(row[3:], gain, strict=True):
            digits = len(cell.partition(".")[2])
            read = float(cell.replace(MINUS, "-").replace(",", ""))
            assert digits >= 2
            assert read == pytest.approx(value, abs=0.5 * 10**-digits + 1e-12)


def test_tariff_revenue_is_what_the_new_rates_bring(result):
    for code in ("USA", "CHN"):
        shown = [row[f"revenue_{code}"] for row in describe(result).tables()["trade"].rows]
        c = result.calibration
        n = c.country_codes.index(code)
        due = [float((c.tariff[:, n] * c.flows[:, n]).sum())]
        for solution in result.variants.values():
            e = solution.equilibrium
            due.append(float((e.policy.tariff_cf[:, n] * e.outcome.flows_cf[:, n]).sum()))
        assert shown == pytest.approx(due)
        assert due[0] != pytest.approx(due[-1], rel=0.01)
        assert [f"{value / 1000:,.0f}" for value in due] == on_page(result, f"revenue_{code}")
    # the detail of the last variant has the change, in the same unit
    change = (due[-1] - due[0]) / 1000
    table = rows_of(printed(show_run, result), "+ China retaliates, in detail")
    assert float(table["China"][-1].replace(MINUS, "-")) == pytest.approx(change, abs=0.051)


def show_run(result, console):
    describe(result).to_terminal(console)


def on_page(result, column):
    """Return the cells of a column of trade between the two as the page shows them."""
    document = describe(result)
    place = [c.key for c in document.tables()["trade"].shown].index(column)
    return [row[place] for row in page_cells(document).tables["trade"][1:]]


def test_sectors_that_move_most_are_shown_with_what_moves(result):
    text = printed(show_run, result)
    last = list(result.variants.values())[-1]
    for code, name in (("USA", "United States"), ("CHN", "China")):
        frame = last.sectors.loc[code]
        kept = frame[frame["output_musd"] >= 5e-4 * frame["output_musd"].sum()]
        order = kept["output_volume_pct"].abs().sort_values(ascending=False).index
        most = frame.loc[[*order, *frame.index.difference(order, sort=False)]]
        rows = rows_of(text, f"{name}, + China retaliates: sectors, those that move most first, %")
        found = [[float(x.replace(MINUS, "-").replace(",", "")) for x in row]
                 for row in rows.values()]  # fmt: skip
        assert len(found) == len(most) == 8
        for shown, (_, row) in zip(found, most.iterrows(), strict=True):
            keys = ("output_volume_pct", "employment_pct", "producer_price_pct")
            assert shown[:3] == pytest.approx([row[key] for key in keys], abs=0.00501)
            assert shown[3] == pytest.approx(row["output_change_musd"] / 1000, rel=0.051)


def test_terminal_page_and_data_of_runs_have_the_same_cells(result, along_its_dates):
    assert same_cells(describe(result)) > 700
    assert same_cells(describe(along_its_dates())) > 30


def test_nine_in_ten_draws_lie_between_a_twentieth_and_the_rest():
    drawn = 1000.0 * np.arange(41)
    assert facts.band(drawn, 0.5) == (2000.0, 38000.0)
    assert facts.band(drawn[:19], 0.5) is None  # too few to say so
    assert facts.band(np.full(41, 7.0), 0.5) is None  # nothing in it is drawn
    names = facts.naming(study_of("plain"))
    assert phrases.ninety(names, (2.0, 38.0)) == " (between $2m and $38m in nine of ten runs)"
    assert phrases.ninety(names, (-2.0, 38.0), "") == " (between a loss of $2m and a gain of $38m)"
