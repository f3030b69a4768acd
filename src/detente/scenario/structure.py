"""The structure of a scenario: what its horizon says, and what the file says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.errors import InputError
from detente.scenario.against import placed
from detente.scenario.schema import Scenario
from detente.scenario.structure_entry import StructureEntry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from detente.baseline.calibration import Calibration
    from detente.errors import Problem
    from detente.model.economy import Structure


def structure_with(horizon: str, given: Mapping[str, object]) -> Structure:
    """Return the structure of a horizon with what is given in place of its own.

    Raises
    ------
    InputError
        There is no such horizon, or a value is out of bounds.
    """
    from dataclasses import replace

    from detente.model.horizons import find_horizon

    return replace(find_horizon(horizon).structure, **given)  # pyright: ignore[reportArgumentType]


def structure_of(scenario: Scenario, calibration: Calibration) -> Structure:
    """Return the structure that a scenario is solved with, checked against a baseline.

    Raises
    ------
    InputError
        A value is out of bounds, or the baseline cannot have such a structure; with the line of the
        key where the scenario was read from a file.
    """
    if scenario.structure is None:
        return structure_with(scenario.horizon, {})
    from detente.model.economy import economy

    try:
        structure = structure_with(scenario.horizon, scenario.structure.given())
        economy(calibration, structure)
    except InputError as error:
        raise InputError(list(_placed(scenario, error))) from error
    return structure


def _placed(scenario: Scenario, error: InputError) -> Iterator[Problem]:
    for problem in error.problems:
        known = problem.key in StructureEntry.model_fields
        path = ("structure", problem.key) if known and problem.key else ("structure",)
        yield placed(scenario, path, problem)
