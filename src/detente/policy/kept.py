"""What compiling a policy works out again and again on one baseline, kept while that is in use.

A moved rate changes one measure: what the others are on, and the cells that it is not on, stay.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from detente.baseline.calibration import Calibration

T = TypeVar("T")
MOST = {"lines": 20_000, "measures": 256, "effects": 16, "classes": 4_000, "pieces": 4_000,
        "lists": 256}  # fmt: skip
"""Entries of each kind that are kept for a baseline; the longest unused go first."""


class Kept:
    """Values of one baseline by kind and by all that they depend on beside it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, OrderedDict[Hashable, Any]] = {kind: OrderedDict() for kind in MOST}

    def get(self, kind: str, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is kept under a key, made where it is not."""
        held = self._held[kind]
        with self._lock:
            if key in held:
                held.move_to_end(key)
                return held[key]
        made = make()
        with self._lock:
            held[key] = made
            while len(held) > MOST[kind]:
                held.popitem(last=False)
        return made


_KEPT: WeakKeyDictionary[Calibration, Kept] = WeakKeyDictionary()
_LOCK = threading.Lock()


def kept(calibration: Calibration) -> Kept:
    """Return what is kept of a baseline, gone with it: nothing in it may hold the baseline."""
    with _LOCK:
        return _KEPT.setdefault(calibration, Kept())
