"""A goal reached by one rate, or by many at least cost to those who act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.given import economy
from detente.errors import InputError, Problem, SolveError
from detente.model.outcome import log_real_income_hat
from detente.notebook import Shown
from detente.policy.arrays import Policy
from detente.policy.given import policy_given
from detente.policy.instruments import Measure
from detente.results import Solution
from detente.solver.equilibrium import Equilibrium, solve_equilibrium
from detente.solver.gradient import objectives
from detente.solver.options import Options, options_given
from detente.targets.goals import Aim, Goal
from detente.targets.levers import Lever, Levers, place
from detente.units import in_unit

Array = NDArray[np.float64]

ACCURACY = 1e-6
"""Distance from the target, as a share of the change, up to which it counts as reached."""
FRONTIER_POINTS = 9
NEWTON_STEPS = 20
CLOSE = 1e-4
"""Distance from the target, as a share of the change, up to which it is reached again."""
_STEPS = (0.01, 0.03, 0.0625, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1.0)
"""Shares of the bounds among which the first crossing is looked for; finer near none."""


class Reach(StrEnum):
    """Whether a target was reached."""

    REACHED = "reached"
    ALREADY = "met already, without any of the rates"
    OUT_OF_REACH = "out of reach within the bounds"


@dataclass(frozen=True, eq=False, repr=False)
class TargetResult(Shown):
    """How a target was reached, or how far one gets.

    ``before`` (the baseline), ``start`` (under the measures in force), ``target`` and ``after`` are
    the figure aimed at, in the unit that the name of its ``column`` says; ``rates`` says what was
    chosen; ``solution`` is the economy there; ``frontier`` holds the figure and the change of real
    income of those who act, as all rates rise together towards their bounds (not a number where
    there is no equilibrium).
    """

    goal: Goal
    column: str
    status: Reach
    before: float
    start: float
    target: float
    after: float
    rates: pd.DataFrame
    solution: Solution
    frontier: pd.DataFrame

    def _brief(self) -> str:
        figures = f"{self.before:.4g}, aimed at {self.target:.4g}, reached {self.after:.4g}"
        return f"{self.status.name.lower()}: {self.column} {figures}"


def reach(
    calibration: Calibration,
    goal: Goal,
    levers: Lever | Sequence[Lever],
    *,
    base: Policy | Measure | Sequence[Measure] | None = None,
    options: Options | None = None,
) -> TargetResult:
    """Choose rates that reach a goal at least cost to those who set them.

    One rate is found as a bracketed root. Several minimise the loss of real income of the economies
    whose rates they are, summed in money, subject to the target, by sequential quadratic
    programming with exact gradients: a local optimum, never worse than one rate for all.

    Parameters
    ----------
    goal
        A `Deficit`, `ImportShare`, `MeanTariff`, `Revenue` or `NoLoss`.
    base
        Policy in force besides the levers; the baseline's own when omitted.

    Raises
    ------
    InputError
        The goal has the wrong sign, a lever cannot be placed, or no lever moves the goal.
    SolveError
        An economy on the way has no equilibrium.
    """
    if not callable(getattr(goal, "aim", None)) or isinstance(goal, type):
        raise InputError(Problem("not a goal", key="goal", value=goal, allowed="such as Deficit"))
    calibration = economy(calibration)
    base = policy_given(calibration, base)
    given = [levers] if isinstance(levers, Lever) else levers
    problem = _Problem(calibration, goal, given, base, options_given(options))
    problem.check()
    none = np.zeros(problem.levers.size)
    if problem.met_already:
        return problem.result(Reach.ALREADY, none)
    start = problem.first()
    if start is None:
        return problem.result(Reach.OUT_OF_REACH, problem.farthest())
    if problem.levers.size == 1:
        return problem.result(Reach.REACHED, start)
    return problem.result(Reach.REACHED, problem.cheapest(start))


class Again(NamedTuple):
    """Rates ``(rate,)``, relative to those found at another economy, and the economy there."""

    relative: Array
    equilibrium: Equilibrium


def reach_again(
    calibration: Calibration,
    goal: Goal,
    levers: Sequence[Lever],
    found: Array,
    *,
    base: Policy,
    options: Options,
) -> Again:
    """Reach a goal at other parameters by rates in proportion to those found, by Newton steps.

    Many rates keep their proportions, within their bounds: they are not chosen again.

    Parameters
    ----------
    found
        Rates ``(rate,)`` that reach the goal at the central parameters.

    Raises
    ------
    SolveError
        It is out of reach, was not found, or an economy on the way has no equilibrium.
    """
    problem = _Problem(calibration, goal, levers, base, options)
    rates = found * _factor(problem, found)
    rates = np.minimum(rates, problem.levers.upper)
    solved = solve_equilibrium(
        calibration, problem.levers.apply(base, rates), options, start=problem.last
    )
    relative = np.divide(rates, found, out=np.ones_like(rates), where=found > 0)
    return Again(relative, solved)


def _factor(problem: _Problem, found: Array) -> float:
    """Return the factor on rates at which the gap closes, near 1; 0 where it takes none.

    Newton steps between logs, of the factor and of the way that is made (1 less the gap): that way
    bends, and a straight step from beyond the target would end below no rates.
    """
    factor, upper = 1.0, problem.levers.upper
    try:
        for _ in range(NEWTON_STEPS):
            rates, free = np.minimum(factor * found, upper), factor * found < upper
            gap = problem.gap(rates)
            if abs(gap) <= CLOSE:
                return factor
            if gap < 0 and factor < CLOSE:
                return 0.0
            if gap > 0 and not (found * free).any():
                break
            slope = -factor * float(problem.gap_slope(rates) @ (found * free))
            way = 1 - gap
            step = -np.log(way) * way / slope if way > 0 and slope > 0 else np.sign(gap)
            factor *= float(np.exp(np.clip(step, -2.0, 2.0)))
    except SolveError:
        raise SolveError("no equilibrium on the way") from None
    raise SolveError(str(Reach.OUT_OF_REACH))


def _root(gap: Callable[[float], float]) -> float | None:
    """Return the first share in (0, 1] at which a gap closes, to 1e-12, or nothing.

    Where there is no economy the gap does not close.
    """
    from scipy.optimize import brentq

    low = 0.0
    for high in _STEPS:
        try:
            here = gap(high)
        except SolveError:
            continue
        if here <= 0:
            found = brentq(gap, low, high, xtol=1e-12)
            return float(np.asarray(found))
        low = high
    return None


@lru_cache(maxsize=32)
def _values(measure: Callable[..., Any]) -> Callable[..., Any]:
    """Return the real income of those who act and the figure aimed at; one function a measure."""

    def values(arrays, shock, x, parameters):
        weights, rest = parameters
        income = weights @ log_real_income_hat(arrays, shock, x)
        return jnp.stack([income, measure(arrays, shock, x, rest)])

    return values


class _Problem:
    """A target on a baseline: evaluations are kept, each starts from the last."""

    def __init__(self, calibration, goal, levers, base, options):
        self.calibration, self.options, self.goal = calibration, options, goal
        self.base = base or Policy.unchanged(calibration)
        self.levers: Levers = place(calibration, levers)
        aim: Aim = goal.aim(calibration, self.base)
        # a change of ln real income times baseline income is money
        weights = np.zeros(len(calibration.income))
        weights[self.levers.actors] = calibration.income[self.levers.actors]
        self.values, self.parameters = _values(aim.measure), (weights, aim.parameters)
        self.last = None
        self.kept: dict[bytes, tuple[Array, Array]] = {}
        self.aim = aim
        if not np.isfinite(aim.scale):
            self.aim = aim._replace(scale=max(aim.sign * (aim.target - self.at_none), 1e-9))

    @cached_property
    def at_none(self) -> float:
        """Figure aimed at without any of the rates."""
        return self.figure(np.zeros(self.levers.size))

    @property
    def met_already(self) -> bool:
        """Whether it takes none of the rates."""
        missing = self.aim.sign * (self.aim.target - self.at_none)
        return missing <= ACCURACY * self.aim.scale if self.aim.smallest else missing <= 0

    def check(self) -> None:
        """Refuse levers that do not move the goal."""
        if not self.met_already and not self.evaluate(0.5 * self.levers.upper)[1][1].any():
            message = "none of the levers moves it"
            raise InputError(Problem(message, key="goal", value=type(self.goal).__name__))

    def evaluate(self, rates: Array) -> tuple[Array, Array]:
        """Return (income of those who act, figure) and derivatives ``(2, size)`` by the rates."""
        rates = np.asarray(rates, dtype=np.float64)
        key = rates.tobytes()
        if key not in self.kept:
            policy = self.levers.apply(self.base, rates)
            found = self._objectives(policy, self.last)
            if not np.isfinite(found.values).all():
                found = self._again(policy, rates)
            self.last = found.point
            slopes = [
                self.levers.pull(
                    self.base,
                    {"tariff_cf": found.by_tariff[k]} | {f: v[k] for f, v in found.by.items()},
                )
                for k in range(len(found.values))
            ]
            self.kept[key] = found.values, np.array(slopes)
        return self.kept[key]

    def _objectives(self, policy: Policy, start):
        given = self.calibration, policy, self.values, self.parameters, self.options, start
        return objectives(*given, by=self.levers.fields_of(policy))

    def _again(self, policy: Policy, rates: Array):
        """Solve with continuation, then differentiate there."""
        try:
            solved = solve_equilibrium(self.calibration, policy, self.options)
        except SolveError as error:
            text = self.levers.table(self.calibration, rates).to_string(index=False)
            raise SolveError(f"at rates\n{text}\n{error}") from error
        return self._objectives(policy, solved.unknowns)

    def figure(self, rates: Array) -> float:
        """Figure aimed at, in its unit."""
        return float(self.evaluate(rates)[0][1])

    def gap(self, rates: Array) -> float:
        """Distance still to go, as a share of the change demanded; below 0 beyond the target."""
        return self.aim.sign * (self.aim.target - self.figure(rates)) / self.aim.scale

    def gap_slope(self, rates: Array) -> Array:
        """Return the derivatives of `gap` ``(size,)`` by rates."""
        return -self.aim.sign * self.evaluate(rates)[1][1] / self.aim.scale

    def first(self) -> Array | None:
        """Return rates that meet the target: all in proportion to their bounds, or on another way.

        The second way finds a target that is met only between two of the shares looked at, or only
        by some of the rates.
        """
        upper = self.levers.upper
        share = _root(lambda x: self.gap(x * upper))
        if share is not None:
            return share * upper
        best = self.farthest()
        if self.gap(best) > 0:
            return best if self.gap(best) <= ACCURACY else None
        share = _root(lambda x: self.gap(x * best))
        return best if share is None else share * best

    def farthest(self) -> Array:
        """Return the rates within bounds that get closest to the target or furthest beyond it."""
        from scipy.optimize import minimize

        upper, ends = self.levers.upper, [np.zeros(self.levers.size)]
        for start in (0.02, 0.5):
            try:
                found = minimize(
                    lambda x: self.gap(x * upper),
                    np.full(self.levers.size, start),
                    jac=lambda x: self.gap_slope(x * upper) * upper,
                    bounds=[(0, 1)] * self.levers.size,
                    method="L-BFGS-B",
                    options={"ftol": 1e-14, "gtol": 1e-10},
                )
                ends += [np.asarray(found.x) * upper, upper]
                self.gap(upper)
            except SolveError:
                continue  # the other start may stay where there is an economy
        return min((e for e in ends if e.tobytes() in self.kept), key=self.gap)

    def cost(self, rates: Array) -> float:
        """Loss of those who act, million; or the size of the rates where income is the goal."""
        if self.aim.smallest:
            return float(((rates / self.levers.upper) ** 2).sum())
        return -float(self.evaluate(rates)[0][0])

    def cost_slope(self, rates: Array) -> Array:
        """Return the derivatives of `cost` ``(size,)`` by rates."""
        if self.aim.smallest:
            return 2 * rates / self.levers.upper**2
        return -self.evaluate(rates)[1][0]

    def cheapest(self, start: Array) -> Array:
        """Return the rates that reach the target at the least loss to those who act."""
        from scipy.optimize import minimize

        upper = self.levers.upper
        least = 1e-12 if self.aim.smallest else 1e-6 * self.calibration.income.max()
        unit = max(abs(self.cost(start)), least)
        found = minimize(
            lambda x: self.cost(x * upper) / unit,
            start / upper,
            jac=lambda x: self.cost_slope(x * upper) * upper / unit,
            bounds=[(0, 1)] * self.levers.size,
            constraints={
                # met, not passed: ways with many rates and with one can then be compared
                "type": "eq",
                "fun": lambda x: self.gap(x * upper),
                "jac": lambda x: self.gap_slope(x * upper) * upper,
            },
            method="SLSQP",
            options={"ftol": 1e-10, "maxiter": 300},
        )
        best = np.clip(np.asarray(found.x), 0, 1) * upper
        best = self._onto_target(best)
        if abs(self.gap(best)) > ACCURACY:
            return start
        return self._without_idle(best if self.cost(best) <= self.cost(start) else start, unit)

    def _without_idle(self, rates: Array, unit: float) -> Array:
        """Set to nothing the levers that change nothing, such as a tariff under a binding quota."""
        levers = [one.lever for one in self.levers.placed]
        for lever in dict.fromkeys(levers):
            own = np.array([other == lever for other in levers])
            less = np.where(own, 0.0, rates)
            if not less.any() or not rates[own].any():
                continue
            same = abs(self.gap(less)) <= ACCURACY
            if same and abs(self.cost(less) - self.cost(rates)) <= ACCURACY * unit:
                rates = less
        return rates

    def _onto_target(self, rates: Array) -> Array:
        """Correct the last hair of a search by Newton steps along the steepest way."""
        upper = self.levers.upper
        for _ in range(5):
            if abs(self.gap(rates)) <= 0.01 * ACCURACY:
                break
            slope = self.gap_slope(rates) * upper**2
            length = slope @ self.gap_slope(rates)
            if not length > 0:
                break
            rates = np.clip(rates - self.gap(rates) * slope / length, 0, upper)
        return rates

    def result(self, status: Reach, rates: Array) -> TargetResult:
        """Solve at the rates chosen and say what they do."""
        policy = self.levers.apply(self.base, rates)
        solution = Solution(solve_equilibrium(self.calibration, policy, self.options))
        return TargetResult(
            self.goal,
            self.aim.column,
            status,
            self.aim.before,
            self.at_none,
            self.aim.target,
            self.figure(rates),
            self.levers.table(self.calibration, rates),
            solution,
            self._frontier(),
        )

    def _frontier(self) -> pd.DataFrame:
        rows = []
        for share in np.linspace(0, 1, FRONTIER_POINTS):
            try:
                income, figure = self.evaluate(share * self.levers.upper)[0]
            except SolveError:
                income = figure = np.nan  # no economy there
            rows.append(
                {"share_of_bounds_pct": 100 * share, self.aim.column: figure, "income_musd": income}
            )
        return in_unit(pd.DataFrame(rows), self.calibration.card.unit)
