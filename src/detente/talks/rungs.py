"""What each side can do next if talks drag on: the file's ladder, or one made of its measures."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from detente.baseline.groups import COUNTRY_GROUPS, known_code
from detente.baseline.names import country_name
from detente.disputes.cases import shipped
from detente.disputes.moves import MOST_DAYS
from detente.document.language import listed, long_day, noun
from detente.errors import InputError, Problem
from detente.scenario.against import placed
from detente.talks.case import no_deal_points, nothing_settled, while_talking
from detente.talks.valuation import MeasureSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from detente.scenario.measures import MeasureEntry
    from detente.talks.case import Case

OPEN = ("announced", "threatened")
"""What measures may stand at to be a rung by default, the nearer first."""
MOST_RUNGS = 3
"""Of a side, by default."""
KINDS = {"ledger": "tariffs", "production-subsidy": "subsidies"}
"""Kinds of measures whose plural is not made with an s."""


class Rung(NamedTuple):
    """Measures that a side can add to those of its rungs below, from a first day on."""

    title: str
    measures: tuple[str, ...]
    first: date
    route: str = ""
    assumed: bool = False  # nobody named its first day


@dataclass(frozen=True)
class Sides:
    """The two sides of a ladder.

    Attributes
    ----------
    ids
        Who asks, and who is asked.
    rungs
        Of each, the lowest first.
    stated
        Whether the file has them; else they are made of its measures.
    """

    ids: tuple[str, str]
    rungs: tuple[tuple[Rung, ...], tuple[Rung, ...]]
    stated: bool


def rungs_of(case: Case) -> Sides | None:
    """Return both sides of a ladder; nothing where no measure is threatened.

    By default a side's rungs are its measures that are announced or threatened and not in force
    while talks go on, those of one status and start together: announced ones first, three at most.
    Where no day is given the next rung comes as long after the one below as in the median dispute
    of the record lay between threat and named day. Who asks is who would make the first no-deal
    point of a breakdown come, or else who has most such measures, announced ones if there are any;
    who is asked is whom most of these name. Ties go by the order of the table. The order of
    measures in the file counts for nothing.

    Raises
    ------
    InputError
        The ladder of the file does not say who is asked.
    """
    return _stated(case) if case.talks.ladder else _default(case)


def threatened(sides: Sides | None) -> dict[str, frozenset[str]]:
    """Return the measures of each side's rungs; a side without rungs has threatened nothing."""
    every = zip(sides.ids, sides.rungs, strict=True) if sides else ()
    return {side: frozenset(m for rung in rungs for m in rung.measures) for side, rungs in every}


def in_force(case: Case) -> MeasureSet:
    """Return the measures in force while talks go on: those of the first impasse.

    Where the file has none: those of unsettled options that are not announced or threatened.
    """
    point = while_talking(case.talks)
    held = case.no_deal_set(point)
    if point != nothing_settled():
        return held
    yet = {one.id for one in case.scenario.measures if one.status in OPEN}
    return held - (yet - set(case.talks.always))


def _stated(case: Case) -> Sides:
    ladder = case.talks.ladder
    _refuse_in_force(case)
    sender = ladder[0].party
    acting = [rung.party for rung in ladder if rung.party != sender]
    others = acting or [party for party in case.parties if party != sender]
    if len(set(others)) != 1:
        message = "more than two sit at the table: give the other side a rung"
        raise InputError(placed(case.scenario, ("talks", "ladder"), Problem(message)))
    own, other = (
        tuple(Rung(rung.title, rung.measures, rung.first, rung.route or "")
              for rung in ladder if rung.party == side)
        for side in (sender, others[0])
    )  # fmt: skip
    return Sides((sender, others[0]), (own, other), stated=True)


def _refuse_in_force(case: Case) -> None:
    """Refuse rungs of measures that are in force while talks go on: they would change nothing."""
    named, why = while_talking(case.talks).title, "a rung is what may come yet"
    said = {one.id: f"applied already, by its status: {why}"
            for one in case.scenario.measures if one.status == "applied"}  # fmt: skip
    held = f"in force already while talks go on (“{named}”): {why}"
    said |= dict.fromkeys(in_force(case), held)
    problems = [
        placed(case.scenario, ("talks", "ladder", number, "measures"),
               Problem(said[one], value=one))
        for number, rung in enumerate(case.talks.ladder)
        for one in rung.measures if one in said
    ]  # fmt: skip
    if problems:
        raise InputError(problems)


def _default(case: Case) -> Sides | None:
    threatened = _threatened(case)
    if not threatened:
        return None
    makers = {party for _, party in threatened}
    blamed = [p.by for p in no_deal_points(case.talks) if p.kind == "breakdown" and p.by in makers]
    nearest = [party for entry, party in threatened if entry.status == threatened[0][0].status]
    sender = str(blamed[0] if blamed else max(case.parties, key=nearest.count))
    others = [party for party in case.parties if party != sender]
    hit = [one for entry, party in threatened if party == sender for one in _hit(case, entry)]
    target = max(others, key=hit.count)
    sides = (sender, target)
    own, other = (
        _grouped(case, [entry for entry, party in threatened if party == side
                        and (side == target or len(others) == 1 or target in _hit(case, entry))])
        for side in sides
    )  # fmt: skip
    return Sides(sides, _fitting(case, own, other), stated=False) if own else None


def _fitting(
    case: Case, own: tuple[Rung, ...], other: tuple[Rung, ...]
) -> tuple[tuple[Rung, ...], tuple[Rung, ...]]:
    """Return rungs without the last ones where the calendar has no day for them."""
    given = {case.scenario.date, *(day.date for day in case.talks.calendar)}
    while len(given.union(rung.first for rung in (*own, *other))) > MOST_DAYS:
        if len(own) < 2 and not other:
            break  # the calendar itself is refused
        if other and (len(own) < 2 or other[-1].first >= own[-1].first):
            other = other[:-1]
        else:
            own = own[:-1]
    return own, other


def _threatened(case: Case) -> list[tuple[MeasureEntry, str]]:
    """Return measures that a side of the table may yet take, the nearer and earlier first."""
    now = in_force(case)
    found = []
    by_start = sorted(case.scenario.measures, key=lambda entry: entry.start or date.max)
    for status in OPEN:
        for entry in by_start:
            party = case.imposed_by.get(entry.id)
            if entry.status == status and party and entry.id not in now:
                found.append((entry, party))
    return found


def _hit(case: Case, entry: MeasureEntry) -> set[str]:
    """Return the parties that a measure is on, by themselves or in a group."""
    named = _codes(getattr(entry, "on", ()))
    return {p.id for p in case.scenario.parties if "WORLD" in named or _codes(p.country) & named}


def _codes(names: str | Sequence[str]) -> set[str]:
    """Return the codes of economies and the members of groups, of one name or several."""
    each = (names,) if isinstance(names, str) else names
    codes = (COUNTRY_GROUPS.get(name.upper(), (known_code(name).upper(),)) for name in each)
    return {code for some in codes for code in some}


def _grouped(case: Case, entries: list[MeasureEntry]) -> tuple[Rung, ...]:
    """Return rungs: measures of one status and start together, each not before the one below."""
    groups: dict[tuple[str, date | None], list[str]] = {}
    for entry in entries:
        groups.setdefault((str(entry.status), entry.start), []).append(entry.id)
    day, found, by_id = case.scenario.date, list[Rung](), {entry.id: entry for entry in entries}
    for (status, start), ids in list(groups.items())[:MOST_RUNGS]:
        day = max(day, start) if start else day + notice()
        title = title_of(case, [by_id[one] for one in ids])
        if title in {rung.title for rung in found}:
            title += f", {status} for {long_day(day)}"
        found.append(Rung(title, tuple(ids), day, assumed=start is None))
    return tuple(found)


def title_of(case: Case, entries: Sequence[MeasureEntry]) -> str:
    """Say what measures do: their kinds, rates and whom they are on."""
    kinds: dict[str, list[MeasureEntry]] = {}
    for entry in entries:
        kinds.setdefault(KINDS.get(entry.kind, f"{entry.kind.replace('-', ' ')}s"), []).append(
            entry
        )
    return listed([f"{kind}{_at_rates(some)}{_on(case, some)}" for kind, some in kinds.items()])


def _at_rates(entries: Sequence[MeasureEntry]) -> str:
    """Say at which rates, where all have one: ``of 2.5% to 25%``."""
    rates = [getattr(one, "add", None) or getattr(one, "set", None) for one in entries]
    known = sorted({float(rate) for rate in rates if isinstance(rate, int | float)})
    if not known or None in rates:
        return ""
    ends = dict.fromkeys(f"{100 * rate:.3g}%" for rate in (known[0], known[-1]))
    return f" of {' to '.join(ends)}"


def _on(case: Case, entries: Sequence[MeasureEntry]) -> str:
    """Say on whom."""
    named = {party.country: party.name for party in case.scenario.parties}
    named["world"] = "all countries"
    codes = dict.fromkeys(code for one in entries for code in getattr(one, "on", ()))
    whom = [noun(named.get(code) or country_name(code)) for code in codes]
    return f" on {listed(whom)}" if whom else ""


def notice() -> timedelta:
    """Return the median time from a threat to the day named for it, of the record."""
    known = [one.deadline - one.start for one in shipped() if one.deadline]
    return timedelta(days=round(statistics.median(one.days for one in known)))
