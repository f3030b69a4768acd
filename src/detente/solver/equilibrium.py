"""Solve a counterfactual: one policy, or many at once, each with a checked status."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial

import jax
import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.compiled import compiled
from detente.errors import InputError, SolveError
from detente.model.economy import Economy, Shock, economy, refuse_with
from detente.model.equilibrium import Unknowns, baseline_point, kernels, residual
from detente.model.outcome import Outcome, input_shares, mean_rates, outcome
from detente.notebook import Brief
from detente.policy.arrays import Policy
from detente.solver.implicit import Point, Settings, find_point
from detente.solver.options import Options
from detente.solver.shocks import alike, make_shock, most_lines, partway, with_idle_limits
from detente.solver.tariff_quotas import Met, meet_tariff_quotas

RESIDUAL_TOLERANCE = 1e-10
SETTLING_STARTS = 3
"""Data that are far from rest can stall on differences kept from afar: go on without them."""


class Status(StrEnum):
    """How a solve ended."""

    CONVERGED = "converged"
    CONTINUED = "converged by continuation from the baseline"
    NOT_CONVERGED = "not converged"


@dataclass(frozen=True, eq=False, repr=False)
class Equilibrium(Brief):
    """A solved counterfactual with the solver's account of itself.

    ``residuals`` are the largest relative gaps by equation: ``labour`` (demand against value
    added), ``prices`` (index against costs), ``goods`` (spending implied against assumed).
    """

    calibration: Calibration
    policy: Policy
    options: Options
    outcome: Outcome
    unknowns: Unknowns
    status: Status
    iterations: int
    residuals: dict[str, float]
    quotas: tuple[Met, ...] = ()
    """What became of tariff quotas."""

    def _brief(self) -> str:
        return f"on {self.calibration.name!r}: {self.status}"

    @property
    def converged(self) -> bool:
        """Whether every residual is within `RESIDUAL_TOLERANCE`."""
        return self.status is not Status.NOT_CONVERGED

    @cached_property
    def tariff_paid(self) -> NDArray[np.float64]:
        """Duties over fob value by cell, means over lines as they are traded then."""
        return self._paid[0]

    @cached_property
    def export_tax_paid(self) -> NDArray[np.float64] | None:
        """Export taxes over what producers get by cell; none where there are none."""
        return self._paid[1]

    @cached_property
    def _paid(self) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        policy = self.policy
        if policy.lines is None:
            return policy.tariff_cf, policy.export_tax
        with jax.enable_x64(True):
            arrays = economy(self.calibration, self.options.structure)
            shock = make_shock(self.calibration, policy, self.options)
            return jax.tree.map(np.asarray, _mean_rates(arrays, shock))

    @property
    def log_licence(self) -> NDArray[np.float64]:
        """Wedge of quotas and purchases by cell: ln of its factor on duty-paid prices."""
        found = np.zeros_like(self.policy.tariff_cf)
        for limit, wedge in zip(self.policy.limits, self._wedges, strict=True):
            found[limit.cells] = wedge if limit.ceiling else -wedge
        return found

    @property
    def licences_cf(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """What licences take of a cell's fob value, below zero what is paid for purchases.

        The part of the importer's households and that of exporters.
        """
        rate = (1 + self.tariff_paid) * np.expm1(self.log_licence)
        share = np.zeros_like(rate)
        for limit in self.policy.limits:
            share[limit.cells] = limit.rent_share
        return (1 - share) * rate, share * rate

    @property
    def _wedges(self) -> NDArray[np.float64]:
        wedges = self.unknowns.log_wedge
        return np.zeros(0) if wedges is None else np.asarray(wedges)


def solve_equilibrium(
    calibration: Calibration,
    policy: Policy | None = None,
    options: Options | None = None,
    *,
    start: Unknowns | None = None,
    throw: bool = True,
    room: int = 0,
) -> Equilibrium:
    """Solve for the world economy under a policy.

    Tries the accelerated fixed point from ``start`` (default: the baseline), then with wages that
    follow trade balances; when that fails, the policy is approached from the baseline in steps,
    each started at the last.

    Parameters
    ----------
    calibration
        The baseline.
    policy
        Counterfactual tariffs and trade costs; unchanged when omitted.
    options
        Deficit rule and numerical settings.
    start
        Unknowns to start from.
    throw
        Raise on non-convergence (default) or return the equilibrium with its status.
    room
        Lines to make room for at least: policies with the same room share a compiled program.

    Raises
    ------
    SolveError
        No equilibrium to `RESIDUAL_TOLERANCE`, with how far the solver got and what to look at.
    """
    policy = policy or Policy.unchanged(calibration)
    options = options or Options()
    if policy.quotas:

        def solve(one: Policy, near: Equilibrium | None) -> Equilibrium:
            begin = start if near is None else near.unknowns
            return solve_equilibrium(calibration, one, options, start=begin, throw=throw, room=room)

        return meet_tariff_quotas(policy, solve)
    with jax.enable_x64(True):
        arrays = economy(calibration, options.structure)
        shock = make_shock(calibration, policy, options, room)
        first = baseline_point(arrays, shock) if start is None else start
        found = _evaluate(calibration, policy, options, arrays, shock, first)
        if not found.converged and not policy.unsupplied(calibration):
            found = _continuation(calibration, policy, options, arrays, room) or found
    if throw and not found.converged:
        raise SolveError(_explain(found))
    return found


def solve_batch(
    calibration: Calibration, policies: Sequence[Policy], options: Options | None = None
) -> list[Equilibrium]:
    """Solve many policies on one baseline in one compiled call; statuses are not raised.

    Those that fail in the batch are tried again one by one with continuation.
    """
    if not policies:
        return []
    options = options or Options()
    if any(policy.limits or policy.quotas for policy in policies):
        # limits differ in number and place: nothing to stack
        return [solve_equilibrium(calibration, p, options, throw=False) for p in policies]
    with jax.enable_x64(True):
        arrays = economy(calibration, options.structure)
        room = most_lines(policies)
        shocks = [make_shock(calibration, p, options, room) for p in alike(policies)]
        stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *shocks)
        points, gaps, outcomes = _solve_many(
            arrays, stacked, baseline_point(arrays), options.settings
        )
        points, gaps, outcomes = jax.tree.map(np.asarray, (points, gaps, outcomes))
    found = []
    for i, policy in enumerate(policies):
        point, gap, levels = jax.tree.map(lambda leaf, i=i: leaf[i], (points, gaps, outcomes))
        one = _package(calibration, policy, options, point, gap, levels)
        if not one.converged:
            one = solve_equilibrium(calibration, policy, options, throw=False)
        found.append(one)
    return found


def solve_in_turn(
    calibration: Calibration, policies: Sequence[Policy], options: Options | None = None
) -> list[Equilibrium]:
    """Solve many policies one by one on one compiled program; statuses are not raised.

    That program is the one of the policy that uses most, where it uses all that the others do.
    Limits that a policy lacks are on it with bounds that never bind.
    """
    room = most_lines(policies)
    return [
        solve_equilibrium(calibration, policy, options, throw=False, room=room)
        for policy in with_idle_limits(calibration, alike(policies))
    ]


def settle(arrays: Economy, shock: Shock, settings: Settings | None = None) -> Outcome:
    """Solve from arrays whose accounts do not close for the nearest economy whose accounts do.

    Published data are often not at rest: this finds the equilibrium that technology, trade shares
    and spending shares imply, as Caliendo & Parro (2015) do before their counterfactual.

    Raises
    ------
    SolveError
        No equilibrium to `RESIDUAL_TOLERANCE`.
    """
    worst = np.inf
    with jax.enable_x64(True):
        start = baseline_point(arrays)
        for _ in range(SETTLING_STARTS):
            found = _solve_one(arrays, shock, start, False, settings or Settings())
            point, gap, levels = jax.tree.map(np.asarray, found)
            worst = max(np.abs(part).max() for part in jax.tree.leaves(gap))
            if worst <= RESIDUAL_TOLERANCE:
                return levels
            start = point.unknowns
    raise SolveError(f"the economy does not settle: residual {worst:.2g}")


def rebase(equilibrium: Equilibrium) -> Calibration:
    """Make a solved counterfactual the new baseline (its flows, tariffs, shares, final demand).

    Used to remove deficits before a counterfactual, as Caliendo & Parro (2015) do.

    Raises
    ------
    InputError
        The policy is more than tariffs and trade costs, which is all that a baseline has; or there
        are margins of distribution.
    """
    c, after = equilibrium.calibration, equilibrium.outcome
    refuse_with(equilibrium.options.structure, "a new baseline", "import_margin")
    if not equilibrium.policy.simple:
        raise InputError("only tariffs and trade costs can become those of a new baseline")
    flows = np.asarray(after.flows_cf)
    tariff = equilibrium.tariff_paid
    inputs, value_added = _recipes_cf(equilibrium)
    spending = ((1 + tariff) * flows).sum(axis=2).T
    use = np.einsum("nks,ns->nk", inputs, flows.sum(axis=1).T)
    # rounding of the solve must not leave a sector that nobody finally buys with a tiny demand
    final = np.where(c.final_demand > 0, spending - use, 0.0)
    return c.replace(
        flows=flows,
        tariff=tariff,
        input_share=inputs,
        value_added_share=value_added,
        final_demand=np.maximum(final, 0.0),
    )


def _recipes_cf(equilibrium: Equilibrium) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return inputs and value added per unit of sales; they move where substitution is not one."""
    c, structure = equilibrium.calibration, equilibrium.options.structure
    if structure.input_elasticity == 1 and structure.value_added_elasticity == 1:
        return c.input_share, c.value_added_share
    with jax.enable_x64(True):
        found = input_shares(economy(c, structure), equilibrium.unknowns)
    inputs = np.where(c.output[:, None, :] > 0, np.asarray(found), c.input_share)
    left = np.maximum(1 - inputs.sum(axis=1), 0.0)
    return inputs, np.where(c.output > 0, left, c.value_added_share)


def _solve(
    arrays: Economy, shock: Shock, start: Unknowns, by_balance: bool | jax.Array, settings: Settings
) -> tuple[Point, Unknowns, Outcome]:
    kernel = kernels(arrays, shock)
    point = find_point(arrays, shock, start, settings, kernel, by_balance)
    gap = residual(arrays, shock, kernel, point.unknowns)
    return point, gap, outcome(arrays, shock, point.unknowns, kernel)


_solve_one = compiled(_solve, static_argnums=4)


@compiled
def _mean_rates(arrays: Economy, shock: Shock):
    return mean_rates(kernels(arrays, shock), shock)


@partial(compiled, static_argnums=3)
def _solve_many(arrays: Economy, shocks: Shock, start: Unknowns, settings: Settings):
    return jax.vmap(lambda shock: _solve(arrays, shock, start, False, settings))(shocks)


def _evaluate(
    calibration: Calibration,
    policy: Policy,
    options: Options,
    arrays: Economy,
    shock: Shock,
    start: Unknowns,
) -> Equilibrium:
    """Solve from a start; where that fails, again with wages that follow trade balances.

    Where nobody is left who sells what is bought nothing is a number.
    """
    settings, iterations = options.settings, 0
    if policy.unsupplied(calibration):
        point, gap, levels = jax.tree.map(
            lambda leaf: np.full(np.shape(leaf), np.nan),
            _solve_one(arrays, shock, start, False, settings),
        )
        return _package(calibration, policy, options, point._replace(iterations=0), gap, levels)
    ends = []
    for by_balance in (False, True):
        found = _solve_one(arrays, shock, start, by_balance, settings)
        solved = jax.tree.map(np.asarray, found)
        ends.append(_package(calibration, policy, options, *solved))
        iterations += ends[-1].iterations
        if ends[-1].converged:
            return replace(ends[-1], iterations=iterations)
    # of two that are none, a root of the equations tells more than a point that is no root
    return replace(min(ends, key=_farthest), iterations=iterations)


def _farthest(found: Equilibrium) -> float:
    worst = max(found.residuals.values())
    return worst if np.isfinite(worst) else np.inf


def _package(
    calibration: Calibration,
    policy: Policy,
    options: Options,
    point: Point,
    gap: Unknowns,
    levels: Outcome,
) -> Equilibrium:
    residuals = {
        "labour": float(np.abs(gap.log_wage_hat).max()),
        "prices": float(np.abs(gap.log_price_hat).max()),
        "goods": float(np.abs(gap.spending_hat).max()),
    }
    if gap.log_labour_hat is not None:
        residuals["scale"] = float(np.abs(gap.log_labour_hat).max())
    if gap.relief is not None:
        residuals["relief"] = float(np.abs(gap.relief).max())
    if gap.log_wedge is not None:
        residuals["limits"] = float(np.abs(gap.log_wedge).max())
    income, tiny = np.asarray(levels.income_cf), 1e-9 * calibration.income.max()
    # the equations also have roots with negative output, which are no economies
    economic = np.isfinite(income).all() and (income > 0).all()
    economic = economic and np.asarray(levels.spending_cf).min() >= -tiny
    economic = economic and np.asarray(levels.output_cf).min() >= -tiny
    solved = economic and all(r <= RESIDUAL_TOLERANCE for r in residuals.values())
    return Equilibrium(
        calibration,
        policy,
        options,
        levels,
        point.unknowns,
        Status.CONVERGED if solved else Status.NOT_CONVERGED,
        int(point.iterations),
        residuals,
    )


def _continuation(
    calibration: Calibration, policy: Policy, options: Options, arrays: Economy, room: int
) -> Equilibrium | None:
    """Approach the policy in logs from the baseline, halving the step where a solve fails."""
    reached, stride = 0.0, 0.25
    start = baseline_point(arrays, make_shock(calibration, policy, options))
    iterations = 0
    while stride >= 1 / 64:
        target = min(1.0, reached + stride)
        between = partway(calibration, policy, target)
        shock = make_shock(calibration, between, options, room)
        found = _evaluate(calibration, between, options, arrays, shock, start)
        iterations += found.iterations
        if not found.converged:
            stride /= 2
            continue
        if target == 1.0:
            return replace(found, policy=policy, status=Status.CONTINUED, iterations=iterations)
        reached, start, stride = target, found.unknowns, min(2 * stride, 0.5)
    return None


def _explain(found: Equilibrium) -> str:
    """Say why there is no equilibrium: what is known, or how far the solver got."""
    if lost := found.policy.unsupplied(found.calibration):
        return _no_supplier(found.calibration, lost)
    name, income = found.calibration.name, np.asarray(found.outcome.income_cf)
    codes = np.array(found.calibration.country_codes)
    poor = ~np.isfinite(income) | (income <= 0)
    gaps = ", ".join(f"{name} {gap:.2g}" for name, gap in found.residuals.items())
    unmet = _unmet(found)
    if all(gap <= RESIDUAL_TOLERANCE for gap in found.residuals.values()):
        # the equations hold, but not in an economy: subsidies or transfers beyond what there is
        whose = f" in {', '.join(codes[poor])}" if poor.any() else ""
        text = f"the only point found on {name} has negative income or output{whose}: "
        text += "subsidies or transfers exceed what there is"
    else:
        text = f"no equilibrium found on {name} after {found.iterations} iterations, directly or "
        text += f"in steps from the baseline (residuals: {gaps}; needed {RESIDUAL_TOLERANCE:g})"
        text += unmet
        text += f"; income is not positive in {', '.join(codes[poor])}" if poor.any() else ""
    return text if unmet else text + _of_balances(found)


def _no_supplier(c: Calibration, lost: Sequence[tuple[int, int]]) -> str:
    named = [f"{c.sector_codes[s]} to {c.country_codes[n]}" for s, n in lost[:5]]
    more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
    return (
        f"nobody is left who sells {', '.join(named)}{more} on {c.name}: a price without bound, so "
        "there is no equilibrium"
    )


def _unmet(found: Equilibrium) -> str:
    """Name the limits that no wedge meets."""
    text, limited = "", found.outcome.limited
    for limit, trade in zip(found.policy.limits, () if limited is None else limited, strict=True):
        if (trade > limit.bound) == limit.ceiling and abs(trade / limit.bound - 1) > 1e-6:
            text += f"; {limit.label} at {trade:.6g} of {limit.bound:.6g}: out of reach, or"
            text += " in conflict with other measures"
    return text


def _of_balances(found: Equilibrium) -> str:
    """Say that surpluses are held where they may be what no economy can have."""
    rule, c = found.options.deficits, found.calibration
    removed = isinstance(rule, str) and rule == "removed"
    if removed or not (c.deficit < -1e-9 * c.value_added).any():
        return ""
    return (
        ". With overall balances held fixed an economy cut off from trade has no equilibrium: "
        "it cannot sell what its surplus takes; try deficits='removed' or a smaller shock"
    )
