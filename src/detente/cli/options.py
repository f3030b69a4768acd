"""What is wrong with an option is said with the option's name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

NAMES = ("days", "draws", "relief", "ban_share", "by", "on", "sectors", "seed", "world_draws",
         "baseline", "no_deal", "solution", "model_draws", "what_if", "elasticities",
         "horizon")  # fmt: skip


@contextmanager
def options_named() -> Iterator[None]:
    """Call arguments of the package by the options that they come from, in what is refused.

    Only where no file holds the value: the keys of files keep their names.
    """
    from detente.errors import InputError

    try:
        yield
    except InputError as error:
        raise type(error)([
            replace(p, key=f"--{p.key.replace('_', '-')}") if p.key in NAMES and not p.file else p
            for p in error.problems
        ]) from error  # fmt: skip
