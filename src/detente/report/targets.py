"""How a target was reached, as a table for the terminal and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detente.report import facts, words

if TYPE_CHECKING:
    from rich.console import Console

    from detente.targets.reach import TargetResult


def print_targets(results: dict[str, TargetResult], console: Console) -> None:
    """Print the ways to a target side by side, and what the numbers rest on."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    first = next(iter(results.values()))
    c = first.solution.equilibrium.calibration
    unit = facts.money(c)
    of, partner = _pair(first)
    names = facts.country_names(c)
    console.print(Text(f"Goods deficit of {names[of]} with {names[partner]}", style="bold"))
    console.print(
        f"Baseline {c.name}: {words.money(first.before, unit)} of {c.card.year}, fob; "
        f"target {words.money(first.target, unit, sign=first.target < 0)}, a cut of "
        f"{100 * (1 - first.target / first.before):.1f}%\n"
    )
    heads = ("", "rates, %", "deficit", f"{of} income, %", f"{partner} income, %",
             f"{of} buys elsewhere", f"{of} overall balance")  # fmt: skip
    table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    for way, result in results.items():
        row = _figures(result)
        table.add_row(
            way,
            _rates(result),
            f"{row['deficit'] / unit.divisor:,.1f}",
            words.signed(row["real_income_pct"][of], 3),
            words.signed(row["real_income_pct"][partner], 3),
            words.signed(row["elsewhere"] / unit.divisor, 1),
            words.signed(row["overall"] / unit.divisor, 1),
        )
    console.print(table)
    for way, result in results.items():
        if result.status != "reached":
            console.print(f"{way}: {result.status}")
    console.print(
        f"\nIn {unit.label}. Many rates are those of least cost to the economies that set them. "
        "Elsewhere: change of goods purchases from other economies. Overall balances are an input "
        "of the model: what leaves one bilateral balance comes back in others. Changes are from "
        "the baseline, those of a variant and of removed deficits included.",
        style="dim",
    )


def plain(results: dict[str, TargetResult]) -> dict[str, Any]:
    """Return the ways to a target as plain data for JSON."""
    found = {}
    for way, result in results.items():
        found[way] = {
            "status": str(result.status),
            "before": result.before,
            "target": result.target,
            **_figures(result),
            "rates": result.rates.to_dict("records"),
            "frontier": [
                {key: value if math.isfinite(value) else None for key, value in row.items()}
                for row in result.frontier.to_dict("records")
            ],
        }
    return found


def _pair(result: TargetResult) -> tuple[str, str]:
    return result.goal.of, result.goal.partner


def _figures(result: TargetResult) -> dict[str, Any]:
    of, partner = _pair(result)
    rows = facts.countries(result.solution)
    elsewhere = facts.partners(result.solution, of, partner)
    return {
        "deficit": result.after,
        "real_income_pct": {code: row["real_income_pct"] for code, row in rows.items()},
        "elsewhere": sum(row["change_musd"] for k, row in elsewhere.items() if k != "domestic"),
        "overall": rows[of]["balance_change_musd"],
    }


def _rates(result: TargetResult) -> str:
    """Say the rates: one number a lever, or the range."""
    found: dict[str, list[float]] = {}
    for row in result.rates.to_dict("records"):
        found.setdefault(str(row["kind"]), []).append(float(row["rate_pct"]))
    parts = []
    for kind, rates in found.items():
        low, high = min(rates), max(rates)
        text = f"{low:.1f}" if len(rates) == 1 else f"{low:.1f} to {high:.1f}"
        parts.append(f"{kind} {text}" if len(found) > 1 else text)
    return ", ".join(parts)
