"""Talks to start from: a threat and an answer with their days, two issues, a ladder, a calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

OPENING = "opening"
"""Id of what the other side may give: half of its tariffs on the goods of who acts."""
_HEARING, _FIRST, _ANSWERED = (timedelta(days) for days in (15, 30, 44))
"""Days after the scenario's: a hearing, the first of the threat, and that of an answer."""


@dataclass(frozen=True)
class Table:
    """What a table of talks to start from is about.

    Attributes
    ----------
    threat, answer
        Ids of the measure and of its answer in kind.
    what
        The measure as a person said it, quoted.
    sectors
        Whose earnings may count more to who acts, as files write them.
    partner
        Name of the other side, to be read.
    day
        Of the scenario.
    """

    threat: str
    answer: str
    what: str
    sectors: tuple[str, ...]
    partner: str
    day: date

    @property
    def first(self) -> date:
        """First day of the threat."""
        return self.day + _FIRST

    @property
    def answered(self) -> date:
        """First day of its answer."""
        return self.day + _ANSWERED


def noted(text: str, note: str) -> str:
    """Return a line with what it is for."""
    return f"{text:34} # {note}"


def answers(table: Table, by: str, on: str) -> Iterator[str]:
    """Yield what the answer says besides, and a measure that the other side may offer."""
    yield "    status: threatened"
    yield f"    start: {table.answered}"
    yield noted(f"  - id: {OPENING}", "what the other side may give at the table")
    yield "    kind: tariff"
    yield f"    by: {by}"
    yield f"    on: {on}"
    yield "    sectors: goods"
    yield noted("    scale: 50%", "of the rates that it has")
    yield "    status: offered"


def talks(table: Table) -> Iterator[str]:
    """Yield the lines of a section of talks between parties ``a`` and ``b``."""
    yield "talks:  # all keys: docs/talks.md; money is million USD a year, a number or a range"
    yield from _parties(table)
    yield from _issues(table)
    yield from _no_deal(table)
    yield from _by_date(table)


def _parties(table: Table) -> Iterator[str]:
    yield "  parties:"
    yield noted("    - party: a", "who threatens")
    yield noted("      objective:", "what it wants besides real income")
    counted = ", ".join(f"{name}: 0.2" for name in table.sectors)
    yield noted(f"        sectors: {{{counted}}}", "what is earned there counts 1.2 times")
    yield noted("        # revenue: 0.3", "a dollar of tariffs counts 1.3 times")
    yield noted("        # standing: 500", "worth of having its measure in force")
    yield noted("        # deficit: {partner: b, value: 0.05}", "a dollar less of deficit with b")
    yield noted("      audience_cost: {low: 0, central: 500, high: 2000}",
                "of backing down at home")  # fmt: skip
    yield noted("    - party: b", "who is asked")
    yield noted("      # audience_cost: 100", "of backing down from its answer")


def _issues(table: Table) -> Iterator[str]:
    yield noted("  issues:", "what they talk about; the first option holds without agreement")
    yield "    - id: threat"
    yield f"      title: {table.what}"
    yield "      options:"
    yield "        - {id: dropped, title: not imposed}"
    yield f"        - {{id: in-force, title: in force, measures: [{table.threat}]}}"
    yield "    - id: market"
    yield f"      title: {table.partner}"
    yield "      options:"
    yield "        - {id: as-now, title: as they are}"
    yield f"        - {{id: halved, title: halved, measures: [{OPENING}]}}"
    yield "    # - id: other  # what trade does not tell is worth what you say, to each side"
    yield "    #   options:"
    yield "    #     - {id: as-now}"
    yield "    #     - {id: changed, values: {a: 100, b: {low: -200, central: -50, high: 0}}}"
    yield noted("  positions:", "what they have said")
    yield "    - {party: a, kind: demand, choices: {market: halved}}"
    yield "    - {party: b, kind: demand, choices: {threat: dropped}}"
    yield "  # red_lines:  # what a side signs under no terms"
    yield "  #   - {party: b, choices: {threat: in-force, market: halved}}"


def _no_deal(table: Table) -> Iterator[str]:
    yield noted("  no_deal:", "what holds while they talk, and once talks have failed")
    yield "    - {id: as-now, title: Talks go on, kind: impasse}"
    yield "    - {id: imposed, title: The threat is carried out, kind: breakdown, by: a,"
    yield "       choices: {threat: in-force}}"


def _by_date(table: Table) -> Iterator[str]:
    yield noted("  ladder:", "who can do what next, from which day; the first party is who asks")
    yield f"    - {{party: a, title: {table.what}, measures: [{table.threat}],"
    yield f"       first: {table.first}}}"
    yield f"    - {{party: b, title: an answer in kind, measures: [{table.answer}],"
    yield f"       first: {table.answered}}}"
    yield noted("  calendar:", "days on which something may be decided, beside those")
    yield f"    - {{date: {table.day + _HEARING}, title: a hearing}}"
    yield noted("  resolve:", "how well the other knows what a side wants: 0 knows all")
    yield "    - {party: a, unknown: 0.5}"
    yield "    - {party: b, unknown: 0.5}"
    yield "  # history:  # what has been done since: chances are then given that"
    yield f"  #   - {{date: {table.day + _HEARING}, party: a, move: holds}}"
    yield f"  #   - {{date: {table.first}, party: a, move: rung}}"
