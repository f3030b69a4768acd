"""The structure that a scenario file gives, where not as its horizon says."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

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


def _as_numbers(value: object) -> object:
    said = list(value.values()) if isinstance(value, dict) else [value]
    if said and all(isinstance(v, int | float) and not isinstance(v, bool) for v in said):
        return value
    raise PydanticCustomError("no_numbers", "not a number, nor numbers by code")


ByCode = Annotated[
    float | dict[str, float],
    BeforeValidator(_as_numbers),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "object", "additionalProperties": {"type": "number"}, "minProperties": 1},
            ]
        }
    ),
]
"""One number for all, or by code of a sector or economy; ``others`` is for the rest."""


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
    scale_elasticity: ByCode | None = Field(
        default=None,
        description="How far more labour in a sector lowers its costs, 0 or more; or by sector.",
        examples=[0.02, {"C26": 0.1, "others": 0.02}],
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
    labour_supply: Number | None = Field(
        default=None,
        description="Elasticity of labour to what an hour of it buys, 0 or more; 0: it is given.",
    )
    labour_tax: ByCode | None = Field(
        default=None,
        description=(
            "Share of labour's pay that taxes take in the baseline, 0 to below 1; or by economy."
        ),
    )
    import_margin: ByCode | None = Field(
        default=None,
        description=(
            "Share of what buyers pay at the border that earns labour of their economy, which "
            "distributes it, 0 to below 1; or by economy."
        ),
        examples=[{"USA": 0.27, "others": 0.11}],
    )
    pass_through: ByCode | None = Field(
        default=None,
        description="Of tariffs to costs of buyers, above 0; 1 is full; or by economy of buyers.",
    )
    profit_share: ByCode | None = Field(
        default=None,
        description=(
            "Profits in sales under fixed-entry, 0 to below 1, in place of one over one plus the "
            "trade elasticity; or by sector."
        ),
    )

    capital_share: ByCode | None = Field(
        default=None,
        description=(
            "Share of value added that capital earns which stays in its sector, 0 to below 1; or "
            "by sector."
        ),
    )

    def given(self) -> dict[str, Any]:
        """Return what is said, as arguments of `Structure`."""
        said = self.model_dump(exclude_none=True)
        return {key: math.inf if value == INFINITE else value for key, value in said.items()}
