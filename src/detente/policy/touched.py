"""What one measure touches in a baseline: how much trade, and from which mean rate to which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.policy.cells import cells_of, covered_cells
from detente.policy.instruments import Measure, OnTariffs, OnTrade, ProductionSubsidy, Transfer


@dataclass(frozen=True)
class Touched:
    """What a measure is on, in the baseline's unit a year.

    Attributes
    ----------
    named
        Trade (for a subsidy: output) of the economies and sectors that it names.
    covered
        The part of it that the measure covers.
    before, after
        Mean tariff on what is covered, weighted by the baseline's trade; none where it is not on
        tariffs.
    """

    named: float
    covered: float
    before: float | None = None
    after: float | None = None


def touched(calibration: Calibration, measure: Measure) -> Touched | None:
    """Return what a measure touches; nothing for a transfer, which is on no trade.

    Raises
    ------
    InputError
        The baseline cannot carry the measure.
    """
    if isinstance(measure, Transfer):
        return None
    if isinstance(measure, ProductionSubsidy):
        by = resolve_countries(calibration, measure.by)
        made = calibration.output[np.ix_(by, resolve_sectors(calibration, measure.sectors))].sum()
        return Touched(float(made), float(made))
    if not isinstance(measure, OnTrade):
        trade = float(calibration.flows[cells_of(calibration, measure)].sum())
        return Touched(trade, trade)
    share, before, change = covered_cells(calibration, measure)
    trade = np.where(cells_of(calibration, measure), calibration.flows, 0.0)
    covered = trade * share
    sums = float(trade.sum()), float(covered.sum())
    if not isinstance(measure, OnTariffs) or not sums[1]:
        return Touched(*sums)
    paid = float((before * trade).sum()) / sums[1]
    return Touched(*sums, paid, paid + float((change * trade).sum()) / sums[1])
