"""The command ``detente``: read arguments, call, show. Nothing is computed here."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType


def main() -> None:
    """Run the command line; exit with 2 and one message on anything wrong with the input."""
    interrupted: list[bool] = []

    def interrupt(_: int, frame: FrameType | None) -> None:
        if not interrupted:
            os.write(2, b"detente: Interrupted.\n")
        interrupted.append(True)
        # compiled modules that are interrupted while they load print tracebacks, or crash later
        if _importing(frame):
            os._exit(130)
        raise KeyboardInterrupt

    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, interrupt)
    try:
        _main()
    except BaseException:
        if not interrupted:
            raise
        sys.exit(130)


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if "importlib._bootstrap" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def _main() -> None:
    from detente.errors import DetenteError, InputError, printable

    try:
        _prepare()
        from detente.cli.commands import app

        try:
            app(prog_name="detente")
        finally:
            sys.stdout.flush()
    except DetenteError as error:
        print(error, file=sys.stderr)
        count = len(error.problems) if isinstance(error, InputError) else 1
        said = "1 problem" if count == 1 else f"{count} problems"
        print(f"detente: {said}; nothing was written.", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        _drop_output()
        name = "" if error.filename is None else f" ({str(error.filename)[:80]})"
        print(printable(f"detente: {error.strerror or error}{name}"), file=sys.stderr)
        sys.exit(2)


def _prepare() -> None:
    """Set up the process: text as UTF-8, an end by signal that cleans up, compiled code kept."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8")  # pyright: ignore[reportAttributeAccessIssue]
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    _keep_compiled_code()


def _drop_output() -> None:
    """Give up a standard output that cannot be written, or Python complains again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _keep_compiled_code() -> None:
    """Let JAX keep what it compiles between runs; it reads these when it is first imported."""
    from detente.cache import cache_folder

    try:
        folder = Path(cache_folder()) / "compiled"
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, RuntimeError):
        return  # slower, but no error
    if not os.access(folder, os.W_OK):
        return
    os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(folder))
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
