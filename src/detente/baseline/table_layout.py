"""The folder of plain tables that describes an economy: its files, columns and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from detente.axes import (
    COUNTRY,
    COUNTRY_AXES,
    EXPORTER,
    IMPORTER,
    INPUT,
    INPUT_OUTPUT_AXES,
    SECTOR,
    TRADE_AXES,
    USING,
)

MAX_BYTES = 200 * 2**20  # of one file (of its unpacked content, for Parquet)
MAX_ROWS = 5_000_000
MAX_CELLS = 20_000_000  # of one dense array
MAX_VALUE = 1e30
LARGEST_TARIFF = 3.0  # beyond it a rate is taken for a percentage and questioned
SHOWN = 20  # problems of one kind that are listed before the rest is only counted
FORMATS = ("csv", "parquet")
ECONOMY = "economy"  # stem of the file that says what the economy is
KINDS = ("goods", "services")
# tables close "up to rounding" within this share of the cell, or that of the country's total
ROUNDING = 1e-6
ROUNDING_OF_TOTAL = 1e-9

AXIS_OF = MappingProxyType(
    {
        SECTOR: SECTOR,
        INPUT: SECTOR,
        USING: SECTOR,
        COUNTRY: COUNTRY,
        IMPORTER: COUNTRY,
        EXPORTER: COUNTRY,
    }
)


@dataclass(frozen=True)
class Layout:
    """One table of the folder.

    Attributes
    ----------
    stem
        File name without ``.csv`` or ``.parquet``.
    keys
        Columns that together name a row, in the order of the array's axes.
    number
        Column of figures, if any.
    low, low_allowed, high
        Bounds of the figures.
    text, optional
        Further text columns, required and not.
    may_be_empty
        Whether a table with a header and no row means something (all zero).
    """

    stem: str
    keys: tuple[str, ...]
    number: str | None = None
    low: float = 0.0
    low_allowed: bool = True
    high: float = MAX_VALUE
    text: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    may_be_empty: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Columns that must be there."""
        return (*self.keys, *self.text, *((self.number,) if self.number else ()))

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that may be there."""
        return (*self.required, *self.optional)

    def allowed(self, value: float) -> str:
        """Say in words which bound a figure breaks."""
        if value > self.high:
            return f"<= {self.high:g}"
        return f"{'>=' if self.low_allowed else '>'} {self.low:g}"


COUNTRIES = Layout("countries", ("code",), text=("name",), optional=("members",))
SECTORS = Layout("sectors", ("code",), text=("name", "kind"), optional=("isic",))
FLOWS = Layout("flows", TRADE_AXES, "value")
TARIFFS = Layout("tariffs", TRADE_AXES, "tariff", -1.0, False, may_be_empty=True)
PURCHASES = Layout("input_output", INPUT_OUTPUT_AXES, "value", may_be_empty=True)
FINAL_DEMAND = Layout("final_demand", COUNTRY_AXES, "value")
ELASTICITIES = Layout("elasticities", (SECTOR,), "trade_elasticity", 0.0, False)
LABELS = (COUNTRIES, SECTORS)
FIGURES = (FLOWS, TARIFFS, PURCHASES, FINAL_DEMAND, ELASTICITIES)
LAYOUTS: Mapping[str, Layout] = MappingProxyType({t.stem: t for t in (*LABELS, *FIGURES)})
