"""detente sweep: what it writes, what it refuses, how it is stopped and goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from detente.cli.sweep_command import left, timed

PRIOR = """\
title: Made up
cite: nobody
trade_elasticities:
  all: {common: 0.3, own: 0.4}
"""


@pytest.fixture
def prior(case):
    path = Path("prior.yaml")
    path.write_text(PRIOR)
    return path


def hashes(folder):
    """Hashes of all that a folder holds."""
    files = json.loads((folder / "manifest.json").read_text())["files"]
    return {name: one["sha256"] for name, one in files.items()}


def test_it_writes_draws_shares_and_a_page_and_keeps_no_parts(detente, case, prior):
    out = Path("out")
    done = detente("sweep", case, "-n", 60, "--prior", prior, "--processes", 1, "--out", out)
    assert (done.status, done.err) == (0, "")
    assert "in nine of ten of 60 runs" in done.out
    assert not (out / "parts").exists()
    draws = pd.read_parquet(out / "draws.parquet")
    assert list(draws.columns) == ["model", "variant", "draw", "C0", "C1", "C2", "C3"]
    assert draws.groupby("variant").size().eq(60).all()
    shares = pd.read_parquet(out / "hangs-on-C0.parquet")
    assert set(shares["key"]) == {"common", "own:S0", "own:S1", "own:S2"}
    about = json.loads((out / "manifest.json").read_text())
    assert about["choices"]["draws"]["prior"] == {"title": "Made up", "cite": "nobody"}
    assert about["made"]["options"] == {
        "scenario": "case.yaml", "draws": 60, "prior": "prior.yaml"
    }  # fmt: skip


def test_what_is_wrong_is_said_at_once_and_nothing_is_written(detente, case):
    done = detente("sweep", case, "-n", 3, "--seed", -1, "--over", "sectors", "--processes", 0,
                   "--prior", "none.yaml", "--horizon", "soon", "--out", "out")  # fmt: skip
    assert done.status == 2
    for said in ("--draws: not a number of draws (got 3; allowed: 40 to 100000)", "--seed",
                 "--over", "elasticities, horizon, baseline", "--processes", "none.yaml",
                 "--horizon", "6 problems; nothing was written"):  # fmt: skip
        assert said in done.err
    assert not Path("out").exists()


def test_an_interrupted_sweep_goes_on_to_the_same_bytes(case, prior, tmp_path):
    command = [sys.executable, "-c", "from detente.cli import main; main()", "sweep", str(case),
               "-n", "300", "--prior", str(prior), "--processes", "1", "-q"]  # fmt: skip
    out, whole = tmp_path / "out", tmp_path / "whole"
    started = subprocess.Popen([*command, "--out", str(out)], stderr=subprocess.PIPE)
    until = time.monotonic() + 60
    while len(list(out.glob("parts/*.parquet"))) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=60)
    assert started.returncode == 130
    assert b"the same command goes on" in said
    assert [path.name for path in out.iterdir()] == ["parts"]
    for folder in (out, whole):
        subprocess.run([*command, "--out", str(folder)], check=True, env=os.environ)
    assert hashes(out) == hashes(whole)


def test_the_time_left_is_said_at_the_pace_so_far():
    said, times = [], iter([10.0, 14.0, 20.0])
    tell = timed(lambda *one: said.append(one), lambda: next(times))
    tell("draws", 100, 500)  # resumed: what is kept took no time
    tell("draws", 200, 500)
    tell("draws", 300, 500)
    tell("draws", 500, 500)
    assert said == [
        ("draws", 100, 500),
        ("draws, 12 s left", 200, 500),
        ("draws, 10 s left", 300, 500),
        ("draws", 500, 500),
    ]
    assert [left(s) for s in (59, 61, 3600, 9000)] == ["59 s", "1 min", "60 min", "2.5 h"]
