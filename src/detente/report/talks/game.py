"""The game of both sides: what would change chances, and what each learns from the other."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from detente.disputes.cases import STATES
from detente.disputes.moves import OUTCOMES, SENDER, TARGET
from detente.disputes.scores import record
from detente.document.blocks import EVERYWHERE, Column, Note, Section, Sentence, Table
from detente.document.language import listed, noun
from detente.document.numbers import SHARE
from detente.report.columns import table
from detente.report.talks.cells import PAGE
from detente.report.talks.phrases import SOLUTIONS, head, percent, points, spoken
from detente.talks.otherwise import BARE, FREE, KNOWN, PUT_OFF

if TYPE_CHECKING:
    from detente.disputes.ladder import Escalation, Learned
    from detente.report.talks.facts import TalksFacts
    from detente.talks.dated import Dated
    from detente.talks.offers import Offer
    from detente.talks.otherwise import Known
    from detente.talks.table import Floats

HEADS = dict(zip(OUTCOMES, STATES.values(), strict=True))
"""Outcomes → how they are said; both are in the order of the record's states."""
TARIFFS, MOST = {"tariff", "ledger"}, 2
RARE = 0.05
"""Chance of a move below which what it tells is left out."""
_SETTLED, _IN_FORCE = OUTCOMES.index("settled"), [3, 4]
TERMINAL = EVERYWHERE - PAGE
ESTIMATED = (
    "What sides want beside what measures bring them (having acted, not backing down, not "
    "conceding) is estimated on the disputes of the record. What settling is worth and costs "
    "counts by the share of the demands that a package meets; two thirds are usual. It shows what "
    "hangs on what."
)
ORDER = (
    "On each day the side that is asked settles, holds out or strikes first; then who asks holds, "
    "postpones, takes its next step or steps down; then the other answers or not. Neither knows "
    "how much the other wants to have acted, or how much conceding costs it; both learn from moves."
)


def asks(found: TalksFacts) -> str:
    """Return the name of who asks."""
    chances = found.study.forecast
    assert chances is not None
    return noun(found.names.name(chances.case.sender))


def threat(found: TalksFacts) -> str:
    """Say in two words what who asks threatens."""
    chances = found.study.forecast
    assert chances is not None
    ids = {one for rung in chances.sides.rungs[SENDER] for one in rung.measures}
    kinds = {entry.kind for entry in found.study.scenario.measures if entry.id in ids}
    return "new tariffs" if kinds <= TARIFFS else "new measures"


def error(method: str) -> float:
    """Return the mean Brier score of a method on the record."""
    return float(np.nanmean(record().brier[method]))


def explained(found: TalksFacts) -> list[Sentence]:
    """Say what the game has on the day shown, and what would change it most."""
    game, chances = found.study.dated, found.study.forecast
    if game is None or chances is None:
        return []
    moves, day = found.talks.history, chances.shown
    day = game.days[-1] if moves and moves[-1].date >= day else day
    then = f" on {spoken(day)}" if day != chances.shown else ""
    here = game.on(game.found, day)
    none = "" if game.offers else " and nothing to settle on"
    force, what = percent(_force(here)), threat(found)
    said = f"A game of both sides (error {error('game'):.2f}) gives {what} {force}{then}{none}"
    movers = [f"{percent(chance)} if {_named(found, what)}" for what, chance in _movers(game, day)]
    back = _deal_back(found, game, day)
    movers = movers[:1] if back else movers
    moved = f", moved most to {listed(movers)}" if movers else ""
    return [Sentence(f"{said}{moved}{back}.", ("changes",))]


def _deal_back(found: TalksFacts, game: Dated, day: date) -> str:
    """Say what would bring a deal by a day, where the ladder is the file's own."""
    if not (game.sides.stated and game.offers) or found.talks.history:
        return ""
    ways = {KNOWN: "if neither cares for standing and nothing is hidden",
            FREE: "if conceding is free too"}  # fmt: skip
    then = [f"{percent(float(game.on(game.others[what], day)[_SETTLED]))} {words}"
            for what, words in ways.items() if what in game.others]  # fmt: skip
    now = percent(float(game.on(game.found, day)[_SETTLED]))
    return f"; it gives a settlement {now}, {' and '.join(then)}" if then else ""


def _force(chance: Floats) -> float:
    return float(chance[_IN_FORCE].sum())


def _movers(game: Dated, day: date) -> list[tuple[str, float]]:
    """Return the changes that move measures in force on a day most, with the chance then.

    Left out are those that are no change of the dispute but of what is known and wanted, and later
    days of its rungs, by which measures cannot be in force that early.
    """
    base, found = _force(game.on(game.found, day)), list[tuple[str, float]]()
    for what, one in game.others.items():
        if what not in (KNOWN, FREE, BARE, PUT_OFF):
            found.append((what, _force(game.on(one, day))))
    found.sort(key=lambda pair: -abs(pair[1] - base))
    return [(what, chance) for what, chance in found[:MOST] if abs(chance - base) >= 0.005]


def sections(found: TalksFacts) -> tuple[Section, ...]:
    """Return the game in full; nothing where there is none."""
    game = found.study.dated
    if game is None:
        return ()
    none = Note("No package of the table can be settled on.")
    settled = settlements(found, game) if game.offers else none
    blocks = (*_compared(found, game), changes(found, game), *lessons(found, game),
              learned(found, game), by_date(found, game), settled, rungs(found, game),
              costs(found, game), Note(ORDER), Note(ESTIMATED))  # fmt: skip
    return (
        Section("why-in-full", "", blocks, TERMINAL, more=True),
        Section("game", "Why: a game of both sides", blocks, PAGE, more=True),
    )


def _compared(found: TalksFacts, game: Dated) -> list[Sentence]:
    """Say where the game differs from the record, and what would bring a deal."""
    chances = found.study.forecast
    assert chances is not None
    day, last = chances.shown, game.days[-1]
    here, told = game.on(game.found, day), chances.chances[chances.days.index(day)]
    shares = {"measures in force": _IN_FORCE}
    shares |= {"a settlement": [_SETTLED]} if game.offers else {}
    sums = {what: (here[at].sum(), told[at].sum()) for what, at in shares.items()}
    gaps = listed([f"{what} {percent(ours)} ({points(ours - theirs)})"
                   for what, (ours, theirs) in sums.items()])  # fmt: skip
    # what has happened may never come about without what sides want besides
    ways = {KNOWN: "if neither cares for standing and nothing is hidden",
            FREE: "if conceding is free too"}  # fmt: skip
    then = [f"{percent(float(game.others[what].by_day[-1][_SETTLED]))} {words}"
            for what, words in ways.items() if what in game.others]  # fmt: skip
    whole = percent(float(game.found.by_day[-1][_SETTLED]))
    said = [] if found.talks.history else [
        f"Against the chances above the game gives {gaps} on {spoken(day)}."
    ]  # fmt: skip
    if game.offers:
        said.append(f"In the game a settlement by {spoken(last)} has {whole}: {', '.join(then)}.")
    return [Sentence(one, ("changes",)) for one in said]


def lessons(found: TalksFacts, game: Dated) -> list[Sentence]:
    """Say of each side the move that tells most of it, with its chance taken into account."""
    names, said = [noun(found.names.name(side)) for side in game.sides.ids], []
    for side in (TARGET, SENDER):
        own = [one for one in _telling(game) if one.side == side]
        if not own:
            continue
        most = max(own, key=lambda one: one.chance * abs(one.high - 0.5))
        said.append(
            f"If {names[side]} {_MOVES[most.move]} on {spoken(game.days[most.day])}, it is "
            f"{percent(most.high)} likely to be one that {_KINDS[side]}, where it was 50% before."
        )
    return [Sentence(one, ("learned",)) for one in said]


def by_date(found: TalksFacts, game: Dated) -> Table:
    """Return the game's chances of each state by date."""
    columns = [
        Column("date", "", "day, after the moves of that day"),
        *(Column(name, said, f"chance that it is {said}", SHARE) for name, said in HEADS.items()),
        Column("low", "in force: from", "lower end of nine in ten draws of what sides want", SHARE),
        Column("high", "in force: to", "upper end of nine in ten draws of what sides want", SHARE),
        Column("what", "what is due", "what the file says of the day", hidden=True),
    ]  # fmt: skip
    ends = [game.ends(at, _IN_FORCE) or (None, None) for at in range(len(game.days))]
    rows = [
        {"date": day, "what": due(found, day), "low": low, "high": high}
        | {name: float(one) for name, one in zip(OUTCOMES, chance, strict=True)}
        for day, chance, (low, high) in zip(game.days, game.found.by_day, ends, strict=True)
    ]
    return table(
        "game-dates", "By the game, by date", columns, rows, note=_sure(game), look="stack"
    )


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


def due(found: TalksFacts, day: date) -> str:
    """Return what the file has for a day of the calendar."""
    said = [one.title for one in found.talks.calendar if one.date == day]
    chances = found.study.forecast
    assert chances is not None
    said += [f"first day of {one.title}" for own in chances.sides.rungs for one in own
             if one.first == day]  # fmt: skip
    return "; ".join(said) or "–"


def changes(found: TalksFacts, game: Dated) -> Table:
    """Return the game's chances with one thing otherwise, what changes them most first."""
    chances = found.study.forecast
    assert chances is not None
    first, last = chances.shown, game.days[-1]
    days = {"": first} | ({"_later": last} if last > first else {})
    columns = [Column("what", "", "what is otherwise")]
    for key, day in days.items():
        columns += [
            Column(f"force{key}", f"in force {head(day)}", "chance of a measure in force on that "
                   "day", SHARE),
            Column(f"settled{key}", f"settled by {head(day)}", "chance of a settlement by then",
                   SHARE),
        ]  # fmt: skip

    def shares(one: Escalation | Known) -> dict[str, float]:
        told = {}
        for key, day in days.items():
            at = game.on(one, day)
            told |= {f"force{key}": float(at[_IN_FORCE].sum()),
                     f"settled{key}": float(at[_SETTLED])}  # fmt: skip
        return told

    base = shares(game.found)

    def effect(told: tuple[str, dict[str, float]]) -> float:
        return -max(abs(one - base[key]) for key, one in told[1].items())

    ways = sorted(((what, shares(one)) for what, one in game.others.items()), key=effect)
    rows = [{"what": "as the file has it"} | base,
            *({"what": _named(found, what)} | told for what, told in ways)]  # fmt: skip
    return table("changes", "What would change it, by the game", columns, rows, look="stack")


def _named(found: TalksFacts, what: str) -> str:
    """Say a change with the names of sides."""
    first, _, rest = what.partition(" ")
    ids = {party.id: party.name for party in found.names.parties}
    if first in ids:
        return f"{noun(ids[first])} {rest}"
    chances = found.study.forecast
    assert chances is not None
    for costs, side in (("backing down costs", SENDER), ("conceding costs", TARGET)):
        whom = noun(found.names.name(chances.sides.ids[side]))
        what = what.replace(f"{costs} ", f"{costs} {whom} ")
    return what.replace("of income more", f"of income more to {asks(found)}")


def settlements(found: TalksFacts, game: Dated) -> Table:
    """Return the packages that may be settled on, what they bring, and their chances."""
    columns = [
        Column("what", "package", "whose it is"),
        Column("chance", "chance", "that it is what is settled on by the last day", SHARE),
        *_demands_met(found, game),
        *(Column(f"gain_{at}", found.names.name(side), "what it brings against what holds now",
                 found.names.unit) for at, side in enumerate(game.sides.ids)),
        Column("holds", "is kept", "whether no side would rather break it"),
    ]  # fmt: skip
    rows = [
        {"what": _package(found, offer), "chance": float(chance), "met": offer.met,
         "holds": "yes" if offer.holds else "no",
         **{f"gain_{at}": float(offer.gain[at]) for at in (SENDER, TARGET)}}
        for offer, chance in zip(game.offers, game.found.settled_on[-1], strict=True)
    ]  # fmt: skip
    return table("settlements", "By the game, what is settled on", columns, rows)


def _demands_met(found: TalksFacts, game: Dated) -> list[Column]:
    """Return the column of how far packages go, where something is demanded."""
    if all(offer.met is None for offer in game.offers):
        return []
    asks = noun(found.names.name(game.sides.ids[SENDER]))
    return [Column("met", "demands met", f"share of what {asks} demands and has not", SHARE)]


def _package(found: TalksFacts, offer: Offer) -> str:
    return listed([
        SOLUTIONS[name][0] if name in SOLUTIONS
        else f"what {noun(found.names.name(name))} asks for" for name in offer.names
    ])  # fmt: skip


def learned(found: TalksFacts, game: Dated) -> Table:
    """Return what the other side learns from moves while nothing is in force."""
    names = [noun(found.names.name(side)) for side in game.sides.ids]
    columns = [
        Column("date", "", "day of the move"),
        Column("move", "if", "who does what"),
        Column("chance", "chance", "that this is done then", SHARE),
        Column("what", "the other thinks that it", "what is not known of it"),
        Column("high", "likely to", "half before anything was seen", SHARE),
    ]
    rows = [
        {"date": game.days[one.day], "chance": one.chance, "high": one.high,
         "move": f"{names[one.side]} {_MOVES[one.move]}", "what": _KINDS[one.side]}
        for one in _telling(game)
    ]  # fmt: skip
    return table("learned", "What each learns from the other", columns, rows, look="stack")


def _telling(game: Dated) -> list[Learned]:
    """Return the moves that are likely enough to be worth reading."""
    return [one for one in game.found.learned if one.chance >= RARE and one.move != "settles"]


_KINDS = ("wants much to have acted", "finds conceding dear")
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
        {"sender": held(game, SENDER, a), "target": held(game, TARGET, b)}
        | {f"worth_{at}": float(game.worth[a, b, at]) for at in (SENDER, TARGET)}
        for a in range(shape[0]) for b in range(shape[1])
    ]  # fmt: skip
    return table("costs", "What each state changes a year", columns, rows)


def held(game: Dated, side: int, count: int) -> str:
    """Return in words what a side has in force on a rung."""
    titles = [one.title for one in game.sides.rungs[side][:count]]
    return listed(titles) if count else "nothing"
