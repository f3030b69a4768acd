"""Instruments of trade policy, as frozen values checked when they are made.

Each says who acts (`by`), on whom (`on`), on which sectors, what is done and how much of the trade
it covers. For tariffs and trade costs `by` is the importer, for export taxes and bans the exporter.
Names are resolved against a baseline only when measures are compiled (`detente.policy.compile`), so
that a measure can be written before any data is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from detente.errors import Problem, no_share
from detente.policy.faults import (
    LARGEST_RATE,
    Names,
    coverage_problems,
    fraction_problems,
    listed,
    one_action,
    refuse,
    refuse_types,
    year_problems,
)
from detente.policy.line_tariffs import Schedules
from detente.policy.tariffs import Tariff, TariffQuota
from detente.policy.volumes import OnVolume


@dataclass(frozen=True)
class TradeCost:
    """A non-tariff cost on imports of ``by`` from ``on``, as an iceberg factor.

    ``add`` 0.1 multiplies the cost of delivery by 1.1; ``scale`` sets the factor itself. The other
    parameters are those of `Tariff`.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    add: float | None = None
    scale: float | None = None
    coverage: float | None = None
    value_usd: float | None = None
    product_list: str | None = None
    overlap: str = "independent"
    id: str = ""
    year: int | None = None
    products: Names | None = None
    except_: Names | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse([*one_action(self, ("add", "scale")), *_cost_problems(self)])
        refuse(list(coverage_problems(self)))


@dataclass(frozen=True)
class ExportTax:
    """A tax of ``by``, the exporter, on what it sells to ``on``: a fraction of producers' prices.

    ``add`` 0.1 takes ten per cent; below zero it is a subsidy on exports, which ``by`` pays. The
    other parameters are those of `Tariff`.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    add: float | None = None
    coverage: float | None = None
    value_usd: float | None = None
    product_list: str | None = None
    overlap: str = "independent"
    id: str = ""
    year: int | None = None
    products: Names | None = None
    except_: Names | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse([*one_action(self, ("add",)), *fraction_problems(self, "add", -1, LARGEST_RATE)])
        refuse(list(coverage_problems(self)))


@dataclass(frozen=True)
class ExportBan:
    """A ban of ``by``, the exporter, on sales to ``on``: suppliers of the covered share stop.

    Parameters
    ----------
    leakage
        Share of the banned suppliers that still sell, by way of others.
    rerouting_cost
        Factor on their cost of delivery, 1 or more.
    by, on, sectors, coverage, value_usd, product_list, products, except_, overlap, id, year
        As in `Tariff`, seen from the exporter.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    leakage: float = 0.0
    rerouting_cost: float = 1.0
    coverage: float | None = None
    value_usd: float | None = None
    product_list: str | None = None
    overlap: str = "independent"
    id: str = ""
    year: int | None = None
    products: Names | None = None
    except_: Names | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse(list(_leak_problems(self)))
        refuse(list(coverage_problems(self)))


@dataclass(frozen=True)
class ImportBan:
    """A ban of ``by``, the importer, on goods from ``on``: suppliers of the covered share stop.

    On the cells that it is on it does what an `ExportBan` of the other side does.

    Parameters
    ----------
    leakage
        Share of the banned suppliers that still sell, by way of others.
    rerouting_cost
        Factor on their cost of delivery, 1 or more.
    by, on, sectors, coverage, value_usd, product_list, products, except_, overlap, id, year
        As in `Tariff`.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    leakage: float = 0.0
    rerouting_cost: float = 1.0
    coverage: float | None = None
    value_usd: float | None = None
    product_list: str | None = None
    overlap: str = "independent"
    id: str = ""
    year: int | None = None
    products: Names | None = None
    except_: Names | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse(list(_leak_problems(self)))
        refuse(list(coverage_problems(self)))


@dataclass(frozen=True)
class ProductionSubsidy:
    """A subsidy of ``by`` on its production in ``sectors``: ``add`` is the share of cost paid.

    Below zero it is a tax. Subsidies of several measures on one sector add up.
    """

    by: Names
    sectors: Names
    add: float | None = None
    id: str = ""

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse([*one_action(self, ("add",)), *fraction_problems(self, "add", -LARGEST_RATE, 1)])


@dataclass(frozen=True)
class Transfer:
    """A payment of ``by`` to ``on`` each year, such as a fine: ``value_usd`` million USD.

    It counts at the numeraire, world value added. ``year`` is that of the amount, as in `Tariff`.
    """

    by: Names
    on: Names
    value_usd: float | None = None
    id: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        value = self.value_usd
        if value is None or not (math.isfinite(value) and value > 0):
            allowed = "million USD above 0"
            refuse([Problem("not a value", key="value_usd", value=value, allowed=allowed)])


Ban = ExportBan | ImportBan
OnTariffs = Tariff | Schedules | TariffQuota
OnImports = OnTariffs | TradeCost | ImportBan
OnExports = ExportTax | ExportBan
OnTrade = OnImports | OnExports
Measure = OnTrade | OnVolume | ProductionSubsidy | Transfer


def excluded_amiss(measures: Sequence[object], *, whole: bool = False) -> Iterator[Problem]:
    """Find ids in ``excludes`` that are no tariff's; with ``whole`` also those of nobody."""
    labels = {getattr(m, "id", "") or f"measure {k + 1}": m for k, m in enumerate(measures)}
    tariffs = [name for name, one in labels.items() if isinstance(one, OnTariffs)]
    for label, measure in labels.items():
        for name in listed(getattr(measure, "excludes", ())):
            if (name in tariffs and name != label) or (name not in labels and not whole):
                continue
            what = "only tariffs can be excluded" if name in labels else "no measure has this id"
            what = "a tariff does not exclude itself" if name == label else what
            yield Problem(what, key=f"{label}.excludes", value=name,
                          allowed=", ".join(one for one in tariffs if one != label)
                          or "no other tariff is given")  # fmt: skip


def _leak_problems(measure: Ban) -> Iterator[Problem]:
    if not (math.isfinite(measure.leakage) and 0 <= measure.leakage <= 1):
        yield Problem(
            no_share(measure.leakage), key="leakage", value=measure.leakage, allowed="0 to 1"
        )
    cost = measure.rerouting_cost
    if not (math.isfinite(cost) and cost >= 1):
        yield Problem("not a cost factor", key="rerouting_cost", value=cost, allowed="1 or more")
    if cost != 1 and measure.leakage == 0:
        yield Problem(
            "only with leakage: nothing else is rerouted", key="rerouting_cost", value=cost
        )


def _cost_problems(measure: TradeCost) -> Iterator[Problem]:
    if measure.add is not None and not (math.isfinite(measure.add) and measure.add > -1):
        yield Problem("not a cost change", key="add", value=measure.add, allowed="above -1")
    if measure.scale is not None and not (math.isfinite(measure.scale) and measure.scale > 0):
        yield Problem("not a cost factor", key="scale", value=measure.scale, allowed="above 0")
