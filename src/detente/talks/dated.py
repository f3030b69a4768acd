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
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.disputes.cases import PROTECTION
from detente.disputes.game import Tastes, fitted
from detente.disputes.ladder import (
    MOST_DAYS,
    OUTCOMES,
    SENDER,
    TARGET,
    Escalation,
    Ladder,
    Standing,
    escalate,
    political,
)
from detente.disputes.tree import ONE_TYPE, Types, normal_types
from detente.errors import InputError, Problem, SolveError
from detente.scenario.against import placed
from detente.talks.answers import ladder_sets
from detente.talks.case import Case, central, no_deal_points
from detente.talks.dated_draws import DRAWS, drawn_chances
from detente.talks.lasting import lasting
from detente.talks.outlook import power_in
from detente.talks.rungs import Sides
from detente.talks.solutions import solve_table
from detente.talks.table import Floats, NoDeal

if TYPE_CHECKING:
    from collections.abc import Callable

    from detente.baseline.calibration import Calibration
    from detente.scenario.talks import RangeEntry, Talks, TalksParty
    from detente.talks.home import Vote
    from detente.talks.outlook import Outlook
    from detente.talks.packages import Packages
    from detente.talks.side_questions import SideQuestions
    from detente.talks.solutions import Agreement
    from detente.talks.valuation import Valuer

YEAR = 365.25
LATER = 90
"""Days by which the first rung is put off, to see what that changes."""
MORE = 2e-4
"""Of its income a year, by which having acted is worth more, to see what that changes."""
KNOWN = "having acted is worth nothing, and each knows the other"
FREE = "having acted and conceding count for nothing, and each knows the other"
BARE = "only incomes count, each knows the other, and nobody errs"
UNDONE = 0.05
"""Chance that a package comes undone that some side would rather break."""
ENDS = (0.05, 0.95)
LAST = 2.0
"""Years that the last state lasts: what a broken package brings counts as long too."""


class Study(Protocol):
    """What the game needs of a study of talks (`detente.talks.study.TalksStudy`)."""

    @property
    def case(self) -> Case: ...  # noqa: D102
    @property
    def calibration(self) -> Calibration: ...  # noqa: D102
    @property
    def packages(self) -> Packages: ...  # noqa: D102
    @property
    def no_deals(self) -> dict[str, NoDeal]: ...  # noqa: D102
    @property
    def votes(self) -> list[Vote]: ...  # noqa: D102
    @property
    def positions(self) -> dict[str, int]: ...  # noqa: D102
    @property
    def power(self) -> Floats: ...  # noqa: D102
    @property
    def questions(self) -> SideQuestions: ...  # noqa: D102

    @property
    def outlook(self) -> Outlook:
        """The outlook that the prediction is over."""
        ...


class Offer(NamedTuple):
    """A package that may be settled on.

    Attributes
    ----------
    names
        Solutions that pick it, and sides that ask for it.
    package
        Its number.
    gain
        ``(side,)`` against what holds while talks go on, million USD a year.
    holds
        Whether no side of the table would rather break it in the years that the game counts.
    plain
        ``(side,)``: the gain without standing and without the cost of backing down.
    acts, backing
        ``(side,)``: whether a threatened measure of its own is in force, and how far it backs down
        otherwise, from 0 to 1.
    """

    names: tuple[str, ...]
    package: int
    gain: Floats
    holds: bool
    plain: Floats
    acts: Floats
    backing: Floats


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
    others: Mapping[str, Escalation]
    drawn: Floats

    def ends(self, day: int, outcomes: Sequence[int]) -> tuple[float, float] | None:
        """Return the 5 and 95 per cent quantiles of the chance that some outcome holds.

        Nothing where half of the draws did not settle.
        """
        if len(self.drawn) <= DRAWS / 2:
            return None
        low, high = np.quantile(self.drawn[:, day, outcomes].sum(axis=1), ENDS)
        return float(low), float(high)

    def on(self, found: Escalation, day: date) -> Floats:
        """Return the chances of each outcome after the moves up to a day."""
        start = self.days[0]
        past = [at for at, one in enumerate(found.ladder.days)
                if round(one * YEAR) <= (day - start).days]  # fmt: skip
        return found.by_day[past[-1]]

    @property
    def brought(self) -> Floats:
        """``(outcome, side)``: what each outcome brings at the end, million USD a year.

        Means over the rungs and packages that lead to it, against what holds now; NaN where the
        game never comes to it.
        """
        found, last = self.found, len(self.days) - 1
        sums, chance = np.zeros((len(OUTCOMES), 2)), np.zeros(len(OUTCOMES))
        for state, reach in zip(found.states, found.reach, strict=True):
            settled = state.settled >= 0
            if settled or (state.step == "over" and state.day == last):
                worth = self.offers[state.settled].gain if settled else self.worth[state.a, state.b]
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
    worth = _worth(case, sides, valuer, say)
    offers = offers_of(study, sides, study.outlook.agreements)
    say("moves and beliefs", 0, 1)
    types = (normal_types(), normal_types())
    make = _Maker(study, sides, days, worth, fitted())
    ladder = make.ladder(offers)
    after = history(case, sides, days)
    found = escalate(ladder, types, after=after)
    others = _others(make, ladder, offers, types, after)
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
        for move in (one for one in moves if one.date == day):
            here = here.then(move.move, sides.ids.index(move.party))
        found.append(here)
    return tuple(found)


def _worth(
    case: Case, sides: Sides, valuer: Valuer, say: Callable[[str, int, int], None]
) -> Floats:
    sets = list(ladder_sets(case, sides).values())
    solved = valuer.value(sets, lambda done, of: say("solving the economy", done, of))
    at = [case.parties.index(side) for side in sides.ids]
    found = np.array([case.worth(solved[one])[at] for one in sets])
    return (found - found[0]).reshape(*(len(rungs) + 1 for rungs in sides.rungs), 2)


def offers_of(
    study: Study, sides: Sides, agreements: Mapping[str, Agreement | None]
) -> tuple[Offer, ...]:
    """Return the packages that may be settled on: of each solution, and of positions that pass.

    Not one that leaves a rung of who asks in force: the record has that as imposed, not settled. A
    solution that picks such a one is worked out again among the others.
    """
    picked: dict[int, list[str]] = {}
    outlook, free = study.outlook, _free_of_rungs(study, sides)
    for name, found in agreements.items():
        agreement = found
        if found is not None and not free[found.package]:
            agreement = solve_table(
                study.packages, outlook.no_deal.values, name,
                weights=power_in(name, study.power), allowed=outlook.passing & free,
            )  # fmt: skip
        if agreement is not None:
            picked.setdefault(agreement.package, []).append(name)
    able = study.packages.feasible.copy()
    for vote in study.votes:
        able &= vote.passes >= vote.least
    stated = {position.party for position in study.case.talks.positions}
    for party, number in study.positions.items():
        if party in stated and able[number]:
            picked.setdefault(number, []).append(party)
    picked.pop(study.packages.number(study.case.unsettled), None)  # nothing is settled by it
    return _offers(study, sides, picked)


def _free_of_rungs(study: Study, sides: Sides) -> NDArray[np.bool_]:
    """Return ``(package,)``: whether no rung of who asks is in force."""
    case, table = study.case, study.packages.table
    ids = [issue.id for issue in case.trade_issues]
    free = np.ones(tuple(len(issue.options) for issue in case.trade_issues), dtype=bool)
    for part, one in case.trade_sets().items():
        free[part] = not case.acting.acts(sides.ids[SENDER], one)
    own = [n if issue.id in ids else 1 for issue, n in zip(table.issues, table.shape, strict=True)]
    return np.broadcast_to(free.reshape(own), table.shape).reshape(-1)


def _offers(study: Study, sides: Sides, picked: Mapping[int, list[str]]) -> tuple[Offer, ...]:
    found = (offer_of(study, sides, number, names) for number, names in picked.items())
    return tuple(one for one in found if not one.acts[SENDER])


def offer_of(study: Study, sides: Sides, number: int, names: list[str]) -> Offer:
    """Return one package to settle on, against the first no-deal point: what holds now."""
    case, now = study.case, no_deal_points(study.case.talks)[0]
    at = [case.parties.index(side) for side in sides.ids]
    gain = study.packages.utility[number] - study.no_deals[now.id].values
    kept = lasting(case, study.packages, number, study.outlook.no_deal.values, years=LAST)
    choices, acting = study.packages.choices(number), case.acting
    one = case.package_set(choices)
    acts = np.array([acting.acts(side, one) for side in sides.ids], dtype=float)
    backing = acting.backing(one, choices)
    acted = acting.standing(one, central) - acting.costs(central) * backing - case.acted(now)
    return Offer(tuple(names), number, gain[at], all(one.keeps for one in kept),
                 (gain - acted)[at], acts, backing[at])  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Maker:
    """Makes ladders of a study: its figures in political units."""

    study: Study
    sides: Sides
    days: tuple[date, ...]
    worth: Floats
    tastes: Tastes

    @property
    def income(self) -> Floats:
        """``(side,)``: whole income, million USD a year."""
        from detente.talks.case import party_places

        case, c = self.study.case, self.study.calibration
        places = party_places(case.scenario, c)
        own = [places[case.parties.index(side)] for side in self.sides.ids]
        return np.array([c.income[list(one)].sum() for one in own])

    def taste(self, side: int, key: str, otherwise: float) -> float:
        """Return a figure of the file's `resolve` in political units, or what it is otherwise."""
        party = self.sides.ids[side]
        given = next((one for one in self.study.case.talks.resolve if one.party == party), None)
        figure: RangeEntry | float | None = getattr(given, key, None)
        if isinstance(figure, int | float):
            return float(figure)
        return otherwise if figure is None else self.counted(side, figure)

    def counted(self, side: int, figure: RangeEntry) -> float:
        """Return an amount of money in political units of a side."""
        return float(political(np.array(figure.central), self.income[side]))

    @property
    def seated(self) -> list[TalksParty]:
        """Who asks and who is asked, as the file has them."""
        parties = {p.party: p for p in self.study.case.talks.parties}
        return [parties[side] for side in self.sides.ids]

    def agreed(self, offers: tuple[Offer, ...], stated: Floats) -> Floats:
        """Return what each package brings both a year, less where it may come undone.

        Parameters
        ----------
        stated
            ``(side,)``: what having a measure in force is worth in it.
        """
        gains = np.array([political(one.plain, self.income) for one in offers]).reshape(-1, 2)
        acts = np.array([one.acts for one in offers]).reshape(-1, 2)
        kept = np.array([1.0 if one.holds else 1 - UNDONE for one in offers]).reshape(-1, 1)
        return kept * (gains * self.weights + acts * stated)

    def backing(self, offers: tuple[Offer, ...]) -> Floats:
        """Return what backing down in each package costs both, once, ``(offer, side)``."""
        far = np.array([one.backing for one in offers]).reshape(-1, 2)
        return far * [self.counted(k, own.audience_cost) for k, own in enumerate(self.seated)]

    @property
    def weights(self) -> Floats:
        """``(side,)``: of what measures and packages bring."""
        return np.array([self.tastes.sender, self.tastes.target])

    def ladder(self, offers: tuple[Offer, ...]) -> Ladder:
        """Return the ladder with these packages to settle on."""
        talks: Talks = self.study.case.talks
        tastes, own, steps = self.tastes, self.seated, self.sides.rungs[SENDER]
        flow = self.weights * political(self.worth, self.income) + self.standing
        first = [tuple(self._years(rung.first) for rung in rungs) for rungs in self.sides.rungs]
        loss = -political(self.worth[1:, 0, TARGET], self.income[TARGET])
        once = np.array([tastes.settling, -self.conceding])
        return Ladder(
            days=tuple(self._years(day) for day in self.days),
            due=(True,) * len(self.days),
            rungs=(first[0], first[1]),
            flow=flow,
            offers=once - self.backing(offers),
            agreed=self.agreed(offers, self.stated),
            resolve=(self.taste(SENDER, "unknown", tastes.unknown_sender),
                     self.taste(TARGET, "unknown", tastes.unknown_target)),
            waiting=tastes.waiting,
            audience=tastes.audience + self.counted(SENDER, own[SENDER].audience_cost),
            answering=tuple(tastes.answering + tastes.reciprocity * (loss[: len(steps)] - 2)),
            impatience=(own[0].impatience.central, own[1].impatience.central),
            breakdown=talks.breakdown_risk.central,
            last=LAST,
        )  # fmt: skip

    @property
    def conceding(self) -> float:
        """What settling costs the target, once, in political units."""
        return self.taste(TARGET, "conceding", self.tastes.conceding)

    @property
    def stated(self) -> Floats:
        """``(side,)``: having acted by the file, a year, in political units; zero unless given."""
        aims = [own.objective and own.objective.standing for own in self.seated]
        return np.array([self.counted(k, aim) if aim else 0.0 for k, aim in enumerate(aims)])

    @property
    def standing(self) -> Floats:
        """``(a, b, side)``: the same by state; of who asks the estimate of the record else."""
        duty = self.sides.rungs[SENDER][0].route in PROTECTION
        worth, sender = self.stated, self.seated[SENDER].objective
        if not sender or sender.standing is None:
            worth[SENDER] = self.tastes.acting + self.tastes.protection * duty
        found = np.zeros(self.worth.shape)
        found[1:, :, SENDER], found[:, 1:, TARGET] = worth
        return found

    def _years(self, day: date) -> float:
        return (day - self.days[0]).days / YEAR


def _others(
    make: _Maker, ladder: Ladder, offers: tuple[Offer, ...], types: tuple[Types, Types],
    after: tuple[Standing, ...],
) -> dict[str, Escalation]:  # fmt: skip
    """Return what would change the chances: the ladder with one thing otherwise."""
    prouder, more = ladder.flow.copy(), np.array([political(np.array(MORE), 1.0), 0.0])
    prouder[1:, :, SENDER] += more[SENDER]
    kept = make.agreed(offers, make.stated + more)
    ways = {
        f"having acted is worth {MORE:.2%} of income more": replace(
            ladder, flow=prouder, agreed=kept
        ),
        "backing down costs three times as much": replace(
            ladder, audience=3 * ladder.audience, offers=ladder.offers - 2 * make.backing(offers)
        ),
        "conceding costs half as much": replace(
            ladder, offers=ladder.offers + np.array([0.0, make.conceding / 2])
        ),
        **_rungs_otherwise(ladder),
        **_packages_otherwise(make, offers),
    }
    found = {what: escalate(one, types, after=after) for what, one in ways.items()}
    # step by step: what sides want besides, what they do not know, and that they err
    known = replace(
        ladder, flow=ladder.flow - make.standing, agreed=make.agreed(offers, np.zeros(2)),
        resolve=(0.0, 0.0),
    )  # fmt: skip
    free = replace(known, offers=ladder.offers * [1.0, 0.0])
    bare = replace(
        free, offers=0 * ladder.offers, audience=0.0, waiting=0.0,
        answering=(0.0,) * len(ladder.answering),
    )  # fmt: skip
    alone = (ONE_TYPE, ONE_TYPE)
    steps = {KNOWN: escalate(known, alone), FREE: escalate(free, alone),
             BARE: escalate(bare, alone, np.inf)}  # fmt: skip
    return {**steps, **found}


def _rungs_otherwise(ladder: Ladder) -> dict[str, Ladder]:
    """Return the ladder with no answer, without its highest rung, and with later days."""
    own, other = ladder.rungs
    found = {}
    if other:
        found["no answer is possible"] = replace(ladder, rungs=(own, ()), flow=ladder.flow[:, :1])
    if len(own) > 1:
        found["the highest rung is not there"] = replace(
            ladder, rungs=(own[:-1], other), flow=ladder.flow[:-1],
            answering=ladder.answering[:-1],
        )  # fmt: skip
    late, start = LATER / YEAR, min(own)
    days = {day if day < start else day + late for day in ladder.days}
    moved = (tuple(day + late for day in own), tuple(day + late for day in other))
    found[f"rungs come {LATER} days later"] = replace(
        ladder, days=tuple(sorted(days)), rungs=moved, due=(True,) * len(days)
    )
    return found


def _packages_otherwise(make: _Maker, offers: tuple[Offer, ...]) -> dict[str, Ladder]:
    """Return the ladder with other packages: without votes at home, without a red line."""
    study, sides = make.study, make.sides
    free = {
        "nobody at home has a vote": study.outlook.unratified.values(),
        **{f"{line.party} drops its red line": [line.without]
           for line in study.questions.red_lines if line.without},
    }  # fmt: skip
    found, known = {}, {offer.package for offer in offers}
    for what, agreements in free.items():
        new = {one.package for one in agreements if one} - known
        new -= {study.packages.number(study.case.unsettled)}
        more = _offers(study, sides, {number: [] for number in sorted(new)})
        if more:
            found[what] = make.ladder((*offers, *more))
    return found
