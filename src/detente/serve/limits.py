"""What one server does at most: for a request, for a reader, and altogether."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one server does at most.

    Attributes
    ----------
    body
        Bytes of a request.
    query
        Characters of an address.
    at_once
        Solves that run side by side.
    wait
        Seconds that a request waits for its turn before it is told to come back.
    per_second, burst
        Requests of one reader that are computed for, a second and at once.
    economies, documents
        Economies, and documents of pages, that are kept in memory.
    draws
        Runs that intervals on a page are from.
    article, upload, unpacked
        Bytes of an article or a scenario sent as a form, of a zip file of tables, and of what is
        in it.
    own
        Scenarios, readings and economies of readers that are kept, each the newest so many.
    seconds
        How long a request may take before its reader is told so.
    jobs_at_once, queue, queue_each
        Jobs that run side by side, that wait, and that wait or run of one reader.
    job_seconds, job_bytes
        How long a job may take from when it was last begun, and how much memory.
    jobs_kept, job_days
        Ended jobs that are kept, and for how long.
    studies
        Talks that are kept in memory.
    """

    body: int = 65_536
    query: int = 8_192
    at_once: int = 2
    wait: float = 20.0
    per_second: float = 25.0
    burst: int = 60
    economies: int = 12
    documents: int = 32
    draws: int = 100
    article: int = 600_000
    upload: int = 20_000_000
    unpacked: int = 100_000_000
    own: int = 24
    seconds: float = 45.0
    jobs_at_once: int = 1
    queue: int = 20
    queue_each: int = 4
    job_seconds: float = 7200.0
    job_bytes: int = 3_000_000_000
    jobs_kept: int = 100
    job_days: float = 30.0
    studies: int = 5

    def body_at(self, path: str) -> int:
        """Return how many bytes a request to an address may have."""
        if path == "/data":
            return self.upload
        own = path in ("/own", "/read") or path.startswith("/read/")
        return self.article if own else self.body
