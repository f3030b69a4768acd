"""The equilibrium conditions, one relation per function (Caliendo & Parro 2015, eqs 10-14)."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from detente.model.economy import Economy, Shock


def log_unit_cost_hat(economy: Economy, log_wage_hat: Array, log_price_hat: Array) -> Array:
    """Cost of an input bundle: ln ĉ[i,s] = γ[i,s] ln ŵ[i] + Σ_k γ[i,k,s] ln P̂[i,k]."""
    materials = jnp.einsum("nks,nk->ns", economy.input_share, log_price_hat)
    return economy.value_added_share * log_wage_hat[:, None] + materials


def cost_kernel(economy: Economy, shock: Shock) -> Array:
    """Trade shares at unchanged producer costs, before renormalising: π (τ̂ d̂)^(−θ)."""
    cost_hat = shock.iceberg_hat * (1 + shock.tariff_cf) / (1 + economy.tariff)
    return economy.trade_shares * cost_hat ** (-economy.trade_elasticity[:, None, None])


def market_access(kernel: Array, cost_power: Array) -> Array:
    """Φ[n,s] = Σ_i π (τ̂d̂)^(−θ) ĉ[i,s]^(−θ); one where a sector is not bought at all."""
    access = jnp.einsum("sni,is->ns", kernel, cost_power)
    return jnp.where(access > 0, access, 1.0)


def log_price_index_hat(economy: Economy, access: Array) -> Array:
    """Price index of a sector: ln P̂[n,s] = −ln Φ[n,s] / θ[s]."""
    return -jnp.log(access) / economy.trade_elasticity


def border_sales(kernel_fob: Array, cost_power: Array, spending_per_access: Array) -> Array:
    """Sum producer receipts Y'[i,s] = Σ_n π' E'/(1+t'), with π' = kernel ĉ^(−θ)/Φ."""
    return cost_power * jnp.einsum("sni,ns->is", kernel_fob, spending_per_access)


def border_imports(kernel_fob: Array, cost_power: Array, spending_per_access: Array) -> Array:
    """Purchases at fob prices, Σ_i Z'[s,n,i], as ``(country, sector)``."""
    return spending_per_access * jnp.einsum("sni,is->ns", kernel_fob, cost_power)


def spending(economy: Economy, output: Array, income: Array) -> Array:
    """E'[n,s] = Σ_k γ[n,s,k] Y'[n,k] + α[n,s] I'[n]."""
    materials = jnp.einsum("nks,ns->nk", economy.input_share, output)
    return materials + economy.final_share * income[:, None]


def deficit_cf(economy: Economy, shock: Shock, wage_hat: Array) -> Array:
    """D'[n]: fixed in world value added (the numeraire) plus a part that follows own value added.

    The own part need not sum to zero over countries once wages move; the remainder is spread by
    value added, so that deficits always sum to zero.
    """
    own = shock.deficit_own * wage_hat
    value_added = economy.value_added * wage_hat
    return shock.deficit_fixed + own - own.sum() * value_added / value_added.sum()
