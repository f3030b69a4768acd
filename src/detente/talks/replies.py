"""What one side of a ladder can answer, where a package leaves measures of the other in force."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from detente.talks.table import Floats

MeasureSet = frozenset[str]
ANSWERED = "best answer"
"""Stands in a set for the answer to it that serves the other side best."""


@dataclass(frozen=True)
class Replies:
    """Answers of one side to measures of the other.

    Attributes
    ----------
    by, to
        Who answers, and whose measures.
    place
        Position of who answers among the parties.
    measures
        What is answered, where a package leaves any of it in force.
    rungs
        Measures of the first rung of who answers, of the first two, and so on.
    titles
        What a reader sees of each rung.
    """

    by: str
    to: str
    place: int
    measures: MeasureSet
    rungs: tuple[MeasureSet, ...]
    titles: tuple[str, ...]

    def ways(self, one: MeasureSet) -> tuple[MeasureSet, ...]:
        """Return a set with no answer, with that of the first rung, of the first two, and so on."""
        named = one - {ANSWERED}
        return named, *(named | rungs for rungs in self.rungs)

    def best(self, one: MeasureSet, value: Callable[[MeasureSet], Floats | None]) -> int:
        """Return how many rungs answer a set best; the fewest of equal ones.

        Parameters
        ----------
        value
            What measures are worth to each party by its own objective; nothing where measures
            cannot be in force together, which is then no answer.
        """
        worth = [value(way) for way in self.ways(one)]
        return int(np.argmax([-np.inf if own is None else own[self.place] for own in worth]))
