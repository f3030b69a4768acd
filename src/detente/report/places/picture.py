"""A map of places: US counties or states, coloured by the change of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document import chart_parts as part
from detente.document.chart_parts import Spec
from detente.places.table import COUNTIES, STATES, shapes

if TYPE_CHECKING:
    import pandas as pd

LOSE, NONE, GAIN, UNKNOWN = "#b35806", "#f3f0ea", "#2166ac", "#c9ced6"
"""Orange and blue are told apart by colour-blind readers too; no figure is grey."""
FEATURES = {COUNTIES: "counties", STATES: "states"}
WIDE, HIGH = 975, 610
"""Size that the map was projected to."""
MOST = 0.98
"""Share of places that the scale spans; the rest have the colour at its end."""


def chart(frame: pd.DataFrame, name: str, title: str) -> Spec:
    """Draw the places of a shipped table, coloured by ``jobs_pct``.

    Parameters
    ----------
    frame
        One row a place, as `detente.places.effects.place_table` makes it.
    name
        Of the shipped table.
    """
    topology, feature = shapes(), FEATURES[name]
    rows = frame["jobs_pct"].to_dict()
    for one in topology["objects"][feature]["geometries"]:
        code = "09" if one["id"].startswith("09") else one["id"]
        named = one.get("properties", {}).get("name", "")
        value = rows.get(code, np.nan)
        known = {"jobs": float(f"{value:.3g}")} if np.isfinite(value) else {}
        one["properties"] = {"name": named, **known}
    size = np.abs(frame["jobs_pct"].to_numpy())
    end = float(f"{np.nanquantile(size, MOST):.1g}") or 1.0
    colour = {
        "field": "properties.jobs",
        "type": "quantitative",
        "scale": {
            "domain": [-end, 0, end],
            "range": [LOSE, NONE, GAIN],
            "clamp": True,
            "interpolate": "rgb",
        },
        "legend": {
            "title": "Change of jobs, %",
            "orient": "top",
            "direction": "horizontal",
            "gradientLength": {"expr": f"min(260, {part.SIZE} - 40)"},
            "values": [-end, 0, end],
            "format": "+.2~f",
            "labelExpr": "datum.value === 0 ? '0' : datum.label",
        },
    }
    tips = [
        part.tip("properties.name", "Place"),
        part.tip("properties.jobs", "Change of jobs, %", "+.2f"),
    ]
    known = {"test": "isValid(datum.properties.jobs)", **colour}
    lines = {"type": "topojson"}
    states: list[Spec] = [
        {
            "data": {"values": _borders(topology), "format": {**lines, "feature": "borders"}},
            "mark": {"type": "geoshape", "filled": False, "stroke": "#555", "strokeWidth": 0.5},
        }
    ]
    return part.free_chart(
        [],
        title,
        height=360,
        projection={"type": "identity"},
        layer=[
            {
                "data": {
                    "values": _only(topology, feature),
                    "format": {**lines, "feature": feature},
                },
                "mark": {"type": "geoshape", "strokeWidth": 0},
                "encoding": {"color": {"condition": known, "value": UNKNOWN}, "tooltip": tips},
            },
            *states,
        ],
    )


def _only(topology: dict[str, Any], feature: str) -> dict[str, Any]:
    return {**topology, "objects": {feature: topology["objects"][feature]}}


def _borders(topology: dict[str, Any]) -> dict[str, Any]:
    """Return the borders of states alone, each line once: the whole map again is twice as long."""
    used: dict[int, None] = {}
    for one in topology["objects"]["states"]["geometries"]:
        nested = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        # a line that is walked backwards is named by the complement of its number
        used |= {max(arc, ~arc): None for polygon in nested for ring in polygon for arc in ring}
    arcs = [topology["arcs"][arc] for arc in used]
    lines = {"type": "MultiLineString", "arcs": [[k] for k in range(len(arcs))]}
    return {**topology, "objects": {"borders": lines}, "arcs": arcs}
