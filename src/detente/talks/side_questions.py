"""What is asked of a table besides the prediction: gap, threats, what lasts, linkage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.talks.alternating import Round, alternating_offers, patience
from detente.talks.case import Case, central, option_of
from detente.talks.clash import allowing
from detente.talks.gap import Binding, Concession, Gap, binding, concessions, gap
from detente.talks.home import Vote, may_pass, votes
from detente.talks.lasting import Lasting, carried_out_by, lasting
from detente.talks.linkage import Linkage, linkage, others_unsettled
from detente.talks.no_deals import least_of, outlooks_of
from detente.talks.outlook import Outlook, power_in
from detente.talks.packages import Packages
from detente.talks.solutions import Agreement, deals, solve_table
from detente.talks.table import Choice, Floats, NoDeal
from detente.talks.threat_game import Threat, ThreatGame, first_of, made_threats, threat_game
from detente.talks.valuation import MeasureSet
from detente.talks.worth import Worth

if TYPE_CHECKING:
    from detente.scenario.talks import RangeEntry

DAYS = 365.0
EVERYTHING = "all"


@dataclass(frozen=True, eq=False)
class LineCost:
    """What the prediction would be without a red line.

    ``besides`` says that it alone changes nothing, but would with all others gone too.
    """

    party: str
    choices: tuple[Choice, ...]
    without: Agreement | None
    change: Floats
    besides: bool


@dataclass(frozen=True, eq=False)
class SideQuestions:
    """Answers beside the prediction.

    Attributes
    ----------
    gaps
        Pair of parties → how far their positions are apart; issues that a third one carries out
        are left out.
    ladders
        Giver and receiver → concessions, the cheapest for what it closes first; likewise.
    bindings
        What each side would change in the predicted package, and who refuses.
    round
        Alternating offers by backward induction over packages that pass; nothing where none does.
    threats, lasting
        Of every no-deal point that is one side's threat; of every side at the predicted package.
    rational
        The threats that neither of two sides would change, where money splits what a deal brings;
        nothing where neither has a choice.
    linked
        One table against the scenario's separate ones.
    apart
        Issues of a separate table → what the others agree on while these stay unsettled.
    red_lines
        What each line costs.
    without_values
        Issue, or `EVERYTHING` → the prediction where an analyst's values of it are zero.
    """

    gaps: dict[tuple[str, str], Gap]
    ladders: dict[tuple[str, str], list[Concession]]
    bindings: list[Binding]
    round: Round | None
    threats: list[Threat]
    lasting: list[Lasting]
    linked: Linkage | None
    apart: dict[tuple[str, ...], Agreement | None]
    red_lines: list[LineCost]
    without_values: dict[str, Agreement | None]
    rational: ThreatGame | None = None


def side_questions(
    case: Case,
    worth: Mapping[MeasureSet, Worth],
    packages: Packages,
    no_deals: Mapping[str, NoDeal],
    fallbacks: Mapping[str, Mapping[str, str]],
    headline: str,
    power: Floats,
    positions: Mapping[str, int],
    outlook: Outlook,
    solution: str,
    ballots: list[Vote],
) -> SideQuestions:
    """Answer them all; see `SideQuestions`. Parameters are those of `detente.talks.study`."""
    allowed = may_pass(ballots, packages.table.size)
    no_deal, predicted = no_deals[headline], outlook.agreements[solution]
    parties = case.parties
    pairs = [(i, j) for i in range(len(parties)) for j in range(len(parties)) if i != j]

    def solved(table: Packages, values: Floats, least: Floats, allowed) -> Agreement | None:
        return solve_table(table, values, solution, weights=power_in(solution, power),
                           allowed=deals(table, values, least) & allowed)  # fmt: skip

    between = {(i, j): _between(case, packages, positions, parties[i], parties[j])
               for i, j in pairs}  # fmt: skip
    gaps = {(parties[i], parties[j]): gap(packages, *between[i, j], sides=(i, j))
            for i, j in pairs if i < j}  # fmt: skip
    ladders = {(parties[i], parties[j]): concessions(packages, *between[i, j], i, j)
               for i, j in pairs}  # fmt: skip
    groups = case.talks.separate
    linked = None
    if groups:
        # separate tables start from nothing settled: the one for all is compared over that too
        nothing = packages.number(case.unsettled)
        base = packages.utility[nothing]
        local = tuple(packages.seen(k, np.array([nothing]))[:, 0]
                      for k in range(len(packages.table.seen)))  # fmt: skip
        unsettled = replace(no_deal, values=base, kind="impasse", seen=local)
        over = votes(case.talks.ratification, packages, unsettled, case.unsettled)
        now = {**no_deals, headline: unsettled}
        linked = linkage(packages, groups, case.unsettled, base, solution,
                         power_in(solution, power), may_pass(over, packages.table.size),
                         least_of(now, headline))  # fmt: skip
    apart = {
        group: solved(packages, no_deal.values, outlook.least, outlook.passing & others_unsettled(
            packages, group, case.unsettled))
        for group in groups if len(groups) > 1
    }  # fmt: skip
    return SideQuestions(
        gaps,
        ladders,
        [] if predicted is None else binding(packages, predicted.package, outlook.least, allowed),
        _offers(case, packages, no_deals, outlook),
        made_threats(case, no_deals),
        [] if predicted is None else lasting(case, packages, predicted.package, no_deal.values),
        linked,
        apart,
        _red_lines(packages, outlook, predicted, solved, allowed),
        _without_values(case, worth, headline, solved),
        threat_game(case, worth, packages, no_deals, allowed),
    )


def _between(
    case: Case, packages: Packages, positions: Mapping[str, int], one: str, two: str
) -> tuple[int, int]:
    """Return the positions of two parties; what a third one carries out is unsettled in both."""
    owners = carried_out_by(case)
    others = {
        issue: option
        for issue, option in case.unsettled.items()
        if owners.get(issue, one) not in (one, two)
    }
    first, second = (
        packages.number({**packages.choices(positions[name]), **others}) for name in (one, two)
    )
    return first, second


def _offers(
    case: Case, packages: Packages, no_deals: Mapping[str, NoDeal], outlook: Outlook
) -> Round | None:
    able = np.flatnonzero(outlook.passing)
    if not len(able):
        return None
    talks = case.talks
    period = talks.round_days / DAYS
    impasse, failed = first_of(no_deals, "impasse"), first_of(no_deals, "breakdown")
    impasse = impasse or failed or outlook.no_deal
    outside = first_of(no_deals, "outside")
    found = alternating_offers(
        packages.utility[able],
        patience([p.impatience.central for p in talks.parties], period),
        impasse.values,
        breakdown_risk=1 - float(np.exp(-talks.breakdown_risk.central * period)) if failed else 0.0,
        breakdown=None if failed is None else failed.values,
        outside=None if outside is None else outside.values,
        limit=2000,
    )

    def named(proposal: NDArray[np.int_]) -> NDArray[np.int_]:
        return np.where(proposal >= 0, able[proposal], -1)

    phases = tuple((named(made), worth) for made, worth in found.phases)
    return replace(found, proposal=named(found.proposal), phases=phases)


def _red_lines(
    packages: Packages, outlook: Outlook, predicted, solved, allowed: NDArray[np.bool_]
) -> list[LineCost]:
    table, found, no_deal = packages.table, [], outlook.no_deal.values
    every = replace(packages, signed=np.ones_like(packages.signed))
    free = solved(every, no_deal, outlook.least, allowed)
    wanted = {} if free is None else packages.choices(free.package)
    gain = np.zeros_like(no_deal) if predicted is None else predicted.gain
    for number, line in enumerate(table.red_lines):
        others = tuple(r for k, r in enumerate(table.red_lines) if k != number)
        able = allowing(packages, replace(table, red_lines=others))
        without = solved(able, no_deal, outlook.least, allowed)
        change = np.zeros_like(gain) if without is None else without.gain - gain
        besides = (without and without.package) == (predicted and predicted.package) and all(
            wanted.get(issue) == option for issue, option in line.choices
        )
        found.append(LineCost(line.party, line.choices, without, change, besides))
    return found


def _without_values(
    case: Case, worth: Mapping[MeasureSet, Worth], headline: str, solved
) -> dict[str, Agreement | None]:
    """Predict again with an analyst's values of one issue, and of all, at zero."""
    from detente.talks.packages import enumerate_packages

    valued = [i.id for i in case.talks.issues if any(o.values for o in i.options)]
    talks = case.talks
    others = (
        talks.interactions
        or any(b.values for r in talks.ratification for b in (r, *r.blocs))
        or any(point.values for point in talks.no_deal)
        or any(
            p.objective and (p.objective.deficit or p.objective.revenue or p.objective.standing)
            for p in talks.parties
        )
        or case.acting.costs(central).any()
    )
    found = {}
    for name in [*valued, *([EVERYTHING] if valued or others else [])]:

        def draw(key: str, figure: RangeEntry, name: str = name) -> float:
            return 0.0 if _analysts(key, name) else figure.central

        packages = enumerate_packages(case.table(worth, draw))
        points, fallbacks, _ = outlooks_of(case, worth, packages, draw)
        no_deal = points[headline]
        ballots = votes(case.talks.ratification, packages, no_deal, fallbacks[headline], draw)
        found[name] = solved(packages, no_deal.values, least_of(points, headline),
                             may_pass(ballots, packages.table.size))  # fmt: skip
    return found


def _analysts(key: str, name: str) -> bool:
    """Say whether a figure is an analyst's value of an issue, or of any."""
    if key.startswith("relief of "):  # ids have no spaces
        return False
    if name == EVERYTHING:
        return "=" in key or key.startswith(("interaction ", "no deal ", "smaller deficit ",
                                             "revenue ", "standing ", "audience cost ",
                                             "vote "))  # fmt: skip
    return key.startswith(f"{name}=") or f" {name}=" in key


def option_titles(case: Case) -> dict[Choice, str]:
    """Return what a reader sees of each option."""
    return {
        (issue.id, option.id): option_of(issue, option.id).title or option.id
        for issue in case.talks.issues
        for option in issue.options
    }
