"""Levers on policies whose measures are on parts of flows: each line moves from its own rate."""

import numpy as np
import pytest

from detente.policy.compile import compile_policy
from detente.policy.instruments import ExportBan, ExportTax, TradeCost
from detente.policy.tariffs import Tariff
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.implicit import Settings
from detente.solver.options import Options
from detente.targets.goals import Deficit, NoLoss
from detente.targets.levers import Lever, place
from detente.targets.reach import ACCURACY, Reach, _Problem, reach
from economies import random_economy

WORLD = random_economy(5, 3, 2)
TIGHT = Options(settings=Settings(tolerance=1e-13))
MEASURES = [
    Tariff("C0", on="C1", sectors="S0", add=0.4, coverage=0.3),
    # so far below zero that cells have lines that are subsidised
    Tariff("C0", on="C1", sectors="S1", add=-0.4, coverage=0.5),
    TradeCost("C0", on="C1", sectors="all", scale=1.2, coverage=0.5),
    ExportTax("C1", on="C0", sectors="S0", add=0.2, coverage=0.6),
    ExportBan("C1", on="C0", sectors="all", coverage=0.1),
]
BASE = compile_policy(WORLD, MEASURES)
EVERY = {
    "tariff": Lever("tariff", "C0", "C1", "all"),
    "cut": Lever("cut", "C0", "C1", "all"),
    "purchases": Lever("purchases", "C0", "C1", "all"),
    "restraint": Lever("restraint", "C1", "C0", "all"),
}
RATE = 0.25
BY_HAND = {
    "tariff": lambda t, x: (t + RATE, x),
    "cut": lambda t, x: (t - RATE * max(t, 0.0), x),
    "purchases": lambda t, x: ((1 + t) * (1 - RATE) - 1, x),
    "restraint": lambda t, x: (t, (1 + x) * (1 + RATE) - 1),
}


@pytest.mark.parametrize("kind", EVERY)
def test_each_line_moves_from_its_own_rate(kind):
    levers = place(WORLD, [EVERY[kind]])
    moved = levers.apply(BASE, np.array([RATE])).rates_on_lines(WORLD.tariff)
    old = BASE.rates_on_lines(WORLD.tariff)
    assert old.tariff_cf.min() < 0 < old.tariff_cf.max()
    expected = [BY_HAND[kind](t, x) for t, x in zip(old.tariff_cf, old.export_tax, strict=True)]
    tariff, tax = np.array(expected).T
    np.testing.assert_allclose(moved.tariff_cf, tariff, atol=1e-14)
    np.testing.assert_allclose(moved.export_tax, tax, atol=1e-14)
    # the entry of a cell stays the mean of its lines
    policy = levers.apply(BASE, np.array([RATE]))
    cells = np.unique(policy.lines.cell)
    for array, gap in ((policy.tariff_cf, "tariff_gap"), (policy.export_tax, "tax_gap")):
        mean = policy.lines.mean(getattr(policy.lines, gap), array.size)[cells]
        np.testing.assert_allclose(mean, 0.0, atol=1e-14)


def test_a_cut_by_all_is_what_tariffs_of_nothing_on_every_line_are():
    measures = [Tariff("C0", on="C1", sectors="all", add=0.4, coverage=0.3), *MEASURES[2:]]
    base = compile_policy(WORLD, measures)
    gone = place(WORLD, [EVERY["cut"]]).apply(base, np.ones(1))
    free = [Tariff("C0", on="C1", sectors="all", set=0.0), *MEASURES[2:]]
    one, other = (solve_equilibrium(WORLD, p, TIGHT).outcome.flows_cf
                  for p in (gone, compile_policy(WORLD, free)))  # fmt: skip
    np.testing.assert_allclose(one, other, rtol=1e-10)


@pytest.mark.parametrize("kind", EVERY)
@pytest.mark.parametrize("each", ["all", "sector"])
def test_slopes_equal_central_differences(kind, each):
    lever = EVERY[kind]
    lever = Lever(lever.kind, lever.by, lever.on, "all", each=each)
    problem = _Problem(WORLD, Deficit("C0", "C1", fraction=0.1) if _deficit("C0", "C1")
                       else Deficit("C1", "C0", fraction=0.1), [lever], BASE, TIGHT)  # fmt: skip
    rates = 0.3 * problem.levers.upper
    slopes = problem.evaluate(rates)[1]
    for k in range(problem.levers.size):
        way = np.eye(problem.levers.size)[k]
        ends = [problem.evaluate(rates + h * way)[0] for h in (2e-3, -2e-3, 1e-3, -1e-3)]
        coarse, fine = (ends[0] - ends[1]) / 4e-3, (ends[2] - ends[3]) / 2e-3
        np.testing.assert_allclose(slopes[:, k], (4 * fine - coarse) / 3, rtol=1e-6, atol=1e-8)


def _deficit(of, partner):
    n, i = (WORLD.country_codes.index(code) for code in (of, partner))
    return WORLD.flows[:, n, i].sum() > WORLD.flows[:, i, n].sum()


def test_a_target_is_met_where_measures_are_on_parts():
    base = compile_policy(WORLD, [Tariff("C1", on="C0", sectors="all", add=0.5, coverage=0.6)])
    levers = [Lever("cut", "C1", "C0", "all", each="sector")]
    found = reach(WORLD, NoLoss("C0"), levers, base=base)
    assert found.status is Reach.REACHED
    after = solve_equilibrium(WORLD, place(WORLD, levers).apply(
        base, found.rates["rate_pct"].to_numpy() / 100)).outcome  # fmt: skip
    income = np.log(after.income_cf / WORLD.income / after.consumer_price_hat)[0]
    assert abs(income) <= 2 * ACCURACY * abs(found.start)
