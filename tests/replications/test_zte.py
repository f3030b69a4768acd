"""The backtest on ZTE runs by itself and says what its README says."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from detente.sanction.backtest import backtest
from detente.sanction.load import load_card

FOLDER = Path(__file__).resolve().parents[2] / "replications" / "zte_2018"


@pytest.fixture(scope="module")
def last():
    command = [sys.executable, str(FOLDER / "run.py")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_nearest_point_is_within_what_is_said(last):
    assert last["ok"]
    assert last["figures"]["nearest/CHN/shutdown_day"]["printed"] == 24
    table = backtest(load_card("zte"))
    nearest = table.loc[tuple(last["nearest"].values())]
    assert nearest["agrees"]
    assert nearest["shutdown_day"] == last["figures"]["nearest/CHN/shutdown_day"]["ours"]
    gap = np.maximum(
        (table["shutdown_day"] - 24).abs().fillna(np.inf) / 7,
        (table["banned_fall"] - 0.27 * 181 / 77).abs() / 0.1,
    )
    assert gap[tuple(last["nearest"].values())] == gap.min()


def test_the_readme_has_the_numbers_of_the_run(last):
    text = " ".join((FOLDER / "README.md").read_text(encoding="utf-8").split())
    low, high = last["spans"]["needed"]
    assert f"{last['agree']} of {last['of']} points: needed {low:g} to {high:g}" in text
    own, drawn = last["central"], last["draws"]
    assert f"day {own['shutdown_day']:.0f} for 24, −{own['banned_fall_pct']:.0f} per cent" in text
    assert f"{drawn['shut_down_pct']:.0f} per cent are shut down" in text
    assert f"{drawn['fall_agrees_pct']:.0f} per cent agree with the fall" in text
    assert f"{drawn['agree_pct']:.1f} per cent with both" in text


def test_a_share_of_purchases_alone_does_not_do_what_happened(last):
    table = backtest(load_card("zte"))
    few = table[table.index.get_level_values("needed") <= 0.3]
    assert not few[["shutdown_agrees", "fall_agrees"]].to_numpy().any()
