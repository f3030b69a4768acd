"""Which of the figures drawn decides an outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd

from detente.talks.solutions import EXACT
from detente.talks.table import Floats


def importance(factors: pd.DataFrame, outcomes: pd.DataFrame, bins: int = 10) -> pd.DataFrame:
    """Return the share of each outcome's variance that each factor explains alone.

    The first-order index Var(E[y | x])/Var(y), the inner mean being over bins of equal numbers,
    less what bins explain by chance (Plischke, Borgonovo & Smith 2013; adjusted as R² is).

    Parameters
    ----------
    factors
        ``(draw, factor)``.
    outcomes
        ``(draw, outcome)``; draws where an outcome is missing are left out of it.
    """
    found = {}
    for name in outcomes.columns:
        y = outcomes[name].to_numpy(dtype=float)
        kept = np.isfinite(y)
        value = y[kept]
        total = ((value - value.mean()) ** 2).sum() if len(value) else 0.0
        if len(value) <= 2 * bins or total <= EXACT:
            continue
        found[name] = {
            factor: _explained(factors.loc[kept, factor], value, total, bins)
            for factor in factors.columns
        }
    table = pd.DataFrame(found, index=factors.columns, dtype=float)
    return table.loc[table.max(axis=1).sort_values(ascending=False).index] if found else table


def _explained(x: pd.Series, value: Floats, total: float, bins: int) -> float:
    ranks = x.rank(method="dense").astype(int) - 1
    # what takes few values is grouped by them, what is continuous in bins
    if ranks.max() >= max(bins, len(x) // 5):
        ranks = (x.rank(method="first") - 1) * bins // len(x)
    groups = pd.Series(value).groupby(ranks.to_numpy())
    between = (groups.size() * (groups.mean() - value.mean()) ** 2).sum()
    spare, n = groups.ngroups - 1, len(value)
    adjusted = 1 - (1 - between / total) * (n - 1) / (n - 1 - spare)
    return float(max(adjusted, 0.0))
