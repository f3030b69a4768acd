"""How sure a run is, in words, tables and data: signs, ends, draws that are left out."""

from dataclasses import replace

import numpy as np
import pytest

from detente.report.describe import describe
from detente.report.run import data, sure
from detente.report.run.facts import facts_of
from detente.simulate import ScenarioResult
from detente.uncertainty.draws import Wanted
from detente.uncertainty.prior import load_prior


@pytest.fixture(scope="module")
def drawn(result) -> ScenarioResult:
    """Three variants with 30 draws."""
    central = {name: one.equilibrium for name, one in result.variants.items()}
    return replace(result, wanted=Wanted(load_prior(), 30, 0, central))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (-0.1, -0.06, "loses between 0.06% and 0.1%"),
        (0.06, 0.1, "gains between 0.06% and 0.1%"),
        (-0.02, 0.05, "could gain or lose (between a loss of 0.02% and a gain of 0.05%)"),
        (-0.1, -0.1, "loses about 0.1%"),
        (-0.0001, 0.0002, "keeps its real income"),
    ],
)
def test_ends_say_a_sign_only_where_it_is_sure(low, high, said):
    assert sure.ends(low, high) == said


def test_tables_and_data_hold_the_quantiles_of_the_draws(drawn):
    values = drawn.draws.real_income["retaliation"]
    low, high = np.quantile(values, (0.05, 0.95), axis=0, method="weibull")
    frame = data.tables(drawn)["countries"]
    rows = frame[frame["variant"] == "retaliation"]
    np.testing.assert_allclose(rows["real_income_low_pct"], low)
    np.testing.assert_allclose(rows["real_income_high_pct"], high)
    at = drawn.calibration.country_codes.index("CHN")
    plain = data.by_variant(drawn)["retaliation"]["countries"]["CHN"]
    assert plain["real_income_low_pct"] == pytest.approx(low[at])
    assert len(data.tables(drawn)["draws"]) == 3 * 30 * len(drawn.calibration.countries)
    about = data.about(drawn)["choices"]["draws"]
    assert (about["count"], about["seed"], about["lost"]) == (30, 0, {})


def test_the_page_says_how_sure_it_is(drawn):
    page = describe(drawn)
    (short,) = (s for s in page.sections if s.key == "in-short")
    said = " ".join(b.text for b in short.blocks if hasattr(b, "text"))
    assert "no range is computed" not in said
    assert "in nine of ten runs" in said
    assert "the model and the data are the same in all" in said
    (section,) = (s for s in page.sections if s.key == "how-sure")
    assert section.blocks


def test_without_draws_the_page_says_that_there_is_no_range(result):
    page = describe(result)
    (short,) = (s for s in page.sections if s.key == "in-short")
    said = " ".join(b.text for b in short.blocks if hasattr(b, "text"))
    assert "no range is computed" in said
    assert not [s for s in page.sections if s.key == "how-sure"]


def test_draws_left_out_are_said(drawn):
    found = replace(drawn.draws, lost={"today": {"no equilibrium found": 2}})
    (said,) = sure.lost(facts_of(drawn), found)
    assert said == (
        "Under “No new measures” 2 runs have no equilibrium of 30 and are left out: no equilibrium "
        "found (2)."
    )
