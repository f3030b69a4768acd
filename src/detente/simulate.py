"""From measures or a scenario to solved, labelled results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.attribution import attribute
from detente.baseline.calibration import Calibration
from detente.baseline.given import economy
from detente.comparison import BASELINE, Comparison, of_solutions, two
from detente.errors import InputError, Problem, SolveError
from detente.model.economy import Structure
from detente.model.horizons import find_horizon
from detente.notebook import Shown
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.given import policy_given
from detente.prepared import before_any, chosen, prior_of, without_imbalances
from detente.results import Solution
from detente.scalars import as_day
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from detente.solver.shocks import most_lines
from detente.uncertainty.across import AXES, Across, Model, Other, axes, others
from detente.uncertainty.across import solved as solved_models
from detente.uncertainty.draws import DRAWS, Draws, Interval, Wanted
from detente.uncertainty.prior import Prior, members

if TYPE_CHECKING:
    import numpy as np

    from detente.policy.instruments import Measure
    from detente.scenario.schema import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class ScenarioResult(Shown):
    """A scenario solved variant by variant on one baseline.

    ``long_run`` is the same scenario at the long run, to compare a shorter horizon with; none where
    the horizon is the long run, or where no equilibrium was found there.
    """

    scenario: Scenario
    calibration: Calibration
    variants: dict[str, Solution]
    scenario_hash: str
    at: date | None = None
    """Day on which it is solved, with what is then in force; all measures in full without."""
    long_run: ScenarioResult | None = None
    comparison: Comparison | None = None
    """Two of its variants against each other, where the scenario or who runs it asks for that."""
    wanted: Wanted | None = None
    """Draws that its intervals are from; no intervals without."""

    across: Across | None = None
    """The variant shown first in other models, where that is asked for."""

    @property
    def draws(self) -> Draws | None:
        """Its variants at drawn parameters, solved when first looked at; none where not wanted."""
        return None if self.wanted is None else self.wanted.solve()

    def interval(
        self, variant: str, against: str = BASELINE, of: str = "real_income"
    ) -> Interval | None:
        """Return ends of an outcome of a variant, or over another; none without draws.

        Parameters
        ----------
        of
            A name of `detente.uncertainty.outcomes.outcomes`, such as ``"imports"``.
        """
        return None if self.wanted is None else self.wanted.interval(variant, against, of)

    def _brief(self) -> str:
        variants = ", ".join(self.variants)
        return f"of {self.scenario.title!r} on {self.calibration.name!r}: {variants}"

    @property
    def removal(self) -> Solution | None:
        """What removing the imbalances alone does; none where they stay."""
        return next((one.removal for one in self.variants.values()), None)

    @property
    def headline(self) -> str:
        """Id of the variant shown first: the scenario's `headline`, or else the last."""
        named = self.scenario.headline
        return named if named in self.variants else list(self.variants)[-1]

    def compared(self, a: str, b: str) -> Comparison:
        """Compare two variants, or one with the ``"baseline"``, and attribute the difference.

        Raises
        ------
        InputError
            A variant is unknown or was not solved, or the two are one.
        """
        return _compared(self, two((a, b), [*self.variants, BASELINE]))


def solve(
    calibration: Calibration | str | Path,
    *measures: Measure | Sequence[Measure],
    policy: Policy | None = None,
    deficits: str | np.ndarray = "fixed",
    structure: Structure | None = None,
) -> Solution:
    """Solve a baseline under some measures, or under a ready policy.

    Parameters
    ----------
    calibration
        The baseline, for instance ``detente.load("icio-2022")``, or its name.
    measures
        Instruments such as ``detente.Tariff("USA", on="CHN", sectors="goods", add=0.25)``, one by
        one or in a list; their order does not matter.
    policy
        Arrays instead of measures.
    deficits
        ``"fixed"`` share of world value added, ``"own-share"``, ``"own-income"``,
        ``"own-spending"``, ``"removed"``, or one number a country. Where they are removed the
        economy without them is solved first and is what all changes are from; what removing them
        does is the ``removal`` of the solution.
    structure
        Market, labour mobility, scale and substitution, where not by the default relations.

    Raises
    ------
    InputError
        A measure names something the baseline does not have, measures conflict, or measures and
        ready arrays are both given.
    SolveError
        No equilibrium was found, or none without imbalances.
    """
    calibration = economy(calibration)
    if policy is not None and measures:
        message = "give measures or a ready policy, not both"
        raise InputError(Problem(message, key="policy"))
    given, key = (measures, "measures") if policy is None else (policy, "policy")
    options = Options(deficits, structure=Structure() if structure is None else structure)
    calibration, options, removal = without_imbalances(calibration, options)
    ready = policy_given(calibration, given, key) or Policy.unchanged(calibration)
    return Solution(solve_equilibrium(calibration, ready, options), removal)


def run_scenario(
    scenario: str | Path | Scenario,
    *,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    at: str | date | None = None,
    variants: Sequence[str] | None = None,
    compare: Sequence[str] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    prior: str | Path | Prior | None = None,
    across: str | Iterable[str] = (),
    on_variant: Callable[[str, int, int], None] | None = None,
) -> ScenarioResult:
    """Solve every variant of a scenario.

    Parameters
    ----------
    scenario
        Name of a shipped scenario, path of a YAML file, or a loaded one.
    baseline
        Use another baseline than the scenario's own.
    elasticities
        Use another source of trade elasticities than the scenario names, or else the baseline has.
    horizon
        Another horizon than the scenario's: a name of `detente.model.horizons.HORIZONS`.
    at
        Day (or ``"YYYY-MM-DD"``): only the measures then in force, at their share of that day.
    variants
        Ids of those to solve, all on one economy, with the firms of each. Unless given, every
        variant that the scenario's own economy carries: those with firms of their own are left out.
    compare
        Ids of two variants, the one against the other, with what each measure makes of the
        difference; ``"baseline"`` stands for no measures. Those of the scenario's `compare` unless
        given, where both are solved. Where one has firms of its own these two alone are solved.
    draws
        Runs with drawn parameters that intervals are from, solved when they are first looked at;
        0 for no intervals.
    seed
        Of the draws: the same seed gives the same figures.
    prior
        What parameters are drawn from: a file as in docs/uncertainty.md, the shipped one unless
        given.
    across
        Some of `detente.uncertainty.across.AXES`, or these between commas: the variant shown first
        is solved under every other deficit rule, market, baseline or horizon too, with as many
        draws of its own in each.
    on_variant
        Called with (variant, number done, number in all) before each solve, for progress bars.

    Raises
    ------
    InputError
        Scenario, baseline, elasticities or prior cannot be used.
    SolveError
        A variant has no equilibrium; none of the others is returned either.
    """
    from detente.scenario.focus import focus_on
    from detente.scenario.load import check_against, scenario_hash
    from detente.scenario.variants import instruments, measure_ids, shares_on

    day = None if at is None else as_day(at)
    drawn_from = prior_of(draws, seed, prior)
    over, wrong = axes(across or (), AXES, "across", baseline=baseline, horizon=horizon)
    if wrong:
        raise InputError(wrong)
    asked = variants or of_firms(scenario, compare)
    case, calibration, options, removal = chosen(scenario, asked, baseline, elasticities, horizon)
    days = None if day is None else {variant.id: (day,) for variant in case.variants}
    check_against(case, calibration, days)
    if drawn_from:
        members(drawn_from, calibration)  # refuses what does not fit before anything is solved
    policies = {}
    for variant in case.variants:
        shares = (
            dict.fromkeys(measure_ids(case, variant.id), 1.0)
            if day is None
            else shares_on(case, variant.id, day)
        )
        policies[variant.id] = compile_policy(calibration, *instruments(case, shares))
    room, solved = most_lines(policies.values()), {}
    for done, (variant, policy) in enumerate(zip(case.variants, policies.values(), strict=True)):
        if on_variant:
            on_variant(variant.id, done, len(case.variants))
        try:
            found = solve_equilibrium(calibration, policy, options, room=room)
        except SolveError as error:
            raise SolveError(f"variant {variant.id}: {error}") from error
        solved[variant.id] = Solution(found, removal)
    reference = _long_run(case, baseline, elasticities, day)
    wanted = None
    if drawn_from:
        central = {name: one.equilibrium for name, one in solved.items()}
        short = find_horizon(case.horizon).elasticity_scale != 1
        wanted = Wanted(drawn_from, draws, seed, central, short, focus_on(case, calibration))
    result = ScenarioResult(
        case, calibration, solved, scenario_hash(case), day, reference, wanted=wanted
    )
    pair = asked_for(case, solved, compare)
    if pair:
        result = replace(result, comparison=result.compared(*pair))
    if not over:
        return result
    choices = {"baseline": baseline, "elasticities": elasticities, "horizon": horizon, "at": at,
               "draws": draws, "seed": seed, "prior": drawn_from}  # fmt: skip
    return replace(result, across=_across(result, scenario, asked, over, choices, on_variant))


def _across(
    first: ScenarioResult,
    scenario: str | Path | Scenario,
    variants: Sequence[str] | None,
    over: Sequence[str],
    choices: dict[str, Any],
    tell: Callable[[str, int, int], None] | None,
) -> Across:
    """Solve the variant shown first in every other model."""
    from detente.scenario.load import as_scenario
    from detente.scenario.variants import firms_for

    case, headline = as_scenario(scenario), first.headline
    # alone, unless others bring firms to the economy that it is solved on
    alone = set(firms_for(case, [headline])) == set(firms_for(case, variants))
    only = [headline] if alone else variants

    def solve(other: Other) -> Model:
        run = run_scenario(**{**choices, **other.asked(case)}, variants=only)
        return _figures(run, headline, *other)

    found, not_run = solved_models(others(over, first.scenario), solve, tell)
    return Across(headline, (_figures(first, headline), *found.values()), not_run)


def _figures(run: ScenarioResult, variant: str, by: str = "", name: str = "") -> Model:
    """Return an economy's real income by code, with its ends over runs."""
    codes, interval = run.calibration.country_codes, run.interval(variant)
    income = run.variants[variant].countries["real_income_pct"].to_numpy(dtype=float)
    ends = {} if interval is None else dict(
        zip(codes, zip(interval.low.tolist(), interval.high.tolist(), strict=True), strict=True)
    )  # fmt: skip
    return Model(by, name, dict(zip(codes, income.tolist(), strict=True)), ends)


def of_firms(scenario: str | Path | Scenario, compare: object) -> list[str] | None:
    """Return the variants to compare where they need an economy with firms of theirs."""
    from detente.scenario.load import as_scenario
    from detente.scenario.variants import firms_for

    if not isinstance(compare, list | tuple):
        return None
    case = as_scenario(scenario)
    names = [v.id for v in case.variants if v.id in compare]
    return names if set(firms_for(case, names)) - set(firms_for(case)) else None


def asked_for(
    case: Scenario, solved: Collection[str], compare: Sequence[str] | None
) -> tuple[str, str] | None:
    """Return the two variants to compare: those asked for, or the scenario's where both are solved.

    Raises
    ------
    InputError
        Those asked for are not two variants that are solved.
    """
    if compare is not None:
        return two(compare, [*solved, BASELINE])
    named = case.compare
    return named if named and set(named) <= {*solved, BASELINE} else None  # pyright: ignore[reportReturnType]


def _compared(result: ScenarioResult, ids: tuple[str, str]) -> Comparison:
    """Compare two variants; where a combination of measures cannot be solved, say why."""
    from detente.scenario.variants import measure_ids, shares_on

    case, c = result.scenario, result.calibration
    some = next(iter(result.variants.values()))
    options = some.equilibrium.options
    shares: list[dict[str, float]] = []
    for name in ids:
        if name not in result.variants:
            shares.append({})
        elif result.at is None:
            shares.append(dict.fromkeys(measure_ids(case, name), 1.0))
        else:
            shares.append(shares_on(case, name, result.at))
    both = [result.variants.get(name) or before_any(some) for name in ids]
    titles = {v.id: v.title for v in case.variants}
    about = {"ids": ids, "scenario": case,
             "titles": tuple(titles.get(name, "No measures") for name in ids)}  # fmt: skip
    measures = {e.id: e.instrument() for e in case.measures if any(e.id in s for s in shares)}
    try:
        cause, why = attribute(c, measures, shares[0], shares[1], options), ""
    except (InputError, SolveError) as error:
        cause, why = None, str(error)
    drawn = result.wanted and partial(result.wanted.interval, *ids)
    return of_solutions(*both, **about, cause=cause, no_cause=why, drawn=drawn)


def _long_run(
    case: Scenario,
    baseline: str | Path | Calibration | None,
    elasticities: str | float | Path | None,
    day: date | None,
) -> ScenarioResult | None:
    """Solve a scenario of a shorter horizon at the long run too, for the report to compare."""
    if case.horizon == "long-run":
        return None
    with suppress(SolveError):
        return run_scenario(
            case, baseline=baseline, elasticities=elasticities, horizon="long-run", at=day, draws=0
        )
    return None
