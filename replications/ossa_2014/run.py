"""Optimal tariffs, trade wars and trade talks of Ossa (2014), with and without politics."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from case import compare, data_folder, finish
from detente.baseline.calibration import Calibration
from detente.games.cooperation import cooperate
from detente.games.evaluation import Game
from detente.games.nash import NashResult, nash, optimal
from detente.games.players import Player
from ossa_2014.data import OPTIONS, governments, read

Key = tuple[str, str, str]
PLAIN_SECONDS = (7.0, 33.0)
"""What a plain NumPy gradient solver needed for all tariffs of the war, on such a machine."""


def main() -> None:
    """Find optima, wars and talks, compare with the paper, time the war."""
    calibration, weights = read(data_folder(__doc__ or ""))
    ours: dict[Key, float] = {}
    accounts, size = {}, 0
    for name, players in {
        "": governments(calibration),
        "political ": governments(calibration, weights),
    }.items():
        figure = "welfare_pct" if not name else "government_welfare_pct"
        ours |= _optima(calibration, players, f"{name}optimal")
        war = _war(calibration, players)
        size = war.game.size
        ours[f"{name}war", "mean", figure] = float(np.mean(_pct(war.values)))
        ours[f"{name}war", "mean", "median_tariff_pct"] = _median(war.game, war.chosen.rates)
        for label, before in (("talks", war.game.before()), ("talks from war", war.values)):
            gains, accounts[f"{name}{label}"] = _talks(war.game, before)
            ours[f"{name}{label}", "mean", figure] = float(gains.mean())
        # with one tariff a sector for all partners some cannot be held to what the others gain
        alike = Game(calibration, [replace(p, rule="mfn") for p in players], OPTIONS)
        gains, accounts[f"{name}talks, mfn"] = _talks(alike, alike.before())
        ours[f"{name}talks, mfn", "least", figure] = float(gains.min())
        accounts[f"{name}war"] = _account(war)
    seconds = _seconds(calibration)
    print(f"{size} tariffs. War and certificate, warm: {seconds}; a plain NumPy gradient")
    print(f"solver {PLAIN_SECONDS[0]:g}-{PLAIN_SECONDS[1]:g} s without a certificate.")
    table = compare(Path(__file__).with_name("expected.csv"), ours)
    certified = all(a["nash_conv"] < 1e-8 for a in accounts.values() if "nash_conv" in a)
    table["ok"] &= certified
    finish(table, tariffs=size, accounts=accounts, seconds=seconds)


def _pct(values: np.ndarray) -> np.ndarray:
    return 100 * np.expm1(values)


def _median(game: Game, rates: np.ndarray) -> float:
    """Mean over regions of the median tariff, per cent."""
    own = [game.placement.own(k) for k in range(len(game.players))]
    return 100 * float(np.mean([np.median(rates[k]) for k in own]))


def _optima(calibration: Calibration, players: list[Player], name: str) -> dict[Key, float]:
    """Let each region choose its best tariffs while all others keep theirs."""
    game, own, others, medians = Game(calibration, players, OPTIONS), [], [], []
    found: dict[Key, float] = {}
    for number, player in enumerate(players):
        best = optimal(calibration, player, options=OPTIONS, starts=("applied",))
        rates = game.applied.copy()
        rates[game.placement.own(number)] = best.chosen.rates
        welfare = _pct(game.evaluate(rates).values)
        own.append(welfare[number])
        others.append(np.delete(welfare, number).mean())
        medians.append(100 * np.median(best.chosen.rates))
        found[name, player.name, "own_welfare_pct"] = float(own[-1])
        found[name, player.name, "median_tariff_pct"] = float(medians[-1])
    found[name, "mean", "own_welfare_pct"] = float(np.mean(own))
    found[name, "mean", "others_welfare_pct"] = float(np.mean(others))
    found[name, "mean", "median_tariff_pct"] = float(np.mean(medians))
    return found


def _war(calibration: Calibration, players: list[Player]) -> NashResult:
    return nash(calibration, players, options=OPTIONS, starts=("applied", "high", "random"))


def _account(war: NashResult) -> dict[str, object]:
    certificate = war.certificate
    return {
        "status": str(war.status),
        "equilibria": len(war.equilibria),
        "nash_conv": np.inf if certificate is None else certificate.nash_conv,
        "kkt": np.inf if certificate is None else certificate.kkt,
        "rounds": len(war.history),
    }


def _talks(game: Game, before: np.ndarray) -> tuple[np.ndarray, dict[str, object]]:
    """Efficient tariffs with the greatest least gain over some payoffs: gains in per cent."""
    found = cooperate(game, {"talks": before}, rule="egalitarian")
    agreed = found.bargains["talks"]
    account = {
        "status": str(agreed.status),
        "kkt": agreed.optimum.stationarity,
        "gains_pct": dict(zip((p.name for p in game.players), _pct(agreed.gains), strict=True)),
        "ends": [", ".join(end.starts) for end in agreed.ends],
    }
    return _pct(agreed.gains), account


def _seconds(calibration: Calibration) -> dict[str, float]:
    """Wall and CPU time of the war without politics and its certificate, after compilation."""
    start = time.perf_counter(), time.process_time()
    nash(calibration, governments(calibration), options=OPTIONS, starts=("applied",))
    return {"wall": time.perf_counter() - start[0], "cpu": time.process_time() - start[1]}


if __name__ == "__main__":
    main()
