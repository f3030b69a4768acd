"""What each side does by itself: its answer inside packages, and both sides once talks have failed.

Where a package leaves rungs of one side of a ladder in force, the other side adds the first b of
its own, b = 0 … B as serves it best by its own objective, unless the table names its rungs. Once
talks have failed, who asks uses its first a rungs and the other side answers with b of its own, by
backward induction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detente.disputes.moves import SENDER, TARGET
from detente.errors import InputError
from detente.scenario.talks_consistency import FAILED
from detente.talks.case import Case, central, no_deal_points
from detente.talks.replies import ANSWERED, MeasureSet, Replies
from detente.talks.rungs import Sides, in_force, rungs_of
from detente.talks.table import Floats
from detente.talks.threats import Credibility, credibility
from detente.talks.worth import Worth

if TYPE_CHECKING:
    from detente.scenario.talks import TalksNoDeal
    from detente.talks.valuation import Valuer

TITLE = "Talks fail, each side does what then serves it best"
Step = tuple[int, int]
"""How many rungs are in force: of who asks, and of who is asked."""
Worths = Mapping[MeasureSet, Worth]


def with_answers(case: Case) -> Case:
    """Return talks with what a side answers inside packages, and the no-deal point `FAILED`.

    Raises
    ------
    InputError
        The ladder of the file does not say who is asked.
    """
    from detente.scenario.talks import TalksNoDeal

    sides = rungs_of(case)
    if sides is None:
        return case
    failed = TalksNoDeal(id=FAILED, title=TITLE, kind="breakdown")
    points = (*no_deal_points(case.talks), failed)
    talks = case.talks.model_copy(update={"no_deal": points})
    return replace(case, talks=talks, replies=_replies(case, sides))


def without_answers(case: Case) -> Case:
    """Return talks with neither, where the ladder is one by default: nobody asked for it."""
    if case.talks.ladder:
        return case
    points = tuple(point for point in case.talks.no_deal if point.id != FAILED)
    talks = case.talks.model_copy(update={"no_deal": points})
    return replace(case, talks=talks, replies=None)


def _replies(case: Case, sides: Sides) -> Replies | None:
    """Return the answers to the side whose rungs stand in packages, where the other's do not."""
    named = {m for issue in case.talks.issues for option in issue.options for m in option.measures}
    own = [frozenset(m for rung in rungs for m in rung.measures) for rungs in sides.rungs]
    for imposer, other in ((SENDER, TARGET), (TARGET, SENDER)):
        left, rungs = own[imposer] & named, sides.rungs[other]
        if left and rungs and not own[other] & named:
            by = sides.ids[other]
            together = tuple(
                frozenset(m for rung in rungs[:b] for m in rung.measures)
                for b in range(1, len(rungs) + 1)
            )
            return Replies(by, sides.ids[imposer], case.parties.index(by), left, together,
                           tuple(rung.title for rung in rungs))  # fmt: skip
    return None


def valued(
    case: Case,
    valuer: Valuer,
    sets: Iterable[MeasureSet],
    on_solve: Callable[[int, int], None] | None = None,
    known: Worths | None = None,
) -> dict[MeasureSet, Worth]:
    """Return what sets are worth, those with `ANSWERED` or `FAILED` in them found in this economy.

    Parameters
    ----------
    known
        What is solved already; returned too.

    Raises
    ------
    InputError
        Measures contradict each other; an answer that contradicts its package is none.
    SolveError
        A set has no equilibrium.
    """
    wanted = list(dict.fromkeys(sets))
    asked = [one for one in wanted if ANSWERED in one]
    plain = [one for one in wanted if ANSWERED not in one and FAILED not in one]
    # the package itself must solve; of answers those that can be in force beside it
    needed = [*plain, *(one - {ANSWERED} for one in asked)]
    sides = rungs_of(case) if any(FAILED in one for one in wanted) else None
    needed += ladder_sets(case, sides).values() if sides else ()
    ways = [way for one in asked for way in _ways(case, one)]
    found = dict(known or {})
    new = [one for one in (*needed, *ways) if one not in found]
    try:
        found |= valuer.value(new, on_solve)
    except InputError:
        new = [one for one in new if one in needed or _fits(valuer, one)]
        found |= valuer.value(new, on_solve)
    for one in asked:
        held = held_under(case, found, one)
        found[one] = _with(found[held], _acted(case, held) - _acted(case, one))
    if sides:
        game = failing(case, found, sides)
        held = game.sets[game.step]
        found[frozenset({FAILED})] = _with(found[held], _acted(case, held) - game.backing)
    return found


def _with(of: Worth, more: Floats) -> Worth:
    """Return what measures are worth with an amount more to each party."""
    return of._replace(income=of.income + more)


def _acted(case: Case, one: MeasureSet) -> Floats:
    """Return what having acted is worth to each party, at central figures."""
    return case.acting.standing(one, central)


def _valued(case: Case, worth: Worths, one: MeasureSet) -> Floats:
    """Return what measures are worth by each side's objective, its standing included."""
    return case.worth(worth[one]) + _acted(case, one)


def _ways(case: Case, one: MeasureSet) -> tuple[MeasureSet, ...]:
    assert case.replies is not None
    return case.replies.ways(one)


def _fits(valuer: Valuer, one: MeasureSet) -> bool:
    try:
        valuer.policies([one])
    except InputError:
        return False
    return True


def answer(case: Case, worth: Worths, one: MeasureSet) -> int:
    """Return how many rungs answer a set best; none where nothing in it can be answered.

    Figures of objectives are the central ones, as in a war of best tariffs.
    """
    if case.replies is None or ANSWERED not in one:
        return 0
    return case.replies.best(one, lambda way: _valued(case, worth, way) if way in worth else None)


def held_under(case: Case, worth: Worths, one: MeasureSet) -> MeasureSet:
    """Return what is in force under a package's measures, the answer to it with them."""
    return _ways(case, one)[answer(case, worth, one)] if ANSWERED in one else one


def answers(case: Case, worth: Worths) -> dict[tuple[str, ...], int]:
    """Return the answer to each joint choice of trade options that can be answered, in rungs."""
    issues = case.trade_issues
    return {
        tuple(issue.options[k].id for issue, k in zip(issues, part, strict=True)): answer(
            case, worth, one
        )
        for part, one in case.trade_sets().items()
        if ANSWERED in one
    }


def solved_sets(worth: Worths) -> int:
    """Return how many sets of measures were solved."""
    return sum(not one & {ANSWERED, FAILED} for one in worth)


def ladder_sets(case: Case, sides: Sides) -> dict[Step, MeasureSet]:
    """Return the measures in force at each pair of rungs, on top of those in force now."""
    base = in_force(case)
    own, others = sides.rungs
    return {
        (a, b): base.union(*(rung.measures for rung in (*own[:a], *others[:b])))
        for a in range(len(own) + 1)
        for b in range(len(others) + 1)
    }


@dataclass(frozen=True, eq=False)
class Failing:
    """What both sides of a ladder do once talks have failed.

    Attributes
    ----------
    sides
        Who asks and who is asked, and their rungs.
    place, parties
        Position of who asks among the parties, and how many they are.
    sets
        Measures in force at each pair of rungs.
    worth
        ``(a, b, side)``: what each pair is worth by a side's own objective, from the baseline.
    audience
        What it costs who asks to use no rung, having threatened to.
    """

    sides: Sides
    place: int
    parties: int
    sets: Mapping[Step, MeasureSet]
    worth: Floats
    audience: float

    @property
    def replies(self) -> tuple[int, ...]:
        """The other side's best answer to each a; where nothing is in force there is none."""
        best = self.worth[1:, :, TARGET].argmax(axis=1)
        return 0, *(int(b) for b in best)

    @property
    def step(self) -> Step:
        """What comes: the a that is best for who asks, and the answer to it."""
        replies = self.replies
        own = np.array([self.worth[a, b, SENDER] for a, b in enumerate(replies)])
        own[0] -= self.audience
        a = int(own.argmax())
        return a, replies[a]

    @property
    def backing(self) -> Floats:
        """What backing down costs each party of the table: who asks, if it does."""
        cost = np.zeros(self.parties)
        cost[self.place] = 0.0 if self.step[0] else self.audience
        return cost

    def carried_out(self, a: int) -> Credibility:
        """Say whether who asks would use its first a rungs, given the answer, or back down."""
        back, done = self.worth[0, 0], self.worth[a, self.replies[a]]
        return credibility(done, back, self.audience, executor=SENDER, target=TARGET)

    def answered(self, a: int) -> tuple[int, Credibility]:
        """Return the best answer to a rungs that is one, and whether it beats bearing them."""
        b = 1 + int(self.worth[a, 1:, TARGET].argmax())
        bear, done = self.worth[a, 0], self.worth[a, b]
        return b, credibility(done, bear, executor=TARGET, target=SENDER)

    def stated(self, case: Case) -> tuple[TalksNoDeal, Step | None] | None:
        """Return the file's first breakdown, and which pair of rungs it is, where it is one."""
        points = (p for p in no_deal_points(case.talks) if p.kind == "breakdown")
        point = next((p for p in points if p.id != FAILED), None)
        if point is None:
            return None
        held = case.no_deal_set(point)
        return point, next((step for step, one in self.sets.items() if one == held), None)


def failing(case: Case, worth: Worths, sides: Sides) -> Failing:
    """Return what both sides do once talks have failed; figures are the central ones."""
    sets = ladder_sets(case, sides)
    at = [case.parties.index(side) for side in sides.ids]
    shape = tuple(len(rungs) + 1 for rungs in sides.rungs)
    found = np.array([_valued(case, worth, one)[at] for one in sets.values()]).reshape(*shape, 2)
    unmet = 1 - case.acting.met(sides.ids[SENDER], case.unsettled)  # as in packages
    cost = case.talks.parties[at[SENDER]].audience_cost.central * unmet
    return Failing(sides, at[SENDER], len(case.parties), sets, found, cost)


def failing_of(case: Case, worth: Worths) -> Failing | None:
    """Return the same where the table has the no-deal point `FAILED`."""
    if not any(point.id == FAILED for point in no_deal_points(case.talks)):
        return None
    sides = rungs_of(case)
    assert sides is not None
    return failing(case, worth, sides)
