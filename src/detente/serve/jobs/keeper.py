"""Who does the jobs: takes them in turn, starts a process for each, and ends what is too much."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from detente.serve.jobs.store import CANCELLED, DONE, FAILED, RUNNING, Job, Store, next_job
from detente.serve.jobs.worker import LOCK, PROBLEMS, PROGRESS, RESULT, SHOWN, only_one
from detente.serve.limits import Limits

TICK = 0.3
"""Seconds between two looks at what runs and waits."""
TRIES = 5
"""Times that a job is begun: one that ends its server as often is not begun again."""

Start = Callable[[Path, Job], "subprocess.Popen[bytes]"]


@dataclass(eq=False)
class _Running:
    process: subprocess.Popen[bytes]
    since: float


class Keeper:
    """Jobs of one folder. Of several servers with one folder, one does them, all take them.

    Parameters
    ----------
    folder
        Where jobs and their results are kept; made when first needed.
    limits
        How many at once, how long, how large, how long kept.
    start
        Starts the process of a job in its folder.
    """

    def __init__(self, folder: Path, limits: Limits, start: Start | None = None):
        self.folder, self.limits = folder, limits
        self._start = start or start_worker
        self._running: dict[str, _Running] = {}
        self._lock: IO[bytes] | None = None
        self._wake, self._closed = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    @cached_property
    def store(self) -> Store:
        """What is asked for, on disk."""
        return Store(self.folder)

    def start(self) -> None:
        """Do jobs from now on, those first that a server has left behind."""
        self._thread = threading.Thread(target=self._loop, daemon=True, name="jobs")
        self._thread.start()

    def close(self) -> None:
        """End all processes; their jobs go on when a server is started again."""
        self._closed.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        for one in self._running.values():
            _kill(one.process)
        self._running.clear()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def submit(self, same: str, reader: str, title: str, asked: str) -> Job:
        """Take a job, or return the same one that is there (`Store.add`).

        Raises
        ------
        FullError
            Too many wait already.
        """
        limits = self.limits
        job, _ = self.store.add(
            same, reader, title, asked, most=limits.queue, each=limits.queue_each
        )
        self._wake.set()
        return job

    def cancel(self, job: Job) -> bool:
        """End a job; false where it had ended already."""
        ended = self.store.end(job.id, CANCELLED)
        self._wake.set()
        return ended

    def progress(self, job: Job) -> dict[str, Any]:
        """Return how far a job is: ``what``, ``done``, ``total`` (0 where that is not known)."""
        with suppress(OSError, ValueError):
            return json.loads((self.place(job) / PROGRESS).read_bytes())
        what = "starting" if job.status == RUNNING else "for its turn"
        return {"what": what, "done": 0, "total": 0}

    def before(self, job: Job) -> int:
        """Return how many jobs wait or run that came before one."""
        return sum(one.created < job.created for one in self.store.live())

    def place(self, job: Job) -> Path:
        """Return the folder of a job."""
        return self.folder / "jobs" / job.id

    def tick(self) -> None:
        """Look at what runs, begin what may begin, remove what is old."""
        if self._lock is None:
            self._lock = only_one(self.store_lock, wait=False)
            if self._lock is None:
                return  # another server does them
            self.store.again()
        for name, one in list(self._running.items()):
            self._look(name, one)
        while len(self._running) < self.limits.jobs_at_once:
            job = next_job(self.store.live(), self.store.served())
            if job is None:
                break
            self._begin(job)
        self._remove_old()

    @property
    def store_lock(self) -> Path:
        """File that the server holds that does the jobs."""
        self.store  # noqa: B018  (makes the folder)
        return self.folder / LOCK

    def _loop(self) -> None:
        while not self._closed.is_set():
            try:
                self.tick()
            except OSError as error:  # a full disk must not end all jobs for good
                print(f"detente: jobs: {error}", file=sys.stderr)
            self._wake.wait(TICK)
            self._wake.clear()

    def _begin(self, job: Job) -> None:
        if job.begun >= TRIES:
            self._fail(job.id, f"was begun {job.begun} times, and its server ended each time")
            return
        if not self.store.begin(job.id):
            return
        folder = self.place(job)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._running[job.id] = _Running(self._start(folder, job), time.monotonic())

    def _look(self, name: str, one: _Running) -> None:
        """End what was cancelled or is too much; note what has ended."""
        job, code = self.store.get(name), one.process.poll()
        if job is None or job.status != RUNNING:
            self._end(name)
            if job is not None:
                shutil.rmtree(self.place(job), ignore_errors=True)
        elif code is not None:
            self._end(name)
            self._note(job, code)
        elif time.monotonic() - one.since > self.limits.job_seconds:
            self._end(name)
            self._fail(name, f"took longer than {self.limits.job_seconds / 60:g} minutes; "
                             "ask for less: fewer draws, players or sectors")  # fmt: skip
        elif (held := memory(one.process.pid)) > self.limits.job_bytes:
            self._end(name)
            self._fail(name, f"needed {held / 1e9:.1f} GB of memory, of which "
                             f"{self.limits.job_bytes / 1e9:g} are allowed")  # fmt: skip

    def _note(self, job: Job, code: int) -> None:
        folder = self.place(job)
        if (folder / PROBLEMS).is_file():
            self.store.end(job.id, FAILED, json.loads((folder / PROBLEMS).read_bytes()))
        elif code == 0 and (folder / SHOWN).is_dir() and (folder / RESULT).is_dir():
            self.store.end(job.id, DONE)
        else:
            self._fail(job.id, "its process broke off; the server's log.txt of it says more")

    def _fail(self, name: str, message: str) -> None:
        problem = {"message": message, "key": None, "value": None, "allowed": None}
        self.store.end(name, FAILED, [problem])

    def _end(self, name: str) -> None:
        _kill(self._running.pop(name).process)

    def _remove_old(self) -> None:
        """Remove ended jobs beyond the number, or older than the days, that are kept."""
        oldest = time.time() - 86_400 * self.limits.job_days
        for number, job in enumerate(self.store.ended()):
            if number >= self.limits.jobs_kept or (job.ended or 0.0) < oldest:
                self.store.remove(job.id)
                shutil.rmtree(self.place(job), ignore_errors=True)


def memory(process: int) -> int:
    """Return the bytes of memory that a process holds; 0 where the system does not say."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def start_worker(folder: Path, job: Job) -> subprocess.Popen[bytes]:
    """Start a process of this very package, that Ctrl-C does not reach."""
    root = str(Path(__file__).resolve().parents[3])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "detente.serve.jobs.worker", str(folder), job.id],
            stdin=subprocess.PIPE, stdout=log, stderr=log,
            env={**os.environ, "PYTHONPATH": path}, start_new_session=True,
        )  # fmt: skip
    with suppress(OSError):  # it has ended at once: its end says so
        assert process.stdin is not None
        process.stdin.write(job.asked.encode() + b"\n")
        process.stdin.flush()
    return process


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
