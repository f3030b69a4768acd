"""What can be refused of a table before anything is solved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from detente.errors import InputError, Problem
from detente.scenario.against import placed
from detente.scenario.talks_consistency import FAILED
from detente.scenario.yaml_lines import KeyPath
from detente.talks.case import Case, no_deal_points, package_count
from detente.talks.packages import MOST
from detente.talks.rungs import rungs_of
from detente.talks.valuation import WAR, MeasureSet, Valuer

MOST_PARTS = 20_000
"""Joint choices of trade options that are solved for."""
NAMED = 10
"""Measures that a message lists."""


def refuse_unsolved(case: Case, valuer: Valuer, *, listed: bool) -> None:
    """Refuse a table that has too many packages, or options that contradict each other.

    Raises
    ------
    InputError
        Everything that stands against it.
    """
    problems = [*_too_many(case, listed=listed), *_of_others(case), *_without_effect(case)]
    if not problems:
        problems = list(_contradictions(case, valuer))
    if problems:
        raise InputError(sorted(problems, key=_line))


def _line(problem: Problem) -> int:
    return problem.line or 0


def _too_many(case: Case, *, listed: bool) -> Iterator[Problem]:
    size = package_count(case.talks)
    large = "too many packages to list; detente.run_large_talks finds the best of them"
    for count, most, said in (
        (size if listed else 0, MOST, large),
        (case.trade_parts(), MOST_PARTS, "too many joint choices of measures to solve for"),
    ):
        if count > most:
            problem = Problem(said, value=f"{count:,}" if count < 10**15 else "10^15 or more",
                              allowed=f"at most {most:,}")  # fmt: skip
            yield placed(case.scenario, ("talks", "issues"), problem)


def _of_others(case: Case) -> Iterator[Problem]:
    """Yield which measures of a rung another side of the table would have to take."""
    for n, rung in enumerate(case.talks.ladder):
        own = [name for name, party in case.imposed_by.items() if party == rung.party]
        for k, name in enumerate(rung.measures):
            if (taker := case.imposed_by[name]) not in (None, rung.party):
                said = f"is a measure of {taker}, which {rung.party} cannot take"
                problem = Problem(said, value=name, allowed=_first(own))
                yield placed(case.scenario, ("talks", "ladder", n, "measures", k), problem)


def _first(names: Sequence[str]) -> str:
    """Return names in a row, the first ones only where they are many."""
    more = ", …" if len(names) > NAMED else ""
    return (", ".join(names[:NAMED]) + more) or "no measure of the file"


def _without_effect(case: Case) -> Iterator[Problem]:
    """Yield what is said of a ladder that there is not, or of who is no side of it."""
    sides, talks = rungs_of(case), case.talks
    if sides is None:
        said = "has no effect: no measure is threatened, and there is no ladder"
        for key in ("calendar", "resolve"):
            if getattr(talks, key):
                problem = Problem(said, allowed="nothing, or a ladder")
                yield placed(case.scenario, ("talks", key), problem)
        return
    sender, target = sides.ids
    for n, one in enumerate(talks.resolve):
        at = ("talks", "resolve", n)
        if one.party not in sides.ids:
            said = "is no side of the ladder, so that this has no effect"
            problem = Problem(said, value=one.party, allowed=f"{sender}, {target}")
            yield placed(case.scenario, (*at, "party"), problem)
        elif one.conceding is not None and one.party == sender:
            said = f"only who is asked concedes: {target}; {sender} asks"
            problem = Problem(said, value=one.conceding.central, allowed=f"with party: {target}")
            yield placed(case.scenario, (*at, "conceding"), problem)


def _contradictions(case: Case, valuer: Valuer) -> Iterator[Problem]:
    """Yield which options, two at a time, have measures that cannot be in force together.

    What only three of them do shows when the joint choices are made into policies.
    """
    always, talks = frozenset(case.talks.always), case.talks
    if bad := _refusals(valuer, always):
        yield from _say(case, ("talks", "always"), "contradict each other", bad)
        return
    options = [
        (("talks", "issues", i, "options", k), f"{issue.id}={option.id}", i, option.measures)
        for i, issue in enumerate(talks.issues)
        for k, option in enumerate(issue.options)
        if option.measures
    ]
    alone, known = set(), set()
    for path, name, _, measures in options:
        if found := _refusals(valuer, always.union(measures)):
            alone.add(name)
            known.update(found)
            yield from _say(case, path, "its measures contradict each other", found)
    for n, (path, name, issue, measures) in enumerate(options):
        for _, other, of, others in options[:n]:
            if of == issue or {name, other} & alone:
                continue
            if found := _refusals(valuer, always.union(measures, others)):
                known.update(found)
                yield from _say(case, path, f"cannot be agreed together with {other}", found)
    for n, point in enumerate(no_deal_points(talks)):
        found = [
            m for m in _refusals(valuer, case.no_deal_set(point) - {WAR, FAILED}) if m not in known
        ]
        yield from _say(case, ("talks", "no_deal", n), "its measures contradict each other", found)


def _refusals(valuer: Valuer, one: MeasureSet) -> list[str]:
    """Return what stands against measures in force together."""
    try:
        valuer.policies([one])
    except InputError as error:
        return [problem.message for problem in error.problems]
    return []


def _say(case: Case, path: KeyPath, said: str, found: Sequence[str]) -> Iterator[Problem]:
    for message in found:
        yield placed(case.scenario, path, Problem(f"{said}: {message}"))
