"""What a person sees of a command while it runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LINE_EVERY = 15.0
"""Seconds between lines about progress where no bar can be drawn: a log stays short."""


@contextmanager
def steps(first: str, *, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Show steps: a bar at a terminal, a line now and then elsewhere, nothing where ``quiet``.

    Yields a function of what is done now, how many steps are done, and of how many.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield (lambda *_: None) if quiet else lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(first, total=None)
        yield lambda what, done, total: progress.update(
            task, description=what, completed=done, total=total
        )


def lines(now: Callable[[], float] = time.monotonic) -> Callable[[str, int, int], None]:
    """Return a function that prints how far a command is, to standard error, now and then."""
    last = now()

    def advance(what: str, done: int, total: int) -> None:
        nonlocal last
        if (at := now()) - last >= LINE_EVERY:
            last = at
            print(f"{what}: {done} of {total}", file=sys.stderr, flush=True)

    return advance
