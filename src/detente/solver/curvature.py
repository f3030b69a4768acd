"""How exact derivatives change along a direction: Hessian-vector products.

With L(t, x) = g(t, x) + λᵀF(t, x), where x = F(t, x) is the equilibrium and λ its adjoint, the
gradient of g by t is L_t. Along a direction v of t it changes by L_tt v + L_tx ẋ + F_tᵀλ̇: the
equilibrium moves by ẋ = F_x ẋ + F_t v, the adjoint by λ̇ = F_xᵀλ̇ + L_xt v + L_xx ẋ.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.flatten_util import ravel_pytree

from detente.baseline.calibration import Calibration
from detente.compiled import compiled
from detente.model.economy import Economy, Shock, economy
from detente.model.equilibrium import Unknowns, kernels, step
from detente.policy.arrays import Policy
from detente.solver.fixed_point import solve_adjoint
from detente.solver.gradient import Objective
from detente.solver.implicit import ADJOINT_TOLERANCE, Settings, find_point
from detente.solver.options import Options
from detente.solver.shocks import make_shock

By = Literal["tariff", "trade-cost"]
"""Derivatives by tariffs, or by logs of trade costs."""


class Curvature(NamedTuple):
    """A gradient and the Hessian times a direction, ``(sector, importer, exporter)``.

    Both are not a number where the solve, or one of the three linear ones, failed.
    """

    gradient: np.ndarray
    product: np.ndarray


def hessian_product(
    calibration: Calibration,
    policy: Policy,
    objective: Objective,
    parameters: Any,
    direction: np.ndarray,
    by: By,
    options: Options,
    start: Unknowns,
) -> Curvature:
    """Differentiate the only value of an objective twice, along one direction.

    One solve and three linear fixed points, whatever the number of tariffs.

    Parameters
    ----------
    objective
        A function of a module (it is compiled once) with one value, twice differentiable by JAX.
    parameters
        Arrays that it is given.
    direction
        ``(sector, importer, exporter)``: of tariffs, or of logs of trade costs.
    start
        Unknowns to start from.
    """
    with jax.enable_x64(True):
        arrays = economy(calibration, options.structure)
        shock = make_shock(calibration, policy, options)
        found = _product(
            arrays, shock, start, np.asarray(direction), parameters, objective, options.settings, by
        )
        return Curvature(*map(np.asarray, found))


@partial(compiled, static_argnums=(5, 6, 7))
def _product(
    arrays: Economy,
    shock: Shock,
    start: Unknowns,
    direction: Array,
    parameters: Any,
    objective: Objective,
    settings: Settings,
    by: By,
) -> tuple[Array, Array]:
    point = find_point(arrays, shock, start, settings)
    x, unravel = ravel_pytree(point.unknowns)
    t = jnp.zeros_like(direction)

    def at(t: Array, x: Array) -> Array:
        moved = _moved(shock, by, t)
        return ravel_pytree(step(arrays, moved, kernels(arrays, moved), unravel(x)))[0]

    def value(t: Array, x: Array) -> Array:
        return objective(arrays, _moved(shock, by, t), unravel(x), parameters)[0]

    def solve(linear: Callable[[Array], Array], seed: Array) -> tuple[Array, Array]:
        found = solve_adjoint(
            linear, seed, tolerance=ADJOINT_TOLERANCE, max_iterations=settings.max_iterations
        )
        return found.x, found.error <= ADJOINT_TOLERANCE

    _, pull = jax.vjp(at, t, x)
    adjoint, first = solve(lambda w: pull(w)[1], jax.grad(value, 1)(t, x))

    def slopes(t: Array, x: Array) -> tuple[Array, Array]:
        return jax.grad(lambda t, x: value(t, x) + adjoint @ at(t, x), (0, 1))(t, x)

    _, push = jax.linearize(at, t, x)
    moves, second = solve(lambda w: push(t, w), push(direction, jnp.zeros_like(x)))
    (gradient, _), (of_t, of_x) = jax.jvp(slopes, (t, x), (direction, moves))
    turns, third = solve(lambda w: pull(w)[1], of_x)
    solved = (point.error <= settings.tolerance) & first & second & third
    product = of_t + pull(turns)[0]
    return jnp.where(solved, gradient, jnp.nan), jnp.where(solved, product, jnp.nan)


def _moved(shock: Shock, by: By, t: Array) -> Shock:
    if by == "tariff":
        return shock._replace(tariff_cf=shock.tariff_cf + t)
    return shock._replace(iceberg_hat=shock.iceberg_hat * jnp.exp(t))
