"""Time each way to the deficit target of May 2018 on the shipped baseline, cold and warm.

Run from the root of the repository: python benchmarks/targets.py
"""

from __future__ import annotations

import time

import detente as dt
from detente.targets.ways import levers_of


def main() -> None:
    """Print seconds of the first call (compilation included) and of the second, by way."""
    world = dt.load("wiod-2014")
    goal = dt.Deficit("USA", "CHN", fraction=200 / 375)
    print(f"{'way':18} {'first, s':>9} {'second, s':>10}")
    for way in ("tariffs", "sector-tariffs", "purchases", "sector-purchases", "both",
                "restraint", "sector-restraints", "deficit"):  # fmt: skip
        seconds = []
        for _ in range(2):
            begun = time.perf_counter()
            dt.reach(world, goal, levers_of(way, goal, "CHN"))
            seconds.append(time.perf_counter() - begun)
        print(f"{way:18} {seconds[0]:9.2f} {seconds[1]:10.2f}")


if __name__ == "__main__":
    main()
