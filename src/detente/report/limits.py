"""Quotas, purchase commitments and unemployment: shown where a scenario has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.report import facts, words
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    from rich.console import Console

    from detente.results import Solution
    from detente.simulate import ScenarioResult

HEADS = ("before", "limit", "after", "price wedge, %")
NOTE = (
    "Trade in {unit}; quantities at the baseline's prices. The wedge is what licences add to the "
    "price that buyers pay, duty included, or (below zero) the share of it that the treasury pays; "
    "zero where the limit does not bind."
)


def limit_rows(result: ScenarioResult) -> list[tuple[str, str, list[float]]]:
    """Return (variant, measure and what it limits, figures) of every limit of every variant."""
    divisor = facts.money(result.calibration).divisor
    rows = []
    for name, solution in result.variants.items():
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
    from rich import box
    from rich.table import Table

    from detente.report.tables import letters

    heads, rows = letters(result), limit_rows(result)
    unit = facts.money(result.calibration).label
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
    for name, line in unemployment_lines(result).items():
        console.print(f"{heads[name]}  {line}")


def unemployment_lines(result: ScenarioResult) -> dict[str, str]:
    """Say by variant who has workers without work; nothing where wages are flexible."""
    names, lines = facts.country_names(result.calibration), {}
    for name, solution in result.variants.items():
        found = unemployment(solution)
        said = [f"{words.noun(names[code])} {words.amount(v)}%" for code, v in found.items()]
        if said:
            lines[name] = f"Unemployed at the floor of wages, of all workers: {', '.join(said)}."
    return lines


def limits(result: ScenarioResult) -> str:
    """Section of the report on quotas and purchase commitments, and on unemployment."""
    titles, rows = facts.variant_titles(result), limit_rows(result)
    unit = facts.money(result.calibration).label
    parts = []
    if rows:
        body = [
            (f"{titles[name]}: {label}", *(f"{v:,.2f}" for v in figures[:3]), figures[3])
            for name, label, figures in rows
        ]
        shown = table(["", *HEADS], body, caption=f"Trade under limits, {unit}", decimals=2)
        parts += [scroll(shown, "Trade under limits"), text("p", NOTE.format(unit=unit))]
    lines = [f"{titles[k]}. {line}" for k, line in unemployment_lines(result).items()]
    if lines:
        parts.append(tag("ul", *(text("li", line) for line in lines)))
    if not parts:
        return ""
    return tag("section", text("h2", "Quotas, purchases and idle workers"), *parts)
