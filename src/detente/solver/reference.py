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
    """What each buyer spends on each variety at unchanged costs, and its tariff ``(variety,)``.

    Every flow is a variety; where a policy tells lines of a flow apart, each line is one, made by
    the same exporter at the same cost. ``place`` is (sector, importer, exporter).
    """

    place: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]
    kernel: Array
    tariff: Array


def _varieties(c: Calibration, policy: Policy) -> _Varieties:
    """List varieties one by one, with lines in place of the flows that they are parts of."""
    shape, rows = c.tariff.shape, []
    lines = policy.lines
    apart = set() if lines is None else set(lines.cell.tolist())
    supply = np.ones(shape) if policy.supply_share is None else policy.supply_share
    for cell in range(c.tariff.size):
        if cell not in apart:
            s, n, i = (int(k) for k in np.unravel_index(cell, shape))
            before, after = c.tariff[s, n, i], policy.tariff_cf[s, n, i]
            left = policy.iceberg_hat[s, n, i], supply[s, n, i]
            rows.append((s, n, i, c.trade_shares[s, n, i], before, after, *left))
    if lines is not None:
        paid = dict.fromkeys(apart, 0.0)
        for cell, share, gap in zip(lines.cell, lines.share, lines.before_gap, strict=True):
            paid[cell] += share * (1 + c.tariff.ravel()[cell] + gap)
        on = policy.rates_on_lines(c.tariff)
        for k, cell in enumerate(lines.cell):
            s, n, i = (int(k) for k in np.unravel_index(cell, shape))
            part = lines.share[k] * (1 + on.tariff[k]) / paid[cell]
            left = on.iceberg_hat[k], on.supply_share[k]
            rows.append((s, n, i, c.trade_shares[s, n, i] * part, on.tariff[k], on.tariff_cf[k],
                         *left))  # fmt: skip
    s, n, i, spent, before, after, cost, left = (
        np.array(column) for column in zip(*rows, strict=True)
    )
    kernel = spent * left * (cost * (1 + after) / (1 + before)) ** -c.trade_elasticity[s]
    return _Varieties((s, n, i), kernel, after)


def _prices(
    c: Calibration, varieties: _Varieties, wage: Array, price: Array, tolerance: float
) -> Array:
    s, n, i = varieties.place
    for _ in range(10_000):
        power = _cost(c, wage, price) ** -c.trade_elasticity
        access = np.zeros_like(price)
        np.add.at(access, (n, s), varieties.kernel * power[i, s])
        new = np.where(access > 0, access, 1.0) ** (-1 / c.trade_elasticity)
        if np.abs(new / price - 1).max() < tolerance:
            return new
        price = new
    raise SolveError("the reference solver's prices did not settle")


def _shares(
    c: Calibration, varieties: _Varieties, wage: Array, price: Array
) -> tuple[Array, Array]:
    """Shares of spending by flow, duties included and at the border; varieties are added up."""
    s, n, i = varieties.place
    power = _cost(c, wage, price) ** -c.trade_elasticity
    bought = varieties.kernel * power[i, s] * price[n, s] ** c.trade_elasticity[s]
    shares, fob_shares = np.zeros(c.tariff.shape), np.zeros(c.tariff.shape)
    np.add.at(shares, varieties.place, bought)
    np.add.at(fob_shares, varieties.place, bought / (1 + varieties.tariff))
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
