"""Days that the ledger knows."""

from __future__ import annotations

from datetime import date

from detente.errors import InputError, Problem
from detente.scalars import as_day

FIRST_DAY = date(2018, 1, 1)
KNOWN_TO = date(2026, 8, 21)
"""Last day that the ledger knows of; what is later was fixed before."""
LAST_DAY = date(2026, 12, 31)


def ledger_day(value: str | date, key: str = "at") -> date:
    """Return a day of the ledger.

    Raises
    ------
    InputError
        It is no day, or none of the years that the ledger tells of.
    """
    day = as_day(value, key)
    if not FIRST_DAY <= day <= LAST_DAY:
        message = f"the ledger tells of {FIRST_DAY} to {LAST_DAY}"
        raise InputError(Problem(message, None, None, key, str(day), f"{FIRST_DAY} to {LAST_DAY}"))
    return day
