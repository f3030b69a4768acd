"""A game in which every player picks one of a few named strategies: payoffs from the model."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.given import economy
from detente.errors import InputError, Problem, SolveError, nearest
from detente.model.welfare import welfare_hat
from detente.notebook import Shown
from detente.policy.compile import compile_policy
from detente.policy.given import measures_given
from detente.policy.instruments import Measure
from detente.solver.balanced import closed
from detente.solver.equilibrium import solve_batch
from detente.solver.options import Options

if TYPE_CHECKING:
    import pandas as pd

    from detente.model.economy import Structure

Array = NDArray[np.float64]

LARGEST = 10_000
"""Combinations of strategies solved at most."""
EQUAL = 1e-9
"""Payoffs (per cent of real income) closer than this count as equal."""


@dataclass(frozen=True, eq=False, repr=False)
class PayoffMatrix(Shown):
    """Payoffs of every combination of named strategies.

    Attributes
    ----------
    players
        Codes of the economies.
    strategies
        Names of each player's strategies.
    payoffs
        ``(player, strategy of the first, strategy of the second, …)``: change of real income from
        the baseline, per cent.
    """

    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    payoffs: Array

    def _brief(self) -> str:
        sizes = " by ".join(str(len(names)) for names in self.strategies)
        return f"of {', '.join(self.players)}: {sizes} strategies"

    def to_frame(self) -> pd.DataFrame:
        """One row a combination, one column a player, per cent of real income."""
        from detente.games.tables import matrix_table

        return matrix_table(self.strategies, self.players, self.payoffs)

    def equilibria(self) -> list[tuple[str, ...]]:
        """List the combinations from which nobody gains by moving alone (pure Nash equilibria)."""
        best = np.ones(self.payoffs.shape[1:], dtype=bool)
        for player, payoff in enumerate(self.payoffs):
            best &= payoff >= payoff.max(axis=player, keepdims=True) - EQUAL
        return self._named(best)

    def efficient(self) -> list[tuple[str, ...]]:
        """List the combinations that no other betters for one without harm to another (Pareto)."""
        flat = self.payoffs.reshape(len(self.players), -1).T
        kept = [not _dominated(row, flat) for row in flat]
        return self._named(np.array(kept).reshape(self.payoffs.shape[1:]))

    def dominant(self) -> dict[str, str]:
        """Return each player's strategy that is best whatever the others do, where there is one."""
        found = {}
        for player, payoff in enumerate(self.payoffs):
            best = payoff >= payoff.max(axis=player, keepdims=True) - EQUAL
            others = tuple(k for k in range(best.ndim) if k != player)
            for name, always in zip(self.strategies[player], best.all(axis=others), strict=True):
                if always:
                    found.setdefault(self.players[player], name)
        return found

    def mixed(self) -> list[tuple[Array, Array]]:
        """Find all equilibria of two players, mixed ones too, as probabilities of strategies.

        By enumeration of supports of equal size, which finds all equilibria of a game without ties.

        Raises
        ------
        InputError
            There are not two players.
        """
        if len(self.players) != 2:
            raise InputError(Problem("mixed equilibria are found for two players", key="players",
                                     value=list(self.players)))  # fmt: skip
        first, second = self.payoffs
        found: list[tuple[Array, Array]] = []
        for rows, columns in _supports(first.shape):
            p = _indifferent(second[np.ix_(rows, columns)].T, rows, first.shape[0])
            q = _indifferent(first[np.ix_(rows, columns)], columns, first.shape[1])
            if (
                p is not None
                and q is not None
                and _best(first @ q, rows)
                and _best(p @ second, columns)
            ):
                found.append((p, q))
        return found

    def kind(self) -> str:
        """Name the game, where it is one of two players with two strategies each that has a name.

        The strategies are taken in the order given, peaceful before warlike.
        """
        if self.payoffs.shape != (2, 2, 2):
            return ""
        a, b = self.payoffs[0], self.payoffs[1].T
        orders = {
            "prisoner's dilemma": lambda u: u[1, 0] > u[0, 0] > u[1, 1] > u[0, 1],
            "chicken": lambda u: u[1, 0] > u[0, 0] > u[0, 1] > u[1, 1],
            "stag hunt": lambda u: u[0, 0] > u[1, 0] >= u[1, 1] > u[0, 1],
            "harmony": lambda u: u[0, 0] > u[1, 0] and u[0, 1] > u[1, 1],
            "deadlock": lambda u: u[1, 0] > u[1, 1] > u[0, 0] > u[0, 1],
        }
        return next((name for name, is_so in orders.items() if is_so(a) and is_so(b)), "")

    def _named(self, where: NDArray[np.bool_]) -> list[tuple[str, ...]]:
        return [
            tuple(names[k] for names, k in zip(self.strategies, place, strict=True))
            for place in np.argwhere(where)
        ]


def payoff_matrix(
    calibration: Calibration,
    strategies: Mapping[str, Mapping[str, Sequence[Measure]]],
    *,
    base: Sequence[Measure] = (),
    options: Options | None = None,
    deficits: str | Array | None = None,
    structure: Structure | None = None,
) -> PayoffMatrix:
    """Solve every combination of the players' strategies.

    Parameters
    ----------
    strategies
        For each player (code of an economy) its strategies by name, each a list of measures;
        ``[]`` does nothing.
    base
        Measures in force whatever the players do.
    options
        Closure, structure and numerical settings, in place of the next two.
    deficits, structure
        As `detente.solve` takes them; where deficits are ``"removed"``, payoffs are changes from
        the economy without imbalances.

    Raises
    ------
    InputError
        An unknown economy, a player without strategies, too many combinations, or measures that
        contradict each other.
    SolveError
        A combination has no equilibrium.
    """
    calibration = economy(calibration)
    _check(calibration, strategies)
    base = measures_given(base, "base")
    strategies = {
        player: {name: measures_given(held, f"{player}.{name}") for name, held in given.items()}
        for player, given in strategies.items()
    }
    calibration, options, _ = closed(calibration, options, deficits, structure)
    names = tuple(tuple(given) for given in strategies.values())
    policies = [
        compile_policy(calibration, [*base, *itertools.chain.from_iterable(chosen)])
        for chosen in itertools.product(*(given.values() for given in strategies.values()))
    ]
    solved = solve_batch(calibration, policies, options)
    for place, found in zip(itertools.product(*names), solved, strict=True):
        if not found.converged:
            raise SolveError(f"no equilibrium where the strategies are {', '.join(place)}")
    places = [calibration.country_codes.index(code) for code in strategies]
    real = np.array([welfare_hat(calibration, f.outcome) for f in solved])[:, places]
    change = 100 * (real - 1)
    shape = (len(places), *(len(given) for given in names))
    return PayoffMatrix(tuple(strategies), names, change.T.reshape(shape))


def _check(
    calibration: Calibration, strategies: Mapping[str, Mapping[str, Sequence[Measure]]]
) -> None:
    problems, codes = [], calibration.country_codes
    if not isinstance(strategies, Mapping) or not all(
        isinstance(given, Mapping) for given in strategies.values()
    ):
        allowed = '{"USA": {"peace": (), "war": measures}, …}'
        kind = type(strategies).__name__
        raise InputError(Problem("not strategies", None, None, "strategies", kind, allowed))
    for code, given in strategies.items():
        if code not in codes:
            message = f"unknown economy; {nearest(str(code), codes)}".rstrip("; ")
            problems.append(Problem(message, key="players", value=code, allowed=", ".join(codes)))
        if not given:
            problems.append(Problem("a player needs a strategy", key=str(code)))
    count = int(np.prod([max(1, len(given)) for given in strategies.values()], dtype=float))
    if not strategies:
        problems.append(Problem("a game needs a player", key="players"))
    if count > LARGEST:
        problems.append(
            Problem("too many combinations", key="strategies", value=count, allowed=f"{LARGEST}")
        )
    if problems:
        raise InputError(problems)


def _dominated(row: Array, others: Array) -> bool:
    return bool(((others >= row - EQUAL).all(axis=1) & (others > row + EQUAL).any(axis=1)).any())


def _supports(shape: tuple[int, ...]) -> Iterator[tuple[list[int], list[int]]]:
    for size in range(1, min(shape) + 1):
        for rows in itertools.combinations(range(shape[0]), size):
            for columns in itertools.combinations(range(shape[1]), size):
                yield list(rows), list(columns)


def _indifferent(payoffs: Array, support: list[int], count: int) -> Array | None:
    """Probabilities over ``support`` that make the other's payoffs ``(its own, support)`` equal."""
    size = len(support)
    system = np.block([[payoffs, -np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
    try:
        solved = np.linalg.solve(system, np.append(np.zeros(size), 1.0))[:size]
    except np.linalg.LinAlgError:
        return None
    if solved.min() < -EQUAL:
        return None
    chances = np.zeros(count)
    chances[support] = solved
    return chances


def _best(payoffs: Array, support: list[int]) -> bool:
    return bool(payoffs[support].min() >= payoffs.max() - EQUAL)
