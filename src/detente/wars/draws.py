"""A war solved again at draws of trade elasticities: how far its headline moves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from detente.baseline.elasticity_draws import Disagreement, disagreement, draw_elasticities
from detente.errors import DetenteError, InputError, Problem
from detente.games.nash import NashResult, Status, nash
from detente.wars.run import WarResult, _payoffs

if TYPE_CHECKING:
    import pandas as pd

    from detente.wars.setting import Setting

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


def check_draws(draws: int, seed: int) -> None:
    """Refuse a number of draws that says nothing, before anything is solved.

    Raises
    ------
    InputError
        One draw, fewer than none, or not a seed.
    """
    problems = []
    if draws < 0 or draws == 1:
        problems.append(Problem("not a number of draws", None, None, "--draws", draws,
                                "0, or 2 or more"))  # fmt: skip
    if seed < 0:
        problems.append(Problem("not a seed", None, None, "--seed", seed, "0 or more"))
    if problems:
        raise InputError(problems)


def with_bands(
    war: WarResult,
    draws: int,
    *,
    seed: int = 0,
    on_draw: Callable[[int, int], None] | None = None,
) -> WarResult:
    """Solve a war again at draws of trade elasticities, each from the rates that were found.

    Parameters
    ----------
    draws
        How many; see `detente.baseline.elasticity_draws`.
    on_draw
        Called with (number done, number in all) before each.

    Returns
    -------
    WarResult
        The same war with ``bands``; as it was where no war was found, with a note.

    Raises
    ------
    InputError
        As `check_draws`, or the result is not one war.
    """
    check_draws(draws, seed)
    if war.kind != "nash":
        raise InputError(Problem("bands are of a war", key="draws", value=war.kind))
    one = war.found[0]
    if not draws:
        return war
    if not one.status.found:
        return replace(war, notes=(*war.notes, "no intervals: there is no war to start from"))
    thetas = draw_elasticities(war.setting.calibration, draws, seed=seed)
    players = len(one.game.players)
    held, statuses = np.full((3, draws, players), np.nan), []
    for number, theta in enumerate(thetas):
        if on_draw is not None:
            on_draw(number, draws)
        status, figures = _again(war.setting, one, theta)
        statuses.append(status)
        if figures is not None:
            held[:, number] = figures
    names = tuple(p.name for p in one.game.players)
    incomes, medians, means = held
    bands = Bands(names, tuple(statuses), incomes, medians, means, seed, disagreement())
    return replace(war, bands=bands)


def _again(setting: Setting, war: NashResult, theta: Array) -> tuple[str, Array | None]:
    """Solve the war at other elasticities: how it ended, and its figures ``(figure, player)``."""
    try:
        drawn = setting.calibration.replace(trade_elasticity=theta)
        found = nash(drawn, setting.players, options=setting.options, base=setting.base,
                     start=war.chosen.rates)  # fmt: skip
        if found.status is not Status.CERTIFIED:
            return str(found.status), None
        incomes = _payoffs(found.game, found.policy)
    except DetenteError as error:
        return str(error).splitlines()[0], None
    table = found.players
    return str(found.status), np.array([
        100 * np.expm1(incomes), table["median_rate"].to_numpy(), table["mean_rate"].to_numpy()
    ])  # fmt: skip
