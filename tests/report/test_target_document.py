"""The document of a target: cells are those of the solutions, the same everywhere."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from detente.baseline.store import load
from detente.policy.arrays import Policy
from detente.report.describe import describe
from detente.report.target import document
from detente.report.target_facts import facts_of
from detente.report.target_words import aim
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
    held = {row["way_code"]: row for row in shown.tables()["ways"].rows}
    assert held["tariffs"]["way"] == "one tariff"
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
    others = {row["way_code"]: row for row in shown.tables()["third-countries"].rows}
    incomes = found.solution.welfare.drop(["USA", "CHN"])
    assert others["tariffs"]["gain"] == pytest.approx(incomes.max())
    assert others["tariffs"]["loss"] == pytest.approx(incomes.min())
    worth = found.solution.countries["real_income_musd"].drop(["USA", "CHN"]).sum()
    assert others["tariffs"]["all"] == pytest.approx(worth)
    first = shown.tables()["rates"].rows[0]
    assert (first["way_code"], first["rate_pct"]) == ("tariffs", found.rates["rate_pct"][0])


def test_the_answer_says_what_it_takes_and_who_pays(deficit):
    said = document({way: deficit[way] for way in ("tariffs", "purchases")}).sentences()
    found = deficit["tariffs"]
    before, cut = found.before / 1000, (found.start - found.target) / 1000
    assert cut == pytest.approx(before / 5)
    # purchases are paid by China, so that they cost the United States nothing
    incomes = {way: deficit[way].solution.welfare["USA"] for way in ("tariffs", "purchases")}
    assert incomes["purchases"] > incomes["tariffs"] > 0
    assert said[0] == (
        f"Cutting the goods deficit of the United States with China by ${cut:.0f}bn a year (20.0% "
        f"of ${before:.0f}bn in 2014) would take a subsidy of "
        f"{deficit['purchases'].rates['rate_pct'][0]:.1f}% that China pays on what it buys: it "
        f"would bring the United States {worth(deficit, 'purchases', 'USA')} of real income) and "
        f"would cost China {worth(deficit, 'purchases', 'CHN')})."
    )
    rate = found.rates["rate_pct"][0]
    assert said[1] == (
        "Of 2 ways that is the least costly to the United States; tariffs of the United States "
        f"{rate:.1f} points higher would bring the United States "
        f"{worth(deficit, 'tariffs', 'USA')} of real income) and would cost China "
        f"{worth(deficit, 'tariffs', 'CHN')})."
    )
    flows = np.asarray(deficit["purchases"].solution.equilibrium.outcome.flows_cf)
    usa, chn = (WORLD.country_codes.index(code) for code in ("USA", "CHN"))
    change = (flows - WORLD.flows)[WORLD.goods, usa].sum(axis=0)
    more = (change.sum() - change[usa] - change[chn]) / 1000
    assert said[2] == (
        f"The United States would buy ${more:.0f}bn a year more from others; its overall balance, "
        "which the model takes as given, stays as it is."
    )
    assert len(document({"tariffs": found}, {"tariffs": found}).sections[0].blocks) <= 4


def worth(results, way, code):
    """Write money and per cent as sentences have them, with two digits."""
    row = results[way].solution.countries.loc[code]
    size, change = abs(row["real_income_musd"]) / 1000, abs(row["real_income_pct"])
    money = f"{size:.0f}" if size >= 9.95 else f"{size:.1f}".removesuffix(".0")
    return f"${money}bn a year ({change:#.2g}%".replace("0%", "%")


def test_what_is_not_reached_is_said_with_how_far_one_gets(deficit):
    far = deficit["short"].after / 1000
    said = document(deficit).sentences()
    assert said[2] == f"Not enough within the bounds: short (to ${far:.0f}bn)."
    (alone,) = document({"short": deficit["short"]}).sentences()
    assert alone.endswith(
        f"in 2014) is out of reach within the bounds: short gets it to ${far:.0f}bn."
    )


@pytest.mark.parametrize(
    ("column", "start", "target", "said"),
    [
        ("import_share", 0.3894, 0.3, "share of China in imports of the United States from 39% in"),
        ("mean_tariff", 0.0642, 0.1, "mean tariff of the United States on China from 6.4% in"),
        ("revenue_musd", 28_500.0, 48_500.0, "tariff revenue of the United States from $28bn in"),
        ("log_real_income", -0.1018, 0.0, "real income of the United States from −0.1% in"),
    ],
)
def test_what_is_brought_where(deficit, column, start, target, said):
    found = facts_of({"tariffs": deficit["tariffs"]})
    text = aim(replace(found, column=column, start=start, before=start, target=target))
    ends = {0.3: "30%", 0.1: "10%", 48_500.0: "$48bn", 0.0: "0%"}
    assert text == f"Bringing the {said} 2014 to {ends[target]}"


def test_what_is_met_already_takes_nothing():
    met = reach(WORLD, NoLoss("USA"), TARIFF)
    (said,) = document({"tariffs": met}).sentences()
    assert said.endswith("takes nothing: it is met already, without any of the rates.")


def test_measures_in_force_are_told_apart_from_the_baseline(deficit):
    found = facts_of({"tariffs": deficit["tariffs"]})
    more = aim(replace(found, start=260_400.0, target=130_000.0, before=252_000.0))
    assert more == (
        "Cutting the goods deficit of the United States with China by $130bn a year (48.4% of "
        "$252bn in 2014; $260bn under the measures in force)"
    )


def test_the_picture_leaves_out_what_is_of_another_size(deficit):
    overall = reach(WORLD, Deficit("USA", "CHN", fraction=0.2), Lever("deficit", "USA", "others"))
    both = document({"tariffs": deficit["tariffs"], "deficit": overall})
    drawn = both.tables()["who-pays"]
    assert [row["way_code"] for row in drawn.rows] == ["tariffs"]
    assert [row["way_code"] for row in both.tables()["ways"].rows] == ["tariffs", "deficit"]
    alone = document({"deficit": overall})
    assert [row["way_code"] for row in alone.tables()["who-pays"].rows] == ["deficit"]
    balance = overall.solution.countries.loc["USA", "balance_change_musd"] / 1000
    assert f"its overall balance would rise by ${balance:.0f}bn" in alone.sentences()[1]
    assert same_cells(both) > 50


def test_a_screen_is_forty_lines(deficit):
    """Eight ways of all kinds, with their notes."""
    console = Console(file=io.StringIO(), width=100)
    many = {f"{way} {k}": deficit[way] for k in range(4) for way in ("tariffs", "purchases")}
    document(many, many).to_terminal(console, full=False)
    assert len(console.file.getvalue().splitlines()) <= 36  # a lever's notes take four more


def test_a_reader_sees_rates_and_figures(deficit):
    shown = on_page(document(deficit))
    row = next(row for row in shown.tables["ways"] if row[0] == "one tariff")
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
