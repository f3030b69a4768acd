"""Programs of the kernel, compiled with as much care as their run is worth.

Compilation takes longer than most runs. With the compiler's defaults the first solve of 16
economies and 50 sectors takes 3.2 s of two cores, with `CAREFUL` 1.8 s, and later ones as long as
before; the first of 4 economies and 3 sectors takes 1.9 s, with `QUICK` 0.6 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from importlib.metadata import version
from typing import Any

import jax

CAREFUL = {"xla_backend_optimization_level": 1, "xla_cpu_use_fusion_emitters": False}
QUICK = CAREFUL | {"xla_backend_optimization_level": 0}
SMALL = 4096
"""Numbers in the largest array of a program that `QUICK` is for: a longer run would lose by it."""
SMALL_ENOUGH = 32768
"""The same where programs run a few times each, see `for_few_runs`."""
_largest: ContextVar[int] = ContextVar("largest", default=SMALL)


@contextmanager
def for_few_runs() -> Iterator[None]:
    """Compile with `QUICK` up to `SMALL_ENOUGH` numbers what this thread runs a few times only.

    Of 16 economies and 25 sectors at four horizons, two programs, the compilation takes 1 s of
    processor time in place of 6, and the solves less than 0.1 s more.
    """
    before = _largest.set(SMALL_ENOUGH)
    try:
        yield
    finally:
        _largest.reset(before)


def compiled(
    function: Callable[..., Any], *, static_argnums: int | tuple[int, ...] = ()
) -> Callable[..., Any]:
    """Return a function as a compiled program; arguments that are not arrays are static.

    Parameters
    ----------
    static_argnums
        Places of arguments that the program is made anew for, as in `jax.jit`.
    """

    @cache
    def program(small: bool) -> Callable[..., Any]:
        options = _options(QUICK if small else CAREFUL)
        return jax.jit(function, static_argnums=static_argnums, compiler_options=options)

    @wraps(function)
    def run(*arguments: Any) -> Any:
        largest = max((getattr(leaf, "size", 0) for leaf in jax.tree.leaves(arguments)), default=0)
        return program(largest <= _largest.get())(*arguments)

    return run


def _options(wanted: dict[str, int]) -> dict[str, int] | None:
    """Options that this compiler has; other releases and devices might refuse them."""
    known = version("jaxlib").startswith("0.10.") and jax.default_backend() == "cpu"
    return wanted if known else None
