"""Games of two sides in turn, neither of which knows how the other values what happens.

Agent quantal response equilibrium (McKelvey and Palfrey 1998): at every node a side of type θ takes
a move with a probability ∝ exp(λ × what the move brings it), and all that see it update what they
believe of θ by Bayes. Each side's payoffs depend on its own type alone and types are drawn apart,
so that the belief about a side is its prior times its own reach. With one type a side and λ = ∞
this is backward induction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem, SolveError

Floats = NDArray[np.float64]
END, CHANCE = -1, 2
"""Owners of nodes beside the sides 0 and 1."""
SETTLED, REFUSED = 1e-8, 1e-5
"""Largest change of a probability at which sweeps end, and above which nothing is reported."""
SWEEPS = 2000
WHOLE = 20
"""Sweeps that take whole steps, which mostly settle within ten; then they are halved."""
PATH = (0.1, 0.2, 0.4, 0.7, 1.0)
"""Shares of λ that are solved in turn where it does not settle at once."""


@dataclass(frozen=True, eq=False)
class Tree:
    """A game in turn; nodes stand level by level, those of one parent side by side.

    Attributes
    ----------
    owner
        ``(node,)``: 0 or 1, `CHANCE`, or `END`.
    parent
        ``(node,)``: −1 for the root, which is the first.
    chance
        ``(node,)``: probability of being drawn, below a node of chance; 1 elsewhere.
    payoff, tilt
        ``(node, side)``: what reaching it pays, and what a unit of the own type adds.

    Many games of one shape are solved together where ``chance``, ``payoff`` and ``tilt`` have the
    games as their last axis; all that is found then has it too.
    """

    owner: NDArray[np.int_]
    parent: NDArray[np.int_]
    chance: Floats
    payoff: Floats
    tilt: Floats

    def __post_init__(self) -> None:
        """Refuse nodes out of order."""
        if self.parent[0] != -1 or not (np.diff(self.parent) >= 0).all():
            raise ValueError("nodes of a tree stand level by level, the root first")

    def levels(self) -> list[slice]:
        """Return the nodes of each level but the root's."""
        found, start, end = [], 1, 1
        parents = (0, 1)
        while True:
            end = int(np.searchsorted(self.parent, parents[1]))
            if end == start:
                return found
            found.append(slice(start, end))
            parents, start = (start, end), end


@dataclass(frozen=True, eq=False)
class Types:
    """How a side may value things: values, and how likely each is."""

    value: Floats
    prior: Floats


@dataclass(frozen=True, eq=False)
class Response:
    """An equilibrium of a tree.

    Attributes
    ----------
    move
        By side ``(node, type)``: probability that it moves into the node from its parent; 1 where
        another moves.
    belief
        By side ``(node, type)``: what is believed of it at the node.
    value
        By side ``(node, type)``: what it expects from the node on.
    reach
        ``(node,)``: probability that the node is reached.
    change
        Largest change of a probability in the last sweep.
    """

    move: tuple[Floats, Floats]
    belief: tuple[Floats, Floats]
    value: tuple[Floats, Floats]
    reach: Floats
    change: float


ONE_TYPE = Types(np.zeros(1), np.ones(1))


def normal_types(count: int = 5) -> Types:
    """Return a standard normal type as Gauss-Hermite points."""
    points, weights = np.polynomial.hermite_e.hermegauss(count)
    return Types(points, weights / weights.sum())


def respond(
    tree: Tree, types: Sequence[Types] = (ONE_TYPE, ONE_TYPE), precision: float = 1.0,
    start: tuple[Floats, Floats] | None = None,
) -> Response:  # fmt: skip
    """Return the equilibrium; where sweeps do not settle, λ is raised to it step by step.

    Parameters
    ----------
    types
        Of side 0 and of side 1.
    precision
        λ, a unit of payoffs; ∞ for best moves, equal ones alike.
    start
        Moves to begin with; equal chances of all unless given.

    Raises
    ------
    InputError
        The precision is below zero.
    SolveError
        Probabilities still change by more than `REFUSED`.
    """
    if not precision >= 0:
        raise InputError(Problem("is below zero", key="precision", value=precision))
    start = start or _first(tree, types)
    found = _sweeps(tree, types, precision, start)
    if found.change > REFUSED and np.isfinite(precision):
        for share in PATH:
            found = _sweeps(tree, types, share * precision, start)
            start = found.move
    if not found.change <= REFUSED:
        message = f"the game did not settle: its probabilities still change by {found.change:.1e}"
        raise SolveError(message)
    return found


def _first(tree: Tree, types: Sequence[Types]) -> tuple[Floats, Floats]:
    """Return equal chances of all moves."""
    below = np.bincount(tree.parent[1:], minlength=len(tree.parent))
    found = []
    for side in (0, 1):
        own = np.r_[False, tree.owner[tree.parent[1:]] == side]
        one = np.where(own, 1 / np.maximum(below[tree.parent], 1), 1.0)
        like = _by_type(tree.tilt[:, side], types[side])
        found.append(np.broadcast_to(_over(one, like), like.shape))
    return found[0], found[1]


def _by_type(one: Floats, types: Types) -> Floats:
    """Return ``(node, type)``, then games if any: a figure of nodes times types."""
    return one[:, None] * _over(types.value, one)


def _over(one: Floats, like: Floats) -> Floats:
    """Return an array with as many axes as another, the new ones last."""
    return one.reshape(*one.shape, *(1,) * (like.ndim - one.ndim))


def _sweeps(
    tree: Tree, types: Sequence[Types], precision: float, start: tuple[Floats, Floats]
) -> Response:
    """Sweep forward for beliefs and backward for moves until nothing changes.

    Whole steps are taken at first, then half ones, and shorter ones where that does not settle.
    """
    levels, held, change = tree.levels(), start, np.inf
    belief = _beliefs(tree, types, held, levels)
    move, value = _backward(tree, types, precision, belief, levels)
    for sweep in range(SWEEPS):
        change = max(float(np.abs(new - old).max()) for new, old in zip(move, held, strict=True))
        if change <= SETTLED:
            break
        step = 1.0 if sweep < WHOLE else 0.5 ** (1 + sweep * 6 // SWEEPS)
        held = (held[0] + step * (move[0] - held[0]), held[1] + step * (move[1] - held[1]))
        belief = _beliefs(tree, types, held, levels)
        move, value = _backward(tree, types, precision, belief, levels)
    return Response(move, belief, value, _reach(tree, belief, move, levels), change)


def _beliefs(
    tree: Tree, types: Sequence[Types], move: tuple[Floats, Floats], levels: list[slice]
) -> tuple[Floats, Floats]:
    """Return beliefs by Bayes; what no type does leaves them as they were."""
    found = []
    for side in (0, 1):
        one = np.empty_like(move[side])
        one[0] = _over(types[side].prior, one[0])
        for level in levels:
            before = one[tree.parent[level]]
            joint = before * move[side][level]
            total = joint.sum(axis=1, keepdims=True)
            one[level] = np.where(total > 0, joint / np.where(total > 0, total, 1.0), before)
        found.append(one)
    return found[0], found[1]


def _backward(
    tree: Tree, types: Sequence[Types], precision: float, belief: tuple[Floats, Floats],
    levels: list[slice],
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:  # fmt: skip
    """Return moves and values, last nodes first."""
    value = [tree.payoff[:, i, None] + _by_type(tree.tilt[:, i], types[i]) for i in (0, 1)]
    move = [np.ones_like(one) for one in value]
    for level in reversed(levels):
        parent = tree.parent[level]
        starts = np.flatnonzero(np.r_[True, np.diff(parent) > 0])
        above, group = parent[starts], np.cumsum(np.r_[False, np.diff(parent) > 0])
        mean = []
        for side in (0, 1):
            own = _over(tree.owner[parent] == side, value[side])
            chosen = _chosen(value[side][level], precision, starts, group)
            move[side][level] = np.where(own, chosen, 1.0)
            mean.append((belief[side][parent] * move[side][level]).sum(axis=1))
        for side in (0, 1):
            others = (_over(tree.chance[level], mean[side]) * mean[1 - side])[:, None]
            weight = others * move[side][level]
            value[side][above] += np.add.reduceat(weight * value[side][level], starts, axis=0)
    return (move[0], move[1]), (value[0], value[1])


def _chosen(
    value: Floats, precision: float, starts: NDArray[np.int_], group: NDArray[np.int_]
) -> Floats:
    """Return the chance of each move among those of one node."""
    behind = value - np.maximum.reduceat(value, starts, axis=0)[group]
    weight = (behind == 0).astype(float) if np.isinf(precision) else np.exp(precision * behind)
    return weight / np.add.reduceat(weight, starts, axis=0)[group]


def _reach(
    tree: Tree, belief: tuple[Floats, Floats], move: tuple[Floats, Floats], levels: list[slice]
) -> Floats:
    """Return the probability of each node: of chance and both sides, over their types."""
    found = np.ones((len(tree.parent), *tree.payoff.shape[2:]))
    for level in levels:
        parent = tree.parent[level]
        mean = [(belief[i][parent] * move[i][level]).sum(axis=1) for i in (0, 1)]
        found[level] = found[parent] * _over(tree.chance[level], found) * mean[0] * mean[1]
    return found
