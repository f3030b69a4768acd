"""What a report says of how sure a war is: certificates, alternatives, several ends."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from detente.errors import SolveError
from detente.games.nash import Status
from detente.report import wars as said
from detente.report.wars_page import game_html
from detente.report.wars_store import plain_game, tables
from detente.report.wars_sure import doubt
from detente.report.wars_terminal import print_game
from detente.scenario.load import load_scenario
from detente.wars.run import run_cooperate
from detente.wars.setting import set_up
from economies import random_economy
from scenario_texts import GOOD, write


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    case = load_scenario(write(tmp_path_factory.mktemp("case"), GOOD))
    return set_up(case, baseline=random_economy(3, 4, 3))


@pytest.fixture(scope="module")
def talks(setting):
    return run_cooperate(setting, frontier_points=0, disagreements=("war", "status-quo"))


def printed(result):
    out = io.StringIO()
    print_game(result, Console(file=out, width=200))
    return " ".join(out.getvalue().split())


def with_war(talks, **changes):
    """Return the same bargains over a war whose certificate says something else."""
    chosen = talks.war.chosen
    held = replace(chosen.certificate, **changes)
    return replace(talks, war=replace(talks.war, chosen=replace(chosen, certificate=held)))


def test_the_war_behind_a_bargain_is_shown_with_rates_and_certificate(talks):
    held = talks.war.certificate
    line = said.alternative(talks)
    assert f"NashConv: {held.nash_conv:.1e}" in line
    for mean in talks.war.players["mean_rate"]:
        assert f"{100 * mean:.1f}%" in line
    assert " ".join(line.split()) in printed(talks)
    html = game_html(talks)
    assert line in html
    assert "Rates of the war that is an alternative" in html
    game = plain_game(talks)["game"]
    assert game["war"]["nash_conv"] == held.nash_conv
    assert game["war"]["kkt"] == held.kkt
    rates = tables(talks)["war_rates"]["rate"]
    assert [r["rate"] for r in game["war_rates"]] == pytest.approx(rates, abs=1e-12)
    assert len(rates) == talks.war.game.size


def test_a_certified_war_raises_no_doubt(talks):
    assert talks.war.status is Status.CERTIFIED
    assert doubt(talks.war) == ""
    assert "not certified" not in " ".join(said.sentences(talks))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"nash_conv": 3e-4}, "NashConv is 3.0e-04"),
        ({"kkt": 2e-3}, "projected gradient is 2.0e-03"),
    ],
)
def test_a_war_that_is_not_certified_is_said_at_the_top(talks, changes, why):
    doubtful = with_war(talks, **changes)
    first = said.sentences(doubtful)[0]
    assert "not certified" in first
    assert why in first
    assert first in printed(doubtful)


def test_a_war_that_was_not_found_is_said_at_the_top(talks):
    lost = replace(talks.war, chosen=replace(talks.war.chosen, status=Status.CYCLING))
    first = said.sentences(replace(talks, war=lost))[0]
    assert "not among the alternatives" in first
    assert str(Status.CYCLING) in first
    assert "war_rates" not in tables(replace(talks, war=lost))


def test_bargains_over_a_war_alone_need_one(setting, talks, monkeypatch):
    lost = replace(talks.war, chosen=replace(talks.war.chosen, status=Status.CYCLING))
    monkeypatch.setattr("detente.wars.run.nash", lambda *_, **__: lost)
    with pytest.raises(SolveError, match="no war to disagree into"):
        run_cooperate(setting, disagreements=("war",))
