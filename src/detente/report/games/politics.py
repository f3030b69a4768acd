"""Political weights that were read off tariffs: the fit, who weighs most, what is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.document.blocks import Column, Section, Sentence, Table, Unit
from detente.document.language import capital, listed, noun, possessive
from detente.document.numbers import SHARE
from detente.report import facts
from detente.report.games.facts import TOP, Result, player_names, stacked
from detente.report.games.tables import PAGE, POINTS, RATE, made
from detente.report.run.tables import key_of

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.politics import Politics
    from detente.wars.setting import Setting

WEIGHT = Unit(decimals=2, data="weight, mean one")


def section(result: Result) -> Section | None:
    """Return what is said of political weights; nothing where none were read off tariffs."""
    setting = result.setting
    if not setting.politics:
        return None
    title = f"Political weights read off the tariffs {_source(setting)}"
    told = [sentence for found in setting.politics for sentence in _told(setting, found)]
    shown = (_by_player(setting, title), *map(Sentence, told), _by_sector(setting))
    return Section("weights", title, shown)


def frame(result: Result) -> pd.DataFrame | None:
    """Return weights by player and sector; nothing where none were read off tariffs."""
    held = {found.player.name: found.table for found in result.setting.politics}
    return stacked(held, "player")


def _by_player(setting: Setting, title: str) -> Table:
    return made(
        "weights-by-player", title, setting.politics,
        (Column("player", "player", "whose weights"), lambda found: found.player.name),
        (Column("given", "tariffs", "mean by trade of the tariffs that weights are read off", RATE),
         lambda found: _mean(found, found.given)),
        (Column("optimum", "optimum then", "mean by trade of the best rates at the weights", RATE),
         lambda found: np.nan if found.check is None else _mean(found, found.check.chosen.rates)),
        Column("off", "off", "root mean square by trade between the two", POINTS),
        Column("off_without", "without politics", "the same with all weights one", POINTS),
        (Column("told", "told", "weights that the tariffs tell, of all"),
         lambda found: f"{int(found.identified.sum())} of {len(found.sectors)}"),
    )  # fmt: skip


def _by_sector(setting: Setting) -> Table:
    names, held = facts.sector_names(setting.calibration), setting.politics
    parts = [
        part
        for found in held
        for part in (
            (Column(key_of("weight", found.player.name), "weight",
                    f"of {found.player.name}, mean one", WEIGHT),
             lambda place, found=found: float(found.weights[place])),
            (Column(key_of("told", found.player.name), "told",
                    f"of {found.player.name}: share the tariffs tell", SHARE),
             lambda place, found=found: float(found.told[place])),
        )
    ]  # fmt: skip
    sectors = held[0].sectors
    return made(
        "weights-by-sector",
        "Political weights by sector (mean one), and how much the tariffs tell",
        range(len(sectors)), (Column("sector", "", "sector"), lambda k: names[sectors[k]]), *parts,
        groups=(("", 1), *((found.player.name, 2) for found in held)), on=PAGE,
    )  # fmt: skip


def _told(setting: Setting, found: Politics) -> list[str]:
    names, who = facts.sector_names(setting.calibration), player_names(setting)[found.player.name]
    told = [capital(_checked(found, who))]
    if not found.settled:
        told.append(f"The fit for {noun(who)} did not come to rest: no answer.")
    known = np.flatnonzero(found.identified)
    order = known[np.argsort(found.weights[known])]
    if len(order):
        most, least = (
            listed([f"{names[found.sectors[s]]} {found.weights[s]:.2f}" for s in places])
            for places in (order[::-1][:TOP], order[:TOP])
        )
        told.append(f"Among what the tariffs tell, most weight is on {most}, least on {least}.")
    if unknown := len(found.sectors) - len(known):
        told.append(f"{unknown} of {len(found.sectors)} weights are not identified: the penalty "
                    "holds them near one.")  # fmt: skip
    return told


def _checked(found: Politics, who: str) -> str:
    if found.check is None or found.plain is None:
        return f"the optima of {noun(who)} were not searched for."
    if not found.check.status.found:
        return f"{possessive(who)} optimum at the weights: {found.check.status}."
    told = f"{possessive(who)} optimal rates are {100 * found.off:.1f} points from these"
    if found.plain.status.found:
        told += f" with the weights and {100 * found.off_without:.1f} without politics"
    told += " (root mean square by trade, searched for from scratch)"
    if found.off - found.nearest > 5e-4:
        told += (f"; a lesser optimum is only {100 * found.nearest:.1f} points away: the weights "
                 "make these rates good among what is near, not the best")  # fmt: skip
    return f"{told}."


def _source(setting: Setting) -> str:
    source = setting.politics_of
    if source == "applied":
        return "in force"
    titles = {v.id: v.title for v in setting.case.variants}
    name = list(titles)[-1] if source == "announced" else str(source).removeprefix("variant:")
    return f"of “{titles[name]}”"


def _mean(found: Politics, rates: np.ndarray) -> float:
    return float(np.average(rates, weights=found.trade)) if len(rates) else np.nan
