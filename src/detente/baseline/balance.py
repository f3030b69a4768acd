"""Balancing: make a table agree with the totals of its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.errors import DataError, Problem

TOLERANCE = 1e-13
MAX_ITERATIONS = 20_000


@dataclass(frozen=True, eq=False)
class Balanced:
    """A balanced matrix and what it took.

    Attributes
    ----------
    matrix
        ``(row, column)``, every cell with the sign it had.
    iterations
        Sweeps over rows and columns.
    residual
        Largest gap of a row or column total, relative to the sum of its absolute cells.
    absolute_change
        Sum of the absolute changes of the cells, in the unit of the matrix.
    """

    matrix: np.ndarray
    iterations: int
    residual: float
    absolute_change: float


@dataclass(frozen=True, eq=False)
class NonNegativeUse:
    """Intermediate and final use without negative cells, and the size of the change.

    Attributes
    ----------
    intermediate
        ``(country, input, using)``, value.
    final_demand
        ``(country, input)``, value.
    countries
        Positions of the countries that were changed; the others are as they were.
    negative
        Sum of the negative final demand removed, as a positive value.
    final_change, intermediate_change
        Sums of absolute changes of final and of intermediate use, value.
    residual
        Largest relative gap to a total that was kept.
    """

    intermediate: np.ndarray
    final_demand: np.ndarray
    countries: tuple[int, ...]
    negative: float
    final_change: float
    intermediate_change: float
    residual: float


def gras(
    matrix: np.ndarray,
    row_totals: np.ndarray,
    column_totals: np.ndarray,
    *,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
    subject: str = "matrix",
) -> Balanced:
    """Balance a matrix, negative cells allowed, to given row and column totals.

    The generalised RAS: positive cells are multiplied by r_i s_j, negative ones by 1/(r_i s_j),
    so that signs and zeros stay (Junius & Oosterhaven 2003; the closed form of the multipliers,
    also for rows and columns without positive cells, is that of Temurshoev, Miller & Bouwmeester
    2013). Without negative cells it is RAS.

    Parameters
    ----------
    matrix
        ``(row, column)``.
    row_totals, column_totals
        ``(row,)`` and ``(column,)``, with the same sum.
    tolerance
        Largest accepted `Balanced.residual`.
    subject
        What is balanced, for messages.

    Raises
    ------
    DataError
        Listing every total that no choice of cells with these signs can reach, or saying how far
        the sweeps got.
    """
    matrix = np.asarray(matrix, dtype=np.float64)
    rows, columns = (np.asarray(t, dtype=np.float64) for t in (row_totals, column_totals))
    problems = _shape_problems(matrix, rows, columns, subject) or _reach_problems(
        matrix, rows, columns, subject
    )
    if problems:
        raise DataError(problems)
    positive, negative = np.maximum(matrix, 0), np.maximum(-matrix, 0)
    s = np.ones(len(columns))
    r = np.ones(len(rows))
    result, gap = matrix, _gap(matrix, rows, columns)
    iterations = 0
    while gap.max(initial=0) > tolerance and iterations < max_iterations:
        iterations += 1
        r = _multiplier(positive @ s, negative @ _inverse(s), rows)
        s = _multiplier(r @ positive, _inverse(r) @ negative, columns)
        result = positive * np.outer(r, s) - negative * np.outer(_inverse(r), _inverse(s))
        gap = _gap(result, rows, columns)
    worst = float(gap.max(initial=0))
    if not worst <= tolerance:
        place = int(gap.argmax())
        line = f"row {place}" if place < len(rows) else f"column {place - len(rows)}"
        raise DataError(
            Problem(
                f"not balanced after {iterations} sweeps: {line} is {worst:.3g} away from its "
                "total (relative)",
                key=subject,
                allowed=f"<= {tolerance:g}",
            )
        )
    return Balanced(result, iterations, worst, float(np.abs(result - matrix).sum()))


def remove_negative_final_demand(
    intermediate: np.ndarray, final_demand: np.ndarray, codes: tuple[str, ...]
) -> NonNegativeUse:
    """Set negative final demand to zero and rebalance the country's use by GRAS.

    Kept are, in every country, spending on each input (rows), total intermediate purchases of each
    using sector and total final demand (columns). Countries without negative cells stay as they
    are.

    Parameters
    ----------
    intermediate
        ``(country, input, using)``, value, nowhere negative.
    final_demand
        ``(country, input)``, value.
    codes
        Country codes, for messages.
    """
    touched = tuple(int(n) for n in np.flatnonzero((final_demand < 0).any(axis=1)))
    new_intermediate, new_final = intermediate.copy(), final_demand.copy()
    residual = 0.0
    for n in touched:
        use = np.column_stack([intermediate[n], final_demand[n]])
        balanced = gras(
            np.maximum(use, 0), use.sum(axis=1), use.sum(axis=0), subject=f"use of {codes[n]}"
        )
        new_intermediate[n], new_final[n] = balanced.matrix[:, :-1], balanced.matrix[:, -1]
        residual = max(residual, balanced.residual)
    return NonNegativeUse(
        intermediate=new_intermediate,
        final_demand=new_final,
        countries=touched,
        negative=float(-np.minimum(final_demand, 0).sum()),
        final_change=float(np.abs(new_final - final_demand).sum()),
        intermediate_change=float(np.abs(new_intermediate - intermediate).sum()),
        residual=residual,
    )


def _shape_problems(matrix, rows, columns, subject) -> list[Problem]:
    if matrix.ndim != 2 or rows.shape != matrix.shape[:1] or columns.shape != matrix.shape[1:]:
        shapes = (matrix.shape, rows.shape, columns.shape)
        allowed = "(rows, columns), (rows,), (columns,)"
        return [Problem("wrong shape", key=subject, value=shapes, allowed=allowed)]
    named = {"cells": matrix, "row totals": rows, "column totals": columns}
    return [
        Problem(f"{name} that are not finite", key=subject)
        for name, array in named.items()
        if not np.isfinite(array).all()
    ]


def _reach_problems(matrix, rows, columns, subject) -> list[Problem]:
    problems = []
    scale = max(np.abs(rows).sum(), np.abs(columns).sum())
    if abs(rows.sum() - columns.sum()) > 1e-9 * scale:
        problems.append(
            Problem(
                "row and column totals have different sums",
                key=subject,
                value=(float(rows.sum()), float(columns.sum())),
            )
        )
    for kind, axis, totals in (("row", 1, rows), ("column", 0, columns)):
        up, down = (matrix > 0).any(axis=axis), (matrix < 0).any(axis=axis)
        # with cells of one sign only, zero is reached in the limit and exactly by all-zero cells
        unreachable = ((totals > 0) & ~up) | ((totals < 0) & ~down)
        unreachable |= (totals == 0) & down & ~up
        for place in np.flatnonzero(unreachable):
            problems.append(
                Problem(
                    f"{kind} {place} has no cell that could reach its total",
                    key=subject,
                    value=float(totals[place]),
                )
            )
    return problems


def _multiplier(up: np.ndarray, down: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Solve up·x − down/x = total for x ≥ 0; 1 where there are no cells."""
    root = np.sqrt(totals**2 + 4 * up * down)
    # two forms of one root: each sum below adds terms of one sign, so nothing cancels
    high = np.divide(totals + root, 2 * up, out=np.ones_like(totals), where=up > 0)
    low = np.divide(2 * down, root - totals, out=np.ones_like(totals), where=root > totals)
    return np.where((totals < 0) | (up == 0), low, high)


def _inverse(x: np.ndarray) -> np.ndarray:
    """1/x; 0 for a row or column of positive cells whose total is zero (x = 0)."""
    return np.divide(1.0, x, out=np.zeros_like(x), where=x > 0)


def _gap(matrix: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Relative gaps of all row and column totals, each to its absolute sum."""
    gaps = []
    for axis, totals in ((1, rows), (0, columns)):
        miss = np.abs(matrix.sum(axis=axis) - totals)
        scale = np.maximum(np.abs(totals), np.abs(matrix).sum(axis=axis))
        gaps.append(np.divide(miss, scale, out=np.zeros_like(miss), where=scale > 0))
    return np.concatenate(gaps)
