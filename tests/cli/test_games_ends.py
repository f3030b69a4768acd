"""How the commands on games end: refused before any solving, without an answer, interrupted."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detente.games.nash import Status
from detente.wars import run as wars
from detente.wars.checkpoint import Checkpoint
from detente.wars.setting import set_up


@pytest.fixture
def unsolved(monkeypatch):
    """Let nothing be solved: what is refused must be refused before."""

    def solves(*_, **__):
        raise AssertionError("something was solved")

    for name in ("run_nash", "run_optimal", "run_cooperate"):
        monkeypatch.setattr(wars, name, solves)


@pytest.mark.parametrize(
    ("place", "said"),
    [("nowhere/deep/war.npz", "no folder nowhere/deep"), (".", "is a folder"),
     ("case.yaml/war.npz", "no folder case.yaml"), ("a" * 300, "cannot be a file")],
)  # fmt: skip
def test_a_checkpoint_that_cannot_be_written_is_refused_before_solving(
    case, detente, unsolved, place, said
):
    before = sorted(Path().rglob("*"))
    done = detente("nash", case, "--checkpoint", place)
    assert done.status == 2
    assert said in done.err
    assert "--checkpoint" in done.err
    assert sorted(Path().rglob("*")) == before


def test_everything_wrong_is_said_at_once_and_once(case, detente, unsolved):
    done = detente("nash", case, "--starts", "foo,high", "--sectors", "nonsense", "--cap", "-1",
                   "--checkpoint", "nowhere/x.json", "--out", "case.yaml")  # fmt: skip
    assert done.status == 2
    for key in ("--starts", "--sectors", "--cap", "--checkpoint", "--out"):
        assert sum(line.startswith(f"{key}:") for line in done.err.splitlines()) == 1, done.err
    assert "'foo'" in done.err
    done = detente("cooperate", case, "--points", "1", "--power", "x", "--players", "C9")
    for key in ("--points", "--power", "--players"):
        assert sum(line.startswith(f"{key}:") for line in done.err.splitlines()) == 1, done.err


def test_what_talks_cannot_be_had_over_is_said_with_the_rest(case, detente, unsolved):
    done = detente("cooperate", case, "--points", "1", "--solution", "fair", "--power", "1",
                   "--disagreement", "foo", "--coalitions", "C0")  # fmt: skip
    assert done.status == 2
    for key in ("--points", "--solution", "--power", "--disagreement", "--coalitions"):
        assert sum(line.startswith(f"{key}:") for line in done.err.splitlines()) == 1, done.err
    done = detente("cooperate", case, "--solution", "egalitarian", "--power", "1,2")
    assert done.status == 2
    assert "egalitarian knows no bargaining power" in done.err


def test_answers_are_refused_with_the_rest(case, detente, unsolved):
    done = detente("nash", case, "--answers", "foo", "--starts", "bar")
    assert done.status == 2
    assert "2 problems" in done.err


def test_solutions_for_few_rates_are_refused_before_any_solving(case, detente, unsolved,
                                                                monkeypatch):  # fmt: skip
    monkeypatch.setattr("detente.games.constrained.SMALL", 2)
    done = detente("cooperate", case, "--solution", "utilitarian")
    assert done.status == 2
    assert "--solution: not with more than 2 rates" in done.err


def test_weights_that_fit_no_sector_are_said_once(case, detente, unsolved):
    Path("w.csv").write_text("sector,weight\nS0,2\nS9,1\n")
    done = detente("nash", case, "--objective", "political", "--weights", "w.csv")
    assert done.status == 2
    assert done.err.count("'S9'") == 1
    assert "w.csv:3: unknown sector" in done.err
    assert "no weight for S1, S2" in done.err


def lost(setting, **given):
    """Search a round only."""
    found = wars.nash(setting.calibration, setting.players, options=setting.options,
                      base=setting.base, starts=("low",), certified=False, max_rounds=1,
                      on_step=given.get("on_step"), held=given.get("held"))  # fmt: skip
    return wars._war(setting, "nash", (found,), compared=False)


def test_a_war_that_was_not_found_ends_with_2_and_keeps_the_search(case, detente, monkeypatch):
    monkeypatch.setattr(wars, "run_nash", lost)
    done = detente("nash", case, "--checkpoint", "war.npz", "--out", "out", "--json")
    assert done.status == 2
    assert f"no war was found: {Status.NOT_SETTLED}" in done.err
    game = json.loads(done.out)["game"]
    assert game["searches"][0]["status"] == "not_settled"
    assert game["sentences"][0].startswith("No answer")
    assert Path("war.npz").exists()
    assert "goes on from them" in done.err
    assert Path("out/report.html").exists()


def test_an_optimum_that_was_not_found_ends_with_2(case, detente, monkeypatch):
    monkeypatch.setattr(
        wars, "run_optimal",
        lambda setting, **given: replace(lost(setting, **given), kind="optimal"),
    )  # fmt: skip
    done = detente("optimal", case)
    assert done.status == 2
    assert "no optimum was found" in done.err


def test_talks_without_the_war_that_was_asked_for_end_with_2(case, detente, monkeypatch):
    solve = wars.nash
    monkeypatch.setattr(
        wars, "nash", lambda *a, **k: solve(*a, **(k | {"certified": False, "max_rounds": 1}))
    )
    done = detente("cooperate", case, "--points", "0", "--json")
    assert done.status == 2
    assert "the war is not among the alternatives" in done.err
    game = json.loads(done.out)["game"]
    assert {r["disagreement"] for r in game["players"]} == {
        "status-quo", "variant:two-strikes-back"
    }  # fmt: skip


@pytest.mark.parametrize("command", ["cooperate", "optimal"])
def test_an_interrupt_says_what_was_lost(case, detente, monkeypatch, command):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(wars, f"run_{command}", stop)
    done = detente(command, case, "--out", "out")
    assert done.status == 130
    assert "Nothing was kept" in done.err
    assert not Path("out").exists()


def test_a_search_outlives_a_checkpoint_that_cannot_be_written(case, tmp_path):
    setting = set_up(case)
    folder = tmp_path / "gone"
    folder.mkdir()
    kept = Checkpoint(folder / "war.npz", "key", setting.game.size)
    folder.rmdir()
    (tmp_path / "gone").write_text("in the way")
    found = lost(setting, held=kept).found[0]
    assert len(found.history) == 1
    assert not kept.write()
    assert "cannot write" in kept.trouble


def test_draws_give_intervals_and_leave_the_checkpoint_alone(case, detente):
    done = detente("nash", case, "--draws", "1", "--seed", "-1")
    assert done.status == 2
    assert "--draws" in done.err
    assert "--seed" in done.err
    done = detente("nash", case, "--draws", 2, "--checkpoint", "war.npz", "--out", "out", "--json")
    assert done.status == 0, done.err
    drawn = json.loads(done.out)["draws"]
    assert (drawn["count"], drawn["seed"], drawn["lost"]) == (2, 0, {})
    assert not Path("war.npz").exists()
    files = json.loads(Path("out/manifest.json").read_text())["files"]
    for name in ("how-sure.csv", "draws.csv"):
        for column, about in files[name]["columns"].items():
            assert about["meaning"] != column.replace("_", " ")
