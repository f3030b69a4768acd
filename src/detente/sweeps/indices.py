"""How much of a result's spread each group of inputs makes (Sobol), and what knowing is worth.

Runs at two independent sets of inputs, A and B, and at A with the inputs of one group taken from B:

- first order: Saltelli et al. (2010), *Computer Physics Communications* 181, table 2 (b);
- total: Jansen (1999), *Computer Physics Communications* 117, table 2 (f) there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
RESAMPLED = 200
ENDS = (0.05, 0.95)


class Indices(NamedTuple):
    """Shares of variance by group ``(group,)``, each with ends ``(2, group)`` of nine in ten.

    Attributes
    ----------
    first, first_ends
        What a group makes by itself: by how much variance would fall, were it known.
    total, total_ends
        The same with all it does together with others: what would be left, were all others known.
    rows
        Pairs of draws that they are from.
    """

    first: Array
    first_ends: Array
    total: Array
    total_ends: Array
    rows: int


def indices(a: Array, b: Array, mixed: Array) -> Indices | None:
    """Return indices of a result; none of fewer than 20 pairs, or of one that does not vary.

    Parameters
    ----------
    a, b
        The result at both sets of inputs ``(row,)``; a row with a number missing is left out.
    mixed
        At A with a group from B ``(group, row)``.
    """
    kept = np.isfinite(a) & np.isfinite(b) & np.isfinite(mixed).all(axis=0)
    a, b, mixed = a[kept], b[kept], mixed[:, kept]
    rows = len(a)
    if rows < 20 or not np.concatenate([a, b]).var() > 0:
        return None
    picked = np.random.default_rng(0).integers(rows, size=(RESAMPLED, rows))
    again = np.array([_shares(a[p], b[p], mixed[:, p]) for p in picked])
    first, total = _shares(a, b, mixed)
    ends = np.quantile(again, ENDS, axis=0)
    return Indices(first, ends[:, 0], total, ends[:, 1], rows)


def _shares(a: Array, b: Array, mixed: Array) -> tuple[Array, Array]:
    both = np.concatenate([a, b])
    variance = both.var()
    if not variance > 0:
        return np.zeros(len(mixed)), np.zeros(len(mixed))
    first = ((b - both.mean()) * (mixed - a)).mean(axis=1) / variance
    total = ((a - mixed) ** 2).mean(axis=1) / (2 * variance)
    return first, total


def narrower(first: Array) -> Array:
    """Return by which share a result's standard deviation falls, were a group known."""
    return 1 - np.sqrt(1 - np.clip(first, 0, 1))


def worth_of_knowing(values: Array) -> float:
    """Return the expected gain of deciding for or against something with all parameters known.

    Parameters
    ----------
    values
        What it brings by draw; nothing where it is left. The expected value of perfect information.
    """
    held = values[np.isfinite(values)]
    return float(np.maximum(held, 0).mean() - max(held.mean(), 0.0))


def crossings(points: Array, values: Array, centre: int) -> tuple[float, float]:
    """Return where a result turns its sign next to the centre, on a line between points.

    No numbers where it keeps it as far as it was tried; a run without a number ends the search.
    """
    sign, found = np.sign(values[centre]), []
    for step in (-1, 1):
        at = centre
        while 0 <= at + step < len(points) and np.sign(values[at + step]) == sign:
            at += step
        after = at + step
        if not 0 <= after < len(points) or not np.isfinite(values[after]):
            found.append(np.nan)
            continue
        share = values[at] / (values[at] - values[after])
        found.append(points[at] + share * (points[after] - points[at]))
    return float(found[0]), float(found[1])
