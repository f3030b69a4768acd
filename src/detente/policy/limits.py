"""Quotas and purchase commitments: bounds on the trade of cells, from measures in words."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.policy.arrays import Limit
from detente.policy.instruments import ExportRestraint, OnVolume, PurchaseCommitment, Quota

SMALLEST = 1e-6
"""Share of trade below which a quota is taken for a ban."""
_IN_USD = {"": 1e6, "thousand ": 1e3, "million ": 1.0, "billion ": 1e-3}
"""Units of a baseline in a million USD."""


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
    bound = _bound(calibration, measure, trade)
    if ceiling and bound < SMALLEST * trade:
        key = "scale" if measure.scale is not None else "limit_usd"
        raise InputError(
            Problem("next to nothing is left; for nothing at all, ban it", key=key,
                    value=getattr(measure, key), allowed=f"at least {SMALLEST:g} of the trade")
        )  # fmt: skip
    if ceiling and bound >= trade:
        message = "a quota above what is traded never binds"
        allowed = f"below {trade / in_usd(calibration, 'limit_usd'):.6g} million USD"
        raise InputError(
            Problem(message, key="limit_usd", value=measure.limit_usd, allowed=allowed)
        )
    if not ceiling:
        _refuse_floor(calibration, measure, bound, trade)
    rents = measure.rents if ceiling else 0.0
    return Limit(label, traded, bound, ceiling, measure.of == "value", rents)


def _refuse_floor(calibration: Calibration, measure: OnVolume, bound: float, trade: float) -> None:
    """Refuse floors under what is bought anyway, and above what the world has."""
    key = next(k for k in ("add_usd", "total_usd", "scale") if getattr(measure, k, None))
    value = getattr(measure, key)
    if bound < trade * (1 - 1e-12):
        message = "as much is bought without it"
        least = 1.0 if key == "scale" else trade / in_usd(calibration, key)
        raise InputError(Problem(message, key=key, value=value, allowed=f"{least:.6g} or more"))
    if bound > calibration.income.sum():
        raise InputError(Problem("more than the income of the whole world", key=key, value=value))


def _bound(calibration: Calibration, measure: OnVolume, trade: float) -> float:
    if measure.scale is not None:
        return measure.scale * trade
    if isinstance(measure, PurchaseCommitment):
        if measure.add_usd is not None:
            return trade + measure.add_usd * in_usd(calibration, "add_usd")
        return (measure.total_usd or 0.0) * in_usd(calibration, "total_usd")
    return (measure.limit_usd or 0.0) * in_usd(calibration, "limit_usd")


def in_usd(calibration: Calibration, key: str) -> float:
    """Return what a million USD is in the baseline's unit.

    Raises
    ------
    InputError
        The baseline is not in USD.
    """
    found = re.fullmatch(r"(|thousand |million |billion )USD", calibration.card.unit)
    if not found:
        unit = calibration.card.unit
        message = f"an amount in USD means nothing on a baseline in {unit}; give a share or a scale"
        raise InputError(Problem(message, key=key))
    return _IN_USD[found[1]]
