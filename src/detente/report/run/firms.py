"""Firms of a scenario's economy: shown where a scenario has carved some out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.groups import firms as firms_of
from detente.document.blocks import Column, Mark, Note, Section, Table, Unit
from detente.document.language import listed, noun
from detente.document.numbers import CHANGE, money_unit
from detente.report import facts
from detente.report.run.facts import change_pct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    c, solutions = result.calibration, result.variants
    own = [k for k, s in enumerate(c.sectors) if s.firm == firm.code != s.code]
    home, at = c.country_codes.index(firm.home), c.sector_codes.index(firm.code)
    names = [facts.country_names(c)[code] for code in c.country_codes]
    # who sells most to the firm, abroad and at home
    sold = c.flows[own, home].sum(axis=0)
    sellers = [int(k) for k in np.argsort(-sold)[:MOST_SUPPLIERS] if sold[k] > 0]
    parents = dict.fromkeys(c.sectors[k].part_of for k in own)
    money = {"sales": _values(result, lambda flows, output: output[home, at])}
    pct: facts.Rows = {}
    for label, column in (("output", "output_volume_pct"), ("jobs", "employment_pct"),
                          ("its cost", "producer_price_pct")):  # fmt: skip
        pct[label] = {
            v: float(s.sectors.loc[(firm.home, firm.code), column]) for v, s in solutions.items()
        }
    if own:
        pct["price of named inputs"] = {v: _input_price(s, home, own) for v, s in solutions.items()}
    for k in sellers:
        money[f"buys from {noun(names[k])}"] = _values(
            result, lambda flows, output, k=k: flows[own, home, k].sum()
        )
        for parent in parents:
            parts = [n for n, s in enumerate(c.sectors) if parent in (s.code, s.part_of)]
            found = _values(result, lambda flows, output, k=k, p=parts: output[k, p].sum())
            before = found.pop(facts.BEFORE)
            pct[f"{names[k]}, output of {parent}"] = {
                v: change_pct(before, after) for v, after in found.items()
            }
    income = {
        f"{names[k]}, real income": {
            v: facts.countries(s)[c.country_codes[k]]["real_income_musd"]
            for v, s in solutions.items()
        }
        for k in dict.fromkeys([home, *sellers])
    }
    return FirmFacts(firm.code, firm.name, str(firm.home), money, income, pct)


def _values(
    result: ScenarioResult, pick: Callable[[np.ndarray, np.ndarray], float]
) -> dict[str, float]:
    """Return something of flows and output in the baseline and under every variant."""
    c = result.calibration
    found = {facts.BEFORE: float(pick(c.flows, c.output))}
    for name, solution in result.variants.items():
        after = solution.equilibrium.outcome
        found[name] = float(pick(np.asarray(after.flows_cf), np.asarray(after.output_cf)))
    return found


def _input_price(solution: Solution, home: int, own: Sequence[int]) -> float:
    """Mean change of the prices of the firm's named inputs, weighted by baseline spending."""
    spent = solution.equilibrium.calibration.expenditure[home, own]
    hats = np.asarray(solution.equilibrium.outcome.price_hat)[home, own]
    return 100 * float(np.exp(spent @ np.log(hats) / spent.sum()) - 1)


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
    return section(facts_of(result), money_unit(c.card.unit, per=""), names, under, notes(c))


def section(
    firms: Sequence[FirmFacts],
    unit: Unit,
    economies: Mapping[str, str],
    under: Mapping[str, Mark],
    said: Sequence[str] = (),
) -> Section:
    """Return what happens to firms, with what the baseline's card says of them; or no blocks."""
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
