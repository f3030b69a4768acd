"""Talks that drag on: chances by date, what would change them, what each state costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.names import country_name
from detente.disputes.cases import HORIZONS, STATES
from detente.disputes.forecasts import METHODS, Floats
from detente.disputes.scores import BASE, headline, record
from detente.document.blocks import Chart, Column, Document, Note, Section, Sentence, Table
from detente.document.language import capital, listed, noun
from detente.document.numbers import SHARE, money_unit
from detente.report.columns import table
from detente.report.run import data as run_data
from detente.scenario.load import scenario_hash
from detente.talks.ladder import OUTCOMES, SENDER, TARGET

if TYPE_CHECKING:
    from datetime import date

    from detente.talks.dated import Dated

_HEADS = {
    "open": "open",
    "postponed": "postponed",
    "settled": "settled",
    "imposed": "imposed",
    "answered": "imposed with answer",
}
_SETTLED, _IN_FORCE = OUTCOMES.index("settled"), [3, 4]
_NO_RECORD = (
    "The game's chances have no record of their own: what sides want beside income (having acted, "
    "not backing down, not conceding) is set so that a plain ladder ends as often in each state as "
    "58 disputes did, and was not tested on other disputes. They show what hangs on what."
)
_ORDER = (
    "On each day the target settles, holds out or strikes first; then the sender holds, postpones, "
    "takes its next rung or steps down; then the target answers or not. Neither knows how much the "
    "other wants to have acted, or how much conceding costs it."
)


def document(found: Dated) -> Document:
    """Return chances by date."""
    shown = by_date(found)
    drawn = Chart(
        shown, "steps", "date", OUTCOMES, title="Where the dispute stands, by date",
        note="By the game; each day after the moves of that day",
    )  # fmt: skip
    answer = (*_told(found), of_record(found), drawn)
    scenario = found.scenario
    sections = (
        Section("by-date", "In short", answer),
        Section("changes", "What would change it", (changes(found),)),
        Section("rungs", "What is in force, and what it costs", (rungs(found), costs(found)),
                more=True),
        Section("how", "How", (Note(_ORDER),), more=True),
    )  # fmt: skip
    return Document(
        "talks",
        f"{scenario.title}: deal, delay or tariffs",
        sections,
        eyebrow=f"Détente · {scenario.date} · {found.calibration.card.title} · {scenario.horizon}",
        rests_on=(f"Baseline {found.calibration.name}; incomes from the solved model.",),
        notes=(_NO_RECORD,),
        about={
            "scenario": {
                "title": scenario.title,
                "date": str(scenario.date),
                "horizon": scenario.horizon,
                "sha256": scenario_hash(scenario),
            },
            "baseline": run_data.baseline(found.calibration),
        },
    )


def _told(found: Dated) -> list[Sentence]:
    past, best = record(), headline()
    place = {name: at for at, name in enumerate(STATES.values())}
    force = found.record[:, [place["imposed"], place["imposed with answer"]]].sum(axis=1)
    settled = found.record[:, place["settled"]]
    scores = [float(np.nanmean(past.brier[name])) for name in (best, BASE)]
    start = found.scenario.date
    first = found.rungs[SENDER][0]
    at = found.days.index(first.first)
    chance = found.found.by_day[at]
    said = [
        f"By the record of disputes, measures are in force 90 days after {_day(start)} with a "
        f"chance of {_percent(force[1])}, and the dispute is settled with one of "
        f"{_percent(settled[1])}; after a year, {_percent(force[2])} and {_percent(settled[2])}.",
        f"That is the {METHODS[best]}, whose Brier score on disputes that it had not seen is "
        f"{scores[0]:.2f} (base rates {scores[1]:.2f}; 0 is perfect).",
    ]
    told = (
        f"The game gives {first.title} a chance of {_percent(chance[_IN_FORCE].sum())} to be in "
        f"force on {_day(first.first)}, and a settlement by then one of "
        f"{_percent(chance[_SETTLED])}; it has no record of its own."
    )
    return [*(Sentence(one, ("record",)) for one in said), Sentence(told, ("by-date",))]


def of_record(found: Dated) -> Table:
    """Return what the method with the best record says."""
    columns = [
        Column("state", "", "where the dispute stands"),
        *(Column(f"day_{days}", f"after {days} days", f"chance {days} days on", SHARE)
          for days in HORIZONS),
    ]  # fmt: skip
    rows = [
        {"state": name}
        | {f"day_{days}": float(found.record[place, at]) for place, days in enumerate(HORIZONS)}
        for at, name in enumerate(STATES.values())
    ]
    note = "Disputes of these two sides within a year are left out of the record."
    title = f"By the record of disputes, from {_day(found.scenario.date)}"
    return table("record", title, columns, rows, note=note)


def by_date(found: Dated) -> Table:
    """Return the game's chances of each state by date."""
    columns = [
        Column("date", "", "day, after the moves of that day"),
        *(Column(name, head, f"chance that it is {head}", SHARE)
          for name, head in _HEADS.items()),
        Column("what", "what is due", "what the file says of the day", hidden=True),
    ]  # fmt: skip
    rows = [
        {"date": day, "what": _due(found, day)}
        | {name: float(one) for name, one in zip(OUTCOMES, chance, strict=True)}
        for day, chance in zip(found.days, found.found.by_day, strict=True)
    ]
    return table("by-date", "By the game, by date", columns, rows)


def _due(found: Dated, day: date) -> str:
    talks = found.scenario.talks
    assert talks is not None
    said = [one.title for one in talks.calendar if one.date == day]
    said += [f"first day of {one.title}" for own in found.rungs for one in own if one.first == day]
    return "; ".join(said) or "–"


def changes(found: Dated) -> Table:
    """Return the chances on the first rung's day, and with one thing otherwise."""
    first = found.rungs[SENDER][0].first
    at = found.days.index(first)
    columns = [
        Column("what", "", "what is otherwise"),
        Column("settled", f"settled by {_day(first)}", "chance of a settlement", SHARE),
        Column("force", "in force then", "chance that a measure is in force", SHARE),
        Column("later", "settled at the end", "chance of a settlement on the last day", SHARE),
        Column("force_later", "in force at the end", "chance of one in force then", SHARE),
    ]
    rows = [
        {"what": what, "settled": float(one[at, _SETTLED]), "force": float(_force(one)[at]),
         "later": float(one[-1, _SETTLED]), "force_later": float(_force(one)[-1])}
        for what, one in _all(found).items()
    ]  # fmt: skip
    return table("changes", "By the game, with one thing otherwise", columns, rows)


def _all(found: Dated) -> Mapping[str, Floats]:
    others = {what: one.by_day for what, one in found.others.items()}
    return {"as the file has it": found.found.by_day, **others}


def _force(by_day: Floats) -> Floats:
    return by_day[:, _IN_FORCE].sum(axis=1)


def rungs(found: Dated) -> Table:
    """Return how high the sender stands by date."""
    own = found.rungs[SENDER]
    columns = [
        Column("date", "", "day, after the moves of that day"),
        *(Column(f"rung_{at}", rung.title, f"chance that these are in force: {rung.title}", SHARE)
          for at, rung in enumerate(own, 1)),
    ]  # fmt: skip
    above = found.found.rung[:, ::-1].cumsum(axis=1)[:, ::-1]
    rows = [
        {"date": day} | {f"rung_{at}": float(one[at]) for at in range(1, len(own) + 1)}
        for day, one in zip(found.days, above, strict=True)
    ]
    return table("rungs", "Which measures are in force", columns, rows)


def costs(found: Dated) -> Table:
    """Return what each pair of rungs changes for both, a year."""
    money = money_unit(found.calibration.card.unit, sign=True)
    names = [_name(found, side) for side in (SENDER, TARGET)]
    columns = [
        Column("sender", "what one has in force", "measures of who asks"),
        Column("target", "what the other has", "measures of who is asked"),
        *(Column(f"income_{at}", name, f"real income of {name} a year, against what holds now",
                 money) for at, name in enumerate(names)),
    ]  # fmt: skip
    shape = found.income.shape
    rows = [
        {"sender": _held(found, SENDER, a), "target": _held(found, TARGET, b)}
        | {f"income_{at}": float(found.income[a, b, at]) for at in (SENDER, TARGET)}
        for a in range(shape[0]) for b in range(shape[1])
    ]  # fmt: skip
    return table("costs", "What each state changes a year", columns, rows)


def _held(found: Dated, side: int, count: int) -> str:
    return listed([one.title for one in found.rungs[side][:count]]) if count else "nothing"


def _name(found: Dated, side: int) -> str:
    names = {
        party.id: party.name or country_name(party.country) for party in found.scenario.parties
    }
    return capital(noun(names[found.sides[side]]))


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f}%" if 0.01 <= chance <= 0.99 else "<1%" if chance < 0.5 else ">99%"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
