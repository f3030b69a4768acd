"""A closed-form reply to first-order conditions: the optimal tariff at given shadow values.

Hold the point of the economy, and a player's adjoint, fixed. Its payoff then depends on the tariffs
of one importer and sector through a ln Φ + Σ_j fob_j b_j/Φ alone, Φ = Σ_i gross_i c_i, and is
stationary in 1+t_j where

    1 + t_j = −(1+θ) B_j / (θ A_j),   A = ∂G/∂gross,  B = ∂G/∂fob,

the optimal-tariff formula with shadow values in place of elasticities: A is what access is worth,
−B what a dollar paid to j costs. Other tariffs of the row enter through M = Σ fob B and Φ, which
the reply follows, so that all tariffs move together. Rates that cover several cells weigh them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from detente.games.evaluation import Evaluation, Game
from detente.games.players import Placement, sums

Array = NDArray[np.float64]

LARGEST_MOVE = 1.0
"""Of ln(1+rate) in one reply."""


def reply(game: Game, at: Evaluation, weights: Array | None = None, passes: int = 30) -> Array:
    """Answer the shadow values at a point with rates ``(rate,)``, all players at once, in bounds.

    A fixed point is a point where every player's first-order conditions hold.

    Parameters
    ----------
    weights
        ``(player, player)``: what each adds up of whose payoffs; its own alone unless given.
    passes
        Rounds in which rates of one importer and sector follow each other.
    """
    p, theta = game.placement, game.calibration.trade_elasticity
    if weights is not None:
        moved = tuple(np.tensordot(weights, array, axes=1) for array in at.by_kernel)
        at = replace(at, by_kernel=moved)
    log_rate = np.log1p(at.rates)
    low, high = np.log1p(game.low), np.log1p(game.high)
    low = np.maximum(low, log_rate - LARGEST_MOVE)
    high = np.minimum(high, log_rate + LARGEST_MOVE)
    moved = _tariffs(p, theta, at, log_rate, low, high, passes)
    if p.taxed.any():
        moved = np.where(p.rate_tax, _export_taxes(p, theta, at, log_rate, low, high), moved)
    return np.expm1(moved)


def _tariffs(
    p: Placement, theta: Array, at: Evaluation, start: Array, low: Array, high: Array, passes: int
) -> Array:
    """Solve the frozen problem of tariffs by multiplicative steps of ln(1+t)."""
    on = ~p.taxed
    sector, importer, rate = (v[on] for v in (p.sector, p.importer, p.rate))
    power = theta[sector]
    access, paid = _own_values(p, at)
    row_access, row_paid = access.sum(axis=2), paid.sum(axis=2)
    row = np.ravel_multi_index((sector, importer), row_access.shape)
    rows, index = np.unique(row, return_inverse=True)
    total, bill = row_access.ravel()[rows], row_paid.ravel()[rows]
    a, b = _of_parts(p, at, on)
    usable = total > 0
    share = np.where(usable[index], a / np.where(usable, total, 1.0)[index], 0.0)
    log_rate = start.copy()
    for _ in range(passes):
        log_moved = (log_rate - start)[rate]
        gross = np.exp(-power * log_moved)
        fob = gross * np.exp(-log_moved)
        phi = 1 + sums(index, share * (gross - 1), len(rows))
        owed = (bill + sums(index, b * (fob - 1), len(rows))) / phi
        worth = np.where(usable, (total + bill - owed) / np.where(usable, total, 1.0) / phi, 1.0)
        gain = sums(rate, power * a * gross * worth[index], p.size)
        cost = sums(rate, -(1 + power) * b * fob / phi[index], p.size)
        moved = np.clip(log_rate + _log_ratio(cost, gain), low, high)
        done = np.abs(moved - log_rate).max(initial=0.0) < 1e-14
        log_rate = moved
        if done:
            break
    return log_rate


def _of_parts(p: Placement, at: Evaluation, on: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Gross A and fob B of what tariffs are on ``(part,)``, at their own player's values."""
    gross, fob, receipts = (array[on] for array in at.parts)
    own = p.rate_player[p.rate[on]], p.sector[on], p.importer[on], p.exporter[on]
    a, b, c = (array[own] for array in at.by_kernel)
    return gross * a, fob * b + receipts * c


def _own_values(p: Placement, at: Evaluation) -> tuple[Array, Array]:
    """Gross A and fob B of each importer's own player, ``(sector, importer, exporter)``."""
    (gross, fob, receipts), (a, b, c) = at.kernels, at.by_kernel
    access, paid = np.zeros_like(gross), np.zeros_like(gross)
    for number, places in enumerate(p.members):
        inside = list(places)
        access[:, inside] = gross[:, inside] * a[number][:, inside]
        paid[:, inside] = fob[:, inside] * b[number][:, inside]
        paid[:, inside] += receipts[:, inside] * c[number][:, inside]
    return access, paid


def _export_taxes(
    p: Placement, theta: Array, at: Evaluation, start: Array, low: Array, high: Array
) -> Array:
    """1 + x = −(1+θ) receipts C / (θ (gross A + fob B)) at the current tax, as a move of it."""
    on = p.taxed
    cell, rate = (p.sector[on], p.importer[on], p.exporter[on]), p.rate[on]
    (gross, fob, receipts), (a, b, c) = (
        [array[on] for array in at.parts],
        [array[p.rate_player[rate], *cell] for array in at.by_kernel],
    )
    power = theta[cell[0]]
    gain = sums(rate, power * (gross * a + fob * b), p.size)
    cost = sums(rate, -(1 + power) * receipts * c, p.size)
    return np.clip(start + _log_ratio(cost, gain), low, high)


def _log_ratio(cost: Array, gain: Array) -> Array:
    """Return the log of the move to where cost and gain are equal, or a step uphill."""
    regular = (cost > 0) & (gain > 0)
    ratio = np.log(np.where(regular, cost, 1.0) / np.where(regular, gain, 1.0))
    return np.where(regular, ratio, 0.25 * np.sign(cost - gain))
