"""Wrong calls of public functions end in `InputError` with the argument's name; near ones work."""

import datetime

import numpy as np
import pytest

import detente as dt
from economies import random_economy

WORLD = random_economy(3, 3, 2)
OTHER = random_economy(1, 4, 2)
TARIFF = dt.Tariff("C0", on="C1", sectors="S0", add=0.1)
PLAYER = dt.Player("C0", on="C1", sectors="S0")


@pytest.fixture(scope="module")
def solution():
    return dt.solve(WORLD, TARIFF)


WRONG = {
    "nothing as economy": (lambda s: dt.solve(None, TARIFF), "calibration"),
    "a solution as economy": (lambda s: dt.solve(s, TARIFF), "calibration"),
    "an unknown name as economy": (lambda s: dt.solve("wiod-2041", TARIFF), "baseline"),
    "a word as measure": (lambda s: dt.solve(WORLD, "tariff"), "measures"),
    "a mapping as measure": (lambda s: dt.solve(WORLD, {"kind": "tariff"}), "measures"),
    "a class as measure": (lambda s: dt.solve(WORLD, dt.Tariff), "measures"),
    "a wrong one in a list": (lambda s: dt.solve(WORLD, [TARIFF, 5]), "measures"),
    "measures and policy": (lambda s: dt.solve(WORLD, TARIFF, policy=TARIFF), "policy"),
    "policy of another economy": (
        lambda s: dt.solve(OTHER, policy=s.equilibrium.policy),
        "policy",
    ),
    "deficits as nothing": (lambda s: dt.solve(WORLD, deficits=None), "deficits"),
    "deficits as one number": (lambda s: dt.solve(WORLD, deficits=0), "deficits"),
    "deficits as a mapping": (lambda s: dt.solve(WORLD, deficits={"C0": 0}), "deficits"),
    "deficits as words": (lambda s: dt.solve(WORLD, deficits=["fixed"] * 3), "deficits"),
    "deficits misspelt": (lambda s: dt.solve(WORLD, deficits="fixd"), "deficits"),
    "deficits too few": (lambda s: dt.solve(WORLD, deficits=[0.0]), "deficits"),
    "a horizon as structure": (lambda s: dt.solve(WORLD, structure="long-run"), "structure"),
    "a mapping as structure": (lambda s: dt.solve(WORLD, structure={"market": 1}), "structure"),
    "an economy as solution": (lambda s: dt.who_pays(WORLD, "C0", "C1"), "solution"),
    "numbers as names": (lambda s: dt.who_pays(s, 0, "C1"), "importer"),
    "an unknown exporter": (lambda s: dt.who_pays(s, "C0", "C9"), "exporter"),
    "oneself": (lambda s: dt.who_pays(s, "C0", "country 0"), "exporter"),
    "a number to compare with": (
        lambda s: dt.who_pays(s, "C0", "C1", relative_to=5),
        "relative_to",
    ),
    "terms of trade of no solution": (lambda s: dt.terms_of_trade(WORLD), "solution"),
    "value added of no solution": (lambda s: dt.value_added_trade("wiod-2014"), "solution"),
    "a list to aggregate by": (lambda s: dt.aggregate(WORLD, countries=["C0"]), "countries"),
    "a word to aggregate by": (lambda s: dt.aggregate(WORLD, sectors="S0"), "sectors"),
    "a number to aggregate": (lambda s: dt.aggregate(WORLD, {"A": 5}), "countries"),
    "a solution to aggregate": (lambda s: dt.aggregate(s, {"A": ["C0", "C1"]}), "calibration"),
    "a number as new name": (lambda s: dt.aggregate(WORLD, name=5), "name"),
    "a measure as player": (lambda s: dt.nash(WORLD, [TARIFF]), "players"),
    "no player": (lambda s: dt.nash(WORLD, None), "players"),
    "a word as measures in force": (lambda s: dt.nash(WORLD, PLAYER, base="x"), "base"),
    "a rule as options": (lambda s: dt.nash(WORLD, PLAYER, options="fixed"), "options"),
    "a word as start": (lambda s: dt.nash(WORLD, PLAYER, start="low"), "start"),
    "an unknown start": (lambda s: dt.nash(WORLD, PLAYER, starts="lows"), "starts"),
    "rounds as a word": (lambda s: dt.nash(WORLD, PLAYER, max_rounds="many"), "max_rounds"),
    "two at once": (lambda s: dt.optimal(WORLD, ["C0", "C1"]), "player"),
    "a tariff to find": (lambda s: dt.optimal(WORLD, TARIFF), "players"),
    "a bargain of no game": (lambda s: dt.cooperate(WORLD, {"x": [0]}), "game"),
    "payoffs without a name": (
        lambda s: dt.cooperate(dt.Game(WORLD, PLAYER), [0.1]),
        "disagreements",
    ),
    "a word as goal": (lambda s: dt.reach(WORLD, "deficit", []), "goal"),
    "a word as lever": (lambda s: dt.reach(WORLD, dt.NoLoss("C0"), "tariffs"), "levers"),
    "a number as country": (lambda s: dt.income_gradient(WORLD, 0), "country"),
    "a group as country": (lambda s: dt.income_gradient(WORLD, "world"), "country"),
    "nothing to load": (lambda s: dt.load(None), "baseline"),
    "an economy to load": (lambda s: dt.load(WORLD), "baseline"),
    "a list of elasticities": (lambda s: dt.load("wiod-2014", [4]), "elasticities"),
    "a number as importer": (lambda s: dt.solve(WORLD, dt.Tariff(840, add=0.1)), "by"),
    "nothing as importer": (lambda s: dt.solve(WORLD, dt.Tariff(None, add=0.1)), "by"),
    "a mapping as names": (lambda s: dt.solve(WORLD, dt.Tariff("C0", {"C1": 1}, add=0.1)), "on"),
    "a number as sector": (
        lambda s: dt.solve(WORLD, dt.Tariff("C0", sectors=1, add=0.1)),
        "sectors",
    ),
    "a number to align to": (lambda s: dt.solve(WORLD, dt.Tariff("C0", align=5)), "align"),
    "per cent as text": (lambda s: dt.Tariff("C0", add="25%"), "add"),
    "an array as rate": (lambda s: dt.Tariff("C0", add=np.array([0.1])), "add"),
    "a number as list": (
        lambda s: dt.solve(WORLD, dt.Tariff("C0", add=0.1, product_list=5)),
        "product_list",
    ),
    "nothing as scenario": (lambda s: dt.run_scenario(None), "scenario"),
    "a mapping as scenario": (lambda s: dt.run_path({"title": "x"}), "scenario"),
    "a moment as day": (
        lambda s: dt.run_scenario("may-2018", at=datetime.datetime(2018, 7, 6, 12)),
        "at",
    ),
    "a number as day": (lambda s: dt.run_scenario("may-2018", at=20180706), "at"),
    "an unknown variant": (lambda s: dt.run_scenario("may-2018", variants="war"), "variant"),
    "a number as baseline": (lambda s: dt.run_scenario("may-2018", baseline=5), "baseline"),
    "a solution as baseline": (lambda s: dt.run_scenario("may-2018", baseline=s), "baseline"),
    "a number as horizon": (lambda s: dt.run_scenario("may-2018", horizon=2), "horizon"),
    "a number as goal": (lambda s: dt.run_target("may-2018", 5), "goal"),
    "a list as variant": (lambda s: dt.run_target("may-2018", variant=["x"]), "variant"),
    "an unknown way": (lambda s: dt.run_target("may-2018", using="tarifs"), "using"),
    "an amount as text": (lambda s: dt.run_target("may-2018", cut="200bn"), "cut"),
    "a word as choices": (lambda s: dt.run_talks("may-2018", "nash"), "choices"),
    "strategies in a list": (lambda s: dt.payoff_matrix(WORLD, [TARIFF]), "strategies"),
    "a word as strategy": (
        lambda s: dt.payoff_matrix(WORLD, {"C0": {"war": "tariff"}}),
        "C0.war",
    ),
    "a word as attack": (lambda s: dt.respond(WORLD, "tariff", by="C1", on="C0"), "attack"),
    "a measure to differentiate": (lambda s: dt.gradient(WORLD, TARIFF), "of"),
    "a measure to describe": (lambda s: dt.describe(TARIFF), "result"),
    "a number as products": (lambda s: dt.Tariff("C0", products=8703, add=0.1), "products"),
    "a number as products of a tariff quota": (
        lambda s: dt.TariffQuota("C0", products=8703, within=0, beyond=0.1, quota_usd=5),
        "products",
    ),
    "a number left out": (lambda s: dt.Tariff("C0", except_=3, add=0.1), "except"),
    "nothing left out": (lambda s: dt.Tariff("C0", except_=["steel", None], add=0.1), "except"),
    "a number as table": (lambda s: dt.Tariff("C0", rates=3), "rates"),
    "a number as id": (lambda s: dt.Tariff("C0", add=0.1, id=3), "id"),
    "a list as overlap": (lambda s: dt.Tariff("C0", add=0.1, overlap=["x"]), "overlap"),
    "a word for whether others hold": (
        lambda s: dt.TariffQuota("C0", within=0, beyond=0.1, quota_usd=5, stacks="no"),
        "stacks",
    ),
    "a number as authority": (lambda s: dt.LedgerTariff("USA", without=3), "without"),
    "a word as balance": (lambda s: dt.import_data("figaro", "x.csv", balance="no"), "balance"),
    "a year before tables": (lambda s: dt.import_data("figaro", "x.csv", year=1850), "year"),
    "no name": (lambda s: dt.import_data("figaro", "x.csv", year=2014, name=""), "name"),
    "nobody who answers": (lambda s: dt.respond(WORLD, TARIFF, by=None, on="C0"), "by"),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_argument_is_named(solution, case):
    call, key = WRONG[case]
    with pytest.raises(dt.InputError) as caught:
        call(solution)
    assert {(p.key or "").rpartition(".")[2] for p in caught.value.problems} == {
        key.rpartition(".")[2]
    }


def test_one_measure_or_several_are_alike(solution):
    rates = solution.equilibrium.policy.tariff_cf
    for given in ([TARIFF], [[TARIFF]], (TARIFF,)):
        found = dt.solve(WORLD, given)
        np.testing.assert_array_equal(found.equilibrium.policy.tariff_cf, rates)
    found = dt.solve(WORLD, policy=TARIFF)
    np.testing.assert_array_equal(found.equilibrium.policy.tariff_cf, rates)
    assert rates[0, 0, 1] == pytest.approx(WORLD.tariff[0, 0, 1] + 0.1)


def test_names_stand_for_players_and_economies(solution):
    by_code = dt.who_pays(solution, "C0", "C1")
    by_name = dt.who_pays(solution, "Country 0", "country 1")
    assert by_name.importer == by_code.importer == "C0"
    np.testing.assert_array_equal(by_name.sectors, by_code.sectors)
    game = dt.Game(WORLD, "C0", base=TARIFF)
    assert [player.name for player in game.players] == ["C0"]
    assert game.base.tariff_cf[0, 0, 1] == pytest.approx(WORLD.tariff[0, 0, 1] + 0.1)
    merged = dt.aggregate(WORLD, {"A": ["Country 0", "C1"], "B": ["Country 2"]})
    assert merged.country_codes == ("A", "B")
    slope = dt.income_gradient(WORLD, "Country 0", TARIFF)
    assert slope.country == "C0"


def test_the_name_of_a_baseline_stands_for_it():
    assert dt.income_gradient("wiod-2014", "China").country == "CHN"


def test_per_cent_for_a_share_is_asked_about():
    for make in (
        lambda: dt.Tariff("USA", on="CHN", add=0.1, coverage=30),
        lambda: dt.ExportBan("USA", on="CHN", leakage=30),
        lambda: dt.Deficit("USA", "CHN", fraction=30).aim(dt.load("wiod-2014"), None),
    ):
        with pytest.raises(dt.InputError, match=r"did you mean 0.3, that is 30%\?"):
            make()
