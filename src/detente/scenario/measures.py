"""The measures of a scenario file, one class a kind.

A new kind of measure is one more class in `MeasureEntry`; the loader, the JSON Schema and the hash
follow from it.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field, PrivateAttr, Tag

from detente.scenario.fields import (
    Currency,
    Date,
    Entry,
    Id,
    Names,
    Number,
    PerUnit,
    Rate,
    References,
    Status,
    Truth,
    Word,
    Year,
)

if TYPE_CHECKING:
    from detente.policy.instruments import (
        ExportBan,
        ExportTax,
        ImportBan,
        ProductionSubsidy,
        TradeCost,
        Transfer,
    )
    from detente.policy.line_tariffs import LedgerTariff
    from detente.policy.schedule import Schedule
    from detente.policy.tariffs import Tariff, TariffQuota
    from detente.policy.volumes import ExportRestraint, PurchaseCommitment, Quota


class StepEntry(Entry):
    """A step of a phase-in."""

    date: Date = Field(description="Day from which the share holds, YYYY-MM-DD.")
    share: Rate = Field(description="Share of the measure in force from then on, 0 to 1.")


class LineEntry(Entry):
    """A phase-in in a straight line from the start of the measure."""

    until: Date = Field(description="Day from which the whole measure is in force, YYYY-MM-DD.")


def _form(value: object) -> str | None:
    """Tell the two forms of a phase-in apart."""
    if isinstance(value, list | tuple):
        return "steps"
    return "line" if isinstance(value, dict | LineEntry) else None


PhaseIn = Annotated[
    Annotated[tuple[StepEntry, ...], Field(min_length=1), Tag("steps")]
    | Annotated[LineEntry, Tag("line")],
    Discriminator(_form),
]


class _Act(Entry):
    id: Id = Field(description="Short name that variants refer to.", examples=["us-cars-25"])
    by: Names = Field(
        description="Economy that takes the measure, one or several, or a group.",
        examples=["USA", ["USA", "CAN"], "EU27"],
    )
    status: Status | None = Field(
        default=None, description="Where it stands at the date of the scenario."
    )
    start: Date | None = Field(default=None, description="First day in force, YYYY-MM-DD.")
    end: Date | None = Field(default=None, description="Last day in force, YYYY-MM-DD.")
    phase_in: PhaseIn | None = Field(
        default=None,
        description=(
            "Phase-in: a list of steps, each a date and the share of the measure in force from "
            "then on, or the day until which it rises in a straight line from its start."
        ),
        examples=[{"until": "2020-07-01"}],
    )
    source: References = Field(
        default=(), description="Id of the source that states it, one or several."
    )
    note: Word | None = Field(default=None, description="What the entry leaves out or assumes.")

    _folder: Path | None = PrivateAttr(default=None)

    def beside(self, folder: Path | None) -> None:
        """Say in which folder the files lie that it names."""
        self._folder = folder

    def files(self) -> dict[str, Path]:
        """Return the files of one's own that it names, by the names that it uses."""
        from detente.policy.products import is_file

        products, rates = getattr(self, "products", None), getattr(self, "rates", None)
        names = [products[0]] if products and is_file(products) else []
        names += [] if rates is None else [rates]
        return {name: (self._folder or Path()) / name for name in names}

    def schedule(self) -> Schedule:
        """Return when it is in force, and how much of it."""
        from detente.policy.schedule import Schedule

        ramp = self.phase_in
        if ramp is None:
            return Schedule(self.start, self.end)
        if isinstance(ramp, LineEntry):
            return Schedule(self.start, self.end, until=ramp.until)
        return Schedule(self.start, self.end, tuple((s.date, s.share) for s in ramp))


class _OnSectors(_Act):
    on: Names = Field(
        default=("world",),
        description="Economies that it is aimed at; the whole world where left out.",
        examples=["CHN", "world"],
    )
    sectors: Names = Field(
        default=("goods",),
        description="Sectors that it touches: codes, names or groups of the baseline.",
        examples=["goods", "agriculture", ["C29", "C30"]],
    )


class _Measure(_OnSectors):
    coverage: Rate | None = Field(
        default=None, description="Share of each sector's trade that it covers, 0 to 1."
    )
    value_usd: Number | None = Field(
        default=None,
        description="Covered trade, million USD, spread in proportion to the baseline's.",
        examples=[50000],
    )
    year: Year | None = None
    currency: Currency | None = None
    product_list: Word | None = Field(
        default=None, description="Shipped list of products that it covers."
    )
    products: Names | None = Field(
        default=None,
        description=(
            "HS codes in quotes (2, 4, 6, 8 or 10 digits) and words for goods, or a list file of "
            "your own: columns code, and rate (adds) or set, value_usd, share."
        ),
        examples=[["8703", "8708"], "lists/retaliation.csv"],
    )
    except_: Names | None = Field(
        default=None,
        alias="except",
        description="Sectors, HS codes and words for goods that it leaves out.",
        examples=[["steel", "8703"]],
    )
    overlap: Literal["independent", "narrower", "nested", "disjoint"] | None = Field(
        default=None,
        description=(
            "How the goods that it covers lie to those that other measures cover, where that is "
            "not known; independent where left out. narrower: of two tariffs on one line the "
            "narrower holds alone."
        ),
    )


_COVERAGE_KEYS = ("coverage", "value_usd", "product_list", "products")


def _rule(*actions: str) -> dict[str, Any]:
    """Exactly one of the actions, at most one way of coverage; as a JSON Schema."""
    pairs = itertools.combinations(_COVERAGE_KEYS, 2)
    return {
        **({"oneOf": [{"required": [key]} for key in actions]} if actions else {}),
        "allOf": [{"not": {"required": list(pair)}} for pair in pairs],
    }


def _rule_of_ban() -> dict[str, Any]:
    """Return the rule of a ban: it names a firm, or sectors or products."""
    rule = _rule()
    keys = ("sectors", "product_list", "products")
    pairs = [{"not": {"required": ["firm", key]}} for key in keys]
    return {**rule, "allOf": [*rule["allOf"], *pairs]}


_RATES = ("add", "set", "scale", "align", "floor", "ceiling", "rates")


def _rule_of_tariff() -> dict[str, Any]:
    """Return the rule of a tariff: one way to say the rate, or a list with rates; duty with add."""
    rule, pairs = _rule(), itertools.combinations(_RATES, 2)
    alone = [("duty", key) for key in _RATES if key != "add"]
    return {
        "anyOf": [{"required": [key]} for key in (*_RATES, "duty", "products")],
        "allOf": [*rule["allOf"], *({"not": {"required": list(p)}} for p in (*pairs, *alone))],
        "dependentRequired": {"duty": ["price"], "price": ["duty"]},
    }


class TariffEntry(_Measure):
    """A tariff on the fob value: one of add, set, scale, align, floor, ceiling, duty, or a file."""

    model_config = ConfigDict(json_schema_extra=_rule_of_tariff())

    kind: Literal["tariff"] = Field(description="What sort of measure it is.")
    add: Rate | None = Field(
        default=None, description="Points added, as a fraction: 0.25 is 25 points.", examples=[0.25]
    )
    set: Rate | None = Field(
        default=None, description="New rate, as a fraction: 0.15 is 15 per cent.", examples=[0.15]
    )
    scale: Rate | None = Field(
        default=None, description="Factor on the baseline rate: 0.5 halves it.", examples=[0.5]
    )
    align: Word | None = Field(
        default=None,
        description=(
            "Rates that higher ones come down to, sector by sector: the partner's, or those of a "
            "named economy."
        ),
        examples=["partner", "USA"],
    )
    floor: Rate | None = Field(
        default=None,
        description="Least rate, all in: lower ones rise to it, line by line.",
        examples=[0.15],
    )
    ceiling: Rate | None = Field(
        default=None, description="Highest rate: higher ones come down to it, line by line."
    )
    duty: PerUnit | None = Field(
        default=None,
        description="Duty by weight or piece, with price; alone or with add.",
        examples=[{"eur_per_tonne": 339}],
    )
    price: PerUnit | None = Field(
        default=None,
        description="Price of the goods by the unit of the duty.",
        examples=[{"eur_per_tonne": 520}],
    )
    rates: Word | None = Field(
        default=None,
        description="File with a table of rates: a row a sector, a column a partner.",
        examples=["rates.csv"],
    )
    rates_as: Literal["add", "set"] | None = Field(
        default=None, description="Whether rates of the table are added (unless given) or set."
    )
    claims: Rate | None = Field(
        default=None,
        description="Share of the trade of each line that claims a preference and does not pay.",
        examples=[0.85],
    )
    stacks: Truth | None = Field(
        default=None, description="false: no other tariff holds on the lines that it is on."
    )
    excludes: References | None = Field(
        default=None, description="Ids of tariffs that do not hold on the lines that it is on."
    )

    def instrument(self) -> Tariff:
        """Return the instrument that the model understands."""
        from detente.policy.tariffs import Tariff

        return Tariff(**_given(self))


class TradeCostEntry(_Measure):
    """A trade cost other than a tariff: exactly one of add, scale."""

    model_config = ConfigDict(json_schema_extra=_rule("add", "scale"))

    kind: Literal["trade-cost"] = Field(description="What sort of measure it is.")
    add: Rate | None = Field(
        default=None,
        description="Added cost as a fraction of the value: 0.1 is 10 per cent.",
        examples=[0.1],
    )
    scale: Rate | None = Field(
        default=None, description="Factor on the cost of delivery: 1.1 is 10 per cent more."
    )

    def instrument(self) -> TradeCost:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import TradeCost

        return TradeCost(**_given(self))


class ExportTaxEntry(_Measure):
    """A tax of the exporter on its sales; below zero a subsidy."""

    model_config = ConfigDict(json_schema_extra=_rule("add"))

    kind: Literal["export-tax"] = Field(description="What sort of measure it is.")
    add: Rate = Field(
        description="Tax as a fraction of producers' prices: 0.1 is 10 per cent.", examples=[0.1]
    )

    def instrument(self) -> ExportTax:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ExportTax

        return ExportTax(**_given(self))


class ExportBanEntry(_Measure):
    """A ban of the exporter on sales of the covered share."""

    model_config = ConfigDict(json_schema_extra=_rule_of_ban())

    kind: Literal["export-ban"] = Field(description="What sort of measure it is.")
    firm: Word | None = Field(
        default=None,
        description="Code of a firm: all that it buys from named suppliers, in place of sectors.",
        examples=["ZTE"],
    )
    leakage: Rate | None = Field(
        default=None, description="Share of banned suppliers that still sell by way of others."
    )
    rerouting_cost: Rate | None = Field(
        default=None, description="Factor on their cost of delivery, 1 or more.", examples=[1.2]
    )

    def instrument(self) -> ExportBan:
        """Return the instrument that the model understands."""
        from detente.baseline.groups import INPUTS_OF
        from detente.errors import InputError, Problem
        from detente.policy.instruments import ExportBan

        given = _given(self)
        firm = given.pop("firm", None)
        if firm is None:
            return ExportBan(**given)
        for key in ("sectors", "product_list", "products"):
            if key in self.model_fields_set:
                message = "a ban on a firm stops what is sold to it: give the firm, or this"
                raise InputError(Problem(message, key=key))
        return ExportBan(**{**given, "sectors": (f"{firm}{INPUTS_OF}",)})


class ImportBanEntry(_Measure):
    """A ban of the importer on the covered share of what it buys."""

    model_config = ConfigDict(json_schema_extra=_rule())

    kind: Literal["import-ban"] = Field(description="What sort of measure it is.")
    leakage: Rate | None = Field(
        default=None, description="Share of banned suppliers that still sell by way of others."
    )
    rerouting_cost: Rate | None = Field(
        default=None, description="Factor on their cost of delivery, 1 or more.", examples=[1.2]
    )

    def instrument(self) -> ImportBan:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ImportBan

        return ImportBan(**_given(self))


class TariffQuotaEntry(_OnSectors):
    """A low tariff within a quota and a higher one beyond it."""

    kind: Literal["tariff-quota"] = Field(description="What sort of measure it is.")
    within: Rate = Field(description="New rate within the quota, as a fraction.", examples=[0.05])
    beyond: Rate = Field(description="New rate beyond the quota, as a fraction.", examples=[0.2])
    quota_usd: Number = Field(description="The quota, million USD a year.", examples=[1500])
    year: Year | None = None
    currency: Currency | None = None
    rents: Rate = Field(
        default=0.0, description="Share of the licences' worth that goes to exporters, 0 to 1."
    )
    products: Names | None = Field(
        default=None,
        description="HS codes in quotes and words for goods, or a list file of your own.",
        examples=[["0201", "0202"]],
    )
    except_: Names | None = Field(
        default=None,
        alias="except",
        description="Sectors, HS codes and words for goods that it leaves out.",
    )
    overlap: Literal["independent", "narrower", "nested", "disjoint"] | None = Field(
        default=None, description="How its goods lie to those of others, as in a tariff."
    )
    stacks: Truth | None = Field(
        default=None, description="false: no other tariff holds on the lines that it is on."
    )
    excludes: References | None = Field(
        default=None, description="Ids of tariffs that do not hold on the lines that it is on."
    )

    def instrument(self) -> TariffQuota:
        """Return the instrument that the model understands."""
        from detente.policy.tariffs import TariffQuota

        return TariffQuota(**_given(self))


class _Ceiling(_OnSectors):
    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [key]} for key in ("scale", "limit_usd")]}
    )

    scale: Rate | None = Field(
        default=None,
        description="Share of the baseline's trade that may still come, below 1.",
        examples=[0.8],
    )
    limit_usd: Number | None = Field(
        default=None, description="The most that may come, million USD.", examples=[20000]
    )
    year: Year | None = None
    currency: Currency | None = None
    of: Literal["quantity", "value"] = Field(
        default="quantity", description="What is limited: quantity at baseline prices, or value."
    )


class QuotaEntry(_Ceiling):
    """A ceiling of the importer on all the trade that it names together."""

    kind: Literal["quota"] = Field(description="What sort of measure it is.")
    rents: Rate = Field(
        default=0.0, description="Share of the licences' worth that goes to exporters, 0 to 1."
    )

    def instrument(self) -> Quota:
        """Return the instrument that the model understands."""
        from detente.policy.volumes import Quota

        return Quota(**_given(self))


class ExportRestraintEntry(_Ceiling):
    """A ceiling of the exporter, whose firms earn the rents unless said otherwise."""

    kind: Literal["export-restraint"] = Field(description="What sort of measure it is.")
    rents: Rate = Field(
        default=1.0, description="Share of the licences' worth that goes to exporters, 0 to 1."
    )

    def instrument(self) -> ExportRestraint:
        """Return the instrument that the model understands."""
        from detente.policy.volumes import ExportRestraint

        return ExportRestraint(**_given(self))


_AMOUNTS = ("add_usd", "total_usd", "scale")


class PurchaseCommitmentEntry(_Act):
    """A floor of the importer on all the purchases that it names together."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [key]} for key in _AMOUNTS]}
    )

    kind: Literal["purchase-commitment"] = Field(description="What sort of measure it is.")
    on: Names = Field(description="Economies that it buys from.", examples=["USA"])
    sectors: Names = Field(
        default=("goods",),
        description="Sectors that it counts: codes, names or groups of the baseline.",
        examples=["agriculture"],
    )
    add_usd: Number | None = Field(
        default=None, description="Million USD a year above the baseline.", examples=[32000]
    )
    total_usd: Number | None = Field(default=None, description="Million USD a year in all.")
    year: Year | None = None
    currency: Currency | None = None
    scale: Rate | None = Field(
        default=None, description="Multiple of the baseline's purchases.", examples=[1.5]
    )
    of: Literal["quantity", "value"] = Field(
        default="value", description="What counts: value, or quantity at baseline prices."
    )

    def instrument(self) -> PurchaseCommitment:
        """Return the instrument that the model understands."""
        from detente.policy.volumes import PurchaseCommitment

        return PurchaseCommitment(**_given(self))


class ProductionSubsidyEntry(_Act):
    """A subsidy on production; below zero a tax."""

    kind: Literal["production-subsidy"] = Field(description="What sort of measure it is.")
    sectors: Names = Field(description="Sectors whose producers get it.", examples=["machinery"])
    add: Rate = Field(description="Share of the cost of production paid.", examples=[0.05])

    def instrument(self) -> ProductionSubsidy:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ProductionSubsidy

        return ProductionSubsidy(**_given(self))


class LedgerEntry(_OnSectors):
    """Tariffs of the United States or China as they were on another day, or without a law."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["at"]}, {"required": ["without"]}]}
    )

    kind: Literal["ledger"] = Field(description="What sort of measure it is.")
    at: Date | None = Field(
        default=None,
        description="Day whose tariffs come into force; that of in_force where left out.",
        examples=["2025-08-07"],
    )
    without: Names = Field(
        default=(),
        description="US laws whose tariffs are left out: ieepa, s232, s301, s122.",
        examples=["ieepa"],
    )

    def instrument(self) -> LedgerTariff:
        """Return the instrument that the model understands."""
        from detente.policy.line_tariffs import LedgerTariff

        return LedgerTariff(**_given(self))


class TransferEntry(_Act):
    """A payment each year, such as a fine."""

    kind: Literal["transfer"] = Field(description="What sort of measure it is.")
    on: Names = Field(description="Economy that receives it.", examples=["USA"])
    value_usd: Number = Field(description="Million USD a year.", examples=[1000])
    year: Year | None = None
    currency: Currency | None = None

    def instrument(self) -> Transfer:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import Transfer

        return Transfer(**_given(self))


_NOT_OF_INSTRUMENT = {"kind", "status", "start", "end", "phase_in", "source", "note", "currency"}


def _given(entry: _Act) -> dict[str, Any]:
    found = entry.model_dump(exclude=_NOT_OF_INSTRUMENT, exclude_none=True)
    for name, path in entry.files().items():
        key = "rates" if found.get("rates") == name else "products"
        found[key] = str(path)
    return found


MeasureEntry = Annotated[
    TariffEntry
    | TradeCostEntry
    | ExportTaxEntry
    | ExportBanEntry
    | ImportBanEntry
    | TariffQuotaEntry
    | QuotaEntry
    | ExportRestraintEntry
    | PurchaseCommitmentEntry
    | ProductionSubsidyEntry
    | LedgerEntry
    | TransferEntry,
    Discriminator("kind"),
]
