"""A day of the world around the firm, compiled: many draws side by side.

The equations are those of `detente.sanction.network`. **Inputs apart**: a stock moves with what its
user makes and with the part of its order that is served. Where an input is served in full
everywhere, so is its stock in days the same for every such input of one user: one stock stands for
all of them, what is made of it is what is wanted, and there is no second round. Only inputs that
run short somewhere, some day, are followed each with stocks and rations of its own. That is exact
as long as no other runs short, which `run` reports.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from detente.compiled import compiled

_SHORTEST_STOCK_DAYS = 1e-9
"""Days of stock at which output falls, where the threshold is none: the equations divide by it."""
_ROUNDING = 1e-10
"""Demand above what can be made by less than this share of a normal day is no shortage."""
Cells = tuple[tuple[int, int, int, int], ...]
"""Cells (sector, importer, exporter) of banned sales, and which of the firms buys there."""
Places = tuple[tuple[int, ...], tuple[int, ...]]


class Network(NamedTuple):
    """Arrays of a carved economy for one day; ``k`` sectors, ``g`` inputs as users see them.

    ``group`` ``(k,)`` the input that a sector's product is; ``sales_share`` ``(k, n, i)`` of the
    supplier's output; ``source_share`` ``(k, n, i)`` of what the buyer spends on the input;
    ``use_share`` ``(n, g, u)`` and ``final_share`` ``(n, g)`` of what is spent on it; ``daily``
    ``(i, k)`` output of a day; ``value_added_share`` ``(i, k)``; ``stocked`` ``(n, g, u)`` whether
    the input stops the user.
    """

    group: Any
    sales_share: Any
    source_share: Any
    use_share: Any
    final_share: Any
    final_daily: Any
    daily: Any
    value_added_share: Any
    stocked: Any


class _World(NamedTuple):
    """At the end of a day: stocks, and demand of the day, ``(n, k, draw)``.

    ``stock`` ``(n, apart, u, draw)`` of the inputs apart; ``same`` ``(n, u, draw)`` of every other.
    """

    stock: Array
    same: Array
    wanted: Array


class _Split(NamedTuple):
    """Inputs and sectors apart and the others, positions (NumPy, known when compiled).

    ``of`` the input of each sector apart, ``of_others`` that of each other sector, as positions in
    ``inputs`` and in ``others``.
    """

    inputs: np.ndarray
    others: np.ndarray
    sectors: np.ndarray
    other_sectors: np.ndarray
    of: np.ndarray
    of_others: np.ndarray


def _split(group: tuple[int, ...], apart: tuple[int, ...]) -> _Split:
    of, inputs = np.array(group), np.array(apart, dtype=int)
    others = np.setdiff1d(np.arange(len(of)), inputs)
    within = np.isin(of, inputs)
    sectors, other_sectors = np.flatnonzero(within), np.flatnonzero(~within)
    return _Split(
        inputs, others, sectors, other_sectors,
        np.searchsorted(inputs, of[sectors]), np.searchsorted(others, of[other_sectors]),
    )  # fmt: skip


def run(
    net: Network,
    stopped: Cells,
    capacity: np.ndarray,
    bought: tuple[np.ndarray, np.ndarray],
    numbers: tuple[float, ...],
    at: Places,
    apart: tuple[int, ...],
) -> tuple[tuple[Array, ...], Array]:
    """Run draws side by side along the last axis, which is the one that processors like.

    Parameters
    ----------
    stopped
        Cells that bans stop; their inputs, and the firms' products, must be ``apart``.
    capacity
        ``(day, firm, draw)``.
    bought
        What the economy that bans still sells in each cell, and what others sell in its place, both
        ``(day, cell, draw)`` as shares of a normal day's sales of the cell.
    numbers
        Days of stock, threshold, days of restocking, spare capacity, substitution.
    at
        The firms: their economies, their sectors.
    apart
        Inputs with stocks of their own.

    Returns
    -------
    tuple
        The parts of `NetworkPath`, draws last; and for every input ``(g,)`` whether it ran short
        anywhere: where that is so of one that is not apart, the path is not to be used.
    """
    group = tuple(int(g) for g in net.group)
    return _run(net, capacity, bought, numbers, stopped, at, group, apart)


@partial(compiled, static_argnums=(4, 5, 6, 7))
def _run(net: Network, capacity, bought, numbers, stopped, at, group, apart):
    split = _split(group, apart)
    n, count = net.daily.shape
    draws = capacity.shape[-1]
    start = _World(
        jnp.full((n, len(apart), count, draws), numbers[0]),
        jnp.full((n, count, draws), numbers[0]),
        jnp.ones((n, count, draws)),
    )
    nothing = (
        jnp.zeros_like(start.wanted),
        jnp.zeros((n, len(apart), draws)),
        jnp.zeros_like(start.wanted),
    )

    def step(carry, today):
        world, (lost, unserved, short) = carry
        after, made, share, over = _day(net, split, stopped, world, today, numbers, at)
        idle = 1 - made
        worth = jnp.einsum("ikd,ik->id", idle, net.daily * net.value_added_share)
        unmet = (1 - share) * net.final_daily[:, split.inputs, None]
        sums = (lost + idle * net.daily[:, :, None], unserved + unmet, jnp.maximum(short, over))
        return (after, sums), (jnp.einsum("ikd,ik->id", idle, net.daily), worth)

    (_, (lost, unserved, short)), (output, value_added) = jax.lax.scan(
        step, (start, nothing), (capacity, bought)
    )
    by_input = (
        jnp.zeros(count, dtype=bool).at[np.array(group)].max((short > _ROUNDING).any(axis=(0, 2)))
    )
    return (output, value_added, lost, unserved.sum(axis=1)), by_input


def _day(net: Network, split: _Split, stopped: Cells, world: _World, today, numbers, at):
    days_kept, threshold, restock, spare, substitution = numbers
    firm_capacity, bought = today
    at = tuple(np.array(axis) for axis in at)
    own = np.array([k for k, *_ in stopped], dtype=int)
    a_day = 1 / restock
    ceiling = jnp.full_like(world.wanted, 1 + spare).at[at].set(firm_capacity)
    # what others can make for the firm is on its card: those of them who do are a part of a sector
    ceiling = ceiling.at[:, own].set(jnp.inf)
    # orders: what is wanted and can be made, and what the stock lacks; the stock aimed at is the
    # normal one (Inoue and Todo 2019), for orders that go with every change of demand never settle
    aim = jnp.minimum(world.wanted, ceiling)
    full = days_kept * jnp.ones_like(aim).at[at].set(firm_capacity)
    order = jnp.maximum(aim[:, None] + (full[:, None] - world.stock) * a_day, 0.0)
    order_same = jnp.maximum(aim + (full - world.same) * a_day, 0.0)
    final = net.final_share[..., None]
    asked = (
        jnp.einsum("nau,naud->nad", net.use_share[:, split.inputs], order) + final[:, split.inputs]
    )
    asked_same = (
        jnp.einsum("ngu,nud->ngd", net.use_share[:, split.others], order_same)
        + final[:, split.others]
    )
    # of its own inputs, a firm's own model says what it gets of whom is banned, and in its place
    named = _named(net, split, stopped, asked, bought)
    asked = asked.at[:, np.searchsorted(split.inputs, own)].set(0.0)
    limit = jnp.minimum(ceiling, _run_of_stocks(net, split, world, threshold * days_kept))
    by_sector = jnp.swapaxes(asked_same, 0, 1)[split.of_others]
    wanted_same = jnp.swapaxes(
        jnp.einsum("kni,knd->kid", net.sales_share[split.other_sectors], by_sector), 0, 1
    )
    made, wanted, served = _deliver(
        _Trade(net, split), asked, named, limit[:, split.sectors], substitution
    )
    # back in the order of sectors
    back = np.argsort(np.concatenate([split.sectors, split.other_sectors]))
    made = jnp.concatenate([made, wanted_same], axis=1)[:, back]
    wanted = jnp.concatenate([wanted, wanted_same], axis=1)[:, back]
    share = jnp.where(asked > 0, served / jnp.where(asked > 0, asked, 1.0), 1.0)
    stock = jnp.maximum(world.stock + order * share[:, :, None] - made[:, None], 0.0)
    same = jnp.maximum(world.same + order_same - made, 0.0)
    return _World(stock, same, wanted), made, share, wanted - limit


def _run_of_stocks(net: Network, split: _Split, world: _World, level: Array) -> Array:
    """Return what stocks allow ``(n, u, draw)``: the scarcest input that stops its user."""
    any_other = net.stocked[:, split.others].any(axis=1)[..., None]
    least = jnp.where(any_other, world.same, jnp.inf)
    for place, g in enumerate(split.inputs):
        own = jnp.where(net.stocked[:, g, :, None], world.stock[:, place], jnp.inf)
        least = jnp.minimum(least, own)
    return least / jnp.maximum(level, _SHORTEST_STOCK_DAYS)


def _named(net: Network, split: _Split, stopped: Cells, asked: Array, bought) -> Array:
    """Return the firms' orders of their own inputs, as demand of suppliers ``(i, apart, draw)``.

    Who does not ban sells what the firm orders of all its inputs, and what replaces banned sales,
    shared as before among those who are left.
    """
    banned, others = bought
    draws = asked.shape[-1]
    found = jnp.zeros((net.daily.shape[0], len(split.sectors), draws))
    for cell, (k, n, i, _) in enumerate(stopped):
        order = asked[n, int(np.searchsorted(split.inputs, k))]
        sold = net.sales_share[k, n] * net.daily[:, k]
        rest = sold.sum() - sold[i]
        moved = jnp.where(rest > 0, sold[i] / jnp.where(rest > 0, rest, 1.0), 0.0)
        each = jnp.broadcast_to(order + others[cell] * moved, (len(sold), draws))
        each = each.at[i].set(banned[cell])
        place = int(np.searchsorted(split.sectors, k))
        found = found.at[:, place].set(net.sales_share[k, n][:, None] * each)
    return found


class _Trade:
    """Trade in what is apart."""

    def __init__(self, net: Network, split: _Split) -> None:
        self.sales, self.source = net.sales_share[split.sectors], net.source_share[split.sectors]
        self.of, self.inputs = split.of, len(split.inputs)

    def sold(self, orders: Array) -> Array:
        """Demand of suppliers ``(i, k, draw)`` from orders ``(k, n, draw)``."""
        return jnp.einsum("kni,knd->ikd", self.sales, orders)

    def bought(self, fill: Array) -> Array:
        """Part of an order that is filled ``(k, n, draw)``, from fills ``(i, k, draw)``."""
        return jnp.einsum("kni,ikd->knd", self.source, fill)

    def spread(self, by_input: Array) -> Array:
        """Orders of inputs ``(n, g, draw)`` as orders of each sector that makes one."""
        return jnp.swapaxes(by_input, 0, 1)[self.of]

    def gathered(self, by_sector: Array) -> Array:
        """Add sectors ``(k, n, draw)`` up to inputs ``(n, g, draw)``."""
        summed = jax.ops.segment_sum(by_sector, self.of, num_segments=self.inputs)
        return jnp.swapaxes(summed, 0, 1)


def _deliver(trade: _Trade, asked: Array, named: Array, limit: Array, substitution: Array):
    """Ration orders ``(n, g)``; return output, demand ``(i, k)`` and what was served ``(n, g)``.

    ``named`` is demand that comes from no order among these.
    """
    by_sector = trade.spread(asked)
    wanted = trade.sold(by_sector) + named
    first = jnp.minimum(wanted, limit)
    served = trade.gathered(trade.bought(_ratio(first, wanted, 1.0)) * by_sector)
    # a second round: unmet orders go to the other suppliers with capacity to spare
    unmet = substitution * jnp.maximum(asked - served, 0.0)
    free = jnp.maximum(limit - first, 0.0)
    has = (free > 0).astype(free.dtype)
    total = trade.gathered(trade.bought(has))
    each = trade.spread(_ratio(unmet, total, 0.0))
    extra = has * trade.sold(each)
    more = jnp.minimum(extra, free)
    got = trade.bought(_ratio(more, extra, 0.0)) * each
    return first + more, wanted, served + trade.gathered(got)


def _ratio(part: Array, whole: Array, otherwise: float) -> Array:
    return jnp.where(whole > 0, part / jnp.where(whole > 0, whole, 1.0), otherwise)
