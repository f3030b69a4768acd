"""Which measures are in force in a variant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem, nearest
from detente.scenario.schema import Scenario

if TYPE_CHECKING:
    from detente.policy.instruments import Measure
    from detente.scenario.measures import MeasureEntry


def measures_of(scenario: Scenario, variant_id: str) -> tuple[Measure, ...]:
    """Return the instruments in force in a variant, in the order of the file.

    Raises
    ------
    InputError
        There is no such variant.
    """
    wanted = measure_ids(scenario, variant_id)
    return tuple(entry.instrument() for entry in scenario.measures if entry.id in wanted)


def measure_ids(scenario: Scenario, variant_id: str) -> frozenset[str]:
    """Return the ids of a variant's measures, its included variants' too."""
    variants = {variant.id: variant for variant in scenario.variants}
    if variant_id not in variants:
        hint = nearest(variant_id, variants)
        message = f"there is no such variant; {hint}".rstrip("; ")
        raise InputError(
            Problem(message, scenario.path, value=variant_id, allowed=", ".join(variants))
        )
    found: set[str] = set()
    waiting = [variant_id]
    while waiting:
        variant = variants[waiting.pop()]
        found.update(variant.measures)
        waiting += variant.includes
    return frozenset(found)


def shares_on(scenario: Scenario, variant_id: str, day: date) -> dict[str, float]:
    """Return the measures of a variant in force on a day, each with its share above 0.

    Measures without dates are always in force.

    Raises
    ------
    InputError
        There is no such variant.
    """
    found = {entry.id: entry.schedule().share(day) for entry in _entries(scenario, variant_id)}
    return {name: share for name, share in found.items() if share > 0}


def instruments(
    scenario: Scenario, shares: dict[str, float]
) -> tuple[tuple[Measure, ...], tuple[float, ...]]:
    """Return the instruments of some measures with their shares, in the order of the file."""
    chosen = [entry for entry in scenario.measures if entry.id in shares]
    return tuple(e.instrument() for e in chosen), tuple(shares[e.id] for e in chosen)


def days_of_change(scenario: Scenario, variant_id: str) -> tuple[date, ...]:
    """Return the days on which anything changes within a variant, in order.

    Raises
    ------
    InputError
        There is no such variant.
    """
    days = {day for e in _entries(scenario, variant_id) for day in e.schedule().changes()}
    return tuple(sorted(days))


def days_of_path(
    scenario: Scenario, variant_id: str, months: int | None = None
) -> tuple[date, ...]:
    """Return the days of a variant's path: the day before anything changes, then every change.

    The day before is left out where nothing differs from it yet, as on the first day of a straight
    line. A variant in which nothing changes has one day, that of the scenario. ``months`` adds the
    first day of every calendar period of so many months between the first and the last change.
    """
    from detente.policy.schedule import first_days

    days = days_of_change(scenario, variant_id)
    if not days:
        return (scenario.date,)
    before = days[0] - timedelta(days=1) if days[0] > date.min else days[0]
    if shares_on(scenario, variant_id, before) == shares_on(scenario, variant_id, days[0]):
        before = days[0]
    between = first_days(days[0], days[-1], months=months) if months else ()
    return tuple(sorted({before, *days, *between}))


def _entries(scenario: Scenario, variant_id: str) -> Iterator[MeasureEntry]:
    wanted = measure_ids(scenario, variant_id)
    return (entry for entry in scenario.measures if entry.id in wanted)
