"""The solved point as a differentiable function of policy (implicit function theorem)."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, cast

import jax
import jax.numpy as jnp
from jax import Array
from jax.flatten_util import ravel_pytree

from detente.model.economy import Economy, Shock
from detente.model.equilibrium import Kernels, Unknowns, kernels, step
from detente.solver.fixed_point import FixedPoint, fixed_point, solve_adjoint

ADJOINT_TOLERANCE = 1e-11


class Settings(NamedTuple):
    """Numerical settings, static under compilation."""

    tolerance: float = 1e-11
    max_iterations: int = 2000
    memory: int = 8


class Point(NamedTuple):
    """Solved unknowns with the solver's own account."""

    unknowns: Unknowns
    error: Array
    iterations: Array


def find_point(
    economy: Economy,
    shock: Shock,
    start: Unknowns,
    settings: Settings,
    kernel: Kernels | None = None,
    by_balance: bool | Array = False,
) -> Point:
    """Iterate the composed map from ``start``; never raises, the caller checks ``error``.

    Parameters
    ----------
    kernel
        Of the shock, where it is made already.
    by_balance
        Whether wages follow trade balances (`detente.model.equilibrium.step`), and are solved
        closer: where hardly anything is traded a step of the wage says little.
    """
    kernel = kernels(economy, shock) if kernel is None else kernel
    flat, unravel = ravel_pytree(start)

    def flat_step(v: Array) -> Array:
        return ravel_pytree(step(economy, shock, kernel, unravel(v), by_balance))[0]

    found: FixedPoint = fixed_point(
        flat_step,
        flat,
        tolerance=jnp.where(by_balance, 0.3, 1.0) * settings.tolerance,
        max_iterations=settings.max_iterations,
        memory=settings.memory,
    )
    return Point(unravel(found.x), found.error, found.iterations)


def differentiable_point(
    economy: Economy, shock: Shock, start: Unknowns, settings: Settings
) -> Unknowns:
    """Solve for the unknowns; reverse-mode derivatives come from one adjoint fixed point."""
    return cast(Unknowns, _point(economy, shock, start, settings))


@partial(jax.custom_vjp, nondiff_argnums=(3,))
def _point(economy: Economy, shock: Shock, start: Unknowns, settings: Settings) -> Unknowns:
    return find_point(economy, shock, start, settings).unknowns


def _forward(economy: Economy, shock: Shock, start: Unknowns, settings: Settings):
    found = find_point(economy, shock, start, settings)
    x = found.unknowns
    return x, (economy, shock, x, found.error <= settings.tolerance)


def _backward(settings: Settings, kept, cotangent: Unknowns):
    economy, shock, x, solved = kept
    kernel = kernels(economy, shock)
    _, pull_x = jax.vjp(lambda v: step(economy, shock, kernel, v), x)
    flat, unravel = ravel_pytree(cotangent)
    adjoint = solve_adjoint(
        lambda v: ravel_pytree(pull_x(unravel(v))[0])[0],
        flat,
        tolerance=ADJOINT_TOLERANCE,
        max_iterations=settings.max_iterations,
    )
    # a derivative at an unsolved point is no derivative: let it show
    trusted = solved & (adjoint.error <= ADJOINT_TOLERANCE)
    weights = jnp.where(trusted, adjoint.x, jnp.nan)
    _, pull = jax.vjp(lambda e, s: step(e, s, kernels(e, s), x), economy, shock)
    of_economy, of_shock = pull(unravel(weights))
    return of_economy, of_shock, jax.tree.map(jnp.zeros_like, x)


_point.defvjp(_forward, _backward)
