"""Read and write the small file that says what an economy is: ``economy.yaml`` or ``.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from detente.baseline.card import NAME, NAMES_ALLOWED, Adjustment, Card, RateDifference
from detente.baseline.table_doubts import WORDS
from detente.baseline.table_files import find
from detente.baseline.table_layout import ECONOMY, LARGEST_TARIFF
from detente.errors import Problem, nearest
from detente.scalars import AsWritten, leading_zero, plain_scalar

MAX_CARD_BYTES = 64 * 2**10
_MAX_DEPTH = 4
_REQUIRED = ("name", "title", "year", "source", "licence")
_TEXT = ("unit", "method", "elasticities")
_SHAPES = {
    "name": (NAME, NAMES_ALLOWED),
    "unit": (
        re.compile("(|thousand |million |billion |trillion )[A-Z]{3}"),
        "how many of which currency, by its code of three letters, such as million EUR",
    ),
}
_OPTIONAL = (*_TEXT, "notes", "adjustments", "differences", "largest_tariff", "confirmed")


@dataclass(frozen=True)
class Description:
    """Card of the economy, the highest tariff and the odd figures that its author vouches for."""

    card: Card
    largest_tariff: float = LARGEST_TARIFF
    confirmed: tuple[str, ...] = ()


def read_description(folder: Path) -> tuple[Description | None, list[Problem]]:
    """Read ``economy.yaml`` (or ``.json``) of a folder; all its problems at once."""
    file, problems = find(folder, ECONOMY, ("yaml", "yml", "json"))
    if file is None:
        return None, problems
    try:
        if file.stat().st_size > MAX_CARD_BYTES:
            allowed = f"at most {MAX_CARD_BYTES // 1024} KiB"
            return None, [Problem("file too big", file, allowed=allowed)]
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        return None, [Problem(f"cannot be read: {error.strerror or error}", file)]
    except UnicodeDecodeError:
        return None, [Problem("not UTF-8 text", file)]
    data, lines, problems = (_parse_json if file.suffix == ".json" else _parse_yaml)(text, file)
    if data is None:
        return None, problems
    problems += _problems(data, lines, file)
    return (None, problems) if problems else (_description(data), [])


def describe(description: Description) -> str:
    """Write a description as the YAML that `read_description` reads."""
    import yaml

    data: dict[str, Any] = {k: v for k, v in description.card.to_dict().items() if v not in ("",)}
    for name in ("notes", "adjustments", "differences"):
        data[name] = list(data[name])
        if not data[name]:
            del data[name]
    if description.largest_tariff != LARGEST_TARIFF:
        data["largest_tariff"] = description.largest_tariff
    if description.confirmed:
        data["confirmed"] = list(description.confirmed)
    return yaml.dump(data, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=88)


def _description(data: Mapping[str, Any]) -> Description:
    card = {k: v for k, v in data.items() if k not in ("largest_tariff", "confirmed")}
    largest = float(data.get("largest_tariff", LARGEST_TARIFF))
    return Description(Card.from_dict(card), largest, tuple(data.get("confirmed", ())))


def _dumper() -> type:
    """Return a writer that quotes what the reader would not take for text."""
    import yaml

    class Dumper(yaml.SafeDumper):
        pass

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
        style = None if isinstance(plain_scalar(value), str) else "'"
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper


def _parse_yaml(text: str, file: Path) -> tuple[dict | None, dict[str, int], list[Problem]]:
    """Parse plain YAML: no tags, no aliases, no key twice; also the line of each key."""
    import yaml

    try:
        if refused := _tricks(text, file):
            return None, {}, [refused]
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = None if node is None else _plain(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return None, {}, [Problem(f"malformed YAML: {error.problem}", file, line)]
    except (yaml.YAMLError, ValueError, TypeError) as error:
        return None, {}, [Problem(f"malformed YAML: {str(error).splitlines()[0]}", file)]
    if not isinstance(data, dict) or not isinstance(node, yaml.MappingNode):
        return None, {}, [_not_a_mapping(file)]
    lines: dict[str, int] = {}
    problems = []
    for key, value in node.value:
        line = key.start_mark.line + 1
        bare = isinstance(value, yaml.ScalarNode) and value.style is None
        if bare and (message := leading_zero(value.value)):
            shown = AsWritten(value.value)
            problems.append(Problem(message, file, line, str(key.value), shown))
        if lines.setdefault(str(key.value), line) != line:
            problems.append(Problem("key is there twice", file, line, str(key.value)))
    return data, lines, problems


def _tricks(text: str, file: Path) -> Problem | None:
    """Refuse what plain YAML has no need of."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        if isinstance(event, yaml.AliasEvent):
            return Problem("aliases (*name) are not read", file, line)
        if getattr(event, "tag", None):
            return Problem("tags (!!name) are not read", file, line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            return Problem("nested too deep", file, line)
    return None


def _plain(node: Any) -> Any:
    """Return what a node holds; unquoted words by the rules of YAML 1.2, so that NO is a word."""
    import yaml

    if isinstance(node, yaml.ScalarNode):
        return plain_scalar(node.value) if node.style is None else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return {
        key.value if isinstance(key, yaml.ScalarNode) else str(key): _plain(value)
        for key, value in node.value
    }


def _parse_json(text: str, file: Path) -> tuple[dict | None, dict[str, int], list[Problem]]:
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        twice.extend(sorted({key for key in keys if keys.count(key) > 1}))
        return dict(pairs)

    try:
        data = json.loads(text, object_pairs_hook=once)
    except json.JSONDecodeError as error:
        return None, {}, [Problem(f"malformed JSON: {error.msg}", file, error.lineno)]
    except (RecursionError, ValueError) as error:
        return None, {}, [Problem(f"malformed JSON: {error}", file)]
    if not isinstance(data, dict):
        return None, {}, [_not_a_mapping(file)]
    return data, {}, [Problem("key is there twice", file, key=key) for key in twice]


def _not_a_mapping(file: Path) -> Problem:
    return Problem("not a list of keys with their values", file, allowed=", ".join(_REQUIRED))


def _problems(data: dict, lines: Mapping[str, int], file: Path) -> list[Problem]:
    """Check every key of the file against what it may hold."""
    keys = (*_REQUIRED, *_OPTIONAL)
    problems = [
        Problem("missing key", file, key=key, allowed="a value") for key in _REQUIRED
        if key not in data
    ]  # fmt: skip
    for key, value in data.items():
        line = lines.get(str(key))
        if key not in keys:
            hint = nearest(str(key), keys)
            message = f"unknown key; {hint}" if hint else "unknown key"
            problems.append(Problem(message, file, line, str(key), allowed=", ".join(keys)))
        elif (allowed := refusal(key, value)) is not None:
            problems.append(Problem("wrong value", file, line, key, value, allowed))
    return problems


def _text_refusal(key: str, value: object) -> str | None:
    if not isinstance(value, str) or not (key in _TEXT or value.strip()):
        return "text (in quotes if it looks like a number)"
    shape, allowed = _SHAPES.get(key, (None, None))
    return None if shape is None or shape.fullmatch(value) else allowed


def refusal(key: str, value: object) -> str | None:
    """Return what is allowed when the value is not, else nothing."""
    if key in ("name", "title", "source", "licence", *_TEXT):
        return _text_refusal(key, value)
    if key == "year":
        good = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000
        return None if good else "a year such as 2014"
    if key == "largest_tariff":
        good = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1e6
        return None if good else "a positive number, the highest tariff there is as a fraction"
    if key == "confirmed":
        good = isinstance(value, list) and all(x in WORDS for x in value)
        return None if good else f"a list of some of {', '.join(WORDS)}"
    if key == "notes":
        good = isinstance(value, list) and all(isinstance(x, str) for x in value)
        return None if good else "a list of texts"
    kind = RateDifference if key == "differences" else Adjustment
    good = isinstance(value, list) and all(_is_record(x, kind) for x in value)
    return None if good else f"a list of {_said(kind)}"


def _is_record(value: object, kind: type) -> bool:
    """Whether a value holds each field of a class of texts and numbers, and nothing else."""
    if not isinstance(value, dict) or set(value) != {f.name for f in fields(kind)}:
        return False
    types = {"str": str, "float": int | float}
    return all(
        isinstance(value[f.name], types[str(f.type)]) and not isinstance(value[f.name], bool)
        for f in fields(kind)
    )


def _said(kind: type) -> str:
    """Name the fields of a class, and which of them are numbers."""
    names = [f.name + (" (a number)" if str(f.type) == "float" else "") for f in fields(kind)]
    return f"{', '.join(names[:-1])} and {names[-1]}"
