"""What is said of a structure that a scenario gives itself, and of the day it is solved at."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from detente.report import facts

if TYPE_CHECKING:
    from detente.model.by_code import Numbers
    from detente.model.economy import Structure
    from detente.model.horizons import Horizon
    from detente.simulate import ScenarioResult

FEW = 4
"""Numbers by code that are all said."""
Pairs = list[tuple[str, str]]
_SAID = {"market", "labour_mobility", "scale_elasticity", "final_elasticity", "input_elasticity",
         "value_added_elasticity"}  # fmt: skip


def assumed(result: ScenarioResult) -> Pairs:
    """Return terms and meanings: the structure where the scenario has its own, the date if any."""
    pairs: Pairs = []
    if result.scenario.structure is not None:
        pairs.append(("Structure", sentence(result)))
    if result.at is not None:
        pairs.append(("Date", on_day(result)))
    return pairs


def on_day(result: ScenarioResult) -> str:
    """Say what it means to be solved at a date."""
    return (
        f"Only what is in force on {result.at} counts, a measure that is phased in at its share of "
        "that day; measures without dates are always in force. What they would do if they stayed "
        f"for good, at the horizon {result.scenario.horizon}: an equilibrium of its own, no point "
        "of a transition."
    )


def of_horizon(chosen: Horizon) -> str:
    """Say what is left of a horizon where the scenario has its own structure."""
    text = f"{chosen.name}: {chosen.meaning}."
    if chosen.elasticity_scale == 1:
        return text
    return (
        f"{text} Trade elasticities are {chosen.elasticity_scale:.2f} of those of the long run "
        "(Boehm, Levchenko and Pandalai-Nayar 2023)."
    )


def used(result: ScenarioResult) -> Structure:
    """Return the structure that was solved."""
    return facts.last(result).equilibrium.options.structure


def market(result: ScenarioResult) -> str:
    """Say which market was solved."""
    from detente.model.economy import MARKETS

    return MARKETS[used(result).market]


def plain(result: ScenarioResult) -> dict[str, object]:
    """Return the structure that was solved as plain data for JSON."""
    return {
        key: "infinite" if isinstance(value, float) and math.isinf(value)
        else dict(value) if isinstance(value, Mapping) else value
        for key, value in asdict(used(result)).items()
    }  # fmt: skip


def number(value: Numbers) -> str:
    """Write one number, numbers by code, or of many the range."""
    if not isinstance(value, Mapping):
        return f"{value:g}"
    if len(value) > FEW:
        return f"{min(value.values()):g} to {max(value.values()):g} by code"
    return ", ".join(f"{code} {one:g}" for code, one in value.items())


def sentence(result: ScenarioResult) -> str:
    """State the structure that was solved, which keys the scenario sets, and what that risks."""
    from detente.model.economy import Structure

    entry, s = result.scenario.structure, used(result)
    mobile = "one wage" if math.isinf(s.labour_mobility) else f"κ = {s.labour_mobility:g}"
    said = [
        market(result),
        f"mobility of workers between sectors: {mobile}",
        f"scale elasticity ψ = {number(s.scale_elasticity)}" if s.scale_elasticity else "",
        f"substitution between sectors of final demand {s.final_elasticity:g}",
        f"between materials {s.input_elasticity:g}",
        f"between them and value added {s.value_added_elasticity:g}",
    ]
    given = entry.model_dump(exclude_none=True) if entry else {}
    said += [
        f"{key.replace('_', ' ')} {value if isinstance(value, str) else number(value)}"
        for key, value in given.items()
        if key not in _SAID
    ]
    text = "; ".join(part for part in said if part)
    head = f"{text[:1].upper()}{text[1:]}."
    head += f" Set by the scenario: {', '.join(given)}; the rest by its horizon." if given else ""
    tail = [] if s == Structure() else [
        "First-order measures are not shown: their formula assumes one wage, no profits or scale."
    ]  # fmt: skip
    return " ".join([head, *risks(result), *tail])


def risks(result: ScenarioResult) -> list[str]:
    """Sentences on what the options in use put at risk: uniqueness, convergence."""
    from detente.model.by_code import spread

    s, theta = used(result), result.calibration.trade_elasticity
    found = []
    if s.market == "free-entry":
        found.append(
            "Under free entry θψ is 1 in every sector, the edge of uniqueness: other equilibria, "
            "with sectors closed, may exist, and the solver takes more steps."
        )
    if s.scale_elasticity:
        psi = spread(s.scale_elasticity, result.calibration.sector_codes, "scale_elasticity", 0.0)
        found.append(
            f"With economies of scale θψ is up to {(psi * theta).max():.2g}; above 1 "
            "equilibria need not be unique (refused), and near it the solver slows."
        )
    if s.market == "fixed-entry":
        found.append(
            "With a fixed number of firms profits are income and are not competed away by entry; "
            "that the equilibrium is the only one is not proven."
        )
    if s.wage_floor:
        found.append(
            f"Wages do not fall below {s.wage_floor:g} of the baseline's against world value "
            "added, as under a currency that moves with it: workers whom nobody hires at that "
            "wage are idle, and at a floor near 1 small falls of demand cost many jobs."
        )
    if s.revenue_use == "labour-tax":
        found.append(
            "What the government takes beyond the baseline lowers the tax on labour, and what it "
            "takes less raises it: no gift to income, but jobs where wages are at their floor, or "
            "hours where labour follows what they buy."
        )
    if s.labour_supply:
        found.append(
            f"Labour follows what an hour buys with an elasticity of {s.labour_supply:g}; real "
            "income is less what the effort of more hours is worth to workers, and employment "
            "counts hours."
        )
    if s.import_margin or s.pass_through != 1:
        found.append(
            "Part of what buyers pay is earned where they live, or tariffs pass on by more or less "
            "than one to one, as free entry of sellers into markets implies; that the equilibrium "
            "is the only one is not proven."
        )
    rigid = [name for name, value in (
        ("between materials", s.input_elasticity),
        ("between them and value added", s.value_added_elasticity),
    ) if value < 1]  # fmt: skip
    if rigid:
        found.append(
            f"With substitution below 1 ({', '.join(rigid)}) shares of cost rise with prices: a "
            "large shock may have no equilibrium that the solver finds, and it is then refused."
        )
    if max(s.input_elasticity, s.value_added_elasticity, s.final_elasticity) > 1:
        found.append(
            "With substitution above 1 small cost advantages move much, and that the equilibrium "
            "is the only one is not proven."
        )
    return found
