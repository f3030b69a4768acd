"""What the model reads of a policy: arrays, aligned with a baseline."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.notebook import Brief
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
class TariffQuotaOnTrade:
    """A quota within which the policy's own rate holds, and beyond which a higher one does.

    Attributes
    ----------
    label
        Name of the measure, also of its lines in `Lines`.
    cells
        ``(sector, importer, exporter)``, true where it is; a cell without lines as a whole.
    bound
        Quantity in the baseline's fob prices, over all cells together.
    gap
        Points by which the rate beyond is above the one within.
    rent_share
        Share of what licences earn that goes to exporters.
    """

    label: str
    cells: NDArray[np.bool_]
    bound: float
    gap: float
    rent_share: float = 0.0


class Rates(NamedTuple):
    """What holds on each line ``(line,)``: tariffs before and after, costs, taxes, suppliers left.

    Tariffs and export taxes are fractions, ``iceberg_hat`` a factor on the cost of delivery.
    """

    tariff: np.ndarray
    tariff_cf: np.ndarray
    iceberg_hat: np.ndarray
    export_tax: np.ndarray
    supply_share: np.ndarray


@dataclass(frozen=True, eq=False)
class Lines:
    """Tariff lines inside cells: where a policy does not treat all of a cell's trade alike.

    Lines of one cell are varieties of one exporter, at one cost, in the sector's one nest. They are
    kept as differences from the cell's own entries in `Policy`, which are means over the trade of
    the baseline: what moves a cell's entry moves all of its lines.

    Attributes
    ----------
    cell
        ``(line,)`` place of the line's cell in the flattened ``(sector, importer, exporter)``.
    share
        Of the cell's fob value in the baseline; those of a cell sum to one.
    before_gap, tariff_gap, tax_gap
        Points above the cell's tariff before, its tariff after and its export tax.
    cost_ratio, supply_ratio
        To the cell's trade cost, and to its share of suppliers left.
    lists
        Names of goods that are kept apart from the rest of their cells, though nothing may tell
        them apart yet.
    on_lists
        ``(line,)`` which of them a line is on, a bit each.
    """

    cell: np.ndarray
    share: np.ndarray
    before_gap: np.ndarray
    tariff_gap: np.ndarray
    tax_gap: np.ndarray
    cost_ratio: np.ndarray
    supply_ratio: np.ndarray
    on_lists: np.ndarray | None = None
    lists: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.on_lists is None:
            object.__setattr__(self, "on_lists", np.zeros(len(self.cell)))
        for item in (item for item in fields(self) if item.name != "lists"):
            kind = np.int64 if item.name in ("cell", "on_lists") else np.float64
            array = np.array(getattr(self, item.name), dtype=kind)
            array.setflags(write=False)
            object.__setattr__(self, item.name, array)
        total = np.bincount(self.cell, self.share)[self.cell]
        if not (self.share >= 0).all() or not (np.abs(total - 1) <= 1e-9).all():
            raise InputError(Problem("lines are not shares of a cell", key="lines"))

    def __len__(self) -> int:
        return len(self.cell)

    def mean(self, values: np.ndarray, size: int) -> np.ndarray:
        """Return means over the baseline's trade of each cell, by flat cell; 0 without lines."""
        return np.bincount(self.cell, self.share * values, size)

    def on(self, name: str) -> np.ndarray:
        """Tell which lines are on a list ``(line,)``; none where it is not kept apart."""
        assert self.on_lists is not None
        if name not in self.lists:
            return np.zeros(len(self), dtype=bool)
        return (self.on_lists >> self.lists.index(name)) & 1 == 1


@dataclass(frozen=True, eq=False, repr=False)
class Policy(Brief):
    """Counterfactual policy, ``(sector, importer, exporter)`` unless said otherwise.

    What is ``None`` is not used by any measure and costs the solver nothing. An entry is the mean
    over the baseline's trade of its cell, which `lines` take apart where its trade is not treated
    alike.

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
    lines
        Lines of the cells whose trade is not treated alike.
    notes
        What was taken for granted where measures leave it open, in words.
    quotas
        Tariff quotas, whose rates within are those of the policy until it is solved.
    """

    tariff_cf: np.ndarray
    iceberg_hat: np.ndarray
    export_tax: np.ndarray | None = None
    production_subsidy: np.ndarray | None = None
    supply_share: np.ndarray | None = None
    rent_share: np.ndarray | None = None
    transfer: np.ndarray | None = None
    limits: tuple[Limit, ...] = ()
    lines: Lines | None = None
    notes: tuple[str, ...] = ()
    quotas: tuple[TariffQuotaOnTrade, ...] = ()

    def _brief(self) -> str:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        used = (name for name, value in values.items() if value is not None and len(value))
        return f"of {self.tariff_cf.shape[1]} economies: {', '.join(used)}"

    def __post_init__(self) -> None:
        if self.lines is not None and not len(self.lines):
            object.__setattr__(self, "lines", None)
        for item in fields(self):
            value = getattr(self, item.name)
            if value is not None and item.name not in ("limits", "lines", "notes", "quotas"):
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
        if self.lines is not None and not (self.rates_on_lines().tariff_cf > -1).all():
            yield Problem("out of bounds", key="tariff_cf", allowed="above -1 on every line")
        if self.transfer is not None:
            size = np.abs(self.transfer).max(initial=0)
            if not abs(self.transfer.sum()) <= 1e-9 * size:
                yield Problem("transfers must sum to zero", key="transfer")
        if self.limits and np.sum([limit.cells for limit in self.limits], axis=0).max() > 1:
            yield Problem("two limits are on the same trade", key="limits")

    def rates_on_lines(self, before: np.ndarray | None = None) -> Rates:
        """Return what holds on each line.

        Parameters
        ----------
        before
            Tariffs of the baseline, as the policy's; not a number on lines unless given.
        """
        lines = self.lines
        assert lines is not None
        at, none = lines.cell, np.zeros(len(lines))

        def of(array: np.ndarray | None, otherwise: float) -> np.ndarray:
            return none + otherwise if array is None else array.ravel()[at]

        return Rates(
            of(before, np.nan) + lines.before_gap,
            of(self.tariff_cf, 0.0) + lines.tariff_gap,
            of(self.iceberg_hat, 1.0) * lines.cost_ratio,
            of(self.export_tax, 0.0) + lines.tax_gap,
            of(self.supply_share, 1.0) * lines.supply_ratio,
        )

    def log_wedges(self, before: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return log changes that tariffs, export taxes and trade costs make to prices, by cell.

        Where there are lines: means of theirs by the baseline's trade.

        Parameters
        ----------
        before
            Tariffs of the baseline.
        """
        tax = np.zeros_like(before) if self.export_tax is None else np.log1p(self.export_tax)
        found = np.log1p(self.tariff_cf) - np.log1p(before), tax, np.log(self.iceberg_hat)
        if self.lines is None:
            return found
        on, cells = self.rates_on_lines(before), np.unique(self.lines.cell)
        parts = (
            np.log1p(on.tariff_cf) - np.log1p(on.tariff),
            np.log1p(on.export_tax),
            np.log(on.iceberg_hat),
        )
        for array, values in zip(found, parts, strict=True):
            array.ravel()[cells] = self.lines.mean(values, before.size)[cells]
        return found

    def with_lines(
        self,
        before: np.ndarray,
        cell: np.ndarray,
        share: np.ndarray,
        rates: Rates,
        on_lists: np.ndarray | None = None,
        lists: tuple[str, ...] = (),
    ) -> Policy:
        """Return the policy with these lines in place of its own, and their means on their cells.

        Parameters
        ----------
        before
            Tariffs of the baseline.
        cell, share, on_lists, lists
            As in `Lines`; a cell with one line needs none.
        rates
            What holds on each line.
        """
        whole, size = np.unique(cell), before.size

        def mean(values: np.ndarray) -> np.ndarray:
            return np.bincount(cell, share * values, size)

        def put(array: np.ndarray | None, values: np.ndarray, otherwise: float):
            if array is None and (values == otherwise).all():
                return None
            found = np.full(before.shape, otherwise) if array is None else array.copy()
            found.ravel()[whole] = mean(values)[whole]
            return found

        def ratio(values: np.ndarray) -> np.ndarray:
            base = mean(values)[cell]
            return np.divide(values, base, out=np.ones_like(values), where=base > 0)

        lines = (
            cell,
            share,
            rates.tariff - before.ravel()[cell],
            rates.tariff_cf - mean(rates.tariff_cf)[cell],
            rates.export_tax - mean(rates.export_tax)[cell],
            ratio(rates.iceberg_hat),
            ratio(rates.supply_share),
        )
        several = np.bincount(cell)[cell] > 1
        supply = put(self.supply_share, rates.supply_share, 1.0)
        named = np.zeros(len(cell), dtype=np.int64) if on_lists is None else on_lists
        return replace(
            self,
            tariff_cf=put(self.tariff_cf, rates.tariff_cf, 0.0),
            iceberg_hat=put(self.iceberg_hat, rates.iceberg_hat, 1.0),
            export_tax=put(self.export_tax, rates.export_tax, 0.0),
            supply_share=None if supply is None else np.minimum(supply, 1.0),
            lines=Lines(*(values[several] for values in (*lines, named)), lists=lists),
        )

    def one_rate(self, cells: np.ndarray, gap: str = "tariff_gap") -> Policy:
        """Return the policy with one tariff on all lines of some cells, or one export tax.

        Parameters
        ----------
        cells
            ``(sector, importer, exporter)``, true where the lines shall not differ.
        gap
            Of `Lines`: ``"tariff_gap"`` or ``"tax_gap"``.
        """
        if self.lines is None:
            return self
        held = np.where(cells.ravel()[self.lines.cell], 0.0, getattr(self.lines, gap))
        return replace(self, lines=replace(self.lines, **{gap: held}))

    @property
    def simple(self) -> bool:
        """Whether tariffs and trade costs are all that it changes."""
        other = ("export_tax", "production_subsidy", "supply_share", "rent_share", "transfer")
        return not (self.limits or self.quotas) and all(
            getattr(self, name) is None for name in other
        )

    def unsupplied(self, calibration: Calibration) -> list[tuple[int, int]]:
        """Return (sector, importer) places of what is bought and nobody may sell any more."""
        if self.supply_share is None:
            return []
        left = (calibration.trade_shares * self.supply_share).sum(axis=2)
        found = np.argwhere((calibration.expenditure.T > 0) & (left <= 0))
        return [(int(s), int(n)) for s, n in found]

    @classmethod
    def unchanged(cls, calibration: Calibration) -> Policy:
        """Return the baseline's own policy."""
        return cls(calibration.tariff, np.ones_like(calibration.tariff))
