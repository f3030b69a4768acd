"""What the section `talks` says twice, or about things that the scenario does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from detente.errors import nearest
from detente.scenario.fields import ID_LENGTH, ID_PATTERN
from detente.scenario.talks_history import history_faults, iso
from detente.scenario.yaml_lines import Found, KeyPath

if TYPE_CHECKING:
    from typing_extensions import TypeIs

_LISTS = ("parties", "issues", "positions", "red_lines", "interactions", "no_deal",
          "ratification", "afterwards", "ladder", "calendar", "resolve", "history")  # fmt: skip
_USABLE = re.compile(ID_PATTERN)
WAITING = "while-talks-last"
"""The no-deal point of a prediction: impasse while offers go on, breakdown at a rate."""
FAILED = "if-talks-fail"
"""The no-deal point at which each side of a ladder does what then serves it best."""
_MADE = {
    WAITING: "is the name of the point that impasse and breakdown make together",
    FAILED: "is the name of the point at which both sides do what serves them best",
}
_MOST_NAMED = 40
"""Names that a message lists, and among which the nearest is looked for."""
_MOST_IMPATIENT = 1.0  # a year; what is above is meant as per cent
"""A year; a discount factor of ten years between offers is then still a number above zero."""
_MOST_VALUE = 1e8
"""Million USD a year: about what the world earns; more is most likely plain dollars."""

_MOST_REVENUE = 10.0
"""Dollars that a dollar of revenue counts for besides; more is most likely per cent."""

Entries = Mapping[str, list[tuple[KeyPath, dict]]]


class _Known(NamedTuple):
    """Names that the section may refer to.

    What is wrong with a name where it is made is said there alone, and nothing of what refers to
    it: ``seated`` is then none, ``whole`` false, and the options of an issue none.

    Attributes
    ----------
    parties, measures, variants, sources
        Ids of the rest of the scenario.
    seated
        Parties of the table.
    options
        Issue → ids of its options.
    whole
        Whether these are all issues.
    """

    parties: list[str]
    measures: list[str]
    variants: list[str]
    sources: list[str]
    seated: list[str] | None
    options: dict[str, list[str] | None]
    whole: bool


def talks_inconsistencies(
    plain: dict, parties: list[str], measures: list[str], variants: list[str], sources: list[str]
) -> Iterator[Found]:
    """Yield what is wrong with the section, given the ids of the rest of the scenario."""
    talks = plain.get("talks")
    if not isinstance(talks, dict):
        return
    entries = {name: list(_entries(talks, name, ("talks",))) for name in _LISTS}
    seated = _ids(talks.get("parties"), "party")
    if seated is not None and (len(seated) < 2 or not set(seated) <= set(parties)):
        seated = None
    issues = _ids(talks.get("issues"), "id")
    options: dict[str, list[str] | None] = {}
    for _, issue in entries["issues"]:
        if _is(name := issue.get("id")):
            options[name] = None if name in options else _ids(issue.get("options"), "id")
    known = _Known(parties, measures, variants, sources, seated, options, issues is not None)
    for section, key in (("parties", "party"), ("issues", "id"), ("no_deal", "id")):
        yield from _twice(entries[section], key, section)
    for path, point in entries["no_deal"]:
        name = point.get("id")
        if _is(name) and name in _MADE:
            yield Found((*path, "id"), _MADE[name], value=name, allowed="another id")
    yield from _one_position(entries["positions"])
    yield from _economies(plain, entries["parties"])
    yield from _sides(entries, known)
    yield from _figures(entries, talks, variants)
    yield from _issues(entries, known)
    yield from _no_deal(entries, known)
    yield from _afterwards(entries, known)
    yield from _ladder(entries, known, plain.get("date"))
    yield from _resolve(entries)
    yield from history_faults(entries["ladder"], entries["history"], plain.get("date"))
    for at, node in _everywhere(talks, ("talks",)):
        yield from _node(at, node, known)
    yield from _listed(("talks", "always"), talks.get("always"), measures, "measure")
    yield from _groups(talks, known)
    points = [p["id"] for _, p in entries["no_deal"] if _is(p.get("id"))]
    made = _MADE if _has_rungs(plain) else [WAITING]
    names = ["predicted", *made, *points, *(seated or parties)]
    yield from _listed(("talks", "compare"), talks.get("compare"), names, "package")
    pair = talks.get("compare")
    if isinstance(pair, list) and len(pair) != 2:
        yield Found(("talks", "compare"), "two packages are compared", value=pair,
                    allowed=_some(names))  # fmt: skip
    for path, vote in entries["ratification"]:
        yield from _twice(list(_entries(vote, "blocs", path)), "id", "blocs")
        yield from _votes(path, vote)


def _has_rungs(plain: dict) -> bool:
    """Whether there is a ladder, or may be one made of measures that are not in force."""
    measures = plain.get("measures")
    open_ = [m for m in measures if isinstance(m, dict)] if isinstance(measures, list) else []
    return bool(plain["talks"].get("ladder")) or any(
        m.get("status") in ("announced", "threatened") for m in open_
    )


def _one_position(positions: list[tuple[KeyPath, dict]]) -> Iterator[Found]:
    """Refuse two options of one issue among what one party demands and offers."""
    asked: dict[tuple[str, str], str] = {}
    for path, entry in positions:
        party, choices = entry.get("party"), entry.get("choices")
        for issue, option in choices.items() if isinstance(choices, dict) else ():
            if not _is(party) or not _is(issue) or not _is(option):
                continue
            before = asked.setdefault((party, issue), option)
            if before != option:
                said = f"{party} stands for another option of it already: {before}"
                yield Found((*path, "choices", issue), said, value=option, allowed=before)


def _economies(plain: dict, entries: list[tuple[KeyPath, dict]]) -> Iterator[Found]:
    """Refuse two parties that are one economy; groups that overlap show with the baseline."""
    listed = plain.get("parties")
    given = [p for p in listed if isinstance(p, dict)] if isinstance(listed, list) else []
    country = {p["id"]: p.get("country") for p in given if _is(p.get("id"))}
    owner: dict[str, str] = {}
    for path, entry in entries:
        name = entry.get("party")
        of = country.get(name) if _is(name) else None
        if not _is(name) or not _is(of):
            continue
        if owner.setdefault(of, name) != name:
            said = f"is the same economy as {owner[of]}: {of}"
            yield Found((*path, "party"), said, value=name, allowed="one party for each economy")


def _sides(entries: Entries, known: _Known) -> Iterator[Found]:
    """Check who is meant: parties are the scenario's, those who act sit at the table."""
    for section, found in entries.items():
        for at, entry in found:
            for key in ("party", "by"):
                name = entry.get(key)
                yield from _named((*at, key), name, known.parties, "party of the scenario")
                if section != "parties" and _is(name) and name in known.parties:
                    yield from _seat((*at, key), name, known)
    for at, entry in entries["parties"]:
        objective = entry.get("objective")
        deficit = objective.get("deficit") if isinstance(objective, dict) else None
        if isinstance(deficit, dict):
            path, partner = (*at, "objective", "deficit", "partner"), deficit.get("partner")
            yield from _seat(path, partner, known)
            if _is(partner) and partner == entry.get("party"):
                yield Found(path, "a deficit is with another party", value=partner)


def _seat(path: KeyPath, name: Any, known: _Known) -> Iterator[Found]:
    if known.seated is not None:
        yield from _named(path, name, known.seated, "party at the table")
    else:
        yield from _named(path, name, known.parties, "party of the scenario")


def _figures(entries: Entries, talks: dict, variants: list[str]) -> Iterator[Found]:
    """Check that rates, costs and chances are possible."""
    for at, entry in entries["parties"]:
        rate = entry.get("impatience")
        yield from _bounded((*at, "impatience"), rate, 0.0, _MOST_IMPATIENT, above=True)
        yield from _bounded((*at, "audience_cost"), entry.get("audience_cost"), 0.0, _MOST_VALUE)
        yield from _bounded((*at, "turnover"), entry.get("turnover"), 0.0, 1.0)
        if isinstance(objective := entry.get("objective"), dict):
            aim = (*at, "objective")
            yield from _bounded((*aim, "revenue"), objective.get("revenue"), 0.0, _MOST_REVENUE)
            yield from _bounded((*aim, "standing"), objective.get("standing"), 0.0, _MOST_VALUE)
            yield from _weights(aim, objective, variants)
    yield from _bounded(("talks", "breakdown_risk"), talks.get("breakdown_risk"), 0.0, None)
    yield from _bounded(("talks", "detection_months"), talks.get("detection_months"), 0.1, None)


def _weights(at: KeyPath, objective: dict, variants: list[str]) -> Iterator[Found]:
    """Check what weights of sectors are read off, and that they are not given besides."""
    source = objective.get("weights")
    if not _is(source):
        return
    if objective.get("sectors"):
        said = "weights of sectors are given already"
        yield Found((*at, "weights"), said, value=source, allowed="sectors, or weights")
    known = ["applied", *(["announced"] if variants else []), *(f"variant:{v}" for v in variants)]
    if source not in known and not source.endswith(".csv"):
        hint = nearest(source, known) if len(known) <= _MOST_NAMED else ""
        said = "is no source of weights" + (f"; {hint}" if hint else "")
        yield Found((*at, "weights"), said, value=source,
                    allowed=f"{_some(known)}, or a CSV file")  # fmt: skip


def _bounded(
    at: KeyPath, given: Any, least: float, most: float | None, *, above: bool = False
) -> Iterator[Found]:
    """Check a figure, or the three of a range; ``above`` leaves out the least itself."""
    figures = given if isinstance(given, dict) else {"central": given}
    for key in ("low", "central", "high"):
        value = figures.get(key)
        if not _is_number(value):
            continue
        if value < least or (above and value == least) or (most is not None and value > most):
            start = f"above {least:,g}" if above else f"{least:,.9g}"
            end = " or more" if most is None else f"{', up' if above else ''} to {most:,.9g}"
            path = (*at, key) if isinstance(given, dict) else at
            asks = most == 1 < value <= 100  # of rates and shares
            hint = f"; did you mean {value / 100:g}?" if asks else ""
            yield Found(path, f"is out of range{hint}", value=value, allowed=start + end)


def _issues(entries: Entries, known: _Known) -> Iterator[Found]:
    for path, issue in entries["issues"]:
        options = list(_entries(issue, "options", path))
        yield from _twice(options, "id", "options")
        own = _ids(issue.get("options"), "id")
        if own is not None:
            yield from _named((*path, "unsettled"), issue.get("unsettled"), own, "option")
        for at, option in options:
            yield from _listed((*at, "measures"), option.get("measures"), known.measures, "measure")


def _no_deal(entries: Entries, known: _Known) -> Iterator[Found]:
    for path, point in entries["no_deal"]:
        yield from _named((*path, "variant"), point.get("variant"), known.variants, "variant")
        yield from _listed((*path, "measures"), point.get("measures"), known.measures, "measure")
        if point.get("war") is True and (point.get("variant") or point.get("measures")):
            said = "a war of best tariffs takes the place of measures: leave out variant, measures"
            yield Found((*path, "war"), said, value=True)


def _afterwards(entries: Entries, known: _Known) -> Iterator[Found]:
    """Check that what is no option of the table is about an issue of it, and not settled twice."""
    voting = [vote.get("party") for _, vote in entries["ratification"]]
    for at, event in entries["afterwards"]:
        ballot = event.get("ballot")
        if isinstance(ballot, dict) and _is(party := ballot.get("party")) and party not in voting:
            said = "has no vote at home in ratification"
            allowed = _some([v for v in voting if _is(v)]) if voting else None
            yield Found((*at, "ballot", "party"), said, value=party, allowed=allowed)
        off, chosen = event.get("off_table"), event.get("choices")
        for issue, how in off.items() if isinstance(off, dict) else ():
            path = (*at, "off_table", issue)
            if known.whole:
                yield from _named(path, issue, list(known.options), "issue")
            if isinstance(chosen, dict) and issue in chosen:
                yield Found(path, "is settled by an option in choices already", value=how)


def _ladder(entries: Entries, known: _Known, start: Any) -> Iterator[Found]:
    """Check that rungs name measures, of two sides, each not before the one below it."""
    highest: dict[str, str] = {}
    holds: dict[tuple[str, str], int] = {}
    for at, rung in entries["ladder"]:
        yield from _listed((*at, "measures"), rung.get("measures"), known.measures, "measure")
        party, first = rung.get("party"), iso(rung.get("first"))
        if not _is(party) or not first:
            continue
        if party not in highest and len(highest) == 2:
            said = "a ladder has two sides"
            yield Found((*at, "party"), said, value=party, allowed=_some(list(highest)))
            continue
        yield from _in_two(at, party, rung, holds)
        below = highest.setdefault(party, first)
        if first < below:
            said = "is before the rung below it"
            yield Found((*at, "first"), said, value=first, allowed=f"{below} or later")
        highest[party] = max(first, below)
    for section, key in (("ladder", "first"), ("calendar", "date")):
        for at, entry in entries[section]:
            day, begin = iso(entry.get(key)), iso(start)
            if day and begin and day < begin:
                said = "is before the date of the scenario"
                yield Found((*at, key), said, value=day, allowed=f"{begin} or later")
    days = [(at, {"date": iso(entry.get("date")) or None}) for at, entry in entries["calendar"]]
    yield from _twice(days, "date", "calendar")
    yield from _never_used(entries, start)


def _in_two(
    at: KeyPath, party: str, rung: dict, holds: dict[tuple[str, str], int]
) -> Iterator[Found]:  # fmt: skip
    """Refuse a measure that a rung below has; ``holds`` has those, by party, and takes these."""
    measures, number = rung.get("measures"), int(at[-1]) + 1
    for place, name in enumerate(measures if isinstance(measures, list) else ()):
        if not _is(name):
            continue
        if (below := holds.setdefault((party, name), number)) != number:
            said = f"is in entry {below} of ladder already, and stays in force above it"
            yield Found((*at, "measures", place), said, value=name,
                        allowed="measures that no rung below has")  # fmt: skip


def _never_used(entries: Entries, start: Any) -> Iterator[Found]:
    """Refuse rungs for which no day is left: a side takes one a day, and one more in answer."""
    firsts: dict[str, list[tuple[KeyPath, str]]] = {}
    for at, rung in entries["ladder"]:
        if _is(party := rung.get("party")):
            firsts.setdefault(party, []).append((at, iso(rung.get("first"))))
    days = {iso(start), *(day for own in firsts.values() for _, day in own)}
    days |= {iso(one.get("date")) for name in ("calendar", "history") for _, one in entries[name]}
    if "" in days or not firsts:
        return
    sender = next(iter(firsts))
    for party, own in firsts.items():
        left = list(own)
        for day in sorted(days):
            answers = party != sender and firsts[sender][0][1] <= day
            for _ in range(2 if answers else 1):
                if left and left[0][1] <= day:
                    del left[0]
        if left:
            last, (at, day) = max(days), left[0]
            said = f"can never be taken: a side takes one rung a day, and {last} is the last day"
            allowed = f"a later day, or a day after {last} in calendar"
            yield Found((*at, "first"), said, value=day, allowed=allowed)


def _resolve(entries: Entries) -> Iterator[Found]:
    """Check that what a side wants besides is said once, and is no loss."""
    yield from _twice(entries["resolve"], "party", "resolve")
    for at, entry in entries["resolve"]:
        yield from _bounded((*at, "conceding"), entry.get("conceding"), 0.0, _MOST_VALUE)


def _node(at: KeyPath, node: dict, known: _Known) -> Iterator[Found]:
    """Check what stands in many places: sources, choices, values by party, ranges."""
    given = node.get("source", ())
    if isinstance(given, list):
        yield from _listed((*at, "source"), given, known.sources, "source")
    else:
        yield from _named((*at, "source"), given, known.sources, "source")
    choices = node.get("choices")
    for issue, option in choices.items() if isinstance(choices, dict) else ():
        place = (*at, "choices", issue)
        if known.whole:
            yield from _named(place, issue, list(known.options), "issue")
        own = known.options.get(issue)
        if own is not None:
            yield from _named(place, option, own, f"option of {issue}")
    values = node.get("values")
    for party, value in values.items() if isinstance(values, dict) else ():
        yield from _seat((*at, "values", party), party, known)
        yield from _bounded((*at, "values", party), value, -_MOST_VALUE, _MOST_VALUE)
    if "value" in node:
        yield from _bounded((*at, "value"), node["value"], -_MOST_VALUE, _MOST_VALUE)
    yield from _range(at, node)


def _range(at: KeyPath, node: dict) -> Iterator[Found]:
    low, central, high = (node.get(key) for key in ("low", "central", "high"))
    if not _is_number(central):
        return
    said = "a range is low ≤ central ≤ high"
    if _is_number(low) and low > central:
        yield Found((*at, "low"), said, value=low, allowed=f"{central:g} or less")
    if _is_number(high) and high < central:
        yield Found((*at, "high"), said, value=high, allowed=f"{central:g} or more")


def _votes(path: KeyPath, vote: dict) -> Iterator[Found]:
    by_place = vote.get("places") is not None
    if by_place == bool(vote.get("blocs")):
        said = "members are of blocs or from places, not both" if by_place else "nobody votes"
        yield Found((*path, "blocs"), said, allowed="blocs, or places")
    for key in () if by_place else ("members_each", "without"):
        if vote.get(key) not in (None, 1, [], ()):
            said = "only where members are from places"
            yield Found((*path, key), said, value=vote[key], allowed="together with places")
    members = [b.get("members") for _, b in _entries(vote, "blocs", path)]
    total, needed = sum(m for m in members if isinstance(m, int)), vote.get("needed")
    if isinstance(needed, int) and needed > total > 0:
        said = "more than there are members"
        yield Found((*path, "needed"), said, value=needed, allowed=f"1 to {total}")


def _groups(talks: dict, known: _Known) -> Iterator[Found]:
    """Check that separate tables hold every issue once."""
    groups = talks.get("separate")
    if not isinstance(groups, list) or not groups or not known.whole:
        return
    issues, faulty, owner = list(known.options), False, {}
    for at, group in enumerate(groups):
        for index, name in enumerate(group if isinstance(group, list) else ()):
            path = ("talks", "separate", at, index)
            unknown = list(_named(path, name, issues, "issue"))
            yield from unknown
            if _is(name) and name in owner:
                yield Found(path, f"is in table {owner[name]} already", value=name)
            faulty |= bool(unknown)
            owner.setdefault(name if _is(name) else "", at + 1)
    absent = [name for name in issues if name not in owner]
    if absent and not faulty:
        said = "every issue belongs to one of the separate tables; left out: " + ", ".join(absent)
        yield Found(("talks", "separate"), said, allowed=_some(issues))


def _everywhere(node: Any, path: KeyPath) -> Iterator[tuple[KeyPath, dict]]:
    if isinstance(node, dict):
        yield path, node
    items = node.items() if isinstance(node, dict) else ()
    for key, value in enumerate(node) if isinstance(node, list) else items:
        yield from _everywhere(value, (*path, key))


def _entries(plain: dict, section: str, at: KeyPath) -> Iterator[tuple[KeyPath, dict]]:
    items = plain.get(section)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield (*at, section, index), item


def _ids(items: Any, key: str) -> list[str] | None:
    """Return the ids of a list of entries, none where one is missing, unusable or there twice."""
    if not isinstance(items, list) or not items:
        return None
    names = [item.get(key) if isinstance(item, dict) else None for item in items]
    usable = [n for n in names if _is(n) and len(n) <= ID_LENGTH and _USABLE.fullmatch(n)]
    return usable if len(set(usable)) == len(items) else None


def _twice(entries: list[tuple[KeyPath, dict]], key: str, section: str) -> Iterator[Found]:
    seen: dict[str, int] = {}
    for path, entry in entries:
        name, number = entry.get(key), int(path[-1]) + 1
        if _is(name) and name in seen:
            what = "id" if key == "id" else key
            said = f"this {what} is taken by entry {seen[name]} of {section}"
            yield Found((*path, key), said, value=name)
        if _is(name):
            seen.setdefault(name, number)


def _named(path: KeyPath, name: Any, known: Sequence[str], what: str) -> Iterator[Found]:
    if _is(name) and name not in known:
        hint = nearest(name, known) if len(known) <= _MOST_NAMED else ""
        message = f"there is no {what} with this id" + (f"; {hint}" if hint else "")
        yield Found(path, message, value=name, allowed=_some(known) or "none is given")


def _listed(path: KeyPath, names: Any, known: list[str], what: str) -> Iterator[Found]:
    seen: set[str] = set()
    for index, name in enumerate(names if isinstance(names, list | tuple) else ()):
        yield from _named((*path, index), name, known, what)
        if _is(name) and name in seen:
            yield Found((*path, index), f"this {what} is named twice here", value=name)
        if _is(name):
            seen.add(name)


def _some(names: Sequence[str]) -> str:
    """Return names in a row, the first ones only where they are many."""
    more = f", … ({len(names):,} in all)" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _is(value: Any) -> TypeIs[str]:
    return isinstance(value, str)


def _is_number(value: Any) -> TypeIs[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
