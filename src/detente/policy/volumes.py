"""Measures that limit or promise amounts of trade."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from detente.errors import Problem, no_share
from detente.policy.faults import Names, one_action, refuse, refuse_types, year_problems


@dataclass(frozen=True)
class Quota:
    """A ceiling of ``by`` on what it imports from ``on`` in ``sectors``, all of them together.

    Where it binds, buyers pay for licences: as a tariff does, the licence raises the price.

    Parameters
    ----------
    scale
        Share of the baseline's trade that may still come, below 1, or
    limit_usd
        million USD of it: give one of them.
    of
        ``"quantity"`` (at the baseline's fob prices) or ``"value"`` (at fob, against world value
        added).
    rents
        Share of what licences earn that goes to exporters: 0 where the importer sells them, 1 where
        exporters are given them.
    year
        Of the amount, as in `Tariff`.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    scale: float | None = None
    limit_usd: float | None = None
    of: str = "quantity"
    rents: float = 0.0
    id: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse([*one_action(self, ("scale", "limit_usd")), *_limit_problems(self)])


@dataclass(frozen=True)
class ExportRestraint:
    """A ceiling of ``by``, the exporter, on what it sells to ``on``; its own firms earn the rents.

    A voluntary export restraint. The other parameters are those of `Quota`.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    scale: float | None = None
    limit_usd: float | None = None
    of: str = "quantity"
    rents: float = 1.0
    id: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse([*one_action(self, ("scale", "limit_usd")), *_limit_problems(self)])


@dataclass(frozen=True)
class PurchaseCommitment:
    """A floor of ``by`` on what it imports from ``on`` in ``sectors``, all of them together.

    Where buyers would buy less, the treasury of ``by`` pays a share of the price, one for all.

    Parameters
    ----------
    add_usd
        Million USD more than in the baseline, or
    total_usd
        million USD in all, or
    scale
        a multiple of the baseline's trade: give one of them.
    of
        ``"value"`` (at fob, against world value added) or ``"quantity"`` (at baseline prices).
    year
        Of the amount, as in `Tariff`.
    """

    by: Names
    on: Names
    sectors: Names = "goods"
    add_usd: float | None = None
    total_usd: float | None = None
    scale: float | None = None
    of: str = "value"
    id: str = ""
    year: int | None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        actions = ("add_usd", "total_usd", "scale")
        refuse([*one_action(self, actions), *_limit_problems(self)])


OnVolume = Quota | ExportRestraint | PurchaseCommitment


def _limit_problems(measure: OnVolume) -> Iterator[Problem]:
    for key in ("add_usd", "total_usd", "limit_usd", "scale"):
        value = getattr(measure, key, None)
        if value is not None and not (math.isfinite(value) and value > 0):
            hint = "; for nothing at all, ban it" if key in ("limit_usd", "scale") else ""
            allowed = "above 0" if key == "scale" else "million USD above 0"
            yield Problem(f"not a limit{hint}", key=key, value=value, allowed=allowed)
    ceiling = isinstance(measure, Quota | ExportRestraint)
    if ceiling and measure.scale is not None and measure.scale >= 1:
        message = "a quota that leaves as much as there is never binds"
        yield Problem(message, key="scale", value=measure.scale, allowed="below 1")
    if ceiling and not (math.isfinite(measure.rents) and 0 <= measure.rents <= 1):
        yield Problem(no_share(measure.rents), key="rents", value=measure.rents, allowed="0 to 1")
    if measure.of not in ("quantity", "value"):
        yield Problem("unknown", key="of", value=measure.of, allowed="quantity or value")
