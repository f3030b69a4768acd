"""Files that are whole or not there."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from detente.errors import DataError, InputError, Problem


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file under a temporary name beside it, then move it into place.

    Raises
    ------
    DataError
        The folder cannot be written.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent, f".{path.name}.")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_mine(f".{path.name}."))
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise DataError(Problem(f"cannot write: {error.strerror or error}", file=path)) from error


def check_writable(folder: str | Path) -> None:
    """Refuse an output folder that could not be written, before any work is done for it.

    Raises
    ------
    InputError
        Something that is no folder is in the way, or there is no permission.
    """
    folder = Path(folder)
    there = folder
    while not os.path.lexists(there) and there.parent != there:
        there = there.parent
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return
    message = (
        "cannot be the output folder: no permission to write in " + str(there)
        if there.is_dir()
        else f"cannot be the output folder: {there} is not a folder"
    )
    raise InputError(Problem(message, key="--out", value=str(folder), allowed="a writable folder"))


def write_whole(folder: str | Path, write: Callable[[Path], list[str]]) -> list[Path]:
    """Write files into a folder, made if need be: all of them or none.

    Parameters
    ----------
    write
        Writes every file into the folder that it is given and returns their names, in the order in
        which they are moved to where they belong.

    Raises
    ------
    InputError
        The folder cannot be written.
    """
    folder = Path(folder)
    check_writable(folder)
    staging = None
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder, _WRITING)
        staging = Path(tempfile.mkdtemp(dir=folder, prefix=_mine(_WRITING)))
        names = write(staging)
        for name in names:
            (folder / name).parent.mkdir(exist_ok=True, parents=True)
            (staging / name).replace(folder / name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(Problem(f"cannot write the results: {reason}", file=folder)) from error
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
        if fresh:
            with suppress(OSError):
                folder.rmdir()  # only an empty one goes
    return [folder / name for name in names]


_WRITING = ".writing-"


def _mine(prefix: str) -> str:
    """Name what this process is writing."""
    return f"{prefix}{os.getpid()}-"


def _sweep(folder: Path, prefix: str) -> None:
    """Remove what processes that were killed while they wrote have left."""
    for left in folder.iterdir():
        number = left.name.removeprefix(prefix).partition("-")[0]
        known = left.name.startswith(prefix) and os.name == "posix" and number.isdigit()
        if not known or _runs(int(number)):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)  # asks, and kills nothing
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
