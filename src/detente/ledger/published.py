"""What others found average rates to be, beside ours."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from detente.ledger.measures import SHIPPED

TRACKERS = {"budget-lab": "Budget Lab", "waugh": "Trade War Tracker (Waugh)", "piie": "PIIE",
            "collected": "Duties collected"}  # fmt: skip
"""Whose figures these are, by key."""
SEEN_TO = {"budget-lab": date(2026, 6, 29), "waugh": date(2026, 8, 21)}
"""Last day that a tracker had seen; what it says of later days is left out."""

SOON = 10
"""Days within which a tracker's next figure is told too."""


@dataclass(frozen=True)
class Published:
    """A published average.

    Attributes
    ----------
    since
        The day that it is dated.
    rate
        Fraction.
    by_partner, by_authority
        Fractions, where they are published too.
    from_memory
        Whether it is quoted from memory.
    """

    since: date
    rate: float
    by_partner: Mapping[str, float]
    by_authority: Mapping[str, float]
    from_memory: bool


@lru_cache(maxsize=1)
def _figures() -> dict[tuple[str, str], list[tuple[date, str, str, float, str]]]:
    found: dict[tuple[str, str], list[tuple[date, str, str, float, str]]] = {}
    with (SHIPPED / "published.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one = (date.fromisoformat(row["date"]), row["partner"], row["authority"],
                   float(row["rate"]), row["known"])  # fmt: skip
            found.setdefault((row["tracker"], row["importer"]), []).append(one)
    return found


def published(tracker: str, importer: str, day: date) -> Published | None:
    """Return what a tracker says of a day; None where it says nothing of it.

    Its last figure up to that day holds until the next; duties collected are those of the month,
    and PIIE's averages those of the very day.
    """
    if day > SEEN_TO.get(tracker, date.max):
        return None
    rows = [row for row in _figures().get((tracker, importer), ()) if row[0] <= day]
    totals = [row for row in rows if row[2] == "total" and row[1] in ("ALL", "USA")]
    if not totals:
        return None
    since, _, _, rate, known = totals[-1]
    if tracker == "collected" and (since.year, since.month) != (day.year, day.month):
        return None
    here = [row for row in rows if row[0] == since]
    return Published(
        since,
        rate,
        {row[1]: row[3] for row in here if row[1] != "ALL" and row[2] == "total"},
        {row[2]: row[3] for row in here if row[1] == "ALL" and row[2] != "total"},
        known == "memory",
    )


def figures_after(tracker: str, importer: str, since: date, day: date) -> tuple[date, float] | None:
    """Return a tracker's next figure after one that is older than a day, within ten days of it."""
    if since == day or tracker == "collected":
        return None
    later = [
        (row[0], row[3])
        for row in _figures().get((tracker, importer), ())
        if row[0] > day and row[1] == "ALL" and row[2] == "total"
    ]
    return later[0] if later and (later[0][0] - day).days <= SOON else None


def all_figures(tracker: str, importer: str) -> tuple[tuple[date, float], ...]:
    """Return all figures of a tracker, by date."""
    return tuple((row[0], row[3]) for row in _figures()[tracker, importer])
