"""What the section `talks` says twice, or about things that the scenario does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from detente.errors import nearest
from detente.scenario.yaml_lines import Found, KeyPath

if TYPE_CHECKING:
    from typing_extensions import TypeIs

_LISTS = ("parties", "issues", "positions", "red_lines", "interactions", "no_deal",
          "ratification", "afterwards")  # fmt: skip


def talks_inconsistencies(
    plain: dict, parties: list[str], measures: list[str], variants: list[str], sources: list[str]
) -> Iterator[Found]:
    """Yield what is wrong with the section, given the ids of the rest of the scenario."""
    talks = plain.get("talks")
    if not isinstance(talks, dict):
        return
    entries = {name: list(_entries(talks, name, ("talks",))) for name in _LISTS}
    for section, key in (("parties", "party"), ("issues", "id"), ("no_deal", "id")):
        yield from _twice(entries[section], key)
    table = {
        issue["id"]: [o["id"] for _, o in _entries(issue, "options", path) if _is(o.get("id"))]
        for path, issue in entries["issues"]
        if _is(issue.get("id"))
    }
    side = "party of the scenario"
    for at, entry in ((at, e) for found in entries.values() for at, e in found):
        for key, names, what in (("party", parties, side), ("by", parties, side),
                                 ("variant", variants, "variant")):  # fmt: skip
            yield from _named((*at, key), entry.get(key), names, what)
    seated = [e["party"] for _, e in entries["parties"] if _is(e.get("party"))]
    yield from _sides(entries, seated, talks)
    for path, issue in entries["issues"]:
        options = list(_entries(issue, "options", path))
        yield from _twice(options, "id")
        known = table.get(issue.get("id"), [])
        yield from _named((*path, "unsettled"), issue.get("unsettled"), known, "option")
        for at, option in options:
            yield from _listed((*at, "measures"), option.get("measures"), measures, "measure")
    for at, node in _everywhere(talks, ("talks",)):
        yield from _node(at, node, table, seated, sources)
    for path, point in entries["no_deal"]:
        yield from _listed((*path, "measures"), point.get("measures"), measures, "measure")
    yield from _listed(("talks", "always"), talks.get("always"), measures, "measure")
    yield from _groups(talks, list(table))
    for path, vote in entries["ratification"]:
        yield from _votes(path, vote)


def _node(
    at: KeyPath, node: dict, table: dict, seated: list[str], sources: list[str]
) -> Iterator[Found]:
    """Check what stands in many places: sources, choices, values by party, ranges."""
    given = node.get("source", ())
    yield from _listed((*at, "source"), [given] if _is(given) else given, sources, "source")
    choices = node.get("choices")
    for issue, option in choices.items() if isinstance(choices, dict) else ():
        place = (*at, "choices", issue)
        yield from _named(place, issue, list(table), "issue")
        if issue in table:
            yield from _named(place, option, table[issue], f"option of {issue}")
    values = node.get("values")
    for party in values if isinstance(values, dict) else ():
        yield from _named((*at, "values", party), party, seated, "party at the table")
    low, central, high = (node.get(key) for key in ("low", "central", "high"))
    for key, first, last in (("low", low, central), ("high", central, high)):
        if _is_number(first) and _is_number(last) and first > last:
            yield Found((*at, key), "a range is low ≤ central ≤ high", value=node.get(key))


def _sides(entries: dict, seated: list[str], talks: dict) -> Iterator[Found]:
    """Check who is meant: those who act must sit at the table, rates and chances be possible."""
    for section in ("positions", "red_lines", "ratification", "no_deal", "issues"):
        for at, entry in entries[section]:
            for key in ("party", "by"):
                yield from _named((*at, key), entry.get(key), seated, "party at the table")
    for at, entry in entries["parties"]:
        objective = entry.get("objective")
        deficit = objective.get("deficit") if isinstance(objective, dict) else None
        if isinstance(deficit, dict):
            path = (*at, "objective", "deficit", "partner")
            yield from _named(path, deficit.get("partner"), seated, "party at the table")
            if deficit.get("partner") == entry.get("party"):
                yield Found(path, "a deficit is with another party", value=entry.get("party"))
        for key, most in (("impatience", None), ("audience_cost", None), ("turnover", 1.0)):
            yield from _bounded((*at, key), entry.get(key), 0.0, most)
    yield from _bounded(("talks", "breakdown_risk"), talks.get("breakdown_risk"), 0.0, None)
    yield from _bounded(("talks", "detection_months"), talks.get("detection_months"), 0.1, None)
    for at, point in entries["no_deal"]:
        if point.get("war") is True and (point.get("variant") or point.get("measures")):
            said = "a war of best tariffs takes the place of measures: leave out variant, measures"
            yield Found((*at, "war"), said, value=True)


def _bounded(at: KeyPath, given: Any, least: float, most: float | None) -> Iterator[Found]:
    figures = given if isinstance(given, dict) else {"central": given}
    for key in ("low", "central", "high"):
        value = figures.get(key)
        if _is_number(value) and (value < least or (most is not None and value > most)):
            allowed = f"{least:g} or more" if most is None else f"{least:g} to {most:g}"
            path = (*at, key) if isinstance(given, dict) else at
            yield Found(path, "is out of range", value=value, allowed=allowed)


def _votes(path: KeyPath, vote: dict) -> Iterator[Found]:
    members = [b.get("members") for _, b in _entries(vote, "blocs", path)]
    total, needed = sum(m for m in members if isinstance(m, int)), vote.get("needed")
    if isinstance(needed, int) and needed > total > 0:
        said = "more than there are members"
        yield Found((*path, "needed"), said, value=needed, allowed=f"1 to {total}")


def _groups(talks: dict, issues: list[str]) -> Iterator[Found]:
    groups = talks.get("separate")
    if not isinstance(groups, list) or not groups:
        return
    names = [name for group in groups if isinstance(group, list) for name in group]
    for at, group in enumerate(groups):
        yield from _listed(("talks", "separate", at), group, issues, "issue")
    absent = [name for name in issues if name not in names]
    if absent or len(names) != len(set(names)):
        said, all_ = "must hold every issue once", ", ".join(issues)
        yield Found(("talks", "separate"), said, value=absent or names, allowed=all_)


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


def _twice(entries: list[tuple[KeyPath, dict]], key: str) -> Iterator[Found]:
    seen: set[str] = set()
    for path, entry in entries:
        name = entry.get(key)
        if _is(name) and name in seen:
            yield Found((*path, key), "is given twice", value=name)
        if _is(name):
            seen.add(name)


def _named(path: KeyPath, name: Any, known: list[str], what: str) -> Iterator[Found]:
    if _is(name) and name not in known:
        hint = nearest(name, known)
        message = f"there is no {what} with this id" + (f"; {hint}" if hint else "")
        yield Found(path, message, value=name, allowed=", ".join(known) or "none is given")


def _listed(path: KeyPath, names: Any, known: list[str], what: str) -> Iterator[Found]:
    for index, name in enumerate(names if isinstance(names, list | tuple) else ()):
        yield from _named((*path, index), name, known, what)


def _is(value: Any) -> TypeIs[str]:
    return isinstance(value, str)


def _is_number(value: Any) -> TypeIs[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
