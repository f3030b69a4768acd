"""Where a search has got to, on disk, so that an interrupted one can go on."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detente.errors import DataError, InputError, Problem
from detente.files import write_bytes
from detente.games.search import Step
from detente.wars.setting import Setting

FORMAT = 1
EVERY = 3
"""Rounds between two writings."""


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


class Checkpoint:
    """A file with the rates of the last rounds.

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
        self.key = key
        self.round: int | None = None
        self.start: NDArray[np.float64] | None = None
        self.trouble = ""
        """Why the last writing failed; a search does not end for it."""
        self._last: Step | None = None
        if self.path is not None and self.path.exists():
            self.start = self._read(self.path, size)

    def _read(self, path: Path, size: int) -> NDArray[np.float64]:
        try:
            held = json.loads(path.read_bytes())
            rates = np.array(held["rates"], dtype=np.float64)
            known = held["format"] == FORMAT and np.isfinite(rates).all()
            key, self.round = held["problem"], int(held["round"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(Problem("is no checkpoint", path, key="--checkpoint")) from error
        if not known:
            raise InputError(Problem("is no checkpoint", path, key="--checkpoint"))
        if key != self.key or rates.shape != (size,):
            message = "is a checkpoint of another problem; remove it or name another file"
            raise InputError(Problem(message, path, key="--checkpoint"))
        return rates

    def keep(self, then: Callable[[Step], None] | None = None) -> Callable[[Step], None]:
        """Return what a search calls after every round."""

        def on_step(step: Step) -> None:
            self._last = step
            if step.round % EVERY == 0:
                self.write()
            if then is not None:
                then(step)

        return on_step

    def write(self) -> bool:
        """Write the last round; whether there is a file to go on from."""
        if self.path is None or self._last is None:
            return False
        self.round = self._last.round
        held = {"format": FORMAT, "problem": self.key, "round": self._last.round,
                "gap": self._last.gap, "rates": self._last.rates.tolist()}  # fmt: skip
        try:
            write_bytes(self.path, json.dumps(held).encode())
        except DataError as error:
            self.trouble = str(error)
            return False
        self.trouble = ""
        return True

    def done(self) -> None:
        """Remove the file: nothing is left to go on from."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)
