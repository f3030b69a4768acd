"""The files of a game: hashed, every column explained, the same bytes twice."""

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from folders import held

OWN = {"rates.csv", "players.csv", "countries.csv", "war_rates.csv", "war_players.csv"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("nash", "--starts", "applied"),
        ("optimal", "--no-certificate"),
        ("cooperate", "--points", 0),
    ],
    ids=["nash", "optimal", "cooperate"],
)
def test_the_manifest_knows_every_file_and_column(case, detente, arguments):
    command, *options = arguments
    assert detente(command, case, *options, "--out", "one", "-q").status == 0
    assert detente(command, case, *options, "--out", "two", "-q").status == 0
    files = json.loads(Path("one/manifest.json").read_text())["files"]
    there = set(held("one"))
    assert set(files) == there - {"manifest.json"}
    for name, entry in files.items():
        content = Path("one", name).read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["bytes"] == len(content)
        if name.endswith(".csv"):
            frame = pd.read_csv(Path("one", name))
            assert list(entry["columns"]) == list(frame)
            assert entry["rows"] == len(frame)
            for column, about in entry["columns"].items():
                # a column that nobody described is called by its name
                assert name not in OWN or about["meaning"] != column.replace("_", " "), column
                assert "unit" in about or not column.endswith(("_pct", "_musd", "rate", "_mean"))
    for name in there:
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes(), name
