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
from detente.talks.choices import Choices
from detente.talks.study import TalksStudy, run_talks

if TYPE_CHECKING:
    from detente.scenario.schema import Scenario

Make = Callable[["Scenario", Callable[[str, int, int], None]], TalksStudy]
FORGET = 60.0
"""Seconds after which talks that could not be worked out are tried again."""


@dataclass(frozen=True)
class Underway:
    """How far talks are that are not there yet; ``error`` where they cannot be worked out."""

    what: str = "waiting for its turn"
    done: int = 0
    total: int = 0
    error: DetenteError | None = None
    since: float = 0.0


def work_out(case: Scenario, tell: Callable[[str, int, int], None]) -> TalksStudy:
    """Work talks out without draws; solved values are kept on disk, by the command too."""
    return run_talks(case, Choices(draws=0), folder=cache_folder() / "talks", on_step=tell)


class Studies:
    """Talks of scenarios, one worked out after the other by a thread, so many kept in memory.

    Packages are valued once: an option that is fixed only takes some of them away.
    """

    def __init__(self, most: int, make: Make = work_out):
        self._most, self._make = most, make
        self._lock, self._one = threading.Lock(), threading.Lock()
        self._held: OrderedDict[str, TalksStudy] = OrderedDict()
        self._underway: dict[str, Underway] = {}

    def get(self, name: str, case: Scenario) -> TalksStudy | Underway:
        """Return talks; how far they are where they are not there, begun where they are not.

        Raises
        ------
        DetenteError
            They cannot be worked out.
        """
        with self._lock:
            if name in self._held:
                self._held.move_to_end(name)
                return self._held[name]
            found = self._underway.get(name)
            if found is not None and found.error is not None:
                if time.monotonic() - found.since < FORGET:
                    raise found.error
                found = None
            if found is None:
                found = self._underway[name] = Underway()
                threading.Thread(target=self._work, args=(name, case), daemon=True).start()
        return found

    def far(self) -> Mapping[str, Underway]:
        """Return how far all are that are not there yet."""
        with self._lock:
            return dict(self._underway)

    def _work(self, name: str, case: Scenario) -> None:
        def tell(what: str, done: int, total: int) -> None:
            with self._lock:
                self._underway[name] = Underway(what, done, total)

        with self._one:
            try:
                made = self._make(case, tell)
            except DetenteError as error:
                with self._lock:
                    self._underway[name] = Underway(error=error, since=time.monotonic())
                return
            except BaseException:
                with self._lock:
                    del self._underway[name]
                raise
        with self._lock:
            self._held[name] = made
            del self._underway[name]
            while len(self._held) > self._most:
                self._held.popitem(last=False)
