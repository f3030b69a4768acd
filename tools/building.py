"""What scripts that make shipped files have in common: their options, and whether files are new."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from detente.errors import DataError

Build = Callable[[Path, Path], list[Path]]
"""Takes the raw data and the folder to write to; returns the files written."""


def run(
    build: Build, description: str | None, raw: Path, shipped: Path, arguments: list[str] | None
) -> int:
    """Build or check; return the exit status.

    Parameters
    ----------
    description
        What ``--help`` says first.
    raw, shipped
        Folders of raw data and of shipped files, unless others are given.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, default=raw, help="raw data folder")
    parser.add_argument("--out", type=Path, default=shipped, help="folder to write")
    parser.add_argument("--check", action="store_true", help="compare with --out, write nothing")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            return check(build, options.data, options.out)
        for path in build(options.data, options.out):
            print(f"{path.name}: {path.stat().st_size:,} bytes")
    except (DataError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def check(build: Build, data: Path, out: Path) -> int:
    """Say which files are not what the raw data give; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        made = build(data, Path(folder))
        old = [p.name for p in made if (out / p.name).read_bytes() != p.read_bytes()]
    print("\n".join(f"{name}: differs" for name in old) or "what is shipped is up to date")
    return 1 if old else 0
