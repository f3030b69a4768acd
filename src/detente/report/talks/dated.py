"""Talks that drag on: chances by date of the record, and the game that explains them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.disputes.cases import STATES, everything
from detente.disputes.forecasts import METHODS
from detente.disputes.ladder import OUTCOMES, SENDER, TARGET
from detente.disputes.scores import BASE, record
from detente.document import chart_parts as part
from detente.document.blocks import EVERYWHERE, Chart, Column, Note, Section, Sentence, Table
from detente.document.chart_parts import Spec
from detente.document.language import listed, noun
from detente.document.numbers import SHARE
from detente.report.columns import table
from detente.report.talks.cells import PAGE
from detente.report.talks.phrases import SOLUTIONS
from detente.talks.dated import BARE
from detente.talks.record import Forecast

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts
    from detente.talks.dated import Dated, Offer

HEADS = dict(zip(OUTCOMES, STATES.values(), strict=True))
"""Outcomes → how they are said; both are in the order of the record's states."""
COLOURS = (part.NEUTRAL, "#9db4d0", part.GAIN, "#d98a5f", "#b3261e")
HEIGHT = 260
_SETTLED, _POSTPONED, _IN_FORCE = OUTCOMES.index("settled"), OUTCOMES.index("postponed"), [3, 4]
ESTIMATED = (
    "What sides want beside what measures bring them (having acted, not backing down, not "
    "conceding) is estimated on the disputes of the record, where the game forecasts worse than "
    "the method above (detente disputes score). It shows what hangs on what."
)
ORDER = (
    "On each day the side that is asked settles, holds out or strikes first; then who asks holds, "
    "postpones, takes its next step or steps down; then the other answers or not. Neither knows "
    "how much the other wants to have acted, or how much conceding costs it; both learn from moves."
)


def sections(found: TalksFacts) -> tuple[Section, ...]:
    """Return what opens the page, and the game; nothing where no measure is threatened."""
    chances, game = found.study.forecast, found.study.dated
    if chances is None:
        return ()
    answer = (*_told(found, chances), picture(found, chances))
    opening = Section("by-date", "In short: deal, delay or tariffs", answer)
    about = Section("record", "What these chances rest on", (drivers(found, chances),
                    *_notes(found, chances)), more=True)  # fmt: skip
    return (opening, *_game(found, game), about)


def _game(found: TalksFacts, game: Dated | None) -> tuple[Section, ...]:
    if game is None:
        return ()
    chances = found.study.forecast
    assert chances is not None
    said = Sentence(_explained(found, chances, game), ("changes",))
    none = Note("No package of the table can be settled on.")
    settled = settlements(found, game) if game.offers else none
    blocks = (changes(found, game), by_date(found, game), settled, learned(found, game),
              rungs(found, game), costs(found, game), Note(ORDER), Note(ESTIMATED))  # fmt: skip
    title = "Why: a game of both sides"
    terminal = EVERYWHERE - PAGE
    return (
        Section("why", "", (said,), terminal),
        Section("why-in-full", "", blocks, terminal, more=True),
        Section("game", title, (said, *blocks), PAGE, more=True),
    )


def _told(found: TalksFacts, chances: Forecast) -> list[Sentence]:
    who = noun(found.names.name(chances.case.sender))
    day = chances.shown
    force = chances.in_force(day)
    at = chances.chances[chances.days.index(day)]
    year = chances.chances[-1]
    shares = [year[_IN_FORCE].sum(), year[_SETTLED], year[_POSTPONED]]
    then = listed([_percent(float(one)) for one in shares])
    later = f"; after a year these are {then}" if day != chances.days[-1] else ""
    named = f"On {_day(day)}" if day == chances.first else f"A year on, on {_day(day)},"
    said = [
        f"{named} measures of {who} are in force with a chance of {_percent(force[0])} "
        f"({_percent(force[1])} to {_percent(force[2])}), a settlement has one of "
        f"{_percent(at[_SETTLED])}, withdrawal or delay {_percent(at[_POSTPONED])}{later}.",
        _scored(chances),
    ]
    if found.study.clash is not None:
        said.append("Under the red lines of the file nothing can be settled: where something is, a "
                    "line was dropped.")  # fmt: skip
        return [Sentence(one, ("dates",)) for one in said]
    told = [Sentence(one, ("dates",)) for one in said]
    return [*told, Sentence(_driven(found, chances), ("drivers",))]


def _scored(chances: Forecast) -> str:
    past = record()
    own, base = (float(np.nanmean(past.brier[name])) for name in (chances.method, BASE))
    return (
        f"The chances come from {len(everything())} past disputes, by the "
        f"{METHODS[chances.method]}: on ones that it had not seen no method was surely better "
        f"(Brier score {own:.2f}, base rates {base:.2f}; 0 is perfect)."
    )


def _driven(found: TalksFacts, chances: Forecast) -> str:
    """Say which figures move the chance of a measure in force most, against the usual dispute."""
    words = _words(found, chances)
    most = sorted(chances.drivers.items(), key=lambda one: -abs(one[1]))[:2]
    parts = [f"{words[name]} ({_points(value)})" for name, value in most if abs(value) >= 0.005]
    if not parts:
        return "Nothing that is known of it makes it other than the usual dispute."
    return f"What moves the chance of measures most, against the usual dispute: {listed(parts)}."


def _words(found: TalksFacts, chances: Forecast) -> dict[str, str]:
    case = chances.case
    who, whom = (noun(found.names.name(side)) for side in (case.sender, case.target))
    more = case.sender_imports / case.target_gdp > case.sender_exports / case.sender_gdp
    return {
        "due": f"the day named, {_day(chances.first)}",
        "protection": "a duty case or safeguard" if case.route in ("AD/CVD", "safeguard")
        else "no duty case or safeguard",
        "cut_off": "trade is cut off" if case.instrument != "tariff" else "a tariff and no ban",
        "exposure": f"{whom if more else who} hangs more on the other's market",
    }  # fmt: skip


def _explained(found: TalksFacts, chances: Forecast, game: Dated) -> str:
    day = chances.shown
    here, known = (game.on(one, day) for one in (game.found, game.others[BARE]))
    score = float(np.nanmean(record().brier["game"]))
    if found.study.clash is not None:
        return (
            f"A game of both sides (Brier score {score:.2f}), in which nothing can be settled, "
            f"gives measures in force by {_day(day)} {_percent(here[_IN_FORCE].sum())}."
        )
    return (
        f"A game of both sides (Brier score {score:.2f}) gives measures in force by {_day(day)} "
        f"{_percent(here[_IN_FORCE].sum())}, a settlement {_percent(here[_SETTLED])}. If incomes "
        f"were all that counts and each knew the other, a settlement would have "
        f"{_percent(known[_SETTLED])}."
    )


def picture(found: TalksFacts, chances: Forecast) -> Chart:
    """Return chances by date, of the record."""
    days = _key_days(found, chances)
    columns = [
        Column("date", "", "day"),
        *(Column(name, head, f"chance that it is {head}", SHARE) for name, head in HEADS.items()),
        Column("low", "in force: from", "lower end of nine in ten fits", SHARE, hidden=True),
        Column("high", "in force: to", "upper end of nine in ten fits", SHARE, hidden=True),
        Column("what", "what is due", "what the file says of the day", hidden=True),
    ]  # fmt: skip
    rows = []
    for day in days:
        _, low, high = chances.in_force(day)
        one = chances.chances[chances.days.index(day)]
        said = {name: float(share) for name, share in zip(OUTCOMES, one, strict=True)}
        rows.append({"date": day, "low": low, "high": high, "what": _due(found, day), **said})
    shown = table("dates", "Chances by date", columns, rows)
    names = [name.capitalize() for name in HEADS.values()]
    return Chart(
        shown, "steps", "date", OUTCOMES, title="Where it stands, by date",
        note=f"By the {METHODS[chances.method]} on past disputes; nothing can be in force before "
        f"{_day(chances.first)}",
        own=_areas(chances, names),
    )  # fmt: skip


def _areas(chances: Forecast, names: list[str]) -> Spec:
    """Stack the chances of states over dates."""
    rows = [
        {"date": day.isoformat(), "state": name, "place": place, "chance": round(float(one), 4)}
        for day, all_ in zip(chances.days, chances.chances, strict=True)
        for place, (name, one) in enumerate(zip(names, all_, strict=True))
    ]
    return part.free_chart(
        rows,
        "Areas: chances of each state by date",
        mark={"type": "area", "interpolate": "linear", "opacity": 0.9},
        encoding={
            "x": {"field": "date", "type": "temporal", "axis": {"title": None, "grid": False,
                  "tickCount": {"expr": f"{part.ON_PHONE} ? 4 : 10"}}},
            "y": {"field": "chance", "type": "quantitative", "stack": "zero",
                  "scale": {"domain": [0, 1]}, "axis": {"title": "Chance", "format": ".0%"}},
            "color": {"field": "state", "type": "nominal",
                      "scale": {"domain": names, "range": list(COLOURS)},
                      "legend": part.legend(names)},
            "order": {"field": "place"},
            "tooltip": [part.tip("date", "Day"), part.tip("state", "State"),
                        part.tip("chance", "Chance", ".0%")],
        },
        height=HEIGHT,
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
    return table("drivers", f"What moves it on {_day(chances.shown)}", columns, rows)


def _notes(found: TalksFacts, chances: Forecast) -> tuple[Any, ...]:
    case, sides = chances.case, chances.sides
    who, whom = (noun(found.names.name(side)) for side in (case.sender, case.target))
    said = [
        f"Read off the file and the baseline: instrument {case.instrument}, legal ground "
        f"{case.route or 'none'}, first day {_day(chances.first)}; {who} buys goods of "
        f"${case.sender_imports:,.0f}bn a year from {whom} and sells it "
        f"${case.sender_exports:,.0f}bn; incomes ${case.sender_gdp:,.0f}bn and "
        f"${case.target_gdp:,.0f}bn.",
        "Disputes of these two sides within a year are left out of the record, and the date of the "
        "scenario is day zero. What measures do to incomes, who votes and red lines are not known "
        "to it: they move the game alone.",
    ]
    if not sides.stated:
        said.append(
            "The file has no ladder: steps are its measures that are announced or threatened, and "
            "where no day is given the next one comes as long after as in the median dispute."
        )
    return tuple(Note(one) for one in said)


def by_date(found: TalksFacts, game: Dated) -> Table:
    """Return the game's chances of each state by date."""
    columns = [
        Column("date", "", "day, after the moves of that day"),
        *(Column(name, head, f"chance that it is {head}", SHARE) for name, head in HEADS.items()),
        Column("low", "in force: from", "lower end of nine in ten draws of what sides want", SHARE),
        Column("high", "in force: to", "upper end of nine in ten draws of what sides want", SHARE),
        Column("what", "what is due", "what the file says of the day", hidden=True),
    ]  # fmt: skip
    ends = [game.ends(at, _IN_FORCE) or (None, None) for at in range(len(game.days))]
    rows = [
        {"date": day, "what": _due(found, day), "low": low, "high": high}
        | {name: float(one) for name, one in zip(OUTCOMES, chance, strict=True)}
        for day, chance, (low, high) in zip(game.days, game.found.by_day, ends, strict=True)
    ]
    return table("game-dates", "By the game, by date", columns, rows, note=_sure(game))


def _sure(game: Dated) -> str:
    """Say what the ends rest on, and what was taken as one."""
    said = [
        f"From and to: nine in ten of {len(game.drawn)} draws of what sides want, from the law of "
        f"its estimates; the economy is not drawn."
    ] if game.ends(0, _IN_FORCE) else []  # fmt: skip
    if game.found.merged:
        said.append(
            f"Its {game.found.tree.histories:,} histories are too many: those that lead to one "
            f"state are taken as one, with the mean of what is believed."
        )
    return " ".join(said)


def _due(found: TalksFacts, day: date) -> str:
    said = [one.title for one in found.talks.calendar if one.date == day]
    chances = found.study.forecast
    assert chances is not None
    said += [f"first day of {one.title}" for own in chances.sides.rungs for one in own
             if one.first == day]  # fmt: skip
    return "; ".join(said) or "–"


def changes(found: TalksFacts, game: Dated) -> Table:
    """Return the game's chances on the first rung's day, and with one thing otherwise."""
    chances = found.study.forecast
    assert chances is not None
    day = chances.shown
    columns = [
        Column("what", "", "what is otherwise"),
        Column("settled", f"settled by {_day(day)}", "chance of a settlement", SHARE),
        Column("force", "in force then", "chance that a measure is in force", SHARE),
        Column("later", "settled at the end", "chance of a settlement on the last day", SHARE),
        Column("force_later", "in force at the end", "chance of one in force then", SHARE),
    ]
    ways = {"as the file has it": game.found, **game.others}
    rows = []
    for what, one in ways.items():
        then, end = game.on(one, day), one.by_day[-1]
        rows.append({"what": _named(found, what), "settled": float(then[_SETTLED]),
                     "force": float(then[_IN_FORCE].sum()), "later": float(end[_SETTLED]),
                     "force_later": float(end[_IN_FORCE].sum())})  # fmt: skip
    return table("changes", "By the game, with one thing otherwise", columns, rows)


def _named(found: TalksFacts, what: str) -> str:
    """Say a change with the names of sides."""
    first, _, rest = what.partition(" ")
    ids = {party.id: party.name for party in found.names.parties}
    return f"{noun(ids[first])} {rest}" if first in ids else what


def settlements(found: TalksFacts, game: Dated) -> Table:
    """Return the packages that may be settled on, what they bring, and their chances."""
    columns = [
        Column("what", "package", "whose it is"),
        Column("chance", "chance", "that it is what is settled on by the last day", SHARE),
        *(Column(f"gain_{at}", found.names.name(side), "what it brings against what holds now",
                 found.names.unit) for at, side in enumerate(game.sides.ids)),
        Column("holds", "is kept", "whether no side would rather break it"),
    ]  # fmt: skip
    rows = [
        {"what": _package(found, offer), "chance": float(chance),
         "holds": "yes" if offer.holds else "no",
         **{f"gain_{at}": float(offer.gain[at]) for at in (SENDER, TARGET)}}
        for offer, chance in zip(game.offers, game.found.settled_on[-1], strict=True)
    ]  # fmt: skip
    return table("settlements", "By the game, what is settled on", columns, rows)


def _package(found: TalksFacts, offer: Offer) -> str:
    return listed([
        SOLUTIONS[name][0] if name in SOLUTIONS
        else f"what {noun(found.names.name(name))} asks for" for name in offer.names
    ])  # fmt: skip


def learned(found: TalksFacts, game: Dated) -> Table:
    """Return what the other side learns from moves while nothing is in force."""
    names = [noun(found.names.name(side)) for side in game.sides.ids]
    kinds = ("wants much to have acted", "finds conceding dear")
    columns = [
        Column("date", "", "day of the move"),
        Column("move", "if", "who does what"),
        Column("chance", "chance", "that this is done then", SHARE),
        Column("what", "the other thinks that it", "what is not known of it"),
        Column("high", "likely to", "half before anything was seen", SHARE),
    ]
    rows = [
        {"date": game.days[one.day], "chance": one.chance, "high": one.high,
         "move": f"{names[one.side]} {_MOVES[one.move]}", "what": kinds[one.side]}
        for one in game.found.learned if one.chance >= 0.005 and one.move != "settles"
    ]  # fmt: skip
    return table("learned", "What each learns from the other", columns, rows)


_MOVES = {"holds": "holds", "rung": "takes its next step", "postpones": "puts its measures off",
          "steps-down": "steps down"}  # fmt: skip


def rungs(found: TalksFacts, game: Dated) -> Table:
    """Return how high the sender stands by date."""
    own = game.sides.rungs[SENDER]
    columns = [
        Column("date", "", "day, after the moves of that day"),
        *(Column(f"rung_{at}", rung.title, f"chance that these are in force: {rung.title}", SHARE)
          for at, rung in enumerate(own, 1)),
    ]  # fmt: skip
    above = game.found.rung[:, ::-1].cumsum(axis=1)[:, ::-1]
    rows = [
        {"date": day} | {f"rung_{at}": float(one[at]) for at in range(1, len(own) + 1)}
        for day, one in zip(game.days, above, strict=True)
    ]
    return table("rungs", "By the game, which measures are in force", columns, rows)


def costs(found: TalksFacts, game: Dated) -> Table:
    """Return what each pair of rungs changes for both, a year."""
    columns = [
        Column("sender", "what one has in force", "measures of who asks"),
        Column("target", "what the other has", "measures of who is asked"),
        *(Column(f"worth_{at}", found.names.name(side), "what that changes for it a year, against "
                 "what holds now", found.names.unit) for at, side in enumerate(game.sides.ids)),
    ]  # fmt: skip
    shape = game.worth.shape
    rows = [
        {"sender": _held(game, SENDER, a), "target": _held(game, TARGET, b)}
        | {f"worth_{at}": float(game.worth[a, b, at]) for at in (SENDER, TARGET)}
        for a in range(shape[0]) for b in range(shape[1])
    ]  # fmt: skip
    return table("costs", "What each state changes a year", columns, rows)


def _held(game: Dated, side: int, count: int) -> str:
    titles = [one.title for one in game.sides.rungs[side][:count]]
    return listed(titles) if count else "nothing"


def _points(value: float) -> str:
    """Say a change of a chance in points."""
    size = round(100 * abs(value))
    return f"{size} {'point' if size == 1 else 'points'} {'more' if value > 0 else 'less'}"


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f}%" if 0.01 <= chance <= 0.99 else "<1%" if chance < 0.5 else ">99%"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
