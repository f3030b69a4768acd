"""Build the shipped product lists from the raw data folder, the same bytes every time.

``python tools/build_product_lists.py`` writes them into the package; ``--check`` compares instead.
China's lists sum its 2017 imports from the United States by tariff line. For the US lists no
imports by line are at hand, so imports by industry and the published size of each list are spread
over the lines (`spread`). The waves after spring 2018 are in `product_waves`. docs/policy.md tells
all of it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.baseline.archive import write_bytes
from detente.errors import DataError, Problem
from product_map import CODES_NAICS, LISTS_US, division
from product_map import DESCRIPTIONS as FIRST
from product_waves import (
    APRIL,
    AUGUST,
    JULY,
    MFN_JANUARY,
    MFN_JULY,
    chinese_waves,
    cut,
    list_4a,
    size_of_4a,
    wave,
)
from product_waves import DESCRIPTIONS as LATER

Lines = Mapping[str, float]
Divisions = dict[str, tuple[float, float]]

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src" / "detente" / "policy" / "lists"
RAW = ROOT / ".." / "shared" / "data"
DESCRIPTIONS = {**FIRST, **LATER}


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
    """Return file name → text for every list, and ``lists.json`` that describes them."""
    divide = divider(data)
    tables = {**_chinese(data, divide), **_american(data, divide)}
    files, about = {}, {}
    for name, description in DESCRIPTIONS.items():
        table = tables[name]
        covered = sum(c for c, _ in table.values())
        total = sum(t for _, t in table.values())
        print(f"{name:24} {covered / 1e3:8.2f} of {total / 1e3:7.2f} bn USD")
        files[f"{name}.csv"] = _csv(table)
        about[name] = {
            **description,
            "covered_usd_m": round(covered, 3),
            "total_usd_m": round(total, 3),
        }
    files["lists.json"] = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
    return files


def _csv(table: Divisions) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["isic", "covered_usd_m", "total_usd_m"])
    for code in sorted(table):
        covered, total = table[code]
        writer.writerow([code, f"{covered:.3f}", f"{total:.3f}"])
    return out.getvalue()


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


def _chinese(data: Path, divide: _Divider) -> dict[str, Divisions]:
    """Sum the lists of China from imports in 2017 by line and rates by wave."""
    waves, imports = read_chinese(data)
    april = {r: wave(waves, APRIL, r) for r in (15.0, 25.0)}
    july, august = wave(waves, JULY, 25.0), wave(waves, AUGUST, 25.0)
    fifty = {line: july.get(line, 0.0) + august.get(line, 0.0) for line in {*july, *august}}
    cars = {
        line: share
        for line, share in cut(waves, MFN_JULY).items()
        if line.startswith("87") and divide(line) == "29"
    }
    shares: dict[str, Lines] = {
        "china-3bn-2018-15pct": april[15.0],
        "china-3bn-2018-25pct": april[25.0],
        "china-50bn-2018": fifty,
        "china-cars-offer": cars,
        "china-farm-offer-15pct": _farm(april[15.0], divide),
        "china-farm-offer-25pct": _farm(april[25.0], divide),
    }
    _tell_cars(waves, imports, cars)
    shares |= chinese_waves(waves, _september_2019(data), imports, cars)
    return {name: _by_division(imports, share, divide) for name, share in shares.items()}


def read_chinese(data: Path) -> tuple[dict[str, list[list[float]]], dict[str, float]]:
    """Read rates by HS8 line, a row per HS10 line in it, and imports in 2017 in million USD."""
    waves = defaultdict(list)
    for hs10, _, *changes in _read(data / "tariffs" / "china_tariff_rates_hs.csv"):
        waves[hs10.zfill(10)[:8]].append([float(x or 0) for x in changes])
    rows = _read(data / "tariffs" / "china_imports_2017_hs.csv")
    return waves, {code.zfill(8): float(value or 0) / 1e3 for code, _, value, *_ in rows}


def _september_2019(data: Path) -> list[tuple[str, float]]:
    """HS6 codes with the points that China added on 1 September 2019."""
    with (data / "tariffs" / "china_on_us_hs6.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [(r["hs6"], float(r["2019-09-01"]) - float(r["2019-06-01"])) for r in rows]


def _farm(share: Lines, divide: _Divider) -> Lines:
    """Farm goods as trade negotiators count them: agriculture, fish, food and drink."""
    return {line: s for line, s in share.items() if divide(line) in ("01", "03", "10", "11")}


def _tell_cars(waves: Mapping[str, list[list[float]]], imports: Lines, cars: Lines) -> None:
    """Print the mean rates behind the scale of the offer on cars."""
    weights = np.array([imports.get(line, 0.0) * cars[line] for line in cars])
    before = np.array([np.mean([row[MFN_JANUARY] for row in waves[line]]) for line in cars])
    change = np.array([np.mean([row[MFN_JULY] for row in waves[line]]) for line in cars])
    mean = [(weights * x).sum() / weights.sum() for x in (before, before + change)]
    print(
        f"cars and parts: {mean[0]:.2f}% before, {mean[1]:.2f}% after, ratio of the two "
        f"{mean[1] / mean[0]:.3f}"
    )


def _by_division(imports: Lines, share: Lines, divide: _Divider) -> Divisions:
    covered: dict[str, float] = defaultdict(float)
    total: dict[str, float] = defaultdict(float)
    for line, value in imports.items():
        place = divide(line)
        if place:
            covered[place] += value * share.get(line, 0.0)
            total[place] += value
    return {code: (covered[code], total[code]) for code in total if total[code] > 0}


def _american(data: Path, divide: _Divider) -> dict[str, Divisions]:
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
    total = value.sum(axis=1)
    later = _imports_by_industry(data, "2018").sum()
    size = size_of_4a(LISTS_US["4A"], sum(sizes), imports.sum(), later)
    last = list_4a(np.column_stack([fourth, count[:, 3] - fourth]), value[:, 3], size, spread)

    def table(covered: NDArray[np.float64]) -> Divisions:
        return {c: (float(covered[k]), float(total[k])) for k, c in enumerate(codes) if total[k]}

    return {
        "us-list1-34bn": table(value[:, 0]),
        "us-list2-16bn": table(value[:, 1]),
        "us-list3-200bn": table(value[:, 2]),
        "us-threat-100bn": table(value[:, 2] * LISTS_US["threat"] / LISTS_US["3"]),
        "us-list4a-2019": table(last),
    }


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
