"""The game of carrying out what was announced or doing nothing, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from detente.document.language import listed, noun

if TYPE_CHECKING:
    from detente.wars.results import WarResult


def caption(result: WarResult) -> str:
    """Say what the numbers of the matrix are."""
    assert result.matrix is not None
    without = " (without the variant that is in force)" if result.setting.variant else ""
    return (
        "If each only carries out what was announced in its name, or does nothing"
        f"{without}: real income of {listed(list(result.matrix.players))}, change from the baseline"
    )


def limits(result: WarResult) -> str:
    """Say in which ways announced measures are not moves of the game that was chosen."""
    found = _beyond(result)
    if result.setting.choices.objective != "real-income":
        found.append("they are counted in real income, not in what the players aim at here")
    return f"The limits of this game do not hold there: {'; '.join(found)}." if found else ""


def _beyond(result: WarResult) -> list[str]:
    """Say which limits of the game the tariffs that players announced go beyond."""
    if result.announced is None:
        return []
    game, p = result.setting.game, result.setting.game.placement
    policy = result.announced[0]
    there = policy.tariff_cf.copy()
    if policy.lines is not None:
        np.maximum.at(there.ravel(), policy.lines.cell, policy.rates_on_lines().tariff_cf)
    owners = np.array([place for places in p.members for place in places])
    changed = np.abs(there - result.setting.calibration.tariff) > 1e-9
    on = ~p.taxed
    sector, importer, exporter, rate = (a[on] for a in (p.sector, p.importer, p.exporter, p.rate))
    added, level = changed[sector, importer, exporter], there[sector, importer, exporter]
    others = np.asarray(changed[:, owners].any(axis=(1, 2)))
    others[np.unique(sector)] = False
    bound = p.binding[rate] <= game.high[rate] + 1e-12
    above = added & (level > game.high[rate] + 1e-9)
    told = {
        "the measures cover other sectors too": others.any(),
        "some of their rates are above the ceiling": (above & ~bound).any(),
        "some of their rates are above bound rates": (above & bound).any(),
    }
    return [what for what, is_so in told.items() if is_so]


def sentence(result: WarResult, names: Mapping[str, str]) -> str:
    """Say what each would do best if it could only carry out what it announced, and the end."""
    matrix = result.matrix
    assert matrix is not None
    kind, ends = matrix.kind(), matrix.equilibria()
    told = [f"{noun(names.get(player, player))} would do best with {what}, whatever the other does"
            for player, what in matrix.dominant().items()]  # fmt: skip
    sides = [noun(names.get(player, player)) for player in matrix.players]
    where = [", ".join(f"{p}: {s}" for p, s in zip(sides, end, strict=True)) for end in ends]
    told.append(f"it would end at {listed([f'({one})' for one in where])}" if ends else
                "no combination would last (no equilibrium in pure strategies)")  # fmt: skip
    aside = " (the limits of this game set aside)" if limits(result) else ""
    named = f" This is called a {kind}." if kind else ""
    return (
        "If each could only carry out what was announced in its name or do nothing"
        f"{aside}, {'; '.join(told)}.{named}"
    )
