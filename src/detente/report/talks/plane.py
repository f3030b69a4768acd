"""The picture of talks: what every package is worth to two sides, opened on what both prefer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from detente.document import chart_parts as part
from detente.document.blocks import Chart, Column, Table
from detente.document.chart_parts import Spec
from detente.document.language import capital, listed, noun
from detente.document.numbers import settled
from detente.report.talks import clash
from detente.report.talks.cells import by_party, made
from detente.report.talks.phrases import SOLUTIONS, choice_list

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from detente.report.talks.facts import TalksFacts
    from detente.talks.table import Floats

DOTS = 3000
"""Packages that are drawn at most; the frontier is always among them."""
HEIGHT, EDGE = 460, 0.06
KINDS = {
    "open": ("nobody is worse off", part.GAIN),
    "home": ("nobody is worse off, but fails at home", "#c98417"),
    "worse": ("somebody is worse off", part.NEUTRAL),
    "line": ("crosses a red line", "#b9798f"),
}
MARKS = {
    "predicted": ("Predicted", "#b3261e", "circle", "●"),
    "dropped": ("If red lines are dropped", "#0b7a75", "triangle-up", "▲"),
    "position": ("Positions", "#3f74c9", "square", "■"),
    "no-deal": ("Without a deal", "#6b4fa0", "diamond", "◆"),
}
"""What is marked by number: its head in the key, its colour, its shape, its sign."""
_PHONE, _DESK = 250.0, 980.0
_RING = [
    np.array((r * np.cos(a), -r * np.sin(a)))
    for r in (14, 22, 30, 40)
    for a in np.deg2rad([45, 135, 315, 225, 0, 90, 180, 270])
]
"""Where a number may stand beside its point, pixels."""


class Numbered(NamedTuple):
    """A numbered point of the picture, million USD a year over the headline no-deal point."""

    number: int
    kind: str
    label: str
    gain: tuple[float, ...]
    package: int | None = None


class Window(NamedTuple):
    """What part of the plane is shown: its lowest and highest corner."""

    low: Floats
    high: Floats


def marks(found: TalksFacts) -> list[Numbered]:
    """Return the numbered points: predictions, positions, and every way not to agree."""
    picked: dict[tuple[str, int], list[str]] = {}
    for name, package in found.headline.picks.items():
        if package is not None:
            label = capital(SOLUTIONS[name][0])
            picked.setdefault(("predicted", package.package), []).append(label)
    if found.fixed is not None:
        what = f"with {choice_list(found.names, found.study.choices.what_if or {})}"
        picked.setdefault(("predicted", found.fixed.package), []).append(what)
    lines = found.study.clash
    for way in (*lines.one, lines.free) if lines else ():
        if way.deal is not None:
            every = lines is not None and way is lines.free
            label = "all of them" if every else clash.label(found.names, way)
            key = "dropped", found.packages.number(way.deal.choices)
            picked.setdefault(key, []).append(label)
    for party, package in found.positions.items():
        key = "position", package.package
        picked.setdefault(key, []).append(found.names.name(party))
    points: list[tuple[str, str, Any, int | None]] = [
        (kind, ", ".join(labels), gains(found)[package], package)
        for (kind, package), labels in picked.items()
    ]
    for point in found.points:
        points.append(("no-deal", point.title, np.subtract(point.values, found.over), None))
    return [
        Numbered(number, kind, label, tuple(map(float, gain)), package)
        for number, (kind, label, gain, package) in enumerate(points, 1)
    ]


def gains(found: TalksFacts) -> Floats:
    """Return what every package is worth over no deal, ``(package, party)``."""
    return found.packages.utility - found.over


def windows(found: TalksFacts) -> tuple[Window, Window]:
    """Return what is shown first, packages that nobody refuses, and the whole plane."""
    every = gains(found)[:, :2]
    numbered = np.array([m.gain[:2] for m in marks(found)])
    # where red lines leave nothing to sign: all packages, without what no deal may come to
    zone = every[found.outlook.zone] if found.study.clash is None else every
    whole = _window(np.concatenate([every, numbered]))
    return (_window(zone) if len(zone) > 1 else whole), whole


def _window(points: Floats) -> Window:
    low, high = np.minimum(points.min(axis=0), 0), np.maximum(points.max(axis=0), 0)
    size = np.where(high > low, high - low, 1.0)
    return Window(low - EDGE * size, high + EDGE * size)


def drawn(found: TalksFacts, most: int = DOTS) -> NDArray[np.int_]:
    """Return the packages that are drawn: the frontier, what is marked, and others by lot."""
    marked = [m.package for m in marks(found) if m.package is not None]
    kept = np.union1d(found.frontier, np.array(marked, dtype=int))
    others = np.setdiff1d(np.arange(found.size), kept)
    room = max(most - len(kept), 0)
    if len(others) > room:
        # a fixed seed: the same study gives the same page
        others = np.random.default_rng(0).choice(others, room, replace=False)
    return np.union1d(kept, others).astype(int)


def picture(found: TalksFacts) -> Chart:
    """Return the picture; its figures as a table are the points that are numbered in it."""
    names = [party.name for party in found.names.parties]
    count, two = len(drawn(found)), len(names) == 2
    here = "both gain. Line" if two else "these two gain. Rings"
    unit = settled(found.names.unit).label
    told = f"A dot is a package: what it changes over no deal, {unit}. Shaded: {here}: no other is "
    told += "better for all."
    if not two:
        told += f" The first two of {len(names)} sides are drawn: {names[0]} and {names[1]}."
    if count < found.size:
        told += f" {count:,} of {found.size:,} packages are drawn, all efficient ones among them."
    numbered = marks(found)
    main = [m.number for m in numbered if found.predicted and m.package == found.predicted.package]
    free = [str(m.number) for m in numbered if m.kind == "dropped"]
    none = next(m.number for m in numbered if m.kind == "no-deal")
    told += "".join(f" {number} is the likely deal," for number in main[:1])
    told += f" {listed(free)} {'need' if free[1:] else 'needs'} a red line dropped," if free else ""
    told += f" {none} is no deal."
    first, second = (f"gain_{party}" for party in found.parties[:2])
    title = f"What each deal is worth to {' and to '.join(noun(n) for n in names[:2])}"
    legend = "; ".join(f"{m.number} {MARKS[m.kind][0].lower()}: {m.label}" for m in numbered)
    return Chart(
        points(found), "plane", "point", (first, second), title=title, note=told, own=chart(found),
        legend=f"{capital(legend)}.",
    )  # fmt: skip


def points(found: TalksFacts) -> Table:
    """Return the numbered points as a table, which is their key too."""
    columns = (
        Column("point", "Point", "its number, and what it is"),
        Column("what", "", "packages that solutions pick, positions, no-deal points"),
        *by_party(found.names, "gain", "change over no deal"),
    )
    rows = (
        (f"{m.number} {MARKS[m.kind][3]} {MARKS[m.kind][0]}", m.label, *m.gain)
        for m in marks(found)
    )
    return made("plane", "Numbered points: change over no deal", columns, rows, look="")


def chart(found: TalksFacts) -> Spec:
    """Dots: every package by what it is worth to the first two sides over no deal."""
    names = [party.name for party in found.names.parties]
    kinds, gain = found.kinds, gains(found)
    dots = [
        {"n": int(k), "kind": KINDS[str(kinds[k])][0], **_place(found, gain[k])}
        for k in drawn(found)
    ]
    line = sorted((_place(found, gain[k]) for k in found.frontier), key=lambda row: row["x"] or 0.0)
    unit = settled(found.names.unit).label
    form = "+,.2f" if (found.names.unit.divisor or 1) > 1 else "+,.3~r"
    tips = [part.tip(key, f"{name}, {unit}", form) for key, name in zip("xy", names, strict=False)]
    shown = [kind for kind in KINDS if (kinds == kind).any()]
    titles = [KINDS[kind][0] for kind in shown]
    colour = _nominal("kind", titles, [KINDS[kind][1] for kind in shown], part.legend(titles))
    titles_of = (found.names.title(issue.id) for issue in found.packages.table.issues)
    options = [part.tip(f"issue{place}", title) for place, title in enumerate(titles_of)]
    zone, whole = windows(found)
    here = {"transform": [{"filter": _inside(found, zone)}]}
    layers: list[Spec] = [
        *_shade(found, zone),
        {
            "data": {"values": dots},
            "transform": [*here["transform"], *_options(found)],
            "mark": {"type": "point", "filled": True, "size": 22, "opacity": 0.5},
            "encoding": {"color": colour, "tooltip": [*tips, part.tip("kind", "Here"), *options]},
        },
        *({"data": {"values": line}, **here, **look} for look in _frontier(len(names) == 2)),
        *({**layer, **here} for layer in _marked(found, tips)),
    ]
    box = {"input": "checkbox", "name": "All packages "}
    same = np.array_equal(zone, whole)
    return part.free_chart(
        [],
        f"Dots: packages by their worth to {names[0]} and to {names[1]} over no deal",
        params=[{"name": "whole", "value": False, **({} if same else {"bind": box})}],
        layer=layers,
        encoding={
            field: _axis(found, field, place, names[place], zone, whole)
            for place, field in enumerate("xy")
        },
        height=HEIGHT,
    )


def _inside(found: TalksFacts, window: Window) -> str:
    """Keep what is in the window, unless all is asked for."""
    low, high = (end / (found.names.unit.divisor or 1) for end in window)
    tests = (
        f"datum.{field} >= {low[place]:.6g} && datum.{field} <= {high[place]:.6g}"
        for place, field in enumerate("xy")
    )
    return f"whole || ({' && '.join(tests)})"


def _frontier(two: bool) -> list[Spec]:
    """Draw rings, and a line: only for two sides is the frontier a line of this plane."""
    look = {"opacity": 0.75, "strokeWidth": 1}
    ring = {"type": "point", "filled": False, "size": 34, "stroke": "currentColor", **look}
    line = {"type": "line", "color": "currentColor", **look, "strokeWidth": 1.5}
    order = {"order": {"field": "x", "type": "quantitative"}}
    return [*([{"mark": line, "encoding": order}] if two else []), {"mark": ring}]


def _nominal(field: str, domain: list[str], values: list[str], legend: Any = None) -> Spec:
    scale = {"domain": domain, "range": values}
    return {"field": field, "type": "nominal", "scale": scale, "legend": legend}


def _axis(
    found: TalksFacts, field: str, place: int, name: str, zone: Window, whole: Window
) -> Spec:
    by = found.names.unit.divisor or 1
    ends = [
        {"expr": f"whole ? {part.rounded(all_[place] / by)} : {part.rounded(few[place] / by)}"}
        for few, all_ in zip(zone, whole, strict=True)
    ]
    grid = {"condition": {"test": "datum.value === 0", "value": 0.6}, "value": 0.1}
    limit = {"expr": f"max(120, {part.SIZE} - 90)"} if field == "x" else HEIGHT - 20
    return {
        "field": field,
        "type": "quantitative",
        "scale": {"domain": ends, "zero": False, "nice": False},
        "axis": {
            "title": [f"{name}: change over no deal", settled(found.names.unit).label],
            "gridOpacity": grid,
            "titleLimit": limit,
            "tickCount": {"expr": f"{part.ON_PHONE} ? 4 : 8"} if field == "x" else 7,
        },
    }


def _place(found: TalksFacts, gain: Any) -> dict[str, float | None]:
    by = found.names.unit.divisor or 1
    return {"x": part.rounded(gain[0] / by), "y": part.rounded(gain[1] / by)}


def _shade(found: TalksFacts, zone: Window) -> list[Spec]:
    """Shade where both of the first two gain."""
    top = gains(found)[:, :2].max(axis=0)
    if min(top) <= 0:
        return []
    corners = (False, np.minimum(top, zone.high)), (True, top)
    rows = [
        {"all": all_, "x": 0, "y": 0, **{f"{k}2": v for k, v in _place(found, end).items()}}
        for all_, end in corners
    ]
    return [
        {
            "data": {"values": rows},
            "transform": [{"filter": "datum.all == whole"}],
            "mark": {"type": "rect", "color": part.GAIN, "opacity": 0.09},
            "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}},
        }
    ]


def _options(found: TalksFacts) -> Iterator[Spec]:
    """Work out the options of a package from its number: the page need not hold them."""
    stride = found.size
    for place, issue in enumerate(found.packages.table.issues):
        stride //= len(issue.options)
        names = json.dumps([found.names.option(issue.id, option) for option in issue.options])
        at = f"floor(datum.n / {stride}) % {len(issue.options)}"
        yield {"calculate": f"{names}[{at}]", "as": f"issue{place}"}


def _marked(found: TalksFacts, tips: list[Spec]) -> list[Spec]:
    """Draw numbered points over everything else, their numbers where they do not touch."""
    numbered = marks(found)
    near, far = (spread(numbered, window) for window in windows(found))
    rows = [
        {
            **_place(found, m.gain),
            "kind": m.kind,
            "what": m.label,
            "said": str(m.number),
            "near": near[place],
            "far": far[place],
        }
        for place, m in enumerate(numbered)
    ]
    fill, shape = (_nominal("kind", list(MARKS), [m[k] for m in MARKS.values()]) for k in (1, 2))
    look = {"filled": True, "size": 110, "opacity": 1, "stroke": "#ffffff", "strokeWidth": 1}
    at = {
        f"d{axis}": {"expr": f"(whole ? datum.far : datum.near)[{k}]"}
        for k, axis in enumerate("xy")
    }
    text = {"type": "text", "fontSize": 13, "fontWeight": "bold", **at}
    tooltip = [part.tip("what", "Point"), *tips]
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "point", **look},
            "encoding": {"fill": fill, "shape": shape, "tooltip": tooltip},
        },
        {
            "data": {"values": rows},
            "mark": text,
            "encoding": {"text": {"field": "said", "type": "nominal"}},
        },
    ]


def spread(numbered: list[Numbered], window: Window) -> list[tuple[float, float]]:
    """Choose where each number stands beside its point, so that none touches another.

    Tried on plots as wide as a phone's, a desk's and some between; the height is the same on all.
    """
    spots = [(np.array(m.gain[:2]) - window.low) / (window.high - window.low) for m in numbered]
    taken = [(spot, np.zeros(2)) for spot in spots]
    found = []
    for spot in spots:
        free = (s for s in _RING if not any(touch(spot, s, *other) for other in taken))
        shift = next(free, _RING[0])
        taken.append((spot, shift))
        found.append((round(float(shift[0]), 1), round(float(shift[1]), 1)))
    return found


def touch(one: np.ndarray, shift: np.ndarray, other: np.ndarray, off: np.ndarray) -> bool:
    """Whether two numbers touch at some width; places are shares of the plot, shifts pixels."""
    for width in np.linspace(_PHONE, _DESK, 7):
        away = (one - other) * np.array([width, -HEIGHT * 0.8]) + shift - off
        if abs(away[0]) < 16 and abs(away[1]) < 14:
            return True
    return False
