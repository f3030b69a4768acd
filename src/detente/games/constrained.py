"""Maximise a function of several payoffs, subject to others, over bounded rates.

Payoffs are costly and come with exact derivatives; there may be thousands of rates but few payoffs.
Small problems go to sequential quadratic programming, large ones to an augmented Lagrangian whose
inner problems have bounds alone. Either way the answer carries its own account: how far it is from
feasible and from stationary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Evaluate = Callable[[Array], tuple[Array, Array]]
"""Payoffs ``(player,)`` and their derivatives ``(player, rate)`` at rates ``(rate,)``."""
Scalar = Callable[[Array], tuple[float, Array]]
"""A value and its derivatives ``(player,)``, from payoffs ``(player,)``."""
Several = Callable[[Array], tuple[Array, Array]]
"""Values ``(k,)`` wanted above zero and derivatives ``(k, player)``, from payoffs."""

SMALL = 200
"""Rates up to which sequential quadratic programming is used: it works with dense matrices."""
RESTARTS = 4
PRECISION = 1e-10
FEASIBLE, STATIONARY = 1e-8, 1e-4
"""Largest violation, and projected gradient of the Lagrangian, of an answer.

Both in units of the objective and of rates: where curvature is one, a gradient of 1e-4 leaves 5e-9
of the objective on the table.
"""


class Bounds(NamedTuple):
    """Lowest and highest rates, each ``(rate,)``; the highest may be infinite.

    ``size`` ``(rate,)`` is how far a rate moves until it matters (numerics only): one over the root
    of the curvature of payoffs in units of the objective makes searches short. Where left out it is
    the distance of the bounds.
    """

    low: Array
    high: Array
    size: Array | None = None


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where a search ended.

    Attributes
    ----------
    rates
        ``(rate,)``.
    payoffs
        ``(player,)``.
    violation
        How far the worst constraint is below zero.
    stationarity
        Largest entry of the projected gradient of the Lagrangian, with rates in units of their
        size and the objective as given.
    evaluations
        Of payoffs with derivatives.
    prices
        Multipliers of the constraints ``(k,)``, where there are any.
    """

    rates: Array
    payoffs: Array
    violation: float
    stationarity: float
    evaluations: int
    prices: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def solved(self) -> bool:
        """Whether it is feasible and stationary."""
        return self.violation <= FEASIBLE and self.stationarity <= STATIONARY


def maximise(
    evaluate: Evaluate,
    bounds: Bounds,
    start: Array,
    objective: Scalar,
    constraints: Several | None = None,
    *,
    small: int = SMALL,
    precision: float = PRECISION,
) -> Optimum:
    """Find rates at which an objective of the payoffs is greatest; a local optimum.

    Parameters
    ----------
    evaluate
        The payoffs.
    start
        Rates ``(rate,)`` to start from.
    objective, constraints
        Functions of payoffs alone, of the order of one.
    small
        Size up to which sequential quadratic programming is used.
    precision
        Change of the objective at which a search stops; it must be above the noise of payoffs.
    """
    problem = _Problem(evaluate, bounds, objective, constraints, precision)
    x = np.clip((start - bounds.low) / problem.width, 0.0, problem.top)
    if len(x) > small:
        return problem.account(problem.lagrangian(x))
    found = problem.account(x)
    for _ in range(RESTARTS):
        # a search that stops short is taken up with its memory of curvature cleared
        x = problem.quadratic(x)
        found = problem.account(x)
        if found.solved:
            break
    return found


class _Problem:
    """Rates in units of their bounds; the last evaluations are kept."""

    def __init__(self, evaluate, bounds, objective, constraints, precision):
        self.evaluate, self.bounds, self.precision = evaluate, bounds, precision
        self.objective, self.constraints = objective, constraints
        room = bounds.high - bounds.low
        usual = np.where((room > 0) & np.isfinite(room), room, 1.0)
        self.width = usual if bounds.size is None else bounds.size
        self.top = room / self.width
        self.kept: dict[bytes, tuple[Array, Array]] = {}
        self.evaluations = 0

    def payoffs(self, x: Array) -> tuple[Array, Array]:
        """Payoffs and derivatives by ``x``."""
        key = x.tobytes()
        if key not in self.kept:
            if len(self.kept) > 8:
                self.kept.clear()
            values, slopes = self.evaluate(self.rates(x))
            self.kept[key] = values, slopes * self.width
            self.evaluations += 1
        return self.kept[key]

    def rates(self, x: Array) -> Array:
        return np.clip(self.bounds.low + x * self.width, self.bounds.low, self.bounds.high)

    def goal(self, x: Array) -> tuple[float, Array]:
        """Return the objective and its derivatives by ``x``."""
        values, slopes = self.payoffs(x)
        value, by_payoff = self.objective(values)
        return float(value), by_payoff @ slopes

    def sides(self, x: Array) -> tuple[Array, Array]:
        """Constraint values and their derivatives by ``x``."""
        values, slopes = self.payoffs(x)
        if self.constraints is None:
            return np.zeros(0), np.zeros((0, len(x)))
        kept, by_payoff = self.constraints(values)
        return kept, by_payoff @ slopes

    def quadratic(self, x: Array) -> Array:
        from scipy.optimize import minimize

        sides = {
            "type": "ineq",
            "fun": lambda z: self.sides(z)[0],
            "jac": lambda z: self.sides(z)[1],
        }
        found = minimize(
            lambda z: tuple(-part for part in self.goal(z)),
            x,
            jac=True,
            bounds=[(0, top) for top in self.top],
            constraints=[] if self.constraints is None else [sides],
            method="SLSQP",
            options={"ftol": self.precision, "maxiter": 300},
        )
        return np.clip(found.x, 0.0, self.top)

    def lagrangian(self, x: Array, rounds: int = 30) -> Array:
        """Rockafellar's augmented Lagrangian for inequalities, with L-BFGS-B inside."""
        from scipy.optimize import minimize

        prices = np.zeros(len(self.sides(x)[0]))
        weight, before = 10.0, np.inf
        for _ in range(rounds):

            def inner(z: Array, prices: Array = prices, weight: float = weight):
                value, slope = self.goal(z)
                kept, slopes = self.sides(z)
                active = np.maximum(prices - weight * kept, 0.0)
                penalty = ((active**2 - prices**2) / (2 * weight)).sum()
                return penalty - value, -slope - active @ slopes

            found = minimize(
                inner, x, jac=True, method="L-BFGS-B", bounds=[(0, top) for top in self.top],
                options={"maxiter": 2000, "maxfun": 4000, "ftol": 1e-15, "gtol": 1e-8, "maxcor": 30}
            )  # fmt: skip
            x = np.clip(found.x, 0.0, self.top)
            kept, _ = self.sides(x)
            shift = np.maximum(-kept, -prices / weight)
            prices = np.maximum(prices - weight * kept, 0.0)
            worst = np.abs(shift).max(initial=0.0)
            if worst <= FEASIBLE / 10:
                break
            weight, before = (weight if worst < 0.25 * before else 10 * weight), worst
        return x

    def account(self, x: Array) -> Optimum:
        """Say how good a point is, with the multipliers that fit it best."""
        from scipy.optimize import nnls

        values, _ = self.payoffs(x)
        _, slope = self.goal(x)
        kept, slopes = self.sides(x)
        active = kept <= 10 * FEASIBLE
        edge = 1e-12 * np.where(np.isfinite(self.top), self.top, 1.0)
        free = (x > edge) & (x < self.top - edge)
        prices = np.zeros(len(kept))
        if active.any() and free.any():
            prices[active] = nnls(slopes[active][:, free].T, -slope[free])[0]
        gradient = slope + prices @ slopes
        stationarity = float(np.abs(np.clip(x + gradient, 0.0, self.top) - x).max(initial=0.0))
        violation = float(np.maximum(-kept, 0.0).max(initial=0.0))
        return Optimum(self.rates(x), values, violation, stationarity, self.evaluations, prices)
