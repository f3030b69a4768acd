"""Whether sides would keep a package: what going back on it brings, until it is found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from detente.talks.case import Case, Draw, central
from detente.talks.packages import Packages
from detente.talks.self_enforcement import critical_patience, critical_patience_forgiving
from detente.talks.solutions import EXACT
from detente.talks.table import Floats

MONTHS = 12.0


@dataclass(frozen=True)
class Lasting:
    """Whether a side would keep a package.

    Attributes
    ----------
    party
        Whose temptation it is.
    own
        Issues that it carries out alone.
    choices
        What it would go back on, and to what, all at once; empty where nothing tempts it.
    tempted
        What that would bring it a year until it is found out.
    most_impatient
        Yearly rate of impatience, turnover of its leaders included, up to which it keeps the
        package; infinite where it is not tempted.
    impatience
        Its own, turnover included.
    """

    party: str
    own: tuple[str, ...]
    choices: Mapping[str, str]
    tempted: float
    most_impatient: float
    impatience: float

    @property
    def keeps(self) -> bool:
        """Whether it keeps the package."""
        return self.impatience <= self.most_impatient


def carried_out_by(case: Case) -> dict[str, str]:
    """Return the party that carries out each issue, where it is one alone."""
    found = {}
    for issue in case.talks.issues:
        sides = {case.imposed_by[m] for option in issue.options for m in option.measures}
        one = next(iter(sides)) if len(sides) == 1 else None
        if issue.by or one:
            found[issue.id] = issue.by or str(one)
    return found


def lasting(
    case: Case, packages: Packages, package: int, no_deal: Floats, draw: Draw = central,
    years: float = np.inf,
) -> list[Lasting]:  # fmt: skip
    """Return for each side the most that going back on what it carries out brings.

    Parameters
    ----------
    package
        Number of the one to be kept.
    no_deal
        ``(party,)``: what follows once it is found out.
    years
        That count: what comes later is the same whether it is broken or not.
    """
    here, owners = packages.choices(package), carried_out_by(case)
    months = draw("detection months", case.talks.detection_months)
    found = []
    for place, party in enumerate(case.talks.parties):
        own = tuple(issue for issue in here if owners.get(issue) == party.party)
        value = packages.utility[:, place]
        kept = float(value[package])
        choices, best = _best_reply(packages, value, here, own)
        delta = _patience(kept, best, float(no_deal[place]), months, MONTHS * years)
        most = np.inf if delta <= 0 else -MONTHS * float(np.log(delta))
        turnover = draw(f"turnover of {party.party}", party.turnover)
        impatience = draw(f"impatience of {party.party}", party.impatience)
        impatience -= float(np.log1p(-min(turnover, 1 - 1e-12)))
        found.append(Lasting(party.party, own, choices, best - kept, most, impatience))
    return found


def _patience(kept: float, best: float, no_deal: float, months: float, of: float) -> float:
    """Return the patience a month that keeps a package, where so many months count."""
    if np.isinf(of) or best <= kept:
        return critical_patience(kept, best, no_deal, lag=months)
    if months >= of:
        return np.inf  # it is found out when nothing counts any more
    return critical_patience_forgiving(kept, best, no_deal, punishment=of - months, lag=months)


def _best_reply(
    packages: Packages, value: Floats, here: Mapping[str, str], own: tuple[str, ...]
) -> tuple[dict[str, str], float]:
    """Return the options of its own issues that are best for a side, and what it then has.

    An issue that brings nothing stays as it is.
    """
    others = [choice for choice in here.items() if choice[0] not in own]
    ways = np.flatnonzero(packages.holding(*others)) if others else np.arange(len(value))
    best = packages.choices(int(ways[np.argmax(value[ways])]))
    top = value[packages.number(best)]
    slack = EXACT * max(1.0, float(np.abs(value[ways]).max()))
    for issue in own:
        less = {**best, issue: here[issue]}
        if value[packages.number(less)] >= top - slack:
            best = less
    changed = {issue: option for issue, option in best.items() if option != here[issue]}
    return changed, float(value[packages.number(best)])
