"""Tariffs that the ledger has in force on a day, as rates by product and partner on a baseline."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.baseline.names import EU27
from detente.errors import InputError, Problem
from detente.ledger.days import ledger_day
from detente.ledger.rates import IMPORTERS, ledger_rates
from detente.policy.line_tariffs import LedgerTariff, LineTariff
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
    if len(by) > 1:
        message = "the ledger's rates are one importer's; give each a measure of its own"
        raise InputError(Problem(message, key="by", value=", ".join(by), allowed="USA, or CHN"))
    if by[0] == "CHN":
        _refuse_without_usa(calibration, "by")
    found = moved(calibration, by[0], here, then, measure.id)
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
    if "USA" not in known:
        _refuse_without_usa(calibration, "in_force")
    made = [moved(calibration, code, here, then, f"in-force-{code.lower()}") for code in known]
    return tuple(one for one in made if np.isfinite(one.rates).any())


def _refuse_without_usa(calibration: Calibration, key: str) -> None:
    """Refuse economies in which the United States is not alone: the rates are its own, or on it."""
    if "USA" not in calibration.country_codes:
        message = "the ledger has rates of and on the United States, which is no economy here"
        raise InputError(Problem(message, key=key, value=calibration.name,
                                 allowed="USA among the economies"))  # fmt: skip


@lru_cache(maxsize=32)
def moved(
    calibration: Calibration, importer: str, here: Moment, then: Moment, name: str = ""
) -> LineTariff:
    """Return how an importer's rates by product and partner move between two days, as points added.

    Partners that the baseline has in its rest are one there: means by what is imported from each.
    Where nothing moves a rate is no number.
    """
    codes, partners, value, change = _moves(importer, here, as_known(importer, then))
    names = [_homes(calibration, partner) for partner in partners]
    on = tuple(dict.fromkeys(one for homes in names for one in homes))
    size, sums = np.zeros((len(codes), len(on))), np.zeros((len(codes), len(on)))
    for k, homes in enumerate(names):
        for one in homes:
            at = on.index(one)
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


def _homes(calibration: Calibration, partner: str) -> tuple[str, ...]:
    """Return the economies of a baseline that hold a partner: itself, or what it is merged into.

    Members of the European Union that stand alone have the Union's rates, and so has what is left.
    """
    wanted = {*EU27} if partner == "EU27" else {partner}
    found = [
        country.code for country in calibration.countries
        if country.code == partner or wanted & {country.code, *country.members}
    ]  # fmt: skip
    if not found and REST in calibration.country_codes:
        return (REST,)
    return tuple(found)
