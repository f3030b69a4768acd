"""Settle tables whose accounts do not close: what is kept, what moves, and by how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from detente.baseline.balance import remove_negative_final_demand
from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment, Card
from detente.baseline.table_accounts import Accounts, calibrate
from detente.errors import DataError, InputError, Problem, nearest

KEEP = {
    "flows": "flows, tariffs and value added; final demand is what purchases leave of spending",
    "shares": "tariffs, deficits and all shares of spending and cost; flows become what they imply",
}
"""What settling leaves as it is."""
TOLERANCE = 1e-13
MAX_ITERATIONS = 100_000
SETTLED = "moved by settling"
"""Start of what the card says of it."""
SHOWN = 3
"""Largest changes of single economies and sectors that the card lists."""


def settled(
    accounts: Accounts, trade_elasticity: np.ndarray, card: Card, keep: str = "flows"
) -> Calibration:
    """Make an economy at rest of accounts that do not close; its card says what moved.

    Raises
    ------
    InputError
        ``keep`` is none of `KEEP`.
    DataError
        No economy at rest keeps that.
    """
    check_keep(keep)
    found = (_keep_flows if keep == "flows" else _keep_shares)(accounts)
    moved = tuple(_moved(accounts, found, keep, card.unit))
    card = replace(card, adjustments=(*card.adjustments, *moved))
    return calibrate(found, trade_elasticity, card)


def check_keep(keep: object) -> None:
    """Refuse what is none of `KEEP`.

    Raises
    ------
    InputError
        It is none.
    """
    if keep not in KEEP:
        message = f"unknown; {nearest(str(keep), KEEP)}".rstrip("; ")
        raise InputError(Problem(message, None, None, "keep", keep, " or ".join(KEEP)))


def _keep_flows(a: Accounts) -> Accounts:
    """Set final demand to spending less purchases; where that is negative, balance uses anew.

    Balancing (GRAS) keeps spending on each input, each sector's purchases and total final demand.
    """
    spending = a.spending
    purchases = np.where(spending[:, :, None] > 0, a.purchases, 0.0)
    left = spending - purchases.sum(axis=2)
    left = np.where(np.abs(left) <= TOLERANCE * spending, 0.0, left)
    codes = tuple(c.code for c in a.countries)
    found = remove_negative_final_demand(purchases, left, codes)
    return replace(a, purchases=found.intermediate, final_demand=found.final_demand)


def _keep_shares(a: Accounts) -> Accounts:
    """Find the spending that reproduces itself at these shares.

    E = A Y + α (value added + duties + deficit), with output Y and purchases A Y from E itself.

    Each round spends what the last one earned. World spending stays what it was: a round hands on
    all of it, the deficits summing to zero.
    """
    spending, output = a.spending, a.output
    bought = spending > 0
    per_spending = _over(a.flows, spending.T[:, :, None])
    per_output = _over(np.where(bought[:, :, None], a.purchases, 0.0), output[:, None, :])
    wanted = np.where(bought, a.final_demand, 0.0)
    taste = _over(wanted, wanted.sum(axis=1, keepdims=True))
    deficit = a.flows.sum(axis=(0, 2)) - a.flows.sum(axis=(0, 1))
    for _ in range(MAX_ITERATIONS):
        flows = per_spending * spending.T[:, :, None]
        purchases = per_output * flows.sum(axis=1).T[:, None, :]
        earned = flows.sum(axis=(0, 1)) - purchases.sum(axis=(1, 2))
        income = earned + (a.tariff * flows).sum(axis=(0, 2)) + deficit
        final = taste * income[:, None]
        gap = purchases.sum(axis=2) + final - spending
        spending = spending + gap
        if np.abs(gap).max() <= TOLERANCE * spending.sum(axis=1).min():
            break
    else:
        raise DataError(Problem("flows did not settle at these shares", key="keep", value="shares"))
    poor = [c.code for c, left in zip(a.countries, income, strict=True) if left <= 0]
    if poor:
        message = "at these shares and deficits nothing is left for final demand"
        raise DataError(Problem(message, None, None, "country", ", ".join(poor)))
    return replace(a, flows=flows, purchases=purchases, final_demand=final)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return shares, zero of nothing."""
    whole = np.broadcast_to(whole, part.shape)
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _moved(before: Accounts, after: Accounts, keep: str, unit: str) -> Iterator[Adjustment]:
    """Yield the size of what moved: in all, and in the economies and sectors it moved most in."""
    foreign = np.broadcast_to(~np.eye(len(before.countries), dtype=bool), before.flows.shape)
    trade = before.flows[foreign].sum()
    why = f"the tables did not close; settled, {keep} kept"

    def entry(what: str, change: np.ndarray, whole: float, of: str) -> Iterator[Adjustment]:
        size = float(np.abs(change).sum() / whole) if whole > 0 else 0.0
        if size > TOLERANCE:
            yield Adjustment(f"{SETTLED}: {what}", why, size, f"share of {of}")

    flows = after.flows - before.flows
    final = after.final_demand - before.final_demand
    purchases = after.purchases - before.purchases
    yield from entry("trade", flows[foreign], trade, "all trade between economies")
    yield from entry("sales at home", flows[~foreign], before.flows[~foreign].sum(), "all of them")
    yield from entry("purchases", purchases, before.purchases.sum(), "all purchases")
    yield from entry("final demand", final, before.final_demand.sum(), "all final demand")
    yield from entry("final demand", final, trade, "all trade between economies")
    imports = np.where(foreign, flows, 0.0).sum(axis=2).T
    for what, change in (("final demand", final), ("imports", imports)):
        yield from _largest(before, what, change, why, unit)


def _largest(
    a: Accounts, what: str, change: np.ndarray, why: str, unit: str
) -> Iterator[Adjustment]:
    """Yield the largest changes by economy and sector, as shares of the spending there."""
    spending = a.spending
    for place in np.argsort(-np.abs(change), axis=None, kind="stable")[:SHOWN]:
        n, s = np.unravel_index(place, change.shape)
        if abs(change[n, s]) > TOLERANCE * spending[n].sum():
            where = f"{a.countries[n].code} in {a.sectors[s].code}"
            text = f"largest change of {what}: {where}, {change[n, s]:+,.6g} {unit}"
            size = float(change[n, s] / spending[n, s]) if spending[n, s] > 0 else 0.0
            yield Adjustment(text, why, size, "share of its spending there")
