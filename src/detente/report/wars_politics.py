"""Political weights that were read off tariffs: the fit, who weighs most, what is not told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.report import words
from detente.report.wars_parts import Part, Row

if TYPE_CHECKING:
    from detente.games.politics import Politics
    from detente.report.wars import Result
    from detente.wars.setting import Setting

TOP = 3
"""Sectors that are named at either end."""


def part(result: Result) -> Part | None:
    """Return the part on political weights; nothing where none were read off tariffs."""
    import pandas as pd

    from detente.report.facts import sector_names

    setting = result.setting
    if not setting.politics:
        return None
    frames = []
    for found in setting.politics:
        frame = found.table.reset_index()
        frame.insert(0, "player", found.player.name)
        frames.append(frame)
    frame: Any = pd.concat(frames, ignore_index=True)
    names = sector_names(setting.calibration)
    long: list[Row] = [
        [names[code], *(f"{f.weights[k]:.2f} ({100 * f.told[k]:.0f}%)" for f in setting.politics)]
        for k, code in enumerate(setting.politics[0].sectors)
    ]
    heads = ["player", "tariffs, %", "optimum then, %", "off, points", "without politics", "told"]
    return Part(
        "weights",
        f"Political weights read off the tariffs {_source(setting)}",
        [sentence for found in setting.politics for sentence in _said(setting, found)],
        heads,
        [_row(found) for found in setting.politics],
        frame,
        ("Political weights by sector (mean one; in brackets how much the tariffs tell)",
         ["", *(found.player.name for found in setting.politics)], long),
    )  # fmt: skip


def _row(found: Politics) -> list[str | float]:
    best = np.nan if found.check is None else _mean(found, found.check.chosen.rates)
    return [
        found.player.name,
        f"{100 * _mean(found, found.given):.1f}",
        _number(100 * best),
        _number(100 * found.off),
        _number(100 * found.off_without),
        f"{int(found.identified.sum())} of {len(found.sectors)}",
    ]


def _said(setting: Setting, found: Politics) -> list[str]:
    from detente.report.facts import sector_names
    from detente.report.wars import player_names

    names, who = sector_names(setting.calibration), player_names(setting)[found.player.name]
    said = [_checked(found, who)]
    if not found.settled:
        said.append(f"The fit for {words.noun(who)} did not come to rest: no answer.")
    known = np.flatnonzero(found.identified)
    order = known[np.argsort(found.weights[known])]
    if len(order):
        ends = [
            words.listed([f"{names[found.sectors[s]]} {found.weights[s]:.2f}" for s in places])
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
        return f"the optima of {words.noun(who)} were not searched for."
    if not found.check.status.found:
        return f"{words.possessive(who)} optimum at the weights: {found.check.status}."
    said = f"{words.possessive(who)} optimal rates are {100 * found.off:.1f} points from these"
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


def _number(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "–"
