"""Estimate the game of disputes on the shipped record, the same figures every time.

``python tools/fit_disputes.py`` climbs the penalised likelihood of where disputes stood after 30,
90 and 365 days, on all of them and without each episode (its forecasts are made with these), all
the way to the top, and writes ``game.json``. Takes some minutes. With ``--ledger`` it learns from
threats of the ledger too.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from numpy.typing import NDArray

from detente.disputes.cases import HORIZONS, SHIPPED, Case, everything, shipped
from detente.disputes.forecasts import Floats, outcomes
from detente.disputes.game import (
    POSITIVE,
    PRIOR,
    Tastes,
    chances,
    days_of,
    ladder_of,
    shape_of,
)  # fmt: skip
from detente.disputes.moves import grow
from detente.disputes.tree import normal_types
from detente.errors import SolveError

WIDE = 1e-3
"""Of differences of slopes."""
SETTLED, SWEEPS, WHOLE = 1e-9, 500, 20
"""Largest change at which sweeps end, how many at most, how many take whole steps."""
CLIMBS, NEAR, ENOUGH = 60, 1e-3, 1e-4
"""Most steps, and what a step must promise for another one: a squared standard error is 1."""
NONE = -7.0
"""Log of a taste that is as good as none."""
VARIANTS: dict[str, dict[str, float]] = {
    "whole": {},
    "no-payoffs": {"sender": NONE, "target": NONE, "reciprocity": 0.0},
}
"""The game, and the game without what measures cost."""
TYPES = normal_types()
LOGGED = np.array([name in POSITIVE for name in Tastes._fields])
RATE = Tastes._fields.index("decisions")
jax.config.update("jax_enable_x64", True)
Moves = tuple[Array | Floats, Array | Floats]


class Made(NamedTuple):
    """Trees of disputes of one shape, disputes last: see `detente.disputes.tree.Tree`."""

    payoff: Array
    tilt: Array
    chance: Array


class Data(NamedTuple):
    """What trees are made of: linear in tastes but for chances, and where what happened is."""

    payoff: Floats
    payoffs: Floats
    tilt: Floats
    tilts: Floats
    chance: Floats
    delta: Floats
    wait: NDArray[np.bool_]
    act: NDArray[np.bool_]
    found: Floats
    seen: NDArray[np.int64]


class Group:
    """Disputes whose trees have one shape, and their likelihood with its slopes.

    It is the game of `detente.disputes.tree` written once more, for slopes to be exact: what is
    found is a fixed point of a sweep, whose slopes are another one's (the adjoint).
    """

    def __init__(self, cases: Sequence[Case]):
        # payoffs do not depend on the rate of decisions, which may not be zero for its nodes to be
        zero = Tastes(*(0.0,) * len(PRIOR))._replace(decisions=1.0)
        grown = [[grow(ladder_of(case, zero._replace(**{name: 1.0}))) for name in Tastes._fields]
                 for case in cases]  # fmt: skip
        tree, self.states = grown[0][0]
        plain = [grow(ladder_of(case, zero))[0] for case in cases]
        linear: list[tuple[Floats, Floats]] = []
        for key in ("payoff", "tilt"):
            base = np.stack([getattr(one, key) for one in plain], axis=-1)
            parts = np.stack([np.stack([getattr(one, key) for one, _ in own], axis=-1)
                              for own in zip(*grown, strict=True)])  # fmt: skip
            linear.append((base, parts - base))
        # a node of chance not due for sure has 1 − exp(−ν Δ) or exp(−ν Δ)
        chance = np.stack([own[RATE][0].chance for own in grown], axis=-1)
        steps = np.array([one.step for one in self.states])[:, None]
        wait, act = ((steps == name) & (chance < 1) for name in ("over", "talks"))
        delta = -np.log(np.where(wait, chance, np.where(act, 1 - chance, 1.0)))
        seen = outcomes(cases)
        (payoff, payoffs), (tilt, tilts) = linear
        found = self._places(cases, seen)
        self.data = Data(payoff, payoffs, tilt, tilts, chance, delta, wait, act, found, seen)
        self.owner, self.levels = tree.owner, [level.nodes for level in tree.levels[1:]]
        starts = [0, *(level.start for level in self.levels)]
        self.parents = [tree.parent[level] - start
                        for level, start in zip(self.levels, starts, strict=False)]  # fmt: skip
        shape = len(tree.parent), len(TYPES.value), len(cases)
        self.move: Moves = np.ones(shape), np.ones(shape)
        self.slopes = jax.jit(self._slopes)

    def _places(self, cases: Sequence[Case], seen: NDArray[np.int64]) -> Floats:
        """Return ``(case, horizon, node)``: 1 where a node is what happened."""
        place = np.zeros((len(cases), len(HORIZONS), len(self.states)))
        for at, case in enumerate(cases):
            days = days_of(case)[1]
            last = np.searchsorted(days, HORIZONS, side="right") - 1
            for node, state in enumerate(self.states):
                ends = state.settled >= 0
                here = state.day <= last if ends else (state.step == "over") & (state.day == last)
                place[at, :, node] = here & (seen[at] == state.outcome)
        return place

    def _tree(self, lines: Array, data: Data) -> Made:
        """Return payoffs, tilts and chances at ``(case, taste)``."""
        tastes = jnp.where(LOGGED, jnp.exp(lines), lines)
        payoff, tilt = (jnp.asarray(base) + jnp.einsum("knsc,ck->nsc", parts, tastes)
                        for base, parts in (data[:2], data[2:4]))  # fmt: skip
        still = jnp.exp(-tastes[:, RATE] * data.delta)
        chance = jnp.where(data.wait, still, jnp.where(data.act, 1 - still, data.chance))
        return Made(payoff, tilt, chance)

    def _beliefs(self, move: Moves) -> list[list[Array]]:
        """Return by side and level what is believed, by Bayes."""
        found = []
        for one in move:
            own = [jnp.broadcast_to(TYPES.prior[:, None], one[:1].shape)]
            for level, parent in zip(self.levels, self.parents, strict=True):
                joint = own[-1][parent] * one[level]
                own.append(joint / joint.sum(axis=1, keepdims=True))
            found.append(own)
        return found

    def _sweep(self, move: Moves, tree: Made) -> Moves:
        """Return the moves that are best against moves."""
        payoff, tilt, chance = tree
        belief = self._beliefs(move)
        worth = [payoff[:, side, None] + TYPES.value[:, None] * tilt[:, side, None]
                 for side in (0, 1)]  # fmt: skip
        below = [jnp.zeros(())] * 2
        found: list[list[Array]] = [[], []]
        for at in range(len(self.levels) - 1, -1, -1):
            level, parent = self.levels[at], self.parents[at]
            above = len(belief[0][at])
            start = self.levels[at - 1].start if at else 0
            value = [worth[side][level] + below[side] for side in (0, 1)]
            mean, chosen = [], []
            for side in (0, 1):
                own = (self.owner[start : start + above] == side)[parent][:, None, None]
                chosen.append(jnp.where(own, _softmax(value[side], parent, above), 1.0))
                mean.append((belief[side][at][parent] * chosen[side]).sum(axis=1))
                found[side].insert(0, chosen[side])
            for side in (0, 1):
                others = (chance[level] * mean[1 - side])[:, None]
                below[side] = _sums(others * chosen[side] * value[side], parent, above)
        first, second = (jnp.concatenate([one[:1], *found[side]]) for side, one in enumerate(move))
        return first, second

    def _told(self, move: Moves, tree: Made, data: Data) -> Array:
        """Return ``(case,)`` log likelihoods of what moves lead to."""
        chance, belief = tree.chance, self._beliefs(move)
        reach = [chance[:1]]
        for at, (level, parent) in enumerate(zip(self.levels, self.parents, strict=True)):
            here = reach[-1][parent] * chance[level]
            for side in (0, 1):
                here = here * (belief[side][at][parent] * move[side][level]).sum(axis=1)
            reach.append(here)
        of = jnp.einsum("chn,nc->ch", data.found, jnp.concatenate(reach))
        return jnp.log(jnp.where(data.seen >= 0, of, 1.0)).sum(axis=1)

    def _slopes(self, move: Moves, lines: Array, data: Data) -> tuple[Array, Array, Moves, Array]:
        tree, made = jax.vjp(lambda one: self._tree(one, data), lines)
        found, change = _fixed(lambda held: self._sweep(held, tree), move)
        _, back = jax.vjp(self._sweep, found, tree)
        logs, end = jax.vjp(lambda held, one: self._told(held, one, data), found, tree)
        to_moves, direct = end(jnp.ones_like(logs))

        def turn(held: Moves) -> Moves:
            first, second = back(held)[0]
            return to_moves[0] + first, to_moves[1] + second

        adjoint, left = _fixed(turn, to_moves)
        whole = Made(*(a + b for a, b in zip(direct, back(adjoint)[1], strict=True)))
        return logs, made(whole)[0], found, jnp.maximum(change, left)

    def at(self, line: Floats) -> tuple[Floats, Floats]:
        """Return ``(case,)`` log likelihoods, and ``(case, taste)`` their slopes.

        Raises
        ------
        SolveError
            Probabilities did not settle.
        """
        lines = np.tile(line, (len(self.data.seen), 1))
        logs, slopes, self.move, change = self.slopes(self.move, lines, self.data)
        if not change <= SETTLED:
            raise SolveError("the game of disputes did not settle")
        return np.asarray(logs), np.asarray(slopes)


def _softmax(value: Array, parent: Array, count: int) -> Array:
    """Return chances among the nodes of each parent."""
    top = jax.ops.segment_max(jax.lax.stop_gradient(value), parent, count, True)
    weight = jnp.exp(value - top[parent])
    return weight / _sums(weight, parent, count)[parent]


def _sums(one: Array, parent: Array, count: int) -> Array:
    """Return sums over the nodes of each parent."""
    return jax.ops.segment_sum(one, parent, count, True)


def _fixed(step: Callable[[Moves], Moves], start: Moves) -> tuple[Moves, Array]:
    """Return where steps lead, and the last change: whole steps, then half ones."""

    def more(at: tuple[int, Moves, Array]) -> Array:
        return (at[0] < SWEEPS) & (at[2] > SETTLED)

    def turn(at: tuple[int, Moves, Array]) -> tuple[int, Moves, Array]:
        count, held, _ = at
        new = step(held)
        change = jnp.maximum(*(jnp.abs(a - b).max() for a, b in zip(new, held, strict=True)))
        size = jnp.where(count < WHOLE, 1.0, 0.5)
        first, second = (b + size * (a - b) for a, b in zip(new, held, strict=True))
        return count + 1, (first, second), change

    _, found, change = jax.lax.while_loop(more, turn, (0, start, jnp.array(jnp.inf)))
    return found, change


class Record:
    """The likelihood of the record."""

    def __init__(self, cases: Sequence[Case]):
        shapes = [shape_of(case) for case in cases]
        self.places = [[at for at, one in enumerate(shapes) if one == shape]
                       for shape in dict.fromkeys(shapes)]  # fmt: skip
        self.groups = [Group([cases[at] for at in places]) for places in self.places]
        self.count = len(cases)

    def slopes(self, line: Floats, free: Floats) -> tuple[Floats, Floats]:
        """Return ``(case,)`` log likelihoods and ``(case, taste)`` their slopes, 0 if not free."""
        logs, slopes = np.empty(self.count), np.empty((self.count, len(line)))
        for places, group in zip(self.places, self.groups, strict=True):
            logs[places], slopes[places] = group.at(line)
        return logs, slopes * free

    def curves(self, line: Floats, free: Floats) -> Floats:
        """Return ``(case, taste, taste)`` how much each log likelihood is bent downwards."""
        found = np.zeros((self.count, len(line), len(line)))
        for at in np.flatnonzero(free):
            moved = WIDE * np.eye(len(line))[at]
            ends = [self.slopes(line + sign * moved, free)[1] for sign in (1, -1)]
            found[:, at] = (ends[1] - ends[0]) / (2 * WIDE)
        return (found + found.swapaxes(1, 2)) / 2


def climb(
    record: Record, start: Floats, free: Floats, kept: Floats, curves: Floats | None = None
) -> Floats:
    """Return the top of the penalised likelihood of disputes kept, moving tastes that are free.

    Steps are scored by the outer product of slopes; where the curvature of each dispute is given
    they are Newton's, and the curvature learns from each step (Broyden, Fletcher, Goldfarb and
    Shanno). They are halved where they go too far. The top is where a step would gain less than
    `NEAR` or `ENOUGH`, in squared standard errors, and that step is taken.

    Raises
    ------
    SolveError
        It was not reached.
    """
    middle, line, found = PRIOR.to_line(), start, record.slopes(start, free)
    slope = kept @ found[1] - (line - middle) * free
    bend = bend_of(kept, found[1], curves)
    for _ in range(CLIMBS):
        step = np.asarray(np.linalg.solve(bend, slope), dtype=np.float64)
        if slope @ step < (NEAR if curves is None else ENOUGH):
            return np.asarray(line + step, dtype=np.float64)
        step = step / max(1.0, float(np.linalg.norm(step)))  # far away the curvature is another
        now, size = worth(kept, found[0], line), 1.0
        found = record.slopes(line + step, free)
        while not worth(kept, found[0], line + size * step) > now:
            size /= 2
            if size < 1e-3:
                raise SolveError("the likelihood of the game rises nowhere")
            found = record.slopes(line + size * step, free)
        line, before = line + size * step, slope
        slope = kept @ found[1] - (line - middle) * free
        print(f"{worth(kept, found[0], line):.5f} {size} {before @ step:.1e}", flush=True)
        if curves is None:
            bend = bend_of(kept, found[1], None)
        elif (turn := before - slope) @ step > 0:
            bent = bend @ step
            bend = bend + np.outer(turn, turn) / (turn @ step * size)
            bend = bend - np.outer(bent, bent) / (bent @ step)
    raise SolveError("the likelihood of the game was not climbed to its top")


def worth(kept: Floats, logs: Floats, line: Floats) -> float:
    """Return the penalised likelihood of disputes kept."""
    return float(kept @ logs - ((line - PRIOR.to_line()) ** 2).sum() / 2)


def bend_of(kept: Floats, slopes: Floats, curves: Floats | None) -> Floats:
    """Return how much the penalised likelihood of disputes kept is bent downwards.

    Where that is not known, or not downwards, it is the outer product of slopes.
    """
    scored, own = np.einsum("ci,cj->cij", slopes, slopes), np.eye(slopes.shape[1])
    found = own + np.einsum("c,cij->ij", kept, scored if curves is None else curves)
    if np.linalg.eigvalsh(found)[0] > 0:
        return found
    return own + np.einsum("c,cij->ij", kept, scored)


def main() -> int:
    """Estimate, and write what is shipped."""
    cases = everything() if "--ledger" in sys.argv else shipped()
    record, found = Record(cases), {}
    for name, fixed in VARIANTS.items():
        found[name] = estimate(record, cases, fixed)
    whole = found.pop("whole")
    plain = {
        "names": list(Tastes._fields),
        **whole,
        "variants": {name: one["chances"] for name, one in found.items()},
    }
    text = json.dumps(plain, separators=(",", ":"))
    (SHIPPED / "game.json").write_text(text + "\n", encoding="utf-8")
    return 0


def estimate(record: Record, cases: Sequence[Case], fixed: Mapping[str, float]) -> dict[str, Any]:
    """Return estimates, and the chances of each dispute from those without its episode."""
    start, free, every = PRIOR.to_line(), np.ones(len(PRIOR)), np.ones(len(cases))
    for name, value in fixed.items():
        at = Tastes._fields.index(name)
        start[at], free[at] = value, 0.0
    line = climb(record, start, free, every)
    curves = record.curves(line, free)
    line = climb(record, line, free, every, curves)
    _, slopes = record.slopes(line, free)
    bend, without = bend_of(every, slopes, curves), {}
    for episode in dict.fromkeys(case.episode for case in cases):
        kept = np.array([float(case.episode != episode) for case in cases])
        print(episode, f"{time.process_time():.0f} s", flush=True)
        without[episode] = climb(record, line, free, kept, curves)
    tastes = [Tastes.from_line(without[case.episode]) for case in cases]
    told = chances(cases, tastes)
    covariance = np.linalg.inv(bend) * np.outer(free, free)
    return {
        "line": _rounded(line),
        "covariance": [_rounded(row) for row in covariance],
        "without": {name: _rounded(one) for name, one in without.items()},
        "chances": {case.id: np.round(one, 6).tolist()
                    for case, one in zip(cases, told, strict=True)},
    }  # fmt: skip


def _rounded(line: Floats) -> list[float]:
    return [round(float(one), 4) for one in line]


if __name__ == "__main__":
    sys.exit(main())
