"""Reader of the economies based on the OECD's inter-country input-output tables (ICIO)."""

from __future__ import annotations

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
    calibrate,
    check_domestic_tariffs,
    check_source,
    make_sectors,
)
from detente.errors import DataError, Problem

COEFFICIENT_YEAR = 2020
# code → name, ISIC Rev. 4 divisions
SECTORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "A01_02": ("Crops, animals and forestry", ("1-2",)),
    "A03": ("Fishing and aquaculture", ("3",)),
    "B05_06": ("Coal, oil and gas extraction", ("5-6",)),
    "B07_08": ("Metal ores and other quarrying", ("7-8",)),
    "B09": ("Mining support", ("9",)),
    "C10T12": ("Food, beverages and tobacco", ("10-12",)),
    "C13T15": ("Textiles, apparel and leather", ("13-15",)),
    "C16": ("Wood and cork products", ("16",)),
    "C17_18": ("Paper products and printing", ("17-18",)),
    "C19": ("Coke and refined petroleum", ("19",)),
    "C20": ("Chemical products", ("20",)),
    "C21": ("Pharmaceutical products", ("21",)),
    "C22": ("Rubber and plastic products", ("22",)),
    "C23": ("Other non-metallic mineral products", ("23",)),
    "C24": ("Basic metals", ("24",)),
    "C25": ("Fabricated metal products", ("25",)),
    "C26": ("Computers, electronic and optical products", ("26",)),
    "C27": ("Electrical equipment", ("27",)),
    "C28": ("Machinery and equipment", ("28",)),
    "C29": ("Motor vehicles and parts", ("29",)),
    "C30": ("Other transport equipment (aircraft, ships, trains)", ("30",)),
    "C31T33": ("Other manufactured goods, repair of machinery", ("31-33",)),
    "SVC": ("All services", ("35-99",)),
}


def read_icio(
    folder: str | Path,
    elasticities: str | float | Path = DEFAULT_SOURCE,
    *,
    year: int = 2017,
) -> Calibration:
    """Read a raw economy, 77 countries by 22 goods sectors and services.

    Parameters
    ----------
    folder
        Folder that holds ``icio<year>_77x23.npz``: flows ``X`` and ``tariff``
        ``(exporter, importer, sector)``, value-added shares ``B`` ``(sector, country)`` and input
        shares of output ``G`` ``(input, country, using)``, and ``final_raw`` ``(country, sector)``,
        spending minus intermediate use, in places negative.
    elasticities
        See `detente.baseline.elasticities.choose_elasticities`.
    year
        Year of the flows.

    Raises
    ------
    DataError
        The file is missing, damaged, or not such an economy.
    """
    path = Path(folder) / f"icio{year}_77x23.npz"
    arrays = read_arrays(path, ("countries", "sectors", "X", "tariff", "B", "G", "final_raw"))
    n, s = len(arrays["countries"]), len(SECTORS)
    shapes = {"X": (n, n, s), "tariff": (n, n, s), "B": (s, n), "G": (s, n, s), "final_raw": (n, s)}
    check_source(path, arrays, shapes, ([str(x) for x in arrays["sectors"]], list(SECTORS)))
    x, duty, shares, inputs, final = (arrays[k].astype(np.float64) for k in shapes)
    flows, tariff = (a.transpose(2, 1, 0) for a in (x, duty))
    check_domestic_tariffs(path, tariff)
    output = flows.sum(axis=1).T
    intermediate = inputs.transpose(1, 0, 2) * output[:, None, :]
    rest = ((1 + tariff) * flows).sum(axis=2).T - intermediate.sum(axis=2)
    if np.abs(rest - final).sum() > 1e-12 * final.sum():
        raise DataError(Problem("not spending minus intermediate use", path, None, "final_raw"))
    codes = [str(c) for c in arrays["countries"]]
    tables = SourceTables(
        countries=tuple(Country(c, country_name(c), (c,)) for c in codes),
        sectors=make_sectors(SECTORS),
        flows=flows,
        tariff=tariff,
        value_added_share=shares.T,
        intermediate=intermediate,
        final_demand=rest,
    )
    return calibrate(tables, _card(year), elasticities)


def _card(year: int) -> Card:
    return Card(
        name=f"icio-{year}-77x23",
        title=f"World economy {year}, 77 economies x 23 sectors (OECD ICIO)",
        year=year,
        source=(
            f"OECD Inter-Country Input-Output tables, flows of {year}, coefficients of "
            f"{COEFFICIENT_YEAR} (OECD, oe.cd/icio). Tariffs: Teti, F. A., Global Tariff Database."
        ),
        licence="OECD terms and conditions: free use with the source cited",
        method=(
            f"Fob flows and applied tariffs of {year}; value-added and input shares of "
            f"{COEFFICIENT_YEAR} applied to output of {year}; final demand is the rest of "
            "spending, negative cells removed by GRAS."
        ),
        notes=(
            f"Coefficients of {COEFFICIENT_YEAR} with flows of {year}: value added by sector is an "
            "estimate.",
            "Inputs are bought in the same mix of origins by every user in a country.",
            "Tariffs exist on goods only; none on domestic sales. All services are one sector.",
        ),
    )
