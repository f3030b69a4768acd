"""Sentences of a path, made from its numbers."""

from __future__ import annotations

from datetime import date

from detente.document.language import capital, listed, noun
from detente.document.numbers import pct
from detente.report.path.facts import DateFacts, PathFacts

HONEST = (
    "Each date is an equilibrium of its own at this horizon: what its measures would do if they "
    "stayed for good, against the baseline year. It is not a transition from one date to the next."
)


def changes(found: DateFacts) -> str:
    """Say which measures are another than the date before; on the first date, what is in force."""
    before, said = found.before or {}, []
    for name in [*found.held, *(name for name in before if name not in found.held)]:
        was, now = before.get(name, 0.0), found.held.get(name, 0.0)
        if was == now:
            continue
        if now == 0:
            said.append(f"{name} ends")
        else:
            said.append(name if now == 1 else f"{name} at {100 * now:.3g}%")
    return ", ".join(said) or "–"


def long_day(day: date) -> str:
    """Return a day as people write it: 6 July 2018."""
    return f"{day.day} {day:%B %Y}"


def span(path: PathFacts) -> str:
    """Say from when to when the dates are."""
    days = [one.day for dates in path.dates.values() for one in dates]
    return f"{long_day(min(days))} to {long_day(max(days))}"


def last_date(path: PathFacts) -> str:
    """Say on which date the headline holds."""
    day = long_day(path.dates[path.end.last][-1].day)
    return f"That is with what is in force on {day}, its last date."


def extremes(path: PathFacts) -> list[str]:
    """Say when each economy in focus is worst and best off on the path of the last variant."""
    sentences = []
    for code in path.end.focus:
        by_day = {one.day: one.income[code] for one in path.dates[path.end.last]}
        low, high = min(by_day, key=lambda d: by_day[d]), max(by_day, key=lambda d: by_day[d])
        if pct(by_day[high]) == pct(by_day[low]):
            continue
        sentences.append(
            f"{capital(noun(path.end.names[code]))} is worst off on {long_day(low)} "
            f"({pct(by_day[low])}) and best off on {long_day(high)} ({pct(by_day[high])})."
        )
    return sentences


def solved(path: PathFacts) -> str:
    """Say how many equilibria were solved, and how well."""
    dates = sum(len(found) for found in path.dates.values())
    return (
        f"{dates} dates of {len(path.dates)} variants, {path.states} different states of "
        f"what is in force, each solved once; all converged, largest relative gap "
        f"{path.worst_gap:.0e}."
    )


def pieces(path: PathFacts, whole: str) -> str:
    """Name the variants whose path is a piece of this one's; or nothing."""
    within = [path.end.titles[name] for name, other in path.pieces.items() if other == whole]
    return f"Pieces of this path: {listed(within)}" if within else ""
