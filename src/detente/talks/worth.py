"""What an equilibrium changes for the parties, and what a party makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from detente.talks.table import Floats

if TYPE_CHECKING:
    from jax import Array

    from detente.model.economy import Economy
    from detente.model.outcome import Outcome
    from detente.solver.equilibrium import Equilibrium

Places = Sequence[Sequence[int]]
"""Positions of each party's economies."""


class Worth(NamedTuple):
    """What a set of measures changes from the baseline, in its unit a year.

    Attributes
    ----------
    income
        ``(party,)``, equivalent variation.
    rest
        The sum of everybody else's.
    sectors
        ``(party, sector)``: real income of those who work in each sector.
    balance
        ``(party, other party)``: exports of goods less imports, at border prices.
    revenue
        ``(party,)``: what tariffs and export taxes bring in, in real terms.
    """

    income: Floats
    rest: float
    sectors: Floats
    balance: Floats
    revenue: Floats


@dataclass(frozen=True)
class Aim:
    """What a party wants besides its real income, as a payoff of games; equal ones compile once.

    Attributes
    ----------
    own, partner
        Positions of its economies, and of those with whom its deficit in goods counts.
    sectors
        ``(sector,)``: extra weight on what is earned in each.
    deficit
        What a dollar less of deficit is worth to it.
    goods
        Positions of the sectors that are goods.
    revenue
        What a dollar of revenue from tariffs and export taxes counts beyond a dollar of income.
    """

    own: tuple[int, ...]
    sectors: tuple[float, ...]
    partner: tuple[int, ...] = ()
    deficit: float = 0.0
    goods: tuple[int, ...] = ()
    revenue: float = 0.0

    def __call__(self, economy: Economy, after: Outcome) -> Array:
        """Return what packages are worth to it (`Case.worth`), over its baseline income."""
        places = (self.own, self.partner)
        income, _, earned, balance, revenue = changes(economy, after, places, self.goods)
        total = income[0] + jnp.asarray(self.sectors) @ earned[0]
        total = total + self.deficit * balance[0, 1] + self.revenue * revenue[0]
        return total / (_inside([self.own], len(economy.income))[0] @ economy.income)


def changes(economy: Economy, after: Outcome, places: Places, goods: Sequence[int]) -> Any:
    """Return the entries of a `Worth`, as NumPy or JAX arrays like those given."""
    inside = _inside(places, len(economy.income))
    price = after.consumer_price_hat
    gain = after.income_cf / price - economy.income
    gain = gain if after.effort_cf is None else gain - after.effort_cf
    pay = after.sector_wage_hat * after.employment_hat
    earned = economy.sector_labour * (pay / price[:, None] - 1)
    before = economy.trade_shares * economy.expenditure.T[:, :, None] / (1 + economy.tariff)
    moved = (after.flows_cf - before)[np.array(goods, dtype=int)].sum(axis=0)
    sold = inside @ moved.T @ inside.T  # moved is (importer, exporter)
    income = inside @ gain
    taken = (economy.tariff * before).sum(axis=(0, 2))  # no exports are taxed in a baseline
    revenue = (after.tariff_revenue_cf + after.export_tax_revenue_cf) / price - taken
    rest = gain.sum() - income.sum()
    return income, rest, inside @ earned, sold - sold.T, inside @ revenue


def _inside(places: Places, countries: int) -> Floats:
    """Return whether an economy is a party's, ``(party, country)``, one or zero."""
    found = np.zeros((len(places), countries))
    for row, own in zip(found, places, strict=True):
        row[list(own)] = 1.0
    return found


def worth_of(equilibrium: Equilibrium, places: Places) -> Worth:
    """Return what an equilibrium changes for parties whose economies are at these positions."""
    from detente.baseline.groups import resolve_sectors
    from detente.model.economy import economy

    c = equilibrium.calibration
    goods = resolve_sectors(c, "goods")
    before = economy(c, equilibrium.options.structure)
    income, rest, *others = changes(before, equilibrium.outcome, places, goods)
    return Worth(income, float(rest), *others)
