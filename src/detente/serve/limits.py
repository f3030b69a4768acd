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
