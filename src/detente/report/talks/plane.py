"""The picture of talks: what every package is worth to two sides, and where everybody stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from detente.document import chart_parts as part
from detente.document.chart_parts import Spec
from detente.report.markup import table, tag, text
from detente.report.talks import parts
from detente.talks.solutions import pareto

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from detente.talks.study import TalksStudy

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
_PHONE, _DESK = 250.0, 980.0


@dataclass(frozen=True)
class Mark:
    """A numbered point of the picture, million USD a year over the headline no-deal point."""

    kind: str
    label: str
    gain: tuple[float, ...]
    package: int | None = None
    number: int = 0
    options: tuple[str, ...] = field(default=(), compare=False)


def marks(study: TalksStudy) -> list[Mark]:
    """Return the numbered points: predictions, positions, and every way not to agree."""
    found: list[Mark] = []
    base = study.outlook.no_deal.values
    for package, labels in _predictions(study).items():
        found.append(Mark("predicted", ", ".join(labels), _over(study, package), package))
    stated: dict[int, list[str]] = {}
    said = {p.party for p in study.case.talks.positions}
    for party, name in parts.party_names(study).items():
        if party in said:
            stated.setdefault(study.positions[party], []).append(name)
    for package, names in stated.items():
        found.append(Mark("position", ", ".join(names), _over(study, package), package))
    for point in parts.points(study).values():
        gain = tuple(float(v) for v in point.values - base)
        found.append(Mark("no-deal", point.title or point.id, gain))
    return [Mark(m.kind, m.label, m.gain, m.package, k) for k, m in enumerate(found, 1)]


def _predictions(study: TalksStudy) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for name, agreement in study.outlook.agreements.items():
        if agreement is not None:
            found.setdefault(agreement.package, []).append(parts.SOLUTION_NAMES[name])
    fixed = study.fixed.agreements[study.choices.solution] if study.fixed else None
    if fixed is not None:
        what = parts.choices_in_words(study, (study.choices.what_if or {}).items())
        found.setdefault(fixed.package, []).append(f"with {'; '.join(what)}")
    return found


def _over(study: TalksStudy, package: int) -> tuple[float, ...]:
    gain = study.packages.utility[package] - study.outlook.no_deal.values
    return tuple(float(v) for v in gain)


def frontier(study: TalksStudy) -> NDArray[np.int_]:
    """Return the efficient packages of the zone; of all that can be signed where it is empty."""
    if study.outlook.efficient.any():
        return np.flatnonzero(study.outlook.efficient)
    able = np.flatnonzero(study.packages.feasible)
    return able[pareto(study.packages.utility[able])]


def drawn(study: TalksStudy, most: int = DOTS) -> NDArray[np.int_]:
    """Return the packages that are drawn: the frontier, what is marked, and others by lot."""
    size = study.packages.table.size
    marked = [m.package for m in marks(study) if m.package is not None]
    kept = np.union1d(frontier(study), np.array(marked, dtype=int))
    others = np.setdiff1d(np.arange(size), kept)
    room = max(most - len(kept), 0)
    if len(others) > room:
        # a fixed seed: the same study gives the same page
        others = np.random.default_rng(0).choice(others, room, replace=False)
    return np.union1d(kept, others).astype(int)


def kind_of(study: TalksStudy) -> NDArray[np.str_]:
    """Return the key of `KINDS` of every package."""
    o = study.outlook
    found = np.where(o.passing, "open", np.where(o.zone, "home", "worse"))
    return np.where(study.packages.feasible, found, "line")


def chart(study: TalksStudy) -> Spec:
    """Dots: every package by what it is worth to the first two sides over no deal."""
    names = list(parts.party_names(study).values())
    kinds, gain = kind_of(study), study.packages.utility - study.outlook.no_deal.values
    dots = [
        {"n": int(k), "kind": KINDS[str(kinds[k])][0], **_place(study, gain[k])}
        for k in drawn(study)
    ]
    line = [_place(study, gain[k]) for k in frontier(study)]
    line.sort(key=lambda row: row["x"] or 0.0)
    numbered = [_mark_row(study, mark, shift) for mark, shift in _spread(study, marks(study))]
    tips = [
        *(part.tip(key, f"{name}, {parts.unit(study)}", parts.tip_format(study))
          for key, name in zip(("x", "y"), names, strict=False)),
    ]  # fmt: skip
    shown = [KINDS[k][0] for k in KINDS if (kinds == k).any()]
    colours = [KINDS[k][1] for k in KINDS if (kinds == k).any()]
    colour = {"field": "kind", "type": "nominal", "scale": {"domain": shown, "range": colours},
              "legend": part.legend(shown)}  # fmt: skip
    layers: list[Spec] = [
        *_zone(study),
        {
            "data": {"values": dots},
            "transform": list(_options(study)),
            "mark": {"type": "point", "filled": True, "size": 22, "opacity": 0.5},
            "encoding": {"color": colour,
                         "tooltip": [*tips, part.tip("kind", "Here"), *_option_tips(study)]},
        },
        *_frontier_layers(study, line, tips),
        *_marked(numbered, tips),
    ]  # fmt: skip
    return part.free_chart(
        [],
        f"Dots: packages by their worth to {names[0]} and to {names[1]} over no deal",
        layer=layers,
        encoding={"x": _axis(study, "x", names[0]), "y": _axis(study, "y", names[1])},
        height=HEIGHT,
    )


def _axis(study: TalksStudy, field: str, name: str) -> Spec:
    grid = {"condition": {"test": "datum.value === 0", "value": 0.6}, "value": 0.1}
    limit = {"expr": f"max(120, {part.SIZE} - 90)"} if field == "x" else HEIGHT - 20
    return {
        "field": field, "type": "quantitative",
        "scale": {"zero": True, "nice": True},
        "axis": {"title": [f"{name}: change over no deal", parts.unit(study)], "gridOpacity": grid,
                 "titleLimit": limit,
                 "tickCount": {"expr": f"{part.ON_PHONE} ? 4 : 8"} if field == "x" else 7},
    }  # fmt: skip


def _place(study: TalksStudy, gain) -> dict[str, float | None]:
    by = parts.divisor(study)
    return {"x": part.rounded(gain[0] / by), "y": part.rounded(gain[1] / by)}


def _zone(study: TalksStudy) -> list[Spec]:
    """Shade where both of the first two gain."""
    gain = (study.packages.utility - study.outlook.no_deal.values)[:, :2] / parts.divisor(study)
    top = [float(v) for v in gain.max(axis=0)]
    if min(top) <= 0:
        return []
    row = {"x": 0, "y": 0, "x2": part.rounded(top[0]), "y2": part.rounded(top[1])}
    return [{
        "data": {"values": [row]},
        "mark": {"type": "rect", "color": part.GAIN, "opacity": 0.09},
        "encoding": {"x2": {"field": "x2"}, "y2": {"field": "y2"}},
    }]  # fmt: skip


def _frontier_layers(study: TalksStudy, line: list[dict], tips: list[Spec]) -> list[Spec]:
    """Draw the frontier; only for two sides is it a line of this plane."""
    layers: list[Spec] = []
    if len(study.case.parties) == 2:
        layers.append({
            "data": {"values": line},
            "mark": {"type": "line", "color": "currentColor", "strokeWidth": 1.5, "opacity": 0.75},
            "encoding": {"order": {"field": "x", "type": "quantitative"}},
        })  # fmt: skip
    layers.append({
        "data": {"values": line},
        "mark": {"type": "point", "filled": False, "size": 34, "stroke": "currentColor",
                 "strokeWidth": 1, "opacity": 0.75},
    })  # fmt: skip
    return layers


def _options(study: TalksStudy) -> Iterator[Spec]:
    """Work out the options of a package from its number: the page need not hold them."""
    stride = study.packages.table.size
    titles = parts.option_titles(study)
    for place, issue in enumerate(study.packages.table.issues):
        stride //= len(issue.options)
        names = json.dumps([titles[issue.id, o] for o in issue.options])
        at = f"floor(datum.n / {stride}) % {len(issue.options)}"
        yield {"calculate": f"{names}[{at}]", "as": f"issue{place}"}


def _option_tips(study: TalksStudy) -> list[Spec]:
    titles = parts.issue_titles(study)
    return [part.tip(f"issue{k}", titles[i.id]) for k, i in enumerate(study.packages.table.issues)]


def _mark_row(study: TalksStudy, mark: Mark, shift: tuple[float, float]) -> dict:
    return {
        **_place(study, mark.gain),
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
    shape = {"field": "kind", "type": "nominal", "legend": None,
             "scale": {"domain": list(MARKS), "range": [m[2] for m in MARKS.values()]}}  # fmt: skip
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "point", "filled": True, "size": 110, "opacity": 1,
                     "stroke": "#ffffff", "strokeWidth": 1},
            "encoding": {"fill": colour, "shape": shape,
                         "tooltip": [part.tip("what", "Point"), *tips]},
        },
        {
            "data": {"values": rows},
            "mark": {"type": "text", "fontSize": 13, "fontWeight": "bold",
                     "dx": {"expr": "datum.dx"}, "dy": {"expr": "datum.dy"}},
            "encoding": {"text": {"field": "said", "type": "nominal"}},
        },
    ]  # fmt: skip


def _spread(study: TalksStudy, found: list[Mark]) -> list[tuple[Mark, tuple[float, float]]]:
    """Choose where each number stands beside its point, so that none touches another.

    Tried on plots as wide as a phone's, a desk's and some between; the height is the same on all.
    """
    gain = (study.packages.utility - study.outlook.no_deal.values)[:, :2]
    every = np.concatenate([gain, np.array([m.gain[:2] for m in found])])
    low, high = np.minimum(every.min(axis=0), 0), np.maximum(every.max(axis=0), 0)
    size = np.where(high > low, high - low, 1.0)
    spots = [(np.array(m.gain[:2]) - low) / size for m in found]
    ring = [(r * np.cos(a), -r * np.sin(a)) for r in (14, 22, 30, 40)
            for a in np.deg2rad([45, 135, 315, 225, 0, 90, 180, 270])]  # fmt: skip
    taken: list[tuple[np.ndarray, np.ndarray]] = [(s, np.zeros(2)) for s in spots]
    out = []
    for mark, spot in zip(found, spots, strict=True):
        free = [np.array(shift) for shift in ring
                if not any(_touch(spot, np.array(shift), *other) for other in taken)]  # fmt: skip
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


def key(study: TalksStudy) -> str:
    """Return the key of the numbers, kind by kind."""
    groups = []
    for kind, (head, colour, shape) in MARKS.items():
        items = [
            tag(
                "li",
                text("b", str(m.number), class_=f"chip {shape}", style=f"background:{colour}"),
                " ",
                text("span", m.label),
            )
            for m in marks(study)
            if m.kind == kind
        ]
        if items:
            groups.append(tag("div", text("h4", head), tag("ul", *items)))
    return tag("div", *groups, class_="key")


def figures(study: TalksStudy) -> str:
    """Return the numbered points as a table."""
    names = parts.party_names(study)
    rows = [
        [f"{m.number} {MARKS[m.kind][0]}: {m.label}", *(parts.worth(study, g) for g in m.gain)]
        for m in marks(study)
    ]
    return table(["", *names.values()], rows, caption=f"Change over no deal, {parts.unit(study)}")
