"""Tables too large to list: integer programmes, with a bound on what was not found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from detente.errors import InputError, Problem, SolveError, nearest
from detente.talks.solutions import EXACT, SOLUTIONS
from detente.talks.table import Choice, Floats, Table

_CUTS = 60
_GAP, _INFEASIBLE = 1e-9, 2
"""Relative gap at which an integer programme counts as solved."""


class NoPackageError(SolveError):
    """No package gives every party what it must have."""


@dataclass(frozen=True, eq=False)
class Best:
    """The best package found.

    Attributes
    ----------
    choices
        Issue → option.
    utility
        ``(party,)``.
    value, bound
        The objective there, and what no package can exceed.
    """

    choices: dict[str, str]
    utility: Floats
    value: float
    bound: float


class _Programme:
    """Binary variables of a table: options, trade parts and interactions, linked exactly."""

    def __init__(self, table: Table):
        self.table = table
        self.columns: dict[Choice, int] = {}
        self.rows: list[tuple[dict[int, float], float, float]] = []
        worth: list[Floats] = []
        for issue in table.issues:
            values = table.values.get(issue.id)
            for k, option in enumerate(issue.options):
                self.columns[issue.id, option] = len(worth)
                worth.append(np.zeros(len(table.parties)) if values is None else values[:, k])
            self.row({self.columns[issue.id, o]: 1.0 for o in issue.options}, 1, 1)
        if table.trade:
            self._trade(worth)
        for item in table.interactions:
            extra = len(worth)
            worth.append(np.asarray(item.values))
            chosen = [self.columns[c] for c in item.choices]
            for column in chosen:
                self.row({extra: 1.0, column: -1.0}, -np.inf, 0)
            self.row({extra: 1.0, **dict.fromkeys(chosen, -1.0)}, 1 - len(chosen), np.inf)
        for line in table.red_lines:
            chosen = [self.columns[c] for c in line.choices]
            self.row(dict.fromkeys(chosen, 1.0), -np.inf, len(chosen) - 1)
        self.worth = np.array(worth)  # (variable, party)

    def row(self, terms: dict[int, float], low: float, high: float) -> None:
        self.rows.append((terms, low, high))

    def _trade(self, worth: list[Floats]) -> None:
        """One variable for a joint choice of trade options; an option is the sum of its own."""
        trade = self.table.trade
        assert trade is not None
        options = [self.table.issues[self.table.place(name)].options for name in trade.issues]
        first = len(worth)
        parts = list(product(*(range(len(o)) for o in options)))
        worth.extend(trade.values[(slice(None), *part)] for part in parts)
        self.row({first + n: 1.0 for n in range(len(parts))}, 1, 1)
        for axis, name in enumerate(trade.issues):
            for k, option in enumerate(options[axis]):
                terms = {first + n: 1.0 for n, part in enumerate(parts) if part[axis] == k}
                self.row({**terms, self.columns[name, option]: -1.0}, 0, 0)

    def solve(
        self, goal: Floats, more: list[tuple[dict[int, float], float, float]], free: int
    ) -> tuple[Floats, float]:
        """Maximise ``goal`` over the binaries and ``free`` further variables; return both ends."""
        rows = [*self.rows, *more]
        count = len(self.worth) + free
        at = [(r, c, v) for r, (terms, _, _) in enumerate(rows) for c, v in terms.items()]
        r, c, v = zip(*at, strict=True)
        matrix = csr_array((v, (r, c)), shape=(len(rows), count))
        below, above = np.array([low for _, low, _ in rows]), np.array([up for *_, up in rows])
        limits = LinearConstraint(matrix, below, above)  # pyright: ignore[reportArgumentType]
        whole = np.append(np.ones(len(self.worth)), np.zeros(free))
        low = np.append(np.zeros(len(self.worth)), np.full(free, -np.inf))
        high = np.append(np.ones(len(self.worth)), np.full(free, np.inf))
        bounds = Bounds(low, high)  # pyright: ignore[reportArgumentType]
        found = milp(-goal, integrality=whole, bounds=bounds, constraints=limits,
                     options={"mip_rel_gap": _GAP})  # fmt: skip
        if found.status == _INFEASIBLE:
            raise NoPackageError("no package gives every party what it must have")
        if found.x is None:
            raise SolveError(f"packages: {found.message}")
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
        return np.asarray(found.x), -float(bound)

    def choices(self, x: Floats) -> dict[str, str]:
        return {issue: option for (issue, option), k in self.columns.items() if x[k] > 0.5}


def package_value(table: Table, choices: dict[str, str]) -> Floats:
    """Return the utility of one package to each party, without listing the others."""
    total = np.zeros(len(table.parties))
    for name, values in table.values.items():
        total += values[:, table.option(name, choices[name])]
    if table.trade:
        part = tuple(table.option(name, choices[name]) for name in table.trade.issues)
        total += table.trade.values[(slice(None), *part)]
    for item in table.interactions:
        if all(choices[issue] == option for issue, option in item.choices):
            total += item.values
    return total


def best_package(
    table: Table,
    no_deal: Floats,
    solution: str = "nash",
    weights: Floats | None = None,
    gap: float = 1e-6,
    *,
    least: Floats | None = None,
    fixed: Mapping[str, str] | None = None,
) -> Best:
    """Return the best package of a table of any size, with a bound.

    ``"utilitarian"`` (max Σ w u) is one integer programme. ``"egalitarian"`` (max min (u − d)/w)
    and ``"kalai-smorodinsky"`` (max min (u − d)/(ideal − d), after one programme for each ideal)
    are two: of the packages with the largest least share the second takes the one with the largest
    sum of shares. ``"nash"`` (max Σ w ln(u − d)) replaces logarithms by tangents from above and
    adds tangents where the last package lies, until bound and value differ by less than ``gap``;
    a party that gains from no package is left out.

    Parameters
    ----------
    no_deal
        ``(party,)``.
    weights
        ``(party,)``, of mean one; equal unless given. The Kalai-Smorodinsky solution has none.
    least
        ``(party,)`` that a package must give, where more than the no-deal payoffs.
    fixed
        Issue → option.

    Raises
    ------
    InputError
        Another solution is asked for, or an option is not in the table.
    NoPackageError
        No package gives every party what it must have.
    SolveError
        The solver fails.
    """
    w = np.ones(len(no_deal)) if weights is None else np.asarray(weights, dtype=float)
    if solution not in SOLUTIONS:
        hint = nearest(solution, SOLUTIONS)
        message = f"no such solution; {hint}".rstrip("; ")
        allowed = ", ".join(SOLUTIONS)
        raise InputError(Problem(message, None, None, "solution", solution, allowed))
    programme = _Programme(table)
    for issue, option in (fixed or {}).items():
        table.option(issue, option)
        programme.row({programme.columns[issue, option]: 1.0}, 1, 1)
    worth, n = programme.worth, len(programme.worth)
    need = no_deal if least is None else np.maximum(no_deal, least)
    rows = [({k: worth[k, i] for k in range(n)}, need[i], np.inf) for i in range(len(no_deal))]
    if solution == "utilitarian":
        x, bound = programme.solve(worth @ w, rows, 0)
        choices = programme.choices(x)
        utility = package_value(table, choices)
        return Best(choices, utility, float(utility @ w), bound)
    if solution != "egalitarian":
        ideal = np.array([programme.solve(own, rows, 0)[1] for own in worth.T]) - no_deal
        # who cannot gain at all is no party to the comparison
        some = ideal > EXACT * np.maximum(np.ptp(worth, axis=0), 1e-300)
        if solution == "nash" and some.any():
            return _nash(programme, no_deal, np.where(some, w, 0.0), rows, gap)
        w = np.where(some, ideal, np.inf) if some.any() else np.ones(len(no_deal))
    return _largest_least(programme, no_deal, w, rows)


def _largest_least(
    programme: _Programme,
    no_deal: Floats,
    w: Floats,
    rows: list[tuple[dict[int, float], float, float]],
) -> Best:
    """Maximise the least share, then the sum of shares where it is as large."""
    worth, n = programme.worth, len(programme.worth)
    compared = [i for i in range(len(no_deal)) if np.isfinite(w[i])]

    def shares(t: dict[int, float], slack: float) -> list[tuple[dict[int, float], float, float]]:
        return [({**{k: worth[k, i] / w[i] for k in range(n)}, **t},
                 no_deal[i] / w[i] + slack, np.inf) for i in compared]  # fmt: skip

    goal = np.append(np.zeros(n), 1.0)
    x, bound = programme.solve(goal, [*rows, *shares({n: -1.0}, 0.0)], 1)
    first = package_value(programme.table, programme.choices(x))
    reached = float(((first - no_deal) / w)[compared].min())
    total = (worth / w).sum(axis=1)
    spread = float(np.ptp(worth[:, compared] / w[compared]))
    x, _ = programme.solve(total, [*rows, *shares({}, reached - EXACT * max(spread, 1e-300))], 0)
    choices = programme.choices(x)
    utility = package_value(programme.table, choices)
    return Best(choices, utility, float(((utility - no_deal) / w)[compared].min()), bound)


def _nash(
    programme: _Programme,
    no_deal: Floats,
    w: Floats,
    least: list[tuple[dict[int, float], float, float]],
    gap: float,
) -> Best:
    """Outer approximation: one variable a party for the logarithm of its gain."""
    worth, n = programme.worth, len(programme.worth)
    spread = np.ptp(worth, axis=0)
    # a party to which all packages are worth the same: any scale does that is near its gain
    scale = np.where(spread > 0, spread, np.where(no_deal != 0, np.abs(no_deal), 1.0))
    goal = np.append(np.zeros(n), w)
    rows, best, bound = list(least), None, np.inf
    touched = [np.ones(len(no_deal)), np.full(len(no_deal), 0.1), np.full(len(no_deal), 0.01)]
    for _ in range(_CUTS):
        for at in touched:
            rows += [_tangent(worth, no_deal, scale, i, at[i]) for i in range(len(no_deal))]
        x, bound = programme.solve(goal, rows, len(no_deal))
        choices = programme.choices(x)
        utility = package_value(programme.table, choices)
        share = (utility - no_deal) / scale
        value = float(w @ np.log(np.maximum(share, 1e-300)))
        if best is None or value > best.value:
            best = Best(choices, utility, value, bound)
        if bound - best.value <= gap:
            break
        touched = [np.maximum(share, 1e-9)]
    assert best is not None
    return Best(best.choices, best.utility, best.value, bound)


def _tangent(
    worth: Floats, no_deal: Floats, scale: Floats, party: int, at: float
) -> tuple[dict[int, float], float, float]:
    """Return ``t ≤ ln a + (g − a)/a`` as a row, g being the scaled gain of the party."""
    n = len(worth)
    slope = 1 / (at * scale[party])
    terms = {k: -slope * worth[k, party] for k in range(n)}
    return {**terms, n + party: 1.0}, -np.inf, np.log(at) - 1 - slope * no_deal[party]
