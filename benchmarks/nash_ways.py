"""Ways to the same war, counted in solves with one adjoint a player, on the shipped world.

Fifteen economies choose a rate for every partner and goods sector. What each way reaches is
measured against the certified equilibrium; `docs/algorithms.md` says what the ways are.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from detente.baseline.store import load
from detente.games.certificate import best_response
from detente.games.evaluation import Game
from detente.games.nash import nash
from detente.games.players import Player
from detente.games.reply import reply
from detente.games.search import Path

ROUNDS, NEAR = 60, 1e-6


def main() -> int:
    """Run every way and print a table and one line of JSON."""
    c = load("wiod-2014")
    players = [Player(code) for code in c.country_codes if code != "ROW"]
    war = nash(c, players, starts=("applied",))
    game, goal = war.game, war.chosen.rates
    rows = {
        "replies, accelerated": _replies(game, goal, memory=10, passes=30),
        "replies, plain": _replies(game, goal, memory=0, passes=30),
        "each rate alone, accelerated": _replies(game, goal, memory=10, passes=1),
        "each rate alone, plain": _replies(game, goal, memory=0, passes=1),
        "best responses in turn": _in_turn(game, goal),
    }
    print(f"{game.size:,} rates; until no rate is further than {NEAR:g} from the equilibrium")
    for name, row in rows.items():
        print(f"{name:<30}" + ", ".join(f"{key} {value}" for key, value in row.items()))
    single = _one_best_response(game, goal)
    for name, count in single.items():
        print(f"best response of the USA, {name}: {count}")
    ok = war.status.found
    print(json.dumps({"ok": ok, "war": rows, "best_response": single}))
    return 0 if ok else 1


def _replies(game: Game, goal: np.ndarray, *, memory: int, passes: int) -> dict[str, object]:
    """Simultaneous replies, with or without acceleration and following of the row."""
    start, rates, off = time.perf_counter(), game.applied, np.inf
    path = Path(np.log1p(game.low), np.log1p(game.high), memory)
    for number in range(ROUNDS):
        off = float(np.abs(rates - goal).max())
        if off < NEAR:
            return {"rounds": number, "seconds": round(time.perf_counter() - start, 2)}
        at = game.evaluate(rates)
        log_rates = np.log1p(rates)
        move = np.log1p(reply(game, at, passes=passes)) - log_rates
        after = path.next(log_rates, move) if memory else log_rates + move
        rates = np.clip(np.expm1(after), game.low, game.high)
    return {"rounds": f"> {ROUNDS}", "off_by": off}


def _in_turn(game: Game, goal: np.ndarray) -> dict[str, object]:
    """Best responses one player after the other, each by the scaled quasi-Newton search."""
    start, rates, count = time.perf_counter(), game.applied, 0
    for sweep in range(ROUNDS):
        for number in range(len(game.players)):
            own, alone = game.placement.own(number), game.alone(number, rates)
            rates = rates.copy()
            rates[own] = best_response(alone, [rates[own]]).rates
            count += alone.evaluations
        if np.abs(rates - goal).max() < 100 * NEAR:
            seconds = round(time.perf_counter() - start, 2)
            return {"sweeps": sweep + 1, "solves_with_one_adjoint": count, "seconds": seconds}
    return {"sweeps": f"> {ROUNDS}", "off_by": float(np.abs(rates - goal).max())}


def _one_best_response(game: Game, goal: np.ndarray) -> dict[str, int]:
    """Count evaluations until the gain still to make is below 1e-9, from applied rates."""
    own = game.placement.own(0)
    top = float(game.evaluate(goal).values[0])
    alone = game.alone(0, goal)
    best_response(alone, [game.applied[own]])
    scaled = alone.evaluations
    return {
        "variables scaled by curvature": scaled,
        "raw rates": _plain(game.alone(0, goal), game.applied[own], top),
    }


def _plain(game: Game, start: np.ndarray, top: float) -> int:
    reached: list[int] = []

    def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
        values, slopes = game.payoffs(x)
        if top - values[0] < 1e-9 and not reached:
            reached.append(game.evaluations)
        return -1e6 * float(values[0]), -1e6 * slopes[0]

    _minimize(loss, start, list(zip(game.low, game.high, strict=True)))
    return reached[0] if reached else -game.evaluations


def _minimize(loss: Callable, start: np.ndarray, bounds: list) -> None:
    options = {"ftol": 0.0, "gtol": 1e-6, "maxfun": 2000, "maxiter": 2000}
    minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options=options)


if __name__ == "__main__":
    sys.exit(main())
