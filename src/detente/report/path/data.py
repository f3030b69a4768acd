"""A path of dates as plain data: tidy tables, and the dates of every variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.document import plain
from detente.document.publish import Data
from detente.report import facts
from detente.report.path.facts import facts_of_path
from detente.report.run import data as run_data

if TYPE_CHECKING:
    import pandas as pd

    from detente.paths import PathResult

_PAIR = {
    "purchases": "goods bought from the other economy in focus, fob",
    "mean_tariff": "mean tariff on the other economy in focus, weighted by trade of the baseline",
    "real_income": "income over the consumer price index, exact",
    "goods": "trade in goods at fob prices",
    "all": "trade in goods and services at fob prices",
}


def frames(result: PathResult) -> dict[str, Data]:
    """Return the tidy tables of a path, one row a variant, date and what the name says.

    ``path`` has one row a variant and date, with the economies in focus side by side; ``pairs`` the
    trade and mean tariffs of every pair.
    """
    # the mean at baseline weights is in both
    pairs = result.bilateral.drop(columns="mean_tariff_cf").join(result.tariffs)
    found = {
        "path": _summary(result),
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


def _summary(result: PathResult) -> pd.DataFrame:
    """Return one row a variant and date, with the economies in focus; rates are fractions."""
    import pandas as pd

    rows = [
        {
            "variant": name,
            "date": pd.Timestamp(found.day),
            "in_force": " ".join(f"{k}={share:.6g}" for k, share in found.held.items()),
            **{f"{code}_real_income_pct": v for code, v in found.income.items()},
            **{f"{code}_purchases_musd": v for code, v in found.value.items()},
            **{f"{code}_purchases_pct": v for code, v in found.pct.items()},
            **{f"{code}_mean_tariff": v / 100 for code, v in found.tariff.items()},
        }
        for name, dates in facts_of_path(result).dates.items()
        for found in dates
    ]
    return pd.DataFrame(rows)


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
