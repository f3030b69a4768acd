"""Count what makes the source long or tangled, in two revisions side by side.

``python tools/count_lines.py`` compares ``main`` with the working tree; ``python
tools/count_lines.py v0.1.0 HEAD`` two revisions.
"""

from __future__ import annotations

import argparse
import ast
import io
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHOWS = ("report", "document")
NUMBERS = {"float", "int", "float | None", "int | None", "SupportsFloat"}


@dataclass(frozen=True)
class File:
    """A file of source: its module, text and tree."""

    module: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room that it is in."""
        return self.module.split(".")[1] if "." in self.module else ""

    @property
    def lines(self) -> int:
        """How long it is."""
        return len(self.text.splitlines())


def read(folder: Path) -> dict[str, File]:
    """Return the files of a package by their modules."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        module = ".".join(part for part in parts if part != "__init__")
        text = path.read_text("utf-8")
        found[module] = File(module, text, ast.parse(text))
    return found


def at(revision: str | None) -> dict[str, File]:
    """Return the files of a revision; of the working tree where none is given."""
    if revision is None:
        return read(ROOT / "src" / "detente")
    command = ["git", "-C", str(ROOT), "archive", revision, "src/detente"]
    packed = subprocess.run(command, capture_output=True, check=True).stdout
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(place, filter="data")
        return read(Path(place) / "src" / "detente")


def _nodes(files: dict[str, File], kind: type, *rooms: str) -> Iterator[tuple[File, ast.AST]]:
    for one in files.values():
        if not rooms or one.room in rooms:
            yield from ((one, node) for node in ast.walk(one.tree) if isinstance(node, kind))


def lines(*rooms: str) -> Callable[[dict[str, File]], int]:
    """Count lines of rooms, of all where none is named."""
    return lambda files: sum(f.lines for f in files.values() if not rooms or f.room in rooms)


def modules(files: dict[str, File]) -> int:
    """Count files that show results."""
    return sum(f.room in SHOWS for f in files.values())


def skipped(*rooms: str) -> Callable[[dict[str, File]], int]:
    """Count lines that no formatter may touch."""
    return lambda files: sum(
        f.text.count("# fmt: skip") for f in files.values() if not rooms or f.room in rooms
    )


def _typing_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _imports(files: dict[str, File], file: File, when: str) -> set[str]:
    """Return the modules that a file imports: when ``loaded``, ``called`` too, ``all`` of them."""
    found: set[str] = set()
    waiting: list[ast.AST] = list(file.tree.body)
    while waiting:
        node = waiting.pop()
        if _typing_only(node) and when != "all":
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and when == "loaded":
            continue
        if isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in files else node.module for name in inner}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        waiting += ast.iter_child_nodes(node)
    return (found & set(files)) - {file.module}


def circles(when: str) -> Callable[[dict[str, File]], int]:
    """Count groups of files that reach each other by imports."""

    def count(files: dict[str, File]) -> int:
        direct = {name: _imports(files, one, when) for name, one in files.items()}
        reach = {name: _reached(direct, name) for name in files}
        groups = {
            frozenset(other for other in reach[name] if name in reach[other]) for name in files
        }
        return sum(len(group) > 1 for group in groups)

    return count


def _reached(direct: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for name in direct[waiting.pop()] - found:
            found.add(name)
            waiting.append(name)
    return found


def private(files: dict[str, File]) -> int:
    """Count names with an underscore that are taken from another file."""
    found = 0
    for one in files.values():
        known: set[str] = set()
        for node in ast.walk(one.tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("detente"):
                found += sum(_hidden(alias.name) for alias in node.names)
                known |= {
                    alias.asname or alias.name
                    for alias in node.names
                    if f"{node.module}.{alias.name}" in files
                }
        taken = {
            (node.value.id, node.attr)
            for node in ast.walk(one.tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in known
            and _hidden(node.attr)
        }
        found += len(taken)
    return found


def _hidden(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def formatters(files: dict[str, File]) -> int:
    """Count functions that make text of a number alone: its first argument, the others are how."""
    found = 0
    for _, node in _nodes(files, ast.FunctionDef, *SHOWS, "cli"):
        assert isinstance(node, ast.FunctionDef)
        first = [arg.annotation for arg in (*node.args.posonlyargs, *node.args.args)][:1]
        of_number = any(note is not None and ast.unparse(note) in NUMBERS for note in first)
        to_text = node.returns is not None and ast.unparse(node.returns) == "str"
        found += of_number and to_text
    return found


def twice(public: bool) -> Callable[[dict[str, File]], int]:
    """Count names of classes that stand in two files or more."""

    def count(files: dict[str, File]) -> int:
        named = Counter(
            node.name
            for one in files.values()
            for node in one.tree.body
            if isinstance(node, ast.ClassDef)
        )
        return sum(n > 1 and not (public and _hidden(name)) for name, n in named.items())

    return count


def calls(*names: str) -> Callable[[dict[str, File]], int]:
    """Count files that call a function of some name."""
    return lambda files: len(
        {
            one.module
            for one, node in _nodes(files, ast.Call)
            if isinstance(node, ast.Call)
            and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in names
        }
    )


def markup(files: dict[str, File]) -> int:
    """Count files of Python that write the markup of a table."""
    return sum("<table" in f.text for f in files.values())


def terminal(files: dict[str, File]) -> int:
    """Count files that make tables of a terminal."""
    return sum("from rich.table import" in f.text for f in files.values())


def mended(files: dict[str, File]) -> int:
    """Count texts that are changed after they were made: one literal put for another."""
    found = 0
    for _, node in _nodes(files, ast.Call, "report"):
        assert isinstance(node, ast.Call)
        words = [a.value for a in node.args if isinstance(a, ast.Constant)]
        name = getattr(node.func, "attr", "")
        long = any(isinstance(word, str) and len(word) > 3 for word in words)
        found += name == "replace" and len(words) == 2 and long
    return found


def baselines(files: dict[str, File]) -> int:
    """Count definitions of the option that names another economy."""
    named = [
        (node.arg, node.annotation)
        for _, node in _nodes(files, ast.arg, "cli")
        if isinstance(node, ast.arg)
    ]
    named += [
        (node.targets[0].id, node.value)
        for _, node in _nodes(files, ast.Assign, "cli")
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    ]
    return sum(
        name.casefold().startswith("baseline") and "Option" in ast.unparse(note)
        for name, note in named
        if note is not None
    )


COUNTS: dict[str, Callable[[dict[str, File]], int]] = {
    "report/ and document/, lines": lines(*SHOWS),
    "  report/": lines("report"),
    "  document/": lines("document"),
    "files there": modules,
    "cli/, lines": lines("cli"),
    "src/detente, lines": lines(),
    "`# fmt: skip` in src": skipped(),
    "  in report/ and document/": skipped(*SHOWS),
    "circles of files, when loaded": circles("loaded"),
    "  imports inside functions too": circles("called"),
    "  annotations too": circles("all"),
    "private names from other files": private,
    "class names with two meanings": twice(public=False),
    "  public ones": twice(public=True),
    "formatters of numbers": formatters,
    "files that make terminal tables": terminal,
    "files that make HTML tables": markup,
    "files that write folders": calls("write_whole"),
    "texts mended after they were made": mended,
    "definitions of --baseline": baselines,
}


def main(arguments: list[str] | None = None) -> int:
    """Print the counts; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", nargs="?", default="main", help="a revision")
    parser.add_argument("after", nargs="?", help="another; the working tree unless given")
    options = parser.parse_args(arguments)
    before, after = at(options.before), at(options.after)
    print(f"{'':36}{options.before:>12}{options.after or 'now':>12}")
    for name, count in COUNTS.items():
        print(f"{name:36}{count(before):12,}{count(after):12,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
