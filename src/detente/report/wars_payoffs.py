"""What players aim at, in words and units, and what a war moves of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.games.certificate import NASH_CONV
from detente.report import facts, words

if TYPE_CHECKING:
    from detente.games.nash import NashResult
    from detente.wars.run import WarResult
    from detente.wars.setting import Setting

ENOUGH = 100 * NASH_CONV
"""Largest change of a payoff below which the tolerance of the certificate tells nothing apart."""
_AIMS = {
    "real-income": "here its real income, which is income over consumer prices",
    "political": "here its real income with sectors weighed by politics",
    "revenue": "here the real revenue of its tariffs and export taxes, shown as what the war adds "
               "to the revenue at the rates in force, in points of per cent of baseline income",
}  # fmt: skip


def head(setting: Setting) -> str:
    """Head of the column of what players aim at."""
    heads = {"real-income": "real income, %", "political": "weighted income, %",
             "revenue": "change of revenue, points of income"}  # fmt: skip
    return heads[setting.choices.objective]


def meaning(setting: Setting) -> str:
    """Say what a payoff is."""
    return f"A payoff is what a player aims at: {_AIMS[setting.choices.objective]}."


def shown(one: NashResult, player: str, payoff_pct: float) -> float:
    """Return the payoff as it is shown: of revenue, which is a level, its change by the war."""
    names = [p.name for p in one.game.players]
    number = names.index(player)
    if one.game.players[number].objective != "revenue":
        return payoff_pct
    return payoff_pct - 100 * float(one.before[number])


def worth(result: WarResult) -> dict[str, str]:
    """Return each player's change of real income in the baseline's money, as it is shown.

    Nothing where an economy that was found has no equilibrium.
    """
    c, unit_ = result.setting.calibration, facts.money(result.setting.calibration)
    announced = None if result.announced is None else result.announced[1]
    ends = [one for title, one in result.solutions.items() if title != announced]
    found = {}
    if len(ends) != len(result.found):
        return {}
    for one, end in zip(result.found, ends, strict=True):
        change: Any = end.countries["real_income_musd"]
        for player, places in zip(one.game.players, one.game.placement.members, strict=True):
            own = sum(float(change[c.country_codes[place]]) for place in places)
            found[player.name] = words.signed(own / unit_.divisor)
    return found


def unit(one: NashResult) -> str:
    """Name the unit of NashConv, that of payoffs inside the search."""
    objective = one.game.players[0].objective
    if objective in ("real-income", "political"):
        return "in logs"
    return "as a share of income" if objective == "revenue" else "in units of the objective"


def stakes(one: NashResult) -> float:
    """Return the largest change of a payoff by the rates found, in the unit of NashConv."""
    return float(np.abs(one.values - one.before).max())


def at_stake(one: NashResult) -> str:
    """Say how much the war changes payoffs, beside which the certificate is to be read."""
    much = stakes(one)
    if not np.isfinite(much):
        return ""
    what = "the largest change of a payoff against the rates in force"
    if much < ENOUGH:
        return (f"Next to nothing is at stake: {what} is {much:.1e} {unit(one)}, and certificates "
                f"tell payoffs apart by {NASH_CONV:.0e}: rates are not told apart.")  # fmt: skip
    return f"At stake: {what} is {much:.1e} {unit(one)}."
