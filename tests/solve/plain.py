"""The whole model in plain NumPy and a general root finder: slow, for tiny economies only.

Written from the equations in levels of the unknowns ln w (country, sector), ln P, E and ln L, with
loops over countries and sectors where that is plainer, and apart from the compiled model.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import root


def solve_plain(c, policy, structure, deficit, *, employed=None, pools=None):
    """Real income of every country, solved by MINPACK's hybrid method from the baseline.

    ``employed`` is the share of workers that have work, by country; wages then clear for them.
    ``pools`` are lists of sectors between which workers move as they like, each its own if omitted.
    """
    found = _solved(c, policy, structure, deficit, employed, pools)
    _, income, price = _gaps(c, policy, structure, deficit, found, employed, pools)
    return income / c.income / price


def plain_wages(c, policy, structure, deficit, *, employed=None):
    """Wages of every country in the first sector, against the wages of all workers."""
    found = _solved(c, policy, structure, deficit, employed)
    return np.exp(found.reshape(4, *c.output.shape)[0, :, 0])


def _solved(c, policy, structure, deficit, employed, pools=None):
    count, sectors = c.output.shape
    size = count * sectors
    start = np.concatenate([np.zeros(2 * size), np.ones(size), np.zeros(size)])
    found = root(
        lambda v: _gaps(c, policy, structure, deficit, v, employed, pools)[0], start, tol=1e-13
    )
    assert np.abs(found.fun).max() < 1e-9, found.message
    return found.x


def _ces(shares, prices, sigma):
    if sigma == 1:
        return math.prod(p**b for b, p in zip(shares, prices, strict=True))
    return sum(b * p ** (1 - sigma) for b, p in zip(shares, prices, strict=True)) ** (
        1 / (1 - sigma)
    )


def _by(value, codes, off):
    """One number for each code; what is not named has that of others."""
    if not hasattr(value, "get"):
        return np.full(len(codes), off if value is None else float(value))
    return np.array([value.get(code, value.get("others", off)) for code in codes])


def _gaps(c, policy, structure, deficit, v, employed=None, pools=None):
    count, sectors = c.output.shape
    pools = [[s] for s in range(sectors)] if pools is None else pools
    employed = np.ones(count) if employed is None else employed
    wage, price, spend, labour = np.exp(v).reshape(4, count, sectors)
    spend = c.expenditure * v.reshape(4, count, sectors)[2]
    theta = c.trade_elasticity
    profit = np.zeros(sectors)
    scale = _by(structure.scale_elasticity, c.sector_codes, 0.0)
    if structure.market == "fixed-entry":
        profit = 1 / (1 + theta)
        if structure.profit_share is not None:
            profit = _by(structure.profit_share, c.sector_codes, 0.0)
    margin = _by(structure.import_margin, c.country_codes, 0.0)
    through = _by(structure.pass_through, c.country_codes, 1.0)
    if structure.market == "free-entry":
        scale = 1 / theta
    zero = np.zeros_like(c.tariff)
    tax = zero if policy.export_tax is None else policy.export_tax
    supply = zero + 1 if policy.supply_share is None else policy.supply_share
    rents = zero if policy.rent_share is None else policy.rent_share
    subsidy = policy.production_subsidy
    subsidy = np.zeros_like(c.output) if subsidy is None else subsidy
    # of what buyers pay, makers get what distribution leaves, and pay materials from it
    got = np.zeros_like(c.output)
    for n in range(count):
        got += (1 - margin[n]) * c.flows[:, n].T
    recipe = c.input_share * (c.output / got)[:, None, :]
    first = 1 - recipe.sum(axis=1)
    capital = _by(structure.capital_share, c.sector_codes, 0.0)
    # what labour and capital are paid is in proportion: so is the rent to the wage bill
    rent = wage * labour
    factors = wage ** (1 - capital) * rent**capital
    cost, own, inputs = _costs(first, recipe, structure, profit, factors, price)
    cost = cost * labour**-scale * (1 - subsidy)
    # trade
    share = np.zeros_like(c.flows)
    index = np.ones_like(price)
    for s in range(sectors):
        for n in range(count):
            landed = (
                policy.iceberg_hat[s, n] * (1 + tax[s, n]) * cost[:, s]
                * ((1 + policy.tariff_cf[s, n]) / (1 + c.tariff[s, n])) ** through[n]
            )  # fmt: skip
            weight = c.trade_shares[s, n] * supply[s, n] * landed ** -theta[s]
            if weight.sum() > 0:
                index[n, s] = weight.sum() ** (-1 / theta[s])
                index[n, s] *= (spend[n, s] / c.expenditure[n, s] / wage[n, 0]) ** (1 - through[n])
                share[s, n] = weight / weight.sum()
    border = share * spend.T[:, :, None] / (1 + policy.tariff_cf)
    sold = border * (1 - margin)[:, None]
    receipts = sold / (1 + tax)
    sales = receipts.sum(axis=1).T
    earned = sales / (1 - subsidy)
    kept = earned * (1 - profit)
    duty = policy.tariff_cf * border
    handed = rents * duty
    public = (duty - handed).sum(axis=(0, 2)) + handed.sum(axis=(0, 1))
    public = public + (sold - receipts).sum(axis=(0, 1)) - (earned - sales).sum(axis=1)
    bill = (1 - capital) * (first - profit) * got + margin[:, None] * c.flows.sum(axis=2).T
    weights = c.final_demand / c.income[:, None]
    consumer = np.array(
        [_ces(weights[n], price[n], structure.final_elasticity) for n in range(count)]
    )
    pay = np.zeros(count)
    offered = np.zeros_like(bill)
    for n in range(count):
        if math.isinf(structure.labour_mobility):
            pay[n] = bill[n].sum() * wage[n, 0] * employed[n]
            pay[n] *= _hours(c, structure, n, pay[n], wage[n, 0] / consumer[n], public[n])
            continue
        k = structure.labour_mobility
        head = sum(bill[n, g].sum() * wage[n, g[0]] ** k for g in pools) / bill[n].sum()
        for g in pools:
            # what is paid in all of a pool stands at its first sector
            offered[n, g[0]] = bill[n, g].sum() * wage[n, g[0]] ** k * head ** ((1 - k) / k)
        pay[n] = offered[n].sum()
    added = pay + (profit * earned + capital * own * kept).sum(axis=1)
    world = added.sum() / c.value_added.sum()
    effort = np.array([_effort(c, structure, n, bill[n].sum(), pay[n], wage[n, 0])
                       for n in range(count)])  # fmt: skip
    income = added + public + deficit * world
    final = weights * (price / consumer[:, None]) ** (1 - structure.final_elasticity)
    use = np.einsum("nks,ns->nk", inputs, kept) + final * income[:, None]
    demand = (1 - capital) * own * kept + margin[:, None] * border.sum(axis=2).T
    if math.isinf(structure.labour_mobility):
        gap = wage / wage[:, :1] - 1
        gap[:, 0] = demand.sum(axis=1) / pay - 1
    else:
        gap = np.zeros_like(demand)
        for g in pools:
            gap[:, g] = wage[:, g] / wage[:, g[:1]] - 1
            gap[:, g[0]] = demand[:, g].sum(axis=1) / offered[:, g[0]] - 1
    gap[0, 0] = pay.sum() / bill.sum() - 1  # one market is redundant: wages are the numeraire
    hired = np.ones_like(demand)
    for g in pools if scale.any() or capital.any() else ():
        before = (bill[:, g] * wage[:, g]).sum(axis=1)
        hired[:, g] = (demand[:, g].sum(axis=1) / before)[:, None]
    gaps = (gap, index / price - 1, (use - spend) / c.expenditure, hired / labour - 1)
    return np.concatenate([g.ravel() for g in gaps]), income - effort * consumer, consumer


def _hours(c, structure, n, pay, real, public):
    """Labour against the baseline, (what an hour buys)^ε; revenue may lower the tax on it."""
    hours, tax = 1.0, _by(structure.labour_tax, c.country_codes, 0.0)[n]
    for _ in range(200):
        relief = (public - c.tariff_revenue[n]) / (pay * hours)
        kept = (1 - tax + relief) / (1 - tax) if structure.revenue_use == "labour-tax" else 1.0
        hours = (kept * real) ** structure.labour_supply
    return hours


def _effort(c, structure, n, bill, pay, wage):
    """Rise of ε/(1+ε) a L^(1+1/ε) from L = 1, a what an hour buys in the baseline after tax."""
    elasticity, tax = structure.labour_supply, _by(structure.labour_tax, c.country_codes, 0.0)[n]
    if not elasticity:
        return 0.0
    hours = pay / wage / bill
    worth = (1 - tax) * bill * elasticity / (1 + elasticity)
    return worth * (hours ** (1 + 1 / elasticity) - 1)


def _costs(added, recipe, structure, profit, wage, price):
    """Unit cost, and the shares of labour and each input in it."""
    count, sectors = wage.shape
    cost, own = np.zeros((2, count, sectors))
    inputs = np.zeros_like(recipe)
    for n in range(count):
        for s in range(sectors):
            first = (added[n, s] - profit[s]) / (1 - profit[s])
            mix = recipe[n, :, s] / recipe[n, :, s].sum()
            bundle = _ces(mix, price[n], structure.input_elasticity)
            nest = structure.value_added_elasticity
            cost[n, s] = _ces((first, 1 - first), (wage[n, s], bundle), nest)
            own[n, s] = first * (wage[n, s] / cost[n, s]) ** (1 - nest)
            outer = (1 - first) * (bundle / cost[n, s]) ** (1 - nest)
            inner = mix * (price[n] / bundle) ** (1 - structure.input_elasticity)
            inputs[n, :, s] = outer * inner
    return cost, own, inputs
