"""Labelled tables of rates and players; the only part of the room that knows pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.games.evaluation import Game

if TYPE_CHECKING:
    from detente.games.nash import Found

Array = NDArray[np.float64]


def rate_table(game: Game, rates: Array) -> pd.DataFrame:
    """One row a rate; ``importer``, ``exporter`` and ``sector`` are ``all`` where it covers more.

    ``rate`` and ``applied`` (before the game, a mean by trade) are fractions, ``trade_musd`` what
    is covered in the baseline, ``bound`` says ``low`` or ``high`` where the rate is at one.
    """
    p, c = game.placement, game.calibration
    trade = np.bincount(p.rate, c.flows[p.sector, p.importer, p.exporter], p.size)
    own = [game.players[k].name for k in p.rate_player]
    partner = [_partner(game, k) for k in p.rate_partner]
    sector = [c.sector_codes[s] if s >= 0 else "all" for s in p.rate_sector]
    at = np.where(rates <= game.low + 1e-9, "low", np.where(rates >= game.high - 1e-9, "high", ""))
    return pd.DataFrame(
        {
            "player": own,
            "instrument": np.where(p.rate_tax, "export-tax", "tariff"),
            "importer": np.where(p.rate_tax, partner, own),
            "exporter": np.where(p.rate_tax, own, partner),
            "sector": sector,
            "rate": rates,
            "applied": game.applied + game.outside,
            "trade_musd": trade,
            "bound": at,
        }
    )


def player_table(game: Game, found: Found) -> pd.DataFrame:
    """One row a player: payoff, gain of its best response, and its rates.

    ``payoff_pct`` is 100 (e^payoff − 1) for objectives in logs, the payoff in per cent else;
    ``median_rate`` is over rates, ``mean_rate`` weighted by baseline trade.
    """
    table = rate_table(game, found.rates)
    rows = []
    for number, (player, value) in enumerate(zip(game.players, found.values, strict=True)):
        own = table[table["player"] == player.name]
        logs = player.objective in ("real-income", "political")
        trade = own["trade_musd"].to_numpy()
        rows.append(
            {
                "player": player.name,
                "payoff_pct": 100 * (np.expm1(value) if logs else value),
                "best_response_gain_pct": (
                    np.nan if found.certificate is None else 100 * found.certificate.gains[number]
                ),
                "rates": len(own),
                "median_rate": own["rate"].median(),
                "mean_rate": np.average(own["rate"], weights=trade) if len(own) else np.nan,
                "at_bounds": int((own["bound"] != "").sum()),
            }
        )
    return pd.DataFrame(rows).set_index("player")


def _partner(game: Game, partner: int) -> str:
    codes = game.calibration.country_codes
    if partner < 0:
        return "all"
    return codes[partner] if partner < len(codes) else game.players[partner - len(codes)].name
