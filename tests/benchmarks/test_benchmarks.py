"""The benchmarks run as their README says and their figures are right; nothing here is timed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import run_here

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


def run(name, *arguments):
    command = [sys.executable, str(FOLDER / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.shared_data
def test_wiod_figures_and_gradient(shared_data):
    done = run_here(FOLDER / "wiod_44x50.py", "--data", shared_data, "--repeats", 1)
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["ok"]
    assert all(last["correct"].values())
    for code, printed in {"USA": -0.03, "CHN": -0.33, "MEX": 0.16}.items():
        figure = last["real_income_pct"][code]
        assert figure["printed"] == printed
        assert figure["ours"] == pytest.approx(printed, abs=0.01)
    assert last["worst_residual"] < 1e-10
    assert last["largest_difference_to_oracle"] < 1e-10
    assert last["gradient"]["directions"] == 20
    assert last["gradient"]["largest_relative_difference"] <= 1e-6
    assert set(last["targets_met"]) == {"solve", "gradient"}


def test_missing_data_is_said(tmp_path):
    done = run("wiod_44x50.py", "--data", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "no such folder of raw data" in done.stderr
    empty = run("wiod_44x50.py", "--data", tmp_path)
    assert empty.returncode == 2
    assert "wiod2014" in empty.stderr


def test_draws_of_a_firm_cut_off():
    done = run_here(FOLDER / "sanctions.py", "draws", "--draws", 40, "--baselines", "icio-2017")
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["draws"]["icio-2017"]["size"] == [16, 25]
    assert last["draws"]["icio-2017"]["world"]["cpu"] > 0


def test_another_package_that_is_not_there_is_said():
    done = run("sanctions.py", "embargoes", "--simulator", sys.executable)
    assert done.returncode == 1
    assert "does not run sanction-simulator" in done.stderr


def test_large_tables_are_right():
    done = run_here(FOLDER / "talks.py", "--parts", "tables", "--plain", 2)
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["ok"]
    assert [row["packages"] for row in last["tables"]] == [100_000, 1_000_000]
    assert last["tables"][0]["agrees"]
