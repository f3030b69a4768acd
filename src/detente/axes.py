"""Axis names and labels: the one place that says what each array's axes are.

Bilateral arrays are always ``(sector, importer, exporter)``, country arrays ``(country, sector)``
and input-output arrays ``(country, input, using)``.
"""

from __future__ import annotations

from dataclasses import dataclass

SECTOR = "sector"
IMPORTER = "importer"
EXPORTER = "exporter"
COUNTRY = "country"
INPUT = "input"
USING = "using"

TRADE_AXES = (SECTOR, IMPORTER, EXPORTER)
COUNTRY_AXES = (COUNTRY, SECTOR)
INPUT_OUTPUT_AXES = (COUNTRY, INPUT, USING)


@dataclass(frozen=True)
class Country:
    """An economy of a baseline.

    Attributes
    ----------
    code
        Short unique code (ISO 3166 alpha-3 where there is one).
    name
        Name a person can read.
    members
        Codes of the economies merged into this one (itself when it is a single country).
    """

    code: str
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sector:
    """A sector of a baseline.

    Attributes
    ----------
    code
        Short unique code (the source's own).
    name
        Name a person can read.
    isic
        ISIC Rev. 4 two-digit divisions it covers (``"01"`` … ``"99"``); empty when unknown. Product
        lists, elasticity sources and named groups reach a sector through them.
    kind
        ``"goods"`` or ``"services"``.
    part_of
        Code of the sector that it was carved out of (a firm, or what a firm buys); that code then
        stands for both.
    firm
        Code of the firm that it is, or that alone buys it.
    home
        Code of the economy that the firm is in.
    """

    code: str
    name: str
    isic: tuple[str, ...] = ()
    kind: str = "goods"
    part_of: str = ""
    firm: str = ""
    home: str = ""
