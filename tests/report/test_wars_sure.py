"""What a report says of how sure a war is: certificates, alternatives, several ends."""

import io
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from detente.document import html
from detente.document.numbers import signed
from detente.errors import SolveError
from detente.games.nash import Status
from detente.report.describe import describe, to_json
from detente.report.games.certainty import alternative, doubt, spread
from detente.report.games.data import tables
from detente.report.games.facts import equilibria
from detente.scenario.load import load_scenario
from detente.wars.run import _war, run_cooperate, run_nash
from detente.wars.setting import set_up
from economies import random_economy
from same_cells import without_terms
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
    describe(result).to_terminal(Console(file=out, width=200))
    return " ".join(out.getvalue().split())


def with_war(talks, **changes):
    """Return the same bargains over a war whose certificate says something else."""
    chosen = talks.war.chosen
    held = replace(chosen.certificate, **changes)
    return replace(talks, war=replace(talks.war, chosen=replace(chosen, certificate=held)))


def test_the_war_behind_a_bargain_is_shown_with_rates_and_certificate(talks):
    held = talks.war.certificate
    line = alternative(talks)
    assert f"NashConv: {held.nash_conv:.1e}" in line
    for mean in talks.war.players["mean_rate"]:
        assert f"{100 * mean:.1f}%" in line
    assert " ".join(line.split()) in printed(talks)
    page = html.page(describe(talks))
    assert line in without_terms(page)
    assert "Rates of the war that is an alternative" in page
    game = to_json(talks)["game"]
    assert game["war"]["nash_conv"] == held.nash_conv
    assert game["war"]["kkt"] == held.kkt
    rates = tables(talks)["war_rates"]["rate"]
    assert [r["rate"] for r in game["war_rates"]] == pytest.approx(rates, abs=1e-12)
    assert len(rates) == talks.war.game.size


def test_a_certified_war_raises_no_doubt(talks):
    assert talks.war.status is Status.CERTIFIED
    assert doubt(talks.war) == ""
    assert "not certified" not in printed(talks)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"nash_conv": 3e-4}, "NashConv is 3.0e-04"),
        ({"kkt": 2e-3}, "projected gradient is 2.0e-03"),
    ],
)
def test_a_war_that_is_not_certified_is_said_at_the_top(talks, changes, why):
    doubtful = with_war(talks, **changes)
    first = describe(doubtful).sentences()[0]
    assert "not certified" in first
    assert why in first
    assert first in printed(doubtful)


def test_a_war_that_was_not_found_is_said_at_the_top(talks):
    lost = replace(talks.war, chosen=replace(talks.war.chosen, status=Status.CYCLING))
    first = describe(replace(talks, war=lost)).sentences()[0]
    assert "not among the alternatives" in first
    assert str(Status.CYCLING) in first
    assert "war_rates" not in tables(replace(talks, war=lost))


def test_bargains_over_a_war_alone_need_one(setting, talks, monkeypatch):
    lost = replace(talks.war, chosen=replace(talks.war.chosen, status=Status.CYCLING))
    monkeypatch.setattr("detente.wars.run.nash", lambda *_, **__: lost)
    with pytest.raises(SolveError, match="no war to disagree into"):
        run_cooperate(setting, disagreements=("war",))


@pytest.fixture(scope="module")
def war(setting):
    return run_nash(setting, compared=False)


def with_second_end(war):
    """Return the war with another end, at half its rates, as if the high start had led there."""
    one = war.found[0]
    rates = one.chosen.rates / 2
    values = one.game.evaluate(rates).values
    other = replace(one.chosen, start="high", rates=rates, values=values)
    found = replace(one, equilibria=(one.chosen, other), searches=(one.searches[0], other))
    return replace(war, found=(found,)), other


def test_every_equilibrium_is_shown_with_payoffs_and_rates(war):
    two, other = with_second_end(war)
    table = equilibria(two)
    assert list(table["equilibrium"]) == [1, 1, 2, 2]
    assert list(table["starts"]) == ["applied", "applied", "high", "high"]
    assert list(table["shown"]) == [True, True, False, False]
    np.testing.assert_allclose(table["payoff_pct"][2:], 100 * np.expm1(other.values))
    np.testing.assert_allclose(table["mean_rate"][2:], war.players()["mean_rate"] / 2, rtol=1e-12)
    text, page, game = printed(two), html.page(describe(two)), to_json(two)["game"]
    assert "2 different ends were found from 2 starts." in text
    for row in table.itertuples():
        assert signed(row.payoff_pct) in text
        assert signed(row.payoff_pct) in page
        assert f"{100 * row.mean_rate:.1f}" in text
    assert "All equilibria that were found" in page
    assert [r["payoff_pct"] for r in game["equilibria"]] == pytest.approx(table["payoff_pct"])
    assert "equilibria" in tables(two)


def test_one_equilibrium_needs_no_table(war):
    assert "equilibrium" not in printed(war).partition("Assumptions")[0]
    assert "equilibria" not in tables(war)
    assert spread(war.found[0]) == "2 of 2 starts led to it."


def test_starts_that_ended_uncertified_are_counted(war):
    one = war.found[0]
    lost = replace(one.searches[1], status=Status.NO_EQUILIBRIUM)
    held = replace(one, searches=(one.searches[0], lost))
    line = spread(held)
    assert line == (
        f"1 of 2 starts led to it. 1 ended uncertified (high: {Status.NO_EQUILIBRIUM})."
    )
    shown = replace(war, found=(held,))
    assert line in printed(shown)
    assert [e["status"] for e in to_json(shown)["game"]["searches"][0]["ends"]] == [
        "certified", "no_equilibrium"
    ]  # fmt: skip


def test_a_picture_that_cannot_be_made_does_not_cost_the_war(setting, war, monkeypatch):
    def fails(*_):
        raise SolveError("no equilibrium there")

    for name in ("matrix", "curves", "closed_form"):
        monkeypatch.setattr(f"detente.wars.run.{name}", fails)
    kept = _war(setting, "nash", war.found, compared=True)
    assert kept.found is war.found
    assert kept.matrix is None
    assert kept.curves == ()
    said_ = " ".join(kept.notes)
    for what in ("the announced measures as a game", "best-response curves", "the closed form"):
        assert f"{what} left out: no equilibrium there" in said_
    assert "best-response curves left out" in html.page(describe(kept))
