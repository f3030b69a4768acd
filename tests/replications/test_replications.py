"""Every replication runs as its README says and agrees with the printed numbers."""

import json
from pathlib import Path

import pytest

from scripts import run_here

FOLDER = Path(__file__).resolve().parents[2] / "replications"


@pytest.mark.shared_data
@pytest.mark.parametrize("case", sorted(p.parent.name for p in FOLDER.glob("*/run.py")))
def test_agrees_with_the_printed_numbers(case, shared_data):
    done = run_here(FOLDER / case / "run.py", "--data", shared_data)
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["ok"]
    assert last["figures"]
