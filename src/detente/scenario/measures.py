"""The measures of a scenario file, one class a kind.

A new kind of measure is one more class in `MeasureEntry`; the loader, the JSON Schema and the hash
follow from it.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Discriminator, Field

from detente.scenario.fields import (
    Currency,
    Date,
    Names,
    Number,
    PerUnit,
    Rate,
    References,
    Truth,
    Word,
    Year,
)
from detente.scenario.measure_keys import Act, Measure, OnSectors, given_of, rule_of

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
    from detente.policy.tariffs import Tariff, TariffQuota
    from detente.policy.volumes import ExportRestraint, PurchaseCommitment, Quota


def _rule_of_ban() -> dict[str, Any]:
    """Return the rule of a ban: it names a firm, or sectors or products."""
    rule = rule_of()
    keys = ("sectors", "product_list", "products")
    pairs = [{"not": {"required": ["firm", key]}} for key in keys]
    return {**rule, "allOf": [*rule["allOf"], *pairs]}


_RATES = ("add", "set", "scale", "align", "floor", "ceiling", "rates")


def _rule_of_tariff() -> dict[str, Any]:
    """Return the rule of a tariff: one way to say the rate, or a list with rates; duty with add."""
    rule, pairs = rule_of(), itertools.combinations(_RATES, 2)
    alone = [("duty", key) for key in _RATES if key != "add"]
    return {
        "anyOf": [{"required": [key]} for key in (*_RATES, "duty", "products")],
        "allOf": [*rule["allOf"], *({"not": {"required": list(p)}} for p in (*pairs, *alone))],
        "dependentRequired": {"duty": ["price"], "price": ["duty"]},
    }


class TariffEntry(Measure):
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

        return Tariff(**given_of(self))


class TradeCostEntry(Measure):
    """A trade cost other than a tariff: exactly one of add, scale."""

    model_config = ConfigDict(json_schema_extra=rule_of("add", "scale"))

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

        return TradeCost(**given_of(self))


class ExportTaxEntry(Measure):
    """A tax of the exporter on its sales; below zero a subsidy."""

    model_config = ConfigDict(json_schema_extra=rule_of("add"))

    kind: Literal["export-tax"] = Field(description="What sort of measure it is.")
    add: Rate = Field(
        description="Tax as a fraction of producers' prices: 0.1 is 10 per cent.", examples=[0.1]
    )

    def instrument(self) -> ExportTax:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ExportTax

        return ExportTax(**given_of(self))


class ExportBanEntry(Measure):
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

        given = given_of(self)
        firm = given.pop("firm", None)
        if firm is None:
            return ExportBan(**given)
        for key in ("sectors", "product_list", "products"):
            if key in self.model_fields_set:
                message = "a ban on a firm stops what is sold to it: give the firm, or this"
                raise InputError(Problem(message, key=key))
        return ExportBan(**{**given, "sectors": (f"{firm}{INPUTS_OF}",)})


class ImportBanEntry(Measure):
    """A ban of the importer on the covered share of what it buys."""

    model_config = ConfigDict(json_schema_extra=rule_of())

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

        return ImportBan(**given_of(self))


class TariffQuotaEntry(OnSectors):
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

        return TariffQuota(**given_of(self))


class _Ceiling(OnSectors):
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

        return Quota(**given_of(self))


class ExportRestraintEntry(_Ceiling):
    """A ceiling of the exporter, whose firms earn the rents unless said otherwise."""

    kind: Literal["export-restraint"] = Field(description="What sort of measure it is.")
    rents: Rate = Field(
        default=1.0, description="Share of the licences' worth that goes to exporters, 0 to 1."
    )

    def instrument(self) -> ExportRestraint:
        """Return the instrument that the model understands."""
        from detente.policy.volumes import ExportRestraint

        return ExportRestraint(**given_of(self))


_AMOUNTS = ("add_usd", "total_usd", "scale")


class PurchaseCommitmentEntry(Act):
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

        return PurchaseCommitment(**given_of(self))


class ProductionSubsidyEntry(Act):
    """A subsidy on production; below zero a tax."""

    kind: Literal["production-subsidy"] = Field(description="What sort of measure it is.")
    sectors: Names = Field(description="Sectors whose producers get it.", examples=["machinery"])
    add: Rate = Field(description="Share of the cost of production paid.", examples=[0.05])

    def instrument(self) -> ProductionSubsidy:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ProductionSubsidy

        return ProductionSubsidy(**given_of(self))


class LedgerEntry(OnSectors):
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

        return LedgerTariff(**given_of(self))


class TransferEntry(Act):
    """A payment each year, such as a fine."""

    kind: Literal["transfer"] = Field(description="What sort of measure it is.")
    on: Names = Field(description="Economy that receives it.", examples=["USA"])
    value_usd: Number = Field(description="Million USD a year.", examples=[1000])
    year: Year | None = None
    currency: Currency | None = None

    def instrument(self) -> Transfer:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import Transfer

        return Transfer(**given_of(self))


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
