"""The tables of a path as data frames and as plain data; `store` writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detente.report import facts, path_figures

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


def tables(result: PathResult) -> dict[str, pd.DataFrame]:
    """Return the tidy tables of a path, one row a variant, date and what the name says.

    ``path`` has one row a variant and date, with the economies in focus side by side; ``pairs`` the
    trade and mean tariffs of every pair.
    """
    # the mean at baseline weights is in both
    pairs = result.bilateral.drop(columns="mean_tariff_cf").join(result.tariffs)
    found = {
        "path": path_figures.summary(result),
        "countries": result.countries.reset_index(),
        "sectors": result.sectors.reset_index(),
        "pairs": pairs.reset_index(),
    }
    if len(result.limits):
        found["limits"] = result.limits.reset_index()
    for frame in found.values():
        frame["date"] = frame["date"].dt.date  # a day, not a moment
    return found


def meaning(stem: str) -> str:
    """Say what a column of these tables means, without the ending of its name."""
    for name, text in _PAIR.items():
        if stem == name:
            return text
        if stem.endswith(f"_{name}"):
            return f"{stem.removesuffix(f'_{name}')}: {text}"
    raise KeyError(stem)


def variants(result: PathResult) -> dict[str, Any]:
    """Return for JSON the dates of every variant: what is in force, figures, how it was solved."""
    titles = facts.variant_titles(result.end())
    found: dict[str, Any] = {}
    for name, points in result.points.items():
        rows = {row["date"]: row for row in path_figures.rows(result, name)}
        dates = {}
        for day, solution in points.items():
            row = rows[day]
            dates[str(day)] = {
                "in_force": result.shares[name][day],
                "status": solution.status,
                "iterations": solution.iterations,
                "residuals": {k: float(v) for k, v in solution.residuals.items()},
                "real_income_pct": {k: _number(v) for k, v in solution.welfare.items()},
                "purchases_musd": row["value"],
                "purchases_pct": row["pct"],
                "mean_tariff": {k: v / 100 for k, v in row["tariff"].items()},
            }
        found[name] = {"title": titles[name], "dates": dates}
    return found


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
