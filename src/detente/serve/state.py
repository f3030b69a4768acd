"""What a reader has set on a page: a form, an address and JSON are three ways to write it."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detente.errors import InputError, Problem, nearest
from detente.scenario.measures import TariffEntry
from detente.scenario.schema import Origin, Scenario, Variant
from detente.scenario.variants import firms_of, measure_ids
from detente.serve.levers import lever

if TYPE_CHECKING:
    from detente.scenario.measures import MeasureEntry

YOURS = "yours"
"""Id of the variant that holds what a reader has set."""
SET = "set"
"""Says that boxes which are missing from a form were unticked."""
RATE = "rate."
Name = Annotated[str, Field(max_length=80)]
Number = Annotated[float, Field(allow_inf_nan=False)]
Pairs = Sequence[tuple[str, str]]
HorizonName = Literal["month", "year", "two-years", "long-run"]


class Added(BaseModel):
    """A tariff that a reader adds to those of the scenario."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    by: Name = Field(description="Economy that takes it.", examples=["USA"])
    on: Name = Field(description="Economy that it is aimed at, or world.", examples=["EU27"])
    sectors: Name = Field(default="goods", description="Sectors: a code, name or group.")
    add: Number = Field(ge=-1, le=5, description="Points added, as a fraction: 0.1 is 10 points.")


class State(BaseModel):
    """What a reader has set on the page of a scenario; nothing given is as the scenario says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    variant: Name | None = Field(default=None, description="Id of the variant to start from.")
    on: Annotated[tuple[Name, ...], Field(max_length=100)] | None = Field(
        default=None, description="Ids of the measures in force; the variant's unless given."
    )
    rates: dict[Name, Number] = Field(
        default_factory=dict, max_length=100,
        description="By id of a measure: its rate as the scenario file has it, million USD too.",
    )  # fmt: skip
    silent: Annotated[tuple[Name, ...], Field(max_length=40)] = Field(
        default=(), description="Who takes no measure after all: codes as measures name them."
    )
    horizon: HorizonName | None = Field(default=None, description="How long economies adjust.")
    at: datetime.date | None = Field(
        default=None, description="Day: measures then in force, at their share of that day."
    )
    more: Annotated[tuple[Added, ...], Field(max_length=4)] = Field(
        default=(), description="Tariffs beside those of the scenario."
    )

    @classmethod
    def of_form(cls, pairs: Pairs) -> State:
        """Read a form or an address.

        Raises
        ------
        InputError
            Something in it is no setting.
        """
        given = dict(pairs)
        several = {key: [v for k, v in pairs if k == key] for key, _ in pairs}
        plain: dict[str, object] = {
            key: given[key] for key in ("variant", "horizon", "at") if given.get(key)
        }
        if SET in given or "on" in given:
            plain["on"] = [one for one in several.get("on", []) if one]
        if "silent" in given:
            plain["silent"] = several["silent"]
        plain["rates"] = {k.removeprefix(RATE): v for k, v in pairs if k.startswith(RATE) and v}
        rows = zip(*(several.get(f"more.{key}", []) for key in Added.model_fields), strict=False)
        more = [dict(zip(Added.model_fields, row, strict=True)) for row in rows]
        plain["more"] = [row for row in more if row["add"] not in ("", "0")]
        known = {"variant", "horizon", "at", "on", SET, "silent"}
        unknown = [k for k in given if k not in known and not k.startswith((RATE, "more."))]
        if unknown:
            raise InputError([Problem("no such setting", key=k, value=given[k]) for k in unknown])
        try:
            return cls.model_validate(plain)
        except ValidationError as error:
            raise InputError(problems_of(error)) from None

    def pairs(self) -> list[tuple[str, str]]:
        """Return it as a form or an address writes it."""
        found: list[tuple[str, str]] = []
        for key in ("variant", "horizon", "at"):
            if (value := getattr(self, key)) is not None:
                found.append((key, str(value)))
        if self.on is not None:
            found.append((SET, "1"))
            found += [("on", one) for one in self.on]
        found += [("silent", one) for one in self.silent]
        found += [(f"{RATE}{key}", f"{value:.12g}") for key, value in self.rates.items()]
        for one in self.more:
            found += [(f"more.{k}", f"{v:.12g}" if isinstance(v, float) else v)
                      for k, v in one.model_dump().items()]  # fmt: skip
        return found

    @property
    def query(self) -> str:
        """Return it as the part of an address after the question mark."""
        return urlencode(self.pairs())


def problems_of(error: ValidationError) -> list[Problem]:
    """Return what is wrong with data of a request, by key."""
    return [
        Problem(
            one["msg"][:1].lower() + one["msg"][1:],
            key=".".join(str(part) for part in one["loc"]) or None,
            value=_short(one.get("input")),
        )
        for one in error.errors(include_url=False, include_context=False)
    ]


def _short(value: object) -> str | None:
    return None if value is None else str(value)[:80]


def start_of(case: Scenario, state: State) -> str:
    """Return the id of the variant that a state starts from.

    Raises
    ------
    InputError
        There is no such variant, or the scenario has none.
    """
    ids = [variant.id for variant in case.variants]
    if not ids:
        raise InputError(Problem("the scenario has talks alone", key="scenario", value=case.title))
    name = state.variant or case.headline or ids[-1]
    measure_ids(case, name)  # refuses one that is not there
    return name


def measures_on(case: Scenario, state: State) -> tuple[str, ...]:
    """Return the ids of measures that are in force, in the order of the file.

    Raises
    ------
    InputError
        A measure or who takes it is unknown.
    """
    known = {entry.id: entry for entry in case.measures}
    wanted = measure_ids(case, start_of(case, state)) if state.on is None else set(state.on)
    actors = list(dict.fromkeys(actor(entry) for entry in case.measures))
    wrong = [
        *_unknown("on", wanted, known),
        *_unknown("rates", state.rates, known),
        *_unknown("silent", state.silent, actors),
    ]
    if wrong:
        raise InputError(wrong)
    return tuple(
        name for name, one in known.items() if name in wanted and actor(one) not in state.silent
    )


def actor(entry: MeasureEntry) -> str:
    """Return who takes a measure, as one word."""
    return "+".join(entry.by)


def scenario_of(case: Scenario, state: State) -> Scenario:
    """Return the scenario that a reader has set: its measures, and one variant.

    Raises
    ------
    InputError
        A name is unknown, or a rate is out of bounds.
    """
    ids, start = measures_on(case, state), start_of(case, state)
    kept = [_with_rate(one, state.rates) for one in case.measures if one.id in ids]
    added = [_entry(one, k) for k, one in enumerate(state.more, 1)]
    variant = next(v for v in case.variants if v.id == start)
    own = Variant(
        id=YOURS,
        title=variant.title if _as_started(case, state, start) else "Your settings",
        measures=tuple(entry.id for entry in (*kept, *added)),
        firms=firms_of(case, start) or None,
    )
    changed = case.model_copy(
        update={
            "measures": (*kept, *added),
            "variants": (own,),
            "horizon": state.horizon or case.horizon,
            "headline": None,
            "compare": None,
            "goals": (),
            "talks": None,
        }
    )
    changed._origin, changed._whole = Origin(), None
    return changed


def _as_started(case: Scenario, state: State, start: str) -> bool:
    """Whether measures and rates are those of the variant that the state starts from."""
    levers = {entry.id: lever(entry) for entry in case.measures}
    moved = any(
        (found := levers.get(name)) is None or found.value != value
        for name, value in state.rates.items()
    )
    same = set(measures_on(case, state)) == measure_ids(case, start)
    return same and not moved and not state.more


def _with_rate(entry: MeasureEntry, rates: dict[str, float]) -> MeasureEntry:
    if entry.id not in rates:
        return entry
    found, value = lever(entry), rates[entry.id]
    if found is None:
        message = "this measure has no rate to move"
        raise InputError(Problem(message, key=f"rates.{entry.id}", value=value))
    if not (math.isfinite(value) and found.low - 1e-12 <= value <= found.high + 1e-12):
        allowed = f"{found.low:g} to {found.high:g}"
        raise InputError(Problem("out of bounds", None, None, f"rates.{entry.id}", value, allowed))
    return entry.model_copy(update={found.key: value})


def _entry(added: Added, number: int) -> TariffEntry:
    return TariffEntry(
        id=f"added-{number}", kind="tariff", by=(added.by,), on=(added.on,),
        sectors=(added.sectors,), add=added.add,
    )  # fmt: skip


def _unknown(key: str, names: object, known: object) -> list[Problem]:
    listed = list(known)  # pyright: ignore[reportArgumentType]
    return [
        Problem(
            f"there is no such name; {nearest(name, listed)}".rstrip("; "),
            key=key, value=name, allowed=", ".join(listed) or "none",
        )
        for name in names if name not in listed  # pyright: ignore[reportGeneralTypeIssues]
    ]  # fmt: skip
