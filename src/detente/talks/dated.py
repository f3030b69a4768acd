"""Talks that drag on: what is settled, put off or in force by date.

Two answers. The record of disputes gives chances by the method that forecasts best out of sample.
A game on the ladder of both sides explains them: who moves when, what each learns, what would
change it. States of the ladder are valued by the model, a solve for each pair of rungs, and
settlements are packages of the table. What sides want besides is estimated on the record of
disputes (`detente.disputes.game`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from detente.disputes.game import fitted
from detente.disputes.ladder import Escalation, escalate
from detente.disputes.moves import MOST_DAYS, OUTCOMES, SENDER, Standing
from detente.disputes.tree import normal_types
from detente.errors import InputError, Problem, SolveError
from detente.scenario.against import placed
from detente.scenario.talks_history import in_order
from detente.talks.answers import ladder_sets
from detente.talks.case import Case
from detente.talks.dated_draws import DRAWS, drawn_chances
from detente.talks.ladders import YEAR, Maker
from detente.talks.offers import Offer, Study, offers_of, worth_now
from detente.talks.otherwise import Known, others_of
from detente.talks.rungs import Sides
from detente.talks.table import Floats

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.talks.valuation import Valuer
    from detente.talks.worth import Worth


ENDS = (0.05, 0.95)


WITHIN = 365
"""Days after which outcomes are told at the latest, as those of the record."""


@dataclass(frozen=True, eq=False)
class Dated:
    """The game on a ladder.

    Attributes
    ----------
    sides
        Who asks and who is asked, their rungs, and whether these are the file's own.
    days
        On which a decision is due, the scenario's date first.
    worth
        ``(a, b, side)``: what each state is worth by a side's own objective, against what holds
        now, million USD a year.
    offers
        Packages that may be settled on.
    found
        The solved ladder.
    others
        The same with something changed: words → ladder.
    drawn
        ``(draw, day, outcome)``: chances at draws of what sides want, from the law of its
        estimates.
    """

    sides: Sides
    days: tuple[date, ...]
    worth: Floats
    offers: tuple[Offer, ...]
    found: Escalation
    others: Mapping[str, Escalation | Known]
    drawn: Floats

    def ends(self, day: int, outcomes: Sequence[int]) -> tuple[float, float] | None:
        """Return the 5 and 95 per cent quantiles of the chance that some outcome holds.

        Nothing where half of the draws did not settle.
        """
        if len(self.drawn) <= DRAWS / 2:
            return None
        low, high = np.quantile(self.drawn[:, day, outcomes].sum(axis=1), ENDS)
        return float(low), float(high)

    def on(self, found: Escalation | Known, day: date) -> Floats:
        """Return the chances of each outcome after the moves up to a day."""
        start = self.days[0]
        past = [at for at, one in enumerate(found.ladder.days)
                if round(one * YEAR) <= (day - start).days]  # fmt: skip
        return found.by_day[past[-1]]

    @property
    def brought(self) -> Floats:
        """``(outcome, side)``: what each outcome brings a year on, million USD a year.

        Means over the rungs and packages that lead to it up to then, against what holds now,
        without standing and what backing down costs once; NaN where the game never comes to it.
        """
        found, until = self.found, self.days[0] + timedelta(WITHIN)
        last = max(at for at, day in enumerate(self.days) if day <= until)
        sums, chance = np.zeros((len(OUTCOMES), 2)), np.zeros(len(OUTCOMES))
        for state, reach in zip(found.states, found.reach, strict=True):
            settled = state.settled >= 0
            if state.step == "over" and (state.day <= last if settled else state.day == last):
                worth = (
                    self.offers[state.settled].plain if settled else self.worth[state.a, state.b]
                )
                sums[state.outcome] += reach * worth
                chance[state.outcome] += reach
        share = chance[:, None]
        return np.divide(sums, share, out=np.full_like(sums, np.nan), where=share > 0)


def dated_talks(
    study: Study, sides: Sides, valuer: Valuer, say: Callable[[str, int, int], None]
) -> Dated | None:
    """Solve the ladder of a study of talks; nothing where one made by default does not solve.

    Raises
    ------
    InputError
        There are too many days.
    SolveError
        A pair of rungs of the file's ladder has no equilibrium, or the game did not settle.
    """
    try:
        return _solved(study, sides, valuer, say)
    except SolveError:
        if sides.stated:
            raise
        return None  # nobody asked for a ladder by default


def _solved(
    study: Study, sides: Sides, valuer: Valuer, say: Callable[[str, int, int], None]
) -> Dated:
    case, days = study.case, calendar(study.case, sides)
    states = ladder_sets(case, sides)
    solved = valuer.value(
        list(states.values()), lambda done, of: say("solving the economy", done, of)
    )
    worth = _worth(case, sides, [solved[one] for one in states.values()])
    now = worth_now(case, solved[states[0, 0]])
    offers = offers_of(study, sides, study.outlook.agreements, now)
    say("moves and beliefs", 0, 1)
    types = (normal_types(), normal_types())
    make = Maker(study, sides, days, worth, fitted())
    ladder = make.ladder(offers)
    after = history(case, sides, days)
    found = escalate(ladder, types, after=after)
    _refuse_never(case, days, found)
    others = others_of(make, ladder, offers, types, after, now)
    drawn = drawn_chances(
        lambda tastes: replace(make, tastes=tastes).ladder(offers), types, after
    )  # fmt: skip
    return Dated(sides, days, worth, offers, found, others, drawn)


def calendar(case: Case, sides: Sides) -> tuple[date, ...]:
    """Return the days on which a decision is due, the scenario's own first.

    Raises
    ------
    InputError
        There are too many.
    """
    talks, start = case.talks, case.scenario.date
    named = {*(day.date for day in talks.calendar), *(move.date for move in talks.history)}
    named |= {rung.first for own in sides.rungs for rung in own}
    days = sorted({start, *named})
    if len(days) > MOST_DAYS:
        most = f"{MOST_DAYS}, the scenario's own among them"
        problem = Problem("has too many days", value=len(days), allowed=most)
        raise InputError(placed(case.scenario, ("talks", "calendar"), problem))
    return tuple(days)


def history(case: Case, sides: Sides, days: tuple[date, ...]) -> tuple[Standing, ...]:
    """Return where the dispute stood after each day up to the last one of the file's history."""
    moves = case.talks.history
    if not moves:
        return ()
    found, here = [], Standing(0, 0, False)
    for day in days[: days.index(moves[-1].date) + 1]:
        of_day = [one for one in moves if one.date == day]
        for move in in_order(of_day, lambda one: one.party == sides.ids[SENDER]):
            here = here.then(move.move, sides.ids.index(move.party))
        found.append(here)
    return tuple(found)


def _refuse_never(case: Case, days: tuple[date, ...], found: Escalation) -> None:
    """Refuse a history to which the game on the ladder never comes, naming the move."""
    moves = case.talks.history
    for past, day in enumerate(days[: len(found.after)], 1):
        if not replace(found, after=found.after[:past]).seen > 0:
            number = max((n for n, one in enumerate(moves) if one.date <= day), default=0)
            problem = Problem("the game on this ladder never comes to it", value=moves[number].move)
            raise InputError(placed(case.scenario, ("talks", "history", number, "move"), problem))


def _worth(case: Case, sides: Sides, solved: Sequence[Worth]) -> Floats:
    at = [case.parties.index(side) for side in sides.ids]
    found = np.array([case.worth(one)[at] for one in solved])
    return (found - found[0]).reshape(*(len(rungs) + 1 for rungs in sides.rungs), 2)
