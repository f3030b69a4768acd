"""Levels that follow from solved unknowns: flows, output, budgets, income."""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import Array

from detente.model import equations as eq
from detente.model.economy import Economy, Shock
from detente.model.equilibrium import (
    Kernels,
    Market,
    Unknowns,
    kernels,
    log_price_hat,
    log_value_added_price_hat,
    market,
    with_wedges,
)


class Outcome(NamedTuple):
    """A counterfactual in full; values in the baseline's unit, numeraire world value added.

    ``wage_hat`` (income of workers per head), ``consumer_price_hat``, ``income_cf``,
    ``deficit_cf``, ``tariff_revenue_cf`` (duties, less what is handed to exporters),
    ``licences_cf`` (what the importer keeps of licences, less what purchases cost its treasury),
    ``export_tax_revenue_cf``, ``subsidy_cost_cf``, ``rents_cf`` ``(country,)``; ``cost_hat`` (price
    at the factory), ``price_hat``, ``spending_cf``, ``output_cf``, ``sector_wage_hat`` (of those
    who work), ``employment_hat`` (heads) ``(country, sector)``; ``unemployment`` ``(country,)``,
    the share of workers whom nobody hires at the floor of wages, above the baseline's;
    ``flows_cf`` ``(sector, importer, exporter)`` at fob prices; ``limited`` ``(limit,)``, the trade
    that each limit is on, ``None`` without limits; ``effort_cf`` ``(country,)`` what more labour is
    worth to those who give it, at the baseline's prices, ``None`` where labour is given.
    """

    wage_hat: Array
    cost_hat: Array
    price_hat: Array
    consumer_price_hat: Array
    spending_cf: Array
    output_cf: Array
    flows_cf: Array
    sector_wage_hat: Array
    employment_hat: Array
    tariff_revenue_cf: Array
    licences_cf: Array
    export_tax_revenue_cf: Array
    subsidy_cost_cf: Array
    rents_cf: Array
    deficit_cf: Array
    income_cf: Array
    unemployment: Array
    limited: Array | None
    effort_cf: Array | None = None


def outcome(economy: Economy, shock: Shock, x: Unknowns, kernel: Kernels | None = None) -> Outcome:
    """Evaluate every level at solved unknowns (no equation is assumed beyond definitions)."""
    kernel = policy = kernels(economy, shock) if kernel is None else kernel
    m = market(economy, shock, kernel, x)
    # inside the solver wages are the numeraire: with profits world value added is not theirs alone
    unit = economy.value_added.sum() / m.value_added.sum()
    if x.log_wedge is not None:
        kernel = with_wedges(economy, shock, kernel, x.log_wedge)
    flows = kernel.fob * (m.spending / m.access).T[:, :, None] * m.cost_power.T[:, None, :]
    price = log_price_hat(economy, m, x)
    wage = eq.by_sector(economy, eq.log_pay_hat(economy, x.log_wage_hat))
    employment = _employment_hat(economy, m, x)
    duties = _duties(shock, m, x, flows, policy)
    return Outcome(
        wage_hat=unit * jnp.exp(eq.log_mean_wage_hat(economy, x.log_wage_hat)),
        cost_hat=unit * jnp.exp(m.log_cost),
        price_hat=jnp.where(economy.expenditure > 0, unit, 1.0) * jnp.exp(price),
        consumer_price_hat=unit * jnp.exp(eq.log_consumer_price_hat(economy, price)),
        spending_cf=unit * m.spending,
        output_cf=unit * _output(economy, shock, m, flows),
        flows_cf=unit * flows,
        sector_wage_hat=unit * jnp.exp(jnp.broadcast_to(wage, m.output.shape)),
        employment_hat=employment,
        tariff_revenue_cf=unit * duties,
        licences_cf=unit * (m.budget.tariff_revenue - duties),
        export_tax_revenue_cf=unit * m.budget.export_tax_revenue,
        subsidy_cost_cf=unit * m.budget.subsidy_cost,
        rents_cf=unit * m.budget.rents,
        deficit_cf=unit * m.deficit,
        income_cf=unit * m.income,
        unemployment=_unemployment(economy, employment),
        limited=m.limited,
        effort_cf=_effort(economy, m),
    )


def _output(economy: Economy, shock: Shock, m: Market, flows: Array) -> Array:
    """Sales at producers' prices; like those of the baseline, margins of distribution included."""
    if economy.import_margin is None:
        return m.output
    return m.output + (flows - eq.sellers_part(economy, flows)).sum(axis=1).T


def _effort(economy: Economy, m: Market) -> Array | None:
    if m.log_labour_supply is None:
        return None
    return eq.effort_cost(economy, m.log_labour_supply)


def _employment_hat(economy: Economy, m: Market, x: Unknowns) -> Array:
    """Workers by sector: what they earn there, over what a worker earns; one where none worked.

    Where wages are at their floor a worker earns on average ŵ/floor of it: the rest have no work.
    """
    mean = jnp.exp(eq.log_mean_wage_hat(economy, x.log_wage_hat))[:, None]
    worked = economy.sector_labour > 0
    earned = m.labour_demand
    if x.relief is not None:
        earned = earned / (1 - x.relief)[:, None]
    unpaid = x.log_wage_hat - eq.log_pay_hat(economy, x.log_wage_hat)
    hired = jnp.exp(eq.by_sector(economy, unpaid))
    base = jnp.where(worked, economy.sector_labour, 1.0)
    return jnp.where(worked, hired * earned / (base * mean), 1.0)


def _duties(shock: Shock, m: Market, x: Unknowns, flows: Array, policy: Kernels) -> Array:
    """Tariffs that importers keep: all they take at the border where there are no licences."""
    if x.log_wedge is None:
        return m.budget.tariff_revenue
    kept = 1.0 if shock.rent_share is None else 1 - shock.rent_share
    return (kept * mean_rates(policy, shock)[0] * flows).sum(axis=(0, 2))


def mean_rates(policy: Kernels, shock: Shock) -> tuple[Array, Array | None]:
    """Duties over fob value and export taxes over receipts by cell.

    The rates themselves, or where there are lines their means, weighted by what is traded then.
    """
    if shock.lines is None:
        return shock.tariff_cf, shock.export_tax
    tariff = _over(policy.gross, policy.fob, shock.tariff_cf)
    if policy.receipts is None or shock.export_tax is None:
        return tariff, None
    return tariff, _over(policy.fob, policy.receipts, shock.export_tax)


def _over(above: Array, below: Array, otherwise: Array) -> Array:
    """Rate that makes one of the other, by cell; the policy's own where nothing is traded."""
    traded = below > 0
    return jnp.where(traded, above / jnp.where(traded, below, 1.0) - 1, otherwise)


def _unemployment(economy: Economy, employment_hat: Array) -> Array:
    if economy.log_wage_floor is None:
        return jnp.zeros_like(economy.income)
    workers = economy.sector_labour / economy.sector_labour.sum(axis=1, keepdims=True)
    idle = 1 - (workers * employment_hat).sum(axis=1)
    # less than what the solver can tell from none
    return jnp.where(jnp.abs(idle) < 1e-9, 0.0, idle)


def log_real_income_hat(
    economy: Economy, shock: Shock, x: Unknowns, kernel: Kernels | None = None
) -> Array:
    """Real income change ln Ŵ[n] = ln Î[n] − ln P̂[n], income by its definition.

    Less what more labour is worth to those who give it, where it is not given.
    """
    m = market(economy, shock, kernels(economy, shock) if kernel is None else kernel, x)
    if m.log_labour_supply is not None:
        return jnp.log(real_income_hat(economy, m, x))
    log_price = eq.log_consumer_price_hat(economy, x.log_price_hat)
    return jnp.log(m.income / economy.income) - log_price


def real_income_hat(economy: Economy, m: Market, x: Unknowns) -> Array:
    """Real income change of a point that is evaluated already, as in `log_real_income_hat`."""
    log_price = eq.log_consumer_price_hat(economy, x.log_price_hat)
    real = m.income / economy.income * jnp.exp(-log_price)
    effort = _effort(economy, m)
    return real if effort is None else real - effort / economy.income


@jax.jit
def input_shares(economy: Economy, x: Unknowns) -> Array:
    """Return inputs per unit of sales ``(country, input, using)`` at solved prices."""
    log_pay = log_value_added_price_hat(economy, x)
    cost = eq.log_unit_cost_hat(economy, log_pay, x.log_price_hat)
    _, *factors = eq.cost_shares(economy, log_pay, x.log_price_hat, cost)
    by_input, by_user = (jnp.broadcast_to(factor, cost.shape) for factor in factors)
    shares = by_input[:, :, None] * economy.input_share * by_user[:, None, :]
    kept = 1.0 if economy.profit_share is None else 1 - economy.profit_share[:, None, :]
    return shares * kept
