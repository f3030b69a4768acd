"""The document of a target: cells are those of the solutions, the same everywhere."""

import json
from dataclasses import replace

import numpy as np
import pytest

from detente.baseline.store import load
from detente.policy.arrays import Policy
from detente.report.describe import describe
from detente.report.target import document, facts_of
from detente.targets.goals import Deficit, ImportShare, MeanTariff, NoLoss, Revenue
from detente.targets.levers import Lever
from detente.targets.reach import reach
from economies import random_economy
from same_cells import on_page, same_cells

WORLD = load("wiod-2014")
TARIFF = Lever("tariff", "USA", "CHN")


@pytest.fixture(scope="module")
def deficit():
    goal = Deficit("USA", "CHN", fraction=0.2)
    return {
        "tariffs": reach(WORLD, goal, TARIFF),
        "purchases": reach(WORLD, goal, Lever("purchases", "CHN", "USA")),
        "short": reach(WORLD, goal, Lever("tariff", "USA", "CHN", high=0.01)),
    }


def test_cells_are_those_of_the_solutions(deficit):
    shown = document(deficit, deficit)
    assert same_cells(shown) > 80
    assert json.dumps(shown.to_plain(), allow_nan=False)
    held = {row["way"]: row for row in shown.tables()["ways"].rows}
    for way, found in deficit.items():
        row, countries = held[way], found.solution.countries
        assert row["after"] == found.after
        assert row["income_USA"] == countries.loc["USA", "real_income_pct"]
        assert row["income_CHN"] == countries.loc["CHN", "real_income_pct"]
        assert row["overall"] == countries.loc["USA", "balance_change_musd"]
    found = deficit["tariffs"]
    goods = WORLD.goods
    flows = np.asarray(found.solution.equilibrium.outcome.flows_cf)
    usa, chn = (WORLD.country_codes.index(code) for code in ("USA", "CHN"))
    change = (flows - WORLD.flows)[goods, usa].sum(axis=0)
    elsewhere = change.sum() - change[usa] - change[chn]
    assert held["tariffs"]["elsewhere"] == pytest.approx(elsewhere)
    others = {row["way"]: row for row in shown.tables()["third-countries"].rows}
    incomes = found.solution.welfare.drop(["USA", "CHN"])
    assert others["tariffs"]["gain"] == pytest.approx(incomes.max())
    assert others["tariffs"]["loss"] == pytest.approx(incomes.min())
    worth = found.solution.countries["real_income_musd"].drop(["USA", "CHN"]).sum()
    assert others["tariffs"]["all"] == pytest.approx(worth)
    first = shown.tables()["rates"].rows[0]
    assert (first["way"], first["rate_pct"]) == ("tariffs", found.rates["rate_pct"][0])


def test_the_answer_says_baseline_target_and_cheapest_way(deficit):
    said = [one for one in document(deficit).sentences() if "short" not in one]
    before, target = (x / 1000 for x in (deficit["tariffs"].before, deficit["tariffs"].target))
    assert said[0] == (
        f"In 2014 it was ${before:.0f}bn at fob; the target is ${target:.0f}bn, a cut of 20.0%."
    )
    # purchases are paid by China, so that they cost the United States nothing
    incomes = {way: deficit[way].solution.welfare["USA"] for way in ("tariffs", "purchases")}
    best = max(incomes, key=lambda way: incomes[way])
    assert said[1].startswith(f"Least costly to the United States of 3 ways tried is {best} at ")
    assert "China loses" in said[1]


def test_what_is_not_reached_is_said_with_how_far_one_gets(deficit):
    blocks = document(deficit).sections[0].blocks
    (said,) = [one for one in blocks if getattr(one, "head", "") == "short"]
    far = deficit["short"].after / 1000
    assert said.text == (
        f"It is out of reach within the bounds; as far as one gets is ${far:.0f}bn."
    )


def test_a_reader_sees_rates_and_figures(deficit):
    shown = on_page(document(deficit))
    row = next(row for row in shown.tables["ways"] if row[0] == "tariffs")
    found = deficit["tariffs"]
    assert row[1] == f"{found.rates['rate_pct'][0]:.1f}"
    assert row[2] == f"{found.after / 1000:.0f}"
    income = found.solution.welfare["USA"]
    assert row[3] == f"{'+' if income > 0 else '−'}{abs(income):.3f}"


GOALS = {
    "share": ImportShare("USA", "CHN", cut=0.02),
    "tariff": MeanTariff("USA", "CHN", to=0.1),
    "revenue": Revenue("USA", add=5000.0),
}


@pytest.mark.parametrize("kind", GOALS)
def test_every_kind_of_goal(kind):
    found = reach(WORLD, GOALS[kind], TARIFF)
    shown = describe(found)
    assert same_cells(shown) > 20
    (row,) = shown.tables()["ways"].rows
    assert row["after"] == found.after
    shown_as = {"share": f"{100 * found.after:.2f}", "tariff": "10.00",
                "revenue": f"{found.after / 1000:.1f}"}[kind]  # fmt: skip
    cells = next(r for r in on_page(shown).tables["ways"] if r[0] == "tariff")
    assert cells[2] == shown_as


def test_income_is_shown_in_per_cent():
    """The goal is in logs, what is shown is not."""
    world = random_economy(3, 4, 3)
    tariff = world.tariff.copy()
    tariff[:, 1, 0] += 0.3
    base = Policy(tariff, np.ones_like(tariff))
    found = reach(world, NoLoss("C0"), Lever("deficit", "C0", "C1", high=0.2), base=base)
    facts = facts_of({"way": found})
    assert facts.start == pytest.approx(100 * np.expm1(found.start))
    assert facts.ways[0].after == pytest.approx(found.solution.welfare["C0"], abs=1e-6)
    assert same_cells(document({"way": found})) > 10


def test_other_units_keep_their_name():
    card = replace(WORLD.card, unit="million crowns")
    found = reach(WORLD.replace(card=card), Deficit("USA", "CHN", fraction=0.2), TARIFF)
    shown = describe(found)
    assert same_cells(shown) > 20
    assert "million crowns" in shown.sentences()[0]
