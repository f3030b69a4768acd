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
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.errors import InputError, Problem, SolveError

Floats = NDArray[np.float64]
END, CHANCE = -1, 2
"""Owners of nodes beside the sides 0 and 1."""
SETTLED, REFUSED = 1e-8, 1e-5
"""Largest change of a probability at which sweeps end, and above which nothing is reported."""
SWEEPS = 2000
WHOLE, MIXED, KEPT = 10, 60, 4
"""Sweeps that take whole steps, which mostly settle; then those that mix as many past ones as kept,
at most; then they are halved."""
PATH = (0.1, 0.2, 0.4, 0.7, 1.0)
"""Shares of λ that are solved in turn where it does not settle at once."""


class Level(NamedTuple):
    """Nodes none of which comes after another, and their branches.

    Attributes
    ----------
    nodes
        The nodes.
    into
        Branches into them, those of one node side by side.
    out
        Branches on from them, likewise.
    came, went
        Where the branches of each node begin among these; of those alone that have any.
    to, of
        ``(branch,)``: which node of the level, or of those that have any, it is one of.
    """

    nodes: slice
    into: NDArray[np.int_]
    out: slice
    came: NDArray[np.int_]
    went: NDArray[np.int_]
    to: NDArray[np.int_]
    of: NDArray[np.int_]


@dataclass(frozen=True, eq=False)
class Tree:
    """A game in turn: nodes, and branches that lead from one to a later one.

    Branches of one node stand side by side, in the order of nodes; the first branch leads to the
    first node, the root, from nowhere. In a tree there is one branch into each node, of the same
    number. Where histories are merged (`into`) there may be several: what is believed at such a
    node is the mean over them, by how likely each is.

    Attributes
    ----------
    owner
        ``(node,)``: 0 or 1, `CHANCE`, or `END`.
    parent
        ``(branch,)``: the node that it leads from; −1 for the first.
    chance
        ``(branch,)``: probability of being drawn, below a node of chance; 1 elsewhere.
    payoff, tilt
        ``(branch, side)``: what going there pays, and what a unit of the own type adds.
    into
        ``(branch,)``: the node that it leads to; of a tree unless given.

    Many games of one shape are solved together where ``chance``, ``payoff`` and ``tilt`` have the
    games as their last axis; all that is found then has it too.
    """

    owner: NDArray[np.int_]
    parent: NDArray[np.int_]
    chance: Floats
    payoff: Floats
    tilt: Floats
    into: NDArray[np.int_] | None = None

    def __post_init__(self) -> None:
        """Refuse nodes out of order."""
        before = self.parent[0] == -1 and (self.parent[1:] < self.leads[1:]).all()
        if not before or not (np.diff(self.parent) >= 0).all():
            raise ValueError("branches of a tree stand in the order of nodes, the root's first")

    @cached_property
    def leads(self) -> NDArray[np.int_]:
        """``(branch,)``: the node that it leads to."""
        return np.arange(len(self.parent)) if self.into is None else self.into

    @cached_property
    def histories(self) -> int:
        """How many ways lead from the root to a node: the nodes of the tree without merging."""
        ways = [0] * len(self.owner)
        ways[0] = 1
        for parent, node in zip(self.parent[1:].tolist(), self.leads[1:].tolist(), strict=True):
            ways[node] += ways[parent]
        return sum(ways)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """Nodes by level, the root first."""
        order = np.argsort(self.leads, kind="stable")
        came = np.searchsorted(self.leads[order], np.arange(len(self.owner) + 1))
        # a level goes on until a node comes after one of it
        last = np.maximum.accumulate(np.maximum.reduceat(self.parent[order], came[:-1]))
        found, start = [], 0
        while start < len(self.owner):
            end = int(np.searchsorted(last, start))
            into = order[came[start] : came[end]]
            out = slice(*np.searchsorted(self.parent, (start, end)).tolist())
            new = np.diff(self.parent[out], prepend=-1) > 0
            found.append(
                Level(slice(start, end), into, out, came[start:end] - came[start],
                      np.flatnonzero(new), self.leads[into] - start, np.cumsum(new) - 1)
            )  # fmt: skip
            start = end
        return tuple(found)


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
        By side ``(branch, type)``: probability that it moves along the branch; 1 where another
        moves.
    belief
        By side ``(branch, type)``: what is believed of it who has come along the branch.
    value
        By side ``(branch, type)``: what it expects from the branch on.
    reach
        ``(branch,)``: probability that a play goes along the branch.
    change
        Largest change of a probability in the last sweep, of each game.
    """

    move: tuple[Floats, Floats]
    belief: tuple[Floats, Floats]
    value: tuple[Floats, Floats]
    reach: Floats
    change: Floats


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
    found = attempt(tree, types, precision, start)
    if found.change.max() > REFUSED and np.isfinite(precision):
        for share in PATH:
            found = attempt(tree, types, share * precision, start)
            start = found.move
    if not found.change.max() <= REFUSED:
        still = f"{found.change.max():.1e}"
        raise SolveError(f"the game did not settle: its probabilities still change by {still}")
    return found


def _first(tree: Tree, types: Sequence[Types]) -> tuple[Floats, Floats]:
    """Return equal chances of all moves."""
    below = np.bincount(tree.parent[1:], minlength=len(tree.owner))
    found = []
    for side in (0, 1):
        own = np.r_[False, tree.owner[tree.parent[1:]] == side]
        one = np.where(own, 1 / np.maximum(below[tree.parent], 1), 1.0)
        like = _by_type(tree.tilt[:, side], types[side])
        found.append(np.broadcast_to(_over(one, like), like.shape))
    return found[0], found[1]


def _by_type(one: Floats, types: Types) -> Floats:
    """Return ``(branch, type)``, then games if any: a figure of branches times types."""
    return one[:, None] * _over(types.value, one)


def _over(one: Floats, like: Floats) -> Floats:
    """Return an array with as many axes as another, the new ones last."""
    return one.reshape(*one.shape, *(1,) * (like.ndim - one.ndim))


def attempt(
    tree: Tree, types: Sequence[Types], precision: float = 1.0,
    start: tuple[Floats, Floats] | None = None, sweeps: int = SWEEPS,
) -> Response:  # fmt: skip
    """Sweep forward for beliefs and backward for moves until nothing changes, or so many times.

    Whole steps are taken at first, then mixed ones, then half ones, and shorter ones where that
    does not settle. What has not settled is seen from its change alone.
    """
    held, past = start or _first(tree, types), []
    move, value, change = held, held, np.array(np.inf)
    for sweep in range(sweeps):
        _, known, _ = _forward(tree, types, held)
        move, value = _backward(tree, types, precision, known)
        ways = [np.abs(new - old).max(axis=(0, 1)) for new, old in zip(move, held, strict=True)]
        change = np.maximum(*ways)
        if change.max() <= SETTLED:
            break
        if sweep < WHOLE:
            held = move
        elif sweep < WHOLE + MIXED:
            held = _mixed(tree, held, move, past)
        else:
            step = 0.5 ** (1 + sweep * 6 // SWEEPS)
            held = (held[0] + step * (move[0] - held[0]), held[1] + step * (move[1] - held[1]))
    belief, _, reach = _forward(tree, types, move)
    return Response(move, belief, value, reach, change)


def _mixed(
    tree: Tree, held: tuple[Floats, Floats], move: tuple[Floats, Floats],
    past: list[tuple[list[Floats], tuple[Floats, Floats]]],
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return the mean of past moves whose step would be shortest (Anderson 1965), game by game."""
    past.append(([new - old for new, old in zip(move, held, strict=True)], move))
    del past[: -KEPT - 1]
    if len(past) == 1:
        return move
    steps, ends = (
        [[new - old for old, new in zip(*pair, strict=True)] for pair in pairwise(one)]
        for one in zip(*past, strict=True)
    )
    square = _over_last([[_product(one, other) for other in steps] for one in steps], 2)
    along = _over_last([_product(one, past[-1][0]) for one in steps], 1)
    size = np.trace(square, axis1=-2, axis2=-1)[..., None, None]
    square = square + (1e-12 * size + 1e-300) * np.eye(len(steps))
    share = np.linalg.solve(square, along[..., None])[..., 0]
    new = np.diff(tree.parent, prepend=-2) > 0
    begins, group, found = np.flatnonzero(new), np.cumsum(new) - 1, []
    for side in (0, 1):
        back = sum(share[..., at] * end[side] for at, end in enumerate(ends))
        one = np.maximum(move[side] - back, 0.0)
        one /= np.add.reduceat(one, begins, axis=0)[group]
        own = np.r_[False, tree.owner[tree.parent[1:]] == side]
        found.append(np.where(_over(own, one), one, 1.0))
    return found[0], found[1]


def _product(one: Sequence[Floats], other: Sequence[Floats]) -> Floats:
    """Return by game the inner product of figures of both sides."""
    return sum((a * b).sum(axis=(0, 1)) for a, b in zip(one, other, strict=True))  # pyright: ignore


def _over_last(figures: list, axes: int) -> Floats:
    """Return an array with its first axes last."""
    return np.moveaxis(np.array(figures), range(axes), range(-axes, 0))


def _forward(
    tree: Tree, types: Sequence[Types], move: tuple[Floats, Floats]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats], Floats]:
    """Return beliefs after each branch and at each node by Bayes, and how likely branches are.

    What no type does leaves beliefs as they were.
    """
    after = [np.empty(one.shape) for one in move]
    reach = np.ones((len(tree.parent), *tree.payoff.shape[2:]))
    for one, own in zip(after, types, strict=True):
        one[0] = _over(own.prior, one[0])
    known = (
        after if tree.into is None else [np.empty((len(tree.owner), *m.shape[1:])) for m in move]
    )
    come = reach if tree.into is None else np.empty((len(tree.owner), *reach.shape[1:]))
    for level in tree.levels:
        if tree.into is not None:
            _merge(level, after, reach, known, come)
        out = level.out
        parent = tree.parent[out]
        reach[out] = come[parent] * _over(tree.chance[out], reach)
        for side in (0, 1):
            before = known[side][parent]
            if side not in tree.owner[parent]:
                after[side][out] = before
                continue
            joint = before * move[side][out]
            total = joint.sum(axis=1, keepdims=True)
            after[side][out] = np.where(total > 0, joint / np.where(total > 0, total, 1.0), before)
            reach[out] *= total[:, 0]
    return (after[0], after[1]), (known[0], known[1]), reach


def _merge(
    level: Level, after: Sequence[Floats], reach: Floats, known: Sequence[Floats], come: Floats
) -> None:
    """Fill in what is known at nodes: the mean over branches into them, by how likely they are."""
    total = np.add.reduceat(reach[level.into], level.came, axis=0)
    sure, count = total > 0, _over(np.bincount(level.to).astype(float), total)
    weight = np.where(sure[level.to], reach[level.into], 1.0)
    share = weight / np.where(sure, total, count)[level.to]
    come[level.nodes] = total
    for one, mean in zip(after, known, strict=True):
        mean[level.nodes] = np.add.reduceat(share[:, None] * one[level.into], level.came, axis=0)


def _backward(
    tree: Tree, types: Sequence[Types], precision: float, known: tuple[Floats, Floats]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return moves and values, last nodes first."""
    value = [tree.payoff[:, i, None] + _by_type(tree.tilt[:, i], types[i]) for i in (0, 1)]
    move = [np.ones_like(one) for one in value]
    for level in reversed(tree.levels):
        out = level.out
        if not len(level.of):
            continue
        parent, mean = tree.parent[out], []
        for side in (0, 1):
            own = tree.owner[parent] == side
            if not own.any():
                mean.append(np.ones_like(value[side][out][:, 0]))
                continue
            chosen = _chosen(value[side][out], precision, level.went, level.of)
            move[side][out] = np.where(_over(own, chosen), chosen, 1.0)
            mean.append((known[side][parent] * move[side][out]).sum(axis=1))
        above = parent[level.went] - level.nodes.start
        for side in (0, 1):
            others = (_over(tree.chance[out], mean[side]) * mean[1 - side])[:, None]
            weight = others * move[side][out]
            ahead = np.zeros((len(level.came), *value[side].shape[1:]))
            ahead[above] = np.add.reduceat(weight * value[side][out], level.went, axis=0)
            value[side][level.into] += ahead[level.to]
    return (move[0], move[1]), (value[0], value[1])


def _chosen(
    value: Floats, precision: float, starts: NDArray[np.int_], group: NDArray[np.int_]
) -> Floats:
    """Return the chance of each move among those of one node."""
    behind = value - np.maximum.reduceat(value, starts, axis=0)[group]
    weight = (behind == 0).astype(float) if np.isinf(precision) else np.exp(precision * behind)
    return weight / np.add.reduceat(weight, starts, axis=0)[group]
