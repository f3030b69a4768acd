"""Maximise a function of several payoffs, subject to others, over bounded rates.

Payoffs are costly and come with exact derivatives; there may be thousands of rates but few payoffs.
Small problems go to sequential quadratic programming, large ones to an augmented Lagrangian whose
inner problems have bounds alone. Either way the answer carries its own account: how far it is from
feasible and from stationary.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
FEASIBLE, STATIONARY = 1e-8, 1e-5
"""Largest violation, and projected gradient of the Lagrangian, of an answer; payoffs as scaled."""


class Bounds(NamedTuple):
    """Lowest and highest rates, each ``(rate,)``; the highest may be infinite."""

    low: Array
    high: Array


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
        bounds and the objective as given.
    evaluations
        Of payoffs with derivatives.
    """

    rates: Array
    payoffs: Array
    violation: float
    stationarity: float
    evaluations: int

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
    """
    problem = _Problem(evaluate, bounds, objective, constraints)
    x = np.clip((start - bounds.low) / problem.width, 0.0, problem.top)
    x = problem.quadratic(x) if len(x) <= small else problem.lagrangian(x)
    return problem.account(x)


class _Problem:
    """Rates in units of their bounds; the last evaluations are kept."""

    def __init__(self, evaluate, bounds, objective, constraints):
        self.evaluate, self.bounds = evaluate, bounds
        self.objective, self.constraints = objective, constraints
        size = bounds.high - bounds.low
        self.width = np.where((size > 0) & np.isfinite(size), size, 1.0)
        self.top = np.where(np.isfinite(size), np.where(size > 0, 1.0, 0.0), np.inf)
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
            options={"ftol": 1e-14, "maxiter": 400},
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
        free = (x > 1e-12) & (x < self.top - 1e-12)
        prices = np.zeros(len(kept))
        if active.any() and free.any():
            prices[active] = nnls(slopes[active][:, free].T, -slope[free])[0]
        gradient = slope + prices @ slopes
        stationarity = float(np.abs(np.clip(x + gradient, 0.0, self.top) - x).max(initial=0.0))
        violation = float(np.maximum(-kept, 0.0).max(initial=0.0))
        return Optimum(self.rates(x), values, violation, stationarity, self.evaluations)
