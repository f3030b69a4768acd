"""Build the table of trade by tariff line from the raw data folder, the same bytes every time.

``python tools/build_lines.py`` writes it into the package; ``--check`` compares instead. It holds
what the United States imported in 2024 from each partner by HS6 code, and what China imported from
the United States in 2017, with the rates on each code before the measures of 2018 and in the middle
of 2022. Codes are those of the HS of 2022; those of older editions are divided among their
successors in equal parts. docs/policy.md tells what the table is used for.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from build_product_lists import RAW, ROOT, divider
from detente.baseline.archive import write_arrays
from detente.errors import DataError
from detente.files import write_bytes

SHIPPED = ROOT / "src" / "detente" / "policy" / "trade_by_line"
COLUMNS = ["pair", "hs6", "kusd", "rate_first", "rate_second"]
RATE_DATES = ("2018-01-01", "2022-07-01")
ABOUT = {
    "title": "Trade and tariff rates by pair of economies and HS6 code",
    "unit": "thousand USD; rates in hundredths of a per cent",
    "edition": "HS 2022",
    "rate_dates": list(RATE_DATES),
    "source": (
        "US imports for consumption in 2024 by HS6 and partner (US Census Bureau); China's imports "
        "from the United States in 2017 by HS8 (Bown, Jung and Zhang, Peterson Institute for "
        "International Economics, 2019); US statutory rates by partner and HS6, from lists of USTR "
        "and USITC and duties of 2024; China's rates on US goods by HS6 (the same PIIE data); HS "
        "editions: concordance of Liao, Kim, Miyano and Zhang"
    ),
    "licence": (
        "Census, USTR and USITC: public domain; PIIE and concordance: MIT-licensed collections. "
        "Shipped are values rounded to three digits"
    ),
    "caveats": [
        "Composition of 2024 (China: 2017) stands for that of every year: only shares of a "
        "sector's imports are taken from it.",
        "US rates before 2018 are duties over imports of 2024 where the partner pays no additional "
        "duty, and general rates for China; preferences that were not claimed count as paid.",
        "HS 97 to 99 belong to no industry.",
    ],
}


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=RAW, help="raw data folder")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="folder to write")
    parser.add_argument("--check", action="store_true", help="compare with --out, write nothing")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) if options.check else options.out
        out.mkdir(parents=True, exist_ok=True)
        try:
            write(options.data, out)
        except DataError as error:
            print(error, file=sys.stderr)
            return 2
        if not options.check:
            return 0
        names = ("about.json", "lines.npz")
        same = all((out / n).read_bytes() == (options.out / n).read_bytes() for n in names)
    print("the shipped table is up to date" if same else "the shipped table differs")
    return 0 if same else 1


def write(data: Path, out: Path) -> None:
    """Write ``lines.npz`` and ``about.json``."""
    rows: pd.DataFrame = pd.concat([_american(data), _chinese(data)], ignore_index=True)
    rows = rows.query("kusd > 0").sort_values(by=["pair", "hs6"]).reset_index(drop=True)
    later, editions = _successors(data)
    table = pd.read_csv(data / "crosswalks" / "hs2022_hs2017.csv.gz", dtype=str)
    codes = sorted({*rows.hs6, *table.hs6_2022})
    divide = divider(data)
    division = [_division(divide, code) for code in codes]
    home = rows.hs6.map(dict(zip(codes, division, strict=True))) > 0
    print(rows.assign(home=home).groupby("pair").kusd.sum().div(1e6).round(1).to_string())
    print(f"{len(rows)} lines, {len(codes)} codes; no industry: {rows[~home].kusd.sum() / 1e6:.1f}")
    pairs = sorted(rows.pair.unique())
    place = {code: k for k, code in enumerate(codes)}
    older = [(old, new, editions[old]) for old in sorted(later) for new in later[old]]
    write_arrays(
        out / "lines.npz",
        {
            "code": np.array([int(code) for code in codes], dtype=np.uint32),
            "division": np.array(division, dtype=np.uint8),
            "count": rows.groupby("pair").size().loc[pairs].to_numpy(np.uint32),
            "line": rows.hs6.map(place).to_numpy(np.uint16),
            "kusd": _rounded(rows.kusd.to_numpy(np.float64)).astype(np.float32),
            "rate_first": rows.rate_first.to_numpy(np.uint16),
            "rate_second": rows.rate_second.to_numpy(np.uint16),
            "old_code": np.array([int(old) for old, _, _ in older], dtype=np.uint32),
            "old_line": np.array([place[new] for _, new, _ in older], dtype=np.uint16),
            "old_edition": np.array([year for *_, year in older], dtype=np.uint16),
        },
    )
    about = {**ABOUT, "pairs": [pair.split("<") for pair in pairs], "sums": {
        pair: round(float(kusd) / 1e3, 1) for pair, kusd in rows.groupby("pair").kusd.sum().items()
    }}  # fmt: skip
    write_bytes(out / "about.json", (json.dumps(about, indent=1) + "\n").encode())


def _division(divide, code: str) -> int:
    """Return the ISIC division of a code, 0 for those of no industry."""
    if code >= "97":
        return 0
    return int(divide(code) or 0)


def _rounded(values: np.ndarray) -> np.ndarray:
    """Round to three digits."""
    unit = 10.0 ** (np.floor(np.log10(values)) - 2)
    return np.round(values / unit) * unit


def _american(data: Path) -> pd.DataFrame:
    """US imports of 2024 by partner and code, and the rates on them."""
    found = pd.read_parquet(data / "us_imports_2024_hs6" / "us_imports_2024_hs6_partner.parquet")
    found = found[found.iso != "SVK"]  # inside EU27
    found["kusd"] = found.imports / 1e3
    rates = pd.read_parquet(data / "us_statutory_panel" / "us_tariff_partner_hs6_changes.parquet")
    for name, day in zip(("rate_first", "rate_second"), RATE_DATES, strict=True):
        held = rates.query(f"date <= '{day}'").sort_values(by="date").drop_duplicates(
            ["partner", "hs6"], keep="last")  # fmt: skip
        found = found.merge(
            held.rename(columns={"partner": "iso", "rate_bp": name})[["iso", "hs6", name]],
            on=["iso", "hs6"], how="left",
        )  # fmt: skip
    print(f"US lines without a rate: {found.rate_first.isna().mean():.4f}")
    found = found.fillna({"rate_first": 0, "rate_second": 0})
    found["pair"] = "USA<" + found.iso
    return pd.DataFrame(found[COLUMNS])


def _chinese(data: Path) -> pd.DataFrame:
    """China's imports from the United States in 2017 by code of 2022, and the rates on them."""
    file = data / "tariffs" / "china_imports_2017_hs.csv"
    found = pd.read_csv(file, dtype=str).iloc[:, [0, 2]].set_axis(["hs8", "kusd"], axis=1)
    found["hs6"] = found.hs8.str.zfill(8).str[:6]
    found["kusd"] = found.kusd.astype(float).fillna(0.0)
    found = found.groupby("hs6", as_index=False).kusd.sum()
    panel = data / "retaliation_panel" / "china_on_us_hs6_2018_2026.csv.gz"
    rates = pd.read_csv(panel, dtype={"hs6": str}).set_index("hs6")
    first, second = ([c for c in rates.columns if c <= day][-1] for day in RATE_DATES)
    held = rates[[first, second]].set_axis(["rate_first", "rate_second"], axis=1) * 100
    found = found.join(held.round(), on="hs6").fillna({"rate_first": 0, "rate_second": 0})
    table = pd.read_csv(data / "crosswalks" / "hs2022_hs2017.csv.gz", dtype=str)
    found = found.merge(table, left_on="hs6", right_on="hs6_2017", how="left")
    found["hs6"] = found.hs6_2022.fillna(found.hs6)
    found["kusd"] /= found.groupby("hs6_2017").hs6.transform("size").fillna(1)
    weighted = found.assign(a=found.rate_first * found.kusd, b=found.rate_second * found.kusd)
    sums = weighted.groupby("hs6", as_index=False)[["kusd", "a", "b"]].sum()
    sums = sums[sums.kusd > 0]
    sums["rate_first"], sums["rate_second"] = (
        (sums[k] / sums.kusd).round() for k in ("a", "b"))  # fmt: skip
    return pd.DataFrame(sums.assign(pair="CHN<USA")[COLUMNS])


def _successors(data: Path) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Codes of older editions that the HS of 2022 lacks: their successors, and their edition."""
    new = pd.read_csv(data / "crosswalks" / "hs2022_hs2017.csv.gz", dtype=str)
    old = pd.read_csv(data / "crosswalks" / "hs2017_hs2007.csv.gz", dtype=str)
    current, later, edition = set(new.hs6_2022), {}, {}
    of_2017 = new.groupby("hs6_2017").hs6_2022.agg(sorted).to_dict()
    for code, found in of_2017.items():
        if code not in current:
            later[code], edition[code] = found, 2017
    for code, found in old.groupby("hs6_2007").hs6_2017.agg(sorted).to_dict().items():
        if code not in current and code not in later:
            newest = {after for middle in found for after in of_2017.get(middle, ())}
            if newest:
                later[code], edition[code] = sorted(newest), 2007
    return later, edition


if __name__ == "__main__":
    sys.exit(main())
