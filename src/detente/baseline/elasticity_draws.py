"""Draws of trade elasticities, as far off as comparison with other published sets shows.

Each draw moves θ of every sector by one common factor and, for goods, by one of its own. Both
spreads are measured on the goods divisions of ISIC that the shipped sources
(`elasticities.SOURCES`) have figures of their own for. The common one is the spread of the sources'
mean ln θ. The own one is the error of the default source in one division, after Grubbs (1948,
Journal of the American Statistical Association 43): where it lies above two others, only its own
error is in both gaps. The spread of all sources would count the noise of each against the one that
is used. Nobody estimates services; they move with the common factor alone.

Factors have mean 1: what draws are around is then the mean of what is drawn. With median 1 the
average over sectors of drawn elasticities, which moves trade as a whole, would be higher in nearly
every draw than the one shown.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.elasticities import DEFAULT_SOURCE, SHIPPED_TABLE, SOURCES, read_table
from detente.errors import InputError, Problem

Array = NDArray[np.float64]


class Disagreement(NamedTuple):
    """Standard deviations of ln θ: of a source in all sectors, of the default one in each."""

    common: float
    own: float


@lru_cache(maxsize=1)
def disagreement(table: Path = SHIPPED_TABLE) -> Disagreement:
    """Measure how far off the default source may be, by the other published ones."""
    rows = read_table(table)
    divisions = [d for d, (_, filled) in rows[DEFAULT_SOURCE].items() if not filled]
    logs = {
        s: np.array([np.nan if rows[s][d][1] else np.log(rows[s][d][0]) for d in divisions])
        for s in SOURCES
    }
    apart = np.array(list(logs.values()))
    by_source = np.nanmean(apart - np.nanmean(apart, axis=0), axis=1)
    above = [logs[DEFAULT_SOURCE] - logs[s] for s in SOURCES if s != DEFAULT_SOURCE]
    own = np.mean([_covariance(*pair) for pair in combinations(above, 2)])
    return Disagreement(float(by_source.std(ddof=1)), float(np.sqrt(own)))


def _covariance(a: Array, b: Array) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    return float(np.cov(a[both], b[both])[0, 1])


class Factors(NamedTuple):
    """Draws of factors on elasticities: ``(draw,)`` on all alike, ``(draw, sector)`` in all."""

    common: Array
    all: Array


def mean_one(spread: Array | float, normal: Array | float) -> Array:
    """Return log-normal factors with mean 1 from standard normal numbers.

    Parameters
    ----------
    spread
        Standard deviations of their logs.
    """
    log = np.multiply(spread, normal)
    return np.exp(log - np.square(spread) / 2)


def draw_factors(calibration: Calibration, draws: int, *, seed: int = 0) -> Factors:
    """Draw factors on the trade elasticities of a baseline, log-normal with mean 1.

    Every command that draws elasticities draws them here, or from a prior that says the same: the
    same seed gives the same draws, and the first of them whatever their number is. A firm carved
    out of a sector moves with that sector.

    Raises
    ------
    InputError
        No draws, or not a seed.
    """
    problems = []
    if draws < 1:
        problems.append(Problem("no draws", key="draws", value=draws, allowed="1 or more"))
    if seed < 0:
        problems.append(Problem("not a seed", key="seed", value=seed, allowed="0 or more"))
    if problems:
        raise InputError(problems)
    spread = disagreement()
    # a row a draw, the common term first
    shape = (draws, 1 + len(calibration.sectors))
    normal = np.random.default_rng(seed).standard_normal(shape)
    common = mean_one(spread.common, normal[:, 0])
    own = mean_one(spread.own * calibration.goods, normal[:, 1 + calibration.labour_pool])
    return Factors(common, common[:, None] * own)


def draw_elasticities(calibration: Calibration, draws: int, *, seed: int = 0) -> Array:
    """Draw trade elasticities around those of a baseline ``(draw, sector)``, as `draw_factors`."""
    return calibration.trade_elasticity * draw_factors(calibration, draws, seed=seed).all
