"""Published averages of the tariffs of the US-China war, from product-level data and our lists."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from build_product_lists import divider, read_chinese  # pyright: ignore[reportMissingImports]
from case import compare, data_folder, finish
from detente.baseline.store import load
from detente.policy.compile import compile_policy
from detente.scenario.load import load_scenario, measures_of
from product_map import CODES_NAICS  # pyright: ignore[reportMissingImports]

# columns of the published table, and the columns of changes that each adds to the one before
DATES = {
    "2018-01-01": [0],
    "2018-04-02": [1],
    "2018-05-01": [2],
    "2018-07-01": [3],
    "2018-07-06": [4],
    "2018-08-23": [5],
    "2018-09-24": [6],
    "2018-11-01": [7],
    "2019-01-01": [8, 9],
    "2019-06-01": [10],
}
GENERAL = (0, 2, 3, 7, 8)
# Bown (PIIE), "US-China Trade War Tariffs: An Up-to-Date Chart", 2019-12-19 and 2020-02-14
US = {"july-1-2018": 3.8, "september-2018": 12.0, "september-2019": 21.0, "february-2020": 19.3}


def main() -> None:
    """Compare what the weights at hand reproduce; print all beside what was published.

    The published averages are weighted by each exporter's sales to the world by product, which are
    not at hand; see README.md.
    """
    data = data_folder(__doc__ or "")
    path, others = published(data)
    weights = product_weights(data)
    rates = {name: averages(data, weight, range(11)) for name, weight in weights.items()}
    general = averages(data, weights["imports"], GENERAL)
    lists = us_averages("icio-2017")
    cuts = step_of(general)
    ours = {
        ("china-step", "USA", "2018-04-02"): step_of(rates["imports"])["2018-04-02"],
        ("china-step", "others", "2018-05-01"): cuts["2018-05-01"],
        ("china-step", "others", "2018-07-01"): cuts["2018-07-01"],
        ("us-step", "CHN", "2020-02-14"): lists["february-2020"] - lists["september-2019"],
    }
    apart = pd.DataFrame(
        {
            "published": path,
            "import weights": rates["imports"],
            "by industry": rates["industries"],
            "published, others": others,
            "import weights, others": general,
        }
    )
    print("China's mean tariff on US goods and on others', per cent, by date:")
    print(apart.to_string(float_format=lambda x: f"{x:.2f}"))
    us = pd.DataFrame({"published": US, **{b: us_averages(b) for b in ("icio-2017", "wiod-2014")}})
    print("\nThe same, change since the date before, points:")
    print(apart.diff().iloc[1:].to_string(float_format=lambda x: f"{x:.2f}"))
    print("\nUS mean tariff on Chinese goods, per cent, through the lists:")
    print(us.to_string(float_format=lambda x: f"{x:.2f}"))
    print("\nSteps that the weights at hand reproduce, points; all others are above:")
    finish(
        compare(Path(__file__).with_name("expected.csv"), ours),
        apart={"china": apart.round(3).to_dict(), "us": us.round(3).to_dict()},
    )


def published(data: Path) -> tuple[dict[str, float], dict[str, float]]:
    """Read the published averages towards the United States and towards everyone else."""
    with (data / "tariffs" / "china_average_tariffs.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    us, others = (dict(zip(DATES, map(float, row[1:]), strict=True)) for row in rows[1:3])
    return us, others


def product_weights(data: Path) -> dict[str, dict[str, float]]:
    """Weights of HS8 lines in 2017: China's imports, and these scaled to US exports to the world.

    The second set meets US exports to the world by three-digit industry; within an industry the
    mix is that of exports to China.
    """
    imports = read_chinese(data)[1]
    exports: dict[str, float] = {}
    with (data / "monthly" / "exports_by_naics.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if row["time"].startswith("2017"):
                exports[row["naics3"]] = exports.get(row["naics3"], 0.0) + float(row["total_trade"])
    divide = divider(data)
    scaled = {}
    for industries, divisions in CODES_NAICS.items():
        lines = {line: v for line, v in imports.items() if divide(line) in divisions}
        total = sum(exports.get(name, 0.0) for name in industries.split())
        scaled |= {line: value * total / sum(lines.values()) for line, value in lines.items()}
    return {"imports": imports, "industries": scaled}


def averages(data: Path, weights: dict[str, float], columns: Iterable[int]) -> dict[str, float]:
    """Mean tariff by date; a line's rate is the mean over its ten-digit lines, as in the lists."""
    rates = {line: np.nan_to_num(rows).mean(axis=0) for line, rows in read_chinese(data)[0].items()}
    lines = [line for line in weights if line in rates]
    weight = np.array([weights[line] for line in lines])
    mean = weight @ np.array([rates[line] for line in lines]) / weight.sum()
    counted = set(columns)
    steps = [sum(mean[k] for k in found if k in counted) for found in DATES.values()]
    return dict(zip(DATES, np.cumsum(steps).tolist(), strict=True))


def us_averages(baseline: str) -> dict[str, float]:
    """Mean US tariff on Chinese goods under variants of the shipped scenario, per cent."""
    world, war = load(baseline), load_scenario("us-china-2018-2020")
    us, china = (world.country_codes.index(code) for code in ("USA", "CHN"))
    flows = world.flows[world.goods, us, china]
    found = {}
    for variant in US:
        tariff = compile_policy(world, measures_of(war, variant)).tariff_cf[world.goods, us, china]
        found[variant] = float(100 * (tariff * flows).sum() / flows.sum())
    return found


def step_of(path: dict[str, float]) -> dict[str, float]:
    """Change since the date before."""
    return dict(zip(list(path)[1:], np.diff(list(path.values())).tolist(), strict=True))


if __name__ == "__main__":
    main()
