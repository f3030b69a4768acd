"""A firm cut off, or several at once, as tables for the terminal and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.plain import records
from detente.document.plain import value as number
from detente.report import facts, leverage, words
from detente.report.sanction_parts import grid, whole
from detente.report.sanction_tables import lines, of_all, tables
from detente.report.sanction_words import (
    bans,
    bracket_note,
    headline,
    joint_note,
    many,
    pairs,
    threat,
    title,
    together,
    whose,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from rich.console import Console

    from detente.sanction.study import SanctionResult


CHOICES = ("days", "draws", "relief", "ban_share", "seed", "world_draws")
BANDS = (
    "Central figures of the card unless said otherwise; bands are draws from its ranges, which "
    "hold what is unknown of the firm, not of the model."
)


def plain(result: SanctionResult) -> dict[str, Any]:
    """Return the result of one firm as plain data for JSON; beside others, only its own."""
    c, choices = result.carved.calibration, result.choices
    found = {name: records(table) for name, table in tables(result).items() if name != "draws"}
    threatened = leverage.plain(result.leverage)
    for name in leverage.tables(result.leverage):
        if name in found:
            threatened[name] = found.pop(name)
        else:
            del threatened[name]
    return {
        "firm": {"code": result.card.code, "name": result.card.name, "year": result.card.year},
        "baseline": {"name": c.name, "unit": c.card.unit, "year": c.card.year, "hash": c.hash},
        "economies": {"target": result.economies[0], "sanctioner": result.economies[1]},
        "beside": list(result.beside),
        "choices": {key: getattr(choices, key) for key in CHOICES},
        **({} if result.beside else {"joint": _joint(result)}),
        "summary": headline(result),
        "draws": {
            column: {
                f"p{100 * q:g}": number(result.draws[column].quantile(q))
                for q in (0.05, 0.25, 0.5, 0.75, 0.95)
            }
            for column in result.draws
        },
        "shutdown_share": float(result.draws["shutdown_day"].notna().to_numpy().mean()),
        **found,
        "leverage": threatened,
    }


def plain_together(results: Sequence[SanctionResult]) -> dict[str, Any]:
    """Return several firms cut off at once as plain data: each one's own, and what is of all."""
    of_economies = {name: records(table) for name, table in of_all(results).items()}
    joint = {"+".join(one.economies): _joint(one) for one in pairs(results)}
    summary = together(results)
    return {
        "firms": [plain(result) for result in results],
        "together": {"bans": bans(results), "joint": joint, "summary": summary, **of_economies},
    }


def _joint(result: SanctionResult) -> dict[str, dict[str, float]]:
    return {
        str(side): {name: float(value) for name, value in row.items()}
        for side, row in result.costs.joint.to_dict("index").items()
    }


def print_sanction(result: SanctionResult, console: Console) -> None:
    """Print the main tables of one firm; where others are cut off too, only what is its own."""
    c = result.carved.calibration
    _print_head(result, title(result), console, f"; figures of {result.card.year}")
    for sentence in headline(result):
        console.print(sentence)
    console.print()
    if result.beside:
        console.print(whose(result) + "\n", style="dim")
    _print_path(result, console)
    if result.beside:
        _print_customers(result, console)
    else:
        _print_countries([result], console)
    _print_horizons(result, console)
    if not result.beside:
        _print_costs([result], console)
    leverage.print_power(
        result.leverage, c, threat(result), console, others=not result.beside, own=True
    )  # fmt: skip
    if not result.beside:
        leverage.print_chokepoints(result.leverage, c, console)
    leverage.print_wear(result.leverage, c, console)
    note = BANDS if result.beside else f"{BANDS} {joint_note([result])}"
    console.print(note, style="dim")


def print_together(results: Sequence[SanctionResult], console: Console) -> None:
    """Print what is of several bans together: the world, economies, remedies."""
    first, what = results[0], bans(results)
    names = words.listed([result.card.name for result in results])
    _print_head(first, f"{names}: {what}", console)
    console.print(f"Every figure from here on is of {what}, and not of one firm.")
    for sentence in together(results):
        console.print(sentence)
    console.print()
    _print_countries(results, console)
    _print_incomes(results, console)
    _print_costs(results, console)
    for one in pairs(results):
        leverage.print_power(one.leverage, first.carved.calibration, "", console, own=False)
        leverage.print_chokepoints(one.leverage, first.carved.calibration, console)
    console.print(joint_note(results), style="dim")


def _print_head(result: SanctionResult, heading: str, console: Console, more: str = "") -> None:
    from rich.text import Text

    c = result.carved.calibration
    console.print(Text(heading, style="bold"))
    console.print(f"Baseline {c.name}, {c.card.unit}{more}\n")


def _print_path(result: SanctionResult, console: Console) -> None:
    drawn = ("5% of draws", "median", "95%") if many(result) else ()
    heads = ("day", "output, %", *drawn, *lines(result))
    table = grid(f"Output of {result.card.name}, % of normal", heads)
    last = result.choices.days
    shown = sorted(
        {d for d in (1, 7, 14, 21, 24, 30, 45, 60, 90, 120, 150, 180, last) if d <= last}
    )
    for day in shown:
        low, _, middle, _, high = result.quantiles[:, day - 1]
        bands = (low, middle, high) if drawn else ()
        values = (result.path.output[day - 1], *bands, *result.path.by_line[day - 1])
        table.add_row(str(day), *(f"{100 * v:.0f}" for v in values))
    console.print(table)


def _print_customers(result: SanctionResult, console: Console) -> None:
    names, c = facts.country_names(result.carved.calibration), result.carved.calibration
    heads = ("economy", "sales a year", "missed deliveries", "banned sales")
    days = result.choices.days
    table = grid(f"Trade of {result.card.name} over {days} days, {c.card.unit}", heads)
    rows = result.customers.join(result.suppliers["banned"])
    order = np.argsort(-(rows["missed"] + rows["banned"]).to_numpy())[:10]
    for code, row in rows.iloc[order].to_dict("index").items():
        cells = (whole(row[k]) for k in ("sales", "missed", "banned"))
        table.add_row(names[str(code)], *cells)
    console.print(table)


def _print_countries(results: Sequence[SanctionResult], console: Console) -> None:
    """Print the world over the path; of one firm alone with its customers and suppliers."""
    result, alone = results[0], len(results) == 1
    c = result.carved.calibration
    names = facts.country_names(c)
    own = ("missed deliveries", "banned sales") if alone else ()
    heads = ("economy", *own, "lost value added", "best: unserved", "worst: unserved")
    of = "" if alone else f", {bans(results)}"
    table = grid(
        f"The world over {result.choices.days} days{of}, {c.card.unit}; lost below zero: a gain",
        heads,
    )
    worth = result.world.value_added.sum(axis=0)
    for k in np.argsort(-np.abs(worth))[:10]:
        code = c.country_codes[k]
        first = (result.customers.loc[code, "missed"], result.suppliers.loc[code, "banned"])
        row = (*(first if alone else ()), worth[k], *result.bracket.table.loc[code])
        table.add_row(names[code], *(whole(value) for value in row))
    console.print(table)
    console.print(bracket_note(results) + "\n", style="dim")


def _print_horizons(result: SanctionResult, console: Console) -> None:
    target, by = result.economies
    unit, beside = result.carved.calibration.card.unit, bool(result.beside)
    heads = ("horizon", "firm's output, %", "its cost, %", "its banned inputs, %")
    heads += () if beside else (f"{target} income", f"{by} income")
    of = f"{result.card.name} in general equilibrium" if beside else "General equilibrium"
    money = "" if beside else f"; change of real income, {unit} a year"
    table = grid(f"{of} under {'bans that stay' if beside else 'a ban that stays'}{money}", heads)
    income = result.horizons.real_income_musd.to_dict()
    for name, row in result.horizons.firm.to_dict("index").items():
        cells = [words.signed(row[k], 1) for k in ("output_pct", "cost_pct", "input_pct")]
        if not beside:
            cells += [words.signed(income[name][code], 0) for code in (target, by)]
        table.add_row(str(name), *cells)
    console.print(table)


def _print_incomes(results: Sequence[SanctionResult], console: Console) -> None:
    first = results[0]
    codes = list(dict.fromkeys(code for one in pairs(results) for code in one.economies))
    unit = first.carved.calibration.card.unit
    heads = ("horizon", *(f"{code} income" for code in codes))
    table = grid(f"Real income in general equilibrium, {bans(results)}, {unit} a year", heads)
    for name, column in first.horizons.real_income_musd.to_dict().items():
        table.add_row(str(name), *(words.signed(column[code], 0) for code in codes))
    console.print(table)


def _print_costs(results: Sequence[SanctionResult], console: Console) -> None:
    for result in pairs(results):
        target, by = result.economies
        unit, alone = result.carved.calibration.card.unit, len(results) == 1
        of = "a ban that stays" if alone else f"{bans(results)}, while they stay"
        own = ("firm's lost sales",) if alone else ()
        heads = ("month", *own, f"loss of {target}", f"loss of {by}", "part")
        table = grid(f"Cost of {of}, by month, {unit} a month; below zero: a gain", heads)
        keys = (*(("firm_sales",) if alone else ()), "target", "sanctioner")
        for month in (1, 2, 3, 6, 12, 24, 60, 84):
            if month in result.costs.months.index:
                row = result.costs.months.loc[month]
                table.add_row(str(month), *(whole(row[k]) for k in keys), row["part"])
        console.print(table)
        _print_remedies(results, result, console)


def _print_remedies(
    results: Sequence[SanctionResult], result: SanctionResult, console: Console
) -> None:
    target, by = result.economies
    if len(result.remedies) < 2:
        return
    unit, alone = result.carved.calibration.card.unit, len(results) == 1
    instead = "instead of the ban" if alone else f"instead of {bans(results)}"
    gains = (f"gain of {target}", f"gain of {by}")
    heads = (instead, "the firm's side pays", "low", "high", *gains)
    heading = f"Relief and remedies, present value over the rest of seven years, {unit}"
    table = grid(heading, heads)
    for name, row in result.remedies.iterrows():
        table.add_row(str(name), *(whole(value) for value in row))
    console.print(table)


def print_backtest(table: pd.DataFrame, expected: dict[str, float], console: Console) -> None:
    """Print which assumptions agree with what was observed."""
    console.print(
        f"Observed: operations ceased after {expected['shutdown_day']:.0f} days; fall of revenue "
        f"while banned {100 * expected['banned_fall']:.0f}%, all else flat.\n"
        "Every critical input is given the same need, stock and threshold; agreement is within "
        f"{expected['slack_days']:.0f} days and {100 * expected['slack_fall']:.0f} points.\n"
    )
    rows = grid("", ("needed", "stock, days", "threshold", "shut down on day",
                     "fall while banned, %", "fall of period, %", "agrees"))  # fmt: skip
    for row in table.reset_index().to_dict("records"):
        day = row["shutdown_day"]
        agrees = "both" if row["agrees"] else "day" if row["shutdown_agrees"] else ""
        agrees = agrees or ("fall" if row["fall_agrees"] else "–")
        rows.add_row(
            *(f"{row[k]:g}" for k in ("needed", "inventory_days", "threshold")),
            "–" if math.isnan(day) else f"{day:.0f}",
            f"{100 * row['banned_fall']:.0f}", f"{100 * row['period_fall']:.0f}", agrees,
        )  # fmt: skip
    console.print(rows)
    both = table[table["agrees"]]
    if len(both):
        frame = both.index.to_frame()
        spans = (f"{key} {frame[key].min():g} to {frame[key].max():g}" for key in frame)
        console.print(f"{len(both)} of {len(table)} agree with both: {', '.join(spans)}.")
    else:
        console.print(f"None of {len(table)} agrees with both.")
