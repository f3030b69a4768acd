"""Check a scenario against the economy it is simulated on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem
from detente.scenario.consistency import key_name
from detente.scenario.measures import MeasureEntry
from detente.scenario.schema import Scenario
from detente.scenario.variants import days_of_change, instruments, measure_ids, shares_on
from detente.scenario.yaml_lines import KeyPath

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration


def check_against(
    scenario: Scenario,
    calibration: Calibration,
    days: Mapping[str, Sequence[date]] | None = None,
) -> None:
    """Refuse a scenario that a baseline cannot carry.

    Parameters
    ----------
    scenario
        Loaded from a file (problems then name the line) or built in Python.
    calibration
        The baseline.
    days
        Days by variant on which it is solved, with what is then in force; in full, all of its
        measures at once, where left out.

    Raises
    ------
    InputError
        Listing every economy, sector and product list that the baseline does not have, and every
        variant whose measures contradict each other.
    """
    calibration = _on_its_day(scenario, calibration)
    problems: list[Problem] = [*_unknown_economies(scenario, calibration)]
    usable, read = set(), []
    for index, entry in enumerate(scenario.measures):
        found = list(_measure_faults(scenario, calibration, index, entry))
        problems += found
        guess = _as_meant(calibration, entry) if found else entry
        read.append(guess or entry)
        if guess is not None:
            usable.add(entry.id)
    # what contradicts each other is said now, not once the names are right
    meant = scenario if not problems else scenario.model_copy(update={"measures": tuple(read)})
    problems += _conflicts(meant, calibration, usable, days)
    problems.sort(key=lambda problem: problem.line or 0)
    if problems:
        raise InputError(problems)


@contextmanager
def of_key(scenario: Scenario, key: str, *, used: bool) -> Iterator[None]:
    """Say of refusals inside that they come from a key of the scenario, where it was ``used``."""
    try:
        yield
    except InputError as error:
        if not used:
            raise
        found = [p if p.file else placed(scenario, (key,), p) for p in error.problems]
        raise InputError(found) from error


def _on_its_day(scenario: Scenario, calibration: Calibration) -> Calibration:
    """Return a baseline that is known to be of the scenario's day; its trade need not be yet."""
    if scenario.in_force is None or calibration.card.in_force:
        return calibration
    card = replace(calibration.card, in_force=scenario.in_force.isoformat())
    return calibration.replace(card=card)


def economy_of(scenario: Scenario, baseline: str | Path | Calibration | None = None) -> Calibration:
    """Load what is given, or else what the scenario names, the economies that it names alone.

    Raises
    ------
    InputError
        It cannot be loaded, or has not these economies; with the line of the scenario.
    """
    from detente.baseline.chosen import choose
    from detente.baseline.given import economy

    wanted = scenario.economies
    with of_key(scenario, "baseline", used=baseline is None):
        given = scenario.baseline if baseline is None else baseline
        found = economy(given, "baseline", whole=wanted is not None)
    if wanted is None:
        return found
    with of_key(scenario, "economies", used=True):
        return choose(found, wanted)


def _unknown_economies(scenario: Scenario, calibration: Calibration) -> Iterator[Problem]:
    from detente.baseline.groups import resolve_countries, resolve_sectors

    def find(name: str) -> object:
        return resolve_countries(calibration, name)

    for index, party in enumerate(scenario.parties):
        yield from _refusals(scenario, find, ("parties", index, "country"), [party.country])
    for index, goal in enumerate(scenario.goals):
        for key in ("of", "partner"):
            named = getattr(goal, key)
            path = ("goals", index, key)
            yield from _refusals(scenario, find, path, [] if named is None else [named])
        path = ("goals", index, "sectors")
        yield from _refusals(
            scenario, lambda name: resolve_sectors(calibration, name), path, goal.sectors
        )
    seen: dict[object, str] = {}
    for index, name in enumerate(scenario.focus or ()):
        found = list(_refusals(scenario, find, ("focus", index), [name]))
        yield from found
        if found:
            continue
        economies = resolve_countries(calibration, name)
        if len(economies) != 1 or economies in seen:
            message = (
                f"is the same economy as {seen[economies]}"
                if economies in seen
                else "is a group, not one economy"
            )
            allowed = "two different economies"
            problem = Problem(message, value=name, allowed=allowed)
            yield placed(scenario, ("focus", index), problem)
        seen[economies] = name


def _measure_faults(
    scenario: Scenario, calibration: Calibration, index: int, entry: MeasureEntry
) -> Iterator[Problem]:
    from detente.baseline.groups import INPUTS_OF, resolve_countries, resolve_sectors
    from detente.policy.compile import compile_policy

    place = ("measures", index)
    named = {"by": resolve_countries, "on": resolve_countries, "sectors": resolve_sectors}
    given = {key: getattr(entry, key) for key in named if key in type(entry).model_fields}
    if firm := getattr(entry, "firm", None):
        named["firm"], given["firm"] = resolve_sectors, [f"{firm}{INPUTS_OF}"]
        del given["sectors"]
    found = [
        problem
        for key, names in given.items()
        for problem in _refusals(
            scenario, lambda name, r=named[key]: r(calibration, name), (*place, key), names
        )
    ]
    yield from found
    if found:
        return
    try:
        compile_policy(calibration, (entry.instrument(),))
        if nothing := _touches_nothing(calibration, entry):
            raise InputError(nothing)
    except InputError as error:
        for problem in error.problems:
            key = (problem.key or "").rpartition(".")[2]
            keys = {field.alias or name for name, field in type(entry).model_fields.items()}
            path = (*place, key) if key in keys else place
            yield placed(scenario, path, problem)


def _touches_nothing(calibration: Calibration, entry: MeasureEntry) -> Problem | None:
    from detente.policy.touched import touched

    on = touched(calibration, entry.instrument())
    if on is None or on.covered > 0:
        return None
    if on.named > 0:
        named = [k for k in ("products", "product_list") if getattr(entry, k, None)]
        key = named[0] if named else "coverage"
        return Problem("this measure touches nothing: it covers no trade", key=key)
    message = "this measure touches nothing: there is no such trade in the baseline"
    return Problem(message, key="sectors", value=", ".join(getattr(entry, "sectors", ())))


def _as_meant(calibration: Calibration, entry: MeasureEntry) -> MeasureEntry | None:
    """Return a measure with the sectors that its unknown words probably stand for, if it works."""
    from detente.baseline.groups import meant_sectors, resolve_sectors
    from detente.policy.compile import compile_policy

    sectors: list[str] = []
    try:
        for name in getattr(entry, "sectors", ()):
            try:
                resolve_sectors(calibration, name)
                sectors.append(name)
            except InputError:
                sectors += meant_sectors(calibration, name)
        guess = entry.model_copy(update={"sectors": tuple(sectors)})
        compile_policy(calibration, (guess.instrument(),))
    except InputError:
        return None
    return guess


def _conflicts(
    scenario: Scenario,
    calibration: Calibration,
    usable: set[str],
    days: Mapping[str, Sequence[date]] | None,
) -> Iterator[Problem]:
    """Yield what only shows when the measures of a variant are put together."""
    seen: set[str] = set()
    for index, variant in enumerate(scenario.variants):
        ids = measure_ids(scenario, variant.id)
        ids &= usable
        found = (
            _in_full(scenario, calibration, ids, variant.id)
            if days is None
            else _on_days(scenario, calibration, variant.id, days.get(variant.id, ()), ids)
        )
        for problem in found:
            if problem.message not in seen:
                seen.add(problem.message)
                yield placed(scenario, ("variants", index), problem)


def _in_full(
    scenario: Scenario, calibration: Calibration, ids: Collection[str], variant: str
) -> list[Problem]:
    """Return what stands against all measures at once; where dates part them, say how to go on."""
    found = _together(scenario, calibration, dict.fromkeys(ids, 1.0))
    changes = days_of_change(scenario, variant) if found else ()
    if not changes or any(_on_days(scenario, calibration, variant, changes, ids)):
        return found
    hint = "; their dates do not overlap: solve at a date or along a path (--at, --path)"
    return [replace(problem, message=problem.message + hint) for problem in found]


def _on_days(
    scenario: Scenario,
    calibration: Calibration,
    variant: str,
    days: Sequence[date],
    ids: Collection[str],
) -> Iterator[Problem]:
    """Yield what stands against the measures in force on the first day on which anything does."""
    for day in days:
        shares = {k: v for k, v in shares_on(scenario, variant, day).items() if k in ids}
        for problem in _together(scenario, calibration, shares):
            yield replace(problem, message=f"{problem.message} on {day}")
            return


def _together(
    scenario: Scenario, calibration: Calibration, shares: dict[str, float]
) -> list[Problem]:
    from detente.policy.compile import compile_policy

    try:
        compile_policy(calibration, *instruments(scenario, shares))
    except InputError as error:
        return list(error.problems)
    return []


def _refusals(
    scenario: Scenario,
    resolve: Callable[[str], object],
    path: KeyPath,
    names: Sequence[str],
) -> Iterator[Problem]:
    for position, name in enumerate(names):
        try:
            resolve(name)
        except InputError as error:
            for problem in error.problems:
                at = (*path, position) if (*path, position) in scenario.origin.lines else path
                yield placed(scenario, at, problem)


def placed(scenario: Scenario, path: KeyPath, problem: Problem) -> Problem:
    """Say where in the file a problem comes from; one in a file of its own stays there."""
    if problem.file is not None:
        return problem
    lines, plain = scenario.origin.lines, scenario.model_dump(mode="json")
    around = path
    while around and around not in lines:
        around = around[:-1]
    return Problem(
        problem.message,
        file=scenario.path,
        line=lines.get(around, 1 if lines else None),
        key=key_name(plain, path),
        value=problem.value,
        allowed=problem.allowed,
    )
