"""Folders as they are on the disk."""

from __future__ import annotations

from pathlib import Path


def held(folder: str | Path) -> dict[str, bytes]:
    """Return the files of a folder and of those in it, by their names from there."""
    files = (path for path in Path(folder).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
