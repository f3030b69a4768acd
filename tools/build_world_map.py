"""Build the map of the world that the server shows: outlines in the Equal Earth projection.

Run: python tools/build_world_map.py ../shared/data/maps/world_countries-110m.json.gz
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import sys
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).resolve().parents[1] / "src/detente/serve/static/world.json"
WIDTH = 1000.0
ANTARCTICA = "010"
A = (1.340264, -0.081106, 0.000893, 0.003796)
"""Coefficients of Šavrič, Patterson & Jenny (2018), The Equal Earth map projection."""
SMALLEST = 0.15
"""Rings of a smaller area (in square units of the picture) are not drawn."""

Point = tuple[float, float]


def equal_earth(longitude: float, latitude: float) -> Point:
    """Return a place (degrees) in the projection, north up."""
    a1, a2, a3, a4 = A
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    return x, a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """Return the arcs of a TopoJSON in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        line = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        found.append(line)
    return found


def ring_of(numbers: list[int], arcs: list[list[Point]]) -> list[Point]:
    """Join arcs to a ring; one below zero runs backwards."""
    ring: list[Point] = []
    for number in numbers:
        line = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += line[1:] if ring else line
    return ring


def unwrapped(ring: list[Point]) -> list[Point]:
    """Return a ring whose longitudes run on where it crosses the antimeridian."""
    found, turn = [ring[0]], 0.0
    for (before, _), (x, y) in itertools.pairwise(ring):
        turn += 360.0 * ((x - before < -180) - (x - before > 180))
        found.append((x + turn, y))
    return found


def clipped(ring: list[Point], edge: float, side: int) -> list[Point]:
    """Return the part of a ring beyond an edge, east (1) or west (-1) of it."""
    found: list[Point] = []
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        first, second = side * (x1 - edge) >= 0, side * (x2 - edge) >= 0
        if first:
            found.append((x1, y1))
        if first != second:
            found.append((edge, y1 + (y2 - y1) * (edge - x1) / (x2 - x1)))
    return found


def parts(ring: list[Point]) -> list[list[Point]]:
    """Cut a ring at the antimeridian."""
    whole, found = unwrapped(ring)[:-1], []
    for turn in (-360.0, 0.0, 360.0):
        moved = [(x + turn, y) for x, y in whole]
        part = clipped(clipped(moved, -180.0, 1), 180.0, -1)
        if len(part) > 2:
            found.append([*part, part[0]])
    return found


def area(ring: list[Point]) -> float:
    """Return the area of a ring."""
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2


def path_of(ring: list[Point]) -> str:
    """Write a ring as an SVG path in steps of a tenth."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in ring[:-1]]
    kept = [p for k, p in enumerate(tenths) if k == 0 or p != tenths[k - 1]]
    text, (x, y) = f"M{kept[0][0] / 10:g} {kept[0][1] / 10:g}l", kept[0]
    steps = []
    for nx, ny in kept[1:]:
        steps.append(f"{(nx - x) / 10:g} {(ny - y) / 10:g}")
        x, y = nx, ny
    return text + " ".join(steps) + "z"


def build(source: Path) -> dict[str, Any]:
    """Return the picture: its size, and every country with its number of ISO 3166."""
    topology = json.loads(gzip.decompress(source.read_bytes()))
    arcs = arcs_of(topology)
    scale = WIDTH / (2 * equal_earth(180, 0)[0])
    top = equal_earth(0, 83.7)[1]
    countries, lowest = [], 0.0
    for geometry in topology["objects"]["countries"]["geometries"]:
        if geometry.get("id") == ANTARCTICA:
            continue
        given = geometry["arcs"]
        polygons = [given] if geometry["type"] == "Polygon" else given
        rings = []
        for polygon in polygons:
            for numbers in polygon:
                for part in parts(ring_of(numbers, arcs)):
                    places = [equal_earth(*point) for point in part]
                    rings.append([(WIDTH / 2 + scale * x, scale * (top - y)) for x, y in places])
        largest = max(rings, key=area)
        rings = [ring for ring in rings if ring is largest or area(ring) >= SMALLEST]
        lowest = max([lowest, *(y for ring in rings for _, y in ring)])
        name = geometry["properties"]["name"]
        countries.append(
            {"id": geometry.get("id", ""), "name": name, "path": "".join(map(path_of, rings))}
        )
    countries.sort(key=lambda country: (country["id"], country["name"]))
    return {"width": WIDTH, "height": math.ceil(lowest + 2), "countries": countries}


if __name__ == "__main__":
    made = build(Path(sys.argv[1]))
    text = json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"
    SHIPPED.write_text(text, encoding="utf-8")
    print(f"{SHIPPED}: {len(made['countries'])} countries, {len(text):,} characters")
