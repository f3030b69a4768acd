"""What is at stake, what a payoff is, and limits of a game that are said where they matter."""

from dataclasses import replace

import numpy as np
import pytest
from test_wars_edges import everywhere

from detente.errors import SolveError
from detente.games import certificate
from detente.games.certificate import best_response
from detente.games.evaluation import Game
from detente.games.nash import nash
from detente.games.players import Player
from detente.games.tables import rate_table
from detente.report import facts
from detente.report.describe import describe, to_json
from detente.report.games import certainty, wording
from detente.report.games import facts as of_games
from detente.scenario.load import load_scenario
from detente.wars.bindings import binding_notes
from detente.wars.results import FEWEST_RANKED
from detente.wars.run import run_nash
from detente.wars.setting import Choices, set_up
from economies import random_economy
from scenario_texts import GOOD, write


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    return load_scenario(write(tmp_path_factory.mktemp("case"), GOOD))


@pytest.fixture(scope="module")
def economy():
    return random_economy(3, 4, 3)


@pytest.fixture(scope="module")
def war(case, economy):
    return run_nash(set_up(case, baseline=economy), starts=("applied",))


def test_what_is_at_stake_is_said_beside_the_certificate(war):
    one = war.found[0]
    np.testing.assert_allclose(one.before, 0, atol=1e-9)  # the baseline itself
    stakes = np.abs(one.values).max()
    assert of_games.stakes(one) == pytest.approx(stakes, abs=1e-9)
    for text in everywhere(war):
        assert f"is {stakes:.1e} in logs" in text
        assert "rates are not told apart" not in text
    assert to_json(war)["game"]["searches"][0]["stakes"] == pytest.approx(stakes, abs=1e-9)


def test_next_to_nothing_at_stake_is_said_in_the_status(war):
    one = war.found[0]
    tiny = replace(one, chosen=replace(one.chosen, values=one.before + 1e-7))
    assert "next to nothing is at stake: rates are not told apart" in certainty.status(tiny)
    assert "Next to nothing is at stake" in certainty.certificate(tiny)
    assert tiny.status is one.status  # nothing is loosened
    assert "next to nothing" not in certainty.status(one)


def test_stakes_are_against_the_rates_in_force_not_those_within_bounds(case, economy):
    setting = set_up(case, Choices(cap=0.0), variant="two-strikes-back", baseline=economy)
    war = nash(economy, setting.players, options=setting.options, base=setting.base,
               starts=("applied",), certified=False)  # fmt: skip
    assert np.abs(setting.game.outside).max() > 0.1
    assert np.abs(war.before - war.values).max() > 1e-4
    assert of_games.stakes(war) == np.abs(war.values - war.before).max()


def test_revenue_is_shown_as_a_change_in_its_own_unit(case, economy):
    setting = set_up(case, Choices(objective="revenue"), baseline=economy)
    war = run_nash(setting, starts=("applied",), compared=False)
    one = war.found[0]
    base = economy.tariff_revenue / economy.income
    np.testing.assert_allclose(one.before, base[:2], rtol=1e-8)
    for number, (name, row) in enumerate(war.players().iterrows()):
        change = of_games.payoff(one, name, row["payoff_pct"])
        assert change == pytest.approx(100 * (one.values - base[:2])[number])
    text = everywhere(war)[0]
    assert "as a share of income" in text
    assert "in logs" not in text
    assert "revenue at the rates in force" in text


def test_a_payoff_is_explained_where_it_is_not_real_income(war, case, economy):
    text, *_ = everywhere(war)
    assert "real income is income over consumer prices" in text
    assert "payoff" not in wording.rests_on(war)
    assert f"{facts.money(war.setting.calibration).label} of" in text
    revenue = run_nash(set_up(case, Choices(objective="revenue"), baseline=economy),
                       starts=("applied",), certified=False, compared=False)  # fmt: skip
    text, *_ = everywhere(revenue)
    assert "A payoff is what a player aims at: the real revenue of its rates" in text
    rows = describe(revenue).tables()["charges"].rows
    one, players = revenue.found[0], revenue.players()
    for number, row in enumerate(rows):
        before = 100 * one.before[number]
        assert row["payoff"] == pytest.approx(players["payoff_pct"].iloc[number] - before)


def test_announced_measures_beyond_the_limits_of_the_game_are_called_that(war, case, economy):
    for text in everywhere(war):
        assert "limits of this game" not in text
    choices = Choices(sectors=("S1",), cap=0.05, objective="revenue")
    held = run_nash(set_up(case, choices, baseline=economy), starts=("applied",))
    text, data, page = everywhere(held)
    for what in ("the measures cover other sectors too", "rates are above the ceiling",
                 "not in what the players aim at here"):  # fmt: skip
        assert what in text
        assert what in page
    assert "the limits of this game set aside" in data
    bound = set_up(case, Choices(bindings={"C1": {"all": 0.1}}), baseline=economy)
    text = everywhere(run_nash(bound, starts=("applied",)))[0]
    assert "some of their rates are above bound rates" in text
    assert "rates are above the ceiling" not in text


def keys_of_charges(result):
    return [column.key for column in describe(result).tables()["charges"].columns]


def test_few_sectors_are_not_ranked(war, case):
    assert len(war.setting.calibration.sectors) < FEWEST_RANKED
    assert "rank_correlation" not in war.players() or war.players()["rank_correlation"].isna().all()
    assert "rank_correlation" not in keys_of_charges(war)
    many = run_nash(set_up(case, baseline=random_economy(4, 3, 7)), starts=("applied",),
                    certified=False, compared=False)  # fmt: skip
    assert many.players()["rank_correlation"].notna().any()
    assert "rank_correlation" in keys_of_charges(many)


def test_what_is_all_at_the_ceiling_is_called_that(case, economy):
    held = run_nash(set_up(case, Choices(cap=0.01), baseline=economy), starts=("applied",),
                    certified=False, compared=False)  # fmt: skip
    assert "rate is 1.0% on everything: the ceiling." in wording.highest(held)[0]
    top = wording._most([type("Row", (), {"sector": s, "instrument": "tariff", "exporter": "C1",
                                       "importer": "C0", "rate": 0.05, "bound": "high"})
                      for s in ("S0", "S1", "S2")], held.setting)  # fmt: skip
    assert top.startswith("highest, 5.0%, the ceiling, on ")


def test_bindings_that_look_like_per_cent_and_who_is_unbound_are_noted(case, economy):
    sides = [Player("C0", bindings={"S0": 7.0, "S1": 0.07}), Player("C1")]
    first, second = binding_notes(sides)
    assert "S0 7 is 700%" in first
    assert "7% as 0.07" in first
    assert "S1" not in first
    assert second.endswith("C1")
    assert binding_notes([Player("C0", bindings={"all": 3.0})]) == []
    assert binding_notes([Player("C0"), Player("C1")]) == []
    bound = set_up(case, Choices(bindings={"C0": {"all": 7.0}}), baseline=economy)
    notes = run_nash(bound, starts=("applied",), certified=False, compared=False).notes
    assert any("all 7 is 700%" in note for note in notes)
    assert any("not bound" in note and "C1" in note for note in notes)


def test_a_best_response_that_cannot_start_names_the_player_and_what_may_help(economy, monkeypatch):
    def nowhere(*_):
        raise SolveError("none")

    monkeypatch.setattr(certificate, "_climb", nowhere)
    game = Game(economy, [Player("C0", low=-0.9, high=5.0), Player("C1")])
    alone = game.alone(0, game.applied)
    with pytest.raises(SolveError, match=r"of C0, .* between -90% and 500%: raise .*--low.*--cap"):
        best_response(alone, [alone.low])


def test_rates_that_are_zero_but_for_rounding_are_zero(economy):
    game = Game(economy, [Player("C0", low=-0.5)])
    rates = np.full(game.size, -1.7e-18)
    rates[-1] = -1e-3
    shown = rate_table(game, rates)["rate"]
    assert (shown[:-1] == 0).all()
    assert shown.iloc[-1] == -1e-3
