"""What every result shows when it is typed in Python or in a notebook."""

import json
import re
from dataclasses import FrozenInstanceError, replace
from functools import cache

import altair
import numpy as np
import pandas as pd
import pytest
from talks_cases import study_of

import detente as dt
from detente.document.blocks import Column, Document, Unit
from detente.document.data import Data
from detente.notebook import ROWS, Brief, arrays
from detente.sanction.study import Choices as BanChoices
from detente.sanction.study import run_sanction
from detente.scenario.load import load_scenario
from detente.talks.large_study import run_large_talks
from detente.wars.run import run_cooperate, run_nash
from detente.wars.setting import set_up
from economies import random_economy
from same_cells import same_cells
from scenario_texts import GOOD, write
from talks_case import case_of
from talks_case import economy as talks_economy


@pytest.fixture(scope="module")
def made(result, along_its_dates, tmp_path_factory):
    """Return how to make a result of each kind, once."""
    c, folder = result.calibration, tmp_path_factory.mktemp("cases")

    @cache
    def setting():
        return set_up(load_scenario(write(folder, GOOD)), baseline=random_economy(3, 4, 3))

    def tax(by, on):
        return {"free": [], "tax": dt.Tariff(by, on=on, add=0.2)}

    makers = {
        "economy": lambda: c,
        "solution": lambda: dt.solve(c, dt.Tariff("USA", on="CHN", add=0.25)),
        "run": lambda: result,
        "path": along_its_dates,
        "war": lambda: run_nash(setting()),
        "bargain": lambda: run_cooperate(setting(), frontier_points=2),
        "nash": lambda: dt.nash(random_economy(3, 3, 2), ["C0", "C1"], certified=False),
        "cooperation": lambda: dt.cooperate(made("nash").game),
        "payoffs": lambda: dt.payoff_matrix(
            c, {"USA": tax("USA", "CHN"), "CHN": tax("CHN", "USA")}
        ),
        "talks": lambda: study_of("plain"),
        "large talks": lambda: run_large_talks(case_of(folder), baseline=talks_economy()),
        "sanction": lambda: run_sanction("zte", BanChoices(draws=5, world_draws=0)),
        "target": lambda: dt.reach(
            c, dt.Deficit("CHN", "USA", fraction=0.1), dt.Lever("tariff", "CHN", "USA")
        ),
    }
    made = cache(lambda kind: makers[kind]())
    return made


KINDS = (
    "economy", "solution", "run", "path", "war", "bargain", "nash", "cooperation", "payoffs",
    "talks", "large talks", "sanction", "target",
)  # fmt: skip
WITHOUT_CHARTS = ("large talks",)


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_shows_itself(kind, made):
    result = made(kind)
    assert re.fullmatch(r"<\w+ [^\n]{10,}>", repr(result))
    assert len(repr(result)) < 200
    shown = result._repr_html_()
    assert shown.count("<svg") == (kind not in WITHOUT_CHARTS)
    assert shown.count("<table") == 1
    assert shown.count("<tr") <= ROWS + 2
    assert len(shown) < 100_000
    assert "http" not in re.sub(r"xmlns(:\w+)?=\"[^\"]*\"", "", shown)
    assert 20 < len(result.summary()) < 900
    document = dt.describe(result)
    assert isinstance(document, Document)
    assert result.summary() in " ".join(document.sentences())
    first = result.to_pandas()
    assert isinstance(first, pd.DataFrame)
    assert len(first)
    assert sum(one.size for one in result.to_xarray().data_vars.values()) >= len(first)


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_drawn(kind, made):
    result = made(kind)
    if kind in WITHOUT_CHARTS:
        with pytest.raises(dt.InputError, match="none"):
            result.plot()
        return
    drawn = result.plot()
    assert len(repr(drawn)) < 200
    assert drawn.to_vega_lite()["$schema"].endswith("/v6.json")
    bundle = drawn._repr_mimebundle_()
    assert "<svg" in bundle["text/html"]
    assert bundle["application/vnd.vegalite.v6+json"] == drawn.to_vega_lite()


@pytest.mark.parametrize("kind", ["economy", "solution", "nash", "cooperation", "payoffs"])
def test_documents_of_values_have_the_same_cells_everywhere(kind, made):
    document = dt.describe(made(kind))
    assert same_cells(document) > 5
    assert json.dumps(document.to_plain(), allow_nan=False)


def test_a_chart_is_an_altair_chart(made):
    drawn = made("solution").plot().to_altair().properties(width=300)
    assert isinstance(drawn, altair.TopLevelMixin)
    # validated by Altair's own schema
    assert drawn.to_dict()["width"] == 300


def test_an_economy_says_what_it_is(made):
    c = made("economy")
    assert repr(c) == "<Calibration 'test-2014': 6 economies, 8 sectors, 2014, million USD>"
    countries = c.to_pandas().set_index("country")
    usa = list(c.country_codes).index("USA")
    bought = c.flows[:, usa].sum() - c.flows[:, usa, usa].sum()
    assert countries.loc["USA", "imports_musd"] == pytest.approx(bought)
    assert countries.loc["USA", "balance_musd"] == pytest.approx(-c.deficit[usa])
    goods = [k for k, one in enumerate(c.sectors) if one.kind == "goods"]
    others = [k for k in range(6) if k != usa]
    trade = c.flows[np.ix_(goods, [usa], others)]
    duty = (c.tariff[np.ix_(goods, [usa], others)] * trade).sum() / trade.sum()
    assert countries.loc["USA", "effective_tariff"] == pytest.approx(duty)
    assert dt.describe(c).tables()["economies"].rows[0]["country"] in c.summary()
    flows = c.to_xarray("flows")
    assert dict(flows.sizes) == {"sector": 8, "importer": 6, "exporter": 6}
    assert list(flows.importer.values) == list(c.country_codes)
    cell = flows["flow_musd"].sel(sector="C26", importer="MEX", exporter="KOR")
    assert float(cell) == c.flows[list(c.sector_codes).index("C26"), 3, 4]
    assert flows["flow_musd"].attrs["units"] == "million USD"
    assert "fob" in flows["flow_musd"].attrs["long_name"]


def test_a_solution_names_who_gains_and_who_loses(made):
    s = made("solution")
    change = s.countries["real_income_pct"]
    c = made("economy")
    names = {one.code: one.name for one in c.countries}
    best, worst = names[change.idxmax()], names[change.idxmin()]
    assert re.search(rf"{best} gains most \([\d.]+% of real income\)", s.summary())
    assert re.search(rf"{worst} loses most \([\d.]+% of real income\)", s.summary())
    assert s.to_pandas().set_index("country")["real_income_pct"].equals(change)
    after = s.to_xarray("flows")["flow_cf_musd"]
    assert np.array_equal(after, s.flows["flow_cf"])
    still = dt.solve(c)
    assert "hardly changes anywhere" in still.summary()


def test_tables_without_every_combination_are_rows(made):
    deals = made("cooperation")
    rates = deals.to_xarray("rates")
    assert dict(rates.sizes) == {"row": len(deals.to_pandas("rates"))}
    players = deals.to_xarray("players")
    assert set(players.dims) == {"disagreement", "player"}
    gain = float(players["gain_pct"].sel(disagreement="status quo", player="C1"))
    assert gain == pytest.approx(deals.players().loc[("status quo", "C1"), "gain_pct"])


def test_rows_may_stand_in_any_order():
    frame = pd.DataFrame({"who": [*"abba"], "year": [1, 2, 1, 2], "gain": [11.0, 22.0, 21.0, 12.0]})
    columns = (Column("who", "", "who"), Column("year", "", "when"))
    data = Data(frame, (*columns, Column("gain", "", "what", Unit("%"))))
    gain = arrays(data)["gain"]
    assert gain.attrs == {"long_name": "what", "units": "%"}
    assert gain.sel(who="b", year=1) == 21
    assert gain.sel(who="a", year=2) == 12
    twice = Data(pd.concat([frame, frame]), data.columns)
    assert dict(arrays(twice).sizes) == {"row": 8}


def test_a_war_and_a_matrix_hold_their_payoffs(made):
    one = made("nash")
    assert one.status.lower()[1:] in one.summary()
    shown = {row["player"]: row for row in dt.describe(one).tables()["payoffs"].rows}
    assert shown["Country 0"]["payoff_pct"] == one.players.loc["C0", "payoff_pct"]
    matrix = made("payoffs")
    rows = dt.describe(matrix).tables()["payoffs"].rows
    held = {(row["USA_plays"], row["CHN_plays"]): row["CHN_pct"] for row in rows}
    assert held["tax", "free"] == matrix.payoffs[1, 1, 0]
    (rest,) = matrix.equilibria()
    assert " and ".join(rest) in matrix.summary()


def test_long_tables_are_cut_in_a_notebook_alone(made):
    assert len(made("run").to_pandas()) == 3 * 6
    drawn = made("sanction").plot().table
    assert len(made("sanction").to_pandas(drawn.key)) == len(drawn.rows) > ROWS
    assert f"The first {ROWS} of {len(drawn.rows)} rows." in made("sanction")._repr_html_()


def test_a_key_that_is_unknown_is_answered_with_all(made):
    result = made("run")
    with pytest.raises(dt.InputError, match="countries, sectors, flows") as caught:
        result.to_pandas("countrys")
    assert caught.value.problems[0].key == "table"
    with pytest.raises(dt.InputError, match="variants") as caught:
        result.plot("nothing")
    assert caught.value.problems[0].key == "chart"
    assert result.plot("real-income").place == "real-income"
    with pytest.raises(dt.InputError, match="no result"):
        dt.describe(3)


def test_hostile_titles_are_text(hostile):
    shown = hostile._repr_html_()
    assert "<script" not in shown
    assert "alert(1)" in shown


def test_what_results_rest_on_has_a_short_name_too(made):
    war, found = made("nash"), made("solution").equilibrium
    gradient = dt.income_gradient(war.game.calibration, "C0")
    paid = dt.who_pays(made("solution"), "USA", "CHN")
    assert repr(found.policy) == "<Policy of 6 economies: tariff_cf, iceberg_hat>"
    assert repr(war.game) == "<Game of C0, C1 on 'random': 8 rates>"
    for one in (found, gradient, paid):
        assert repr(one).startswith(f"<{type(one).__name__} o")
        assert len(repr(one)) < 200


def test_a_long_name_is_cut():
    class Long(Brief):
        def _brief(self):
            return "x" * 500

    assert repr(Long()) == "<Long " + "x" * 191 + "…>"
    assert len(repr(Long())) == 199


def test_a_copy_with_changes_is_checked_again(made):
    c = made("economy")
    freer = c.replace(trade_elasticity=2 * c.trade_elasticity)
    assert np.array_equal(freer.trade_elasticity, 2 * c.trade_elasticity)
    with pytest.raises(dt.InputError):
        c.replace(trade_elasticity=-c.trade_elasticity)
    tariff = dt.Tariff("USA", on="CHN", add=0.25)
    assert replace(tariff, add=0.1) == dt.Tariff("USA", on="CHN", add=0.1)
    for wrong in (lambda: replace(tariff, add=-2.0), lambda: replace(dt.Options(), deficits="x")):
        with pytest.raises(dt.InputError):
            wrong()
    with pytest.raises(FrozenInstanceError):
        tariff.add = 0.1


def test_a_summary_names_the_sides_of_the_measures(made):
    solution = made("solution")
    income = solution.countries["real_income_pct"]
    said = solution.summary()
    for code, name in (("USA", "United States"), ("CHN", "China")):
        figure = (
            f"{abs(income[code]):.3f}" if abs(income[code]) < 0.1 else f"{abs(income[code]):.2f}"
        )
        assert re.search(f"in (the )?{name} by [+−]{figure}%", said), said


def test_a_summary_of_a_world_names_its_day(made):
    c = made("economy")
    assert "tariffs of" not in c.summary()
    of_a_day = c.replace(card=replace(c.card, in_force="2026-08-21"))
    assert "with the tariffs of 21 August 2026" in of_a_day.summary()
