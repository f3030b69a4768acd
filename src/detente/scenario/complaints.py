"""Schema errors in words for the person who writes the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from detente.errors import nearest
from detente.scenario.instead import BY_WEIGHT as _BY_WEIGHT
from detente.scenario.instead import KEY_HINTS, KIND_HINTS, MOVED
from detente.scenario.measure_keys import LineEntry, StepEntry
from detente.scenario.measures import MeasureEntry
from detente.scenario.schema import Goal, Party, Scenario, Source, Variant
from detente.scenario.structure_entry import StructureEntry
from detente.scenario.talks import RangeEntry, Talks
from detente.scenario.yaml_lines import Found, KeyPath

ENTRY_CLASSES: dict[str, type[BaseModel]] = {
    entry.model_fields["kind"].annotation.__args__[0]: entry
    for entry in get_args(get_args(MeasureEntry)[0])
}
"""Entry class of each kind of measure."""

_SECTIONS: dict[str, type[BaseModel]] = {
    "sources": Source,
    "parties": Party,
    "goals": Goal,
    "variants": Variant,
    "structure": StructureEntry,
}
_NAME_KEYS = {"by", "on", "sectors", "country", "focus", "of", "partner", "align",
              "products", "except"}  # fmt: skip
_BOUNDS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
_BOUND_WORDS = {"gt": "above {}", "ge": "{} or more", "lt": "below {}", "le": "{} or less"}
_PERCENT = re.compile(r"([-+]?[0-9.]+) ?(%|per ?cent|points?|pp)")
_LARGE = re.compile(r"\$?([0-9.]+) ?(m|mn|bn|b|k|tn|million|billion)\.?", re.IGNORECASE)
_SPECIFIC = re.compile(r"(/|\bper\b) ?(kg|t|tonne|ton|litre|l|hl|unit|piece|head|barrel|m2|m3)\b")
_QUOTED = re.compile(r"'([^']*)'")


ClassAt = Callable[[KeyPath, Any], type[BaseModel]]
"""Finds the class of the entry at a path of a file, whose keys a message names."""


def complaints(
    error: ValidationError, plain: Any, class_at: ClassAt | None = None
) -> Iterator[Found]:
    """Yield what a schema error says, at the path of the file's own keys.

    ``class_at`` finds the entries of another form of file than a scenario.
    """
    details = error.errors(include_url=False)
    for detail in details:
        path = _file_path(detail["loc"], plain)
        if detail["type"] == "too_short" and any(_below(d, detail) for d in details):
            continue  # entries are there, and have complaints of their own
        yield _complaint(detail, path, plain, class_at or _class_at)


def _below(detail: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Say whether a complaint is about something inside of what another is about."""
    own, around = detail["loc"], other["loc"]
    return len(own) > len(around) and own[: len(around)] == around


def _file_path(loc: tuple[str | int, ...], plain: Any) -> KeyPath:
    """Drop what the schema puts into its paths.

    The kind of measure, the form of a phase-in, the mark of a key as such, and the figure of a
    range where the file gives that figure alone.
    """
    if len(loc) > 2 and loc[0] == "measures":
        loc = (*loc[:2], *loc[3:])
        if len(loc) > 3 and loc[2] == "phase_in":
            loc = (*loc[:3], *loc[4:])
    if loc and loc[-1] == "[key]":
        return loc[:-1]
    if loc[-1:] == ("central",) and not isinstance(_at(plain, loc[:-1]), dict):
        return loc[:-1]
    return loc


def _at(plain: Any, path: KeyPath) -> Any:
    for part in path:
        try:
            plain = plain[part]
        except (KeyError, IndexError, TypeError):
            return None
    return plain


def _complaint(detail: Mapping[str, Any], path: KeyPath, plain: Any, class_at: ClassAt) -> Found:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(path, class_at(path[:-1], plain))
    if kind == "missing":
        return _missing(path, plain, class_at)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return _unknown_kind(path, value)
    if kind == "literal_error":
        choices = _QUOTED.findall(context["expected"])
        hint = nearest(value, choices) if isinstance(value, str) else ""
        return Found(path, _with("unknown value", hint), None, value, ", ".join(choices))
    if kind in _BOUNDS:
        message, allowed = "is out of range", _bounds(path, plain, class_at, context)
    elif kind == "model_type" and path[0] == "talks" and class_at(path, plain) is RangeEntry:
        message = "a number or a range is expected"
        allowed = "100, or {low: 50, central: 100, high: 200}"
    else:
        message, allowed = _in_words(kind, value, path, context)
    if kind == "too_short" and value:
        value = None  # a list or mapping that is too long to show
    return Found(path, message or detail["msg"], None, value, allowed)


def _bounds(path: KeyPath, plain: Any, class_at: ClassAt, context: Mapping[str, Any]) -> str:
    """Return the range that a field has, or the bound that was broken."""
    name = str(path[-1])
    fields = class_at(path[:-1], plain).model_fields if path else {}
    marks = fields[name].metadata if name in fields else []
    own = {key: getattr(mark, key) for mark in marks for key in _BOUND_WORDS if hasattr(mark, key)}
    given = own or {key: context[key] for key in _BOUND_WORDS if key in context}
    if given.keys() == {"ge", "le"}:
        return f"{given['ge']:g} to {given['le']:,g}"
    return ", ".join(_BOUND_WORDS[key].format(f"{value:g}") for key, value in given.items())


def _in_words(
    kind: str, value: object, path: KeyPath, context: Mapping[str, Any]
) -> tuple[str | None, str | None]:
    if kind == "float_type":
        return _number_wanted(value, path), "a number such as 0.25"
    if kind == "string_type" or (kind == "tuple_type" and _is_one_name(value, path)):
        return "text is expected" + _quotes(value, path), None
    if kind == "string_pattern_mismatch":
        if path[-1] == "url":
            return "not an address of a page", "https://… or http://…"
        return "not usable as an id", "letters, digits, '.', '_' and '-', not first a sign"
    words: dict[str, tuple[str, str | None]] = {
        "finite_number": ("not a number that can be used", "a finite number"),
        "no_date": ("not a date", "YYYY-MM-DD"),
        "no_numbers": (
            "not a number",
            "a number, or numbers by code as in {USA: 0.3, others: 0.1}",
        ),
        "no_mobility": ("not a mobility", "a number above 1, or the word infinite"),
        "string_too_short": ("empty text", None),
        "string_too_long": ("too long", f"at most {context.get('max_length')} characters"),
        "too_short": _too_short(value, context),
        "int_type": ("a whole number is expected", "a number such as 3"),
        "int_from_float": ("a whole number is expected", "a number such as 3"),
        "bool_type": ("a truth value is expected", "true or false"),
        "too_long": ("too many entries", f"{context.get('max_length')}"),
        "tuple_type": ("a list is expected", "[first, second], or one line each after '- '"),
        "model_type": ("keys with values are expected", "key: value"),
        "dict_type": ("keys with values are expected", "key: value"),
    }
    return words.get(kind, (None, None))


def _is_one_name(value: object, path: KeyPath) -> bool:
    """Whether one number stands where names do: a code in digits."""
    return isinstance(value, int | float) and path[-1] in _NAME_KEYS


def _quotes(value: object, path: KeyPath) -> str:
    """Say to put a number in quotes, and whose code it is where that is known."""
    if not isinstance(value, bool | int | float):
        return ""
    from detente.baseline.meant import division_code, iso_country

    code = None
    if isinstance(value, int) and _NAME_KEYS & set(path):
        code = division_code(value) if "sectors" in path else iso_country(str(value))
    return "; put it in quotes" + (f", or write '{code}' for it" if code else "")


def _too_short(value: object, context: Mapping[str, Any]) -> tuple[str, str]:
    if value:
        return "more entries are needed", f"{context.get('min_length')} or more"
    return "empty", "at least one entry"


def _number_wanted(value: object, path: KeyPath) -> str:
    text = value if isinstance(value, str) else ""
    if match := _PERCENT.fullmatch(text):
        try:
            return f"a number is expected; write {float(match[1]) / 100:g} for {text}"
        except ValueError:
            pass
    if _SPECIFIC.search(text):
        return f"a number is expected; {_BY_WEIGHT}"
    if (match := _LARGE.fullmatch(text)) and str(path[-1]).endswith("_usd"):
        try:
            return f"a number is expected, in millions; write {_millions(match):,.12g}".replace(
                ",", ""
            )
        except ValueError:
            pass
    if _LARGE.fullmatch(text) or "_" in text or "," in text:
        return "a number is expected; write the digits out, without unit or separator"
    return "a number is expected" + ("; leave out the quotes" if _is_number(text) else "")


def _millions(match: re.Match[str]) -> float:
    sizes = {"k": 1e-3, "tn": 1e6, "m": 1.0, "mn": 1.0, "million": 1.0}
    return float(match[1]) * sizes.get(match[2].lower(), 1e3)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _unknown_key(path: KeyPath, entry: type[BaseModel]) -> Found:
    keys = [field.alias or name for name, field in entry.model_fields.items()]
    said = KEY_HINTS.get(str(path[-1])) if path[0] == "measures" else None
    said = said or MOVED.get(tuple(part for part in path if isinstance(part, str)))
    hint = said or nearest(str(path[-1]), keys)
    return Found(path, _with("unknown key", hint), allowed=", ".join(keys))


def _missing(path: KeyPath, plain: Any, class_at: ClassAt) -> Found:
    if isinstance(path[-1], int):
        return Found(path[:-1], "more entries are needed", allowed=f"{path[-1] + 1} or more")
    fields = class_at(path[:-1], plain).model_fields
    key = str(path[-1])
    what = next(f.description for name, f in fields.items() if key in (name, f.alias))
    return Found(path, f"this key is missing: {what}")


def _unknown_kind(path: KeyPath, value: object) -> Found:
    if path[-1] == "phase_in":
        return Found(path, "not a phase-in", None, value, "steps of date and share, or until: DATE")
    kinds = list(ENTRY_CLASSES)
    allowed = ", ".join(kinds)
    if not isinstance(value, dict):
        return Found(path, "keys with values are expected", None, value, "key: value")
    if "kind" not in value:
        return Found(
            (*path, "kind"), "this key is missing: What sort of measure it is", None, None, allowed
        )
    given = value["kind"]
    word = (
        given.strip().lower().replace("_", "-").replace(" ", "-") if isinstance(given, str) else ""
    )
    hint = KIND_HINTS.get(word) or (nearest(word, kinds) if word else "")
    return Found((*path, "kind"), _with("unknown kind of measure", hint), None, given, allowed)


def _class_at(path: KeyPath, plain: Any) -> type[BaseModel]:
    if not path:
        return Scenario
    if path[0] == "talks":
        return _class_in_talks(path)
    if path[0] == "measures" and "phase_in" in path:
        return LineEntry if path[-1] == "phase_in" else StepEntry
    if path[0] == "measures":
        return ENTRY_CLASSES[plain["measures"][path[1]]["kind"]]
    return _SECTIONS[str(path[0])]


def _class_in_talks(path: KeyPath) -> type[BaseModel]:
    """Follow the keys of a path through the fields of the section."""
    found: type[BaseModel] = Talks
    for key in path[1:]:
        entry = found.model_fields.get(key) if isinstance(key, str) else None
        inner = _entry_class(entry.annotation) if entry else None
        found = inner or found
    return found


def _entry_class(annotation: Any) -> type[BaseModel] | None:
    """Return the class of entries that an annotation holds, if any."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_entry_class(inner) for inner in get_args(annotation))
    return next((inner for inner in found if inner), None)


def _with(message: str, hint: str) -> str:
    return f"{message}; {hint}" if hint else message
