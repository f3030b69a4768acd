"""Tariffs that the ledger has in force on a day, as rates by product and partner on a baseline."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.errors import InputError, Problem
from detente.ledger.days import ledger_day
from detente.ledger.rates import IMPORTERS, ledger_rates
from detente.policy.instruments import LedgerTariff, LineTariff
from detente.policy.moments import Moment, as_known, moment_of

Array = NDArray[np.float64]
REST = "ROW"
NOTHING = 1e-7
"""Changes of a rate below this are none."""


def schedule_of(calibration: Calibration, measure: LineTariff | LedgerTariff) -> LineTariff:
    """Return a schedule of rates on a baseline; one of the ledger from its day, or the words given.

    Raises
    ------
    InputError
        The ledger does not know the importer's rates by product, the day or an authority.
    """
    if isinstance(measure, LineTariff):
        return measure
    here = moment_of(calibration)
    left = tuple(measure.without)
    then = Moment(here.day, tuple(sorted({*here.without, *left})))
    if measure.at is not None:
        then = Moment(ledger_day(measure.at), left)
    by = [calibration.country_codes[k] for k in resolve_countries(calibration, measure.by)]
    known = [code for code in by if code in IMPORTERS]
    found = moved(calibration, known[0] if len(known) == 1 else by[0], here, then, measure.id)
    if not np.isfinite(found.rates).any():
        message = (
            f"it changes no rate: the economy has the tariffs of {here.day} to begin with; "
            "in_force puts it in the world of another day"
        )
        key = "at" if measure.at is not None else "without"
        raise InputError(Problem(message, key=key, value=str(measure.at or ", ".join(left))))
    return found


def between(calibration: Calibration, then: Moment) -> tuple[LineTariff, ...]:
    """Return the changes of all rates that are known by product, from the baseline's to a day's."""
    here = moment_of(calibration)
    known = [code for code in IMPORTERS if code in calibration.country_codes]
    made = [moved(calibration, code, here, then, f"in-force-{code.lower()}") for code in known]
    return tuple(one for one in made if np.isfinite(one.rates).any())


@lru_cache(maxsize=32)
def moved(
    calibration: Calibration, importer: str, here: Moment, then: Moment, name: str = ""
) -> LineTariff:
    """Return how an importer's rates by product and partner move between two days, as points added.

    Partners that the baseline has in its rest are one there: means by what is imported from each.
    Where nothing moves a rate is no number.
    """
    codes, partners, value, change = _moves(importer, here, as_known(importer, then))
    names = [_home(calibration, partner) for partner in partners]
    on = tuple(dict.fromkeys(one for one in names if one))
    place = np.array([on.index(one) if one else -1 for one in names])
    size, sums = np.zeros((len(codes), len(on))), np.zeros((len(codes), len(on)))
    for k, at in enumerate(place.tolist()):
        if at >= 0:
            size[:, at] += value[:, k]
            sums[:, at] += value[:, k] * change[:, k]
    points = np.divide(sums, size, out=np.full_like(sums, np.nan), where=size > 0)
    points[np.abs(points) < NOTHING] = np.nan
    return LineTariff(importer, on, codes, points, "add", id=name)


@lru_cache(maxsize=8)
def _moves(
    importer: str, here: Moment, then: Moment
) -> tuple[NDArray[np.int64], tuple[str, ...], Array, Array]:
    """Return codes, partners, imports and changes of rates ``(code, partner)``."""
    before = ledger_rates(importer, here.day, as_known(importer, here).without)
    after = ledger_rates(importer, then.day, then.without)
    codes, line = np.unique(before["hs6"].to_numpy(str).astype(np.int64), return_inverse=True)
    partners, column = np.unique(before["partner"].to_numpy(str), return_inverse=True)
    value, change = np.zeros((len(codes), len(partners))), np.zeros((len(codes), len(partners)))
    np.add.at(value, (line, column), before["imports_usd"].to_numpy(float))
    change[line, column] = (after["rate"] - before["rate"]).to_numpy(float)
    return codes, tuple(map(str, partners)), value, change


def _home(calibration: Calibration, partner: str) -> str:
    """Return the economy or group that stands for a partner in a baseline; empty where none."""
    try:
        resolve_countries(calibration, partner)
    except InputError:
        return REST if REST in calibration.country_codes else ""
    return partner
