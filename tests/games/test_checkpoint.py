"""A search kept in a file goes on where it was stopped."""

import numpy as np
import pytest

from detente.checkpoint import Checkpoint
from detente.errors import DataError
from detente.games.nash import nash
from detente.games.players import Player
from economies import random_economy

PLAYERS = [Player(f"C{n}", sectors="all") for n in range(3)]


def test_a_search_goes_on_where_it_was_stopped(tmp_path):
    c = random_economy(3, 3, 2)
    keeper = Checkpoint(tmp_path / "war.npz", c, PLAYERS)
    assert keeper.rates() is None
    stopped = nash(c, PLAYERS, starts=("applied",), certified=False, max_rounds=6, on_step=keeper)
    assert not stopped.status.found
    np.testing.assert_array_equal(keeper.rates(), stopped.history[-1].rates)
    rest = nash(c, PLAYERS, start=keeper.rates(), certified=False, on_step=keeper)
    whole = nash(c, PLAYERS, starts=("applied",), certified=False)
    np.testing.assert_allclose(rest.chosen.rates, whole.chosen.rates, atol=1e-7)
    assert [p.name for p in tmp_path.iterdir()] == ["war.npz"]


def test_rates_of_another_game_and_damaged_files_are_refused(tmp_path):
    c = random_economy(3, 3, 2)
    path = tmp_path / "war.npz"
    keeper = Checkpoint(path, c, PLAYERS)
    nash(c, PLAYERS, starts=("applied",), certified=False, max_rounds=1, on_step=keeper)
    with pytest.raises(DataError, match="another game"):
        Checkpoint(path, c, PLAYERS[:2]).rates()
    with pytest.raises(DataError, match="another game"):
        Checkpoint(path, random_economy(4, 3, 2), PLAYERS).rates()
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(DataError, match="not a kept search"):
        keeper.rates()
