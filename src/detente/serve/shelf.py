"""What readers bring along: kept in memory alone, each under a name that nobody can guess."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from typing import Generic, TypeVar

from detente.errors import InputError, Problem

T = TypeVar("T")
MINE = "own-"
"""How names of what readers brought begin; no shipped name does."""


class Shelf(Generic[T]):
    """Things of one kind, the newest few; all are gone when the server stops."""

    def __init__(self, what: str, most: int) -> None:
        self._what, self._most = what, most
        self._held: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, value: T, name: str | None = None) -> str:
        """Keep something, under a new name or in place of what has that name; return the name."""
        name = name or f"{MINE}{secrets.token_hex(12)}"
        with self._lock:
            self._held[name] = value
            self._held.move_to_end(name)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return name

    def get(self, name: str) -> T:
        """Return what has a name.

        Raises
        ------
        InputError
            It is not there, or no longer.
        """
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
                return self._held[name]
        message = f"this {self._what} is no longer kept; bring it again"
        raise InputError(Problem(message, key=self._what, value=name[:80]))
