"""Draws of trade elasticities, as far apart as published sources are.

Each draw moves ln θ of every sector by one common term and, for goods, one of its own. Both spreads
are those between the shipped sources (`elasticities.SOURCES`) on the goods divisions of ISIC that
they have figures of their own for: ln θ of a source and division is a division's mean over sources,
a source's mean deviation from it (common), and a rest (own). Nobody estimates services; they move
with the common term alone.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.elasticities import DEFAULT_SOURCE, SHIPPED_TABLE, SOURCES, read_table
from detente.errors import InputError, Problem


class Disagreement(NamedTuple):
    """Standard deviations of ln θ between published sources: in all sectors, and in one."""

    common: float
    own: float


@lru_cache(maxsize=1)
def disagreement(table: Path = SHIPPED_TABLE) -> Disagreement:
    """Measure how far the published sources are apart."""
    rows = read_table(table)
    divisions = [d for d, (_, filled) in rows[DEFAULT_SOURCE].items() if not filled]
    logs = np.array([
        [np.nan if rows[s][d][1] else np.log(rows[s][d][0]) for d in divisions] for s in SOURCES
    ])  # fmt: skip
    apart = logs - np.nanmean(logs, axis=0)
    by_source = np.nanmean(apart, axis=1)
    rest = apart - by_source[:, None]
    freedom = np.isfinite(rest).sum() - len(SOURCES) - len(divisions) + 1
    own = np.sqrt(np.nansum(rest**2) / freedom)
    return Disagreement(float(by_source.std(ddof=1)), float(own))


class Factors(NamedTuple):
    """Draws of factors on elasticities: ``(draw,)`` on all alike, ``(draw, sector)`` in all."""

    common: NDArray[np.float64]
    all: NDArray[np.float64]


def draw_factors(calibration: Calibration, draws: int, *, seed: int = 0) -> Factors:
    """Draw factors on the trade elasticities of a baseline, log-normal with median 1.

    Every command that draws elasticities draws them here: the same seed gives the same draws, and
    the first of them whatever their number is.

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
    common = spread.common * normal[:, 0]
    own = spread.own * normal[:, 1:] * calibration.goods
    return Factors(np.exp(common), np.exp(common[:, None] + own))


def draw_elasticities(calibration: Calibration, draws: int, *, seed: int = 0) -> NDArray:
    """Draw trade elasticities around those of a baseline ``(draw, sector)``, as `draw_factors`."""
    return calibration.trade_elasticity * draw_factors(calibration, draws, seed=seed).all
