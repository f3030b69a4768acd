"""What files of several kinds share: found by name or path, read whole, refused with their lines.

Scenarios and cards of firms are both YAML files of which some come with the package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from detente.errors import InputError, Problem, nearest
from detente.scenario.consistency import key_name
from detente.scenario.yaml_lines import Found, Tree, parse, read_text


@dataclass(frozen=True)
class Kind:
    """A kind of file: folder of those shipped, what one is called, the keys that it starts with."""

    folder: Path
    called: str
    starts: str

    def shipped(self) -> tuple[str, ...]:
        """Return the names of those that come with the package."""
        return tuple(sorted(path.stem for path in self.folder.glob("*.yaml")))

    def find(self, name_or_path: str | Path) -> Path:
        """Return the file that is meant: a bare word is a shipped one first.

        Raises
        ------
        InputError
            There is none.
        """
        path = Path(name_or_path)
        bare = isinstance(name_or_path, str) and path.name == name_or_path
        shipped = self.shipped()
        if bare and name_or_path in shipped:
            return self.folder / f"{name_or_path}.yaml"
        try:
            if path.exists():
                return path
        except (OSError, ValueError):
            pass  # no name that a file can have
        hint = nearest(path.stem or str(name_or_path), shipped)
        message = "no such file" + (f", nor a shipped {self.called}" if bare else "")
        message += f"; {hint}" if hint else ""
        allowed = f"a YAML file, or one of {', '.join(shipped)}"
        raise InputError(Problem(message, value=str(name_or_path), allowed=allowed))

    def unread(self, tree: Tree) -> list[Found]:
        """Return what stands against reading the keys at all: a text without a tree, no keys."""
        if any(not found.path for found in tree.found):
            return list(tree.found)
        if isinstance(tree.value, dict):
            return []
        what = "is empty" if tree.value is None else "holds no keys"
        return [*tree.found, Found((), f"the file {what}", 1, None, self.starts)]


def read_tree(path: Path) -> Tree:
    """Read a file as a tree of plain values with its lines.

    Raises
    ------
    InputError
        The file is no text that can be read.
    """
    text = read_text(path)
    if isinstance(text, Problem):
        raise InputError(text)
    return parse(text)


def problems(found: Iterable[Found], tree: Tree, path: Path) -> list[Problem]:
    """Put findings in terms of a file: line, key as a reader names it; in the order of lines."""
    listed = [
        Problem(
            item.message,
            file=path,
            line=item.line or tree.line(item.path),
            key=key_name(tree.value, item.path),
            value=item.value,
            allowed=item.allowed,
        )
        for item in found
    ]
    return sorted(listed, key=lambda problem: problem.line or 0)
