"""What wars and bargains come to: the results, and the bands of draws."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from detente.baseline.elasticity_draws import Disagreement
from detente.games.constrained import Optimum
from detente.games.cooperation import Cooperation
from detente.games.evaluation import Game
from detente.games.matrix import PayoffMatrix
from detente.games.nash import NashResult, Status
from detente.games.parts import mean_rates
from detente.notebook import Shown
from detente.policy.arrays import Policy
from detente.results import Solution
from detente.solver.equilibrium import solve_equilibrium
from detente.units import name_in
from detente.wars.compare import Curve
from detente.wars.extras import Extras
from detente.wars.setting import Setting

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
ENDS = (0.05, 0.95)
"""Quantiles that bound a band."""
ENOUGH = 20
"""Draws from which on quantiles are shown; the least and greatest below that."""


@dataclass(frozen=True, eq=False)
class Bands:
    """What a war comes to at draws of trade elasticities.

    Attributes
    ----------
    names
        Of the players.
    statuses
        ``(draw,)`` how each search ended; only certified wars count.
    real_income_pct, median_rate, mean_rate
        ``(draw, player)``; not numbers where no certified war was found. Rates are fractions, the
        mean weighted by trade of the baseline.
    seed, spread
        Of the draws.
    """

    names: tuple[str, ...]
    statuses: tuple[str, ...]
    real_income_pct: Array
    median_rate: Array
    mean_rate: Array
    seed: int
    spread: Disagreement

    @property
    def kept(self) -> int:
        """Number of draws with a certified war."""
        return self.statuses.count(str(Status.CERTIFIED))

    @property
    def dropped(self) -> dict[str, int]:
        """Number of draws that do not count, by reason."""
        lost = [said for said in self.statuses if said != str(Status.CERTIFIED)]
        return {said: lost.count(said) for said in dict.fromkeys(lost)}

    @property
    def ends(self) -> tuple[float, float]:
        """Quantiles that bound the bands; 0 and 1 with few draws."""
        return ENDS if self.kept >= ENOUGH else (0.0, 1.0)

    def band(self, values: Array) -> Array:
        """Return low and high end over the draws that count ``(end, player)``."""
        held = values[[said == str(Status.CERTIFIED) for said in self.statuses]]
        found = np.full((2, values.shape[1]), np.nan)
        # a player without rates has no band of them
        there = np.isfinite(held).all(axis=0) & (len(held) > 0)
        if there.any():
            found[:, there] = np.quantile(held[:, there], self.ends, axis=0)
        return found

    def table(self) -> pd.DataFrame:
        """One row a player: low and high end of real income, median and mean rate."""
        import pandas as pd

        columns = {}
        for name in ("real_income_pct", "median_rate", "mean_rate"):
            stem, ending = (name.removesuffix("_pct"), "_pct") if name.endswith("_pct") else (
                name, "")  # fmt: skip
            low, high = self.band(getattr(self, name))
            columns |= {f"{stem}_low{ending}": low, f"{stem}_high{ending}": high}
        return pd.DataFrame(columns, index=pd.Index(self.names, name="player"))

    def draws(self) -> pd.DataFrame:
        """One row a draw and player."""
        import pandas as pd

        count, players = self.real_income_pct.shape
        return pd.DataFrame({
            "draw": np.repeat(np.arange(count), players),
            "player": np.tile(self.names, count),
            "draw_status": np.repeat(self.statuses, players),
            "real_income_pct": self.real_income_pct.ravel(),
            "median_rate": self.median_rate.ravel(),
            "mean_rate": self.mean_rate.ravel(),
        })  # fmt: skip


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
    bands
        The war at draws of trade elasticities, where it was asked for (`wars.draws.with_bands`).
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
    bands: Bands | None = None

    def _brief(self) -> str:
        ends = ", ".join(one.status.name.lower() for one in self.found)
        return f"({self.kind}) of {_players(self.setting)}: {ends}"

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

    def _brief(self) -> str:
        return f"({self.rule}) of {_players(self.setting)}: {self.bargains.ended}"


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
