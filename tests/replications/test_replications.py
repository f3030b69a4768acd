"""Every replication runs as its README says and agrees with the printed numbers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "replications"


@pytest.mark.shared_data
@pytest.mark.parametrize("case", sorted(p.parent.name for p in FOLDER.glob("*/run.py")))
def test_agrees_with_the_printed_numbers(case, shared_data):
    command = [sys.executable, str(FOLDER / case / "run.py"), "--data", str(shared_data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    last = json.loads(done.stdout.splitlines()[-1])
    assert last["ok"]
    assert last["figures"]
