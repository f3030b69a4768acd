"""The report of a path: charts and a table over dates, and what they rest on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from detente.document import chart_parts as part
from detente.document.chart_parts import Spec
from detente.document.html import section
from detente.report import (
    background,
    facts,
    imbalances,
    limits,
    path_figures,
    remarks,
    sections,
    words,
)
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    from detente.paths import PathResult
    from detente.results import Solution
    from detente.simulate import ScenarioResult

_CHOSEN = "datum.variant === variant"
_HEIGHT = 240
# months of a year, but days where the whole path is shorter than about five months
_DAYS = (
    "domain('x')[1] - domain('x')[0] < 1.3e10 ? utcFormat(datum.value, '%-d %b') "
    ": utcFormat(datum.value, '%b %Y')"
)


def body(result: PathResult, specs: dict[str, Spec]) -> str:
    """Return the sections in reading order, and collect their charts in ``specs``."""
    end = result.end()
    rests_on = [("Dates", path_figures.HONEST), ("Solution", _solved(result))]
    parts = [
        _lead(result, end),
        sections.chooser(end),
        _over_time(result, end, specs),
        _variants(result, end),
        section(limits.of_path(result), specs),
        imbalances.section(end.removal, facts.focus(end)),
        remarks.section(_last(result, end)),
        background.measures(end),
        background.assumptions(end, rests_on),
        background.data_card(end),
        background.solver(end),
    ]
    return "\n".join(parts)


def _last(result: PathResult, end: ScenarioResult) -> dict[str, Solution]:
    """Return what is in force on the last date of each variant, by its title."""
    titles = facts.variant_titles(end)
    return {f"{titles[name]}, at its end": one for name, one in end.variants.items()}


def _lead(result: PathResult, end: ScenarioResult) -> str:
    name = list(result.points)[-1]
    points = [text("li", sentence) for sentence in path_figures.extremes(result, name)]
    last = path_figures.long_day(list(result.points[name])[-1])
    said = f"{words.headline(end, name)} That is with what is in force on {last}, its last date."
    return tag(
        "section",
        text("h2", "In short"),
        text("p", said),
        tag("ul", *points) if points else "",
        class_="lead",
    )


def _variants(result: PathResult, end: ScenarioResult) -> str:
    """Show the dates of every variant as a table; the page shows the chosen one."""
    unit, codes = facts.money(result.calibration), facts.focus(end)
    pair = codes if len(codes) == 2 else ()
    heads = ["", ("real income, %", len(codes))] if codes else [""]
    heads += [(f"buys, {unit.label}", 2), ("mean tariff, %", 2)] if pair else []
    below = ["", *codes, *pair, *pair, "what changes"]
    blocks = []
    for name, title in facts.variant_titles(end).items():
        shown = [
            [
                str(row["date"]),
                *(row["income"][code] for code in codes),
                *(words.amount(row["value"][code] / unit.divisor, 1) for code in pair),
                *(words.amount(row["tariff"][code], 1) for code in pair),
                row["changes"],
            ]
            for row in path_figures.rows(result, name)
        ]
        caption = f"{title}: real income (exact), goods bought from the other (fob), mean tariff"
        what = table([*heads, ""], shown, caption=caption, heads_below=below)
        blocks.append(
            tag(
                "section",
                text("h2", title),
                scroll(what, f"{title}, date by date", "scroll plain dated"),
                class_="of-variant",
                data_variant=name,
            )
        )
    return tag("section", text("h2", "Date by date"), *blocks)


def _solved(result: PathResult) -> str:
    solutions = {id(s): s for points in result.points.values() for s in points.values()}
    dates = sum(len(points) for points in result.points.values())
    worst = max(facts.worst_residual(s) for s in solutions.values())
    return (
        f"{dates} dates of {len(result.points)} variants, {len(solutions)} different states of "
        f"what is in force, each solved once; all converged, largest relative gap {worst:.0e}."
    )


def _over_time(result: PathResult, end: ScenarioResult, specs: dict[str, Spec]) -> str:
    codes = facts.focus(end)
    if not codes:
        return ""
    unit = facts.money(result.calibration)
    names = facts.country_names(result.calibration)
    charts = [("income", "Real income", "Exact change, %", "Real income, %", "+.3f", 1.0)]
    if len(codes) == 2:
        a, b = (names[code] for code in codes)
        between = f"{a} and {b}"
        charts += [
            ("value", f"What each buys from the other: {between}",
             f"Goods at fob prices, {unit.label}", f"{unit.label}, fob", ",.1f", unit.divisor),
            ("tariff", f"Tariffs on each other's goods: {between}",
             "Mean, weighted by trade of the baseline, %", "Mean tariff, %", ".1f", 1.0),
        ]  # fmt: skip
    figures = []
    for key, title, note, axis, form, divisor in charts:
        specs[f"path-{key}"] = _lines(result, end, key, axis, form, divisor)
        figures.append(_figure(f"path-{key}", title, note))
    honest = text("p", path_figures.HONEST, class_="note")
    return tag("section", text("h2", "Over time"), honest, tag("div", *figures, class_="charts"))


def _figure(key: str, title: str, note: str) -> str:
    caption = tag(
        "figcaption", text("h3", title, id=f"{key}-title"), text("span", note, class_="note")
    )
    place = tag("div", class_="chart", data_chart=key, role="group", aria_labelledby=f"{key}-title")
    return tag("figure", caption, place, class_="whole" if key == "path-income" else "half")


def _lines(
    result: PathResult, end: ScenarioResult, key: str, title: str, form: str, divisor: float
) -> Spec:
    """Draw a figure of both economies in focus as steps over the dates of one variant."""
    names = facts.country_names(result.calibration)
    codes = facts.focus(end)
    grid = {"condition": {"test": "datum.value === 0", "value": 0.6}, "value": 0.12}
    y_axis = {"title": title, "gridOpacity": grid, "tickCount": 5}
    tips = [part.tip("day", "Date"), part.tip("economy", "Economy"),
            part.tip("value", title, form), part.tip("changes", "What changes")]  # fmt: skip
    spec = part.chart(
        end,
        _step_rows(result, key, divisor),
        f"Steps over the dates: {title}",
        layer=[
            {"mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2}},
            {
                "transform": [{"filter": "datum.changes !== ''"}],
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
                "encoding": {"tooltip": tips},
            },
        ],
        encoding={
            "x": {
                "field": "date",
                "type": "temporal",
                # days are days wherever the page is read
                "scale": {"type": "utc", "padding": 8},
                "axis": {"title": None, "labelExpr": _DAYS, "tickCount": 8, "labelFlush": True,
                         "gridOpacity": 0.06, "labelOverlap": True, "labelSeparation": 12,
                         "labelPadding": 8},
            },
            "y": {"field": "value", "type": "quantitative", "axis": y_axis,
                  "scale": {"zero": True, "nice": True}},
            "color": part.by_side([names[code] for code in codes]),
        },
        height=_HEIGHT,
    )  # fmt: skip
    spec["data"]["format"] = {"parse": {"date": "utc:'%Y-%m-%d'"}}
    return part.one_variant(spec, _CHOSEN)


def _step_rows(result: PathResult, key: str, divisor: float) -> list[dict[str, Any]]:
    names, codes = facts.country_names(result.calibration), facts.focus(result.end())
    held: list[dict[str, Any]] = []
    for variant in result.points:
        found = path_figures.rows(result, variant)
        for row in [*found, _beyond(found)]:
            held += [
                {
                    "variant": variant,
                    "date": str(row["date"]),
                    "day": path_figures.long_day(row["date"]),
                    "economy": names[code],
                    "value": part.rounded(row[key][code] / divisor),
                    "changes": row["changes"],
                }
                for code in codes
            ]
    return held


def _beyond(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the last row once more, a while later, so that its step can be seen."""
    first, last = found[0]["date"], found[-1]["date"]
    while_ = timedelta(days=max(30, (last - first).days // 12))
    later = min(last, date.max - while_) + while_
    return {**found[-1], "date": later, "changes": ""}


def eyebrow(result: PathResult) -> str:
    """Return the line above the title."""
    days = [day for points in result.points.values() for day in points]
    span = f"{path_figures.long_day(min(days))} to {path_figures.long_day(max(days))}"
    card = result.calibration.card
    return f"Détente · {span} · {card.title} · {result.scenario.horizon}"
