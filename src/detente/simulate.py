"""From measures or a scenario to solved, labelled results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from detente.attribution import attribute
from detente.baseline.calibration import Calibration
from detente.baseline.given import economy
from detente.comparison import BASELINE, Comparison, of_solutions, two
from detente.errors import InputError, Problem, SolveError, nearest
from detente.model.economy import Structure
from detente.model.horizons import Horizon, find_horizon
from detente.notebook import Shown
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.policy.given import policy_given
from detente.results import Solution
from detente.scalars import as_day
from detente.solver.balanced import at_rest
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from detente.solver.shocks import most_lines
from detente.uncertainty.draws import DRAWS, Draws, Interval, Wanted, check_draws
from detente.uncertainty.prior import Prior, load_prior, members
from detente.uncertainty.ranges import SEARCHES

if TYPE_CHECKING:
    import numpy as np

    from detente.policy.instruments import Measure
    from detente.scenario.schema import Goal, Scenario
    from detente.targets import goals as targets
    from detente.uncertainty.of_target import Reached


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


class Prepared(NamedTuple):
    """A scenario with all that it is solved on.

    Attributes
    ----------
    scenario
        Without the variants whose firms the economy does not have.
    calibration
        The economy, with its firms carved out, and without imbalances where those are removed.
    options
        How it is solved.
    removal
        What removing the imbalances alone does; none where they stay.
    """

    scenario: Scenario
    calibration: Calibration
    options: Options
    removal: Solution | None


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
    calibration, options, removal = _at_rest(calibration, options)
    ready = policy_given(calibration, given, key) or Policy.unchanged(calibration)
    return Solution(solve_equilibrium(calibration, ready, options), removal)


def _at_rest(
    calibration: Calibration, options: Options
) -> tuple[Calibration, Options, Solution | None]:
    """Return what policies are solved on, and what removing imbalances did (`at_rest`)."""
    found = at_rest(calibration, options)
    removal = None if found.removal is None else Solution(found.removal)
    return found.calibration, found.options, removal


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
    drawn_from = _prior(draws, seed, prior)
    case, calibration, options, removal = chosen(
        scenario, variants or of_firms(scenario, compare), baseline, elasticities, horizon
    )
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
    return replace(result, comparison=result.compared(*pair)) if pair else result


def _prior(draws: int, seed: int, prior: str | Path | Prior | None) -> Prior | None:
    """Return what is drawn from; nothing where no draws are wanted."""
    check_draws(draws, seed)
    found = prior if isinstance(prior, Prior) else load_prior(prior)
    return found if draws else None


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


def before_any(solution: Solution) -> Solution:
    """Return the equilibrium without measures that a solution is a change from."""
    found = solution.equilibrium
    return Solution(solve_equilibrium(found.calibration, None, found.options), solution.removal)


def prepare(
    scenario: str | Path | Scenario,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    variants: Sequence[str] | None = None,
) -> Prepared:
    """Load a scenario and its economy, with other choices in place of the scenario's own.

    Parameters
    ----------
    variants
        Ids of variants whose firms the economy has; those of the scenario alone unless given.

    Raises
    ------
    InputError
        Scenario, baseline, elasticities, horizon, structure or a firm cannot be used.
    SolveError
        Imbalances are to be removed, and there is no equilibrium without them.
    """
    from detente.scenario.load import as_scenario
    from detente.scenario.variants import firms_for, on_economy

    case = as_scenario(scenario)
    if horizon is not None:
        case = case.model_copy(update={"horizon": find_horizon(horizon).name})
    firms = firms_for(case, variants)
    return Prepared(on_economy(case, firms), *_economy(case, baseline, elasticities, firms))


def chosen(
    scenario: str | Path | Scenario,
    variants: Sequence[str] | None,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
) -> Prepared:
    """Load a scenario with some of its variants alone, and the economy that carries them.

    Raises
    ------
    InputError
        As `prepare`, or the scenario has talks alone and no variants.
    SolveError
        As `prepare`.
    """
    from detente.scenario.load import as_scenario
    from detente.scenario.variants import measure_ids, narrowed

    case = as_scenario(scenario)
    if not case.variants:
        message = "there are no variants to solve; `detente talks` works out what the scenario has"
        raise InputError(Problem(message, case.path, key="variants"))
    variants = [variants] if isinstance(variants, str) else variants
    for name in variants or ():
        measure_ids(case, name)
    found = prepare(case, baseline, elasticities, horizon, variants)
    return found._replace(scenario=narrowed(found.scenario, variants)) if variants else found


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


def run_target(
    scenario: str | Path | Scenario,
    goal: str | None = None,
    *,
    cut: float | None = None,
    stated: float | None = None,
    using: Sequence[str] | None = None,
    variant: str | None = None,
    baseline: str | Path | Calibration | None = None,
    elasticities: str | float | Path | None = None,
    horizon: str | None = None,
    draws: int = SEARCHES,
    seed: int = 0,
    prior: str | Path | Prior | None = None,
) -> Reached:
    """Solve a goal of a scenario backwards, in several ways, by name.

    Parameters
    ----------
    goal
        Id of the goal; the only one unless given.
    cut, stated
        Other amounts than the goal's, million USD, where it is a deficit. Where a stated deficit is
        known the cut is the share of the two of the baseline's deficit; ``stated`` 0 takes the cut
        as it is.
    using
        Some of `detente.targets.ways.WAYS`; those that are usual for the goal unless given.
    variant
        Variant whose measures are in force besides.
    draws, seed, prior
        As in `run_scenario`: runs that the ``draws`` and intervals of what is returned are from.

    Raises
    ------
    InputError
        There is no such goal, variant or way, the economy has no such deficit, a name is unknown to
        the baseline, or the prior cannot be used.
    SolveError
        An economy on the way has no equilibrium.
    """
    from detente.scenario.load import as_scenario, check_against, measures_of
    from detente.targets.reach import reach
    from detente.targets.ways import plan
    from detente.uncertainty.of_target import Reached, WantedWays

    drawn_from = _prior(draws, seed, prior)
    case = as_scenario(scenario)
    aim = find_goal(case, goal)
    within = None if variant is None else (variant,)
    case, calibration, options, removal = prepare(case, baseline, elasticities, horizon, within)
    check_against(case, calibration)
    if drawn_from:
        members(drawn_from, calibration)  # refuses what does not fit before anything is solved
    measures = measures_of(case, variant) if variant else ()
    base = compile_policy(calibration, measures)
    entry = _with_amounts(aim, cut, stated)
    target = _target(entry, calibration)
    on = None if entry.partner is None else _code(calibration, entry.partner)
    using = [using] if isinstance(using, str) else using
    ways = plan(target, on, using, calibration, base)
    found = {way: reach(calibration, target, levers, base=base, options=options)
             for way, levers in ways.items()}  # fmt: skip
    wanted = None
    if drawn_from:
        short = find_horizon(case.horizon).elasticity_scale != 1
        wanted = WantedWays(drawn_from, draws, seed, target, ways, base, found, short)
    shown = {way: replace(one, solution=replace(one.solution, removal=removal))
             for way, one in found.items()}  # fmt: skip
    return Reached(shown, wanted)


def _with_amounts(goal: Goal, cut: float | None, stated: float | None) -> Goal:
    """Return the goal with other amounts, which only a deficit has."""
    given = {"cut": cut, "stated": stated}
    for key, value in given.items():
        if value is None:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and 0 <= value < float("inf")):
            raise InputError(Problem("not an amount", key=key, value=value, allowed="million USD"))
        if goal.kind != "deficit":
            message = "goes with a goal of kind deficit only"
            raise InputError(Problem(message, key=key, value=value))
    changed: dict[str, float | None] = {} if cut is None else {"cut_usd": float(cut)}
    if stated is not None:
        changed["stated_usd"] = stated or None
        if not stated:
            changed["year"] = None  # the cut is taken as it is
    return goal.model_copy(update=changed)


def _target(goal: Goal, calibration: Calibration) -> targets.Goal:
    """Turn an entry of a scenario into what is reached for; amounts in USD need such a baseline.

    A cut is carried to the baseline's year as a share of the pair's trade in goods both ways,
    revenue as a share of world value added.
    """
    import numpy as np

    from detente.policy.amounts import carried
    from detente.targets.goals import Deficit, ImportShare, MeanTariff, NoLoss, Revenue

    of = _code(calibration, goal.of)
    partner = "" if goal.partner is None else _code(calibration, goal.partner)
    if goal.kind == "import-share":
        limits = {"at_most": goal.at_most, "at_least": goal.at_least, "cut": goal.cut}
        return ImportShare(of, partner, goal.sectors, **limits)
    if goal.kind == "mean-tariff":
        return MeanTariff(of, partner, "partner" if goal.to is None else goal.to, goal.sectors)
    if goal.kind == "no-loss":
        return NoLoss(of)
    if goal.kind == "deficit" and goal.stated_usd:
        return Deficit(of, partner, fraction=(goal.cut_usd or 0.0) / goal.stated_usd)
    unit = calibration.card.unit
    if unit != "million USD":
        message = f"an amount of million USD cannot be taken from a baseline in {unit}"
        allowed = "stated_usd beside cut_usd, or a baseline in million USD"
        raise InputError(Problem(message, key=f"goals[{goal.id}]", allowed=allowed))
    if goal.kind == "deficit":
        pair = [calibration.country_codes.index(code) for code in (of, partner)]
        cells = np.zeros(calibration.flows.shape, dtype=bool)
        cells[:, pair, pair[::-1]] = calibration.goods[:, None]
        cut = carried(calibration, "cut_usd", goal.cut_usd or 0.0, goal.year, cells)
        return Deficit(of, partner, cut=cut.used)
    more = carried(calibration, "add_usd", goal.add_usd or 0.0, goal.year)
    return Revenue(of, add=more.used)


def find_goal(case: Scenario, name: str | None = None) -> Goal:
    """Return the goal of a scenario that is meant: the only one where none is named.

    Raises
    ------
    InputError
        There is no such goal, or several and none is named.
    """
    goals = {goal.id: goal for goal in case.goals}
    if name is not None and not isinstance(name, str):
        raise InputError(Problem("the id of a goal is text", key="goal", value=name))
    if name is None and len(goals) == 1:
        return case.goals[0]
    if name in goals:
        return goals[name]
    what = "name one of its goals" if name is None else f"no such goal; {nearest(name, goals)}"
    allowed = ", ".join(goals) or "the scenario has none (see docs/targets.md)"
    raise InputError(Problem(what.rstrip("; "), case.path, None, "goal", name, allowed))


def _code(calibration: Calibration, name: str) -> str:
    from detente.baseline.groups import resolve_countries

    found = resolve_countries(calibration, name)
    if len(found) != 1:
        raise InputError(Problem("a goal is one economy's with one other", key="goal", value=name))
    return calibration.country_codes[found[0]]


def _economy(
    case: Scenario,
    baseline: str | Path | Calibration | None,
    elasticities: str | float | Path | None,
    firms: Sequence[str],
) -> tuple[Calibration, Options, Solution | None]:
    """Load what is given, or else what the scenario names; its refusals then say the line.

    The horizon scales the trade elasticities, and says how labour and inputs move where the
    scenario does not. Imbalances are removed before firms are carved out, so that a firm has the
    figures of its card in the economy that measures change.
    """
    from detente.baseline.elasticities import with_elasticities
    from detente.scenario.against import economy_of, of_key
    from detente.scenario.structure import structure_of

    calibration = economy_of(case, baseline)
    source = case.elasticities if elasticities is None else elasticities
    if source is not None:
        with of_key(case, "elasticities", used=elasticities is None):
            calibration = with_elasticities(calibration, source)
    if case.in_force is not None:
        from detente.world import in_force

        with of_key(case, "in_force", used=True):
            calibration = in_force(calibration, case.in_force, horizon=case.horizon)
    calibration = _scaled(calibration, find_horizon(case.horizon))
    options = Options(deficits=case.deficits, structure=structure_of(case, calibration))
    calibration, options, removal = _at_rest(calibration, options)
    if firms:
        from detente.sanction.in_scenario import carve_firms

        calibration = carve_firms(case, calibration, firms).calibration
        structure_of(case, calibration)  # refuses what the carved economy cannot have
    return calibration, options, removal


def _scaled(calibration: Calibration, horizon: Horizon) -> Calibration:
    """Scale trade elasticities to a horizon, and say so on the card."""
    if horizon.elasticity_scale == 1:
        return calibration
    said = calibration.card.elasticities or "the baseline's own"
    said += f"; times {horizon.elasticity_scale:.2f} for the horizon {horizon.name}"
    return calibration.replace(
        trade_elasticity=calibration.trade_elasticity * horizon.elasticity_scale,
        card=replace(calibration.card, elasticities=said),
    )
