"""docs/own-talks.md: its files run, its sentences and figures are what comes out."""

import re
from pathlib import Path

import pytest

from detente.errors import InputError
from detente.report.describe import describe
from detente.scenario.load import load_scenario
from detente.talks.choices import Choices
from detente.talks.study import run_talks

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "own-talks.md").read_text(encoding="utf-8")
FILE, *HISTORIES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
QUOTES = re.findall(r"^> (.*)$", TEXT, re.MULTILINE)
DAYS = ("2026-10-15", "2026-12-01")


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is told of the file, and with each history; the economy is solved once."""
    folder = tmp_path_factory.mktemp("own")

    def tell(history):
        path = folder / "digital.yaml"
        path.write_text(FILE + history, encoding="utf-8")
        return describe(run_talks(path, Choices(draws=0), folder=folder / "kept"))

    return [tell(history) for history in ("", *HISTORIES)]


def test_the_file_is_short_and_its_parts_are_told():
    assert 60 <= len(FILE.splitlines()) <= 80
    parts = set(re.findall(r"^  ([a-z_]+):", FILE[FILE.index("talks:") :], re.MULTILINE))
    table = TEXT[TEXT.index("| part |") : TEXT.index("## The chances")]
    told = set(re.findall(r"`([a-z_]+)`", table))
    assert parts - {"parties"} <= told
    assert {"objective", "audience_cost", "impatience", "conceding", "unknown"} <= told


@pytest.mark.parametrize(("quote", "which"), [(0, 0), (1, 0), (2, 1)])
def test_what_is_quoted_is_said(told, quote, which):
    assert QUOTES[quote] in told[which].sentences()


def test_the_table_holds_what_the_game_says(told):
    rows = [re.findall(r"(\d+)%", line) for line in TEXT.splitlines() if line.count("% |") == 6]
    assert len(rows) == 3
    for shown, row in zip(told, rows, strict=True):
        dates = {str(one["date"]): one for one in shown.tables()["game-dates"].rows}
        found = [
            round(100 * chance)
            for one in (dates[day] for day in DAYS)
            for chance in (one["imposed"] + one["answered"], one["settled"], one["postponed"])
        ]
        assert found == list(map(int, row))


def test_what_was_learned(told):
    def high(shown, move):
        rows = [row for row in shown.tables()["learned"].rows
                if (str(row["date"]), row["move"]) == ("2026-10-01", move)]  # fmt: skip
        return f"{100 * rows[0]['high']:.0f}%"

    assert high(told[1], "the European Union holds") == "54%"
    assert "has a chance of 54%, 50% on day zero" in TEXT
    acted = high(told[1], "the United States takes its next step")
    put_off = high(told[2], "the United States puts its measures off")
    assert f"has {acted} once they did and {put_off} once they put it off" in TEXT


def test_a_history_that_could_not_have_happened_is_refused_as_quoted(tmp_path):
    path = tmp_path / "digital.yaml"
    path.write_text(FILE + HISTORIES[0].replace("2026-10-01", "2026-09-25"), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_scenario(path)
    said = str(refused.value).replace(str(path), path.name)
    assert said in TEXT
