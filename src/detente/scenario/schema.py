"""The form of a scenario file: what may stand in it, and what each entry means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from detente.errors import InputError, Problem
from detente.scenario.consistency import inconsistencies, key_name
from detente.scenario.fields import (
    Currency,
    Date,
    Deficits,
    Entry,
    Horizon,
    Id,
    Names,
    Number,
    Rate,
    References,
    Word,
    Year,
)
from detente.scenario.measures import MeasureEntry
from detente.scenario.structure_entry import StructureEntry
from detente.scenario.talks import Talks


class Source(Entry):
    """A document that a fact of the scenario is taken from."""

    id: Id = Field(description="Short name that measures refer to.", examples=["ustr-2018-04-03"])
    title: Word = Field(description="Title of the document.")
    publisher: Word | None = Field(default=None, description="Who published it.")
    date: Date | None = Field(default=None, description="Day of publication, YYYY-MM-DD.")
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(
        default=None, description="Address of the document itself."
    )


class Party(Entry):
    """A side of the dispute or of the talks."""

    id: Id = Field(description="Short name of the party.", examples=["us"])
    country: Word = Field(
        description="Its economy: a code, name or group of the baseline.", examples=["USA", "EU27"]
    )
    name: Word | None = Field(default=None, description="Name to show.")


class Variant(Entry):
    """Measures that are in force together; each variant is solved and compared with the others."""

    id: Id = Field(description="Short name, also used for files.", examples=["us-tariffs"])
    title: Word = Field(description="What a reader sees.")
    measures: tuple[Id, ...] = Field(default=(), description="Ids of measures.")
    includes: tuple[Id, ...] = Field(
        default=(), description="Ids of other variants whose measures are in force too."
    )
    firms: References | None = Field(
        default=None,
        description="Firms carved out of the baseline for it: shipped cards, or card files.",
        examples=[["zte"]],
    )
    note: Word | None = Field(default=None, description="What to keep in mind when reading it.")


class Goal(Entry):
    """A demand to solve backwards for; which keys it has depends on its kind."""

    kind: Literal["deficit", "import-share", "mean-tariff", "revenue", "no-loss"] = Field(
        default="deficit",
        description=(
            "deficit: bilateral goods deficit cut by an amount; import-share: share of the partner "
            "in imports; mean-tariff: mean tariff on the partner brought to a rate or to the "
            "partner's own; revenue: tariff revenue raised; no-loss: real income at least that of "
            "the baseline."
        ),
    )
    id: Id = Field(description="Short name for `detente target --goal`.", examples=["us-deficit"])
    of: Word = Field(description="Economy whose goal it is.", examples=["USA"])
    partner: Word | None = Field(
        default=None,
        description="Economy that it is with; revenue and no-loss may leave it out: every other.",
        examples=["CHN"],
    )
    cut_usd: Number | None = Field(
        default=None, gt=0, description="Cut demanded, million USD.", examples=[200000]
    )
    add_usd: Number | None = Field(
        default=None, gt=0, description="Revenue demanded on top, million USD.", examples=[50000]
    )
    at_most: Rate | None = Field(default=None, gt=0, lt=1, description="Share to come down to.")
    at_least: Rate | None = Field(default=None, gt=0, lt=1, description="Share to come up to.")
    cut: Rate | None = Field(
        default=None, gt=0, lt=1, description="Points that the share falls by, 0.05 for five."
    )
    to: Rate | None = Field(
        default=None, ge=0, description="Mean tariff to reach; left out: that of the partner."
    )
    sectors: Names = Field(
        default=("goods",), description="Sectors of an import share or a mean tariff."
    )
    stated_usd: Number | None = Field(
        default=None,
        gt=0,
        description=(
            "Deficit that the demand is stated against, million USD; the cut is then taken as the "
            "same share of the baseline's deficit."
        ),
        examples=[375000],
    )
    year: Year | None = None
    currency: Currency | None = None
    source: References = Field(default=(), description="Id of the source that states it.")
    note: Word | None = Field(default=None, description="What the entry leaves out or assumes.")


@dataclass(frozen=True)
class Origin:
    """Where a scenario was read from: file, and the line of each key by its path."""

    path: Path | None = None
    lines: Mapping[tuple[str | int, ...], int] = field(default_factory=dict)


class Scenario(Entry):
    """A dated situation, the measures in play, and the variants to compare."""

    title: Word = Field(description="Headline of the scenario.")
    date: Date = Field(description="The day it is seen from, YYYY-MM-DD.")
    summary: Word | None = Field(default=None, description="A paragraph for readers.")
    sources: tuple[Source, ...] = Field(default=(), description="Documents that measures cite.")
    baseline: Word = Field(
        description="Economy that it is simulated on: a shipped or added baseline.",
        examples=["icio-2022", "wiod-2014", "icio-2017"],
    )
    economies: Names | None = Field(
        default=None,
        description=(
            "Economies of the baseline that stand alone, all others merged into the rest of the "
            "world: codes, names or groups; EU27 is the European Union as one, `EU27 members` each "
            "of its members, `all` everyone. The baseline's own choice unless given."
        ),
        examples=[["USA", "CHN", "EU27"]],
    )
    elasticities: Word | None = Field(
        default=None, description="Source of trade elasticities, where not the baseline's own."
    )
    in_force: Date | None = Field(
        default=None,
        description=(
            "Day whose tariffs are in force to begin with, on all partners of the United States "
            "and of China on the United States; results are against that world. The baseline's "
            "own tariffs where left out."
        ),
        examples=["2025-07-31"],
    )
    horizon: Horizon = Field(default="long-run", description="How long economies have to adjust.")
    structure: StructureEntry | None = Field(
        default=None, description="How economies are built, where not as the horizon says."
    )
    deficits: Deficits = Field(
        default="fixed",
        description=(
            "Trade balances: fixed shares of world value added; own-share of each economy's value "
            "added, own-income with duties, own-spending; or removed: effects are then against an "
            "economy without imbalances, which is solved first."
        ),
    )
    firms: References | None = Field(
        default=None,
        description="Firms carved out of the baseline for all variants: shipped cards, or files.",
        examples=[["zte"]],
    )
    parties: tuple[Party, ...] = Field(default=(), description="The sides.")
    focus: tuple[Word, Word] | None = Field(
        default=None,
        description="Two economies whose mutual trade the report shows.",
        examples=[["USA", "CHN"]],
    )
    measures: tuple[MeasureEntry, ...] = Field(
        default=(),
        min_length=1,
        description="Every measure in play, in force or not; with talks it may be left out.",
    )
    goals: tuple[Goal, ...] = Field(
        default=(), description="Demands for `detente target` to solve for."
    )
    variants: tuple[Variant, ...] = Field(
        default=(),
        min_length=1,
        description="Combinations of measures to compare; with talks it may be left out.",
    )

    headline: Id | None = Field(
        default=None,
        description="Id of the variant that is shown first; the last where it is left out.",
    )
    compare: tuple[Id, ...] | None = Field(
        default=None,
        description=(
            "Ids of two variants: the first against the second, in every table, with what each "
            "measure makes of the difference; baseline stands for no measures."
        ),
        examples=[["deal", "no-deal"]],
        json_schema_extra={"minItems": 2, "maxItems": 2, "uniqueItems": True},
    )
    talks: Talks | None = Field(
        default=None, description="Issues, positions and no-deal points for `detente talks`."
    )

    _origin: Origin = PrivateAttr(default_factory=Origin)
    _whole: Scenario | None = PrivateAttr(default=None)

    @property
    def whole(self) -> Scenario:
        """The scenario that this is a part of (`detente.scenario.variants.narrowed`), or itself."""
        return self._whole or self

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

    @model_validator(mode="after")
    def _draw_at_its_horizon(self) -> Scenario:
        """Let draws of talks be at the scenario's horizon where the usual ones leave that out."""
        talks = self.talks
        usual = talks is not None and "horizons" not in talks.model_fields_set
        if talks is not None and usual and self.horizon not in talks.horizons:
            own = talks.model_copy(update={"horizons": (self.horizon,)})
            object.__setattr__(self, "talks", own)
        return self

    @model_validator(mode="after")
    def _date_amounts(self) -> Scenario:
        """Write out year and currency of every amount where they are left out."""
        for section in ("measures", "goals"):
            dated = tuple(_dated(entry, self.date.year) for entry in getattr(self, section))
            object.__setattr__(self, section, dated)
        return self


def _dated(entry: MeasureEntry | Goal, year: int) -> MeasureEntry | Goal:
    keys = ("add_usd", "total_usd", "limit_usd", "quota_usd", "value_usd", "cut_usd")
    lists = not isinstance(entry, Goal) and bool(getattr(entry, "products", None) and entry.files())
    if all(getattr(entry, key, None) is None for key in keys):
        # values that a list states are of a year too
        return (
            entry.model_copy(update={"year": getattr(entry, "year", None) or year})
            if lists
            else entry
        )
    given: Any = entry
    if isinstance(entry, Goal) and entry.stated_usd is not None:
        return entry  # the cut is a share of what it is stated against
    return entry.model_copy(
        update={"year": given.year or year, "currency": given.currency or "USD"}
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a scenario file, for editors."""
    schema = without_null(Scenario.model_json_schema(mode="validation"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "Détente scenario",
        "anyOf": [{"required": ["measures", "variants"]}, {"required": ["talks"]}],
    }


def without_null(node: Any) -> Any:
    """Drop the null branches and defaults: in a file, what is not given is left out."""
    if isinstance(node, list):
        return [without_null(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {k: without_null(v) for k, v in node.items() if not (k == "default" and v is None)}
    branches = [b for b in node.get("anyOf", ()) if b != {"type": "null"}]
    if len(branches) == 1:
        del node["anyOf"]
        return branches[0] | node
    return node
