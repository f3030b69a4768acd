"""Payoffs of all players at a vector of rates, with exact derivatives: one solve, one adjoint each.

The equilibrium reads tariffs through two kernels alone, gross π(τ̂…)^(−θ) and fob = gross/(1+t).
The derivatives A and B of a player's payoff by the two, equilibrium effects included, give the
derivative by any rate, ∂G/∂ln(1+t) = −θ gross A − (1+θ) fob B, and what `reply` needs. Of a rate on
some lines of a cell gross and fob are those of the lines, A and B those of the cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.baseline.given import economy as given_economy
from detente.compiled import compiled
from detente.errors import InputError, Problem, SolveError
from detente.games.objectives import Kinds, Parameters, parameters, values
from detente.games.parts import by_line, mean_rates
from detente.games.players import (
    Placement,
    Player,
    only,
    place_players,
    players_given,
    sums,
)
from detente.model.economy import Economy, Shock, Structure, economy, refuse_with
from detente.model.equations import line_kernels
from detente.model.equilibrium import Kernels, Unknowns, baseline_point, kernels, step
from detente.notebook import Brief
from detente.policy.arrays import Policy
from detente.policy.given import policy_given
from detente.policy.instruments import Measure
from detente.solver.balanced import closed
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.fixed_point import fixed_point
from detente.solver.implicit import ADJOINT_TOLERANCE, Settings, find_point
from detente.solver.options import Options
from detente.solver.shocks import make_shock

Array = NDArray[np.float64]


class Warm(NamedTuple):
    """Where the next evaluation starts: the point and the adjoints ``(player, unknown)``."""

    point: Unknowns
    adjoints: Any


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Payoffs at some rates.

    Attributes
    ----------
    rates
        ``(rate,)``.
    values
        Payoffs ``(player,)``.
    slopes
        ``(player, rate)``: derivatives of every payoff by every rate.
    kernels
        ``gross``, ``fob`` and what producers get where there are export taxes (else ``fob``),
        ``(sector, importer, exporter)``.
    parts
        What the three are of the parts of cells that rates are on ``(part,)``.
    by_kernel
        Derivatives of payoffs by the three, ``(player, sector, importer, exporter)`` each, with the
        point and everything that follows from it moving.
    warm
        Start of the next evaluation.
    iterations
        Passes of the solve and of the slowest adjoint.
    """

    rates: Array
    values: Array
    slopes: Array
    kernels: tuple[Array, Array, Array]
    parts: tuple[Array, Array, Array]
    by_kernel: tuple[Array, Array, Array]
    warm: Warm
    iterations: tuple[int, int]

    @property
    def finite(self) -> bool:
        """Whether solve and adjoints converged."""
        return bool(np.isfinite(self.values).all() and np.isfinite(self.slopes).all())


class Game(Brief):
    """Players on a baseline: from a vector of rates to payoffs.

    Each evaluation starts from the last. Rates of players outside the game, of cells without trade
    and of lines that no rate is on stay at ``base``. A rate on a whole cell holds on all its lines.

    Parameters
    ----------
    calibration
        The baseline, or its name.
    players
        Who plays: one or several; a name stands for that economy, free to choose its tariffs.
    options
        Closure, structure and numerical settings, in place of the next two.
    base
        Policy, or measures, in force besides the rates; the baseline's own when omitted.
    deficits, structure
        As `detente.solve` takes them. Where deficits are ``"removed"`` the game is played on the
        economy without imbalances, which payoffs are changes from; ``removal`` is that step.

    Raises
    ------
    InputError
        Listing all that is wrong with the players; or options and deficits or structure are given.
    SolveError
        There is no equilibrium without imbalances.
    """

    def __init__(
        self,
        calibration: Calibration | str,
        players: Player | str | Sequence[Player | str],
        options: Options | None = None,
        base: Policy | Measure | Sequence[Measure] | None = None,
        *,
        deficits: str | Array | None = None,
        structure: Structure | None = None,
    ):
        played = closed(given_economy(calibration), options, deficits, structure)
        refuse_with(played.options.structure, "a choice of rates", "import_margin", "pass_through")
        self.calibration, self.options, self.removal = played
        calibration = played.calibration
        given = policy_given(calibration, base) or Policy.unchanged(calibration)
        placed = place_players(calibration, players_given(players), given.supply_share)
        found = by_line(calibration, placed, _without_inner_tariffs(placed, given))
        self.placement, self.in_force, self.base = found
        if self.base.quotas:
            message = "rates are not chosen where a tariff quota is in force"
            raise InputError(Problem(message, key="base"))
        if self.base.limits and self.placement.taxed.any():
            message = "export taxes are not chosen where trade is limited in quantity"
            raise InputError(Problem(message, key="players"))
        if self.base.export_tax is None and self.placement.taxed.any():
            none = np.zeros_like(self.base.tariff_cf)
            self.base = replace(self.base, export_tax=none)
            self.in_force = replace(self.in_force, export_tax=none)
        with jax.enable_x64(True):
            self.arrays = economy(calibration, self.options.structure)
            self.parameters = parameters(calibration, self.arrays, self.placement)
        self.kinds: Kinds = tuple(p.objective for p in self.placement.players)
        self.low, self.high = self.placement.low, self.placement.high
        self.evaluations = 0
        self._kept: Evaluation | None = None

    def _brief(self) -> str:
        return f"of {self.who} on {self.calibration.name!r}: {self.size} rates"

    @property
    def who(self) -> str:
        """Names of the players."""
        return ", ".join(player.name for player in self.players)

    @property
    def players(self) -> tuple[Player, ...]:
        """Who plays."""
        return self.placement.players

    @property
    def size(self) -> int:
        """Number of rates."""
        return self.placement.size

    @property
    def applied(self) -> Array:
        """Rates in force ``(rate,)``: means by trade where a rate covers several cells, in bounds.

        `outside` says which of them are not what is applied.
        """
        return np.clip(self._in_force(), self.low, self.high)

    @property
    def outside(self) -> Array:
        """How far the rates in force lie outside the bounds ``(rate,)``, below zero under them."""
        found = self._in_force()
        return found - np.clip(found, self.low, self.high)

    def _in_force(self) -> Array:
        return mean_rates(self.placement, self.in_force, self.calibration.flows)

    def policy(self, rates: Array) -> Policy:
        """Return the policy with these rates ``(rate,)`` in it."""
        p, whole = self.placement, self.placement.line < 0
        tariff = self.base.tariff_cf.copy()
        on = whole & ~p.taxed
        tariff[p.sector[on], p.importer[on], p.exporter[on]] = rates[p.rate[on]]
        found = replace(self.base, tariff_cf=tariff)
        if p.taxed.any():
            assert self.base.export_tax is not None
            tax, on = self.base.export_tax.copy(), whole & p.taxed
            tax[p.sector[on], p.importer[on], p.exporter[on]] = rates[p.rate[on]]
            found = replace(found, export_tax=tax)
        return found if whole.all() else self._with_lines(found, rates)

    def _with_lines(self, policy: Policy, rates: Array) -> Policy:
        """Put rates on their lines; those of other lines, and the mean of a cell, follow."""
        p, lines, before = self.placement, policy.lines, self.calibration.tariff
        assert lines is not None
        held = policy.rates_on_lines(before)
        tariff, tax = held.tariff_cf.copy(), held.export_tax.copy()
        for array, kind in ((tariff, ~p.taxed), (tax, p.taxed)):
            on = kind & (p.line >= 0)
            array[p.line[on]] = rates[p.rate[on]]
        held = held._replace(tariff_cf=tariff, export_tax=tax)
        return policy.with_lines(before, lines.cell, lines.share, held, lines.on_lists, lines.lists)

    def alone(self, player: int, rates: Array) -> Game:
        """Return the game of one player, with the rates of all others as given ``(rate,)``."""
        game = object.__new__(Game)
        game.__dict__.update(self.__dict__)
        p, own = self.placement, self.placement.own(player)
        game.base = game.in_force = self.policy(rates)
        game.placement = only(p, player)
        game.low, game.high = p.low[own], p.high[own]
        game.kinds = self.kinds[player : player + 1]
        game.parameters = Parameters(*(array[player : player + 1] for array in self.parameters))
        game.evaluations, game._kept = 0, None
        if self._kept is not None:
            game._kept = replace(self._kept, rates=np.full(len(own), np.nan),
                                 warm=Warm(self._kept.warm.point, None))  # fmt: skip
        return game

    def observing(self, functions: Sequence[Callable[..., Any]]) -> Game:
        """Return the same game with more values, functions of (economy, outcome), after payoffs."""
        all_shown = np.append(self.parameters.trades, np.ones(len(functions)))
        return self.valued((*self.kinds, *functions), self.parameters._replace(trades=all_shown))

    def valued(self, kinds: Kinds, given: Parameters) -> Game:
        """Return the same rates with other values of the solved economy in place of payoffs."""
        game = object.__new__(Game)
        game.__dict__.update(self.__dict__)
        game.kinds, game.parameters = kinds, given
        game.evaluations, game._kept = 0, None
        return game

    def evaluate(self, rates: Array) -> Evaluation:
        """Solve and differentiate.

        Raises
        ------
        SolveError
            There is no equilibrium at these rates, or an adjoint did not converge.
        """
        rates = np.asarray(rates, dtype=np.float64)
        if self._kept is not None and np.array_equal(self._kept.rates, rates):
            return self._kept
        policy = self.policy(rates)
        found = self._differentiate(policy, rates, self._kept and self._kept.warm)
        if not found.finite:
            solved = solve_equilibrium(self.calibration, policy, self.options)
            found = self._differentiate(policy, rates, Warm(solved.unknowns, None))
        if not found.finite:
            raise SolveError("payoffs have no derivatives here: the adjoint did not converge")
        self._kept = found
        return found

    def warm_start(self) -> dict[str, Array]:
        """Return where the next evaluation starts, as plain arrays; empty where it starts anew."""
        if self._kept is None:
            return {}
        point, adjoints = self._kept.warm
        leaves = {f"point {k}": np.asarray(v) for k, v in enumerate(jax.tree.leaves(point))}
        return leaves if adjoints is None else leaves | {"adjoints": np.asarray(adjoints)}

    def start_from(self, held: Mapping[str, Array]) -> None:
        """Let the next evaluation start where `warm_start` said."""
        self._kept = None
        leaves = [held[name] for k in range(len(held)) if (name := f"point {k}") in held]
        if not leaves:
            return
        with jax.enable_x64(True):
            shock = make_shock(self.calibration, self.in_force, self.options)
            kind = jax.tree.structure(baseline_point(self.arrays, shock))
        warm = Warm(jax.tree.unflatten(kind, leaves), held.get("adjoints"))
        none = np.zeros(0)
        parts = none, none, none
        nowhere = np.full(self.size, np.nan)
        self._kept = Evaluation(nowhere, none, none, parts, parts, parts, warm, (0, 0))

    def before(self) -> Array:
        """Return payoffs ``(player,)`` at the rates in force, be they outside the bounds.

        Not numbers where the economy has no equilibrium at them.
        """
        return self._differentiate(self.in_force, self.applied, None).values

    def payoffs(self, rates: Array) -> tuple[Array, Array]:
        """Return payoffs ``(player,)`` and their derivatives ``(player, rate)``."""
        found = self.evaluate(rates)
        return found.values, found.slopes

    def _differentiate(self, policy: Policy, rates: Array, warm: Warm | None) -> Evaluation:
        self.evaluations += 1
        with jax.enable_x64(True):
            shock = make_shock(self.calibration, policy, self.options)
            point = baseline_point(self.arrays, shock) if warm is None else warm.point
            start = None if warm is None else warm.adjoints
            if start is None:
                size = sum(leaf.size for leaf in jax.tree.leaves(point))
                start = np.zeros((len(self.kinds), size))
            found = _core(
                self.arrays, shock, Warm(point, start), self.parameters, self.kinds,
                self.options.settings,
            )  # fmt: skip
            levels, point, adjoints, kernel, lines, by_kernel, counts = jax.tree.map(
                np.asarray, found
            )
        parts = _of_parts(self.placement, kernel, lines)
        theta = self.calibration.trade_elasticity
        slopes = _slopes(self.placement, theta, rates, parts, by_kernel)
        counts = int(counts[0]), int(counts[1])
        warm = Warm(point, adjoints)
        return Evaluation(rates, levels, slopes, kernel, parts, by_kernel, warm, counts)


def _without_inner_tariffs(placement: Placement, base: Policy) -> Policy:
    """Remove tariffs between economies that act as one: a customs union has none."""
    among = np.zeros(base.tariff_cf.shape, dtype=bool)
    for places in placement.members:
        if len(places) > 1:
            inside = np.array(places)
            among[:, inside[:, None], inside[None, :]] = True
    free = base.one_rate(among)
    return replace(free, tariff_cf=np.where(among, 0.0, base.tariff_cf))


def _of_parts(p: Placement, kernel: tuple, lines: tuple | None) -> tuple[Array, Array, Array]:
    """Kernels of what rates are on ``(part,)``: those of whole cells, or of lines."""
    found = [array[p.cell] for array in kernel]
    if lines is not None:
        at = np.maximum(p.line, 0)
        found = [np.where(p.line < 0, whole, by_line[at])
                 for whole, by_line in zip(found, lines, strict=True)]  # fmt: skip
    return found[0], found[1], found[2]


def _slopes(p: Placement, theta: Array, rates: Array, parts: tuple, by_kernel: tuple) -> Array:
    """Turn derivatives by kernels into those of payoffs by rates ``(player, rate)``."""
    power = theta[p.sector]
    gross, fob, receipts = parts
    a, b, c = (array[:, *p.cell] for array in by_kernel)
    # what producers get falls with a tariff as fob does; fob falls with an export tax as gross does
    of_tariff = -power * gross * a - (1 + power) * (fob * b + receipts * c)
    of_tax = -power * (gross * a + fob * b) - (1 + power) * receipts * c
    per_cell = np.where(p.taxed, of_tax, of_tariff) / (1 + rates[p.rate])
    return np.array([sums(p.rate, row, p.size) for row in per_cell])


@partial(compiled, static_argnums=(4, 5))
def _core(
    arrays: Economy,
    shock: Shock,
    warm: Warm,
    given: Parameters,
    kinds: Kinds,
    settings: Settings,
):
    """Solve, then one adjoint for every player, then derivatives by the kernels."""
    made = kernels(arrays, shock)
    found = find_point(arrays, shock, warm.point, settings, made)
    x = found.unknowns
    lines = None if shock.lines is None else line_kernels(arrays, shock)
    taxed = made.receipts is not None
    leaves = (made.gross, made.fob, made.receipts if taxed else jnp.zeros(()))

    def kernel(gross, fob, receipts) -> Kernels:
        rents = None if shock.rent_share is None else shock.rent_share * (gross - fob)
        return Kernels(gross, fob, receipts if taxed else None, rents)

    levels, pull_values = jax.vjp(
        lambda leaves, x: values(arrays, shock, kernel(*leaves), x, kinds, given), leaves, x
    )
    direct, of_point = jax.vmap(pull_values)(jnp.diag(given.trades))
    seeds = jax.vmap(lambda tree: ravel_pytree(tree)[0])(of_point)
    unravel = ravel_pytree(x)[1]
    _, pull_point = jax.vjp(lambda v: step(arrays, shock, made, v), x)
    adjoint = _adjoints(
        lambda v: ravel_pytree(pull_point(unravel(v))[0])[0], seeds, warm.adjoints, settings
    )
    _, pull_kernel = jax.vjp(lambda leaves: step(arrays, shock, kernel(*leaves), x), leaves)
    moved = jax.vmap(lambda v: pull_kernel(unravel(v))[0])(adjoint.x)
    by_kernel = jax.tree.map(jnp.add, direct, moved)
    if not taxed:
        leaves = (leaves[0], leaves[1], jnp.zeros_like(leaves[1]))
        by_kernel = (by_kernel[0], by_kernel[1], jnp.zeros_like(by_kernel[1]))
    solved = (found.error <= settings.tolerance) & (adjoint.error <= ADJOINT_TOLERANCE)
    levels = jnp.where(solved, levels, jnp.nan)
    counts = jnp.stack([found.iterations, adjoint.iterations.max()])
    return levels, x, adjoint.x, leaves, lines, by_kernel, counts


def _adjoints(pull, seeds, starts, settings: Settings):
    """Solve λ = seed + Jᵀλ for every player at once, each scaled to its seed."""

    def one(seed, start):
        scale = jnp.maximum(jnp.abs(seed).max(), jnp.finfo(seed.dtype).tiny)
        unit = seed / scale
        found = fixed_point(
            lambda v: unit + pull(v),
            start / scale,
            tolerance=ADJOINT_TOLERANCE,
            max_iterations=settings.max_iterations,
            memory=12,
        )
        return found._replace(x=found.x * scale)

    return jax.vmap(one)(seeds, starts)
