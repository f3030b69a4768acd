"""How sure the game's chances by date are: what sides want is drawn from the law of its estimates.

Payoffs of a ladder are straight in what sides want, so that a few ladders tell those of all draws,
which are solved at once. Histories that lead to one state are merged for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from detente.disputes.game import Tastes, drawn_tastes
from detente.disputes.ladder import Escalation
from detente.disputes.moves import OUTCOMES, Ladder, Standing, State, grow
from detente.disputes.tree import MIXED, REFUSED, WHOLE, Floats, Tree, Types, attempt

DRAWS = 200


def drawn_chances(
    ladder: Callable[[Tastes], Ladder], types: tuple[Types, Types],
    after: tuple[Standing, ...] = (), draws: int = DRAWS, seed: int = 0,
) -> Floats:  # fmt: skip
    """Return ``(draw, day, outcome)``: chances by date at tastes drawn.

    What did not settle is out, and draws that never come to where it was seen to stand.

    Parameters
    ----------
    ladder
        Makes the ladder at given tastes.
    after
        Where it was seen to stand after its first days.
    """
    tastes = drawn_tastes(draws, seed)
    tree, states = drawn_tree(ladder, tastes)
    response = attempt(tree, types, sweeps=WHOLE + MIXED)
    found = Escalation(ladder(tastes[0]), tree, states, response, types, after)
    usable = response.change <= REFUSED
    if after:
        usable &= found.seen > 0
    if not usable.any():
        return np.zeros((0, len(found.ladder.days), len(OUTCOMES)))
    return np.moveaxis(found.by_day[..., usable], -1, 0)


def drawn_tree(
    ladder: Callable[[Tastes], Ladder], tastes: Sequence[Tastes]
) -> tuple[Tree, tuple[State, ...]]:
    """Return the merged tree of a ladder, its payoffs at each of some tastes the last axis."""
    zero = Tastes(*(0.0,) * len(Tastes._fields))
    tree, states = grow(ladder(zero), most=0)
    units = [grow(ladder(zero._replace(**{name: 1.0})), most=0)[0] for name in Tastes._fields]
    weights = np.array(tastes).T

    def stacked(key: str) -> Floats:
        none = getattr(tree, key)
        each = np.stack([getattr(unit, key) - none for unit in units], axis=-1)
        return none[..., None] + each @ weights

    chance = np.repeat(tree.chance[:, None], len(tastes), axis=1)
    return replace(tree, chance=chance, payoff=stacked("payoff"), tilt=stacked("tilt")), states
