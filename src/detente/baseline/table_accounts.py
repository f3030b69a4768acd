"""Do the accounts of an economy read from tables close? Make a `Calibration` of it if they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import IDENTITY_TOLERANCE, Calibration
from detente.baseline.card import Adjustment, Card
from detente.baseline.table_files import listed
from detente.baseline.table_layout import (
    COUNTRIES,
    FINAL_DEMAND,
    FLOWS,
    PURCHASES,
    ROUNDING,
    ROUNDING_OF_TOTAL,
)
from detente.errors import Problem

_FLOOR = 1e-9  # of a country's total: cells below it are judged against it (as `Calibration` does)


@dataclass(frozen=True, eq=False)
class Accounts:
    """The figures of the folder as arrays.

    Attributes
    ----------
    flows, tariff
        ``(sector, importer, exporter)``: fob values, fractions of them.
    purchases
        ``(country, input, using)`` at purchasers' (tariff-inclusive) prices.
    final_demand
        ``(country, sector)`` at purchasers' prices.
    """

    countries: tuple[Country, ...]
    sectors: tuple[Sector, ...]
    flows: np.ndarray
    tariff: np.ndarray
    purchases: np.ndarray
    final_demand: np.ndarray

    @property
    def output(self) -> np.ndarray:
        """Y ``(country, sector)``: Σ_n Z."""
        return self.flows.sum(axis=1).T

    @property
    def spending(self) -> np.ndarray:
        """E ``(country, sector)``: Σ_i (1+t) Z."""
        return ((1 + self.tariff) * self.flows).sum(axis=2).T

    @property
    def intermediate(self) -> np.ndarray:
        """Purchases of each input by all sectors, ``(country, sector)``."""
        return self.purchases.sum(axis=2)

    @property
    def inputs(self) -> np.ndarray:
        """Purchases of all inputs by each sector, ``(country, sector)``."""
        return self.purchases.sum(axis=1)


def account_problems(
    a: Accounts, files: Mapping[str, Path], *, settling: bool = False
) -> list[Problem]:
    """List where value added is negative or spending is not use, beyond rounding.

    Where accounts are to be settled spending may differ from use, unless a mix-up explains it all.
    """
    of_spending = _mix_ups if settling else _spending_problems
    return [*_value_added_problems(a, files), *of_spending(a, files[FINAL_DEMAND.stem])]


def calibrate(a: Accounts, trade_elasticity: np.ndarray, card: Card) -> Calibration:
    """Make the calibration, moving what is rounding into final demand and recording it.

    Purchases that exceed output or spending by rounding come down to it; where the accounts then
    do not close to working precision, final demand becomes spending minus intermediate use.
    """
    purchases = a.purchases * _fit(a.inputs, a.output)[:, None, :]
    purchases = purchases * _fit(purchases.sum(axis=2), a.spending)[:, :, None]
    use, spending = purchases.sum(axis=2), a.spending
    scale = _scale(spending, use + a.final_demand, _FLOOR)
    loose = np.abs(spending - use - a.final_demand) > IDENTITY_TOLERANCE / 2 * scale
    final = np.where(loose, np.maximum(spending - use, 0.0), a.final_demand)
    adjustments = (
        _adjustment("intermediate purchases brought down to output or spending", "purchases",
                    a.purchases, purchases),
        _adjustment("final demand set to spending minus intermediate use", "final demand",
                    a.final_demand, final),
    )  # fmt: skip
    made = a.output > 0
    share = np.divide(
        purchases, a.output[:, None, :], out=np.zeros_like(purchases), where=made[:, None, :]
    )
    # after _fit a negative remainder is the last bit of a sum
    value_added_share = np.maximum(1 - share.sum(axis=1), 0.0)
    recorded = tuple(x for x in adjustments if x.size > 1e-14)
    return Calibration(
        countries=a.countries,
        sectors=a.sectors,
        flows=a.flows,
        tariff=a.tariff,
        value_added_share=value_added_share,
        input_share=share,
        final_demand=final,
        trade_elasticity=trade_elasticity,
        card=replace(card, adjustments=(*card.adjustments, *recorded)),
    )


def _adjustment(what: str, total: str, before: np.ndarray, after: np.ndarray) -> Adjustment:
    size = np.abs(after - before).sum() / max(before.sum(), np.finfo(float).tiny)
    why = "the tables close only up to rounding"
    return Adjustment(what, why, float(size), f"share of all {total}")


def _fit(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Factor that brings a part down to the whole where it is larger, one elsewhere."""
    return np.divide(whole, part, out=np.ones_like(part), where=part > whole)


def _scale(left: np.ndarray, right: np.ndarray, floor: float) -> np.ndarray:
    """Return the larger side, at least a share of its country's total."""
    scale = np.maximum(left, right)
    return np.maximum(scale, floor * scale.sum(axis=1, keepdims=True))


def _beyond_rounding(gap: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return gap > ROUNDING * _scale(left, right, ROUNDING_OF_TOTAL / ROUNDING)


def _value_added_problems(a: Accounts, files: Mapping[str, Path]) -> list[Problem]:
    inputs, output = a.inputs, a.output
    excess = inputs - output
    bad = np.argwhere(_beyond_rounding(excess, output, output))
    bad = bad[np.argsort(-excess[tuple(bad.T)], kind="stable")]

    def negative(cell: np.ndarray) -> Problem:
        n, s = cell
        place = f"country {a.countries[n].code}, using {a.sectors[s].code}"
        message = f"purchases exceed output, so that value added is negative, {place}"
        allowed = f"at most the output in {FLOWS.stem}, {output[n, s]:.6g}"
        return Problem(message, None, None, PURCHASES.number, float(inputs[n, s]), allowed)

    kind = "purchases exceed output"
    problems = listed(files[PURCHASES.stem], bad, kind, negative)
    idle = [i for i, total in enumerate(output.sum(axis=1)) if total <= 0]
    poor = [
        i for i, total in enumerate((output - inputs).sum(axis=1))
        if total <= 0 and i not in idle and not len(bad)
    ]  # fmt: skip
    problems += listed(
        files[FLOWS.stem],
        idle,
        "countries that make nothing",
        lambda i: Problem("country makes nothing", key="exporter", value=a.countries[i].code),
    )
    return problems + listed(
        files[COUNTRIES.stem],
        poor,
        "countries without value added",
        lambda i: Problem("country has no value added", key="code", value=a.countries[i].code),
    )


def _spending_problems(a: Accounts, file: Path) -> list[Problem]:
    spending, intermediate = a.spending, a.intermediate
    use = intermediate + a.final_demand
    gap = spending - use
    open_cells = _beyond_rounding(np.abs(gap), spending, use)
    if not open_cells.any():
        return []
    bad = np.argwhere(open_cells)
    bad = bad[np.argsort(-np.abs(gap[tuple(bad.T)]), kind="stable")]
    head = Problem(
        f"the accounts do not close in {len(bad):,} of {gap.size:,} country-sectors: spending is "
        f"not intermediate plus final use, {np.abs(gap).sum() / spending.sum():.2g} of all spending"
        + (_closer(a) or "; if they cannot, settle them with --balance (detente.settle in Python)"),
        file,
        allowed=f"a relative gap of at most {ROUNDING:g}, taken as rounding",
    )

    def gap_problem(cell: np.ndarray) -> Problem:
        n, s = cell
        relative = abs(gap[n, s]) / max(spending[n, s], use[n, s])
        place = f"country {a.countries[n].code}, sector {a.sectors[s].code}"
        message = (
            f"relative gap {relative:.2g} at {place}: spending with tariffs {spending[n, s]:.8g}, "
            f"intermediate use {intermediate[n, s]:.8g}"
        )
        allowed = f"final demand {spending[n, s] - intermediate[n, s]:.8g}"
        return Problem(message, None, None, "value", float(a.final_demand[n, s]), allowed)

    return [head, *listed(file, bad, "gaps, smaller ones", gap_problem)]


def _mix_ups(a: Accounts, file: Path) -> list[Problem]:
    """Refuse to settle what closes once a usual mix-up is put right."""
    use = a.intermediate + a.final_demand
    if not _beyond_rounding(np.abs(a.spending - use), a.spending, use).any():
        return []
    reading = _closer(a)
    if not reading:
        return []
    return [Problem(f"nothing to settle: put right what the accounts need{reading}", file)]


def _closer(a: Accounts) -> str:
    """Say which usual mix-up would explain the gaps, if one does."""
    swapped = replace(a, flows=a.flows.swapaxes(1, 2), tariff=a.tariff.swapaxes(1, 2))
    readings = {
        "without tariffs; purchases and final demand must include the duties paid": replace(
            a, tariff=np.zeros_like(a.tariff)
        ),
        "with importer and exporter exchanged": swapped,
        "with input and using exchanged": replace(a, purchases=a.purchases.swapaxes(1, 2)),
    }
    for words, other in readings.items():
        spending, use = other.spending, other.intermediate + other.final_demand
        if not _beyond_rounding(np.abs(spending - use), spending, use).any():
            return f" (they do close {words})"
    return ""
