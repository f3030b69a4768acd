"""Build US counties and their map from the raw data folder, the same bytes every time.

``python tools/build_places.py`` writes them into the package; ``--check`` compares instead.
``us-counties.npz`` holds jobs, pay and exports to China by county and industry, and votes;
``us-counties-map.json.gz`` their shapes with fewer points; ``us-prices.npz`` what US producers and
consumers buy, domestic and imported apart. docs/places.md tells how they are made.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import building
from build_product_lists import RAW, ROOT
from detente.baseline.archive import write_arrays
from detente.files import write_bytes

SHIPPED = ROOT / "src" / "detente" / "places" / "shipped"
ISIC = {
    "11": "01-03", "21": "05-09", "22": "35-39", "23": "41-43", "31-33": "10-33", "42": "46",
    "44-45": "45 47", "48-49": "49-53", "51": "58-63", "52": "64-66", "53": "68 77",
    "54": "69-75", "55": "69-75", "56": "78-82", "61": "85", "62": "86-88", "71": "90-93",
    "72": "55-56", "81": "94-96",
}  # fmt: skip
"""Two-digit NAICS to divisions of ISIC; establishments of no industry (99) are left out."""
GOODS = ("01-03", "05-09", "10-33")
"""Industries whose exports are known by county."""
ONE_PLACE = {"02063": "02261", "02066": "02261"}
"""Alaskan areas divided after the map was drawn."""
ROUGH = 70.0
"""Units of the map's grid that a line may be moved by: about half a pixel of 975."""
COARSER = 10
"""Units of the map's grid that are one of ours, so that numbers are short: 0.1 of 975 pixels."""
CARD = {
    "title": "US counties: private jobs and pay 2023, exports to China 2017, votes",
    "country": "USA",
    "left_out": ["84", "97", "98", "99"],
    "jobs_year": 2023,
    "exports_year": 2017,
    "source": (
        "US Census Bureau, County Business Patterns 2023: jobs and pay by county and NAICS sector; "
        "exports to China by county 2017 from employment in industries (BLS, QCEW) and US exports "
        "by industry, after Waugh (2019); US Census Bureau, exports to China by HS6 2017; votes "
        "collected by T. McGovern"
    ),
    "licence": "Census and BLS: public domain; votes: MIT; map: us-atlas (ISC), Census geometry",
    "method": (
        "Exports to China of a county are divided between farms, mines and factories so that they "
        "sum to the county's and to the nation's of each. Jobs on farms, which County Business "
        "Patterns leaves out, are farm exports over USD 29,522, what a county has for each worker "
        "where all work on crops; their pay is the national mean of other farm and forest jobs"
    ),
    "notes": [
        "Private employers only: no public administration, no households, no self-employed farmers",
        "Factories of a county are not known by branch: each has the nation's mix",
        "Connecticut is one place (its counties were replaced in 2022); Alaskan votes are counted "
        "for the state alone",
        "Jobs are noise-infused by the Census Bureau; a county's small numbers are rough",
    ],
}
CROPS = 29522.29
"""USD of exports to China for each worker where all work on crops: Garfield WA, Issaquena MS."""


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit status."""
    return building.run(build, __doc__, RAW, SHIPPED, arguments)


def build(data: Path, out: Path) -> list[Path]:
    """Write all files; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"us-counties{ending}" for ending in (".npz", ".json", "-map.json.gz")]
    paths.append(out / "us-prices.npz")
    write_arrays(paths[3], uses(data))
    write_arrays(paths[0], arrays(data))
    write_bytes(paths[1], (json.dumps(CARD, indent=1) + "\n").encode())
    shapes = json.loads(
        gzip.decompress((data / "maps/us_counties-albers-10m.json.gz").read_bytes())
    )
    text = json.dumps(simpler(shapes), separators=(",", ":"))
    write_bytes(paths[2], gzip.compress(text.encode(), mtime=0))
    return paths


def arrays(data: Path) -> dict[str, np.ndarray]:
    """Return jobs, pay and exports by place and industry, votes by place and state."""
    folder = data / "us_counties"
    about: Any = pd.read_csv(folder / "counties.csv.gz", dtype={"fips": str})
    cbp: Any = pd.read_csv(folder / "county_employment_naics2_cbp2023.csv.gz", dtype=str)
    cbp = cbp[cbp["naics2"].isin(ISIC) & (cbp["fips"].str[:2] <= "56")]
    numbers: Any = cbp[["employment", "annual_payroll_kusd"]].astype(float)
    numbers["place"], numbers["sector"] = cbp["fips"].map(place), cbp["naics2"].map(ISIC)
    sums: Any = numbers.groupby(["place", "sector"]).sum().unstack(fill_value=0.0)
    jobs, pay = sums["employment"], sums["annual_payroll_kusd"]
    about["place"] = about["fips"].map(place)
    known = about.groupby("place")[[c for c in about if c.startswith("votes")]].sum(min_count=1)
    exports: Any = by_industry(about, jobs, national(data))
    farm = exports["01-03"] / CROPS
    mean = pay["01-03"].sum() / jobs["01-03"].sum()
    jobs, pay = jobs.copy(), pay.copy()
    jobs["01-03"] += farm
    pay["01-03"] += mean * farm
    alaska = jobs.index.str.startswith("02")
    votes = known.reindex(jobs.index)
    votes[alaska] = np.nan
    names = about.dropna(subset=["county_name"]).groupby("place")["county_name"].first()
    names["09"] = "Connecticut"
    states = about.assign(state=about["fips"].str[:2])
    state_votes = states.groupby("state")[list(known)].sum()
    titles = states.dropna(subset=["state_name"]).groupby("state")["state_name"].first()
    shapes = json.loads(
        gzip.decompress((data / "maps/us_counties-albers-10m.json.gz").read_bytes())
    )
    drawn = {g["id"]: g["properties"]["name"] for g in shapes["objects"]["counties"]["geometries"]}
    here = [names.get(p) or drawn.get(p, p) for p in jobs.index]
    codes = [code for code in titles.index if code in set(jobs.index.str[:2])]
    years = ("2016", "2020", "2024")
    return {
        "places": np.array(list(jobs.index)),
        "names": np.array(here),
        "states": np.array(codes),
        "state_names": np.array([titles[code] for code in codes]),
        "sectors": np.array(list(jobs.columns)),
        "jobs": np.round(jobs.to_numpy()).astype(np.int32),
        "pay_kusd": np.round(pay.to_numpy()).astype(np.int32),
        "exports_kusd": np.round(exports.to_numpy() / 1e3).astype(np.int32),
        "years": np.array([int(year) for year in years]),
        "votes": _votes(votes, years),
        "state_votes": _votes(state_votes.loc[codes], years),
    }


def _votes(found: Any, years: tuple[str, ...]) -> np.ndarray:
    """Votes ``(year, place, party)``, Democratic and Republican; -1 where they are not known."""
    each = [found[[f"votes_dem_{year}", f"votes_gop_{year}"]].to_numpy() for year in years]
    return np.nan_to_num(np.array(each), nan=-1).astype(np.int32)


def place(fips: str) -> str:
    """Return the place that a county is, or is part of."""
    return "09" if fips.startswith("09") else ONE_PLACE.get(fips, fips)


def national(data: Path) -> np.ndarray:
    """US exports to China in 2017 of farms, mines and factories, USD."""
    trade: Any = pd.read_parquet(
        data / "us_exports_china_hs6_monthly" / "us_exports_to_china_hs6_2013_2021.parquet"
    )
    year = trade[trade["month"].astype(str).str[:4] == "2017"].groupby("hs6")["usd"].sum()
    codes: Any = pd.read_csv(data / "crosswalks" / "hs2017_naics6.csv.gz", dtype=str)
    codes = codes.drop_duplicates()
    codes["share"] = 1 / codes.groupby("hs6_2017")["naics6"].transform("size")
    usd = codes["hs6_2017"].map(year).fillna(0.0) * codes["share"]
    first = codes["naics6"].str[:1].where(codes["naics6"].str[:1] == "3", codes["naics6"].str[:2])
    return np.array([usd[first == code].sum() for code in ("11", "21", "3")])


def by_industry(about: Any, jobs: Any, total: np.ndarray) -> pd.DataFrame:
    """Divide a county's exports to China between farms, mines and factories, USD.

    Both the county's total and the nation's by industry are met (biproportional fitting) from what
    jobs in each would export at national means. Farm jobs to start from are those in industries
    that trade (QCEW) beyond mines and factories (CBP), and CBP's own.
    """
    usd = (about["china_export_exposure_2017"] * about["employment_2017"]).groupby(about["place"])
    wanted = usd.sum().reindex(jobs.index).fillna(0.0).to_numpy()
    traded = about.groupby("place")["employment_traded_industries_2017"].sum().reindex(jobs.index)
    other = jobs[["05-09", "10-33"]].sum(axis=1)
    farm = (traded.fillna(0.0) - other).clip(lower=0) + jobs["01-03"] + 1
    start = np.column_stack([farm, jobs["05-09"], jobs["10-33"]])
    found = start * total / start.sum(axis=0)
    total = total * wanted.sum() / total.sum()
    for _ in range(500):
        rows = found.sum(axis=1)
        found *= np.divide(wanted, rows, out=np.zeros_like(rows), where=rows > 0)[:, None]
        found *= total / found.sum(axis=0)
    return pd.DataFrame(found, jobs.index, list(GOODS))


def uses(data: Path) -> dict[str, np.ndarray]:
    """Return what US industries and consumers buy in 2024, million USD, by BEA commodity.

    ``domestic`` and ``imported`` ``(commodity, industry)`` hold those industries that are
    commodities too, in that order; ``producers`` and ``purchasers`` ``(category, commodity)`` what
    consumers spend, without and with trade and transport margins; ``hs6`` ``of`` commodity number.
    """
    folder = data / "us_io_bea_2024"
    about: Any = pd.read_csv(folder / "industries_commodities.csv", index_col="bea_code")
    codes = list(about.index)
    both = {
        name: pd.read_csv(folder / f"use_{file}_summary.csv", index_col="bea_code")
        .reindex(index=codes, columns=codes)
        .fillna(0.0)
        .to_numpy()
        for name, file in (("domestic", "domestic"), ("imported", "import"))
    }
    bridge: Any = pd.read_csv(folder / "pce_bridge.csv")
    named = bridge.drop_duplicates("nipa_line").set_index("nipa_line")["pce_category"]
    spent = {
        key: bridge.pivot_table(
            index="nipa_line", columns="bea_code", values=f"{key}_value", aggfunc="sum"
        )
        .reindex(index=named.index, columns=codes)
        .fillna(0.0)
        .to_numpy()
        for key in ("producers", "purchasers")
    }
    lines: Any = pd.read_csv(data / "crosswalks" / "hts10_gtap_naics_bea_metal.csv.gz", dtype=str)
    summary: Any = pd.read_csv(folder / "summary_to_detail.csv", dtype=str)
    into = summary.set_index("detail_code")["summary_code"]
    lines["code"] = lines["bea_detail_code"].map(into)
    lines["hs6"] = lines["hs10"].str[:6]
    most = lines.dropna(subset=["code"]).groupby(["hs6", "code"]).size().reset_index(name="lines")
    most = most.sort_values(["hs6", "lines", "code"], ascending=[True, False, True])
    most = most.drop_duplicates("hs6")
    return {
        "codes": np.array(codes),
        "names": np.array([str(text) for text in about["description"].fillna("Government")]),
        "categories": np.array(list(named)),
        "output": about["output"].fillna(0.0).to_numpy(),
        "imports": about["import_total"].fillna(0.0).to_numpy(),
        "home_use": about["domestic_total"].fillna(0.0).to_numpy(),
        "consumption": about["pce"].fillna(0.0).to_numpy(),
        **both,
        **spent,
        "hs6": most["hs6"].to_numpy().astype(str),
        "of": most["code"].map({code: k for k, code in enumerate(codes)}).to_numpy(np.int64),
    }


def simpler(shapes: dict[str, Any]) -> dict[str, Any]:
    """Return a map of the counties and states alone, with fewer points on each line."""
    arcs = []
    for arc in shapes["arcs"]:
        points = np.cumsum(np.array(arc), axis=0)
        kept = np.round(points[_kept(points.astype(float))] / COARSER).astype(int)
        moves = np.diff(kept, axis=0)
        # two points at least, as a line has, even where they are one by now
        inner = np.append(moves[:-1].any(axis=1), True)
        arcs.append([kept[0].tolist(), *moves[inner].tolist()])
    objects = {name: shapes["objects"][name] for name in ("counties", "states")}
    grid = dict(shapes["transform"])
    grid["scale"] = [COARSER * one for one in grid["scale"]]
    return {"type": "Topology", "transform": grid, "objects": objects, "arcs": arcs}


def _kept(points: np.ndarray) -> np.ndarray:
    """Which points a line needs to stay within `ROUGH` of itself (Douglas and Peucker)."""
    keep = np.zeros(len(points), bool)
    keep[[0, -1]] = True
    open_ = [(0, len(points) - 1)]
    while open_:
        first, last = open_.pop()
        if last - first < 2:
            continue
        inner, way = points[first + 1 : last] - points[first], points[last] - points[first]
        length = np.hypot(*way)
        cross = np.abs(inner[:, 0] * way[1] - inner[:, 1] * way[0])
        away = np.hypot(*inner.T) if length == 0 else cross / length
        if away.max() > ROUGH:
            middle = first + 1 + int(away.argmax())
            keep[middle] = True
            open_ += [(first, middle), (middle, last)]
    return keep


if __name__ == "__main__":
    sys.exit(main())
