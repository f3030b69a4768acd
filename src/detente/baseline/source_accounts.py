"""From the tables of a published source to accounts that close, every change with its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.balance import NonNegativeUse, remove_negative_final_demand
from detente.baseline.calibration import Calibration
from detente.baseline.card import Adjustment, Card
from detente.baseline.elasticities import choose_elasticities
from detente.baseline.groups import divisions
from detente.errors import DataError, Problem

SERVICE_DIVISIONS = divisions("35-99")


@dataclass(frozen=True, eq=False)
class SourceTables:
    """What a source says, in the package's axes; final demand may be negative.

    Attributes
    ----------
    flows, tariff
        ``(sector, importer, exporter)``.
    value_added_share
        ``(country, sector)``.
    intermediate
        ``(country, input, using)``, value.
    final_demand
        ``(country, sector)``, value.
    """

    countries: tuple[Country, ...]
    sectors: tuple[Sector, ...]
    flows: np.ndarray
    tariff: np.ndarray
    value_added_share: np.ndarray
    intermediate: np.ndarray
    final_demand: np.ndarray


def calibrate(tables: SourceTables, card: Card, elasticities: str | float | Path) -> Calibration:
    """Remove negative final demand by GRAS and return the economy, the changes on its card.

    Sectors without output get a value-added share of one and no inputs; nothing depends on them.
    """
    choice = choose_elasticities(tables.sectors, elasticities)
    codes = tuple(c.code for c in tables.countries)
    use = remove_negative_final_demand(tables.intermediate, tables.final_demand, codes)
    output = tables.flows.sum(axis=1).T
    made = output > 0
    input_share = np.divide(
        use.intermediate,
        output[:, None, :],
        out=np.zeros_like(use.intermediate),
        where=made[:, None, :],
    )
    return Calibration(
        countries=tables.countries,
        sectors=tables.sectors,
        flows=tables.flows,
        tariff=tables.tariff,
        value_added_share=np.where(made, tables.value_added_share, 1.0),
        input_share=input_share,
        final_demand=use.final_demand,
        trade_elasticity=choice.values,
        card=replace(
            card,
            adjustments=(*card.adjustments, *_adjustments(tables, use)),
            elasticities=choice.description,
        ),
    )


def adjustment(what: str, why: str, size: float, unit: str) -> Adjustment:
    """Return an adjustment with its size to six digits."""
    return Adjustment(what, why, float(f"{size:.6g}"), unit)


def make_sectors(names: dict[str, tuple[str, tuple[str, ...]]]) -> tuple[Sector, ...]:
    """Return sectors from code → (name, spans of ISIC divisions); 35 and above are services."""
    sectors = []
    for code, (name, spans) in names.items():
        isic = divisions(*spans)
        kind = "services" if isic[0] in SERVICE_DIVISIONS else "goods"
        sectors.append(Sector(code, name, isic, kind))
    return tuple(sectors)


def check_source(
    path: Path,
    arrays: dict[str, np.ndarray],
    shapes: dict[str, tuple[int, ...]],
    sectors: tuple[Sequence[str], Sequence[str]],
) -> None:
    """Refuse a raw file that is not the one its reader was written for.

    Parameters
    ----------
    arrays, shapes
        Arrays by name and the shape each must have.
    sectors
        Sector labels found and expected.
    """
    problems = [
        Problem("wrong shape", path, None, name, arrays[name].shape, str(shape))
        for name, shape in shapes.items()
        if arrays[name].shape != shape
    ]
    problems += [
        Problem("values that are not finite", path, None, name)
        for name in shapes
        if not np.isfinite(arrays[name]).all()
    ]
    found, expected = sectors
    if list(found) != list(expected):
        problems.append(
            Problem("other sectors", path, None, "sectors", list(found), ", ".join(expected))
        )
    if problems:
        raise DataError(problems)


def check_domestic_tariffs(path: Path, tariff: np.ndarray) -> None:
    """Refuse tariffs, ``(sector, importer, exporter)``, on domestic sales."""
    home = np.arange(tariff.shape[1])
    if tariff[:, home, home].any():
        raise DataError(Problem("tariffs on domestic sales", path, None, "tariff"))


def _adjustments(tables: SourceTables, use: NonNegativeUse) -> list[Adjustment]:
    """Say what the removal of negative final demand changed, and by how much."""
    final, inputs = tables.final_demand.sum(), tables.intermediate.sum()
    share = f"{len(use.countries)} of {len(tables.countries)}"
    kept = (
        "kept: each country's spending on each input, intermediate purchases of each sector and "
        "total final demand"
    )
    return [
        adjustment(
            f"negative final demand set to zero ({int((tables.final_demand < 0).sum())} cells)",
            "a residual or a run-down of stocks that no spending share can express",
            use.negative / final,
            "share of world final demand",
        ),
        adjustment(
            f"final demand rebalanced by GRAS in {share} countries",
            kept,
            use.final_change / final,
            "sum of absolute changes, share of world final demand",
        ),
        adjustment(
            "intermediate use rebalanced by the same GRAS",
            kept,
            use.intermediate_change / inputs,
            "sum of absolute changes, share of world intermediate use",
        ),
        *_largest(tables, use.final_demand),
    ]


def _largest(tables: SourceTables, final: np.ndarray) -> list[Adjustment]:
    """Name the country whose final demand changed most, if any did."""
    change = np.abs(final - tables.final_demand).sum(axis=1) / tables.final_demand.sum(axis=1)
    if not change.any():
        return []
    worst = int(change.argmax())
    return [
        adjustment(
            f"the largest of these by country: final demand of {tables.countries[worst].name}",
            "where the source's residual is largest against final demand",
            change[worst],
            "sum of absolute changes, share of the country's final demand",
        )
    ]
