"""Trade wars: time, rounds and certificates on the shipped world, on 44 by 50, and by size.

Timings are printed and never decide the exit status; certificates do.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.aggregate import aggregate
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.baseline.names import EU27
from detente.baseline.store import load
from detente.baseline.wiod import read_wiod
from detente.errors import DataError, Problem
from detente.games.closed_form import closed_form_war, without_links
from detente.games.nash import NashResult, nash
from detente.games.players import Player
from detente.games.search import Step
from detente.wars.checkpoint import Checkpoint

PARTS = ("shipped", "formula", "world", "growth")
NASH_CONV, KKT = 1e-8, 1e-6
EU28 = (*EU27, "GBR")
"""Members in the year of the data."""
COUNTRIES, SECTORS = (5, 10, 20, 30, 43), (8, 12, 23, 50)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    options = _parse(arguments)
    measured: dict[str, object] = {}
    try:
        if "shipped" in options.parts:
            measured |= shipped()
        if "formula" in options.parts:
            c = world_of_16_sectors(options.data)
            measured |= formula(c, c.country_codes)
        if "world" in options.parts:
            measured |= world(read_wiod(options.data / "wiod2014", "4"))
        if "growth" in options.parts:
            measured["growth"] = growth(read_wiod(options.data / "wiod2014", "4"))
    except DataError as error:
        print(error, file=sys.stderr)
        return 2
    rows = [row for row in _flat(measured) if "nash_conv" in row]
    ok = all(row["nash_conv"] < NASH_CONV and row["kkt"] < KKT for row in rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Certified: {ok} ({len(rows)} wars). Memory at most {memory:.0f} MB.")
    print(json.dumps({"ok": ok, "memory_mb": memory, **measured}))
    return 0 if ok else 1


def shipped() -> dict[str, object]:
    """US and China alone, all fifteen economies, and the closed form beside its own case."""
    c = load("wiod-2014")
    active = [code for code in c.country_codes if code != "ROW"]
    found: dict[str, object] = {
        "us_china": timed("US-China", c, [Player("USA", on="CHN"), Player("CHN", on="USA")]),
        "fifteen": timed("fifteen economies", c, [Player(code) for code in active]),
    }
    return found | {"shipped_formula": formula(c, active)["closed_form"]}


def formula(c: Calibration, active: Sequence[str]) -> dict[str, object]:
    """One rate on all imports, no links, balanced trade: closed form beside equilibrium."""
    players = [Player(code, sectors="all", rule="uniform") for code in active]
    exact = nash(without_links(c), players, starts=("applied",))
    rates, settled = closed_form_war(exact.game)
    apart = np.abs(rates - exact.chosen.rates)
    print(f"{c.card.title}, one rate on all imports, no input-output links, balanced trade:")
    print("the five furthest apart, per cent")
    for k in np.argsort(-apart)[:5]:
        here, there = 100 * exact.chosen.rates[k], 100 * rates[k]
        print(f"{active[k]:>6}: equilibrium {here:.2f}, closed form {there:.2f}")
    return {"closed_form": {"settled": settled, "largest_difference": float(apart.max())}}


def world_of_16_sectors(data: Path) -> Calibration:
    """Read the economy of Lashkaripour (2021): 44 economies and 16 sectors, 2014, no links."""
    path = data / "wiod2014_44x16" / "wiod2014_44x16.npz"
    if not path.is_file():
        raise DataError(Problem("no such file", path))
    raw = np.load(path)
    gross, tariff = (raw[key].transpose(2, 1, 0) for key in ("flows", "tariff"))
    sectors, n, _ = gross.shape
    codes = [str(code) for code in raw["countries"]]
    return Calibration(
        tuple(Country(code, code) for code in codes),
        tuple(Sector(f"S{k + 1}", f"Sector {k + 1}") for k in range(sectors)),
        gross / (1 + tariff), tariff, np.ones((n, sectors)), np.zeros((n, sectors, sectors)),
        gross.sum(axis=2).T, raw["trade_elasticity"],
        Card("wiod-44x16", "44 economies, 16 sectors", 2014, "Lashkaripour (2021)", "not shipped"),
    )  # fmt: skip


def world(c: Calibration) -> dict[str, object]:
    """44 by 50 with the European Union as one player, also stopped halfway and resumed."""
    players = customs_union(c)
    found: dict[str, object] = {"world": timed("44 x 50, the union one partner", c, players)}
    apart = customs_union(c, as_one=False)
    found["world_apart"] = timed("44 x 50, its members partners apart", c, apart)
    whole = nash(c, players, starts=("applied",), certified=False)
    with tempfile.TemporaryDirectory() as folder:
        path, size = Path(folder) / "war.npz", whole.game.size

        def stop(step: Step) -> None:
            if step.round == 6:
                raise KeyboardInterrupt

        try:
            kept = Checkpoint(path, c.hash, size)
            nash(c, players, starts=("applied",), certified=False, on_step=stop, held=kept)
        except KeyboardInterrupt:
            kept = Checkpoint(path, c.hash, size)
            resumed = nash(c, players, starts=("applied",), certified=False, held=kept)
            same = bool((resumed.chosen.rates == whole.chosen.rates).all())
            print(f"Stopped after 7 rounds, resumed: the same bits: {same}")
            found["resumed"] = {"same": same}
    return found


def customs_union(c: Calibration, *, as_one: bool = True) -> list[Player]:
    """Let the union and every other economy but the rest of the world play, on all goods."""
    union = Player(
        "EU", tuple(code for code in c.country_codes if code in EU28), union_as_one=as_one
    )
    others = [code for code in c.country_codes if code not in (*EU28, "ROW")]
    return [union, *(Player(code, union_as_one=as_one) for code in others)]


def growth(c: Calibration) -> list[dict[str, object]]:
    """Every economy plays alone: by number of economies at 50 sectors, by sectors at 20."""
    sizes = [(n, 50) for n in COUNTRIES] + [(20, s) for s in SECTORS if s < 50]
    rows = []
    for n, s in sizes:
        small = shrunk(c, n, s)
        players = [Player(code) for code in small.country_codes if code != "ROW"]
        rows.append(timed(f"{n} players, {s} sectors", small, players))
    return rows


def shrunk(c: Calibration, players: int, sectors: int) -> Calibration:
    """Keep the largest economies apart, the rest of the world merged, and merge sectors."""
    order = np.argsort(-c.value_added)
    kept = [c.country_codes[n] for n in order if c.country_codes[n] != "ROW"][:players]
    countries = {code: [code] for code in kept} | {"ROW": ["*"]}
    goods = [code for code, g in zip(c.sector_codes, c.goods, strict=True) if g]
    services = [code for code in c.sector_codes if code not in goods]
    if sectors == len(c.sectors):
        return aggregate(c, countries)
    parts = np.array_split(np.arange(len(goods)), min(sectors - 1, len(goods)))
    groups = {f"G{k}": [goods[i] for i in part] for k, part in enumerate(parts)}
    return aggregate(c, countries, groups | {"S": services})


def timed(name: str, c: Calibration, players: list[Player]) -> dict[str, object]:
    """Run a war twice, the second time compiled, search and certificate apart."""
    cold, _ = _clock(lambda: nash(c, players, starts=("applied",)))
    search, _ = _clock(lambda: nash(c, players, starts=("applied",), certified=False))
    both, war = _clock(lambda: nash(c, players, starts=("applied",)))
    certificate = war.certificate
    assert certificate is not None
    print(
        f"{name}: {war.game.size:,} rates, {len(war.history)} rounds, {search:.2f} s; with "
        f"{certificate.evaluations} evaluations of best responses {both:.2f} s (compiling "
        f"{cold:.1f} s); NashConv {certificate.nash_conv:.0e}, KKT {certificate.kkt:.0e}"
    )
    return {
        "players": len(players),
        "countries": len(c.countries),
        "sectors": len(c.sectors),
        "rates": war.game.size,
        "status": str(war.status),
        "rounds": len(war.history),
        "seconds_search": search,
        "seconds_with_certificate": both,
        "seconds_with_compilation": cold,
        "evaluations_of_certificate": certificate.evaluations,
        "nash_conv": certificate.nash_conv,
        "kkt": certificate.kkt,
    }


def _clock(work) -> tuple[float, NashResult]:
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def _flat(measured: dict[str, object]) -> list[dict]:
    rows = []
    for value in measured.values():
        rows += value if isinstance(value, list) else [value]
    return [row for row in rows if isinstance(row, dict)]


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default, help="folder of raw data")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what to measure")
    options = parser.parse_args(arguments)
    if set(options.parts) - {"shipped"} and not options.data.is_dir():
        parser.error(f"no such folder of raw data: {options.data}")
    return options


if __name__ == "__main__":
    sys.exit(main())
