"""The kinds of value that stand in a scenario file: words, ids, numbers, names, dates."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema
from pydantic_core import PydanticCustomError

Horizon = Literal["month", "year", "two-years", "long-run"]
Deficits = Literal["fixed", "own-share", "own-income", "own-spending", "removed"]
Status = Literal["applied", "agreed", "announced", "threatened", "demanded", "offered"]


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


PERCENT = re.compile(r"([-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)) ?(?:%|per ?cent)")
"""A share or rate as text: 15%, 27.5 per cent."""


def _as_fraction(value: object) -> object:
    found = PERCENT.fullmatch(value) if isinstance(value, str) else None
    return float(Decimal(found[1]) / 100) if found else value


ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
ID_LENGTH = 60
_WORD = {"type": "string", "minLength": 1}

Word = Annotated[str, Field(min_length=1)]
Id = Annotated[str, Field(pattern=ID_PATTERN, max_length=ID_LENGTH)]
Whole = Annotated[int, Strict()]
Truth = Annotated[bool, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
PerUnit = dict[Word, Number]
"""An amount of money by unit of goods: ``{eur_per_tonne: 339}``."""
Rate = Annotated[
    float,
    Strict(),
    Field(allow_inf_nan=False),
    BeforeValidator(_as_fraction),
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{PERCENT.pattern}$"}]}
    ),
]
"""A share, rate or factor: a fraction, or per cent as text."""
Year = Annotated[
    int,
    Strict(),
    Field(
        ge=1900,
        le=2100,
        description="Year that the amount is stated in; that of the scenario's date unless given.",
        examples=[2017],
    ),
]
Currency = Annotated[
    Literal["USD"], Field(description="Currency of the amount: USD, at the rate of its year.")
]
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


class Entry(BaseModel):
    """An entry of a scenario: frozen, and without keys that are not its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")
