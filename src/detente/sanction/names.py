"""Names of one economy, and of several sectors, as a person gives them for one option."""

from __future__ import annotations

import re

from detente.baseline.calibration import Calibration
from detente.baseline.groups import resolve_countries, resolve_sectors
from detente.errors import InputError, Problem, nearest


def one_economy(c: Calibration, key: str, name: str) -> int:
    """Return the position of the one economy that is meant.

    Raises
    ------
    InputError
        It is unknown, a group or a list; with ``key`` and the economies there are.
    """
    allowed = ", ".join(c.country_codes)
    try:
        found = resolve_countries(c, name)
    except InputError as error:
        message = error.problems[0].message
        if len(parts(name)) > 1:
            message = "one economy is wanted, and this is a list"
        elif message.startswith("unknown"):
            hint = nearest(name, [*c.country_codes, *(one.name for one in c.countries)])
            message = "unknown economy" + (f"; {hint}" if hint else "")
        raise InputError(Problem(message, key=key, value=name, allowed=allowed)) from error
    if len(found) != 1:
        message = f"one economy is wanted, and this is a group of {len(found)}"
        raise InputError(Problem(message, key=key, value=name, allowed=allowed))
    return found[0]


def some_sectors(c: Calibration, key: str, names: str) -> list[str]:
    """Return codes of the sectors that are meant: one name, or several between commas.

    Raises
    ------
    InputError
        Listing every name that is unknown, and sectors that are meant twice; with ``key``.
    """
    problems, found = [], []
    try:
        each = [(names, resolve_sectors(c, names))]
    except InputError:
        each = []
        for name in parts(names):
            try:
                each.append((name, resolve_sectors(c, name)))
            except InputError as error:
                problems += [Problem(p.message, None, None, key, name, p.allowed)
                             for p in error.problems]  # fmt: skip
    for name, places in each:
        codes = [c.sector_codes[k] for k in places]
        if twice := [code for code in codes if code in found]:
            message = f"listed twice: {', '.join(twice)}"
            problems.append(Problem(message, None, None, key, name, "each sector once"))
        found += codes
    if problems:
        raise InputError(problems)
    return found


def parts(names: str) -> list[str]:
    """Return the names of a list: what stands between commas or semicolons."""
    return [part.strip() for part in re.split(r"[,;]", names) if part.strip()] or [names]
