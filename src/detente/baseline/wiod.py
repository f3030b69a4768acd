"""Reader of the world input-output economy 2014 (WIOD 2016 release with tariffs)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from detente.axes import Country
from detente.baseline.archive import read_arrays
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.baseline.elasticities import DEFAULT_SOURCE
from detente.baseline.names import country_name
from detente.baseline.source_accounts import (
    SourceTables,
    adjustment,
    calibrate,
    check_domestic_tariffs,
    check_source,
    make_sectors,
)

FILE = "wiod2014_44x50.npz"
# label in the file → code, name, ISIC Rev. 4 divisions
SECTORS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "A01": ("A01", "Crops and animals", ("1",)),
    "A02": ("A02", "Forestry and logging", ("2",)),
    "A03": ("A03", "Fishing and aquaculture", ("3",)),
    "B": ("B", "Mining and quarrying", ("5-9",)),
    "C10-C12": ("C10-C12", "Food, beverages and tobacco", ("10-12",)),
    "C13-C15": ("C13-C15", "Textiles, apparel and leather", ("13-15",)),
    "C16": ("C16", "Wood and cork products", ("16",)),
    "C17": ("C17", "Paper products", ("17",)),
    "C18": ("C18", "Printing and recorded media", ("18",)),
    "C19": ("C19", "Coke and refined petroleum", ("19",)),
    "C20": ("C20", "Chemical products", ("20",)),
    "C21": ("C21", "Pharmaceutical products", ("21",)),
    "C22": ("C22", "Rubber and plastic products", ("22",)),
    "C23": ("C23", "Other non-metallic mineral products", ("23",)),
    "C24": ("C24", "Basic metals", ("24",)),
    "C25": ("C25", "Fabricated metal products", ("25",)),
    "C26": ("C26", "Computers, electronic and optical products", ("26",)),
    "C27": ("C27", "Electrical equipment", ("27",)),
    "C28,C33": ("C28_C33", "Machinery and equipment, and its repair", ("28", "33")),
    "C29": ("C29", "Motor vehicles and parts", ("29",)),
    "C30": ("C30", "Other transport equipment (aircraft, ships, trains)", ("30",)),
    "C31_C32": ("C31_C32", "Furniture and other manufactured goods", ("31-32",)),
    "D35": ("D35", "Electricity and gas", ("35",)),
    "E36": ("E36", "Water supply", ("36",)),
    "E37-E39": ("E37-E39", "Sewerage and waste", ("37-39",)),
    "F": ("F", "Construction", ("41-43",)),
    "G45": ("G45", "Sale and repair of motor vehicles", ("45",)),
    "G46": ("G46", "Wholesale trade", ("46",)),
    "G47": ("G47", "Retail trade", ("47",)),
    "H49": ("H49", "Land transport and pipelines", ("49",)),
    "H50": ("H50", "Water transport", ("50",)),
    "H51": ("H51", "Air transport", ("51",)),
    "H52": ("H52", "Warehousing and support of transport", ("52",)),
    "H53": ("H53", "Post and couriers", ("53",)),
    "I": ("I", "Accommodation and food services", ("55-56",)),
    "J58": ("J58", "Publishing", ("58",)),
    "J59_J60": ("J59_J60", "Film, music and broadcasting", ("59-60",)),
    "J61": ("J61", "Telecommunications services", ("61",)),
    "J62_J63": ("J62_J63", "Computer and information services", ("62-63",)),
    "K64": ("K64", "Financial services", ("64",)),
    "K65_K66": ("K65_K66", "Insurance and auxiliary finance", ("65-66",)),
    "L68": ("L68", "Real estate services", ("68",)),
    "M69_M70": ("M69_M70", "Legal, accounting and consulting services", ("69-70",)),
    "M71,M73-M75": (
        "M71_M73-M75",
        "Engineering, advertising and other professional services",
        ("71", "73-75"),
    ),
    "M72": ("M72", "Research and development", ("72",)),
    "N": ("N", "Administrative and support services", ("77-82",)),
    "O84": ("O84", "Public administration and defence", ("84",)),
    "P85": ("P85", "Education", ("85",)),
    "Q": ("Q", "Health and social work", ("86-88",)),
    "R-U": ("R-U", "Arts, other services and households", ("90-99",)),
}
_CARD = Card(
    name="wiod-2014-44x50",
    title="World economy 2014, 44 economies x 50 sectors (WIOD)",
    year=2014,
    source=(
        "World Input-Output Database, 2016 release, 2014: Timmer, M. P., Dietzenbacher, E., Los, "
        "B., Stehrer, R. & de Vries, G. J. (2015), Review of International Economics 23(3), "
        "575-605. Tariffs: UNCTAD TRAINS through World Bank WITS and WTO IDB, trade-weighted."
    ),
    licence="CC BY 4.0 (WIOD)",
    method=(
        "Fob flows and applied tariffs; intermediate use from value-added shares and the mix of "
        "inputs of each country and sector; final demand is the rest of spending, negative cells "
        "removed by GRAS."
    ),
    notes=(
        "Inputs are bought in the same mix of origins by every user in a country.",
        "Tariffs exist on goods only; none on domestic sales.",
    ),
)


def read_wiod(folder: str | Path, elasticities: str | float | Path = DEFAULT_SOURCE) -> Calibration:
    """Read the raw economy, 44 countries by 50 sectors.

    Parameters
    ----------
    folder
        Folder that holds ``wiod2014_44x50.npz``: flows ``Z`` and one plus tariff ``tau``
        ``(sector, importer, exporter)``, value-added shares ``B`` and final demand ``F``
        ``(sector, country)``, input mix ``G`` ``(country, input, using)`` with columns that sum to
        one (or to zero, where there is no output or no inputs).
    elasticities
        See `detente.baseline.elasticities.choose_elasticities`.

    Raises
    ------
    DataError
        The file is missing, damaged, or not this economy.
    """
    path = Path(folder) / FILE
    names = ("countries", "isic4", "Z", "tau", "B", "G", "F")
    arrays = read_arrays(path, names)
    n, s = len(arrays["countries"]), len(SECTORS)
    shapes = {"Z": (s, n, n), "tau": (s, n, n), "B": (s, n), "G": (n, s, s), "F": (s, n)}
    check_source(path, arrays, shapes, ([str(x) for x in arrays["isic4"]], list(SECTORS)))
    flows, gross, shares, mix, final = (arrays[k].astype(np.float64) for k in shapes)
    tariff = gross - 1
    check_domestic_tariffs(path, tariff)
    intermediate = _intermediate(flows, shares, mix)
    spending = (gross * flows).sum(axis=2).T
    rest = spending - intermediate.sum(axis=2)
    rounding = adjustment(
        "input mixes made to sum to one, final demand taken as spending minus intermediate use",
        "the source file has single precision",
        np.abs(rest - final.T).sum() / final.sum(),
        "sum of absolute changes, share of world final demand",
    )
    codes = [str(x) for x in arrays["countries"]]
    tables = SourceTables(
        countries=tuple(Country(c, country_name(c), (c,)) for c in codes),
        sectors=make_sectors({code: (name, isic) for code, name, isic in SECTORS.values()}),
        flows=flows,
        tariff=tariff,
        value_added_share=shares.T,
        intermediate=intermediate,
        final_demand=rest,
    )
    return calibrate(tables, replace(_CARD, adjustments=(rounding,)), elasticities)


def _intermediate(flows: np.ndarray, shares: np.ndarray, mix: np.ndarray) -> np.ndarray:
    """Value of intermediate use ``(country, input, using)``, input mixes made to sum to one."""
    output = flows.sum(axis=1).T
    columns = mix.sum(axis=1, keepdims=True)
    exact = np.divide(mix, columns, out=np.zeros_like(mix), where=columns > 0)
    return exact * ((1 - shares.T) * output)[:, None, :]
