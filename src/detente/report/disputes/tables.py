"""Tables of disputes: cases, chances, what they hang on, scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detente.disputes.cases import CHOSEN, HORIZONS, LEDGER, STATES, Case
from detente.disputes.forecasts import FIGURES, METHODS, Floats, Logit
from detente.disputes.scores import BASE, Gain, Scores, overall
from detente.document.blocks import Column, Mark, Table, Tone, Unit, Value
from detente.report.columns import table

SHARE = Unit(kind="share")
SCORE = Unit("score", decimals=3)
GAIN = Unit("score", decimals=3, sign=True)
NUMBER = Unit("", decimals=2, sign=True)
COUNT = Unit("cases", kind="count")
UNKNOWN = "not known"
EVENTS = {"I": "in force", "R": "answer in force", "P": "withdrawn, postponed, suspended or void",
          "N": "threatened anew", "S": "settled"}  # fmt: skip
_SHORT = {"W": "withdrawn", "R": "answered", "": "?"}
"""At a terminal."""
_TONES: dict[str, Tone] = {"S": "good", "I": "bad", "R": "bad", "": "quiet"}
_KNOWN = {"demand": "Demand", "threatened_measure": "Threat", "terms": "Terms", "notes": "Notes",
          "confidence": "Confidence in the row", "coded_from": "Coded from"}  # fmt: skip


def state_mark(place: int) -> Mark:
    """Return a state as a word with a tone."""
    code = "" if place < 0 else list(STATES)[place]
    return Mark(STATES.get(code, UNKNOWN), _TONES.get(code, ""), _SHORT.get(code, ""))


def listed(scores: Scores) -> Table:
    """Return the disputes, a row each, with where they stood."""
    columns = [
        Column("id", "", "name of the dispute, as `disputes show` takes it"),
        Column("start", "day zero", "the first dated, named measure"),
        Column("title", "dispute", "what it was about", hidden=True),
        Column("deadline", "named day", "day on which the measure was first to take effect, as "
               "known on day zero", hidden=True),
        *(Column(f"day_{days}", f"day {days}", f"state {days} days after day zero")
          for days in HORIZONS),
        Column("episode", "episode", "disputes of one decision share it", hidden=True),
        Column("set", "from", f"{CHOSEN} as well known, or drawn from a {LEDGER} of measures"),
    ]  # fmt: skip
    rows = [
        {"id": case.id, "start": case.start, "title": case.title, "deadline": case.deadline,
         "episode": case.episode, "set": LEDGER if case.from_ledger else CHOSEN}
        | {f"day_{days}": state_mark(int(place))
           for days, place in zip(HORIZONS, outcome, strict=True)}
        for case, outcome in zip(scores.cases, scores.outcome, strict=True)
    ]  # fmt: skip
    return table("disputes", "Disputes and where they stood", columns, rows)


def chances_of(chance: Floats, title: str) -> Table:
    """Return chances by state and day: ``chance`` is ``(horizon, state)``."""
    columns = [
        Column("state", "", "where the dispute stands"),
        *(Column(f"day_{days}", f"day {days}", f"chance {days} days after day zero", SHARE)
          for days in HORIZONS),
    ]  # fmt: skip
    rows = [
        {"state": name} | {f"day_{days}": float(chance[at, place])
                           for at, days in enumerate(HORIZONS)}
        for place, name in enumerate(STATES.values())
    ]  # fmt: skip
    return table("chances", title, columns, rows)


def forecast(scores: Scores, name: str) -> Table:
    """Return the chances of all disputes by one method, a row for each day."""
    columns = [
        Column("id", "", "name of the dispute"),
        Column("day", "day", "days after day zero"),
        *(Column(code.lower(), title, f"chance that it is {title}", SHARE)
          for code, title in STATES.items()),
    ]  # fmt: skip
    rows = [
        {"id": case.id, "day": f"day {days}"}
        | {code.lower(): float(one) for code, one in zip(STATES, chance, strict=True)}
        for case, chances in zip(scores.cases, scores.chances[name], strict=True)
        for days, chance in zip(HORIZONS, chances, strict=True)
    ]  # fmt: skip
    return table("chances", f"Chances by the {METHODS[name]}", columns, rows)


def left_out(cases: Sequence[Case], gone: Sequence[tuple[str, ...]]) -> Table:
    """Return by dispute the episodes of the record that did not forecast it."""
    columns = [
        Column("id", "", "name of the dispute"),
        Column("episodes", "left out", "episodes that may hold the same dispute or decision"),
    ]
    rows = [{"id": case.id, "episodes": ", ".join(names)}
            for case, names in zip(cases, gone, strict=True) if names]  # fmt: skip
    return table("left_out", "Episodes of the record that were left out", columns, rows)


def by_method(found: dict[str, Floats], at: int) -> Table:
    """Return the chances of one dispute by method, day and state."""
    columns = [
        Column("method", "method", "what forecasts"),
        Column("day", "day", "days after day zero"),
        *(Column(code.lower(), name, f"chance that it is {name}", SHARE)
          for code, name in STATES.items()),
    ]  # fmt: skip
    rows = [
        {"method": title, "day": f"day {days}"}
        | {code.lower(): float(found[name][at, place, state])
           for state, code in enumerate(STATES)}
        for name, title in METHODS.items() for place, days in enumerate(HORIZONS)
    ]  # fmt: skip
    return table("methods", "Chances by every method", columns, rows)


def events(case: Case) -> Table:
    """Return what happened, by day."""
    columns = [
        Column("date", "day", "day of the event"),
        Column("event", "what happened", "what happened"),
        Column("after", "after", "days after day zero", Unit("days", kind="count")),
    ]
    rows = [{"date": day, "event": EVENTS[code], "after": (day - case.start).days}
            for day, code in case.events]  # fmt: skip
    note = "" if rows else "Nothing has happened since day zero, or nothing is known."
    return table("events", "What happened", columns, rows, note=note)


def about(case: Case) -> Table:
    """Return a dispute's figures and words."""
    cover = f"{100 * case.rate:g}% on ${case.value:g}bn of trade a year"
    rows: list[dict[str, Value]] = [
        {"what": "Sender and target", "value": f"{case.sender}, {case.target}"},
        {"what": "Day zero", "value": str(case.start)},
        {"what": "Named day", "value": str(case.deadline or "none")},
        {"what": "Instrument and route", "value": f"{case.instrument}, {case.route}"},
        {"what": "Threatened", "value": cover},
        {"what": "Episode", "value": case.episode},
        *({"what": title, "value": case.words[key]} for key, title in _KNOWN.items()
          if case.words.get(key)),
    ]  # fmt: skip
    columns = [Column("what", "", "what is known"), Column("value", "known", "as coded")]
    return table("about", "The dispute", columns, rows, look="pairs")


def slopes(model: Logit) -> Table:
    """Return what the logit's chances move with."""
    columns = [
        Column("figure", "figure", "what is known on day zero"),
        *(Column(code.lower(), name, f"log chance that it is {name}, for one standard deviation "
                 "more of the figure, up to what all states share", NUMBER)
          for code, name in STATES.items()),
    ]  # fmt: skip
    told = "; ".join(f"{name.replace('_', ' ')}: {what}" for name, what in FIGURES.items())
    rows = _by_figure(model.slopes)
    return table("slopes", "What the logit's chances move with", columns, rows, note=f"{told}.")


def slope_errors(model: Logit) -> Table:
    """Return the standard errors of the logit's slopes."""
    columns = [
        Column("figure", "figure", "what is known on day zero"),
        *(Column(code.lower(), name, f"standard error of the slope of {name}", Unit("", decimals=2))
          for code, name in STATES.items()),
    ]  # fmt: skip
    return table("slope_errors", "Standard errors", columns, _by_figure(model.slope_errors))


def _by_figure(numbers: Floats) -> list[dict[str, Value]]:
    """Return rows of ``(figure, state)`` numbers."""
    rows: list[dict[str, Value]] = []
    for name, row in zip(FIGURES, numbers, strict=True):
        cells = {code.lower(): float(one) for code, one in zip(STATES, row, strict=True)}
        rows.append({"figure": name.replace("_", " "), **cells})
    return rows


def scores(found: Scores, best: str) -> Table:
    """Return scores by method: over all days, by day, and the gain over base rates."""
    columns = [
        Column("method", "", "what forecasts"),
        Column("code", "code", "name of the method", hidden=True),
        *(Column(key, head, what, SCORE, hidden=hidden) for key, head, what, hidden in _means()),
        *(Column(f"{kind}_gain{end}", head, f"{kind} score of base rates less its own{told}", GAIN,
                 hidden=hidden)
          for kind, title in (("brier", "Brier gain"), ("log", "log gain"))
          for end, head, told, hidden in (("", title, "", False),
                                  ("_low", "from", ", lower end of nine in ten", True),
                                  ("_high", "to", ", upper end of nine in ten", True))),
    ]  # fmt: skip
    rows = [_score_row(found, name) for name in METHODS]
    counts = [int((found.outcome[:, at] >= 0).sum()) for at in range(len(HORIZONS))]
    told = ", ".join(f"{n} on day {days}" for n, days in zip(counts, HORIZONS, strict=True))
    note = f"Disputes scored: {told}. Less is better; equal chances of all five states have 0.800."
    if any(np.isinf(one).any() for one in found.log.values()):
        note += " A log score is left out where it is infinite: what happened had no chance."
    return table("scores", "Scores of chances, all days together and by day", columns, rows,
                 note=note, marked=list(METHODS).index(best))  # fmt: skip


def _means() -> list[tuple[str, str, str, bool]]:
    found = [("brier", "Brier", "Brier score, mean over days", False),
             ("log", "log", "log score, mean over days", False)]  # fmt: skip
    found += [(f"brier_{days}", f"Brier, day {days}", f"Brier score on day {days}", False)
              for days in HORIZONS]  # fmt: skip
    return found + [(f"log_{days}", f"log, day {days}", f"log score on day {days}", True)
                    for days in HORIZONS]  # fmt: skip


def _score_row(found: Scores, name: str) -> dict[str, Value]:
    row: dict[str, Value] = {"method": METHODS[name], "code": name}
    for kind, values, gains in (("brier", found.brier, found.brier_gain),
                                ("log", found.log, found.log_gain)):  # fmt: skip
        row[kind] = _finite(overall(values[name]))
        row |= {f"{kind}_{days}": _finite(one)
                for days, one in zip(HORIZONS, values[name], strict=True)}  # fmt: skip
        if name != BASE:
            row |= _gain_cells(kind, gains[name])
    return row


def _finite(score: float) -> float:
    """Return a score; no number where it is infinite."""
    return float(score) if np.isfinite(score) else float("nan")


def _gain_cells(kind: str, gain: Gain) -> dict[str, Value]:
    return {f"{kind}_gain": gain.mean, f"{kind}_gain_low": gain.low, f"{kind}_gain_high": gain.high}


def calibration(found: Scores) -> Table:
    """Return what was said and what happened of a measure in force on day 90."""
    columns = [
        Column("method", "method", "what forecasts"),
        Column("third", "third", "disputes by how high the chance was said to be"),
        Column("cases", "disputes", "how many", COUNT),
        Column("forecast", "said", "mean chance of a measure in force on day 90", SHARE),
        Column("happened", "happened", "share that had one in force", SHARE),
    ]
    names = ("lowest", "middle", "highest")
    rows = [
        {"method": METHODS[name], "third": third, "cases": one.cases, "forecast": one.forecast,
         "happened": one.happened}
        for name in METHODS if name != BASE
        for third, one in zip(names, found.bins[name], strict=False)
    ]  # fmt: skip
    note = "Base rates say nearly the same of all disputes: there is nothing to sort by."
    return table("calibration", "Imposed by day 90: said and happened", columns, rows, note=note)
