"""Instruments of trade policy, as frozen values checked when they are made.

Each says who acts (`by`), on whom (`on`), on which sectors, what is done and how much of the trade
it covers. For tariffs and trade costs `by` is the importer, for export taxes and bans the exporter.
Names are resolved against a baseline only when measures are compiled (`detente.policy.compile`), so
that a measure can be written before any data is loaded.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np

from detente.baseline.table_layout import LARGEST_TARIFF
from detente.errors import InputError, Problem, nearest, no_share
from detente.ledger.authorities import RATES, chosen
from detente.ledger.days import ledger_day
from detente.policy.goods import codes_under, successors
from detente.policy.overlaps import RULES
from detente.policy.products import goods, is_file, is_products

LARGEST_RATE = LARGEST_TARIFF
"""Of tariffs, export taxes and taxes on production alike, as of an economy's own tariffs."""
Names = str | Sequence[str]
PerUnit = Mapping[str, float]
"""An amount of money by unit of goods: ``{"eur_per_tonne": 339}``."""
_FEW, _SHOWN = 0.05, 10
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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse(list(_coverage_problems(self, rated=True)))
        _refuse([*_duty_problems(self), *_table_problems(self)])
        _refuse([*_one_rate(self), *_rate_problems(self)])

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


@dataclass(frozen=True, eq=False)
class LineTariff:
    """Rates of ``by`` by HS6 code and partner, thousands at once: a schedule in force on a day.

    Lines of a cell with near rates are taken together, at most
    `detente.policy.product_lines.MOST_CLASSES` of them; a note of the policy says where that is
    worth a word.

    Parameters
    ----------
    by
        The importer.
    on
        Partners, as the baseline's codes, names or groups ``(partner,)``.
    codes
        HS6 codes of the HS of 2022, as text or whole numbers ``(line,)``.
    rates
        Fractions of the fob value ``(line, partner)``; not a number where nothing is said. Few
        may be above `LARGEST_RATE`, as laws have them on single lines: at most one in twenty.
    action
        ``"set"`` where they are the new rates, ``"add"`` where they come on top, or where they
        are below zero are taken off: never to less than nothing.
    sectors, id, overlap, stacks, excludes
        As in `Tariff`.

    Raises
    ------
    InputError
        Shapes do not go together, or a rate is none.
    """

    by: Names
    on: Names
    codes: Sequence[str | int] | np.ndarray
    rates: np.ndarray
    action: str = "set"
    sectors: Names = "goods"
    overlap: str = "independent"
    id: str = ""
    stacks: bool = True
    excludes: Names = ()
    product_list: None = None
    year: None = None

    def __post_init__(self) -> None:
        _refuse_types(self)
        _refuse(list(_texts(self, "on")))
        on = (self.on,) if isinstance(self.on, str) else tuple(self.on)
        _refuse([Problem("a partner is given twice", key="on", value=name)
                 for name in sorted({name for name in on if on.count(name) > 1})])  # fmt: skip
        codes, rates = _line_codes(self.codes), _line_rates(self.rates)
        if rates.shape != (len(codes), len(on)):
            _refuse([Problem("rates are not one a line and partner", key="rates",
                             value=rates.shape, allowed=f"{(len(codes), len(on))}")])  # fmt: skip
        if len(np.unique(codes)) != len(codes):
            _refuse([Problem("a code is given twice", key="codes")])
        low = 0.0 if self.action == "set" else -10 * LARGEST_RATE
        # single codes of a whole law do pay more than 300% (tobacco, some dairy goods)
        if not (np.isnan(rates) | ((rates >= low) & (rates <= 10 * LARGEST_RATE))).all():
            _refuse([Problem("not tariff rates", key="rates",
                             allowed=f"{low:g} to {10 * LARGEST_RATE:g}")])  # fmt: skip
        _refuse(list(_too_many_high(rates)))
        if self.action not in ("add", "set"):
            _refuse([Problem("unknown", key="action", value=self.action, allowed="add or set")])
        order = np.argsort(codes)
        for name, array in (("codes", codes[order]), ("rates", rates[order])):
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "on", on)

    @property
    def replaces(self) -> bool:
        """Whether the rates are new ones."""
        return self.action == "set"


@dataclass(frozen=True)
class LedgerTariff:
    """Rates of ``by`` as the ledger has them on another day, or without some authorities.

    What changes is the difference to the day whose tariffs the baseline has
    (`detente.policy.in_force.moment_of`), product by product and partner by partner.

    Parameters
    ----------
    by
        The importer: the United States, or China (on the United States).
    at
        The day; the baseline's own unless given.
    without
        US authorities that are left out: ``"ieepa"``, ``"s232"``, one or several.
    on, sectors, id, overlap, stacks, excludes
        As in `Tariff`.

    Raises
    ------
    InputError
        It says neither a day nor an authority, or the ledger does not know them.
    """

    by: Names
    on: Names = "world"
    at: str | date | None = None
    without: Names = ()
    sectors: Names = "goods"
    overlap: str = "independent"
    id: str = ""
    stacks: bool = True
    excludes: Names = ()
    product_list: None = None
    year: None = None

    def __post_init__(self) -> None:
        _refuse_types(self)
        _refuse(list(_texts(self, "without")))
        if self.at is None and not self.without:
            _refuse([Problem("says neither a day nor an authority", key="at",
                             allowed="at: YYYY-MM-DD, or without: ieepa")])  # fmt: skip
        given = self.without
        words = (given,) if isinstance(given, str) else tuple(given)
        left = sorted({one for word in words for one in chosen(word, "without", RATES)})
        object.__setattr__(self, "without", tuple(left))
        if self.at is not None:
            object.__setattr__(self, "at", ledger_day(self.at))

    @property
    def replaces(self) -> bool:
        """Whether the rates are new ones: they are changes."""
        return False


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse([*_coverage_problems(self), *_tariff_quota_problems(self)])

    @property
    def replaces(self) -> bool:
        """Whether it puts its rates in place of those applied: always."""
        return True


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse([*_one_action(self, ("add", "scale")), *_cost_problems(self)])
        _refuse(list(_coverage_problems(self)))


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse([*_one_action(self, ("add",)), *_fraction_problems(self, "add", -1, LARGEST_RATE)])
        _refuse(list(_coverage_problems(self)))


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse(list(_leak_problems(self)))
        _refuse(list(_coverage_problems(self)))


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse(list(_leak_problems(self)))
        _refuse(list(_coverage_problems(self)))


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
        _refuse_types(self)
        _refuse([*_one_action(self, ("add",)), *_fraction_problems(self, "add", -LARGEST_RATE, 1)])


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        value = self.value_usd
        if value is None or not (math.isfinite(value) and value > 0):
            allowed = "million USD above 0"
            _refuse([Problem("not a value", key="value_usd", value=value, allowed=allowed)])


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse([*_one_action(self, ("scale", "limit_usd")), *_limit_problems(self)])


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        _refuse([*_one_action(self, ("scale", "limit_usd")), *_limit_problems(self)])


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
        _refuse_types(self)
        _refuse(list(_year_problems(self)))
        actions = ("add_usd", "total_usd", "scale")
        _refuse([*_one_action(self, actions), *_limit_problems(self)])


Ban = ExportBan | ImportBan
Schedules = LineTariff | LedgerTariff
"""Rates by product and partner."""
OnTariffs = Tariff | Schedules | TariffQuota
OnImports = OnTariffs | TradeCost | ImportBan
OnExports = ExportTax | ExportBan
OnTrade = OnImports | OnExports
OnVolume = Quota | ExportRestraint | PurchaseCommitment
Measure = OnTrade | OnVolume | ProductionSubsidy | Transfer


class Yearly(Protocol):
    """A measure that may say which year's trade its amounts are of."""

    @property
    def year(self) -> int | None: ...  # noqa: D102


class Covered(Protocol):
    """A measure on part of the trade of its sectors."""

    @property
    def coverage(self) -> float | None: ...  # noqa: D102
    @property
    def value_usd(self) -> float | None: ...  # noqa: D102
    @property
    def products(self) -> Names | None: ...  # noqa: D102
    @property
    def except_(self) -> Names | None: ...  # noqa: D102


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise InputError(problems)


def _refuse_types(measure: object) -> None:
    """Refuse what is no number where a number belongs, before anything is computed with it."""
    _refuse(
        [
            Problem("not a number", key=item.name, value=value)
            for item in fields(measure)  # pyright: ignore[reportArgumentType]
            if "float" in str(item.type)
            and (value := getattr(measure, item.name)) is not None
            and (isinstance(value, bool) or not isinstance(value, (int, float, np.number)))
        ]
        + [
            Problem("no value is given", key=item.name)
            for item in fields(measure)  # pyright: ignore[reportArgumentType]
            if item.type == "float" and getattr(measure, item.name) is None
        ]
    )
    names = {item.name for item in fields(measure)}  # pyright: ignore[reportArgumentType]
    _refuse([problem for key in ("products", "except_", "excludes") if key in names
             for problem in _texts(measure, key)])  # fmt: skip
    own = getattr(measure, "id", "")
    _refuse([Problem("text is expected", key=key, value=value) for key in ("id", "overlap")
             if key in names and not isinstance(value := getattr(measure, key), str)])  # fmt: skip
    if "overlap" in names and (rule := getattr(measure, "overlap", "")) not in RULES:
        hint = nearest(rule, RULES)
        _refuse([Problem(f"unknown; {hint}".rstrip("; "), key="overlap", value=rule,
                         allowed=", ".join(RULES))])  # fmt: skip
    if "stacks" in names and not isinstance(stacks := getattr(measure, "stacks", True), bool):
        _refuse([Problem("not true or false", key="stacks", value=stacks,
                         allowed="false, or ids of other tariffs as excludes")])  # fmt: skip
    if "excludes" in names and own and own in _listed(getattr(measure, "excludes", ())):
        _refuse([Problem("a tariff does not exclude itself", key="excludes", value=own)])


def _listed(names: object) -> tuple[object, ...]:
    if isinstance(names, str):
        return (names,)
    return tuple(names) if isinstance(names, list | tuple | set | np.ndarray) else ()


def _texts(measure: object, key: str) -> Iterator[Problem]:
    """Find names that are not text, or a list of text."""
    given = getattr(measure, key)
    if given is None and key in ("products", "except_"):
        return
    known = isinstance(given, str | list | tuple | set | np.ndarray)
    for value in _listed(given) if known else (given,):
        if not isinstance(value, str):
            allowed = "names, or HS codes in quotes" if key in ("products", "except_") else "names"
            yield Problem("text is expected, one or a list", key=key.rstrip("_"),
                          value="nothing" if value is None else value, allowed=allowed)  # fmt: skip


def _line_codes(given: object) -> np.ndarray:
    """Return HS6 codes as whole numbers, refusing what is none."""
    allowed = "six digits each"
    if isinstance(given, str) or not isinstance(given, Sequence | np.ndarray) or not len(given):
        _refuse([Problem("a list of HS6 codes is expected", key="codes", allowed=allowed,
                         value="nothing" if given is None else given)])  # fmt: skip
    assert isinstance(given, Sequence | np.ndarray)
    whole = [int(c) if isinstance(c, float | np.floating) and float(c).is_integer() else c
             for c in given]  # fmt: skip
    texts = [f"{c:06d}" if isinstance(c, int | np.integer) else c for c in whole]
    wrong = [code for code in texts if not isinstance(code, str) or not _is_line(code)]
    _refuse([Problem("not an HS6 code", key="codes", value=code, allowed=allowed)
             for code in wrong[:_SHOWN]])  # fmt: skip
    return np.array([int(code) for code in texts], dtype=np.int64)


def _is_line(code: str) -> bool:
    if not re.fullmatch("[0-9]{5,6}", code):
        return False
    # a code of an older edition may be gone; a policy then says that it meets no trade
    return bool(codes_under(code.zfill(6)[:4])) or successors(int(code)) is not None


def _line_rates(given: object) -> np.ndarray:
    try:
        if given is None:
            raise TypeError
        return np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        _refuse([Problem("not numbers, one a line and partner", key="rates",
                         value="nothing" if given is None else given)])  # fmt: skip
        raise


def _too_many_high(rates: np.ndarray) -> Iterator[Problem]:
    """Find rates that are above the largest on more than single lines: often per cent."""
    said = rates[~np.isnan(rates)]
    high = said[said > LARGEST_RATE]
    if len(high) > _FEW * len(said):
        yield Problem(
            f"{len(high)} of {len(said)} rates are above {100 * LARGEST_RATE:g}%; did you mean "
            "per cent? Then divide by 100",
            key="rates", value=float(high.max()),
            allowed=f"up to {LARGEST_RATE:g}, and more on at most one in twenty",
        )  # fmt: skip


def excluded_amiss(measures: Sequence[object], *, whole: bool = False) -> Iterator[Problem]:
    """Find ids in ``excludes`` that are no tariff's; with ``whole`` also those of nobody."""
    labels = {getattr(m, "id", "") or f"measure {k + 1}": m for k, m in enumerate(measures)}
    tariffs = [name for name, one in labels.items() if isinstance(one, OnTariffs)]
    for label, measure in labels.items():
        for name in _listed(getattr(measure, "excludes", ())):
            if (name in tariffs and name != label) or (name not in labels and not whole):
                continue
            what = "only tariffs can be excluded" if name in labels else "no measure has this id"
            what = "a tariff does not exclude itself" if name == label else what
            yield Problem(what, key=f"{label}.excludes", value=name,
                          allowed=", ".join(one for one in tariffs if one != label)
                          or "no other tariff is given")  # fmt: skip


def _year_problems(measure: Yearly) -> Iterator[Problem]:
    year = measure.year
    if year is None:
        return
    if isinstance(year, bool) or not isinstance(year, int | np.integer) or not 1900 <= year <= 2100:
        yield Problem("not a year", key="year", value=year, allowed="1900 to 2100")
    elif not is_file(getattr(measure, "products", None) or ()) and not any(
        getattr(measure, item.name) is not None
        for item in fields(measure)  # pyright: ignore[reportArgumentType]
        if item.name.endswith("_usd")):  # fmt: skip
        yield Problem("no amount in USD is given that it could be the year of", key="year",
                      value=year)  # fmt: skip


def _one_action(measure: object, actions: tuple[str, ...]) -> Iterator[Problem]:
    given = [name for name in actions if getattr(measure, name) is not None]
    if len(given) != 1:
        yield Problem(
            "a measure needs exactly one of them",
            key=" | ".join(actions),
            value=given or None,
            allowed="one of " + ", ".join(actions),
        )


def _fraction_problems(measure: object, key: str, low: float, high: float) -> Iterator[Problem]:
    rate = getattr(measure, key)
    if rate is None or low < rate < high or abs(rate) == LARGEST_RATE:
        return
    hint = f"; did you mean {rate / 100:g}?" if abs(rate) > 1 and low < rate / 100 < high else ""
    allowed = f"a fraction between {low:g} and {high:g} (0.25 is 25%)"
    yield Problem(f"not a rate{hint}", key=key, value=rate, allowed=allowed)


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


def _cost_problems(measure: TradeCost) -> Iterator[Problem]:
    if measure.add is not None and not (math.isfinite(measure.add) and measure.add > -1):
        yield Problem("not a cost change", key="add", value=measure.add, allowed="above -1")
    if measure.scale is not None and not (math.isfinite(measure.scale) and measure.scale > 0):
        yield Problem("not a cost factor", key="scale", value=measure.scale, allowed="above 0")


def _coverage_problems(measure: Covered, *, rated: bool = False) -> Iterator[Problem]:
    share = measure.coverage
    if share is not None and not (math.isfinite(share) and 0 <= share <= 1):
        yield Problem(no_share(share), key="coverage", value=share, allowed="0 to 1")
    value = measure.value_usd
    if value is not None and not (math.isfinite(value) and value > 0):
        yield Problem("not a value", key="value_usd", value=value, allowed="million USD above 0")
    ways = ("coverage", "value_usd", "product_list", "products")
    given = [key for key in ways if getattr(measure, key) is not None]
    if len(given) > 1:
        yield Problem(
            "coverage is given in more than one way",
            key=" | ".join(ways[:3]) if "products" not in given else " | ".join(given),
            allowed="one of them",
        )
    if measure.products is not None:
        read = goods(measure.products)
        if read.rated and not rated:
            yield Problem("only a tariff reads the rates of a list", key="products",
                          value=measure.products)  # fmt: skip
    left_out = (measure.except_,) if isinstance(measure.except_, str) else measure.except_ or ()
    if products := [name for name in left_out if is_products(name)]:
        goods(products, "except")
        if given and given != ["products"]:
            yield Problem("products can be left out of sectors or products, not of a coverage",
                          key="except", value=products)  # fmt: skip
