"""Which measures are in force in a variant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from detente.errors import InputError, Problem, nearest
from detente.scenario.schema import Origin, Scenario

if TYPE_CHECKING:
    from detente.policy.instruments import Measure
    from detente.scenario.measures import MeasureEntry
    from detente.scenario.schema import Variant


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
    return frozenset(
        name for variant in _with_included(scenario, variant_id) for name in variant.measures
    )


def firms_of(scenario: Scenario, variant_id: str) -> tuple[str, ...]:
    """Return the firms that the economy of a variant has, each once: its own and its scenario's.

    Raises
    ------
    InputError
        There is no such variant.
    """
    own = [f for v in reversed(_with_included(scenario, variant_id)) for f in v.firms or ()]
    return tuple(dict.fromkeys([*(scenario.firms or ()), *own]))


def firms_for(scenario: Scenario, variant_ids: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the firms of the economy on which some variants are solved together.

    Unless variants are named it is the scenario's own economy, without the firms of single
    variants; where every variant has some, it is the economy with all of them. Unknown names are
    passed over.
    """
    known = [v.id for v in scenario.variants]
    wanted = [name for name in variant_ids or () if name in known]
    common = tuple(dict.fromkeys(scenario.firms or ()))
    if not wanted and not any(firms_of(scenario, name) == common for name in known):
        wanted = known
    found = [firm for name in wanted for firm in firms_of(scenario, name)]
    return tuple(dict.fromkeys([*common, *found]))


def on_economy(scenario: Scenario, firms: Collection[str]) -> Scenario:
    """Return the part of a scenario that an economy with some firms can carry."""
    ids = [v.id for v in scenario.variants if set(firms_of(scenario, v.id)) <= set(firms)]
    return narrowed(scenario, ids, firms)


def narrowed(
    scenario: Scenario, variant_ids: Collection[str], firms: Collection[str] | None = None
) -> Scenario:
    """Return a scenario with some of its variants, and without the measures of the others alone.

    Parameters
    ----------
    firms
        Of the economy of all of them; as they are unless given.

    Raises
    ------
    InputError
        There is no such variant.
    """
    for name in variant_ids:
        measure_ids(scenario, name)
    firms = scenario.firms or () if firms is None else tuple(firms)
    kept = [k for k, v in enumerate(scenario.variants) if v.id in variant_ids]
    if len(kept) == len(scenario.variants) and tuple(firms) == (scenario.firms or ()):
        return scenario
    held = {v.id: measure_ids(scenario, v.id) for v in scenario.variants}
    used = {name for k in kept for name in held[scenario.variants[k].id]}
    gone = {name for ids in held.values() for name in ids} - used
    measures = [k for k, m in enumerate(scenario.measures) if m.id not in gone]
    variants = []
    for variant in (scenario.variants[k] for k in kept):
        ids = tuple(m.id for m in scenario.measures if m.id in held[variant.id])
        own = firms_of(scenario, variant.id) or None
        changed = {"measures": ids, "includes": (), "firms": own}
        variants.append(variant.model_copy(update=changed))
    part = scenario.model_copy(
        update={
            "measures": tuple(scenario.measures[k] for k in measures),
            "variants": tuple(variants),
            "firms": tuple(firms) or None,
        }
    )
    part._origin = _renumbered(scenario.origin, {"measures": measures, "variants": kept})
    part._whole = scenario.whole
    return part


def _renumbered(origin: Origin, kept: dict[str, list[int]]) -> Origin:
    """Give entries that are kept their new numbers, and the lines that they had."""
    lines = {}
    for path, line in origin.lines.items():
        if path[0] in kept and len(path) > 1:
            section = kept[str(path[0])]
            if path[1] not in section:
                continue
            lines[path[0], section.index(int(path[1])), *path[2:]] = line
        else:
            lines[path] = line
    return Origin(origin.path, lines)


def _with_included(scenario: Scenario, variant_id: str) -> list[Variant]:
    """Return a variant, and those that it includes, each once."""
    variants = {variant.id: variant for variant in scenario.variants}
    if not isinstance(variant_id, str) or variant_id not in variants:
        hint = nearest(variant_id, variants)
        message = f"there is no such variant; {hint}".rstrip("; ")
        raise InputError(
            Problem(
                message, scenario.path, None, "variant", variant_id, allowed=", ".join(variants)
            )
        )
    found: dict[str, Variant] = {}
    waiting = [variant_id]
    while waiting:
        variant = variants[waiting.pop()]
        if variant.id not in found:
            found[variant.id] = variant
            waiting += variant.includes
    return list(found.values())


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
