"""Build the table of trade by year from the raw data folder, the same bytes every time.

``python tools/build_trade_by_year.py`` writes it into the package; ``--check`` compares instead.
Trade of two economies in a group of sectors is what the importer's customs counted, where that is
at hand: the United States, and China's imports from the United States. These are known for 2017
only, as the product lists hold them, and go to other years with US exports to China. All other
trade, services and world value added are those of the OECD tables. docs/scenarios.md tells the
rule that uses them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import building
from build_product_lists import RAW, ROOT, divider, read_chinese
from detente.baseline.archive import write_arrays
from detente.baseline.names import DEFAULT_ECONOMIES, EU27
from detente.files import write_bytes
from detente.policy.amounts import GROUPS
from product_map import CODES_NAICS

SHIPPED = ROOT / "src" / "detente" / "policy" / "trade_by_year"
YEARS = tuple(range(2013, 2025))
TABLES = (2014, 2017, 2018, 2020, 2022)
GOODS_ALONE = 2019
"""Year of which no services are at hand."""
ECONOMIES = {
    **{code: [code] for code in DEFAULT_ECONOMIES["icio-2022"]},
    "EU27": list(EU27),
    "ROW": ["*"],
}
CUSTOMS = ("CHN", "EU27", "GBR", "JPN", "KOR", "CAN", "MEX", "IND", "BRA", "RUS", "AUS", "IDN",
           "TWN", "VNM", "THA", "MYS", "SGP", "CHE", "SAU", "ISR", "CHL", "COL")  # fmt: skip
"""Whom US imports are published for."""
ABOUT = {
    "title": "Trade by year, importer, exporter and group of sectors, and world value added",
    "unit": "million USD",
    "source": (
        "US imports for consumption by NAICS industry, 2013 to 2024, and US exports to China by "
        "HS6, 2013 to 2020 (US Census Bureau); China's imports from the United States in 2017 by "
        "HS8 (Bown, Jung and Zhang, Peterson Institute for International Economics, 2019); OECD "
        "Inter-Country Input-Output tables, 2014, 2017 to 2020 and 2022, for all else"
    ),
    "licence": (
        "Census: public domain; PIIE: MIT-licensed collection; OECD: free reuse with citation. "
        "Shipped are sums over economies and groups of sectors"
    ),
}
Array = NDArray[np.float64]


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit status."""
    return building.run(build, __doc__, RAW, SHIPPED, arguments)


def build(data: Path, out: Path) -> list[Path]:
    """Write the table and what it is; return the paths."""
    codes = list(ECONOMIES)
    trade = np.full((len(YEARS), len(GROUPS), len(codes), len(codes)), np.nan)
    world = np.full(len(YEARS), np.nan)
    for year in TABLES:
        found = np.load(data / "icio" / f"icio{year}_77x23.npz")
        trade[YEARS.index(year)] = _grouped(found["X"], found["countries"], found["sectors"])
        world[YEARS.index(year)] = found["VA"].sum()
    found = np.load(data / "icio" / f"flows{GOODS_ALONE}_81x28.npz")
    goods = _grouped(found["flows"][:, :, :-1], found["countries"], found["sectors"][:-1])
    trade[YEARS.index(GOODS_ALONE), :-1] = goods[:-1]
    usa, china = codes.index("USA"), codes.index("CHN")
    for code, values in _us_imports(data).items():
        trade[:, :-1, usa, codes.index(code)] = values
    trade[:, :-1, china, usa] = _china_from_us(data)
    trade[:, :, np.arange(len(codes)), np.arange(len(codes))] = 0.0
    out.mkdir(parents=True, exist_ok=True)
    held = np.round(trade, 1).astype(np.float32)
    write_arrays(out / "trade.npz", {"trade": held, "world_value_added": np.round(world)})
    about = {**ABOUT, "years": YEARS, "economies": ECONOMIES,
             "groups": {name: list(isic) for name, isic in GROUPS.items()}}  # fmt: skip
    text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    write_bytes(out / "about.json", text.encode())
    return [out / "trade.npz", out / "about.json"]


def _place(division: str) -> int:
    return next(k for k, isic in enumerate(GROUPS.values()) if division in isic)


def _grouped(flows: Array, countries: Array, sectors: Array) -> Array:
    """Sum flows ``(exporter, importer, sector)`` to ``(group, importer, exporter)``."""
    merged = {code: k for k, group in enumerate(ECONOMIES.values()) for code in group}
    to = np.array([merged.get(str(c), len(ECONOMIES) - 1) for c in countries])
    economy = np.eye(len(ECONOMIES))[to]
    # the first division of a sector says its group: none straddles two
    where = [-1 if s[0] not in "ABC" else _place(str(s)[1:3]) for s in map(str, sectors)]
    group = np.eye(len(GROUPS))[where]
    return np.einsum("xms,xe,mi,sg->gie", flows, economy, economy, group, optimize=True)


def _us_imports(data: Path) -> dict[str, Array]:
    """Return partner → US imports ``(year, group of goods)``, million USD."""
    rows: Any = pd.read_parquet(data / "us_imports_monthly" / "imports_naics3_partner.parquet")
    to = {n: _place(isic[0]) for names, isic in CODES_NAICS.items() for n in names.split()}
    rows = rows[rows["naics"].isin(list(to)) & rows["partner"].isin(CUSTOMS)]
    keys = [rows["partner"], rows["month"].str[:4].astype(int), rows["naics"].map(to)]
    sums = rows["imports"].groupby(keys).sum() / 1e6
    return {code: _filled(sums[code]) for code in CUSTOMS}


def _china_from_us(data: Path) -> Array:
    """Return China's imports from the United States ``(year, group of goods)``, million USD."""
    divide = divider(data)
    path = data / "us_exports_china_hs6_monthly" / "us_exports_to_china_hs6_2013_2021.parquet"
    rows: Any = pd.read_parquet(path)
    # 2021 has two months only
    rows = rows.assign(division=[divide(c) for c in rows["hs6"]], year=rows["month"].str[:4])
    rows = rows[rows["division"].notna() & (rows["year"] < "2021")]
    keys = [rows["year"].astype(int), rows["division"].map(_place)]
    exports = _filled(rows["usd"].groupby(keys).sum())
    counted = np.zeros(len(GROUPS) - 1)
    for line, value in read_chinese(data)[1].items():
        if place := divide(line):
            counted[_place(place)] += value
    return counted * exports / exports[YEARS.index(2017)]


def _filled(sums: Any) -> Array:
    """Return ``(year, group of goods)``; a year without any trade on record is not a number."""
    table = sums.unstack(fill_value=0.0).reindex(columns=range(len(GROUPS) - 1), fill_value=0.0)
    return table.reindex(YEARS).to_numpy(dtype=float)


if __name__ == "__main__":
    sys.exit(main())
