"""Who at home must agree to a package, from the scenario's section to chances of passing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.talks.case import Draw, central
from detente.talks.packages import Packages
from detente.talks.ratification import Bloc, approval, passing, ratified
from detente.talks.table import Floats, NoDeal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from detente.scenario.talks import TalksBlocValue, TalksRatification


@dataclass(frozen=True, eq=False)
class Vote:
    """One side's ratification of every package.

    Attributes
    ----------
    party, title, least
        Whose, what it is called, and the chance that a package must pass with.
    passes
        ``(package,)``: chance that enough members approve.
    approvals
        Bloc → ``(package,)``: chance that one of its members approves.
    """

    party: str
    title: str
    least: float
    passes: Floats
    approvals: dict[str, Floats]


def votes(
    ratification: tuple[TalksRatification, ...],
    packages: Packages,
    no_deal: NoDeal,
    fallback: Mapping[str, str],
    draw: Draw = central,
) -> list[Vote]:
    """Return every side's ratification.

    A member approves with ``Λ(κ g)``, where g is its side's gain over no deal, what its bloc sees
    besides in options that differ from those without a deal, and what it sees beyond the gain at
    the place it comes from (`detente.talks.seats.Seats.beyond`).

    Parameters
    ----------
    no_deal
        What members compare a package with.
    fallback
        Issue → option without a deal.
    """
    found = []
    for number, entry in enumerate(ratification, 1):
        place = packages.table.parties.index(entry.party)
        gain = packages.utility[:, place] - no_deal.values[place]
        gain = gain + _besides(entry.values, packages, fallback, f"vote {number}", draw)
        local = seen_over(packages, number - 1, np.arange(len(gain)), no_deal)
        approvals = {
            bloc.id: approval(
                gain + here + _besides(bloc.values, packages, fallback,
                                       f"vote {number} {bloc.id}", draw),
                0.0,
                entry.sharpness,
            )
            for bloc, here in zip(
                entry.blocs, np.broadcast_to(local, (len(entry.blocs), len(gain))), strict=True
            )
        }  # fmt: skip
        blocs = [Bloc(bloc.members, approvals[bloc.id]) for bloc in entry.blocs]
        title = entry.title
        found.append(Vote(entry.party, title, entry.least, passing(blocs, entry.needed), approvals))
    return found


def passes_all(found: list[Vote], count: int) -> Floats:
    """Return the chance that all sides ratify, ``(package,)``; they vote apart."""
    return np.prod([vote.passes for vote in found], axis=0) if found else np.ones(count)


def may_pass(found: list[Vote], count: int) -> np.ndarray:
    """Mark packages that every side ratifies with at least the chance it must."""
    mark = np.ones(count, dtype=bool)
    for vote in found:
        mark &= ratified(vote.passes, vote.least)
    return mark


def seen_over(packages: Packages, vote: int, numbers: NDArray[np.int_], no_deal: NoDeal) -> Floats:
    """Return what members of each place see in packages over no deal, ``(place, package)``.

    One row of zeros where the vote, counted from zero, is not by place.
    """
    local = packages.seen(vote, numbers)
    before = no_deal.seen[vote] if vote < len(no_deal.seen) else np.zeros(0)
    return local - before[:, None] if before.size else local


def _besides(
    values: Sequence[TalksBlocValue],
    packages: Packages,
    fallback: Mapping[str, str],
    key: str,
    draw: Draw,
) -> Floats:
    """Return what members see besides in each package, less what they see without a deal."""
    extra = np.zeros(packages.table.size)
    for number, item in enumerate(values, 1):
        value = draw(f"{key} #{number}", item.value)
        extra += value * packages.holding(*item.choices.items())
        if all(fallback[issue] == option for issue, option in item.choices.items()):
            extra -= value
    return extra
