"""Firms of a scenario's economy: shown where a scenario has carved some out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.baseline.groups import firms as firms_of
from detente.document.blocks import Column, Mark, Note, Section, Table, Unit
from detente.document.language import listed, noun
from detente.document.numbers import CHANGE, money_unit
from detente.report import facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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


@dataclass(frozen=True)
class FirmFacts:
    """What happens to a firm: lines of figures by label, each by variant.

    Attributes
    ----------
    money
        At fob, the baseline's unit, `facts.BEFORE` too.
    income
        Changes a year of the economies that it and its suppliers are in, the baseline's unit.
    pct
        Changes, per cent.
    """

    code: str
    name: str
    home: str
    money: facts.Rows
    income: facts.Rows
    pct: facts.Rows


def facts_of(result: ScenarioResult) -> tuple[FirmFacts, ...]:
    """Return what happens to every firm of the economy."""
    return tuple(_firm(result, firm) for firm in firms_of(result.calibration).values())


def _firm(result: ScenarioResult, firm: Sector) -> FirmFacts:
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
            label = f"buys from {noun(names[c.country_codes[k]])}"
            money[label] = _bought(result, home, own, k)
            pct |= _supplier_output(result, own, k, names)
    income = {
        f"{names[code]}, real income": {
            v: float(s.countries.loc[code, "real_income_musd"]) for v, s in result.variants.items()
        }
        for code in dict.fromkeys([firm.home, *(c.country_codes[k] for k in sellers)])
    }
    return FirmFacts(firm.code, firm.name, str(firm.home), money, income, pct)


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


def plain(result: ScenarioResult) -> dict[str, dict[str, Any]]:
    """Return the figures of every firm as plain data for JSON, by its code."""
    unit = result.calibration.card.unit
    return {
        firm.code: {
            "name": firm.name, "economy": firm.home, "unit": unit,
            "money": {label: {"before" if v == facts.BEFORE else v: x for v, x in row.items()}
                      for label, row in firm.money.items()},
            "income": firm.income, "pct": firm.pct,
        }
        for firm in facts_of(result)
    }  # fmt: skip


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
        f"Not solved: {listed(left)}, on an economy with firms of its own. To solve with "
        f"those that are named alone, on that economy: {asked}"
    )


def of_result(result: ScenarioResult) -> Section:
    """Return the section of a run."""
    c = result.calibration
    names, under = facts.country_names(c), facts.variant_marks(result)
    unit = money_unit(c.card.unit, per="")
    return section(facts_of(result), unit, names, under, notes(c))


def section(
    firms: Sequence[FirmFacts],
    unit: Unit,
    economies: Mapping[str, str],
    under: Mapping[str, Mark],
    said: Sequence[str] = (),
) -> Section:
    """Return what happens to the firms of an economy; no blocks where there are none.

    Parameters
    ----------
    economies, under
        Names of economies by code, and of variants by id.
    said
        What the baseline's card says of them (`notes`).
    """
    tables = [_table(firm, unit, economies[firm.home], under) for firm in firms]
    after = [Note(NOTE), *map(Note, said)] if firms else []
    return Section("firms", "Firms", (*tables, *after))


def _table(firm: FirmFacts, unit: Unit, home: str, under: Mapping[str, Mark]) -> Table:
    change = replace(unit, sign=True)
    columns = (
        Column("line", "", "what is counted"),
        Column("in_baseline", "before", "in the baseline"),
        *(Column(f"under_{name}", mark.text, f"under “{mark.text}”", short=mark.short)
          for name, mark in under.items()),
    )  # fmt: skip
    parts = ((firm.money, unit), (firm.income, change), (firm.pct, CHANGE))
    rows, units = [], []
    for lines, shown in parts:
        for label, values in lines.items():
            rows.append({"line": label, "in_baseline": values.get(facts.BEFORE),
                         **{f"under_{name}": values[name] for name in under}})  # fmt: skip
            units.append(shown)
    title = f"{firm.name} ({home}): a year's sales and purchases at fob, and changes"
    return Table(f"firm-{firm.code}", title, columns, tuple(rows), tuple(units))
