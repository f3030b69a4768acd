"""Welfare measures: exact real income, and the first-order measure with its two parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration

if TYPE_CHECKING:
    from detente.model.outcome import Outcome

Array = NDArray[np.float64]


class FirstOrder(NamedTuple):
    """Fractions of baseline income, each ``(country,)``; ``total`` is the sum of the two."""

    terms_of_trade: Array
    volume_of_trade: Array
    total: Array


def real_income_hat(calibration: Calibration, income_cf: Array, consumer_price: Array) -> Array:
    """Exact change of real income ``(country,)``: Î over the change of the consumer price index."""
    return income_cf / calibration.income / consumer_price


def welfare_hat(calibration: Calibration, after: Outcome) -> Array:
    """Real income as above, less what more labour is worth to workers where it is not given.

    One plus the equivalent variation over baseline income: income has no effect on labour.
    """
    price = np.asarray(after.consumer_price_hat)
    real = real_income_hat(calibration, np.asarray(after.income_cf), price)
    effort = after.effort_cf
    return real if effort is None else real - np.asarray(effort) / calibration.income


def first_order(calibration: Calibration, cost_hat: Array, flows_cf: Array) -> FirstOrder:
    """Welfare to first order (Caliendo & Parro 2015, eq. 15), fractions of baseline income.

    Terms of trade: (Σ exports (ĉ_own − 1) − Σ imports (ĉ_source − 1))/I; volume of trade:
    Σ t Z (Ẑ − ĉ_source)/I, over all that pays duties (of a group merged into one its own sales
    may) at baseline values. Changes are rates, not logs, as in the paper's tables. The measure
    drifts from the exact change for large shocks: the two are different numbers.
    """
    c = calibration
    foreign = ~np.eye(len(c.countries), dtype=bool)
    flows = np.where(foreign, c.flows, 0.0)
    cost_change = np.where(c.output > 0, cost_hat - 1, 0.0).T[:, None, :]
    exports = (flows * cost_change).sum(axis=(0, 1))
    imports = (flows * cost_change).sum(axis=(0, 2))
    volume = c.tariff * (flows_cf - c.flows * (1 + cost_change))
    terms = (exports - imports) / c.income
    volumes = volume.sum(axis=(0, 2)) / c.income
    return FirstOrder(terms, volumes, terms + volumes)
