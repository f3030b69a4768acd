"""Jobs on disk: what was asked, by whom, and how far it is. SQLite, so that a crash loses none."""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WAITING, RUNNING, DONE = "waiting", "running", "done"
FAILED, CANCELLED = "failed", "cancelled"
LIVE = (WAITING, RUNNING)
_TABLES = """
CREATE TABLE IF NOT EXISTS jobs (
  id TEXT PRIMARY KEY, same TEXT NOT NULL, reader TEXT NOT NULL, title TEXT NOT NULL,
  asked TEXT NOT NULL, status TEXT NOT NULL, created REAL NOT NULL, begun INTEGER NOT NULL,
  started REAL, ended REAL, problems TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS salt (value BLOB NOT NULL);
"""
_COLUMNS = "id, same, reader, title, asked, status, created, begun, started, ended, problems"


@dataclass(frozen=True)
class Job:
    """One job.

    Attributes
    ----------
    id
        Cannot be guessed: who knows it may look.
    same
        What tells its work from other work.
    reader
        Who asked: no address, but what only this folder makes of one.
    title, asked
        What it is called; what is asked for, as JSON.
    status
        `WAITING`, `RUNNING`, `DONE`, `FAILED` or `CANCELLED`.
    created, started, ended
        Seconds since 1970.
    begun
        How often it was begun: more than once where a server ended before it.
    problems
        Why it failed.
    """

    id: str
    same: str
    reader: str
    title: str
    asked: str
    status: str
    created: float
    begun: int
    started: float | None
    ended: float | None
    problems: tuple[dict[str, Any], ...] = ()

    @property
    def live(self) -> bool:
        """Whether it waits or runs."""
        return self.status in LIVE


class FullError(Exception):
    """No more jobs are taken now: of anybody, or of this reader."""

    def __init__(self, message: str, *, own: bool):
        super().__init__(message)
        self.own = own


class Store:
    """Jobs of one folder; every call is whole or did not happen, in any thread or process."""

    def __init__(self, folder: Path):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / "jobs.sqlite"
        with self._open() as db:
            db.executescript(f"PRAGMA journal_mode=WAL; {_TABLES}")
        with self._open(writes=True) as db:
            if db.execute("SELECT 1 FROM salt").fetchone() is None:
                db.execute("INSERT INTO salt VALUES (?)", [secrets.token_bytes(16)])
            self._salt: bytes = db.execute("SELECT value FROM salt").fetchone()[0]

    @contextmanager
    def _open(self, *, writes: bool = False) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as db:
            if writes:
                db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            if db.in_transaction:
                db.execute("COMMIT")

    def reader(self, address: str) -> str:
        """Return what tells the reader at an address from others; the address is not kept."""
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=12).hexdigest()

    def add(
        self, same: str, reader: str, title: str, asked: str, *, most: int, each: int
    ) -> tuple[Job, bool]:
        """Add a job; where the same work waits, runs or is done, return that instead.

        Parameters
        ----------
        most, each
            How many may wait, and how many of one reader may wait or run.

        Returns
        -------
        tuple
            The job, and whether it is new.

        Raises
        ------
        FullError
            Too many do already.
        """
        with self._open(writes=True) as db:
            found = _rows(db, "WHERE same = ? AND status IN (?, ?, ?) ORDER BY created DESC",
                          same, DONE, *LIVE)  # fmt: skip
            if found:
                return found[0], False
            live = _rows(db, "WHERE status IN (?, ?)", *LIVE)
            if sum(job.reader == reader for job in live) >= each:
                message = f"{each} jobs of yours wait or run; cancel one, or wait for its end"
                raise FullError(message, own=True)
            if sum(job.status == WAITING for job in live) >= most:
                raise FullError("too many jobs wait already; try again later", own=False)
            job = Job(secrets.token_urlsafe(12), same, reader, title, asked, WAITING, time.time(),
                      0, None, None)  # fmt: skip
            values = (job.id, same, reader, title, asked, WAITING, job.created, 0, None, None, "[]")
            db.execute(f"INSERT INTO jobs ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)", values)
        return job, True

    def get(self, name: str) -> Job | None:
        """Return a job by its id."""
        with self._open() as db:
            found = _rows(db, "WHERE id = ?", name)
        return found[0] if found else None

    def same(self, same: str) -> Job | None:
        """Return the newest job of some work."""
        with self._open() as db:
            found = _rows(db, "WHERE same = ? ORDER BY created DESC LIMIT 1", same)
        return found[0] if found else None

    def of(self, reader: str) -> list[Job]:
        """Return the jobs of a reader, the newest first."""
        with self._open() as db:
            return _rows(db, "WHERE reader = ? ORDER BY created DESC LIMIT 200", reader)

    def live(self) -> list[Job]:
        """Return all that wait or run, the oldest first."""
        with self._open() as db:
            return _rows(db, "WHERE status IN (?, ?) ORDER BY created", *LIVE)

    def ended(self) -> list[Job]:
        """Return all that have ended, the newest end first."""
        with self._open() as db:
            return _rows(db, "WHERE status NOT IN (?, ?) ORDER BY ended DESC", *LIVE)

    def served(self) -> dict[str, float]:
        """Return when each reader's last job was begun."""
        with self._open() as db:
            sql = "SELECT reader, MAX(started) FROM jobs WHERE started IS NOT NULL GROUP BY reader"
            return dict(db.execute(sql).fetchall())

    def begin(self, name: str) -> bool:
        """Note that a job that waits is begun; false where it no longer waits."""
        sql = "UPDATE jobs SET status = ?, started = ?, begun = begun + 1 WHERE id = ?"
        return self._change(f"{sql} AND status = ?", RUNNING, time.time(), name, WAITING)

    def again(self) -> None:
        """Let all jobs of a server that is gone wait again: they go on first."""
        self._change("UPDATE jobs SET status = ? WHERE status = ?", WAITING, RUNNING)

    def end(self, name: str, status: str, problems: Sequence[Mapping[str, Any]] = ()) -> bool:
        """Note the end of a job that waits or runs; false where it had ended before."""
        sql = "UPDATE jobs SET status = ?, ended = ?, problems = ? WHERE id = ?"
        text = json.dumps([dict(one) for one in problems])
        return self._change(f"{sql} AND status IN (?, ?)", status, time.time(), text, name, *LIVE)

    def remove(self, name: str) -> None:
        """Forget a job."""
        self._change("DELETE FROM jobs WHERE id = ?", name)

    def _change(self, sql: str, *values: Any) -> bool:
        with self._open(writes=True) as db:
            return db.execute(sql, values).rowcount > 0


def _rows(db: sqlite3.Connection, where: str, *values: Any) -> list[Job]:
    names = _COLUMNS.split(", ")
    rows = db.execute(f"SELECT {_COLUMNS} FROM jobs {where}", values).fetchall()
    return [Job(**{**dict(zip(names, row, strict=True)), "problems": tuple(json.loads(row[-1]))})
            for row in rows]  # fmt: skip


def next_job(live: Sequence[Job], served: Mapping[str, float]) -> Job | None:
    """Return the job that is begun next: readers take turns.

    One that a server has left behind comes first. Of the others, a reader with fewer running comes
    before one with more, then who was served longest ago; a reader's own are in their order.
    """
    running: dict[str, int] = {}
    for job in live:
        running[job.reader] = running.get(job.reader, 0) + (job.status == RUNNING)
    waiting = [job for job in live if job.status == WAITING]
    return min(
        waiting, default=None,
        key=lambda job: (job.begun == 0, running[job.reader], served.get(job.reader, 0.0),
                         job.created),
    )  # fmt: skip
