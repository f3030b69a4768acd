"""The day whose tariffs a baseline has, and rates of its lines on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.ledger.rates import IMPORTERS, ledger_rates

Array = NDArray[np.float64]
FIRST = date(2018, 1, 1)
"""Of the ledger's rates."""


@dataclass(frozen=True)
class Moment:
    """A day of the ledger, and the authorities that are left out of it."""

    day: date
    without: tuple[str, ...] = ()


def moment_of(calibration: Calibration) -> Moment:
    """Return the day whose tariffs a baseline has.

    It is on the card of one that `detente.in_force` made; the middle of the year else, and the
    first day of the ledger for years before it.
    """
    card = calibration.card
    if card.in_force:
        return Moment(date.fromisoformat(card.in_force), card.in_force_without)
    return Moment(max(FIRST, date(card.year, 7, 1)))


def as_known(importer: str, then: Moment) -> Moment:
    """Leave out authorities where rates are not divided by them."""
    return then if importer == "USA" else Moment(then.day)


def line_rates(
    calibration: Calibration, importer: str, exporter: str, codes: NDArray[np.int64]
) -> tuple[Array, Array] | None:
    """Return rates of lines on the day of a baseline, and in the year that their trade is of.

    Parameters
    ----------
    exporter
        As the ledger names it.
    codes
        HS6 codes ``(line,)``.

    Returns
    -------
    Fractions ``(line,)`` each; nothing where the baseline has no day or the pair is not known.
    """
    if not calibration.card.in_force or importer not in IMPORTERS:
        return None
    year = Moment(date(2024, 7, 1) if importer == "USA" else FIRST)
    here = as_known(importer, moment_of(calibration))
    held = [_by_partner(importer, moment).get(exporter) for moment in (here, year)]
    if held[0] is None or held[1] is None:
        return None
    (known, now), (_, then) = held[0], held[1]
    at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    there = known[at] == codes
    means = (float(now.mean()), float(then.mean()))
    return np.where(there, now[at], means[0]), np.where(there, then[at], means[1])


@lru_cache(maxsize=8)
def _by_partner(importer: str, moment: Moment) -> dict[str, tuple[NDArray[np.int64], Array]]:
    frame = ledger_rates(importer, moment.day, moment.without)
    code, rate = frame["hs6"].to_numpy(str).astype(np.int64), frame["rate"].to_numpy(float)
    partner = frame["partner"].to_numpy(str)
    made = {}
    for name in np.unique(partner):
        at = np.flatnonzero(partner == name)
        order = at[np.argsort(code[at])]
        made[str(name)] = (code[order], rate[order])
    return made
