"""Forecasts against what happened: correlation, slope and error, in and out of sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.history.record import Frame

Array = NDArray[np.float64]


def score(actual: Array, forecast: Array, weight: Array | None = None) -> dict[str, float]:
    """Hold a forecast against what happened.

    Parameters
    ----------
    actual, forecast
        ``(cell,)`` log changes.
    weight
        Of each; all alike unless given.

    Returns
    -------
    dict
        ``cells``; ``correlation`` and ``slope`` of actual on forecast, not a number where the
        forecast is the same everywhere; ``error``, root of the mean squared difference.
    """
    w = np.ones_like(actual) if weight is None else weight
    a, f = (x - np.average(x, weights=w) for x in (actual, forecast))
    cross, own, other = (np.average(x, weights=w) for x in (a * f, f * f, a * a))
    flat = own <= 1e-20
    return {
        "cells": float(len(actual)),
        "correlation": float("nan") if flat else float(cross / np.sqrt(own * other)),
        "slope": float("nan") if flat else float(cross / own),
        "error": float(np.sqrt(np.average((actual - forecast) ** 2, weights=w))),
    }


def one_elasticity(
    grid: Sequence[float],
    forecasts: Array,
    actual: Array,
    groups: Sequence[str],
    counts: NDArray[np.bool_],
    fine: int = 40,
) -> tuple[Array, Array]:
    """Forecast each industry with the one elasticity that fits all other industries best.

    Between the elasticities of the grid forecasts are interpolated.

    Parameters
    ----------
    grid
        Elasticities, rising.
    forecasts
        ``(elasticity, cell)``.
    actual, groups
        ``(cell,)`` log changes, and the industry of each.
    counts
        ``(cell,)`` whether it counts in the fit.
    fine
        Steps between two of the grid.

    Returns
    -------
    Forecasts ``(cell,)``, and the elasticity that each was made with.
    """
    dense, values = _dense(grid, forecasts, fine)
    squares = _squares(dense, actual, counts)
    names = np.asarray(groups)
    found, used = np.empty(len(names)), np.empty(len(names))
    for name in np.unique(names):
        out = names == name
        best = int(squares[:, ~out].sum(axis=1).argmin())
        found[out], used[out] = dense[best, out], values[best]
    return found, used


def best_of(
    grid: Sequence[float], forecasts: Array, actual: Array, counts: NDArray[np.bool_]
) -> float:
    """Return the one elasticity that fits all industries best."""
    dense, values = _dense(grid, forecasts, 40)
    return float(values[_squares(dense, actual, counts).sum(axis=1).argmin()])


def _dense(grid: Sequence[float], forecasts: Array, fine: int) -> tuple[Array, Array]:
    steps = np.linspace(0, len(grid) - 1, (len(grid) - 1) * fine + 1)
    low = np.minimum(steps.astype(int), len(grid) - 2)
    part = (steps - low)[:, None]
    dense = (1 - part) * forecasts[low] + part * forecasts[low + 1]
    return dense, np.interp(steps, np.arange(len(grid)), grid)


def _squares(dense: Array, actual: Array, counts: NDArray[np.bool_]) -> Array:
    return np.where(counts, (dense - np.where(counts, actual, 0.0)) ** 2, 0.0)


def rule(
    moved: Array, actual: Array, groups: Sequence[str], counts: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """Forecast each industry with a constant elasticity to its own tariff, fitted on the others.

    Parameters
    ----------
    moved
        ``(cell,)`` change of ``log(1 + t)``.
    actual, groups, counts
        As `one_elasticity` takes them.

    Returns
    -------
    Forecasts ``(cell,)``, and the elasticity of each.
    """
    names = np.asarray(groups)
    used = np.empty(len(names))
    for name in np.unique(names):
        used[names == name] = slope_of(moved, actual, counts & (names != name))
    return -used * moved, used


def slope_of(moved: Array, actual: Array, counts: NDArray[np.bool_]) -> float:
    """Return the constant elasticity to tariffs that fits best."""
    square = float((moved[counts] ** 2).sum())
    return -float((moved[counts] * actual[counts]).sum()) / square if square > 0 else 0.0


def estimate(
    actual: Array, moved: Array, partner: Sequence[str], industry: Sequence[str]
) -> dict[str, float]:
    """Estimate the elasticity of trade to tariffs, with effects of partners and of industries.

    Least squares of log changes on changes of ``log(1 + t)``; standard errors are clustered by
    industry, with the usual correction for few clusters (Cameron & Miller 2015, Journal of Human
    Resources 50(2)).

    Returns
    -------
    dict
        ``elasticity`` (of fob value to the duty-paid price, above zero), ``error`` (standard
        error), ``cells``, ``clusters``.
    """
    named = pd.DataFrame({"p": partner, "i": industry})
    effects: np.ndarray = pd.get_dummies(named, dtype=float).to_numpy()
    # partners' effects and industries' effects both sum to one: least squares of least size
    inside = [x - effects @ np.linalg.lstsq(effects, x, rcond=None)[0] for x in (moved, actual)]
    x, y = inside
    square = float(x @ x)
    slope = float(x @ y) / square
    left: Frame = pd.Series(x * (y - slope * x)).groupby(np.asarray(industry)).sum()
    n, k, g = len(x), int(np.linalg.matrix_rank(effects)) + 1, len(left)
    variance = float((left**2).sum()) / square**2 * g / (g - 1) * (n - 1) / (n - k)
    return {
        "elasticity": -slope,
        "error": float(np.sqrt(variance)),
        "cells": float(n),
        "clusters": float(g),
    }


def table(
    cells: Frame,
    groups: Mapping[str, NDArray[np.bool_]],
    names: Sequence[str],
    together: Sequence[str],
) -> Frame:
    """Score all forecasts over groups of cells, quarter by quarter and together.

    Parameters
    ----------
    cells
        ``actual``, ``base`` (trade before), ``quarter`` and a column a forecast.
    groups
        ``(cell,)`` which are in a group, by its name.
    names
        Columns of forecasts.
    together
        Quarters that count together.

    Returns
    -------
    pandas.DataFrame
        By ``group``, ``quarter`` (``together`` for those) and ``forecast``: as `score` has them,
        and ``weighted_error``, where cells count by the trade before.
    """
    rows = []
    for group, inside in groups.items():
        some = cells[inside & cells["actual"].notna().to_numpy()]
        parts = {"together": some[some["quarter"].isin(together)]}
        parts |= {str(quarter): part for quarter, part in some.groupby("quarter", sort=True)}
        for quarter, part in parts.items():
            if part.empty:
                continue
            actual, base = (part[name].to_numpy() for name in ("actual", "base"))
            for name in names:
                forecast = part[name].to_numpy()
                weighted = score(actual, forecast, base)["error"]
                rows.append({"group": group, "quarter": quarter, "forecast": name,
                             **score(actual, forecast), "weighted_error": weighted})  # fmt: skip
    return pd.DataFrame(rows)
