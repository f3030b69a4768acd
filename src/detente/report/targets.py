"""How a target was reached, as tables for the terminal, as plain data and as files."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.files import write_whole
from detente.report import facts, imbalances, words
from detente.report.units import in_unit, name_in

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from detente.targets.reach import TargetResult

Results = dict[str, "TargetResult"]

_TITLES = {
    "deficit_musd": ("Goods deficit of {of} with {partner}", "deficit"),
    "import_share": ("Share of {partner} in imports of {of}, at fob", "share, %"),
    "mean_tariff": ("Mean tariff of {of} on {partner}, weights of baseline trade", "mean, %"),
    "revenue_musd": ("Tariff revenue of {of}", "revenue"),
    "log_real_income": ("Real income of {of}, against the baseline", "income, %"),
}
"""What is aimed at by its column: a heading, and the head of a table's column."""


def print_targets(results: Results, console: Console, as_stated: Results | None = None) -> None:
    """Print the ways to a target side by side, what they do to others, and what it rests on.

    Parameters
    ----------
    as_stated
        The same ways where the amount is taken as it is and not as a share.
    """
    from rich.text import Text

    first = next(iter(results.values()))
    c = first.solution.equilibrium.calibration
    of, partner = _pair(first)
    names = facts.country_names(c)
    title = _TITLES[first.column][0].format(of=names[of], partner=names.get(partner or "", ""))
    console.print(Text(title, style="bold"))
    console.print(_aim(first) + "\n")
    console.print(_table(results))
    for way, result in results.items():
        if result.status == "met already, without any of the rates":
            console.print(f"{way}: {result.status}")
        elif result.status != "reached":
            console.print(f"{way}: {result.status}; as far as {_value(result, result.after)}")
    console.print(_others(results))
    if as_stated:
        _print_as_stated(as_stated, console)
    imbalances.print_removal(first.solution.removal, _sides(first), console)
    console.print(_small_print(results, facts.money(c).label), style="dim")


def plain(results: Results) -> dict[str, Any]:
    """Return the ways to a target as plain data for JSON."""
    found = {}
    for way, result in results.items():
        found[way] = {
            "status": str(result.status),
            "goal": type(result.goal).__name__,
            "aimed_at": name_in(result.column, _unit(results)),
            "before": result.before,
            "start": result.start,
            "target": result.target,
            "after": result.after,
            **_figures(result),
            "rates": result.rates.to_dict("records"),
            "frontier": [
                {key: value if math.isfinite(value) else None for key, value in row.items()}
                for row in result.frontier.to_dict("records")
            ],
        }
    return in_unit(found, _unit(results))


def _unit(results: Results) -> str:
    return next(iter(results.values())).solution.equilibrium.calibration.card.unit


def removed(results: Results) -> dict[str, Any]:
    """Return what removing the imbalances alone does, as plain data; nothing where they stay."""
    return imbalances.plain(next(iter(results.values())).solution.removal)


def tables(results: Results) -> dict[str, pd.DataFrame]:
    """Return tidy tables: ``targets`` (a row a way), ``rates``, ``frontier``, ``countries``."""
    import pandas as pd

    rows, frames = [], {"rates": [], "frontier": [], "countries": []}
    for way, result in results.items():
        rows.append(
            {
                "way": way,
                "status": str(result.status),
                "aimed_at": name_in(result.column, _unit(results)),
                "before": result.before,
                "start": result.start,
                "target": result.target,
                "after": result.after,
            }
        )
        parts = (result.rates, result.frontier, result.solution.countries.reset_index())
        for name, frame in zip(frames, parts, strict=True):
            frames[name].append(pd.concat({way: frame}, names=["way"]).reset_index("way"))
    joined = {name: pd.concat(parts, ignore_index=True) for name, parts in frames.items()}
    return {"targets": pd.DataFrame(rows), **joined}


def write_targets(
    results: Results, folder: str | Path, as_stated: Results | None = None
) -> list[Path]:
    """Write ``target.json`` and each of `tables` as CSV into a folder, all of them or none.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    data = {"ways": plain(results), **removed(results)}
    if as_stated:
        data["amount_as_stated"] = plain(as_stated)
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1)
    unit = _unit(results)

    def write(staging: Path) -> list[str]:
        names = []
        for name, frame in tables(results).items():
            in_unit(frame, unit).to_csv(staging / f"{name}.csv", index=False, lineterminator="\n")
            names.append(f"{name}.csv")
        (staging / "target.json").write_text(text + "\n", encoding="utf-8")
        return [*names, "target.json"]

    return write_whole(folder, write)


def _pair(result: TargetResult) -> tuple[str, str | None]:
    """Return the codes of whose goal it is and of the partner, where it has one."""
    goal, c = result.goal, result.solution.equilibrium.calibration
    names = {name: code for code, name in facts.country_names(c).items()}
    partner = getattr(goal, "partner", None) or getattr(goal, "on", None)
    of = str(getattr(goal, "of", ""))
    return names.get(of, of), None if partner is None else names.get(partner, partner)


def _sides(result: TargetResult) -> list[str]:
    return [code for code in _pair(result) if code is not None]


def _aim(first: TargetResult) -> str:
    """Say baseline, measures in force and target."""
    c = first.solution.equilibrium.calibration
    text = f"Baseline {c.name}: {_value(first, first.before)} of {c.card.year}"
    if first.column == "deficit_musd":
        text += ", fob"
    if abs(first.start - first.before) > 1e-6 * max(abs(first.before), 1e-3):
        text += f"; under the measures in force {_value(first, first.start)}"
    text += f"; target {_value(first, first.target)}"
    if first.column == "deficit_musd":
        text += f", a cut of {100 * (1 - first.target / first.before):.1f}%"
    return text


def _value(result: TargetResult, value: float) -> str:
    """Say a figure that is aimed at, with its unit."""
    if result.column.endswith("_musd"):
        unit = facts.money(result.solution.equilibrium.calibration)
        return words.money(value, unit, sign=value < 0)
    if result.column == "log_real_income":
        return f"{words.signed(100 * math.expm1(value), 4)}%"
    return f"{100 * value:.2f}%"


def _short(result: TargetResult, value: float) -> str:
    """Say a figure for a column whose head has the unit."""
    if result.column.endswith("_musd"):
        unit = facts.money(result.solution.equilibrium.calibration)
        return f"{value / unit.divisor:,.1f}"
    return _value(result, value).removesuffix("%")


def _table(results: Results) -> Any:
    """Return the ways side by side."""
    first = next(iter(results.values()))
    unit = facts.money(first.solution.equilibrium.calibration)
    of, partner = _pair(first)
    heads = ["", "rates, %", _TITLES[first.column][1], f"{of} income, %"]
    if partner is not None:
        heads += [f"{partner} income, %", f"{of} buys elsewhere"]
    table = _ruled([*heads, f"{of} overall balance"])
    for way, result in results.items():
        row = _figures(result)
        cells = [way, _rates(result), _short(result, result.after)]
        cells.append(words.signed(row["real_income_pct"][of], 3))
        if partner is not None:
            cells.append(words.signed(row["real_income_pct"][partner], 3))
            cells.append(words.signed(row["elsewhere"] / unit.divisor, 1))
        table.add_row(*cells, words.signed(row["overall"] / unit.divisor, 1))
    return table


def _others(results: Results) -> Any:
    """Return what the ways do to third countries."""
    unit = facts.money(next(iter(results.values())).solution.equilibrium.calibration)
    table = _ruled(["Third countries", "gains most, %", "loses most, %", "income of all"])
    for way, result in results.items():
        third = _figures(result)["third"]
        cells = [
            f"{third[key]['country']} {words.signed(third[key]['real_income_pct'], 3)}"
            if third[key]
            else "none"
            for key in ("gains_most", "loses_most")
        ]
        table.add_row(way, *cells, words.signed(third["real_income_musd"] / unit.divisor, 1))
    return table


def _ruled(heads: list[str]) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False)
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def _print_as_stated(results: Results, console: Console) -> None:
    first = next(iter(results.values()))
    cut = _value(first, first.before - first.target)
    console.print(
        "The cut is stated against another figure of the deficit than "
        f"{_value(first, first.before)}, and is taken above as its share. "
        f"The amount itself, {cut}, would be a cut of "
        f"{100 * (1 - first.target / first.before):.1f}% of the baseline's, to "
        f"{_value(first, first.target)}:"
    )
    console.print(_table(results))


def _small_print(results: Results, label: str) -> str:
    kinds = {kind for result in results.values() for kind in result.rates["kind"]}
    text = (
        f"\nIn {label}. Many rates are those of least cost to the economies that set them. "
        "Elsewhere: change of goods purchases from other economies. Overall balances are an input "
        "of the model: what leaves one bilateral balance comes back in others. Changes are from "
        "the baseline, those of a variant included."
    )
    if "restraint" in kinds:
        text += " A restraint is the tax on exports that restrains them as far; the rents stay "
        text += "with the exporter, and count in its prices at fob."
    if "deficit" in kinds:
        text += " A change of the overall deficit is in per cent of value added: spending falls by "
        text += "it, whatever brings that about, and what is saved is not counted as income."
    return text


def _figures(result: TargetResult) -> dict[str, Any]:
    of, partner = _pair(result)
    rows = facts.countries(result.solution)
    found: dict[str, Any] = {
        "real_income_pct": {code: row["real_income_pct"] for code, row in rows.items()},
        "overall": rows[of]["balance_change_musd"],
        "third": _third(rows, {of, partner, *_acting(result)}),
    }
    if result.column == "deficit_musd":
        found["deficit"] = result.after
    if partner is not None:
        elsewhere = facts.partners(result.solution, of, partner)
        found["elsewhere"] = sum(
            row["change_musd"] for k, row in elsewhere.items() if k != "domestic"
        )
    return found


def _acting(result: TargetResult) -> set[str]:
    """Return the economies that set rates, or whose trade they are on."""
    return {str(row[key]) for row in result.rates.to_dict("records") for key in ("by", "on")}


def _third(rows: facts.Rows, sides: set[str | None]) -> dict[str, Any]:
    """Return who gains and who loses most among the others, where any does, and all together."""
    others = {code: row for code, row in rows.items() if code not in sides}
    ranked = sorted(others, key=lambda code: others[code]["real_income_pct"])
    best, worst = (
        {"country": code, "real_income_pct": others[code]["real_income_pct"]} if code else None
        for code in (ranked[-1] if ranked else None, ranked[0] if ranked else None)
    )
    return {
        "gains_most": best if best and best["real_income_pct"] > 0 else None,
        "loses_most": worst if worst and worst["real_income_pct"] < 0 else None,
        "real_income_musd": sum(row["real_income_musd"] for row in others.values()),
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
