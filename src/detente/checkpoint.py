"""Keep the rounds of a long search for rates in a file, so that it goes on after an interruption.

>>> keeper = Checkpoint("war.npz", world, players)  # doctest: +SKIP
>>> nash(world, players, start=keeper.rates(), on_step=keeper)  # doctest: +SKIP
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import numpy as np

from detente.baseline.archive import write_bytes
from detente.baseline.calibration import Calibration
from detente.errors import DataError, Problem
from detente.games.players import Player
from detente.games.search import Step


class Checkpoint:
    """The last round of a search, in a file that is whole or not there.

    Parameters
    ----------
    path
        An ``.npz`` file; need not be there yet.
    calibration, players
        The game, so that rates of another are not taken for its own. Options are not compared: a
        search may go on under others.
    """

    def __init__(self, path: str | Path, calibration: Calibration, players: Sequence[Player]):
        self.path = Path(path)
        self.identity = _identity(calibration, players)

    def __call__(self, step: Step) -> None:
        """Keep a round; give it as ``on_step`` to a search."""
        content = io.BytesIO()
        np.savez(
            content,
            identity=np.array(self.identity),
            rates=step.rates,
            values=step.values,
            account=np.array([step.round, step.gap, step.kkt, step.evaluations]),
        )
        write_bytes(self.path, content.getvalue())

    def rates(self) -> np.ndarray | None:
        """Return the rates ``(rate,)`` to go on from, or nothing where there is no file.

        Raises
        ------
        DataError
            The file is damaged, or of another game.
        """
        if not self.path.exists():
            return None
        try:
            content = io.BytesIO(self.path.read_bytes())
            with np.load(content, allow_pickle=False) as kept:
                identity, rates = str(kept["identity"]), np.array(kept["rates"], dtype=np.float64)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise DataError(Problem("not a kept search", file=self.path)) from error
        if identity != self.identity:
            message = "kept from another game: the baseline or the players differ"
            raise DataError(Problem(message, file=self.path))
        return rates


def _identity(calibration: Calibration, players: Sequence[Player]) -> str:
    digest = hashlib.sha256(calibration.hash.encode())
    for player in players:
        for item in fields(player):
            value = getattr(player, item.name)
            if item.name == "weights" and value is not None and not isinstance(value, dict):
                value = np.asarray(value, dtype=np.float64).tolist()
            if callable(value):
                value = getattr(value, "__qualname__", "function")
            digest.update(f"{item.name}={value!r};".encode())
    return digest.hexdigest()
