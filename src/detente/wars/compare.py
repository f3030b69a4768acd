"""What a war is set beside: announced rates, announced measures as a game, replies, closed form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.errors import SolveError
from detente.games.certificate import best_response
from detente.games.evaluation import Game
from detente.games.matrix import PayoffMatrix, payoff_matrix
from detente.wars.setting import Setting

if TYPE_CHECKING:
    from detente.policy.instruments import Measure

Array = NDArray[np.float64]

CURVE_POINTS = 9
"""Rates of the other side at which a best-response curve is computed."""
CURVE_TOP = 1.0
"""Highest of these rates, where the ceiling of the game is not below it."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Best uniform rate of ``player`` (fractions) at each uniform rate of ``other``."""

    player: str
    other: str
    others: Array
    best: Array


def matrix(setting: Setting) -> PayoffMatrix | None:
    """Two players who do or do not carry out what was announced in their name."""
    members = setting.game.placement.members
    if len(members) != 2 or any(len(places) > 1 for places in members):
        return None
    c = setting.calibration
    own, others = announced_by(setting)
    if not own or not all(own.values()):
        return None
    strategies: Mapping = {
        c.country_codes[place]: {"no measures": [], "the announced measures": given}
        for place, given in own.items()
    }
    return payoff_matrix(c, strategies, base=others, options=setting.options)


def announced_by(setting: Setting) -> tuple[dict[int, list[Measure]], list[Measure]]:
    """Measures of the last variant by players of one economy, by its position, and by others."""
    if not setting.case.variants:
        return {}, []
    from detente.baseline.groups import resolve_countries
    from detente.scenario.variants import measure_ids

    ids = measure_ids(setting.case, setting.case.variants[-1].id)
    members = setting.game.placement.members
    own: dict[int, list[Measure]] = {places[0]: [] for places in members if len(places) == 1}
    others: list[Measure] = []
    for entry in setting.case.measures:
        if entry.id not in ids:
            continue
        by = resolve_countries(setting.calibration, entry.by)
        whose = own.get(by[0]) if len(by) == 1 else None
        (others if whose is None else whose).append(entry.instrument())
    return own, others


def curves(setting: Setting) -> tuple[Curve, ...]:
    """Trace each side's best uniform rate against the other's."""
    if len(setting.players) != 2 or setting.choices.instrument != "tariff":
        return ()
    players = [replace(player, rule="uniform") for player in setting.players]
    game = Game(setting.calibration, players, setting.options, setting.base)
    if game.size != 2:
        return ()
    found = []
    for own in (0, 1):
        other = 1 - own
        grid = np.linspace(max(0.0, game.low[other]), min(CURVE_TOP, game.high[other]),
                           CURVE_POINTS)  # fmt: skip
        best, start = [], np.array([game.applied[own]])
        for rate in grid:
            rates = np.zeros(2)
            rates[own], rates[other] = start[0], rate
            start = best_response(game.alone(own, rates), [start]).rates
            best.append(start[0])
        names = [p.name for p in players]
        found.append(Curve(names[own], names[other], grid, np.array(best)))
    return tuple(found)


def closed_form(setting: Setting, notes: list[str]) -> dict[str, float]:
    """Return the closed form's uniform rates, where players tax all imports from everybody."""
    from detente.games.closed_form import closed_form_war

    choices = setting.choices
    whole = choices.on == ("world",) and choices.instrument == "tariff"
    whole = whole and not choices.product_lists
    if not whole or choices.objective != "real-income":
        return {}
    try:
        rates, settled = closed_form_war(setting.game)
    except SolveError:
        settled, rates = False, np.zeros(0)
    if not settled:
        notes.append("the closed form's rates did not settle")
        return {}
    return {p.name: float(rate) for p, rate in zip(setting.players, rates, strict=True)}
