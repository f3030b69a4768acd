"""Chances by date as a picture, and why they break on the day named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from detente.disputes.cases import Case, known_to
from detente.disputes.forecasts import METHODS
from detente.disputes.moves import OUTCOMES, SENDER
from detente.document import chart_parts as part
from detente.document.blocks import Chart, Column
from detente.document.chart_parts import Spec
from detente.document.numbers import SHARE
from detente.report.columns import table
from detente.report.talks.game import HEADS, due
from detente.report.talks.phrases import percent, spoken
from detente.talks.record import Forecast

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts


COLOURS = (part.NEUTRAL, "#c3d2e6", part.GAIN, "#e09a6c", "#b3261e")
HEIGHT = 260
BREAK = 0.1
"""Fall of the chance that it is open on one day, from which on a reader is told why."""


def day_assumed(chances: Forecast) -> bool:
    """Whether nobody named the first day on which a measure can be in force."""
    return chances.sides.rungs[SENDER][0].assumed


def _day_word(chances: Forecast) -> str:
    return "the day assumed" if day_assumed(chances) else "the day named"


def picture(found: TalksFacts, chances: Forecast) -> Chart:
    """Return chances by date, of the record."""
    days = _key_days(found, chances)
    columns = [
        Column("date", "", "day"),
        *(Column(name, said, f"chance that it is {said}", SHARE) for name, said in HEADS.items()),
        Column("low", "in force: from", "lower end of nine in ten fits", SHARE, hidden=True),
        Column("high", "in force: to", "upper end of nine in ten fits", SHARE, hidden=True),
        Column("what", "what is due", "what the file says of the day", hidden=True),
    ]  # fmt: skip
    rows = []
    for day in days:
        _, low, high = chances.in_force(day)
        one = chances.chances[chances.days.index(day)]
        said = {name: float(share) for name, share in zip(OUTCOMES, one, strict=True)}
        rows.append({"date": day, "low": low, "high": high, "what": due(found, day), **said})
    shown = table("dates", "Chances by date", columns, rows, look="stack")
    names = [name.capitalize() for name in HEADS.values()]
    return Chart(
        shown, "steps", "date", OUTCOMES, title="Where it stands, by date",
        note=f"By the {METHODS[chances.method]} on past disputes; nothing can be in force before "
        f"{spoken(chances.first)}. {_why_it_breaks(chances)}Dashed: where measures in force begin "
        "in nine of ten fits",
        own=_areas(chances, names),
    )  # fmt: skip


def _why_it_breaks(chances: Forecast) -> str:
    """Say why the chance that it is open falls on the day named; nothing where it does not."""
    day = chances.first
    eve = day - timedelta(days=1)
    if not {day, eve} <= set(chances.days):
        return ""
    before, then = (float(chances.chances[chances.days.index(one), 0]) for one in (eve, day))
    if before - then < BREAK:
        return ""
    the_one = "the one assumed" if day_assumed(chances) else "the one named"
    return (
        f"On that day, {the_one}, the chance that it is open falls from {percent(before)} to "
        f"{percent(then)}: by then a threat is mostly carried out, put off or settled. "
    )


def open_around_the_day(cases: Sequence[Case]) -> tuple[int, int, int]:
    """Return how many disputes named a day after day zero, and were open the day before and on it.

    Both days are at the end of the day.
    """
    spans = [(one, (one.deadline - one.start).days) for one in cases if one.deadline]
    spans = [(one, days) for one, days in spans if days > 0]
    last = known_to()
    eve, then = (sum(one.state(days - less, last) == "O" for one, days in spans) for less in (1, 0))
    return len(spans), eve, then


def _areas(chances: Forecast, names: list[str]) -> Spec:
    """Stack the chances of states over dates, with the day named and the ends of those in force."""
    rows = [
        {"date": day.isoformat(), "state": name, "place": place, "chance": round(float(one), 4)}
        for day, all_ in zip(chances.days, chances.chances, strict=True)
        for place, (name, one) in enumerate(zip(names, all_, strict=True))
    ]
    ends = [
        {"date": day.isoformat(), "end": end, "chance": round(1 - float(one), 4)}
        for day, both in zip(chances.days, chances.force_ends, strict=True) if day >= chances.first
        for end, one in zip(("low", "high"), both, strict=True)
    ]  # fmt: skip
    x = {"field": "date", "type": "temporal", "axis": {"title": None, "grid": False,
         "tickCount": {"expr": f"{part.ON_PHONE} ? 4 : 10"}}}  # fmt: skip
    y = {"field": "chance", "type": "quantitative", "scale": {"domain": [0, 1]},
         "axis": {"title": "Chance", "format": ".0%", "grid": False}}  # fmt: skip
    stacked = {
        "mark": {"type": "area", "interpolate": "linear", "opacity": 0.9},
        "encoding": {
            "x": x,
            "y": {**y, "stack": "zero"},
            "color": {"field": "state", "type": "nominal",
                      "scale": {"domain": names, "range": list(COLOURS)},
                      "legend": {**part.legend(names), "offset": 24}},
            "order": {"field": "place"},
            "tooltip": [part.tip("date", "Day"), part.tip("state", "State"),
                        part.tip("chance", "Chance", ".0%")],
        },
    }  # fmt: skip
    dashed = {
        "data": {"values": ends},
        "mark": {"type": "line", "strokeDash": [4, 3], "strokeWidth": 1, "color": "#5c120c"},
        "encoding": {"x": x, "y": {**y, "stack": None}, "detail": {"field": "end"}},
    }
    layers = [stacked, dashed, *(_named_day(chances, x) if chances.first <= chances.days[-1]
                                 else ())]  # fmt: skip
    return part.free_chart(rows, "Areas: chances of each state by date", layer=layers,
                           height=HEIGHT)  # fmt: skip


def _named_day(chances: Forecast, x: Spec) -> tuple[Spec, ...]:
    """Mark the first day on which a measure can be in force."""
    day, days = chances.first, chances.days
    early = (day - days[0]) * 2 < days[-1] - days[0]
    rows = {"values": [{"date": day.isoformat(), "said": f"{spoken(day)}, {_day_word(chances)}"}]}
    text = {"type": "text", "align": "left" if early else "right", "baseline": "bottom",
            "dy": -4, "fontSize": 12, "color": "currentColor"}  # fmt: skip
    return (
        {"data": rows, "encoding": {"x": x}, "mark": {"type": "rule", "color": "currentColor",
         "strokeWidth": 1.5}},
        {"data": rows, "mark": text,
         "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "said"}}},
    )  # fmt: skip


def _key_days(found: TalksFacts, chances: Forecast) -> list[date]:
    """Return the days of the calendar, and the last one."""
    game = found.study.dated
    named = {*game.days[1:]} if game else {chances.first}
    return sorted((named | {chances.days[-1]}) & set(chances.days))
