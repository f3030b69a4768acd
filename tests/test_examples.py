"""The scripts of `docs/examples` run as they stand."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RAW = ROOT.parent / "shared" / "data" / "icio2017_7x44"


@pytest.mark.skipif(not RAW.is_dir(), reason="the raw tables are not part of the package")
@pytest.mark.parametrize(
    ("keep", "moved", "china"), [("flows", "3.29%", -0.202), ("shares", "1.41%", -0.206)]
)
def test_raw_tables_are_written_settled_and_solved(tmp_path, keep, moved, china):
    script = ROOT / "docs" / "examples" / "settle_7x44.py"
    code = script.read_text(encoding="utf-8").split('"""', 2)[2]
    assert sum(bool(line.strip()) for line in code.splitlines()) < 40
    command = [sys.executable, script, RAW, tmp_path / "own", keep]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = done.stdout
    assert f"moved by settling: final demand: {moved} (share of all final demand)" in said
    status, _, numbers = said.splitlines()[-1].partition(" ")
    assert status == "converged"
    assert f"'CHN': {china}" in numbers
    assert float(numbers.rpartition(" ")[2]) >= 0
