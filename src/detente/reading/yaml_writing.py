"""A scenario as YAML that reads back as what it was: words stay words, ``on`` is a key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+)*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WORDS = frozenset(["true", "false", "null", "yes", "no", "on", "off", "y", "n"])


def write_yaml(data: Mapping[str, Any], comments: Mapping[str, str]) -> str:
    """Return a mapping as YAML; a comment stands before the entry whose ``id`` it is given for."""
    return "\n".join(_mapping(data, 0, comments)) + "\n"


def _mapping(data: Mapping[str, Any], depth: int, comments: Mapping[str, str]) -> Iterator[str]:
    pad = "  " * depth
    for key, value in data.items():
        if isinstance(value, Mapping) and not _short(value):
            yield f"{pad}{key}:"
            yield from _mapping(value, depth + 1, comments)
        elif isinstance(value, list | tuple) and any(isinstance(v, Mapping) for v in value):
            yield f"{pad}{key}:"
            for item in value:
                yield from _item(item, depth + 1, comments)
        else:
            yield f"{pad}{key}: {_inline(value)}"


def _item(item: Mapping[str, Any], depth: int, comments: Mapping[str, str]) -> Iterator[str]:
    pad = "  " * depth
    comment = comments.get(str(item.get("id", "")))
    if comment:
        lines = comment.split("\n")
        # the whole of it where a thing is defined, not where talks name it again
        yield from (f"{pad}# {line}" for line in (lines if depth == 1 else lines[:1]))
    lines = list(_mapping(item, 0, comments))
    yield f"{pad}- {lines[0]}"
    yield from (f"{pad}  {line}" for line in lines[1:])


def _short(value: Mapping[str, Any]) -> bool:
    plain = all(not isinstance(v, Mapping | list | tuple) for v in value.values())
    return plain and len(_inline(value)) < 90


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k}: {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.12g}"
    text = " ".join(str(value).split())
    plain = (_PLAIN.fullmatch(text) and text.lower() not in _WORDS) or _DAY.fullmatch(text)
    return text if plain else json.dumps(text, ensure_ascii=False)
