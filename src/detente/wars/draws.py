"""A war solved again at draws of trade elasticities: how far its headline moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.elasticity_draws import disagreement, draw_elasticities
from detente.errors import DetenteError, InputError, Problem
from detente.games.nash import NashResult, Status, nash
from detente.wars.results import Bands, WarResult, payoffs

if TYPE_CHECKING:
    from detente.wars.setting import Setting

Array = NDArray[np.float64]


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws that says nothing, before anything is solved.

    Raises
    ------
    InputError
        One draw, fewer than none, or not a seed.
    """
    problems = []
    if draws < 0 or draws == 1:
        problems.append(Problem("not a number of draws", None, None, "--draws", draws,
                                "0, or 2 or more"))  # fmt: skip
    if seed < 0:
        problems.append(Problem("not a seed", None, None, "--seed", seed, "0 or more"))
    if problems:
        raise InputError(problems)


def with_bands(
    war: WarResult,
    draws: int,
    *,
    seed: int = 0,
    on_draw: Callable[[int, int], None] | None = None,
) -> WarResult:
    """Solve a war again at draws of trade elasticities, each from the rates that were found.

    Parameters
    ----------
    draws
        How many; see `detente.baseline.elasticity_draws`.
    on_draw
        Called with (number done, number in all) before each.

    Returns
    -------
    WarResult
        The same war with ``bands``; as it was where no war was found, with a note.

    Raises
    ------
    InputError
        As `check_draws`, or the result is not one war.
    """
    check_draws(draws, seed)
    if war.kind != "nash":
        raise InputError(Problem("bands are of a war", key="draws", value=war.kind))
    one = war.found[0]
    if not draws:
        return war
    if not one.status.found:
        return replace(war, notes=(*war.notes, "no intervals: there is no war to start from"))
    thetas = draw_elasticities(war.setting.calibration, draws, seed=seed)
    players = len(one.game.players)
    held, statuses = np.full((3, draws, players), np.nan), []
    for number, theta in enumerate(thetas):
        if on_draw is not None:
            on_draw(number, draws)
        status, figures = _again(war.setting, one, theta)
        statuses.append(status)
        if figures is not None:
            held[:, number] = figures
    names = tuple(p.name for p in one.game.players)
    incomes, medians, means = held
    bands = Bands(names, tuple(statuses), incomes, medians, means, seed, disagreement())
    return replace(war, bands=bands)


def _again(setting: Setting, war: NashResult, theta: Array) -> tuple[str, Array | None]:
    """Solve the war at other elasticities: how it ended, and its figures ``(figure, player)``."""
    try:
        drawn = setting.calibration.replace(trade_elasticity=theta)
        found = nash(drawn, setting.players, options=setting.options, base=setting.base,
                     start=war.chosen.rates)  # fmt: skip
        if found.status is not Status.CERTIFIED:
            return str(found.status), None
        incomes = payoffs(found.game, found.policy)
    except DetenteError as error:
        return str(error).splitlines()[0], None
    table = found.players
    return str(found.status), np.array([
        100 * np.expm1(incomes), table["median_rate"].to_numpy(), table["mean_rate"].to_numpy()
    ])  # fmt: skip
