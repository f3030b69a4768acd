"""Industries of a table of places to sectors of a baseline, by stated weights."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from detente.axes import Sector
from detente.errors import InputError, Problem, nearest
from detente.places.table import Array, Places

_PART = re.compile(r"(\d\d)(?:-(\d\d))?")


def divisions(industry: str) -> frozenset[str]:
    """Return the divisions of ISIC that a text names (``01-03``, ``45 47``); none for others."""
    found: set[str] = set()
    for part in industry.split():
        match = _PART.fullmatch(part)
        if match is None:
            return frozenset()
        first, last = int(match[1]), int(match[2] or match[1])
        found |= {f"{one:02d}" for one in range(first, last + 1)}
    return frozenset(found)


def weights(places: Places, sectors: tuple[Sector, ...], wages: Array) -> Array:
    """Return how the jobs of an industry divide between sectors, ``(industry, sector)``.

    An industry that is one sector, or lies within one, goes there whole. One that spans several
    divides by their wages in the baseline, each counted by the part of its divisions that it
    shares with the industry. A row sums to one.

    Parameters
    ----------
    wages
        ``(sector,)`` of the country, in the baseline.

    Raises
    ------
    InputError
        An industry is no sector and no division of ISIC, two overlap, or a sector has none.
    """
    codes, isic = [s.code for s in sectors], _isic(sectors)
    sizes = np.array([len(held) or 1 for held in isic])
    found = np.zeros((len(places.industries), len(sectors)))
    problems = []
    for row, industry in enumerate(places.industries):
        if industry in codes:
            found[row, codes.index(industry)] = 1.0
            continue
        of_it = divisions(industry)
        shared = np.array([len(of_it & held) for held in isic])
        if not shared.any():
            hint = nearest(industry, codes)
            message = f"no sector of the baseline and no division of ISIC in it; {hint}"
            problems.append(Problem(message.rstrip("; "), key="sector", value=industry))
            continue
        found[row] = shared / sizes * wages
        if not found[row].any():
            found[row] = shared
        found[row] /= found[row].sum()
    problems += _doubles(places.industries)
    empty = [s for s, column in zip(sectors, found.T, strict=True) if not column.any()]
    for sector, held in ((s, isic[codes.index(s.code)]) for s in empty):
        if wages[codes.index(sector.code)] > 0 and not (held and held <= set(places.left_out)):
            message = f"no place has jobs in sector {sector.code} ({sector.name})"
            problems.append(Problem(message, key="sector"))
    if problems:
        raise InputError(problems)
    return found


def _isic(sectors: tuple[Sector, ...]) -> list[frozenset[str]]:
    """Divisions of every sector; what was carved out of one has those of the whole."""
    own = {s.code: s for s in sectors}
    found = []
    for sector in sectors:
        whole = sector
        while whole.part_of in own and not whole.isic:
            whole = own[whole.part_of]
        found.append(frozenset(whole.isic))
    return found


def _doubles(industries: Iterable[str]) -> list[Problem]:
    seen: dict[str, str] = {}
    problems = []
    for industry in industries:
        for one in sorted(divisions(industry)):
            if one in seen:
                message = f"ISIC {one} is in {seen[one]!r} too"
                problems.append(Problem(message, key="sector", value=industry))
                break
            seen[one] = industry
    return problems
