"""Political weights read off tariffs: those at which given rates come nearest to being optimal.

A government that maximises Σ_s w_s E_s, E_s the real income earned in sector s (Ossa 2014), charges
rates t at which

    Σ_s w_s ∂E_s/∂t_k = 0  for every rate k within its bounds,

the derivatives holding everything that follows in the economy (one solve and one adjoint a sector,
`evaluation`). The conditions are linear in the weights. Divided by the curvature of the payoff in a
rate they say how far ln(1+t_k) is from the optimum, so that least squares in w bring optimal rates
near to the given ones. Only ratios of weights matter: their mean over sectors is one. What the
rates do not tell is held at one by a penalty, and reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import jax
import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.errors import InputError, Problem
from detente.games.certificate import curvature
from detente.games.evaluation import Evaluation, Game
from detente.games.nash import OptimalResult, optimal
from detente.games.objectives import by_sector, sector_earnings
from detente.games.players import Player, sums
from detente.policy.arrays import Policy
from detente.solver.options import Options

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

SHRINK = 1e-3
"""Weight of the penalty: a root mean square deviation of weights of 0.3 costs as much as rates that
are one point off."""
IDENTIFIED = 0.5
"""Share of a weight told by the rates, not the penalty, from which it counts as identified."""
PASSES = 30
EDGE = 1e-9
"""Distance from a bound within which a rate is at it."""
_NORMAL = 1e3
"""Weight of the row that holds the mean of the weights."""


@dataclass(frozen=True, eq=False)
class Politics:
    """Weights of one player, and how well they explain its rates.

    Attributes
    ----------
    player
        The player, with these weights and the objective ``"political"``.
    sectors
        Codes of all sectors.
    weights
        ``(sector,)``, mean one, zero or more; one where nothing is earned.
    told
        ``(sector,)`` share of each weight that the rates tell, from 0 (the penalty alone) to 1:
        the diagonal of the resolution matrix of the fit.
    given
        The rates that are explained ``(rate,)``.
    trade
        What each covers in the baseline ``(rate,)``, its unit.
    unweighted_gap
        Expected ln(1+rate) less the given one ``(rate,)`` with all weights one, to first order.
    gap
        The same at the weights; zero at a corner that the weights hold.
    settled
        Whether the fit came to rest.
    check, plain
        Optima found from scratch at the weights and for real income, others' rates as given;
        ``None`` where they were not asked for. First-order conditions know one optimum of several:
        `off` is of the best, `nearest` of the one next to the given rates.
    """

    player: Player
    sectors: tuple[str, ...]
    weights: Array
    told: Array
    given: Array
    trade: Array
    unweighted_gap: Array
    gap: Array
    settled: bool
    check: OptimalResult | None
    plain: OptimalResult | None

    @property
    def identified(self) -> NDArray[np.bool_]:
        """Whether the rates tell a weight more than the penalty does ``(sector,)``."""
        return self.told >= IDENTIFIED

    @property
    def off(self) -> float:
        """Root mean square by trade of optimal less given rates; not a number without a check."""
        return self._off(self.check)

    @property
    def off_without(self) -> float:
        """The same without politics, for real income."""
        return self._off(self.plain)

    @property
    def nearest(self) -> float:
        """The same for the optimum at the weights that is next to the given rates."""
        if self.check is None:
            return np.nan
        ends = [self._spread(end.rates - self.given) for end in self.check.equilibria]
        return min(ends, default=np.nan)

    def _off(self, end: OptimalResult | None) -> float:
        if end is None or not end.status.found:
            return np.nan
        return self._spread(end.chosen.rates - self.given)

    @property
    def expected_off(self) -> tuple[float, float]:
        """First-order guess of both, in ln(1+rate): with all weights one, and at the weights."""
        return self._spread(self.unweighted_gap), self._spread(self.gap)

    def _spread(self, gaps: Array) -> float:
        return float(np.sqrt(np.average(gaps**2, weights=self.trade)))

    @property
    def table(self) -> pd.DataFrame:
        """One row a sector: weight, and how much of it the rates tell."""
        from detente.games.tables import politics_table

        return politics_table(self)


def political_weights(
    calibration: Calibration,
    players: Sequence[Player],
    policy: Policy | None = None,
    *,
    options: Options | None = None,
    shrink: float = SHRINK,
    checked: bool = True,
) -> tuple[Politics, ...]:
    """Find weights for each player at which the rates of a policy are nearest to its optimum.

    All rates are those of the policy, so that weights that explain every player's rates make the
    policy an equilibrium of them all.

    Parameters
    ----------
    players
        Whose weights; their own objectives are not used.
    policy
        The rates to explain; the baseline's unless given.
    shrink
        Weight of the penalty, above zero: what is minimised is the mean square by trade of the
        expected moves of ln(1+rate), plus this times the mean of (w − 1)².
    checked
        Whether the optima at the weights and without politics are searched for from scratch.

    Raises
    ------
    InputError
        A penalty that is none, or what the players are refused for.
    SolveError
        There is no equilibrium at the policy.
    """
    if not 0 < shrink < np.inf:
        raise InputError(Problem("not a penalty", None, None, "shrink", shrink, "above 0"))
    plain = [replace(p, objective="real-income", weights=None) for p in players]
    game = Game(calibration, plain, options, policy)
    rates = game.applied + game.outside
    found = []
    for number in range(len(players)):
        found.append(_of_player(game.alone(number, rates), shrink, checked))
    return tuple(found)


def _of_player(game: Game, shrink: float, checked: bool) -> Politics:
    """Calibrate the weights of a game of one."""
    p, c = game.placement, game.calibration
    rates = game.applied + game.outside
    trade = sums(p.rate, p.trade(c.flows), p.size)
    sectors, moves = _moves(game, rates)
    share = np.sqrt(trade / trade.sum()) if trade.size else trade
    corner = np.where(rates <= game.low + EDGE, -1, np.where(rates >= game.high - EDGE, 1, 0))
    fit = _Fit(moves, share, corner, shrink)
    solved = fit.solve()
    weights, told = np.ones(len(c.sectors)), np.zeros(len(c.sectors))
    weights[list(sectors)], told[list(sectors)] = solved, fit.told(solved)
    player = replace(
        p.players[0],
        objective="political",
        weights={code: float(w) for code, w in zip(c.sector_codes, weights, strict=True)},
    )
    ends: list[OptimalResult | None] = [None, None]
    if checked and p.size:
        ends = [optimal(c, side, options=game.options, base=game.base)
                for side in (player, p.players[0])]  # fmt: skip
    ones = np.ones(len(sectors))
    return Politics(
        player, c.sector_codes, weights, told, rates, trade, fit.gaps(ones), fit.gaps(solved),
        fit.settled, *ends,
    )  # fmt: skip


def _moves(game: Game, rates: Array) -> tuple[tuple[int, ...], Array]:
    """Return sectors, and the moves of ln(1+rate) that each asks for ``(rate, sector)``."""
    places = game.placement.members[0]
    with jax.enable_x64(True):
        sectors, kinds, given = by_sector(game.calibration, game.arrays, places)
    by_each: Evaluation = game.valued(kinds, given).evaluate(rates)
    earned = sector_earnings(game.calibration, game.arrays, places)[list(sectors)]
    earned = earned * np.exp(by_each.values)
    slopes = (earned / earned.sum())[:, None] * by_each.slopes * (1 + rates)
    return sectors, slopes.T / curvature(game, game.evaluate(rates))[:, None]


class _Fit:
    """Least squares with non-negative weights; rates at a corner may pull outwards for nothing."""

    def __init__(self, moves: Array, share: Array, corner: Array, shrink: float):
        self.moves, self.share, self.corner, self.shrink = moves, share, corner, shrink
        self.settled = False

    def solve(self) -> Array:
        """Return the weights ``(sector,)``, mean one."""
        weights = np.ones(self.moves.shape[1])
        active = self._active(weights)
        for _ in range(PASSES):
            weights = self._squares(active)
            now = self._active(weights)
            self.settled = bool((now == active).all())
            if self.settled:
                break
            active = now
        return weights

    def gaps(self, weights: Array) -> Array:
        """Return expected moves of ln(1+rate) ``(rate,)``, zero where a bound stops them."""
        return np.where(self._active(weights), self.moves @ weights, 0.0)

    def told(self, weights: Array) -> Array:
        """Diagonal of the resolution matrix among weights above zero ``(sector,)``."""
        count, free = len(weights), weights > EDGE
        rows = self._rows(self._active(weights))[:, free]
        ones = np.ones(free.sum()) / np.sqrt(free.sum())
        flat = np.eye(free.sum()) - np.outer(ones, ones)
        square = flat @ rows.T @ rows @ flat
        ridge = square + self.shrink / count * np.eye(free.sum())
        told = np.zeros(count)
        # a known mean takes one direction away: what is left of a unit is its part across it
        told[free] = np.diag(np.linalg.solve(ridge, square)) / max(1 - 1 / free.sum(), EDGE)
        # a weight that is held at zero is told to be low
        told[~free] = 1.0
        return told

    def _active(self, weights: Array) -> NDArray[np.bool_]:
        """Rates whose moves count: inside the bounds, or pulled inwards from one."""
        return (self.corner == 0) | (self.corner * (self.moves @ weights) < 0)

    def _rows(self, active: NDArray[np.bool_]) -> Array:
        return np.where(active, self.share, 0.0)[:, None] * self.moves

    def _squares(self, active: NDArray[np.bool_]) -> Array:
        from scipy.optimize import nnls

        count = self.moves.shape[1]
        pull = np.sqrt(self.shrink / count)
        rows = np.vstack([self._rows(active), pull * np.eye(count),
                          np.full((1, count), _NORMAL / count)])  # fmt: skip
        wanted = np.concatenate([np.zeros(len(active)), np.full(count, pull), [_NORMAL]])
        found = nnls(rows, wanted)[0]
        return found / found.mean()
