"""The scripts of `docs/examples` run as they stand."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from detente.scenario.load import load_scenario
from detente.talks.otherwise import BARE, FREE, KNOWN
from scripts import run_here

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
    done = run_here(script, RAW, tmp_path / "own", keep)
    assert done.returncode == 0
    said = done.stdout
    assert f"moved by settling: final demand: {moved} (share of all final demand)" in said
    status, _, numbers = said.splitlines()[-1].partition(" ")
    assert status == "converged"
    assert f"'CHN': {china}" in numbers
    assert float(numbers.rpartition(" ")[2]) >= 0


def test_what_moves_talks_by_date_is_told_of_one_section_at_a_time():
    script = runpy.run_path(str(ROOT / "docs" / "examples" / "talks_moved.py"))
    text = (ROOT / "docs" / "talks.md").read_text(encoding="utf-8")
    shipped = load_scenario("may-2018").talks
    changed = {name: change(shipped) for name, change in script["CHANGES"].items()}
    assert [list(one) for one in changed.values()] == [
        [], ["detection_months"], ["ratification"], ["parties"], ["parties"], ["parties"]
    ]  # fmt: skip
    for change in changed.values():
        type(shipped).model_validate(shipped.model_copy(update=change).model_dump())
    # every row that it prints is in the table of the document, under the same head
    rows = text[text.index(script["HEAD"]) :].splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows[: len(changed) + 3]] == [
        f"| {name}" for name in (next(iter(changed)), KNOWN, FREE, BARE, *list(changed)[1:])
    ]
    game = SimpleNamespace(by_day=np.array([[0.6, 0, 0.4, 0, 0], [0.1, 0.2, 0.3, 0.15, 0.25]]))
    dated = SimpleNamespace(on=lambda found, day: found.by_day[0])
    assert script["chances"](dated, game) == [0.4, 0, 0, 0.3, 0.4]
