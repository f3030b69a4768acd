"""A war of talks is played for what packages are valued by: against a search without games."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy.optimize import minimize

from detente.games.certificate import certify
from detente.games.evaluation import Game
from detente.games.players import Player
from detente.policy.arrays import Policy
from detente.prepared import prepare
from detente.scenario.load import load_scenario
from detente.solver.equilibrium import solve_equilibrium
from detente.talks.case import aims_of, make_valuer
from detente.talks.choices import Choices
from detente.talks.prepare import make_case
from detente.talks.study import run_talks
from detente.talks.valuation import WAR, WAR_CAP
from detente.talks.worth import Aim
from economies import random_economy
from talks_case import case_of

WORLD = random_economy(7, countries=3, sectors=2)
ONE_WAR = frozenset({WAR})
OBJECTIVES = {
    "sector": ({"sectors": {"S0": 0.5}}, None),
    "deficit": ({"deficit": {"partner": "two", "value": 0.3}}, None),
    "both sides": (
        {"sectors": {"S1": 0.4}, "deficit": {"partner": "two", "value": 0.2}},
        {
            "deficit": {"partner": "one", "value": {"low": 0, "central": 0.1, "high": 0.4}},
            "revenue": {"low": 0, "central": 0.5, "high": 1},
        },
    ),
}
PLAIN = (None, None)


def table_of(folder, objectives):
    """Return the small table with these objectives, without anything of a third sector."""

    def change(plain):
        plain["measures"][1]["sectors"] = ["S1"]
        for party, objective in zip(plain["talks"]["parties"], objectives, strict=True):
            party.pop("objective", None)
            if objective:
                party["objective"] = objective

    return case_of(folder, change)


@pytest.fixture(scope="module")
def valuers(tmp_path_factory):
    @cache
    def made(name):
        objectives = PLAIN if name == "plain" else OBJECTIVES[name]
        scenario = table_of(tmp_path_factory.mktemp("war"), objectives)
        _, calibration, options, _ = prepare(scenario, WORLD)
        return make_valuer(scenario, calibration, options), scenario

    return made


@pytest.fixture(scope="module")
def wars(valuers):
    return cache(lambda name: valuers(name)[0].war(ONE_WAR))


def wanted(name, tariff):
    """Return what each side has at some tariffs, by the formula of the docs, written out."""
    solved = solve_equilibrium(WORLD, replace(Policy.unchanged(WORLD), tariff_cf=tariff))
    after, c = solved.outcome, WORLD
    price = np.asarray(after.consumer_price_hat)
    found = np.asarray(after.income_cf) / price - c.income
    earned = c.value_added_share * (np.asarray(after.output_cf) / price[:, None] - c.output)
    moved = (np.asarray(after.flows_cf) - c.flows).sum(axis=0)  # (importer, exporter)
    balance = moved[1, 0] - moved[0, 1]
    duties = (tariff * np.asarray(after.flows_cf)).sum(axis=(0, 2)) / price
    duties = duties - (c.tariff * c.flows).sum(axis=(0, 2))
    weights, deficits, revenue = {
        "plain": ([(0, 0), (0, 0)], (0, 0), (0, 0)),
        "sector": ([(0.5, 0), (0, 0)], (0, 0), (0, 0)),
        "deficit": ([(0, 0), (0, 0)], (0.3, 0), (0, 0)),
        "both sides": ([(0, 0.4), (0, 0)], (0.2, 0.1), (0, 0.5)),
    }[name]
    return np.array([
        found[k]
        + np.dot(weights[k], earned[k])
        + deficits[k] * sign * balance
        + revenue[k] * duties[k]
        for k, sign in enumerate((1, -1))
    ])  # fmt: skip


def rates_of(war, importer):
    return war.policy.tariff_cf[:, importer, 1 - importer]


@pytest.mark.parametrize("name", ["plain", *OBJECTIVES])
def test_no_side_gains_by_other_tariffs_in_what_it_wants(wars, name):
    """A search without gradients, replies or aims, over both rates of a side."""
    tariff = wars(name).policy.tariff_cf
    here = wanted(name, tariff)
    for side in (0, 1):

        def lost(rates, side=side):
            other = tariff.copy()
            other[:, side, 1 - side] = np.clip(rates, 0, WAR_CAP)
            return -wanted(name, other)[side]

        grid = [(x, y) for x in (0.0, 0.2, 0.6, 2.0) for y in (0.0, 0.2, 0.6, 2.0)]
        best = min(grid, key=lost)
        assert -lost(best) < here[side] + 1e-9
        found = minimize(lost, best, method="Nelder-Mead", bounds=[(0, WAR_CAP)] * 2,
                         options={"xatol": 1e-6, "fatol": 1e-12})  # fmt: skip
        assert -found.fun == pytest.approx(here[side], abs=1e-9)
        np.testing.assert_allclose(found.x, rates_of(wars(name), side), atol=2e-4)


@pytest.mark.parametrize("name", OBJECTIVES)
def test_it_is_certified_in_that_objective_and_plain_war_is_not(valuers, wars, name):
    valuer, _ = valuers(name)
    players = [
        Player(code, on=("C0", "C1"), high=WAR_CAP, objective=aim or "real-income")
        for code, aim in zip(("C0", "C1"), valuer.aims, strict=True)
    ]
    game = Game(WORLD, players)

    def certificate(war):
        return certify(game, game.evaluate(np.concatenate([rates_of(war, k) for k in (0, 1)])))

    assert certificate(wars(name)).nash_conv < 1e-9
    assert certificate(wars("plain")).nash_conv > 1e-4


def test_a_sector_or_a_deficit_that_counts_is_protected(wars):
    plain = rates_of(wars("plain"), 0)
    sector, deficit = rates_of(wars("sector"), 0), rates_of(wars("deficit"), 0)
    assert sector[0] > plain[0] + 0.1
    assert sector[1] < plain[1]
    assert (deficit > plain + 0.1).all()


@pytest.mark.parametrize("name", ["plain", *OBJECTIVES])
def test_what_it_is_worth_is_what_it_was_played_for(valuers, wars, name):
    valuer, scenario = valuers(name)
    value = make_case(scenario, valuer).worth(valuer.value([ONE_WAR])[ONE_WAR])
    np.testing.assert_allclose(value, wanted(name, wars(name).policy.tariff_cf), atol=1e-9)


def test_weights_of_zero_leave_the_plain_war(valuers, wars, tmp_path):
    neutral = {"sectors": {"S0": 0.0}, "deficit": {"partner": "two", "value": 0}, "revenue": 0}
    scenario = table_of(tmp_path, (neutral, None))
    assert aims_of(scenario, WORLD, ((0,), (1,))) == (None, None)
    valuer, _ = valuers("plain")
    nothing = tuple(Aim((own,), (0.0, 0.0), (1 - own,), 0.0, (0, 1)) for own in (0, 1))

    same = replace(valuer, aims=nothing).war(ONE_WAR)
    np.testing.assert_allclose(same.policy.tariff_cf, wars("plain").policy.tariff_cf, atol=1e-7)


def test_the_gradient_of_an_aim_equals_central_differences():
    aim = Aim((0,), (0.4, -0.2), (1, 2), 0.3, (0, 1), revenue=0.6)
    game = Game(WORLD, [Player("C0", on=("C1", "C2"), objective=aim)])
    rates = np.random.default_rng(3).uniform(0.05, 0.4, game.size)
    slopes = game.evaluate(rates).slopes[0]
    for k in range(game.size):
        way = 1e-4 * np.eye(game.size)[k]
        up, down = (game.evaluate(rates + h * way).values[0] for h in (1, -1))
        assert slopes[k] == pytest.approx((up - down) / 2e-4, rel=1e-5, abs=1e-8)


def test_wars_for_other_aims_are_kept_apart(valuers, tmp_path):
    """A value on disk is that of the aims it was played for; other sets are shared."""

    plain, sector = (replace(valuers(name)[0], folder=tmp_path) for name in ("plain", "sector"))
    one, two = (v.value([ONE_WAR])[ONE_WAR].income for v in (plain, sector))
    assert np.abs(one - two).max() > 1e-4
    again = replace(valuers("plain")[0], folder=tmp_path).value([ONE_WAR])[ONE_WAR].income
    np.testing.assert_array_equal(again, one)


def test_draws_play_it_too(tmp_path):
    """Each economy drawn has a war of its own aims, at the central figure."""
    scenario = table_of(tmp_path, OBJECTIVES["both sides"])
    study = run_talks(scenario, Choices(no_deal="war", draws=6, model_draws=2), baseline=WORLD)
    plain = table_of(tmp_path, PLAIN)
    other = run_talks(plain, Choices(no_deal="war", draws=6, model_draws=2), baseline=WORLD)
    one, two = (run.uncertainty.draws["no_deal_one"] for run in (study, other))
    assert (np.abs(one - two) > 1e-3).all()


def test_what_unsettled_issues_hold_stays_in_force_in_a_war():
    scenario = load_scenario("may-2018")
    _, calibration, options, _ = prepare(scenario)
    case = make_case(scenario, make_valuer(scenario, calibration, options))
    points = {point.id: case.no_deal_set(point) for point in scenario.talks.no_deal}
    assert "china-subsidises" in points["status-quo"]
    assert points["war"] == points["status-quo"] | {WAR}
