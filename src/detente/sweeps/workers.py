"""Who solves chunks: this process, processes of this machine, or a Dask cluster.

Each takes chunks and yields them with their bytes as they are done. A worker that dies loses its
chunk alone, which is given to a fresh one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol, Self

from detente.errors import DetenteError, InputError, Problem
from detente.sweeps.chunks import Chunk, Model, packed, solve_chunk, unpacked
from detente.sweeps.worker import receive, send

if TYPE_CHECKING:
    from distributed import Client

TRIES = 3
"""Workers that may die over one chunk."""
MOST = 8
"""Processes unless more are asked for: each takes some 0.5 GB."""
PATIENCE = "20s"
"""How long a scheduler is waited for."""


class Workers(Protocol):
    """Solves chunks."""

    def solve(self, wanted: Sequence[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
        """Yield chunks with their bytes as they are done."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def cores() -> int:
    """Return how many processes are started unless asked: one a core, at most `MOST`."""
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return max(1, min(there or 1, MOST))


class Here:
    """One chunk after another, in the process that asks."""

    def __init__(self, models: tuple[Model, ...]):
        self.models = models

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def solve(self, wanted: Sequence[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
        """Yield chunks with their bytes."""
        for chunk in wanted:
            yield chunk, solve_chunk(self.models, chunk)


class Processes:
    """Processes of this machine; one that dies is replaced."""

    def __init__(self, models: tuple[Model, ...], count: int):
        content = packed(models)
        self.workers = [_Process(content) for _ in range(count)]
        self._free: SimpleQueue[_Process] = SimpleQueue()
        for worker in self.workers:
            self._free.put(worker)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            worker.end()

    def solve(self, wanted: Sequence[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
        """Yield chunks with their bytes as they are done."""
        with ThreadPoolExecutor(len(self.workers)) as threads:
            asked = {threads.submit(self._ask, chunk): chunk for chunk in wanted}
            try:
                for done in as_completed(asked):
                    yield asked[done], done.result()
            finally:
                for one in asked:
                    one.cancel()
                if not all(one.done() for one in asked):
                    for worker in self.workers:
                        worker.kill()

    def _ask(self, chunk: Chunk) -> bytes:
        worker = self._free.get()
        try:
            return worker.ask(chunk)
        finally:
            self._free.put(worker)


class _Process:
    """A worker, started when it is first asked."""

    def __init__(self, models: bytes):
        self.models = models
        self.process: subprocess.Popen[bytes] | None = None
        self.ended = False

    def ask(self, chunk: Chunk) -> bytes:
        """Return what a chunk comes to; start anew where the worker dies over it."""
        for _ in range(TRIES):
            try:
                answer = self._answer(chunk)
            except (EOFError, OSError):
                self._stop()
                if self.ended:
                    break
                continue
            if isinstance(answer, str):
                raise DetenteError(f"a worker could not solve {chunk.name}: {answer}")
            return answer
        raise DetenteError(f"{TRIES} workers died over {chunk.name}: is there too little memory?")

    def _answer(self, chunk: Chunk) -> Any:
        if self.process is None:
            self.process = _start()
            send(self.process.stdin, self.models)  # pyright: ignore[reportArgumentType]
            if self.ended:  # while it was started
                raise EOFError
        send(self.process.stdin, chunk)  # pyright: ignore[reportArgumentType]
        return receive(self.process.stdout)  # pyright: ignore[reportArgumentType]

    def _stop(self) -> None:
        process, self.process = self.process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not yet written goes nowhere
                pipe.close()  # pyright: ignore[reportOptionalMemberAccess]

    def kill(self) -> None:
        """Stop for good: a thread that waits for an answer gets none."""
        self.ended = True
        if (process := self.process) is not None:
            process.kill()

    def end(self) -> None:
        """Stop for good, when no thread waits."""
        self.ended = True
        self._stop()


def _start() -> subprocess.Popen[bytes]:
    """Start a worker that imports this very package, and that Ctrl-C does not reach."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "detente.sweeps.worker"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,
    )  # fmt: skip


def programs() -> dict[str, str]:
    """Return the versions that numbers hang on."""
    return {name: version(name) for name in ("detente", "jax", "jaxlib", "numpy", "scipy")}


class Cluster:
    """A Dask cluster: the same chunks, by its workers.

    Raises
    ------
    InputError
        Dask is not installed, no scheduler answers, it has no workers, or they run other versions.
    """

    def __init__(self, models: tuple[Model, ...], address: str):
        self.content, self.client = packed(models), connect(address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def solve(self, wanted: Sequence[Chunk]) -> Iterator[tuple[Chunk, bytes]]:
        """Yield chunks with their bytes as they are done."""
        from distributed import CancelledError, KilledWorker
        from distributed import as_completed as completed

        # unpacked by a task: where a worker dies that alone held it, another does it again
        models = self.client.submit(unpacked, self.content, pure=True)
        asked = {self.client.submit(solve_chunk, models, c, pure=False): c for c in wanted}
        left = set(asked)
        try:
            for done in completed(list(asked), loop=self.client.loop):
                chunk = asked.pop(done)
                left.discard(done)
                yield chunk, done.result()
        except (CancelledError, KilledWorker) as error:
            raise DetenteError(f"the cluster gave up: {error}") from error
        finally:
            if left:
                self.client.cancel(list(left), force=True)


def connect(address: str) -> Client:
    """Return a client of a scheduler whose workers run what this process runs.

    Raises
    ------
    InputError
        As `Cluster`.
    """
    try:
        from distributed import Client
    except ImportError as error:
        message = "needs Dask: pip install 'detente[cluster]'"
        raise InputError(Problem(message, key="scheduler", value=address)) from error
    allowed = "address of a running scheduler, such as tcp://127.0.0.1:8786"
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        message = "no scheduler answers there"
        problem = Problem(message, key="scheduler", value=address, allowed=allowed)
        raise InputError(problem) from error
    try:
        there: Any = client.run(programs)
    except Exception as error:
        client.close()
        message = f"its workers cannot run this program: {error}"
        raise InputError(Problem(message, key="scheduler", value=address)) from error
    own = programs()
    problems = [
        Problem(f"{worker} has {name} {found.get(name)}", key="scheduler", value=address,
                allowed=f"{name} {own[name]}, as here")
        for worker, found in there.items() for name in own if found.get(name) != own[name]
    ]  # fmt: skip
    if not there:
        problems = [Problem("has no workers", key="scheduler", value=address)]
    if problems:
        client.close()
        raise InputError(problems)
    return client
