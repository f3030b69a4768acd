"""Talks: large tables, draws, and the whole of may-2018, cold and warm.

Timings are printed and never decide the exit status; that fast and plain ways agree does.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from detente.scenario.load import load_scenario
from detente.scenario.schema import Scenario
from detente.scenario.talks import RangeEntry, TalksIssue, TalksOption
from detente.talks.choices import Choices
from detente.talks.large import package_value
from detente.talks.linear import draw_figures, figures_of, linear
from detente.talks.packages import Packages, enumerate_packages
from detente.talks.solutions import SOLUTIONS, pareto, solve_table, zone
from detente.talks.study import WAITING, TalksStudy, run_talks
from detente.talks.table import Interaction, Issue, RedLine, Table, Trade
from detente.talks.uncertainty import predict_plainly

PARTS = ("tables", "draws", "large", "study")
SCENARIO = "may-2018"
SIZES = {"100,000": (10, 10, 10, 10, 10), "1,000,000": (10, 10, 10, 10, 10, 10)}
AGREE = 1e-9


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    options = _parse(arguments)
    if options.child:
        print(json.dumps(_whole(Path(options.child), options.draws, options.economies)))
        return 0
    measured: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder)
        if "tables" in options.parts:
            measured["tables"] = tables(options.plain)
        if "study" in options.parts:
            measured["study"] = study(kept, options.draws, options.economies)
        if "draws" in options.parts:
            measured["draws"] = draws(kept, options.draws, options.plain)
        if "large" in options.parts:
            measured["large"] = valued(kept)
    ok = all(row.get("agrees", True) for part in measured.values() for row in part)
    print(json.dumps({"ok": ok, **measured}))
    return 0 if ok else 1


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--economies", type=int, default=64)
    parser.add_argument("--plain", type=int, default=50, help="draws, and thousand packages, of "
                        "the plain way")  # fmt: skip
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Return seconds on the wall, of the program and of the system, and what was made."""
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    found = work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    seconds = {"wall": time.perf_counter() - wall, "user": after.ru_utime - before.ru_utime,
               "system": after.ru_stime - before.ru_stime}  # fmt: skip
    return seconds, found


def told(seconds: dict[str, float]) -> str:
    """Say seconds as a line holds them."""
    return f"{seconds['wall']:8.2f} s ({seconds['user'] + seconds['system']:.2f} s CPU)"


def tables(plain: int) -> list[dict[str, Any]]:
    """List random tables, take all solutions and the frontier; then the same by loops."""
    rows = []
    for name, counts in SIZES.items():
        table = random_table(counts)
        listing, packages = timed(lambda t=table: enumerate_packages(t))
        d = np.quantile(packages.utility, 0.3, axis=0)
        solving, found = timed(lambda p=packages, d=d: {s: solve_table(p, d, s) for s in SOLUTIONS})
        fronting, front = timed(lambda p=packages, d=d: pareto(p.utility[zone(p, d)]))
        print(f"{name} packages: listed {told(listing)}, four solutions {told(solving)}, "
              f"frontier of {int(front.sum())} {told(fronting)}")  # fmt: skip
        rows.append({"packages": table.size, "listing": listing, "solving": solving,
                     "frontier": fronting})  # fmt: skip
        some = min(table.size, 1000 * plain)
        if len(rows) == 1:
            rows[-1] |= _by_loops(packages, d, some, listing, found)
    return rows


def _by_loops(packages: Packages, d, some: int, listing: dict[str, float], found) -> dict[str, Any]:
    """Value packages one by one, and look for the best of each solution in a loop."""
    looping, values = timed(lambda: [package_value(packages.table, packages.choices(k))
                                     for k in range(some)])  # fmt: skip
    agrees = bool(np.allclose(values, packages.utility[:some], rtol=0, atol=AGREE))
    inside = zone(packages, d)
    gains = [(k, packages.utility[k] - d) for k in range(packages.table.size) if inside[k]]
    best = {
        "nash": max(gains, key=lambda item: math.log(item[1][0]) + math.log(item[1][1])),
        "utilitarian": max(gains, key=lambda item: item[1].sum()),
        "egalitarian": max(gains, key=lambda item: item[1].min()),
    }
    agrees &= all(found[name].package == item[0] for name, item in best.items())
    ratio = looping["wall"] / some / (listing["wall"] / packages.table.size)
    print(f"  one by one {1e6 * looping['wall'] / some:.1f} µs a package: "
          f"{ratio:,.0f} times as long; the same packages are best: {agrees}")  # fmt: skip
    return {"loop": looping, "looped": some, "ratio": ratio, "agrees": agrees}


def random_table(counts: tuple[int, ...], seed: int = 0) -> Table:
    """Make a table with a trade part over two issues, an interaction and a red line."""
    rng = np.random.default_rng(seed)
    issues = tuple(Issue(f"i{k}", tuple(f"o{j}" for j in range(c))) for k, c in enumerate(counts))
    values = {i.id: rng.normal(size=(2, len(i.options))) for i in issues}
    trade = Trade(("i1", "i3"), rng.normal(size=(2, counts[1], counts[3])))
    extra = Interaction((("i0", "o1"), ("i2", "o0")), rng.normal(size=2))
    return Table(("p", "q"), issues, values, trade, (extra,), (RedLine("q", (("i1", "o2"),)),))


def study(folder: Path, count: int, economies: int) -> list[dict[str, Any]]:
    """Run the whole of the scenario twice, each in a process of its own: cold, then warm."""
    rows = []
    for name in ("cold", "warm"):
        command = [sys.executable, __file__, "--child", str(folder / "values"), "--draws",
                   str(count), "--economies", str(economies)]  # fmt: skip
        # compiled code is kept in a folder of its own, so that cold is cold
        env = os.environ | {"XDG_CACHE_HOME": str(folder / "cache"),
                            "JAX_COMPILATION_CACHE_DIR": str(folder / "cache" / "jax")}  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
        row = json.loads(done.stdout.splitlines()[-1])
        print(f"{SCENARIO}, {count:,} draws of {economies} economies, {name}: "
              f"{told(row['seconds'])}, memory {row['memory_mb']:.0f} MB")  # fmt: skip
        rows.append({"run": name, **row})
    rows[1]["agrees"] = rows[0]["predicted"] == rows[1]["predicted"]
    return rows


def _whole(folder: Path, count: int, economies: int) -> dict[str, Any]:
    choices = Choices(draws=count, model_draws=economies)
    seconds, found = timed(lambda: run_talks(SCENARIO, choices, folder=folder))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert isinstance(found, TalksStudy)
    predicted = None if found.predicted is None else found.packages.choices(found.predicted)
    return {"seconds": seconds, "memory_mb": memory, "predicted": predicted,
            "deal": None if found.uncertainty is None else found.uncertainty.deal}  # fmt: skip


def draws(folder: Path, count: int, plain: int) -> list[dict[str, Any]]:
    """Draw fast and plainly, in one economy."""
    found = run_talks(SCENARIO, Choices(draws=0), folder=folder / "values")
    figures = figures_of(found.case, found.worth)
    drawn = draw_figures(figures, count, seed=0)
    making, fast = timed(lambda: linear(found.case, [found.worth], figures, WAITING))
    quick, rows = timed(
        lambda: [fast.predict(0, row, "nash", {"central": found.predicted}) for row in drawn]
    )
    some = min(plain, count)

    def plainly() -> list[dict[str, float]]:
        values = [dict(zip(figures, row, strict=True)) for row in drawn[:some]]
        return [predict_plainly(found.case, found.worth, lambda key, _, v=v: v[key], WAITING,
                                "nash", {"central": found.predicted}) for v in values]  # fmt: skip

    slow, expected = timed(plainly)
    one, two = (np.array([list(row.values()) for row in side], dtype=float)
                for side in (rows[:some], expected))  # fmt: skip
    scale = np.abs(found.packages.utility).max()
    agrees = bool(np.allclose(one, two, rtol=0, atol=AGREE * scale, equal_nan=True))
    ratio = slow["wall"] / some / (quick["wall"] / count)
    print(f"{count:,} draws of {found.packages.table.size:,} packages {told(quick)}, made ready "
          f"{told(making)}; plainly {ratio:.1f} times as long; they agree: {agrees}")  # fmt: skip
    return [{"draws": count, "ready": making, "seconds": quick, "plain": slow, "plainly": some,
             "ratio": ratio, "agrees": agrees}]  # fmt: skip


def valued(folder: Path) -> list[dict[str, Any]]:
    """Value and solve the scenario with four issues more, over 100,000 packages, warm."""
    case = widened(load_scenario(SCENARIO))
    run_talks(case, Choices(draws=0), folder=folder / "values")
    seconds, found = timed(lambda: run_talks(case, Choices(draws=0), folder=folder / "values"))
    size = found.packages.table.size
    print(f"{SCENARIO} with four issues more, {size:,} packages valued and solved: {told(seconds)}")
    return [{"packages": size, "seconds": seconds}]


def widened(case: Scenario, seed: int = 0) -> Scenario:
    """Add four issues of three options with values of their own."""
    rng = np.random.default_rng(seed)
    talks = case.talks
    assert talks is not None
    names = [p.party for p in talks.parties]
    more = tuple(
        TalksIssue(id=f"more-{k}", options=tuple(
            TalksOption(id=f"o{j}", values={
                name: RangeEntry(central=float(v)) for name, v in zip(names, row, strict=True)})
            for j, row in enumerate(1000 * rng.normal(size=(3, len(names))))))
        for k in range(4)
    )  # fmt: skip
    issues = (*talks.issues, *more)
    return case.model_copy(
        update={"talks": talks.model_copy(update={"issues": issues, "separate": ()})}
    )


if __name__ == "__main__":
    sys.exit(main())
