"""The game on a ladder for disputes of the record: one rung a side, payoffs from shares of trade.

What a measure costs is stylised: half of the covered trade times the rate to the target, 15% of it
to the sender, as shares of their GDP; an answer covers as much trade, as far as the sender sells
so much. What sides want besides is estimated on the record (`tools/fit_disputes.py`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from detente.disputes.cases import HORIZONS, PROTECTION, SHIPPED, STATES, Case, shipped
from detente.disputes.moves import SENDER, TARGET, Ladder, grow, political
from detente.disputes.tree import Floats, Tree, normal_types, respond

YEAR = 365.0
HIT, OWN = 0.5, 0.15
"""Shares of covered trade times the rate that a measure costs who bears it and who takes it."""
IMPATIENCE = (0.1, 0.1)


class Tastes(NamedTuple):
    """What sides want, in political units: ln(1 + change / 0.01% of income).

    Attributes
    ----------
    acting, protection
        Of the sender, a year, from having a measure in force; more in duty cases and safeguards.
    settling, conceding
        What a settlement is worth to the sender, and what it costs the target, once.
    audience
        Cost to the sender of postponing or stepping down, once.
    waiting
        Cost of an open dispute to both, a year.
    answering, reciprocity
        What answering is worth to the target, once; more for each unit of its loss above two.
    sender, target
        Weights of what measures cost the two sides.
    unknown_sender, unknown_target
        Standard deviations of what the other side does not know, of acting and of conceding.
    decisions
        Rate a year at which a decision falls due on days that nobody named.
    """

    acting: float
    protection: float
    settling: float
    conceding: float
    audience: float
    waiting: float
    answering: float
    reciprocity: float
    sender: float
    target: float
    unknown_sender: float
    unknown_target: float
    decisions: float

    def to_line(self) -> Floats:
        """Return them on the whole line: logs of those that are above zero."""
        return np.array([np.log(v) if name in POSITIVE else v
                         for name, v in zip(self._fields, self, strict=True)])  # fmt: skip

    @classmethod
    def from_line(cls, line: Floats) -> Tastes:
        """Return tastes from a point of the whole line."""
        return cls(*(float(np.exp(v)) if name in POSITIVE else float(v)
                     for name, v in zip(cls._fields, line, strict=True)))  # fmt: skip


POSITIVE = ("settling", "audience", "waiting", "sender", "target", "unknown_sender",
            "unknown_target", "decisions")  # fmt: skip
PRIOR = Tastes(0.5, 0.5, 1.0, 4.0, 0.6, 0.9, -1.5, 0.3, 0.5, 0.5, 0.5, 0.5, 2.4)
"""Middle of the prior; its standard deviation is one, of the log of those above zero."""


def ladder_of(case: Case, tastes: Tastes) -> Ladder:
    """Return the ladder of a dispute, from what was known on day zero."""
    first, days = days_of(case)
    income = np.array([case.sender_gdp, case.target_gdp])
    measure, answer = losses_of(case)
    weights = np.array([tastes.sender, tastes.target])
    states = [[0 * measure, answer], [measure, measure + answer]]
    flow = weights * np.array([[political(-one, income) for one in row] for row in states])
    acting = tastes.acting + tastes.protection * (case.route in PROTECTION)
    flow[1:, :, SENDER] += acting
    loss = float(-political(-measure, income)[TARGET])
    return Ladder(
        days=tuple(day / YEAR for day in days),
        due=tuple(at == 0 or day == first for at, day in enumerate(days)),
        rungs=((first / YEAR,), (first / YEAR,)),
        flow=flow,
        offers=np.array([[tastes.settling, -tastes.conceding]]),
        resolve=(tastes.unknown_sender, tastes.unknown_target),
        waiting=tastes.waiting,
        audience=tastes.audience,
        answering=(tastes.answering + tastes.reciprocity * (loss - 2),),
        impatience=IMPATIENCE,
        decisions=tastes.decisions,
    )


def losses_of(case: Case) -> tuple[Floats, Floats]:
    """Return what a measure costs sender and target a year, and an answer, billion USD."""
    rate, trade = min(case.rate, 1.0), max(case.value, 0.01)
    back = min(trade, max(case.sender_exports, 0.01))
    return rate * trade * np.array([OWN, HIT]), rate * back * np.array([HIT, OWN])


def days_of(case: Case) -> tuple[int, tuple[int, ...]]:
    """Return the day of the measure and those on which something may be decided."""
    first = 0 if case.deadline is None else (case.deadline - case.start).days
    if 0 < first < 60:
        return first, (0, first, 90, 365)
    if 60 <= first < 365:
        return first, (0, 30, first, 365)
    return first, (0, 30, 90, 365)


def shape_of(case: Case) -> int:
    """Return what disputes have in common whose trees have one shape."""
    first, days = days_of(case)
    return days.index(first) if first in days else len(days)


def chances(cases: Sequence[Case], tastes: Sequence[Tastes]) -> Floats:
    """Return ``(case, horizon, state)`` chances of disputes, each by its own tastes.

    Raises
    ------
    SolveError
        Probabilities did not settle.
    """
    found = np.empty((len(cases), len(HORIZONS), len(STATES)))
    for shape in dict.fromkeys(map(shape_of, cases)):
        at = [place for place, case in enumerate(cases) if shape_of(case) == shape]
        ladders = [ladder_of(cases[place], tastes[place]) for place in at]
        trees, states = zip(*map(grow, ladders), strict=True)
        stacked = Tree(
            trees[0].owner, trees[0].parent,
            *(np.stack([getattr(tree, key) for tree in trees], axis=-1)
              for key in ("chance", "payoff", "tilt")),
        )  # fmt: skip
        reach = respond(stacked, (normal_types(), normal_types())).reach
        days = [days_of(cases[place])[1] for place in at]
        found[at] = where(states[0], reach, days)
    return found


def where(states: Sequence, reach: Floats, days: Sequence[tuple[int, ...]]) -> Floats:
    """Return ``(case, horizon, state)`` where disputes of one shape stand."""
    by_day = np.zeros((len(days[0]), len(STATES), reach.shape[1]))
    for state, one in zip(states, reach, strict=True):
        if state.settled >= 0:
            by_day[state.day :, state.outcome] += one
        elif state.step == "over":
            by_day[state.day, state.outcome] += one
    return np.array([
        [by_day[np.searchsorted(own, horizon, side="right") - 1, :, at] for horizon in HORIZONS]
        for at, own in enumerate(days)
    ])  # fmt: skip


@lru_cache(maxsize=1)
def estimates() -> dict[str, Any]:
    """Return what is shipped: estimates on the whole line, their covariance, by episode left out.

    Besides, chances of the record's disputes from these, by their ids, and those of variants.
    """
    return json.loads((SHIPPED / "game.json").read_text("utf-8"))


def fitted(case: Case | None = None) -> Tastes:
    """Return the estimates on the record, or those without the episode of a dispute."""
    known = estimates()
    line = known["without"].get(_episode(case), known["line"]) if case else known["line"]
    return Tastes.from_line(np.array(line))


def drawn_tastes(count: int, seed: int = 0) -> tuple[Tastes, ...]:
    """Return tastes drawn from the normal law of their estimates on the whole line (Laplace)."""
    known = estimates()
    random = np.random.default_rng(seed)
    lines = random.multivariate_normal(known["line"], known["covariance"], count, method="eigh")
    return tuple(map(Tastes.from_line, lines))


def _episode(case: Case) -> str:
    """Return the episode of a dispute in the record, by its id where it has another in a file."""
    return next((one.episode for one in shipped() if one.id == case.id), case.episode)


def _at_start(case: Case) -> Case:
    """Return what of a dispute was known on day zero."""
    return replace(case, events=(), episode="", words={})


def forecast(cases: Sequence[Case]) -> Floats:
    """Return ``(case, horizon, state)`` chances, each by what was estimated without its episode."""
    kept, known = estimates()["chances"], {one.id: _at_start(one) for one in shipped()}
    found = np.empty((len(cases), len(HORIZONS), len(STATES)))
    new = [at for at, case in enumerate(cases) if known.get(case.id) != _at_start(case)]
    for at, case in enumerate(cases):
        if at not in new:
            found[at] = kept[case.id]
    if new:
        some = [cases[at] for at in new]
        found[new] = chances(some, [fitted(case) for case in some])
    return found / found.sum(axis=2, keepdims=True)  # what is shipped is rounded


def by_day(case: Case, days: Sequence[int]) -> Floats:
    """Return ``(day, state)`` chances, straight in time between the days of the record."""
    at = forecast([case])[0]
    ends = (0, *HORIZONS)
    whole = np.vstack([np.eye(len(STATES))[0], at])
    return np.column_stack([np.interp(days, ends, one) for one in whole.T])
