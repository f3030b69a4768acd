"""Many players in pairs: each pair strikes Nash's bargain, given those of all others.

Without a most-favoured-nation rule a pair negotiates the rates that its two sides have on each
other. With it a rate holds for every seller, and a concession to one goes to all: a rate is then
negotiated with its principal supplier, as in the GATT's rounds (Bagwell, Staiger & Yurukoglu 2021).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.games.bargaining import Pair, PairsResult, nash_in_nash
from detente.games.constrained import Array
from detente.games.cooperation import scaled_bounds
from detente.games.evaluation import Game


@dataclass(frozen=True, eq=False)
class Pairwise:
    """What pairs agree on.

    Attributes
    ----------
    game
        Players, baseline and bounds.
    pairs
        Who negotiates which rates.
    found
        Rates ``(rate,)``, payoffs ``(player,)`` and whether they came to rest.
    start
        Payoffs ``(player,)`` where everybody disagrees.
    gains
        ``(pair, 2)`` what agreement brings either side over its disagreement, at which the pair's
        own rates are those of the start and all others as agreed; logs of real income.
    """

    game: Game
    pairs: tuple[Pair, ...]
    found: PairsResult
    start: Array
    gains: Array


def pairwise(game: Game, start: Array | None = None) -> Pairwise:
    """Let every pair of players bargain over its rates, given all other pairs.

    Parameters
    ----------
    start
        Rates of those who do not agree; those in force unless given.

    Raises
    ------
    InputError
        No two players have rates to negotiate, or payoffs are not logs of real income.
    SolveError
        There is no equilibrium on the way.
    """
    if any(p.objective not in ("real-income", "political") for p in game.players):
        raise InputError(Problem("payoffs must be logs of real income", key="objective"))
    pairs = pairs_of(game)
    if not pairs:
        raise InputError(Problem("no two players have rates on each other", key="players"))
    first = np.clip(game.applied if start is None else start, game.low, game.high)
    bounds, unit = scaled_bounds(game, first)
    before = game.payoffs(first)[0].copy()
    found = nash_in_nash(game.payoffs, bounds, first, pairs, unit=unit, tolerance=1e-6)
    gains = np.array([_gain(game, pair, found, first) for pair in pairs])
    return Pairwise(game, tuple(pairs), found, before, gains)


def _gain(game: Game, pair: Pair, found: PairsResult, first: Array) -> list[float]:
    without, own = found.rates.copy(), np.array(pair.rates)
    without[own] = first[own]
    left = game.payoffs(without)[0]
    return [float(found.payoffs[k] - left[k]) for k in (pair.first, pair.second)]


def pairs_of(game: Game) -> list[Pair]:
    """List the pairs of players with the rates that they negotiate.

    A rate on one partner is negotiated with it, one on several with the principal supplier among
    the players (of an export tax: the principal buyer). Rates on nobody who plays belong to no
    pair and stay.
    """
    towards, p = _towards(game), game.placement
    pairs = []
    for a in range(len(game.players)):
        for b in range(a + 1, len(game.players)):
            between = ((p.rate_player == a) & (towards == b)) | (
                (p.rate_player == b) & (towards == a)
            )
            if between.any():
                pairs.append(Pair(a, b, tuple(int(k) for k in np.flatnonzero(between))))
    return pairs


def _towards(game: Game) -> NDArray[np.intp]:
    """Player with whom each rate is negotiated ``(rate,)``; −1 for none."""
    p = game.placement
    partner = p.owner[np.where(p.taxed, p.importer, p.exporter)]
    trade = np.zeros((p.size, len(game.players)))
    plays = partner >= 0
    flows = p.trade(game.calibration.flows)
    np.add.at(trade, (p.rate[plays], partner[plays]), flows[plays])
    return np.where(trade.any(axis=1), trade.argmax(axis=1), -1)
