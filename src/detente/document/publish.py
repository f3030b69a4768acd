"""A document and its data as files: all of them, or none."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any


def add_hashes(files: dict[str, dict[str, Any]], folder: Path) -> None:
    """Add size and SHA-256 to the entry of every file."""
    for name, entry in files.items():
        content = (folder / name).read_bytes()
        entry |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
