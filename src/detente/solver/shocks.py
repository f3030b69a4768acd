"""From policies to the arrays that equations read: one, many of a shape, part of the way."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.model.economy import Limits, Lines, Shock, Structure, economy, refuse_with
from detente.policy.arrays import Limit, Policy, Rates
from detente.solver.options import Options

FEWEST_LINES = 128
"""Arrays of lines are filled up to this or its multiples by powers of four: each shape compiles."""

FAR = 1e9
"""Trade of the baseline times and over this is where a bound never binds."""


def make_shock(calibration: Calibration, policy: Policy, options: Options, room: int = 0) -> Shock:
    """Turn a policy and a deficit rule into the arrays of the equations.

    Parameters
    ----------
    room
        Lines to make room for at least, where other policies of a batch have as many.
    """
    zero = np.zeros_like(calibration.deficit)
    fixed, own = zero, zero
    by_income = by_spending = None
    if isinstance(options.deficits, str):
        deficit, rule = _deficit(calibration, options.structure), options.deficits
        fixed = deficit if rule == "fixed" else zero
        own = deficit if rule == "own-share" else zero
        if rule == "own-income":
            by_income = deficit / (calibration.income - deficit)
        if rule == "own-spending":
            by_spending = deficit / calibration.expenditure.sum(axis=1)
    else:
        fixed = np.asarray(options.deficits, dtype=np.float64)
        world = calibration.value_added.sum()
        if fixed.shape != zero.shape or not abs(fixed.sum()) <= 1e-9 * world:
            raise InputError(
                Problem(
                    "deficits must be one number a country and sum to zero",
                    key="deficits",
                    value=fixed.tolist(),
                )
            )
    if policy.limits:
        refuse_with(options.structure, "trade limited in quantity or value", "pass_through")
    if policy.transfer is not None:
        fixed = fixed + policy.transfer
    return Shock(  # pyright: ignore[reportCallIssue]
        *map(np.asarray, (policy.tariff_cf, policy.iceberg_hat, fixed, own)),
        *(policy.export_tax, policy.production_subsidy, policy.supply_share, policy.rent_share),  # pyright: ignore[reportArgumentType]
        limits=_limits(calibration, policy.limits),
        lines=_lines(calibration, policy, room),
        deficit_income=by_income,  # pyright: ignore[reportArgumentType]
        deficit_spending=by_spending,  # pyright: ignore[reportArgumentType]
    )


def _deficit(calibration: Calibration, structure: Structure) -> np.ndarray:
    """Return what is spent beyond income, which margins of distribution are where they are paid."""
    if not structure.import_margin:
        return calibration.deficit
    return np.asarray(economy(calibration, structure).deficit)


def _lines(calibration: Calibration, policy: Policy, room: int) -> Lines | None:
    """Put lines in arrays; spending weights are ω = v (1 + t0), as shares of the cell's."""
    lines, count = policy.lines, max(room, 0 if policy.lines is None else len(policy.lines))
    if not count:
        return None
    size = FEWEST_LINES
    while size < count:
        size *= 4
    cells = calibration.tariff.size
    if lines is None:
        none = np.zeros(size)
        outside = np.full(size, cells)
        return Lines(outside, none, none, none, none, none + 1, none + 1)  # pyright: ignore[reportArgumentType]
    before = calibration.tariff.ravel()[lines.cell] + lines.before_gap
    spent = lines.share * (1 + before)
    weight = spent / np.bincount(lines.cell, spent)[lines.cell]

    def filled(values: np.ndarray, by: float) -> np.ndarray:
        return np.concatenate([values, np.full(size - len(values), by, values.dtype)])

    return Lines(  # pyright: ignore[reportCallIssue]
        filled(lines.cell, cells),  # pyright: ignore[reportArgumentType]
        *(filled(values, 0.0) for values in (weight, before, lines.tariff_gap, lines.tax_gap)),  # pyright: ignore[reportArgumentType]
        *(filled(values, 1.0) for values in (lines.cost_ratio, lines.supply_ratio)),  # pyright: ignore[reportArgumentType]
    )


def _limits(calibration: Calibration, limits: Sequence[Limit]) -> Limits | None:
    """Put limits in arrays; a wedge moves by about what closes its gap."""
    if not limits:
        return None
    c, owner = calibration, np.zeros(calibration.tariff.shape, dtype=np.int32)
    steps = []
    for number, limit in enumerate(limits, start=1):
        owner[limit.cells] = number
        trade = np.where(limit.cells, c.flows, 0.0)
        own = c.trade_elasticity[:, None, None] * (1 - c.trade_shares)
        steps.append(1 / (1 + (trade * own).sum() / max(trade.sum(), 1e-300)))
    return Limits(  # pyright: ignore[reportCallIssue]
        owner,  # pyright: ignore[reportArgumentType]
        *(  # pyright: ignore[reportArgumentType]
            np.array(values, dtype=np.float64)
            for values in (
                [1.0 if limit.ceiling else -1.0 for limit in limits],
                [limit.bound for limit in limits],
                [float(limit.in_value) for limit in limits],
                [limit.rent_share for limit in limits],
                steps,
            )
        ),
    )


def most_lines(policies: Iterable[Policy]) -> int:
    """Return how many lines the policy with most of them has."""
    return max((len(p.lines) for p in policies if p.lines is not None), default=0)


def alike(policies: Sequence[Policy]) -> list[Policy]:
    """Write out what some policies of a batch use and others leave, so that all have one shape."""
    filled = list(policies)
    idle = {"export_tax": 0.0, "production_subsidy": 0.0, "supply_share": 1.0, "rent_share": 0.0}
    for name, value in idle.items():
        used = [p for p in policies if getattr(p, name) is not None]
        if used:
            array = np.full_like(getattr(used[0], name), value)
            filled = [p if getattr(p, name) is not None else replace(p, **{name: array})
                      for p in filled]  # fmt: skip
    return filled


def with_idle_limits(calibration: Calibration, policies: Sequence[Policy]) -> list[Policy]:
    """Add the limits of other policies with bounds far from the trade that they are on.

    A limit on the same trade as one of the policy's own is left out.
    """
    every = {limit.label: limit for policy in policies for limit in policy.limits}
    return [beside_idle_limits(calibration, policy, every.values()) for policy in policies]


def beside_idle_limits(calibration: Calibration, policy: Policy, limits: Iterable[Limit]) -> Policy:
    """Add limits to a policy with bounds far from the trade that they are on, in their order.

    One that the policy has stays as it is there; one on the same trade as another is left out.
    """
    held = {limit.label: limit for limit in policy.limits}
    order = []
    for limit in limits:
        own = limit.label in held
        if not own and not any((limit.cells & h.cells).any() for h in held.values()):
            trade = float(calibration.flows[limit.cells].sum())
            far = trade * (FAR if limit.ceiling else 1 / FAR)
            held[limit.label] = replace(limit, bound=far)
        order.append(limit.label)
    found = tuple(held[label] for label in order if label in held)
    same = len(found) == len(policy.limits) and all(map(operator.is_, found, policy.limits))
    return policy if same else replace(policy, limits=found)


def partway(calibration: Calibration, policy: Policy, share: float) -> Policy:
    """Return a share of the way, in logs, from the baseline's policy to another."""
    if share == 1.0:
        return policy
    tax, subsidy, supply = policy.export_tax, policy.production_subsidy, policy.supply_share
    found = replace(
        policy,
        tariff_cf=_between(calibration.tariff, policy.tariff_cf, share),
        iceberg_hat=policy.iceberg_hat**share,
        export_tax=None if tax is None else (1 + tax) ** share - 1,
        production_subsidy=None if subsidy is None else 1 - (1 - subsidy) ** share,
        # a full ban is approached, not reached, on the way
        supply_share=None if supply is None else 1 - share * (1 - supply),
        transfer=None if policy.transfer is None else share * policy.transfer,
        limits=tuple(_limit_partway(calibration, limit, share) for limit in policy.limits),
        lines=None,
    )
    if policy.lines is None:
        return found
    on = policy.rates_on_lines(calibration.tariff)
    between = Rates(
        on.tariff,
        _between(on.tariff, on.tariff_cf, share),
        on.iceberg_hat**share,
        (1 + on.export_tax) ** share - 1,
        1 - share * (1 - on.supply_share),
    )
    return found.with_lines(calibration.tariff, policy.lines.cell, policy.lines.share, between)


def _between(before: np.ndarray, after: np.ndarray, share: float) -> np.ndarray:
    """Return tariffs a share of the way, in logs of 1 + t."""
    return (1 + before) * ((1 + after) / (1 + before)) ** share - 1


def _limit_partway(calibration: Calibration, limit: Limit, share: float) -> Limit:
    """Move a bound in logs from the baseline's trade."""
    trade = float(calibration.flows[limit.cells].sum())
    return replace(limit, bound=trade ** (1 - share) * limit.bound**share)
