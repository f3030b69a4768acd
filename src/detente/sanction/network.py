"""The world around the firm by the day: every country-sector with its stocks, orders and rations.

The dynamics of `detente.sanction.short_run` for all producers at once (Hallegatte 2008; Inoue and
Todo 2019). A day: producers order what they use and what their stocks lack; suppliers make what
demand, capacity and stocks allow and ration their customers in proportion to orders; what an order
does not get is asked of the other suppliers that it has, within their spare capacity.

The firm's own days come from its own model, which knows its product lines, stocks and who can
replace what: here its output is its capacity, and what it buys of its named suppliers is given
(`Bought`), so that nothing is both taken from its stocks and ordered elsewhere. To its customers
its products are the same input as those of the rest of its sector.
Quantities are relative to a normal day; `NetworkPath` holds what they are worth.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import jax
import numpy as np

from detente.errors import InputError, Problem
from detente.sanction.calendar import DAYS_A_YEAR
from detente.sanction.carve import Carved, CarvedFirm
from detente.sanction.network_days import Network, Places, run

_WORKERS, _CHUNK = 2, 32


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


class Bought(NamedTuple):
    """What firms buy of the inputs that bans stop, by the day; draws may stand before.

    Both ``(day, cell)``, as shares of a normal day's sales of the cell, cells as `banned_cells` has
    them: ``banned`` what the economy that bans still sells, ``others`` what others sell in its
    place, besides what they sell anyway.
    """

    banned: np.ndarray
    others: np.ndarray


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


def banned_cells(
    carved: Carved, firms: Sequence[CarvedFirm], sides: Sequence[int]
) -> tuple[tuple[int, int, int, int], ...]:
    """Return cells (sector, importer, exporter) that bans on firms stop, and which firm's it is."""
    codes = carved.calibration.sector_codes
    return tuple(
        (codes.index(code), firm.accounts.economy, by, k)
        for k, (firm, by) in enumerate(zip(firms, sides, strict=True))
        for code in firm.inputs.values()
    )


def together(
    firm: CarvedFirm | Sequence[CarvedFirm], by: int | Sequence[int]
) -> tuple[tuple[CarvedFirm, ...], tuple[int, ...]]:
    """Return one firm, or several, and who bans each, as tuples."""
    firms = (firm,) if isinstance(firm, CarvedFirm) else tuple(firm)
    sides = (by,) * len(firms) if isinstance(by, int) else tuple(by)
    return firms, sides


def places(carved: Carved, firms: Sequence[CarvedFirm]) -> Places:
    """Return economies and sectors of firms, as positions."""
    codes = carved.calibration.sector_codes
    return (
        tuple(firm.accounts.economy for firm in firms),
        tuple(codes.index(firm.code) for firm in firms),
    )


def network_path(
    carved: Carved,
    firm: CarvedFirm | Sequence[CarvedFirm],
    capacity: np.ndarray,
    bought: Bought,
    by: int | Sequence[int],
    parameters: NetworkParameters | None = None,
    on_done: Callable[[int, int], None] | None = None,
) -> NetworkPath:
    """Follow the world while a firm's output goes along a given path.

    Parameters
    ----------
    carved, firm
        The economy, and which firm of it; or several firms that are cut off at once.
    capacity
        ``(day,)`` or ``(draw, day)``: the firm's output, 1 is normal; of several firms a last axis.
    bought
        What the firm, or all of them, buy of what is banned.
    by
        Position of the economy that bans; one for each of several firms.
    on_done
        Called with draws done and draws in all.
    """
    parameters = parameters or NetworkParameters()
    firms, sides = together(firm, by)
    capacity = np.asarray(capacity, np.float64)
    if isinstance(firm, CarvedFirm):
        capacity = capacity[..., None]
    single = capacity.ndim == 2
    capacity = capacity[None] if single else capacity
    stopped = banned_cells(carved, firms, sides)
    shape = (*capacity.shape[:2], len(stopped))
    bought = Bought(*(np.broadcast_to(np.asarray(part, np.float64), shape) for part in bought))
    net = network(carved, parameters.critical)
    at = places(carved, firms)
    numbers = tuple(getattr(parameters, k) for k in (
        "inventory_days", "threshold", "restock_days", "spare_capacity", "substitution"
    ))  # fmt: skip
    found = _in_chunks(net, stopped, capacity, bought, numbers, at, on_done)
    return NetworkPath(*(part[0] for part in found)) if single else found


def _in_chunks(arrays, stopped, capacity, bought, numbers, at, on_done) -> NetworkPath:
    """Run draws some at a time, on two threads: a day of one is too small a piece of work.

    The first chunk follows every input apart, and says which are ever short; the others follow only
    those, and a chunk in which another runs short is run again as the first was.
    """
    count, everything = len(capacity), tuple(range(arrays.use_share.shape[1]))
    size = min(_CHUNK, count)
    short = _always_short(arrays, stopped, at)

    def work(start: int, few: bool) -> list[np.ndarray]:
        part = slice(start, start + size)
        missing = size - len(capacity[part])
        # a last chunk of another size would be compiled anew
        fill = [(0, missing), (0, 0), (0, 0)]
        days, goes_on, moved = (
            np.pad(x[part], fill, mode="edge").transpose(1, 2, 0) for x in (capacity, *bought)
        )
        with jax.enable_x64(True):
            apart = tuple(sorted(short)) if few else everything
            found, groups_short = run(arrays, stopped, days, (goes_on, moved), numbers, at, apart)
            new = {int(g) for g in np.flatnonzero(groups_short)} - set(apart if few else short)
            short.update(new)
            if few and new:
                return work(start, few=False)
        return [np.moveaxis(np.asarray(x), -1, 0)[: size - missing] for x in found]

    first, parts = work(0, few=False), []
    with ThreadPoolExecutor(_WORKERS) as pool:
        rest = pool.map(partial(work, few=True), range(size, count, size))
        for part in itertools.chain([first], rest):
            parts.append(part)
            if on_done:
                on_done(min(len(parts) * size, count), count)
    return NetworkPath(*(np.concatenate(x) for x in zip(*parts, strict=True)))


def _always_short(net: Network, stopped, at: Places) -> set[int]:
    """Return inputs that may be short on any path: the firms' products, and what is banned."""
    return {int(net.group[k]) for k in (*at[1], *(k for k, *_ in stopped))}


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
