"""A solved scenario with who is hit by it: places, and households by what they buy."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from detente.notebook import Shown
from detente.places.effects import place_effects, place_ends, place_table
from detente.places.prices import HouseholdCost, household_cost, rise_in
from detente.places.reading import find_places
from detente.places.table import Places
from detente.simulate import ScenarioResult

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from detente.results import Solution
    from detente.uncertainty.draws import Draws, Wanted


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
        """One row a place (`detente.places.effects.place_table`), with ends over draws."""
        assert self.places is not None
        return self._with_ends(self.places)

    @cached_property
    def by_region(self) -> pd.DataFrame:
        """One row a region: sums over its places."""
        assert self.places is not None
        return self._with_ends(self.places.by_region())

    @cached_property
    def draws(self) -> Draws | None:
        """Draws that have the sectors of the places' economy; none where the run has no draws."""
        wanted = self._wanted()
        return None if wanted is None else wanted.solve()

    @property
    def runs(self) -> str:
        """Which runs lie between the ends (``nine of ten runs``); empty without ends."""
        found = None if self.draws is None else self.draws.interval(self.run.headline)
        return "" if found is None else found.what

    def _wanted(self) -> Wanted | None:
        """Return the run's draws, or those of the variant shown first where they lack sectors."""
        wanted = self.run.wanted
        if wanted is None or self.places is None or self.places.country in wanted.focus:
            return wanted
        shown = {self.run.headline: wanted.central[self.run.headline]}
        return replace(wanted, central=shown, focus=(self.places.country,))

    def _with_ends(self, places: Places) -> pd.DataFrame:
        frame, wanted = place_table(self.solution, places), self._wanted()
        if wanted is None or self.draws is None:
            return frame
        at = wanted.focus.index(places.country)
        both = place_ends(self.solution, places, self.draws, self.run.headline, at)
        for name, interval in zip(("jobs", "real_pay"), both, strict=True):
            if interval is not None:
                after = list(frame).index(f"{name}_pct") + 1
                frame.insert(after, f"{name}_low_pct", interval.low)
                frame.insert(after + 1, f"{name}_high_pct", interval.high)
        return frame


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
        place_effects(found.solution, table)  # says what does not fit, before anybody looks at it
    return found
