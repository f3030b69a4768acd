"""Games at drawn elasticities: each draw is the game solved there anew, shown beside the answer."""

import json
from dataclasses import replace

import numpy as np
import pytest

import detente as dt
from detente.errors import InputError, SolveError
from detente.games.nash import Status
from detente.report.describe import describe, to_json
from detente.report.games.data import tables
from detente.scenario.load import load_scenario
from detente.uncertainty.prior import load_prior
from detente.wars import draws
from detente.wars.draws import with_draws
from detente.wars.run import run_cooperate, run_nash, run_optimal
from detente.wars.setting import set_up
from economies import random_economy
from same_cells import same_cells
from scenario_texts import GOOD, write

COUNT = 5


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    case = load_scenario(write(tmp_path_factory.mktemp("case"), GOOD))
    return set_up(case, baseline=random_economy(3, 4, 3))


@pytest.fixture(scope="module")
def war(setting):
    return with_draws(run_nash(setting, compared=False), load_prior(), COUNT, seed=2)


@pytest.fixture(scope="module")
def best(setting):
    return with_draws(run_optimal(setting, certified=False), load_prior(), COUNT, seed=2)


@pytest.fixture(scope="module")
def deal(setting):
    found = run_cooperate(setting, disagreements=("status-quo", "war", "variant:one-strikes"),
                          frontier_points=0)  # fmt: skip
    return with_draws(found, load_prior(), COUNT, seed=2)


def economies(result):
    """Return the economies of the draws that are looked at."""
    thetas = result.draws.elasticities
    return [(n, result.setting.calibration.replace(trade_elasticity=thetas[n]))
            for n in (0, COUNT - 1)]  # fmt: skip


def income(calibration, policy, code):
    return dt.solve(calibration, policy=policy).countries.loc[code, "real_income_pct"]


def test_a_draw_is_the_war_at_its_elasticities(war):
    assert war.draws.lost == {"war": {}}
    for number, c in economies(war):
        # cold, from the rates in force, to the last digit, certified
        plain = dt.nash(c, war.setting.players, base=war.setting.base, starts=("applied",))
        assert plain.status is Status.CERTIFIED
        for player in ("C0", "C1"):
            for figure, expected, near in (
                ("real_income_pct", income(c, plain.policy, player), 1e-5),
                ("mean_rate", plain.players.loc[player, "mean_rate"], 1e-5),
                ("median_rate", plain.players.loc[player, "median_rate"], 1e-5),
            ):
                found = war.draws.values("war", figure, player)[number]
                assert found == pytest.approx(expected, abs=near)


def test_a_draw_is_each_optimum_at_its_elasticities(best):
    assert set(best.draws.lost) == {"C0", "C1"}
    for number, c in economies(best):
        for player in best.setting.players:
            plain = dt.optimal(c, player, base=best.setting.base, starts=("applied",))
            found = best.draws.values(player.name, "mean_rate", player.name)[number]
            assert found == pytest.approx(plain.players.loc[player.name, "mean_rate"], abs=1e-5)
            for whose in ("C0", "C1"):
                found = best.draws.values(player.name, "real_income_pct", whose)[number]
                assert found == pytest.approx(income(c, plain.policy, whose), abs=1e-5)


def test_a_draw_is_what_the_rates_of_a_deal_bring(deal):
    named = deal.setting.case.variants[0].id
    assert named == "one-strikes"
    cars = dt.Tariff("C0", on="C1", sectors="S0", add=0.25)
    agreed = {name for name, b in deal.bargains.bargains.items() if b.status.name == "AGREED"}
    assert agreed == set(deal.draws.figures)
    assert "war" in agreed
    for number, c in economies(deal):
        outside = {"status-quo": dt.solve(c), "war": dt.solve(c, policy=deal.war.policy),
                   "variant:one-strikes": dt.solve(c, cars)}  # fmt: skip
        for over in agreed:
            policy = deal.setting.game.policy(deal.bargains.bargains[over].optimum.rates)
            for code in ("C0", "C1"):
                with_it = income(c, policy, code)
                without = outside[over].countries.loc[code, "real_income_pct"]
                gain = 100 * (np.log1p(with_it / 100) - np.log1p(without / 100))
                for figure, expected in (
                    ("agreed_pct", with_it), ("without_pct", without), ("gain_pct", gain)
                ):  # fmt: skip
                    found = deal.draws.values(over, figure, code)[number]
                    assert found == pytest.approx(expected, abs=1e-6)


def test_the_same_seed_gives_the_same_figures_and_no_draws_leave_all_as_it_was(setting, war):
    plain = replace(war, draws=None)
    assert with_draws(plain, load_prior(), 0) is plain
    again = with_draws(plain, load_prior(), 3, seed=2)
    for figure in ("real_income_pct", "mean_rate"):
        np.testing.assert_array_equal(
            again.draws.values("war", figure, "C0"), war.draws.values("war", figure, "C0")[:3]
        )
    before, after = to_json(plain), to_json(war)
    assert "how-sure" not in describe(plain).tables()
    assert "draws" not in tables(plain)
    for key in ("rates", "players"):
        assert before["game"][key] == after["game"][key]
    with pytest.raises(InputError):
        with_draws(plain, load_prior(), 1)


def test_draws_without_an_answer_are_left_out_and_counted(war, monkeypatch):
    calls, real = [], draws.nash

    def search(*given, **options):
        calls.append(1)
        if len(calls) == 2:
            raise SolveError("no equilibrium there")
        found = real(*given, **options)
        if len(calls) == 3:
            return replace(found, chosen=replace(found.chosen, status=Status.CYCLING))
        return found

    monkeypatch.setattr(draws, "nash", search)
    found = with_draws(replace(war, draws=None), load_prior(), COUNT, seed=2)
    assert found.draws.lost["war"] == {"no equilibrium there": 1, str(Status.CYCLING): 1}
    kept = np.delete(war.draws.values("war", "real_income_pct", "C0"), [1, 2])
    ends = found.interval("C0")
    assert (ends.low, ends.high, ends.kept) == (kept.min(), kept.max(), COUNT - 2)
    said = " ".join(describe(found).sentences())
    assert "2 runs have no answer of 5 and are left out: no equilibrium there (1)" in said


def test_without_an_answer_in_any_draw_that_is_said(war, monkeypatch):
    def fails(*_, **__):
        raise SolveError("nowhere")

    monkeypatch.setattr(draws, "nash", fails)
    found = with_draws(replace(war, draws=None), load_prior(), 3)
    assert "How sure that is cannot be said. Of the war 3 runs have no answer" in " ".join(
        describe(found).sentences()
    )
    assert same_cells(describe(found)) > 20
    one = war.found[0]
    ended = replace(one, chosen=replace(one.chosen, status=Status.CYCLING))
    lost = with_draws(replace(war, found=(ended,), draws=None), load_prior(), 3)
    assert lost.draws is None
    assert "no intervals" in lost.notes[-1]


@pytest.mark.parametrize("kind", ["war", "best", "deal"])
def test_ends_stand_beside_the_answer_everywhere(kind, request):
    result = request.getfixturevalue(kind)
    document = describe(result)
    assert same_cells(document) > 40
    opening = [text for text in document.sentences() if "With other trade elast" in text]
    assert len(opening) == 1
    assert ("was not checked" in opening[0]) == (kind == "best")  # without a certificate
    assert "in all 5 runs" in opening[0]
    assert opening[0].endswith("the model and the data are the same in all.")
    for row in document.tables()["how-sure"].rows:
        if kind == "deal":
            ends = result.interval(row["player"], row["answer"])
        else:
            ends = result.interval(row["player"], of=row["answer"])
        assert (row["low"], row["high"]) == (ends.low, ends.high)
        assert row["low"] < row["high"]
    if kind == "deal":
        first = document.tables()["agreements"].rows[0]
        assert first["gain_low_pct"] < first["gain_high_pct"]
    assert len(tables(result)["draws"]) == COUNT * 2 * len(result.draws.figures)
    plain = to_json(result)
    assert json.dumps(plain, allow_nan=False)
    assert plain["draws"]["count"] == COUNT
