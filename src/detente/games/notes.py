"""What a reader of a war or an optimum must know besides its rates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from detente.games.closed_form import optimal_tariffs
from detente.games.evaluation import Game
from detente.games.players import Ints, sums

Array = NDArray[np.float64]
PASSIVE = "passive, with the rates in force"
FAR = 2.0
"""Caps this many times what the formula has for a player are not what holds it back."""


class End(Protocol):
    """Where a search ended."""

    @property
    def rates(self) -> Array:
        """``(rate,)``."""
        ...

    @property
    def values(self) -> Array:
        """Payoffs ``(player,)``."""
        ...


def _alone_in_the_world(game: Game) -> bool:
    """Whether the players may tax all trade there is: only then can they shut each other off."""
    p, c = game.placement, game.calibration
    taxed = np.zeros(c.flows.shape, dtype=bool)
    whole = p.line < 0
    taxed[p.sector[whole], p.importer[whole], p.exporter[whole]] = True
    foreign = ~np.eye(len(c.countries), dtype=bool)
    return not (foreign & (c.flows > 0) & ~taxed).any()


def _bound(game: Game, places: Ints, word: str) -> str:
    """Say how many of rates that are at their highest are held by tariff bindings."""
    bound = int((game.placement.binding[places] <= game.high[places]).sum())
    return f", {bound} of them at their bound rate" if bound and word == "highest" else ""


def share_at_cap(game: Game, player: int, rates: Array) -> float:
    """Return the share of the trade that a player's rates are on whose rate is at its highest."""
    own = game.placement.own(player)
    at = rates[own] >= game.high[own] - 1e-9
    return float(np.average(at, weights=_trade(game, own)))


def _trade(game: Game, rates: Ints) -> Array:
    """Trade of the baseline that rates are on ``(k,)``."""
    p = game.placement
    return sums(p.rate, p.trade(game.calibration.flows), game.size)[rates]


def transfers(game: Game, end: End, others: Sequence[End]) -> list[str]:
    """Name the players that stand at their cap because a deficit held fixed acts as a transfer.

    The less such a player buys abroad, the more the payments that finance its deficit are worth to
    it. Its best rates short of that are told from the ``others``.
    """
    c, found = game.calibration, []
    if isinstance(game.options.deficits, str) and game.options.deficits == "removed":
        return found
    usual = optimal_tariffs(
        c.flows, game.base.tariff_cf, c.trade_elasticity, game.placement.members
    )
    for number, player in enumerate(game.players):
        own, places = game.placement.own(number), list(game.placement.members[number])
        deficit = float(c.flows[:, places].sum() - c.flows[:, :, places].sum())
        if not len(own) or deficit <= 0 or share_at_cap(game, number, end.rates) < 0.5:
            continue
        below = [one for one in others if share_at_cap(game, number, one.rates) < 0.5]
        if not below and game.high[own].max() < FAR * usual[number]:
            continue  # the cap may be below what it would choose anyhow
        text = (f"{player.name} stands at its highest rates because its deficit of {deficit:,.0f} "
                f"{c.card.unit} is held fixed: that acts as a transfer from abroad, worth more the "
                "less it buys there, so that a higher cap would draw it higher")  # fmt: skip
        if below:
            best = max(below, key=lambda one: one.values[number])
            mean = float(np.average(best.rates[own], weights=_trade(game, own)))
            gains = [100 * np.expm1(one.values[number]) for one in (best, end)]
            text += (f"; its best rates short of that are {100 * mean:.1f}% on average by trade, "
                     f"with a payoff of {gains[0]:.2f}% against {gains[1]:.2f}%")  # fmt: skip
        else:
            text += "; no search ended short of that"
        found.append(f"{text}; `deficits: removed` takes the transfer out")
    return found


def notes_on(game: Game, rates: Array) -> tuple[str, ...]:
    """Say what a reader must know of the rates ``(rate,)`` where a search ended."""
    p, c = game.placement, game.calibration
    notes = list(p.notes)
    for number, player in enumerate(game.players):
        own = p.own(number)
        edges = {"lowest": rates[own] <= game.low[own] + 1e-9,
                 "highest": rates[own] >= game.high[own] - 1e-9}  # fmt: skip
        for word, at in edges.items():
            if at.any():
                notes.append(f"{int(at.sum())} of {len(own)} rates of {player.name} are at their "
                             f"{word}{_bound(game, own[at], word)}")  # fmt: skip
        capped = game.outside[own] > 1e-12
        if capped.any():
            notes.append(f"{int(capped.sum())} rates of {player.name} are applied above the "
                         "ceiling of the game and start at it")  # fmt: skip
    passive = [code for code, owner in zip(c.country_codes, p.owner, strict=True) if owner < 0]
    if passive:
        notes.append(f"{PASSIVE}: {', '.join(passive)}")
    merged = [x.code for x, owner in zip(c.countries, p.owner, strict=True)
              if owner >= 0 and x.code == "ROW"]  # fmt: skip
    if merged:
        notes.append("a merged rest of the world plays: that overstates losses, as its parts do "
                     "not act as one")  # fmt: skip
    if len(game.players) > 1 and _alone_in_the_world(game):
        notes.append("with prohibitive rates autarky would always be an equilibrium as well; the "
                     "ceilings here may leave it out")  # fmt: skip
    return tuple(notes)
