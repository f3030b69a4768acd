"""Economies that a scenario looks at most."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.errors import InputError

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario


def focus_on(scenario: Scenario, calibration: Calibration) -> tuple[str, ...]:
    """Return the codes of a scenario's economies in focus that a baseline has, at most two."""
    found = []
    for name in scenario.focus or ():
        with suppress(InputError):  # the scenario is checked elsewhere
            found += resolve_countries(calibration, name)
    return tuple(dict.fromkeys(calibration.country_codes[place] for place in found))[:2]
