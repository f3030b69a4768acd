"""What tables of products and weights must be; everything wrong is said at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.errors import InputError, Problem, nearest

Floats = NDArray[np.float64]
EXACT = 1e-9
"""Relative gap, or relative difference of two pains, below which they count as equal."""

NAMED = 10
"""Products named in one complaint."""


def refuse(problems: list[Problem]) -> None:
    """Raise what is wrong, all of it, if anything is."""
    if problems:
        raise InputError(problems)


def some(labels: Iterable[Any]) -> str:
    """Name the first few."""
    names = [str(label) for label in labels]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def number(given: float, key: str, problems: list[Problem]) -> float:
    """Return a finite figure >= 0, or note what is wrong and return NaN."""
    try:
        number = float(given)
    except (TypeError, ValueError):
        number = np.nan
    if not (np.isfinite(number) and number >= 0):
        problems.append(Problem("is not a finite number >= 0", key=key, value=given))
        return np.nan
    return number


def product_values(products: pd.DataFrame, problems: list[Problem]) -> Floats:
    """Return imports by product, or zeros and a note."""
    if not products.index.is_unique:
        twice = products.index[products.index.duplicated()].unique()
        problems.append(Problem(f"products are given twice: {some(twice)}", key="products"))
        return np.zeros(len(products))
    if "value" not in products.columns:
        problems.append(
            Problem("there is no such column", key="value", value=list(products.columns))
        )
        return np.zeros(len(products))
    column = pd.Series(products["value"], products.index)
    return aligned(column, products.index, "value", problems)


def aligned(
    given: pd.Series | float,
    index: pd.Index,
    key: str,
    problems: list[Problem],
    *,
    most: float = np.inf,
) -> Floats:
    """Return figures in the order of the products, or zeros and a note of those not in range."""
    if not isinstance(given, pd.Series):
        given = pd.Series(number(given, key, []), index)
    if not given.index.is_unique or not index.is_unique:
        twice = given.index[given.index.duplicated()].unique()
        problems.append(Problem(f"products are given twice: {some(twice)}", key=key))
        return np.zeros(len(index))
    absent = index.difference(given.index, sort=False)
    if len(absent):
        problems.append(Problem(f"is missing for: {some(absent)}", key=key))
    rest = index.intersection(given.index, sort=False)
    figures = floats(given.reindex(rest))
    bad = ~(np.isfinite(figures) & (figures >= 0) & (figures <= most))
    if bad.any():
        allowed = f"a finite number from 0 to {most:g}" if np.isfinite(most) else "finite, >= 0"
        problems.append(Problem(f"cannot be used for: {some(rest[bad])}", key=key, allowed=allowed))
    return np.zeros(len(index)) if len(absent) or bad.any() else figures


def floats(given: Any) -> Floats:
    """Return figures, NaN for what is no number."""
    figures = pd.to_numeric(pd.Series(given), errors="coerce")
    return pd.Series(figures).to_numpy(float, na_value=np.nan)


def product_sectors(products: pd.DataFrame, problems: list[Problem]) -> pd.Index:
    """Return the sector of each product, none where the column is absent."""
    if "sector" in products.columns:
        return pd.Index(products["sector"])
    problems.append(Problem("there is no such column", key="sector", value=list(products.columns)))
    return pd.Index([])


def looked_up(
    wanted: pd.Index,
    weights: Mapping[Any, float] | pd.Series,
    key: str,
    problems: list[Problem],
) -> Floats:
    """Find the weight of each sector or region wanted; note every one that has none."""
    table = dict(weights.items())
    figures: dict[Any, float] = {}
    for name in wanted.unique():
        if name in table:
            figures[name] = number(table[name], f"{key}[{name!r}]", problems)
        else:
            hint = nearest(str(name), [str(k) for k in table])
            problems.append(Problem(f"has no weight; {hint}".rstrip("; "), key=key, value=name))
    return np.array([figures.get(name, 0.0) for name in wanted])


def felt(
    products: pd.Index,
    weights: Mapping[Any, float] | pd.Series,
    shares: pd.DataFrame,
    problems: list[Problem],
) -> Floats:
    """Weigh the regions that make each product by their jobs, ``Σ_r ω_r λ_rp``."""
    known = looked_up(shares.index, weights, "region_weights", problems)
    twice = [*shares.index[shares.index.duplicated()], *shares.columns[shares.columns.duplicated()]]
    absent = products.difference(shares.columns, sort=False)
    if twice:
        problems.append(Problem(f"given twice: {some(twice)}", key="region_shares"))
    if len(absent):
        problems.append(Problem(f"is missing for: {some(absent)}", key="region_shares"))
    if twice or len(absent):
        return np.zeros(len(products))
    table = np.column_stack([floats(shares[p]) for p in products])
    bad = ~np.isfinite(table).all(axis=0) | (table < 0).any(axis=0) | (table.sum(axis=0) > 1 + 1e-6)
    if bad.any():
        problems.append(
            Problem(
                f"cannot be used for: {some(products[bad])}",
                key="region_shares",
                allowed="shares from 0 to 1 that sum to no more than 1 over regions",
            )
        )
    return known @ table


def members(
    products: pd.DataFrame, actual: list[Hashable], problems: list[Problem]
) -> NDArray[np.bool_]:
    """Mark the products on the list; note those unknown or named twice."""
    names = pd.Index(actual)
    unknown = names.difference(products.index, sort=False)
    if not len(names):
        problems.append(Problem("holds no product", key="actual"))
    if len(unknown):
        problems.append(Problem(f"are not among the products: {some(unknown)}", key="actual"))
    if not names.is_unique:
        twice = names[names.duplicated()].unique()
        problems.append(Problem(f"named twice: {some(twice)}", key="actual"))
    return products.index.isin(names)
