"""Which threats serve each of two sides best, each being what it alone would do without a deal.

The threats of a side are its own measures at each no-deal point of the file, what is done now
included; every pair of threats is an economy of its own. With money that splits what a deal brings,
each side wants a large difference between its own no-deal payoff and the other's (Nash 1953).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.scenario.talks_consistency import FAILED, WAITING
from detente.talks.case import Case, Draw, central, no_deal_points
from detente.talks.packages import Packages
from detente.talks.table import Floats, NoDeal
from detente.talks.threats import Credibility, RationalThreats, credibility, rational_threats
from detente.talks.valuation import MeasureSet
from detente.talks.worth import Worth

if TYPE_CHECKING:
    from detente.scenario.talks import TalksNoDeal


@dataclass(frozen=True, eq=False)
class OwnThreat:
    """What one side would do without a deal.

    Attributes
    ----------
    no_deal
        The first no-deal point of the file at which it does so.
    measures
        Its own measures that are then in force.
    besides
        That point, where it is this side's and has values besides; they come with the threat.
    """

    no_deal: str
    measures: MeasureSet
    besides: TalksNoDeal | None


@dataclass(frozen=True, eq=False)
class ThreatGame:
    """Threats of two sides, and those that neither would change.

    Attributes
    ----------
    threats
        Of the first side and of the second.
    values
        ``(party, threat of the first, threat of the second)``: no-deal payoffs.
    package, surplus
        The package with the largest sum of utilities, and that sum.
    found
        Probabilities of the threats in equilibrium, the no-deal payoffs and the split they lead to.
    """

    threats: tuple[tuple[OwnThreat, ...], tuple[OwnThreat, ...]]
    values: Floats
    package: int
    surplus: float
    found: RationalThreats


@dataclass(frozen=True)
class Threat:
    """A no-deal point that one side would carry out, and whether it would."""

    no_deal: str
    by: str
    target: str
    credibility: Credibility


def made_threats(case: Case, no_deals: Mapping[str, NoDeal], draw: Draw = central) -> list[Threat]:
    """Return every no-deal point that is one side's threat, weighed against the impasse."""
    back = first_of(no_deals, "impasse")
    if back is None:
        return []
    places = {name: k for k, name in enumerate(case.parties)}
    found = []
    for point in no_deal_points(case.talks):
        if not point.by or point.id == back.id:
            continue
        by, values = places[point.by], no_deals[point.id].values
        loss = back.values - values
        others = [k for k in range(len(loss)) if k != by]
        target = max(others, key=lambda k: float(loss[k]))
        cost = draw(f"audience cost of {point.by}", case.talks.parties[by].audience_cost)
        made = credibility(values, back.values, cost, executor=by, target=target)
        found.append(Threat(point.id, point.by, case.parties[target], made))
    return found


def first_of(no_deals: Mapping[str, NoDeal], kind: str) -> NoDeal | None:
    """Return the first no-deal point of a kind that the file gives."""
    given = [point for name, point in no_deals.items() if name != WAITING]
    return next((point for point in given if point.kind == kind), None)


def own_threats(case: Case, party: str) -> tuple[OwnThreat, ...]:
    """Return what a side would do at the no-deal points of the file, each once."""
    owners, found = case.imposed_by, {}
    for point in _points(case):
        own = frozenset(m for m in case.no_deal_set(point) if owners.get(m) == party)
        besides = point if point.by == party and point.values else None
        found.setdefault((own, besides and besides.id), OwnThreat(point.id, own, besides))
    return tuple(found.values())


def threat_sets(case: Case) -> dict[tuple[int, int], MeasureSet]:
    """Return the measures in force under each pair of threats; none where nobody has a choice.

    What neither side imposes stays as where nothing is settled.
    """
    if len(case.parties) != 2 or not _points(case):
        return {}
    first, second = (own_threats(case, party) for party in case.parties)
    if len(first) * len(second) < 2:
        return {}
    owners = case.imposed_by
    now = case.no_deal_set(_now(case))
    rest = frozenset(m for m in now if owners.get(m) not in case.parties)
    return {
        (i, j): rest | one.measures | two.measures
        for i, one in enumerate(first)
        for j, two in enumerate(second)
    }


def threat_game(
    case: Case,
    worth: Mapping[MeasureSet, Worth],
    packages: Packages,
    no_deals: Mapping[str, NoDeal],
    allowed: NDArray[np.bool_],
) -> ThreatGame | None:
    """Find the threats that neither of two sides would change.

    Parameters
    ----------
    worth
        Set of measures → what it is worth; nothing is found where one of `threat_sets` is missing.
    no_deals
        By id, as of the file.
    allowed
        ``(package,)``: those that can be agreed on.

    Raises
    ------
    SolveError
        The linear programme of the equilibrium fails.
    """
    sets = threat_sets(case)
    able = packages.feasible & allowed
    if not sets or not able.any() or any(one not in worth for one in sets.values()):
        return None
    first, second = (own_threats(case, party) for party in case.parties)
    values = np.empty((2, len(first), len(second)))
    settled = _besides_now(case, worth, no_deals)
    for (i, j), one in sets.items():
        extras = sum((_values(case, t.besides) for t in (first[i], second[j])), np.zeros(2))
        acted = case.acting.standing(one, central)
        values[:, i, j] = case.worth(worth[one]) + acted + settled + extras
    total = np.where(able, packages.utility.sum(axis=1), -np.inf)
    package = int(total.argmax())
    surplus = float(total[package])
    found = rational_threats(values[0], values[1], surplus)
    return ThreatGame((first, second), values, package, surplus, found)


def _points(case: Case) -> list[TalksNoDeal]:
    """Return the points of the file at which its measures are in force: no wars of best tariffs."""
    points = no_deal_points(case.talks)
    return [point for point in points if not point.war and point.id != FAILED]


def _now(case: Case) -> TalksNoDeal:
    points = _points(case)
    return next((point for point in points if point.kind == "impasse"), points[0])


def _besides_now(
    case: Case, worth: Mapping[MeasureSet, Worth], no_deals: Mapping[str, NoDeal]
) -> Floats:
    """Return what options are worth besides measures where nothing is settled."""
    now = _now(case)
    held = case.worth(worth[case.no_deal_set(now)]) + case.acted(now)
    return no_deals[now.id].values - held - _values(case, now)


def _values(case: Case, point: TalksNoDeal | None) -> Floats:
    given = point.values if point else {}
    return np.array([given[p].central if p in given else 0.0 for p in case.parties])
