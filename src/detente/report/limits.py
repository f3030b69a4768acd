"""Quotas, purchase commitments and unemployment: shown where a scenario has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.document.blocks import Column, Mark, Note, Section, Sentence, Table, Unit
from detente.document.language import noun
from detente.document.numbers import CHANGE, amount, money_unit
from detente.report import facts

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.paths import PathResult
    from detente.results import Solution
    from detente.simulate import ScenarioResult

NOTE = (
    "Quantities are at the baseline's prices. The wedge is what licences add to the price that "
    "buyers pay, duty included, or (below zero) the share of it that the treasury pays; "
    "zero where the limit does not bind. Rents handed to exporters are no part of values at "
    "fob: an overall balance then differs by them from what is assumed of it."
)
IDLE = 5e-4
"""Per cent of workers without work below which there are none."""


@dataclass(frozen=True)
class Limit:
    """A limit under one solution: trade in the baseline's unit, the wedge in per cent."""

    under: Mark
    measure: str
    ceiling: bool
    of: str
    before: float
    bound: float
    after: float
    wedge_pct: float


@dataclass(frozen=True)
class LimitFacts:
    """Limits of some solutions, and by solution who has workers without work, per cent."""

    unit: Unit
    limits: tuple[Limit, ...]
    idle: tuple[tuple[Mark, Mapping[str, float]], ...]


def facts_of(
    solutions: Mapping[str, Solution], calibration: Calibration, under: Mapping[str, Mark]
) -> LimitFacts:
    """Return the limits of some solutions; ``under`` says what each is, by the same name."""
    names = facts.country_names(calibration)
    limits = tuple(
        Limit(under[name], str(measure), row["kind"] == "ceiling", row["of"],
              row["before_musd"], row["bound_musd"], row["after_musd"], row["wedge_pct"])
        for name, solution in solutions.items()
        for measure, row in solution.limits.to_dict("index").items()
    )  # fmt: skip
    idle = tuple(
        (under[name], {names[code]: value for code, value in found.items()})
        for name, solution in solutions.items()
        if (found := unemployment(solution))
    )
    return LimitFacts(money_unit(calibration.card.unit), limits, idle)


def of_result(result: ScenarioResult) -> Section:
    """Return the section of a run."""
    c = result.calibration
    return section(facts_of(result.variants, c, facts.variant_marks(result)))


def of_path(result: PathResult) -> Section:
    """Return the same along a path: every variant and date with a limit or idle workers."""
    titles = facts.variant_titles(result.end())
    named = {
        f"{titles[name]}, {day}": solution
        for name, points in result.points.items()
        for day, solution in points.items()
    }
    return section(facts_of(named, result.calibration, {k: Mark(k) for k in named}))


def of_days(solutions: Mapping[str, Solution], calibration: Calibration) -> Section:
    """Return it of solutions that are named by their dates."""
    return section(facts_of(solutions, calibration, {k: Mark(k, short=k) for k in solutions}))


def unemployment(solution: Solution) -> dict[str, float]:
    """Return the share of workers without work by economy, per cent, where there are any."""
    values = solution.countries["unemployment_pct"].to_dict()
    return {str(code): value for code, value in values.items() if value > IDLE}


def section(found: LimitFacts) -> Section:
    """Return what limits do and who is without work; no blocks where there is nothing of it."""
    blocks = []
    if found.limits:
        blocks += [_table(found), Note(NOTE)]
    blocks += [
        Sentence(
            "Unemployed at the floor of wages, of all workers: "
            + ", ".join(f"{noun(name)} {amount(share)}%" for name, share in shares.items())
            + ".",
            head=under,
        )
        for under, shares in found.idle
    ]
    return Section("limits", "Quotas, purchases and idle workers", tuple(blocks))


def _table(found: LimitFacts) -> Table:
    trade = found.unit
    wedge = "what licences add to duty-paid prices; below zero the share that the treasury pays"
    columns = (
        Column("limit", "", "under what, which measure, what it limits"),
        Column("before", "before", "trade that the limit is on, in the baseline", trade),
        Column("bound", "limit", "the limit", trade),
        Column("after", "after", "trade that the limit is on, then", trade),
        Column("wedge", "price wedge", wedge, CHANGE),
    )
    rows = tuple(
        {"limit": _named(one), "before": one.before, "bound": one.bound, "after": one.after,
         "wedge": one.wedge_pct}
        for one in found.limits
    )  # fmt: skip
    return Table("trade-under-limits", "Quotas and purchase commitments", columns, rows)


def _named(one: Limit) -> Mark:
    said = f"{one.measure} ({'at most' if one.ceiling else 'at least'}, {one.of})"
    short = f"{one.under.short}  {said}" if one.under.short else ""
    return Mark(f"{one.under.text}: {said}", short=short)
