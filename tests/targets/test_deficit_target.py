"""Targets: roots to the digit, many rates no worse than one, gradients, refusals, the command."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.policy.arrays import Policy
from detente.targets.goals import Deficit
from detente.targets.levers import Lever
from detente.targets.reach import ACCURACY, Reach, _Problem, reach
from detente.toward import run_target
from economies import random_economy

WORLD = load("wiod-2014")
GOAL = Deficit("USA", "CHN", fraction=200 / 375)
TARIFF, PURCHASES = Lever("tariff", "USA", "CHN"), Lever("purchases", "CHN", "USA")
SECTORS = Lever("tariff", "USA", "CHN", each="sector")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "targets.md"


def deficit(found):
    """Goods deficit of the USA with China in a solved economy, from its flows alone."""
    goods = WORLD.goods
    flows = np.asarray(found.solution.equilibrium.outcome.flows_cf)[goods]
    usa, china = (WORLD.country_codes.index(code) for code in ("USA", "CHN"))
    return flows[:, usa, china].sum() - flows[:, china, usa].sum()


@pytest.fixture(scope="module")
def uniform():
    return reach(WORLD, GOAL, [TARIFF])


@pytest.mark.parametrize("levers", [[TARIFF], [PURCHASES], [TARIFF, PURCHASES], [SECTORS]])
def test_the_target_is_met_to_a_millionth_of_the_cut(levers):
    found = reach(WORLD, GOAL, levers)
    assert found.status is Reach.REACHED
    cut = found.before - found.target
    assert cut / found.before == pytest.approx(200 / 375)
    assert abs(deficit(found) - found.target) <= ACCURACY * cut
    assert found.after == pytest.approx(deficit(found), abs=1e-6 * cut)
    assert (found.rates["rate_pct"] >= 0).all()


def test_many_rates_cost_less_than_one(uniform):
    many = reach(WORLD, GOAL, [SECTORS])
    assert many.solution.welfare["USA"] > uniform.solution.welfare["USA"] + 1e-4
    assert np.ptp(many.rates["rate_pct"]) > 1
    assert len(many.rates) == WORLD.goods.sum()


@pytest.mark.parametrize("levers", [[SECTORS], [TARIFF, PURCHASES]])
def test_a_small_cut_is_met_and_not_passed(levers):
    found = reach(WORLD, Deficit("USA", "CHN", cut=1_000), levers)
    assert found.status is Reach.REACHED
    assert found.after == pytest.approx(found.target, abs=ACCURACY * 1_000)


def test_the_overall_balance_stays_and_the_trade_goes_elsewhere(uniform):
    countries = uniform.solution.countries
    assert abs(countries["balance_change_musd"]["USA"]) < 1
    bought = uniform.solution.bilateral["goods_change_musd"].xs("USA", level="importer")
    assert bought["CHN"] < 0
    assert bought.drop("CHN").sum() > 0


def test_derivatives_by_rates_are_central_differences():
    c = random_economy(4, 3, 3)
    goal, tariff = Deficit(*_in_deficit(c), fraction=0.2), c.tariff
    levers = [
        Lever("tariff", goal.of, goal.partner, each="sector"),
        Lever("purchases", goal.partner, goal.of, each="sector"),
    ]
    problem = _Problem(c, goal, levers, Policy(tariff, np.ones_like(tariff)), _options())
    rates = np.linspace(0.05, 0.2, problem.levers.size)
    slopes = problem.evaluate(rates)[1]
    step = 1e-3
    for k in range(problem.levers.size):
        nudge = np.eye(problem.levers.size)[k] * step
        at = {m: problem.evaluate(rates + m * nudge)[0] for m in (-2, -1, 1, 2)}
        # of fourth order: with a step this long the solver's own error does not show
        difference = (8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * step)
        np.testing.assert_allclose(difference, slopes[:, k], rtol=1e-6, atol=1e-7)


def _options():
    from detente.solver.options import Options

    return Options()


def _in_deficit(c):
    for of in c.country_codes:
        for partner in c.country_codes:
            a, b = c.country_codes.index(of), c.country_codes.index(partner)
            if c.flows[:, a, b].sum() > 1.2 * c.flows[:, b, a].sum():
                return of, partner
    raise AssertionError("no deficit was drawn")


def test_a_target_beyond_the_bounds_says_how_far_one_gets():
    found = reach(WORLD, Deficit("USA", "CHN", fraction=0.9), [Lever(**_short())])
    assert found.status is Reach.OUT_OF_REACH
    assert found.after > found.target
    assert found.rates["rate_pct"].tolist() == pytest.approx([5.0])
    assert found.frontier["deficit_musd"].min() == pytest.approx(found.after)


def _short():
    return {"kind": "tariff", "by": "USA", "on": "CHN", "high": 0.05}


def test_what_is_met_already_needs_no_rates():
    tariff = WORLD.tariff.copy()
    tariff[WORLD.goods, 0, 1] += 0.5
    base = Policy(tariff, np.ones_like(tariff))
    found = reach(WORLD, Deficit("USA", "CHN", fraction=0.1), [TARIFF], base=base)
    assert found.status is Reach.ALREADY
    assert (found.rates["rate_pct"] == 0).all()


REFUSED = {
    "tiny": (lambda: reach(WORLD, Deficit("USA", "CHN", cut=1e-6), [TARIFF]), "too small"),
    "both sizes": (lambda: Deficit("USA", "CHN", cut=1.0, fraction=0.1), "cut | fraction"),
    "wrong sign": (lambda: Deficit("USA", "CHN", cut=-1.0), "above 0"),
    "no deficit": (
        lambda: reach(WORLD, Deficit("CHN", "USA", cut=1.0), [TARIFF]),
        "no goods deficit",
    ),
    "unknown": (
        lambda: reach(WORLD, Deficit("USA", "CHM", cut=1.0), [TARIFF]),
        "did you mean 'CHN'",
    ),
    "a group": (lambda: reach(WORLD, GOAL, [Lever("tariff", "world", "USA")]), "one economy's"),
    "twice": (lambda: reach(WORLD, GOAL, [TARIFF, SECTORS]), "same trade"),
    "none": (lambda: reach(WORLD, GOAL, []), "at least one lever"),
    "itself": (lambda: reach(WORLD, GOAL, [Lever("tariff", "USA", "USA")]), "on itself"),
    "kind": (lambda: Lever("quota", "USA", "CHN"), "tariff or purchases or cut"),
    "bound": (lambda: Lever("purchases", "CHN", "USA", high=1.0), "below 1"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refusals(what):
    make, said = REFUSED[what]
    with pytest.raises(InputError, match=re.escape(said)):
        make()


def test_nobody_buys_what_nobody_sells():
    c = random_economy(1, 3, 2)
    flows = c.flows.copy()
    flows[1, 0, 1] = 0
    spending = ((1 + c.tariff) * flows).sum(axis=2).T
    use = np.einsum("nks,ns->nk", c.input_share, flows.sum(axis=1).T)
    c = c.replace(flows=flows, final_demand=spending - use)
    with pytest.raises(InputError, match="buys nothing of it"):
        reach(c, Deficit("C0", "C1", cut=0.01), [Lever("purchases", "C0", "C1", sectors="S1")])


def test_goals_of_the_scenario():
    found = run_target("may-2018", using=["tariffs"])["tariffs"]
    assert 1 - found.target / found.before == pytest.approx(200 / 375)
    whole = run_target("may-2018", "us-china-deficit", stated=0.0, using=["tariffs"])["tariffs"]
    assert whole.before - whole.target == pytest.approx(200_000)
    threats = run_target("may-2018", using=["tariffs"], variant="all-threats")["tariffs"]
    assert threats.rates["rate_pct"][0] < found.rates["rate_pct"][0]
    with pytest.raises(InputError, match="us-china-deficit"):
        run_target("may-2018", "china-deficit")
    with pytest.raises(InputError, match="sector-tariffs"):
        run_target("may-2018", using=["quotas"])


def test_the_example_of_the_docs_runs(capsys):
    code = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    exec(code[1], {})
    assert "reached" in capsys.readouterr().out


def test_the_command(monkeypatch, capsys):
    from detente.cli import main

    def call(*words):
        monkeypatch.setattr("sys.argv", ["detente", "target", "may-2018", "--draws", "2", *words])
        with pytest.raises(SystemExit) as end:
            main()
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    code, out, _ = call("--goal", "us-china-deficit", "--using", "tariffs", "--using", "both")
    assert code == 0
    assert "(53.3% of $252bn in 2014)" in " ".join(out.split())
    code, out, _ = call("--cut", "100bn", "--of", "baseline", "--using", "purchases", "--json")
    tables = json.loads(out)["tables"]
    (found,) = tables["ways"]["rows"]
    assert (found["way"], found["status"]) == ("one subsidy of purchases", "reached")
    before = next(row["figure"] for row in tables["frontier"]["rows"])
    assert before - found["after"] == pytest.approx(100_000, abs=0.1)
    for words in (("--cut", "200"), ("--cut", "-1bn"), ("--goal", "x"), ("--using", "x"),
                  ("--variant", "x"), ("--of", "nanbn")):  # fmt: skip
        code, out, err = call(*words)
        assert (code, out) == (2, "")
        assert "nothing was written" in err
