"""The form of a scenario file: what may stand in it, and what each entry means.

A new kind of measure is one more entry class in `MeasureEntry`; the loader, the JSON Schema and the
hash follow from it.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    PrivateAttr,
    Strict,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from detente.errors import InputError, Problem
from detente.scenario.consistency import inconsistencies, key_name

if TYPE_CHECKING:
    from detente.policy.instruments import (
        ExportBan,
        ExportTax,
        ProductionSubsidy,
        Tariff,
        TradeCost,
        Transfer,
    )

Horizon = Literal["month", "year", "two-years", "long-run"]
Deficits = Literal["fixed", "own-share", "removed"]
Status = Literal["applied", "announced", "threatened", "demanded", "offered"]


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _as_date(value: object) -> object:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2018-05-14"):
            return datetime.date.fromisoformat(value)
    except ValueError:
        pass
    raise PydanticCustomError("no_date", "not a date of the calendar")


_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_WORD = {"type": "string", "minLength": 1}

Word = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=_ID_PATTERN, max_length=60)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Names = Annotated[
    tuple[Word, ...],
    BeforeValidator(_as_tuple),
    Field(min_length=1),
    WithJsonSchema({"anyOf": [_WORD, {"type": "array", "items": _WORD, "minItems": 1}]}),
]
References = Annotated[
    tuple[Word, ...],
    BeforeValidator(_as_tuple),
    WithJsonSchema({"anyOf": [_WORD, {"type": "array", "items": _WORD}]}),
]
Date = Annotated[
    datetime.date,
    BeforeValidator(_as_date),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Entry):
    """A document that a fact of the scenario is taken from."""

    id: Id = Field(description="Short name that measures refer to.", examples=["ustr-2018-04-03"])
    title: Word = Field(description="Title of the document.")
    publisher: Word | None = Field(default=None, description="Who published it.")
    date: Date | None = Field(default=None, description="Day of publication, YYYY-MM-DD.")
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(
        default=None, description="Address of the document itself."
    )


class Party(_Entry):
    """A side of the dispute or of the talks."""

    id: Id = Field(description="Short name of the party.", examples=["us"])
    country: Word = Field(
        description="Its economy: a code, name or group of the baseline.", examples=["USA", "EU27"]
    )
    name: Word | None = Field(default=None, description="Name to show.")


class _Act(_Entry):
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
    source: References = Field(
        default=(), description="Id of the source that states it, one or several."
    )
    note: Word | None = Field(default=None, description="What the entry leaves out or assumes.")


class _Measure(_Act):
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
    coverage: Number | None = Field(
        default=None, description="Share of each sector's trade that it covers, 0 to 1."
    )
    value_usd: Number | None = Field(
        default=None,
        description="Covered trade, million USD of the baseline, spread in proportion to it.",
        examples=[50000],
    )
    product_list: Word | None = Field(
        default=None, description="Shipped list of products that it covers."
    )


_COVERAGE_KEYS = ("coverage", "value_usd", "product_list")


def _rule(*actions: str) -> dict[str, Any]:
    """Exactly one of the actions, at most one way of coverage; as a JSON Schema."""
    pairs = itertools.combinations(_COVERAGE_KEYS, 2)
    return {
        **({"oneOf": [{"required": [key]} for key in actions]} if actions else {}),
        "allOf": [{"not": {"required": list(pair)}} for pair in pairs],
    }


class TariffEntry(_Measure):
    """A tariff on the fob value: exactly one of add, set, scale, align."""

    model_config = ConfigDict(json_schema_extra=_rule("add", "set", "scale", "align"))

    kind: Literal["tariff"] = Field(description="What sort of measure it is.")
    add: Number | None = Field(
        default=None, description="Points added, as a fraction: 0.25 is 25 points.", examples=[0.25]
    )
    set: Number | None = Field(
        default=None, description="New rate, as a fraction: 0.15 is 15 per cent.", examples=[0.15]
    )
    scale: Number | None = Field(
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

    def instrument(self) -> Tariff:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import Tariff

        return Tariff(**_given(self))


class TradeCostEntry(_Measure):
    """A trade cost other than a tariff: exactly one of add, scale."""

    model_config = ConfigDict(json_schema_extra=_rule("add", "scale"))

    kind: Literal["trade-cost"] = Field(description="What sort of measure it is.")
    add: Number | None = Field(
        default=None,
        description="Added cost as a fraction of the value: 0.1 is 10 per cent.",
        examples=[0.1],
    )
    scale: Number | None = Field(
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
    add: Number = Field(
        description="Tax as a fraction of producers' prices: 0.1 is 10 per cent.", examples=[0.1]
    )

    def instrument(self) -> ExportTax:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ExportTax

        return ExportTax(**_given(self))


class ExportBanEntry(_Measure):
    """A ban of the exporter on sales of the covered share."""

    model_config = ConfigDict(json_schema_extra=_rule())

    kind: Literal["export-ban"] = Field(description="What sort of measure it is.")
    leakage: Number | None = Field(
        default=None, description="Share of banned suppliers that still sell by way of others."
    )
    rerouting_cost: Number | None = Field(
        default=None, description="Factor on their cost of delivery, 1 or more.", examples=[1.2]
    )

    def instrument(self) -> ExportBan:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ExportBan

        return ExportBan(**_given(self))


class ProductionSubsidyEntry(_Act):
    """A subsidy on production; below zero a tax."""

    kind: Literal["production-subsidy"] = Field(description="What sort of measure it is.")
    sectors: Names = Field(description="Sectors whose producers get it.", examples=["machinery"])
    add: Number = Field(description="Share of the cost of production paid.", examples=[0.05])

    def instrument(self) -> ProductionSubsidy:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import ProductionSubsidy

        return ProductionSubsidy(**_given(self))


class TransferEntry(_Act):
    """A payment each year, such as a fine."""

    kind: Literal["transfer"] = Field(description="What sort of measure it is.")
    on: Names = Field(description="Economy that receives it.", examples=["USA"])
    value_usd: Number = Field(description="Million USD a year.", examples=[1000])

    def instrument(self) -> Transfer:
        """Return the instrument that the model understands."""
        from detente.policy.instruments import Transfer

        return Transfer(**_given(self))


_NOT_OF_INSTRUMENT = {"kind", "status", "start", "end", "source", "note"}


def _given(entry: BaseModel) -> dict[str, Any]:
    return entry.model_dump(exclude=_NOT_OF_INSTRUMENT, exclude_none=True)


MeasureEntry = Annotated[
    TariffEntry
    | TradeCostEntry
    | ExportTaxEntry
    | ExportBanEntry
    | ProductionSubsidyEntry
    | TransferEntry,
    Discriminator("kind"),
]


class Variant(_Entry):
    """Measures that are in force together; each variant is solved and compared with the others."""

    id: Id = Field(description="Short name, also used for files.", examples=["us-tariffs"])
    title: Word = Field(description="What a reader sees.")
    measures: tuple[Id, ...] = Field(default=(), description="Ids of measures.")
    includes: tuple[Id, ...] = Field(
        default=(), description="Ids of other variants whose measures are in force too."
    )
    note: Word | None = Field(default=None, description="What to keep in mind when reading it.")


class Goal(_Entry):
    """A demand to solve backwards for: a bilateral goods deficit cut by an amount."""

    id: Id = Field(description="Short name for `detente target --goal`.", examples=["us-deficit"])
    of: Word = Field(description="Economy that has the deficit.", examples=["USA"])
    partner: Word = Field(description="Economy that it is with.", examples=["CHN"])
    cut_usd: Number = Field(gt=0, description="Cut demanded, million USD.", examples=[200000])
    stated_usd: Number | None = Field(
        default=None,
        gt=0,
        description=(
            "Deficit that the demand is stated against, million USD; the cut is then taken as the "
            "same share of the baseline's deficit."
        ),
        examples=[375000],
    )
    source: References = Field(default=(), description="Id of the source that states it.")
    note: Word | None = Field(default=None, description="What the entry leaves out or assumes.")


@dataclass(frozen=True)
class Origin:
    """Where a scenario was read from: file, and the line of each key by its path."""

    path: Path | None = None
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)


class Scenario(_Entry):
    """A dated situation, the measures in play, and the variants to compare."""

    title: Word = Field(description="Headline of the scenario.")
    date: Date = Field(description="The day it is seen from, YYYY-MM-DD.")
    summary: Word | None = Field(default=None, description="A paragraph for readers.")
    sources: tuple[Source, ...] = Field(default=(), description="Documents that measures cite.")
    baseline: Word = Field(
        description="Economy that it is simulated on: a shipped or added baseline.",
        examples=["wiod-2014", "icio-2017"],
    )
    elasticities: Word | None = Field(
        default=None, description="Source of trade elasticities, where not the baseline's own."
    )
    horizon: Horizon = Field(default="long-run", description="How long economies have to adjust.")
    deficits: Deficits = Field(
        default="fixed",
        description=(
            "Trade balances: fixed shares of world value added, own-share of each economy's "
            "value added, or removed."
        ),
    )
    parties: tuple[Party, ...] = Field(default=(), description="The sides.")
    focus: tuple[Word, Word] | None = Field(
        default=None,
        description="Two economies whose mutual trade the report shows.",
        examples=[["USA", "CHN"]],
    )
    measures: tuple[MeasureEntry, ...] = Field(
        min_length=1, description="Every measure in play, in force or not."
    )
    goals: tuple[Goal, ...] = Field(
        default=(), description="Demands for `detente target` to solve for."
    )
    variants: tuple[Variant, ...] = Field(
        min_length=1, description="Combinations of measures to compare."
    )

    _origin: Origin = PrivateAttr(default_factory=Origin)

    @property
    def path(self) -> Path | None:
        """File that it was read from."""
        return self._origin.path

    @property
    def origin(self) -> Origin:
        """File that it was read from, and the line of every key."""
        return self._origin

    @model_validator(mode="after")
    def _refuse_inconsistent(self) -> Scenario:
        plain = self.model_dump(mode="json", exclude_none=True)
        problems = [
            Problem(f.message, key=key_name(plain, f.path), value=f.value, allowed=f.allowed)
            for f in inconsistencies(plain)
        ]
        if problems:
            raise InputError(problems)
        return self


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file, for editors."""
    schema = _without_null(Scenario.model_json_schema(mode="validation"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Détente scenario",
    }


def _without_null(node: Any) -> Any:
    """Drop the null branches and defaults: in a file, what is not given is left out."""
    if isinstance(node, list):
        return [_without_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {k: _without_null(v) for k, v in node.items() if not (k == "default" and v is None)}
    branches = [b for b in node.get("anyOf", ()) if b != {"type": "null"}]
    if len(branches) == 1:
        del node["anyOf"]
        return branches[0] | node
    return node
