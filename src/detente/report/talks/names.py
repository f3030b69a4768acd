"""What readers see of sides, issues and amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from detente.talks.table import Floats

if TYPE_CHECKING:
    from detente.document.blocks import Unit
Choices = Mapping[str, str]
"""Issue → option."""
Amounts = Sequence[float] | Floats
"""Million USD a year, one a party."""
Band = tuple[float, float] | None
"""Where nine tenths of draws are; nothing where they are too few, or nothing is drawn."""


@dataclass(frozen=True)
class Party:
    """A side: its share of bargaining power, and what backing down from a threat costs it."""

    id: str
    name: str
    power: float
    audience_cost: float


@dataclass(frozen=True)
class Issue:
    """An issue: its option until it is settled, and the title of each by its id."""

    id: str
    title: str
    note: str
    unsettled: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Answers:
    """What the other side does where a package leaves measures of one side in force.

    Attributes
    ----------
    issues
        Those with measures.
    leaving
        Options that leave what is answered in force.
    said
        Options of these issues → the answer to them, in words; empty where there is none.
    """

    issues: tuple[str, ...] = ()
    leaving: frozenset[tuple[str, str]] = frozenset()
    said: Mapping[tuple[str, ...], str] = field(default_factory=dict)

    def to(self, here: Choices) -> str:
        """Say what answers a package; nothing where nothing does."""
        return self.said.get(tuple(here[issue] for issue in self.issues), "")

    def beside(self, here: Choices, told: Iterable[str]) -> dict[str, str]:
        """Return the issue among those told that is answered, and how, in brackets."""
        words = self.to(here)
        at = [issue for issue in told if (issue, here[issue]) in self.leaving]
        return {at[-1]: f" ({words})"} if words and at else {}


@dataclass(frozen=True)
class Naming:
    """What readers see of sides, issues and amounts.

    Attributes
    ----------
    fallback
        Options that hold without a deal.
    unit
        What amounts are shown in: one size for all tables of a study.
    small, nothing
        Amounts below which a difference is not worth a sentence, and below which there is none.
    answers
        What answers packages that leave measures in force.
    """

    parties: tuple[Party, ...]
    issues: Mapping[str, Issue]
    fallback: Choices
    unit: Unit
    small: float
    nothing: float
    answers: Answers = Answers()

    def party(self, name: str) -> Party:
        """Return a side by its id."""
        return next(party for party in self.parties if party.id == name)

    def name(self, party: str) -> str:
        """Return the name of a side by its id."""
        return self.party(party).name

    def title(self, issue: str) -> str:
        """Return the title of an issue."""
        return self.issues[issue].title

    def option(self, issue: str, option: str) -> str:
        """Return the title of an option."""
        return self.issues[issue].options[option]

    @property
    def unsettled(self) -> Choices:
        """Every issue as it is until it is settled."""
        return {issue.id: issue.unsettled for issue in self.issues.values()}
