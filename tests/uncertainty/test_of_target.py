"""Rates that reach a goal at drawn elasticities: each draw is the goal reached there anew."""

import numpy as np
import pytest

import detente as dt
from detente.errors import SolveError
from detente.policy.arrays import Policy
from detente.policy.compile import compile_policy
from detente.report.target import document
from detente.solver.options import Options
from detente.targets.reach import Reach, reach, reach_again
from detente.uncertainty.of_target import Reached, WantedWays, rate_ids
from detente.uncertainty.prior import Prior, Spread, draw
from economies import random_economy
from same_cells import same_cells

WORLD = random_economy(3, 4, 3)
PRIOR = Prior("made up", "nobody", {"all": Spread(0.2, 0.2)}, ((1.0,),))
CODES = WORLD.country_codes
COUNT = 4


@pytest.fixture(scope="module")
def goal():
    goods = WORLD.goods
    surplus = WORLD.flows[goods].sum(axis=0) - WORLD.flows[goods].sum(axis=0).T
    of, partner = np.unravel_index(int(surplus.argmax()), surplus.shape)
    return dt.Deficit(CODES[of], CODES[partner], fraction=0.2)


@pytest.fixture(scope="module")
def levers(goal):
    one = dt.Lever("tariff", goal.of, goal.partner)
    return {"tariffs": [one], "sector-tariffs": [dt.Lever("tariff", goal.of, goal.partner,
                                                          each="sector")]}  # fmt: skip


@pytest.fixture(scope="module")
def ways(goal, levers):
    central = {way: reach(WORLD, goal, some) for way, some in levers.items()}
    assert {one.status for one in central.values()} == {Reach.REACHED}
    base = Policy.unchanged(WORLD)
    return Reached(central, WantedWays(PRIOR, COUNT, 5, goal, levers, base, central))


def economies(ways):
    thetas = draw(PRIOR, WORLD, Options().structure, COUNT, seed=5).elasticities
    np.testing.assert_array_equal(ways.draws.elasticities, thetas)
    return [WORLD.replace(trade_elasticity=theta) for theta in thetas]


def deficit(c, goal, solution):
    goods = c.goods
    flows = np.asarray(solution.equilibrium.outcome.flows_cf)[goods]
    of, partner = (CODES.index(code) for code in (goal.of, goal.partner))
    return flows[:, of, partner].sum() - flows[:, partner, of].sum()


def test_a_draw_of_one_rate_is_the_root_at_its_elasticities(ways, goal, levers):
    (one,) = rate_ids(ways["tariffs"])
    for number, c in enumerate(economies(ways)):
        plain = reach(c, goal, levers["tariffs"])
        found = ways.draws.values("tariffs", "rate_pct", one)[number]
        assert found == pytest.approx(plain.rates["rate_pct"].item(), rel=2e-4)
        incomes = plain.solution.countries["real_income_pct"]
        for code in CODES:
            found = ways.draws.values("tariffs", "real_income_pct", code)[number]
            assert found == pytest.approx(incomes[code], abs=2e-4)
    ends = ways.interval("tariffs", one, "rate_pct")
    assert ends.low < ways["tariffs"].rates["rate_pct"].item() < ends.high


def test_many_rates_keep_their_proportions_and_reach_the_goal(ways, goal):
    central = ways["sector-tariffs"]
    shown = central.rates["rate_pct"].to_numpy()
    target = 0.8 * central.before
    for number, c in enumerate(economies(ways)):
        rates = np.array([ways.draws.values("sector-tariffs", "rate_pct", name)[number]
                          for name in rate_ids(central)])  # fmt: skip
        held = shown > 0
        np.testing.assert_allclose(rates[held] / shown[held], rates[held][0] / shown[held][0])
        solved = dt.solve(c, [
            dt.Tariff(goal.of, on=goal.partner, sectors=row.sector, add=rate / 100)
            for row, rate in zip(central.rates.itertuples(), rates, strict=True)
        ])  # fmt: skip
        assert deficit(c, goal, solved) == pytest.approx(target, abs=2e-4 * (central.before / 5))
        for code in CODES:
            found = ways.draws.values("sector-tariffs", "real_income_pct", code)[number]
            assert found == pytest.approx(solved.countries.loc[code, "real_income_pct"], abs=1e-7)


def test_out_of_reach_within_the_bounds_is_no_answer(goal):
    low = [dt.Lever("tariff", goal.of, goal.partner, high=0.01)]
    with pytest.raises(SolveError, match="out of reach within the bounds"):
        reach_again(WORLD, goal, low, np.array([0.01]), base=Policy.unchanged(WORLD),
                    options=Options())  # fmt: skip


def test_what_takes_no_rate_at_other_elasticities_has_a_rate_of_nothing(goal, levers, ways):
    # the measures in force reach the goal by themselves
    rate = 2 * ways["tariffs"].rates["rate_pct"].item() / 100
    base = compile_policy(WORLD, [dt.Tariff(goal.of, on=goal.partner, add=rate)])
    again = reach_again(WORLD, goal, levers["tariffs"], np.array([0.1]), base=base,
                        options=Options())  # fmt: skip
    assert again.relative.item() == 0


def test_the_document_has_ends_in_its_answer_and_tables(ways):
    shown = document(ways)
    assert same_cells(shown) > 60
    said = shown.sentences()
    assert said[1].startswith("With other trade elasticities")
    assert "in all 4 runs" in said[1]
    for row in shown.tables()["how-sure"].rows:
        ends = ways.interval(row["way"], row["economy"])
        assert (row["low"], row["high"]) == (ends.low, ends.high)
    for row in shown.tables()["rates-over-runs"].rows:
        assert row["low"] < row["rate_pct"] < row["high"]
    assert shown.about["choices"]["draws"]["count"] == COUNT
    plain = document(dict(ways))
    assert "how-sure" not in plain.tables()
    assert plain.tables()["ways"].rows == shown.tables()["ways"].rows
