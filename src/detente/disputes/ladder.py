"""Rungs, days and answers: a threat that may be carried out, put off or settled, step by step.

A sender has rungs a = 0..A, a target b = 0..B, each with the first day on which it may be used. On
each day of the calendar a decision may be due; then, in this order,

- talks may break down for good, after which nothing can be settled;
- the target settles, holds out, or raises b; where there are several packages to settle on, the
  sender says which;
- the sender holds, postpones, goes to its next rung, or steps down by one (the target's answer
  comes down with it);
- after a new rung the target bears it, or answers with its next one.

Between days each side has the flow of the state (a, b). Payoffs are in units of utility: `respond`
takes λ = 1 for the scale. All rungs of a path stay until they are taken back; a settlement ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from detente.disputes.moves import OUTCOMES, SENDER, TARGET, Ladder, Standing, State, grow
from detente.disputes.tree import ONE_TYPE, Floats, Response, Tree, Types, respond
from detente.errors import InputError, Problem


class Learned(NamedTuple):
    """What a move tells of who makes it.

    Attributes
    ----------
    side, move, day
        Whose, which, and the place of its day in the calendar.
    chance
        That it is made then.
    high
        What is then believed of its type: the chance that it is above the middle, half before.
    """

    side: int
    move: str
    day: int
    chance: float
    high: float


def _move(before: State, after: State) -> str:
    """Return in a word what leads from a state to the next."""
    if after.settled >= 0 or after.step == "terms":
        return "settles"
    if after.a != before.a or after.b != before.b:
        return "rung"
    return "postpones" if after.postponed and not before.postponed else "holds"


@dataclass(frozen=True, eq=False)
class Escalation:
    """A solved ladder.

    Attributes
    ----------
    after
        Where it was seen to stand after its first days; chances are given that.
    reach
        ``(branch,)``: chance that a play goes along a branch, given that.
    """

    ladder: Ladder
    tree: Tree
    states: tuple[State, ...]
    response: Response
    types: tuple[Types, Types] = (ONE_TYPE, ONE_TYPE)
    after: tuple[Standing, ...] = ()

    @property
    def merged(self) -> bool:
        """Whether histories that lead to one state are taken as one, being too many."""
        return self.tree.into is not None

    @property
    def seen(self) -> Floats:
        """``()``, of draws ``(draw,)``: chance that it comes to what was seen."""
        return self._given[1] if self.after else np.ones(self.response.reach.shape[1:])

    @cached_property
    def reach(self) -> Floats:
        """Chances of branches, of those alone that go through what was seen; NaN of other draws.

        Raises
        ------
        InputError
            It never comes to what was seen.
        """
        if not self.after:
            return self.response.reach
        found, seen = self._given
        if not (seen > 0).any():
            last = self.after[-1]
            message = "the game never comes to where the dispute was seen to stand"
            raise InputError(Problem(message, key="after", value=tuple(last)))
        found = found / np.where(seen > 0, seen, np.nan)
        found[0] = 1.0
        return found

    @cached_property
    def _given(self) -> tuple[Floats, Floats]:
        """Chances of branches together with what was seen, and that of what was seen."""
        last, count = len(self.after) - 1, len(self.tree.owner)
        parents, nodes = self.tree.parent[1:].tolist(), self.tree.leads[1:].tolist()
        reach = self.response.reach
        come, fitting, ahead = (np.zeros((count, *reach.shape[1:])) for _ in range(3))
        come[0] = fitting[0] = 1.0
        found, share = np.ones_like(reach), np.ones_like(reach)
        fits = [self._fits(state) for state in self.states]
        for at, (parent, node) in enumerate(zip(parents, nodes, strict=True), 1):
            come[node] += reach[at]
            share[at] = reach[at] / np.where(come[parent] > 0, come[parent], 1.0)
            found[at] = fitting[parent] * share[at] * fits[at]
            fitting[node] += found[at]
        seen = [one.step == "over" and one.day == last and fit
                for one, fit in zip(self.states, fits, strict=True)]  # fmt: skip
        for at in range(len(found) - 1, 0, -1):  # what came before was on the way there
            if self.states[at].day > last:
                continue
            hits = float(fits[at]) if seen[at] else ahead[nodes[at - 1]] * fits[at]
            ahead[parents[at - 1]] += share[at] * hits
            found[at] *= hits
        return found, ahead[0]

    def _fits(self, state: State) -> bool:
        if state.step != "over" or state.day >= len(self.after):
            return True
        return state.settled < 0 and self.after[state.day] == (state.a, state.b, state.postponed)

    @property
    def by_day(self) -> Floats:
        """``(day, outcome)``: chances of each outcome once the moves of each day are made."""
        found = np.zeros((len(self.ladder.days), len(OUTCOMES), *self.reach.shape[1:]))
        for state, reach in zip(self.states, self.reach, strict=True):
            if state.settled >= 0:
                found[state.day :, state.outcome] += reach
            elif state.step == "over":
                found[state.day, state.outcome] += reach
        return found

    @property
    def rung(self) -> Floats:
        """``(day, a)``: chances of each rung of the sender; those of a settlement are left out."""
        found = np.zeros((len(self.ladder.days), len(self.ladder.rungs[SENDER]) + 1))
        for state, reach in zip(self.states, self.reach, strict=True):
            if state.step == "over" and state.settled < 0:
                found[state.day, state.a] += reach
        return found

    @property
    def settled_on(self) -> Floats:
        """``(day, offer)``: chances that it is settled on each offer by a day."""
        found = np.zeros((len(self.ladder.days), len(self.ladder.offers)))
        for state, reach in zip(self.states, self.reach, strict=True):
            if state.settled >= 0:
                found[state.day :, state.settled] += reach
        return found

    @property
    def learned(self) -> tuple[Learned, ...]:
        """What the first moves that tell something tell: while nothing is in force."""
        found: dict[tuple[int, str, int], list[int]] = {}
        at_node = dict(zip(self.tree.leads.tolist(), self.states, strict=True))
        for at, state in enumerate(self.states[1:], 1):
            before = at_node[int(self.tree.parent[at])]
            side = int(self.tree.owner[self.tree.parent[at]])
            first = not (before.a or before.b or before.postponed or before.step == "terms")
            if side not in (SENDER, TARGET) or not first:
                continue
            found.setdefault((side, _move(before, state), before.day), []).append(at)
        return tuple(self._learned(key, nodes) for key, nodes in found.items())

    def _learned(self, key: tuple[int, str, int], branches: list[int]) -> Learned:
        side, move, day = key
        reach, own = self.reach[branches], self.response.belief[side][branches]
        high = own[:, self.types[side].value > 0].sum(axis=1)
        high += own[:, self.types[side].value == 0].sum(axis=1) / 2
        total = float(reach.sum())
        mean = float(reach @ high) / total if total > 0 else 0.5
        return Learned(side, move, day, total, mean)


def escalate(
    ladder: Ladder, types: tuple[Types, Types] = (ONE_TYPE, ONE_TYPE), precision: float = 1.0,
    after: tuple[Standing, ...] = (),
) -> Escalation:  # fmt: skip
    """Solve a ladder, and look at it from where it was seen to stand ``after`` its first days.

    Raises
    ------
    SolveError
        Its probabilities did not settle.
    """
    tree, states = grow(ladder)
    return Escalation(ladder, tree, states, respond(tree, types, precision), types, after)
