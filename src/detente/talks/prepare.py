"""From a scenario to its talks on an economy, with every set of measures valued."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from detente.baseline.groups import resolve_countries
from detente.comparison import two
from detente.errors import InputError, Problem, SolveError, nearest
from detente.scenario.against import of_key, placed
from detente.scenario.talks_consistency import FAILED
from detente.talks.answers import valued, with_answers, without_answers
from detente.talks.case import (
    Case,
    aims_of,
    make_valuer,
    no_deal_points,
    sector_weights,
    the_talks,
)
from detente.talks.choices import Choices
from detente.talks.comparison import PREDICTED
from detente.talks.no_deals import WAITING
from detente.talks.refusals import refuse_unsolved
from detente.talks.rungs import rungs_of, threatened
from detente.talks.seats import by_place
from detente.talks.threat_game import threat_sets
from detente.talks.uncertainty import Drawing
from detente.talks.valuation import MeasureSet, Valuer
from detente.talks.weights import Read, read_weights_of, sources_of, with_weights
from detente.talks.worth import Worth
from detente.uncertainty.prior import Prior, members

if TYPE_CHECKING:
    from detente.baseline.calibration import Calibration
    from detente.results import Solution
    from detente.scenario.schema import Scenario
    from detente.scenario.talks import Talks

Progress = Callable[[str, int, int], None]


class Prepared(NamedTuple):
    """The talks of a scenario on an economy, what measures are worth, and what draws start from.

    ``removal`` is what removing the imbalances alone does, where the economy has none; ``weights``
    those of sectors that were read off tariffs or a file.
    """

    case: Case
    calibration: Calibration
    worth: dict[MeasureSet, Worth]
    drawing: Drawing
    removal: Solution | None
    valuer: Valuer
    weights: tuple[Read, ...] = ()


def prepared(
    scenario: str | Path | Scenario,
    choices: Choices,
    say: Progress,
    *,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    folder: str | Path | None = None,
    prior: Prior | None = None,
    listed: bool = True,
) -> Prepared:
    """Load and check a scenario, and value what its packages and no-deal points need.

    Parameters are those of `detente.talks.study.run_talks`, and whether packages are ``listed``,
    so that there may not be too many.

    Raises
    ------
    InputError
        Scenario, table or choices cannot be used, or there are too many packages.
    SolveError
        A joint choice of measures, or a no-deal point, has no equilibrium, or there is none without
        imbalances where those are removed.
    """
    from detente.prepared import prepare
    from detente.scenario.load import check_against
    from detente.talks.relief import reliefs

    if not isinstance(choices, Choices):
        message = "not choices: give detente.talks.study.Choices(solution=…)"
        raise InputError(Problem(message, key="choices", value=type(choices).__name__))
    folder = None if folder is None else Path(folder)
    loaded, calibration, options, removal = prepare(scenario, baseline, elasticities, horizon)
    the_talks(loaded)
    _in_usd(loaded, calibration)
    check_against(loaded, calibration)
    if prior is not None:
        members(prior, calibration)  # refuses what does not fit before anything is solved
    valuer = make_valuer(loaded, calibration, options, folder)
    case = make_case(loaded, valuer, listed=listed)
    if unknown := unknown_choices(case.talks, choices.no_deal, choices.what_if, choices.compare):
        raise InputError(unknown)
    sources = sources_of(loaded, choices.weights)
    if not listed and (pair := choices.compare or case.talks.compare):
        message = "packages are compared only where all of them are listed"
        raise InputError(Problem(message, key="compare", value=", ".join(pair)))
    weights: tuple[Read, ...] = ()
    if sources:
        say("weights of sectors", 0, 1)
        weights = read_weights_of(loaded, valuer, options, sources)
        loaded = with_weights(loaded, weights)
        valuer = replace(valuer, aims=aims_of(loaded, calibration, valuer.places))
        case = make_case(loaded, valuer, listed=listed)
    say("firms cut off", 0, 1)
    with ThreadPoolExecutor(max_workers=1) as beside:  # compiling leaves Python's lock alone
        relief = beside.submit(reliefs, loaded, calibration, folder)
        case, worth = _solved(case, valuer, lambda done, of: say("solving the economy", done, of))
        case = replace(case, relief=relief.result())
    _refuse_no_ladder(case, choices)
    drawing = Drawing(loaded, case, elasticities, folder, baseline, prior, valuer)
    return Prepared(case, calibration, worth, drawing, removal, valuer, weights)


def _solved(
    case: Case, valuer: Valuer, on_solve: Callable[[int, int], None]
) -> tuple[Case, dict[MeasureSet, Worth]]:
    """Value what a table needs, without a ladder by default where that does not solve."""
    try:
        return case, solve_values(case, valuer, on_solve)
    except (InputError, SolveError):
        plain = without_answers(case)
        if plain.talks.no_deal == case.talks.no_deal:
            raise
        return plain, solve_values(plain, valuer, on_solve)


def solve_values(
    case: Case, valuer: Valuer, on_solve: Callable[[int, int], None] | None = None
) -> dict[MeasureSet, Worth]:
    """Value every set of measures that the table needs, and those of pairs of threats that solve.

    Raises
    ------
    InputError
        Three or more options have measures that contradict each other.
    SolveError
        Naming the no-deal point or the measures without an equilibrium.
    """
    with of_key(case.scenario, "talks", used=True):
        worth = valued(case, valuer, case.trade_sets().values(), on_solve)
    for point in no_deal_points(case.talks):
        try:
            worth = valued(case, valuer, [case.no_deal_set(point)], known=worth)
        except SolveError as error:
            raise SolveError(f"the no-deal point {point.id} does not solve: {error}") from error
    with suppress(SolveError, InputError):  # a side question, which is then not answered
        worth = valued(case, valuer, threat_sets(case).values(), known=worth)
    return worth


def _in_usd(scenario: Scenario, calibration: Calibration) -> None:
    """Values of options are million USD: the baseline's must be too."""
    unit = calibration.card.unit
    if unit != "million USD":
        problem = Problem("values of talks are million USD", None, None, None, unit,
                          "a baseline in million USD")  # fmt: skip
        raise InputError(placed(scenario, ("baseline",), problem))


def unknown_choices(
    talks: Talks,
    no_deal: str | None,
    what_if: Mapping[str, str] | None,
    compare: Sequence[str] | None = None,
) -> list[Problem]:
    """Return what is wrong with choices that name what a table does not have.

    Whether it has the point `FAILED` shows with the economy (`with_answers`).
    """
    problems = []
    points = [WAITING, *(p.id for p in no_deal_points(talks))]
    if no_deal is not None and no_deal not in (*points, FAILED):
        hint = nearest(no_deal, points)
        problems.append(Problem(f"no such no-deal point; {hint}".rstrip("; "), key="no_deal",
                                value=no_deal, allowed=", ".join(points)))  # fmt: skip
    packages = [PREDICTED, *points, *(p.party for p in talks.parties)]
    packages += [name for name in compare or () if name == FAILED and name not in packages]
    if compare is not None:
        try:
            two(compare, packages, "package")
        except InputError as error:
            problems += error.problems
    options = {issue.id: [o.id for o in issue.options] for issue in talks.issues}
    for issue, option in (what_if or {}).items():
        known = options.get(issue, options)
        if issue not in options or option not in options[issue]:
            what = "issue" if issue not in options else f"option of {issue}"
            name = issue if issue not in options else option
            hint = nearest(name, known)
            problems.append(Problem(f"no such {what}; {hint}".rstrip("; "), key="what_if",
                                    value=name, allowed=", ".join(known)))  # fmt: skip
    return problems


def _refuse_no_ladder(case: Case, choices: Choices) -> None:
    """Refuse to look at what sides do once talks have failed where neither has anything to do.

    Raises
    ------
    InputError
        It is asked for.
    """
    asked = {"no_deal": (choices.no_deal,), "compare": choices.compare or case.talks.compare or ()}
    points = [point.id for point in no_deal_points(case.talks)]
    problems = [
        Problem("no measure is threatened that either side could then use", key=key, value=FAILED,
                allowed=", ".join([WAITING, *points]))
        for key, names in asked.items() if FAILED in names and FAILED not in points
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def make_case(scenario: Scenario, valuer: Valuer, *, listed: bool = True) -> Case:
    """Return the talks of a scenario on an economy, refusing what can be refused unsolved.

    Parameters
    ----------
    listed
        Whether packages are to be listed, so that there may not be too many.

    Raises
    ------
    InputError
        The scenario has no talks, a sector that the baseline lacks, too many packages or joint
        choices of measures, or measures of options that contradict each other: which options.
    """
    weights = sector_weights(scenario, valuer.calibration)
    talks, seats = by_place(scenario, the_talks(scenario), valuer)
    case = Case(scenario, talks, weights, imposed_by=_imposed_by(scenario, valuer), seats=seats)
    case = with_answers(case)
    refuse_unsolved(case, valuer, listed=listed)
    return replace(case, threatened=threatened(rungs_of(case)))


def _imposed_by(scenario: Scenario, valuer: Valuer) -> dict[str, str | None]:
    """Return the party that imposes each measure, nothing where it is none or several."""
    owner = {place: party.party for places, party in
             zip(valuer.places, the_talks(scenario).parties, strict=True)
             for place in places}  # fmt: skip
    found = {}
    for entry in scenario.measures:
        given = getattr(entry, "by", ())
        names = (given,) if isinstance(given, str) else tuple(given)
        sides = {owner.get(int(place)) for name in names
                 for place in resolve_countries(valuer.calibration, name)}  # fmt: skip
        found[entry.id] = next(iter(sides)) if len(sides) == 1 else None
    return found
