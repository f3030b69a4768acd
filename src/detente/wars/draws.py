"""Wars, optima and bargains at drawn trade elasticities: how far their figures move.

A war and an optimum are searched again in each draw, from the rates that were found; a draw counts
where first-order conditions hold, and far moves are looked for in the answer that is shown alone. A
bargain is not struck again: what its rates, and those of the alternatives, bring is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import SolveError
from detente.games.bargaining import Agreement
from detente.games.evaluation import Game
from detente.games.nash import NashResult, nash, optimal
from detente.model.horizons import find_horizon
from detente.model.welfare import welfare_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from detente.uncertainty.draws import check_draws
from detente.uncertainty.ranges import Figures, OnDraw, find_ranges
from detente.wars.results import TalksResult, WarResult
from detente.wars.run import disagreement_policy

if TYPE_CHECKING:
    from detente.uncertainty.prior import Prior
    from detente.wars.setting import Setting

Array = NDArray[np.float64]
Result = TypeVar("Result", WarResult, TalksResult)
CLOSE = 1e-6
"""Largest move of ln(1+rate) that replies of a draw may still ask for: less than is shown."""
FIXED = ("who plays and on what", "the measures besides")


def with_draws(
    result: Result,
    prior: Prior,
    draws: int,
    *,
    seed: int = 0,
    on_draw: OnDraw | None = None,
) -> Result:
    """Find a game's figures again at drawn parameters.

    Parameters
    ----------
    prior
        What is drawn from (`detente.uncertainty.prior.load_prior`).
    draws, seed
        How many, 0 for none, and how.
    on_draw
        Called with (number done, number in all) before each.

    Returns
    -------
    WarResult or TalksResult
        The same with ``draws``; as it was, with a note, where nothing was found to start from.

    Raises
    ------
    InputError
        As `detente.uncertainty.draws.check_draws`, or the prior does not fit the economy.
    """
    check_draws(draws, seed)
    if not draws:
        return result
    setting, fixed = result.setting, list[str](FIXED)
    if isinstance(result, TalksResult):
        answers = _deals(result)
        fixed.append("the rates of the deal and of its alternatives")
    else:
        answers = {
            name: partial(_searched, setting, one) for name, one in result.answers.items()
            if one.status.found
        }  # fmt: skip
        fixed += ["political weights"] if setting.choices.objective == "political" else []
    if not answers:
        return replace(result, notes=(*result.notes, "no intervals: nothing was found to start "
                                      "from"))  # fmt: skip
    found = find_ranges(
        prior, setting.calibration, setting.options, draws, answers, seed=seed,
        short=find_horizon(setting.case.horizon).elasticity_scale != 1, fixed=tuple(fixed),
        on_draw=on_draw,
    )  # fmt: skip
    return replace(result, draws=found)


def _searched(setting: Setting, one: NashResult, c: Calibration, options: Options) -> Figures:
    """Search a war, or an optimum, again from the rates that were found."""
    many = list(one.game.players)
    how: dict[str, Any] = {
        "options": options, "base": setting.base, "start": one.chosen.rates, "certified": False,
        "tolerance": CLOSE,
    }  # fmt: skip
    found = nash(c, many, **how) if len(many) > 1 else optimal(c, many[0], **how)
    if not found.status.found:
        raise SolveError(str(found.status))
    return {**_incomes(setting, found.policy, c, options), **_rates(found.game, found.chosen.rates)}


def _rates(game: Game, rates: Array) -> dict[tuple[str, str], float]:
    """Return mean, by trade of the baseline, and median of each player's rates."""
    figures, p = {}, game.placement
    trade = np.bincount(p.rate, p.trade(game.calibration.flows), p.size)
    for number, player in enumerate(game.players):
        own = p.own(number)
        if len(own):
            mean = np.average(rates[own], weights=trade[own])
            figures |= {("mean_rate", player.name): float(mean),
                        ("median_rate", player.name): float(np.median(rates[own]))}  # fmt: skip
    return figures


def _incomes(setting: Setting, policy: Policy, c: Calibration, options: Options) -> Figures:
    """Return every player's change of real income under a policy, per cent."""
    changes = _changes(setting, policy, c, options)
    return {("real_income_pct", p.name): float(change)
            for p, change in zip(setting.players, changes, strict=True)}  # fmt: skip


def _changes(setting: Setting, policy: Policy, c: Calibration, options: Options) -> Array:
    """Return changes of real income ``(player,)``, per cent."""
    after = solve_equilibrium(c, policy, options).outcome
    hat = welfare_hat(c, after)
    members = (list(places) for places in setting.game.placement.members)
    return np.array([100 * (np.average(hat[own], weights=c.income[own]) - 1) for own in members])


def _deals(result: TalksResult) -> dict[str, Callable[[Calibration, Options], Figures]]:
    """Return what finds each deal's figures: those agreed on alone."""
    setting = result.setting
    return {
        name: partial(_kept, setting, setting.game.policy(one.optimum.rates),
                      disagreement_policy(setting, name, result.war))
        for name, one in result.bargains.bargains.items()
        if one.status is Agreement.AGREED
    }  # fmt: skip


def _kept(
    setting: Setting, deal: Policy, outside: Policy, c: Calibration, options: Options
) -> Figures:
    """Return what each has with the deal and without it, per cent, and what it gains, in logs."""
    agreed, without = (_changes(setting, one, c, options) for one in (deal, outside))
    gain = 100 * np.log((100 + agreed) / (100 + without))
    rows = {"agreed_pct": agreed, "without_pct": without, "gain_pct": gain}
    return {(figure, player.name): float(value)
            for figure, values in rows.items()
            for player, value in zip(setting.players, values, strict=True)}  # fmt: skip
