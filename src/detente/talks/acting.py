"""What a side's threats are worth to it once made: having carried one out, and backing down.

A side has threatened where it has rungs of a ladder (`detente.talks.rungs`). Having one of their
measures in force is worth its standing. A deal in which none is costs it its audience cost, as far
as the deal falls short of what it has demanded; so does a breakdown that is not its own doing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from detente.talks.replies import ANSWERED
from detente.talks.table import Choice, Floats, Interaction
from detente.talks.valuation import WAR, MeasureSet

if TYPE_CHECKING:
    from detente.scenario.talks import RangeEntry, Talks, TalksIssue, TalksNoDeal

Draw = Callable[[str, "RangeEntry"], float]


@dataclass(frozen=True)
class Acting:
    """Who has threatened what, and what it has demanded.

    Attributes
    ----------
    talks
        The section of the scenario.
    threatened
        Party → measures of its rungs; nothing of parties that have none.
    """

    talks: Talks
    threatened: Mapping[str, MeasureSet] = field(default_factory=dict)

    def acts(self, party: str, one: MeasureSet) -> bool:
        """Whether a side has a threatened measure of its own in force: in a war it has."""
        return WAR in one or bool(self.threatened.get(party, frozenset()) & one)

    def idle(self, party: str, one: MeasureSet) -> bool:
        """Whether a side has threatened, and none of what it threatened is in force.

        Who may answer a package does not back down by leaving it at that.
        """
        may = bool(self.threatened.get(party)) and ANSWERED not in one
        return may and not self.acts(party, one)

    def demands(self, party: str) -> dict[str, str]:
        """Return what a side demands, issue: option."""
        own = (p for p in self.talks.positions if p.party == party and p.kind == "demand")
        return {issue: option for position in own for issue, option in position.choices.items()}

    def met(self, party: str, choices: Mapping[str, str]) -> float:
        """Return the share of its demands that options meet; none where it has stated none."""
        wanted = self.demands(party)
        held = sum(choices.get(issue) == option for issue, option in wanted.items())
        return held / len(wanted) if wanted else 0.0

    def standing(self, one: MeasureSet, draw: Draw) -> Floats:
        """Return what having acted is worth to each side under some measures, ``(party,)``."""
        found = np.zeros(len(self.talks.parties))
        for place, party in enumerate(self.talks.parties):
            worth = party.objective and party.objective.standing
            if worth is not None:
                drawn = draw(f"standing of {party.party}", worth)
                found[place] = drawn * self.acts(party.party, one)
        return found

    def costs(self, draw: Draw) -> Floats:
        """Return what backing down in full costs each side, ``(party,)``: none without threats."""
        return np.array([
            draw(f"audience cost of {party.party}", party.audience_cost)
            if self.threatened.get(party.party) and any(party.audience_cost.ends) else 0.0
            for party in self.talks.parties
        ])  # fmt: skip

    def backing(self, one: MeasureSet, choices: Mapping[str, str]) -> Floats:
        """Return how far each side backs down in a deal, from 0 to 1, ``(party,)``."""
        return np.array([
            self.idle(party.party, one) * (1 - self.met(party.party, choices))
            for party in self.talks.parties
        ])  # fmt: skip

    def backing_at(
        self, point: TalksNoDeal, one: MeasureSet, choices: Mapping[str, str]
    ) -> Floats:  # fmt: skip
        """Return the same without a deal: while talks go on, or by its own threat, nobody does."""
        found = self.backing(one, choices)
        own = np.array([party.party == point.by for party in self.talks.parties])
        return np.where(own | (point.kind != "breakdown"), 0.0, found)

    def signed(self, one: MeasureSet, draw: Draw) -> Floats:
        """Return what a deal with these measures is worth besides if it meets no demand."""
        idle = np.array([self.idle(party.party, one) for party in self.talks.parties])
        return self.standing(one, draw) - self.costs(draw) * idle

    def met_by(
        self, issues: Sequence[TalksIssue], sets: Mapping[tuple[int, ...], MeasureSet], draw: Draw
    ) -> tuple[Interaction, ...]:
        """Return what demands that are met give back of `signed`, by choices.

        Parameters
        ----------
        issues, sets
            The issues that have measures, and what is in force under each joint choice of them.
        """
        found, costs = [], self.costs(draw)
        shape = tuple(len(issue.options) for issue in issues)
        for place, party in enumerate(self.talks.parties):
            wanted = self.demands(party.party)
            if not any(party.audience_cost.ends) or not wanted:
                continue
            idle = np.zeros(shape, dtype=bool)
            for part, one in sets.items():
                idle[part] = self.idle(party.party, one)
            back = np.zeros(len(costs))
            back[place] = costs[place] / len(wanted)
            for held in _ways(idle, issues):
                for choice in wanted.items():
                    if held.get(choice[0], choice[1]) == choice[1]:
                        both: dict[str, str] = {**held, choice[0]: choice[1]}
                        found.append(Interaction(tuple(both.items()), back))
        return tuple(found)


def _ways(idle: np.ndarray, issues: Sequence[TalksIssue]) -> Iterator[Mapping[str, str]]:
    """Yield the choices under which a side is idle, of the issues alone on which that depends."""
    axes = [axis for axis in range(idle.ndim) if (idle != idle.take([0], axis)).any()]
    for part in product(*(range(idle.shape[axis]) for axis in axes)):
        at = [0] * idle.ndim
        for axis, place in zip(axes, part, strict=True):
            at[axis] = place
        if idle[tuple(at)]:
            held: list[Choice] = [(issues[axis].id, issues[axis].options[place].id)
                                  for axis, place in zip(axes, part, strict=True)]  # fmt: skip
            yield dict(held)
