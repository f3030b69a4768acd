"""Names, units and rows of results that all subjects share."""

from __future__ import annotations

import re
import string
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.baseline.calibration import Calibration
from detente.document.blocks import Mark, Unit
from detente.scenario.focus import focus_on
from detente.units import common

if TYPE_CHECKING:
    from detente.baseline.elasticity_draws import Disagreement
    from detente.results import Solution
    from detente.scenario.schema import Scenario
    from detente.simulate import ScenarioResult
    from detente.uncertainty.draws import Interval

BEFORE = "(before)"
"""Key of the baseline among variants: no id of a variant starts with a parenthesis."""
Rows = dict[str, dict[str, float]]
"""Rows of numbers by their label, each by its column."""

MATERIAL_SHARE = 5e-4
"""Sectors below this share of an economy's output are not ranked: tiny bases, wild per cents."""


@dataclass(frozen=True)
class Money:
    """How values are shown: divided by ``divisor``, in ``label``; data hold ``stated``."""

    divisor: float
    label: str
    stated: str = ""

    def unit(self, decimals: int | None = None, *, sign: bool = False, per: str = "") -> Unit:
        """Return it as the unit of a column."""
        of_data = " ".join(one for one in (self.stated or self.label, per) if one)
        label = " ".join(one for one in (self.label, per) if one)
        return Unit(label, self.divisor, decimals, sign, data=of_data)


def money(calibration: Calibration) -> Money:
    """Return billions for a baseline in millions and of that size, its own unit otherwise."""
    unit = calibration.card.unit
    found = re.fullmatch(r"million (\S+)", unit)
    large = calibration.income.max() >= 10_000
    return Money(1000.0, f"{found[1]} bn", unit) if found and large else Money(1.0, unit, unit)


def country_names(calibration: Calibration) -> dict[str, str]:
    """Return the readable name of each economy by its code."""
    return distinct({c.code: c.name for c in calibration.countries})


def sector_names(calibration: Calibration) -> dict[str, str]:
    """Return the readable name of each sector by its code."""
    return distinct({s.code: s.name for s in calibration.sectors})


def variant_titles(result: ScenarioResult) -> dict[str, str]:
    """Return the title of each solved variant by its id, in the scenario's order."""
    titles = {v.id: v.title or v.id for v in result.scenario.variants}
    return distinct({name: titles.get(name, name) for name in result.variants})


def letters(result: ScenarioResult) -> dict[str, str]:
    """Return a short column head for each variant: A, B, … Z, AA, …."""
    names = list(result.variants)
    wide = [a + b for a in ("", *string.ascii_uppercase) for b in string.ascii_uppercase]
    return dict(zip(names, wide, strict=False))


def variant_marks(result: ScenarioResult) -> dict[str, Mark]:
    """Return the title of each variant with its letter, by its id."""
    short = letters(result)
    return {name: Mark(title, short=short[name]) for name, title in variant_titles(result).items()}


def uses_ledger(scenario: Scenario) -> bool:
    """Tell whether tariffs of the ledger are in force, or in a measure."""
    return scenario.in_force is not None or any(one.kind == "ledger" for one in scenario.measures)


def focus(result: ScenarioResult) -> tuple[str, ...]:
    """Return the codes of the economies in focus that the baseline has, at most two."""
    return focus_on(result.scenario, result.calibration)


def countries(solution: Solution) -> Rows:
    """Return the country results: economy, column, value."""
    return _rows(solution.countries, solution)


def sectors(solution: Solution, country: str) -> Rows:
    """Return the sector results of one economy: sector, column, value."""
    return _rows(solution.sectors.loc[country], solution)


def partners(solution: Solution, importer: str, exporter: str) -> Rows:
    """Return where a change of purchases reappears: partner (or ``domestic``), column, value."""
    return _rows(solution.diversion(importer, exporter), solution)


def last(result: ScenarioResult) -> Solution:
    """Return the solution of the variant that is shown first."""
    return result.variants[result.headline]


def deficit_rule(result: ScenarioResult) -> str:
    """Say what is assumed of overall trade balances, which are an input of the model."""
    from detente.solver.options import DEFICIT_RULES

    rule = last(result).equilibrium.options.deficits
    if result.removal is not None:
        rule = "removed"
    if isinstance(rule, str):
        return f"{rule}: {DEFICIT_RULES[rule]}"
    return "given country by country"


def worst_residual(solution: Solution) -> float:
    """Return the largest relative gap of any equation."""
    return max(solution.residuals.values(), default=0.0)


def _rows(frame: Any, of: Solution) -> Rows:
    return common(frame, of.equilibrium.calibration.card.unit).to_dict("index")


def distinct(names: dict[str, str]) -> dict[str, str]:
    """Add the code to names that occur twice: charts and tables tell rows apart by them."""
    seen = Counter(names.values())
    return {k: name if seen[name] == 1 else f"{name} ({k})" for k, name in names.items()}


def drawn_elasticities(spread: Disagreement) -> str:
    """Say what a draw of trade elasticities is, and where its spread is from."""
    return (
        "each draw moves all trade elasticities by one factor (log-normal with mean 1, standard "
        f"deviation of its log {spread.common:.2f}) and each goods sector's by its own "
        f"({spread.own:.2f}), as far off as comparison of seven published sources shows"
    )


def runs(result: ScenarioResult) -> str:
    """Say which runs lie between the ends of intervals: of few all; nothing without draws."""
    found = [one for name in result.variants if (one := result.interval(name))]
    said = {one.what for one in found}
    return said.pop() if len(said) == 1 else "nine of ten runs (of few all)" if said else ""


def ends(interval: Interval | None, c: Calibration) -> dict[str, tuple[float, float]]:
    """Return ends of a change of real income by economy; empty without draws."""
    if interval is None:
        return {}
    both = zip(interval.low.tolist(), interval.high.tolist(), strict=True)
    return dict(zip(c.country_codes, both, strict=True))
