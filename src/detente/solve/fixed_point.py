"""Safeguarded Anderson acceleration of a fixed-point map on a flat vector."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import jax.numpy as jnp
from jax import Array, lax


class FixedPoint(NamedTuple):
    """Where the iteration stopped; ``error`` is the sup norm of f(x) − x there."""

    x: Array
    error: Array
    iterations: Array


class _State(NamedTuple):
    x: Array
    x_kept: Array
    gap_kept: Array
    error: Array
    xs: Array
    gaps: Array
    filled: Array
    damping: Array
    accelerated: Array
    iterations: Array


def fixed_point(
    f: Callable[[Array], Array],
    x: Array,
    *,
    tolerance: float,
    max_iterations: int,
    memory: int = 8,
) -> FixedPoint:
    """Solve x = f(x) by Anderson acceleration with restarts (Anderson 1965; Walker & Ni 2011).

    An accelerated step that raises the error more than twofold, or leaves the domain (not finite),
    is undone: the history is dropped and a damped plain step taken from the last kept point.

    Parameters
    ----------
    f
        The map, ``(d,) -> (d,)``.
    x
        Start ``(d,)``.
    tolerance
        Sup norm of f(x) − x at which to stop.
    max_iterations
        Evaluations of ``f`` allowed.
    memory
        Number of past differences kept.
    """
    size = x.shape[0]
    start = _State(
        x=x,
        x_kept=x,
        gap_kept=jnp.zeros_like(x),
        error=jnp.asarray(jnp.inf, x.dtype),
        xs=jnp.zeros((memory, size), x.dtype),
        gaps=jnp.zeros((memory, size), x.dtype),
        filled=jnp.asarray(0),
        damping=jnp.asarray(1.0, x.dtype),
        accelerated=jnp.asarray(False),
        iterations=jnp.asarray(0),
    )

    def unfinished(s: _State) -> Array:
        return (s.error > tolerance) & (s.iterations < max_iterations) & (s.damping > 1e-4)

    def advance(s: _State) -> _State:
        gap = f(s.x) - s.x
        error = jnp.abs(gap).max()
        finite = jnp.isfinite(error)
        good = finite & ~(s.accelerated & (error > 2 * s.error))
        return lax.cond(good, _accept, _reject, s, gap, error)

    end = lax.while_loop(unfinished, advance, start)
    return FixedPoint(end.x_kept, end.error, end.iterations)


def _accept(s: _State, gap: Array, error: Array) -> _State:
    memory = s.xs.shape[0]
    first = s.iterations == 0
    slot = s.filled % memory
    xs = jnp.where(first, s.xs, s.xs.at[slot].set(s.x - s.x_kept))
    gaps = jnp.where(first, s.gaps, s.gaps.at[slot].set(gap - s.gap_kept))
    filled = jnp.where(first, 0, s.filled + 1)
    gram = gaps @ gaps.T
    unused = jnp.arange(memory) >= filled
    ridge = 1e-14 * jnp.trace(gram) + jnp.finfo(gram.dtype).tiny
    gram = gram + jnp.diag(jnp.where(unused, 1.0, ridge))
    weights = jnp.linalg.solve(gram, gaps @ gap)
    weights = jnp.where(unused | ~jnp.isfinite(weights), 0.0, weights)
    # a run of plain steps earns back a full step length
    damping = jnp.minimum(1.0, 1.2 * s.damping)
    x = s.x + damping * gap - weights @ (xs + damping * gaps)
    return _State(x, s.x, gap, error, xs, gaps, filled, damping, filled > 0, s.iterations + 1)


def _reject(s: _State, gap: Array, error: Array) -> _State:
    del gap, error
    damping = 0.5 * s.damping
    x = s.x_kept + damping * s.gap_kept
    none = jnp.zeros_like(s.xs)
    return s._replace(
        x=x,
        xs=none,
        gaps=none,
        filled=jnp.asarray(0),
        damping=damping,
        accelerated=jnp.asarray(False),
        iterations=s.iterations + 1,
    )


def solve_adjoint(
    pullback: Callable[[Array], Array], seed: Array, *, tolerance: float, max_iterations: int
) -> FixedPoint:
    """Solve λ = seed + Jᵀλ, the adjoint of x = f(x) (implicit function theorem).

    ``pullback`` is v ↦ Jᵀv at the solution. The seed is scaled to one so that the tolerance is
    relative.
    """
    scale = jnp.maximum(jnp.abs(seed).max(), jnp.finfo(seed.dtype).tiny)
    unit = seed / scale
    found = fixed_point(
        lambda v: unit + pullback(v),
        unit,
        tolerance=tolerance,
        max_iterations=max_iterations,
        memory=12,
    )
    return FixedPoint(found.x * scale, found.error, found.iterations)
