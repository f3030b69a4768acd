"""The picture of talks: what every package is worth to two sides, and where everybody stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from detente.document import chart_parts as part
from detente.document.blocks import Chart, Column, Table
from detente.document.chart_parts import Spec
from detente.document.language import noun
from detente.document.numbers import settled
from detente.report.talks.phrases import choice_words
from detente.report.talks.tables import PAGE, SOLUTIONS, by_party, cells, worth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from detente.report.talks.facts import TalksFacts

DOTS = 3000
"""Packages that are drawn at most; the frontier is always among them."""
HEIGHT = 460
KINDS = {
    "open": ("nobody is worse off", part.GAIN),
    "home": ("nobody is worse off, but fails at home", "#c98417"),
    "worse": ("somebody is worse off", part.NEUTRAL),
    "line": ("crosses a red line", "#b9798f"),
}
MARKS = {
    "predicted": ("Predicted", "#b3261e", "circle"),
    "position": ("Positions", "#3f74c9", "square"),
    "no-deal": ("Without a deal", "#6b4fa0", "diamond"),
}
"""What is marked by number: its head in the key, its colour, its shape."""
SIGNS = {"predicted": "●", "position": "■", "no-deal": "◆"}
_PHONE, _DESK = 250.0, 980.0


@dataclass(frozen=True)
class Numbered:
    """A numbered point of the picture, million USD a year over the headline no-deal point."""

    kind: str
    label: str
    gain: tuple[float, ...]
    package: int | None = None
    number: int = 0


def marks(found: TalksFacts) -> list[Numbered]:
    """Return the numbered points: predictions, positions, and every way not to agree."""
    points: list[Numbered] = []
    for package, labels in _predictions(found).items():
        points.append(Numbered("predicted", ", ".join(labels), _over(found, package), package))
    stated: dict[int, list[str]] = {}
    for party in found.names.parties:
        if party.id in found.positions:
            stated.setdefault(found.positions[party.id].number, []).append(party.name)
    for package, names in stated.items():
        points.append(Numbered("position", ", ".join(names), _over(found, package), package))
    for point in found.points:
        gain = (v - b for v, b in zip(point.values, found.headline.values, strict=True))
        points.append(Numbered("no-deal", point.title, tuple(gain)))
    return [Numbered(m.kind, m.label, m.gain, m.package, k) for k, m in enumerate(points, 1)]


def _predictions(found: TalksFacts) -> dict[int, list[str]]:
    picked: dict[int, list[str]] = {}
    for name, package in found.headline.picks.items():
        if package is not None:
            picked.setdefault(package.number, []).append(SOLUTIONS[name])
    fixed = found.fixed.picks[found.solution] if found.fixed else None
    if found.fixed is not None and fixed is not None:
        what = choice_words(found.names, found.fixed.choices)
        picked.setdefault(fixed.number, []).append(f"with {what}")
    return picked


def _over(found: TalksFacts, package: int) -> tuple[float, ...]:
    return tuple(float(v) for v in found.cloud.gain[package])


def drawn(found: TalksFacts, most: int = DOTS) -> NDArray[np.int_]:
    """Return the packages that are drawn: the frontier, what is marked, and others by lot."""
    marked = [m.package for m in marks(found) if m.package is not None]
    kept = np.union1d(found.cloud.frontier, np.array(marked, dtype=int))
    others = np.setdiff1d(np.arange(found.size), kept)
    room = max(most - len(kept), 0)
    if len(others) > room:
        # a fixed seed: the same study gives the same page
        others = np.random.default_rng(0).choice(others, room, replace=False)
    return np.union1d(kept, others).astype(int)


def picture(found: TalksFacts) -> Chart:
    """Return the picture; its figures as a table are the points that are numbered in it."""
    names = [party.name for party in found.names.parties]
    shown = len(drawn(found))
    two = len(names) == 2
    here = (
        "both gain. Line: efficient packages."
        if two
        else ("these two gain. Rings: packages efficient for all.")
    )
    unit = settled(worth(found.names)).label
    told = f"Change over no deal (“{found.headline.title}”), {unit}. Shaded: {here}"
    if not two:
        told += f" The first two of {len(names)} sides are drawn: {names[0]} and {names[1]}."
    if shown < found.size:
        told += f" {shown:,} of {found.size:,} packages are drawn, all efficient ones among them."
    title = "What every package is worth to " + " and ".join(noun(n) for n in names[:2])
    first, second = (f"gain_{party.id}" for party in found.names.parties[:2])
    return Chart(
        points(found), "plane", "point", (first, second), title=title, note=told, own=chart(found)
    )


def points(found: TalksFacts) -> Table:
    """Return the numbered points as a table, which is their key too."""
    columns = (
        Column("point", "Point", "its number, and what it is"),
        Column("what", "", "packages that solutions pick, positions, no-deal points"),
        *by_party(found.names, "gain", "change over no deal"),
    )
    rows = tuple(
        {
            "point": f"{m.number} {SIGNS[m.kind]} {MARKS[m.kind][0]}",
            "what": m.label,
            **cells(found.names, "gain", m.gain),
        }
        for m in marks(found)
    )
    return Table("plane", "Numbered points: change over no deal", columns, rows, on=PAGE)


def chart(found: TalksFacts) -> Spec:
    """Dots: every package by what it is worth to the first two sides over no deal."""
    names = [party.name for party in found.names.parties]
    kinds, gain = found.cloud.kind, found.cloud.gain
    dots = [
        {"n": int(k), "kind": KINDS[str(kinds[k])][0], **_place(found, gain[k])}
        for k in drawn(found)
    ]
    line = [_place(found, gain[k]) for k in found.cloud.frontier]
    line.sort(key=lambda row: row["x"] or 0.0)
    numbered = [_mark_row(found, mark, shift) for mark, shift in _spread(found, marks(found))]
    unit, form = settled(worth(found.names)).label, "+,.3~r"
    if found.names.amounts.divisor > 1:
        form = "+,.2f"
    tips = [part.tip(key, f"{name}, {unit}", form) for key, name in zip("xy", names, strict=False)]
    shown = [KINDS[k][0] for k in KINDS if (kinds == k).any()]
    colours = [KINDS[k][1] for k in KINDS if (kinds == k).any()]
    colour = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": shown, "range": colours},
        "legend": part.legend(shown),
    }
    layers: list[Spec] = [
        *_zone(found),
        {
            "data": {"values": dots},
            "transform": list(_options(found)),
            "mark": {"type": "point", "filled": True, "size": 22, "opacity": 0.5},
            "encoding": {
                "color": colour,
                "tooltip": [*tips, part.tip("kind", "Here"), *_option_tips(found)],
            },
        },
        *_frontier_layers(found, line, tips),
        *_marked(numbered, tips),
    ]
    return part.free_chart(
        [],
        f"Dots: packages by their worth to {names[0]} and to {names[1]} over no deal",
        layer=layers,
        encoding={"x": _axis(found, "x", names[0]), "y": _axis(found, "y", names[1])},
        height=HEIGHT,
    )


def _axis(found: TalksFacts, field: str, name: str) -> Spec:
    grid = {"condition": {"test": "datum.value === 0", "value": 0.6}, "value": 0.1}
    unit = settled(worth(found.names)).label
    limit = {"expr": f"max(120, {part.SIZE} - 90)"} if field == "x" else HEIGHT - 20
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"zero": True, "nice": True},
        "axis": {
            "title": [f"{name}: change over no deal", unit],
            "gridOpacity": grid,
            "titleLimit": limit,
            "tickCount": {"expr": f"{part.ON_PHONE} ? 4 : 8"} if field == "x" else 7,
        },
    }


def _place(found: TalksFacts, gain) -> dict[str, float | None]:
    by = found.names.amounts.divisor
    return {"x": part.rounded(gain[0] / by), "y": part.rounded(gain[1] / by)}


def _zone(found: TalksFacts) -> list[Spec]:
    """Shade where both of the first two gain."""
    gain = found.cloud.gain[:, :2] / found.names.amounts.divisor
    top = [float(v) for v in gain.max(axis=0)]
    if min(top) <= 0:
        return []
    row = {"x": 0, "y": 0, "x2": part.rounded(top[0]), "y2": part.rounded(top[1])}
    return [
        {
            "data": {"values": [row]},
            "mark": {"type": "rect", "color": part.GAIN, "opacity": 0.09},
            "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}},
        }
    ]


def _frontier_layers(found: TalksFacts, line: list[dict], tips: list[Spec]) -> list[Spec]:
    """Draw the frontier; only for two sides is it a line of this plane."""
    layers: list[Spec] = []
    if len(found.names.parties) == 2:
        layers.append(
            {
                "data": {"values": line},
                "mark": {
                    "type": "line",
                    "color": "currentColor",
                    "strokeWidth": 1.5,
                    "opacity": 0.75,
                },
                "encoding": {"order": {"field": "x", "type": "quantitative"}},
            }
        )
    layers.append(
        {
            "data": {"values": line},
            "mark": {
                "type": "point",
                "filled": False,
                "size": 34,
                "stroke": "currentColor",
                "strokeWidth": 1,
                "opacity": 0.75,
            },
        }
    )
    return layers


def _options(found: TalksFacts) -> Iterator[Spec]:
    """Work out the options of a package from its number: the page need not hold them."""
    stride = found.size
    for place, (issue, options) in enumerate(found.cloud.options.items()):
        stride //= len(options)
        names = json.dumps([found.names.option(issue, option) for option in options])
        at = f"floor(datum.n / {stride}) % {len(options)}"
        yield {"calculate": f"{names}[{at}]", "as": f"issue{place}"}


def _option_tips(found: TalksFacts) -> list[Spec]:
    titles = (found.names.issues[issue].title for issue in found.cloud.options)
    return [part.tip(f"issue{place}", title) for place, title in enumerate(titles)]


def _mark_row(found: TalksFacts, mark: Numbered, shift: tuple[float, float]) -> dict:
    return {
        **_place(found, mark.gain),
        "kind": mark.kind,
        "what": mark.label,
        "said": str(mark.number),
        "dx": shift[0],
        "dy": shift[1],
    }


def _marked(rows: list[dict], tips: list[Spec]) -> list[Spec]:
    """Draw numbered points over everything else, their numbers where they do not touch."""
    colour = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(MARKS), "range": [m[1] for m in MARKS.values()]},
    }
    shape = {
        "field": "kind",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": list(MARKS), "range": [m[2] for m in MARKS.values()]},
    }
    return [
        {
            "data": {"values": rows},
            "mark": {
                "type": "point",
                "filled": True,
                "size": 110,
                "opacity": 1,
                "stroke": "#ffffff",
                "strokeWidth": 1,
            },
            "encoding": {
                "fill": colour,
                "shape": shape,
                "tooltip": [part.tip("what", "Point"), *tips],
            },
        },
        {
            "data": {"values": rows},
            "mark": {
                "type": "text",
                "fontSize": 13,
                "fontWeight": "bold",
                "dx": {"expr": "datum.dx"},
                "dy": {"expr": "datum.dy"},
            },
            "encoding": {"text": {"field": "said", "type": "nominal"}},
        },
    ]


def _spread(
    found: TalksFacts, numbered: list[Numbered]
) -> list[tuple[Numbered, tuple[float, float]]]:
    """Choose where each number stands beside its point, so that none touches another.

    Tried on plots as wide as a phone's, a desk's and some between; the height is the same on all.
    """
    gain = found.cloud.gain[:, :2]
    every = np.concatenate([gain, np.array([m.gain[:2] for m in numbered])])
    low, high = np.minimum(every.min(axis=0), 0), np.maximum(every.max(axis=0), 0)
    size = np.where(high > low, high - low, 1.0)
    spots = [(np.array(m.gain[:2]) - low) / size for m in numbered]
    ring = [
        (r * np.cos(a), -r * np.sin(a))
        for r in (14, 22, 30, 40)
        for a in np.deg2rad([45, 135, 315, 225, 0, 90, 180, 270])
    ]
    taken: list[tuple[np.ndarray, np.ndarray]] = [(s, np.zeros(2)) for s in spots]
    out = []
    for mark, spot in zip(numbered, spots, strict=True):
        free = [
            np.array(shift)
            for shift in ring
            if not any(_touch(spot, np.array(shift), *other) for other in taken)
        ]
        shift = free[0] if free else np.array(ring[0])
        taken.append((spot, shift))
        out.append((mark, (round(float(shift[0]), 1), round(float(shift[1]), 1))))
    return out


def _touch(one: np.ndarray, shift: np.ndarray, other: np.ndarray, off: np.ndarray) -> bool:
    for width in np.linspace(_PHONE, _DESK, 7):
        away = (one - other) * np.array([width, -HEIGHT * 0.8]) + shift - off
        if abs(away[0]) < 16 and abs(away[1]) < 14:
            return True
    return False
