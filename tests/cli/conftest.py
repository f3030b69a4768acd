"""Call the command as a user does, with a small economy to run on."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from detente.baseline import store
from detente.cli import main
from detente.simulate import run_scenario
from detente.uncertainty import draws, ranges
from economies import random_economy
from scenario_texts import GOOD


@dataclass(frozen=True)
class Done:
    """How a call ended: exit status, and what it printed where."""

    status: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def user_data(tmp_path, monkeypatch):
    """Keep what is installed apart from the person's own, and work in an empty folder."""
    monkeypatch.setenv("DETENTE_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(ranges, "SEARCHES", 2)  # every draw of a game is a search
    monkeypatch.setattr(draws, "DRAWS", draws.ENOUGH)
    monkeypatch.setitem(run_scenario.__kwdefaults__, "draws", draws.ENOUGH)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return tmp_path / "data"


@pytest.fixture
def detente(monkeypatch, capsys):
    """Return the command as a function of its arguments."""

    def call(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["detente", *map(str, arguments)])
        status = 0
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(bool(end.code))
        said = capsys.readouterr()
        return Done(status, said.out, said.err)

    return call


@pytest.fixture
def case(user_data) -> Path:
    """Write a scenario that runs on an installed economy of four countries and three sectors."""
    store.install(random_economy(3, 4, 3), "random")
    path = Path("case.yaml")
    path.write_text(GOOD)
    return path
