"""No request hangs: one that takes too long is answered, and what it works out is dropped."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from detente.serve.guard import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MESSAGE = "took longer than {:g} seconds; ask for less, or ask again when fewer others do"


class Deadline:
    """Answer a request within some seconds, whatever works it out.

    A thread cannot be stopped: the solve ends by its own bound on rounds and keeps its turn until
    then, so that no more than the usual number run side by side.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = late = False

        async def unless_late(message: Message) -> None:
            nonlocal begun
            if not late:
                begun = True
                await send(message)

        task = asyncio.ensure_future(self._run(scope, receive, unless_late))
        try:
            await asyncio.wait({task}, timeout=self._seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done() or begun:
            await task
            return
        late = True
        self._late.add(task)
        task.add_done_callback(self._forget)
        body = json.dumps({"problems": [problem(MESSAGE.format(self._seconds))]}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)),
                   (b"retry-after", b"5")]  # fmt: skip
        await send({"type": "http.response.start", "status": 503, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _run(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()  # nobody is left to be told
