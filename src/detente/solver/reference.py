"""The slow plain oracle: the same equations in NumPy, nested and damped, no acceleration.

Written apart from the compiled model on purpose, after Caliendo & Parro (2015): an outer loop over
wages, inside it prices to convergence, then spending, then the labour market. Tests hold the fast
solver to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import SolveError
from detente.policy.arrays import Policy

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ReferenceSolution:
    """``wage_hat`` ``(country,)``, ``price_hat`` ``(country, sector)``, ``flows_cf`` and income."""

    wage_hat: Array
    price_hat: Array
    flows_cf: Array
    income_cf: Array
    iterations: int


def solve_reference(
    calibration: Calibration,
    policy: Policy,
    deficit_cf: Array | None = None,
    *,
    tolerance: float = 1e-12,
    damping: float = 0.5,
    max_iterations: int = 20_000,
) -> ReferenceSolution:
    """Solve by nested damped iteration; deficits are fixed in units of world value added.

    Raises
    ------
    SolveError
        Wages did not settle within ``max_iterations``.
    """
    c = calibration
    theta = c.trade_elasticity[:, None, None]
    deficit = c.deficit if deficit_cf is None else deficit_cf
    cost_change = policy.iceberg_hat * (1 + policy.tariff_cf) / (1 + c.tariff)
    kernel = c.trade_shares * cost_change**-theta
    final_share = c.final_demand / c.income[:, None]
    wage = np.ones(len(c.countries))
    price = np.ones_like(c.expenditure)
    spending = c.expenditure.copy()
    excess = np.full_like(wage, np.inf)
    for iteration in range(1, max_iterations + 1):
        price = _prices(c, kernel, wage, price, tolerance)
        shares = _shares(c, kernel, wage, price)
        fob_shares = shares / (1 + policy.tariff_cf)
        spending = _spending(c, shares, fob_shares, final_share, wage, deficit, spending, tolerance)
        flows = fob_shares * spending.T[:, :, None]
        demand = (c.value_added_share * flows.sum(axis=1).T).sum(axis=1)
        excess = demand / (c.value_added * wage) - 1
        if np.abs(excess).max() < 10 * tolerance:
            income = c.value_added * wage + (policy.tariff_cf * flows).sum(axis=(0, 2)) + deficit
            return ReferenceSolution(wage, price, flows, income, iteration)
        wage = wage * (1 + damping * excess / (1 + c.trade_elasticity.max()))
        wage = wage * c.value_added.sum() / (c.value_added * wage).sum()
    raise SolveError(f"the reference solver did not settle (excess {np.abs(excess).max():.2g})")


def _cost(c: Calibration, wage: Array, price: Array) -> Array:
    materials = np.einsum("nks,nk->ns", c.input_share, np.log(price))
    return np.exp(c.value_added_share * np.log(wage)[:, None] + materials)


def _prices(c: Calibration, kernel: Array, wage: Array, price: Array, tolerance: float) -> Array:
    for _ in range(10_000):
        power = _cost(c, wage, price) ** -c.trade_elasticity
        access = np.einsum("sni,is->ns", kernel, power)
        new = np.where(access > 0, access, 1.0) ** (-1 / c.trade_elasticity)
        if np.abs(new / price - 1).max() < tolerance:
            return new
        price = new
    raise SolveError("the reference solver's prices did not settle")


def _shares(c: Calibration, kernel: Array, wage: Array, price: Array) -> Array:
    power = _cost(c, wage, price) ** -c.trade_elasticity
    return kernel * power.T[:, None, :] * (price**c.trade_elasticity).T[:, :, None]


def _spending(
    c: Calibration,
    shares: Array,
    fob_shares: Array,
    final_share: Array,
    wage: Array,
    deficit: Array,
    spending: Array,
    tolerance: float,
) -> Array:
    revenue_share = shares.sum(axis=2) - fob_shares.sum(axis=2)
    scale = c.expenditure.sum(axis=1, keepdims=True)
    for _ in range(10_000):
        output = np.einsum("sni,ns->is", fob_shares, spending)
        revenue = (revenue_share.T * spending).sum(axis=1)
        income = c.value_added * wage + revenue + deficit
        new = np.einsum("nks,ns->nk", c.input_share, output) + final_share * income[:, None]
        if (np.abs(new - spending) / scale).max() < tolerance:
            return new
        spending = new
    raise SolveError("the reference solver's spending did not settle")
