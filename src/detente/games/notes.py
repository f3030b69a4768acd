"""What a reader of a war or an optimum must know besides its rates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.games.evaluation import Game
from detente.games.players import Ints

Array = NDArray[np.float64]
PASSIVE = "passive, with the rates in force"


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
