"""The world around a firm by the day in plain NumPy: every input with stocks of its own."""

from __future__ import annotations

import numpy as np

from detente.sanction.network import banned_cells, network, places, together


def plain_path(carved, firm, capacity, bought, by, parameters):
    """Follow one draw; return lost output ``(day, country)`` and final purchases not served."""
    net, p = network(carved, parameters.critical), parameters
    firms, sides = together(firm, by)
    at = places(carved, firms)
    cells = banned_cells(carved, firms, sides)
    stock = np.full(net.use_share.shape, p.inventory_days)
    wanted, gaps, unserved = np.ones(net.daily.shape), [], 0.0
    for today, *buys in zip(capacity, *bought, strict=True):
        ceiling = np.full(net.daily.shape, 1 + p.spare_capacity)
        full = np.ones(net.daily.shape)
        ceiling[at] = full[at] = today
        ceiling[:, [k for k, *_ in cells]] = np.inf
        lacks = (p.inventory_days * full[:, None] - stock) / p.restock_days
        order = np.maximum(np.minimum(wanted, ceiling)[:, None] + lacks, 0)
        asked = (net.use_share * order).sum(axis=2) + net.final_share
        extra = np.zeros(net.daily.shape)
        for (k, n, i, _), goes_on, moved in zip(cells, *buys, strict=True):
            sales = carved.calibration.flows[k, n] / 365
            for other in range(len(sales)):
                if sales[other] > 0:
                    share = goes_on if other == i else (
                        asked[n, k] + moved * sales[i] / (sales.sum() - sales[i]))  # fmt: skip
                    extra[other, k] = share * sales[other] / net.daily[other, k]
            asked[n, k] = 0.0
        run = np.where(net.stocked, stock, np.inf).min(axis=1)
        limit = np.minimum(ceiling, run / (p.threshold * p.inventory_days))
        made, wanted, served = _ration(net, asked, extra, limit, p.substitution)
        filled = np.divide(served, asked, out=np.ones_like(asked), where=asked > 0)
        stock = np.maximum(stock + order * filled[..., None] - made[:, None], 0)
        gaps.append(((1 - made) * net.daily).sum(axis=1))
        unserved = unserved + ((1 - filled) * net.final_daily).sum(axis=1)
    return np.array(gaps), unserved


def _ration(net, asked, extra, limit, substitution):
    sales, source = net.sales_share, net.source_share
    member = np.eye(len(net.group))[net.group]

    def sold(orders):
        return np.einsum("kni,nk->ik", sales, orders)

    def bought(fill):
        return np.einsum("kni,ik->nk", source, fill)

    def over(part, whole, otherwise):
        return np.divide(part, whole, out=np.full_like(part, otherwise), where=whole > 0)

    wanted = sold(asked[:, net.group]) + extra
    first = np.minimum(wanted, limit)
    served = (bought(over(first, wanted, 1.0)) * asked[:, net.group]) @ member
    free = limit - first
    each = over(substitution * np.maximum(asked - served, 0), bought(1.0 * (free > 0)) @ member, 0)
    second = (free > 0) * sold(each[:, net.group])
    more = np.minimum(second, free)
    got = bought(over(more, second, 0.0)) * each[:, net.group]
    return first + more, wanted, served + got @ member
