"""What then happened to each issue, and how often a prediction, or "nothing changes", has it right.

A record that leaves an issue open counts for neither: nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from detente.scenario.talks import Talks, TalksAfterwards

Settled = dict[str, str | None]
"""Issue → its option; nothing where it was settled in a way that is no option of the table."""


class Score(NamedTuple):
    """Of issues that were settled, on how many a prediction is right.

    ``unchanged`` counts those on which "nothing changes" is: every issue as it is unsettled.
    """

    issues: int
    predicted: int
    unchanged: int


def settled_by(event: TalksAfterwards) -> Settled:
    """Return what an event settled."""
    return {**dict.fromkeys(event.off_table), **event.choices}


def last_word(talks: Talks) -> Settled:
    """Return how each issue was settled last, whatever the order of events in the file."""
    found: Settled = {}
    for event in sorted(talks.afterwards, key=lambda event: event.date):
        found |= settled_by(event)
    return found


def score(then: Settled, predicted: Mapping[str, str], unsettled: Mapping[str, str]) -> Score:
    """Count the issues on which a prediction, and "nothing changes", are what then happened."""
    right, same = (sum(given[issue] == option for issue, option in then.items())
                   for given in (predicted, unsettled))  # fmt: skip
    return Score(len(then), right, same)
