"""The published layouts: what their codes mean, and which one a file looks like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from detente.errors import Problem, nearest

ICIO, WIOD, FIGARO, GTAP = "icio", "wiod", "figaro", "gtap-tables"


@dataclass(frozen=True)
class Layout:
    """A published layout and what its rows and columns mean.

    Attributes
    ----------
    uses
        Codes of final demand.
    inventories, abroad
        Those of them that are changes in inventories, and residents' purchases abroad.
    taxes
        Rows of taxes less subsidies on products.
    margins
        Rows of transport margins.
    travel
        Rows of purchases abroad by residents and at home by others, in all.
    other
        Further rows that the source adds between purchases and output.
    value_added
        Rows of value added.
    """

    name: str
    title: str
    source: str
    licence: str
    unit: str = "million USD"
    uses: tuple[str, ...] = ()
    inventories: tuple[str, ...] = ()
    abroad: tuple[str, ...] = ()
    taxes: tuple[str, ...] = ()
    margins: tuple[str, ...] = ()
    travel: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    value_added: tuple[str, ...] = ()


LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout(
            ICIO,
            "OECD ICIO",
            "OECD Inter-Country Input-Output tables (OECD, oe.cd/icio)",
            "OECD terms and conditions: free use with the source cited",
            uses=("HFCE", "NPISH", "GGFC", "GFCF", "INVNT", "DPABR", "DIRPA", "NONRES"),
            inventories=("INVNT",),
            abroad=("DPABR", "DIRPA"),
            taxes=("TLS", "TAXSUB"),
            value_added=("VA", "VALU"),
        ),
        Layout(
            WIOD,
            "WIOD",
            "World Input-Output Database, 2016 release: Timmer, M. P., Dietzenbacher, E., Los, B., "
            "Stehrer, R. & de Vries, G. J. (2015), Review of International Economics 23(3), "
            "575-605",
            "CC BY 4.0 (WIOD)",
            uses=("CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN"),
            inventories=("INVEN",),
            taxes=("TXSP",),
            margins=("IntTTM",),
            travel=("PURR", "PURNR"),
            other=("EXP_adj",),
            value_added=("VA",),
        ),
        Layout(
            FIGARO,
            "FIGARO",
            "Eurostat, EU inter-country input-output tables (FIGARO), industry by industry",
            "CC BY 4.0 (Eurostat): reuse with the source cited",
            unit="million EUR",
            uses=("P3_S13", "P3_S14", "P3_S15", "P51G", "P5M"),
            inventories=("P5M",),
            taxes=("D21X31",),
            travel=("OP_RES", "OP_NRES"),
            value_added=("D1", "D29X39", "B2A3G"),
        ),
        Layout(
            GTAP,
            "GTAP",
            "GTAP Data Base, Center for Global Trade Analysis, Purdue University (gtap.org)",
            "that of your GTAP Data Base: it may not be passed on",
        ),
    )
}
"""By the name that the user types."""

HEADERS = {
    ICIO: "V1, then columns AUS_A01_02 …, AUS_HFCE …, OUT",
    WIOD: "IndustryCode, IndustryDescription, Country, RNr, Year, AUS1 …, TOT, or the lines of the "
    "Excel sheet with codes, descriptions, economies and numbers",
    FIGARO: "icioiRow, icioiCol, refArea, rowIi, counterpartArea, colIi, obsValue, or rowLabels, "
    "then columns AR_A01 …, AR_P3_S13 …",
    GTAP: "sets such as COMM, ACTS, REG, then Value, in a file named by its header: VDFB.csv",
}
"""What the first line of a file of each layout holds."""

_ICIO_COLUMN = re.compile(r"[A-Z][A-Z0-9]{2}_(HFCE|NPISH|GGFC|GFCF|INVNT)")


def looks_like(header: Sequence[str]) -> str:
    """Name the layout that the words of a first line are of; empty when it is none."""
    words = {word.strip().casefold() for word in header}
    if words & {"obsvalue", "counterpartarea", "rowlabels"}:
        return FIGARO
    if {"industrycode", "rnr"} <= words or "cons_h" in words:
        return WIOD
    if any(_ICIO_COLUMN.fullmatch(word.strip()) for word in header):
        return ICIO
    if "value" in words and words & {"comm", "acts", "marg"}:
        return GTAP
    return ""


def layout_of(file: Path, header: Sequence[str]) -> str:
    """Name the layout of a file by its first line, or those after it: titles may come before."""
    found = looks_like(header)
    if found:
        return found
    with file.open(encoding="utf-8", errors="replace") as stream:
        return looks_like([word for line in islice(stream, 8) for word in line.split(",")])


def wrong_header(file: Path, line: int | None, wanted: str, header: Sequence[str]) -> Problem:
    """Refuse a first line, and say which layout it is of, or what is wrong with it."""
    start = ",".join(header[:6])
    found = layout_of(file, header)
    if found and found != wanted:
        hint = f"it looks like {found}: detente data import {found} {file.name}"
    elif {"importer", "exporter"} <= {word.strip().casefold() for word in header}:
        hint = "it looks like a table of an own economy: detente data add FOLDER"
    elif len(header) <= 2 and any(sign in start for sign in ";\t"):
        hint = "columns must be separated by commas, with decimal points"
    else:
        near = nearest(header[0] if header else "", HEADERS[wanted].split(", "))
        hint = f"the first words do not fit; {near}" if near else "the first words do not fit"
    message = f"not the layout {wanted}; {hint}"
    return Problem(message, file, line, "header", start or None, HEADERS[wanted])
