"""What a scenario file says twice, out of order, or about things it does not have.

Works on plain mappings and lists, whole or partly wrong, so that these findings are reported
together with those of the schema.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from detente.errors import nearest
from detente.policy.schedule import faults
from detente.scenario.talks_consistency import talks_inconsistencies
from detente.scenario.yaml_lines import Found, KeyPath

_GOAL_KEYS = {
    "deficit": {"partner", "cut_usd", "stated_usd", "year", "currency"},
    "import-share": {"partner", "at_most", "at_least", "cut", "sectors"},
    "mean-tariff": {"partner", "to", "sectors"},
    "revenue": {"partner", "add_usd", "year", "currency"},
    "no-loss": {"partner"},
}
"""Keys of a goal by its kind, beside those of all."""
_GOAL_NEEDS = {
    "deficit": ({"partner"}, {"cut_usd"}),
    "import-share": ({"partner"}, {"at_most", "at_least", "cut"}),
    "mean-tariff": ({"partner"},),
    "revenue": ({"add_usd"},),
}
"""Sets of keys of which a goal has exactly one each."""
_NEEDED = {
    "measures": "Every measure in play, in force or not.",
    "variants": "Combinations of measures to compare.",
}
"""Keys that only a scenario with talks may leave out."""
_TARIFFS = ("tariff", "tariff-quota", "ledger")
_WITH_IDS = ("sources", "parties", "measures", "goals", "variants")


def inconsistencies(plain: Any) -> Iterator[Found]:
    """Yield repeated ids, unknown references, circular includes and dates out of order."""
    if not isinstance(plain, dict):
        return
    for section in _WITH_IDS:
        yield from _repeated_ids(plain, section)
    if "talks" not in plain:
        yield from (Found((key,), f"this key is missing: {what}")
                    for key, what in _NEEDED.items() if not plain.get(key))  # fmt: skip
    for path, measure in entries(plain, "measures"):
        yield from _dates(path, measure)
        yield from _references(path, measure, "source", "source", ids(plain, "sources"))
        yield from _references(path, measure, "excludes", "measure", ids(plain, "measures"))
        yield from _excluded_amiss(path, measure, plain)
    for path, goal in entries(plain, "goals"):
        yield from _goal_keys(path, goal)
        yield from _references(path, goal, "source", "source", ids(plain, "sources"))
    for path, variant in entries(plain, "variants"):
        yield from _references(path, variant, "measures", "measure", ids(plain, "measures"))
        yield from _references(path, variant, "includes", "variant", ids(plain, "variants"))
        yield from _twice(path, variant, "firms")
    variants = ids(plain, "variants")
    yield from _references((), plain, "headline", "variant", variants)
    yield from _references((), plain, "compare", "variant", [*variants, "baseline"])
    pair = plain.get("compare")
    if isinstance(pair, list) and len(pair) != 2:
        allowed = ", ".join([*variants, "baseline"])
        yield Found(("compare",), "two variants are compared", None, pair, allowed)
    yield from _twice((), plain, "firms")
    yield from _circles(plain)
    known = (ids(plain, name) for name in ("parties", "measures", "variants", "sources"))
    yield from talks_inconsistencies(plain, *known)
    focus = plain.get("focus")
    if isinstance(focus, list) and len(focus) == 2 and focus[0] == focus[1]:
        yield Found(("focus",), "two different economies are needed", value=focus)


def entries(plain: Any, section: str) -> Iterator[tuple[KeyPath, dict]]:
    """Yield path and content of the entries of a section that are mappings."""
    items = plain.get(section) if isinstance(plain, dict) else None
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield (section, index), item


def ids(plain: Any, section: str) -> list[str]:
    """Return the ids of a section, in order."""
    found = (entry.get("id") for _, entry in entries(plain, section))
    return [name for name in found if isinstance(name, str)]


def key_name(plain: Any, path: KeyPath) -> str | None:
    """Return a readable key such as ``measures[us-cars].add``; entries without id by number."""
    name = ""
    for part in path:
        plain = plain[part] if _has(plain, part) else None
        if isinstance(part, str):
            name += f".{part}" if name else part
        else:
            known = plain.get("id") if isinstance(plain, dict) else None
            name += f"[{known}]" if isinstance(known, str) else f"[#{part + 1}]"
    return name or None


def _has(plain: Any, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(plain, list) and part < len(plain)
    return isinstance(plain, dict) and part in plain


def _repeated_ids(plain: dict, section: str) -> Iterator[Found]:
    seen: dict[str, KeyPath] = {}
    for path, entry in entries(plain, section):
        name = entry.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            number = int(seen[name][-1]) + 1
            yield Found(
                (*path, "id"), f"this id is taken by entry {number} of {section}", value=name
            )
        seen.setdefault(name, path)


def _goal_keys(path: KeyPath, goal: dict) -> Iterator[Found]:
    """Yield keys that do not go with the kind of a goal, and those that it lacks."""
    kind = goal.get("kind", "deficit")
    if kind not in _GOAL_KEYS if isinstance(kind, str) else True:
        return
    special = set().union(*_GOAL_KEYS.values())
    # a dump of a whole goal holds the default of its sectors
    given = {key for key in special & set(goal) if goal[key] not in (None, ["goods"])}
    for key in sorted(given - _GOAL_KEYS[kind]):
        allowed = ", ".join(sorted(_GOAL_KEYS[kind]))
        yield Found((*path, key), f"does not go with a goal of kind {kind}", None, None, allowed)
    for choice in _GOAL_NEEDS.get(kind, ()):
        names = sorted(choice)
        if not choice & given and len(names) == 1:
            yield Found((*path, names[0]), f"this key is missing in a goal of kind {kind}")
        elif len(choice & given) != 1:
            yield Found(path, "exactly one of these keys is needed", allowed=", ".join(names))


def _dates(path: KeyPath, measure: dict) -> Iterator[Found]:
    start, end = (_date(measure.get(key)) for key in ("start", "end"))
    ramp = measure.get("phase_in")
    until = _date(ramp.get("until")) if isinstance(ramp, dict) else None
    steps = [
        (_date(step.get("date")), _number(step.get("share"))) if isinstance(step, dict)
        else (None, None)
        for step in (ramp if isinstance(ramp, list) else ())
    ]  # fmt: skip
    # a date that cannot be read is refused as such, and nothing is said of what it bounds
    if until and measure.get("start") is not None and not start:
        until = None
    for fault in faults(start, end, steps, until):
        yield Found((*path, *fault.path), fault.message, None, fault.value, fault.allowed)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _date(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _references(
    path: KeyPath, entry: dict, key: str, what: str, known: list[str]
) -> Iterator[Found]:
    given = entry.get(key, [])
    names = given if isinstance(given, list) else [given]
    for index, name in enumerate(names):
        place = (*path, key, index) if isinstance(given, list) else (*path, key)
        if not isinstance(name, str):
            continue
        if name not in known:
            hint = nearest(name, known)
            message = f"there is no {what} with this id" + (f"; {hint}" if hint else "")
            yield Found(
                place,
                message,
                value=name,
                allowed=", ".join(dict.fromkeys(known)) or "none is given",
            )
        elif name in names[:index]:
            yield Found(place, f"this {what} is named twice here", value=name)


def _excluded_amiss(path: KeyPath, measure: dict, plain: dict) -> Iterator[Found]:
    """Yield exclusions of what is no tariff, or of the measure itself."""
    tariffs = {
        name for _, other in entries(plain, "measures")
        if isinstance(name := other.get("id"), str) and other.get("kind") in _TARIFFS
    }  # fmt: skip
    given = measure.get("excludes", [])
    for index, name in enumerate(given if isinstance(given, list) else [given]):
        place = (*path, "excludes", index) if isinstance(given, list) else (*path, "excludes")
        if isinstance(name, str) and name == measure.get("id"):
            yield Found(place, "a tariff does not exclude itself", value=name)
        elif isinstance(name, str) and name in ids(plain, "measures") and name not in tariffs:
            allowed = ", ".join(sorted(name for name in tariffs if name != measure.get("id")))
            yield Found(place, "only tariffs can be excluded", None, name, allowed or None)


def _twice(path: KeyPath, entry: dict, key: str) -> Iterator[Found]:
    given = entry.get(key)
    names = given if isinstance(given, list) else []
    for index, name in enumerate(names):
        if name in names[:index]:
            yield Found((*path, key, index), "named twice here", value=name)


def _circles(plain: dict) -> Iterator[Found]:
    included = {
        entry["id"]: [name for name in entry.get("includes") or () if isinstance(name, str)]
        for _, entry in entries(plain, "variants")
        if isinstance(entry.get("id"), str) and isinstance(entry.get("includes", []), list)
    }
    for path, entry in entries(plain, "variants"):
        name = entry.get("id")
        if isinstance(name, str) and name in _reached(name, included):
            yield Found((*path, "includes"), "this variant includes itself", value=name)


def _reached(name: str, included: dict[str, list[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(included.get(name, ()))
    while waiting:
        other = waiting.pop()
        if other not in reached:
            reached.add(other)
            waiting += included.get(other, ())
    return reached
