"""Issue linkage: what one table for everything is worth against separate tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem
from detente.talks.packages import Packages
from detente.talks.solutions import Agreement, solve_table, zone
from detente.talks.table import Floats


@dataclass(frozen=True, eq=False)
class Linkage:
    """One table against separate ones.

    Attributes
    ----------
    joint
        What one table agrees on; nothing where its zone is empty.
    separate
        Package put together from what separate tables agree on.
    separate_gain, value
        ``(party,)``: gain of that package over the no-deal payoff, and what linkage adds to it.
    """

    joint: Agreement | None
    separate: int
    separate_gain: Floats
    value: Floats


def linkage(
    packages: Packages,
    groups: Sequence[Sequence[str]],
    unsettled: Mapping[str, str],
    no_deal: Floats,
    solution: str = "nash",
    weights: Sequence[float] | Floats | None = None,
    allowed: NDArray[np.bool_] | None = None,
    least: Floats | None = None,
) -> Linkage:
    """Compare one table with separate ones, each of which settles a group of issues.

    A separate table takes the other issues as unsettled, and its no-deal payoff is the table with
    nothing settled; what its package adds to that is its gain. The packages of all tables are then
    valued together.

    Parameters
    ----------
    packages
        All packages.
    groups
        Issues of each separate table; together all issues, each once.
    unsettled
        Issue → the option that holds where it is not settled.
    no_deal
        ``(party,)``, for the joint table.
    solution, weights, allowed
        See `detente.talks.solutions.solve_table`.
    least
        ``(party,)`` below which a side refuses, the no-deal payoffs unless given: of the joint
        table, and of what separate ones come to together, which is nothing where it is less.

    Raises
    ------
    InputError
        Groups do not hold every issue once, or an unsettled option is missing.
    """
    names = [name for group in groups for name in group]
    issues = [issue.id for issue in packages.table.issues]
    if sorted(names) != sorted(issues):
        raise InputError(Problem("must hold every issue once", key="groups", value=names))
    start = packages.number(unsettled)
    base = packages.utility[start]
    settled = dict(unsettled)
    for group in groups:
        others = [name for name in issues if name not in group]
        alone = others_unsettled(packages, others, unsettled)
        alone = alone if allowed is None else alone & allowed
        found = solve_table(packages, base, solution, weights=weights, allowed=alone)
        if found:
            choices = packages.choices(found.package)
            settled.update({name: choices[name] for name in group})
    together = packages.number(settled)
    enough = zone(packages, no_deal if least is None else least)
    if least is not None and not enough[together]:
        together = start
    gain = packages.utility[together] - no_deal
    able = enough if allowed is None else enough & allowed
    joint = solve_table(packages, no_deal, solution, weights=weights, allowed=able)
    value = (joint.gain if joint else np.zeros_like(no_deal)) - gain
    return Linkage(joint, together, gain, value)


def others_unsettled(
    packages: Packages, others: Sequence[str], unsettled: Mapping[str, str]
) -> NDArray[np.bool_]:
    """Mark the packages in which these issues stay as they are."""
    if not others:
        return np.ones(packages.table.size, dtype=bool)
    return packages.holding(*((name, unsettled[name]) for name in others))
