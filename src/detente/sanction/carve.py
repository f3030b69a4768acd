"""Carve firms out of their sectors: the baseline with a few sectors more.

A sector is split by who buys, in two ways. The **firm's market** takes in every economy n the share
φ[n] of the sector, where φ[n] is the firm's share of what its economy sells there: in it the firm
is the only producer of its economy, and other economies' producers compete with it as before. The
**inputs of the firm** take what the firm buys of an input with named suppliers, so that a ban on
this sector is a ban on the firm and on nobody else. Producers of both work by the recipe of the
sector that they are taken from, the firm by its own; the rest of its sector by what is left.

Where the firm's figures are its sector's, every price, income and flow of any counterfactual is
that of the baseline: shares of suppliers and recipes are the same in the parts as in the whole, so
costs and price indices move together. Adding the parts up gives the baseline in any case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from detente.axes import Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment
from detente.errors import InputError, Problem
from detente.sanction.accounts import LARGEST_CELL_SHARE, Accounts, accounts
from detente.sanction.card import FirmCard

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CarvedFirm:
    """Where a firm stands in a carved economy.

    Attributes
    ----------
    card, accounts
        What is known of it, and its accounts; positions of economies and sectors hold for the
        carved economy too.
    code
        Of the sector that is its market; its producer at home is the firm.
    inputs
        Code of the sector that holds what the firm buys, by code of the sector it is taken from.
    """

    card: FirmCard
    accounts: Accounts
    code: str
    inputs: dict[str, str]


@dataclass(frozen=True, eq=False)
class Carved:
    """A baseline with firms as sectors of their own."""

    calibration: Calibration
    firms: tuple[CarvedFirm, ...]

    def merge_back(self) -> dict[str, list[str]]:
        """Return the sectors to add up (for `detente.aggregate`) to get the baseline back."""
        groups: dict[str, list[str]] = {}
        for sector in self.calibration.sectors:
            groups.setdefault(sector.part_of or sector.code, []).append(sector.code)
        return groups


def carve(calibration: Calibration, *cards: FirmCard) -> Carved:
    """Carve firms out of a baseline, at the central figures of their cards.

    Parameters
    ----------
    calibration
        Any baseline in USD.
    cards
        One or more; each is carved out of what the ones before left.

    Returns
    -------
    Carved
        Its calibration is an ordinary one, with a sector for each firm (its code) and one for each
        input that it buys from named suppliers (its code, a dot, the sector's code).

    Raises
    ------
    InputError
        A card names what the baseline does not have, or is larger than it.
    CalibrationError
        The carved accounts do not close (a fault of this package).
    """
    if not cards:
        raise InputError(Problem("no firm to carve", key="cards"))
    firms = []
    for card in cards:
        found = accounts(calibration, card)
        calibration, firm = _carve_one(calibration, card, found)
        firms.append(firm)
    return Carved(calibration, tuple(firms))


def _carve_one(c: Calibration, card: FirmCard, a: Accounts) -> tuple[Calibration, CarvedFirm]:
    inputs = {c.sector_codes[k]: f"{card.code}.{c.sector_codes[k]}" for k in a.own_sourcing}
    flows = _flows(c, a)
    value_added_share, input_share = _recipes(c, a)
    share = _market_share(c, a, flows)
    columns = [*range(len(c.sectors)), a.sector, *a.own_sourcing]
    carved = Calibration(
        countries=c.countries,
        sectors=_sectors(c, card, a, inputs),
        flows=flows,
        tariff=c.tariff[columns],
        value_added_share=value_added_share,
        input_share=_rows(c, a, input_share, share),
        final_demand=_split_final(c, a, share),
        trade_elasticity=c.trade_elasticity[columns],
        card=_card(c, card, a),
    )
    return carved, CarvedFirm(card, a, card.code, inputs)


def _flows(c: Calibration, a: Accounts) -> Array:
    """Split sales ``(sector, importer, exporter)``: rest, the firm's market, the firm's inputs."""
    market = c.flows[a.sector, :, a.economy]
    phi = np.divide(a.sales, market, out=np.zeros_like(market), where=market > 0)
    parts = [phi[:, None] * c.flows[a.sector]]
    left = c.flows.copy()
    left[a.sector] -= parts[0]
    for k, bought in zip(a.own_sourcing, a.suppliers, strict=True):
        part = np.zeros_like(c.flows[k])
        part[a.economy] = bought / (1 + c.tariff[k, a.economy])
        left[k] -= part
        parts.append(part)
    low = left.min()
    if low < -1e-9 * c.flows.max():
        s, n, i = (int(x) for x in np.unravel_index(left.argmin(), left.shape))
        message = (
            f"the firm and its purchases take more of {c.sector_codes[s]} than "
            f"{c.country_codes[i]} sells to {c.country_codes[n]} in the baseline"
        )
        raise InputError(Problem(message, value=float(c.flows[s, n, i] - low)))
    return np.concatenate([np.maximum(left, 0.0), parts])


def _recipes(c: Calibration, a: Accounts) -> tuple[Array, Array]:
    """Value-added and input shares of every old and new producing sector, by old inputs."""
    h, s = a.economy, a.sector
    columns = [*range(len(c.sectors)), s, *a.own_sourcing]
    value_added, inputs = c.value_added_share[:, columns], c.input_share[:, :, columns]
    output = float(c.output[h, s])
    bought = c.input_share[h, :, s] * output
    rest = np.maximum(bought - a.materials, 0.0) / (output - a.revenue)
    firm = a.materials / a.revenue
    # who is left in the firm's sector works by what is left of its recipe, for the firm too
    for at, old in enumerate(columns):
        if old == s:
            recipe = firm if at == len(c.sectors) else rest
            inputs[h, :, at], value_added[h, at] = recipe, 1 - recipe.sum()
    return np.maximum(value_added, 0.0), inputs


def _market_share(c: Calibration, a: Accounts, flows: Array) -> Array:
    """Share ``(country,)`` of the firm's market in what others than itself use of its sector."""
    spending = ((1 + c.tariff[a.sector]) * flows[len(c.sectors)]).sum(axis=1)
    used = c.expenditure[:, a.sector].copy()
    if a.sector in a.own_sourcing:
        used[a.economy] -= a.suppliers[a.own_sourcing.index(a.sector)].sum()
    share = np.divide(spending, used, out=np.zeros_like(used), where=used > 0)
    if (share > 1 + 1e-12).any():
        raise InputError("the firm sells more at home than others than itself buy of its sector")
    return np.minimum(share, 1.0)


def _rows(c: Calibration, a: Accounts, inputs: Array, share: Array) -> Array:
    """Add the rows of the new sectors: who uses the firm's market, and what the firm alone uses."""
    old, firm = len(c.sectors), len(c.sectors)
    new = 1 + len(a.own_sourcing)
    rows = np.concatenate([inputs, np.zeros((len(inputs), new, old + new))], axis=1)
    market = share[:, None] * inputs[:, a.sector, :]
    if a.sector in a.own_sourcing:
        market[a.economy, firm] = 0.0
    rows[:, firm, :] = market
    rows[:, a.sector, :] -= market
    for at, k in enumerate(a.own_sourcing):
        rows[a.economy, old + 1 + at, firm] = rows[a.economy, k, firm]
        rows[a.economy, k, firm] = 0.0
    return np.maximum(rows, 0.0)


def _split_final(c: Calibration, a: Accounts, share: Array) -> Array:
    final = np.concatenate(
        [c.final_demand, np.zeros((len(c.countries), 1 + len(a.own_sourcing)))], axis=1
    )
    final[:, len(c.sectors)] = share * c.final_demand[:, a.sector]
    final[:, a.sector] -= final[:, len(c.sectors)]
    return np.maximum(final, 0.0)


def _sectors(
    c: Calibration, card: FirmCard, a: Accounts, inputs: dict[str, str]
) -> tuple[Sector, ...]:
    """Label the new sectors as parts of the old: groups and product lists hold for them too."""
    parent = c.sectors[a.sector]
    known = {"firm": card.code, "home": c.country_codes[a.economy]}
    firm = replace(parent, code=card.code, name=card.name, part_of=parent.code, **known)
    bought = [
        replace(c.sectors[k], code=code, name=f"{c.sectors[k].name}, for {card.name}",
                part_of=c.sectors[k].code, **known)
        for k, code in zip(a.own_sourcing, inputs.values(), strict=True)
    ]  # fmt: skip
    return (*c.sectors, firm, *bought)


def _card(c: Calibration, card: FirmCard, a: Accounts):
    parent = f"{c.sector_codes[a.sector]} of {c.country_codes[a.economy]}"
    materials = float(a.materials.sum())
    changes = (
        Adjustment(
            f"{card.name} carved out of {parent}, {a.revenue:,.0f} {c.card.unit} of {card.year}",
            "a firm of its own, so that it can be cut off",
            a.revenue / float(c.output[a.economy, a.sector]),
            f"share of output of {parent}",
        ),
        Adjustment(
            f"purchases of {card.code} moved away from the pattern of its sector",
            "known purchases are kept; the others are balanced by GRAS",
            a.moved / materials,
            "sum of absolute changes, share of its purchases",
        ),
        Adjustment(
            f"slack: known purchases of {card.code} that the baseline's trade cannot hold",
            f"a firm gets at most {LARGEST_CELL_SHARE:.0%} of what a sector sells to its economy",
            a.slack / a.known if a.known else 0.0,
            "share of known purchases",
        ),
    )
    notes = [f"Figures of {card.name} are of {card.year}, those of the baseline of {c.card.year}."]
    if a.slack > 1e-9 * a.known:
        notes.append(
            f"{a.slack / a.known:.0%} of the known purchases of {card.name} are more than the "
            "baseline's trade can hold; the firm is carved without them."
        )
    return replace(
        c.card,
        name=f"{c.card.name}-{card.code.lower()}",
        adjustments=(*c.card.adjustments, *changes),
        notes=(*c.card.notes, *notes),
    )
