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


@dataclass(frozen=True, eq=False)
class Stability:
    """What a coalition's members and neighbours would get by moving alone.

    Attributes
    ----------
    table
        One row an economy: ``inside`` the coalition or not, ``stays_pct`` its real income in the
        war with the coalition as it is, ``moves_pct`` after leaving, or joining, it, both per cent
        of the baseline, and ``would_move``. After joining a member has the coalition's tariffs and
        none on its members.
    internal, external
        Nobody would leave; nobody would join.
    unsettled
        Moves after which no equilibrium was found; they count as not made.
    """

    table: pd.DataFrame
    internal: bool
    external: bool
    unsettled: tuple[str, ...]


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
    rows, unsettled = [], []
    for code in (*members, *others):
        inside = code in members
        union = tuple(m for m in members if m != code) if inside else (*members, code)
        alone = (*others, code) if inside else tuple(o for o in others if o != code)
        then = war.incomes(union, alone)
        if then is None:
            unsettled.append(code)
        place = calibration.country_codes.index(code)
        moved = np.nan if then is None else then[place]
        would = bool(moved > now[place] + 1e-7)
        rows.append((code, inside, now[place], moved, would))
    import pandas as pd

    heads = ["economy", "inside", "stays_pct", "moves_pct", "would_move"]
    table = pd.DataFrame(rows, columns=heads).set_index("economy")
    leave = table.loc[table["inside"], "would_move"].any()
    join = table.loc[~table["inside"], "would_move"].any()
    return Stability(table, not leave, not join, tuple(unsettled))


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
