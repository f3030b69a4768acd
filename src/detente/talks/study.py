"""The whole of a talks scenario: values, outlooks, positions, threats, what lasts, how sure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.errors import InputError
from detente.notebook import Shown
from detente.talks.case import Case
from detente.talks.choices import Choices
from detente.talks.clash import Agreed, Clash, Predict, allowing, clash_of
from detente.talks.comparison import PackageComparison, compare_packages
from detente.talks.dated import Dated, dated_talks
from detente.talks.home import Vote, may_pass, votes
from detente.talks.no_deals import WAITING, least_of, outlooks_of
from detente.talks.outlook import Outlook, look, position, power_in
from detente.talks.packages import Packages, enumerate_packages
from detente.talks.prepare import Progress, prepared, unknown_choices
from detente.talks.record import Forecast, forecast
from detente.talks.rungs import rungs_of
from detente.talks.side_questions import SideQuestions, side_questions
from detente.talks.solutions import Agreement, deals, solve_table
from detente.talks.table import Floats, NoDeal, Table
from detente.talks.uncertainty import Centre, Drawing, Uncertainty, uncertainty
from detente.talks.valuation import MeasureSet
from detente.talks.weights import Read
from detente.talks.worth import Worth
from detente.uncertainty.prior import Prior

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.results import Solution
    from detente.scenario.schema import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class TalksStudy(Shown):
    """Everything that is worked out about talks. Values are million USD a year.

    Attributes
    ----------
    case, calibration, choices
        What was asked, on which economy.
    worth
        Measures in force → what they change.
    packages
        All packages with their utilities.
    no_deals, fallbacks
        Id → payoffs without a deal, and the options that then hold; `WAITING` first.
    votes
        Ratification of every package, compared with no deal.
    power
        ``(party,)`` bargaining power.
    outlooks
        Id of a no-deal point → what the table comes to over it.
    headline
        The id that the prediction is over.
    fixed
        The outlook where options are fixed; nothing where none are.
    positions
        Party → package that it asks for.
    questions
        Gap, concessions, threats, what lasts, linkage, red lines, values without an analyst.
    uncertainty
        Draws; nothing where none were asked for.
    removal
        What removing the imbalances alone does, where the economy has none.
    forecast, dated
        Chances by date: of the record of disputes, and of the game on the ladder; nothing where no
        measure is threatened, of the game also where a ladder by default does not solve.
    weights
        Weights of sectors that were read off tariffs or a file.
    clash
        Which red lines clash and what that costs; nothing where they leave a package.
    """

    case: Case
    calibration: Calibration
    choices: Choices
    worth: dict[MeasureSet, Worth]
    packages: Packages
    no_deals: dict[str, NoDeal]
    fallbacks: dict[str, dict[str, str]]
    votes: list[Vote]
    power: Floats
    outlooks: dict[str, Outlook]
    headline: str
    fixed: Outlook | None
    positions: dict[str, int]
    questions: SideQuestions
    uncertainty: Uncertainty | None
    removal: Solution | None = None
    forecast: Forecast | None = None
    dated: Dated | None = None
    prior: Prior | None = None
    weights: tuple[Read, ...] = ()
    clash: Clash | None = None

    def _brief(self) -> str:
        found = self.predicted
        none = "no deal, for red lines clash" if self.clash else "no deal"
        said = none if found is None else ", ".join(
            f"{i}={o}" for i, o in self.packages.choices(found).items()
        )  # fmt: skip
        size, how = self.packages.table.size, self.choices.solution
        return (f"of {self.scenario.title!r}: {size:,} packages; over "
                f"{self.headline} the {how} solution is {said}")  # fmt: skip

    @cached_property
    def comparison(self) -> PackageComparison | None:
        """Two packages against each other, where who asks or the file names some."""
        pair = self.choices.compare or self.case.talks.compare
        return self.compared(*pair) if pair else None

    def compared(self, a: Any, b: Any) -> PackageComparison:
        """Compare two packages or no-deal points (`detente.compare`).

        Raises
        ------
        InputError
            A name is unknown, an issue or option is not on the table, or the two are one.
        """
        return compare_packages(self, a, b)

    @property
    def outlook(self) -> Outlook:
        """The outlook that the prediction is over."""
        return self.outlooks[self.headline]

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.case.scenario

    @property
    def utility(self) -> Floats:
        """What every package is worth, ``(package, party)``."""
        return self.packages.utility

    @property
    def predicted(self) -> int | None:
        """Number of the predicted package; nothing where no package passes."""
        return _number(self.outlook.agreements[self.choices.solution])


def run_talks(
    scenario: str | Path | Scenario,
    choices: Choices | None = None,
    *,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    folder: str | Path | None = None,
    prior: Prior | None = None,
    on_step: Progress | None = None,
) -> TalksStudy:
    """Work out the talks of a scenario.

    Parameters
    ----------
    scenario
        Name of a shipped one, path of a YAML file, or a loaded one, with a section ``talks``.
    choices
        What is asked.
    baseline, elasticities, horizon
        In place of the scenario's own.
    folder
        Where solved values are kept from run to run; nowhere unless given.
    prior
        What trade elasticities of the economies are drawn from; the shipped one unless given.
    on_step
        Called with (what is being done, number done, number in all), for progress bars.

    Raises
    ------
    InputError
        Scenario, table or choices cannot be used.
    SolveError
        A joint choice of measures, a no-deal point or a pair of rungs of the file has no
        equilibrium, or the game on its ladder did not settle.
    """
    choices, say = choices or Choices(), on_step or (lambda *_: None)
    found = prepared(
        scenario, choices, say, baseline=baseline, elasticities=elasticities, horizon=horizon,
        folder=folder, prior=prior,
    )  # fmt: skip
    study = _study(found.case, found.calibration, choices, found.worth, found.drawing, say)
    sides = rungs_of(found.case)
    return replace(
        study,
        prior=prior,
        weights=found.weights,
        removal=found.removal,
        forecast=sides and forecast(found.case, found.calibration, sides),
        dated=sides and dated_talks(study, sides, found.valuer, say),
    )


def talks(
    scenario: str | Path | Scenario,
    *,
    no_deal: str | None = None,
    solution: str = "nash",
    draws: int = 0,
    model_draws: int = 12,
    what_if: Mapping[str, str] | None = None,
    seed: int = 0,
    weights: str | Mapping[str, str] | None = None,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    on_step: Progress | None = None,
) -> TalksStudy:
    """Work out the talks of a scenario; parameters are those of `Choices` and `run_talks`.

    Raises
    ------
    InputError, SolveError
        As `run_talks`.
    """
    choices = Choices(no_deal, solution, draws, model_draws, seed, what_if, weights=weights)
    return run_talks(scenario, choices, baseline=baseline, elasticities=elasticities,
                     horizon=horizon, on_step=on_step)  # fmt: skip


def _study(
    case: Case,
    calibration: Calibration,
    choices: Choices,
    worth: dict[MeasureSet, Worth],
    drawing: Drawing,
    say: Progress,
) -> TalksStudy:
    packages = enumerate_packages(case.table(worth))
    no_deals, fallbacks, power = outlooks_of(case, worth, packages)
    headline = choices.no_deal or WAITING
    ballots = {name: votes(case.talks.ratification, packages, d, fallbacks[name])
               for name, d in no_deals.items()}  # fmt: skip
    outlooks = {
        name: look(packages, d, ballots[name], power, least=least_of(no_deals, name))
        for name, d in no_deals.items()
    }
    least, fixed = least_of(no_deals, headline), None
    if choices.what_if:
        fixed = _fixed(packages, no_deals, headline, ballots[headline], power, choices.what_if)
    positions = {
        party: position(packages, case.unsettled, [p.choices for p in case.talks.positions
                                                   if p.party == party])
        for party in case.parties
    }  # fmt: skip
    say("gap, threats, what lasts", 0, 1)
    questions = side_questions(
        case, worth, packages, no_deals, fallbacks, headline, power, positions,
        outlooks[headline], choices.solution, ballots[headline],
    )  # fmt: skip
    clash = None
    if not packages.feasible.any():
        clash = clash_of(packages.table, _without_lines(packages, outlooks[headline], choices,
                                                        ballots[headline], power))  # fmt: skip
    drawn = None
    if choices.draws:
        predicted = outlooks[headline].agreements[choices.solution]
        named = fixed.agreements[choices.solution] if fixed else None
        allowed = may_pass(ballots[headline], packages.table.size)
        dropped = {} if clash is None else {
            name: packages.number(deal.choices) for name, deal in clash.deals.items()
        }  # fmt: skip
        centre = Centre(packages, no_deals[headline].values, least, allowed, _number(predicted),
                        _number(named), dropped)  # fmt: skip
        drawn = uncertainty(
            drawing, choices.draws, choices.model_draws, choices.seed, headline, choices.solution,
            centre, say,
        )  # fmt: skip
    return TalksStudy(
        case, calibration, choices, worth, packages, no_deals, fallbacks, ballots[headline], power,
        outlooks, headline, fixed, positions, questions, drawn, clash=clash,
    )  # fmt: skip


def _without_lines(
    packages: Packages, outlook: Outlook, choices: Choices, ballots: list[Vote], power: Floats
) -> Predict:
    """Return what predicts a table with fewer red lines."""
    over, how = outlook.no_deal.values, choices.solution
    passing = may_pass(ballots, packages.table.size)

    def agreed(table: Table) -> Agreed | None:
        able = allowing(packages, table)
        found = solve_table(able, over, how, weights=power_in(how, power),
                            allowed=deals(able, over, outlook.least) & passing)  # fmt: skip
        return found and Agreed(packages.choices(found.package), found.gain)

    return agreed


def _fixed(
    packages: Packages,
    no_deals: dict[str, NoDeal],
    headline: str,
    ballots: list[Vote],
    power: Floats,
    what_if: Mapping[str, str],
) -> Outlook:
    """Return the outlook where options are fixed."""
    held = packages.holding(*what_if.items())
    return look(packages, no_deals[headline], ballots, power, held, least_of(no_deals, headline))


def with_fixed(study: TalksStudy, what_if: Mapping[str, str]) -> TalksStudy:
    """Return a study with other options fixed, without solving anything; without draws.

    Raises
    ------
    InputError
        An issue or option is not on the table.
    """
    if unknown := unknown_choices(study.case.talks, None, what_if):
        raise InputError(unknown)
    choices = replace(study.choices, what_if=what_if or None, draws=0)
    fixed = None
    if what_if:
        fixed = _fixed(study.packages, study.no_deals, study.headline, study.votes, study.power,
                       what_if)  # fmt: skip
    return replace(study, choices=choices, fixed=fixed, uncertainty=None)


def _number(found: Agreement | None) -> int | None:
    return None if found is None else found.package
