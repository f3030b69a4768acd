"""Days, months and years of acts, deadlines and durations, seen from the day of the document."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from detente.reading.numbers import WORDS

_MONTHS = {name.lower(): k for k, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): k for k, name in enumerate(calendar.month_abbr) if name}
_MONTHS |= {"sept": 9}
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"  # noqa: E501
_DAYS = {name: k for k, name in enumerate(calendar.day_name)}
_FORMS = (
    ("iso", re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")),
    ("mdy", re.compile(rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?(?:(?: and|-| to) \d{{1,2}})?(?:,? (\d{{4}}))?\b(?![%\d])")),  # noqa: E501
    ("dmy", re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b\.?(?:,? (\d{{4}}))?")),
    ("my", re.compile(rf"\b({_MONTH})\.?,? (?:of )?(this year|last year|next year|\d{{4}})\b")),
    ("m", re.compile(rf"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Ff]rom|[Uu]ntil|[Bb]efore|[Tt]hrough|[Tt]ill|[Ll]ast|[Nn]ext|[Bb]eginning in|[Ee]arly|[Ll]ate|[Mm]id-?|[Ee]nd of) ({_MONTH})\b")),  # noqa: E501
    ("weekday", re.compile(rf"\b((?:next|last|this) )?({'|'.join(_DAYS)})(?:'s)?\b")),
    ("near", re.compile(r"\b(today|tonight|yesterday|tomorrow|the next day|this morning|this afternoon|last night)\b", re.I)),  # noqa: E501
    ("ago", re.compile(r"\b(last|next|this|earlier this|later this) (week|month|year)\b", re.I)),
    ("year", re.compile(r"\b(?:[Ii]n|[Ss]ince|[Bb]y|[Ff]rom|[Uu]ntil|[Dd]uring|[Ee]nd of|[Ee]arly|[Ll]ate|[Mm]id) ((?:19|20)\d\d)\b(?!-)")),  # noqa: E501
)  # fmt: skip
_UNTIL = re.compile(
    r"\b(?:by|until|till|through|before|no later than|deadline of|expires? (?:on|in)|"
    r"valid until)(?: the)?(?: end of)?(?: time of)? ?$",
    re.I,
)
_FUTURE = re.compile(
    r"\b(?:will|set to|to begin|plans? to|is due|are due|going to|schedule\w*|takes? effect|"
    r"scheduled|would|upcoming)\b|\bfrom $"
)
_SAID = re.compile(
    r"\b(?:said|told \w+|tweeted|announced|wrote|posted|(?!scheduled|planned|expected)\w+ed) "
    r"(?:(?:on|in|late|early) )?$"
)
_DURATION = re.compile(
    rf"\b(?:for|in|within|over|lasts?|after|a|next|"
    rf"period of)(?: the)?(?: next)?(?: an?)?(?: (?:up to|a maximum of|at least|"
    rf"another|about|an initial))? (\d+|{'|'.join(WORDS)}|one)"
    r"[ -](day|week|month|year)s?\b(?! ago| later| in a row)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"\b(\d+|" + "|".join(WORDS) + r")-(day|week|month|year)\b(?!-old)", re.I)


@dataclass(frozen=True)
class When:
    """A date in a text: ISO as exact as it is, where it stands, and whether it is a deadline."""

    day: str
    start: int
    end: int
    deadline: bool


def find_dates(text: str, today: date, before: str | None = None) -> tuple[When, ...]:
    """Return the dates that a text names, in its order.

    Parameters
    ----------
    text
        A clause.
    today
        Day of the document.
    before
        Day that was named last, for "the next day".
    """
    found: list[When] = []
    for kind, pattern in _FORMS:
        for one in pattern.finditer(text):
            if any(w.start < one.end() and one.start() < w.end for w in found):
                continue
            lead = text[: one.start()]
            future = _SAID.search(lead) is None and _FUTURE.search(lead) is not None
            day = _day(kind, one, today, before, future=future)
            if day is not None:
                deadline = _UNTIL.search(lead[-24:]) is not None or re.match(
                    r"(?i)by|until|before|through|till", one[0]
                ) is not None  # fmt: skip
                found.append(When(day, one.start(), one.end(), deadline))
    return tuple(sorted(found, key=lambda w: w.start))


def _day(
    kind: str, one: re.Match[str], today: date, before: str | None, *, future: bool
) -> str | None:
    if kind == "iso":
        return _iso(int(one[1]), int(one[2]), int(one[3]))
    if kind in ("mdy", "dmy"):
        month, number = (one[1], one[2]) if kind == "mdy" else (one[2], one[1])
        at = _MONTHS[month.lower()]
        year = int(one[3]) if one[3] else _year(today, at, int(number))
        return _iso(year, at, int(number))
    if kind == "my":
        said = {"this year": today.year, "last year": today.year - 1, "next year": today.year + 1}
        return f"{said.get(one[2]) or int(one[2]):04d}-{_MONTHS[one[1].lower()]:02d}"
    if kind == "m":
        month = _MONTHS[one[1].lower()]
        year = today.year
        if future and month < today.month:
            year += 1
        elif not future and month > today.month:
            year -= 1
        return f"{year}-{month:02d}"
    if kind == "weekday":
        return _weekday(_DAYS[one[2]], today, (one[1] or "").strip(), future=future)
    if kind == "near":
        return _near(one[1].lower(), today, before)
    if kind == "ago":
        return _ago(one[1].lower(), one[2].lower(), today)
    return one[1]


def _iso(year: int, month: int, number: int) -> str | None:
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None


def _year(today: date, month: int, number: int) -> int:
    """Return the year in which a day and month is nearest to the document's."""
    return min(
        (today.year - 1, today.year, today.year + 1),
        key=lambda y: abs((y - today.year) * 365 + (month - today.month) * 30 + number - today.day),
    )


def _weekday(number: int, today: date, which: str, *, future: bool) -> str:
    back = (today.weekday() - number) % 7
    if which == "next" or (future and which != "last"):
        ahead = (number - today.weekday()) % 7
        return (today + timedelta(days=ahead)).isoformat()
    return (today - timedelta(days=back)).isoformat()


def _near(word: str, today: date, before: str | None) -> str | None:
    if word == "the next day":
        if before is None or len(before) != 10:
            return None
        return (date.fromisoformat(before) + timedelta(days=1)).isoformat()
    step = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(word, 0)
    return (today + timedelta(days=step)).isoformat()


def _ago(which: str, unit: str, today: date) -> str | None:
    step = {"last": -1, "next": 1}.get(which, 0)
    if unit == "year":
        return str(today.year + step)
    if unit == "month":
        month = today.year * 12 + today.month - 1 + step
        return f"{month // 12}-{month % 12 + 1:02d}"
    if not step:
        return today.isoformat()[:7]
    return (today + timedelta(days=7 * step)).isoformat()[:7]


def find_duration(text: str) -> str | None:
    """Return a duration such as seven years, in ISO 8601: ``P7Y``."""
    found = _DURATION.search(text) or _COMPACT.search(text)
    if found is None:
        return None
    count = WORDS.get(found[1].lower()) or (int(found[1]) if found[1].isdigit() else 1)
    return f"P{count}{found[2][0].upper()}"


def document_day(text: str) -> date | None:
    """Return the first whole date near the top of a text: the day of an article unless given."""
    for kind, pattern in _FORMS[:3]:
        for one in pattern.finditer(text[:1500]):
            if kind == "iso" or one[3]:
                day = _day(kind, one, date(2000, 1, 1), None, future=False)
                if day is not None:
                    return date.fromisoformat(day)
    return None
