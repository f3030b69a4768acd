"""Levels that follow from solved unknowns: flows, output, revenue, income."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from detente.model import equations as eq
from detente.model.economy import Economy, Shock
from detente.model.equilibrium import Unknowns, kernels


class Outcome(NamedTuple):
    """A counterfactual in full; values in the baseline's unit, numeraire world value added.

    ``wage_hat``, ``income_cf``, ``deficit_cf``, ``tariff_revenue_cf`` ``(country,)``;
    ``cost_hat``, ``price_hat``, ``spending_cf``, ``output_cf`` ``(country, sector)``;
    ``flows_cf`` ``(sector, importer, exporter)`` at fob prices.
    """

    wage_hat: Array
    cost_hat: Array
    price_hat: Array
    spending_cf: Array
    output_cf: Array
    flows_cf: Array
    tariff_revenue_cf: Array
    deficit_cf: Array
    income_cf: Array


def outcome(economy: Economy, shock: Shock, x: Unknowns) -> Outcome:
    """Evaluate every level at solved unknowns (no equation is assumed beyond definitions)."""
    kernel = kernels(economy, shock)
    wage_hat = jnp.exp(x.log_wage_hat)
    log_cost = eq.log_unit_cost_hat(economy, x.log_wage_hat, x.log_price_hat)
    cost_power = jnp.exp(-economy.trade_elasticity * log_cost)
    access = eq.market_access(kernel.gross, cost_power)
    spending = x.spending_hat * economy.expenditure
    flows = kernel.fob * (spending / access).T[:, :, None] * cost_power.T[:, None, :]
    revenue = (shock.tariff_cf * flows).sum(axis=(0, 2))
    deficit = eq.deficit_cf(economy, shock, wage_hat)
    return Outcome(
        wage_hat=wage_hat,
        cost_hat=jnp.exp(log_cost),
        price_hat=jnp.exp(eq.log_price_index_hat(economy, access)),
        spending_cf=spending,
        output_cf=flows.sum(axis=1).T,
        flows_cf=flows,
        tariff_revenue_cf=revenue,
        deficit_cf=deficit,
        income_cf=economy.value_added * wage_hat + revenue + deficit,
    )


def log_real_income_hat(economy: Economy, shock: Shock, x: Unknowns) -> Array:
    """Real income change ln Ŵ[n] = ln Î[n] − Σ_s α[n,s] ln P̂[n,s], Î by its definition."""
    kernel = kernels(economy, shock)
    log_cost = eq.log_unit_cost_hat(economy, x.log_wage_hat, x.log_price_hat)
    cost_power = jnp.exp(-economy.trade_elasticity * log_cost)
    access = eq.market_access(kernel.gross, cost_power)
    spending = x.spending_hat * economy.expenditure
    revenue = (spending - eq.border_imports(kernel.fob, cost_power, spending / access)).sum(axis=1)
    wage_hat = jnp.exp(x.log_wage_hat)
    income = economy.value_added * wage_hat + revenue
    income = income + eq.deficit_cf(economy, shock, wage_hat)
    log_price = (economy.final_share * x.log_price_hat).sum(axis=1)
    return jnp.log(income / economy.income) - log_price
