"""Talks that drag on: chances by date of the record, what they bring, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.disputes.cases import everything
from detente.disputes.forecasts import METHODS
from detente.disputes.moves import OUTCOMES, SENDER, TARGET
from detente.disputes.scores import BASE, record
from detente.document.blocks import EVERYWHERE, Column, Note, Section, Sentence, Table
from detente.document.language import capital, listed, noun
from detente.document.numbers import SHARE
from detente.document.numbers import spoken as spoken_size
from detente.report.columns import table
from detente.report.talks import game
from detente.report.talks.cells import PAGE
from detente.report.talks.fan import day_assumed, open_around_the_day, picture
from detente.report.talks.game import HEADS
from detente.report.talks.phrases import head, package_words, percent, spoken, to_each
from detente.report.talks.usual import driven, drivers
from detente.talks.record import Forecast

if TYPE_CHECKING:
    from detente.report.talks.facts import TalksFacts
    from detente.talks.dated import Dated
    from detente.talks.table import Floats


ANSWERS = ((0.95, "Almost surely"), (0.6, "Probably"), (0.4, "As likely as not"),
           (0.05, "Probably not"), (0.0, "Almost surely not"))  # fmt: skip
"""Chance of a measure in force from which on → the answer to whether it comes."""
_OPEN, _POSTPONED, _SETTLED = map(OUTCOMES.index, ("open", "postponed", "settled"))
_IN_FORCE = [3, 4]
TERMINAL = EVERYWHERE - PAGE


def sections(found: TalksFacts) -> tuple[Section, ...]:
    """Return what opens the page, and the game; nothing where no measure is threatened."""
    chances = found.study.forecast
    if chances is None:
        return ()
    title = f"In short: will {game.threat(found)} come?"
    said, drawn = _told(found, chances), picture(found, chances)
    rest = (outcomes(found, chances), Sentence(driven(found, chances), ("drivers",)),
            *game.explained(found), *_given(found, chances), *happened(found, chances))  # fmt: skip
    about = Section("record", "What these chances rest on", (drivers(found, chances),
                    *_notes(found, chances)), more=True)  # fmt: skip
    return (
        Section("by-date", title, (*said, drawn, *rest), PAGE),
        Section("in-short", title, (*said, *rest), TERMINAL),
        Section("dates-in-full", "", (drawn.table,), TERMINAL, more=True),
        *game.sections(found),
        about,
    )


def _told(found: TalksFacts, chances: Forecast) -> list[Sentence]:
    """Say whether measures come, by which measures or package, and how sure that is."""
    package = likely(found)
    see = ("settlements", "rungs") if found.settled_on else ("outcomes",)
    since, told = _since(found), _by_day(found, chances)
    if since:
        told = f"As of {spoken(chances.case.start)}, without that: {told[0].lower()}{told[1:]}"
    return [
        *([Sentence(since, ("game-dates",))] if since else []),
        Sentence(told, ("dates", "outcomes")),
        *([Sentence(package, see)] if package else []),
        Sentence(_scored(chances)),
    ]


def _since(found: TalksFacts) -> str:
    """Say what follows from what has happened; the game alone knows it."""
    dated, moves = found.study.dated, found.talks.history
    if dated is None or not moves:
        return ""
    last = moves[-1].date
    days = list(dict.fromkeys([*[day for day in dated.days if day > last][:1], dated.days[-1]]))
    said = [f"on {spoken(day)} {_shares(found, dated.on(dated.found, day))}" for day in days]
    return (
        f"Given what has happened by {spoken(last)}, {'; '.join(said)}: by the game of both sides, "
        f"with an error of {game.error('game'):.2f} on past disputes."
    )


def _by_day(found: TalksFacts, chances: Forecast) -> str:
    day, last = chances.shown, chances.days[-1]
    at = chances.chances[chances.days.index(day)]
    later = ""
    if day != last:
        year = chances.chances[-1]
        same = " likewise" if _answer(year) == _answer(at) else f", {_answer(year).lower()}"
        told = listed([percent(one) for one in _four(year)])
        later = f"; a year on{same}: {told}{_rounded(year)}"
    when = f"on {spoken(day)}" if day == chances.first else f"a year on, on {spoken(day)}"
    when += ", a day assumed" if day == chances.first and day_assumed(chances) else ""
    _, low, high = chances.in_force(day)
    range_ = f" ({percent(low)} to {percent(high)})"
    return f"{_answer(at)} {when}: {_shares(found, at, range_)}{_rounded(at)}{later}."


def _four(chance: Floats) -> list[float]:
    """Return the chances that a measure is in force, that it is settled, put off, and open."""
    force = float(chance[_IN_FORCE].sum())
    return [force, *(float(chance[place]) for place in (_SETTLED, _POSTPONED, _OPEN))]


def _shares(found: TalksFacts, chance: Floats, range_: str = "") -> str:
    force, settled, later, open_ = map(percent, _four(chance))
    return (
        f"{game.threat(found)} of {game.asks(found)} are in force with a chance of {force}"
        f"{range_}, a settlement has {settled}, withdrawal or delay {later}, nothing decided "
        f"{open_}"
    )


def _answer(chance: Floats) -> str:
    """Say in words how likely a measure in force is."""
    force = _four(chance)[0]
    return next(word for least, word in ANSWERS if force >= least)


def _rounded(chance: Floats) -> str:
    """Say why shares do not add up to 100% where they do not."""
    return "" if sum(round(100 * one) for one in _four(chance)) == 100 else " (rounded)"


def likely(found: TalksFacts) -> str:
    """Say which rung the game has most likely in force, and which package settled on."""
    dated, said = found.study.dated, []
    if found.study.clash is not None:
        return ("Under the red lines of the file nothing can be settled: where something is, a "
                "line was dropped.")  # fmt: skip
    if dated is None:
        return ""
    rungs, offer = dated.found.rung[-1, 1:], found.settled_on
    if rungs.sum() > 0:
        said.append(f"if they come: “{game.held(dated, SENDER, int(rungs.argmax()) + 1)}”")
    if offer is not None:
        words = package_words(found.names, found.packages.choices(offer.package))
        said.append(f"if settled: {words}")
    told = [f"Likeliest {'; '.join(said)}."] if said else []
    if offer is None:
        told.append("No package of the table can be settled on: a settlement needs another.")
    return " ".join(told)


def _scored(chances: Forecast) -> str:
    """Say what chances are from, and how good such ones were on what."""
    own, equal = game.error(chances.method), 1 - 1 / len(OUTCOMES)
    usual = (
        ""
        if chances.method == BASE
        else f"always saying the usual shares has {game.error(BASE):.2f} "
    )
    return (
        f"By the {METHODS[chances.method]} on {chances.fitted} past disputes, with an error (Brier "
        f"score) of {own:.2f} on {len(record().cases)} kept out of the fit by episode; {usual}"
        f"(0 is perfect, {equal:.2f} guessing)."
    )


def _given(found: TalksFacts, chances: Forecast) -> list[Sentence]:
    """Say what the file gives the sides to want, what is assumed, and who is not in it."""
    names, sides, said = found.names, chances.sides, _wanted(found)
    others = [noun(party.name) for party in names.parties if party.id not in sides.ids]
    out = f"{listed(others)} {'takes' if len(others) == 1 else 'take'} no part" if others else ""
    if not sides.stated:
        start = "It" if said else "The file"
        also = "" if found.talks.calendar else " or calendar"
        days = " and days" if day_assumed(chances) else ""
        more = f", and {out}" if out else ""
        said.append(f"{start} has no ladder{also}: steps{days} are assumed{more}.")
    elif out:
        said.append(f"{capital(out)} in the ladder.")
    return [Sentence(" ".join(said))] if said else []


def _wanted(found: TalksFacts) -> list[str]:
    """Say which standing and which cost of backing down the file states."""
    names, unit, said = found.names, found.names.unit, []
    for entry in found.talks.parties:
        standing = entry.objective and entry.objective.standing
        if standing and standing.central:
            said.append(f"{noun(names.name(entry.party))} values having acted at "
                        f"{spoken_size(standing.central, unit)} a year")  # fmt: skip
    costs = {noun(party.name): spoken_size(party.audience_cost, unit)
             for party in names.parties if party.audience_cost}  # fmt: skip
    if costs:
        each = [f"{who} {cost}" for who, cost in costs.items()]
        same = len(costs) == len(names.parties) and len(set(costs.values())) == 1
        whom = f"each side {min(costs.values())}" if same else listed(each)
        said.append(f"backing down costs {whom} a year")
    return [f"By the file {listed(said)}."] if said else []


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
        rows.append({"what": "weighed, a year on"}
                    | {f"worth_{k}": float(one) for k, one in enumerate(weighed)})  # fmt: skip
    past = f"Chances as of {spoken(chances.case.start)}, without what has happened since"
    past += "; what each brings is with it." if dated else "."
    notes = [past if found.talks.history else "", _of_values(found, dated),
             _unknown(chances, dated)]  # fmt: skip
    note = " ".join(filter(None, notes))
    title = "Chances, and what each brings"
    return table("outcomes", title, columns, rows, note=note, look="stack")


def _of_values(found: TalksFacts, dated: Dated | None) -> str:
    """Say what values of outcomes are means over."""
    if dated is None:
        return ""
    of = ["mean over packages"] if len(dated.offers) > 1 else []
    of += ["backing down apart"] if any(offer.backing.any() for offer in dated.offers) else []
    said = [f"settled: {', '.join(of)}"] if of else []
    if np.nanmax(np.abs(dated.brought[:_SETTLED]), initial=0.0) > found.names.small:
        whom = noun(found.names.name(dated.sides.ids[TARGET]))
        said.append(f"first two rows: {whom} may have measures in force")
    return f"{capital('; '.join(said))}." if said else ""


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


def against_today(found: TalksFacts) -> str:
    """Say what the likeliest settlement is worth against what holds now; nothing without one."""
    game_, offer = found.study.dated, found.settled_on
    if game_ is None or offer is None:
        return ""
    values = [float(one) for one in offer.gain]
    return f"{to_each(found.naming_of(game_.sides.ids), values)} against today"


def bridge(found: TalksFacts) -> str:
    """Say why the game's settlement is another deal than the one that serves all."""
    game_, main, offer = found.study.dated, found.predicted, found.settled_on
    if game_ is None or main is None or offer is None or offer.package == main.package:
        return ""
    ends = f"The deal above settles the dispute ({against_today(found)})"
    if main.package in {one.package for one in game_.offers}:
        return f"{ends} and is likelier where neither side knows the other."
    who = "both" if len(found.parties) == 2 else "all"
    return f"{ends}; this one {who} would sign if they knew that talks otherwise fail."


def not_at_odds(found: TalksFacts) -> str:
    """Say why settlements have a chance though no package serves both; nothing without chances."""
    chances = found.study.forecast
    if chances is None:
        return ""
    settled = percent(float(chances.chances[-1, _SETTLED]))
    return (
        f"The {settled} above are for any settlement, as in past disputes, not for these packages."
    )


def happened(found: TalksFacts, chances: Forecast) -> tuple[Sentence, ...]:
    """Say what stood on the day named, or came first after it: known only later."""
    events = sorted(found.talks.afterwards, key=lambda one: one.date)
    if not events:
        return ()
    one = ([e for e in events if e.date <= chances.shown] or events[:1])[-1]
    told = f"What happened (not used): {spoken(one.date)}, {one.title}."
    return (Sentence(told, ("afterwards",)),)


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
    if chances.method != BASE:
        said.append(
            f"The {METHODS[chances.method]} is surely better than simpler methods, and none is "
            "surely better than it. The usual dispute has the mean figures of those that it is "
            "fitted on; shares to start from are those of well-known disputes."
        )
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
