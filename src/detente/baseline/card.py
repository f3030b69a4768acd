"""The machine-readable card that every baseline carries."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
NAMES_ALLOWED = "small letters, digits, '.', '-' and '_'"


@dataclass(frozen=True)
class Adjustment:
    """One change made to source figures: what, why, how large.

    ``size`` is a number in ``unit`` (for instance the sum of absolute changes as a share).
    """

    what: str
    why: str
    size: float
    unit: str


@dataclass(frozen=True)
class RateDifference:
    """A tariff on much trade that is far from what another source says, and why it is used.

    ``trade`` is in the card's unit; ``rate`` and ``other_rate`` are fractions, the latter that of
    ``source``.
    """

    importer: str
    exporter: str
    sector: str
    trade: float
    rate: float
    source: str
    other_rate: float
    reason: str


@dataclass(frozen=True)
class Card:
    """Where a baseline comes from and what was done to it.

    ``in_force`` is the day whose tariffs it was given (``detente.in_force``), without those of the
    authorities ``in_force_without``; trade has followed by ``in_force_scale`` of the elasticities.
    """

    name: str
    title: str
    year: int
    source: str
    licence: str
    unit: str = "million USD"
    method: str = ""
    elasticities: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    notes: tuple[str, ...] = field(default=())
    differences: tuple[RateDifference, ...] = ()
    in_force: str = ""
    in_force_without: tuple[str, ...] = ()
    in_force_scale: float = 1.0

    @property
    def of(self) -> str:
        """Of when the figures are: a year, and the day of tariffs that they were brought to."""
        return f"{self.year}, tariffs of {self.in_force}" if self.in_force else f"{self.year}"

    def to_dict(self) -> dict:
        """Return plain data for JSON; the day whose tariffs it has where it was given one."""
        found = asdict(self)
        if not self.in_force:
            del found["in_force"], found["in_force_without"], found["in_force_scale"]
        return found

    @classmethod
    def from_dict(cls, data: dict) -> Card:
        """Rebuild a card from `to_dict` data."""
        data = dict(data)
        data["adjustments"] = tuple(Adjustment(**a) for a in data.get("adjustments", ()))
        data["differences"] = tuple(RateDifference(**d) for d in data.get("differences", ()))
        data["notes"] = tuple(data.get("notes", ()))
        data["in_force_without"] = tuple(data.get("in_force_without", ()))
        return cls(**data)
