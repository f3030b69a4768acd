"""What small files of options hold, with the line of every entry and all that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries
from detente.errors import InputError, Problem

Keys = tuple[str, ...]
Named = Sequence[tuple[str, tuple[int, ...]]]
"""Players: name and positions of their economies."""


class Placed(dict[str, Any]):
    """Entries of a file; wherever one is taken a plain mapping does as well.

    Parameters
    ----------
    held
        What the file holds, as far as it could be read.
    path
        The file.
    lines
        Lines (from 1) by keys.
    problems
        What is wrong with the file; whoever uses it refuses it together with what else is wrong.
    """

    def __init__(self, held: Mapping[str, Any], path: Path, lines: Mapping[Keys, int],
                 problems: Sequence[Problem] = ()):  # fmt: skip
        super().__init__(held)
        self.path, self.lines, self.problems = path, dict(lines), tuple(problems)


def wrong(held: Mapping[str, Any] | None) -> tuple[Problem, ...]:
    """Return what is wrong with the file that a mapping was read from."""
    return held.problems if isinstance(held, Placed) else ()


def problem(
    held: Mapping[str, Any], option: str, keys: Keys, message: str, value: object = None,
    allowed: str | None = None,
) -> Problem:  # fmt: skip
    """Make a problem that names file and line of an entry, or the option without a file."""
    if not isinstance(held, Placed):
        return Problem(message, None, None, option, value, allowed)
    key = ".".join(keys) if value is None else None
    return Problem(message, held.path, held.lines.get(keys), key or None, value, allowed)


def whose(
    calibration: Calibration,
    held: Mapping[str, Any],
    option: str,
    key: str,
    named: Named,
    problems: list[Problem],
) -> str | None:
    """Return the player that a key of a file means, by its name or that of its economies.

    An empty text stands for an economy that does not play; ``None`` for none at all, which is among
    the problems then.
    """
    if any(name == key for name, _ in named):
        return key
    try:
        places = set(resolve_countries(calibration, key))
    except InputError as error:
        problems += [problem(held, option, (key,), p.message, p.value, p.allowed)
                     for p in error.problems]  # fmt: skip
        return None
    return next((name for name, own in named if set(own) == places), "")
