"""Reports of games: sentences from numbers, text escaped, and what a browser makes of them."""

import io
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from rich.console import Console
from test_browser import SIZES, opened

from browsers import CHROMIUM
from detente.document import html
from detente.document.numbers import money_unit
from detente.games.bargaining import RULES, Agreement
from detente.games.nash import nash
from detente.report.describe import describe, to_json
from detente.report.games import announced, certainty
from detente.report.games import facts as of_games
from detente.report.games import wording as said
from detente.scenario.load import load_scenario
from detente.wars.run import _war, run_cooperate, run_nash, run_optimal
from detente.wars.setting import Choices, set_up
from economies import random_economy
from same_cells import same_cells
from scenario_texts import GOOD, write

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    text = GOOD.replace("title: Two strikes back", f"title: '{EVIL}'")
    case = load_scenario(write(tmp_path_factory.mktemp("case"), text))
    return set_up(case, baseline=random_economy(3, 4, 3))


@pytest.fixture(scope="module")
def war(setting):
    return run_nash(setting)


@pytest.fixture(scope="module")
def talks(setting):
    return run_cooperate(setting, frontier_points=4)


def told(result):
    return " ".join(describe(result).sentences())


def test_sentences_carry_the_numbers_of_the_result(war):
    sentences = told(war)
    for row in war.players().itertuples():
        assert f"{100 * row.mean_rate:.1f}%" in sentences
        assert f"({100 * row.applied_mean:.1f}%" in sentences
    names = of_games.player_names(war.setting)
    for way in war.matrix.equilibria():
        ends = zip(war.matrix.players, way, strict=True)
        assert ", ".join(f"{names[p]}: {s}" for p, s in ends) in sentences
    assert f"{war.found[0].certificate.nash_conv:.1e}" in certainty.certificate(war.found[0])


def test_a_search_that_ended_nowhere_is_no_answer(setting):
    found = nash(setting.calibration, setting.players, options=setting.options, max_rounds=1,
                 starts=("low",), certified=False)  # fmt: skip
    lost = _war(setting, "nash", (found,), compared=False)
    assert not found.status.found
    assert describe(lost).sentences()[0].startswith("No answer")
    assert certainty.certificate(found).startswith("No answer")
    assert "not found" in list(lost.solutions)[-1]


def test_announced_rates_are_means_of_the_last_variant(war):
    rates = war.rates()
    own = rates[(rates["player"] == "C0") & (rates["sector"] == "S0")]
    # the variant adds 25 points to what C0 charges C1 on S0
    np.testing.assert_allclose(own["announced"], own["applied"] + 0.25)


def test_curves_cross_where_the_war_of_one_rate_each_is(setting, war):
    uniform = run_nash(
        set_up(setting.case, Choices(rule="uniform"), baseline=setting.calibration),
        compared=False,
    ).found[0]
    ours, theirs = uniform.chosen.rates
    first, second = war.curves
    assert np.interp(theirs, first.others, first.best) == pytest.approx(ours, abs=2e-3)
    assert np.interp(ours, second.others, second.best) == pytest.approx(theirs, abs=2e-3)


def test_bargains_are_on_the_frontier(talks):
    traced = np.array([point.payoffs for point in talks.frontier])
    for bargain in talks.bargains.bargains.values():
        gaps = traced - bargain.optimum.payoffs
        # no efficient point betters both by more than the searches' precision
        assert (gaps.min(axis=1) < 1e-6).all()


def test_every_number_has_its_economy_horizon_and_unit(setting, war, talks):
    for result in (war, talks):
        rests = said.rests_on(result)
        assert f"Baseline {setting.calibration.name}: 4 economies, 3 sectors" in rests
        assert f"horizon {setting.case.horizon}" in rests
        assert rests in unescape(html.page(describe(result)))
        assert to_json(result)["game"]["rests_on"] == rests
    unit = setting.calibration.card.unit
    assert unit == "million USD"
    rows = describe(war).tables()["outcomes"].rows
    assert [row["outcome"] for row in rows] == ["The war"] * 2 + [EVIL] * 2
    for row, code in zip(rows, ("C0", "C1") * 2, strict=True):
        table = war.solutions[row["outcome"]].countries
        assert row["change"] == pytest.approx(table.loc[code, "real_income_pct"])
        assert row["worth"] == table.loc[code, "real_income_musd"]


def test_the_war_opens_with_who_loses_and_gains_how_much(war):
    table = war.solutions["The war"].countries
    first = describe(war).sentences()[0]
    assert first.startswith("A tariff war would ")
    for code, name in (("C0", "Country 0"), ("C1", "Country 1")):
        pct = table.loc[code, "real_income_pct"]
        verb = "bring" if pct > 0 else "cost"
        dollars = 1e6 * abs(table.loc[code, "real_income_musd"])
        shown = re.search(rf"{verb} {name} \$([\d.,]+)(m|bn|) a year \(([\d.]+)%", first)
        size = {"m": 1e6, "bn": 1e9, "": 1.0}[shown[2]]
        assert float(shown[1].replace(",", "")) * size == pytest.approx(dollars, rel=0.05)
        assert float(shown[3]) == pytest.approx(abs(pct), rel=0.05)


def test_verbs_of_what_something_brings():
    names = {"A": "Arcadia", "B": "United States", "C": "Cockaigne", "D": "Dystopia"}
    unit = money_unit("million USD")
    change, worth = {"A": 0.05, "B": -0.2}, {"A": 430.0, "B": -16_000.0}
    assert said.effects(change, worth, names, unit) == (
        "cost the United States $16bn a year (0.2% of its real income) and bring Arcadia $430m a "
        "year (0.05%)"
    )
    assert said.effects(change, worth, names, unit, "A") == (
        "bring it $430m a year (0.05% of its real income) and cost the United States $16bn a year "
        "(0.2%)"
    )
    assert said.effects({"A": 1e-5}, {"A": 0.1}, names, unit) == "leave Arcadia as it is"
    change |= {"C": 0.0, "D": 1.0}
    worth |= {"C": 0.0, "D": 5000.0}
    many = said.effects(change, worth, names, unit)
    assert many == (
        "cost the United States $16bn a year (0.2% of its real income), worst of 4 players, and "
        "bring Dystopia $5bn a year (1%), best of them"
    )


def test_rates_that_are_all_alike_are_not_ranked(setting):
    held = set_up(setting.case, Choices(cap=0.01), baseline=setting.calibration)
    alike = run_nash(held, starts=("applied",), certified=False, compared=False)
    assert alike.rates()["rate"].nunique() == 1
    lines = said.highest(alike)
    assert len(lines) == 2
    assert all("rate is 1.0% on everything" in line and "highest" not in line for line in lines)


def test_rates_in_force_with_a_variant_are_not_called_those_of_the_baseline(setting):
    held = set_up(setting.case, variant="one-strikes", baseline=setting.calibration)
    besides = run_nash(held, starts=("applied",), certified=False)
    row = next(besides.players().itertuples())
    assert f"({100 * row.applied_mean:.1f}% before)" in told(besides)
    assert f" in {setting.calibration.card.year})" not in told(besides)
    columns = {c.key: c.title for c in describe(besides).tables()["charges"].columns}
    assert columns["applied_mean"] == "in force"
    title = {v.id: v.title for v in setting.case.variants}["one-strikes"]
    assert f"“{title}” in force besides" in said.rule_in_words(held)
    assert "without the variant" in announced.caption(besides)


def test_the_solution_and_the_rates_before_are_said(setting, talks):
    sentences = told(talks)
    assert RULES["nash"] in sentences
    before = talks.bargains.rates("status-quo")
    own = before[before["player"] == "C0"]
    mean = np.average(own["applied"], weights=own["trade_musd"])
    assert f"Mean rates in force before are {100 * mean:.1f}% of" in sentences
    powered = run_cooperate(setting, power=(1.0, 3.0), disagreements=("status-quo",),
                            frontier_points=0)  # fmt: skip
    assert "Country 0 1 and Country 1 3" in told(powered)


def test_what_a_deal_brings_is_what_it_adds_to_income(setting, talks):
    rows = describe(talks).tables()["agreements"].rows
    assert len(rows) == 6
    for row, place in zip(rows, (0, 1) * 3, strict=True):
        income = setting.calibration.income[place]
        assert row["worth"] == pytest.approx(
            income * (row["agreed_pct"] - row["without_pct"]) / 100
        )
    held = talks.solutions["Agreed, with the rates in force as the alternative"].countries
    assert rows[0]["worth"] == pytest.approx(held.loc["C0", "real_income_musd"], rel=1e-6)
    assert talks.bargains.rates("war")["status"].eq("agreed").all()
    assert "Some deal beats the rates in force, the war and" in told(talks)
    nothing = {name: replace(one, status=Agreement.NO_GAIN)
               for name, one in talks.bargains.bargains.items()}  # fmt: skip
    lost = replace(talks, bargains=replace(talks.bargains, bargains=nothing))
    assert describe(lost).sentences()[0].startswith("No deal was found that beats the rates in")


def test_optima_of_players_apart_name_them_and_nobody_passive_twice(setting):
    both = run_optimal(setting, starts=("applied",))
    assert "Country 0 at its best alone" in both.solutions
    assert sum("keeps the rates in force" in note for note in both.notes) == 1
    assert not any("passive" in note for note in both.notes)
    sure = certainty.certificate(both.found[0], of_games.player_names(setting))
    assert "no other rates that give Country 0 more" in sure
    worth = {}
    for name, code in (("Country 0", "C0"), ("Country 1", "C1")):
        after = both.solutions[f"{name} at its best alone"].countries
        worth[name] = after.loc[code, "real_income_musd"]
    order = sorted(worth, key=lambda name: -worth[name])
    for line, name in zip(describe(both).sentences(), order, strict=False):
        assert line.startswith(f"If nobody answered, {name}'s best rates would bring it $")


@pytest.mark.parametrize("which", ["war", "talks"])
def test_text_of_a_scenario_stays_text(which, request):
    page = html.page(describe(request.getfixturevalue(which)))
    assert EVIL not in page
    assert "default-src 'none'" in page


@pytest.mark.parametrize(("which", "least"), [("war", 60), ("talks", 40)])
def test_terminal_page_and_data_have_the_same_cells(which, least, request):
    assert same_cells(describe(request.getfixturevalue(which))) > least


@pytest.mark.parametrize("which", ["war", "talks"])
def test_a_page_opens_with_the_answer_and_one_picture(which, request):
    first = describe(request.getfixturevalue(which)).sections[0]
    kinds = [type(block).__name__ for block in first.blocks]
    assert kinds == ["Sentence"] * 3 + ["Chart"]


@pytest.mark.parametrize("which", ["war", "talks"])
def test_a_terminal_shows_one_screen(which, request):
    out = io.StringIO()
    describe(request.getfixturevalue(which)).to_terminal(Console(file=out, width=100), full=False)
    assert len(out.getvalue().splitlines()) <= 40


def test_every_sentence_is_said_once(war, talks):
    for result in (war, talks):
        lines = describe(result).sentences()
        assert len(lines) == len(set(lines))
        assert to_json(result)["game"]["sentences"] == lines


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs a browser at {CHROMIUM}")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("which", "charts"), [("war", {"rates", "curves"}),
                                               ("talks", {"payoffs"})])  # fmt: skip
def test_charts_are_drawn_and_nothing_spills(browser, tmp_path, request, which, charts, size):
    path = tmp_path / "report.html"
    path.write_text(html.page(describe(request.getfixturevalue(which))), encoding="utf-8")
    with opened(browser, path, viewport=SIZES[size]) as page:
        keys = [p.get_attribute("data-chart") for p in page.locator("[data-chart]").all()]
        assert charts <= set(keys)
        for key in charts:
            drawing = page.locator(f"[data-chart={key}] svg.marks")
            assert drawing.bounding_box()["height"] > 60, key
        wide, there = page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= there
