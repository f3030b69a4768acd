"""Rates at which every player's first-order conditions hold, by accelerated replies of all at once.

Each round costs one solve and one adjoint a player. `reply` is the closed form at the shadow values
of the round; Anderson acceleration (1965) in ln(1+rate) makes up for their moving with the rates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detente.errors import SolveError
from detente.games.evaluation import Evaluation, Game
from detente.games.reply import reply

Array = NDArray[np.float64]

TOLERANCE = 1e-8
"""Largest move of ln(1+rate) in a reply at which the search stops."""
CUTS = 3
"""Times that a step is cut before the history of the acceleration is dropped."""
CIRCLE = 1e-3
"""Return to rates this near, as a share of the move asked for, that counts as going round."""


Held = MutableMapping[str, Mapping[str, NDArray[Any]]]
"""What searches keep to go on from, by name: a `dict`, or a file (`detente.wars.checkpoint`)."""


class Settled(StrEnum):
    """How a search for rates ended."""

    SETTLED = "first-order conditions of all players hold"
    CYCLING = "replies go round in a circle and settle nowhere"
    NOT_SETTLED = "replies did not settle within the rounds allowed"
    NO_ECONOMY = "replies led to rates at which the economy has no equilibrium"


class Step(NamedTuple):
    """One round of a search.

    ``gap`` is the largest move of ln(1+rate) that replies ask for, ``kkt`` the largest entry of the
    projected gradient of the players' payoffs by their own rates, ``evaluations`` counts solves
    with adjoints so far. ``rates`` starts a search that goes on from here.
    """

    round: int
    gap: float
    kkt: float
    values: Array
    rates: Array
    evaluations: int


@dataclass(frozen=True, eq=False)
class Search:
    """Where a search ended; ``history`` holds its rounds, the last at ``at``."""

    status: Settled
    at: Evaluation
    history: tuple[Step, ...]


def settle(
    game: Game,
    start: Array,
    *,
    tolerance: float = TOLERANCE,
    max_rounds: int = 200,
    on_step: Callable[[Step], None] | None = None,
    held: Held | None = None,
    name: str = "",
) -> Search:
    """Look for rates at which nobody wants to move at the margin.

    Parameters
    ----------
    held, name
        Where every round is kept, and under which name. A search that finds a round there goes on
        from it, and ends at the same bits as one that was never interrupted.

    Raises
    ------
    SolveError
        There is no equilibrium at the start.
    """
    path = Path(np.log1p(game.low), np.log1p(game.high))
    rates, history, first, done = np.clip(start, game.low, game.high), [], game.evaluations, 0
    kept = None if held is None else held.get(name)
    if kept is not None:
        rates, history, first, done = _taken_up(game, path, kept)
    warm, status = game.warm_start() if held is not None else {}, Settled.NOT_SETTLED
    at = game.evaluate(rates)
    if kept is not None:
        game.evaluations = int(kept["numbers"][2])
    for number in range(done, max_rounds):
        if held is not None:
            held[name] = _state(number, rates, history, path, warm, first, game.evaluations)
            warm = game.warm_start()
        move = np.log1p(reply(game, at)) - np.log1p(rates)
        gap = float(np.abs(move).max())
        kkt = kkt_gap(game, at)
        history.append(Step(number, gap, kkt, at.values, rates, game.evaluations - first))
        if on_step is not None:
            on_step(history[-1])
        if gap <= tolerance:
            status = Settled.SETTLED
            break
        if path.circles(np.log1p(rates), gap):
            status = Settled.CYCLING
            break
        rates = np.clip(np.expm1(path.next(np.log1p(rates), move)), game.low, game.high)
        try:
            at = game.evaluate(rates)
        except SolveError:
            rates = np.clip(np.expm1(path.back()), game.low, game.high)
            try:
                at = game.evaluate(rates)
            except SolveError:
                status = Settled.NO_ECONOMY
                break
    return Search(status, at, tuple(history))


def _state(
    number: int, rates: Array, history: list[Step], path: Path, warm: Mapping[str, Array],
    first: int, evaluations: int,
) -> dict[str, NDArray[Any]]:  # fmt: skip
    """Put down what a round starts from: rates, all before, where its evaluation started."""
    steps = {f"step {field}": np.array([getattr(step, field) for step in history])
             for field in Step._fields}  # fmt: skip
    numbers = np.array([number, first, evaluations])
    return {"numbers": numbers, "rates": rates} | steps | path.state() | dict(warm)


def _taken_up(
    game: Game, path: Path, kept: Mapping[str, NDArray[Any]]
) -> tuple[Array, list[Step], int, int]:
    """Return rates, rounds before, evaluations before the first, and number of a kept round."""
    number, first, _ = (int(x) for x in kept["numbers"])
    columns = [kept[f"step {field}"] for field in Step._fields]
    history = [
        Step(int(n), float(gap), float(kkt), values, rates, int(count))
        for n, gap, kkt, values, rates, count in zip(*columns, strict=True)
    ]
    path.restore(kept)
    game.start_from(kept)
    return kept["rates"], history, first, number


def kkt_gap(game: Game, at: Evaluation) -> float:
    """Largest |P(r + ∂G/∂r) − r| over all players' own rates, P onto the bounds."""
    own = at.slopes[game.placement.rate_player, np.arange(game.size)]
    return float(np.abs(np.clip(at.rates + own, game.low, game.high) - at.rates).max())


class Path:
    """Anderson acceleration within bounds; steps after which the gap grows are cut short."""

    def __init__(self, low: Array, high: Array, memory: int = 10):
        self.low, self.high, self.memory = low, high, memory
        self.points: list[Array] = []
        self.moves: list[Array] = []
        self.damping = 1.0
        self.tried = np.zeros(0)
        self.cuts = 0
        self.visited: list[tuple[Array, float]] = []

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that it remembers, as plain arrays."""
        visited, gaps = [x for x, _ in self.visited], [gap for _, gap in self.visited]
        return {
            "path points": np.array(self.points), "path moves": np.array(self.moves),
            "path visited": np.array(visited), "path gaps": np.array(gaps),
            "path tried": self.tried, "path numbers": np.array([self.damping, self.cuts]),
        }  # fmt: skip

    def restore(self, held: Mapping[str, NDArray[Any]]) -> None:
        """Remember what `state` returned."""
        self.points, self.moves = list(held["path points"]), list(held["path moves"])
        gaps = [float(gap) for gap in held["path gaps"]]
        self.visited = list(zip(held["path visited"], gaps, strict=True))
        self.tried = held["path tried"]
        self.damping, self.cuts = float(held["path numbers"][0]), int(held["path numbers"][1])

    def next(self, x: Array, move: Array) -> Array:
        """Return the next point after ``x``, where replies ask for ``move``."""
        gap = float(np.abs(move).max())
        if self.moves and gap > 2 * float(np.abs(self.moves[-1]).max()):
            return self.back()
        self.cuts = 0
        self.points = [*self.points[-self.memory :], x]
        self.moves = [*self.moves[-self.memory :], move]
        self.visited.append((x, gap))
        self.damping = min(1.0, 1.2 * self.damping)
        self.tried = self._accelerated(x, move)
        return self.tried

    def back(self) -> Array:
        """Return a point nearer to the last good one; in the end a short plain step from it."""
        x, move = self.points[-1], self.moves[-1]
        self.cuts += 1
        if self.cuts <= CUTS:
            self.tried = self._inside(x + 0.3 * (self.tried - x))
            return self.tried
        # the history misleads: forget it
        self.cuts, self.damping = 0, max(0.05, 0.5 * self.damping)
        self.points, self.moves = [x], [move]
        self.tried = self._inside(x + self.damping * move)
        return self.tried

    def circles(self, x: Array, gap: float) -> bool:
        """Tell whether the point was visited before, while replies still move far from it."""
        return any(
            np.abs(x - old).max() < CIRCLE * min(gap, old_gap) and gap > 0.5 * old_gap
            for old, old_gap in self.visited[:-2]
        )

    def _accelerated(self, x: Array, move: Array) -> Array:
        if len(self.moves) == 1:
            return self._inside(x + self.damping * move)
        moves, points = (np.diff(np.array(rows), axis=0).T for rows in (self.moves, self.points))
        weights = np.linalg.lstsq(moves, move, rcond=1e-12)[0]
        return self._inside(x + self.damping * (move - moves @ weights) - points @ weights)

    def _inside(self, x: Array) -> Array:
        return np.clip(x, self.low, self.high)
