"""The structure that a scenario file gives, where not as its horizon says."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from detente.scenario.fields import Entry, Number

INFINITE = "infinite"


def _as_mobility(value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if number or value == INFINITE:
        return value
    raise PydanticCustomError("no_mobility", "not a mobility")


Mobility = Annotated[
    float | str,
    BeforeValidator(_as_mobility),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": INFINITE}]}),
]


class StructureEntry(Entry):
    """How economies are built, where not as the horizon says; keys are those of `Structure`."""

    market: Literal["perfect", "free-entry", "fixed-entry"] | None = Field(
        default=None,
        description="Perfect competition, or monopolistic with free or with fixed entry of firms.",
    )
    labour_mobility: Mobility | None = Field(
        default=None,
        description=(
            "Mobility of workers between sectors, above 1: near 1 sectors keep their labour, "
            "infinite is one wage."
        ),
        examples=[1.5, INFINITE],
    )
    scale_elasticity: Number | None = Field(
        default=None, description="How far more labour in a sector lowers its costs, 0 or more."
    )
    final_elasticity: Number | None = Field(
        default=None, description="Substitution between sectors in final demand; 1 is Cobb-Douglas."
    )
    input_elasticity: Number | None = Field(
        default=None, description="Substitution between materials; 1 is Cobb-Douglas."
    )
    value_added_elasticity: Number | None = Field(
        default=None,
        description="Substitution between value added and materials; 1 is Cobb-Douglas.",
    )
    wage_floor: Number | None = Field(
        default=None,
        description="Share of the baseline's wage below which wages do not fall, 0 to 1.",
    )
    revenue_use: Literal["lump-sum", "labour-tax"] | None = Field(
        default=None,
        description="Where revenue goes: to households, or into a lower tax on labour.",
    )

    def given(self) -> dict[str, float | str]:
        """Return what is said, as arguments of `Structure`."""
        said = self.model_dump(exclude_none=True)
        return {key: math.inf if value == INFINITE else value for key, value in said.items()}
