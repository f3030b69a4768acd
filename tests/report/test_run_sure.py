"""How sure a run is, in words, tables and data: signs, ends, draws that are left out."""

from dataclasses import replace

import numpy as np
import pytest

from detente.document.charts import spec
from detente.report.describe import describe
from detente.report.facts import focus
from detente.report.run import charts, data, headlines, sure
from detente.report.run.facts import facts_of
from detente.simulate import ScenarioResult
from detente.uncertainty.draws import Wanted
from detente.uncertainty.prior import load_prior


@pytest.fixture(scope="module")
def drawn(result) -> ScenarioResult:
    """Three variants with 30 draws."""
    central = {name: one.equilibrium for name, one in result.variants.items()}
    wanted = Wanted(load_prior(), 30, 0, central, focus=focus(result))
    return replace(result, wanted=wanted)


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


def test_every_headline_of_a_variant_has_its_ends_and_whether_its_sign_is_sure(drawn):
    run = facts_of(drawn)
    shown = headlines.table(run, drawn, "retaliation")
    rows = {row["what"]: row for row in shown.rows}
    a, b = (run.names[code] for code in run.focus)
    values = drawn.draws.more["retaliation"]
    flow, solution = values["bought"][:, 1], drawn.variants["retaliation"]
    row = rows[f"{b}: goods bought from {a}"]
    ends = np.quantile(flow, (0.05, 0.95), method="weibull")
    assert (row["low"], row["high"]) == pytest.approx(tuple(ends))
    pair = (run.focus[0], run.focus[1])  # exporter, importer
    assert row["central"] == pytest.approx(solution.bilateral.loc[pair, "goods_pct"])
    assert row["sign"] == ("falls" if flow.max() < 0 else "rises" if flow.min() > 0 else "not sure")
    for what in ("imports", "exports", "tariff revenue"):
        assert {f"{a}: {what}", f"{b}: {what}"} <= set(rows)
    assert {f"{a}: balance with {b}, {kind}" for kind in ("goods", "all trade")} <= set(rows)
    assert sum("output of" in what for what in rows) == 2 * headlines.SECTORS


@pytest.mark.parametrize(
    ("low", "high", "sign"),
    [(1, 2, "rises"), (-2, -1, "falls"), (-1, 2, "not sure"), (-1e-5, 1e-5, "stays")],
)
def test_a_sign_is_said_where_both_ends_have_it(low, high, sign):
    assert headlines.Headline("x", headlines.CHANGE, 0.0, low, high).sign == sign


def test_a_gain_that_could_be_a_loss_is_named(drawn):
    run = facts_of(drawn)
    code, name = run.focus[1], next(iter(run.variants))
    ends = {"low": -0.02, "high": 0.05}
    turned = {
        key: replace(v, ends=dict.fromkeys(v.ends, (1.0, 2.0)) | (
            {code: tuple(ends.values())} if key == name else {}))
        for key, v in run.variants.items()
    }  # fmt: skip
    said = sure.unsure(replace(run, variants=turned))
    assert said == (
        f"Not sure is whether it is a gain or a loss for {run.names[code]} under "
        f"“{run.titles[name]}”."
    )


def test_bars_have_thin_lines_between_their_ends(drawn, result):
    for chart in (charts.variants(facts_of(drawn)), charts.real_income(facts_of(drawn))):
        assert "thin lines: nine of ten runs lie on them" in chart.note
        marks = [layer["mark"]["type"] for layer in spec(chart)["layer"]]
        assert marks.count("rule") == 1
        assert all(len(both) == 2 for both in chart.ends.values())
    bare = charts.variants(facts_of(result))
    assert not bare.ends
    assert "rule" not in [layer["mark"]["type"] for layer in spec(bare)["layer"]]


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
