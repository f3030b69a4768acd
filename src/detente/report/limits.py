"""Quotas, purchase commitments and unemployment: shown where a scenario has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.report import facts, words
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    from rich.console import Console

    from detente.baseline.calibration import Calibration
    from detente.paths import PathResult
    from detente.results import Solution
    from detente.simulate import ScenarioResult

HEADS = ("before", "limit", "after", "price wedge, %")
NOTE = (
    "Trade in {unit}; quantities at the baseline's prices. The wedge is what licences add to the "
    "price that buyers pay, duty included, or (below zero) the share of it that the treasury pays; "
    "zero where the limit does not bind. Rents handed to exporters are no part of values at "
    "fob: an overall balance then differs by them from what is assumed of it."
)


def limit_rows(
    solutions: Mapping[str, Solution], divisor: float
) -> list[tuple[str, str, list[float]]]:
    """Return (name, measure and what it limits, figures) of every limit of some solutions."""
    rows = []
    for name, solution in solutions.items():
        for measure, row in solution.limits.to_dict("index").items():
            word = "at most" if row["kind"] == "ceiling" else "at least"
            figures = [row[f"{key}_musd"] / divisor for key in ("before", "bound", "after")]
            label = f"{measure} ({word}, {row['of']})"
            rows.append((name, label, [*figures, row["wedge_pct"]]))
    return rows


def unemployment(solution: Solution) -> dict[str, float]:
    """Return the share of workers without work by economy, per cent, where there are any."""
    values = solution.countries["unemployment_pct"].to_dict()
    return {str(code): value for code, value in values.items() if value > 5e-4}


def print_limits(result: ScenarioResult, console: Console) -> None:
    """Print the limits of all variants, and unemployment, if there are any."""
    from detente.report.tables import letters

    unit = facts.money(result.calibration)
    _print(console, result.variants, letters(result), unit, facts.country_names(result.calibration))


def print_path_limits(
    result: PathResult, solutions: Mapping[str, Solution], console: Console
) -> None:
    """Print the same along a path, by date; ``solutions`` are named by their dates."""
    names = facts.country_names(result.calibration)
    _print(console, solutions, {k: k for k in solutions}, facts.money(result.calibration), names)


def _print(
    console: Console,
    solutions: Mapping[str, Solution],
    heads: Mapping[str, str],
    money: facts.Money,
    names: Mapping[str, str],
) -> None:
    from rich import box
    from rich.table import Table

    rows, unit = limit_rows(solutions, money.divisor), money.label
    if rows:
        title = f"Quotas and purchase commitments, {unit}"
        shown = Table("", *HEADS, box=box.SIMPLE_HEAD, pad_edge=False, title=title)
        shown.title_justify, shown.header_style = "left", "dim"
        for column in shown.columns[1:]:
            column.justify = "right"
        for variant, label, (before, bound, after, wedge) in rows:
            figures = (*(f"{v:,.2f}" for v in (before, bound, after)), words.signed(wedge, 2))
            shown.add_row(f"{heads[variant]}  {label}", *figures)
        console.print()
        console.print(shown)
    for name, line in unemployment_lines(solutions, names).items():
        console.print(f"{heads[name]}  {line}")


def unemployment_lines(
    solutions: Mapping[str, Solution], names: Mapping[str, str]
) -> dict[str, str]:
    """Say by solution who has workers without work; nothing where wages are flexible."""
    lines = {}
    for name, solution in solutions.items():
        found = unemployment(solution)
        said = [f"{words.noun(names[code])} {words.amount(v)}%" for code, v in found.items()]
        if said:
            lines[name] = f"Unemployed at the floor of wages, of all workers: {', '.join(said)}."
    return lines


def limits(result: ScenarioResult) -> str:
    """Section of the report on quotas and purchase commitments, and on unemployment."""
    titles = facts.variant_titles(result)
    return _section({titles[k]: s for k, s in result.variants.items()}, result.calibration)


def path_limits(result: PathResult) -> str:
    """Show the same along a path: every variant and date with a limit or idle workers."""
    titles = facts.variant_titles(result.end())
    named = {
        f"{titles[name]}, {day}": solution
        for name, points in result.points.items()
        for day, solution in points.items()
    }
    return _section(named, result.calibration)


def _section(solutions: Mapping[str, Solution], calibration: Calibration) -> str:
    money = facts.money(calibration)
    rows, unit = limit_rows(solutions, money.divisor), money.label
    parts = []
    if rows:
        body = [
            (f"{name}: {label}", *(f"{v:,.2f}" for v in figures[:3]), figures[3])
            for name, label, figures in rows
        ]
        shown = table(["", *HEADS], body, caption=f"Trade under limits, {unit}", decimals=2)
        note = text("p", NOTE.format(unit=unit), class_="note")
        parts += [scroll(shown, "Trade under limits", "scroll plain"), note]
    said = unemployment_lines(solutions, facts.country_names(calibration))
    lines = [f"{name}. {line}" for name, line in said.items()]
    if lines:
        parts.append(tag("ul", *(text("li", line) for line in lines)))
    if not parts:
        return ""
    return tag("section", text("h2", "Quotas, purchases and idle workers"), *parts)
