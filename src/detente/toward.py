"""`run_target`: levers that reach the goals of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem, nearest
from detente.model.horizons import find_horizon
from detente.policy.compile import compile_policy
from detente.prepared import prepare, prior_of
from detente.uncertainty.prior import Prior, members
from detente.uncertainty.ranges import SEARCHES

if TYPE_CHECKING:
    from detente.scenario.schema import Goal, Scenario
    from detente.targets import goals as targets
    from detente.uncertainty.of_target import Reached


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

    drawn_from = prior_of(draws, seed, prior)
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
