"""What the record of disputes says of talks that drag on, by date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.disputes.cases import HORIZONS, STATES, Case, apart, everything
from detente.disputes.forecasts import FIGURES, Floats, Logit, by_day, fit
from detente.disputes.moves import SENDER, TARGET
from detente.disputes.scores import headline
from detente.talks.case import Case as Table
from detente.talks.case import party_places

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.talks.rungs import Sides

STEP = 7
"""Days from one to the next of those that are shown."""
DRAWS, ENDS = 200, (0.05, 0.95)
IN_FORCE = [list(STATES).index(code) for code in "IR"]
_STOPS = ("export-ban", "import-ban", "export-restraint")
"""Kinds of measures that stop trade; the record calls them an export control."""


@dataclass(frozen=True, eq=False)
class Forecast:
    """Chances by date from the record of disputes.

    Attributes
    ----------
    case, sides
        The scenario as a dispute, its date day zero; who can do what.
    method
        The one with the best record out of sample.
    days
        Dates, from day zero to a year later.
    chances, low, high
        ``(day, state)``: as fitted, and where nine of ten fits are whose parameters are drawn.
    force_ends
        ``(day, end)``: likewise of a measure in force, answered or not.
    fitted
        How many disputes the method is fitted on.
    steps
        From the usual dispute (``usual``: figures of the logit at their means) to this one: the
        chance of a measure in force on `shown` once each figure is this one's too, in the order of
        `FIGURES`; the last is its own.
    """

    case: Case
    sides: Sides
    method: str
    days: tuple[date, ...]
    chances: Floats
    low: Floats
    high: Floats
    force_ends: Floats
    fitted: int
    steps: Mapping[str, float]

    @property
    def first(self) -> date:
        """First day on which a measure can be in force."""
        assert self.case.deadline is not None
        return self.case.deadline

    @property
    def shown(self) -> date:
        """The same; the last day where that is day zero, on which all is open, or later than it."""
        return self.first if self.days[0] < self.first <= self.days[-1] else self.days[-1]

    def in_force(self, day: date) -> tuple[float, float, float]:
        """Return the chance that a measure is in force on one of the days, and its ends."""
        at = self.days.index(day)
        low, high = self.force_ends[at]
        return float(self.chances[at, IN_FORCE].sum()), float(low), float(high)


def forecast(table: Table, calibration: Calibration, sides: Sides) -> Forecast:
    """Return what the record says of a dispute like this from the scenario's date on.

    What may be the same dispute or decision is left out, with its episode (`apart`). Before the
    first day of the first rung no measure can be in force: that chance is shared out among the
    rest.
    """
    own = sides.rungs[SENDER]
    case, codes = as_dispute(table, calibration, sides)
    model = fit(apart(everything(), codes, case.start, case.deadline))
    until = max(HORIZONS)
    marked = {(rung.first - case.start).days for side in sides.rungs for rung in side}
    marked |= {(day.date - case.start).days for day in table.talks.calendar}
    first, method = (own[0].first - case.start).days, headline()
    marked.add(max(first - 1, 0))  # the break is on the day, not in the week before it
    days = sorted({*range(0, until, STEP), until, *(d for d in marked if d <= until)})

    def told(model: Logit) -> Floats:
        return _not_before(by_day(model, case, days, method), np.array(days) < first)

    drawn = np.array([told(one) for one in model.drawn(DRAWS)])
    low, high = np.quantile(drawn, ENDS, axis=0)
    force = np.quantile(drawn[:, :, IN_FORCE].sum(axis=2), ENDS, axis=0).T
    found = told(model)
    at = first if 0 < first <= until else until
    day = days.index(at)
    steps = {
        name: float(told(_up_to(model, count))[day, IN_FORCE].sum())
        for count, name in enumerate(("usual", *FIGURES))
    }
    dates = tuple(case.start + timedelta(day) for day in days)
    return Forecast(case, sides, method, dates, found, low, high, force, model.cases, steps)


def as_dispute(
    table: Table, calibration: Calibration, sides: Sides
) -> tuple[Case, tuple[set[str], set[str]]]:
    """Return the scenario as a row of the record, and the codes of both sides' economies."""
    scenario = table.scenario
    places = party_places(scenario, calibration)
    own = [list(places[table.parties.index(side)]) for side in sides.ids]
    codes = tuple({calibration.country_codes[k] for k in one} for one in own)
    flows = calibration.flows[calibration.goods].sum(axis=0) / 1e3
    income = [float(calibration.income[one].sum()) / 1e3 for one in own]
    first = sides.rungs[SENDER][0]
    kinds = {entry.kind for entry in scenario.measures if entry.id in first.measures}
    case = Case(
        id="", title=scenario.title, sender=sides.ids[SENDER], target=sides.ids[TARGET],
        start=scenario.date, deadline=first.first,
        instrument="export control" if kinds & set(_STOPS) else "tariff", route=first.route,
        rate=0.0, value=0.0,
        sender_imports=float(flows[np.ix_(own[SENDER], own[TARGET])].sum()),
        sender_exports=float(flows[np.ix_(own[TARGET], own[SENDER])].sum()),
        sender_gdp=income[SENDER], target_gdp=income[TARGET],
        events=(), episode="", words={},
    )  # fmt: skip
    return case, (codes[SENDER], codes[TARGET])


def _not_before(chance: Floats, early: NDArray[np.bool_]) -> Floats:
    found = chance.copy()
    found[:, IN_FORCE] *= ~early[:, None]
    return found / found.sum(axis=1, keepdims=True)


def _up_to(model: Logit, count: int) -> Logit:
    """Return a logit that knows only so many figures of a dispute."""
    slopes = model.slopes.copy()
    slopes[count:] = 0.0
    return replace(model, slopes=slopes)
