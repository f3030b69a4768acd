"""The notebooks of the documentation run from top to bottom, each in a kernel of its own."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "notebooks"


@pytest.fixture
def outputs(tmp_path, monkeypatch):
    """Return how to execute a notebook: what its cells show, one a cell."""
    for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def execute(name):
        notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
        where = {"metadata": {"path": str(tmp_path)}}
        NotebookClient(notebook, timeout=600, kernel_name="python3", resources=where).execute()
        shown = [out for cell in notebook.cells for out in cell.get("outputs", ())]
        return [out.get("data", {"text/plain": out.get("text", "")}) for out in shown]

    return execute


def test_notebooks_are_kept_without_outputs():
    found = sorted(FOLDER.glob("*.ipynb"))
    assert [path.stem for path in found] == ["tariff", "war-and-talks"]
    for path in found:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook)
        assert len(path.read_bytes()) < 10_000
        assert not any(cell.get("outputs") for cell in notebook.cells)


def pictured(output):
    return "<svg" in output["text/html"] and "<table" in output["text/html"]


def test_a_tariff_its_effects_and_its_gradient(outputs):
    world, after, *_, advice, table = outputs("tariff")
    assert pictured(world)
    assert pictured(after)
    assert world["text/plain"].startswith("<Calibration 'wiod-2014': 16 economies")
    assert "China loses most" in after["text/html"]
    # rows: points, first order, second order, solved
    rows = [list(map(float, line.split())) for line in table["text/plain"].splitlines()[2:]]
    assert [row[0] for row in rows] == [1, 2, 4, 8]
    for _, first, second, solved in rows[:3]:
        assert abs(second - solved) < 0.3 * abs(first - solved)
    best = float(re.search(r"([\d.]+)%", advice["text/plain"])[1])
    assert 3 < best < 5
    assert max(rows, key=lambda row: row[3])[0] == 4


def test_a_war_and_talks(outputs):
    war, rates, deal, talks, said, *_ = outputs("war-and-talks")
    assert all(map(pictured, (war, deal, talks)))
    assert "certified" in war["text/plain"]
    assert rates["text/plain"].count("USA") + rates["text/plain"].count("CHN") == 5
    assert "agreed over 'war'" in deal["text/plain"]
    assert "are in force with a chance of" in said["text/plain"]
