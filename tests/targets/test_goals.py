"""Every goal by every way that makes sense: met, with exact slopes, no worse than uniform."""

import json
import re
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

from detente.baseline.store import load
from detente.errors import InputError
from detente.policy.arrays import Policy
from detente.scenario.load import load_scenario
from detente.solver.implicit import Settings
from detente.solver.options import Options
from detente.targets.goals import Deficit, ImportShare, MeanTariff, NoLoss, Revenue
from detente.targets.levers import Lever
from detente.targets.reach import ACCURACY, Reach, _Problem, reach
from detente.targets.ways import levers_of, plan, usual_ways
from detente.toward import run_target
from economies import random_economy
from folders import held

WORLD = load("wiod-2014")
SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "manifest.schema.json"


def closed(c):
    return Policy(c.tariff, np.ones_like(c.tariff))


def struck(c, by, on, rate=0.3):
    """Return the policy of a baseline on which one economy has struck another."""
    tariff, codes = c.tariff.copy(), c.country_codes
    tariff[:, codes.index(by), codes.index(on)] += rate
    return Policy(tariff, np.ones_like(tariff))


def in_deficit(c):
    for a, of in enumerate(c.country_codes):
        for b, partner in enumerate(c.country_codes):
            if c.flows[:, a, b].sum() > 1.2 * c.flows[:, b, a].sum():
                return of, partner
    raise AssertionError("no deficit was drawn")


def goals(c):
    """Return goals of each kind and sign, each with the policy in force and the partner."""
    of, partner = in_deficit(c)
    n, i = c.country_codes.index(of), c.country_codes.index(partner)
    bought = c.flows[:, n].sum(axis=0)
    share = bought[i] / (bought.sum() - bought[n])
    base = closed(c)
    return {
        "deficit": (Deficit(of, partner, fraction=0.1), base, partner),
        "share down": (ImportShare(of, partner, "all", at_most=0.9 * share), base, partner),
        "share up": (ImportShare(of, partner, "all", at_least=1.02 * share), base, partner),
        "share by points": (ImportShare(of, partner, "all", cut=0.1 * share), base, partner),
        "mean up": (MeanTariff(of, partner, 0.4, "all"), base, partner),
        "mean down": (MeanTariff(of, partner, 0.02, "all"), base, partner),
        "revenue": (Revenue(of, add=0.002 * c.income[n]), base, partner),
        "no loss": (NoLoss(of), struck(c, partner, of), partner),
    }


@pytest.mark.parametrize("name", goals(random_economy(4, 3, 3)))
def test_met_to_a_millionth_or_said_how_far(name):
    c = random_economy(4, 3, 3)
    goal, base, partner = goals(c)[name]
    reached = 0
    for way in usual_ways(goal, c, base):
        found = reach(c, goal, levers_of(way, goal, partner), base=base)
        scale = abs(found.target - found.start)
        assert found.after == pytest.approx(measured(c, goal, found.solution), rel=1e-8, abs=1e-10)
        if found.status is Reach.REACHED:
            reached += 1
            assert abs(found.after - found.target) <= 2 * ACCURACY * scale, way
        else:
            # as far as one gets: no point of the frontier is closer
            left = abs(found.target - found.after)
            assert left <= np.nanmin(abs(found.target - found.frontier[found.column])) + 1e-9
            assert left < scale or not found.rates["rate_pct"].any()
    assert reached


def measured(c, goal, solution):
    """Return the figure aimed at from the solved arrays alone, by NumPy."""
    after = solution.equilibrium.outcome
    codes = c.country_codes
    n = codes.index(goal.of)
    other = getattr(goal, "partner", getattr(goal, "on", None))
    i = codes.index(other) if other else None
    flows = np.asarray(after.flows_cf)
    if isinstance(goal, Deficit):
        return flows[:, n, i].sum() - flows[:, i, n].sum()
    if isinstance(goal, ImportShare):
        foreign = np.delete(flows[:, n], n, axis=1)
        return flows[:, n, i].sum() / foreign.sum()
    if isinstance(goal, MeanTariff):
        tariff = solution.equilibrium.policy.tariff_cf[:, n, i]
        return np.average(tariff, weights=c.flows[:, n, i])
    if isinstance(goal, Revenue):
        paid = solution.equilibrium.policy.tariff_cf[:, n] * flows[:, n]
        return paid.sum()
    return np.log1p(solution.welfare[goal.of] / 100)


@pytest.mark.parametrize("seed", [1, 4, 7])
@pytest.mark.parametrize("name", ["deficit", "share down", "mean up", "revenue"])
def test_many_rates_never_lose_to_one(seed, name):
    c = random_economy(seed, 3, 3)
    goal, base, partner = goals(c)[name]
    for one, many in (("tariffs", "sector-tariffs"), ("restraint", "sector-restraints")):
        if one not in usual_ways(goal, c, base):
            continue
        single, several = (
            reach(c, goal, levers_of(way, goal, partner), base=base) for way in (one, many)
        )
        assert single.status is several.status is Reach.REACHED
        by = single.rates["by"][0]
        n = c.country_codes.index(by)
        loss = [-np.log1p(r.solution.welfare[by] / 100) * c.income[n] for r in (single, several)]
        assert loss[1] <= loss[0] + 1e-9 * c.income[n]


def test_no_loss_takes_the_smallest_of_many():
    c = random_economy(4, 3, 3)
    goal, base, partner = goals(c)["no loss"]
    one, many = (
        reach(c, goal, levers_of(way, goal, partner), base=base) for way in ("cuts", "sector-cuts")
    )
    size = [(3 if r is one else 1) * (r.rates["rate_pct"] ** 2).sum() for r in (one, many)]
    assert one.status is many.status is Reach.REACHED
    assert size[1] <= size[0] * (1 + 1e-6)


@pytest.mark.parametrize("kind", ["tariff", "purchases", "cut", "restraint", "deficit"])
@pytest.mark.parametrize("name", ["deficit", "share down", "mean up", "revenue", "no loss"])
def test_slopes_by_every_lever_are_central_differences(kind, name):
    c = random_economy(4, 3, 3)
    goal, base, partner = goals(c)[name]
    each = "all" if kind == "deficit" else "sector"
    lever = Lever(kind, goal.of, partner, "all", each=each)
    if name == "mean up" and kind in ("restraint", "deficit"):
        with pytest.raises(InputError, match="none of the levers moves it"):
            reach(c, goal, [lever], base=base)
        return
    # tighter than usual, so that the solver's own error does not show in differences
    options = Options(settings=Settings(tolerance=1e-13))
    problem = _Problem(c, goal, [lever], base, options)
    rates = np.linspace(0.05, 0.1, problem.levers.size)
    slopes = problem.evaluate(rates)[1]
    step = 1e-3
    for k in range(problem.levers.size):
        nudge = np.eye(problem.levers.size)[k] * step
        at = {m: problem.evaluate(rates + m * nudge)[0] for m in (-2, -1, 1, 2)}
        difference = (8 * (at[1] - at[-1]) - (at[2] - at[-2])) / (12 * step)
        np.testing.assert_allclose(slopes[:, k], difference, rtol=1e-7, atol=1e-8)


def test_a_change_of_the_deficit_is_a_transfer_of_its_size():
    c = random_economy(2, 3, 3)
    of, partner = in_deficit(c)
    found = reach(c, Deficit(of, partner, fraction=0.05), [Lever("deficit", of, "others")])
    assert found.status is Reach.REACHED
    n = c.country_codes.index(of)
    paid = found.rates["rate_pct"][0] / 100 * c.value_added[n]
    change = np.asarray(found.solution.equilibrium.outcome.deficit_cf) - c.deficit
    assert change[n] == pytest.approx(-paid, rel=1e-8)
    others = np.delete(change / c.value_added, n)
    np.testing.assert_allclose(others, others[0])


def test_a_restraint_is_an_export_tax():
    c = random_economy(2, 3, 3)
    of, partner = in_deficit(c)
    found = reach(c, Deficit(of, partner, fraction=0.1), [Lever("restraint", partner, of)])
    tax = found.solution.equilibrium.policy.export_tax
    n, i = (c.country_codes.index(code) for code in (of, partner))
    assert tax[:, n, i] == pytest.approx(found.rates["rate_pct"][0] / 100)
    assert tax.sum() == pytest.approx(tax[:, n, i].sum())
    assert found.solution.countries["export_tax_revenue_musd"][partner] > 0


@pytest.mark.parametrize(
    ("goal", "way"),
    [
        (ImportShare("USA", "CHN", at_most=0.15), "tariffs"),
        (ImportShare("CHN", "USA", at_least=0.12), "purchases"),
        (MeanTariff("CHN", "USA"), "sector-cuts"),
        (Revenue("USA", add=20_000), "tariffs"),
        (Deficit("USA", "CHN", fraction=200 / 375), "restraint"),
        (Deficit("USA", "CHN", fraction=0.05), "deficit"),
    ],
)
def test_on_the_shipped_baseline(goal, way):
    partner = getattr(goal, "partner", getattr(goal, "on", "CHN"))
    found = reach(WORLD, goal, levers_of(way, goal, partner))
    assert found.status is Reach.REACHED
    assert abs(found.after - found.target) <= 2 * ACCURACY * abs(found.target - found.start)


def test_revenue_beyond_the_top_of_the_laffer_curve():
    found = reach(WORLD, Revenue("USA", add=2e6), [Lever("tariff", "USA", "CHN")])
    assert found.status is Reach.OUT_OF_REACH
    assert 0 < found.rates["rate_pct"][0] < 200
    assert found.after >= found.frontier["revenue_musd"].max()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: reach(WORLD, ImportShare("USA", "CHN", at_most=0.9), [US]), "already"),
        (lambda: reach(WORLD, ImportShare("USA", "CHN", at_least=0.01), [US]), "already"),
        (lambda: reach(WORLD, ImportShare("USA", "CHN", cut=0.9), [US]), "below the share"),
        (lambda: reach(WORLD, Revenue("USA", to=1.0), [US]), "already"),
        (lambda: reach(WORLD, MeanTariff("USA", "USA", 0.5), [US]), "two different economies"),
        (lambda: reach(WORLD, NoLoss("USB"), [US]), "unknown economy"),
        (lambda: reach(WORLD, "deficit", [US]), "not a goal"),  # pyright: ignore[reportArgumentType]
        (lambda: reach(WORLD, Revenue("USA", add=5.0e3), "US"), "a list of levers"),  # pyright: ignore[reportArgumentType]
        (lambda: Deficit("USA", "CHN", cut="200bn"), "one number above 0"),  # pyright: ignore[reportArgumentType]
        (lambda: Deficit("USA", "CHN", cut=True), "one number above 0"),
        (lambda: reach(WORLD, Deficit(3, "CHN", cut=1e4), [US]), "unknown economy"),  # pyright: ignore[reportArgumentType]
        (lambda: MeanTariff("USA", "CHN", -0.1), "not a rate"),
        (lambda: Lever(None, "USA", "CHN"), "unknown"),  # pyright: ignore[reportArgumentType]
        (lambda: Lever("tariff", 1, "CHN"), "names are expected"),  # pyright: ignore[reportArgumentType]
        (lambda: Lever("tariff", "USA", "CHN", high="2"), "not a bound"),  # pyright: ignore[reportArgumentType]
        (lambda: Lever("deficit", "USA", "CHN", each="sector"), "no sectors"),
        (lambda: levers_of("deficit", Revenue("USA", add=1.0), "CHN"), "does not go with"),
        (lambda: run_target("may-2018", cut="200"), "not an amount"),  # pyright: ignore[reportArgumentType]
        (lambda: run_target("may-2018", baseline=odd_unit(), stated=0), "million crowns"),
    ],
)  # fmt: skip
def test_refusals(make, said):
    with pytest.raises(InputError, match=re.escape(said)):
        make()


US = Lever("tariff", "USA", "CHN")


def odd_unit():
    from dataclasses import replace

    return WORLD.replace(card=replace(WORLD.card, unit="million crowns"))


def test_a_tariff_and_purchases_of_one_economy_do_not_mix():
    both = [US, Lever("purchases", "USA", "CHN")]
    with pytest.raises(InputError, match="same trade"):
        reach(WORLD, Deficit("USA", "CHN", fraction=0.1), both)


def test_every_other_economy_can_be_meant():
    goal = Revenue("USA", add=20_000)
    found = reach(WORLD, goal, plan(goal, None, ["tariffs"], WORLD, closed(WORLD))["tariffs"])
    assert found.status is Reach.REACHED
    added = (found.solution.equilibrium.policy.tariff_cf - WORLD.tariff)[WORLD.goods]
    usa = WORLD.country_codes.index("USA")
    traded = WORLD.flows[WORLD.goods] > 0
    traded[:, usa, usa] = False
    assert (added[:, usa][traded[:, usa]] > 0).all()
    assert (np.delete(added, usa, axis=1) == 0).all()


GOALS = """
  - id: share
    kind: import-share
    of: USA
    partner: CHN
    sectors: electronics
    at_most: 0.3
  - {id: align, kind: mean-tariff, of: CHN, partner: USA}
  - {id: money, kind: revenue, of: USA, add_usd: 20000}
  - {id: whole, kind: no-loss, of: CHN, partner: USA}
"""


def scenario(tmp_path, goals_text):
    text = load_scenario("may-2018").path.read_text(encoding="utf-8")
    text = text.replace("goals:\n", "goals:" + goals_text, 1)
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_goals_of_each_kind_in_a_scenario(tmp_path, monkeypatch, capsys):
    from detente.cli import main

    path = scenario(tmp_path, GOALS)
    assert run_target(path, "share", using=["tariffs"], draws=0)["tariffs"].target == 0.3
    assert set(run_target(path, "align", draws=0)) == {"cuts", "sector-cuts"}
    whole = run_target(path, "whole", using=["deficit"], variant="all-threats", draws=0)["deficit"]
    assert whole.start < 0
    assert whole.solution.welfare["CHN"] == pytest.approx(0, abs=1e-6)
    for goal, said in (
        ("share", "Share of China"),
        ("align", "Mean tariff"),
        ("money", "revenue of the"),
    ):
        words = ["detente", "target", str(path), "--goal", goal, "--draws", "2"]
        words += ["--out", str(tmp_path / goal)]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code == 0
        assert said in capsys.readouterr().out
        manifest = json.loads((tmp_path / goal / "manifest.json").read_text())
        jsonschema.validate(manifest, json.loads(SCHEMA.read_text(encoding="utf-8")))
        assert set(held(tmp_path / goal)) == {
            *manifest["files"],
            "manifest.json",
        }
        ways = pd.read_csv(tmp_path / goal / "ways.csv")
        assert (ways["status"] == "reached").all()
        assert len(ways) == manifest["files"]["ways.csv"]["rows"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n  - {id: a, kind: revenue, of: USA, cut_usd: 5}\n", "does not go with"),
        ("\n  - {id: a, kind: import-share, of: USA, partner: CHN}\n", "exactly one of these"),
        ("\n  - {id: a, of: USA, partner: CHN}\n", "this key is missing"),
        ("\n  - {id: a, kind: defict, of: USA, partner: CHN}\n", "unknown value"),
        ("\n  - {id: a, kind: import-share, of: USA, partner: CHN, cut: 0.1, sectors: toys}\n",
         "unknown sector"),
    ],
)  # fmt: skip
def test_goals_that_make_no_sense_are_refused_with_their_line(tmp_path, text, said):
    path = scenario(tmp_path, text)
    with pytest.raises(InputError, match=said) as raised:
        run_target(path, "a")
    assert all(problem.line for problem in raised.value.problems)


def test_a_target_that_is_refused_writes_nothing(tmp_path, monkeypatch, capsys):
    from detente.cli import main

    out = tmp_path / "out"
    words = ["detente", "target", "may-2018", "--using", "cuts", "--draws", "2", "--out", str(out)]
    monkeypatch.setattr("sys.argv", words)
    with pytest.raises(SystemExit) as end:
        main()
    assert (end.value.code, capsys.readouterr().out) == (2, "")
    assert not out.exists()


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"fraction": 53}, "did you mean 0.53, that is 53%"),
        ({"cut": 1e9}, "more than the whole deficit"),
    ],
)
def test_a_cut_of_more_than_the_deficit_is_asked_about(how, said):
    with pytest.raises(InputError, match=said):
        reach(load("wiod-2014"), Deficit("USA", "CHN", **how), [Lever("tariff", "USA", "CHN")])
