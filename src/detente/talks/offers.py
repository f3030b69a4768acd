"""Packages that a dispute may be settled on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from detente.disputes.moves import SENDER
from detente.talks.answers import held_under
from detente.talks.case import Case, central, is_reservation, while_talking
from detente.talks.lasting import lasting
from detente.talks.outlook import power_in
from detente.talks.rungs import Sides
from detente.talks.solutions import solve_table
from detente.talks.table import Floats, NoDeal

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.talks.home import Vote
    from detente.talks.outlook import Outlook
    from detente.talks.packages import Packages
    from detente.talks.side_questions import SideQuestions
    from detente.talks.solutions import Agreement
    from detente.talks.valuation import MeasureSet
    from detente.talks.worth import Worth


LAST = 2.0
"""Years that the last state lasts: what a broken package brings counts as long too."""


class Study(Protocol):
    """What the game needs of a study of talks (`detente.talks.study.TalksStudy`)."""

    @property
    def case(self) -> Case: ...  # noqa: D102
    @property
    def calibration(self) -> Calibration: ...  # noqa: D102
    @property
    def worth(self) -> dict[MeasureSet, Worth]: ...  # noqa: D102
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
    met
        Share of what who asks has demanded, and does not hold already, that it meets; nothing
        where there is no such demand.
    """

    names: tuple[str, ...]
    package: int
    gain: Floats
    holds: bool
    plain: Floats
    acts: Floats
    backing: Floats
    met: float | None


def worth_now(case: Case, held: Worth) -> Floats:
    """Return what it is worth that talks go on, with no rung in force, ``(party,)``.

    Parameters
    ----------
    held
        What the measures in force then change; a reservation is worth its own values alone.
    """
    point = while_talking(case.talks)
    value = case.beside(point)
    return value if is_reservation(point) else value + case.worth(held)


def offers_of(
    study: Study, sides: Sides, agreements: Mapping[str, Agreement | None], now: Floats
) -> tuple[Offer, ...]:
    """Return the packages that may be settled on: of each solution, and of positions that pass.

    Not one that leaves a rung of who asks in force: the record has that as imposed, not settled. A
    solution that picks such a one is worked out again among the others.

    Parameters
    ----------
    now
        ``(party,)``: what it is worth that talks go on (`worth_now`).
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
    return offers_at(study, sides, picked, now)


def _free_of_rungs(study: Study, sides: Sides) -> NDArray[np.bool_]:
    """Return ``(package,)``: whether no rung of who asks is in force."""
    case, table = study.case, study.packages.table
    ids = [issue.id for issue in case.trade_issues]
    free = np.ones(tuple(len(issue.options) for issue in case.trade_issues), dtype=bool)
    for part, one in case.trade_sets().items():
        held = held_under(case, study.worth, one)
        free[part] = not case.acting.acts(sides.ids[SENDER], held)
    own = [n if issue.id in ids else 1 for issue, n in zip(table.issues, table.shape, strict=True)]
    return np.broadcast_to(free.reshape(own), table.shape).reshape(-1)


def offers_at(
    study: Study, sides: Sides, picked: Mapping[int, list[str]], now: Floats
) -> tuple[Offer, ...]:
    """Return packages by number and who picks them, without those that act for who asks."""
    found = (offer_of(study, sides, number, names, now) for number, names in picked.items())
    return tuple(one for one in found if not one.acts[SENDER])


def offer_of(study: Study, sides: Sides, number: int, names: list[str], now: Floats) -> Offer:
    """Return one package to settle on, against what holds while talks go on."""
    case = study.case
    at = [case.parties.index(side) for side in sides.ids]
    gain = study.packages.utility[number] - now
    kept = lasting(case, study.packages, number, study.outlook.no_deal.values, years=LAST)
    choices, acting = study.packages.choices(number), case.acting
    one = case.package_set(choices)
    held = held_under(case, study.worth, one)
    acts = np.array([acting.acts(side, held) for side in sides.ids], dtype=float)
    backing = acting.backing(one, choices)
    acted = acting.standing(held, central) - acting.costs(central) * backing
    wanted = acting.demands(sides.ids[SENDER]).items() - case.unsettled.items()
    met = len(wanted & choices.items()) / len(wanted) if wanted else None
    return Offer(tuple(names), number, gain[at], all(one.keeps for one in kept),
                 (gain - acted)[at], acts, backing[at], met)  # fmt: skip
