"""Talks over more packages than can be listed: the best of them, each with a bound.

What needs the whole list is left out: the frontier, the zone, positions, draws, and votes at home,
whose chances are no sums over issues.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from detente.errors import InputError, Problem
from detente.notebook import Shown
from detente.talks.case import Case
from detente.talks.choices import Choices
from detente.talks.clash import Agreed, Clash, clash_of
from detente.talks.large import Best, NoPackageError, best_package
from detente.talks.no_deals import WAITING, least_of, with_waiting
from detente.talks.outlook import power_in
from detente.talks.prepare import Progress, prepared
from detente.talks.solutions import EXACT, SOLUTIONS
from detente.talks.table import Floats, NoDeal, Table
from detente.talks.valuation import MeasureSet
from detente.talks.weights import Read
from detente.talks.worth import Worth
from detente.uncertainty.prior import Prior

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.results import Solution
    from detente.scenario.schema import Scenario

LEFT_OUT = (
    "There are too many packages to list. Each prediction is the best package by an integer "
    "programme, with a bound on what a better one could add; the frontier, the zone, votes at "
    "home and draws are left out."
)
UNASKED = "Who at home must agree is not asked: what is predicted may not pass."


@dataclass(frozen=True, eq=False, repr=False)
class LargeStudy(Shown):
    """The best packages of a large table. Values are million USD a year.

    Attributes
    ----------
    case, calibration, choices
        What was asked, on which economy.
    worth
        Measures in force → what they change.
    table
        Parties, issues and values.
    no_deals
        Id → payoffs without a deal; `detente.talks.no_deals.WAITING` first.
    power
        ``(party,)`` bargaining power.
    best
        Id of a no-deal point → solution → the best package, with its bound; nothing where no
        package gives every side its no-deal payoff and some side more.
    fallbacks
        Id of a no-deal point → the options that then hold.
    headline
        The id that the prediction is over.
    notes
        What a reader must know.
    removal
        What removing the imbalances alone does, where the economy has none.
    weights
        Weights of sectors that were read off tariffs or a file.
    clash
        Which red lines clash and what that costs; nothing where they leave a package.
    """

    case: Case
    calibration: Calibration
    choices: Choices
    worth: dict[MeasureSet, Worth]
    table: Table
    no_deals: dict[str, NoDeal]
    power: Floats
    best: dict[str, dict[str, Best | None]]
    fallbacks: dict[str, dict[str, str]]
    headline: str
    notes: tuple[str, ...]
    removal: Solution | None = None
    weights: tuple[Read, ...] = ()
    clash: Clash | None = None

    def _brief(self) -> str:
        none = "no deal, for red lines clash" if self.clash else "no deal"
        said = none if self.predicted is None else ", ".join(
            f"{i}={o}" for i, o in self.predicted.choices.items()
        )  # fmt: skip
        return (f"of {self.scenario.title!r}: {self.table.size:,} packages; over "
                f"{self.headline} the {self.choices.solution} solution is {said}")  # fmt: skip

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.case.scenario

    @property
    def utility(self) -> Floats:
        """What the packages found are worth, ``(package, party)``."""
        found = [b.utility for by in self.best.values() for b in by.values() if b is not None]
        if self.clash is not None:
            ways, over = (*self.clash.one, self.clash.free), self.no_deals[self.headline].values
            found += [over + way.deal.gain for way in ways if way.deal is not None]
        return np.array(found).reshape(-1, len(self.case.parties))

    @property
    def predicted(self) -> Best | None:
        """The package that the chosen solution picks over the chosen no-deal point."""
        return self.best[self.headline][self.choices.solution]


def run_large_talks(
    scenario: str | Path | Scenario,
    choices: Choices | None = None,
    *,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    folder: str | Path | None = None,
    prior: Prior | None = None,
    on_step: Progress | None = None,
) -> LargeStudy:
    """Find the best packages of talks of any size; parameters are those of `run_talks`.

    Options of ``choices.what_if`` are fixed in every package; no draws are made.

    Raises
    ------
    InputError
        Scenario, table or choices cannot be used.
    SolveError
        A joint choice of measures, or a no-deal point, has no equilibrium, or a programme fails.
    """
    choices, say = choices or Choices(), on_step or (lambda *_: None)
    if prior is not None:
        message = "so many packages are not listed, and nothing is drawn"
        raise InputError(Problem(message, prior.path, key="prior"))
    found = prepared(
        scenario, choices, say, baseline=baseline, elasticities=elasticities, horizon=horizon,
        folder=folder, listed=False,
    )  # fmt: skip
    case = found.case
    table = case.table(found.worth)
    no_deals, fallbacks, power = with_waiting(case, case.no_deals(found.worth))
    weights, best = power / power.mean(), {}
    headline = choices.no_deal or WAITING

    def agreed(other: Table) -> Agreed | None:
        over, how = no_deals[headline].values, choices.solution
        least = least_of(no_deals, headline)
        found = _best(other, over, how, power_in(how, weights), least, None)
        return found and Agreed(found.choices, found.utility - over)

    clash = clash_of(table, agreed)
    for done, (name, point) in enumerate(no_deals.items()):
        say("searching packages", done, len(no_deals))
        least = least_of(no_deals, name)
        best[name] = dict.fromkeys(SOLUTIONS) if clash else {
            solution: _best(
                table, point.values, solution, power_in(solution, weights), least, choices.what_if
            )
            for solution in SOLUTIONS
        }  # fmt: skip
    notes = (LEFT_OUT, UNASKED) if case.talks.ratification else (LEFT_OUT,)
    return LargeStudy(
        case, found.calibration, choices, found.worth, table, no_deals, power, best,
        fallbacks, headline, notes, found.removal, found.weights, clash,
    )  # fmt: skip


def _best(table: Table, no_deal: Floats, solution: str, weights: Floats | None, least, fixed):
    try:
        found = best_package(table, no_deal, solution, weights, least=least, fixed=fixed)
    except NoPackageError:
        return None
    # no deal by another name is none
    slack = EXACT * np.maximum(np.abs(found.utility), np.abs(no_deal))
    return found if (found.utility > no_deal + slack).any() else None
