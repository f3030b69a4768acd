"""Build the shipped product lists from the raw data folder, the same bytes every time.

``python tools/build_product_lists.py`` writes them into the package; ``--check`` compares instead.
One file a pair of countries divides the imports of every division by the set of lists that hold
them. China's lists sum its 2017 imports from the United States by tariff line. For the US lists no
imports by line are at hand, so imports by industry and the published size of each list are spread
over the lines (`spread`). Which goods a list of China holds is in `product_waves`. docs/policy.md
tells all of it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.errors import DataError, Problem
from detente.files import write_bytes
from product_map import CODES_NAICS, LISTS_US, division
from product_map import DESCRIPTIONS as FIRST
from product_waves import CUT, MFN_JULY, Goods, chinese_goods, list_4a, size_of_4a, told
from product_waves import DESCRIPTIONS as LATER

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src" / "detente" / "policy" / "lists"
RAW = ROOT / ".." / "shared" / "data"
DESCRIPTIONS = {**FIRST, **LATER}
FAMILIES = {"CHN": "china-on-us", "USA": "us-on-china"}


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=RAW, help="raw data folder")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="folder to write")
    parser.add_argument("--check", action="store_true", help="compare with --out, write nothing")
    options = parser.parse_args(arguments)
    try:
        files = build(options.data)
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        old = [
            name
            for name, text in files.items()
            if not (options.out / name).is_file()
            or (options.out / name).read_bytes() != text.encode()
        ]
        print("\n".join(f"{name}: differs" for name in old) or "the shipped lists are up to date")
        return 1 if old else 0
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_bytes(options.out / name, text.encode())
    return 0


def build(data: Path) -> dict[str, str]:
    """Return file name → text for every pair of countries, and ``lists.json`` that describes."""
    divide = divider(data)
    families = {
        "china-on-us": _chinese(data, divide),
        "us-on-china": _american(data, divide),
    }
    about = {}
    for name, description in DESCRIPTIONS.items():
        family = FAMILIES[description["by"]]
        covered = sum(g.usd_m for g in families[family] if name in g.lists)
        total = sum(g.usd_m for g in families[family])
        print(f"{name:24} {covered / 1e3:8.2f} of {total / 1e3:7.2f} bn USD")
        about[name] = {
            **description,
            "family": family,
            "covered_usd_m": round(covered, 3),
            "total_usd_m": round(total, 3),
        }
    files = {f"{family}.csv": _csv(goods) for family, goods in families.items()}
    files["lists.json"] = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    return files


def _csv(goods: Iterable[Goods]) -> str:
    """Sum imports by division and set of lists, with their mean rate where rates are known."""
    parts: dict[tuple[str, str], list[Goods]] = defaultdict(list)
    for g in goods:
        parts[g.isic, " ".join(sorted(g.lists))].append(g)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["isic", "lists", "usd_m", "rate_before_pct"])
    for (isic, lists), found in sorted(parts.items()):
        usd = f"{sum(g.usd_m for g in found):.6f}"
        if float(usd) > 0:
            writer.writerow([isic, lists, usd, _mean_rate(found)])
    return out.getvalue()


def _mean_rate(goods: Iterable[Goods]) -> str:
    """Mean rate of January 2018 over the goods whose rate is known, weighted by imports."""
    known = [g for g in goods if g.rates and not math.isnan(g.rates[0])]
    weight = sum(g.usd_m for g in known)
    return f"{sum(g.usd_m * g.rates[0] for g in known) / weight:.3f}" if weight else ""


def _read(path: Path) -> list[list[str]]:
    """Rows of a CSV file without its heading."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))[1:]
    except OSError as error:
        raise DataError(Problem(f"cannot read: {error.strerror}", file=path)) from error


class _Divider:
    """From a tariff line to its ISIC division, by its HS6 code or, failing that, its neighbours."""

    def __init__(self, by_hs6: Mapping[str, str]):
        self.by_hs6 = by_hs6
        votes: dict[str, Counter[str]] = defaultdict(Counter)
        for code, found in by_hs6.items():
            votes[code[:4]][found] += 1
            votes[code[:2]][found] += 1
        self.by_heading = {code: min(n, key=lambda d: (-n[d], d)) for code, n in votes.items()}

    def __call__(self, line: str) -> str | None:
        """Return the division, or nothing for goods that no industry makes (HS 97 to 99)."""
        return (
            self.by_hs6.get(line[:6])
            or self.by_heading.get(line[:4])
            or self.by_heading.get(line[:2])
        )


def divider(data: Path) -> _Divider:
    """Read how tariff lines map to ISIC divisions."""
    rows = _read(data / "tariffs" / "hs6_to_gtap.csv")
    found = {code.zfill(6): division(code.zfill(6), sector) for code, sector, *_ in rows}
    return _Divider({code: d for code, d in found.items() if d})


def _chinese(data: Path, divide: _Divider) -> list[Goods]:
    """China's imports from the United States in 2017 by line, with the lists that hold them."""
    waves, imports = read_chinese(data)
    goods = chinese_goods(waves, _september_2019(data), imports, divide)
    for name, column in {"china-cars-offer": MFN_JULY, **CUT}.items():
        print(told(goods, name, column))
    return goods


def read_chinese(data: Path) -> tuple[dict[str, list[list[float]]], dict[str, float]]:
    """Read rates by HS8 line, a row per HS10 line in it, and imports in 2017 in million USD.

    A rate of January 2018 that is not a share of the value (film pays by area) is not a number.
    """
    waves = defaultdict(list)
    for hs10, _, before, *changes in _read(data / "tariffs" / "china_tariff_rates_hs.csv"):
        row = [float(before or "nan"), *(float(x or 0) for x in changes)]
        waves[hs10.zfill(10)[:8]].append(row)
    rows = _read(data / "tariffs" / "china_imports_2017_hs.csv")
    return waves, {code.zfill(8): float(value or 0) / 1e3 for code, _, value, *_ in rows}


def _september_2019(data: Path) -> dict[str, float]:
    """Points that China added on 1 September 2019 by HS6 code."""
    with (data / "tariffs" / "china_on_us_hs6.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {r["hs6"]: float(r["2019-09-01"]) - float(r["2019-06-01"]) for r in rows}


def _american(data: Path, divide: _Divider) -> list[Goods]:
    """Fit the lists of the United States from line counts, imports by industry and list sizes."""
    rows = _read(data / "tariffs" / "us_section301_lists_hts8.csv")
    order = ["1", "2", "3", "4A", "4B"]
    # a line named in two lists has parts in each; the earlier one keeps it
    member: dict[str, str] = {}
    for line, name, *_ in sorted(rows, key=lambda r: order.index(r[1]) if r[1] in order else 9):
        if name in order:
            member.setdefault(line, name)
    for line, *_ in _read(data / "tariffs" / "us_mfn_2025_hs8.csv"):
        member.setdefault(line.zfill(8), "none")
    imports = _imports_by_industry(data)
    codes = sorted(set().union(*CODES_NAICS.values()))
    columns = [*order[:3], "other"]
    count = np.zeros((len(codes), len(columns)))
    fourth = np.zeros(len(codes))
    for line, name in member.items():
        place = divide(line)
        if place in codes:
            count[codes.index(place), min(order.index(name), 3) if name in order else 3] += 1
            fourth[codes.index(place)] += name == "4A"
    groups = [[codes.index(code) for code in found] for found in CODES_NAICS.values()]
    sizes = [LISTS_US[name] for name in columns[:3]]
    value = spread(count, groups, imports, [*sizes, imports.sum() - sum(sizes)])
    later = _imports_by_industry(data, "2018").sum()
    size = size_of_4a(LISTS_US["4A"], sum(sizes), imports.sum(), later)
    last = list_4a(np.column_stack([fourth, count[:, 3] - fourth]), value[:, 3], size, spread)

    threat = LISTS_US["threat"] / LISTS_US["3"]
    held = {
        frozenset({"us-list1-34bn"}): value[:, 0],
        frozenset({"us-list2-16bn"}): value[:, 1],
        frozenset({"us-list3-200bn", "us-threat-100bn"}): value[:, 2] * threat,
        frozenset({"us-list3-200bn"}): value[:, 2] * (1 - threat),
        frozenset({"us-list4a-2019"}): last,
        frozenset(): value[:, 3] - last,
    }
    return [
        Goods(isic, lists, float(usd[k]))
        for k, isic in enumerate(codes)
        for lists, usd in held.items()
    ]


def _imports_by_industry(data: Path, year: str = "2017") -> NDArray[np.float64]:
    """US imports from China in a year by group of divisions, million USD."""
    total: dict[str, float] = defaultdict(float)
    for month, naics, _, _, china in _read(data / "monthly" / "imports_by_naics.csv"):
        if month.startswith(year):
            total[naics] += float(china or 0) / 1e6
    return np.array([sum(total[n] for n in naics.split()) for naics in CODES_NAICS])


def spread(
    count: NDArray[np.float64],
    groups: Iterable[list[int]],
    rows: NDArray[np.float64],
    columns: Iterable[float],
) -> NDArray[np.float64]:
    """Return the table nearest to ``count`` whose groups of rows and whose columns sum as given.

    Alternate scaling (iterative proportional fitting) gives the table of least relative entropy.
    Nothing is covered where no line is listed, and no industry is covered beyond its imports.

    Parameters
    ----------
    count
        Tariff lines ``(division, list)``; the last column holds the lines on none of the lists.
    groups
        Divisions whose sum is known, for each of ``rows``.
    rows, columns
        Imports by group and by list, of equal sums.

    Raises
    ------
    DataError
        The sums cannot be met.
    """
    groups, columns = list(groups), np.asarray(list(columns))
    table = count.astype(float)
    for _ in range(10_000):
        for group, total in zip(groups, rows, strict=True):
            found = table[group].sum()
            table[group] *= total / found if found else 0.0
        factor = columns / table.sum(axis=0)
        table = table * factor
        if np.abs(factor - 1).max() < 1e-12:
            return table
    raise DataError("list sizes and imports by industry cannot be met together")


if __name__ == "__main__":
    sys.exit(main())
