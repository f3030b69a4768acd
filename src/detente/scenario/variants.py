"""Which measures are in force in a variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.errors import InputError, Problem, nearest
from detente.scenario.schema import Scenario

if TYPE_CHECKING:
    from detente.policy.instruments import Measure


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
