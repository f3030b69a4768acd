"""Labelled tables of rates and players; the only part of the room that knows pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detente.games.bargaining import Agreement
from detente.games.evaluation import Game
from detente.games.players import sums
from detente.units import in_unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from detente.games.bargaining import Bargain
    from detente.games.certificate import Certificate

Array = NDArray[np.float64]


def rate_table(game: Game, rates: Array) -> pd.DataFrame:
    """One row a rate; ``importer``, ``exporter`` and ``sector`` are ``all`` where it covers more.

    ``rate`` and ``applied`` (before the game, a mean by trade) are fractions, ``trade_musd`` what
    is covered in the baseline (the ending is that of its unit), ``bound`` says ``low``, ``high`` or
    ``binding`` (the player's bound rate) where the rate is at one.
    """
    p, c = game.placement, game.calibration
    trade = sums(p.rate, p.trade(c.flows), p.size)
    own = [game.players[k].name for k in p.rate_player]
    partner = [_partner(game, k) for k in p.rate_partner]
    sector = [c.sector_codes[s] if s >= 0 else "all" for s in p.rate_sector]
    top = np.where(p.binding <= game.high, "binding", "high")
    at = np.where(rates <= game.low + 1e-9, "low", np.where(rates >= game.high - 1e-9, top, ""))
    frame = pd.DataFrame(
        {
            "player": own,
            "instrument": np.where(p.rate_tax, "export-tax", "tariff"),
            "importer": np.where(p.rate_tax, partner, own),
            "exporter": np.where(p.rate_tax, own, partner),
            "sector": sector,
            "rate": _clean(rates),
            "applied": _clean(game.applied + game.outside),
            "trade_musd": trade,
            "bound": at,
        }
    )
    return in_unit(frame, c.card.unit)


def player_table(
    game: Game, rates: Array, values: Array, certificate: Certificate | None
) -> pd.DataFrame:
    """One row a player: payoff, gain of its best response, and its rates.

    ``payoff_pct`` is 100 (e^payoff − 1) for objectives in logs, the payoff in per cent else;
    ``median_rate`` is over rates, ``mean_rate`` weighted by baseline trade.
    """
    p, c = game.placement, game.calibration
    trade = sums(p.rate, p.trade(c.flows), p.size)
    edge = (rates <= game.low + 1e-9) | (rates >= game.high - 1e-9)
    rows = []
    for number, (player, value) in enumerate(zip(game.players, values, strict=True)):
        own = p.own(number)
        logs = player.objective in ("real-income", "political")
        gain = np.nan if certificate is None else certificate.gains[number]
        chosen = rates[own]
        rows.append(
            {
                "player": player.name,
                "payoff_pct": 100 * (np.expm1(value) if logs else value),
                "best_response_gain_pct": 100 * gain,
                "rates": len(own),
                "median_rate": np.median(chosen) if len(own) else np.nan,
                "mean_rate": np.average(chosen, weights=trade[own]) if len(own) else np.nan,
                "at_bounds": int(edge[own].sum()),
            }
        )
    return pd.DataFrame(rows).set_index("player")


def agreed_rates(game: Game, bargain: Bargain) -> pd.DataFrame:
    """Label the rates of a bargain as `rate_table` does, with its ``status``.

    Where nothing was agreed on there are no rates: they are not numbers, at no bound.
    """
    agreed = bargain.status is Agreement.AGREED
    frame = rate_table(game, bargain.optimum.rates)
    if not agreed:
        frame["rate"], frame["bound"] = np.nan, ""
    frame["status"] = bargain.status.name.lower()
    return frame


def bargain_table(game: Game, bargains: Mapping[str, Bargain]) -> pd.DataFrame:
    """One row a disagreement and player: payoffs without and with agreement, per cent.

    What is agreed is not a number where nothing is.
    """
    nan = float("nan")
    agreed = {name: b.status is Agreement.AGREED for name, b in bargains.items()}
    rows = [
        {
            "disagreement": name,
            "player": player.name,
            "without_pct": 100 * np.expm1(bargain.disagreement[k]),
            "agreed_pct": 100 * np.expm1(bargain.optimum.payoffs[k]) if agreed[name] else nan,
            "gain_pct": 100 * bargain.gains[k] if agreed[name] else nan,
            "status": str(bargain.status),
        }
        for name, bargain in bargains.items()
        for k, player in enumerate(game.players)
    ]
    return pd.DataFrame(rows).set_index(["disagreement", "player"])


def ends_table(game: Game, bargains: Mapping[str, Bargain]) -> pd.DataFrame:
    """One row a disagreement and end of searches, what was kept first.

    ``starts`` names those that led there, ``searches`` counts them; gains are in per cent.
    """
    rows = [
        {
            "disagreement": name,
            "starts": ", ".join(end.starts),
            "searches": len(end.starts),
            "status": str(end.status),
            **{f"{player.name}_gain_pct": 100 * gain
               for player, gain in zip(game.players, end.gains, strict=True)},
        }
        for name, bargain in bargains.items()
        for end in bargain.ends
    ]  # fmt: skip
    return pd.DataFrame(rows)


def matrix_table(
    strategies: Sequence[Sequence[str]], players: Sequence[str], payoffs: Array
) -> pd.DataFrame:
    """One row a combination of strategies, one column a player, per cent of real income."""
    index = pd.MultiIndex.from_product(strategies, names=players)
    rows = payoffs.reshape(len(players), -1).T
    return pd.DataFrame(rows, index=index, columns=list(players))


def labelled(what: str, labels: Sequence[str], columns: Mapping[str, object]) -> pd.DataFrame:
    """One row a label of ``what``, such as an economy or a sector."""
    return pd.DataFrame(columns, index=pd.Index(labels, name=what))


def _clean(rates: Array) -> Array:
    """Make what is zero but for rounding zero: a rate of -1.7e-18 is none."""
    return np.where(np.abs(rates) < 1e-14, 0.0, rates)


def _partner(game: Game, partner: int) -> str:
    codes = game.calibration.country_codes
    if partner < 0:
        return "all"
    return codes[partner] if partner < len(codes) else game.players[partner - len(codes)].name
