"""Estimate the game of disputes on the shipped record, the same figures every time.

``python tools/fit_disputes.py`` climbs the penalised likelihood of where disputes stood after 30,
90 and 365 days on all of them, takes one step of scoring from there without each episode (its
forecasts are made with these), and writes ``game.json``. Takes some minutes. With ``--check`` it
climbs all the way without the first episodes, and says how far one step was from there.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from detente.disputes.cases import SHIPPED, Case, shipped
from detente.disputes.forecasts import Floats, outcomes
from detente.disputes.game import PRIOR, Tastes, chances, days_of, ladder_of, shape_of, where
from detente.disputes.ladder import grow
from detente.disputes.tree import Tree, normal_types, respond
from detente.errors import SolveError

STEP, WIDE = 1e-4, 1e-2
"""Of differences of likelihoods, and of slopes."""
CLIMBS, NEAR, ENOUGH = 60, 1e-2, 1e-5
"""Most steps, and what a step must promise for another one: a squared standard error is 1."""
NONE = -7.0
"""Log of a taste that is as good as none."""
VARIANTS: dict[str, dict[str, float]] = {
    "whole": {},
    "no-payoffs": {"sender": NONE, "target": NONE, "reciprocity": 0.0},
}
"""The game, and the game without what measures cost."""
TYPES = normal_types(), normal_types()


class Group:
    """Disputes whose trees have one shape: payoffs are kept as a linear function of tastes."""

    def __init__(self, cases: Sequence[Case]):
        self.cases, self.days = list(cases), [days_of(case)[1] for case in cases]
        # payoffs do not depend on the rate of decisions, which may not be zero for its nodes to be
        zero = Tastes(*(0.0,) * len(PRIOR))._replace(decisions=1.0)
        grown = [[grow(ladder_of(case, zero._replace(**{name: 1.0}))) for name in Tastes._fields]
                 for case in cases]  # fmt: skip
        self.owner, self.parent = grown[0][0][0].owner, grown[0][0][0].parent
        self.states = grown[0][0][1]
        plain = [grow(ladder_of(case, zero))[0] for case in cases]
        for key in ("payoff", "tilt"):
            base = np.stack([getattr(one, key) for one in plain], axis=-1)
            parts = np.stack([np.stack([getattr(tree, key) for tree, _ in own], axis=-1)
                              for own in zip(*grown, strict=True)])  # fmt: skip
            setattr(self, key, (base, parts - base))
        self.move: tuple[Floats, Floats] | None = None
        # exponents of chances: a node of chance not due for sure has 1 − exp(−ν Δ) or exp(−ν Δ)
        rate = Tastes._fields.index("decisions")
        self.chance = np.stack([own[rate][0].chance for own in grown], axis=-1)
        self.wait = np.array([s.step == "over" for s in self.states])[:, None] & (self.chance < 1)
        self.act = np.array([s.step == "talks" for s in self.states])[:, None] & (self.chance < 1)

    def chances(self, lines: Floats) -> Floats:
        """Return chances, ``lines`` ``(case, taste)``."""
        tastes = np.array([Tastes.from_line(line) for line in lines]).T
        made = {key: self._made(key, tastes) for key in ("payoff", "tilt")}
        rate = tastes[Tastes._fields.index("decisions")]
        delta = -np.log(np.where(self.wait, self.chance, np.where(self.act, 1 - self.chance, 1.0)))
        chance = np.where(self.wait, np.exp(-rate * delta), self.chance)
        chance = np.where(self.act, 1 - np.exp(-rate * delta), chance)
        tree = Tree(self.owner, self.parent, chance, made["payoff"], made["tilt"])
        found = respond(tree, TYPES, start=self.move)
        self.move = found.move
        return where(self.states, found.reach, self.days)

    def _made(self, key: str, tastes: Floats) -> Floats:
        base, parts = getattr(self, key)
        return base + np.einsum("knsc,kc->nsc", parts, tastes)


class Record:
    """The likelihood of the record."""

    def __init__(self, cases: Sequence[Case]):
        shapes = [shape_of(case) for case in cases]
        self.places = [[at for at, one in enumerate(shapes) if one == shape]
                       for shape in dict.fromkeys(shapes)]  # fmt: skip
        self.groups = [Group([cases[at] for at in places]) for places in self.places]
        self.outcome = outcomes(cases)

    def logs(self, line: Floats) -> Floats:
        """Return ``(case,)`` the log likelihood of each dispute, mean over days it is known on."""
        found = np.empty(len(self.outcome))
        for places, group in zip(self.places, self.groups, strict=True):
            chance = group.chances(np.tile(line, (len(places), 1)))
            seen = self.outcome[places]
            of = np.take_along_axis(chance, np.maximum(seen, 0)[..., None], axis=-1)[..., 0]
            found[places] = np.where(seen >= 0, np.log(of), 0.0).sum(axis=1)
        return found

    def slopes(self, line: Floats, free: Floats) -> tuple[Floats, Floats]:
        """Return ``(case,)`` log likelihoods and ``(case, taste)`` their slopes, 0 if not free."""
        here, found = self.logs(line), np.zeros((len(self.outcome), len(line)))
        for at in np.flatnonzero(free):
            moved = line + STEP * np.eye(len(line))[at]
            found[:, at] = (self.logs(moved) - here) / STEP
        return here, found

    def curves(self, line: Floats, free: Floats) -> Floats:
        """Return ``(case, taste, taste)`` how much each log likelihood is bent downwards."""
        found = np.zeros((len(self.outcome), len(line), len(line)))
        for at in np.flatnonzero(free):
            moved = WIDE * np.eye(len(line))[at]
            ends = [self.slopes(line + sign * moved, free)[1] for sign in (1, -1)]
            found[:, at] = (ends[1] - ends[0]) / (2 * WIDE)
        return (found + found.swapaxes(1, 2)) / 2


def climb(
    record: Record, start: Floats, free: Floats, kept: Floats, curves: Floats | None = None
) -> Floats:
    """Return the top of the penalised likelihood of disputes kept, moving tastes that are free.

    Steps are Newton's with the curvature of each dispute as given, or else scored by the outer
    product of slopes; they are halved where they go too far. The top is where a step would gain
    less than `ENOUGH` squared standard errors, or `NEAR` where steps are scored.

    Raises
    ------
    SolveError
        It was not reached.
    """
    middle, line = PRIOR.to_line(), start
    for _ in range(CLIMBS):
        logs, slopes = record.slopes(line, free)
        now = kept @ logs - ((line - middle) ** 2).sum() / 2
        slope = kept @ slopes - (line - middle) * free
        step = np.linalg.solve(bend_of(kept, slopes, curves), slope)
        if slope @ step < (NEAR if curves is None else ENOUGH):
            return line
        size = 1.0
        while size > 1e-3:
            there = line + size * step
            value = kept @ record.logs(there) - ((there - middle) ** 2).sum() / 2
            if value > now:
                break
            size /= 2
        else:
            break
        line = there
        print(f"{value:.5f} {size} {slope @ step:.1e}", flush=True)
    raise SolveError("the likelihood of the game was not climbed to its top")


def bend_of(kept: Floats, slopes: Floats, curves: Floats | None) -> Floats:
    """Return how much the penalised likelihood of disputes kept is bent downwards."""
    of = np.einsum("ci,cj->cij", slopes, slopes) if curves is None else curves
    return np.tensordot(kept, of, 1) + np.eye(slopes.shape[1])


def main() -> int:
    """Estimate, and write what is shipped."""
    cases = shipped()
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
    line = climb(record, line, free, every, record.curves(line, free))
    curves = record.curves(line, free)
    _, slopes = record.slopes(line, free)
    without = {}
    for episode in dict.fromkeys(case.episode for case in cases):
        kept = np.array([float(case.episode != episode) for case in cases])
        print(episode, f"{time.process_time():.0f} s", flush=True)
        without[episode] = climb(record, line, free, kept, curves)
    tastes = [Tastes.from_line(without[case.episode]) for case in cases]
    told = chances(cases, tastes)
    covariance = np.linalg.inv(bend_of(every, slopes, curves)) * np.outer(free, free)
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
