"""Talks that are worked out in the background, so that no reader waits for them."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.cache import cache_folder
from detente.errors import DetenteError
from detente.serve.desk import BusyError
from detente.talks.choices import Choices
from detente.talks.study import TalksStudy, run_talks

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario

Tell = Callable[[str, int, int], None]
Make = Callable[["Scenario", Mapping[str, str], Tell], TalksStudy]
Key = tuple[str, tuple[tuple[str, str], ...]]
"""A scenario, and what weights of sectors are read off, by party."""
FORGET = 60.0
"""Seconds after which talks that could not be worked out are tried again."""
MOST_WAIT = 20
"""Talks that wait or are worked out at once."""


@dataclass(frozen=True)
class Underway:
    """How far talks are that are not there yet; ``error`` where they cannot be worked out."""

    what: str = "waiting for its turn"
    done: int = 0
    total: int = 0
    error: DetenteError | None = None
    since: float = 0.0


def work_out(case: Scenario, weights: Mapping[str, str], tell: Tell) -> TalksStudy:
    """Work talks out without draws; solved values are kept on disk, by the command too."""
    choices = Choices(draws=0, weights=weights or None)
    return run_talks(case, choices, folder=cache_folder() / "talks", on_step=tell)


class Studies:
    """Talks of scenarios, one worked out after the other by a thread, so many kept in memory.

    Packages are valued once: an option that is fixed only takes some of them away. What weights
    are read off changes all values: these are talks of their own.
    """

    def __init__(self, most: int, make: Make = work_out):
        self._most, self._make = most, make
        self._lock, self._one = threading.Lock(), threading.Lock()
        self._held: OrderedDict[Key, TalksStudy] = OrderedDict()
        self._underway: dict[Key, Underway] = {}

    def get(
        self, name: str, case: Scenario, weights: Mapping[str, str] | None = None
    ) -> TalksStudy | Underway:
        """Return talks; how far they are where they are not there, begun where they are not.

        Raises
        ------
        DetenteError
            They cannot be worked out.
        BusyError
            So many wait already as may.
        """
        weights = dict(weights or {})
        key = name, tuple(sorted(weights.items()))
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
            found = self._underway.get(key)
            if found is not None and found.error is not None:
                if time.monotonic() - found.since < FORGET:
                    raise found.error
                found = None
            if found is None:
                self._make_room()
                found = self._underway[key] = Underway()
                given = key, case, weights
                threading.Thread(target=self._work, args=given, daemon=True).start()
        return found

    def far(self) -> Mapping[Key, Underway]:
        """Return how far all are that are not there yet."""
        with self._lock:
            return dict(self._underway)

    def _make_room(self) -> None:
        """Forget old failures; refuse more talks than may wait: each has a thread."""
        now = time.monotonic()
        self._underway = {key: one for key, one in self._underway.items()
                          if one.error is None or now - one.since < FORGET}  # fmt: skip
        if sum(one.error is None for one in self._underway.values()) >= MOST_WAIT:
            raise BusyError

    def _work(self, key: Key, case: Scenario, weights: Mapping[str, str]) -> None:
        def tell(what: str, done: int, total: int) -> None:
            with self._lock:
                self._underway[key] = Underway(what, done, total)

        with self._one:
            try:
                made = self._make(case, weights, tell)
            except DetenteError as error:
                with self._lock:
                    self._underway[key] = Underway(error=error, since=time.monotonic())
                return
            except BaseException:
                with self._lock:
                    del self._underway[key]
                raise
        with self._lock:
            self._held[key] = made
            del self._underway[key]
            while len(self._held) > self._most:
                self._held.popitem(last=False)
