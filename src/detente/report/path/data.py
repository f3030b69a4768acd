"""A path of dates as plain data: tidy tables, and the dates of every variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.document import plain
from detente.document.data import Data
from detente.report import facts
from detente.report.path.facts import facts_of_path
from detente.report.run import data as run_data

if TYPE_CHECKING:
    from detente.paths import PathResult

_PAIR = {
    "goods": "trade in goods at fob prices",
    "all": "trade in goods and services at fob prices",
}


def frames(result: PathResult) -> dict[str, Data]:
    """Return the tidy tables of a path, one row a variant, date and what the name says.

    ``pairs`` holds the trade and mean tariffs of every pair.
    """
    # the mean at baseline weights is in both
    pairs = result.bilateral.drop(columns="mean_tariff_cf").join(result.tariffs)
    found = {
        "countries": result.countries.reset_index(),
        "sectors": result.sectors.reset_index(),
        "pairs": pairs.reset_index(),
    }
    if len(result.limits):
        found["limits"] = result.limits.reset_index()
    for frame in found.values():
        frame["date"] = frame["date"].dt.date  # a day, not a moment
    named = run_data.titles(result.calibration) | {"variant": facts.variant_titles(result.end())}
    return run_data.described(found, result.calibration.card.unit, named, _PAIR)


def solved(result: PathResult) -> dict[str, Any]:
    """Return by variant and date what is in force, and how it was solved."""
    titles = facts.variant_titles(result.end())
    return {
        name: {
            "title": titles[name],
            "dates": {
                str(day): {
                    "in_force": result.shares[name][day],
                    "status": str(solution.status),
                    "iterations": int(solution.iterations),
                    "residuals": {k: float(v) for k, v in solution.residuals.items()},
                }
                for day, solution in points.items()
            },
        }
        for name, points in result.points.items()
    }


def by_variant(result: PathResult) -> dict[str, dict[str, Any]]:
    """Return for JSON the dates of every variant: what is in force, figures, how it was solved."""
    dates = facts_of_path(result).dates
    found: dict[str, dict[str, Any]] = {}
    for name, variant in solved(result).items():
        by_day = {}
        for one in dates[name]:
            welfare = result.points[name][one.day].welfare
            by_day[str(one.day)] = variant["dates"][str(one.day)] | plain.value(
                {
                    "real_income_pct": welfare.to_dict(),
                    "purchases_musd": one.value,
                    "purchases_pct": one.pct,
                    "mean_tariff": {code: rate / 100 for code, rate in one.tariff.items()},
                }
            )
        found[name] = {"dates": by_day}
    return found
