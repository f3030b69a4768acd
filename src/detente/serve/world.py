"""The map of the world: which shapes an economy has, and how its change of income is shaded."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from detente.axes import Country
from detente.baseline.groups import COUNTRY_GROUPS
from detente.baseline.meant import iso_country
from detente.document.numbers import NEGLIGIBLE_PCT

BREAKS = (0.005, 0.02, 0.1, 0.5)
"""Per cent of real income at which a shade ends, either way; the same on every map."""


class Shape(NamedTuple):
    """An economy on the map: its code, and the outline of all that belongs to it."""

    code: str
    path: str


def size() -> tuple[float, float]:
    """Return width and height of the map."""
    return _world()["width"], _world()["height"]


@cache
def shapes(countries: tuple[Country, ...]) -> tuple[Shape, ...]:
    """Return the outlines of economies; land of no economy is the rest of the world's."""
    owner = {
        member: country.code
        for country in countries
        for name in (*country.members, country.code)
        for member in COUNTRY_GROUPS.get(name, (name,))
    }
    rest = "ROW" if any(country.code == "ROW" for country in countries) else ""
    found: dict[str, list[str]] = {}
    for one in _world()["countries"]:
        code = iso_country(one["id"]) if one["id"] else None
        found.setdefault(owner.get(code or "", rest), []).append(one["path"])
    return tuple(Shape(code, "".join(paths)) for code, paths in sorted(found.items()))


def shade(value: float) -> str:
    """Return the class of a change of real income: ``loss-1`` to ``loss-4``, ``gain-…``, ``none``.

    ``blank`` where there is no number.
    """
    if not math.isfinite(value):
        return "blank"
    step = sum(abs(value) >= one for one in BREAKS)
    return f"{'gain' if value > 0 else 'loss'}-{step}" if step else "none"


def shades() -> list[tuple[str, str]]:
    """Return all shades with what they mean, from the greatest loss to the greatest gain."""
    ends = [*BREAKS, math.inf]
    said = []
    for k in range(len(BREAKS)):
        more = math.isinf(ends[k + 1])
        said.append(f"over {ends[k]:g}%" if more else f"{ends[k]:g} to {ends[k + 1]:g}%")
    losses = [(f"loss-{k}", f"loss {said[k - 1]}") for k in range(len(BREAKS), 0, -1)]
    gains = [(f"gain-{k}", f"gain {said[k - 1]}") for k in range(1, len(BREAKS) + 1)]
    return [*losses, ("none", f"less than {BREAKS[0]:g}% either way"), *gains]


@cache
def _world() -> dict:
    return json.loads(files("detente.serve").joinpath("static/world.json").read_text("utf-8"))


assert BREAKS[0] > NEGLIGIBLE_PCT
