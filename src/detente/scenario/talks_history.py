"""What sides of a ladder are said to have done since: refused where no play of the game has it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from detente.scenario.yaml_lines import Found, KeyPath

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
Entries = list[tuple[KeyPath, dict]]
Move = TypeVar("Move")


def iso(day: Any) -> str:
    """Return a day as text that sorts; nothing where it is none."""
    return str(day) if _DAY.fullmatch(str(day)) else ""


def in_order(moves: Sequence[Move], asks: Callable[[Move], bool]) -> list[Move]:
    """Return the moves of one day in the order of the game.

    Who is asked moves first, then who asks; a second move of who is asked is the answer to that.

    Parameters
    ----------
    asks
        Whether a move is of the side that asks.
    """
    own = [one for one in moves if asks(one)]
    others = [one for one in moves if not asks(one)]
    return [*others[:1], *own, *others[1:]]


def history_faults(ladder: Entries, history: Entries, start: Any) -> Iterator[Found]:
    """Yield which moves cannot have happened: from the scenario's date on, on the ladder."""
    rungs: dict[str, list[str]] = {}
    for _, rung in ladder:
        if isinstance(party := rung.get("party"), str):
            rungs.setdefault(party, []).append(iso(rung.get("first")))
    yield from _out_of_order(history, start)
    known = []
    for at, entry in history:
        party = entry.get("party")
        if not isinstance(party, str) or not isinstance(entry.get("move"), str):
            continue
        if party in rungs:
            known.append((at, entry))
            continue
        said = "has no rung of a ladder, so that it cannot have moved on one"
        said += "" if rungs else ": a history needs a ladder in this file"
        yield Found((*at, "party"), said, value=party, allowed=", ".join(rungs) or "none")
    if rungs:
        yield from _replayed(rungs, known)


def _out_of_order(history: Entries, start: Any) -> Iterator[Found]:
    before = iso(start)
    for at, entry in history:
        day = iso(entry.get("date"))
        if day and day < before:
            said = "is before the entry above it, or the date of the scenario"
            yield Found((*at, "date"), said, value=day, allowed=f"{before} or later")
        before = max(day, before)


def _replayed(rungs: dict[str, list[str]], history: Entries) -> Iterator[Found]:
    """Yield what the rules of a day leave no room for."""
    sender, taken, put_off = next(iter(rungs)), dict.fromkeys(rungs, 0), False
    for day, moves in itertools.groupby(history, lambda one: iso(one[1].get("date"))):
        done: list[tuple[str, str]] = []
        for at, entry in in_order(list(moves), lambda one: one[1]["party"] == sender):
            party, move = entry["party"], entry["move"]
            count, left = taken[party], rungs[party][taken[party] :]
            if fault := _could_not(move, party == sender, left, count, day, put_off):
                yield Found((*at, "move"), fault, value=move)
                continue
            if fault := _too_often(party, sender, done):
                yield Found((*at, "date"), fault, value=day)
                continue
            done.append((party, move))
            taken[party] += {"rung": 1, "steps-down": -1}.get(move, 0)
            if move == "steps-down":  # what answers it comes down with it
                taken = {side: min(count, taken[sender]) for side, count in taken.items()}
            if party == sender and move in ("postpones", "rung"):
                put_off = move == "postpones"


def _too_often(party: str, sender: str, done: list[tuple[str, str]]) -> str:
    """Return why a side cannot have moved once more on a day; nothing where it can."""
    times = sum(side == party for side, _ in done)
    said = f"{party} has moved on this day already"
    if not times or (times == 1 and party != sender and (sender, "rung") in done):
        return ""
    return said if party == sender or times > 1 else f"{said}, and answers a new rung alone"


def _could_not(
    move: str, sends: bool, left: list[str], done: int, day: str, put_off: bool
) -> str:  # fmt: skip
    """Return why a move could not have happened; nothing where it could."""
    if move == "rung" and not left:
        return "there is no rung left to take"
    if move == "rung" and day and left[0] > day:
        return f"the rung may be in force from {left[0]} alone, after {day}"
    if move in ("postpones", "steps-down") and not sends:
        return "only who asks first can put off or take back its measures"
    if move == "steps-down" and not done:
        return "nothing is in force that could be taken back"
    if move == "postpones" and (put_off or not left):
        return "nothing is left to put off"
    return ""
