"""Industries of a table of places to sectors of a baseline, by stated weights."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

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
            problems.append(_problem(places, message.rstrip("; "), industry, _either(codes)))
            continue
        found[row] = shared / sizes * wages
        if not found[row].any():
            found[row] = shared
        found[row] /= found[row].sum()
    problems += _doubles(places, {s.code: frozenset(s.isic) for s in sectors})
    problems += _empty(places, sectors, found, wages)
    if problems:
        raise InputError(problems)
    return found


def _problem(places: Places, message: str, industry: str, allowed: str) -> Problem:
    line = places.lines.get(industry)
    return Problem(message, places.path, line, "sector", industry, allowed)


def _either(codes: list[str]) -> str:
    return f"{', '.join(codes)}, or divisions of ISIC such as 01-03"


def _empty(
    places: Places, sectors: tuple[Sector, ...], found: Array, wages: Array
) -> Iterable[Problem]:
    """Yield sectors that pay wages in the baseline and have no jobs in any place."""
    jobs, isic = places.jobs.sum(axis=0), _isic(sectors)
    for k, sector in enumerate(sectors):
        left_out = isic[k] and isic[k] <= set(places.left_out)
        if wages[k] <= 0 or left_out or jobs @ found[:, k] > 0:
            continue
        message = f"no place has jobs in sector {sector.code} ({sector.name})"
        held = [one for one, part in zip(places.industries, found[:, k], strict=True) if part > 0]
        if held:
            yield _problem(places, message, held[0], "jobs above 0 in a place")
            continue
        rows = " ".join(sorted(isic[k]))
        allowed = f"rows of {sector.code}{f', or of ISIC {rows}' if rows else ''}"
        # what is nowhere in a file has no line of its own: that of the last sector stands for it
        last = max(places.lines.values(), default=None)
        yield Problem(message, places.path, last, "sector", sector.code, allowed)


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


def _doubles(places: Places, own: Mapping[str, frozenset[str]]) -> Iterable[Problem]:
    """Yield industries whose divisions are in another too.

    Two codes of the baseline may share divisions, as firms do with their sector.
    """
    seen: dict[str, str] = {}
    for industry in places.industries:
        for one in sorted(own.get(industry, divisions(industry))):
            other = seen.setdefault(one, industry)
            if other != industry and not (other in own and industry in own):
                message = f"ISIC {one} is in {other!r} too"
                yield _problem(places, message, industry, "each division in one sector")
                break
