"""The equations composed into one fixed-point map in wages, prices, spending and labour."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from detente.model import equations as eq
from detente.model.economy import Economy, Shock


class Unknowns(NamedTuple):
    """What is solved for.

    ``log_wage_hat`` ``(country,)``, or ``(country, sector)`` where wages differ between sectors;
    ``log_price_hat`` ``(country, sector)``; ``spending_hat`` ``(country, sector)``, spending
    relative to the baseline (0 where a sector is never bought); ``log_labour_hat`` ``(country,
    sector)``, only where costs depend on it; ``relief`` ``(country,)``, the share of labour's cost
    that the government pays, only where revenue goes there; ``log_wedge`` ``(limit,)``, zero where
    the limit does not bind. Where sectors share their workers wages and labour are by pool, not by
    sector (`Economy.labour_pool`).
    """

    log_wage_hat: Array
    log_price_hat: Array
    spending_hat: Array
    log_labour_hat: Array | None = None
    relief: Array | None = None
    log_wedge: Array | None = None


class Kernels(NamedTuple):
    """Trade kernels that depend on policy alone, made once a solve.

    ``gross`` at buyers' prices, ``fob`` at the border, ``receipts`` what producers get, ``rents``
    the part of the wedge between gross and fob that goes to the exporter. The wedges of limits come
    on top, at a point.
    """

    gross: Array
    fob: Array
    receipts: Array | None
    rents: Array | None


class Budget(NamedTuple):
    """What governments and holders of licences take and give, ``(country,)``.

    ``tariff_revenue`` is what the importer keeps; ``rents`` what its exporters are handed of
    others' tariffs and quotas; ``subsidy_cost`` is paid out.
    """

    tariff_revenue: Array
    export_tax_revenue: Array
    subsidy_cost: Array
    rents: Array

    @property
    def net(self) -> Array:
        """Sum that goes to households."""
        return self.tariff_revenue + self.export_tax_revenue - self.subsidy_cost + self.rents


class Market(NamedTuple):
    """Everything that follows from a point by definitions, in the baseline's unit.

    ``output`` and ``production`` ``(country, sector)`` are sales at producers' prices and what
    producing them earns, subsidies included; ``materials`` ``(country, input)``;
    ``labour_demand`` ``(country, sector)``, what employers spend on labour; ``labour_income`` as in
    `equations.labour_income`, less what the government pays of it; ``limited`` ``(limit,)``, what
    each limit is on; ``log_labour_supply`` ``(country,)``, where labour is not given.
    """

    log_cost: Array
    cost_power: Array
    access: Array
    spending: Array
    output: Array
    production: Array
    labour_demand: Array
    materials: Array
    labour_income: Array
    value_added: Array
    deficit: Array
    budget: Budget
    income: Array
    limited: Array | None
    log_labour_supply: Array | None


def baseline_point(economy: Economy, shock: Shock | None = None) -> Unknowns:
    """Return the baseline itself: all changes one, no limit of the shock binding."""
    limits = None if shock is None else shock.limits
    make: Any = Unknowns
    return make(
        np.zeros_like(economy.wage_bill),
        np.zeros_like(economy.expenditure),
        np.asarray(economy.expenditure > 0, np.float64),
        None
        if economy.scale_elasticity is None
        else np.zeros_like(eq.by_pool(economy, economy.sector_labour)),
        None if economy.public_net is None else np.zeros_like(economy.public_net),
        None if limits is None else np.zeros_like(limits.bound),
    )


def kernels(economy: Economy, shock: Shock) -> Kernels:
    """Build π (τ̂x̂d̂)^(−θ), the same over 1+t', and again over 1+x'; sums over lines in cells."""
    gross = eq.cost_kernel(economy, shock)
    fob = gross / (1 + shock.tariff_cf)
    receipts = None if shock.export_tax is None else fob / (1 + shock.export_tax)
    if shock.lines is not None:
        parts = eq.line_kernels(economy, shock)
        gross = eq.taken_apart(shock.lines, gross, parts[0])
        fob = eq.taken_apart(shock.lines, fob, parts[1])
        receipts = None if receipts is None else eq.taken_apart(shock.lines, receipts, parts[2])
    rents = None if shock.rent_share is None else shock.rent_share * (gross - fob)
    return Kernels(gross, fob, receipts, rents)


def with_wedges(economy: Economy, shock: Shock, kernel: Kernels, log_wedge: Array) -> Kernels:
    """Add the wedges of limits to the kernels of policy; their rents go as each limit says."""
    assert shock.limits is not None
    limits = shock.limits
    log_factor = eq.log_wedges(limits, log_wedge)[None]
    moved = jnp.exp(-economy.trade_elasticity[:, None] * log_factor)
    gross = kernel.gross * eq.on_cells(limits, moved, 1.0)
    paid = eq.on_cells(limits, moved * jnp.exp(-log_factor), 1.0)
    share = eq.on_cells(limits, limits.rent_share[None], 0.0)
    licences = share * (gross - kernel.gross * paid)
    return Kernels(
        gross,
        kernel.fob * paid,
        None if kernel.receipts is None else kernel.receipts * paid,
        licences if kernel.rents is None else licences + kernel.rents * paid,
    )


def log_labour_cost_hat(economy: Economy, x: Unknowns) -> Array:
    """Labour cost to employers: the wage less what the government pays of it."""
    log_pay = eq.log_pay_hat(economy, x.log_wage_hat)
    return log_pay if x.relief is None else log_pay + eq.of_country(jnp.log1p(-x.relief), log_pay)


def log_price_hat(economy: Economy, m: Market, x: Unknowns) -> Array:
    """Price index ``(country, sector)`` that follows from costs, and from who serves a market."""
    found = eq.log_price_index_hat(economy, m.access)
    if economy.pass_through is None:
        return found
    cost = eq.log_mean_wage_hat(economy, x.log_wage_hat)
    cost = cost if x.relief is None else cost + jnp.log1p(-x.relief)
    return found + eq.log_market_size_hat(economy, x.spending_hat, cost)


def log_value_added_price_hat(economy: Economy, x: Unknowns) -> Array:
    """Price of value added: labour's cost, or with capital ŵ^(1−β) r̂^β, by sector.

    Capital that stays earns in proportion to the labour beside it: r̂ = ŵ L̂, so that is ŵ L̂^β.
    """
    log_pay = log_labour_cost_hat(economy, x)
    if economy.capital_share is None or x.log_labour_hat is None:
        return log_pay
    log_labour = eq.by_sector(economy, x.log_labour_hat)
    return eq.by_sector(economy, log_pay) + economy.capital_share * log_labour


def numeraire(
    economy: Economy, log_wage_hat: Array, relief: Array | None = None, profits: Array | float = 0.0
) -> Array:
    """Scale wages so that the world's wages, or with a floor its value added, are the baseline's.

    A floor holds against world value added, so relief of labour's cost and ``profits`` must count.
    """
    wages = eq.labour_income(economy, log_wage_hat)
    if economy.log_wage_floor is None:
        return log_wage_hat - jnp.log(wages.sum() / economy.wage_bill.sum())
    if relief is not None:
        wages = wages * (1 - eq.of_country(relief, wages))
    return log_wage_hat - jnp.log((wages.sum() + profits) / economy.value_added.sum())


def market(economy: Economy, shock: Shock, kernel: Kernels, x: Unknowns) -> Market:
    """Evaluate every definition at a point: costs, sales, budgets, income."""
    if x.log_wedge is not None:
        kernel = with_wedges(economy, shock, kernel, x.log_wedge)
    log_pay = log_value_added_price_hat(economy, x)
    log_bundle = eq.log_unit_cost_hat(economy, log_pay, x.log_price_hat)
    log_cost = log_bundle
    if economy.scale_elasticity is not None and x.log_labour_hat is not None:
        log_cost = log_cost - economy.scale_elasticity * eq.by_sector(economy, x.log_labour_hat)
    if shock.subsidy is not None:
        log_cost = log_cost + jnp.log1p(-shock.subsidy)
    cost_power = jnp.exp(-economy.trade_elasticity * log_cost)
    access = eq.market_access(economy, kernel.gross, cost_power)
    spending = x.spending_hat * economy.expenditure
    per_access = spending / access
    sold = kernel.fob if kernel.receipts is None else kernel.receipts
    output = eq.border_sales(eq.sellers_part(economy, sold), cost_power, per_access)
    production = output if shock.subsidy is None else output / (1 - shock.subsidy)
    cost, profits = production, jnp.zeros_like(economy.value_added)
    if economy.profit_share is not None:
        cost = (1 - economy.profit_share) * production
        profits = (economy.profit_share * production).sum(axis=1)
    labour, by_input, by_user = eq.cost_shares(economy, log_pay, x.log_price_hat, log_bundle)
    if economy.capital_share is not None:
        profits = profits + (economy.capital_share * labour * cost).sum(axis=1)
        labour = (1 - economy.capital_share) * labour
    wages, supply = eq.labour_income(economy, x.log_wage_hat), None
    if x.relief is not None:
        wages = wages * (1 - eq.of_country(x.relief, wages))
    if economy.labour_supply is not None:
        supply = eq.log_labour_supply_hat(economy, x.log_wage_hat, x.log_price_hat, x.relief)
        wages = wages * eq.of_country(jnp.exp(supply), wages)
    value_added = (wages if wages.ndim == 1 else wages.sum(axis=1)) + profits
    deficit = eq.deficit_cf(shock, economy.value_added, value_added)
    public = _budget(economy, kernel, cost_power, per_access, spending, output, production)
    if shock.deficit_income is not None:
        income = value_added + public.net
        deficit = deficit + eq.deficit_share(shock.deficit_income, income, value_added)
    if shock.deficit_spending is not None:
        spent = spending.sum(axis=1)
        deficit = deficit + eq.deficit_share(shock.deficit_spending, spent, value_added)
    return Market(
        log_cost=log_cost,
        cost_power=cost_power,
        access=access,
        spending=spending,
        output=output,
        production=production,
        labour_demand=_with_distributors(economy, kernel, cost_power, per_access, labour * cost),
        materials=by_input * jnp.einsum("nks,ns->nk", economy.input_share, by_user * cost),
        labour_income=wages,
        value_added=value_added,
        deficit=deficit,
        budget=public,
        income=value_added + public.net + deficit,
        limited=_limited(economy, shock, kernel, log_cost, cost_power, per_access, value_added),
        log_labour_supply=supply,
    )


def _with_distributors(
    economy: Economy, kernel: Kernels, cost_power: Array, per_access: Array, makers: Array
) -> Array:
    """Add to what makers spend on labour what distributors do: their margin of what is bought."""
    if economy.import_margin is None:
        return makers
    bought = eq.border_imports(kernel.fob, cost_power, per_access)
    return makers + economy.import_margin[:, None] * bought


def _limited(
    economy: Economy,
    shock: Shock,
    kernel: Kernels,
    log_cost: Array,
    cost_power: Array,
    per_access: Array,
    value_added: Array,
) -> Array | None:
    """Quantity in the baseline's prices, or value at fob, that each limit is on."""
    limits = shock.limits
    if limits is None:
        return None
    per_kernel = per_access.T[:, :, None] * cost_power.T[:, None, :]
    per_price = jnp.exp(-log_cost).T[:, None, :]
    # at producers' prices before the export tax, which differ from the baseline's by cost alone
    received = kernel.fob if kernel.receipts is None else kernel.receipts
    unit = economy.value_added.sum() / value_added.sum()
    quantity = eq.limited(limits, received * per_kernel * per_price)
    value = unit * eq.limited(limits, kernel.fob * per_kernel)
    return jnp.where(limits.in_value > 0, value, quantity)


def _budget(
    economy: Economy,
    kernel: Kernels,
    cost_power: Array,
    per_access: Array,
    spending: Array,
    output: Array,
    production: Array,
) -> Budget:
    """Tariffs t'Z', export taxes x'Z'/(1+x'), subsidies z'Y'/(1−z'), rents; what is off is zero."""
    tariffs = (spending - eq.border_imports(kernel.fob, cost_power, per_access)).sum(axis=1)
    taxes = rents = jnp.zeros_like(tariffs)
    if kernel.receipts is not None:
        taxed = eq.sellers_part(economy, kernel.fob)
        taxes = (eq.border_sales(taxed, cost_power, per_access) - output).sum(axis=1)
    if kernel.rents is not None:
        rents = eq.border_sales(kernel.rents, cost_power, per_access).sum(axis=1)
        tariffs = tariffs - eq.border_imports(kernel.rents, cost_power, per_access).sum(axis=1)
    subsidies = jnp.zeros_like(tariffs) if production is output else (production - output).sum(1)
    return Budget(tariffs, taxes, subsidies, rents)


def residual(economy: Economy, shock: Shock, kernel: Kernels, x: Unknowns) -> Unknowns:
    """Economic residuals at a point, all relative; zero in equilibrium.

    Returns
    -------
    Unknowns
        ``log_wage_hat``: labour demand over labour income less one, world-wide excess removed
        (Walras); ``log_price_hat``: ln(Φ^(−1/θ)) − ln P̂; ``spending_hat``: (E'_implied − E')/E;
        ``log_labour_hat``: ln(labour demand / wage) − ln L̂; ``relief``: revenue beyond the
        baseline's over what labour earns, less the relief assumed; ``log_wedge``: ln(trade/bound)
        where it is to be met, the wedge itself where it is not (complementarity).
    """
    return _gaps(economy, shock, x, market(economy, shock, kernel, x))


def _gaps(economy: Economy, shock: Shock, x: Unknowns, m: Market) -> Unknowns:
    by_pool = eq.by_pool(economy, m.labour_demand)
    demand = by_pool if m.labour_income.ndim == 2 else m.labour_demand.sum(axis=1)
    employs = m.labour_income > 0
    excess = jnp.where(employs, demand / jnp.where(employs, m.labour_income, 1.0) - 1, 0.0)
    excess = excess - (excess * m.labour_income).sum() / m.labour_income.sum()
    final = eq.final_shares(economy, x.log_price_hat) * m.income[:, None]
    bought = economy.expenditure > 0
    gap = jnp.where(bought, m.materials + final - m.spending, 0.0)
    return Unknowns(
        excess,
        log_price_hat(economy, m, x) - x.log_price_hat,
        gap / jnp.where(bought, economy.expenditure, 1.0),
        _labour_gap(economy, m, x),
        _relief_gap(economy, m, x),
        _wedge_gap(shock, m, x),
    )


def _labour_gap(economy: Economy, m: Market, x: Unknowns) -> Array | None:
    """Labour that sectors, or pools, demand at going wages against that assumed in costs."""
    if economy.scale_elasticity is None or x.log_labour_hat is None:
        return None
    before, after = (eq.by_pool(economy, v) for v in (economy.sector_labour, m.labour_demand))
    employs = before > 0
    demand = jnp.where(employs, after, 1.0) / jnp.where(employs, before, 1)
    log_pay = log_labour_cost_hat(economy, x)
    log_pay = log_pay if log_pay.ndim == 2 else log_pay[:, None]
    implied = jnp.log(jnp.maximum(demand, 1e-300)) - log_pay
    return jnp.where(employs, implied - x.log_labour_hat, 0.0)


def _relief_gap(economy: Economy, m: Market, x: Unknowns) -> Array | None:
    """Revenue beyond the baseline's, as a share of what labour earns, less the relief assumed."""
    if economy.public_net is None or x.relief is None:
        return None
    world = m.value_added.sum() / economy.value_added.sum()
    earned = m.labour_income if m.labour_income.ndim == 1 else m.labour_income.sum(axis=1)
    return (m.budget.net - economy.public_net * world) * (1 - x.relief) / earned - x.relief


def _wedge_gap(shock: Shock, m: Market, x: Unknowns) -> Array | None:
    """Complementarity of wedge ≥ 0 and limit, as a natural residual."""
    if shock.limits is None or x.log_wedge is None or m.limited is None:
        return None
    limits = shock.limits
    beyond = limits.sign * jnp.log(jnp.maximum(m.limited, 1e-300) / limits.bound)
    moved = jnp.maximum(0.0, x.log_wedge + limits.step * beyond)
    return (moved - x.log_wedge) / limits.step


def step(
    economy: Economy,
    shock: Shock,
    kernel: Kernels,
    x: Unknowns,
    by_balance: bool | Array = False,
) -> Unknowns:
    """One pass of the composed map; its fixed point is the equilibrium.

    Parameters
    ----------
    by_balance
        Whether wages of economies follow their trade balances in place of their labour markets. The
        fixed point is the same: given the goods markets the two are one equation. But where hardly
        anything is traded, labour markets hardly tell when wages are wrong.
    """
    m = market(economy, shock, kernel, x)
    gap = _gaps(economy, shock, x, m)
    profits = 0.0
    others = economy.profit_share is not None or economy.capital_share is not None
    if economy.log_wage_floor is not None and others:
        profits = m.value_added.sum() - m.labour_income.sum()
    common, own = _wage_moves(economy, gap.log_wage_hat)
    if by_balance is not False:
        # one program for both: it is compiled whether or not a solve needs the second
        common = lax.cond(
            by_balance, lambda: _balance_move(economy, shock, kernel, x, m), lambda: common
        )
    wage = x.log_wage_hat + (common if own is None else common[:, None] + own)
    return Unknowns(
        numeraire(economy, wage, x.relief, profits),
        x.log_price_hat + gap.log_price_hat,
        x.spending_hat + gap.spending_hat,
        _moved(x.log_labour_hat, gap.log_labour_hat),
        _moved(x.relief, gap.relief),
        _moved(x.log_wedge, gap.log_wedge, 1.0 if shock.limits is None else shock.limits.step),
    )


def _moved(value: Array | None, gap: Array | None, step: Array | float = 1.0) -> Array | None:
    return None if value is None or gap is None else value + step * gap


def _wage_moves(economy: Economy, excess: Array) -> tuple[Array, Array | None]:
    """Wages rise where labour is short; the log keeps a large first excess within range.

    Those of an economy as a whole ``(country,)``, and of its sectors where wages differ.
    """
    move = jnp.log1p(jnp.maximum(excess, -0.9))
    if economy.sector_step is None:
        return economy.wage_step * move, None
    bill = economy.wage_bill / economy.wage_bill.sum(axis=1, keepdims=True)
    mean = (bill * move).sum(axis=1)
    return economy.wage_step * mean, economy.sector_step * (move - mean[:, None])


def _balance_move(economy: Economy, shock: Shock, kernel: Kernels, x: Unknowns, m: Market) -> Array:
    """Wages rise where more is sold abroad than the balance allows: a ratio, whatever is traded.

    An elasticity θ of what either side buys makes about 1/(1+2θ) of it the step that closes it.
    """
    if x.log_wedge is not None:
        kernel = with_wedges(economy, shock, kernel, x.log_wedge)
    paid = kernel.fob if kernel.rents is None else kernel.fob + kernel.rents
    paid = eq.sellers_part(economy, paid) * (1 - jnp.eye(paid.shape[1]))
    traded = jnp.einsum("sni,is,ns->ni", paid, m.cost_power, m.spending / m.access)
    received = traded.sum(axis=0) + jnp.maximum(m.deficit, 0.0)
    given = traded.sum(axis=1) + jnp.maximum(-m.deficit, 0.0)
    least = 1e-13 * m.value_added  # who has no trade at all has no wage to find
    move = jnp.clip(jnp.log((received + least) / (given + least)), -3.0, 3.0)
    weight = economy.expenditure / economy.expenditure.sum(axis=1, keepdims=True)
    return move / (1 + 2 * (weight * economy.trade_elasticity).sum(axis=1))
