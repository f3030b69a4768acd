"""A solved scenario with who is hit by it: places, and households by what they buy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from detente.notebook import Shown
from detente.places.effects import place_table
from detente.places.prices import HouseholdCost, household_cost, rise_in
from detente.places.reading import find_places
from detente.places.table import Places
from detente.simulate import ScenarioResult

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from detente.results import Solution


@dataclass(frozen=True, eq=False, repr=False)
class HitRun(Shown):
    """A run, and whom the variant shown first hits.

    ``places`` is none where only prices were asked for, ``prices`` where only places were.
    """

    run: ScenarioResult
    places: Places | None = None
    prices: HouseholdCost | None = None

    def _brief(self) -> str:
        where = f" in {self.places.name!r}" if self.places else ""
        return f"{self.run.headline!r} of {self.run.scenario.title!r}{where}"

    @property
    def solution(self) -> Solution:
        """The variant that is shown first, solved."""
        return self.run.variants[self.run.headline]

    @cached_property
    def by_place(self) -> pd.DataFrame:
        """One row a place (`detente.places.effects.place_table`)."""
        assert self.places is not None
        return place_table(self.solution, self.places)

    @cached_property
    def by_region(self) -> pd.DataFrame:
        """One row a region: sums over its places."""
        assert self.places is not None
        return place_table(self.solution, self.places.by_region())


def who_is_hit(
    run: ScenarioResult, places: Places | str | Path | None = None, *, prices: bool = False
) -> HitRun:
    """Return whom the variant of a run that is shown first hits.

    Parameters
    ----------
    run
        A solved scenario.
    places
        ``"us-counties"``, ``"us-states"``, a CSV file of one's own, or a table.
    prices
        Whether to add what US households pay more (`detente.places.prices.household_cost`).

    Raises
    ------
    InputError
        The table is unknown or wrong, or does not fit the baseline.
    """
    table = places if isinstance(places, Places | None) else find_places(places)
    cost = household_cost(rise_in(run.variants[run.headline])) if prices else None
    found = HitRun(run, table, cost)
    if table is not None:
        _ = found.by_place  # what does not fit is said here, not where it is first looked at
    return found
