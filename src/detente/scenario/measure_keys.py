"""Keys that measures of a scenario share, and rules on which go together."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, PrivateAttr, Tag

from detente.scenario.fields import (
    Currency,
    Date,
    Entry,
    Id,
    Names,
    Number,
    Rate,
    References,
    Status,
    Word,
    Year,
)

if TYPE_CHECKING:
    from detente.policy.schedule import Schedule


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


class Act(Entry):
    """What every measure says: its name, who takes it, and when."""

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


class OnSectors(Act):
    """A measure that is on partners and sectors."""

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


class Measure(OnSectors):
    """A measure that may be on a part of the trade of its sectors."""

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


def rule_of(*actions: str) -> dict[str, Any]:
    """Exactly one of the actions, at most one way of coverage; as a JSON Schema."""
    pairs = itertools.combinations(_COVERAGE_KEYS, 2)
    return {
        **({"oneOf": [{"required": [key]} for key in actions]} if actions else {}),
        "allOf": [{"not": {"required": list(pair)}} for pair in pairs],
    }


_NOT_OF_INSTRUMENT = {"kind", "status", "start", "end", "phase_in", "source", "note", "currency"}


def given_of(entry: Act) -> dict[str, Any]:
    """Return the keys of an instrument that a measure of a file gives."""
    found = entry.model_dump(exclude=_NOT_OF_INSTRUMENT, exclude_none=True)
    for name, path in entry.files().items():
        key = "rates" if found.get("rates") == name else "products"
        found[key] = str(path)
    return found
