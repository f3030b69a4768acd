"""Which lines of a cell the rates of a game are on, and what the rest of it keeps.

A rate on a whole cell holds on all of its lines. A rate on a product list, or on a share of each
flow, holds on the lines that it covers: the policy in force is cut there, unless it was compiled
with the list kept apart. Where it has other lines that the list's place among is not known, the
list covers the same share of each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.games.players import Array, Ints, Placement
from detente.policy.arrays import Policy, Rates

NAMED = 5
"""Sectors that a note names."""


class Parts(NamedTuple):
    """Rates by line, and the policy in force with these lines.

    ``one_rate`` is the same policy with one rate on all lines of cells that a rate is on as a
    whole.
    """

    placement: Placement
    in_force: Policy
    one_rate: Policy


def by_line(calibration: Calibration, placed: Placement, policy: Policy) -> Parts:
    """Give rates that are on parts of cells the lines that they cover.

    Raises
    ------
    InputError
        No player has any trade to tax on the lines that its rates are on.
    """
    notes, c = list(placed.notes), calibration
    for number, player in enumerate(placed.players):
        own = (placed.rate_player[placed.rate] == number) & (placed.share < 1)
        if not own.any():
            continue
        cells, first = np.unique(_flat(placed, policy)[own], return_index=True)
        guessed = _guessed(policy, cells, player.goods)
        policy = _cut(c, policy, cells, placed.share[own][first], player.goods)
        notes.append(f"rates of {player.name} are on {player.goods}; the rest of its trade keeps "
                     "the rates in force")  # fmt: skip
        if len(guessed):
            codes = [c.sector_codes[s] for s in np.unique(guessed // c.tariff[0].size)]
            more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
            notes.append(f"{player.goods} and measures in force each cover a part of "
                         f"{', '.join(codes[:NAMED])}{more}; how much of it is the same is not "
                         "known and taken as independent")  # fmt: skip
    parts, share, line = _lines_of(placed, policy)
    if not len(parts):
        raise InputError(Problem("no player has any trade to tax", key="players"))
    found = replace(placed.kept(parts, share, line), notes=tuple(notes))
    return Parts(found, policy, _one_rate(found, policy))


def mean_rates(placement: Placement, policy: Policy, flows: Array) -> Array:
    """Rates of a policy on what each rate covers ``(rate,)``: means by trade.

    The policy may have other lines than the game: what it holds on a list is known where it keeps
    it apart, and where it has no lines; elsewhere it is the mean of the cell.
    """
    p = placement
    tariff = _covered_means(p, policy, "tariff_cf", ~p.taxed)
    there = np.where(p.taxed, _covered_means(p, policy, "export_tax", p.taxed), tariff)
    trade = p.trade(flows)
    return np.bincount(p.rate, trade * there, p.size) / np.bincount(p.rate, trade, p.size)


def _covered_means(p: Placement, policy: Policy, field: str, those: NDArray[np.bool_]) -> Array:
    """Mean over the lines that each part's player covers ``(part,)``."""
    array, lines = getattr(policy, field), policy.lines
    found = np.zeros(len(p.rate)) if array is None else array[p.cell]
    if lines is None:
        return found
    flat, owner = _flat(p, policy), p.rate_player[p.rate]
    rates = getattr(policy.rates_on_lines(), field)
    for number, player in enumerate(p.players):
        size = policy.tariff_cf.size
        weight = lines.share * lines.on(player.goods)
        held = np.bincount(lines.cell, weight, size)[flat]
        mean = np.bincount(lines.cell, weight * rates, size)[flat] / np.where(held > 0, held, 1.0)
        known = those & (p.line >= 0) & (owner == number) & (held > 0)
        found = np.where(known, mean, found)
    return found


def _flat(p: Placement, policy: Policy) -> Ints:
    return np.ravel_multi_index(p.cell, policy.tariff_cf.shape)


def _apart(policy: Policy, goods: str) -> Ints:
    """Cells in which the lines of a list are known."""
    return np.zeros(0, dtype=np.intp) if policy.lines is None else np.unique(
        policy.lines.cell[policy.lines.on(goods)])  # fmt: skip


def _guessed(policy: Policy, cells: Ints, goods: str) -> Ints:
    """Cells with lines among which those of a list are not known."""
    if policy.lines is None:
        return np.zeros(0, dtype=np.intp)
    return np.setdiff1d(np.intersect1d(cells, policy.lines.cell), _apart(policy, goods))


def _cut(c: Calibration, policy: Policy, cells: Ints, covered: Array, goods: str) -> Policy:
    """Cut lines of some cells in two, of which a list covers one."""
    unknown = ~np.isin(cells, _apart(policy, goods))
    cells, covered = cells[unknown], covered[unknown]
    if not len(cells):
        return policy
    cell, share, on_lists, lists, rates = _as_lines(c, policy, cells)
    lists = lists if goods in lists else (*lists, goods)
    of_cell = np.zeros(c.tariff.size)
    of_cell[cells] = covered
    part = of_cell[cell]
    both = part > 0

    def twice(values: NDArray[Any]) -> NDArray[Any]:
        return np.concatenate([values, values[both]])

    return policy.with_lines(
        c.tariff,
        twice(cell),
        np.concatenate([share * (1 - part), (share * part)[both]]),
        Rates(*(twice(values) for values in rates)),
        np.concatenate([on_lists, on_lists[both] | (1 << lists.index(goods))]),
        lists,
    )


def _as_lines(
    c: Calibration, policy: Policy, cells: Ints
) -> tuple[Ints, Array, Ints, tuple[str, ...], Rates]:
    """Lay out all lines, and cells without any as one each: cell, share, lists, names, rates."""
    lines = policy.lines
    bare = cells if lines is None else np.setdiff1d(cells, lines.cell)

    def of(array: Array | None, otherwise: float) -> Array:
        return np.full(len(bare), otherwise) if array is None else array.ravel()[bare]

    rates = Rates(
        of(c.tariff, 0.0),
        of(policy.tariff_cf, 0.0),
        of(policy.iceberg_hat, 1.0),
        of(policy.export_tax, 0.0),
        of(policy.supply_share, 1.0),
    )
    if lines is None:
        return bare, np.ones(len(bare)), np.zeros(len(bare), dtype=np.intp), (), rates
    on = policy.rates_on_lines(c.tariff)
    assert lines.on_lists is not None
    return (
        np.concatenate([lines.cell, bare]),
        np.concatenate([lines.share, np.ones(len(bare))]),
        np.concatenate([lines.on_lists, np.zeros(len(bare), dtype=np.intp)]),
        lines.lists,
        Rates(*(np.concatenate(pair) for pair in zip(on, rates, strict=True))),
    )


def _lines_of(p: Placement, policy: Policy) -> tuple[Ints, Array, Ints]:
    """List the parts of cells that rates are on: which cell it is of, its share and its line."""
    whole = np.flatnonzero(p.share == 1)
    found = [(whole, np.ones(len(whole)), np.full(len(whole), -1))]
    lines, owner, flat = policy.lines, p.rate_player[p.rate], _flat(p, policy)
    if lines is not None:
        # where a ban leaves nothing of a line there is nothing to tax
        sold = policy.rates_on_lines().supply_share > 0
        for number, player in enumerate(p.players):
            for tax in (False, True):
                own = np.flatnonzero((owner == number) & (p.taxed == tax) & (p.share < 1))
                entry = np.full(policy.tariff_cf.size, -1)
                entry[flat[own]] = own
                inside = np.flatnonzero(lines.on(player.goods) & sold & (entry[lines.cell] >= 0))
                found.append((entry[lines.cell[inside]], lines.share[inside], inside))
    parts, share, line = (np.concatenate(each) for each in zip(*found, strict=True))
    return parts, share, line


def _one_rate(p: Placement, policy: Policy) -> Policy:
    """Let all lines of cells that a rate is on as a whole have what the cell has."""
    for tax, gap in ((False, "tariff_gap"), (True, "tax_gap")):
        whole = np.zeros(policy.tariff_cf.shape, dtype=bool)
        own = (p.line < 0) & (p.taxed == tax)
        whole[p.sector[own], p.importer[own], p.exporter[own]] = True
        policy = policy.one_rate(whole, gap)
    return policy
