"""When measures are in force: start, end, and a phase-in by steps or in a straight line.

What a share of a measure is stands in `detente.policy.compile.compile_policy`. A schedule holds at
single days; nothing between two days is averaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from detente.errors import InputError, Problem, no_share

Step = tuple[date, float]
"""A day, and the share of the measure that is in force from then on."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a schedule, at a path of keys of the measure."""

    path: tuple[str | int, ...]
    message: str
    value: object = None
    allowed: str | None = None


@dataclass(frozen=True)
class Schedule:
    """The days on which a measure is in force, and how much of it.

    Attributes
    ----------
    start, end
        First and last day in force; without them there is no first, or no last, day.
    steps
        Phase-in by steps: from each day on, the share. Before the first step nothing is in force;
        shares rise and the last is 1.
    until
        Phase-in in a straight line, from nothing on ``start`` to the whole on this day.

    Raises
    ------
    InputError
        Listing what is out of order or no share.
    """

    start: date | None = None
    end: date | None = None
    steps: tuple[Step, ...] = ()
    until: date | None = None

    def __post_init__(self) -> None:
        found = [
            Problem(f.message, key=".".join(map(str, f.path)), value=f.value, allowed=f.allowed)
            for f in faults(self.start, self.end, self.steps, self.until)
        ]
        if self.steps and self.until:
            found.append(Problem("a phase-in has steps or one last day, not both", key="phase_in"))
        if found:
            raise InputError(found)

    def share(self, day: date) -> float:
        """Share of the measure in force on a day, 0 to 1."""
        if (self.start and day < self.start) or (self.end and day > self.end):
            return 0.0
        if self.until and self.start:
            return min(1.0, (day - self.start).days / (self.until - self.start).days)
        if self.steps:
            return max((share for since, share in self.steps if since <= day), default=0.0)
        return 1.0

    def changes(self) -> tuple[date, ...]:
        """Return the days on which the share is another than the day before, in order.

        A straight line changes every day: its first and last day stand for it, and the first days
        of the quarters between.
        """
        days = {since for since, _ in self.steps}
        if self.start and not self.steps:
            days.add(self.start)
        if self.start and self.until:
            days |= {self.until, *first_days(self.start, self.until, months=3)}
        if self.end and self.end < date.max:
            days.add(self.end + timedelta(days=1))
        return tuple(sorted(days))


def first_days(after: date, before: date, *, months: int) -> Iterator[date]:
    """Yield the first days of calendar periods of so many months, strictly between two days."""
    number = 12 * after.year + (after.month - 1) // months * months
    while True:
        number += months
        year, month = divmod(number, 12)
        if year > date.max.year or (day := date(year, month + 1, 1)) >= before:
            return
        yield day


def faults(
    start: date | None,
    end: date | None,
    steps: Sequence[tuple[date | None, float | None]] = (),
    until: date | None = None,
) -> Iterator[Fault]:
    """Yield what is out of order, or no share; what is ``None`` cannot be judged."""
    if start and end and end < start:
        yield Fault(("end",), "it ends before it starts", str(end), f"{start} or later")
    if until:
        yield from _line_faults(start, end, until)
    for n, (day, share) in enumerate(steps):
        if day and ((start and day < start) or (end and day > end)):
            allowed = " to ".join(str(d) for d in (start or "any day", end or "any day"))
            yield Fault(
                ("phase_in", n, "date"),
                "outside of start and end of the measure",
                str(day),
                allowed,
            )
        if share is not None and not 0 <= share <= 1:
            yield Fault(("phase_in", n, "share"), no_share(share), share, "0 to 1")
    yield from _order_faults(steps)


def _line_faults(start: date | None, end: date | None, until: date) -> Iterator[Fault]:
    path = ("phase_in", "until")
    if not start:
        yield Fault(path, "a phase-in in a straight line needs the start of the measure too")
    elif until <= start:
        yield Fault(path, "it is whole before it starts", str(until), f"after {start}")
    if end and until > end:
        yield Fault(path, "it ends before it is whole", str(until), f"{end} or earlier")


def _order_faults(steps: Sequence[tuple[date | None, float | None]]) -> Iterator[Fault]:
    for n, ((day, share), (later, more)) in enumerate(pairwise(steps), start=1):
        if day and later and later <= day:
            yield Fault(
                ("phase_in", n, "date"), "steps are out of order", str(later), f"after {day}"
            )
        if share is not None and more is not None and more <= share and 0 <= more <= share <= 1:
            message = "shares of a phase-in rise; what is taken back is another measure"
            yield Fault(("phase_in", n, "share"), message, more, f"above {share:g}")
    last = steps[-1][1] if steps else 1.0
    if last is not None and last != 1 and 0 <= last <= 1:
        message = "the last step is the whole measure; write a smaller measure where it is not"
        yield Fault(("phase_in", len(steps) - 1, "share"), message, last, "1")
