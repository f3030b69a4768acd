"""A bilateral deficit cut to a target, by one rate or by many at least cost to those who act."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import jax.numpy as jnp
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem, SolveError, nearest
from detente.model.outcome import log_real_income_hat, outcome
from detente.policy.arrays import Policy
from detente.results import Solution
from detente.solver.equilibrium import Options, solve_equilibrium
from detente.solver.gradient import objectives
from detente.targets.levers import Lever, Levers, place

Array = NDArray[np.float64]

ACCURACY = 1e-6
"""Distance from the target, as a share of the cut, up to which it counts as reached."""
SMALLEST_CUT = 1e-5
"""Share of the deficit below which a cut drowns in the accuracy of a solve."""
FRONTIER_POINTS = 9


class Reach(StrEnum):
    """Whether a target was reached."""

    REACHED = "reached"
    ALREADY = "met already, without any of the rates"
    OUT_OF_REACH = "out of reach within the bounds"


@dataclass(frozen=True)
class Deficit:
    """The goods deficit of ``of`` with ``partner`` at fob, cut by an amount or a share.

    Parameters
    ----------
    of, partner
        Codes of the economies.
    cut
        Amount in the baseline's unit (million USD), or
    fraction
        share of the baseline's deficit: give one of them. A sum that people state against another
        figure of the deficit (customs counts $375bn for 2017) is the share of the two.
    """

    of: str
    partner: str
    cut: float | None = None
    fraction: float | None = None

    def __post_init__(self) -> None:
        given = [v for v in (self.cut, self.fraction) if v is not None]
        if len(given) != 1 or not (np.isfinite(given[0]) and given[0] > 0):
            raise InputError(
                Problem("a deficit is cut by an amount or by a share", key="cut | fraction",
                        value=given or None, allowed="one number above 0")
            )  # fmt: skip


@dataclass(frozen=True, eq=False)
class TargetResult:
    """How a target was reached, or how far one gets.

    ``before``, ``target`` and ``after`` are the deficit in the baseline's unit; ``rates`` says what
    was chosen; ``solution`` is the economy there; ``frontier`` holds the deficit and the change of
    real income of those who act, as all rates rise together towards their bounds (not a number
    where there is no equilibrium).
    """

    goal: Deficit
    status: Reach
    before: float
    target: float
    after: float
    rates: pd.DataFrame
    solution: Solution
    frontier: pd.DataFrame


def reach(
    calibration: Calibration,
    goal: Deficit,
    levers: Sequence[Lever],
    *,
    base: Policy | None = None,
    options: Options | None = None,
) -> TargetResult:
    """Choose rates that cut a deficit to its target at least cost to those who set them.

    One rate is found as a bracketed root. Several minimise the loss of real income of the economies
    whose rates they are, summed in money, subject to the target, by sequential quadratic
    programming with exact gradients: a local optimum, never worse than one rate for all.

    Parameters
    ----------
    base
        Policy in force besides the levers; the baseline's own when omitted.

    Raises
    ------
    InputError
        The goal has the wrong sign, or a lever cannot be placed.
    SolveError
        An economy on the way has no equilibrium.
    """
    problem = _Problem(calibration, goal, levers, base, options or Options())
    if problem.deficit(np.zeros(problem.levers.size)) <= problem.target:
        return problem.result(Reach.ALREADY, np.zeros(problem.levers.size))
    # all rates together in proportion to their bounds: feasible or not, and where to start
    share = _root(lambda x: problem.gap(x * problem.levers.upper))
    if problem.levers.size == 1:
        if share is None:
            return problem.result(Reach.OUT_OF_REACH, problem.farthest())
        return problem.result(Reach.REACHED, share * problem.levers.upper)
    start = problem.farthest() if share is None else share * problem.levers.upper
    if problem.gap(start) > ACCURACY:
        return problem.result(Reach.OUT_OF_REACH, start)
    return problem.result(Reach.REACHED, problem.cheapest(start))


def _root(gap: Callable[[float], float], points: int = 9) -> float | None:
    """Return the first share in (0, 1] at which a gap closes, to 1e-12, or nothing."""
    from scipy.optimize import brentq

    low = 0.0
    for high in np.linspace(0, 1, points)[1:]:
        if gap(float(high)) <= 0:
            found = brentq(gap, low, float(high), xtol=1e-12)
            return float(np.asarray(found))
        low = float(high)
    return None


def _values(arrays, shock, x, parameters):
    """Return the real income of those who act, million, and the goods deficit with the partner."""
    goods, n, i, weights = parameters
    flows = outcome(arrays, shock, x).flows_cf
    deficit = (goods * (flows[:, n, i] - flows[:, i, n])).sum()
    return jnp.stack([weights @ log_real_income_hat(arrays, shock, x), deficit])


class _Problem:
    """A target on a baseline: evaluations are kept, each starts from the last."""

    def __init__(self, calibration, goal, levers, base, options):
        self.calibration, self.options, self.goal = calibration, options, goal
        self.base = base or Policy.unchanged(calibration)
        self.levers: Levers = place(calibration, levers)
        n, i = (_economy(calibration, goal, key) for key in ("of", "partner"))
        goods = calibration.goods
        sold, bought = (calibration.flows[goods, a, b].sum() for a, b in ((i, n), (n, i)))
        self.before = float(bought - sold)
        cut = self.before * goal.fraction if goal.cut is None else goal.cut
        if self.before <= 0:
            message = f"{goal.of} has no goods deficit with {goal.partner} to cut"
            raise InputError(Problem(message, key="of", value=f"balance {-self.before:,.6g}"))
        if cut < SMALLEST_CUT * self.before:
            message = "the cut is too small for the solver to tell from none"
            allowed = f"at least {SMALLEST_CUT:g} of the deficit"
            raise InputError(Problem(message, key="cut", value=float(cut), allowed=allowed))
        self.cut, self.target = float(cut), self.before - float(cut)
        # a change of ln real income times baseline income is money
        acts = {place[2] for place in self.levers.cells}
        weights = np.where(np.isin(np.arange(len(calibration.income)), list(acts)), 1.0, 0.0)
        self.parameters = (goods.astype(float), n, i, weights * calibration.income)
        self.start = None
        self.kept: dict[bytes, tuple[Array, Array]] = {}

    def evaluate(self, rates: Array) -> tuple[Array, Array]:
        """Return (income of those who act, deficit) and derivatives ``(2, size)`` by the rates."""
        rates = np.asarray(rates, dtype=np.float64)
        key = rates.tobytes()
        if key not in self.kept:
            policy = self.levers.apply(self.base, rates)
            found = objectives(
                self.calibration, policy, _values, self.parameters, self.options, self.start
            )
            if not np.isfinite(found.values).all():
                found = self._again(policy, rates)
            self.start = found.point
            slopes = [self.levers.pull(self.base, rows) for rows in found.by_tariff]
            self.kept[key] = found.values, np.array(slopes)
        return self.kept[key]

    def _again(self, policy: Policy, rates: Array):
        """Solve with continuation, then differentiate there."""
        try:
            solved = solve_equilibrium(self.calibration, policy, self.options)
        except SolveError as error:
            text = self.levers.table(self.calibration, rates).to_string(index=False)
            raise SolveError(f"at rates\n{text}\n{error}") from error
        return objectives(
            self.calibration, policy, _values, self.parameters, self.options, solved.unknowns
        )

    def deficit(self, rates: Array) -> float:
        """Deficit in the baseline's unit."""
        return float(self.evaluate(rates)[0][1])

    def gap(self, rates: Array) -> float:
        """Deficit above the target, as a share of the cut."""
        return (self.deficit(rates) - self.target) / self.cut

    def farthest(self) -> Array:
        """Return the rates within bounds with the smallest deficit."""
        from scipy.optimize import minimize

        upper = self.levers.upper
        found = minimize(
            lambda x: self.gap(x * upper),
            np.full(self.levers.size, 0.5),
            jac=lambda x: self.evaluate(x * upper)[1][1] * upper / self.cut,
            bounds=[(0, 1)] * self.levers.size,
            method="L-BFGS-B",
            options={"ftol": 1e-14, "gtol": 1e-10},
        )
        ends = [np.asarray(found.x) * upper, upper]
        return min(ends, key=self.gap)

    def cheapest(self, start: Array) -> Array:
        """Return the rates that reach the target at the least loss to those who act."""
        from scipy.optimize import minimize

        upper = self.levers.upper
        loss_scale = max(abs(self.evaluate(start)[0][0]), 1e-6 * self.calibration.income.max())
        found = minimize(
            lambda x: -self.evaluate(x * upper)[0][0] / loss_scale,
            start / upper,
            jac=lambda x: -self.evaluate(x * upper)[1][0] * upper / loss_scale,
            bounds=[(0, 1)] * self.levers.size,
            constraints={
                # met, not passed: ways with many rates and with one can then be compared
                "type": "eq",
                "fun": lambda x: self.gap(x * upper),
                "jac": lambda x: self.evaluate(x * upper)[1][1] * upper / self.cut,
            },
            method="SLSQP",
            options={"ftol": 1e-10, "maxiter": 300},
        )
        best = np.clip(np.asarray(found.x), 0, 1) * upper
        if abs(self.gap(best)) > ACCURACY:
            # the last step of a search may stop a hair outside: move towards the start, which is in
            share = _root(lambda x: self.gap(best + x * (start - best)))
            best = start if share is None else best + share * (start - best)
            best = best if abs(self.gap(best)) <= ACCURACY else start
        better = self.evaluate(best)[0][0] >= self.evaluate(start)[0][0]
        return best if better else start

    def result(self, status: Reach, rates: Array) -> TargetResult:
        """Solve at the rates chosen and say what they do."""
        policy = self.levers.apply(self.base, rates)
        solution = Solution(solve_equilibrium(self.calibration, policy, self.options))
        return TargetResult(
            self.goal,
            status,
            self.before,
            self.target,
            self.deficit(rates),
            self.levers.table(self.calibration, rates),
            solution,
            self._frontier(),
        )

    def _frontier(self) -> pd.DataFrame:
        rows = []
        for share in np.linspace(0, 1, FRONTIER_POINTS):
            try:
                income, deficit = self.evaluate(share * self.levers.upper)[0]
            except SolveError:
                income = deficit = np.nan  # no economy there
            rows.append(
                {
                    "share_of_bounds_pct": 100 * share,
                    "deficit_musd": deficit,
                    "income_musd": income,
                }
            )
        return pd.DataFrame(rows)


def _economy(calibration: Calibration, goal: Deficit, key: str) -> int:
    code, codes = getattr(goal, key), calibration.country_codes
    if code not in codes:
        hint = nearest(str(code), codes)
        message = f"unknown economy; {hint}".rstrip("; ")
        raise InputError(Problem(message, key=key, value=code, allowed=", ".join(codes)))
    return codes.index(code)
