"""Build what the backtests are held against from the raw data folder, the same bytes every time.

``python tools/build_history.py`` writes it into the package; ``--check`` compares instead.
``imports.npz`` holds what the United States imported, by partner, three-digit NAICS industry and
quarter, and what it sold to China by ISIC division. ``lines.npz`` holds tariff lines by how their
rate moved: US imports by partner, ISIC division and NAICS industry, China's from the United States
by ISIC division. docs/backtest.md tells how they are used.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import building
from build_product_lists import RAW, ROOT, divider
from detente.baseline.archive import write_arrays
from detente.files import write_bytes
from detente.history.record import Frame
from product_map import LISTS_US, division

SHIPPED = ROOT / "src" / "detente" / "history" / "shipped"
YEARS = (*range(2015, 2021), *range(2022, 2025))
EPISODES = {
    "2018-20": ("2017", [f"{y}Q{q}" for y in (2018, 2019) for q in (1, 2, 3, 4)]
                + ["2020Q1", "2020Q2", "2020Q3", "2020Q4"]),
    "2025": ("2024", [f"2025Q{q}" for q in (1, 2, 3, 4)]),
}  # fmt: skip
"""Base year, and the quarters that are held against it."""
FIRST = "2018-01-01"
"""Of the panels of rates: what the years before had, too."""
APART = ("SVK",)
"""Partners that are counted in another one."""
SIZES = {name: LISTS_US[name] for name in ("1", "2", "3")}
"""Of the lists of 2018 as announced, million USD of imports from China."""
NEAR = 0.02
"""Lines of one cell whose rates moved alike to this, in every quarter, are one."""
ABOUT = {
    "title": "US imports by partner and industry, US exports to China, and rates on them",
    "unit": "million USD; rates as fractions",
    "source": (
        "US Census Bureau: imports for consumption by partner and three-digit NAICS industry 2015 "
        "to 2024, by partner and HTS10 in 2024, by partner and HS2 in 2017, exports to China by "
        "HS6; US statutory rates by partner and HS6, from USTR, USITC and White House lists; "
        "China's rates by HS6, from Bown, Jung and Zhang (Peterson Institute for International "
        "Economics) and the Ministry of Finance of China; China's imports from the United States "
        "in 2017 by HS8, from the same authors"
    ),
    "licence": (
        "Census, USTR and USITC: public domain; the rest from MIT-licensed collections. Shipped "
        "are sums and means"
    ),
    "method": (
        "Lines of 2018-20 are those of 2024, fitted to imports of 2017 by partner and HS chapter "
        "and by partner and industry, and to the announced sizes of the first three lists on China "
        "(iterative proportional fitting). A rate is the mean over the "
        "days of a quarter; what it was before is that of 1 January 2018, or of the same quarter "
        f"of 2024. Lines whose rates moved alike, to {100 * NEAR:g} points, are one. Goods of "
        "chapters 98 and 99 have no industry and are left out."
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit status."""
    return building.run(build, __doc__, RAW, SHIPPED, arguments)


def build(data: Path, out: Path) -> list[Path]:
    """Write the tables and what they are; return the paths."""
    out.mkdir(parents=True, exist_ok=True)
    bought, sold = _imports(data), _exports(data)
    write_arrays(out / "imports.npz", _columns(bought, "us_") | _columns(sold, "china_"))
    lines: Frame = pd.concat([_lines(data, name) for name in EPISODES], ignore_index=True)
    write_arrays(out / "lines.npz", _columns(lines, ""))
    write_bytes(out / "about.json", (json.dumps(ABOUT, indent=1) + "\n").encode())
    return [out / name for name in ("imports.npz", "lines.npz", "about.json")]


def _columns(frame: Frame, start: str) -> dict[str, np.ndarray]:
    held: dict[str, np.ndarray] = {}
    for name in frame.columns:
        values = frame[name].to_numpy()
        text = not np.issubdtype(values.dtype, np.number)
        held[f"{start}{name}"] = values.astype(str) if text else values.astype(np.float32)
    return held


def _quarter(month: Frame) -> Frame:
    return month.str[:4] + "Q" + ((month.str[5:7].astype(int) + 2) // 3).astype(str)


def _imports(data: Path) -> Frame:
    """Return imports of the United States by partner, industry and quarter."""
    raw: Frame = pd.read_parquet(data / "us_imports_monthly" / "imports_naics3_partner.parquet")
    raw = raw.astype({"partner": str, "naics": str, "month": str})
    kept = raw[raw["month"].str[:4].astype(int).isin(YEARS) & (raw["partner"] != "USMCA")]
    kept = kept.assign(quarter=_quarter(kept["month"]), value=kept["imports"] / 1e6)
    return kept.groupby(["partner", "naics", "quarter"])["value"].sum().reset_index()


def _exports(data: Path) -> Frame:
    """Return what the United States sold to China, by division and quarter."""
    folder = data / "us_exports_china_hs6_monthly"
    raw: Frame = pd.read_parquet(folder / "us_exports_to_china_hs6_2013_2021.parquet")
    raw = raw.astype({"hs6": str, "month": str})
    kept = raw[raw["month"].str[:4].isin([str(y) for y in YEARS])]
    kept = kept.assign(quarter=_quarter(kept["month"]), value=kept["usd"] / 1e6,
                       isic=kept["hs6"].map(_Division(data)))  # fmt: skip
    return kept.dropna().groupby(["isic", "quarter"])["value"].sum().reset_index()


class _Division:
    """The ISIC division of an HS code: that of its tariff lines, else of its neighbours."""

    def __init__(self, data: Path):
        self.near = divider(data)
        path = data / "crosswalks" / "hts10_gtap_naics_bea_metal.csv.gz"
        rows: Frame = pd.read_csv(path, dtype=str).dropna(subset=["gtap_code"]).itertuples()
        self.known = {row.hs10[:6]: division(row.hs10[:6], row.gtap_code) for row in rows}

    def __call__(self, code: str) -> str | None:
        """Return it, or nothing for goods that no industry makes."""
        return self.near.by_hs6.get(code[:6]) or self.known.get(code[:6]) or self.near(code)


def _lines(data: Path, episode: str) -> Frame:
    """Return lines of an episode by how their rates moved."""
    base, quarters = EPISODES[episode]
    american = _american(data, fitted=base == "2017")
    american = american.merge(_rates(_us_changes(data), base, quarters), on=["partner", "hs6"])
    chinese = _chinese(data).merge(_rates(_china_changes(data), base, quarters), on="hs6")
    both = [
        american.assign(importer="USA", exporter=american["partner"]),
        chinese.assign(importer="CHN", exporter="USA", naics=""),
    ]
    return pd.concat([_alike(one, episode, quarters) for one in both], ignore_index=True)


def _american(data: Path, *, fitted: bool) -> Frame:
    """Return US imports by partner, HS6 and industry: of 2024, or fitted to 2017."""
    raw: Frame = pd.read_parquet(
        data / "us_imports_2024_hs6" / "us_imports_2024_hts10_partner.parquet"
    )
    raw = raw.rename(columns={"iso": "partner", "hts10": "hs10", "imports": "value"})
    raw = raw.astype({"partner": str, "hs10": str})
    raw = raw[~raw["partner"].isin(APART)].assign(hs6=raw["hs10"].str[:6])
    path = data / "crosswalks" / "hts10_gtap_naics_bea_metal.csv.gz"
    named: Frame = pd.read_csv(path, dtype=str).assign(naics=lambda t: t["naics"].str[:3])
    by_line = named.set_index("hs10")["naics"]
    by_six = named.groupby(named["hs10"].str[:6])["naics"].agg(_most)
    raw["naics"] = raw["hs10"].map(by_line).fillna(raw["hs6"].map(by_six))
    raw["isic"] = raw["hs6"].map(_Division(data))
    kept = raw.dropna(subset=["naics", "isic"]).assign(value=raw["value"] / 1e6)
    kept["list"] = _lists(kept, data)
    kept = kept.groupby(["partner", "hs6", "naics", "isic", "list"])["value"].sum().reset_index()
    kept = kept.query("value > 0")
    return _fitted(kept, data) if fitted else kept


def _lists(lines: Frame, data: Path) -> Frame:
    """Return the list of 2018 that goods of China are on; the first of several."""
    path = data / "tariffs" / "us_section301_lists_hts8.csv"
    raw: Frame = pd.read_csv(path, dtype=str)
    raw = raw[raw["list"].isin(SIZES)].sort_values("list").drop_duplicates("hts8")
    found = lines["hs10"].str[:8].map(raw.set_index("hts8")["list"]).fillna("other")
    return found.where(lines["partner"] == "CHN", "")


def _most(values: Frame) -> str | None:
    counted = values.value_counts()
    return None if counted.empty else str(counted.index[0])


def _fitted(lines: Frame, data: Path, rounds: int = 50) -> Frame:
    """Fit lines to imports of 2017 by partner and chapter, by partner and industry, and by list."""
    folder = data / "us_imports_monthly"
    marks = {}
    for name, key in (
        ("imports_hs2_partner_2015_2021", "hs2"),
        ("imports_naics3_partner", "naics"),
    ):
        raw: Frame = pd.read_parquet(folder / f"{name}.parquet").astype({"partner": str, key: str})
        of_year = raw[raw["month"].astype(str).str[:4] == "2017"]
        marks[key] = of_year.groupby(["partner", key])["imports"].sum() / 1e6
    lines = lines.assign(hs2=lines["hs6"].str[:2])
    sizes = {("CHN", name): size for name, size in SIZES.items()}
    whole = float(marks["naics"]["CHN"].sum())
    marks["list"] = pd.Series({**sizes, ("CHN", "other"): whole - sum(SIZES.values())})
    value = lines["value"].to_numpy(float)
    for _ in range(rounds):
        for key, mark in marks.items():
            place: Frame = pd.MultiIndex.from_frame(lines[["partner", key]])
            now: Frame = pd.Series(value, index=place).groupby(level=[0, 1]).sum()
            ratio = (mark.reindex(now.index) / now).fillna(1.0)
            value = value * ratio.reindex(place).to_numpy()
    return lines.drop(columns=["hs2", "list"]).assign(value=value).query("value > 0")


def _chinese(data: Path) -> Frame:
    """Return China's imports from the United States in 2017 by HS6."""
    raw: Frame = pd.read_csv(data / "tariffs" / "china_imports_2017_hs.csv", dtype={0: str})
    raw = raw.rename(columns={raw.columns[0]: "hs6", raw.columns[2]: "value"})
    raw = raw.assign(hs6=raw["hs6"].str.zfill(8).str[:6], value=raw["value"] / 1e3)
    found = raw.groupby("hs6")["value"].sum().reset_index()
    return found.assign(isic=found["hs6"].map(_Division(data))).dropna().query("value > 0")


def _us_changes(data: Path) -> Frame:
    path = data / "us_statutory_panel" / "us_tariff_partner_hs6_changes.parquet"
    raw: Frame = pd.read_parquet(path).astype({"partner": str, "hs6": str, "date": str})
    return raw.assign(rate=raw["rate_bp"] / 1e4).drop(columns="rate_bp")


def _china_changes(data: Path) -> Frame:
    path = data / "retaliation_panel" / "china_on_us_hs6_2018_2026.csv.gz"
    raw: Frame = pd.read_csv(path, dtype={"hs6": str}).melt(
        "hs6", var_name="date", value_name="rate"
    )
    return raw.assign(rate=raw["rate"] / 100)


def _rates(changes: Frame, base: str, quarters: list[str]) -> Frame:
    """Return the rate before, and how much higher its mean over each quarter is, by line."""
    keys = [key for key in ("partner", "hs6") if key in changes]
    changes = changes.assign(day=pd.to_datetime(changes["date"])).sort_values([*keys, "day"])
    until = changes.groupby(keys)["day"].shift(-1).fillna(pd.Timestamp("2100-01-01"))
    names = [changes[key] for key in keys]

    def mean(start: pd.Timestamp, end: pd.Timestamp) -> Frame:
        held = (until.clip(upper=end) - changes["day"].clip(lower=start)).dt.days.clip(lower=0)
        return (changes["rate"] * held).groupby(names).sum() / (end - start).days

    first: Frame = pd.Timestamp(FIRST)
    found, before = {}, mean(first, first + pd.Timedelta(days=1))
    for quarter in quarters:
        span: Frame = pd.Period(quarter, freq="Q")
        if base != "2017":
            then: Frame = pd.Period(f"{base}Q{span.quarter}", freq="Q")
            before = mean(then.start_time, (then + 1).start_time)
        found[quarter] = mean(span.start_time, (span + 1).start_time) - before
    return pd.DataFrame({"before": before, **found}).reset_index()


def _alike(lines: Frame, episode: str, quarters: list[str]) -> Frame:
    """Merge lines of one cell whose rates moved alike, each mean weighted by trade."""
    cell = ["importer", "exporter", "isic", "naics"]
    moved = (lines[quarters] / NEAR).round().astype(int)
    key = moved.astype(str).agg(",".join, axis=1)
    weighted = lines[["before", *quarters]].mul(lines["value"], axis=0)
    held: Frame = pd.concat([lines[cell], key.rename("moved"), lines["value"], weighted], axis=1)
    found = held.groupby([*cell, "moved"], sort=True).sum().reset_index()
    means = found[["before", *quarters]].div(found["value"], axis=0)
    every: list[Any] = [quarter for _, more in EPISODES.values() for quarter in more]
    moved_by = means[quarters].reindex(columns=every)
    named = found[cell].assign(episode=episode)
    return pd.concat([named, found["value"], means["before"], moved_by], axis=1)


if __name__ == "__main__":
    sys.exit(main())
