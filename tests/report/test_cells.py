"""One number has one value: terminal against page, both against the result, cell by cell."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console
from talks_cases import cells, study_of

from detente.report.tables import print_summary
from detente.report.talks import facts as talks_facts
from detente.report.talks import tables as talks_tables
from detente.report.talks.terminal import print_talks
from detente.talks.study import Choices, run_talks
from talks_case import case_of, economy

MINUS = "−"


def printed(show, thing) -> str:
    console = Console(file=io.StringIO(), width=220, force_terminal=False)
    show(thing, console)
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
    text = printed(print_talks, billions)
    assert "values in USD bn a year" in text
    page = talks_tables.no_deals(billions)
    assert "bn USD a year" in page
    told = rows_of(text, "Without a deal")
    on_page = {row[0].split(" the prediction")[0]: row[2:] for row in cells(page)}
    some = 0.0
    for name, point in billions.no_deals.items():
        if (point.title or name) not in told:
            continue  # the same point under another name
        expected = [shown(float(value) / 1000) for value in point.values]
        assert told[point.title or name][1:3] == expected
        assert on_page[point.title or name] == expected
        some = max(some, *(abs(float(value)) for value in point.values))
    assert some > 1000
    assert len(told) == len(on_page) >= 3


def test_amounts_below_a_billion_are_millions(billions):
    small = replace(
        billions,
        packages=replace(billions.packages, utility=billions.packages.utility / 1e4),
        no_deals={k: replace(p, values=p.values / 1e4) for k, p in billions.no_deals.items()},
    )
    text = printed(print_talks, small)
    assert "values in USD mn a year" in text
    told = rows_of(text, "Without a deal")
    war = small.no_deals["war"]
    assert told["War"][1:3] == [shown(float(value)) for value in war.values]


@pytest.mark.parametrize("name", ["plain", "three", "chosen", "apart"])
def test_predictions_at_the_terminal_are_those_of_the_page(name):
    study = study_of(name)
    told = rows_of(printed(print_talks, study), "Predictions, gain over no deal")
    over = study.no_deals[study.headline].title
    page = [row for row in cells(talks_tables.solutions(study)) if row[0] == over]
    parties = len(study.case.parties)
    assert set(told) == {"Nash", "Kalai-Smorodinsky", "egalitarian", "utilitarian"}
    for solution, row in told.items():
        (on_page,) = [p for p in page if solution.lower() in p[1].lower().split(", ")]
        found = study.outlook.agreements[solution.lower()]
        if found is None:
            assert row[:parties] == on_page[3:] == ["–"] * parties
            continue
        gain = study.packages.utility[found.package] - study.no_deals[study.headline].values
        assert row[:parties] == [shown(float(value)) for value in gain]
        for there, value in zip(on_page[3:], gain, strict=True):
            digits = len(there.partition(".")[2])
            read = float(there.replace(MINUS, "-").replace(",", ""))
            assert digits >= 2
            assert read == pytest.approx(value, abs=0.5 * 10**-digits + 1e-12)


def test_tariff_revenue_is_what_the_new_rates_bring(result):
    lines = printed(print_summary, result).splitlines()
    for code in ("USA", "CHN"):
        line = next(line for line in lines if line.strip().startswith(f"{code} tariff revenue"))
        c = result.calibration
        n = c.country_codes.index(code)
        due = [float((c.tariff[:, n] * c.flows[:, n]).sum())]
        for solution in result.variants.values():
            e = solution.equilibrium
            due.append(float((e.policy.tariff_cf[:, n] * e.outcome.flows_cf[:, n]).sum()))
        assert line.split()[3:] == [f"{value / 1000:,.1f}" for value in due]
        assert due[0] != pytest.approx(due[-1], rel=0.01)
    # the detail of the last variant has the change, in the same unit
    change = (due[-1] - due[0]) / 1000
    table = rows_of(printed(print_summary, result), "in detail, %")
    assert table["China"][-1] == f"{change:+,.1f}".replace("-", MINUS)


def test_sectors_that_move_most_are_shown_with_what_moves(result):
    console = Console(file=io.StringIO(), width=100, force_terminal=False)
    print_summary(result, console)
    text = console.file.getvalue()
    last = list(result.variants.values())[-1]
    for code, name in (("USA", "United States"), ("CHN", "China")):
        frame = last.sectors.loc[code]
        most = frame.loc[frame["output_volume_pct"].abs().sort_values(ascending=False).index][:7]
        expected = [
            [f"{row[key]:+.2f}" for key in ("output_volume_pct", "employment_pct",
                                            "producer_price_pct")]
            + [f"{row['output_change_musd'] / 1000:+,.1f}"]
            for _, row in most.iterrows()
        ]  # fmt: skip
        rows = rows_of(text, f"{name}, variant C: sectors that move most, %")
        found = [[cell.replace(MINUS, "-") for cell in row] for row in rows.values()]
        assert [[float(x.replace(",", "")) for x in row] for row in found] == [
            [float(x.replace(",", "")) for x in row] for row in expected
        ]


def test_nine_in_ten_draws_lie_between_a_twentieth_and_the_rest(billions):
    drawn = 1000.0 * np.arange(41)
    assert talks_facts.ninety(billions, drawn) == "90% of draws: +2.00 to +38.0"
    assert talks_facts.ninety(billions, drawn[:19]) == ""  # too few to say so
