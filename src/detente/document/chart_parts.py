"""Parts of charts: colours, axes, labels, tooltips, in plain Vega-Lite."""

from __future__ import annotations

import json
import math
import textwrap
from typing import Any

Spec = dict[str, Any]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
GAIN, LOSS = "#11907f", "#cf5536"
SIDES = ("#3f74c9", "#c98417")
NEUTRAL = "#8794a3"
LINE = 14
"""Pixels from one line of a label to the next."""
LOW, HIGH = "#e3eaf1", "#1f4e86"
# the size is no signal: only the mention of one has it read again when the window changes
SIZE = "(containerSize()[0] + 0 * width)"
ON_PHONE = f"{SIZE} < 480"
ALONE = "alone"
"""Parameter that is true where nothing around a chart says what it is."""
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
CONFIG: Spec = {
    "font": FONT,
    "background": "transparent",
    "view": {"stroke": None},
    "text": {"color": "currentColor", "fontSize": 12},
    "axis": {
        "domain": False,
        "ticks": False,
        "labelColor": "currentColor",
        "labelFontSize": 12,
        "labelOpacity": 0.85,
        "titleColor": "currentColor",
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titleOpacity": 0.7,
        "gridColor": "currentColor",
    },
    "legend": {
        "labelColor": "currentColor",
        "labelFontSize": 12,
        "titleColor": "currentColor",
        "orient": "top",
        "title": None,
    },
}


def free_chart(rows: list[dict], description: str, **parts) -> Spec:
    """Return a chart as wide as its place, holding its rows.

    Its height is given in pixels, not by row: Vega-Lite warns of a width that fits beside a height
    that grows.
    """
    return {
        "$schema": SCHEMA,
        "description": description,
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
        **parts,
        "config": CONFIG,
    }


def alone(title: str, lines: tuple[str, ...], chosen: str = "") -> Spec:
    """Write a title and lines above a chart where it stands alone, as `ALONE` says.

    Parameters
    ----------
    chosen
        Expression for what a reader chose, the first line.
    """

    def broken(texts: tuple[str, ...], width: int, first: str = "") -> str:
        parts = [part for text in texts for part in textwrap.wrap(text, width)]
        shown = [json.dumps(part, ensure_ascii=False) for part in parts]
        return f"[{', '.join([first, *shown] if first else shown)}]"

    def either(narrow: str, wide: str) -> Spec:
        return {"expr": f"{ALONE} ? ({ON_PHONE} ? {narrow} : {wide}) : ''"}

    return {
        "text": either(broken((title,), 34), broken((title,), 72)),
        "subtitle": either(broken(lines, 48, chosen), broken(lines, 116, chosen)),
        "anchor": "start",
        "frame": "bounds",
        # nothing that is not written takes room
        "offset": {"expr": f"{ALONE} ? 14 : 0"},
        "color": "currentColor",
        "fontSize": {"expr": f"{ALONE} ? 15 : 0"},
        "subtitleColor": "currentColor",
        "subtitleFontSize": 11,
        "subtitleLineHeight": 14,
        "subtitlePadding": 6,
    }


def band(field: str, sort, narrow: int = 150) -> Spec:
    """Name rows at the left, cut to ``narrow`` pixels on a phone."""
    limit = {"expr": f"{ON_PHONE} ? {narrow} : 290"}
    axis = {"title": None, "labelLimit": limit, "labelPadding": 6}
    return {"field": field, "type": "nominal", "sort": sort, "axis": axis}


def label_above(field: str, order: list[str], step: int) -> Spec:
    """Put long labels above their row, so that a phone keeps its width for the bars."""
    axis = {
        "title": None,
        "labelAlign": "left",
        "labelPadding": -3,
        "labelOffset": -(step // 2) + 10,
        "labelLimit": {"expr": f"max(120, {SIZE} - 8)"},
        "zindex": 1,
    }
    return {"field": field, "type": "nominal", "sort": order, "axis": axis}


def broken_heads(labels: list[str], width: int) -> Spec:
    """Break the heads of columns in lines on a phone, with room above the columns for all lines."""
    lines = _lines(labels, width)
    room = LINE * (max(map(len, lines.values()), default=1) - 1)
    return {"labelExpr": _broken(lines), "labelPadding": {"expr": f"{ON_PHONE} ? {room + 2} : 2"}}


def _lines(labels: list[str], width: int) -> dict[str, list[str]]:
    broken = {label: textwrap.wrap(label, width, break_long_words=False) for label in labels}
    return {label: found or [label] for label, found in broken.items()}


def _broken(lines: dict[str, list[str]]) -> str:
    return f"{ON_PHONE} ? ({json.dumps(lines)})[datum.label] : datum.label"


def measure(field: str, title: str, scale: Spec | None = None, zero: float = 0.6) -> Spec:
    """Measure along the axis, with a marked zero and room for the labels at the ends of bars."""
    grid = {"condition": {"test": "datum.value === 0", "value": zero}, "value": 0.12}
    ticks = {"expr": f"{ON_PHONE} ? 3 : 5"}
    # a label within some pixels of an edge is written inside it: it would be cut there
    axis = {"title": title, "gridOpacity": grid, "tickCount": ticks, "labelFlush": 16}
    return {
        "field": field,
        "type": "quantitative",
        "axis": axis,
        "scale": scale or {"padding": 62, "nice": False, "zero": True},
        # bars of one row are compared, never summed; stacked ones would also be sorted another way
        # than their labels
        "stack": None,
    }


def measure_below(field: str, title: str, **scale) -> Spec:
    """Measure rows that have their labels above: `zero_ticks` mark the zero, no line across."""
    room = {"padding": 62, "nice": False, "zero": True}
    return measure(field, title, {**room, **scale}, zero=0.12)


def zero_ticks(size: int, offset: float) -> Spec:
    """Mark the zero beside the bars of each row only, so that no line runs through the labels."""
    mark = {"type": "tick", "orient": "vertical", "size": size, "thickness": 1, "color": NEUTRAL}
    return {
        "mark": {**mark, "opacity": 1, "yOffset": offset},
        "encoding": {"x": {"datum": 0, "type": "quantitative"}},
    }


def end_label(**mark) -> Spec:
    """Write what the table says at the end of a bar, on the side it points to."""
    return {
        "mark": {
            "type": "text",
            "align": {"expr": "datum.value < 0 ? 'right' : 'left'"},
            "baseline": "middle",
            "dx": {"expr": "datum.value < 0 ? -5 : 5"},
            **mark,
        },
        "encoding": {"text": {"field": "said"}},
    }


def legend(labels: list[str]) -> Spec:
    """Name series in a row where they fit, one below the other elsewhere, cut where too long."""
    need = sum(40 + 7 * len(label) for label in labels)
    return {
        "title": None,
        "columns": {"expr": f"{SIZE} < {need} ? 1 : {len(labels)}"},
        "labelLimit": {"expr": f"max(120, {SIZE} - 100)"},
    }


def bold(names: list[str]) -> Spec:
    """Set the names in focus in bold."""
    test = f"indexof({json.dumps(names)}, datum.label) >= 0"
    return {"condition": {"test": test, "value": "bold"}, "value": "normal"}


def tip(field: str, title: str, number: str | None = None) -> Spec:
    """Return a line of a tooltip; ``number`` is its format, none for words."""
    if number is None:
        return {"field": field, "type": "nominal", "title": title}
    return {"field": field, "type": "quantitative", "title": title, "format": number}


def rounded(value: float) -> float | None:
    """Keep five significant digits: lean files, no false precision; nothing for no number."""
    return float(f"{float(value):.5g}") if math.isfinite(value) else None
