"""How sure the game's chances by date are: what sides want is drawn from the law of its estimates.

Payoffs of a ladder are straight in what sides want, so that a few ladders tell those of all draws,
which are solved at once. Histories that lead to one state are merged for that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from detente.disputes.game import Tastes
from detente.disputes.ladder import Escalation, Ladder, Standing, State, grow
from detente.disputes.tree import Floats, Tree, Types, respond


def drawn_chances(
    ladder: Callable[[Tastes], Ladder], tastes: Sequence[Tastes], types: tuple[Types, Types],
    after: tuple[Standing, ...] = (),
) -> Floats:  # fmt: skip
    """Return ``(draw, day, outcome)``: chances by date of one ladder at tastes drawn.

    Parameters
    ----------
    ladder
        Makes the ladder at given tastes.

    Raises
    ------
    SolveError
        The game did not settle at some of the tastes.
    """
    tree, states = drawn_tree(ladder, tastes)
    found = Escalation(ladder(tastes[0]), tree, states, respond(tree, types), types, after)
    return np.moveaxis(found.by_day, -1, 0)


def drawn_tree(
    ladder: Callable[[Tastes], Ladder], tastes: Sequence[Tastes]
) -> tuple[Tree, tuple[State, ...]]:
    """Return merged trees of a ladder at tastes drawn, these the last axis of payoffs."""
    zero = Tastes(*(0.0,) * len(Tastes._fields))
    tree, states = grow(ladder(zero), 0)
    units = [grow(ladder(zero._replace(**{name: 1.0})), 0)[0] for name in Tastes._fields]
    drawn = np.array(tastes).T

    def stacked(key: str) -> Floats:
        base = getattr(tree, key)
        parts = np.stack([getattr(unit, key) - base for unit in units], axis=-1)
        return base[..., None] + parts @ drawn

    chance = np.repeat(tree.chance[:, None], len(tastes), axis=1)
    return replace(tree, chance=chance, payoff=stacked("payoff"), tilt=stacked("tilt")), states
