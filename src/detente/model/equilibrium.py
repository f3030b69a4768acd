"""The equations composed into one fixed-point map in wages, prices and spending."""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jax import Array

from detente.model import equations as eq
from detente.model.economy import Economy, Shock


class Unknowns(NamedTuple):
    """What is solved for.

    ``log_wage_hat`` ``(country,)``; ``log_price_hat`` ``(country, sector)``; ``spending_hat``
    ``(country, sector)``, spending relative to the baseline (0 where a sector is never bought).
    """

    log_wage_hat: Array
    log_price_hat: Array
    spending_hat: Array


class Kernels(NamedTuple):
    """Trade kernels that depend on policy alone, made once a solve."""

    gross: Array
    fob: Array


def baseline_point(economy: Economy) -> Unknowns:
    """Return the baseline itself: all changes one."""
    return Unknowns(
        jnp.zeros_like(economy.value_added),
        jnp.zeros_like(economy.expenditure),
        (economy.expenditure > 0).astype(economy.expenditure.dtype),
    )


def kernels(economy: Economy, shock: Shock) -> Kernels:
    """Build π (τ̂d̂)^(−θ) and the same divided by 1+t'."""
    gross = eq.cost_kernel(economy, shock)
    return Kernels(gross, gross / (1 + shock.tariff_cf))


def numeraire(economy: Economy, log_wage_hat: Array) -> Array:
    """Scale wages so that world value added equals the baseline's."""
    world = (economy.value_added * jnp.exp(log_wage_hat)).sum() / economy.value_added.sum()
    return log_wage_hat - jnp.log(world)


def residual(economy: Economy, shock: Shock, kernel: Kernels, x: Unknowns) -> Unknowns:
    """Economic residuals at a point, all relative; zero in equilibrium.

    Returns
    -------
    Unknowns
        ``log_wage_hat``: ln(labour demand / value added), world-wide excess removed (Walras);
        ``log_price_hat``: ln(Φ^(−1/θ)) − ln P̂; ``spending_hat``: (E'_implied − E')/E.
    """
    wage_hat = jnp.exp(x.log_wage_hat)
    log_cost = eq.log_unit_cost_hat(economy, x.log_wage_hat, x.log_price_hat)
    cost_power = jnp.exp(-economy.trade_elasticity * log_cost)
    access = eq.market_access(kernel.gross, cost_power)
    log_price = eq.log_price_index_hat(economy, access)
    spending = x.spending_hat * economy.expenditure
    per_access = spending / access
    output = eq.border_sales(kernel.fob, cost_power, per_access)
    revenue = (spending - eq.border_imports(kernel.fob, cost_power, per_access)).sum(axis=1)
    value_added = economy.value_added * wage_hat
    income = value_added + revenue + eq.deficit_cf(economy, shock, wage_hat)
    implied = eq.spending(economy, output, income)
    labour_demand = (economy.value_added_share * output).sum(axis=1)
    excess = labour_demand / value_added - 1
    excess = excess - (excess * value_added).sum() / value_added.sum()
    bought = economy.expenditure > 0
    return Unknowns(
        excess,
        log_price - x.log_price_hat,
        jnp.where(bought, implied - spending, 0.0) / jnp.where(bought, economy.expenditure, 1.0),
    )


def step(economy: Economy, shock: Shock, kernel: Kernels, x: Unknowns) -> Unknowns:
    """One pass of the composed map; its fixed point is the equilibrium."""
    gap = residual(economy, shock, kernel, x)
    # the log keeps a large first excess from throwing wages out of range
    move = economy.wage_step * jnp.log1p(jnp.maximum(gap.log_wage_hat, -0.9))
    return Unknowns(
        numeraire(economy, x.log_wage_hat + move),
        x.log_price_hat + gap.log_price_hat,
        x.spending_hat + gap.spending_hat,
    )
