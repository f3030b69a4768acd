"""Draws: each is the model at its elasticities, and intervals hold what they say."""

from dataclasses import replace
from inspect import signature

import numpy as np
import pytest

import detente.uncertainty.draws as module
from detente.errors import InputError
from detente.model.economy import Structure
from detente.results import Solution
from detente.simulate import run_scenario
from detente.solver.equilibrium import solve_equilibrium
from detente.toward import run_target
from detente.uncertainty.draws import check_draws, solve_draws
from detente.uncertainty.prior import Prior, Spread
from detente.uncertainty.ranges import SEARCHES
from economies import random_economy, random_policy

WORLD = random_economy(1, 3, 3)
FOCUS = ("C2", "C0")
PRIOR = Prior("made up", "nobody", {"all": Spread(0.3, 0.4)}, ((1.0,),))


@pytest.fixture(scope="module")
def central():
    return {name: solve_equilibrium(WORLD, random_policy(WORLD, seed, 0.2))
            for name, seed in (("a", 1), ("b", 2))}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(central):
    return solve_draws(PRIOR, central, 40, seed=2, focus=FOCUS, workers=1)


def test_how_often_is_drawn_unless_asked():
    for run, times in ((run_scenario, module.DRAWS), (run_target, SEARCHES)):
        assert signature(run).parameters["draws"].default == times
    assert (module.DRAWS, SEARCHES) == (100, 50)


def test_a_draw_is_the_model_at_its_elasticities(central, drawn):
    for number in (0, 17, 39):
        c = WORLD.replace(trade_elasticity=drawn.parameters.elasticities[number])
        for name, one in central.items():
            alone = solve_equilibrium(c, one.policy)
            price = np.asarray(alone.outcome.consumer_price_hat)
            expected = 100 * (np.asarray(alone.outcome.income_cf) / WORLD.income / price - 1)
            np.testing.assert_allclose(drawn.real_income[name][number], expected, atol=1e-7)


def test_the_same_seed_gives_the_same_bytes_and_the_first_whatever_their_number(central, drawn):
    again, few = (solve_draws(PRIOR, central, n, seed=2) for n in (40, 5))
    for name, values in drawn.real_income.items():
        assert again.real_income[name].tobytes() == values.tobytes()
        assert few.real_income[name].tobytes() == values[:5].tobytes()
    other = solve_draws(PRIOR, central, 5, seed=3)
    assert (other.real_income["a"] != few.real_income["a"]).all()


def test_however_many_are_solved_at_once_the_bytes_are_the_same(central, drawn):
    two = solve_draws(PRIOR, central, 40, seed=2, focus=FOCUS, workers=2)
    for name in central:
        assert two.real_income[name].tobytes() == drawn.real_income[name].tobytes()
        for of, values in drawn.more[name].items():
            assert two.more[name][of].tobytes() == values.tobytes()


def test_further_outcomes_are_those_of_the_tables(central, drawn):
    c = WORLD.replace(trade_elasticity=drawn.parameters.elasticities[7])
    solution = Solution(solve_equilibrium(c, central["a"].policy))
    more = {of: values[7] for of, values in drawn.more["a"].items()}
    countries, pairs = solution.countries, solution.bilateral
    for of in ("exports", "imports"):
        np.testing.assert_allclose(more[of], countries[f"{of}_pct"], atol=1e-7)
    revenue = countries["tariff_revenue_change_musd"]
    np.testing.assert_allclose(more["tariff_revenue"], revenue, rtol=1e-6)
    ways = [("C0", "C2"), ("C2", "C0")]  # what the first in focus buys, and what the second does
    np.testing.assert_allclose(more["bought"], pairs.loc[ways, "goods_pct"], atol=1e-7)
    for place, kind in enumerate(("goods", "all")):
        there, here = (pairs.loc[way, f"{kind}_change_musd"] for way in ways[::-1])
        assert more["balance"][place] == pytest.approx(there - here, rel=1e-6)
    output = [solution.sectors.loc[code, "output_volume_pct"] for code in FOCUS]
    np.testing.assert_allclose(more["output"], output, atol=1e-7)
    workers = [solution.sectors.loc[code, "employment_pct"] for code in FOCUS]
    np.testing.assert_allclose(more["employment"], workers, atol=1e-7)
    # labour has a fixed share of what a sector earns: its pay moves as the value of output does
    for code, earned in zip(FOCUS, more["real_pay"], strict=True):
        price = 1 + countries.loc[code, "price_index_pct"] / 100
        value = 1 + solution.sectors.loc[code, "output_pct"].to_numpy() / 100
        np.testing.assert_allclose(earned, 100 * (value / price - 1), atol=1e-7)


def test_intervals_of_money_are_of_differences(drawn):
    a, b = (drawn.more[name]["tariff_revenue"] for name in ("a", "b"))
    found = drawn.interval("a", "b", "tariff_revenue")
    ordered = np.sort(a - b, axis=0)
    np.testing.assert_allclose(found.low, 0.95 * ordered[1] + 0.05 * ordered[2])
    assert drawn.interval("a", of="output").high.shape == (2, 3)


def test_intervals_are_quantiles_of_each_and_of_differences_draw_by_draw(drawn):
    a, b = drawn.real_income["a"], drawn.real_income["b"]
    found = drawn.interval("a")
    assert (found.kept, found.draws, found.whole) == (40, 40, False)
    # of 40 in order, 41 x 0.05 = 2.05: the second and a twentieth of the way to the third
    ordered = np.sort(a, axis=0)
    np.testing.assert_allclose(found.low, 0.95 * ordered[1] + 0.05 * ordered[2])
    np.testing.assert_allclose(found.high, 0.95 * ordered[38] + 0.05 * ordered[37])
    over = drawn.interval("a", "b")
    each = [[100 * ((1 + x / 100) / (1 + y / 100) - 1) for x, y in zip(p, q, strict=True)]
            for p, q in zip(a, b, strict=True)]  # fmt: skip
    ordered = np.sort(each, axis=0)
    np.testing.assert_allclose(over.high, 0.95 * ordered[38] + 0.05 * ordered[37], atol=1e-12)


def test_few_runs_have_least_and_greatest(central):
    found = solve_draws(PRIOR, central, 5)
    ends = found.interval("a")
    assert ends.whole
    assert ends.what == "all 5 runs"
    np.testing.assert_allclose(ends.low, found.real_income["a"].min(axis=0))


def test_draws_without_an_equilibrium_are_counted_not_dropped_silently(central, monkeypatch):
    real, calls = module.solve_equilibrium, []

    def failing(*args, **kwargs):
        calls.append(1)
        found = real(*args, **kwargs)
        if len(calls) % 4 == 1:  # every second draw of the first of two variants
            return module.replace(found, status=type(found.status).NOT_CONVERGED)
        return found

    monkeypatch.setattr(module, "solve_equilibrium", failing)
    found = solve_draws(PRIOR, central, 40, workers=1)
    assert found.lost == {"a": {"no equilibrium found": 20}, "b": {}}
    assert found.interval("a").kept == 20
    assert found.interval("b").kept == 40
    assert found.interval("a", "b").kept == 20


def test_intervals_hold_the_truth_nine_times_in_ten(central):
    found = solve_draws(PRIOR, {"a": central["a"]}, 2000, seed=1)
    truths, others = np.split(found.real_income["a"], 2)
    held = []
    # a hundred truths each against ten intervals of a hundred other draws each
    for k in range(10):
        values = {"a": others[100 * k : 100 * (k + 1)]}
        interval = replace(found, real_income=values).interval("a")
        mine = truths[100 * k : 100 * (k + 1)]
        held.append((interval.low <= mine) & (mine <= interval.high))
    share = np.concatenate(held).mean(axis=0)
    assert (share >= 0.87).all()
    assert (share <= 0.93).all()


def test_what_is_not_varied_is_named(central, drawn):
    assert drawn.fixed[:2] == ("the model", "the data")
    relations = {"mobility of workers", "substitution", "economies of scale"}
    assert relations <= set(drawn.fixed)
    prior = replace(PRIOR, structure={"labour_mobility": 0.2})
    mobile = replace(central["a"].options, structure=Structure(labour_mobility=1.5))
    here = {"a": solve_equilibrium(WORLD, central["a"].policy, mobile)}
    assert relations - set(solve_draws(prior, here, 2).fixed) == {"mobility of workers"}
    one = Prior("t", "c", {"S0": Spread(0.2, 0)}, ((1.0,),))
    found = solve_draws(one, {"a": central["a"]}, 2)
    assert "the trade elasticities of S1, S2" in found.fixed


@pytest.mark.parametrize(("draws", "seed"), [(1, 0), (-1, 0), (2.5, 0), (10, -1), (True, 0)])
def test_numbers_that_say_nothing_are_refused(draws, seed):
    with pytest.raises(InputError):
        check_draws(draws, seed)
