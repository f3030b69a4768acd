"""Tariff rates of a baseline: put others in their place, list the highest."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from detente.baseline.balance import remove_negative_final_demand
from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment


@dataclass(frozen=True)
class HighRate:
    """A rate and the trade that pays it: codes, a fraction, value at fob in the baseline's unit."""

    importer: str
    exporter: str
    sector: str
    rate: float
    trade: float


def highest_rates(c: Calibration, count: int = 10) -> tuple[HighRate, ...]:
    """Return the highest tariffs between different economies that trade, the highest first."""
    traded = (c.flows > 0) & ~np.eye(len(c.countries), dtype=bool)
    cells = np.argwhere(traded & (c.tariff > 0))
    order = np.argsort(-c.tariff[tuple(cells.T)], kind="stable")[:count]
    return tuple(
        HighRate(
            c.country_codes[n],
            c.country_codes[i],
            c.sector_codes[s],
            float(c.tariff[s, n, i]),
            float(c.flows[s, n, i]),
        )
        for s, n, i in cells[order]
    )


def with_tariffs(c: Calibration, tariff: np.ndarray) -> Calibration:
    """Return the economy with other tariffs, its accounts closed again.

    Flows at the border and what producers buy stay. A buyer's spending changes by the change of
    the duties, and final demand takes it all, so that income still is value added, duties and
    deficit. Where final demand would fall below zero it is removed by GRAS, as in the readers.

    Parameters
    ----------
    tariff
        ``(sector, importer, exporter)``, fraction of the fob value.
    """
    change = (tariff - c.tariff) * c.flows
    wanted = c.final_demand + change.sum(axis=2).T
    output = c.output
    use = remove_negative_final_demand(c.input_share * output[:, None, :], wanted, c.country_codes)
    share = c.input_share.copy()
    for n in use.countries:
        share[n] = np.divide(
            use.intermediate[n], output[n], out=np.zeros_like(share[n]), where=output[n] > 0
        )
    abroad = c.flows[:, ~np.eye(len(c.countries), dtype=bool)].sum()
    card = replace(
        c.card,
        adjustments=(
            *c.card.adjustments,
            Adjustment(
                "tariffs chosen anew among sources, final demand changed by the change of duties",
                "simple means over tariff lines, agreements and quotas that a source lacks",
                _six(np.abs(change).sum() / abroad),
                "sum of absolute changes of duties, share of trade between economies",
            ),
            *_balanced(use, wanted, c.input_share * output[:, None, :]),
        ),
    )
    return c.replace(tariff=tariff, final_demand=use.final_demand, input_share=share, card=card)


def _balanced(use, wanted: np.ndarray, intermediate: np.ndarray) -> list[Adjustment]:
    """Say what the removal of negative final demand changed, if there was any."""
    if not use.countries:
        return []
    why = "where duties no longer paid were more than all final spending; totals kept as before"
    return [
        Adjustment(
            f"after it, negative final demand set to zero ({int((wanted < 0).sum())} cells)",
            why,
            _six(use.negative / wanted.sum()),
            "share of world final demand",
        ),
        Adjustment(
            f"after it, intermediate use rebalanced by GRAS in {len(use.countries)} economies",
            why,
            _six(use.intermediate_change / intermediate.sum()),
            "sum of absolute changes, share of world intermediate use",
        ),
    ]


def _six(size: float) -> float:
    return float(f"{size:.6g}")
