"""Whether economies that act as one would stay together, and whether others would join."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem, SolveError
from detente.games.nash import nash
from detente.games.players import Player
from detente.policy.arrays import Policy
from detente.solver.equilibrium import Options, solve_equilibrium

if TYPE_CHECKING:
    import pandas as pd

LEAST = 1e-7
"""Gain, per cent of real income, below which nobody moves."""


@dataclass(frozen=True, eq=False)
class Stability:
    """What a coalition's members and neighbours would get by moving alone.

    Attributes
    ----------
    economies
        Codes, the coalition's members first.
    inside
        ``(economy,)`` whether it belongs to the coalition.
    stays_pct, moves_pct
        ``(economy,)`` real income in the war with the coalition as it is, and after leaving or
        joining it, per cent of the baseline. After joining a member has the coalition's tariffs
        and none on its members. Not a number where no equilibrium was found: the move counts as
        not made.
    """

    economies: tuple[str, ...]
    inside: np.ndarray
    stays_pct: np.ndarray
    moves_pct: np.ndarray

    @property
    def would_move(self) -> np.ndarray:
        """Whether an economy gains by moving ``(economy,)``."""
        return self.moves_pct > self.stays_pct + LEAST

    @property
    def internal(self) -> bool:
        """Whether nobody would leave."""
        return not (self.would_move & self.inside).any()

    @property
    def external(self) -> bool:
        """Whether nobody would join."""
        return not (self.would_move & ~self.inside).any()

    @property
    def table(self) -> pd.DataFrame:
        """Labelled: one row an economy."""
        from detente.games.tables import stability_table

        return stability_table(self)


def coalition_stability(
    calibration: Calibration,
    members: Sequence[str],
    others: Sequence[str],
    *,
    options: Options | None = None,
    base: Policy | None = None,
    **player: object,
) -> Stability:
    """Compare the war with a coalition to the wars after each single move in or out of it.

    A coalition chooses its tariffs for the sum of its members' real incomes and has none inside
    (d'Aspremont et al. 1983 on stability).

    Parameters
    ----------
    members
        Codes of two economies or more that act as one.
    others
        Codes of the economies that act alone; the rest is passive.
    player
        What else all players have in common: see `players.Player`.

    Raises
    ------
    InputError
        Fewer than two members, an economy twice, or what `Player` refuses.
    SolveError
        No equilibrium is found with the coalition as it is.
    """
    if len(members) < 2 or len({*members, *others}) < len(members) + len(others):
        raise InputError(
            Problem("a coalition has two members or more, each economy stands once", key="members",
                    value=[*members, *others])
        )  # fmt: skip
    war = _War(calibration, options or Options(), base, player)
    now = war.incomes(tuple(members), tuple(others))
    if now is None:
        raise SolveError("no equilibrium was found with the coalition as it is")
    economies = (*members, *others)
    places = [calibration.country_codes.index(code) for code in economies]
    moves = []
    for code, place in zip(economies, places, strict=True):
        union = tuple(m for m in members if m != code)
        alone = tuple(o for o in others if o != code)
        union, alone = (union, (*alone, code)) if code in members else ((*union, code), alone)
        then = war.incomes(union, alone)
        moves.append(np.nan if then is None else then[place])
    inside = np.array([code in members for code in economies])
    return Stability(economies, inside, now[places], np.array(moves))


class _War:
    """Wars on one baseline, each partition of players solved once."""

    def __init__(self, calibration, options, base, common):
        self.calibration, self.options, self.base = calibration, options, base
        self.common = common
        self.kept: dict[tuple, np.ndarray | None] = {}

    def incomes(self, union: tuple[str, ...], alone: tuple[str, ...]) -> np.ndarray | None:
        """Real income of every economy in a war, per cent; nothing where none is found."""
        key = (frozenset(union), frozenset(alone))
        if key not in self.kept:
            self.kept[key] = self._solve(union, alone)
        return self.kept[key]

    def _solve(self, union: tuple[str, ...], alone: tuple[str, ...]) -> np.ndarray | None:
        if len(union) == len(self.calibration.countries):
            # nobody is left outside: no tariffs at all
            base = self.base or Policy.unchanged(self.calibration)
            return self._incomes(replace(base, tariff_cf=np.zeros_like(base.tariff_cf)))
        players = [Player("coalition", members=union, **self.common)]  # pyright: ignore[reportArgumentType]
        players += [Player(code, **self.common) for code in alone]  # pyright: ignore[reportArgumentType]
        found = nash(
            self.calibration, players, options=self.options, base=self.base,
            starts=("applied",), certified=False,
        )  # fmt: skip
        return self._incomes(found.policy) if found.status.found else None

    def _incomes(self, policy: Policy) -> np.ndarray:
        solved = solve_equilibrium(self.calibration, policy, self.options)
        income = np.asarray(solved.outcome.income_cf) / self.calibration.income
        return 100 * (income / np.asarray(solved.outcome.consumer_price_hat) - 1)
