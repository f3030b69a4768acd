"""Games over a part of each flow: rates on the lines covered, the rest as it is in force."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.games.evaluation import Game
from detente.games.nash import Status, nash, optimal
from detente.games.parts import mean_rates
from detente.games.players import Player
from detente.games.politics import political_weights
from detente.model.welfare import real_income_hat
from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, ExportTax, TradeCost
from detente.policy.tariffs import Tariff
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.implicit import Settings
from detente.solver.options import Options
from economies import random_economy

TIGHT = Options(settings=Settings(tolerance=1e-13))
WORLD = random_economy(7, 3, 2)
SOLD = {"on": "C1", "sectors": "S0"}
IN_FORCE = [
    Tariff("C0", **SOLD, add=0.4, coverage=0.3),
    TradeCost("C0", on="C1", sectors="all", scale=1.3, coverage=0.5),
    ExportBan("C1", on="C0", sectors="S0", coverage=0.2),
    ExportTax("C1", on="C0", sectors="S0", add=0.15, coverage=0.6),
]


def payoff(calibration, policy, country=0):
    after = solve_equilibrium(calibration, policy, TIGHT).outcome
    income, price = np.asarray(after.income_cf), np.asarray(after.consumer_price_hat)
    return np.log(real_income_hat(calibration, income, price))[country]


def highest(function, low, high, points=11):
    """Find where a smooth function of one number is greatest: finer grids, then a polynomial."""
    while high - low > 0.05:
        grid = np.linspace(low, high, points)
        best = int(np.argmax([function(x) for x in grid]))
        low, high = grid[max(0, best - 1)], grid[min(points - 1, best + 1)]
    x = np.linspace(low, high, 7)
    slope = np.polynomial.Polynomial.fit(x, [function(v) for v in x], 6).deriv()
    return next(r.real for r in slope.roots() if abs(r.imag) < 1e-9 and low < r.real < high)


def central(game, rates, way):
    ends = [game.evaluate(rates + h * way).values for h in (1e-4, -1e-4, 5e-5, -5e-5)]
    coarse, fine = (ends[0] - ends[1]) / 2e-4, (ends[2] - ends[3]) / 1e-4
    return (4 * fine - coarse) / 3


@pytest.mark.parametrize("covered", [0.15, 0.6])
def test_the_best_rate_on_a_part_is_that_of_a_search_over_measures(covered):
    player = Player("C0", **SOLD, coverage=covered)
    found = optimal(WORLD, player)
    assert found.status is Status.CERTIFIED

    def value(rate):
        measure = Tariff("C0", **SOLD, set=float(rate), coverage=covered)
        return payoff(WORLD, compile_policy(WORLD, [measure]))

    assert found.chosen.rates[0] == pytest.approx(highest(value, 0.0, 1.0), abs=1e-6)
    assert found.values[0] == pytest.approx(value(found.chosen.rates[0]), abs=1e-10)
    assert found.rates["trade_musd"][0] == pytest.approx(covered * WORLD.flows[0, 0, 1])


def test_the_best_rate_on_a_part_beside_measures_that_are_on_parts_as_well():
    # cars for half of the flow are dearer, whatever the tariff: independent of what is covered
    cost = TradeCost("C0", **SOLD, scale=1.4, coverage=0.5)
    found = optimal(WORLD, Player("C0", **SOLD, coverage=0.3), base=compile_policy(WORLD, [cost]))

    def value(rate):
        made = [cost, Tariff("C0", **SOLD, set=float(rate), coverage=0.3)]
        return payoff(WORLD, compile_policy(WORLD, made))

    assert found.chosen.rates[0] == pytest.approx(highest(value, 0.0, 1.0), abs=1e-6)
    assert any("taken as independent" in note for note in found.notes)


def test_a_rate_on_a_whole_cell_drops_its_gaps_alone():
    base = compile_policy(WORLD, IN_FORCE)
    found = optimal(WORLD, Player("C0", **SOLD), base=base)

    def value(rate):
        made = [Tariff("C0", **SOLD, set=float(rate)), *IN_FORCE[1:]]
        return payoff(WORLD, compile_policy(WORLD, made))

    assert found.chosen.rates[0] == pytest.approx(highest(value, 0.0, 1.0), abs=1e-6)
    # without the war it is the real policy, in which lines differ
    assert found.before[0] == pytest.approx(payoff(WORLD, base), abs=1e-10)
    alike = found.game.policy(found.game.applied)
    assert abs(found.before[0] - payoff(WORLD, alike)) > 1e-6


@pytest.mark.parametrize(
    "players",
    [
        [Player("C0", sectors="all", coverage=0.3), Player("C1", sectors="all", coverage=0.7)],
        [Player("C0", sectors="all"), Player("C2", rule="mfn", sectors="all", coverage=0.5)],
        [Player("C0", sectors="all", coverage=0.3, instrument="both", low=-0.3),
         Player("C1", sectors="all", instrument="both", low=-0.3)],
        [Player("union", ("C0", "C1"), sectors="all", coverage=0.4), Player("C2", sectors="all")],
    ],
    ids=["two lists", "a list and cells", "export taxes", "union"],
)  # fmt: skip
def test_slopes_equal_central_differences(players):
    c = random_economy(3, 3, 3)
    sector = {"on": "C1", "sectors": "S1"}
    base = compile_policy(c, [
        Tariff("C0", **sector, add=0.4, coverage=0.3),
        TradeCost("C0", on="C1", sectors="all", scale=1.3, coverage=0.5),
        ExportBan("C1", on="C0", sectors="S1", coverage=0.2),
        Tariff("C2", sectors="all", add=0.2, coverage=0.5),
        ExportTax("C1", on="C2", sectors="all", add=0.15, coverage=0.6),
    ])  # fmt: skip
    game = Game(c, players, TIGHT, base)
    rng = np.random.default_rng(0)
    rates = rng.uniform(0.05, 0.4, game.size)
    slopes = game.evaluate(rates).slopes
    for _ in range(2):
        way = rng.normal(size=game.size)
        np.testing.assert_allclose(slopes @ way, central(game, rates, way), rtol=3e-7, atol=3e-9)


def test_a_player_alone_has_the_slopes_that_it_has_among_others():
    base = compile_policy(WORLD, IN_FORCE)
    game = Game(WORLD, [Player("C0", sectors="all", coverage=0.3),
                        Player("C1", sectors="all")], TIGHT, base)  # fmt: skip
    rates = np.linspace(0.1, 0.4, game.size)
    own = game.placement.own(0)
    together, alone = game.evaluate(rates), game.alone(0, rates).evaluate(rates[own])
    np.testing.assert_allclose(alone.slopes[0], together.slopes[0, own], rtol=1e-8)
    np.testing.assert_allclose(alone.values[0], together.values[0], atol=1e-11)


def test_a_war_over_parts_is_one_from_which_no_measure_helps():
    covered = {"C0": 0.3, "C1": 0.6}
    pairs = (("C0", "C1"), ("C1", "C0"))
    players = [Player(a, on=b, sectors="S0", coverage=covered[a]) for a, b in pairs]
    war = nash(WORLD, players)
    assert war.status is Status.CERTIFIED
    assert war.certificate.nash_conv < 1e-6
    rates = dict(zip(covered, war.chosen.rates, strict=True))

    def value(who, rate):
        made = [
            Tariff(a, on=b, sectors="S0", coverage=covered[a], set=float(rate if a == who else t))
            for (a, t), b in zip(rates.items(), ("C1", "C0"), strict=True)
        ]
        return payoff(WORLD, compile_policy(WORLD, made), int(who[1]))

    for number, who in enumerate(covered):
        at_war = value(who, rates[who])
        assert war.values[number] == pytest.approx(at_war, abs=1e-10)
        others = [value(who, rate) for rate in np.linspace(0.0, 2.0, 21)]
        assert max(others) <= at_war + 1e-12


def test_all_of_every_flow_is_the_game_over_cells():
    plain = [Player("C0", sectors="all"), Player("C1", sectors="all")]
    whole = [replace(p, coverage=1.0) for p in plain]
    one, other = (Game(WORLD, players) for players in (plain, whole))
    rates = np.linspace(0.1, 0.4, one.size)
    np.testing.assert_array_equal(one.evaluate(rates).slopes, other.evaluate(rates).slopes)
    assert other.policy(rates).lines is None


def test_what_is_not_covered_keeps_what_it_has():
    base = compile_policy(WORLD, IN_FORCE)
    game = Game(WORLD, [Player("C0", **SOLD, coverage=0.25)], base=base)
    assert game.before()[0] == pytest.approx(payoff(WORLD, base), abs=1e-10)
    rates = game.policy(np.array([0.9]))
    lines = rates.lines
    before = base.rates_on_lines(WORLD.tariff)
    cell = int(np.ravel_multi_index((0, 0, 1), WORLD.tariff.shape))
    here = lines.cell == cell
    on = rates.rates_on_lines(WORLD.tariff)
    covered = here & np.isclose(on.tariff_cf, 0.9)
    assert lines.share[covered].sum() == pytest.approx(0.25)
    at = base.lines.cell == cell
    for field in ("tariff_cf", "export_tax", "iceberg_hat", "supply_share"):
        old = base.lines.share[at] @ getattr(before, field)[at]
        rest = lines.share[here & ~covered] @ getattr(on, field)[here & ~covered]
        assert rest == pytest.approx(0.75 * old), field
    mean = (lines.share * on.tariff_cf)[here].sum()
    assert rates.tariff_cf[0, 0, 1] == pytest.approx(mean)


def test_goods_that_are_kept_apart_change_nothing():
    kept = [Tariff("C0", **SOLD, add=0.0, coverage=0.5, id="half")]
    plain, apart = compile_policy(WORLD, IN_FORCE), compile_policy(WORLD, IN_FORCE, apart=kept)
    cell = int(np.ravel_multi_index((0, 0, 1), WORLD.tariff.shape))
    assert not plain.lines.on("half").any()
    held = apart.lines.on("half")
    assert set(apart.lines.cell[held]) == {cell}
    assert apart.lines.share[held].sum() == pytest.approx(0.5)
    one, other = (solve_equilibrium(WORLD, p, TIGHT).outcome.flows_cf for p in (plain, apart))
    np.testing.assert_allclose(one, other, rtol=1e-11)


USA_ON_CHINA = {"on": "CHN", "sectors": "goods"}


def test_a_list_is_on_the_lines_that_measures_of_its_family_are_on():
    c = load("wiod-2014")
    apart = [Tariff("USA", **USA_ON_CHINA, add=0.0, product_list="us-list1-34bn")]
    measures = [
        Tariff("USA", **USA_ON_CHINA, add=0.25, product_list="us-list1-34bn"),
        Tariff("USA", **USA_ON_CHINA, add=0.10, product_list="us-list3-200bn"),
    ]
    player = Player("USA", **USA_ON_CHINA, product_list="us-list1-34bn", rule="uniform")
    base = compile_policy(c, measures, apart=apart)
    game = Game(c, [player], base=base)
    assert not any("independent" in note for note in game.placement.notes)
    # all that the list holds has 25 points on top of what was paid before
    p = game.placement
    flat = np.ravel_multi_index(p.cell, c.tariff.shape)
    before = np.average(c.tariff.ravel()[flat], weights=p.trade(c.flows))
    assert game.applied[0] == pytest.approx(before + 0.25, rel=1e-12)
    # in the unit of the baseline's year; the same that the measure covers
    alone = compile_policy(c, measures[:1])
    covered = ((alone.tariff_cf - c.tariff) * c.flows).sum() / 0.25
    assert p.trade(c.flows).sum() == pytest.approx(covered, rel=1e-12)
    rates = game.policy(np.array([0.5]))
    n, i = c.country_codes.index("USA"), c.country_codes.index("CHN")
    list3 = compile_policy(c, measures[1:])
    rest = rates.tariff_cf[:, n, i] - list3.tariff_cf[:, n, i]
    shares = {int(s): share for s, share in zip(p.sector, p.share, strict=True)}
    # lists 1 and 3 share no goods
    for s, share in shares.items():
        assert rest[s] == pytest.approx(share * (0.5 - c.tariff[s, n, i]), rel=1e-9), s
    # announced rates on the list, read off another policy that keeps it apart
    again = mean_rates(p, compile_policy(c, measures[1:], apart=apart), c.flows)
    assert again[0] == pytest.approx(before, rel=1e-12)


def test_political_weights_of_a_list_explain_its_rates():
    c = random_economy(3, 3, 3)
    player = Player("C0", on="C1", sectors="all", coverage=0.4)
    weights = {"S0": 0.7, "S1": 1.4, "S2": 0.9}
    best = optimal(c, replace(player, objective="political", weights=weights), certified=False)
    base = best.policy
    (found,) = political_weights(c, [player], base, shrink=1e-8)
    np.testing.assert_allclose(found.given, best.chosen.rates, atol=1e-12)
    assert found.off < 1e-3
    assert found.off_without > 10 * found.off


def test_a_list_that_is_banned_whole_has_no_rate():
    c = load("wiod-2014")
    ban = ExportBan("CHN", on="USA", sectors="goods", product_list="us-list1-34bn")
    apart = [Tariff("USA", **USA_ON_CHINA, add=0.0, product_list="us-list1-34bn")]
    player = Player("USA", **USA_ON_CHINA, product_list="us-list1-34bn")
    with pytest.raises(InputError, match="any trade to tax"):
        Game(c, [player], base=compile_policy(c, [ban], apart=apart))
    both = [player, Player("CHN", on="USA", rule="uniform")]
    game = Game(c, both, base=compile_policy(c, [ban], apart=apart))
    assert list(game.placement.rate_player) == [1]


@pytest.mark.parametrize(
    "wrong",
    [{"coverage": 0.0}, {"coverage": 1.5}, {"coverage": 0.5, "product_list": "us-list1-34bn"}],
    ids=str,
)
def test_coverages_that_are_none(wrong):
    with pytest.raises(InputError, match="C0"):
        Player("C0", **wrong)


def test_an_unknown_list_and_a_baseline_without_divisions_are_refused():
    with pytest.raises(InputError, match="no such product list; did you mean 'us-list1-34bn'"):
        Game(load("wiod-2014"), [Player("USA", on="CHN", product_list="us-list1-34b")])
    with pytest.raises(InputError, match="no ISIC divisions"):
        Game(WORLD, [Player("C0", product_list="us-list1-34bn")])
