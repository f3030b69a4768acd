"""A job in a process of its own: reads what is asked for, writes how far it is and what it found.

It ends with its input, so that none is left when the server that started it is killed.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from detente.errors import DetenteError, InputError, Problem
from detente.files import write_bytes

KEPT, RESULT, SHOWN = "kept", "result", "shown"
"""Folders of a job: what it goes on from, what the command would write, what the server shows."""
PROGRESS, PROBLEMS, LOCK = "progress.json", "problems.json", "lock"
EVERY = 0.3
"""Seconds between two writings of how far it is."""
NICE = 10
"""Readers who move sliders come first."""


def main() -> None:
    """Do one job: its folder and id are arguments, what is asked for is a line of the input."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    asked = sys.stdin.buffer.readline()
    threading.Thread(target=_end_with_input, daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(NICE)
    held = only_one(folder / LOCK, wait=True)
    try:
        do(asked, folder, name)
    except DetenteError as error:
        found = error.problems if isinstance(error, InputError) else [Problem(str(error))]
        said = [_plain(problem) for problem in found]
        write_bytes(folder / PROBLEMS, json.dumps(said).encode())
    finally:
        if held is not None:
            held.close()


def do(asked: bytes, folder: Path, name: str) -> None:
    """Do a job, and write its folder of results and its page.

    Raises
    ------
    DetenteError
        As the functions that do the work.
    """
    from detente.report import describe
    from detente.serve.jobs.asked import WORK
    from detente.serve.jobs.making import make
    from detente.serve.jobs.showing import show

    tell = teller(folder / PROGRESS)
    tell("starting", 0, 0)
    result = make(WORK.validate_json(asked), folder / KEPT, tell)
    tell("writing", 0, 0)
    describe.write(result, folder / RESULT)
    show(describe.describe(result), folder / SHOWN, name)
    shutil.rmtree(folder / KEPT, ignore_errors=True)


def teller(
    path: Path, now: Callable[[], float] = time.monotonic
) -> Callable[[str, int, int], None]:
    """Return a function that writes how far a job is, now and then."""
    last = ("", -EVERY)

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        if what.partition(" ")[0] == last[0] and now() - last[1] < EVERY and done < total:
            return
        last = (what.partition(" ")[0], now())
        text = json.dumps({"what": what, "done": done, "total": total})
        write_bytes(path, text.encode())

    return tell


def only_one(path: Path, *, wait: bool) -> IO[bytes] | None:
    """Hold a file that one process holds at a time; nothing where another has it.

    It is free as soon as it is closed, or the process gone.
    """
    file = path.open("ab")
    try:
        import fcntl
    except ImportError:  # no such locks: two servers must not share a folder there
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        file.close()
        return None
    return file


def _plain(problem: Problem) -> dict[str, Any]:
    """Return what is wrong as an answer gives it: options of commands are keys here."""
    key = (problem.key or "").removeprefix("--") or None
    value = None if problem.value is None else str(problem.value)[:80]
    return {"message": problem.message, "key": key, "value": value, "allowed": problem.allowed}


def _end_with_input() -> None:
    while os.read(0, 4096):  # not through a buffer: its lock would be held at the end
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
