"""The gap between two positions, and the steps that close it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.talks.packages import Packages
from detente.talks.solutions import EXACT, zone
from detente.talks.table import Floats


@dataclass(frozen=True, eq=False)
class Gap:
    """How far two positions are apart.

    Attributes
    ----------
    issues
        Issues on which they differ.
    distance
        ``(2,)``: what each side's own position is worth to it above the other's, in its welfare.
    """

    issues: tuple[str, ...]
    distance: Floats


@dataclass(frozen=True, eq=False)
class Concession:
    """A step of one side towards the other's position on one issue.

    Attributes
    ----------
    giver
        Party that takes the step.
    issue, before, after
        What changes.
    cost
        What the giver loses; below zero where the step pays by itself.
    worth
        What the other side gains.
    closed
        Share of the gap, in the other side's welfare, that the step closes.
    left
        What of the gap is left after it, in the other side's welfare.
    """

    giver: str
    issue: str
    before: str
    after: str
    cost: float
    worth: float
    closed: float
    left: float


@dataclass(frozen=True)
class Binding:
    """The issue of a package that a party would most like to change, and why it cannot.

    Attributes
    ----------
    party, issue, wanted
        Who would change what to which option.
    worth
        What the change is worth to it.
    refused_by, why
        The party that would not sign, and whether for a red line or for having more without a deal;
        nobody, and that it would not pass at home; or neither, where others only lose.
    cost
        What the change costs the other party that loses most; below zero where all others gain.
    loser
        That party.
    """

    party: str
    issue: str
    wanted: str
    worth: float
    refused_by: str
    why: str
    cost: float
    loser: str


def gap(packages: Packages, first: int, second: int, sides: tuple[int, int] = (0, 1)) -> Gap:
    """Return the gap between the positions of two parties, two package numbers."""
    one, two = packages.choices(first), packages.choices(second)
    u, (i, j) = packages.utility, sides
    distance = np.array([u[first, i] - u[second, i], u[second, j] - u[first, j]])
    return Gap(tuple(name for name in one if one[name] != two[name]), distance)


def concessions(
    packages: Packages, own: int, other: int, giver: int = 0, receiver: int | None = None
) -> list[Concession]:
    """Return the ladder of concessions of one side, the one cheapest for what it closes first.

    From its own position one issue at a time moves to the other side's option; each step is the one
    with the most gain to the other for what it costs the giver, valued where the ladder stands.
    Steps that cost nothing and give something come first, steps that give the other nothing last.

    Parameters
    ----------
    packages
        All packages.
    own, other
        Package numbers of the giver's position and of the other's.
    giver, receiver
        Places of the two; the other of two parties receives unless given.
    """
    u, table = packages.utility, packages.table
    receiver = 1 - giver if receiver is None else receiver
    here, goal = packages.choices(own), packages.choices(other)
    whole = u[other, receiver] - u[own, receiver]
    at, steps = own, []
    left = [name for name in here if here[name] != goal[name]]
    while left:
        after = {name: packages.number({**here, name: goal[name]}) for name in left}
        cost = {name: float(u[at, giver] - u[k, giver]) for name, k in after.items()}
        worth = {name: float(u[k, receiver] - u[at, receiver]) for name, k in after.items()}
        name = max(left, key=lambda n: (_rank(cost[n], worth[n]), n))
        at = after[name]
        rest = float(u[other, receiver] - u[at, receiver])
        share = worth[name] / whole if abs(whole) > EXACT else 0.0
        steps.append(
            Concession(
                table.parties[giver], name, here[name], goal[name],
                cost[name], worth[name], share, rest,
            )
        )  # fmt: skip
        here = {**here, name: goal[name]}
        left.remove(name)
    return steps


def _rank(cost: float, worth: float) -> tuple[int, float]:
    if worth <= 0:
        return 0, worth - cost
    return (2, worth) if cost <= 0 else (1, worth / cost)


RED_LINE, BETTER_OFF, VOTED_DOWN = "red line", "better off", "voted down"


def binding(
    packages: Packages, package: int, least: Floats, passing: NDArray[np.bool_] | None = None
) -> list[Binding]:
    """Return for each party the one change of one issue that it would like most.

    Parties that would change nothing are left out.

    Parameters
    ----------
    least
        ``(party,)`` below which a party refuses.
    passing
        ``(package,)``: those that would pass at home; all unless given.
    """
    table, u = packages.table, packages.utility
    here = packages.choices(package)
    inside = zone(packages, least)
    found = []
    changes = [
        (issue.id, option, packages.number({**here, issue.id: option}))
        for issue in table.issues
        for option in issue.options
        if option != here[issue.id]
    ]
    for place, party in enumerate(table.parties):
        own = [(u[k, place] - u[package, place], name, option, k) for name, option, k in changes]
        if not own:
            continue
        worth, name, option, k = max(own, key=lambda item: (item[0], item[1], item[2]))
        if worth <= EXACT * max(1.0, np.abs(u[package]).max()):
            continue
        loss = u[package] - u[k]
        loss[place] = -np.inf
        hurt = int(loss.argmax())
        refused, why = "", ""
        if not inside[k]:
            by, why = _refuser(packages, k, least, hurt)
            refused = table.parties[by]
        elif passing is not None and not passing[k]:
            why = VOTED_DOWN
        found.append(Binding(party, name, option, float(worth), refused, why, float(loss[hurt]),
                             table.parties[hurt]))  # fmt: skip
    return found


def _refuser(packages: Packages, package: int, least: Floats, otherwise: int) -> tuple[int, str]:
    unsigned = np.flatnonzero(~packages.signed[package])
    if len(unsigned):
        return int(unsigned[0]), RED_LINE
    short = least - packages.utility[package]
    return (int(short.argmax()) if short.max() > 0 else otherwise), BETTER_OFF
