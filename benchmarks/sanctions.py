"""Time a firm cut off: draws at once, and 100 embargoes beside one run of sanction-simulator.

Everything is measured in one run, seconds of wall and of CPU time (user and system, children
apart), for the machine may be busy. Timings are printed and never decide the exit status; that
every embargo has its equilibrium does.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.baseline.store import load
from detente.baseline.wiod import read_wiod
from detente.errors import DataError
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan
from detente.sanction.carve import carve
from detente.sanction.draws import draw
from detente.sanction.load import load_card
from detente.sanction.network import NetworkParameters, network_path
from detente.sanction.purchases import Days, bought
from detente.sanction.short_run import FirmParameters, FirmPath, firm_path
from detente.solver.equilibrium import solve_batch

DAYS, RELIEF = 180, 89
EMBARGOES, BATCH = 100, 10
SIZE = (80, 50)
"""Economies and sectors of the synthetic world: those of sanction-simulator's."""
PARTS = ("draws", "embargoes")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    options = _parse(arguments)
    measured: dict[str, Any] = {}
    if "draws" in options.parts:
        measured["draws"] = {name: draws(options.draws, name) for name in options.baselines}
    if "embargoes" in options.parts:
        measured["embargoes"] = compared(options)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ok = all(row["converged"] == EMBARGOES for row in measured.get("embargoes", {}).get("ours", []))
    print(json.dumps({"ok": ok, "memory_mb": memory, **measured}))
    return 0 if ok else 1


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Return seconds of wall and CPU time, and what was found."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}, found


def told(seconds: dict[str, float]) -> str:
    """Write seconds."""
    return f"{seconds['wall']:.2f} s ({seconds['cpu']:.2f} s of CPU time)"


def draws(count: int, baseline: str) -> dict[str, Any]:
    """Time draws of the firm alone, and of the firm and the whole world."""
    card = load_card("zte")
    carved = carve(load(baseline), card)
    side = carved.calibration.country_codes.index("USA")
    parameters = draw(card, count)

    def alone():
        return firm_path(parameters, DAYS, relief=RELIEF)

    def world(many: int):
        some = FirmParameters(*(x[:many] for x in parameters))
        days = Days(some, FirmPath(*(x[:many] for x in path)), RELIEF)
        buys = bought(carved, [days], [side], 1.0, NetworkParameters().substitution)
        return network_path(carved, carved.firms[0], days.path.output, buys, side)

    alone()
    firm, path = timed(alone)
    world(200)
    around, _ = timed(lambda: world(count))
    size = [len(carved.calibration.countries), len(carved.calibration.sectors)]
    print(f"{baseline}, {size[0]} x {size[1]}: {count:,} draws of {DAYS} days")
    print(f"  the firm alone           {told(firm)}")
    print(f"  the firm and the world   {told(around)}")
    return {"size": size, "draws": count, "firm": firm, "world": around}


def compared(options: argparse.Namespace) -> dict[str, Any]:
    """Time 100 embargoes, before and after them one run of the other package."""
    runs = [simulator(options.simulator)] if options.simulator else []
    ours = [embargoes("synthetic", synthetic(*SIZE))]
    try:
        ours.append(embargoes("WIOD 2014", read_wiod(options.data / "wiod2014", "4")))
    except DataError as error:
        print(f"  no WIOD: {error}")
    if not options.simulator:
        print("sanction-simulator is not run here: --simulator PYTHON (benchmarks/README.md)")
        return {"ours": ours}
    runs.append(simulator(options.simulator))
    theirs = {key: min(run["seconds"][key] for run in runs) for key in ("wall", "cpu")}
    for row in ours:
        row["ratio"] = {key: row["seconds"][key] / theirs[key] for key in theirs}
        print(
            f"{row['name']}: {EMBARGOES} embargoes take {row['ratio']['wall']:.2f} times as long "
            f"as one run of sanction-simulator ({row['ratio']['cpu']:.2f} in CPU time)"
        )
    return {"ours": ours, "sanction_simulator": runs}


def embargoes(name: str, world: Calibration) -> dict[str, Any]:
    """Time embargoes in general equilibrium: the largest pairs of traders, both ways, all sectors.

    The times hold the making of policies and the packing of results, not compilation.
    """
    flows = world.flows.sum(axis=0)
    both = np.triu(flows + flows.T, 1)
    pairs = np.array(np.unravel_index(np.argsort(-both, axis=None)[:EMBARGOES], both.shape)).T
    codes = world.country_codes

    def solve(some: np.ndarray) -> list[Any]:
        policies = [
            compile_policy(world, [ExportBan(codes[a], on=codes[b]),
                                   ExportBan(codes[b], on=codes[a])])
            for a, b in some
        ]  # fmt: skip
        return solve_batch(world, policies)

    solve(pairs[:BATCH])
    seconds, found = timed(
        lambda: [one for k in range(0, EMBARGOES, BATCH) for one in solve(pairs[k : k + BATCH])]
    )
    converged = sum(one.converged for one in found)
    size = list(world.output.shape)
    print(f"{name}, {size[0]} x {size[1]}: {EMBARGOES} embargoes {told(seconds)}, "
          f"{converged} with an equilibrium")  # fmt: skip
    return {"name": name, "size": size, "seconds": seconds, "converged": converged}


def synthetic(countries: int, sectors: int, seed: int = 0) -> Calibration:
    """Make a world by gravity: sizes and distances at random, every pair trades in every sector."""
    rng = np.random.default_rng(seed)
    n, s = countries, sectors
    size = rng.lognormal(0, 1.5, n)
    place = rng.uniform(0, 1, (n, 2))
    away = np.linalg.norm(place[:, None] - place[None], axis=-1) + 0.05
    skill = rng.lognormal(0, 0.5, (s, n))
    flows = size[None, :, None] * (skill * size)[:, None, :] / away
    np.einsum("snn->sn", flows)[:] *= rng.uniform(3, 10, (s, n))
    output = flows.sum(axis=1).T
    value_added_share = rng.uniform(0.4, 0.7, (n, s))
    spending = flows.sum(axis=2).T
    mix = spending[:, :, None] * rng.dirichlet(np.full(s, 5.0), (n, s)).transpose(0, 2, 1)
    inputs = mix / mix.sum(axis=1, keepdims=True) * (1 - value_added_share)[:, None]
    used = np.einsum("nks,ns->nk", inputs, output)
    inputs *= np.minimum(1, 0.8 * spending / used)[:, :, None]
    return Calibration(
        countries=tuple(Country(f"E{i:02}", f"Economy {i}") for i in range(n)),
        sectors=tuple(Sector(f"S{i:02}", f"Sector {i}") for i in range(s)),
        flows=flows,
        tariff=np.zeros_like(flows),
        value_added_share=1 - inputs.sum(axis=1),
        input_share=inputs,
        final_demand=spending - np.einsum("nks,ns->nk", inputs, output),
        trade_elasticity=np.full(s, 4.0),
        card=Card("synthetic", f"{n} economies by {s} sectors, made up", 2000, "made up", "none"),
    )


SIMULATOR = """
import json, sys, time
import sanction_simulator as package
sys.path.insert(0, package._PKG_DIR)
import power_trade_estimation as model
bench = model.Benchmark(package.data_dir(), cache=package.bench_cache())
legs = model.bilateral_legs(bench.cidx["USA"], bench.cidx["CHN"])
best = {}
for _ in range(2):
    start = time.perf_counter(), time.process_time()
    batch = model.ScenarioBatch(bench, [legs], tau=0.30, delta=0.10)
    batch.balance()
    found = batch.solve(rho=-1.0)
    spent = {"wall": time.perf_counter() - start[0], "cpu": time.process_time() - start[1]}
    best = {key: min(best.get(key, 1e9), value) for key, value in spent.items()}
size = [bench.C, bench.S]
print(json.dumps({"version": package.__version__, "size": size, "seconds": best,
                  "error": float(found["err"].max())}))
"""
"""One embargo of the United States and China, both ways, at the package's own settings; its data
are loaded before, the better of two times counts."""


def simulator(python: str) -> dict[str, Any]:
    """Run the other package once, in its own environment."""
    run = subprocess.run([python, "-c", SIMULATOR], capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"{python} does not run sanction-simulator: {run.stderr.strip()}")
    found = json.loads(run.stdout.splitlines()[-1])
    print(f"sanction-simulator {found['version']}, {found['size'][0]} x {found['size'][1]}: "
          f"one embargo {told(found['seconds'])}")  # fmt: skip
    return found


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
    parser.add_argument("parts", nargs="*", default=PARTS, help=", ".join(PARTS))
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--baselines", nargs="+", default=["icio-2017", "wiod-2014"])
    parser.add_argument("--data", type=Path, default=default, help="folder of raw data")
    parser.add_argument("--simulator", help="a Python with sanction-simulator installed")
    options = parser.parse_args(arguments)
    if wrong := sorted(set(options.parts) - set(PARTS)):
        parser.error(f"no such part: {', '.join(wrong)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
