"""Where a search has got to, on disk, so that an interrupted one can go on."""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from detente.errors import DataError, InputError, Problem
from detente.files import write_bytes
from detente.wars.setting import Setting

FORMAT = 2
EVERY = 1.0
"""Seconds between two writings."""
LARGEST = 500_000_000
"""Bytes of a file beyond which it is no checkpoint."""
_APART, _START = " | ", "start"


def problem_hash(setting: Setting, what: str) -> str:
    """Hash what is solved: baseline, options, measures in force and players."""
    digest = hashlib.sha256()
    parts = [what, setting.calibration.hash, repr(setting.options), repr(setting.players)]
    digest.update("\n".join(parts).encode())
    base = setting.base
    arrays = (base.tariff_cf, base.iceberg_hat, base.export_tax, base.production_subsidy,
              base.supply_share, base.rent_share, base.transfer,
              *([] if base.lines is None else vars(base.lines).values()))  # fmt: skip
    for array in arrays:
        digest.update(b"none" if array is None else np.ascontiguousarray(array).tobytes())
    for limit in base.limits:
        digest.update(repr((limit.label, limit.bound, limit.ceiling, limit.in_value)).encode())
        digest.update(limit.cells.tobytes())
    return digest.hexdigest()


def check_place(path: str | Path | None) -> None:
    """Refuse a file that could not be written, before any work is done for it; makes nothing.

    Raises
    ------
    InputError
        The folder is not there or cannot be written, or the path is no file.
    """
    if path is None:
        return
    path, message = Path(path), ""
    try:
        if path.is_dir():
            message = "is a folder, not a file"
        elif not path.parent.is_dir():
            message = f"there is no folder {path.parent}"
        elif not os.access(path.parent, os.W_OK | os.X_OK):
            message = f"no permission to write in {path.parent}"
        else:
            os.lstat(path)
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        message = f"cannot be a file: {getattr(error, 'strerror', None) or error}"
    if message:
        raise InputError(Problem(message, key="--checkpoint", value=str(path),
                                 allowed="a file in a folder that is there"))  # fmt: skip


class Checkpoint(MutableMapping[str, Mapping[str, NDArray[Any]]]):
    """What searches keep, by name, in a file (see `detente.games.search.Held`).

    A search that was killed at any moment goes on from the round that was written last and ends at
    the same bits as one that was not.

    Parameters
    ----------
    path
        The file; none keeps nothing.
    key
        Hash of what is solved (`problem_hash`).
    size
        Number of rates.

    Raises
    ------
    InputError
        The file is no checkpoint, or one of another problem.
    """

    def __init__(self, path: str | Path | None, key: str, size: int):
        self.path = None if path is None else Path(path)
        self.key, self.size = key, size
        self.start: NDArray[np.float64] | None = None
        """Rates of a search without an answer, to start from."""
        self.trouble = ""
        """Why the last writing failed; a search does not end for it."""
        self._held: dict[str, Mapping[str, NDArray[Any]]] = {}
        self._written = 0.0
        if self.path is not None and self.path.exists():
            self._read(self.path)
            self.start = self._held.pop(_START, {}).get("rates")

    def __getitem__(self, name: str) -> Mapping[str, NDArray[Any]]:
        return self._held[name]

    def __setitem__(self, name: str, kept: Mapping[str, NDArray[Any]]) -> None:
        """Keep, and write where the last writing is a while ago."""
        new = name not in self._held
        self._held[name] = kept
        if new or time.monotonic() - self._written > EVERY:
            self.write()

    def __delitem__(self, name: str) -> None:
        del self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def _read(self, path: Path) -> None:
        try:
            with np.load(io.BytesIO(_content(path)), allow_pickle=False) as found:
                held = {name: found[name] for name in found.files}
            known = int(held.pop("format")) == FORMAT
            key, size = str(held.pop("problem")), int(held.pop("size"))
        except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
            raise InputError(Problem("is no checkpoint", path, key="--checkpoint")) from error
        if not known:
            raise InputError(Problem("is no checkpoint", path, key="--checkpoint"))
        if key != self.key or size != self.size:
            message = "is a checkpoint of another problem; remove it or name another file"
            raise InputError(Problem(message, path, key="--checkpoint"))
        for name, array in held.items():
            search, _, part = name.partition(_APART)
            self._held[search] = {**self._held.get(search, {}), part: array}

    def write(self) -> bool:
        """Write all that is kept; whether there is a file to go on from."""
        if self.path is None or not self._held:
            return False
        arrays = {f"{name}{_APART}{part}": array
                  for name, kept in self._held.items() for part, array in kept.items()}  # fmt: skip
        content = io.BytesIO()
        about = {"format": FORMAT, "problem": self.key, "size": self.size}
        arrays |= {name: np.array(value) for name, value in about.items()}
        np.savez(content, allow_pickle=False, **arrays)
        self._written = time.monotonic()
        try:
            write_bytes(self.path, content.getvalue())
        except DataError as error:
            self.trouble = str(error)
            return False
        self.trouble = ""
        return True

    def done(self) -> None:
        """Remove the file: nothing is left to go on from."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def without_answer(self, rates: NDArray[np.float64]) -> bool:
        """Keep the last rates alone, as the start of the next search; whether that was written."""
        self._held = {_START: {"rates": rates}}
        return self.write()


def _content(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise ValueError(path)
    return path.read_bytes()
