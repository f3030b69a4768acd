"""Whether economies that act as one would stay together, who would join and be let in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.errors import InputError, Problem, SolveError
from detente.games.nash import Status, nash
from detente.games.players import Player
from detente.model.welfare import welfare_hat
from detente.policy.arrays import Policy
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options

if TYPE_CHECKING:
    import pandas as pd

LEAST = 1e-7
"""Gain, per cent of real income, below which nobody moves."""


class Move(StrEnum):
    """What is known of an economy's move out of or into a coalition."""

    STAYS = "does not gain by moving"
    MOVES = "gains by moving"
    UNDETERMINED = "undetermined: a war that it depends on is not certified, or not the only one"


class Admission(StrEnum):
    """Whether a coalition's members would let an economy in."""

    LET_IN = "every member gains by letting it in"
    REFUSED = "a member does not gain by letting it in"
    UNDETERMINED = "undetermined, as the move is"


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
        and none on its members. Not a number where no certified war was found, or several.
    reasons
        ``(economy,)`` why a move is undetermined; empty where it is not.
    members_pct
        ``(economy, member)`` what an economy's joining adds to the real income of each member,
        points of per cent; not a number for members' own moves, or where that is not known.
    """

    economies: tuple[str, ...]
    inside: np.ndarray
    stays_pct: np.ndarray
    moves_pct: np.ndarray
    reasons: tuple[str, ...]
    members_pct: np.ndarray

    @property
    def moves(self) -> tuple[Move, ...]:
        """What is known of each economy's move ``(economy,)``."""
        known = np.isfinite(self.moves_pct) & np.isfinite(self.stays_pct)
        return tuple(
            Move.UNDETERMINED if not k else Move.MOVES if gain > LEAST else Move.STAYS
            for k, gain in zip(known, self.moves_pct - self.stays_pct, strict=True)
        )

    @property
    def admissions(self) -> tuple[Admission | None, ...]:
        """Whether members would let each economy in ``(economy,)``; ``None`` for members."""
        return tuple(
            None if member else Admission.UNDETERMINED if not np.isfinite(gains).all() else
            Admission.LET_IN if gains.min() > LEAST else Admission.REFUSED
            for member, gains in zip(self.inside, self.members_pct, strict=True)
        )  # fmt: skip

    def against(self, economy: int) -> tuple[str, ...]:
        """Codes of the members who do not gain by letting an economy (by number) in."""
        return tuple(code for code, gain in zip(self.economies, self.members_pct[economy],
                                                strict=False) if gain <= LEAST)  # fmt: skip

    @property
    def would_move(self) -> np.ndarray:
        """Whether an economy is known to gain by moving ``(economy,)``."""
        return np.array([move is Move.MOVES for move in self.moves])

    @property
    def internal(self) -> bool | None:
        """Whether nobody would leave; ``None`` where that is undetermined."""
        return self._stable(self.inside)

    @property
    def external(self) -> bool | None:
        """Whether nobody would like to join, let in or not; ``None`` where that is undetermined."""
        return self._stable(~self.inside)

    def _stable(self, those: np.ndarray) -> bool | None:
        moves = [move for move, one in zip(self.moves, those, strict=True) if one]
        if Move.MOVES in moves:
            return False
        return None if Move.UNDETERMINED in moves else True

    @property
    def table(self) -> pd.DataFrame:
        """One row an economy: inside or not, real income if it stays and if it moves, per cent.

        ``move`` is ``stays``, ``moves`` or ``undetermined``, with its ``reason``. ``admission`` of
        who is outside is ``let_in``, ``refused`` or ``undetermined``, ``least_member`` the member
        that gains least by it, with what it gains.
        """
        from detente.games.tables import labelled

        outside = ~self.inside & np.isfinite(self.members_pct).all(axis=1)
        worst = [int(gains.argmin()) if known else -1
                 for known, gains in zip(outside, self.members_pct, strict=True)]  # fmt: skip
        columns = {
            "inside": self.inside,
            "stays_pct": self.stays_pct,
            "moves_pct": self.moves_pct,
            "would_move": self.would_move,
            "move": [move.name.lower() for move in self.moves],
            "admission": ["" if a is None else a.name.lower() for a in self.admissions],
            "least_member": ["" if k < 0 else self.economies[k] for k in worst],
            "least_gain_pct": [
                np.nan if k < 0 else self.members_pct[n, k] for n, k in enumerate(worst)
            ],
            "reason": list(self.reasons),
        }
        return labelled("economy", self.economies, columns)


def coalition_stability(
    calibration: Calibration,
    members: Sequence[str],
    others: Sequence[str],
    *,
    options: Options | None = None,
    base: Policy | None = None,
    starts: Sequence[str] = ("applied", "high"),
    **player: object,
) -> Stability:
    """Compare the war with a coalition to the wars after each single move in or out of it.

    A coalition chooses its tariffs for the sum of its members' real incomes and has none inside
    (d'Aspremont et al. 1983 on stability). Every war is searched from all starts and certified;
    where none is certified, or several, the moves that hang on it are undetermined.

    Parameters
    ----------
    members
        Codes of two economies or more that act as one.
    others
        Codes of the economies that act alone; the rest is passive.
    starts
        Where each war is searched from (see `nash.nash`).
    player
        What else all players have in common: see `players.Player`.

    Raises
    ------
    InputError
        Fewer than two members, an economy twice, or what `Player` refuses.
    """
    if len(members) < 2 or len({*members, *others}) < len(members) + len(others):
        raise InputError(
            Problem("a coalition has two members or more, each economy stands once", key="members",
                    value=[*members, *others])
        )  # fmt: skip
    war = _War(calibration, options or Options(), base, starts, player)
    now = war.incomes(tuple(members), tuple(others))
    economies = (*members, *others)
    own = [calibration.country_codes.index(code) for code in members]
    stays, moves, reasons = [], [], []
    gains = np.full((len(economies), len(members)), np.nan)
    for number, code in enumerate(economies):
        place = calibration.country_codes.index(code)
        union = tuple(m for m in members if m != code)
        alone = tuple(o for o in others if o != code)
        union, alone = (union, (*alone, code)) if code in members else ((*union, code), alone)
        then = war.incomes(union, alone)
        stays.append(now.real_income_pct[place])
        moves.append(then.real_income_pct[place])
        if code not in members:
            gains[number] = then.real_income_pct[own] - now.real_income_pct[own]
        said = (("as it is", now.reason), ("after the move", then.reason))
        reasons.append("; ".join(f"{when}: {why}" for when, why in said if why))
    inside = np.array([code in members for code in economies])
    return Stability(economies, inside, np.array(stays), np.array(moves), tuple(reasons), gains)


class _Incomes(NamedTuple):
    """Real income of every economy in a war, per cent ``(country,)``, or why it is not known."""

    real_income_pct: np.ndarray
    reason: str = ""


class _War:
    """Wars on one baseline, each partition of players solved once."""

    def __init__(self, calibration, options, base, starts, common):
        self.calibration, self.options, self.base = calibration, options, base
        self.starts, self.common = starts, common
        self.kept: dict[tuple, _Incomes] = {}

    def incomes(self, union: tuple[str, ...], alone: tuple[str, ...]) -> _Incomes:
        """Real incomes in a war; not numbers, and why, where no single certified one is found."""
        key = (frozenset(union), frozenset(alone))
        if key not in self.kept:
            self.kept[key] = self._solve(union, alone)
        return self.kept[key]

    def _solve(self, union: tuple[str, ...], alone: tuple[str, ...]) -> _Incomes:
        unknown = np.full(len(self.calibration.countries), np.nan)
        inside = resolve_countries(self.calibration, union)
        if not set(resolve_countries(self.calibration, self.common.get("on", "world"))) - {*inside}:
            # nobody is left outside to be taxed: no tariffs among members is all there is
            base = self.base or Policy.unchanged(self.calibration)
            tariff, places = base.tariff_cf.copy(), np.array(inside)
            among = np.zeros(tariff.shape, dtype=bool)
            among[:, places[:, None], places[None, :]] = True
            alike = base.one_rate(among)
            free = replace(alike, tariff_cf=np.where(among, 0.0, tariff))
            return self._solved(free)
        players = [Player("coalition", members=union, **self.common)]  # pyright: ignore[reportArgumentType]
        players += [Player(code, **self.common) for code in alone]  # pyright: ignore[reportArgumentType]
        try:
            found = nash(self.calibration, players, options=self.options, base=self.base,
                         starts=self.starts)  # fmt: skip
        except SolveError as error:
            return _Incomes(unknown, str(error))
        if found.status is not Status.CERTIFIED:
            return _Incomes(unknown, str(found.status))
        if len(found.equilibria) > 1:
            return _Incomes(unknown, f"{len(found.equilibria)} different wars were found")
        return self._solved(found.policy)

    def _solved(self, policy: Policy) -> _Incomes:
        try:
            solved = solve_equilibrium(self.calibration, policy, self.options)
        except SolveError as error:
            return _Incomes(np.full(len(self.calibration.countries), np.nan), str(error))
        return _Incomes(100 * (welfare_hat(self.calibration, solved.outcome) - 1))
