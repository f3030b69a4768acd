"""What a table of talks comes to over one way of not agreeing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.talks.home import Vote, may_pass
from detente.talks.lotteries import Paid, smallest_payment
from detente.talks.packages import Packages
from detente.talks.solutions import SOLUTIONS, Agreement, deals, pareto, solve_table
from detente.talks.table import Floats, NoDeal

GRAIN = 1e-7
"""Share of a side's range of values below which two packages are worth the same to it."""


@dataclass(frozen=True, eq=False)
class Outlook:
    """Packages that nobody refuses, and the one that each solution picks.

    Attributes
    ----------
    no_deal
        What holds without a deal.
    least
        ``(party,)`` below which a side refuses: no deal, or its outside option where that is more.
    zone, passing
        ``(package,)``: packages that no side refuses and some side gains from, and those of them
        that would pass at home.
    efficient
        ``(package,)``: those of the zone that no other of it beats for all.
    agreements
        Solution → package among those that pass; nothing where there is none.
    unratified
        The same where nobody at home had to agree.
    payment
        The smallest payment that opens an empty zone; nothing where it is open, or where no package
        is worth more to all together than what they must have.
    """

    no_deal: NoDeal
    least: Floats
    zone: NDArray[np.bool_]
    passing: NDArray[np.bool_]
    efficient: NDArray[np.bool_]
    agreements: dict[str, Agreement | None]
    unratified: dict[str, Agreement | None]
    payment: Paid | None


def look(
    packages: Packages,
    no_deal: NoDeal,
    votes: Sequence[Vote] = (),
    weights: Floats | None = None,
    allowed: NDArray[np.bool_] | None = None,
    least: Floats | None = None,
) -> Outlook:
    """Work out the outlook over one no-deal point.

    Parameters
    ----------
    votes
        Ratification by each side.
    weights
        ``(party,)`` bargaining power, see `power_in`.
    allowed
        ``(package,)``, further bounds.
    least
        ``(party,)`` below which a side refuses; the no-deal payoffs unless given.
    """
    inside = deals(packages, no_deal.values, least)
    payment = None if inside.any() else smallest_payment(packages, no_deal.values, least)
    if allowed is not None:
        inside = inside & allowed
    able = inside & may_pass(list(votes), len(inside))
    efficient = np.zeros_like(inside)
    # to the accuracy of a solved economy: packages of one worth are efficient together or not
    grain = GRAIN * np.maximum(np.ptp(packages.utility, axis=0), 1e-300)
    efficient[np.flatnonzero(inside)[pareto(np.round(packages.utility[inside] / grain))]] = True

    def solved(mask: NDArray[np.bool_]) -> dict[str, Agreement | None]:
        return {
            name: solve_table(
                packages, no_deal.values, name, weights=power_in(name, weights), allowed=mask
            )
            for name in SOLUTIONS
        }

    agreements = solved(able)
    unratified = agreements if bool((able == inside).all()) else solved(inside)
    need = no_deal.values if least is None else least
    return Outlook(no_deal, need, inside, able, efficient, agreements, unratified, payment)


def power_in(solution: str, power: Floats | None) -> Floats | None:
    """Return the weights of a solution: bargaining power is part of Nash's alone."""
    return power if solution == "nash" else None


def waiting(
    impasse: Floats, breakdown: Floats, impatience: Floats, risk: float
) -> tuple[Floats, Floats]:
    """Return what a side has while offers go on for ever, and its bargaining power.

    With impatience r and talks that break down at the rate λ, disagreement is worth
    ``(r s + λ b)/(r + λ)`` a year, and offers that follow each other at short intervals lead to the
    Nash solution with weights in proportion to ``1/(r + λ)`` (Binmore, Rubinstein & Wolinsky 1986).

    Parameters
    ----------
    impasse, breakdown
        ``(party,)``: s and b.
    impatience
        ``(party,)``: r, a year.
    risk
        λ, a year.
    """
    rate = np.maximum(np.asarray(impatience) + risk, 1e-12)
    share = np.asarray(impatience) / rate
    power = 1 / rate
    return share * impasse + (1 - share) * breakdown, power / power.mean()


def position(
    packages: Packages, unsettled: Mapping[str, str], choices: Sequence[Mapping[str, str]]
) -> int:
    """Return the package that a side's demands and offers ask for; other issues stay unsettled."""
    wanted = dict(unsettled)
    for given in choices:
        wanted.update(given)
    return packages.number(wanted)
