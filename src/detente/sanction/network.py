"""The world around the firm by the day: every country-sector with its stocks, orders and rations.

The dynamics of `detente.sanction.short_run` for all producers at once (Hallegatte 2008; Inoue and
Todo 2019). A day: producers order what they use and what their stocks lack; suppliers make what
demand, capacity and stocks allow and ration their customers in proportion to orders; what an order
does not get is asked of the other suppliers that it has, within their spare capacity.

The firm's own days come from its own model, which knows its product lines: here they are its
capacity. To its customers its products are the same input as those of the rest of its sector.
Quantities are relative to a normal day; `NetworkPath` holds what they are worth.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from detente.errors import InputError, Problem
from detente.sanction.carve import Carved, CarvedFirm

DAYS_A_YEAR = 365.0
_WORKERS, _CHUNK = 2, 16


@dataclass(frozen=True)
class NetworkParameters:
    """How producers other than the firm keep stocks and change suppliers: assumptions, all of them.

    Attributes
    ----------
    inventory_days
        s: days of normal use in stock. Hallegatte (2008) has 90, Inoue and Todo (2019) 10 to 15.
    threshold
        ψ: share of that below which output falls.
    restock_days
        τ: a missing stock is ordered back over so many days.
    spare_capacity
        Output above normal that producers can reach, share of it.
    substitution
        Share of what an order does not get that is asked of other suppliers.
    critical
        Inputs that stop output: ``"goods"``, ``"all"`` or ``"none"``.
    """

    inventory_days: float = 30.0
    threshold: float = 0.5
    restock_days: float = 30.0
    spare_capacity: float = 0.1
    substitution: float = 0.8
    critical: str = "goods"

    def __post_init__(self) -> None:
        bounds = {
            "inventory_days": (1, 3650),
            "threshold": (0.0, 1),
            "restock_days": (1, 3650),
            "spare_capacity": (0, 10),
            "substitution": (0, 1),
        }
        problems = [
            Problem("out of bounds", key=key, value=getattr(self, key), allowed=f"{a:g} to {b:g}")
            for key, (a, b) in bounds.items()
            if not a <= getattr(self, key) <= b
        ]
        if self.critical not in ("goods", "all", "none"):
            allowed = "goods, all, none"
            problems.append(Problem("unknown", None, None, "critical", self.critical, allowed))
        if problems:
            raise InputError(problems)


class NetworkPath(NamedTuple):
    """The world by the day; a leading axis of draws may stand before each.

    ``output`` ``(day, country)`` lost output, ``value_added`` ``(day, country)`` lost value added,
    in the baseline's unit a day; ``lost`` ``(country, sector)`` lost output over the path;
    ``final`` ``(country,)`` final purchases not served over the path.
    """

    output: np.ndarray
    value_added: np.ndarray
    lost: np.ndarray
    final: np.ndarray


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


def network(carved: Carved, critical: str = "goods") -> Network:
    """Read a carved economy as a network of producers."""
    c = carved.calibration
    group = groups(carved)
    count = len(c.sectors)
    member = np.zeros((count, count))
    member[np.arange(count), group] = 1.0
    use = np.einsum("nku,nu,kg->ngu", c.input_share, c.output, member)
    final = c.final_demand @ member
    spent = use.sum(axis=2) + final
    paid = (1 + c.tariff) * c.flows
    goods = c.goods if critical == "goods" else np.full(count, critical == "all")
    # the firm's own inputs are followed in the firm's own model
    own = [c.sector_codes.index(code) for firm in carved.firms for code in firm.inputs.values()]
    goods = goods & ~np.isin(np.arange(count), own)
    return Network(
        group,
        _over(c.flows, c.output.T[:, None, :]),
        _over(paid, spent.T[group][:, :, None]),
        _over(use, spent[:, :, None]),
        _over(final, spent),
        final / DAYS_A_YEAR,
        c.output / DAYS_A_YEAR,
        c.value_added_share,
        (use > 0) & goods[None, :, None],
    )


def groups(carved: Carved) -> np.ndarray:
    """For each sector the input that users see: a firm's products are those of its sector."""
    codes = carved.calibration.sector_codes
    group = np.arange(len(codes))
    for firm in carved.firms:
        group[codes.index(firm.code)] = firm.accounts.sector
    return group


def banned_cells(carved: Carved, firm: CarvedFirm, by: int) -> tuple[tuple[int, int, int], ...]:
    """Return the cells (sector, importer, exporter) that a ban of one economy on a firm stops."""
    codes = carved.calibration.sector_codes
    return tuple((codes.index(code), firm.accounts.economy, by) for code in firm.inputs.values())


def network_path(
    carved: Carved,
    firm: CarvedFirm,
    capacity: np.ndarray,
    supply: np.ndarray,
    by: int,
    parameters: NetworkParameters | None = None,
    on_done: Callable[[int, int], None] | None = None,
) -> NetworkPath:
    """Follow the world while a firm's output goes along a given path.

    Parameters
    ----------
    carved, firm
        The economy, and which firm of it.
    capacity
        ``(day,)`` or ``(draw, day)``: the firm's output, 1 is normal.
    supply
        ``(day,)`` or ``(draw, day)``: share of the banned sales that goes on.
    by
        Position of the economy that bans.
    on_done
        Called with draws done and draws in all.
    """
    parameters = parameters or NetworkParameters()
    single = np.ndim(capacity) == 1
    capacity = np.atleast_2d(np.asarray(capacity, np.float64))
    supply = np.broadcast_to(np.asarray(supply, np.float64), capacity.shape)
    net = network(carved, parameters.critical)
    at = (firm.accounts.economy, carved.calibration.sector_codes.index(firm.code))
    numbers = tuple(getattr(parameters, k) for k in (
        "inventory_days", "threshold", "restock_days", "spare_capacity", "substitution"
    ))  # fmt: skip
    with jax.enable_x64(True):
        arrays = jax.tree.map(jnp.asarray, net)
    stopped = banned_cells(carved, firm, by)
    found = _in_chunks(arrays, stopped, capacity, supply, numbers, at, on_done)
    return NetworkPath(*(part[0] for part in found)) if single else found


def _in_chunks(arrays, stopped, capacity, supply, numbers, at, on_done) -> NetworkPath:
    """Run draws some at a time, on two threads: a day of one is too small a piece of work."""
    size = min(_CHUNK, len(capacity))
    starts = range(0, len(capacity), size)

    def work(start: int) -> list[np.ndarray]:
        with jax.enable_x64(True):
            part = slice(start, start + size)
            few = len(capacity[part])
            # a last chunk of another size would be compiled anew
            fill = [(0, size - few), (0, 0)]
            padded = (np.pad(x[part], fill, mode="edge").T for x in (capacity, supply))
            found = _run(arrays, stopped, *padded, numbers, at)
            return [np.moveaxis(np.asarray(x), -1, 0)[:few] for x in found]

    parts = []
    with ThreadPoolExecutor(_WORKERS) as pool:
        for done, part in enumerate(pool.map(work, starts), start=1):
            parts.append(part)
            if on_done:
                on_done(min(done * size, len(capacity)), len(capacity))
    return NetworkPath(*(np.concatenate(x) for x in zip(*parts, strict=True)))


class _World(NamedTuple):
    """Stocks ``(n, g, u, draw)``; output and demand of yesterday ``(n, k, draw)``."""

    stock: Array
    wanted: Array


@partial(jax.jit, static_argnums=(1, 4, 5))
def _run(net: Network, stopped, capacity, supply, numbers, at):
    """Run draws side by side along the last axis, which is the one that processors like."""
    draws = capacity.shape[1]
    start = _World(
        jnp.full((*net.use_share.shape, draws), numbers[0]),
        jnp.ones((*net.daily.shape, draws)),
    )
    nothing = (jnp.zeros_like(start.wanted), jnp.zeros_like(start.wanted))

    def step(carry, today):
        world, (lost, unserved) = carry
        after, made, served = _day(net, stopped, world, today, numbers, at)
        gap = (1 - made) * net.daily[:, :, None]
        unmet = (1 - served) * net.final_daily[:, :, None]
        worth = (gap * net.value_added_share[:, :, None]).sum(axis=1)
        return (after, (lost + gap, unserved + unmet)), (gap.sum(axis=1), worth)

    (_, (lost, unserved)), (output, value_added) = jax.lax.scan(
        step, (start, nothing), (capacity, supply)
    )
    return output, value_added, lost, unserved.sum(axis=1)


def _day(net: Network, stopped, world: _World, today, numbers, at):
    days_kept, threshold, restock, spare, substitution = numbers
    firm_capacity, supply = today
    ceiling = jnp.full_like(world.wanted, 1 + spare).at[at].set(firm_capacity)
    # orders: what is wanted and can be made, and what the stock lacks; the stock aimed at is the
    # normal one (Inoue and Todo 2019), for orders that go with every change of demand never settle
    aim = jnp.minimum(world.wanted, ceiling)
    full = jnp.ones_like(aim).at[at].set(firm_capacity)
    gap = (days_kept * full[:, None, :] - world.stock) / restock
    order = jnp.maximum(aim[:, None, :] + gap, 0.0)
    asked = (net.use_share[..., None] * order).sum(axis=2) + net.final_share[..., None]
    # what stocks allow
    run = jnp.where(net.stocked[..., None], world.stock, jnp.inf).min(axis=1)
    limit = jnp.minimum(ceiling, run / (threshold * days_kept))
    closed = _Closed(net, stopped, 1 - supply)
    made, wanted, served = _deliver(net, closed, asked, limit, substitution)
    share = jnp.where(asked > 0, served / jnp.where(asked > 0, asked, 1.0), 1.0)
    stock = world.stock + order * share[:, :, None] - made[:, None, :]
    return _World(jnp.maximum(stock, 0.0), wanted), made, share


class _Closed(NamedTuple):
    """Trade where some cells are closed to a part ``(draw,)``, taken off what all cells give."""

    net: Network
    cells: tuple[tuple[int, int, int], ...]
    part: Array

    def sold(self, orders: Array) -> Array:
        """Demand of suppliers ``(i, k, draw)`` from orders ``(k, n, draw)``."""
        found = jnp.einsum("kni,knd->ikd", self.net.sales_share, orders)
        for k, n, i in self.cells:
            found = found.at[i, k].add(-self.net.sales_share[k, n, i] * self.part * orders[k, n])
        return jnp.maximum(found, 0.0)

    def bought(self, fill: Array) -> Array:
        """Part of an order that is filled ``(k, n, draw)``, from fills ``(i, k, draw)``."""
        found = jnp.einsum("kni,ikd->knd", self.net.source_share, fill)
        for k, n, i in self.cells:
            found = found.at[k, n].add(-self.net.source_share[k, n, i] * self.part * fill[i, k])
        return jnp.maximum(found, 0.0)


def _deliver(net: Network, trade: _Closed, asked: Array, limit: Array, substitution: float):
    """Ration orders ``(n, g)``; return output, demand ``(i, k)`` and what was served ``(n, g)``."""
    by_sector = jnp.swapaxes(asked, 0, 1)[net.group]
    wanted = trade.sold(by_sector)
    first = jnp.minimum(wanted, limit)
    served = _by_group(net, trade.bought(_ratio(first, wanted, 1.0)) * by_sector)
    # a second round: unmet orders go to the other suppliers with capacity to spare
    unmet = substitution * jnp.maximum(asked - served, 0.0)
    free = jnp.maximum(limit - first, 0.0)
    has = (free > 0).astype(free.dtype)
    total = _by_group(net, trade.bought(has))
    each = jnp.swapaxes(_ratio(unmet, total, 0.0), 0, 1)[net.group]
    extra = has * trade.sold(each)
    more = jnp.minimum(extra, free)
    got = trade.bought(_ratio(more, extra, 0.0)) * each
    return first + more, wanted, served + _by_group(net, got)


def _ratio(part: Array, whole: Array, otherwise: float) -> Array:
    return jnp.where(whole > 0, part / jnp.where(whole > 0, whole, 1.0), otherwise)


def _by_group(net: Network, by_sector: Array) -> Array:
    """Add sectors ``(k, n, draw)`` up to inputs ``(n, g, draw)``."""
    summed = jax.ops.segment_sum(by_sector, net.group, num_segments=len(net.group))
    return jnp.swapaxes(summed, 0, 1)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
