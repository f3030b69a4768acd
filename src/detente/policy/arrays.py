"""What the model reads of a policy: arrays, aligned with a baseline."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.policy.amounts import Amount


@dataclass(frozen=True, eq=False)
class Limit:
    """A ceiling (quota) or a floor (purchase commitment) on the trade of some cells together.

    Attributes
    ----------
    label
        Name of the measure.
    cells
        ``(sector, importer, exporter)``, true where the limit counts; a cell has one limit at most.
    bound
        On the sum over the cells: value at fob in the baseline's unit at the numeraire, or quantity
        in the baseline's fob prices.
    ceiling
        Whether trade may not exceed the bound, or must reach it.
    in_value
        Whether the bound is on the value.
    rent_share
        Share of what licences earn that goes to exporters.
    amount
        What the bound is from, where a measure named an amount in USD.
    """

    label: str
    cells: NDArray[np.bool_]
    bound: float
    ceiling: bool
    in_value: bool = False
    rent_share: float = 0.0
    amount: Amount | None = None

    def __post_init__(self) -> None:
        cells = np.array(self.cells, dtype=bool)
        cells.setflags(write=False)
        object.__setattr__(self, "cells", cells)
        if not (np.isfinite(self.bound) and self.bound > 0):
            raise InputError(Problem("not a bound", key="bound", value=self.bound, allowed="> 0"))
        if not 0 <= self.rent_share <= 1:
            raise InputError(
                Problem("not a share", key="rent_share", value=self.rent_share, allowed="0 to 1")
            )


@dataclass(frozen=True, eq=False)
class Policy:
    """Counterfactual policy, ``(sector, importer, exporter)`` unless said otherwise.

    What is ``None`` is not used by any measure and costs the solver nothing.

    Attributes
    ----------
    tariff_cf
        Counterfactual ad valorem tariffs, fraction of the fob value; below zero a subsidy on
        imports.
    iceberg_hat
        Iceberg trade cost relative to baseline (1 = unchanged).
    export_tax
        Tax of the exporter, fraction of the producer's price; below zero a subsidy on exports.
    production_subsidy
        ``(country, sector)``, fraction of the cost of production that the government pays.
    supply_share
        Share of the exporter's suppliers that may sell to the importer (an export ban lowers it).
    rent_share
        Share of what the tariff brings that goes to the exporter (quota rents).
    transfer
        ``(country,)`` received less paid, the baseline's unit at the numeraire; sums to zero.
    limits
        Ceilings and floors on trade.
    """

    tariff_cf: np.ndarray
    iceberg_hat: np.ndarray
    export_tax: np.ndarray | None = None
    production_subsidy: np.ndarray | None = None
    supply_share: np.ndarray | None = None
    rent_share: np.ndarray | None = None
    transfer: np.ndarray | None = None
    limits: tuple[Limit, ...] = ()

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None and item.name != "limits":
                array = np.array(value, dtype=np.float64)
                array.setflags(write=False)
                object.__setattr__(self, item.name, array)
        problems = list(self._problems())
        if problems:
            raise InputError(problems)

    def _problems(self):
        bounds = {
            "tariff_cf": (-1, np.inf),
            "iceberg_hat": (0, np.inf),
            "export_tax": (-1, np.inf),
            "production_subsidy": (-np.inf, 1),
        }
        for key, (low, high) in bounds.items():
            array = getattr(self, key)
            if array is not None and not ((array > low) & (array < high)).all():
                allowed = f"above {low:g}" if np.isinf(high) else f"below {high:g}"
                yield Problem("out of bounds", key=key, allowed=allowed)
        for key in ("supply_share", "rent_share"):
            array = getattr(self, key)
            if array is not None and not ((array >= 0) & (array <= 1)).all():
                yield Problem("not a share", key=key, allowed="0 to 1")
        if self.transfer is not None:
            size = np.abs(self.transfer).max(initial=0)
            if not abs(self.transfer.sum()) <= 1e-9 * size:
                yield Problem("transfers must sum to zero", key="transfer")
        if self.limits and np.sum([limit.cells for limit in self.limits], axis=0).max() > 1:
            yield Problem("two limits are on the same trade", key="limits")

    @property
    def simple(self) -> bool:
        """Whether tariffs and trade costs are all that it changes."""
        other = (f.name for f in fields(self) if f.name not in ("tariff_cf", "iceberg_hat"))
        values = (getattr(self, name) for name in other)
        return all(value is None or (isinstance(value, tuple) and not value) for value in values)

    @classmethod
    def unchanged(cls, calibration: Calibration) -> Policy:
        """Return the baseline's own policy."""
        return cls(calibration.tariff, np.ones_like(calibration.tariff))
