"""Quotas and purchase commitments: bounds on the trade of cells, from measures in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.policy.amounts import Amount, amount, amount_key, in_usd
from detente.policy.arrays import Limit
from detente.policy.volumes import ExportRestraint, OnVolume, Quota

SMALLEST = 1e-6
"""Share of trade below which a quota is taken for a ban."""


def limit_of(
    calibration: Calibration, measure: OnVolume, label: str, cells: NDArray[np.bool_]
) -> Limit:
    """Set the bound of a measure on cells ``(sector, importer, exporter)`` of a baseline.

    Raises
    ------
    InputError
        Nothing is traded there, a ceiling is above what is traded, or amounts in USD mean nothing
        in the baseline's unit.
    """
    traded = cells & (calibration.flows > 0)
    trade = float(calibration.flows[traded].sum())
    if not traded.any():
        message = "nothing is traded there, so no limit on it can be met"
        raise InputError(Problem(message, key="sectors", value=measure.sectors))
    ceiling = isinstance(measure, Quota | ExportRestraint)
    key = amount_key(measure)
    stated = None if key is None else amount(calibration, measure, key, cells)
    bound = _bound(calibration, measure, trade, stated)
    if ceiling and bound < SMALLEST * trade:
        key = "scale" if measure.scale is not None else "limit_usd"
        raise InputError(
            Problem("next to nothing is left; for nothing at all, ban it", key=key,
                    value=getattr(measure, key), allowed=f"at least {SMALLEST:g} of the trade")
        )  # fmt: skip
    if ceiling and bound >= trade:
        message = "a quota above what is traded never binds"
        allowed = f"below {_as_stated(calibration, trade, stated):.6g} million USD"
        raise InputError(
            Problem(message, key="limit_usd", value=measure.limit_usd, allowed=allowed)
        )
    if not ceiling:
        _refuse_floor(calibration, measure, bound, trade, stated)
    rents = measure.rents if ceiling else 0.0
    return Limit(label, traded, bound, ceiling, measure.of == "value", rents, stated)


def _refuse_floor(
    calibration: Calibration, measure: OnVolume, bound: float, trade: float, stated: Amount | None
) -> None:
    """Refuse floors under what is bought anyway, and above what the world has."""
    key = next(k for k in ("add_usd", "total_usd", "scale") if getattr(measure, k, None))
    value = getattr(measure, key)
    if bound < trade * (1 - 1e-12):
        message = "as much is bought without it"
        least = 1.0 if stated is None else _as_stated(calibration, trade, stated)
        raise InputError(Problem(message, key=key, value=value, allowed=f"{least:.6g} or more"))
    if bound > calibration.income.sum():
        raise InputError(Problem("more than the income of the whole world", key=key, value=value))


def _bound(
    calibration: Calibration, measure: OnVolume, trade: float, stated: Amount | None
) -> float:
    if stated is None:
        return (measure.scale or 0.0) * trade
    used = stated.used * in_usd(calibration, stated.key)
    return trade + used if stated.key == "add_usd" else used


def _as_stated(calibration: Calibration, trade: float, stated: Amount | None) -> float:
    """Return trade of the baseline in million USD, and of the year that an amount is stated in."""
    assert stated is not None
    return trade / in_usd(calibration, stated.key) * stated.stated / stated.used
