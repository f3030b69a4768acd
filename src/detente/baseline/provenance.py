"""Which files an economy was made from: names and digests, never where they lay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def read_from(files: Iterable[Path]) -> str:
    """Return the sentence for a card that names the files read, each with its SHA-256."""
    told = ", ".join(f"{file.name} (SHA-256 {digest(file)})" for file in files)
    return f"Read from {told}."


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
