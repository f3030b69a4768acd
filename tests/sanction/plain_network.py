"""The world around a firm by the day in plain NumPy: every input with stocks of its own."""

from __future__ import annotations

import numpy as np

from detente.sanction.network import banned_cells, network, places, together


def plain_path(carved, firm, capacity, supply, by, parameters):
    """Follow one draw; return lost output ``(day, country)`` and final purchases not served."""
    net, p = network(carved, parameters.critical), parameters
    firms, sides = together(firm, by)
    at = places(carved, firms)
    cells = [c for f, s in zip(firms, sides, strict=True) for c in banned_cells(carved, f, s)]
    stock = np.full(net.use_share.shape, p.inventory_days)
    wanted, gaps, unserved = np.ones(net.daily.shape), [], 0.0
    for today, share in zip(capacity, supply, strict=True):
        open_part = np.ones_like(net.sales_share)
        for cell in cells:
            open_part[cell] = share
        ceiling = np.full(net.daily.shape, 1 + p.spare_capacity)
        full = np.ones(net.daily.shape)
        ceiling[at] = full[at] = today
        lacks = (p.inventory_days * full[:, None] - stock) / p.restock_days
        order = np.maximum(np.minimum(wanted, ceiling)[:, None] + lacks, 0)
        asked = (net.use_share * order).sum(axis=2) + net.final_share
        run = np.where(net.stocked, stock, np.inf).min(axis=1)
        limit = np.minimum(ceiling, run / (p.threshold * p.inventory_days))
        made, wanted, served = _ration(net, open_part, asked, limit, p.substitution)
        filled = np.divide(served, asked, out=np.ones_like(asked), where=asked > 0)
        stock = np.maximum(stock + order * filled[..., None] - made[:, None], 0)
        gaps.append(((1 - made) * net.daily).sum(axis=1))
        unserved = unserved + ((1 - filled) * net.final_daily).sum(axis=1)
    return np.array(gaps), unserved


def _ration(net, open_part, asked, limit, substitution):
    sales, source = net.sales_share * open_part, net.source_share * open_part
    member = np.eye(len(net.group))[net.group]

    def sold(orders):
        return np.einsum("kni,nk->ik", sales, orders)

    def bought(fill):
        return np.einsum("kni,ik->nk", source, fill)

    def over(part, whole, otherwise):
        return np.divide(part, whole, out=np.full_like(part, otherwise), where=whole > 0)

    wanted = sold(asked[:, net.group])
    first = np.minimum(wanted, limit)
    served = (bought(over(first, wanted, 1.0)) * asked[:, net.group]) @ member
    free = limit - first
    each = over(substitution * np.maximum(asked - served, 0), bought(1.0 * (free > 0)) @ member, 0)
    extra = (free > 0) * sold(each[:, net.group])
    more = np.minimum(extra, free)
    got = bought(over(more, extra, 0.0)) * each[:, net.group]
    return first + more, wanted, served + got @ member
