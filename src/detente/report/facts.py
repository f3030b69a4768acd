"""The figures that tables, charts and sentences share, each computed once from a result."""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.baseline.calibration import Calibration
from detente.document.blocks import Mark

if TYPE_CHECKING:
    from detente.baseline.elasticity_draws import Disagreement
    from detente.results import Solution
    from detente.simulate import ScenarioResult

BEFORE = "(before)"
"""Key of the baseline among variants: no id of a variant starts with a parenthesis."""
TRADE = "(trade)"
"""Column of the baseline's trade beside columns named by variants."""
Rows = dict[str, dict[str, float]]
"""Rows of numbers by their label, each by its column."""

MATERIAL_SHARE = 5e-4
"""Sectors below this share of an economy's output are not ranked: tiny bases, wild per cents."""


@dataclass(frozen=True)
class Money:
    """How values of a baseline are shown: divided by ``divisor``, in ``label``."""

    divisor: float
    label: str


def money(calibration: Calibration) -> Money:
    """Return billions for a baseline in millions and of that size, its own unit otherwise."""
    unit = calibration.card.unit
    found = re.fullmatch(r"million (\S+)", unit)
    large = calibration.income.max() >= 10_000
    return Money(1000.0, f"{found[1]} bn") if found and large else Money(1.0, unit)


def country_names(calibration: Calibration) -> dict[str, str]:
    """Return the readable name of each economy by its code."""
    return _distinct({c.code: c.name for c in calibration.countries})


def sector_names(calibration: Calibration) -> dict[str, str]:
    """Return the readable name of each sector by its code."""
    return _distinct({s.code: s.name for s in calibration.sectors})


def variant_titles(result: ScenarioResult) -> dict[str, str]:
    """Return the title of each solved variant by its id, in the scenario's order."""
    titles = {v.id: v.title or v.id for v in result.scenario.variants}
    return _distinct({name: titles.get(name, name) for name in result.variants})


def letters(result: ScenarioResult) -> dict[str, str]:
    """Return a short column head for each variant: A, B, … Z, AA, …."""
    names = list(result.variants)
    wide = [a + b for a in ("", *string.ascii_uppercase) for b in string.ascii_uppercase]
    return dict(zip(names, wide, strict=False))


def variant_marks(result: ScenarioResult) -> dict[str, Mark]:
    """Return the title of each variant with its letter, by its id."""
    short = letters(result)
    return {name: Mark(title, short=short[name]) for name, title in variant_titles(result).items()}


def focus(result: ScenarioResult) -> tuple[str, ...]:
    """Return the codes of the economies in focus that the baseline has, at most two."""
    codes = {name.lower(): code for code, name in country_names(result.calibration).items()}
    codes |= {code.lower(): code for code in result.calibration.country_codes}
    named = result.scenario.focus or ()
    return tuple(dict.fromkeys(codes[w.lower()] for w in named if w.lower() in codes))[:2]


def countries(solution: Solution) -> Rows:
    """Return the country results: economy, column, value."""
    return _rows(solution.countries)


def sectors(solution: Solution, country: str) -> Rows:
    """Return the sector results of one economy: sector, column, value."""
    return _rows(solution.sectors.loc[country])


def partners(solution: Solution, importer: str, exporter: str) -> Rows:
    """Return where a change of purchases reappears: partner (or ``domestic``), column, value."""
    return _rows(solution.diversion(importer, exporter))


def real_income(result: ScenarioResult, country: str) -> dict[str, float]:
    """Return the exact change of an economy's real income, per cent, by variant."""
    return {v: countries(s)[country]["real_income_pct"] for v, s in result.variants.items()}


def mean_tariff(
    calibration: Calibration, tariff: np.ndarray, importer: str, exporter: str
) -> float:
    """Mean goods tariff, per cent, weighted by baseline fob trade; 0 where there is no trade."""
    c = calibration
    cell = (c.goods, c.country_codes.index(importer), c.country_codes.index(exporter))
    trade = c.flows[cell].sum()
    return 100 * float((tariff[cell] * c.flows[cell]).sum() / trade) if trade else 0.0


def flow(result: ScenarioResult, exporter: str, importer: str) -> Rows:
    """Goods sold by one economy to another: value and mean tariff, before and by variant.

    Rows `BEFORE` (the baseline) and the variants; columns ``value`` (the baseline's unit, fob),
    ``pct`` (change from the baseline) and ``tariff_pct``.
    """
    c = result.calibration
    cell = (c.goods, c.country_codes.index(importer), c.country_codes.index(exporter))
    before = float(c.flows[cell].sum())
    mean = mean_tariff(c, c.tariff, importer, exporter)
    rows = {BEFORE: {"value": before, "pct": 0.0, "tariff_pct": mean}}
    for name, solution in result.variants.items():
        after = float(np.asarray(solution.equilibrium.outcome.flows_cf)[cell].sum())
        tariff = solution.equilibrium.policy.tariff_cf
        rows[name] = {
            "value": after,
            "pct": 100 * (after / before - 1) if before else 0.0,
            "tariff_pct": mean_tariff(c, tariff, importer, exporter),
        }
    return rows


def sold(solution: Solution, exporter: str, importer: str) -> tuple[float, float]:
    """Goods sold by one economy to another, fob: in the baseline and in the solution."""
    c = solution.equilibrium.calibration
    cell = (c.goods, c.country_codes.index(importer), c.country_codes.index(exporter))
    after = np.asarray(solution.equilibrium.outcome.flows_cf)
    return float(c.flows[cell].sum()), float(after[cell].sum())


def revenue(result: ScenarioResult, country: str) -> dict[str, float]:
    """Tariff revenue of an economy, `BEFORE` and by variant, the baseline's unit."""
    values = {}
    for name, solution in result.variants.items():
        row = countries(solution)[country]
        values.setdefault(BEFORE, row["tariff_revenue_musd"])
        values[name] = row["tariff_revenue_musd"] + row["tariff_revenue_change_musd"]
    return values


def ranked_sectors(solution: Solution, country: str) -> Rows:
    """Return an economy's sectors, largest output change (per cent) first.

    Sectors below `MATERIAL_SHARE` of the economy's output are left out.
    """
    rows = sectors(solution, country)
    least = MATERIAL_SHARE * sum(row["output_musd"] for row in rows.values())
    kept = {code: row for code, row in rows.items() if row["output_musd"] >= least}
    return dict(sorted(kept.items(), key=lambda item: -abs(item[1]["output_volume_pct"])))


def shown_sectors(result: ScenarioResult, count: int = 14) -> list[str]:
    """Choose the sectors that a chart shows: hit most in a focus economy under any variant."""
    chosen: dict[str, float] = {}
    for solution in result.variants.values():
        for country in focus(result):
            for code, row in ranked_sectors(solution, country).items():
                chosen[code] = max(chosen.get(code, 0.0), abs(row["output_volume_pct"]))
    return sorted(chosen, key=lambda code: -chosen[code])[:count]


def tariff_rows(result: ScenarioResult, importer: str, exporter: str) -> Rows:
    """Goods tariffs of one economy on another by sector, per cent: `BEFORE` and by variant.

    The column `TRADE` is the trade at baseline, the baseline's unit.
    """
    c = result.calibration
    cell = (c.goods, c.country_codes.index(importer), c.country_codes.index(exporter))
    columns = {TRADE: c.flows[cell], BEFORE: 100 * c.tariff[cell]}
    for name, solution in result.variants.items():
        columns[name] = 100 * solution.equilibrium.policy.tariff_cf[cell]
    codes = [s.code for s in c.sectors if s.kind == "goods"]
    return {
        code: {name: float(values[at]) for name, values in columns.items()}
        for at, code in enumerate(codes)
    }


def last(result: ScenarioResult) -> Solution:
    """Return the solution of the scenario's last variant, the one shown first."""
    return list(result.variants.values())[-1]


def deficit_rule(result: ScenarioResult) -> str:
    """Say what is assumed of overall trade balances, which are an input of the model."""
    from detente.solver.equilibrium import DEFICIT_RULES

    rule = last(result).equilibrium.options.deficits
    if result.removal is not None:
        rule = "removed"
    if isinstance(rule, str):
        return f"{rule}: {DEFICIT_RULES[rule]}"
    return "given country by country"


def worst_residual(solution: Solution) -> float:
    """Return the largest relative gap of any equation."""
    return max(solution.residuals.values(), default=0.0)


def _rows(frame: Any) -> Rows:
    return frame.to_dict("index")


def _distinct(names: dict[str, str]) -> dict[str, str]:
    """Add the code to names that occur twice: charts and tables tell rows apart by them."""
    seen = Counter(names.values())
    return {k: name if seen[name] == 1 else f"{name} ({k})" for k, name in names.items()}


def drawn_elasticities(spread: Disagreement) -> str:
    """Say what a draw of trade elasticities is, and where its spread is from."""
    return (
        "each draw moves the logs of all trade elasticities by one normal term (standard deviation "
        f"{spread.common:.2f}) and of each goods sector by its own ({spread.own:.2f}), the spreads "
        "of seven published sources"
    )
