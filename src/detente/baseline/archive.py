"""Arrays in ``.npz`` files: written with the same bytes every time, read without surprises."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from detente.errors import DataError, Problem
from detente.files import write_bytes

_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
LARGEST_ARRAY = 2**31
"""Bytes above which an array's header is not believed."""


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write a compressed ``.npz`` whose bytes depend on the arrays alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", date_time=_TIMESTAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # the same on every platform
            archive.writestr(info, member.getvalue(), compresslevel=9)
    write_bytes(path, buffer.getvalue())


def read_arrays(path: Path, names: Iterable[str], *, only: bool = False) -> dict[str, np.ndarray]:
    """Read some arrays of an ``.npz``.

    Parameters
    ----------
    path
        The file.
    names
        Arrays that must be there.
    only
        Refuse any other array.

    Raises
    ------
    DataError
        The file is missing, not an archive of plain arrays, damaged, or lacks an array.
    """
    names = tuple(names)
    if not path.is_file():
        raise DataError(Problem("file not found", file=path))
    try:
        with zipfile.ZipFile(path) as archive:
            present = [name.removesuffix(".npy") for name in archive.namelist()]
            problems = _name_problems(path, names, present, only)
            if problems:
                raise DataError(problems)
            return {name: _read_array(archive, f"{name}.npy") for name in names}
    # numpy reports a bad header by whichever of these its parser met first
    except (
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        OSError,
        EOFError,
        KeyError,
        NotImplementedError,
        RuntimeError,
        SyntaxError,
        MemoryError,
    ) as error:
        raise DataError(Problem(f"damaged array file: {error}", file=path)) from error


def is_folder(path: Path) -> bool:
    """Whether there is such a folder; a name that no file can have is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _name_problems(path, names, present, only) -> list[Problem]:
    problems = [Problem("array missing", file=path, key=name) for name in names]
    problems = [p for p in problems if p.key not in present]
    extra = sorted(set(present) - set(names)) if only else []
    problems += [Problem("unknown array", file=path, key=name) for name in extra]
    if len(set(present)) != len(present):
        problems.append(Problem("an array is there twice", file=path))
    return problems


def _read_array(archive: zipfile.ZipFile, member: str) -> np.ndarray:
    content = io.BytesIO(_read_member(archive, member))
    array = np.lib.format.read_array(content, allow_pickle=False)
    if content.read(1):
        raise ValueError(f"{member} has bytes after its array")
    return array


def _read_member(archive: zipfile.ZipFile, member: str) -> bytes:
    if archive.getinfo(member).file_size > LARGEST_ARRAY:
        raise ValueError(f"{member} is larger than {LARGEST_ARRAY} bytes")
    return archive.read(member)
