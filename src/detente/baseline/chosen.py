"""Which economies of a baseline stand alone; all others merge into the rest of the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from detente.axes import Country
from detente.baseline.calibration import Calibration
from detente.baseline.groups import known_code, plain, resolve_countries
from detente.baseline.merging import merge
from detente.baseline.names import EU27
from detente.errors import InputError, Problem

ALL = "all"
"""Stands for every economy of the baseline's file."""
MEMBERS = "EU27 members"
"""Stands for the members of the European Union, each alone."""
UNION, REST_OF_UNION, REST = "EU27", "REU", "ROW"
KEY = "economies"


def choose(calibration: Calibration, economies: str | Sequence[str]) -> Calibration:
    """Let some economies stand alone and merge all others into the rest of the world.

    Parameters
    ----------
    calibration
        The baseline.
    economies
        Codes, readable names or groups. ``EU27`` is the European Union as one; where members are
        named too, what is left of it is ``REU``. ``"EU27 members"`` are its members one by one,
        ``"all"`` is every economy there is. Any other group stands for its members.

    Returns
    -------
    Calibration
        In the order named, the rest of the world (``ROW``) last; totals are kept.

    Raises
    ------
    InputError
        Listing every name that is unknown, or only a part of an economy here.
    """
    groups = _groups(calibration, _words(economies))
    if list(groups) == list(calibration.country_codes):
        return calibration
    return merge(calibration, countries=groups, name=calibration.name)


def _words(economies: str | Sequence[str]) -> list[str]:
    """Return the names given, those of the union by its code."""
    names = [economies] if isinstance(economies, str) else economies
    if not isinstance(names, Sequence) or not names:
        allowed = "a list of names, such as [USA, CHN, EU27]"
        raise InputError(Problem("no economy named", None, None, KEY, economies, allowed))
    return [known_code(name) if isinstance(name, str) else name for name in names]


def _groups(c: Calibration, words: list[str]) -> dict[str, list[str]]:
    """Return new codes and the old ones in each, the rest of the world last."""
    whole = UNION not in c.country_codes
    found: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for word in words:
        try:
            if not (whole and word == UNION):
                found[word] = _alone(c, word)
        except InputError as error:
            problems += [replace(problem, key=KEY) for problem in error.problems]
    if problems:
        raise InputError(problems)
    taken = {code for codes in found.values() for code in codes}
    left = [x.code for x in c.countries if _in_union(x) and x.code not in taken]
    groups: dict[str, list[str]] = {}
    for word in words:
        if word in found:
            groups |= {code: [code] for code in found[word]}
        elif left:
            groups[REST_OF_UNION if taken & set(EU27) else UNION] = left
    held = {code for codes in groups.values() for code in codes} - {REST}
    groups.pop(REST, None)
    rest = [code for code in c.country_codes if code not in held]
    return groups | {REST: rest} if rest else groups


def _in_union(country: Country) -> bool:
    return set(country.members or (country.code,)) <= set(EU27)


def _alone(c: Calibration, word: str) -> tuple[str, ...]:
    """Return the economies that stand alone by one word."""
    if isinstance(word, str) and plain(word) == ALL:
        return c.country_codes
    members = isinstance(word, str) and plain(word) == plain(MEMBERS)
    found = resolve_countries(c, EU27 if members else [word])
    return tuple(c.country_codes[k] for k in found)
