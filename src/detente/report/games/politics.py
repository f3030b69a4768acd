"""Political weights that were read off tariffs: the fit, who weighs most, what is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Column, Section, Sentence, Table, Unit
from detente.document.language import listed, noun, possessive
from detente.document.numbers import SHARE
from detente.report import facts
from detente.report.games.facts import TOP, Result, player_names
from detente.report.games.tables import PAGE, POINTS, RATE
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
    said = [sentence for found in setting.politics for sentence in _said(setting, found)]
    shown = (_by_player(setting, title), *map(Sentence, said), _by_sector(setting))
    return Section("weights", title, shown)


def frame(result: Result) -> pd.DataFrame | None:
    """Return weights by player and sector; nothing where none were read off tariffs."""
    import pandas as pd

    frames = []
    for found in result.setting.politics:
        one = found.table.reset_index()
        one.insert(0, "player", found.player.name)
        frames.append(one)
    return pd.concat(frames, ignore_index=True) if frames else None


def _by_player(setting: Setting, title: str) -> Table:
    columns = (
        Column("player", "player", "whose weights"),
        Column("given", "tariffs", "mean by trade of the tariffs that weights are read off", RATE),
        Column("optimum", "optimum then", "mean by trade of the best rates at the weights", RATE),
        Column("off", "off", "root mean square by trade between the two", POINTS),
        Column("off_without", "without politics", "the same with all weights one", POINTS),
        Column("told", "told", "weights that the tariffs tell, of all"),
    )
    rows = tuple(
        {
            "player": found.player.name,
            "given": _mean(found, found.given),
            "optimum": np.nan if found.check is None else _mean(found, found.check.chosen.rates),
            "off": found.off,
            "off_without": found.off_without,
            "told": f"{int(found.identified.sum())} of {len(found.sectors)}",
        }
        for found in setting.politics
    )
    return Table("weights-by-player", title, columns, rows)


def _by_sector(setting: Setting) -> Table:
    names, held = facts.sector_names(setting.calibration), setting.politics
    columns = [Column("sector", "", "sector")]
    for found in held:
        name = found.player.name
        columns += [
            Column(key_of("weight", name), "weight", f"of {name}, mean one", WEIGHT),
            Column(key_of("told", name), "told", f"of {name}: share the tariffs tell", SHARE),
        ]
    rows = tuple(
        {
            "sector": names[code],
            **{key_of("weight", f.player.name): float(f.weights[k]) for f in held},
            **{key_of("told", f.player.name): float(f.told[k]) for f in held},
        }
        for k, code in enumerate(held[0].sectors)
    )
    title = "Political weights by sector (mean one), and how much the tariffs tell"
    groups = (("", 1), *((found.player.name, 2) for found in held))
    return Table("weights-by-sector", title, tuple(columns), rows, groups=groups, on=PAGE)


def _said(setting: Setting, found: Politics) -> list[str]:
    names, who = facts.sector_names(setting.calibration), player_names(setting)[found.player.name]
    said = [_checked(found, who)]
    if not found.settled:
        said.append(f"The fit for {noun(who)} did not come to rest: no answer.")
    known = np.flatnonzero(found.identified)
    order = known[np.argsort(found.weights[known])]
    if len(order):
        ends = [
            listed([f"{names[found.sectors[s]]} {found.weights[s]:.2f}" for s in places])
            for places in (order[::-1][:TOP], order[:TOP])
        ]
        said.append(f"Among what the tariffs tell, most weight is on {ends[0]}, least on "
                    f"{ends[1]}.")  # fmt: skip
    unknown = len(found.sectors) - len(known)
    if unknown:
        said.append(f"{unknown} of {len(found.sectors)} weights are not identified: the penalty "
                    "holds them near one.")  # fmt: skip
    return [f"{line[:1].upper()}{line[1:]}" for line in said]


def _checked(found: Politics, who: str) -> str:
    if found.check is None or found.plain is None:
        return f"the optima of {noun(who)} were not searched for."
    if not found.check.status.found:
        return f"{possessive(who)} optimum at the weights: {found.check.status}."
    said = f"{possessive(who)} optimal rates are {100 * found.off:.1f} points from these"
    if found.plain.status.found:
        said += f" with the weights and {100 * found.off_without:.1f} without politics"
    said += " (root mean square by trade, searched for from scratch)"
    if found.off - found.nearest > 5e-4:
        said += (f"; a lesser optimum is only {100 * found.nearest:.1f} points away: the weights "
                 "make these rates good among what is near, not the best")  # fmt: skip
    return f"{said}."


def _source(setting: Setting) -> str:
    source = setting.politics_of
    if source == "applied":
        return "in force"
    titles = {v.id: v.title for v in setting.case.variants}
    name = list(titles)[-1] if source == "announced" else str(source).removeprefix("variant:")
    return f"of “{titles[name]}”"


def _mean(found: Politics, rates: Any) -> float:
    return float(np.average(rates, weights=found.trade)) if len(rates) else np.nan
