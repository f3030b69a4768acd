"""A firm cut off, as tables for the terminal and as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from detente.report import facts, leverage, words
from detente.report.sanction_parts import grid, number, records

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from detente.sanction.study import SanctionResult


def title(result: SanctionResult) -> str:
    """Say which firm is cut off, and which others with it."""
    beside = f" together with {words.listed(list(result.beside))}" if result.beside else ""
    return f"{result.card.name} cut off{beside}"


def headline(result: SanctionResult) -> list[str]:
    """Say the main results in sentences, computed from the numbers."""
    card, choices = result.card, result.choices
    names = facts.country_names(result.carved.calibration)
    target, by = (words.noun(names[code]) for code in result.economies)
    unit = result.carved.calibration.card.unit
    low, high = np.quantile(result.draws["lost_sales"].to_numpy(), [0.05, 0.95])
    path = result.path.output
    first = path.argmin()
    part = "" if choices.ban_share == 1 else f" of {100 * choices.ban_share:g}%"
    told = f"a ban{part} by {by}"
    told += f" that is lifted on day {choices.relief}" if choices.relief else " that stays"
    lost = float((1 - path).sum() / 365 * result.firm.accounts.revenue)
    sentences = [
        f"Under {told}, {card.name}'s output falls to {100 * path.min():.0f}% of normal on day "
        f"{first + 1}. Over {choices.days} days sales of {lost:,.0f} {unit} are lost (90% of "
        "draws: "
        f"{low:,.0f} to {high:,.0f}).",
        shutdown(result),
    ]
    month = result.costs.months.iloc[min(2, len(result.costs.months) - 1)]
    costs = "the ban costs"
    if result.beside:
        sentences[0] += f" {words.listed(list(result.beside))} {_are(result)} cut off too."
        costs = "the bans together cost"
    sentences.append(
        f"In its third month {costs} the economy of {target} {month['target']:,.0f} and that "
        f"of {by} {month['sanctioner']:,.0f} {unit} of value added a month."
    )
    sentences.append(leverage.sentence(result.leverage, result.carved.calibration, threat(result)))
    return sentences


def threat(result: SanctionResult) -> str:
    """Name the ban as a threat."""
    return f"The ban on {result.card.name}"


def bracket_note(result: SanctionResult) -> str:
    """Say what the best and the worst hold, and where the worst's daily loss is largest."""
    found, unit = result.bracket, result.carved.calibration.card.unit
    days = found.path.to_dict("index")
    day = max(days, key=lambda one: days[one]["world"])
    own = "the firms themselves miss" if result.beside else "the firm itself misses"
    least, most = (float(found.table[key].to_numpy().sum()) for key in ("best", "worst"))
    return (
        "Best: goods go where they serve most final purchases, with all spare capacity. Worst: "
        "nobody changes supplier or makes more than before, every input stops its user, services "
        "too, and what is made is rationed in proportion to orders. Final purchases of "
        f"{least:,.0f} to {most:,.0f} {unit} go unserved in {result.choices.days} days; the worst "
        f"loses most on day {day}, {days[day]['world']:,.1f} of output, where {own} "
        f"{days[day]['firm']:,.1f}."
    )


def joint_note(result: SanctionResult) -> str:
    """Say how costs by month go from days to years, and how far the two are apart."""
    joint = result.costs.joint
    said = [
        f"{code}: {row['by_day']:,.0f} by day; in equilibrium {row['value_added']:,.0f} of value "
        f"added at unchanged prices, {row['real_income']:,.0f} of real income"
        for code, row in zip(result.economies, joint.to_dict("records"), strict=True)
    ]
    bans = " of all bans together" if result.beside else ""
    return (
        f"Costs by month{bans} are lost value added while the daily path lasts; its last day then "
        "fades into the loss of real income in equilibrium, at the rate at which trade "
        f"elasticities go to their long run. At the joint, a month: {'; '.join(said)}."
    )


def _are(result: SanctionResult) -> str:
    return "is" if len(result.beside) == 1 else "are"


def shutdown(result: SanctionResult) -> str:
    """Say when operations cease, and in how many draws."""
    from detente.sanction.backtest import SHUTDOWN_OUTPUT, days_to_shutdown

    day = float(days_to_shutdown(result.path.output))
    days = result.draws["shutdown_day"]
    share = 100 * float(days.notna().to_numpy().mean())
    central = "never" if math.isnan(day) else f"on day {day:.0f}"
    text = f"Output is below {100 * SHUTDOWN_OUTPUT:.0f}% {central} at the central figures, and in "
    text += f"{share:.0f}% of draws within {result.choices.days} days"
    if share > 0:
        low, high = (days.quantile(q) for q in (0.05, 0.95))
        text += f" (on day {low:.0f} to {high:.0f} in 90% of them)"
    return text + "."


def tables(result: SanctionResult) -> dict[str, pd.DataFrame]:
    """Return the tidy tables of a result, by name."""
    import pandas as pd

    from detente.sanction.study import QUANTILES

    days = pd.RangeIndex(1, result.choices.days + 1, name="day")
    path = pd.DataFrame({"output": result.path.output, "demand": result.path.demand}, days)
    for quantile, row in zip(QUANTILES, result.quantiles, strict=True):
        path[f"p{100 * quantile:g}"] = row
    for k, line in enumerate(_lines(result)):
        path[f"line_{line}"] = result.path.by_line[:, k]
    for k, item in enumerate(result.card.critical_inputs):
        path[f"stock_{item.id}"] = result.path.stock[:, k]
    horizons = result.horizons.firm.rename_axis("horizon")
    countries = result.customers.join(result.suppliers)
    countries["lost_value_added"] = result.world.value_added.sum(axis=0)
    for name in result.horizons.real_income_musd:
        countries[f"real_income_{name}"] = result.horizons.real_income_musd[name]
    countries = countries.join(result.bracket.table.add_prefix("unserved_"))
    return {
        "path": path.reset_index(),
        "worst": result.bracket.path.reset_index(),
        "draws": result.draws.rename_axis("draw").reset_index(),
        "countries": countries.reset_index(),
        "horizons": horizons.reset_index(),
        "joined": result.joined,
        "months": result.costs.months.reset_index(),
        "remedies": result.remedies.reset_index(),
        "assumptions": assumptions(result),
        **leverage.tables(result.leverage),
    }


def assumptions(result: SanctionResult) -> pd.DataFrame:
    """Return every figure of the card: low, central, high, source, note."""
    import pandas as pd

    from detente.sanction.card import figures

    rows = []
    for path, figure, _ in figures(result.card):
        low, high = figure.bounds
        rows.append(
            {
                "figure": _named(result, path),
                "low": low,
                "central": figure.middle,
                "high": high,
                "source": figure.source,
                "note": figure.note or "",
            }
        )
    return pd.DataFrame(rows)


def _named(result: SanctionResult, path) -> str:
    """Write the path of a figure with ids in the place of numbers."""
    name, here = "", cast("Any", result.card)
    for part in path:
        here = here[part] if isinstance(part, int) else getattr(here, part)
        if isinstance(part, str):
            name += f".{part}" if name else part
        else:
            name += f"[{getattr(here, 'id', part + 1)}]"
    return name


def plain(result: SanctionResult) -> dict[str, Any]:
    """Return the result as plain data for JSON."""
    c, choices = result.carved.calibration, result.choices
    found = {name: records(table) for name, table in tables(result).items()}
    draws = found.pop("draws")
    for name in leverage.tables(result.leverage):
        del found[name]
    assert draws, "there is a draw at least"
    return {
        "firm": {"code": result.card.code, "name": result.card.name, "year": result.card.year},
        "baseline": {"name": c.name, "unit": c.card.unit, "year": c.card.year, "hash": c.hash},
        "economies": {"target": result.economies[0], "sanctioner": result.economies[1]},
        "beside": list(result.beside),
        "choices": {
            key: getattr(choices, key)
            for key in ("days", "draws", "relief", "ban_share", "seed", "world_draws")
        },
        "joint": {
            side: {name: float(value) for name, value in row.items()}
            for side, row in result.costs.joint.to_dict("index").items()
        },
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
        "leverage": leverage.plain(result.leverage),
    }


def _lines(result: SanctionResult) -> list[str]:
    return [line.id for line in result.card.product_lines] or ["all"]


def print_sanction(result: SanctionResult, console: Console) -> None:
    """Print the main tables."""
    from rich.text import Text

    c = result.carved.calibration
    console.print(Text(title(result), style="bold"))
    console.print(f"Baseline {c.name}, {c.card.unit}; figures of {result.card.year}\n")
    for sentence in headline(result):
        console.print(sentence)
    console.print()
    _print_path(result, console)
    _print_countries(result, console)
    _print_horizons(result, console)
    _print_costs(result, console)
    leverage.print_leverage(result.leverage, c, threat(result), console)
    console.print(
        "Central figures of the card unless said otherwise; bands are draws from its ranges, which "
        "hold what is unknown of the firm, not of the model. " + joint_note(result),
        style="dim",
    )


def _print_path(result: SanctionResult, console: Console) -> None:
    heads = ("day", "output, %", "5% of draws", "median", "95%", *_lines(result))
    table = grid("Output of the firm", heads)
    last = result.choices.days
    shown = sorted(
        {d for d in (1, 7, 14, 21, 24, 30, 45, 60, 90, 120, 150, 180, last) if d <= last}
    )
    for day in shown:
        low, _, middle, _, high = result.quantiles[:, day - 1]
        values = (result.path.output[day - 1], low, middle, high, *result.path.by_line[day - 1])
        table.add_row(str(day), *(f"{100 * v:.0f}" for v in values))
    console.print(table)


def _print_countries(result: SanctionResult, console: Console) -> None:
    names = facts.country_names(result.carved.calibration)
    heads = ("economy", "missed deliveries", "banned sales", "lost value added",
             "best: unserved", "worst: unserved")  # fmt: skip
    table = grid(f"The world over {result.choices.days} days", heads)
    worth = result.world.value_added.sum(axis=0)
    order = np.argsort(-np.abs(worth))[:10]
    for k in order:
        code = result.carved.calibration.country_codes[k]
        row = (
            result.customers.loc[code, "missed"], result.suppliers.loc[code, "banned"], worth[k],
            *result.bracket.table.loc[code],
        )  # fmt: skip
        table.add_row(names[code], *(f"{value:,.0f}" for value in row))
    console.print(table)
    console.print(bracket_note(result) + "\n", style="dim")


def _print_horizons(result: SanctionResult, console: Console) -> None:
    target, by = result.economies
    heads = ("horizon", "firm's output, %", "its cost, %", "its banned inputs, %",
             f"{target} income", f"{by} income")  # fmt: skip
    table = grid("General equilibrium under a ban that stays", heads)
    income = result.horizons.real_income_musd.to_dict()
    for name, row in result.horizons.firm.to_dict("index").items():
        cells = [words.signed(row[k], 1) for k in ("output_pct", "cost_pct", "input_pct")]
        cells += [words.signed(income[name][code], 0) for code in (target, by)]
        table.add_row(str(name), *cells)
    console.print(table)


def _print_costs(result: SanctionResult, console: Console) -> None:
    target, by = result.economies
    table = grid(
        "Cost of a ban that stays, by month", ("month", "firm's sales", target, by, "part")
    )
    months = result.costs.months
    for month in (1, 2, 3, 6, 12, 24, 60, 84):
        if month in months.index:
            row = months.loc[month]
            money = (f"{row[k]:,.0f}" for k in ("firm_sales", "target", "sanctioner"))
            table.add_row(str(month), *money, row["part"])
    console.print(table)
    if len(result.remedies) > 2:
        heads = ("instead of the ban", "the firm's side pays", "low", "high",
                 f"gain of {target}", f"gain of {by}")  # fmt: skip
        table = grid("Relief and remedies, present value over the rest of seven years", heads)
        for name, row in result.remedies.iterrows():
            table.add_row(str(name), *(f"{value:,.0f}" for value in row))
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
