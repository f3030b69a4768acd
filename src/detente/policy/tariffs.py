"""Tariffs and tariff quotas, as frozen values checked when they are made."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from detente.errors import Problem, no_share
from detente.policy.faults import (
    LARGEST_RATE,
    Names,
    coverage_problems,
    refuse,
    refuse_types,
    year_problems,
)
from detente.policy.products import goods, is_file

PerUnit = Mapping[str, float]
"""An amount of money by unit of goods: ``{"eur_per_tonne": 339}``."""
ACTIONS = ("add", "set", "scale", "align", "floor", "ceiling")
"""What a tariff may do to a rate."""


@dataclass(frozen=True)
class Tariff:
    """A tariff of ``by`` on goods from ``on``, ad valorem on the fob value (0.25 is 25 per cent).

    Exactly one of ``add`` (points on top of the applied rate), ``set`` (a new rate), ``scale`` (a
    factor on the applied rate), ``align`` (fall to the rate which ``"partner"`` charges on the
    same sector, or a named country charges on ``by``; never a rise), ``floor`` and ``ceiling``
    says what is done, or a file does (a list in ``products`` with rates, or ``rates``).

    With the rate t0 of a line before, the new one is::

        add      t0 + add              floor    max(t0, floor)
        set      set                   ceiling  min(t0, ceiling)
        scale    scale · t0            duty     t0 + add + duty / price

    Parameters
    ----------
    by, on
        Codes, names or groups of economies: the importer and the exporters.
    sectors
        Codes, names or groups of sectors.
    coverage
        Share of each cell's trade that the measure covers, 0 to 1; all of it where left out.
    value_usd
        Covered trade in million USD, spread in proportion to imports.
    product_list
        Name of a shipped product list; coverage by sector comes from it.
    products
        HS codes and words for goods, or the path of a list file: only their lines within the
        sectors are touched (`detente.policy.products`).
    except_
        Sectors, HS codes and words for goods that it leaves out.
    duty, price
        A specific duty and the price that turns it ad valorem, by the same unit:
        ``{"eur_per_tonne": 339}`` at ``{"eur_per_tonne": 520}`` is 339/520. Alone or with ``add``.
    rates
        Path of a table of rates, a row a sector and a column a partner; ``rates_as`` says whether
        they are added (``"add"``, unless given) or new rates (``"set"``).
    claims
        Share of the trade of each line that claims a preference and does not pay the measure.
        Where several measures have it, the same goods claim.
    stacks
        Where false no other tariff holds on the lines that it is on.
    excludes
        Ids of the tariffs that do not hold on the lines that it is on.
    overlap
        How the trade that it covers lies to what other measures cover, where that is not known: one
        of `detente.policy.overlaps.RULES`. ``"narrower"``: of two tariffs on one line the one whose
        list or sectors are narrower holds alone.
    id
        Name used in messages.
    year
        Year that an amount in USD is stated in (`detente.policy.amounts`); left out, it is in the
        baseline's own figures.

    Raises
    ------
    InputError
        Listing everything that is wrong with the measure.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    add: float | None = None
    set: float | None = None
    scale: float | None = None
    align: str | None = None
    coverage: float | None = None
    value_usd: float | None = None
    product_list: str | None = None
    overlap: str = "independent"
    id: str = ""
    year: int | None = None
    products: Names | None = None
    except_: Names | None = None
    floor: float | None = None
    ceiling: float | None = None
    duty: PerUnit | None = None
    price: PerUnit | None = None
    rates: str | None = None
    rates_as: str = "add"
    claims: float | None = None
    stacks: bool = True
    excludes: Names = ()

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse(list(coverage_problems(self, rated=True)))
        refuse([*_duty_problems(self), *_table_problems(self)])
        refuse([*_one_rate(self), *_rate_problems(self)])

    @property
    def added(self) -> float | None:
        """Points that it adds, specific duties at their price included; none where it does not."""
        if self.duty is None:
            return self.add
        (duty,), (price,) = self.duty.values(), (self.price or {"": 1.0}).values()
        return (self.add or 0.0) + duty / price

    @property
    def replaces(self) -> bool:
        """Whether it puts another rate in place of the one applied, on lines that it is on."""
        if self.rates is not None:
            return self.rates_as == "set"
        if is_file(self.products or ()) and goods(self.products or ()).rated:
            return goods(self.products or ()).sets
        return self.added is None


@dataclass(frozen=True)
class TariffQuota:
    """A tariff quota of ``by`` on goods from ``on``: one rate within it and a higher one beyond.

    With the trade q of all its lines together, in the baseline's fob prices, the quota Q, and the
    rates t₁ within and t₂ beyond, buyers pay one rate t on all of it::

        q < Q and t = t₁        inside: the quota is not used up
        q = Q and t₁ ≤ t ≤ t₂   binding: licences earn t − t₁ on every unit
        q > Q and t = t₂        beyond: licences earn t₂ − t₁ on Q, the treasury the rest

    Parameters
    ----------
    within, beyond
        Rates, fractions of the fob value. They take the place of the applied rate.
    quota_usd
        Million USD.
    rents
        Share of what licences earn that goes to exporters; the rest is the importer's households'.
    by, on, sectors, products, except_, overlap, stacks, excludes, id, year
        As in `Tariff`.
    """

    by: Names
    on: Names = "world"
    sectors: Names = "goods"
    within: float | None = None
    beyond: float | None = None
    quota_usd: float | None = None
    rents: float = 0.0
    products: Names | None = None
    except_: Names | None = None
    overlap: str = "independent"
    id: str = ""
    year: int | None = None
    stacks: bool = True
    excludes: Names = ()
    coverage: None = None
    value_usd: None = None
    product_list: None = None

    def __post_init__(self) -> None:
        refuse_types(self)
        refuse(list(year_problems(self)))
        refuse([*coverage_problems(self), *_tariff_quota_problems(self)])

    @property
    def replaces(self) -> bool:
        """Whether it puts its rates in place of those applied: always."""
        return True


def _tariff_quota_problems(measure: TariffQuota) -> Iterator[Problem]:
    for key in ("within", "beyond", "quota_usd"):
        value = getattr(measure, key)
        if value is None:
            yield Problem("a tariff quota needs it", key=key)
        elif key == "quota_usd" and not (math.isfinite(value) and value > 0):
            yield Problem("not a quota", key=key, value=value, allowed="million USD above 0")
        elif key != "quota_usd" and not 0 <= value <= LARGEST_RATE:
            yield Problem("not a tariff rate", key=key, value=value,
                          allowed=f"a fraction, 0 to {LARGEST_RATE:g} (0.25 is 25%)")  # fmt: skip
    within, beyond = measure.within, measure.beyond
    if within is not None and beyond is not None and within >= beyond:
        yield Problem("the rate beyond a quota is the higher one", key="beyond", value=beyond,
                      allowed=f"above {within:g}")  # fmt: skip
    if not (math.isfinite(measure.rents) and 0 <= measure.rents <= 1):
        yield Problem(no_share(measure.rents), key="rents", value=measure.rents, allowed="0 to 1")


def _rate_problems(measure: Tariff) -> Iterator[Problem]:
    for key in ("add", "set", "floor", "ceiling"):
        rate = getattr(measure, key)
        if rate is None:
            continue
        if not math.isfinite(rate) or rate <= -1 or (key != "add" and rate < 0):
            low = "above -1" if key == "add" else "at least 0"
            yield Problem("not a tariff rate", key=key, value=rate, allowed=f"a fraction {low}")
        elif rate > LARGEST_RATE:
            yield Problem(
                f"a tariff of {rate:g} means {100 * rate:g}%; did you mean {rate / 100:g}?",
                key=key,
                value=rate,
                allowed=f"a fraction up to {LARGEST_RATE:g} (0.25 is 25%)",
            )
    factor = measure.scale
    if factor is not None and not (math.isfinite(factor) and 0 <= factor <= 100):
        yield Problem("not a factor", key="scale", value=factor, allowed="0 to 100")


def _one_rate(measure: Tariff) -> Iterator[Problem]:
    """Find tariffs that say in no way, or in several, what becomes of the rate."""
    given = [name for name in ACTIONS if getattr(measure, name) is not None]
    if measure.duty is not None and given in ([], ["add"]):
        given = ["duty"]
    elif measure.duty is not None:
        yield Problem("a specific duty comes on top: it goes with add alone", key="duty",
                      value=given)  # fmt: skip
        return
    if measure.rates is not None:
        given.append("rates")
    if is_file(measure.products or ()) and goods(measure.products or ()).rated:
        given.append("products")
        if len(given) > 1:
            yield Problem("the list has rates of its own; take one of them out",
                          key=given[0], value=given)  # fmt: skip
            return
    if len(given) != 1:
        yield Problem(
            "a measure needs exactly one of them",
            key=" | ".join(("add", "set", "scale", "align")),
            value=given or None,
            allowed="one of add, set, scale, align, floor, ceiling, duty with price, or a file "
            "with rates (products, rates)",
        )


_PER = re.compile(r"([a-z]{3})_per_([a-z0-9]+)")


def _duty_problems(measure: Tariff) -> Iterator[Problem]:
    """Find duties by weight or piece without a price by the same unit."""
    if measure.duty is None:
        if measure.price is not None:
            yield Problem("a price is for a duty by weight or piece", key="price")
        return
    for key in ("duty", "price"):
        value = getattr(measure, key)
        if not isinstance(value, Mapping) or len(value) != 1:
            message = "one amount by unit is expected"
            if key == "price" and value is None:
                message = "a duty by weight or piece needs the price of the goods by the same unit"
            allowed = "{eur_per_tonne: 339}, in any currency and unit"
            yield Problem(message, key=key, value=value, allowed=allowed)
            return
        ((unit, amount),) = value.items()
        if not _PER.fullmatch(str(unit)):
            yield Problem("not a currency by unit", key=key, value=unit,
                          allowed="such as eur_per_tonne or usd_per_kg")  # fmt: skip
        number = isinstance(amount, int | float) and not isinstance(amount, bool)
        if not number or not (math.isfinite(amount) and amount > 0):
            yield Problem("not an amount above 0", key=key, value=amount)
            return
    units = [next(iter(value)) for value in (measure.duty, measure.price or {})]
    if units[0] != units[1]:
        yield Problem("duty and price are by different units", key="price", value=units[1],
                      allowed=units[0])  # fmt: skip
        return
    if (measure.added or 0.0) > LARGEST_RATE:
        yield Problem(f"the duty is {100 * (measure.added or 0.0):.0f}% of the price", key="duty",
                      value=next(iter(measure.duty.values())),
                      allowed=f"up to {100 * LARGEST_RATE:g}%")  # fmt: skip


def _table_problems(measure: Tariff) -> Iterator[Problem]:
    """Find what does not go with a table of rates, and shares and exclusions that are none."""
    if measure.rates is not None and not isinstance(measure.rates, str | Path):
        yield Problem("the path of a file is expected", key="rates", value=measure.rates)
    if measure.rates_as not in ("add", "set"):
        yield Problem("unknown", key="rates_as", value=measure.rates_as, allowed="add or set")
    if measure.rates is None and measure.rates_as != "add":
        yield Problem("only with rates", key="rates_as", value=measure.rates_as)
    if measure.rates is not None:
        beside = ("products", "coverage", "value_usd", "product_list")
        for key in (name for name in beside if getattr(measure, name) is not None):
            yield Problem("a table of rates is on whole sectors", key=key)
    share = measure.claims
    if share is not None and not (math.isfinite(share) and 0 <= share < 1):
        yield Problem(no_share(share), key="claims", value=share, allowed="0 to below 1")
