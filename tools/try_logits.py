"""Score variants of the logit of disputes: what threats of the ledger add, and shocks of episodes.

``python tools/try_logits.py`` forecasts each well-known dispute, and each threat of the ledger,
without its whole episode, and prints scores beside those of the logit on well-known disputes alone
(`docs/disputes.md`). Takes some minutes. With a shock, disputes of one episode share a normal draw
for each state:

    ln P(state | case, horizon, u) = ln base + a(horizon, state) + x'b(state) + u(episode, state)

Its standard deviation maximises Laplace's approximation of the marginal likelihood, on what each
forecast is fitted on; forecasts are averages over it. Base rates and priors are of chances averaged
over shocks, which given a shock are further apart: `spread` stretches them (Zeger, Liang and Albert
1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
from scipy.linalg import helmert

from detente.disputes.cases import HORIZONS, STATES, Case, everything, ledger, shipped
from detente.disputes.forecasts import FIGURES, SPREADS, Floats, base_rates, figures, outcomes
from detente.disputes.scores import Gain, brier_of, calibration, gain, log_of

Ints = npt.NDArray[np.int64]
TRIED = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0)
"""Standard deviations of shocks; none is tried too."""
NODES = 5
"""Of Gauss-Hermite quadrature, in each direction that changes chances."""


@dataclass(frozen=True)
class Way:
    """A variant of the logit.

    Attributes
    ----------
    ledger
        What a threat of the ledger counts for; 0 leaves it out.
    own
        Whether these have base rates of their own.
    shock, stretched
        Whether disputes of an episode share one, and whether levels are stretched for it.
    """

    ledger: float = 0.0
    own: bool = False
    shock: bool = False
    stretched: bool = False


WAYS = {
    "well-known disputes": Way(),
    "and the ledger": Way(1.0),
    "and the ledger, own base rates": Way(1.0, own=True),
    "well-known disputes, shock": Way(shock=True),
    "and the ledger, shock": Way(1.0, shock=True),
    "and the ledger, own base rates, shock": Way(1.0, own=True, shock=True),
    "well-known disputes, stretched shock": Way(shock=True, stretched=True),
    "and the ledger, stretched shock": Way(1.0, shock=True, stretched=True),
    "and the ledger, own base rates, stretched shock": Way(1.0, True, True, True),
    "and half the ledger, own base rates": Way(0.5, own=True),
    "and half the ledger, own base rates, stretched shock": Way(0.5, True, True, True),
}
"""Tried in this order; the last but one is `detente.disputes.forecasts.fit`."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What a likelihood is of: a row for each dispute and horizon.

    Attributes
    ----------
    rows, offset, state, weight, episode
        Figures, log base rates, where it stood, what it counts for, number of its episode.
    precision
        ``(figure,)`` of the prior.
    """

    rows: Floats
    offset: Floats
    state: Ints
    weight: Floats
    episode: Ints
    precision: Floats


@dataclass(frozen=True, eq=False)
class Top:
    """The top of a penalised likelihood: slopes, shocks, spread of these, log evidence for it."""

    slopes: Floats
    shocks: Floats
    spread: float
    evidence: float


def stretch(spread: float) -> float:
    """Return how much further apart levels are given a shock than averaged over it."""
    return float(np.sqrt(1 + 2 * (16 * np.sqrt(3) / (15 * np.pi) * spread) ** 2))


def climb(p: Problem, spread: float, start: Top | None = None) -> Top:
    """Climb by Newton's steps; shocks of an episode meet those of others in slopes alone."""
    count, states = int(p.episode.max()) + 1, p.offset.shape[1]
    width = p.rows.shape[1]
    member, seen = np.eye(count)[p.episode], np.eye(states)[p.state]
    slopes = start.slopes if start else np.zeros((width, states))
    shocks = start.shocks if start and spread else np.zeros((count, states))
    tight = spread**-2.0 if spread else 0.0

    def chances(slopes: Floats, shocks: Floats) -> Floats:
        return _softmax(p.offset + p.rows @ slopes + shocks[p.episode])

    def loss(slopes: Floats, shocks: Floats) -> float:
        chance = chances(slopes, shocks)[np.arange(len(p.state)), p.state]
        prior = (p.precision[:, None] * slopes**2).sum() + tight * (shocks**2).sum()
        return float(prior / 2 - p.weight @ np.log(chance))

    for _ in range(100):
        chance = chances(slopes, shocks)
        miss = p.weight[:, None] * (chance - seen)
        down = p.rows.T @ miss + p.precision[:, None] * slopes
        own_down = member.T @ miss + tight * shocks
        curve = chance[:, :, None] * np.eye(states) - chance[:, :, None] * chance[:, None, :]
        curve *= p.weight[:, None, None]
        whole = np.einsum("ni,nj,nst->isjt", p.rows, p.rows, curve, optimize=True)
        whole = whole.reshape(slopes.size, slopes.size)
        whole += np.diag(np.repeat(p.precision, states))
        right, logs = down.ravel(), 0.0
        own = cross = np.empty(0)
        if spread:  # eliminate shocks, an episode at a time
            own = (member.T @ curve.reshape(len(curve), -1)).reshape(count, states, states)
            own = own + tight * np.eye(states)
            cross = np.einsum("ni,nst->nist", p.rows, curve).reshape(len(curve), -1)
            cross = (member.T @ cross).reshape(count, slopes.size, states)
            share = np.einsum("eps,est->ept", cross, np.linalg.inv(own))
            whole = whole - np.einsum("ept,eqt->pq", share, cross)
            right = right - np.einsum("ept,et->p", share, own_down)
            logs = float(np.linalg.slogdet(own)[1].sum() + shocks.size * np.log(spread**2))
        if max(np.abs(down).max(), spread and np.abs(own_down).max()) < 1e-8:
            evidence = -loss(slopes, shocks) - (logs + np.linalg.slogdet(whole)[1]) / 2
            return Top(slopes, shocks, spread, float(evidence))
        step, own_step = np.linalg.solve(whole, right), np.zeros_like(shocks)
        if spread:
            left = own_down - np.einsum("eps,p->es", cross, step)
            own_step = np.linalg.solve(own, left[..., None])[..., 0]
        step, now, size = step.reshape(slopes.shape), loss(slopes, shocks), 1.0
        while loss(slopes - size * step, shocks - size * own_step) > now and size > 1e-6:
            size /= 2
        slopes, shocks = slopes - size * step, shocks - size * own_step
    raise RuntimeError("the likelihood was not climbed to its top")


def _softmax(level: Floats) -> Floats:
    grown = np.exp(level - level.max(axis=-1, keepdims=True))
    return grown / grown.sum(axis=-1, keepdims=True)


def averaged(level: Floats, spread: float) -> Floats:
    """Return chances averaged over shocks; what all states share changes none and is left out."""
    if not spread:
        return _softmax(level)
    states = level.shape[-1]
    at, weights = np.polynomial.hermite_e.hermegauss(NODES)
    points = np.array(list(product(at, repeat=states - 1))) @ helmert(states)
    weight = np.array([np.prod(one) for one in product(weights / weights.sum(), repeat=states - 1)])
    shocks = spread * points.reshape(len(points), *(1,) * (level.ndim - 1), states)
    return np.tensordot(weight, _softmax(level + shocks), 1)


def forecast(way: Way, known: Sequence[Case], cases: Sequence[Case]) -> Floats:
    """Return ``(case, horizon, state)`` chances by what is fitted on known disputes."""
    known = [one for one in known if way.ledger or not one.from_ledger]
    outcome, x = outcomes(known), np.array([figures(one) for one in known])
    centre, scale = x.mean(axis=(0, 1)), x.std(axis=(0, 1))
    drawn = np.array([one.from_ledger for one in known])
    apart = [drawn == one if way.own else drawn >= 0 for one in (False, True)]
    base = [base_rates(outcome[here]) for here in apart]
    at, horizon = np.nonzero(outcome >= 0)
    rows = np.hstack([np.eye(len(HORIZONS))[horizon], ((x - centre) / scale)[at, horizon]])
    offset = np.log(np.array([base[one] for one in drawn.astype(int)]))[at, horizon]
    weight = np.where(drawn, way.ledger, 1.0)[at]
    episode = np.unique([one.episode for one in known], return_inverse=True)[1][at]
    precision = np.repeat(SPREADS, [len(HORIZONS), len(FIGURES)]) ** -2.0
    tops: list[Top] = []
    for spread in (0.0, *(TRIED if way.shock else ())):
        k = stretch(spread) if way.stretched else 1.0
        problem = Problem(k * rows, k * offset, outcome[at, horizon], weight, episode, precision)
        tops.append(climb(problem, spread, tops[-1] if tops else None))
    top = max(tops, key=lambda one: one.evidence)
    k, split = stretch(top.spread) if way.stretched else 1.0, len(HORIZONS)
    new = (np.array([figures(one) for one in cases]) - centre) / scale
    level = np.log(np.array([base[int(one.from_ledger and way.own)] for one in cases]))
    return averaged(k * (level + top.slopes[:split] + new @ top.slopes[split:]), top.spread)


def left_out(way: Way, cases: Sequence[Case]) -> Floats:
    """Return chances of disputes, each without its whole episode."""
    found = np.empty((len(cases), len(HORIZONS), len(STATES)))
    for name in dict.fromkeys(one.episode for one in cases):
        at = [place for place, one in enumerate(cases) if one.episode == name]
        known = [one for one in everything() if one.episode != name]
        found[at] = forecast(way, known, [cases[place] for place in at])
    return found


def main() -> None:
    """Print the scores of all ways."""
    for title, cases in (("well-known disputes", shipped()), ("the ledger", ledger())):
        outcome = outcomes(cases)
        episodes = np.unique([one.episode for one in cases], return_inverse=True)[1]
        found = {name: left_out(way, cases) for name, way in WAYS.items()}
        both = found["well-known disputes"] + found["and the ledger, own base rates"]
        found["mean of the first and the third"] = both / 2
        first = found["well-known disputes"]
        print(f"\nChances of {title}: Brier, log, gain over the first, imposed by day 90")
        for name, chance in found.items():
            told = []
            for score in (brier_of, log_of):
                mean = np.nanmean(score(chance, outcome), axis=0).mean()
                told += [f"{mean:.3f}"]
                told += [_told(gain(score(first, outcome), score(chance, outcome), episodes))]
            bins = [f"{b.forecast:.2f}/{b.happened:.2f}" for b in calibration(chance, outcome)]
            print(f"{name:52}", *told, *bins)


def _told(one: Gain) -> str:
    return f"{one.mean:+.3f} [{one.low:+.3f}, {one.high:+.3f}]"


if __name__ == "__main__":
    main()
