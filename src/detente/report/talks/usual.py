"""From the usual dispute of the record to this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.disputes.cases import PROTECTION
from detente.document.blocks import Column, Table, Unit
from detente.document.language import listed, noun
from detente.report.columns import table
from detente.report.talks import game
from detente.report.talks.phrases import percent, points, spoken
from detente.talks.record import Forecast

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts


MOST = 2
CHANCE = Unit("%", divisor=0.01, decimals=1, data="fraction")
CHANGE = Unit("points", divisor=0.01, decimals=1, sign=True, data="fraction")


def driven(found: TalksFacts, chances: Forecast) -> str:
    """Say the chance of a measure in force in the usual dispute, and what makes this one other."""
    words, steps, what = _words(found, chances), chances.steps, game.threat(found)
    usual, own = percent(steps["usual"]), percent(chances.in_force(chances.shown)[0])
    pushes = {name: change for name, change in _pushes(chances).items() if abs(change) >= 0.005}
    start = f"The usual dispute gives {what} {usual} then"
    if not pushes:
        return f"{start}, and nothing that is known of this one makes it other."
    most = sorted(pushes, key=lambda name: -abs(pushes[name]))[:MOST]
    told = listed([f"{words[name]} ({points(pushes[name])})" for name in most])
    return f"{start}, this one {own}; the largest {'push' if len(most) == 1 else 'pushes'}: {told}."


def _pushes(chances: Forecast) -> dict[str, float]:
    """Return what each figure adds to the chance of a measure in force, one after the other."""
    names, levels = list(chances.steps), list(chances.steps.values())
    pairs = zip(names[1:], levels[:-1], levels[1:], strict=True)
    return {name: after - before for name, before, after in pairs}


def _words(found: TalksFacts, chances: Forecast) -> dict[str, str]:
    """Return what is known of the dispute, figure by figure of the logit."""
    case = chances.case
    whom = noun(found.names.name(case.target))
    come = "has come" if chances.first <= chances.shown else "has not come"
    return {
        "due": f"its day {come}",
        "protection": "a duty case or safeguard" if case.route in PROTECTION
        else "no duty case or safeguard",
        "cut_off": "a ban" if case.instrument != "tariff" else "no ban",
        "exposure": f"how exposed {whom} is",
    }  # fmt: skip


def drivers(found: TalksFacts, chances: Forecast) -> Table:
    """Return the way from the usual dispute to this one, a figure of the logit at a time."""
    words, pushes = _words(found, chances), _pushes(chances)
    columns = [
        Column("what", "", "what is known of it"),
        Column("change", "changes it by", "what this adds to the chance, after the rows above",
               CHANGE),
        Column("chance", "chance in force", "chance of a measure in force on that day, from what "
               "is known down to this row", CHANCE),
    ]  # fmt: skip
    rows = [{"what": "the usual dispute", "chance": chances.steps["usual"]}]
    rows += [{"what": words[name], "change": change, "chance": chances.steps[name]}
             for name, change in pushes.items()]  # fmt: skip
    title = f"From the usual dispute to this one, on {spoken(chances.shown)}"
    note = "In this order; in another one the same pushes would differ, not the ends."
    return table("drivers", title, columns, rows, note=note)
