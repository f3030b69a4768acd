"""Time a firm cut off: draws at once, and embargoes beside PyPI's sanction-simulator.

    python benchmarks/sanctions.py [--draws 10000] [--simulator PYTHON]

``--simulator`` is a Python that has sanction-simulator installed, in an environment of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable
from typing import Any

import numpy as np

DAYS, RELIEF = 180, 89
EMBARGOES = 100


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return seconds and result of the second run: the first compiles."""
    work()
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def draws(count: int, baseline: str) -> None:
    """Time draws of the firm alone, and of the firm and the whole world."""
    import detente as dt
    from detente.sanction.carve import carve
    from detente.sanction.draws import draw
    from detente.sanction.load import load_card
    from detente.sanction.network import network_path
    from detente.sanction.short_run import firm_path

    card = load_card("zte")
    carved = carve(dt.load(baseline), card)
    parameters = draw(card, count)
    seconds, path = timed(lambda: firm_path(parameters, DAYS, relief=RELIEF))
    print(f"{baseline}: {count:,} draws of {DAYS} days, the firm alone: {seconds:.2f} s")
    supply = np.where(np.arange(DAYS) < RELIEF, 0.0, 1.0)
    network_path(carved, carved.firms[0], path.output[:16], supply, 0)
    start = time.perf_counter()
    network_path(carved, carved.firms[0], path.output, supply, 0)
    size = f"{len(carved.calibration.countries)} x {len(carved.calibration.sectors)}"
    seconds = time.perf_counter() - start
    print(f"{baseline}: {count:,} draws of {DAYS} days, the world of {size} too: {seconds:.1f} s")


def embargoes(baseline: str) -> float:
    """Time a batch of embargoes in general equilibrium: one seller, one buyer, one sector each."""
    import detente as dt
    from detente.policy.compile import compile_policy
    from detente.solver.equilibrium import solve_batch

    world = dt.load(baseline)
    flows = world.flows.copy()
    n = np.arange(len(world.countries))
    flows[:, n, n] = 0.0
    largest = np.argsort(-flows, axis=None)[:EMBARGOES]
    cells = np.array(np.unravel_index(largest, flows.shape)).T
    country, sector = world.country_codes, world.sector_codes
    policies = [
        compile_policy(world, [dt.ExportBan(country[i], on=country[m], sectors=sector[s])])
        for s, m, i in cells
    ]
    seconds, found = timed(lambda: solve_batch(world, policies))
    solved = sum(one.converged for one in found)
    shape = f"{len(country)} x {len(sector)}"
    print(f"{baseline}: {EMBARGOES} embargoes, {shape}: {seconds:.2f} s ({solved} converged)")
    return seconds


SIMULATOR = """
import time, inspect, pkgutil, sys
try:
    import sanction_simulator as package
except ImportError as error:
    sys.exit(f"not importable: {error}")
print("sanction-simulator is there:", package.__file__)
"""


def simulator(python: str) -> None:
    """Say what the other package is; `docs/sanctions.md` has its time on this machine."""
    found = subprocess.run([python, "-c", SIMULATOR], capture_output=True, text=True, check=False)
    print((found.stdout or found.stderr).strip())


def main() -> None:
    """Run all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--simulator", default=None)
    chosen = parser.parse_args()
    draws(chosen.draws, "icio-2017")
    embargoes("wiod-2014")
    if chosen.simulator:
        simulator(chosen.simulator)


if __name__ == "__main__":
    main()
