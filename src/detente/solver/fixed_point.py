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
    gram: Array
    filled: Array
    damping: Array
    iterations: Array


def fixed_point(
    f: Callable[[Array], Array],
    x: Array,
    *,
    tolerance: float | Array,
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
        gram=jnp.zeros((memory, memory), x.dtype),
        filled=jnp.asarray(-1),
        damping=jnp.asarray(1.0, x.dtype),
        iterations=jnp.asarray(0),
    )

    def unfinished(s: _State) -> Array:
        return (s.error > tolerance) & (s.iterations < max_iterations) & (s.damping > 1e-4)

    def advance(s: _State) -> _State:
        return _advance(s, f(s.x) - s.x)

    end = lax.while_loop(unfinished, advance, start)
    return FixedPoint(end.x_kept, end.error, end.iterations)


def _advance(s: _State, gap: Array) -> _State:
    """Take an accelerated step from a good point, or go back to the last one with a shorter step.

    ``filled`` counts the differences in the history; −1 says that there is no earlier point to
    take a difference from. After a rejection the history is forgotten by its count alone.
    """
    memory = s.xs.shape[0]
    error = jnp.abs(gap).max()
    good = jnp.isfinite(error) & ~((s.filled > 0) & (error > 2 * s.error))
    # an unusable gap must not enter the history even with weight zero (0 × nan is nan)
    gap = jnp.where(good, gap, 0.0)
    slot = jnp.maximum(s.filled, 0) % memory
    gap_change = jnp.where(good, gap - s.gap_kept, 0.0)
    xs = s.xs.at[slot].set(jnp.where(good, s.x - s.x_kept, 0.0))
    gaps = s.gaps.at[slot].set(gap_change)
    products = gaps @ gap_change
    gram = s.gram.at[slot, :].set(products).at[:, slot].set(products)
    filled = s.filled + 1
    weights = _weights(gram, gaps @ gap, jnp.arange(memory) < filled)
    damping = jnp.where(good, jnp.minimum(1.0, 1.2 * s.damping), 0.5 * s.damping)
    forward = s.x + damping * gap - weights @ xs - damping * (weights @ gaps)
    back = s.x_kept + damping * s.gap_kept
    return _State(
        x=jnp.where(good, forward, back),
        x_kept=jnp.where(good, s.x, s.x_kept),
        gap_kept=jnp.where(good, gap, s.gap_kept),
        error=jnp.where(good, error, s.error),
        xs=xs,
        gaps=gaps,
        gram=gram,
        filled=jnp.where(good, filled, 0),
        damping=damping,
        iterations=s.iterations + 1,
    )


def _weights(gram: Array, products: Array, used: Array) -> Array:
    """Least-squares weights of the past differences, ridged against collinear ones."""
    both = used[:, None] & used[None, :]
    scale = jnp.sqrt(jnp.where(used, jnp.diag(gram), 1.0) + jnp.finfo(gram.dtype).tiny)
    ridge = jnp.where(used, 1e-13, 1.0)
    normal = jnp.where(both, gram / (scale[:, None] * scale[None, :]), 0.0) + jnp.diag(ridge)
    found = jnp.linalg.solve(normal, jnp.where(used, products / scale, 0.0)) / scale
    return jnp.where(used & jnp.isfinite(found), found, 0.0)


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
