"""Build the shipped baselines from the raw data folder, the same bytes every time.

``python tools/build_baselines.py`` writes them into the package; ``--check`` builds into a
temporary folder instead and says whether the shipped files are what the raw data give.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import sys
import tempfile
from pathlib import Path

import numpy as np

from detente.baseline.aggregate import aggregate
from detente.baseline.elasticities import COLUMNS, DEFAULT_SOURCE, with_elasticities
from detente.baseline.groups import ISIC_DIVISIONS, divisions
from detente.baseline.icio import read_icio
from detente.baseline.names import EU27
from detente.baseline.store import read, save
from detente.baseline.wiod import read_wiod
from detente.errors import DataError, Problem
from detente.files import write_bytes
from elasticity_map import MAPS, SERVICES_DEFAULT
from tariff_rule import rebuild
from world_2022 import world_2022

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src" / "detente" / "baseline" / "shipped"
RAW = ROOT / ".." / "shared" / "data"
LIMIT = 4_000_000
# fmt: off
SINGLE = (
    "GBR", "JPN", "KOR", "CAN", "MEX", "IND", "BRA", "RUS", "TUR", "AUS", "IDN", "TWN",
)
# fmt: on
ECONOMIES: dict[str, list[str]] = {
    "USA": ["USA"],
    "CHN": ["CHN"],
    "EU27": list(EU27),
    **{code: [code] for code in SINGLE},
    "ROW": ["*"],
}
FIRST_SERVICE = "35"


def main(arguments: list[str] | None = None) -> int:
    """Build or check; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=RAW, help="raw data folder")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="folder to write")
    parser.add_argument("--check", action="store_true", help="compare with --out, write nothing")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            return check(options.data, options.out)
        for path in build(options.data, options.out):
            print(f"{path.name}: {path.stat().st_size:,} bytes")
    except (DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def build(data: Path, out: Path) -> list[Path]:
    """Write the elasticity table and the baselines; return their paths."""
    table = out / "elasticities.csv"
    write_bytes(table, elasticity_table(data / "elasticities").encode())
    paths = [table]
    countries = read_wiod(data / "wiod2014", "4")
    wiod = aggregate(countries, countries=ECONOMIES, name="wiod-2014")
    before, icio = (
        aggregate(
            read_icio(data / "icio", "4", year=year), countries=ECONOMIES, name=f"icio-{year}"
        )
        for year in (2014, 2017)
    )
    for merged, simple in ((wiod, before), (icio, icio)):
        done = rebuild(merged, wiod, simple, before, data)
        path = out / f"{merged.name}.npz"
        paths += save(with_elasticities(done, DEFAULT_SOURCE, table=table), path)
    latest = with_elasticities(world_2022(data, countries), DEFAULT_SOURCE, table=table)
    paths += save(latest, out / f"{latest.name}.npz")
    total = sum(path.stat().st_size for path in paths)
    if total > LIMIT:
        raise DataError(Problem("shipped files too large", out, value=total, allowed="4 MB"))
    return paths


def check(data: Path, out: Path) -> int:
    """Build elsewhere, twice, and compare with the files there are; return the exit status."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        fresh, again = build(data, Path(first)), build(data, Path(second))
        failed = False
        for one, two in zip(fresh, again, strict=True):
            if one.read_bytes() != two.read_bytes():
                print(f"{one.name}: two builds differ")
                failed = True
        for path in fresh:
            words = difference(path, out / path.name)
            print(f"{path.name}: {words or 'as shipped'}")
            failed |= bool(words) and words != SAME_FIGURES
    return int(failed)


SAME_FIGURES = (
    "same figures, but for the last bits or how they are packed (another processor or zlib)"
)


def difference(fresh: Path, shipped: Path) -> str:
    """Say how a built file differs from the shipped one; empty where it does not."""
    if not shipped.is_file():
        return "not there"
    if fresh.read_bytes() == shipped.read_bytes():
        return ""
    if fresh.suffix == ".json":  # the hash is of figures, whose last bits a processor may round
        cards = [json.loads(path.read_text("utf-8")) | {"hash": ""} for path in (fresh, shipped)]
        arrays = [path.with_suffix(".npz") for path in (fresh, shipped)]
        near = cards[0] == cards[1] and difference(*arrays) == SAME_FIGURES
        return SAME_FIGURES if near else "differs"
    if fresh.suffix != ".npz":
        return "differs"
    new, old = read(fresh), read(shipped)
    arrays = ("flows", "tariff", "value_added_share", "input_share", "final_demand")
    far = [a for a in arrays if not np.allclose(getattr(new, a), getattr(old, a), 1e-10, 0)]
    return f"differs in {', '.join(far)}" if far else SAME_FIGURES


def elasticity_table(folder: Path) -> str:
    """Return the table of published trade elasticities by ISIC division, as CSV text."""
    path = folder / "elasticities_tariffwar_sources.json"
    collected = json.loads(path.read_text(encoding="utf-8"))
    rows: list[tuple[str, str, float, str]] = []
    for source, (key, mapping) in MAPS.items():
        rows += _source_rows(source, collected[key], mapping, _own_services(source, folder), path)
    uniform = float(collected["uniform_simonovska_waugh"]["value"])
    rows += [("simonovska-waugh-2014", division, uniform, "") for division in ISIC_DIVISIONS]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((s, d, repr(round(value, 6)), how) for s, d, value, how in rows)
    return text.getvalue()


def _own_services(source: str, folder: Path) -> float | None:
    """Return the one number that a set's separate table gives every service."""
    if source != "lashkaripour-lugovskyy-2023":
        return None
    lines = (folder / "ll2023_trade_scale_44.csv").read_text(encoding="utf-8-sig").splitlines()
    # industries 23 to 44 of the table are ICIO's services, 35 to 94T96
    (value,) = {float(line.split(",")[1]) for line in lines[23:45]}
    return value


def _source_rows(
    source: str,
    collected: dict,
    mapping: dict[str, tuple[str, ...]],
    services: float | None,
    path: Path,
) -> list[tuple[str, str, float, str]]:
    labels = collected["sectors"]
    if set(labels) != set(mapping):
        odd = sorted(set(labels) ^ set(mapping))
        message = "sectors without a mapping, or the reverse"
        raise DataError(Problem(message, path, None, source, odd))
    found: dict[str, list[float]] = {}
    for label, value in zip(labels, collected["epsilon"], strict=True):
        for division in divisions(*mapping[label]):
            found.setdefault(division, []).append(value)
    goods = [v for label, v in zip(labels, collected["epsilon"], strict=True) if mapping[label]]
    mean = math.fsum(goods) / len(goods)
    rows = []
    for division in ISIC_DIVISIONS:
        if division in found:
            own = found[division]
            rows.append((source, division, math.fsum(own) / len(own), ""))
        elif division < FIRST_SERVICE:
            rows.append((source, division, mean, f"mean of the source's goods sectors {mean:.4g}"))
        elif services is not None:
            rows.append((source, division, services, ""))
        else:
            how = f"{SERVICES_DEFAULT:g} for services"
            rows.append((source, division, SERVICES_DEFAULT, how))
    return rows


if __name__ == "__main__":
    sys.exit(main())
