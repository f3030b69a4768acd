"""A war at draws of trade elasticities: what counts, what is dropped, where it is shown."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from detente.baseline.elasticity_draws import draw_elasticities
from detente.document import html
from detente.document.numbers import CHANGE, spoken
from detente.errors import InputError, SolveError
from detente.games.nash import Status, nash
from detente.report.describe import describe, to_json
from detente.report.games import bands as of_bands
from detente.report.games import facts as of_games
from detente.report.games.data import tables
from detente.scenario.load import load_scenario
from detente.wars import draws, results
from detente.wars.draws import with_bands
from detente.wars.run import run_nash
from detente.wars.setting import set_up
from economies import random_economy
from same_cells import without_terms
from scenario_texts import GOOD, write

COUNT = 5


@pytest.fixture(scope="module")
def war(tmp_path_factory):
    case = load_scenario(write(tmp_path_factory.mktemp("case"), GOOD))
    return run_nash(set_up(case, baseline=random_economy(3, 4, 3)), compared=False)


@pytest.fixture(scope="module")
def banded(war):
    return with_bands(war, COUNT, seed=2)


def test_a_draw_is_the_war_at_its_elasticities(war, banded):
    setting = war.setting
    thetas = draw_elasticities(setting.calibration, COUNT, seed=2)
    for number in (0, COUNT - 1):
        c = setting.calibration.replace(trade_elasticity=thetas[number])
        # cold, from the rates in force
        plain = nash(c, setting.players, options=setting.options, base=setting.base,
                     starts=("applied",))  # fmt: skip
        assert plain.status is Status.CERTIFIED
        np.testing.assert_allclose(
            banded.bands.real_income_pct[number], 100 * np.expm1(plain.values), atol=1e-6
        )
        np.testing.assert_allclose(
            banded.bands.median_rate[number], plain.players["median_rate"], atol=1e-6
        )


def test_bands_are_ends_over_the_draws_that_count(banded):
    bands = banded.bands
    assert bands.kept == COUNT
    table = bands.table()
    # few draws: the least and greatest
    np.testing.assert_allclose(table["real_income_low_pct"], bands.real_income_pct.min(axis=0))
    np.testing.assert_allclose(table["median_rate_high"], bands.median_rate.max(axis=0))
    many = replace(
        bands, statuses=bands.statuses * 8,
        **{k: np.tile(getattr(bands, k), (8, 1))
           for k in ("real_income_pct", "median_rate", "mean_rate")},
    )  # fmt: skip
    assert many.ends == results.ENDS
    np.testing.assert_allclose(
        many.table()["mean_rate_high"], np.quantile(many.mean_rate, 0.95, axis=0)
    )


def test_draws_without_a_certified_war_are_dropped_and_counted(war, monkeypatch):
    calls = []

    def search(*arguments, **options):
        calls.append(1)
        if len(calls) == 2:
            raise SolveError("no equilibrium there")
        found = nash(*arguments, **options)
        if len(calls) == 3:
            return replace(found, chosen=replace(found.chosen, status=Status.NO_EQUILIBRIUM))
        return found

    monkeypatch.setattr(draws, "nash", search)
    result = with_bands(war, COUNT, seed=2)
    bands = result.bands
    assert bands.kept == COUNT - 2
    assert bands.dropped == {"no equilibrium there": 1, str(Status.NO_EQUILIBRIUM): 1}
    assert np.isnan(bands.real_income_pct[1:3]).all()
    held = np.delete(bands.real_income_pct, [1, 2], axis=0)
    np.testing.assert_allclose(bands.table()["real_income_low_pct"], held.min(axis=0))
    assert "3 of 5 draws count, dropped: 1 no equilibrium there" in " ".join(
        describe(result).sentences()
    )
    assert to_json(result)["game"]["bands"]["kept"] == COUNT - 2


def test_without_draws_that_count_there_are_no_intervals(war, monkeypatch):
    def fails(*_, **__):
        raise SolveError("nowhere")

    monkeypatch.setattr(draws, "nash", fails)
    result = with_bands(war, 3)
    assert "No intervals: 0 of 3 draws count" in " ".join(describe(result).sentences())
    assert to_json(result)["game"]["bands"]["players"][0]["real_income_low_pct"] is None
    html.page(describe(result))


def test_bands_stand_beside_the_headline_everywhere(banded):
    line = of_bands.sentence(banded, of_games.player_names(banded.setting))
    out = io.StringIO()
    describe(banded).to_terminal(Console(file=out, width=400))
    text, page, game = out.getvalue(), html.page(describe(banded)), to_json(banded)["game"]
    assert line in text
    assert line in without_terms(page)
    assert line in game["sentences"]
    rows = {row["player"]: row for row in describe(banded).tables()["intervals"].rows}
    for row in game["bands"]["players"]:
        low, high = row["median_rate_low"], row["median_rate_high"]
        assert low < high
        assert spoken(row["real_income_low_pct"], CHANGE) in line
        assert spoken(row["real_income_high_pct"], CHANGE) in line
        shown = rows[row["player"]]
        assert (shown["median_rate_low"], shown["median_rate_high"]) == (low, high)
        central = banded.found[0].players.loc[row["player"], "median_rate"]
        assert low < central < high
    found = tables(banded)
    assert len(found["draws"]) == 2 * COUNT
    assert list(found["bands"]["player"]) == ["C0", "C1"]
    again = with_bands(replace(banded, bands=None), COUNT, seed=2)
    pd.testing.assert_frame_equal(again.bands.draws(), banded.bands.draws())


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-0.1, -0.06, "loses between 0.06% and 0.1%"), (0.02, 0.5, "gains between 0.02% and 0.5%"),
     (-0.02, 0.03, "ends between losing 0.02% and gaining 0.03%")],
)  # fmt: skip
def test_ends_of_a_band_have_verbs(low, high, said):
    assert of_bands.between(low, high) == said


def test_what_makes_no_bands_is_refused_or_said(war):
    assert with_bands(war, 0) is war
    for given in ({"draws": 1}, {"draws": -2}, {"draws": 4, "seed": -1}):
        with pytest.raises(InputError):
            with_bands(war, **given)
    with pytest.raises(InputError, match="bands are of a war"):
        with_bands(replace(war, kind="optimal"), 3)
    one = war.found[0]
    lost = replace(one, chosen=replace(one.chosen, status=Status.CYCLING))
    result = with_bands(replace(war, found=(lost,)), 3)
    assert result.bands is None
    assert "no intervals" in result.notes[-1]
