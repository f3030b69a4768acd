"""Talks that drag on: chances by date of the record, what they bring, and what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.disputes.cases import Case, everything, known_to
from detente.disputes.forecasts import METHODS
from detente.disputes.ladder import OUTCOMES, SENDER, TARGET
from detente.disputes.scores import BASE, record
from detente.document import chart_parts as part
from detente.document.blocks import EVERYWHERE, Chart, Column, Note, Section, Sentence, Table
from detente.document.chart_parts import Spec
from detente.document.language import listed, noun
from detente.document.numbers import SHARE
from detente.report.columns import table
from detente.report.talks import game
from detente.report.talks.cells import PAGE
from detente.report.talks.game import HEADS, due
from detente.report.talks.phrases import brings, head, package_words, percent, points, spoken
from detente.talks.record import Forecast

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts
    from detente.talks.dated import Dated
    from detente.talks.table import Floats

COLOURS = (part.NEUTRAL, "#c3d2e6", part.GAIN, "#e09a6c", "#b3261e")
HEIGHT = 260
BREAK = 0.1
"""Fall of the chance that it is open on one day, from which on a reader is told why."""
_SETTLED, _POSTPONED, _IN_FORCE = OUTCOMES.index("settled"), OUTCOMES.index("postponed"), [3, 4]
TERMINAL = EVERYWHERE - PAGE


def sections(found: TalksFacts) -> tuple[Section, ...]:
    """Return what opens the page, and the game; nothing where no measure is threatened."""
    chances = found.study.forecast
    if chances is None:
        return ()
    title = "In short: deal, delay or tariffs"
    said, drawn = _told(found, chances), picture(found, chances)
    rest = (outcomes(found, chances), Sentence(_driven(found, chances), ("drivers",)),
            *happened(found, chances))  # fmt: skip
    about = Section("record", "What these chances rest on", (drivers(found, chances),
                    *_notes(found, chances)), more=True)  # fmt: skip
    return (
        Section("by-date", title, (*said, drawn, *rest), PAGE),
        Section("in-short", title, (*said, *rest), TERMINAL),
        *game.explained(found),
        Section("dates-in-full", "", (drawn.table,), TERMINAL, more=True),
        *game.sections(found),
        about,
    )


def _told(found: TalksFacts, chances: Forecast) -> list[Sentence]:
    """Say what happens, by which measures or package, and how sure that is."""
    package = likely(found)
    see = ("settlements", "rungs") if found.settled_on else ("outcomes",)
    since, told = _since(found), _by_day(found, chances)
    if since:
        told = f"As of {spoken(chances.case.start)}, without that: {told[0].lower()}{told[1:]}"
    return [
        *([Sentence(since, ("game-dates",))] if since else []),
        Sentence(told, ("dates", "outcomes")),
        *([Sentence(package, see)] if package else []),
        Sentence(_scored(found, chances), ("outcomes",)),
    ]


def _since(found: TalksFacts) -> str:
    """Say what follows from what has happened; the game alone knows it."""
    dated, moves = found.study.dated, found.talks.history
    if dated is None or not moves:
        return ""
    last = moves[-1].date
    days = list(dict.fromkeys([*[day for day in dated.days if day > last][:1], dated.days[-1]]))
    own = float(np.nanmean(record().brier["game"]))
    said = []
    for day in days:
        at = dated.on(dated.found, day)
        said.append(
            f"on {spoken(day)} measures are in force with a chance of "
            f"{percent(float(at[_IN_FORCE].sum()))}, a settlement has one of "
            f"{percent(float(at[_SETTLED]))}, withdrawal or delay {percent(float(at[_POSTPONED]))}"
        )
    return (
        f"Given what has happened by {spoken(last)}, {'; '.join(said)}: by the game of both sides "
        f"(Brier score {own:.2f} on past disputes)."
    )


def _by_day(found: TalksFacts, chances: Forecast) -> str:
    who = noun(found.names.name(chances.case.sender))
    day = chances.shown
    force = chances.in_force(day)
    at = chances.chances[chances.days.index(day)]
    year = chances.chances[-1]
    shares = [year[_IN_FORCE].sum(), year[_SETTLED], year[_POSTPONED]]
    then = listed([percent(float(one)) for one in shares])
    later = f"; after a year these are {then}" if day != chances.days[-1] else ""
    named = f"On {spoken(day)}" if day == chances.first else f"A year on, on {spoken(day)},"
    return (
        f"{named} measures of {who} are in force with a chance of {percent(force[0])} "
        f"({percent(force[1])} to {percent(force[2])}), a settlement has one of "
        f"{percent(at[_SETTLED])}, withdrawal or delay {percent(at[_POSTPONED])}{later}."
    )


def _assumed(chances: Forecast) -> bool:
    """Whether nobody named the first day on which a measure can be in force."""
    return chances.sides.rungs[SENDER][0].assumed


def _day_word(chances: Forecast) -> str:
    return "the day assumed" if _assumed(chances) else "the day named"


def likely(found: TalksFacts) -> str:
    """Say which rung the game has most likely in force, and which package settled on."""
    dated, said = found.study.dated, []
    if found.study.clash is not None:
        return ("Under the red lines of the file nothing can be settled: where something is, a "
                "line was dropped.")  # fmt: skip
    if dated is None:
        return ""
    rungs = dated.found.rung[-1, 1:]
    if rungs.sum() > 0:
        held = game.held(dated, SENDER, int(rungs.argmax()) + 1)
        said.append(f"if measures come, most likely up to “{held}”")
    offer = found.settled_on
    if offer is None:
        said.append("no package of the table can be settled on, and a settlement needs another")
    else:
        words = package_words(found.names, found.packages.choices(offer.package))
        said.append(f"if it is settled, most likely on this: {words}")
    whole = "; ".join(said)
    return f"{whole[0].upper()}{whole[1:]}."


def _scored(found: TalksFacts, chances: Forecast) -> str:
    past, dated = record(), found.study.dated
    own, base = (float(np.nanmean(past.brier[name])) for name in (chances.method, BASE))
    weighed = dated and weigh(chances.chances[-1], dated.brought)
    start = "The chances" if not found.talks.history else "The record's chances"
    if dated and weighed is not None and not found.talks.history:
        both = found.naming_of(dated.sides.ids)
        told = brings(both, [float(one) for one in weighed])
        start = f"Weighed by the chances a year on, the dispute {told}; the chances"
    return (
        f"{start} come from {len(everything())} past disputes, by the {METHODS[chances.method]}: "
        f"on ones that it had not seen no method was surely better (Brier score {own:.2f}, base "
        f"rates {base:.2f}; 0 is perfect)."
    )


def weigh(chance: Floats, brought: Floats) -> Floats | None:
    """Return ``(side,)`` what outcomes bring, weighed; nothing where one that may be is unknown."""
    able = chance > 0
    found = chance[able] @ brought[able]
    return found if np.isfinite(found).all() else None


def outcomes(found: TalksFacts, chances: Forecast) -> Table:
    """Return the chances of each outcome on the day named and a year on, and what it brings."""
    day, last, dated = chances.shown, chances.days[-1], found.study.dated
    sides = dated.sides.ids if dated else ()
    columns = [
        Column("what", "", "where the dispute stands"),
        *([Column("then", head(day), "chance of it on that day", SHARE)] if day != last else []),
        Column("later", head(last), "chance of it a year after the scenario's date", SHARE),
        *(Column(f"worth_{at}", found.names.name(side), "what it brings a year against what holds "
                 "now; rungs and packages as likely as the game has them", found.names.unit)
          for at, side in enumerate(sides)),
    ]  # fmt: skip
    brought = dated.brought if dated else np.empty((len(OUTCOMES), 0))
    at = chances.days.index(day)
    rows = [
        {"what": name, "then": float(chances.chances[at, place]),
         "later": float(chances.chances[-1, place])}
        | {f"worth_{k}": float(one) for k, one in enumerate(brought[place]) if np.isfinite(one)}
        for place, name in enumerate(HEADS.values())
    ]  # fmt: skip
    weighed = weigh(chances.chances[-1], brought) if dated else None
    if weighed is not None and not found.talks.history:
        rows.append({"what": "weighed by the chances a year on"}
                    | {f"worth_{k}": float(one) for k, one in enumerate(weighed)})  # fmt: skip
    note = ""
    if found.talks.history:
        note = f"Chances as of {spoken(chances.case.start)}, without what has happened since."
    elif dated and np.nanmax(np.abs(brought[:_SETTLED]), initial=0.0) > found.names.small:
        whom = noun(found.names.name(dated.sides.ids[TARGET]))
        note = f"Open, withdrawn or postponed: {whom} may have struck first."
    note = " ".join(one for one in (note, _unknown(chances, dated)) if one)
    return table("outcomes", "Chances, and what each outcome brings", columns, rows, note=note)


def _unknown(chances: Forecast, dated: Dated | None) -> str:
    """Say which outcomes the record has but the file has no way to."""
    if dated is None:
        return ""
    able = chances.chances[-1] > 0
    never = [name for name, may, worth in zip(HEADS.values(), able, dated.brought, strict=True)
             if may and not np.isfinite(worth).all()]  # fmt: skip
    if not never:
        return ""
    return (
        f"Past disputes ended so too, but the file has no way to it, so that it has no value here "
        f"and nothing is summed: {listed(never)}."
    )


def happened(found: TalksFacts, chances: Forecast) -> tuple[Sentence, ...]:
    """Say what stood on the day named, or came first after it: known only later."""
    events = sorted(found.talks.afterwards, key=lambda one: one.date)
    if not events:
        return ()
    one = ([e for e in events if e.date <= chances.shown] or events[:1])[-1]
    told = f"What then happened (not used): {spoken(one.date)}, {one.title}."
    return (Sentence(told, ("afterwards",)),)


def _driven(found: TalksFacts, chances: Forecast) -> str:
    """Say which figure moves the chance of a measure in force most, against the usual dispute."""
    words = _words(found, chances)
    name, most = max(chances.drivers.items(), key=lambda one: abs(one[1]))
    if abs(most) < 0.005:
        return "Nothing that is known of it makes it other than the usual dispute."
    return f"What moves measures most, against the usual dispute: {words[name]} ({points(most)})."


def _words(found: TalksFacts, chances: Forecast) -> dict[str, str]:
    case = chances.case
    who, whom = (noun(found.names.name(side)) for side in (case.sender, case.target))
    more = case.sender_imports / case.target_gdp > case.sender_exports / case.sender_gdp
    return {
        "due": f"{_day_word(chances)}, {spoken(chances.first)}",
        "protection": "a duty case or safeguard" if case.route in ("AD/CVD", "safeguard")
        else "no duty case or safeguard",
        "cut_off": "trade is cut off" if case.instrument != "tariff" else "a tariff and no ban",
        "exposure": f"{whom if more else who} is the more exposed",
    }  # fmt: skip


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
    shown = table("dates", "Chances by date", columns, rows)
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
    the_one = "the one assumed" if _assumed(chances) else "the one named"
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


def drivers(found: TalksFacts, chances: Forecast) -> Table:
    """Return what the logit knows of the scenario, and what that does."""
    words = _words(found, chances)
    columns = [
        Column("what", "", "what is known of it"),
        Column("change", "chance in force", "what it adds to the chance of a measure in force on "
               "the first day", SHARE),
    ]  # fmt: skip
    rows = [{"what": words[name], "change": float(value)}
            for name, value in chances.drivers.items()]  # fmt: skip
    return table("drivers", f"What moves it on {spoken(chances.shown)}", columns, rows)


def _notes(found: TalksFacts, chances: Forecast) -> tuple[Any, ...]:
    case, sides = chances.case, chances.sides
    who, whom = (noun(found.names.name(side)) for side in (case.sender, case.target))
    said = [
        f"Read off the file and the baseline: instrument {case.instrument}, legal ground "
        f"{case.route or 'none'}, first day {spoken(chances.first)}; {who} buys goods of "
        f"${case.sender_imports:,.0f}bn a year from {whom} and sells it "
        f"${case.sender_exports:,.0f}bn; incomes ${case.sender_gdp:,.0f}bn and "
        f"${case.target_gdp:,.0f}bn.",
        "Disputes of these two sides within a year, and of the same sender within a week or for "
        "the same first day, are left out of the record. The date of the scenario is day zero. "
        "What measures do to incomes, who votes and red lines are not known to it: they move the "
        "game alone.",
    ]
    many, eve, then = open_around_the_day(everything())
    said.append(
        f"Of {many} past disputes with a day named, {eve} were open on the eve of it and {then} "
        "once it was over."
    )
    if found.talks.history:
        said.append("What has happened since the date of the scenario moves the game alone.")
    if len(found.names.parties) > 2:
        said.append(f"The chances are of the dispute between {who} and {whom} alone.")
    if not sides.stated:
        said.append(
            "The file has no ladder: steps are its measures that are announced or threatened, and "
            "where no day is given the next one comes as long after as in the median dispute."
        )
    return tuple(Note(one) for one in said)
