"""Reports of games: sentences from numbers, text escaped, and what a browser makes of them."""

from html import unescape

import numpy as np
import pytest
from test_browser import CHROMIUM, SIZES, opened

from detente.document import html
from detente.document.numbers import money, pct
from detente.games.bargaining import RULES
from detente.games.nash import nash
from detente.report import facts
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


def test_sentences_carry_the_numbers_of_the_result(war):
    sentences = " ".join(said.sentences(war))
    for row in war.players().itertuples():
        assert f"{100 * row.mean_rate:.1f}%" in sentences
    names = of_games.player_names(war.setting)
    for way in war.matrix.equilibria():
        ends = zip(war.matrix.players, way, strict=True)
        assert ", ".join(f"{names[p]}: {s}" for p, s in ends) in sentences
    assert f"{war.found[0].certificate.nash_conv:.1e}" in certainty.certificate(
        war.found[0], "nash"
    )


def test_a_search_that_ended_nowhere_is_no_answer(setting):
    found = nash(setting.calibration, setting.players, options=setting.options, max_rounds=1,
                 starts=("low",), certified=False)  # fmt: skip
    lost = _war(setting, "nash", (found,), compared=False)
    assert not found.status.found
    assert said.sentences(lost)[0].startswith("No answer")
    assert certainty.certificate(found, "nash").startswith("No answer")
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
    sentences = " ".join(said.sentences(war))
    names = of_games.player_names(setting)
    for title in ("The war", EVIL):
        table = war.solutions[title].countries
        for code in ("C0", "C1"):
            change = table.loc[code, "real_income_pct"]
            worth = money(table.loc[code, "real_income_musd"], facts.money(
                setting.calibration), sign=True)  # fmt: skip
            assert f"{names[code]} {pct(change)} ({worth} a year)" in sentences
    assert f"For comparison, “{EVIL}”" in sentences


def test_rates_that_are_all_alike_are_not_ranked(setting):
    held = set_up(setting.case, Choices(cap=0.01), baseline=setting.calibration)
    alike = run_nash(held, starts=("applied",), certified=False, compared=False)
    assert alike.rates()["rate"].nunique() == 1
    charged = said.sentences(alike)[:2]
    assert all("would charge 1.0%" in line and "most on" not in line for line in charged)


def test_rates_in_force_with_a_variant_are_not_called_those_of_the_baseline(setting):
    held = set_up(setting.case, variant="one-strikes", baseline=setting.calibration)
    besides = run_nash(held, starts=("applied",), certified=False)
    sentences = " ".join(said.sentences(besides))
    assert "in force before the war it is" in sentences
    assert "in the baseline it is" not in sentences
    title = {v.id: v.title for v in setting.case.variants}["one-strikes"]
    assert f"“{title}” in force besides" in said.rule_in_words(held)
    assert "without the variant" in announced.caption(besides)


def test_the_solution_and_the_rates_before_are_said(setting, talks):
    sentences = " ".join(said.sentences(talks))
    assert RULES["nash"] in sentences
    before = talks.bargains.rates("status-quo")
    own = before[before["player"] == "C0"]
    mean = np.average(own["applied"], weights=own["trade_musd"])
    assert f"Mean rates in force before are {100 * mean:.1f}% of" in sentences
    powered = run_cooperate(setting, power=(1.0, 3.0), disagreements=("status-quo",),
                            frontier_points=0)  # fmt: skip
    assert "Country 0 1 and Country 1 3" in " ".join(said.sentences(powered))


def test_optima_of_players_apart_name_them_and_nobody_passive_twice(setting):
    both = run_optimal(setting, starts=("applied",))
    assert "Country 0 at its best alone" in both.solutions
    assert sum("keeps the rates in force" in note for note in both.notes) == 1
    assert not any("passive" in note for note in both.notes)
    sure = certainty.certificate(both.found[0], "optimal", of_games.player_names(setting))
    assert "no other rates that give Country 0 more" in sure


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


def test_every_sentence_is_said_once(war, talks):
    for result in (war, talks):
        told = describe(result).sentences()
        assert len(told) == len(set(told))
        assert set(said.sentences(result)) <= set(told)


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


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as driver:
        arguments = ["--headless", "--no-sandbox", "--disable-gpu"]
        chromium = driver.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield chromium
        chromium.close()
