"""A firm by the day: inventories, critical inputs, rationing, lost demand, recovery.

Inventory dynamics after Hallegatte (2008), "An Adaptive Regional Input-Output Model and its
Application to the Assessment of the Economic Cost of Katrina", Risk Analysis 28(3), and Inoue and
Todo (2019), "Firm-level propagation of shocks through supply-chain networks", Nature Sustainability
2. With demand and capacity x_opt = min(demand, capacity), output is

    x = x_opt · min_p min(1, ω_p / (ψ s_p a_p x_opt)) = min(x_opt, min_p ω_p / (ψ s_p a_p)),

ω_p the stock of input p, a_p its normal use, s_p the days of it that are normally kept, ψ the share
of the normal stock below which output falls. Everything is in units of normal use and output a day.

**Product lines** need different inputs. Within a line the inputs' needs are nested: what is not
made without the second input is among what is not made without the first, as far as it goes.
**Within a day** stocks run by their differential equation with constant deliveries, solved in
closed form, kink included; a day of one input alone is therefore exact. Where several inputs bind,
the scarcer one sets the day.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array

from detente.compiled import compiled
from detente.errors import InputError, Problem

_SHORTEST_STOCK_DAYS = 1e-3
"""A stock of no days is one of less than two minutes: the equations divide by it."""


class FirmParameters(NamedTuple):
    """Parameters of a firm; a leading axis of draws may stand before each.

    Attributes
    ----------
    line_share
        ``(line,)`` share of revenue.
    needed
        ``(line, input)`` share of a line that is not made without an input.
    inventory_days
        s ``(input,)``.
    cut
        φ ``(input,)`` share of its supply that the ban stops, leaks and exemptions taken off.
    replaceable, replace_days
        ``(input,)`` share of what is cut that others supply in the end, growing linearly so long.
    threshold
        ψ.
    restock_days
        τ: a missing stock is ordered back over so many days.
    spare_supply
        Deliveries above normal use that suppliers can make, share of it.
    demand_loss, demand_return_days
        Demand lost a day per unit unmet; days in which it comes back where it is met.
    """

    line_share: Any
    needed: Any
    inventory_days: Any
    cut: Any
    replaceable: Any
    replace_days: Any
    threshold: Any
    restock_days: Any
    spare_supply: Any
    demand_loss: Any
    demand_return_days: Any


class FirmPath(NamedTuple):
    """A firm by the day; ``(…, day)`` unless said otherwise, 1 is normal.

    ``output`` and ``demand`` are means of the day, ``by_line`` ``(…, day, line)`` its lines,
    ``stock`` ``(…, day, input)`` days of normal use at the end of the day, ``deliveries``
    ``(…, day, input)``.
    """

    output: Any
    demand: Any
    by_line: Any
    stock: Any
    deliveries: Any


def firm_path(
    parameters: FirmParameters, days: int, *, start: int = 0, relief: int | None = None
) -> FirmPath:
    """Follow a firm, or many draws of it at once.

    Parameters
    ----------
    parameters
        Of one firm, or with a leading axis of draws on every array.
    days
        Length of the path.
    start, relief
        First day of the ban, and first day without it (0 is the first day of the path).

    Returns
    -------
    FirmPath
        NumPy arrays, float64.

    Raises
    ------
    InputError
        There are no days, or relief comes before the ban.
    """
    relief = days if relief is None else relief
    if days < 1 or not 0 <= start <= relief:
        message = "a path has a day at least, and relief comes after the ban"
        raise InputError(Problem(message, key="days", value=(days, start, relief)))
    draws = np.ndim(parameters.threshold) > 0
    with jax.enable_x64(True):
        arrays = FirmParameters(*(np.asarray(p, dtype=np.float64) for p in parameters))
        path = (_many if draws else _one)(arrays, days, float(start), float(relief))
        return FirmPath(*(np.asarray(part) for part in path))  # pyright: ignore[reportArgumentType]


class _State(NamedTuple):
    stock: Array
    demand: Array
    output: Array


@partial(compiled, static_argnums=1)
def _one(p: FirmParameters, days: int, start: Array, relief: Array) -> FirmPath:
    return _path(p, days, start, relief)


@partial(compiled, static_argnums=1)
def _many(p: FirmParameters, days: int, start: Array, relief: Array) -> FirmPath:
    return jax.vmap(lambda one: _path(one, days, start, relief))(p)


def _path(p: FirmParameters, days: int, start: Array, relief: Array) -> FirmPath:
    kept = jnp.maximum(p.inventory_days, _SHORTEST_STOCK_DAYS)
    first = _State(kept, jnp.asarray(1.0), jnp.ones_like(p.line_share))

    def step(state: _State, day: Array) -> tuple[_State, FirmPath]:
        return _day(p, kept, state, day, start, relief)

    return jax.lax.scan(step, first, jnp.arange(days, dtype=jnp.float64))[1]


def _day(p: FirmParameters, kept: Array, state: _State, day: Array, start: Array, relief: Array):
    supply = supply_share(p, day, start, relief)
    delivered = _deliveries(p, kept, state, supply)
    # what each input alone would let through, relative to the normal output of what needs it
    allowed, _ = jax.vmap(run_of_stock, in_axes=(0, 0, 0, None))(
        state.stock, delivered, p.threshold * kept, state.demand
    )
    lines, use = _lines(p, allowed, state.demand)
    unneeded = 1 - p.line_share.sum()
    output = (p.line_share * lines).sum() + unneeded * state.demand
    demand = next_demand(state.demand, output, p.demand_loss, p.demand_return_days)
    stock = jnp.maximum(state.stock + delivered - use, 0.0)
    path = FirmPath(output, state.demand, lines, stock, delivered)
    return _State(stock, demand, lines), path


def supply_share(p: FirmParameters, day: Array, start: Array, relief: Array) -> Array:
    """Share of normal supply of each input that can come on a day, ``(input,)``."""
    banned = (day >= start) & (day < relief)
    since = jnp.maximum(day - start, 0.0)
    found = p.replaceable * jnp.clip(since / jnp.maximum(p.replace_days, 1e-9), 0.0, 1.0)
    return 1 - jnp.where(banned, p.cut * (1 - found), 0.0)


def _deliveries(p: FirmParameters, kept: Array, state: _State, supply: Array) -> Array:
    """Order what is used, and what the stock lacks over τ; get at most what can be supplied."""
    # orders and the stock aimed at go by demand, not by what little is made
    use = _lines(p, jnp.full_like(kept, jnp.inf), state.demand)[1]
    gap = kept * state.demand - state.stock
    order = jnp.maximum(use + gap / jnp.maximum(p.restock_days, 1.0), 0.0)
    return jnp.minimum(order, supply * (1 + p.spare_supply * (supply >= 1)))


def _lines(p: FirmParameters, allowed: Array, demand: Array) -> tuple[Array, Array]:
    """Output of each line, and use of each input, given what each input lets through.

    ``allowed`` ``(input,)`` is relative to normal. A line is made of nested parts: part j needs the
    j inputs that most of the line needs, and runs at the least of what they let through.
    """
    order = jnp.argsort(-p.needed, axis=1)
    need = jnp.take_along_axis(p.needed, order, axis=1)
    let = jnp.where(need > 0, jnp.minimum(allowed[order], demand), demand)
    least = jax.lax.cummin(let, axis=1)
    width = need - jnp.concatenate([need[:, 1:], jnp.zeros_like(need[:, :1])], axis=1)
    parts = width * least
    lines = parts.sum(axis=1) + (1 - need[:, 0]) * demand
    # an input is used in its own part and in all that need it besides others
    used = jnp.cumsum(parts[:, ::-1], axis=1)[:, ::-1]
    back = jnp.argsort(order, axis=1)
    by_input = (p.line_share[:, None] * jnp.take_along_axis(used, back, axis=1)).sum(axis=0)
    normal = (p.line_share[:, None] * p.needed).sum(axis=0)
    return lines, jnp.where(normal > 0, by_input / jnp.where(normal > 0, normal, 1.0), 0.0)


def run_of_stock(stock: Array, inflow: Array, kappa: Array, wanted: Array) -> tuple[Array, Array]:
    """Run one stock for a day: mean use, and the stock at the end.

    dω/dt = q − min(m, ω/κ), κ = ψ s, in closed form: the stock runs straight while it is above κ m
    and goes to κ q like e^(−t/κ) below.

    Parameters
    ----------
    stock
        ω at the start.
    inflow
        q, deliveries a day.
    kappa
        κ, days.
    wanted
        m, use wanted a day.
    """
    kappa = jnp.maximum(kappa, 1e-9)
    level = kappa * wanted
    above = stock >= level
    falling, rising = wanted > inflow, inflow > wanted
    # time until the kink is crossed, where it is
    down = jnp.where(falling, (stock - level) / jnp.where(falling, wanted - inflow, 1.0), jnp.inf)
    up_ratio = (kappa * inflow - stock) / jnp.where(rising, kappa * (inflow - wanted), 1.0)
    up = jnp.where(rising, kappa * jnp.log(jnp.maximum(up_ratio, 1.0)), jnp.inf)
    crossing = jnp.minimum(jnp.where(above, down, up), 1.0)
    straight = jnp.where(above, crossing, 1 - crossing)
    at_kink = crossing < 1
    first = jnp.where(above, level, stock)
    curved = kappa * inflow + (first - kappa * inflow) * jnp.exp(-(1 - straight) / kappa)
    from_above = jnp.where(at_kink, curved, stock + inflow - wanted)
    from_below = jnp.where(at_kink, level + (inflow - wanted) * straight, curved)
    end = jnp.maximum(jnp.where(above, from_above, from_below), 0.0)
    return jnp.minimum(stock + inflow - end, wanted), end


def next_demand(demand: Array, output: Array, loss: Array, return_days: Array) -> Array:
    """Demand of the next day: some of what goes unmet is lost, the lost comes back where served."""
    unmet = jnp.maximum(demand - output, 0.0)
    served = 1 - unmet / jnp.maximum(demand, 1e-12)
    moved = demand - loss * unmet + (1 - demand) * served / jnp.maximum(return_days, 1.0)
    return jnp.clip(moved, 0.0, 1.0)


def reference_path(
    phi: float, inventory_days: float, threshold: float, days: np.ndarray
) -> np.ndarray:
    """Output after one input, which everything needs, is cut by φ at day 0: the closed form.

    Full until t* = (1 − ψ) s/φ, then (1 − φ) + φ e^(−(t − t*)/(ψ s)).
    """
    stop = (1 - threshold) * inventory_days / phi
    late = np.maximum(np.asarray(days, dtype=np.float64) - stop, 0.0)
    return (1 - phi) + phi * np.exp(-late / (threshold * inventory_days))
