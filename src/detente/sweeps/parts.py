"""Where the chunks of a sweep are kept, so that one that was stopped goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from detente.errors import DataError, InputError, Problem
from detente.files import write_bytes

FOLDER, ABOUT = "parts", "sweep.json"


class Parts:
    """Chunks that are solved, by name: files in ``parts``, or held in memory without a folder.

    Parameters
    ----------
    folder
        Of the results.
    about
        What is solved: a part of another sweep is never taken for one of this.
    fresh
        Whether what is there is thrown away.

    Raises
    ------
    InputError
        There are parts of another sweep, with all that differs.
    """

    def __init__(self, folder: Path | None, about: Mapping[str, str], *, fresh: bool = False):
        self.folder = None if folder is None else folder / FOLDER
        self._held: dict[str, bytes] = {}
        if self.folder is None:
            return
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        _check(self.folder / ABOUT, about)
        text = json.dumps(dict(about), indent=1, ensure_ascii=False)
        write_bytes(self.folder / ABOUT, f"{text}\n".encode())

    def __contains__(self, name: str) -> bool:
        """Whether a chunk is solved."""
        return name in self._held if self.folder is None else (self.folder / name).is_file()

    def __setitem__(self, name: str, content: bytes) -> None:
        """Keep a chunk: its file is whole or not there."""
        if self.folder is None:
            self._held[name] = content
        else:
            write_bytes(self.folder / name, content)

    def __getitem__(self, name: str) -> bytes:
        """Return a chunk that is solved."""
        return self._held[name] if self.folder is None else (self.folder / name).read_bytes()

    @staticmethod
    def remove(folder: Path) -> None:
        """Remove all that is kept in a folder of results."""
        shutil.rmtree(folder / FOLDER, ignore_errors=True)


def _check(path: Path, about: Mapping[str, str]) -> None:
    """Refuse parts of another sweep."""
    if not path.exists():
        if path.parent.is_dir() and any(path.parent.glob("*.parquet")):
            message = "holds parts of no known sweep"
            raise InputError(Problem(message, path.parent, key="--out", allowed="another folder"))
        return
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(found, dict):
            raise ValueError(path)
    except (OSError, ValueError) as error:
        problem = Problem("cannot be read: remove the folder that it is in", path)
        raise DataError(problem) from error
    problems = [
        Problem("differs from the sweep that was begun here", path, key=key, value=about.get(key),
                allowed=f"{found.get(key)}, another --out, or --fresh")
        for key in dict.fromkeys([*about, *found])
        if found.get(key) != about.get(key)
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
