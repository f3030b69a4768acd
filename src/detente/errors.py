"""Errors that a user can act on: every one names file, line, key, value and what is allowed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that no text of ours may hold: they steer terminals or turn the order of letters."""

INVISIBLE = re.compile(r"[\u00ad\u180e\u200b\u2060\ufeff]")
"""Characters without width that no text needs: two words that differ by one look the same."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input, in words that say what to change."""

    message: str
    file: str | Path | None = None
    line: int | None = None
    key: str | None = None
    value: object = None
    allowed: str | None = None

    def __str__(self) -> str:
        """Render as ``file:line: key: message (got …; allowed: …)``."""
        place = "" if self.file is None else _shown(self.file)
        if self.line is not None:
            place += f":{self.line}" if place else f"line {self.line}"
        head = ": ".join(part for part in (place, self.key) if part)
        notes = []
        if self.value is not None:
            notes.append(f"got {_shorten(repr(self.value))}")
        if self.allowed:
            notes.append(f"allowed: {self.allowed}")
        tail = f" ({'; '.join(notes)})" if notes else ""
        return printable(f"{head}: {self.message}{tail}" if head else f"{self.message}{tail}")


class DetenteError(Exception):
    """Base of every error the package raises on purpose; the command exits with status 2."""


class InputError(DetenteError):
    """Something the user gave cannot be used; carries every problem found, not only the first.

    Parameters
    ----------
    problems
        One or more `Problem` (or plain messages).
    """

    def __init__(self, problems: Problem | str | Iterable[Problem | str]):
        if isinstance(problems, Problem | str):
            problems = [problems]
        self.problems = tuple(p if isinstance(p, Problem) else Problem(p) for p in problems)
        super().__init__("\n".join(str(p) for p in _listed_once(self.problems)))


class DataError(InputError):
    """A data file or folder is missing, malformed or inconsistent."""


class CalibrationError(InputError):
    """The figures of an economy break an accounting identity or a bound."""


class SolveError(DetenteError):
    """No equilibrium to the stated tolerance; the message says how far the solver got and why."""


_PACKAGE = Path(__file__).parent
_LONG = 100


def _listed_once(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Leave out a long list of what is allowed where it has been given before."""
    seen: set[str] = set()
    for problem in problems:
        again = problem.allowed is not None and problem.allowed in seen
        yield replace(problem, allowed="as above") if again else problem
        if problem.allowed is not None and len(problem.allowed) > _LONG:
            seen.add(problem.allowed)


def no_share(value: float) -> str:
    """Refuse a share; ask whether a number above one is meant as per cent."""
    if not 1 < value <= 100:
        return "not a share"
    return f"not a share; did you mean {value / 100:.12g}, that is {value:.12g}%?"


def nearest(word: object, allowed: Iterable[str], count: int = 3) -> str:
    """Return a hint such as ``did you mean 'CHN'?`` for a word that is not among ``allowed``."""
    if not isinstance(word, str):
        return ""
    words = list(allowed)
    by_lower = {w.lower(): w for w in reversed(words)}
    close = difflib.get_close_matches(word.lower(), by_lower, n=count, cutoff=0.5)
    if not close:
        return ""
    return "did you mean " + " or ".join(repr(by_lower[c]) for c in close) + "?"


def printable(text: str) -> str:
    """Return a text with what steers a terminal written out in ASCII."""
    shown = CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)
    return INVISIBLE.sub(lambda found: ascii(found[0])[1:-1], shown)


def _shown(file: str | Path) -> str:
    """Return a file as the person gave it; one of the package without where that is installed."""
    try:
        return f"detente/{Path(file).relative_to(_PACKAGE).as_posix()}"
    except ValueError:
        return f"{file}"


def _shorten(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
