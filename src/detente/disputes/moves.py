"""What both sides of a ladder can do, when, and what it is worth: states, moves, and their tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.disputes.tree import CHANCE, END, Floats, Tree
from detente.errors import InputError, Problem

OUTCOMES = ("open", "postponed", "settled", "imposed", "answered")
"""Where the dispute stands: of the arrays of `by_day` the last axis."""
MOST_DAYS, MOST_NODES = 8, 20_000
SENDER, TARGET = 0, 1


@dataclass(frozen=True, eq=False)
class Ladder:
    """What both sides can do, when, and what it is worth to them. Times are years from the start.

    Attributes
    ----------
    days
        Of the calendar, rising; the first is 0.
    due
        ``(day,)``: whether a decision is due for sure; else it is with 1 − exp(−ν Δ), where Δ is
        the time since the day before.
    rungs
        Of sender and target: first day of each rung above 0, as they follow each other.
    flow
        ``(a, b, side)``: utility a year in each state, against nothing in force.
    offers
        ``(offer, side)``: utility of settling on each, once.
    agreed
        ``(offer, side)``: utility a year from then on, for as long as the last state lasts; none
        unless given.
    resolve
        Of the sender: utility a year that a unit of its type adds while a > 0. Of the target: what
        a unit of its type adds to the cost of settling.
    conceded
        ``(offer,)``: times which the target's type counts in settling on each; 1 unless given.
    waiting
        Cost a year to both while the dispute is open; half of it to the target while postponed.
    audience
        Cost to the sender of postponing or stepping down, once.
    answering
        ``(a,)``: utility of the target from answering rung a, once.
    impatience
        Rates a year of sender and target.
    decisions
        ν, a year.
    breakdown
        β, a year.
    last
        Years that the last state lasts.
    """

    days: tuple[float, ...]
    due: tuple[bool, ...]
    rungs: tuple[tuple[float, ...], tuple[float, ...]]
    flow: Floats
    offers: Floats
    resolve: tuple[float, float] = (0.0, 0.0)
    waiting: float = 0.0
    audience: float = 0.0
    answering: tuple[float, ...] = ()
    impatience: tuple[float, float] = (0.1, 0.1)
    decisions: float = 0.0
    breakdown: float = 0.0
    last: float = 2.0
    agreed: Floats | None = None
    conceded: Floats | None = None

    def __post_init__(self) -> None:
        """Refuse what does not fit together, all at once."""
        if problems := list(self._faults()):
            raise InputError(problems)

    def _faults(self) -> Iterator[Problem]:
        days, shape = self.days, (*(len(one) + 1 for one in self.rungs), 2)
        if not 1 <= len(days) <= MOST_DAYS or days[0] != 0 or any(np.diff(days) <= 0):
            allowed = f"1 to {MOST_DAYS} days, rising from 0"
            yield Problem("is no calendar", key="days", value=days, allowed=allowed)
        if len(self.due) != len(days):
            yield Problem("is not one a day", key="due", value=self.due)
        for one in self.rungs:
            if any(np.diff(one) < 0):
                yield Problem("a rung is before the one below it", key="rungs", value=one)
        if np.shape(self.flow) != shape:
            yield Problem("has another shape", key="flow", value=np.shape(self.flow),
                          allowed=str(shape))  # fmt: skip
        if np.ndim(self.offers) != 2 or np.shape(self.offers)[1] != 2:
            yield Problem("is not two a package", key="offers", value=np.shape(self.offers))
        elif self.agreed is not None and np.shape(self.agreed) != np.shape(self.offers):
            yield Problem("is not two a package", key="agreed", value=np.shape(self.agreed))
        if self.conceded is not None and np.shape(self.conceded) != np.shape(self.offers)[:1]:
            yield Problem("is not one a package", key="conceded", value=np.shape(self.conceded))
        if len(self.answering) not in (0, len(self.rungs[SENDER])):
            yield Problem("is not one a rung of the sender", key="answering", value=self.answering)
        for key in ("waiting", "audience", "decisions", "breakdown", "last"):
            if not getattr(self, key) >= 0:
                yield Problem("is below zero", key=key, value=getattr(self, key))


@dataclass(frozen=True)
class State:
    """Where a path stands: day, step of it, rungs, whether postponed, whether talks broke down."""

    day: int
    step: str
    a: int = 0
    b: int = 0
    postponed: bool = False
    broken: bool = False
    settled: int = -1

    @property
    def outcome(self) -> int:
        """Place in `OUTCOMES`."""
        if self.settled >= 0:
            return 2
        if self.a:
            return 4 if self.b else 3
        return 1 if self.postponed else 0


@dataclass(frozen=True)
class Branch:
    """A way on: its state, what it pays both, a unit of the own type too, and its chance."""

    state: State
    payoff: tuple[float, float] = (0.0, 0.0)
    tilt: tuple[float, float] = (0.0, 0.0)
    chance: float = 1.0


class Standing(NamedTuple):
    """Where a dispute was seen to stand after a day: rungs of both, and whether it is put off."""

    a: int
    b: int
    postponed: bool

    def then(self, move: str, side: int) -> Standing:
        """Return where it stands after a move of a side."""
        if move == "rung" and side == TARGET:
            return self._replace(b=self.b + 1)
        if move == "rung":
            return self._replace(a=self.a + 1, postponed=False)
        if move == "steps-down":
            return self._replace(a=self.a - 1, b=min(self.b, self.a - 1))
        return self._replace(postponed=self.postponed or move == "postpones")


def grow(ladder: Ladder, most: int = MOST_NODES) -> tuple[Tree, tuple[State, ...]]:
    """Return the tree of a ladder, and the state that each of its branches leads to.

    Where it has more than ``most`` histories, those that lead to one state are merged.
    """
    ways, start = _all_ways(ladder), Branch(State(0, "due"))
    number = {state: at for at, state in enumerate(ways)}
    branches, parents = [start], [-1]
    for state, (_, further) in ways.items():
        branches += further
        parents += [number[state]] * len(further)
    into = np.array([number[one.state] for one in branches])
    merged = _tree([owner for owner, _ in ways.values()], parents, branches, into)
    if merged.histories > most:
        return merged, tuple(one.state for one in branches)
    branches, parents = [start], [-1]
    for at, branch in enumerate(branches):  # grows while it is walked, level by level
        further = ways[branch.state][1]
        branches += further
        parents += [at] * len(further)
    tree = _tree([ways[one.state][0] for one in branches], parents, branches)
    return tree, tuple(one.state for one in branches)


def _tree(
    owners: list[int], parents: list[int], branches: list[Branch],
    into: NDArray[np.int_] | None = None,
) -> Tree:  # fmt: skip
    return Tree(
        np.array(owners),
        np.array(parents),
        np.array([one.chance for one in branches]),
        np.array([one.payoff for one in branches]),
        np.array([one.tilt for one in branches]),
        into,
    )


def _all_ways(ladder: Ladder) -> dict[State, tuple[int, list[Branch]]]:
    """Return who moves at each state that may come, and the ways on, earlier states first."""
    found, here = {}, [State(0, "due")]
    for state in here:  # grows while it is walked
        if state not in found:
            found[state] = _ways(ladder, state)
            here += [branch.state for branch in found[state][1]]
    steps = [*_STEPS, "over"]
    order = sorted(found, key=lambda state: (state.day, steps.index(state.step)))
    return {state: found[state] for state in order}


def _ways(ladder: Ladder, at: State) -> tuple[int, list[Branch]]:
    """Return who moves at a state and the ways on: what is not yet possible is not among them."""
    if at.settled >= 0:
        return END, []
    if at.step == "over":
        return (END if at.day + 1 == len(ladder.days) else CHANCE), _next_day(ladder, at)
    owner, ways = _STEPS[at.step]
    return owner, ways(ladder, at)


def _then(at: State, step: str, **more: int | bool) -> State:
    held = {"a": at.a, "b": at.b, "postponed": at.postponed, "broken": at.broken}
    return State(at.day, step, **{**held, **more})  # pyright: ignore[reportArgumentType]


def _interval(ladder: Ladder, day: int) -> float:
    """Return the time since the day before."""
    return ladder.days[day] - ladder.days[day - 1] if day else 0.0


def _due(ladder: Ladder, at: State) -> list[Branch]:
    likely = 1 - np.exp(-ladder.decisions * _interval(ladder, at.day))
    chance = 1.0 if ladder.due[at.day] else float(likely)
    ways = (Branch(_then(at, "talks"), chance=chance),
            _over(ladder, at, chance=1 - chance))  # fmt: skip
    return [way for way in ways if way.chance > 0]


def _talks(ladder: Ladder, at: State) -> list[Branch]:
    lost = 0.0 if at.broken else 1 - np.exp(-ladder.breakdown * _interval(ladder, at.day))
    ways = (Branch(_then(at, "target"), chance=1 - float(lost)),
            Branch(_then(at, "target", broken=True), chance=float(lost)))  # fmt: skip
    return [way for way in ways if way.chance > 0]


def _target(ladder: Ladder, at: State) -> list[Branch]:
    ways = [Branch(_then(at, "sender"))]
    if _may(ladder, TARGET, at.b, at.day):
        ways.append(Branch(_then(at, "sender", b=at.b + 1)))
    if not at.broken and len(ladder.offers) == 1:
        ways += _terms(ladder, at)
    elif not at.broken and len(ladder.offers):
        ways.append(Branch(_then(at, "terms")))
    return ways


def _terms(ladder: Ladder, at: State) -> list[Branch]:
    now, ways = _discount(ladder, at.day), []
    worth = ladder.offers * now
    if ladder.agreed is not None:
        left = [_years(ladder, day) for day in range(at.day, len(ladder.days))]
        worth = worth + ladder.agreed * sum(left)
    counts = np.ones(len(worth)) if ladder.conceded is None else ladder.conceded
    for number, (sender, target) in enumerate(worth):
        paid = (float(sender), float(target))
        tilt = (0.0, float(-ladder.resolve[TARGET] * counts[number] * now[TARGET]))
        ways.append(Branch(_then(at, "over", settled=number), paid, tilt))
    return ways


def _sender(ladder: Ladder, at: State) -> list[Branch]:
    ways = [_over(ladder, at)]
    cost = -ladder.audience * _discount(ladder, at.day)[SENDER]
    if at.a < len(ladder.rungs[SENDER]) and not at.postponed:
        ways.append(_over(ladder, _then(at, "sender", postponed=True), float(cost)))
    if _may(ladder, SENDER, at.a, at.day):
        up = _then(at, "answer", a=at.a + 1, postponed=False)
        answers = _may(ladder, TARGET, at.b, at.day)
        ways.append(Branch(up) if answers else _over(ladder, up))
    if at.a:
        down = _then(at, "sender", a=at.a - 1, b=min(at.b, at.a - 1))
        ways.append(_over(ladder, down, float(cost)))
    return ways


def _answer(ladder: Ladder, at: State) -> list[Branch]:
    worth = ladder.answering[at.a - 1] if ladder.answering else 0.0
    paid = float(worth * _discount(ladder, at.day)[TARGET])
    return [_over(ladder, at), _over(ladder, _then(at, "answer", b=at.b + 1), target=paid)]


_STEPS = {"due": (CHANCE, _due), "talks": (CHANCE, _talks), "target": (TARGET, _target),
          "terms": (SENDER, _terms), "sender": (SENDER, _sender),
          "answer": (TARGET, _answer)}  # fmt: skip
"""Steps of a day → who moves, and the ways on."""


def _next_day(ladder: Ladder, at: State) -> list[Branch]:
    if at.day + 1 == len(ladder.days):
        return []
    return [Branch(State(at.day + 1, "due", at.a, at.b, at.postponed, at.broken))]


def _may(ladder: Ladder, side: int, rung: int, day: int) -> bool:
    """Whether the next rung of a side is there and its day has come."""
    rungs = ladder.rungs[side]
    return rung < len(rungs) and rungs[rung] <= ladder.days[day] + 1e-9


def _over(
    ladder: Ladder, at: State, sender: float = 0.0, target: float = 0.0, chance: float = 1.0
) -> Branch:
    """End the moves of a day: the flow of the state runs until the next."""
    years = _years(ladder, at.day)
    flow = ladder.flow[at.a, at.b] * years
    still = {0: (1.0, 1.0), 1: (0.0, 0.5)}.get(at.outcome, (0.0, 0.0))
    waits = ladder.waiting * np.array(still) * years
    paid = (sender + float(flow[SENDER] - waits[SENDER]),
            target + float(flow[TARGET] - waits[TARGET]))  # fmt: skip
    tilt = (ladder.resolve[SENDER] * float(years[SENDER]) if at.a else 0.0, 0.0)
    return Branch(_then(at, "over"), paid, tilt, chance)


def _discount(ladder: Ladder, day: int) -> Floats:
    return np.exp(-np.array(ladder.impatience) * ladder.days[day])


def _years(ladder: Ladder, day: int) -> Floats:
    """Return by side the discounted years from a day to the next, or of the last state."""
    start = ladder.days[day]
    end = ladder.days[day + 1] if day + 1 < len(ladder.days) else start + ladder.last
    rate = np.array(ladder.impatience)
    safe = np.where(rate > 0, rate, 1.0)
    length = (np.exp(-safe * start) - np.exp(-safe * end)) / safe
    return np.where(rate > 0, length, end - start)


def political(change: Floats, income: float | Floats) -> NDArray[np.float64]:
    """Return what a change of real income counts for: sign(x) ln(1 + |x| / 0.01% of income)."""
    change = np.asarray(change, dtype=float)
    return np.sign(change) * np.log1p(np.abs(change) / (1e-4 * np.asarray(income)))
