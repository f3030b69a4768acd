"""Forecasts of 2018-20 against the record, and files of outcomes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import detente as dt
from detente.errors import InputError
from detente.history import backtest as bt
from detente.history import record
from detente.history.forecast import Way, changes, forecasts, place, policy
from detente.history.outcomes import read_outcomes
from detente.model.horizons import HORIZONS
from detente.report.describe import write


@pytest.fixture(scope="module")
def found():
    return dt.backtest("2018-20")


@pytest.fixture(scope="module")
def placed():
    c = dt.load("icio-2017")
    return c, place(record.lines("2018-20"), c)


def row(found, group, forecast):
    of = found.scores
    at = (of.group == group) & (of.forecast == forecast) & (of.quarter == "together")
    return of[at].iloc[0]


def test_the_record_is_that_of_the_sources():
    bought = record.us_imports()
    year = bought[bought.index.get_level_values("quarter").str.startswith("2017")]
    # US Census: imports for consumption from China and from the world, 2017, billion USD
    assert year["CHN"].sum() / 1e3 == pytest.approx(504, abs=1)
    assert year["WLD"].sum() / 1e3 == pytest.approx(2327, abs=2)
    sold = record.china_purchases()
    year = sold[sold.index.get_level_values("quarter").str.startswith("2017")]
    assert year.sum() / 1e3 == pytest.approx(129, abs=3)


def test_rates_are_those_of_the_waves():
    lines = record.lines("2018-20")
    china = lines[(lines.importer == "USA") & (lines.exporter == "CHN")]
    mean = (china["2019Q3"] * china["value"]).sum() / china["value"].sum()
    # 250 billion at 25 points since May, of some 500; 112 more at 15 in the last month
    assert 0.11 < mean < 0.145
    assert (china["2018Q4"] <= china["2019Q3"] + 1e-6).mean() > 0.99


def test_lines_are_shares_of_cells_and_keep_the_rates_of_the_baseline(placed):
    c, held = placed
    size = c.tariff.size
    share = np.bincount(held.cell, held.share, size)
    assert share[share > 0] == pytest.approx(1.0)
    mean = np.bincount(held.cell, held.share * held.before, size)
    assert mean[share > 0] == pytest.approx(c.tariff.ravel()[share > 0])
    assert held.lost < 0.005


def test_lines_add_up_to_what_their_cells_do(placed):
    c, held = placed
    ((quarter, eq, moved),) = forecasts(held, c, Way("year", "year"), ("2019Q4",))
    n, i = c.country_codes.index("USA"), c.country_codes.index("CHN")
    ours = (held.frame.importer == "USA") & (held.frame.exporter == "CHN")
    value = held.frame["value"].where(ours, 0.0).to_numpy()
    after = np.asarray(eq.outcome.flows_cf)[:, n, i]
    weight = np.bincount(held.sector, value, c.flows.shape[0])
    expected = (weight * after / np.where(c.flows[:, n, i] > 0, c.flows[:, n, i], 1)).sum()
    china = moved.loc[("USA", "CHN")]
    assert (china["value"] * np.exp(china["log_change"])).sum() == pytest.approx(expected)
    assert quarter == "2019Q4"


def test_trade_of_a_line_follows_its_own_rate(placed):
    """Two lines of a cell, one elasticity: trade at fob goes by the factor to −(θ + 1)."""
    c, held = placed
    ((_, eq, _),) = forecasts(held, c, Way("two", "year", 2.0), ("2019Q4",))
    moved = np.log1p(np.maximum(held.before + held.frame["2019Q4"], 0)) - np.log1p(held.before)
    alone = held.frame.copy()
    alone["naics"] = [f"{k}" for k in range(len(alone))]
    apart = changes(type(held)(alone, held.economy, held.sector, held.cell, held.share,
                               held.before, held.lost), eq, "2019Q4")  # fmt: skip
    american = np.flatnonzero((alone.importer == "USA") & (alone.exporter == "CHN"))
    cell = np.bincount(held.cell[american]).argmax()
    one, other = american[held.cell[american] == cell][[0, -1]]
    change = apart.loc[("USA", "CHN"), "log_change"]
    gap = change[str(one)] - change[str(other)]
    assert gap == pytest.approx(-3.0 * (moved[one] - moved[other]))
    assert abs(gap) > 0.05


def test_a_policy_without_changes_changes_nothing(placed):
    c, held = placed
    still = type(held)(held.frame.assign(**{"2019Q4": 0.0}), held.economy, held.sector, held.cell,
                       held.share, held.before, held.lost)  # fmt: skip
    assert policy(still, c, "2019Q4").tariff_cf == pytest.approx(c.tariff)


def test_the_model_beats_no_change_and_the_rule_out_of_sample(found):
    for group in ("from-china", "from-others", bt.BOUGHT, bt.SOLD):
        model = row(found, group, bt.MODEL).error
        assert model < row(found, group, bt.RULE).error
        assert model < row(found, group, bt.SAME).error
    china = row(found, "from-china", bt.MODEL)
    assert china.error == pytest.approx(0.238, abs=0.002)
    assert china.correlation == pytest.approx(0.525, abs=0.005)
    assert row(found, "from-china", bt.RULE).error == pytest.approx(0.243, abs=0.002)
    assert row(found, "from-china", bt.SAME).error == pytest.approx(0.303, abs=0.002)
    # where large trade counts more, the rule does as well: said, not hidden
    assert row(found, "from-china", bt.RULE).weighted_error < china.weighted_error


def test_forecasts_of_other_years_use_what_fits_2018_20(found):
    assert found.best == bt.BEST
    assert found.elasticities[f"{bt.BOUGHT}:{bt.MODEL}"] == pytest.approx(bt.FITTED, abs=1e-3)
    assert found.elasticities[f"{bt.BOUGHT}:{bt.RULE}"] == pytest.approx(bt.RULED, abs=1e-3)


def test_buyers_pay_and_the_country_loses_as_published(found):
    aside = found.aside.set_index(["quarter", "horizon"])
    assert 0.9 < aside.loc[("2018Q4", "year"), "pass_through"] < 1.0
    assert -0.05 < aside.loc[("2018Q4", "long-run"), "us_income_pct"] < -0.015


def test_the_elasticity_grows_with_time(found):
    estimate = found.estimates.set_index("quarter")["elasticity"]
    assert estimate["2018Q4"] < 0 < estimate["2019Q4"] < estimate["2020Q4"]


def test_predictions_add_up(found):
    usd = found.predictions.set_index(["partner", "naics", "quarter"])
    held = record.us_imports()
    assert usd.loc[("CHN", "334", "2019Q4"), "before_usd"] == pytest.approx(
        1e6 * held[("CHN", "334", "2017Q4")]
    )
    for partner in ("DEU", "FRA"):  # what is forecast for the EU holds for its members
        of, eu = (usd.loc[(p, "333", "2019Q4")] for p in (partner, "EU27"))
        ratio = of.predicted_usd / of.before_usd
        assert ratio == pytest.approx(eu.predicted_usd / eu.before_usd)
    both = usd.loc[("USMCA", "336", "2019Q4"), "predicted_usd"]
    assert both == pytest.approx(
        sum(usd.loc[(p, "336", "2019Q4"), "predicted_usd"] for p in ("CAN", "MEX"))
    )
    moved = (usd.predicted_usd / usd.before_usd).dropna()
    assert moved.xs("CHN").min() < 0.85 < 0.99 < moved.xs("WLD").max()


def test_horizons_are_all_scored(found):
    assert set(HORIZONS) < set(found.scores.forecast)
    assert len(found.scores[found.scores.quarter == "2020Q4"]) == 4 * 8


def outcomes(path, **changes):
    frame = pd.DataFrame(
        [("CHN", "334", f"2025-0{m}", 1e9) for m in (1, 2, 3, 4)],
        columns=["partner", "naics", "month", "imports"],
    )
    for key, value in changes.items():
        frame[key] = frame[key].astype(object)
        frame.loc[1, key] = value
    frame.to_csv(path, index=False)
    return path


def test_whole_quarters_are_read(tmp_path):
    read = read_outcomes(outcomes(tmp_path / "a.csv"), record.EPISODES["2025"])
    assert read.left_out == ()
    assert dict(read.trade) == {("CHN", "334", "2025Q1"): 3000.0}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [("partner", "China", "an unknown partner"), ("naics", "33", "an unknown industry"),
     ("month", "2025-13", "no month"), ("month", "2024-02", "a month of another year"),
     ("imports", "1,5", "no amount in USD"), ("imports", "inf", "no amount in USD"),
     ("imports", "5e13", "no amount in USD"), ("month", "2025-01", "a second row")],
)  # fmt: skip
def test_faults_of_outcomes_are_named(tmp_path, key, value, said):
    with pytest.raises(InputError, match=said) as caught:
        read_outcomes(outcomes(tmp_path / "a.csv", **{key: value}), record.EPISODES["2025"])
    (problem,) = caught.value.problems
    assert problem.line == 3
    assert problem.key == key


def both(*months):
    rows = [("CHN", "334", f"2025-0{m}", 1e9) for m in (1, 2, 3)]
    rows += [("DEU", "333", f"2025-0{m}", 1e9) for m in months]
    return pd.DataFrame(rows, columns=["partner", "naics", "month", "imports"])


def test_a_partner_without_a_month_is_left_out_and_said(tmp_path):
    both(1, 3).to_csv(tmp_path / "a.csv", index=False)
    read = read_outcomes(tmp_path / "a.csv", record.EPISODES["2025"])
    assert dict(read.trade) == {("CHN", "334", "2025Q1"): 3000.0}
    assert read.left_out == ("2025Q1 of DEU",)
    both(1, 2, 3).to_csv(tmp_path / "b.csv", index=False)
    assert len(read_outcomes(tmp_path / "b.csv", record.EPISODES["2025"]).trade) == 2


def test_imports_in_millions_are_asked_about(tmp_path):
    frame = both(1, 2, 3)
    frame["imports"] /= 1e6
    frame.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(InputError, match="is it in millions") as refusal:
        read_outcomes(tmp_path / "a.csv", record.EPISODES["2025"])
    assert refusal.value.problems[0].key == "imports"


@pytest.mark.parametrize("index", [[[*"abcdef"]], [[1, 1, 1, 2, 2, 2], [1, 2, 3] * 2]])
def test_parquet_with_an_index_of_its_own_is_refused_by_rows(tmp_path, index):
    frame = both(1, 2, 3).set_index([pd.Index(one, name=f"k{k}") for k, one in enumerate(index)])
    frame.iloc[1, 3] = -1.0
    frame.to_parquet(tmp_path / "a.parquet")
    with pytest.raises(InputError, match="no amount in USD") as refusal:
        read_outcomes(tmp_path / "a.parquet", record.EPISODES["2025"])
    assert [problem.line for problem in refusal.value.problems] == [2]


def test_a_number_is_no_file():
    with pytest.raises(InputError, match="no path of a file") as refusal:
        dt.backtest("2025", outcomes=3)
    assert refusal.value.problems[0].key == "outcomes"


def test_a_file_without_its_columns_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Partner,naics,when\nCHN,334,1\n")
    with pytest.raises(InputError) as caught:
        read_outcomes(path, record.EPISODES["2025"])
    assert {p.key for p in caught.value.problems} == {"partner", "month", "imports"}


@pytest.mark.parametrize("name", ["2018", "2019-20", 2025, None])
def test_unknown_episodes_are_refused(name):
    with pytest.raises(InputError, match="2018-20"):
        dt.backtest(name)


def test_outcomes_of_2018_are_not_asked_for(tmp_path):
    with pytest.raises(InputError, match="shipped"):
        dt.backtest("2018-20", outcomes=outcomes(tmp_path / "a.csv"))


def test_the_page_says_how_good_it_was(found, tmp_path):
    text = found.summary()
    assert "0.52" in text
    assert "23.8 per cent, against 24.3 by a rule" in text
    usual = "an industry is missed by 47.8 per cent, more than with no change, and forecasts have"
    assert usual in text
    assert "industries 3.2 times as far apart as they were" in text
    write(found, tmp_path / "out")
    assert "What others found" in (tmp_path / "out" / "report.html").read_text()
    with (tmp_path / "out" / "predictions.csv").open() as file:
        assert file.readline().startswith('"partner","naics","quarter"')


@pytest.fixture(scope="module")
def ahead():
    return dt.backtest("2025")


def test_2025_is_forecast_from_tariffs_alone(ahead):
    usd = ahead.predictions.groupby(["partner", "quarter"])[["before_usd", "predicted_usd"]].sum()
    change = usd.predicted_usd / usd.before_usd - 1
    assert not ahead.known
    assert set(change.loc["CHN"].index) == {f"2025Q{q}" for q in (1, 2, 3, 4)}
    assert change[("CHN", "2025Q2")] < change[("CHN", "2025Q4")] < -0.1  # 145 points in the second
    assert abs(change[("USMCA", "2025Q4")]) < 0.05
    assert usd.loc[("WLD", "2025Q1"), "before_usd"] == pytest.approx(754e9, abs=2e9)
    assert "2025Q4" in ahead.summary()


def test_outcomes_of_2025_are_scored(ahead, tmp_path):
    """What happens just as the model says is missed by nothing, and by others by something."""
    rows = ahead.predictions[ahead.predictions.partner != "USMCA"]
    rows = rows[rows.quarter.isin(["2025Q1", "2025Q2"])].assign(imports=rows.predicted_usd / 3)
    first = 3 * rows.quarter.str[5].astype(int) - 2
    months = [rows.assign(month=[f"2025-{m + k:02d}" for m in first]) for k in range(3)]
    file = pd.concat(months)
    path = tmp_path / "outcomes.parquet"
    file[["partner", "naics", "month", "imports"]].to_parquet(path)
    found = dt.backtest("2025", outcomes=path)
    assert found.known
    assert found.best == "month"
    assert row(found, "from-china", "month").error == pytest.approx(0, abs=1e-6)
    assert row(found, "from-china", bt.SAME).error > 0.1
    assert set(found.scores.quarter) == {"together", "2025Q1", "2025Q2"}
    assert found.elasticities[f"{bt.BOUGHT}:{bt.MODEL}"] == bt.FITTED
    assert "What was predicted" in str(dt.describe(found).to_plain())
