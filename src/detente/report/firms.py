"""Firms of a scenario's economy: shown where a scenario has carved some out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.groups import firms as firms_of
from detente.report import facts, words
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from detente.axes import Sector
    from detente.baseline.calibration import Calibration
    from detente.results import Solution
    from detente.scenario.schema import Scenario
    from detente.simulate import ScenarioResult

MOST_SUPPLIERS = 3
NOTE = (
    "The firm is a producer of its own. Named suppliers are those on its card: what they sell to "
    "it is a sector that nobody else buys of. Rivals at home are outside the firm's market, so "
    "that its own loss is rather too small."
)


def rows(result: ScenarioResult, firm: Sector) -> dict[str, dict[str, dict[str, float]]]:
    """Return what happens to a firm: a line of figures by variant for each measure of it.

    Returns
    -------
    dict
        Lines by label: ``money`` (the baseline's unit, `facts.BEFORE` and by variant, at fob),
        ``income`` (changes a year of the economies that it and its suppliers are in, the baseline's
        unit) and ``pct`` (changes, per cent).
    """
    c = result.calibration
    own = [k for k, s in enumerate(c.sectors) if s.firm == firm.code != s.code]
    home = c.country_codes.index(firm.home)
    pct: dict[str, dict[str, float]] = {}
    for label, column in (("output", "output_volume_pct"), ("jobs", "employment_pct"),
                          ("its cost", "producer_price_pct")):  # fmt: skip
        pct[label] = {
            v: float(s.sectors.loc[(firm.home, firm.code), column])
            for v, s in result.variants.items()
        }
    money = {"sales": _sales(result, firm)}
    names, sellers = facts.country_names(c), _suppliers(c, home, own)
    if own:
        pct["price of named inputs"] = {
            v: _input_price(s, home, own) for v, s in result.variants.items()
        }
        for k in sellers:
            label = f"buys from {words.noun(names[c.country_codes[k]])}"
            money[label] = _bought(result, home, own, k)
            pct |= _supplier_output(result, own, k, names)
    income = {
        f"{names[code]}, real income": {
            v: float(s.countries.loc[code, "real_income_musd"]) for v, s in result.variants.items()
        }
        for code in dict.fromkeys([firm.home, *(c.country_codes[k] for k in sellers)])
    }
    return {"money": money, "income": income, "pct": pct}


def _sales(result: ScenarioResult, firm: Sector) -> dict[str, float]:
    c = result.calibration
    before = c.output[c.country_codes.index(firm.home), c.sector_codes.index(firm.code)]
    found = {facts.BEFORE: float(before)}
    for name, solution in result.variants.items():
        row = solution.sectors.loc[(firm.home, firm.code)]
        found[name] = float(row["output_musd"] + row["output_change_musd"])
    return found


def _input_price(solution: Solution, home: int, own: Sequence[int]) -> float:
    """Mean change of the prices of the firm's named inputs, weighted by baseline spending."""
    spent = solution.equilibrium.calibration.expenditure[home, own]
    hats = np.asarray(solution.equilibrium.outcome.price_hat)[home, own]
    return 100 * float(np.exp(spent @ np.log(hats) / spent.sum()) - 1)


def _suppliers(c: Calibration, home: int, own: Sequence[int]) -> list[int]:
    """Return who sells most to the firm, abroad and at home."""
    sold = c.flows[list(own), home].sum(axis=0)
    return [int(k) for k in np.argsort(-sold)[:MOST_SUPPLIERS] if sold[k] > 0]


def _bought(result: ScenarioResult, home: int, own: Sequence[int], seller: int) -> dict[str, float]:
    found = {facts.BEFORE: float(result.calibration.flows[list(own), home, seller].sum())}
    for name, solution in result.variants.items():
        flows = np.asarray(solution.equilibrium.outcome.flows_cf)
        found[name] = float(flows[list(own), home, seller].sum())
    return found


def _supplier_output(
    result: ScenarioResult, own: Sequence[int], seller: int, names: dict[str, str]
) -> dict[str, dict[str, float]]:
    """Change of what the sellers' sectors produce in all, per cent of the baseline's value."""
    c = result.calibration
    found = {}
    for parent in dict.fromkeys(c.sectors[k].part_of for k in own):
        parts = [k for k, s in enumerate(c.sectors) if parent in (s.code, s.part_of)]
        before = c.output[seller, parts].sum()
        label = f"{names[c.country_codes[seller]]}, output of {parent}"
        found[label] = {
            v: 100 * float(np.asarray(s.equilibrium.outcome.output_cf)[seller, parts].sum()
                           / before - 1)
            for v, s in result.variants.items()
        }  # fmt: skip
    return found


def plain(result: ScenarioResult) -> dict[str, dict]:
    """Return the figures of every firm as plain data for JSON, by its code."""
    unit = result.calibration.card.unit
    found = {}
    for code, firm in firms_of(result.calibration).items():
        lines = rows(result, firm)
        money = {
            label: {"before" if v == facts.BEFORE else v: x for v, x in row.items()}
            for label, row in lines["money"].items()
        }
        found[code] = {"name": firm.name, "economy": firm.home, "unit": unit,
                       **lines, "money": money}  # fmt: skip
    return found


def notes(calibration: Calibration) -> list[str]:
    """Return what the baseline's card says of its firms."""
    names = [firm.name for firm in firms_of(calibration).values()]
    return [n for n in calibration.card.notes if any(name in n for name in names)]


def not_solved(scenario: Scenario) -> list[str]:
    """Name the variants that were left out since they have firms of their own."""
    solved = {v.id for v in scenario.variants}
    return [v.id for v in scenario.whole.variants if v.id not in solved and _has_firms(scenario, v)]


def _has_firms(scenario: Scenario, variant) -> bool:
    from detente.scenario.variants import firms_of as firms_of_variant

    return bool(set(firms_of_variant(scenario.whole, variant.id)) - set(scenario.firms or ()))


def hint(scenario: Scenario) -> str:
    """Say how to solve the variants that were left out, in one sentence; or nothing."""
    left = not_solved(scenario)
    if not left:
        return ""
    asked = " ".join(f"--variant {name}" for name in left)
    return (
        f"Not solved: {words.listed(left)}, on an economy with firms of its own. To solve with "
        f"those that are named alone, on that economy: {asked}"
    )


def print_firms(result: ScenarioResult, console: Console) -> None:
    """Print the firms of the economy, if there are any."""
    from detente.report.tables import _cell as cell
    from detente.report.tables import _fit as fit
    from detente.report.tables import _new_table as new_table
    from detente.report.tables import _row as add
    from detente.report.tables import letters

    unit, heads = facts.money(result.calibration), letters(result)
    names = list(result.variants)
    who = facts.country_names(result.calibration)
    for firm in firms_of(result.calibration).values():
        lines = rows(result, firm)
        title = f"{firm.name} ({who[firm.home]}): a year's sales and purchases at fob, and changes"
        shown = new_table(title, ["before", *(heads[n] for n in names)])
        for label, values in lines["money"].items():
            cells = [cell(values[k] / unit.divisor, 2, sign=False)
                     for k in (facts.BEFORE, *names)]  # fmt: skip
            add(shown, f"{label}, {unit.label}", cells)
        for label, values in lines["income"].items():
            cells = [cell(values[k] / unit.divisor, 2) for k in names]
            add(shown, f"{label}, {unit.label}", ["", *cells])
        for label, values in lines["pct"].items():
            add(shown, f"{label}, %", ["", *(cell(values[k], 2) for k in names)])
        console.print()
        console.print(fit(shown, console.width))


def section(result: ScenarioResult) -> str:
    """Section of the report on the firms of the economy."""
    firms = firms_of(result.calibration)
    if not firms:
        return ""
    unit, titles = facts.money(result.calibration), facts.variant_titles(result)
    who = facts.country_names(result.calibration)
    parts = []
    for firm in firms.values():
        lines = rows(result, firm)
        body: list[Sequence[str | float]] = [
            [f"{label}, {unit.label}",
             *(f"{values[k] / unit.divisor:,.2f}" for k in (facts.BEFORE, *titles))]
            for label, values in lines["money"].items()
        ]  # fmt: skip
        body += [
            [f"{label}, {unit.label}", "", *(values[k] / unit.divisor for k in titles)]
            for label, values in lines["income"].items()
        ]
        body += [
            [f"{label}, %", "", *(values[k] for k in titles)]
            for label, values in lines["pct"].items()
        ]
        caption = (
            f"{firm.name} ({who[firm.home]}): a year's sales and purchases at fob, and changes"
        )
        shown = table(["", "before", *titles.values()], body, caption=caption, decimals=2)
        parts.append(scroll(shown, firm.name, "scroll plain"))
    said = "".join(text("li", note) for note in notes(result.calibration))
    listing = tag("ul", said) if said else ""
    return tag("section", text("h2", "Firms"), *parts, text("p", NOTE, class_="note"), listing)
