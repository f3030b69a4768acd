"""What reports read off games: names, payoffs in the unit they are shown in, what is at stake."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.games.certificate import NASH_CONV
from detente.report import facts
from detente.wars.run import TalksResult, WarResult

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.nash import NashResult
    from detente.scenario.schema import Scenario
    from detente.simulate import ScenarioResult
    from detente.wars.setting import Setting

Result = WarResult | TalksResult
TOP = 3
"""Sectors that are named in a sentence."""
ENOUGH = 100 * NASH_CONV
"""Largest change of a payoff below which the tolerance of the certificate tells nothing apart."""
VISIBLE = 0.0005
"""Rates that differ by less are the same to a reader."""


def as_scenario(result: Result) -> ScenarioResult:
    """Return the economies of a game as variants of its scenario, for charts and tables."""
    from detente.scenario.load import scenario_hash
    from detente.scenario.schema import Variant
    from detente.simulate import ScenarioResult

    case, last = result.setting.case, result.setting.case.variants[-1:]
    held, variants = {}, []
    for number, (title, solution) in enumerate(result.solutions.items(), start=1):
        if last and title == last[0].title:
            held[last[0].id] = solution
            variants.append(last[0])
            kept = {v.id: v for v in case.variants}
            variants += [kept[name] for name in _included(case, last[0].id)]
        else:
            name = f"game-{number}"
            held[name] = solution
            variants.append(Variant(id=name, title=title))
    focus = _focus(result.setting)
    shown = case.model_copy(update={"variants": tuple(variants), "focus": focus})
    held = {k: replace(one, removal=result.setting.removal) for k, one in held.items()}
    return ScenarioResult(shown, result.setting.calibration, held, scenario_hash(case))


def _included(case: Scenario, name: str) -> list[str]:
    by_id, found, waiting = {v.id: v for v in case.variants}, [], [name]
    while waiting:
        for other in by_id[waiting.pop()].includes:
            if other not in found:
                found.append(other)
                waiting.append(other)
    return found


def _focus(setting: Setting) -> Any:
    codes = setting.calibration.country_codes
    members = setting.game.placement.members
    if len(members) == 2 and all(len(places) == 1 for places in members):
        return tuple(codes[places[0]] for places in members)
    return setting.case.focus


def player_names(setting: Setting) -> dict[str, str]:
    """Names to show by name of player."""
    names = facts.country_names(setting.calibration)
    return {p.name: names.get(p.name, p.name) for p in setting.players}


def everybody(setting: Setting) -> dict[str, str]:
    """Names to show by code of economy or name of player."""
    return facts.country_names(setting.calibration) | player_names(setting)


def codes(setting: Setting) -> list[str]:
    """Return the codes of all economies that play."""
    known = setting.calibration.country_codes
    return [known[place] for places in setting.game.placement.members for place in places]


def partners(setting: Setting) -> list[str]:
    """Codes of those whose goods a single player may tax."""
    codes, p = setting.calibration.country_codes, setting.game.placement
    places = sorted({int(k) for k in np.where(p.taxed, p.importer, p.exporter)})
    return [codes[k] for k in places]


def search_of(result: WarResult) -> dict[str, NashResult]:
    """Return by player the search that found its rates."""
    return {player.name: one for one in result.found for player in one.game.players}


def top_sectors(result: WarResult, player: str, count: int = TOP) -> Any:
    """Rows of a player's highest rates on trade that is not tiny."""
    own: Any = result.rates()
    own = own[own["player"] == player]
    enough = own["trade_musd"] >= 0.005 * own["trade_musd"].sum()
    return own[enough].sort_values("rate", ascending=False).head(count)


def rates_vary(result: WarResult, player: str) -> bool:
    """Whether a player's rates differ by what a reader sees."""
    rates: Any = result.rates()
    own = rates.loc[rates["player"] == player, "rate"]
    return bool(own.max() - own.min() >= VISIBLE)


def mean_rates(rates: Any, column: str) -> dict[str, float]:
    """Return means by trade of a column of rates, by player."""
    return {
        str(player): float(np.average(own[column], weights=own["trade_musd"]))
        for player, own in rates.groupby("player", sort=False)
    }


def payoff(one: NashResult, player: str, payoff_pct: float) -> float:
    """Return the payoff as it is shown: of revenue, which is a level, its change by the war."""
    names = [p.name for p in one.game.players]
    number = names.index(player)
    if one.game.players[number].objective != "revenue":
        return payoff_pct
    return payoff_pct - 100 * float(one.before[number])


def worth(result: WarResult) -> dict[str, float]:
    """Return each player's change of real income in the baseline's money.

    Nothing where an economy that was found has no equilibrium.
    """
    c = result.setting.calibration
    announced = None if result.announced is None else result.announced[1]
    ends = [one for title, one in result.solutions.items() if title != announced]
    found = {}
    if len(ends) != len(result.found):
        return {}
    for one, end in zip(result.found, ends, strict=True):
        change: Any = end.countries["real_income_musd"]
        for player, places in zip(one.game.players, one.game.placement.members, strict=True):
            found[player.name] = sum(float(change[c.country_codes[place]]) for place in places)
    return found


def stakes(one: NashResult) -> float:
    """Return the largest change of a payoff by the rates found, in the unit of NashConv."""
    return float(np.abs(one.values - one.before).max())


def real_incomes(result: WarResult) -> dict[str, float]:
    """Real income by player in the war that is shown, per cent."""
    one = result.found[0]
    c, change = one.game.calibration, one.solution().countries["real_income_pct"].to_numpy()
    return {
        player.name: float(np.average(change[list(places)], weights=c.income[list(places)]))
        for player, places in zip(one.game.players, one.game.placement.members, strict=True)
    }


def equilibria(result: WarResult) -> pd.DataFrame:
    """One row an equilibrium and player: what led there, payoff, mean and median rate.

    ``equilibrium`` counts from 1 within a search, ``shown`` says which is the one reported.
    """
    import pandas as pd

    from detente.games.tables import player_table

    frames = []
    for one in result.found:
        for number, end in enumerate(one.equilibria, start=1):
            frame = player_table(one.game, end).reset_index()
            frame.insert(0, "equilibrium", number)
            frame.insert(1, "shown", end is one.chosen)
            frame.insert(2, "starts", ", ".join(one.led_to(end)))
            frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def several(result: WarResult) -> bool:
    """Whether any search found more than one equilibrium."""
    return any(len(one.equilibria) > 1 for one in result.found)
