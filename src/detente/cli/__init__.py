"""The command ``detente``: read arguments, call, show. Nothing is computed here."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Run the command line; exit with 2 and one message on anything wrong with the input."""
    _keep_compiled_code()
    from detente.cli.commands import app
    from detente.errors import DetenteError, InputError

    try:
        app(prog_name="detente")
    except DetenteError as error:
        print(error, file=sys.stderr)
        count = len(error.problems) if isinstance(error, InputError) else 1
        said = "1 problem" if count == 1 else f"{count} problems"
        print(f"detente: {said}; nothing was written.", file=sys.stderr)
        sys.exit(2)


def _keep_compiled_code() -> None:
    """Let JAX keep what it compiles between runs; it reads these when it is first imported."""
    from detente.report.bundle import cache_folder

    folder = cache_folder() / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return  # slower, but no error
    if not os.access(folder, os.W_OK):
        return
    _default("JAX_COMPILATION_CACHE_DIR", Path(folder))
    _default("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", 0)
    _default("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", -1)


def _default(name: str, value: object) -> None:
    os.environ.setdefault(name, str(value))
