"""Build the shipped ledger from the raw data folder, the same bytes every time.

``python tools/build_ledger.py`` writes it into the package; ``--check`` compares instead. Measures
are the source's rows with targets as codes (`ledger_terms`); US rates by partner and HS6 are
divided by authority (`ledger_lines`); China's rates on US goods are by HS6. docs/ledger.md tells
all of it.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import building
from build_product_lists import RAW, ROOT
from detente.baseline.archive import write_arrays
from detente.files import write_bytes
from detente.ledger.measures import COLUMNS
from ledger_lines import AUTHORITIES, Lines, divide, lines_of, residuals
from ledger_terms import ANSWERED, CORRECTED, QUOTED, TARGETS

SHIPPED = ROOT / "src" / "detente" / "ledger" / "shipped"
NAMES = dict(zip(AUTHORITIES, ("base", "s301_china", "s232", "fentanyl", "reciprocal", "s122",
                               "s301_2026", "s338"), strict=True))  # fmt: skip
"""The source's names of authorities, to ours."""
BUDGET_LAB = {
    "total": ("weighted_etr",), "base": ("etr_base",), "s232": ("etr_232",),
    "s301": ("etr_301",), "ieepa": ("etr_ieepa", "etr_fentanyl"), "s122": ("etr_s122",),
}  # fmt: skip
"""Our authorities, to the tracker's columns."""
INSIDE = ("SVK",)
"""Partners that are inside another."""
Row = tuple[str, str, str, str, str, float, str]
ABOUT: dict[str, Any] = {
    "title": "Dated measures of 2018 to 2026, and tariff rates by partner, product and date",
    "last_day": "2026-08-21",
    "source": (
        "Measures: compiled from official texts, product lists, press and general knowledge, as "
        "each row says. US rates: computed from public lists of USTR, USITC and White House "
        "annexes, with imports of 2024 (US Census Bureau) as weights. China's rates on US "
        "goods: Bown, Jung and Zhang (Peterson Institute for International Economics, 2019) to "
        "2020, lists of the Ministry of Finance and the US International Trade Administration "
        "from 2025, with China's imports of 2017 as weights. Published averages: Yale Budget "
        "Lab tracker (as of 29 June 2026); Trade War Tracker (Waugh)"
    ),
    "licence": (
        "US government works and Census: public domain; PIIE, Budget Lab and Trade War Tracker: "
        "MIT. Shipped are figures computed from them"
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit status."""
    return building.run(build, __doc__, RAW, SHIPPED, arguments)


def build(data: Path, out: Path) -> list[Path]:
    """Write all files; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    lines = read_lines(data)
    levels = divide(lines)
    write_arrays(out / "usa.npz", _packed(lines, levels))
    write_arrays(out / "china.npz", china(data))
    write_bytes(out / "measures.csv", _text(measures(data), COLUMNS).encode())
    write_bytes(out / "published.csv", published(data).encode())
    about = {**ABOUT, "division": division(lines, levels),
             "corrected": {name: why for name, (_, why) in CORRECTED.items()}}  # fmt: skip
    write_bytes(out / "about.json", f"{json.dumps(about, indent=1, ensure_ascii=False)}\n".encode())
    names = ("measures.csv", "usa.npz", "china.npz", "published.csv", "about.json")
    return [out / name for name in names]


def read_lines(data: Path) -> Lines:
    """Read US lines and cells."""
    panel = data / "us_statutory_panel"
    imports = data / "us_imports_2024_hs6" / "us_imports_2024_hts10_partner.parquet"
    sector: Any = pd.read_csv(data / "tariffs" / "hs6_to_gtap.csv", dtype=str)
    return lines_of(
        pd.read_parquet(panel / "us_tariff_partner_hs6_changes.parquet"),
        pd.read_parquet(panel / "us_tariff_partner_gtap_date.parquet"),
        pd.read_parquet(imports),
        sector.set_index("hs6_code")["gtap_code"],
        pd.read_csv(data / "us_measure_lists" / "us_measure_lists.csv.gz", dtype=str),
    )


def measures(data: Path) -> list[dict[str, str]]:
    """Return the source's rows with whom they are on as codes, and what they answer as ids."""
    with (data / "ledger" / "measures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [_measure(row) for row in rows]


def _measure(row: dict[str, str]) -> dict[str, str]:
    target = row["target"]
    on, without = TARGETS.get(target, (tuple(target.split(";")), ()))
    changed, why = CORRECTED.get(row["id"], ({}, ""))
    lists = [part.strip() for part in row["product_list"].split(";") if part.strip()]
    return {
        **row,
        **changed,
        "by": row["imposer"],
        "on": ";".join(on),
        "except": ";".join(without),
        "on_said": "" if target == ";".join(on) else target,
        "answers": ANSWERED[row["in_response_to"]] if row["in_response_to"] else "",
        "product_list": "; ".join(_list_name(part) for part in lists),
        "note": why,
    }


def _list_name(text: str) -> str:
    """Name a list without where the source's collection keeps it."""
    return text.rpartition(":")[2].rpartition("/")[2].removesuffix(".csv")


def _packed(lines: Lines, levels: np.ndarray) -> dict[str, np.ndarray]:
    """Return each authority's different paths over its own dates, and the path of each line.

    Paths hold the change at each date, so that their sum up to a date is the level.
    """
    partners, partner = np.unique(lines.partner, return_inverse=True)
    found = {
        "partners": partners,
        "partner": partner.astype(np.uint8),
        "hs6": lines.hs6.astype(np.uint32),
        "imports": np.maximum(np.rint(lines.imports / 1000), 1).astype(np.uint32),
        "dates": np.array(lines.dates, dtype="datetime64[D]"),
    }
    for place, name in enumerate(AUTHORITIES):
        found |= {f"{NAMES[name]}_{k}": v for k, v in _paths(levels[place]).items()}
    return found


def _paths(levels: np.ndarray) -> dict[str, np.ndarray]:
    days = [0, *(np.flatnonzero(np.diff(levels, axis=1).any(axis=0)) + 1)]
    paths, path = np.unique(levels[:, days], axis=0, return_inverse=True)
    return {
        "days": np.array(days, dtype=np.uint8),
        "paths": np.diff(paths, axis=1, prepend=0).astype(np.int32),
        "path": path.ravel().astype(np.uint16),
    }


def china(data: Path) -> dict[str, np.ndarray]:
    """Return China's rates on US goods by HS6 and date, with its imports of 2017."""
    path = data / "retaliation_panel" / "china_on_us_hs6_2018_2026.csv.gz"
    rates: Any = pd.read_csv(path, dtype={"hs6": str}).set_index("hs6")
    bought: Any = pd.read_csv(data / "tariffs" / "china_imports_2017_hs.csv", dtype=str)
    value = bought.iloc[:, 2].str.replace(",", "").astype(float)
    by_code = value.groupby(bought.iloc[:, 0].str.zfill(8).str[:6]).sum()
    # four lines lack a rate on some days: the next, or the last, that is known
    levels = np.rint(rates.ffill(axis=1).bfill(axis=1).to_numpy() * 100).astype(np.int64)
    days = {"dates": np.array(rates.columns, dtype="datetime64[D]")}
    imports = np.rint(by_code.reindex(rates.index).fillna(0.0).to_numpy())
    return {
        "partners": np.array(["USA"]),
        "partner": np.zeros(len(rates), dtype=np.uint8),
        "hs6": rates.index.to_numpy(dtype=str).astype(np.uint32),
        "imports": imports.astype(np.uint32),
        **days,
        **{f"total_{k}": v for k, v in _paths(levels).items()},
    }


def published(data: Path) -> str:
    """Return what others found the averages to be, as fractions, and how that is known."""
    rows = [*_budget_lab(data), *_waugh(data), *_collected(data)]
    rows += [("piie", "CHN", "USA", "total", date, rate / 100, "memory") for date, rate in QUOTED]
    names = ("tracker", "importer", "partner", "authority", "date", "rate", "known")
    held = [dict(zip(names, row, strict=True)) | {"rate": f"{row[5]:.5f}"} for row in rows]
    return _text(held, names)


def _budget_lab(data: Path) -> Iterator[Row]:
    found: Any = pd.read_csv(data / "us_tariff_tracker_budgetlab" / "overall.csv").set_index("date")
    for authority, columns in BUDGET_LAB.items():
        for date, rate in found[list(columns)].sum(axis=1).items():
            yield "budget-lab", "USA", "ALL", authority, str(date), rate, "file"


def _waugh(data: Path) -> Iterator[Row]:
    folder = data / "us_tariff_tracker_waugh"
    for row in pd.read_csv(folder / "overall_by_date.csv").itertuples(index=False):
        yield "waugh", "USA", "ALL", "total", row[0], row[1] / 100, "file"
    found: Any = pd.read_csv(folder / "partner_by_date.csv")
    for date, partner, rate in zip(found["date"], found["partner"], found["effective_total_pct"],
                                   strict=True):  # fmt: skip
        if partner not in INSIDE:
            yield "waugh", "USA", partner, "total", date, rate / 100, "file"


def _collected(data: Path) -> Iterator[Row]:
    """Duties over imports, by month, to 2024."""
    bought: Any = pd.read_parquet(data / "us_imports_monthly" / "imports_naics3_partner.parquet")
    bought = bought[(bought["partner"] == "WLD") & bought["month"].between("2018", "2025")]
    sums = bought.groupby("month")[["imports", "duty"]].sum()
    for month, rate in (sums["duty"] / sums["imports"]).items():
        yield "collected", "USA", "ALL", "total", f"{month}-01", rate, "file"


def division(lines: Lines, levels: np.ndarray) -> dict[str, Any]:
    """Say how far the lines are from the source, and what was changed in them."""
    gaps: Any = residuals(lines, levels)
    largest = gaps.assign(mean=gaps["mean"].abs()).groupby("authority")[["mean", "gross"]].max()
    # by more than rounding
    off = (levels.sum(0) > lines.total + 1).any(axis=1)
    return {
        "lines": len(lines.total),
        "largest_gap_of_average": {
            NAMES[a]: round(float(largest["mean"][a]) / 1e4, 7) for a in AUTHORITIES},
        "largest_gap_of_cells": {
            NAMES[a]: round(float(largest["gross"][a]) / 1e4, 7) for a in AUTHORITIES},
        "lines_raised": int(off.sum()),
        "imports_raised_usd": int(lines.imports[off].sum()),
    }  # fmt: skip


def _text(rows: Sequence[Mapping[str, object]], columns: tuple[str, ...]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main())
