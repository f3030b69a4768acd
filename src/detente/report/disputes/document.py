"""What the record of disputes shows: the list, one dispute, the fit, the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from detente.baseline.names import country_name
from detente.disputes.cases import (
    CUT_OFF,
    HORIZONS,
    PROTECTION,
    STATES,
    Case,
    card,
    everything,
    known_to,
    unknown_words,
)
from detente.disputes.forecasts import METHODS, Floats, Logit, chances, left_out
from detente.disputes.scores import BASE, Gain, Scores, overall, record
from detente.document.blocks import Chart, Document, Fold, Note, Section, Sentence, Table
from detente.document.language import capital, counted, noun
from detente.report.disputes import tables

FEW = 5
"""Episodes, of fewer of which no interval is told."""
_CHOSEN = (
    "Disputes chosen as well known leave out quiet threats, so that deals and measures in force "
    "are more frequent than among all threats. Those drawn from the ledger are its threats, quiet "
    "ones too; it is a list of measures, so that more of them came true."
)
_ALIKE = (
    "Each dispute is forecast from the others without its whole episode, later ones too: it is a "
    "test on other disputes, not on the future."
)
_TRIED = (
    "The figures of the logit were chosen with an eye on these disputes, so that its score on "
    "others may be worse."
)
_APART = (
    "A dispute that is not shipped is forecast from the shipped ones, later ones too, without its "
    "own episode and without every episode that has a dispute of its id, of the same two sides "
    "within a year, or of the same sender within a week or for the same named day: they may be the "
    "same dispute or decision. What is left out for one is left out for all of its episode. Of "
    "several episodes the game's estimates move by the sum of what each moves them by."
)
_ELSEWHERE = (
    "Methods and the figures of the logit were chosen with an eye on the shipped record, not on "
    "this file."
)
_NOTHING = (
    "Nothing can be scored yet: no dispute of the file has reached a day of which it is known "
    "where it stood (30, 90 and 365 days after day zero). Its chances are below; a column "
    "`known_to`, or `--known-to`, gives a later last day."
)
_IN_FORCE = ("I", "R")
_COUNTS = {"route": PROTECTION, "instrument": CUT_OFF}


def of_list(cases: Scores, file: Path | None = None) -> Document:
    """Return the list of disputes."""
    count = len(cases.cases)
    first, last = (end(case.start for case in cases.cases) for end in (min, max))
    at = HORIZONS.index(90)
    known = cases.outcome[:, at] >= 0
    words = {name: int((cases.outcome[known, at] == place).sum())
             for place, name in enumerate(STATES.values())}  # fmt: skip
    said = [f"{_disputes(count)}, from {first} to {last}."]
    if known.any():
        told = ", ".join(f"{number} {name}" for name, number in words.items())
        said.append(f"After 90 days, of {int(known.sum())}: {told}.")
    said += [*_warned(cases.cases), *_unsaid(cases)]
    blocks = (*(Sentence(one, ("disputes",)) for one in said), tables.listed(cases))
    return _document("Disputes", (Section("list", "In short", blocks),), {"what": "list"}, file)


def of_case(case: Case, file: Path | None = None, beside: Sequence[Case] = ()) -> Document:
    """Return one dispute: its chances from day zero, what happened, how good such chances were.

    ``beside`` are those of a file's that may share its episode.
    """
    family = (case, *(one for one in beside if one.episode == case.episode and one != case))
    past, found = record(), chances(family, everything())
    gone = left_out(family, everything())[:1]
    best = past.best
    shown = tables.chances_of(found[best][0], f"Chances of {case.id} from day zero")
    drawn = Chart(
        shown, "grouped", "state", tuple(f"day_{days}" for days in HORIZONS),
        title=f"{case.title}: chances from day zero",
        note=f"By the {METHODS[best]}, from other episodes alone",
    )  # fmt: skip
    answer = Section("answer", "In short", (*_told(case, found[best][0], past), drawn))
    how = () if file is None else (Note(_APART), *_gone([case], gone))
    more = (tables.events(case), tables.about(case), Note(_early()),
            Fold("Every method", (tables.by_method(found, 0), *how)))  # fmt: skip
    sections = (
        answer,
        Section("known", "What is known", more),
        Section("record", "How good such chances were", _record(past), more=True),
    )
    return _document(case.title, sections, {"what": "show", "case": case.id}, file)


def _told(case: Case, chance: Floats, past: Scores) -> list[Sentence]:
    at = HORIZONS.index(90)
    codes = list(STATES)
    force = float(sum(chance[at, codes.index(code)] for code in _IN_FORCE))
    settled = float(chance[at, codes.index("S")])
    put_off = float(chance[at, codes.index("W")])
    named = f"for {_day(case.deadline)}" if case.deadline else "for no named day"
    said = [
        f"{capital(_name(case.sender))} threatened {_name(case.target)} on {_day(case.start)} with "
        f"measures {named}.",
        f"Ninety days on, a measure in force had a chance of {_percent(force)}, a settlement "
        f"{_percent(settled)}, withdrawal or delay {_percent(put_off)}.",
    ]
    state = case.state(90)
    if state and case.events:
        said.append(f"On day 90 it was {STATES[state]}.")
    best = past.best
    said.append(
        f"The chances are those of the {METHODS[best]}, whose Brier score on disputes that it had "
        f"not seen is {overall(past.brier[best]):.2f} (base rates {overall(past.brier[BASE]):.2f}; "
        "0 is perfect)."
    )
    said += _warned([case])
    return [Sentence(one, ("chances",)) for one in said]


def _early() -> str:
    """Return how often a measure was in force before the day named on day zero."""
    named = [case for case in everything() if case.deadline]
    early = sum(any(code == "I" and day < case.deadline for day, code in case.events)
                for case in named if case.deadline)  # fmt: skip
    return (
        f"A named day is as known on day zero: of {_disputes(len(named))} of the record and the "
        f"ledger with one, {early} had a measure in force before it. The game takes it for the "
        "first day of a measure, the other methods do not."
    )


def _warned(cases: Sequence[Case]) -> list[str]:
    """Return sentences on routes and instruments that the record does not have."""
    return [
        f"The {key} “{word}” ({', '.join(ids)}) is not one of the record: it counts as none of "
        f"{', '.join(_COUNTS[key])}."
        for (key, word), ids in unknown_words(cases).items()
    ]


def of_fit(model: Logit) -> Document:
    """Return base rates and the logit fitted on the record."""
    strongest = np.unravel_index(np.abs(model.slopes).argmax(), model.slopes.shape)
    figure = list(tables.FIGURES)[strongest[0]].replace("_", " ")
    state = list(STATES.values())[strongest[1]]
    way = "likelier" if model.slopes[strongest] > 0 else "less likely"
    base = tables.chances_of(model.base, "Base rates of well-known disputes")
    moves = (
        f"What moves chances most is “{figure}” (explained below): where it is high, a dispute is "
        f"{way} to be {state}."
    )
    said = (
        Sentence(
            f"Fitted on {_disputes(model.cases)}, {model.drawn_cases} of them drawn from a ledger "
            "of measures, which count half and have base rates of their own.",
            ("chances",),
        ),
        Sentence(moves, ("slopes",)),
    )
    how = Note(
        "Slopes are held near zero by a prior (standard deviation one half, for figures scaled to "
        "a standard deviation of 1), so that few disputes cannot make much of them."
    )
    blocks = (*said, base, tables.slopes(model), tables.slope_errors(model), how)
    return _document("Chances of disputes, fitted", (Section("fit", "In short", blocks),),
                     {"what": "fit"})  # fmt: skip


def of_scores(found: Scores, file: Path | None = None) -> Document:
    """Return the score of every method, on the record or on disputes of a file."""
    best = record().best
    bins = tables.calibration(found)
    drawn = Chart(
        bins, "plane", "third", ("forecast", "happened"), series="method",
        title="Imposed by day 90: said and happened",
        note="A point is a third of the disputes; where both are equal, chances were right",
    )  # fmt: skip
    said, shown = [_NOTHING], tables.forecast(found, best)
    if found.known:
        said, shown = _verdict(found, best, file), tables.scores(found, best)
    said += _warned(found.cases)
    gone: tuple[Table, ...] = ()
    if file is not None:
        said += _unsaid(found)
        gone = _gone(found.cases, found.left_out)
        said += [_counted(found)] if gone else []
    blocks = (*(Sentence(one, (shown.key,)) for one in said), shown)
    notes = (_ALIKE, _TRIED) if file is None else (_APART, _ELSEWHERE)
    right = Section("calibration", "Were chances right?", (drawn, bins))
    sections = (Section("answer", "In short", blocks),
                *((right,) if bins.rows else ()),
                Section("how", "How", (*map(Note, notes), *gone), more=True))  # fmt: skip
    title = "Chances of disputes, held against what happened"
    return _document(title, sections, {"what": "score"}, file)


def _gone(cases: Sequence[Case], left: Sequence[tuple[str, ...]]) -> tuple[Table, ...]:
    """Return which episodes did not forecast disputes of a file; nothing where all did."""
    return (tables.left_out(cases, left),) if any(left) else ()


def _counted(found: Scores) -> str:
    """Say of how many disputes episodes of the record were left out."""
    touched = sum(map(bool, found.left_out))
    names = {name for gone in found.left_out for name in gone}
    return (
        f"Of {touched} of {_disputes(len(found.cases))} the record may hold the same dispute or "
        f"decision: {counted(len(names), 'episode was', 'episodes were')} left out of what "
        "forecasts them, whole (a table under “How” names them)."
    )


def _unsaid(found: Scores) -> list[str]:
    """Say where the end of what is known is not stated, and what is taken to be."""
    last = f"{_day(known_to())}, the last day of the record: the file names none (`known_to`)."
    said = []
    if none := [case.id for case in found.cases if case.assumed and not case.events]:
        said.append(
            f"{_disputes(len(none))} without any event ({', '.join(none)}): taken as open up to "
            f"{last}"
        )
    later = sum(
        place >= 0 and bool(case.events) and case.start + timedelta(days) > case.events[-1][0]
        for case, row in zip(found.cases, found.outcome, strict=True) if case.assumed
        for days, place in zip(HORIZONS, row, strict=True)
    )  # fmt: skip
    if later:
        said.append(
            f"{counted(later, 'state is', 'states are')} later than the last event of the dispute, "
            f"and taken as unchanged up to {last}"
        )
    return said


def _verdict(found: Scores, best: str, file: Path | None) -> list[str]:
    own, base = (overall(found.brier[name]) for name in (best, BASE))
    logs = [_log(overall(found.log[name])) for name in (best, BASE)]
    which = "the record" if file is None else file.name
    count = int((found.outcome >= 0).any(axis=1).sum())
    first = (
        f"On {_disputes(count)} of {which} the {METHODS[best]} has a Brier score of "
        f"{own:.3f}, base rates {base:.3f}; the log score is {logs[0]} against {logs[1]}."
    )
    second = _gained(found.brier_gain[best], len({case.episode for case in found.cases}))
    if file is None:
        third = (
            f"Its chances are the ones told: of {len(METHODS)} methods none that is simpler is as "
            "good, and none is surely better."
        )
    else:
        third = "Its chances are the ones told: it was chosen on the record, not on this file."
    none = [METHODS[name] for name, log in found.log.items() if np.isinf(log).any()]
    said = [first, second, third]
    if none:
        said.append(
            f"The log score of the {' and the '.join(none)} is infinite, and its gain is not "
            "defined: what happened had no chance by it. The Brier score stands."
        )
    return said


def _log(score: float) -> str:
    return "infinite" if np.isinf(score) else f"{score:.3f}"


def _gained(gain: Gain, episodes: int) -> str:
    if episodes < FEW:
        return f"{capital(counted(episodes, 'episode is', 'episodes are'))} too few to be sure by."
    interval = f"between {gain.low:+.3f} and {gain.high:+.3f}".replace("-", "−")
    sure = "better than base rates" if gain.low > 0 else "not surely better than base rates"
    return f"It is {sure}: with episodes drawn anew its gain is {interval} in nine of ten draws."


def _record(past: Scores) -> tuple[Any, ...]:
    return tables.scores(past, past.best), tables.calibration(past), Note(_ALIKE), Note(_TRIED)


def _document(
    title: str, sections: tuple[Section, ...], choices: Mapping[str, Any], file: Path | None = None
) -> Document:
    return Document(
        "disputes",
        title,
        sections,
        eyebrow=f"Record of disputes, known to {_day(known_to())}",
        notes=(_CHOSEN, f"Source: {card()['source']}."),
        about={"baseline": card(), "choices": {**choices, "file": file and file.name}},
    )


def _name(code: str) -> str:
    """Return the name of a side; of the European Union whatever its members then were."""
    return noun(country_name("EU27" if code.startswith("EU") else code))


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f}%" if 0.01 <= chance <= 0.99 else "<1%" if chance < 0.5 else ">99%"


def _disputes(count: int) -> str:
    return counted(count, "dispute", "disputes")


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"
