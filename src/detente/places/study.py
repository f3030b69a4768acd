"""A solved scenario with what it does to places."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from detente.notebook import Shown
from detente.places.effects import place_table
from detente.places.reading import find_places
from detente.places.table import Places
from detente.simulate import ScenarioResult

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class PlacedRun(Shown):
    """A run, and what the variant shown first does to places."""

    run: ScenarioResult
    places: Places

    def _brief(self) -> str:
        return f"{self.run.headline!r} of {self.run.scenario.title!r} in {self.places.name!r}"

    @cached_property
    def by_place(self) -> pd.DataFrame:
        """One row a place (`detente.places.effects.place_table`)."""
        return place_table(self.run.variants[self.run.headline], self.places)

    @cached_property
    def by_region(self) -> pd.DataFrame:
        """One row a region: sums over its places."""
        return place_table(self.run.variants[self.run.headline], self.places.by_region())


def by_places(run: ScenarioResult, places: Places | str | Path) -> PlacedRun:
    """Return what the variant of a run that is shown first does to places.

    Parameters
    ----------
    run
        A solved scenario.
    places
        ``"us-counties"``, ``"us-states"``, a CSV file of one's own, or a table.

    Raises
    ------
    InputError
        The table is unknown or wrong, or does not fit the baseline.
    """
    table = places if isinstance(places, Places) else find_places(places)
    found = PlacedRun(run, table)
    _ = found.by_place  # said here, not where it is first looked at
    return found
