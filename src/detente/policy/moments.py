"""The day whose tariffs a baseline has, and rates of its lines on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.names import EU27
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


@dataclass(frozen=True, eq=False)
class LineRates:
    """Rates of lines ``(line,)``, as fractions.

    Attributes
    ----------
    now
        On the day of a baseline.
    base
        What of it ordinary duties are.
    then
        In the year that the trade of the lines is of.
    """

    now: Array
    base: Array
    then: Array


def line_rates(
    calibration: Calibration, importer: str, exporter: str, codes: NDArray[np.int64]
) -> LineRates | None:
    """Return rates of lines on the day that a baseline was brought to.

    Parameters
    ----------
    exporter
        As the ledger names it; empty for all partners that the baseline does not have alone.
    codes
        HS6 codes ``(line,)``.

    Returns
    -------
    Nothing where the baseline has the tariffs of its own year, or the pair is not known.
    """
    if not calibration.card.in_force or importer not in IMPORTERS:
        return None
    alone = frozenset(calibration.country_codes) if not exporter else frozenset()
    year = Moment(date(2024, 7, 1) if importer == "USA" else FIRST)
    here = as_known(importer, moment_of(calibration))
    held = [_of_partner(importer, moment, exporter, alone) for moment in (here, year)]
    if held[0] is None or held[1] is None:
        return None
    known, (now, then), base = held[0][0], (held[0][1], held[1][1]), held[0][2]
    at = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    there = known[at] == codes
    found = (np.where(there, rate[at], rate.mean()) for rate in (now, base, then))
    return LineRates(*found)


@lru_cache(maxsize=256)
def _of_partner(
    importer: str, moment: Moment, exporter: str, alone: frozenset[str]
) -> tuple[NDArray[np.int64], Array, Array] | None:
    """Return codes, rates and ordinary duties on one partner; on those left together if empty."""
    code, partner, rate, base, value = _rates(importer, moment)
    left = alone | (frozenset(EU27) | {"EU27"} if alone & {"EU27", *EU27} else frozenset())
    on = partner == exporter if exporter else ~np.isin(partner, list(left))
    if not on.any():
        return None
    codes, line = np.unique(code[on], return_inverse=True)
    weight = np.where(value[on] > 0, value[on], 1e-9)
    total = np.bincount(line, weight)
    means = [np.bincount(line, weight * array[on]) / total for array in (rate, base)]
    return codes, means[0], means[1]


@lru_cache(maxsize=8)
def _rates(
    importer: str, moment: Moment
) -> tuple[NDArray[np.int64], NDArray[np.str_], Array, Array, Array]:
    """Return code, partner, rate, ordinary duty and imports of all lines."""
    frame = ledger_rates(importer, moment.day, moment.without)
    rate = frame["rate"].to_numpy(float)
    base = frame["base"].to_numpy(float) if "base" in frame else _first(importer, rate)
    code = frame["hs6"].to_numpy(str).astype(np.int64)
    value = frame["imports_usd"].to_numpy(float)
    return code, frame["partner"].to_numpy(str), rate, base, value


def _first(importer: str, rate: Array) -> Array:
    """Return what rates that are not divided were on the first day, or are if that is less."""
    return np.minimum(rate, ledger_rates(importer, FIRST)["rate"].to_numpy(float))
