"""One piece of work at a time, for so long at most, with its progress told and an end on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

import anyio
from anyio.from_thread import run as tell
from mcp.server.mcpserver import Context

from detente.errors import InputError, Problem

T = TypeVar("T")
Advance = Callable[[str, int, int], None]
"""Called with what is done now, how many steps are done, and of how many."""


class StoppedError(Exception):
    """Nobody waits for this work any more."""


class Work:
    """Where work is done: one piece at a time.

    Parameters
    ----------
    seconds
        That a call may take.
    wait
        Seconds that a call waits for the one before it.
    """

    def __init__(self, seconds: float = 300.0, wait: float = 30.0) -> None:
        self.seconds, self.wait = seconds, wait
        self._turn = threading.Lock()

    async def do(self, call: Callable[[Advance], T], context: Context[Any, Any]) -> T:
        """Do work beside the conversation; it ends at its next step where nobody waits for it.

        Raises
        ------
        InputError
            It took too long, or other work did not end in time.
        """
        gone = threading.Event()

        def advance(what: str, done: int, total: int) -> None:
            if gone.is_set():
                raise StoppedError
            tell(context.report_progress, done, total, what)

        def work() -> T:
            if not self._turn.acquire(timeout=self.wait):
                raise InputError("another call is still being worked out; ask again later")
            try:
                if gone.is_set():
                    raise StoppedError
                return call(advance)
            finally:
                self._turn.release()

        try:
            with anyio.fail_after(self.seconds):
                return await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
        except TimeoutError:
            message = f"not done within {self.seconds:g} seconds; ask for fewer draws or variants"
            raise InputError(Problem(message)) from None
        finally:
            gone.set()
