"""Quotas and purchase commitments: shown where a scenario has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from detente.document.blocks import Column, Mark, Note, Section, Table
from detente.document.numbers import CHANGE, money_unit
from detente.report import facts
from detente.report.run.data import meaning_of
from detente.units import common

if TYPE_CHECKING:
    from detente.paths import PathResult
    from detente.results import Solution
    from detente.simulate import ScenarioResult

NOTE = (
    "Quantities are at the baseline's prices. The wedge is what licences add to the price that "
    "buyers pay, duty included, or (below zero) the share of it that the treasury pays; "
    "zero where the limit does not bind. Rents handed to exporters are no part of values at "
    "fob: an overall balance then differs by them from what is assumed of it."
)


def of_result(result: ScenarioResult) -> Section:
    """Return the section of a run."""
    under = facts.variant_marks(result)
    return section({name: (under[name], s) for name, s in result.variants.items()},
                   result.calibration.card.unit)  # fmt: skip


def of_path(result: PathResult) -> Section:
    """Return the same along a path: every variant and date with a limit."""
    titles = facts.variant_titles(result.end())
    named = {
        f"{titles[name]}, {day}": (Mark(f"{titles[name]}, {day}"), solution)
        for name, points in result.points.items()
        for day, solution in points.items()
    }
    return section(named, result.calibration.card.unit)


def section(solutions: Mapping[str, tuple[Mark, Solution]], unit: str) -> Section:
    """Return what limits do under some solutions; no blocks where there are none."""
    rows = tuple(
        {"limit": _named(under, str(measure), row), "before": row["before_musd"],
         "bound": row["bound_musd"], "after": row["after_musd"], "wedge": row["wedge_pct"]}
        for under, solution in solutions.values()
        for measure, row in common(solution.limits, unit).to_dict("index").items()
    )  # fmt: skip
    trade = money_unit(unit)
    columns = (
        Column("limit", "", "under what, which measure, what it limits"),
        *(Column(key, title, meaning_of(key), trade)
          for key, title in (("before", "before"), ("bound", "limit"), ("after", "after"))),
        Column("wedge", "price wedge", meaning_of("wedge"), CHANGE),
    )  # fmt: skip
    table = Table("trade-under-limits", "Quotas and purchase commitments", columns, rows)
    blocks = (table, Note(NOTE)) if rows else ()
    return Section("limits", "Quotas and purchases", blocks, more=True)


def _named(under: Mark, measure: str, row: Mapping) -> Mark:
    said = f"{measure} ({'at most' if row['kind'] == 'ceiling' else 'at least'}, {row['of']})"
    return Mark(f"{under.text}: {said}", short=f"{under.short}  {said}" if under.short else "")
