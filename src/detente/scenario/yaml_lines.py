"""Plain YAML with the line of every key: no tags, no aliases, no surprises.

Scalars follow the YAML 1.2 core rules, so that ``on`` and ``NO`` are words, not truth values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from detente.errors import CONTROL, INVISIBLE, Problem
from detente.scalars import plain_scalar

SIZE_LIMIT = 1_000_000
DEPTH_LIMIT = 20

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Found:
    """One thing wrong at a path of keys; without a line of its own, it stands on the path's."""

    path: KeyPath
    message: str
    line: int | None = None
    value: object = None
    allowed: str | None = None


@dataclass(frozen=True)
class Tree:
    """What a YAML text holds, where each key stands, and everything wrong with the text itself.

    Attributes
    ----------
    value
        Mappings as `dict`, sequences as `list`, scalars as `str`, `int`, `float`, `bool` or `None`.
    lines
        Line (from 1) of every key and sequence item, by path.
    found
        Repeated keys, tags, aliases, malformed text.
    written
        Numbers and truth values as they stand in the text, by path: ``01`` is not ``1``.
    """

    value: Any
    lines: dict[KeyPath, int] = field(default_factory=dict)
    found: tuple[Found, ...] = ()
    written: dict[KeyPath, str] = field(default_factory=dict)

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or of the closest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_text(path: Path, what: str = "a scenario") -> str | Problem:
    """Read a small UTF-8 text file, or say what is wrong with it without reading a large one.

    Parameters
    ----------
    what
        Name of what the file holds, for messages.
    """
    try:
        if path.is_dir():
            return Problem("this is a folder; give the file in it", file=path)
        if not path.is_file():
            message = "not a plain file" if path.exists() else "no such file"
            return Problem(message, file=path)
        size = path.stat().st_size
        with path.open("rb") as stream:
            content = b"" if size > SIZE_LIMIT else stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        return Problem(f"cannot be read: {error.strerror or error}", file=path)
    if max(size, len(content)) > SIZE_LIMIT:
        return Problem(
            f"the file is {max(size, len(content)) / 1e6:,.1f} MB; "
            f"{what} is a short text of at most {SIZE_LIMIT / 1e6:g} MB",
            file=path,
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return Problem(
            "not UTF-8 text; save the file as UTF-8",
            file=path,
            line=line,
            value=content[error.start : error.start + 4],
        )


def parse(text: str) -> Tree:
    """Parse one YAML document into a `Tree`; malformed text is reported, not raised."""
    builder = _Builder()
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            builder.take(event)
    except _StopError:
        pass
    except yaml.MarkedYAMLError as error:
        builder.found.append(_malformed(error, text.count("\n", 0, -1) + 1))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        builder.found.append(Found((), f"a character that YAML forbids (U+{code:04X})", line))
    return Tree(builder.root, builder.lines, tuple(builder.found), builder.written)


class _StopError(Exception):
    """The text cannot be followed any further; what was found says why."""


class _Container:
    """A mapping or sequence being filled."""

    def __init__(self, path: KeyPath, value: dict | list):
        self.path = path
        self.value = value
        self.key: str | None = None  # the key that waits for its value
        self.repeated = False  # its value is read, then dropped

    def next_path(self) -> KeyPath:
        """Return the path of the value to come."""
        if isinstance(self.value, list):
            return (*self.path, len(self.value))
        return (*self.path, self.key) if self.key is not None else self.path


class _Builder:
    """Builds the tree from parser events with a stack of its own (no recursion)."""

    def __init__(self) -> None:
        self.root: Any = None
        self.lines: dict[KeyPath, int] = {}
        self.found: list[Found] = []
        self.written: dict[KeyPath, str] = {}
        self.stack: list[_Container] = []
        self.documents = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event."""
        if isinstance(event, yaml.DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, yaml.NodeEvent):
            self._refuse_tricks(event)
            self._take_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            done = self.stack.pop()
            self._put(done.value)

    def _start_document(self, event: yaml.Event) -> None:
        self.documents += 1
        if self.documents > 1:
            self._find("a second document starts here ('---'); one file holds one scenario", event)
            raise _StopError

    def _refuse_tricks(self, event: yaml.NodeEvent) -> None:
        if tag := getattr(event, "tag", None):
            short = tag.replace("tag:yaml.org,2002:", "!!")
            self._find("YAML tags are not allowed; write a plain value", event, value=short)
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            message = "YAML anchors and aliases are not allowed; write the value out"
            self._find(message, event, value=f"{sign}{event.anchor}")

        if isinstance(event, yaml.ScalarEvent) and (control := CONTROL.search(event.value)):
            code = f"U+{ord(control[0]):04X}"
            self._find("control characters are not allowed in text", event, value=code)
        elif isinstance(event, yaml.ScalarEvent) and (hidden := INVISIBLE.search(event.value)):
            code = f"U+{ord(hidden[0]):04X}"
            self._find("a character that nobody sees stands in this text", event, value=code)

    def _take_node(self, event: yaml.NodeEvent) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._take_key(event, top)
            return
        path = top.next_path() if top else ()
        if top is not None and isinstance(top.value, list):
            self.lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.stack) >= DEPTH_LIMIT:
                self._find(f"nested more than {DEPTH_LIMIT} deep", event)
                raise _StopError
            empty = {} if isinstance(event, yaml.MappingStartEvent) else []
            self.stack.append(_Container(path, empty))
        elif isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event, path))
        else:
            self._put(None)

    def _scalar(self, event: yaml.ScalarEvent, path: KeyPath) -> object:
        """Return what a scalar means; a number keeps its text beside it."""
        value = plain_scalar(event.value) if event.style is None else event.value
        if isinstance(value, bool | int | float):
            self.written[path] = event.value
        return value

    def _take_key(self, event: yaml.NodeEvent, top: _Container) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            self._find("a key must be a plain word", event)
            raise _StopError
        key, line = event.value, event.start_mark.line + 1
        path = (*top.path, key)
        top.key, top.repeated = key, key in top.value
        if top.repeated:
            message = f"this key is given twice, first on line {self.lines[path]}; keep one"
            self.found.append(Found(path, message, line))
        else:
            self.lines.setdefault(path, line)
            top.value[key] = None  # keeps the place of the key

    def _put(self, value: object) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            if top.key is not None and not top.repeated:
                top.value[top.key] = value
            top.key = None

    def _find(self, message: str, event: yaml.Event, value: object = None) -> None:
        path = self.stack[-1].next_path() if self.stack else ()
        line = event.start_mark.line + 1
        self.found.append(Found(path, message, line, value))


def _malformed(error: yaml.MarkedYAMLError, last_line: int) -> Found:
    """Put a parser's complaint in one line, with the column; its line is one of the text's."""
    mark = error.problem_mark or error.context_mark
    what = error.problem or error.context or "cannot be read"
    if "'\\t'" in what:
        what = "a tab; indent with spaces"
    elif error.problem and error.context and error.context_mark:
        what += f" {error.context}" + (
            f" that starts on line {error.context_mark.line + 1}"
            if mark is not None and error.context_mark.line != mark.line
            else ""
        )
    column = "" if mark is None else f" at column {mark.column + 1}"
    line = 1 if mark is None else min(mark.line + 1, last_line)
    return Found((), f"malformed YAML{column}: {what}", line)
