"""The model's path against what a real ban did: which assumptions agree with it, which do not."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from detente.errors import InputError, Problem
from detente.sanction.card import FirmCard
from detente.sanction.draws import central
from detente.sanction.short_run import FirmParameters, firm_path

SHUTDOWN_OUTPUT = 0.2
"""Operations have ceased when output is below a fifth of normal: some lines and services go on."""
SHUTDOWN_SLACK_DAYS = 7.0
"""A day of shutdown within a week of the observed one agrees with it."""
FALL_SLACK = 0.10
"""A fall while banned within ten points of the observed one agrees with it: revenue is booked on
delivery and acceptance, and nobody knows what it would have been without the ban."""
NEEDED = (0.13, 0.3, 0.6, 0.8, 0.95, 1.0)
INVENTORY_DAYS = (7.0, 14.0, 21.0, 30.0, 45.0, 60.0)
THRESHOLD = (0.1, 0.3, 0.5, 0.8)


def days_to_shutdown(output: np.ndarray, start: int = 0) -> np.ndarray:
    """Days from the start of a ban until output is below `SHUTDOWN_OUTPUT`; NaN where it never is.

    Parameters
    ----------
    output
        ``(…, day)``.
    """
    below = np.asarray(output)[..., start:] < SHUTDOWN_OUTPUT
    return np.where(below.any(axis=-1), below.argmax(axis=-1) + 1.0, np.nan)


def backtest(card: FirmCard) -> pd.DataFrame:
    """Run the observed ban over a grid of criticality, stocks and threshold.

    Every critical input is given the same of the three; all else is as on the card. The first rows
    are what a share of the firm's purchases alone would give (criticality 0.13 and 0.3).

    Returns
    -------
    pandas.DataFrame
        Indexed by ``needed``, ``inventory_days``, ``threshold``: ``shutdown_day``; ``banned_fall``,
        the mean loss of output while banned; ``period_fall``, that of the period; and whether each
        agrees with what was observed, within `SHUTDOWN_SLACK_DAYS` and `FALL_SLACK`.

    Raises
    ------
    InputError
        The card has nothing observed.
    """
    seen = card.observed
    if seen is None:
        message = "nothing observed is on the card, so there is nothing to hold the model against"
        raise InputError(Problem(message, card.origin.path, None, "observed"))
    grid = list(itertools.product(NEEDED, INVENTORY_DAYS, THRESHOLD))
    output = firm_path(_grid(card, grid), seen.banned_days).output
    fall = 1 - output.mean(axis=1)
    stopped = days_to_shutdown(output)
    expected = banned_fall(card)
    table = pd.DataFrame(
        {
            "shutdown_day": stopped,
            "banned_fall": fall,
            "period_fall": fall * seen.banned_days / seen.period_days,
        },
        pd.MultiIndex.from_tuples(grid, names=["needed", "inventory_days", "threshold"]),
    )
    gap = np.abs(stopped - seen.ceased_after_days.middle)
    table["shutdown_agrees"] = gap <= SHUTDOWN_SLACK_DAYS
    table["fall_agrees"] = np.abs(fall - expected) <= FALL_SLACK
    table["agrees"] = table["shutdown_agrees"] & table["fall_agrees"]
    return table


def banned_fall(card: FirmCard) -> float:
    """Return the fall while banned that the observed fall of the period means, all else flat."""
    seen = card.observed
    assert seen is not None, "asked of cards with an observation only"
    return seen.fall.middle * seen.period_days / seen.banned_days


def _grid(card: FirmCard, grid: list[tuple[float, float, float]]) -> FirmParameters:
    base = central(card)
    count = len(grid)
    stacked = FirmParameters(*(np.broadcast_to(x, (count, *np.shape(x))).copy() for x in base))
    needed, days, threshold = (np.array(column) for column in zip(*grid, strict=True))
    return stacked._replace(
        needed=np.where(np.asarray(base.needed) > 0, needed[:, None, None], 0.0),
        inventory_days=np.broadcast_to(days[:, None], stacked.inventory_days.shape),
        threshold=threshold,
    )
