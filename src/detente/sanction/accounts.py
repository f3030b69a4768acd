"""The accounts of a firm inside a baseline: what it sells to whom and buys from whom.

Known figures are kept, everything else is the share of its sector, balanced by GRAS so that what
is left of the sector has no negative figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.baseline.balance import gras
from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem
from detente.sanction.card import FirmCard
from detente.sanction.load import problem_at
from detente.scenario.yaml_lines import KeyPath

Array = NDArray[np.float64]
LARGEST_CELL_SHARE = 0.95
"""Most that one firm is taken to buy of what an economy's sector sells to its economy: figures of
firms count goods that tables do not see (made elsewhere, sold by way of others)."""
_USD = {"thousand USD": 1e3, "million USD": 1.0, "billion USD": 1e-3}


@dataclass(frozen=True, eq=False)
class Accounts:
    """A firm's accounts in the baseline's unit.

    Attributes
    ----------
    economy, sector
        Positions of its country-sector.
    revenue
        At producers' prices.
    sales
        ``(importer,)``, by destination.
    materials
        ``(input,)``, purchases by input, tariffs included.
    own_sourcing
        Positions of the inputs with named suppliers, each of which the firm buys in its own way.
    suppliers
        ``(input, exporter)`` for those inputs: purchases by supplier, tariffs included.
    known
        Sum of the purchases that the card names, as they were entered.
    slack
        What was cut off known purchases since the baseline has not enough trade.
    moved
        Sum of absolute changes of purchases from the sector's own pattern.
    """

    economy: int
    sector: int
    revenue: float
    sales: Array
    materials: Array
    own_sourcing: tuple[int, ...]
    suppliers: Array
    known: float
    slack: float
    moved: float


def accounts(c: Calibration, card: FirmCard) -> Accounts:
    """Find a firm's accounts in a baseline.

    Raises
    ------
    InputError
        Listing every economy and sector that the baseline does not have, and what is larger than
        the sector that it is a part of.
    """
    h, s = _home(c, card)
    revenue = card.revenue.middle * _unit(c, card)
    sector_output = float(c.output[h, s])
    # a range that reaches beyond the sector holds firms that cannot be
    highest = card.revenue.bounds[1]
    if not highest * _unit(c, card) < sector_output:
        what = f"the firm is larger than its sector, {c.sector_codes[s]} of {c.country_codes[h]}"
        others = [k.code for k in c.sectors if k.code == k.firm and k.part_of == c.sector_codes[s]]
        what += f" without {', '.join(others)}" if others else ""
        allowed = f"below {sector_output / _unit(c, card):.6g} million {card.currency}"
        raise InputError(problem_at(card, ("revenue",), what, highest, f"{allowed} ({c.name})"))
    sales = _sales(c, card, h, s, revenue)
    known, entered = _known_purchases(c, card, h)
    available = ((1 + c.tariff) * c.flows)[:, h, :]
    # the firm's market at home takes its part of what foreigners sell there
    available[s] *= 1 - sales[h] / c.flows[s, h, h] if sales[h] > 0 else 1.0
    kept = np.minimum(known, LARGEST_CELL_SHARE * available)
    materials, moved = _materials(c, card, h, s, revenue, kept)
    named = tuple(int(k) for k in np.flatnonzero(known.sum(axis=1)))
    suppliers = np.stack([_suppliers(c, h, k, materials[k], kept[k]) for k in named]) if named \
        else np.zeros((0, len(c.countries)))  # fmt: skip
    return Accounts(
        h, s, revenue, sales, materials, named, suppliers,
        entered, float((known - kept).sum()), moved,
    )  # fmt: skip


def _unit(c: Calibration, card: FirmCard) -> float:
    """Return the baseline's unit in one million of the card's currency."""
    if c.card.unit not in _USD:
        message = "the baseline is not in USD, and the card is converted to USD only"
        raise InputError(Problem(message, key="unit", value=c.card.unit, allowed=", ".join(_USD)))
    return _USD[c.card.unit] * card.rate


def _home(c: Calibration, card: FirmCard) -> tuple[int, int]:
    problems: list[Problem] = []
    economy = _resolved(card, ("economy",), lambda: resolve_countries(c, card.economy), problems)
    sector = _resolved(card, ("sector",), lambda: resolve_sectors(c, card.sector), problems)
    # of a sector that firms were carved out of, what is left is meant
    sector = tuple(k for k in sector if not c.sectors[k].part_of) or sector
    for key, found in (("economy", economy), ("sector", sector)):
        if len(found) > 1:
            message = f"a firm is in one {key}; this is {len(found)} of the baseline"
            problems.append(problem_at(card, (key,), message, getattr(card, key), ""))
    if card.code in c.sector_codes:
        message = "the baseline has a sector of that code already"
        problems.append(problem_at(card, ("code",), message, card.code, "another code"))
    if problems:
        raise InputError(problems)
    return economy[0], sector[0]


def _resolved(card: FirmCard, path: KeyPath, find, problems: list[Problem]) -> tuple[int, ...]:
    """Resolve a name, or put what is wrong with it, at its line, among the problems."""
    try:
        return find()
    except InputError as error:
        problems += [
            problem_at(card, path, p.message, p.value, p.allowed or "") for p in error.problems
        ]
        return ()


def _sales(c: Calibration, card: FirmCard, h: int, s: int, revenue: float) -> Array:
    """Spread revenue over destinations: known shares, the rest as the sector's other sales."""
    problems: list[Problem] = []
    market = c.flows[s, :, h]
    sales, taken = np.zeros_like(market), np.zeros(len(market), dtype=bool)
    left = 1.0
    for k, sale in enumerate(card.sales):
        path = ("sales", k, "to")
        found = _resolved(card, path, lambda to=sale.to: resolve_countries(c, to), problems)
        at = list(found)
        if taken[at].any():
            problems.append(problem_at(card, path, "an economy is listed twice", list(sale.to), ""))
        taken[at] = True
        left -= sale.share.middle
        if at and market[at].sum() > 0:
            sales[at] += sale.share.middle * revenue * market[at] / market[at].sum()
        elif at and sale.share.middle > 0:
            message = "its sector sells nothing there in the baseline"
            problems.append(problem_at(card, path, message, list(sale.to), ""))
    others = np.where(taken, 0.0, market)
    # revenue of nowhere named goes to the economies not named, or to all where all are
    others = others if others.sum() > 0 else market
    if left > 1e-9:
        sales += left * revenue * others / others.sum()
    for n in np.flatnonzero(sales > market * (1 + 1e-12)):
        message = f"the firm sells more to {c.country_codes[n]} than its whole sector does"
        allowed = f"at most {market[n] / revenue:.4g} of its revenue ({c.name})"
        value = round(float(sales[n] / revenue), 4)
        problems.append(problem_at(card, ("sales",), message, value, allowed))
    if problems:
        raise InputError(problems)
    return np.minimum(sales, market)


def _known_purchases(c: Calibration, card: FirmCard, h: int) -> tuple[Array, float]:
    """Put named purchases in their cells ``(input, exporter)``, pro rata within groups."""
    problems: list[Problem] = []
    available = ((1 + c.tariff) * c.flows)[:, h, :]
    known, entered = np.zeros_like(available), 0.0
    for k, purchase in enumerate(card.purchases):
        at = ("purchases", k)
        sellers = _resolved(
            card, (*at, "from"), lambda p=purchase: resolve_countries(c, p.from_), problems
        )
        inputs = _resolved(
            card, (*at, "sector"), lambda p=purchase: resolve_sectors(c, p.sector), problems
        )
        inputs = tuple(k for k in inputs if not c.sectors[k].part_of)
        value = purchase.value.middle * _unit(c, card)
        entered += value
        if sellers and inputs:
            cells = np.ix_(inputs, sellers)
            traded = available[cells].sum()
            if traded <= 0:
                message = "no such supplier: nothing of it is sold there in the baseline"
                problems.append(problem_at(card, at, message, purchase.from_, ""))
                continue
            known[cells] += value * available[cells] / traded
    if problems:
        raise InputError(problems)
    return known, entered


def _materials(
    c: Calibration, card: FirmCard, h: int, s: int, revenue: float, kept: Array
) -> tuple[Array, float]:
    """Balance the firm's purchases by input against those of the rest of its sector.

    Two rows, firm and rest, over all inputs and value added: known cells are taken out, the others
    keep the sector's pattern as far as the totals of rows and columns allow.
    """
    output = float(c.output[h, s])
    whole = np.append(c.input_share[h, :, s], c.value_added_share[h, s]) * output
    fixed = np.append(kept.sum(axis=1), 0.0)
    # of an input with named suppliers, the sector's pattern holds for the others
    open_share = np.append(1 - np.where(kept > 0, c.trade_shares[:, h, :], 0.0).sum(axis=1), 1.0)
    free = revenue / output * whole * open_share
    if card.value_added_share is not None:
        fixed[-1], free[-1] = card.value_added_share.middle * revenue, 0.0
    for k in np.flatnonzero(fixed > whole * (1 + 1e-12)):
        what = "value added" if k == len(c.sectors) else f"purchases of {c.sector_codes[k]}"
        message = f"the firm's {what} are above those of its whole sector in the baseline"
        key = ("value_added_share",) if k == len(c.sectors) else ("purchases",)
        scale = _unit(c, card)
        raise InputError(problem_at(
            card, key, message, float(fixed[k] / scale), f"at most {whole[k] / scale:.6g}"
        ))  # fmt: skip
    left = float(revenue - fixed.sum())
    rest = np.maximum(whole - fixed - free, 0.0)
    columns = free + rest
    table = gras(
        np.stack([free, rest]), np.array([left, columns.sum() - left]), columns,
        subject=f"purchases of {card.code}",
    )  # fmt: skip
    firm = (fixed + table.matrix[0])[:-1]
    pattern = revenue / output * whole[:-1]
    return firm, float(np.abs(firm - pattern).sum())


def _suppliers(c: Calibration, h: int, k: int, total: float, kept: Array) -> Array:
    """Spread the purchases of an input over its sellers: known ones, and the rest pro rata."""
    others = np.where(kept > 0, 0.0, c.trade_shares[k, h])
    left = max(total - float(kept.sum()), 0.0)
    if others.sum() <= 0:
        return kept * (total / kept.sum())
    return kept + left * others / others.sum()
