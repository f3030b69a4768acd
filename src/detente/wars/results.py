"""What wars and bargains come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.games.constrained import Optimum
from detente.games.cooperation import Cooperation
from detente.games.evaluation import Game
from detente.games.matrix import PayoffMatrix
from detente.games.nash import NashResult
from detente.games.parts import mean_rates
from detente.notebook import Shown
from detente.policy.arrays import Policy
from detente.results import Solution
from detente.solver.equilibrium import solve_equilibrium
from detente.uncertainty.draws import Interval
from detente.uncertainty.ranges import Ranges
from detente.units import name_in
from detente.wars.compare import Curve
from detente.wars.extras import Extras
from detente.wars.setting import Setting

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
WAR = "war"
"""Name of the war among the answers that draws are of; optima have the names of their players."""
FEWEST_RANKED = 6
"""Sectors below which a rank correlation says nothing: of 5, one in 60 orders agrees by chance."""


@dataclass(frozen=True, eq=False, repr=False)
class WarResult(Shown):
    """A war, or optima of players that each move alone.

    Attributes
    ----------
    found
        One result for a war; one by player where each moves alone.
    solutions
        Economies by title: what was announced (the scenario's last variant), then those found.
    announced
        Policy of the scenario's last variant, and its title; ``None`` without variants.
    matrix
        The game of tariffs or none with the measures that were announced, where two players have
        them.
    curves
        Best-response curves of the two-player game with one rate each.
    closed_form
        Uniform rate by player on all imports in the closed form, where players tax the world.
    extras
        What options add (see `detente.wars.extras`).
    draws
        The same at drawn parameters, where it was asked for (`wars.draws.with_draws`).
    """

    setting: Setting
    kind: str
    found: tuple[NashResult, ...]
    solutions: dict[str, Solution]
    announced: tuple[Policy, str] | None
    matrix: PayoffMatrix | None
    curves: tuple[Curve, ...]
    closed_form: dict[str, float]
    notes: tuple[str, ...]
    extras: Extras = field(default_factory=Extras)
    draws: Ranges | None = None

    def _brief(self) -> str:
        ends = ", ".join(one.status.name.lower() for one in self.found)
        return f"({self.kind}) of {_players(self.setting)}: {ends}"

    @property
    def answers(self) -> dict[str, NashResult]:
        """The war, by `WAR`, or the optimum of each player by its name."""
        if self.kind == "nash":
            return {WAR: self.found[0]}
        return {one.game.players[0].name: one for one in self.found}

    def interval(
        self, player: str, figure: str = "real_income_pct", of: str | None = None
    ) -> Interval | None:
        """Return ends of a player's figure over draws; none without draws.

        Parameters
        ----------
        figure
            ``"real_income_pct"``, ``"mean_rate"`` or ``"median_rate"`` (fractions).
        of
            Player whose optimum it is, where each moves alone; its own unless given.
        """
        answer = WAR if self.kind == "nash" else of or player
        return None if self.draws is None else self.draws.interval(answer, figure, player)

    def rates(self) -> pd.DataFrame:
        """Label the rates, beside the mean of what is announced on the same trade."""
        import pandas as pd

        frames = []
        for one in self.found:
            frame = one.rates
            frame["announced"] = (
                np.nan
                if self.announced is None
                else mean_rates(
                    one.game.placement, self.announced[0], self.setting.calibration.flows
                )
            )
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def players(self) -> pd.DataFrame:
        """Sum up by player (see `detente.games.tables.player_table`), with what was announced."""
        import pandas as pd

        table: Any = pd.concat([one.players for one in self.found])
        rates: Any = self.rates()
        trade = name_in("trade_musd", self.setting.calibration.card.unit)
        for name in table.index:
            everything = rates[rates["player"] == name]
            for kind, own in everything.groupby("instrument"):
                column = f"{str(kind).replace('-', '_')}_mean"
                table.loc[name, column] = np.average(own["rate"], weights=own[trade])
            own = everything[everything["instrument"] == "tariff"]
            if own.empty:
                continue
            weights = own[trade].to_numpy()
            table.loc[name, "applied_mean"] = np.average(own["applied"], weights=weights)
            if self.announced is None:
                continue
            table.loc[name, "announced_mean"] = np.average(own["announced"], weights=weights)
            enough = own["sector"].nunique() >= FEWEST_RANKED
            varied = enough and own["announced"].nunique() > 1 and own["rate"].nunique() > 1
            table.loc[name, "rank_correlation"] = (
                own["announced"].rank().corr(own["rate"].rank()) if varied else np.nan
            )
        return table


@dataclass(frozen=True, eq=False, repr=False)
class TalksResult(Shown):
    """Bargains over several ways to disagree.

    Attributes
    ----------
    war
        The war that is one of the ways.
    bargains
        By disagreement.
    solutions
        Economies by title: the war, then each agreement.
    frontier
        Efficient payoffs of two players ``ln real income``; empty where it was not traced.
    extras
        What options add (see `detente.wars.extras`).
    power
        Bargaining power by player; equal where ``None``.
    draws
        What the deals bring at drawn parameters, where it was asked for (`wars.draws.with_draws`).
    """

    setting: Setting
    rule: str
    war: NashResult | None
    bargains: Cooperation
    solutions: dict[str, Solution]
    frontier: tuple[Optimum, ...]
    notes: tuple[str, ...]
    extras: Extras = field(default_factory=Extras)
    power: tuple[float, ...] | None = None
    draws: Ranges | None = None

    def _brief(self) -> str:
        return f"({self.rule}) of {_players(self.setting)}: {self.bargains.ended}"

    def interval(self, player: str, over: str, figure: str = "gain_pct") -> Interval | None:
        """Return ends of what a player has of the deal over one alternative; none without draws.

        Parameters
        ----------
        over
            Name of the alternative: ``"status-quo"``, ``"war"`` or ``"variant:ID"``.
        figure
            ``"gain_pct"`` in logs, ``"agreed_pct"`` or ``"without_pct"``.
        """
        return None if self.draws is None else self.draws.interval(over, figure, player)


def _players(setting: Setting) -> str:
    return f"{', '.join(one.name for one in setting.players)} on {setting.calibration.name!r}"


def payoffs(game: Game, policy: Policy) -> Array:
    """Payoffs of players at a policy that need not be one of theirs ``(player,)``."""
    # solved by itself: its rates may lie outside the bounds of the game, or differ within one
    solved = Solution(solve_equilibrium(game.calibration, policy, game.options))
    hat = 1 + solved.countries["real_income_pct"].to_numpy() / 100
    income = game.calibration.income
    return np.array([np.log(np.average(hat[list(places)], weights=income[list(places)]))
                     for places in game.placement.members])  # fmt: skip
