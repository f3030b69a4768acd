"""How good chances were: Brier and log scores, gains with intervals by episode, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from detente.disputes.cases import HORIZONS, Case, everything, shipped
from detente.disputes.forecasts import METHODS, Floats, chances, left_out, outcomes

BASE = "base-rates"
DRAWS, SEED = 2000, 0
LEVEL = 0.9
"""Of intervals."""
BINS = 3
_IMPOSED = [3, 4]


@dataclass(frozen=True, eq=False)
class Bin:
    """Cases whose chance of a measure in force by day 90 is alike."""

    cases: int
    forecast: float
    happened: float


@dataclass(frozen=True, eq=False)
class Gain:
    """How much better than base rates a method is on average over horizons: mean and interval.

    NaN where nothing is known yet, or a score is infinite.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Scores:
    """Chances of disputes held against what happened.

    Attributes
    ----------
    cases
        Those scored.
    left_out
        By case, the episodes of the record that did not forecast it.
    outcome
        ``(case, horizon)``, −1 where it is not known.
    chances
        Method → ``(case, horizon, state)``.
    brier, log
        Method → ``(horizon,)`` mean scores; less is better. The log score is infinite where a
        method gave no chance to what happened.
    brier_gain, log_gain
        Method but base rates → gain over these.
    bins
        Method → calibration of a measure in force on day 90.
    best
        The method whose Brier score is surely better than that of simpler ones.
    """

    cases: tuple[Case, ...]
    left_out: tuple[tuple[str, ...], ...]
    outcome: npt.NDArray[np.int64]
    chances: dict[str, Floats]
    brier: dict[str, Floats]
    log: dict[str, Floats]
    brier_gain: dict[str, Gain]
    log_gain: dict[str, Gain]
    bins: dict[str, tuple[Bin, ...]]
    best: str

    @property
    def known(self) -> bool:
        """Whether any dispute has reached a horizon."""
        return bool((self.outcome >= 0).any())


@lru_cache(maxsize=1)
def record() -> Scores:
    """Return the scores on the shipped record, each episode forecast from the others."""
    return score(shipped())


def headline() -> str:
    """Return the method whose chances are told: that with the best record."""
    return record().best


def score(cases: Sequence[Case]) -> Scores:
    """Score chances from all that is shipped, without the cases' own episodes."""
    outcome = outcomes(cases)
    found = chances(cases, everything())
    brier = {name: brier_of(one, outcome) for name, one in found.items()}
    log = {name: log_of(one, outcome) for name, one in found.items()}
    episodes = np.unique([case.episode for case in cases], return_inverse=True)[1]
    rest = [name for name in METHODS if name != BASE]
    return Scores(
        tuple(cases), left_out(cases, everything()), outcome, found,
        {name: _mean(one) for name, one in brier.items()},
        {name: _mean(one) for name, one in log.items()},
        {name: gain(brier[BASE], brier[name], episodes) for name in rest},
        {name: gain(log[BASE], log[name], episodes) for name in rest},
        {name: calibration(one, outcome) for name, one in found.items()},
        _best(brier, episodes),
    )  # fmt: skip


def _best(brier: dict[str, Floats], episodes: npt.NDArray[np.int64]) -> str:
    """Return the method to tell: one beats a simpler one where its gain is sure.

    Methods stand from simple to involved. On few disputes the lowest of five scores is lowest by
    luck too, so that an interval above zero is asked for.
    """
    best = BASE
    for name in METHODS:
        if name != best and gain(brier[best], brier[name], episodes).low > 0:
            best = name
    return best


def brier_of(chance: Floats, outcome: npt.NDArray[np.int64]) -> Floats:
    """Return ``(case, horizon)`` summed squared distance to what happened; NaN where not known."""
    seen = np.eye(chance.shape[-1])[outcome]
    return np.where(outcome >= 0, ((chance - seen) ** 2).sum(axis=-1), np.nan)


def log_of(chance: Floats, outcome: npt.NDArray[np.int64]) -> Floats:
    """Return ``(case, horizon)`` minus the log of the chance of what happened; NaN likewise."""
    of = np.take_along_axis(chance, np.maximum(outcome, 0)[..., None], axis=-1)[..., 0]
    with np.errstate(divide="ignore"):  # a chance of nothing has an infinite score
        return np.where(outcome >= 0, -np.log(of), np.nan)


def _mean(scores: Floats) -> Floats:
    """Return means over cases; NaN at a horizon that no case has reached."""
    counts = (~np.isnan(scores)).sum(axis=0)
    return np.where(counts > 0, np.nansum(scores, axis=0) / np.maximum(counts, 1), np.nan)


def overall(scores: Floats) -> float:
    """Return the mean over the horizons that anything is known of; NaN where there are none."""
    known = scores[~np.isnan(scores)]
    return float(known.mean()) if known.size else float("nan")


def gain(base: Floats, other: Floats, episodes: npt.NDArray[np.int64]) -> Gain:
    """Return the mean gain, and an interval from drawing whole episodes anew.

    There is none where no score is known, or one is infinite.
    """
    if np.isnan(base).all() or np.isinf(base).any() or np.isinf(other).any():
        return Gain(np.nan, np.nan, np.nan)
    better, count = base - other, int(episodes.max()) + 1
    member = np.eye(count)[episodes]
    sums = member.T @ np.nan_to_num(better)
    sizes = member.T @ np.isfinite(better).astype(float)
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), DRAWS)
    low, high = np.nanquantile(_over(drawn @ sums, drawn @ sizes), [(1 - LEVEL) / 2,
                                                                    (1 + LEVEL) / 2])  # fmt: skip
    mean = _over(sums.sum(axis=0)[None], sizes.sum(axis=0)[None])[0]
    return Gain(float(mean), float(low), float(high))


def _over(sums: Floats, sizes: Floats) -> Floats:
    """Return the mean over the horizons that anything is known of, of means over cases."""
    means = np.divide(sums, sizes, out=np.zeros_like(sums), where=sizes > 0)
    there = (sizes > 0).sum(axis=1)
    return np.where(there > 0, means.sum(axis=1) / np.maximum(there, 1), np.nan)


def calibration(chance: Floats, outcome: npt.NDArray[np.int64]) -> tuple[Bin, ...]:
    """Return by thirds of the chance: its mean, and the share that had a measure in force."""
    at = HORIZONS.index(90)
    known = outcome[:, at] >= 0
    said = chance[known, at][:, _IMPOSED].sum(axis=-1)
    seen = np.isin(outcome[known, at], _IMPOSED)
    order = np.argsort(said, kind="stable")
    return tuple(
        Bin(len(part), float(said[part].mean()), float(seen[part].mean()))
        for part in np.array_split(order, BINS)
        if len(part)
    )
