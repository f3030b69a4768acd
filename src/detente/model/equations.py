"""The equilibrium conditions, one relation per function (Caliendo & Parro 2015, eqs 10-14).

Options that are off are ``None`` and fall back to Cobb-Douglas, one wage and no profits.
"""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

from detente.model.economy import Economy, Limits, Lines, Shock


def log_ces(shares: Array, log_price: Array, elasticity: Array, axis: int) -> Array:
    """Price index of a CES nest: ln (Σ b P̂^(1−σ))^(1/(1−σ)); shares sum to one or are all zero."""
    power = 1 - elasticity
    # as a difference from one, or digits are lost as σ nears 1
    return jnp.log1p((shares * jnp.expm1(power * log_price)).sum(axis=axis)) / power


def log_material_price_hat(economy: Economy, log_price_hat: Array) -> Array:
    """Price index of a sector's materials over its share of cost, by CES over inputs."""
    material = economy.input_share.sum(axis=1)
    power = 1.0 if economy.input_elasticity is None else 1 - economy.input_elasticity
    # moved before they meet the sectors that use them: there are far fewer
    moved = log_price_hat if economy.input_elasticity is None else jnp.expm1(power * log_price_hat)
    total = jnp.einsum("nks,nk->ns", economy.input_share, moved)
    mean = total / jnp.where(material > 0, material, 1.0)
    return mean if economy.input_elasticity is None else jnp.log1p(mean) / power


def log_unit_cost_hat(economy: Economy, log_wage_hat: Array, log_price_hat: Array) -> Array:
    """Cost of an input bundle: ln ĉ[i,s] = γ[i,s] ln ŵ[i] + Σ_k γ[i,k,s] ln P̂[i,k], or by CES.

    In place of ŵ the price of value added where it is more than labour.
    """
    wage = by_sector(economy, log_wage_hat)
    if economy.input_elasticity is None and economy.value_added_elasticity is None:
        materials = jnp.einsum("nks,nk->ns", economy.input_share, log_price_hat)
        return economy.labour_share * wage + materials
    material = log_material_price_hat(economy, log_price_hat)
    share = economy.labour_share
    if economy.value_added_elasticity is None:
        return share * wage + economy.input_share.sum(axis=1) * material
    both = jnp.stack([share, economy.input_share.sum(axis=1)])
    prices = jnp.stack([jnp.broadcast_to(wage, material.shape), material])
    return log_ces(both, prices, economy.value_added_elasticity, axis=0)


def cost_shares(
    economy: Economy, log_wage_hat: Array, log_price_hat: Array, log_cost: Array
) -> tuple[Array, Array | float, Array | float]:
    """Share of labour in cost ``(country, sector)``, and factors on those of inputs.

    An input's share is the baseline's times one factor by input ``(country, input)`` and one by
    using sector ``(country, using)``, so that what all use of it is a product of matrices.
    """
    labour, by_input, by_user = economy.labour_share, 1.0, 1.0
    if economy.input_elasticity is None and economy.value_added_elasticity is None:
        return labour, by_input, by_user
    material = log_material_price_hat(economy, log_price_hat)
    log_user = jnp.zeros_like(material)
    if economy.value_added_elasticity is not None:
        power = 1 - economy.value_added_elasticity
        labour = labour * jnp.exp(power * (by_sector(economy, log_wage_hat) - log_cost))
        log_user = power * (material - log_cost)
    if economy.input_elasticity is not None:
        power = 1 - economy.input_elasticity
        by_input = jnp.exp(power * log_price_hat)
        log_user = log_user - power * material
    return labour, by_input, jnp.exp(log_user)


def log_consumer_price_hat(economy: Economy, log_price_hat: Array) -> Array:
    """Consumer price index: ln P̂[n] = Σ_s α[n,s] ln P̂[n,s], or by CES over sectors."""
    if economy.final_elasticity is None:
        return (economy.final_share * log_price_hat).sum(axis=1)
    return log_ces(economy.final_share, log_price_hat, economy.final_elasticity, axis=1)


def final_shares(economy: Economy, log_price_hat: Array) -> Array:
    """Shares of sectors in final demand: α[n,s] (P̂[n,s]/P̂[n])^(1−η)."""
    if economy.final_elasticity is None:
        return economy.final_share
    relative = log_price_hat - log_consumer_price_hat(economy, log_price_hat)[:, None]
    return economy.final_share * jnp.exp((1 - economy.final_elasticity) * relative)


def by_sector(economy: Economy, value: Array) -> Array:
    """Return what is of a country, or of a pool of workers, as ``(country, sector or 1)``."""
    if value.ndim == 1:
        return value[:, None]
    pool = economy.labour_pool
    # what is by sector already is left as it is: pools are fewer
    return value if pool is None or value.shape[1] == pool.shape[0] else value @ pool.T


def by_pool(economy: Economy, value: Array) -> Array:
    """Add up over the sectors that share their workers: ``(country, sector)`` to those."""
    return value if economy.labour_pool is None else value @ economy.labour_pool


def of_country(value: Array, like: Array) -> Array:
    """Return a value by country beside one by country, or by country and sector."""
    return value if like.ndim == 1 else value[:, None]


def log_mean_wage_hat(economy: Economy, log_wage_hat: Array) -> Array:
    """Income of workers per head: ln Ŵ[n] = ln (Σ_s b[n,s] ŵ[n,s]^κ)^(1/κ), b shares of wages.

    Here and below, a sector counts with what was carved out of it as one.
    """
    if economy.labour_mobility is None:
        return log_wage_hat
    kappa = economy.labour_mobility
    shares = economy.wage_bill / economy.wage_bill.sum(axis=1, keepdims=True)
    top = log_wage_hat.max(axis=1, keepdims=True)
    total = (shares * jnp.exp(kappa * (log_wage_hat - top))).sum(axis=1)
    return top[:, 0] + jnp.log(total) / kappa


def log_pay_hat(economy: Economy, log_wage_hat: Array) -> Array:
    """Wage of those who work: what workers earn on average, or the floor if that is higher.

    Where it is higher the share ŵ/floor of the workers is employed, so that ŵ remains what a worker
    earns on average, and what a sector offers to those who choose it.
    """
    if economy.log_wage_floor is None:
        return log_wage_hat
    return jnp.maximum(log_wage_hat, economy.log_wage_floor)


def labour_income(economy: Economy, log_wage_hat: Array) -> Array:
    """Wages paid if everyone works, by country, or by sector where wages differ.

    b ŵ[n,s]^κ Ŵ[n]^(1−κ): workers go where they earn most (Galle, Rodríguez-Clare & Yi 2023).
    """
    if economy.labour_mobility is None:
        return economy.wage_bill * jnp.exp(log_wage_hat)
    mean = log_mean_wage_hat(economy, log_wage_hat)[:, None]
    moved = economy.labour_mobility * (log_wage_hat - mean)
    return economy.wage_bill * jnp.exp(moved + mean)


def log_labour_supply_hat(
    economy: Economy, log_wage_hat: Array, log_price_hat: Array, relief: Array | None
) -> Array:
    """Labour of an economy: ln L̂[n] = ε ln(what an hour buys), taxes on labour taken off.

    A relief ρ of what an hour costs lowers the tax by ρ/(1−ρ) of that; (1−t'_L)/(1−t_L) is kept.
    """
    assert economy.labour_supply is not None
    kept = log_mean_wage_hat(economy, log_wage_hat)
    if relief is not None and economy.labour_tax is not None:
        part = relief / (1 - relief)
        kept = kept + jnp.log1p(part / (1 - economy.labour_tax)) - jnp.log1p(part)
    return economy.labour_supply * (kept - log_consumer_price_hat(economy, log_price_hat))


def effort_cost(economy: Economy, log_labour_supply_hat: Array) -> Array:
    """Return what more labour is worth to who gives it, at the baseline's prices ``(country,)``.

    Disutility ε/(1+ε) (1−t_L) wL (L̂^(1+1/ε) − 1): the marginal hour is worth what it buys.
    """
    assert economy.labour_supply is not None
    elasticity, bill = economy.labour_supply, economy.sector_labour.sum(axis=1)
    kept = bill if economy.labour_tax is None else (1 - economy.labour_tax) * bill
    power = jnp.expm1((1 + 1 / elasticity) * log_labour_supply_hat)
    return elasticity / (1 + elasticity) * kept * power


def sellers_part(economy: Economy, kernel: Array) -> Array:
    """Kernel of what sellers get of a kernel at the border: all but margins of distribution."""
    if economy.import_margin is None:
        return kernel
    return kernel * (1 - economy.import_margin)[:, None]


def cost_kernel(economy: Economy, shock: Shock) -> Array:
    """Trade shares at unchanged producer costs, before renormalising: π (τ̂ x̂ d̂)^(−θ) b.

    b is the share of the sector's suppliers that may still sell (one but for export bans).
    """
    cost_hat = shock.iceberg_hat * (1 + shock.tariff_cf) / (1 + economy.tariff)
    if economy.pass_through is not None:
        tariff_hat = (1 + shock.tariff_cf) / (1 + economy.tariff)
        cost_hat = cost_hat * tariff_hat ** (economy.pass_through - 1)[:, None]
    if shock.export_tax is not None:
        cost_hat = cost_hat * (1 + shock.export_tax)
    kernel = economy.trade_shares * cost_hat ** (-economy.trade_elasticity[:, None, None])
    return kernel if shock.supply_share is None else kernel * shock.supply_share


def line_kernels(economy: Economy, shock: Shock) -> tuple[Array, Array, Array]:
    """Parts of the kernel of a cell that its lines make ``(line,)``: gross, at fob, receipts.

    π ω_l k_l [d_l (1+x_l)(1+t_l)/(1+t0_l)]^−θ, the same over 1+t_l, and again over 1+x_l: lines are
    varieties of one exporter in the sector's one nest, ω_l what is spent on them in the baseline.
    """
    lines = shock.lines
    assert lines is not None

    def at(array: Array) -> Array:
        return jnp.ravel(array).at[lines.cell].get(mode="clip")

    tariff = at(shock.tariff_cf) + lines.tariff_gap
    factor = at(shock.iceberg_hat) * lines.cost_ratio * (1 + tariff) / (1 + lines.before)
    if economy.pass_through is not None:
        more = jnp.broadcast_to((economy.pass_through - 1)[:, None], shock.tariff_cf.shape)
        factor = factor * ((1 + tariff) / (1 + lines.before)) ** at(more)
    tax = lines.tax_gap if shock.export_tax is None else at(shock.export_tax) + lines.tax_gap
    theta = at(jnp.broadcast_to(economy.trade_elasticity[:, None, None], shock.tariff_cf.shape))
    gross = at(economy.trade_shares) * lines.weight * (factor * (1 + tax)) ** -theta
    gross = gross * lines.supply_ratio
    if shock.supply_share is not None:
        gross = gross * at(shock.supply_share)
    fob = gross / (1 + tariff)
    return gross, fob, fob / (1 + tax)


def taken_apart(lines: Lines, kernel: Array, parts: Array) -> Array:
    """Put the sum over its lines ``(line,)`` in place of a kernel where a cell has lines."""
    whole = jnp.ravel(kernel).at[lines.cell].set(0.0, mode="drop")
    return whole.at[lines.cell].add(parts, mode="drop").reshape(kernel.shape)


def log_wedges(limits: Limits, log_wedge: Array) -> Array:
    """Factor on buyers' prices that limits make, in logs ``(limit,)``: ± its wedge.

    A ceiling raises the price as licences do, a floor lowers it as a subsidy to buyers does.
    """
    return limits.sign * log_wedge


def on_cells(limits: Limits, by_limit: Array, elsewhere: float) -> Array:
    """Give each cell what is said of its limit, ``(sector or 1, limit)``, or of all others.

    A selection for each limit is much faster than looking up the limit of each cell.
    """
    found = jnp.full(limits.owner.shape, elsewhere, by_limit.dtype)
    for k in range(limits.bound.shape[0]):
        found = jnp.where(limits.owner == k + 1, by_limit[:, k, None, None], found)
    return found


def limited(limits: Limits, by_cell: Array) -> Array:
    """Sum over the cells of each limit ``(limit,)``."""
    count = limits.bound.shape[0]
    # one masked sum a limit: scattered additions would take longer than the rest of the step
    return jnp.stack([jnp.where(limits.owner == k + 1, by_cell, 0.0).sum() for k in range(count)])


def market_access(economy: Economy, kernel: Array, cost_power: Array) -> Array:
    """Φ[n,s] = Σ_i π (τ̂d̂)^(−θ) ĉ[i,s]^(−θ); one where a sector is not bought at all.

    Not a number where it is bought and nobody is left who sells it: its price has no bound.
    """
    access = jnp.einsum("sni,is->ns", kernel, cost_power)
    return jnp.where(access > 0, access, jnp.where(economy.expenditure > 0, jnp.nan, 1.0))


def log_price_index_hat(economy: Economy, access: Array) -> Array:
    """Price index of a sector: ln P̂[n,s] = −ln Φ[n,s] / θ[s]."""
    return -jnp.log(access) / economy.trade_elasticity


def log_market_size_hat(economy: Economy, spending_hat: Array, log_labour_cost: Array) -> Array:
    """Return (1−φ) ln(Ê/ŵ), what more sellers do to a price: serving a market takes its labour."""
    assert economy.pass_through is not None
    grown = jnp.log(jnp.where(economy.expenditure > 0, spending_hat, 1.0))
    gap = jnp.where(economy.expenditure > 0, grown - log_labour_cost[:, None], 0.0)
    return (1 - economy.pass_through)[:, None] * gap


def border_sales(kernel_fob: Array, cost_power: Array, spending_per_access: Array) -> Array:
    """Sum over importers, Σ_n kernel ĉ^(−θ) E'/Φ, as ``(country, sector)`` of the exporter."""
    return cost_power * jnp.einsum("sni,ns->is", kernel_fob, spending_per_access)


def border_imports(kernel_fob: Array, cost_power: Array, spending_per_access: Array) -> Array:
    """Purchases at fob prices, Σ_i Z'[s,n,i], as ``(country, sector)``."""
    return spending_per_access * jnp.einsum("sni,is->ns", kernel_fob, cost_power)


def deficit_cf(shock: Shock, value_added: Array, value_added_cf: Array) -> Array:
    """D'[n]: fixed in world value added plus a part that follows own value added.

    The own part need not sum to zero over countries once wages move; the remainder is spread by
    value added, so that deficits always sum to zero.
    """
    world = value_added_cf.sum() / value_added.sum()
    own = shock.deficit_own * value_added_cf / value_added
    return shock.deficit_fixed * world + own - own.sum() * value_added_cf / value_added_cf.sum()


def deficit_share(share: Array, base_cf: Array, value_added_cf: Array) -> Array:
    """Part of D'[n] that is a share of income or of spending; what is left is spread as above."""
    own = share * base_cf
    return own - own.sum() * value_added_cf / value_added_cf.sum()
