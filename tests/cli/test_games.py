"""The commands on games: what they print and write, how they refuse, stop and go on."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detente.baseline.store import load
from detente.games import cooperation
from detente.games.nash import nash
from detente.games.players import Player
from detente.wars import run as wars
from detente.wars.checkpoint import Checkpoint, problem_hash
from detente.wars.setting import Choices, set_up
from folders import held

TABLES = ("rates", "players", "countries", "outcomes", "charges", "announced-game")
TABLES += ("real-income", "trade")
FILES = {"report.html", "manifest.json"} | {
    f"{name}.{kind}" for name in TABLES for kind in ("csv", "parquet")
}


def test_a_war_is_the_one_of_the_solver_and_is_said_and_written(case, detente):
    done = detente("nash", case, "--out", "war")
    assert done.status == 0, done.err
    over_runs = {f"{name}.{kind}" for name in ("how-sure", "draws") for kind in ("csv", "parquet")}
    assert set(held("war")) == FILES | over_runs | {"inputs/case.yaml"}
    written = pd.read_csv("war/rates.csv")
    players = [Player(a, on=b) for a, b in (("C0", "C1"), ("C1", "C0"))]
    found = nash(load("random"), players).rates
    np.testing.assert_allclose(written["rate"], found["rate"], atol=1e-6)
    manifest = json.loads(Path("war/manifest.json").read_text())
    search = manifest["solver"]["searches"][0]
    assert search["status"] == "certified"
    assert search["nash_conv"] < 1e-6
    assert "With other trade elasticities" in " ".join(done.out.split())
    told = " ".join(manifest["sentences"])
    assert "would gain more than" in told
    assert "could only carry out what was announced" in told


def test_partners_rule_and_ceiling_reach_the_players(case, detente):
    done = detente("nash", case, "--on", "world", "--rule", "uniform", "--cap", "0.05", "--json",
                   "--no-certificate")  # fmt: skip
    assert done.status == 0, done.err
    game = json.loads(done.out)["game"]
    assert [r["rate"] for r in game["rates"]] == pytest.approx([0.05, 0.05])
    assert {r["exporter"] for r in game["rates"]} == {"all"}
    assert game["searches"][0]["status"] == "uncertified"
    assert any("at their highest" in note for note in game["notes"])
    assert set(game["closed_form"]) == {"C0", "C1"}


def test_economies_can_act_as_one(case, detente):
    done = detente("nash", case, "--players", "C0,U=C1+C2", "--json", "--no-certificate")
    assert done.status == 0, done.err
    rates = json.loads(done.out)["game"]["rates"]
    assert {r["exporter"] for r in rates if r["player"] == "C0"} == {"U"}


def test_one_player_moves_alone(case, detente):
    done = detente("optimal", case, "--players", "C0", "--json")
    assert done.status == 0, done.err
    game = json.loads(done.out)["game"]
    assert {r["exporter"] for r in game["rates"]} == {"C1"}
    assert game["players"][0]["payoff_pct"] > 0


@pytest.mark.parametrize("solution", ["nash", "kalai-smorodinsky", "egalitarian", "utilitarian"])
def test_nobody_agrees_to_less_than_its_alternative(case, detente, solution):
    done = detente("cooperate", case, "--solution", solution, "--points", 3, "--json")
    assert done.status == 0, done.err
    game = json.loads(done.out)["game"]
    assert {r["disagreement"] for r in game["players"]} == {
        "status-quo", "war", "variant:two-strikes-back"
    }  # fmt: skip
    agreed = [r for r in game["players"] if r["status"] == "agreed"]
    assert agreed
    assert all(r["gain_pct"] > -1e-6 for r in agreed)
    assert len(game["frontier"]) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nash", "--players", "C0,C9"), ["--players", "C9"]),
        (("nash", "--players", "C0,C0"), ["plays twice"]),
        (("nash", "--players", "C0"), ["no partner"]),
        (("nash", "--cap", "-1", "--rule", "odd"), ["--cap", "--rule"]),
        (("nash", "--low", "3"), ["--low"]),
        (("nash", "--objective", "political"), ["--weights"]),
        (("nash", "--variant", "none-such"), ["--variant"]),
        (("nash", "--starts", "somewhere"), ["starts"]),
        (("cooperate", "--solution", "fair", "--power", "1"), ["--solution", "--power"]),
        (("cooperate", "--disagreement", "variant:x"), ["--disagreement"]),
        (("cooperate", "--points", "1"), ["--points"]),
    ],
)
def test_bad_input_is_refused_and_nothing_written(case, detente, arguments, said):
    command, *rest = arguments
    done = detente(command, case, *rest, "--out", "out")
    assert done.status == 2, done.out
    for word in said:
        assert word in done.err
    assert not Path("out").exists()


@pytest.mark.parametrize("stop", [0, 1, 7])
def test_an_interrupted_war_searches_all_starts_to_the_same_bits(case, detente, monkeypatch, stop):
    whole = json.loads(detente("nash", case, "--json").out)["game"]
    solve, rounds = wars.run_nash, []

    def stopped(setting, *, on_step, **given):
        def interrupt(step):
            rounds.append(step)
            if len(rounds) > stop:
                raise KeyboardInterrupt

        return solve(setting, on_step=interrupt, **given)

    monkeypatch.setattr(wars, "run_nash", stopped)
    done = detente("nash", case, "--checkpoint", "war.npz", "--out", "out")
    assert done.status == 130
    assert "goes on from war.npz" in done.err
    assert not Path("out").exists()
    monkeypatch.setattr(wars, "run_nash", solve)
    other = detente("nash", case, "--cap", "0.5", "--checkpoint", "war.npz")
    assert other.status == 2
    assert "another problem" in other.err
    again = detente("nash", case, "--checkpoint", "war.npz", "--json")
    assert again.status == 0
    assert f"Going on with {2 if stop == 7 else 1} search" in again.err
    assert json.loads(again.out)["game"] == whole
    assert not Path("war.npz").exists()


@pytest.mark.parametrize("stop", [1, 3])
def test_interrupted_talks_go_on_to_the_same_bits(case, detente, monkeypatch, stop):
    given = ("cooperate", case, "--points", "0", "--solution", "egalitarian", "--json")
    whole = json.loads(detente(*given).out)["game"]
    one, searches = cooperation._one, []

    def stopped(*arguments):
        searches.append(arguments)
        if len(searches) > stop:
            raise KeyboardInterrupt
        return one(*arguments)

    monkeypatch.setattr(cooperation, "_one", stopped)
    done = detente(*given, "--checkpoint", "talks.npz")
    assert done.status == 130
    monkeypatch.setattr(cooperation, "_one", lambda *a: searches.append(a) or one(*a))
    again = detente(*given, "--checkpoint", "talks.npz")
    assert json.loads(again.out)["game"] == whole
    assert len(searches) == 1 + 9  # three starts, the war among them, over three alternatives
    assert not Path("talks.npz").exists()


def test_what_is_no_checkpoint_is_refused(case, detente):
    for content in (
        b"{}",
        b"",
        b"PK\x03\x04",
        _archive(a=np.zeros(3)),
        _archive(format=np.array(1)),
    ):
        Path("war.npz").write_bytes(content)
        done = detente("nash", case, "--checkpoint", "war.npz")
        assert done.status == 2
        assert "is no checkpoint" in done.err
        assert Path("war.npz").read_bytes() == content


def _archive(**arrays):
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def test_the_hash_of_a_problem_tells_what_changes_the_answer(case):
    usual = set_up(case)
    keys = {
        problem_hash(usual, "nash"),
        problem_hash(set_up(case, Choices(cap=0.5)), "nash"),
        problem_hash(set_up(case, variant="one-strikes"), "nash"),
        problem_hash(set_up(case, elasticities=4.0), "nash"),
    }
    assert len(keys) == 4
    assert problem_hash(set_up(case), "nash") == problem_hash(usual, "nash")
    assert Checkpoint(None, "", 1).start is None


def test_weights_are_read_and_their_faults_said(case, detente):
    Path("w.csv").write_text("sector,weight\nS0,2\nS1,x\nS1,1\n")
    done = detente("nash", case, "--objective", "political", "--weights", "w.csv")
    assert done.status == 2
    assert "w.csv:3" in done.err
    Path("w.csv").write_text("sector,weight\nS0,2\nS1,1\nS2,1\n")
    done = detente("nash", case, "--objective", "political", "--weights", "w.csv", "--json",
                   "--no-certificate")  # fmt: skip
    assert done.status == 0, done.err


def test_the_rates_in_force_are_an_alternative_whatever_the_bounds(detente, case):
    done = detente("cooperate", case, "--cap", "0", "--disagreement", "status-quo", "--json")
    assert done.status == 0, done.err
    without = [row["without_pct"] for row in json.loads(done.out)["game"]["players"]]
    assert without
    np.testing.assert_allclose(without, 0, atol=1e-9)
    assert "outside the bounds of the game" in done.out
