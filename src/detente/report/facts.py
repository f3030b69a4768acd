"""The figures that tables, charts and sentences share, each computed once from a result."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.calibration import Calibration

if TYPE_CHECKING:
    import pandas as pd

    from detente.results import Solution
    from detente.simulate import ScenarioResult

MATERIAL_SHARE = 5e-4
"""Sectors below this share of an economy's output are not ranked: tiny bases, wild per cents."""


@dataclass(frozen=True)
class Money:
    """How values of a baseline are shown: divided by ``divisor``, in ``label``."""

    divisor: float
    label: str


def money(calibration: Calibration) -> Money:
    """Return billions for a baseline in millions, its own unit otherwise."""
    unit = calibration.card.unit
    found = re.fullmatch(r"million (\S+)", unit)
    return Money(1000.0, f"{found[1]} bn") if found else Money(1.0, unit)


def country_names(calibration: Calibration) -> dict[str, str]:
    """Return the readable name of each economy by its code."""
    return {c.code: c.name for c in calibration.countries}


def sector_names(calibration: Calibration) -> dict[str, str]:
    """Return the readable name of each sector by its code."""
    return {s.code: s.name for s in calibration.sectors}


def variant_titles(result: ScenarioResult) -> dict[str, str]:
    """Return the title of each solved variant by its id, in the scenario's order."""
    titles = {v.id: v.title or v.id for v in result.scenario.variants}
    return {name: titles.get(name, name) for name in result.variants}


def focus(result: ScenarioResult) -> tuple[str, ...]:
    """Return the economies in focus that the baseline has, at most two."""
    known = result.calibration.country_codes
    return tuple(code for code in result.scenario.focus if code in known)[:2]


def welfare(result: ScenarioResult, column: str = "real_income_pct") -> pd.DataFrame:
    """Return one column of the country results, one row an economy, one column a variant."""
    import pandas as pd

    frame = pd.DataFrame({v: s.countries[column] for v, s in result.variants.items()})
    return frame.reindex(result.calibration.country_codes)


def mean_tariff(calibration: Calibration, tariff: np.ndarray, importer: str, exporter: str):
    """Mean goods tariff, per cent, weighted by baseline fob trade; 0 where there is no trade."""
    c = calibration
    cell = (c.goods, c.country_codes.index(importer), c.country_codes.index(exporter))
    trade = c.flows[cell].sum()
    return 100 * float((tariff[cell] * c.flows[cell]).sum() / trade) if trade else 0.0


def flow(result: ScenarioResult, exporter: str, importer: str) -> pd.DataFrame:
    """Goods sold by one economy to another: value and mean tariff, before and by variant.

    Rows ``before`` (the baseline) and the variants; columns ``value`` (the baseline's unit, fob),
    ``pct`` (change from the baseline) and ``tariff_pct``.
    """
    import pandas as pd

    c = result.calibration
    rows = {}
    for name, solution in result.variants.items():
        pair = solution.bilateral.loc[(exporter, importer)]
        rows.setdefault(
            "before",
            {
                "value": pair["goods_musd"],
                "pct": 0.0,
                "tariff_pct": mean_tariff(c, c.tariff, importer, exporter),
            },
        )
        after = solution.equilibrium.policy.tariff_cf
        rows[name] = {
            "value": pair["goods_musd"] + pair["goods_change_musd"],
            "pct": pair["goods_pct"],
            "tariff_pct": mean_tariff(c, after, importer, exporter),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def revenue(result: ScenarioResult, country: str) -> pd.Series:
    """Tariff revenue of an economy, ``before`` and by variant, the baseline's unit."""
    import pandas as pd

    values = {}
    for name, solution in result.variants.items():
        row = solution.countries.loc[country]
        values.setdefault("before", row["tariff_revenue_musd"])
        values[name] = row["tariff_revenue_musd"] + row["tariff_revenue_change_musd"]
    return pd.Series(values)


def ranked_sectors(solution: Solution, country: str, count: int | None = None) -> pd.DataFrame:
    """Return an economy's sectors, largest output change (per cent) first.

    Sectors below `MATERIAL_SHARE` of the economy's output are left out.
    """
    frame = solution.sectors.loc[country]
    frame = frame[frame["output_musd"] >= MATERIAL_SHARE * frame["output_musd"].sum()]
    order = frame["output_pct"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order[:count]]


def shown_sectors(result: ScenarioResult, count: int = 14) -> list[str]:
    """Choose the sectors that a chart shows: hit most in either focus economy, last variant."""
    chosen: dict[str, float] = {}
    solution = last(result)
    for country in focus(result):
        for code, value in ranked_sectors(solution, country)["output_pct"].abs().items():
            chosen[str(code)] = max(chosen.get(str(code), 0.0), float(value))
    return sorted(chosen, key=lambda code: -chosen[code])[:count]


def tariff_rows(result: ScenarioResult, importer: str, exporter: str) -> pd.DataFrame:
    """Goods tariffs of one economy on another by sector, per cent: ``before`` and by variant."""
    import pandas as pd

    c = result.calibration
    cell = (slice(None), c.country_codes.index(importer), c.country_codes.index(exporter))
    columns = {"before": 100 * c.tariff[cell]}
    for name, solution in result.variants.items():
        columns[name] = 100 * solution.equilibrium.policy.tariff_cf[cell]
    frame = pd.DataFrame(columns, index=pd.Index(c.sector_codes, name="sector"))
    frame.insert(0, "flow", c.flows[cell])
    return frame[c.goods]


def last(result: ScenarioResult) -> Solution:
    """Return the solution of the scenario's last variant, the one shown first."""
    return list(result.variants.values())[-1]


def deficit_rule(result: ScenarioResult) -> str:
    """Say what is assumed of overall trade balances, which are an input of the model."""
    from detente.solve.equilibrium import DEFICIT_RULES

    rule = last(result).equilibrium.options.deficits
    if isinstance(rule, str):
        return f"{rule}: {DEFICIT_RULES[rule]}"
    return "given country by country"


def worst_residual(solution: Solution) -> float:
    """Return the largest relative gap of any equation."""
    return max(solution.residuals.values(), default=0.0)
