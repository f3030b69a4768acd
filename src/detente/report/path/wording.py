"""Sentences of a path, made from its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.blocks import Sentence
from detente.document.language import capital, listed, long_day, noun
from detente.document.numbers import CHANGE, gains, pct
from detente.report.path.facts import DateFacts, PathFacts
from detente.report.run import wording

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

HONEST = "Each date is solved as if its measures stayed for good; it is not a transition."


def changes(found: DateFacts, most: int | None = None) -> str:
    """Say which measures are another than the date before; on the first date, what is in force.

    Of more than ``most`` the first are named, the rest counted.
    """
    before, said = found.before or {}, []
    for name in [*found.held, *(name for name in before if name not in found.held)]:
        was, now = before.get(name, 0.0), found.held.get(name, 0.0)
        if was == now:
            continue
        if now == 0:
            said.append(f"{name} ends")
        else:
            said.append(name if now == 1 else f"{name} at {100 * now:.3g}%")
    if most is not None and len(said) > most:
        return f"{', '.join(said[: most - 1])} and {len(said) - most + 1} more"
    return ", ".join(said) or "–"


def span(path: PathFacts) -> str:
    """Say from when to when the dates are."""
    days = [one.day for dates in path.dates.values() for one in dates]
    return f"{long_day(min(days))} to {long_day(max(days))}"


def answer(path: PathFacts, end: ScenarioResult) -> tuple[Sentence, ...]:
    """Say what the last variant does on its last date, when it was worst, and how sure that is."""
    run, day = path.end, long_day(path.dates[path.end.last][-1].day)
    effect = wording.effect(run, run.last).removesuffix(".")
    said = (f"{effect}, as of {day}.", extremes(path), f"{HONEST} {wording.sure(end)}")
    terms = (wording.REAL_INCOME, wording.ELASTICITIES)
    return tuple(Sentence(one, terms=terms) for one in said if one)


def extremes(path: PathFacts) -> str:
    """Say when each economy in focus is worst and best off on the path of the last variant."""
    parts = []
    for code in path.end.focus:
        by_day = {one.day: one.income[code] for one in path.dates[path.end.last]}
        ends = [f(by_day, key=lambda day: by_day[day]) for f in (min, max)]
        low, high = (f"from {long_day(day)} (it {gains(by_day[day], CHANGE)})" for day in ends)
        if pct(by_day[ends[0]]) != pct(by_day[ends[1]]):
            parts.append(f"{noun(path.end.names[code])} is worst off {low} and best off {high}")
    return f"{capital('; '.join(parts))}." if parts else ""


def solved(path: PathFacts) -> str:
    """Say how many equilibria were solved, and how well."""
    dates = sum(len(found) for found in path.dates.values())
    return (
        f"{dates} dates of {len(path.dates)} variants, {path.states} different states of "
        f"what is in force, each solved once; all converged, largest relative gap "
        f"{path.worst_gap:.0e}."
    )


def pieces(path: PathFacts) -> list[str]:
    """Say which variants are a piece of another's path."""
    titles, found = path.end.titles, {}
    for piece, whole in path.pieces.items():
        found.setdefault(whole, []).append(titles[piece])
    return [f"Pieces of “{titles[whole]}”: {listed(parts)}." for whole, parts in found.items()]
