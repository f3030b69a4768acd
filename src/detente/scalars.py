"""What an unquoted word of YAML means: the core rules of YAML 1.2.

``on`` and ``NO`` are words, not truth values; ``1_000`` and ``12:30`` are no numbers; ``010`` is
ten here and eight under older rules, which `leading_zero` tells.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from detente.errors import InputError, Problem

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUTH = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_ODD_FLOAT = re.compile(r"([-+]?)\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_ZERO_FIRST = re.compile(r"[-+]?0[0-9]+")


def plain_scalar(text: str) -> object:
    """Return what an unquoted scalar means."""
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    if odd := _ODD_FLOAT.fullmatch(text):
        return float((odd[1] or "") + (odd[2] or "nan"))
    return text


def leading_zero(text: str) -> str | None:
    """Say what is wrong with a whole number such as 010, which has two meanings."""
    if not _ZERO_FIRST.fullmatch(text):
        return None
    return f"a number with a zero before it can be read in two ways; write {int(text)}"


class AsWritten(str):
    """A value as it stands in a file, shown without quotes."""

    def __repr__(self) -> str:
        """Return the text itself."""
        return str(self)


def as_day(value: str | date, key: str = "at") -> date:
    """Return a day of the calendar.

    Raises
    ------
    InputError
        It is not one, written as ``YYYY-MM-DD``.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and len(value) == len("2018-05-14"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise InputError(Problem("not a date of the calendar", None, None, key, value, "YYYY-MM-DD"))
