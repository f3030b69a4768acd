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
    deficit = c.deficit if deficit_cf is None else deficit_cf
    varieties = _varieties(c, policy)
    final_share = c.final_demand / c.income[:, None]
    wage = np.ones(len(c.countries))
    price = np.ones_like(c.expenditure)
    spending = c.expenditure.copy()
    excess = np.full_like(wage, np.inf)
    for iteration in range(1, max_iterations + 1):
        price = _prices(c, varieties, wage, price, tolerance)
        shares, fob_shares = _shares(c, varieties, wage, price)
        spending = _spending(c, shares, fob_shares, final_share, wage, deficit, spending, tolerance)
        flows = fob_shares * spending.T[:, :, None]
        demand = (c.value_added_share * flows.sum(axis=1).T).sum(axis=1)
        excess = demand / (c.value_added * wage) - 1
        if np.abs(excess).max() < 10 * tolerance:
            duties = ((shares - fob_shares) * spending.T[:, :, None]).sum(axis=(0, 2))
            income = c.value_added * wage + duties + deficit
            return ReferenceSolution(wage, price, flows, income, iteration)
        wage = wage * (1 + damping * excess / (1 + c.trade_elasticity.max()))
        wage = wage * c.value_added.sum() / (c.value_added * wage).sum()
    raise SolveError(f"the reference solver did not settle (excess {np.abs(excess).max():.2g})")


def _cost(c: Calibration, wage: Array, price: Array) -> Array:
    materials = np.einsum("nks,nk->ns", c.input_share, np.log(price))
    return np.exp(c.value_added_share * np.log(wage)[:, None] + materials)


@dataclass(frozen=True, eq=False)
class _Varieties:
    """What buyers spend at unchanged costs: on whole flows, and on lines that a policy tells apart.

    ``kernel`` and ``tariff`` are ``(sector, importer, exporter)``, nothing where a flow is taken
    apart; each of its lines is a variety of its own, made by the same exporter at the same cost,
    with its ``place`` (sector, importer, exporter), ``line_kernel`` and ``line_tariff``.
    """

    kernel: Array
    tariff: Array
    place: tuple[NDArray[np.intp], ...]
    line_kernel: Array
    line_tariff: Array


def _varieties(c: Calibration, policy: Policy) -> _Varieties:
    """Make kernels of flows and of lines; what is spent on a line follows its value with duty."""
    cost_change = policy.iceberg_hat * (1 + policy.tariff_cf) / (1 + c.tariff)
    kernel = c.trade_shares * cost_change ** -c.trade_elasticity[:, None, None]
    kernel = kernel if policy.supply_share is None else kernel * policy.supply_share
    lines = policy.lines
    if lines is None:
        none = np.zeros(0)
        return _Varieties(kernel, policy.tariff_cf, (none.astype(int),) * 3, none, none)
    place = tuple(np.unravel_index(lines.cell, c.tariff.shape))
    kernel[place] = 0.0
    on = policy.rates_on_lines(c.tariff)
    bought = lines.share * (1 + on.tariff)
    total = {cell: bought[lines.cell == cell].sum() for cell in set(lines.cell.tolist())}
    weight = bought / np.array([total[cell] for cell in lines.cell.tolist()])
    change = on.iceberg_hat * (1 + on.tariff_cf) / (1 + on.tariff)
    parts = c.trade_shares[place] * weight * on.supply_share
    parts = parts * change ** -c.trade_elasticity[place[0]]
    return _Varieties(kernel, policy.tariff_cf, place, parts, on.tariff_cf)


def _prices(
    c: Calibration, varieties: _Varieties, wage: Array, price: Array, tolerance: float
) -> Array:
    for _ in range(10_000):
        power = _cost(c, wage, price) ** -c.trade_elasticity
        access = np.einsum("sni,is->ns", varieties.kernel, power)
        if varieties.place[0].size:
            s, n, i = varieties.place
            np.add.at(access, (n, s), varieties.line_kernel * power[i, s])
        new = np.where(access > 0, access, 1.0) ** (-1 / c.trade_elasticity)
        if np.abs(new / price - 1).max() < tolerance:
            return new
        price = new
    raise SolveError("the reference solver's prices did not settle")


def _shares(
    c: Calibration, varieties: _Varieties, wage: Array, price: Array
) -> tuple[Array, Array]:
    """Shares of spending by flow, duties included and at the border; lines are added up."""
    power = _cost(c, wage, price) ** -c.trade_elasticity
    scale = power.T[:, None, :] * (price**c.trade_elasticity).T[:, :, None]
    shares = varieties.kernel * scale
    fob_shares = shares / (1 + varieties.tariff)
    bought = varieties.line_kernel * scale[varieties.place]
    np.add.at(shares, varieties.place, bought)
    np.add.at(fob_shares, varieties.place, bought / (1 + varieties.line_tariff))
    return shares, fob_shares


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
