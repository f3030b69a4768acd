"""Charts of the columns of a table, as plain Vega-Lite.

Rows of a chart are the rows of its table: numbers in the size that the table shows them in, beside
each (``KEY:text``) what the table's cell says, so that labels and tooltips are rounded alike.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from detente.document import chart_parts as part
from detente.document.blocks import Chart, Chooser, Column, Mark, Tone, Unit, Value, is_number
from detente.document.chart_parts import Spec
from detente.document.numbers import text, units_of

TEXT = ":text"
"""Ending of the name of what a cell says."""
PALETTE = (*part.SIDES, "#6b4fa0", "#11907f", "#b3261e", "#7a6a53")
TONES: dict[Tone, str] = {
    "": part.SIDES[0],
    "good": part.GAIN,
    "bad": part.LOSS,
    "quiet": part.NEUTRAL,
    "strong": "#6b4fa0",
}
BAND, SIDE, TALL = 24, 16, 280
"""Pixels: a row of one bar, a bar of several, a chart along an axis."""
HEAD = 8
"""Letters of a line of the head of a heat map on a phone."""
MANY_DOTS = 80
"""Rows above which a line has no dots that are seen: they would hide it."""


def spec(
    chart: Chart, chooser: Chooser | None = None, rests_on: tuple[str, ...] = ()
) -> Spec | None:
    """Return a chart as wide as its place, or nothing where no number is finite.

    Parameters
    ----------
    chooser
        What readers choose between.
    rests_on
        Lines on date, baseline and source, for where the chart stands alone.
    """
    found = dict(chart.own)
    if not chart.own:
        rows = figures(chart)
        if not any(isinstance(row[key], float) for row in rows for key in chart.values):
            return None
        drawn = _KINDS[chart.kind](chart, rows)
        found = part.free_chart(rows, chart.description or chart.heading, **drawn)
        found |= _chosen(chart, chooser, list(found.get("transform", ())))
    unit = _unit(chart, chart.values[0])
    unit = f"In {unit}" if unit and unit not in chart.note else ""
    lines = tuple(line for line in (chart.note, chart.legend, unit, *rests_on) if line)
    varied = chooser is not None and (chart.choice or chart.by_option)
    chosen = f"({json.dumps(dict(chooser.titles))})[{chooser.name}]" if varied and chooser else ""
    found["title"] = part.alone(chart.heading, lines, chosen)
    # a chart that was drawn once knows that parameter already
    others = (one for one in found.get("params", ()) if one["name"] != part.ALONE)
    found["params"] = [*others, {"name": part.ALONE, "value": False}]
    return found


def titled(chart: Chart) -> Spec | None:
    """Return a chart with a title of plain text, as other programs read it."""
    found = spec(chart)
    if found is not None:
        found["title"] = chart.heading
        found["params"] = [one for one in found["params"] if one["name"] != part.ALONE]
    return found


def _chosen(chart: Chart, chooser: Chooser | None, steps: list[Spec]) -> Spec:
    """Return what draws the chosen option alone: its rows, or its columns."""
    if not chart.choice and not chart.by_option:
        return {}
    options = list(chart.by_option) or list(dict.fromkeys(_texts(chart, chart.choice)))
    name, chosen = (chooser.name, chooser.chosen) if chooser else ("option", options[-1])
    if chart.choice:
        steps.insert(0, {"filter": f"{_datum(chart.choice)} === {name}"})
    else:
        columns = json.dumps({key: list(drawn) for key, drawn in chart.by_option.items()})
        steps.append({"filter": f"indexof(({columns})[{name}], datum.column) >= 0"})
    return {"params": [{"name": name, "value": chosen}], "transform": steps}


def _texts(chart: Chart, key: str) -> list[str]:
    return [text(row.get(key)) for row in chart.table.rows]


def figures(chart: Chart) -> list[dict[str, Any]]:
    """Return the rows of the chart's table as Vega-Lite takes them."""
    table, shown = chart.table, units_of(chart.table)
    rows = []
    for place, row in enumerate(table.rows):
        drawn: dict[str, Any] = {}
        for column in table.columns:
            unit = table.unit(place, column)
            settled = shown[unit] if unit else None
            value = row.get(column.key)
            drawn[column.key] = _plain(value, settled)
            if is_number(value):
                drawn[column.key + TEXT] = text(value, settled)
        rows.append(drawn)
    return rows


def _plain(value: Value, unit: Unit | None) -> Any:
    if is_number(value):
        scale = 100.0 if unit and unit.kind == "share" else 1.0
        divisor = unit.divisor if unit and unit.divisor else 1.0
        return part.rounded(scale * float(value) / divisor)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool) or value is None else text(value)


def _bars(chart: Chart, rows: list[dict[str, Any]]) -> Spec:
    """Draw bars by row, coloured by sign, what the table says at their ends."""
    _, folded = _long(chart, rows)
    bar = {"type": "bar", "cornerRadius": 1}
    return {
        "height": BAND * _count(chart, rows),
        "transform": folded,
        "layer": [
            {
                "mark": bar,
                "encoding": {
                    "color": {
                        "condition": {"test": "datum.value < 0", "value": part.LOSS},
                        "value": part.GAIN,
                    }
                },
            },
            *_ends(chart),
        ],
        "encoding": {
            "y": _band(chart),
            "x": part.measure("value", _axis(chart, chart.values[0])),
            "tooltip": _tips(chart),
        },
    }


def _grouped(chart: Chart, rows: list[dict[str, Any]]) -> Spec:
    """Draw a bar a series for every row, told apart by colour and by a legend."""
    names, folded = _long(chart, rows)
    places = json.dumps({name: place for place, name in enumerate(names)})
    place = {"expr": f"3 + {SIDE} * ({places})[datum.series]"}
    size = SIDE * len(names) + 24
    bar = {"type": "bar", "size": SIDE - 3, "cornerRadius": 1, "yOffset": place}
    order = list(dict.fromkeys(row[chart.label] for row in rows))
    return {
        "height": size * _count(chart, rows),
        "transform": folded,
        "layer": [
            {"mark": bar, "encoding": {"color": _by_series(chart, rows, names)}},
            part.zero_ticks(SIDE * len(names) + 4, 3 + SIDE * (len(names) - 1) / 2),
            *_ends(chart, yOffset=place),
        ],
        "encoding": {
            "y": part.label_above(_field(chart.label), order, step=size),
            "x": part.measure_below("value", _axis(chart, chart.values[0])),
            "tooltip": _tips(chart),
        },
    }


def _ends(chart: Chart, **place: Any) -> list[Spec]:
    """Write what the table says beyond each bar, and over it a thin line between its ends."""
    label = part.end_label(**place)
    if not chart.ends:
        return [label]
    line = {"type": "rule", "color": "currentColor", "strokeWidth": 1.5, "opacity": 0.9, **place}
    label["encoding"] |= {"x": {**_quantity("beyond"), "stack": None}}
    return [
        {
            "transform": [{"filter": "isValid(datum.low) && isValid(datum.high)"}],
            "mark": line,
            "encoding": {"x": _quantity("low"), "x2": {"field": "high"}},
        },
        label,
    ]


def _ranges(chart: Chart, rows: list[dict[str, Any]]) -> Spec:
    """Draw a bar from low to high with its middle; a fourth column is a diamond."""
    low, middle, high, *other = chart.values
    axis = part.measure(_field(low), _axis(chart, middle))
    ends = {"x": axis, "x2": {"field": _field(high)}}
    series, names = chart.series, _series(chart, rows)
    colour = {"color": _by_series(chart, rows, names, chart.series)} if series else {}
    tick = {"type": "tick", "thickness": 2, "size": 16, "color": "currentColor", "opacity": 1}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "height": 10, "cornerRadius": 2, "color": PALETTE[0]},
         "encoding": {**ends, **colour}},
        {"mark": tick, "encoding": {"x": _quantity(middle)}},
    ]  # fmt: skip
    for column in other:
        mark = {"type": "point", "shape": "diamond", "filled": True, "size": 70, "opacity": 1}
        layers.append({"mark": {**mark, "color": part.LOSS}, "encoding": {"x": _quantity(column)}})
    shared = {"y": _band(chart), "tooltip": _tips(chart)}
    return {"height": 30 * _count(chart, rows), "layer": layers, "encoding": shared}


def _lines(chart: Chart, rows: list[dict[str, Any]], interpolate: str = "linear") -> Spec:
    """Draw lines along dates or numbers, one a series."""
    names, folded = _long(chart, rows)
    dated = any(isinstance(row[chart.label], str) for row in rows)
    x = {
        "field": _field(chart.label),
        "type": "temporal" if dated else "quantitative",
        "axis": {"title": None if dated else _title(chart, chart.label), "gridOpacity": 0.12,
                 "tickCount": {"expr": f"{part.ON_PHONE} ? 3 : 6"}, "labelFlush": 16},
    }  # fmt: skip
    if dated:
        x |= {"scale": {"type": "utc"}}
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {"zero": True},
        "axis": {
            "title": _axis(chart, chart.values[0]),
            "gridOpacity": _zero(),
            "titleLimit": TALL,
        },
    }
    colour = _by_series(chart, rows, names)
    line = {"type": "line", "interpolate": interpolate, "strokeWidth": 2}
    dash = {**colour, "scale": {"domain": names}}
    seen = 1 if len(rows) <= MANY_DOTS else 0  # there for who points at one
    return {
        "height": TALL,
        "transform": folded,
        "layer": [
            {"mark": line, "encoding": {"color": colour, "strokeDash": dash}},
            {"mark": {"type": "point", "filled": True, "size": 40, "opacity": seen},
             "encoding": {"color": colour}},
        ],
        "encoding": {"x": x, "y": y, "tooltip": _tips(chart)},
    }  # fmt: skip


def _steps(chart: Chart, rows: list[dict[str, Any]]) -> Spec:
    """Draw what is in force from a date until the next; all that is last, a while longer."""
    rows += _beyond(chart, rows)
    drawn = _lines(chart, rows, "step-after")
    drawn["layer"][1]["transform"] = [{"filter": "!datum.beyond"}]
    return drawn if chart.marked is None else _marked(drawn, chart.label, chart.marked)


def _marked(drawn: Spec, label: str, day: date) -> Spec:
    """Draw an upright line at a day; it has the axis of the others, and no height."""
    x = drawn["encoding"].pop("x")
    layers = [
        {**layer, "encoding": {**drawn["encoding"], **layer["encoding"]}}
        for layer in drawn["layer"]
    ]
    rule = {
        "data": {"values": [{label: day.isoformat()}]},
        "mark": {"type": "rule", "color": "currentColor", "opacity": 0.6, "strokeDash": [3, 3]},
    }
    return {**drawn, "layer": [rule, *layers], "encoding": {"x": x}}


def _beyond(chart: Chart, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the last row of each line once more, after all dates, so that its step is seen."""
    last = {tuple(row.get(key) for key in (chart.choice, chart.series)): row for row in rows}
    days = sorted(date.fromisoformat(row[chart.label]) for row in rows)
    later = timedelta(days=max(30, (days[-1] - days[0]).days // 12))
    end = min(days[-1], date.max - later) + later
    return [{**row, chart.label: end.isoformat(), "beyond": True} for row in last.values()]


def _dots(chart: Chart, rows: list[dict[str, Any]]) -> Spec:
    """Draw a dot a series for every row, joined by a rule."""
    names, folded = _long(chart, rows)
    order = list(dict.fromkeys(row[chart.label] for row in rows))
    row = part.label_above(_field(chart.label), order, step=34)
    x = part.measure_below("value", _axis(chart, chart.values[0]), padding=16)
    ends = {"x": {**x, "aggregate": "min"}, "x2": {"field": "value", "aggregate": "max"}, "y": row}
    zero = part.zero_ticks(16, 8)
    rule = {"type": "rule", "color": "currentColor", "opacity": 0.25, "yOffset": 8}
    point = {"type": "point", "filled": True, "size": 95, "opacity": 1, "yOffset": 8}
    shape = {"field": "series", "scale": {"domain": names}, "legend": {"title": None}}
    dots = {"y": row, "x": x, "color": _by_series(chart, rows, names), "shape": shape}
    return {
        "height": 34 * _count(chart, rows),
        "transform": folded,
        "layer": [
            {"mark": rule, "encoding": ends},
            {"mark": zero["mark"], "encoding": {"y": row, **zero["encoding"]}},
            {"mark": point, "encoding": {**dots, "tooltip": _tips(chart)}},
        ],
    }


def _heat(chart: Chart, rows: list[dict[str, Any]]) -> Spec:
    """Draw cells shaded from zero to the largest, with what the table says in each."""
    names, folded = _long(chart, rows)
    found = [row[key] for row in rows for key in chart.values if isinstance(row[key], float)]
    top = max([*map(abs, found), 1e-9])
    unit = _column(chart, chart.values[0]).unit
    if chart.top is not None and unit is not None:
        top = _plain(chart.top, units_of(chart.table)[unit])
    shade = {"range": [part.LOW, part.HIGH], "domain": [0, part.rounded(top)]}
    colour = {"field": "value", "type": "quantitative", "scale": shade, "legend": None}
    # white stands out less than black up to here; both have a contrast above 4.5
    dark = {"test": f"datum.value > {part.rounded(0.72 * top)}", "value": "#ffffff"}
    said = {"text": {"field": "said"}, "color": {"condition": dark, "value": "#000000"}}
    cells = [
        {"mark": {"type": "rect", "cornerRadius": 2}, "encoding": {"color": colour}},
        {"mark": {"type": "text", "fontSize": 11}, "encoding": said},
    ]
    scale = {"paddingInner": 0.04, "paddingOuter": 0}
    axis = {"title": None, "orient": "top", "labelAngle": 0 if len(names) <= 3 else -60}
    if len(names) <= 3:  # side by side, in lines on a phone
        axis |= part.broken_heads(names, HEAD)
    y = _band(chart, narrow=200)
    return {
        "height": max(60, 21 * _count(chart, rows)),
        "transform": folded,
        "layer": cells,
        "encoding": {
            "y": {**y, "scale": {"padding": 0.06}},
            "x": {"field": "series", "sort": names, "scale": scale, "axis": axis},
            "tooltip": _tips(chart),
        },
    }


def _plane(chart: Chart, rows: list[dict[str, Any]]) -> Spec:
    """Draw dots by two columns; a line through what is joined, labels beside what has one."""
    x, y = chart.values[:2]
    names = _series(chart, rows)
    colour = {"color": _by_series(chart, rows, names, chart.series)} if chart.series else {}
    place: dict[str, Any] = {}
    for key, channel in ((x, "x"), (y, "y")):
        axis = {"title": _axis(chart, key), "gridOpacity": _zero(), "titleLimit": 440}
        axis |= {"tickCount": {"expr": f"{part.ON_PHONE} ? 4 : 8"}}
        place[channel] = {**_quantity(key), "scale": {"zero": True, "nice": True}, "axis": axis}
    layers: list[Spec] = [
        {
            "mark": {"type": "point", "filled": True, "size": 26, "opacity": 0.6},
            "encoding": {**place, **colour, "tooltip": _tips(chart)},
        }
    ]
    if chart.joined:
        rank = {"window": [{"op": "row_number", "as": "rank"}]}
        only = [{"filter": _datum(chart.joined)}, rank]
        line = {"type": "line", "color": "currentColor", "opacity": 0.6, "strokeWidth": 1.5}
        # in the order of rows: a reply may bend back
        along = {"order": {"field": "rank", "type": "quantitative"}}
        along |= {"detail": {"field": _field(chart.joined)}}
        layers.append({"transform": only, "mark": line, "encoding": place | along})
    label = {"type": "text", "dy": -10, "fontWeight": 600, "limit": 160}
    said = {"text": {"field": _field(chart.label)}}
    layers.append({"mark": label, "encoding": {**place, **said}})
    return {"height": 440, "layer": layers}


_KINDS: dict[str, Callable[[Chart, list[dict[str, Any]]], Spec]] = {
    "bars": _bars,
    "grouped": _grouped,
    "ranges": _ranges,
    "lines": _lines,
    "steps": _steps,
    "dots": _dots,
    "heat": _heat,
    "plane": _plane,
}


def _field(key: str) -> str:
    """Name a field: dots and brackets would be taken for a path."""
    return "".join(f"\\{c}" if c in ".[]" else c for c in key)


def _datum(key: str) -> str:
    return f"datum[{json.dumps(key)}]"


def _zero() -> Spec:
    return {"condition": {"test": "datum.value === 0", "value": 0.6}, "value": 0.12}


def _quantity(key: str) -> Spec:
    return {"field": _field(key), "type": "quantitative"}


def _band(chart: Chart, narrow: int = 150) -> Spec:
    """Name rows at the left, as the table orders them; strong names are bold."""
    marked = (row.get(chart.label) for row in chart.table.rows)
    strong = [m.text for m in marked if isinstance(m, Mark) and m.tone == "strong"]
    order = {"field": "value", "order": "descending"} if chart.largest_first else None
    found = part.band(_field(chart.label), order, narrow)
    if strong:
        found["axis"]["labelFontWeight"] = part.bold(strong)
    return found


def _long(chart: Chart, rows: list[dict[str, Any]]) -> tuple[list[str], list[Spec]]:
    """Return the series, and what gives every row ``series``, ``value`` and ``said``."""
    if chart.series:
        value = chart.values[0]
        given = {"series": chart.series, "value": value, "said": value + TEXT}
        steps = [{"calculate": _datum(key), "as": name} for name, key in given.items()]
        return _series(chart, rows), steps
    titles = {key: _title(chart, key) for key in chart.values}
    named = f"({json.dumps(titles)})[datum.column]"
    steps = [
        {"fold": [_field(key) for key in chart.values], "as": ["column", "value"]},
        {"calculate": f"datum[datum.column + {json.dumps(TEXT)}]", "as": "said"},
        {"calculate": named, "as": "series"},
        *_between_ends(chart),
    ]
    return list(dict.fromkeys(titles.values())), steps


def _between_ends(chart: Chart) -> list[Spec]:
    """Give every row ``low``, ``high``, ``range`` and ``beyond``, where its label is written."""
    if not chart.ends:
        return []
    places = [json.dumps({key: both[k] for key, both in chart.ends.items()}) for k in (0, 1)]
    ends = [f"datum[({place})[datum.column]]" for place in places]
    said = [f"datum[({place})[datum.column] + {json.dumps(TEXT)}]" for place in places]
    whole = "isValid(datum.low) && isValid(datum.high)"
    least, most = "min(datum.value, datum.low)", "max(datum.value, datum.high)"
    return [
        *({"calculate": end, "as": name} for end, name in zip(ends, ("low", "high"), strict=True)),
        {"calculate": f"{whole} ? {said[0]} + ' to ' + {said[1]} : ''", "as": "range"},
        {"calculate": f"!({whole}) ? datum.value : datum.value < 0 ? {least} : {most}",
         "as": "beyond"},
    ]  # fmt: skip


def _series(chart: Chart, rows: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(row[chart.series] for row in rows)) if chart.series else []


def _by_series(
    chart: Chart, rows: list[dict[str, Any]], names: list[str], key: str = "series"
) -> Spec:
    """Colour series by their tone, or one after the other."""
    found = (row.get(chart.series) for row in chart.table.rows)
    tones = {m.text: TONES[m.tone] for m in found if isinstance(m, Mark) and m.tone}
    colours = [tones.get(name, PALETTE[k % len(PALETTE)]) for k, name in enumerate(names)]
    legend = part.legend(names) if len(names) > 1 else None
    scale = {"domain": names, "range": colours}
    return {"field": _field(key), "type": "nominal", "scale": scale, "legend": legend}


def _count(chart: Chart, rows: list[dict[str, Any]]) -> int:
    """Return how many names of rows are drawn at a time."""
    by_choice: dict[Any, set[Any]] = {}
    for row in rows:
        key = row[chart.choice] if chart.choice else ""
        by_choice.setdefault(key, set()).add(row[chart.label])
    return max((len(names) for names in by_choice.values()), default=1)


def _column(chart: Chart, key: str) -> Column:
    return next(column for column in chart.table.columns if column.key == key)


def _title(chart: Chart, key: str) -> str:
    return _column(chart, key).title or key


def _unit(chart: Chart, key: str) -> str:
    unit = _column(chart, key).unit
    if unit is None:
        return ""
    return "%" if unit.kind == "share" else units_of(chart.table)[unit].label


def _axis(chart: Chart, key: str) -> str:
    """Return the title of an axis: the column's where it stands alone, and the unit."""
    alone = len(chart.values) == 1 or chart.kind == "plane"
    parts = [_title(chart, key)] if alone else []
    return ", ".join(one for one in (*parts, _unit(chart, key)) if one)


def _tips(chart: Chart) -> list[Spec]:
    """Show all columns of the row as the table does; of many options, what is drawn alone."""
    found = []
    if chart.by_option:
        name = part.tip(_field(chart.label), _title(chart, chart.label))
        axis = _axis(chart, chart.values[0])
        over = [part.tip("range", f"over runs, {axis}")] if chart.ends else []
        return [name, part.tip("series", ""), part.tip("said", axis), *over]
    for column in chart.table.shown:
        unit = _unit(chart, column.key)
        number = column.unit is not None
        title = ", ".join(one for one in (column.title, unit) if one) or column.key
        found.append(part.tip(_field(column.key + (TEXT if number else "")), title))
    return found
