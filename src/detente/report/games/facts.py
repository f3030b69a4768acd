"""What reports read off games: names, what an outcome brings to whom, what is at stake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.numbers import NEGLIGIBLE_PCT
from detente.games.certificate import NASH_CONV
from detente.report import facts
from detente.units import name_in
from detente.wars.results import TalksResult, WarResult

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.nash import NashResult
    from detente.simulate import ScenarioResult
    from detente.wars.setting import Setting

Result = WarResult | TalksResult
TOP = 3
"""Sectors that are named in a sentence."""
ENOUGH = 100 * NASH_CONV
"""Largest change of a payoff below which the tolerance of the certificate tells nothing apart."""
VISIBLE = 0.0005
"""Rates that differ by less are the same to a reader."""


@dataclass(frozen=True)
class Outcome:
    """What one economy brings to whom, against the baseline.

    Attributes
    ----------
    title
        What was found, or the variant that was announced.
    announced
        Whether it is that variant.
    change, worth
        Real income by player: per cent, and in the baseline's money a year.
    others
        Real income of who does not play by code, per cent.
    """

    title: str
    announced: bool
    change: dict[str, float]
    worth: dict[str, float]
    others: dict[str, float]

    @property
    def counts(self) -> tuple[int, int]:
        """How many of the others gain and lose."""
        changes = self.others.values()
        return (
            sum(value >= NEGLIGIBLE_PCT for value in changes),
            sum(value <= -NEGLIGIBLE_PCT for value in changes),
        )


def outcomes(result: Result) -> list[Outcome]:
    """Return what every economy brings: those that were found, then what was announced."""
    setting, last = result.setting, None
    column = name_in("real_income_musd", setting.calibration.card.unit)
    if isinstance(result, WarResult) and result.announced is not None:
        last = result.announced[1]
    found = []
    for title in sorted(result.solutions, key=lambda title: title == last):
        rows: Any = result.solutions[title].countries
        worth = {name: float(rows.loc[own, column].sum())
                 for name, own in members(setting).items()}  # fmt: skip
        change = {name: 100 * value / income(setting, name) for name, value in worth.items()}
        others = rows["real_income_pct"].drop(codes(setting)).to_dict()
        found.append(Outcome(title, title == last, change, worth, others))
    return found


def as_scenario(result: Result) -> ScenarioResult:
    """Return the economies of a game as variants of its scenario, for charts and tables."""
    from detente.scenario.load import scenario_hash
    from detente.scenario.schema import Variant
    from detente.simulate import ScenarioResult

    setting, case = result.setting, result.setting.case
    known = {variant.title: variant.id for variant in case.variants[-1:]}
    held, added = {}, []
    for number, (title, solution) in enumerate(result.solutions.items(), start=1):
        name = known.get(title, f"game-{number}")
        held[name] = replace(solution, removal=setting.removal)
        if title not in known:
            added.append(Variant(id=name, title=title))
    own = members(setting).values()
    focus = tuple(code for (code,) in own) if [len(one) for one in own] == [1, 1] else case.focus
    shown = case.model_copy(update={"variants": (*case.variants, *added), "focus": focus})
    return ScenarioResult(shown, setting.calibration, held, scenario_hash(case))


def members(setting: Setting) -> dict[str, list[str]]:
    """Return the codes of the economies that each player stands for."""
    known, places = setting.calibration.country_codes, setting.game.placement.members
    return {
        player.name: [known[place] for place in own]
        for player, own in zip(setting.players, places, strict=True)
    }


def codes(setting: Setting) -> list[str]:
    """Return the codes of all economies that play."""
    return [code for own in members(setting).values() for code in own]


def income(setting: Setting, player: str) -> float:
    """Return a player's income in the baseline's money."""
    c = setting.calibration
    return float(sum(c.income[c.country_codes.index(code)] for code in members(setting)[player]))


def player_names(setting: Setting) -> dict[str, str]:
    """Names to show by name of player."""
    names = facts.country_names(setting.calibration)
    return {p.name: names.get(p.name, p.name) for p in setting.players}


def everybody(setting: Setting) -> dict[str, str]:
    """Names to show by code of economy or name of player."""
    return facts.country_names(setting.calibration) | player_names(setting)


def partners(setting: Setting) -> list[str]:
    """Codes of those whose goods a single player may tax."""
    codes, p = setting.calibration.country_codes, setting.game.placement
    places = sorted({int(k) for k in np.where(p.taxed, p.importer, p.exporter)})
    return [codes[k] for k in places]


def search_of(result: WarResult) -> dict[str, NashResult]:
    """Return by player the search that found its rates."""
    return {player.name: one for one in result.found for player in one.game.players}


def top_sectors(result: WarResult, player: str) -> list[Any]:
    """Rows of a player's highest rates on trade that is not tiny."""
    own: Any = result.rates()
    own = own[own["player"] == player]
    trade = own[name_in("trade_musd", result.setting.calibration.card.unit)]
    enough = trade >= 0.005 * trade.sum()
    return list(own[enough].sort_values("rate", ascending=False).head(TOP).itertuples())


def rates_vary(result: WarResult, player: str) -> bool:
    """Whether a player's rates differ by what a reader sees."""
    rates: Any = result.rates()
    own = rates.loc[rates["player"] == player, "rate"]
    return bool(own.max() - own.min() >= VISIBLE)


def mean_by_trade(frame: Any, column: str, setting: Setting) -> float:
    """Return the mean of a column of rates by the trade that each is on."""
    trade = frame[name_in("trade_musd", setting.calibration.card.unit)]
    return float(np.average(frame[column], weights=trade)) if len(frame) else np.nan


def payoff(one: NashResult, player: str, payoff_pct: float) -> float:
    """Return the payoff as it is shown: of revenue, which is a level, its change by the war."""
    names = [p.name for p in one.game.players]
    number = names.index(player)
    if one.game.players[number].objective != "revenue":
        return payoff_pct
    return payoff_pct - 100 * float(one.before[number])


def stakes(one: NashResult) -> float:
    """Return the largest change of a payoff by the rates found, in the unit of NashConv."""
    return float(np.abs(one.values - one.before).max())


def stacked(frames: Mapping[Any, Any], *names: str) -> pd.DataFrame | None:
    """Return tables one below the other, their keys in columns of these names; none of none."""
    import pandas as pd

    if not frames:
        return None
    found = pd.concat(frames, names=list(names)).reset_index()
    return found.drop(columns=f"level_{len(names)}", errors="ignore")  # an index without a name


def equilibria(result: WarResult) -> pd.DataFrame | None:
    """One row an equilibrium and player: what led there, payoff, mean and median rate.

    ``equilibrium`` counts from 1 within a search, ``shown`` says which is the one reported.
    """
    from detente.games.tables import player_table

    held = {
        (number, end is one.chosen, ", ".join(one.led_to(end))): player_table(
            one.game, end.rates, end.values, end.certificate
        )
        for one in result.found
        for number, end in enumerate(one.equilibria, start=1)
    }
    return stacked(held, "equilibrium", "shown", "starts")


def several(result: WarResult) -> bool:
    """Whether any search found more than one equilibrium."""
    return any(len(one.equilibria) > 1 for one in result.found)
