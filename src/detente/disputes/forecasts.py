"""Chances of where a dispute stands after some days, from what is known on day zero.

Arrays are ``(case, horizon, state)`` over `HORIZONS` and `STATES`.

Base rates are the shares of the record, each state counted once more than it occurred. The logit
moves them by a few figures of day zero, the same way at all horizons:

    ln P(state | case, horizon) = ln base(horizon, state) + a(horizon, state) + x'b(state) + const

with normal priors around zero: standard deviation 1 for ``a``, one half for ``b``, ``x`` being
scaled to mean 0 and standard deviation 1 over the cases that it is fitted on. Threats drawn from a
ledger of measures have base rates of their own: that list has too many that came true, which
shifts levels and leaves ``b`` as it is. They are another population, so that each counts half.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from detente.disputes import game
from detente.disputes.cases import CUT_OFF, HORIZONS, PROTECTION, STATES, Case, apart
from detente.disputes.tree import Floats
from detente.errors import InputError, Problem, SolveError

FIGURES = {
    "due": "the day named for the measure falls within the horizon",
    "protection": "a duty case or safeguard",
    "cut_off": "a ban, embargo or export control",
    "exposure": "log of the target's sales to the sender over its GDP, over the same of the sender",
}
"""What the logit knows of a case."""
LEDGER_WEIGHT = 0.5
"""What a threat drawn from a ledger counts for in the fit of the logit, a record's dispute one."""
PSEUDO = 1.0
"""How much more often than it occurred each state is counted."""
SPREADS = 1.0, 0.5
"""Standard deviations of the priors of ``a`` and of ``b``."""
_SMALL = 0.01
"""Billion USD: the least trade, whose log is taken."""
METHODS = {
    "base-rates": "base rates",
    "logit": "logit",
    "average": "average of base rates and logit",
    "game": "game",
    "logit-game": "average of logit and game",
}


def figures(case: Case) -> Floats:
    """Return ``(horizon, figure)`` what is known of a case on day zero, in the order of `FIGURES`.

    Nothing that happened later is read: neither its events nor words on its end.
    """
    return np.array([_on(case, days) for days in HORIZONS])


def _on(case: Case, days: float) -> Floats:
    """Return ``(figure,)``: the same with a horizon of any number of days."""
    due = case.deadline is not None and (case.deadline - case.start).days <= days
    target = max(case.sender_imports, _SMALL) / case.target_gdp
    sender = max(case.sender_exports, _SMALL) / case.sender_gdp
    return np.array([due, case.route in PROTECTION, case.instrument in CUT_OFF,
                     np.log(target / sender)], dtype=float)  # fmt: skip


def outcomes(cases: Sequence[Case]) -> npt.NDArray[np.int64]:
    """Return ``(case, horizon)`` the place of the state in `STATES`; −1 where it is not known."""
    places = {state: place for place, state in enumerate(STATES)}
    found = [[places.get(case.state(days) or "", -1) for days in HORIZONS] for case in cases]
    return np.array(found, dtype=np.int64).reshape(len(cases), len(HORIZONS))


def base_rates(outcome: npt.NDArray[np.int64]) -> Floats:
    """Return ``(horizon, state)`` shares of a record."""
    counts = (outcome[:, :, None] == np.arange(len(STATES))).sum(axis=0) + PSEUDO
    return counts / counts.sum(axis=1, keepdims=True)


@dataclass(frozen=True, eq=False)
class Logit:
    """A fitted logit.

    Attributes
    ----------
    base, ledger_base
        ``(horizon, state)``: of the record, and of threats drawn from a ledger.
    centre, scale
        ``(figure,)`` what figures are scaled by.
    shifts, slopes
        ``(horizon, state)`` and ``(figure, state)``: ``a`` and ``b``.
    covariance
        Of shifts and slopes one after the other, from the curvature at the optimum.
    cases, drawn_cases
        How many it is fitted on, and how many of them are drawn from a ledger.
    """

    base: Floats
    ledger_base: Floats
    centre: Floats
    scale: Floats
    shifts: Floats
    slopes: Floats
    covariance: Floats
    cases: int
    drawn_cases: int

    @property
    def slope_errors(self) -> Floats:
        """``(figure, state)``: standard errors of the slopes."""
        errors = np.sqrt(np.diag(self.covariance))
        return errors[self.shifts.size :].reshape(self.slopes.shape)

    @property
    def rates(self) -> Logit:
        """The same without what it hangs on: base rates."""
        return replace(self, shifts=0 * self.shifts, slopes=0 * self.slopes)

    def drawn(self, count: int, seed: int = 0) -> list[Logit]:
        """Return logits with parameters drawn from the normal law of their estimates."""
        centre = np.concatenate([self.shifts.ravel(), self.slopes.ravel()])
        random = np.random.default_rng(seed)
        draws = random.multivariate_normal(centre, self.covariance, count, method="eigh")
        split, (rows, states) = self.shifts.size, self.shifts.shape
        return [
            replace(self, shifts=one[:split].reshape(rows, states),
                    slopes=one[split:].reshape(-1, states)) for one in draws
        ]  # fmt: skip

    def by_day(self, case: Case, days: Sequence[int]) -> Floats:
        """Return ``(day, state)`` chances on any days after day zero.

        Between two of `HORIZONS` levels run straight in the log of time, and the day named for the
        measure counts from that day on. From day zero, when all is open, to the first of them
        chances run straight in time; where the named day is before it, they are whole from that day
        on, since it decides most disputes.
        """
        at = np.asarray(days, dtype=float)
        named = np.inf if case.deadline is None else (case.deadline - case.start).days
        decided = (at >= named) & (at > 0)
        late = np.where(decided, np.maximum(at, HORIZONS[0]), at)  # the day that counts as reached
        level = self._levels(case)
        logs = np.log(HORIZONS)
        stands = np.log(np.maximum(at, HORIZONS[0]))
        levels = np.column_stack([np.interp(stands, logs, one) for one in level.T])
        x = (np.array([_on(case, day) for day in late]) - self.centre) / self.scale
        found = _softmax(levels + x @ self.slopes)
        share = np.where(decided, 1.0, np.minimum(at / HORIZONS[0], 1.0))[:, None]
        return share * found + (1 - share) * np.eye(len(STATES))[0]

    def chances(self, cases: Sequence[Case]) -> Floats:
        """Return ``(case, horizon, state)`` chances."""
        x = (np.array([figures(case) for case in cases]) - self.centre) / self.scale
        return _softmax(np.array([self._levels(case) for case in cases]) + x @ self.slopes)

    def base_of(self, case: Case) -> Floats:
        """Return ``(horizon, state)`` base rates of the list that a case is of."""
        return self.ledger_base if case.from_ledger else self.base

    def _levels(self, case: Case) -> Floats:
        return np.log(self.base_of(case)) + self.shifts


def fit(cases: Sequence[Case]) -> Logit:
    """Fit the logit on disputes whose outcomes are known.

    Raises
    ------
    SolveError
        The likelihood was not climbed to its top.
    """
    outcome = outcomes(cases)
    x = np.array([figures(case) for case in cases])
    centre, spread = x.mean(axis=(0, 1)), x.std(axis=(0, 1))
    scale = np.where(spread > 0, spread, 1.0)
    drawn = np.array([case.from_ledger for case in cases])
    base, ledger_base = (_base_of(outcome, drawn == one) for one in (False, True))
    at, horizon = np.nonzero(outcome >= 0)
    rows = np.hstack([np.eye(len(HORIZONS))[horizon], ((x - centre) / scale)[at, horizon]])
    offset = np.log(np.where(drawn[:, None, None], ledger_base, base))[at, horizon]
    weight = np.where(drawn, LEDGER_WEIGHT, 1.0)[at]
    spreads = np.repeat(SPREADS, [len(HORIZONS), len(FIGURES)])
    found, curve = _climb(rows, offset, outcome[at, horizon], weight, spreads**-2.0)
    split = len(HORIZONS)
    covariance = np.asarray(np.linalg.inv(curve), dtype=np.float64)
    return Logit(base, ledger_base, centre, scale, found[:split], found[split:], covariance,
                 len(cases), int(drawn.sum()))  # fmt: skip


def _base_of(outcome: npt.NDArray[np.int64], here: npt.NDArray[np.bool_]) -> Floats:
    """Return base rates of some cases, or of all where there are none of these."""
    return base_rates(outcome[here] if here.any() else outcome)


def _climb(
    rows: Floats,
    offset: Floats,
    state: npt.NDArray[np.int64],
    weight: Floats,
    precision: Floats,
) -> tuple[Floats, Floats]:
    """Climb a penalised multinomial likelihood by Newton's steps; return where, and its curvature.

    The problem is strictly convex: whole steps, halved where they would go too far, end at the top.
    """
    states = offset.shape[1]
    seen = np.eye(states)[state]

    def loss(at: Floats) -> float:
        chance = _softmax(offset + rows @ at)
        fit_of = weight @ np.log(chance[np.arange(len(state)), state])
        return float(0.5 * (precision[:, None] * at**2).sum() - fit_of)

    found = np.zeros((rows.shape[1], states))
    for _ in range(100):
        chance = _softmax(offset + rows @ found)
        slope = rows.T @ (weight[:, None] * (chance - seen)) + precision[:, None] * found
        spread = chance[:, :, None] * np.eye(states) - chance[:, :, None] * chance[:, None, :]
        curve = np.einsum("n,ni,nj,nst->isjt", weight, rows, rows, spread, optimize=True)
        curve = curve.reshape(found.size, found.size) + np.diag(np.repeat(precision, states))
        if np.abs(slope).max() < 1e-8:
            return found, curve
        step = np.linalg.solve(curve, slope.ravel()).reshape(found.shape)
        now, size = loss(found), 1.0
        while loss(found - size * step) > now and size > 1e-6:
            size /= 2
        found = found - size * step
    raise SolveError("the logit on disputes did not settle")


def _softmax(level: Floats) -> Floats:
    grown = np.exp(level - level.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def chances(cases: Sequence[Case], record: Sequence[Case]) -> dict[str, Floats]:
    """Return by method the chances of disputes, each from a record without its episode.

    No case is forecast by what was fitted on itself or on another of its episode, nor, where it is
    not of the record, on what may be the same dispute or decision (`left_out`). The game is as it
    was estimated on the shipped record without these episodes; of several, estimates have moved by
    the sum of what each moves them by.

    Raises
    ------
    InputError
        Nothing is left of the record.
    """
    found = {name: np.empty((len(cases), len(HORIZONS), len(STATES))) for name in METHODS}
    fitted: dict[tuple[str, ...], Logit] = {}
    gone = left_out(cases, record)
    for at, (case, names) in enumerate(zip(cases, gone, strict=True)):
        if names not in fitted:
            fitted[names] = fit(_without(record, names))
        found["base-rates"][at] = fitted[names].base_of(case)
        found["logit"][at] = fitted[names].chances([case])[0]
    found["average"] = (found["base-rates"] + found["logit"]) / 2
    found["game"] = _by_game(cases, gone, record)
    found["logit-game"] = (found["logit"] + found["game"]) / 2
    return found


def left_out(cases: Sequence[Case], record: Sequence[Case]) -> tuple[tuple[str, ...], ...]:
    """Return by case the episodes of a record that may not forecast it.

    Its own; and where it does not stand in the record, those with a dispute of its id, or that may
    be the same dispute or decision (`apart`). Cases of one episode share what is left out.
    """
    known = [_at_start(one) for one in record]
    names = list(dict.fromkeys(one.episode for one in record))
    of: dict[str, set[str]] = {}
    for case in cases:
        gone = of.setdefault(case.episode, {case.episode})
        if _at_start(case) not in known:
            kept = apart(record, (case.sender, case.target), case.start, case.deadline)
            gone |= {*names} - {one.episode for one in kept}
            gone |= {one.episode for one in record if one.id == case.id}
    return tuple(tuple(name for name in names if name in of[case.episode]) for case in cases)


def _without(record: Sequence[Case], episodes: Sequence[str]) -> tuple[Case, ...]:
    kept = tuple(one for one in record if one.episode not in episodes)
    if not kept:
        message = "nothing of the record is left to forecast from"
        raise InputError(Problem(message, key="episode", value=", ".join(episodes)))
    return kept


def _by_game(
    cases: Sequence[Case], gone: Sequence[tuple[str, ...]], record: Sequence[Case]
) -> Floats:
    """Return the chances of the game, estimated without the episodes that are left out."""
    known, estimates = [_at_start(one) for one in record], game.estimates()
    whole = np.array(estimates["line"])
    found = np.empty((len(cases), len(HORIZONS), len(STATES)))
    shipped = [at for at, case in enumerate(cases) if _at_start(case) in known]
    new = [at for at in range(len(cases)) if at not in shipped]
    if shipped:
        found[shipped] = game.forecast([cases[at] for at in shipped])
    if new:
        lines = [whole + sum(np.array(estimates["without"].get(name, whole)) - whole
                             for name in gone[at]) for at in new]  # fmt: skip
        tastes = [game.Tastes.from_line(line) for line in lines]
        found[new] = game.chances([cases[at] for at in new], tastes)
    return found / found.sum(axis=2, keepdims=True)


def _at_start(case: Case) -> Case:
    return replace(case, events=(), words={})


def by_day(model: Logit, case: Case, days: Sequence[int], method: str) -> Floats:
    """Return ``(day, state)`` chances of a dispute by a method, from a fitted logit."""
    ways = {
        "base-rates": lambda: model.rates.by_day(case, days),
        "logit": lambda: model.by_day(case, days),
        "average": lambda: (model.rates.by_day(case, days) + model.by_day(case, days)) / 2,
        "game": lambda: game.by_day(case, days),
        "logit-game": lambda: (model.by_day(case, days) + game.by_day(case, days)) / 2,
    }
    return ways[method]()
