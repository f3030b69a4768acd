"""The long run, the joint path, costs and remedies, the backtest, the command."""

import json
import math

import numpy as np
import pytest
from typer.testing import CliRunner

import detente as dt
from detente.cli.commands import app
from detente.errors import InputError
from detente.sanction.backtest import backtest, banned_fall, days_to_shutdown
from detente.sanction.carve import carve
from detente.sanction.load import load_card
from detente.sanction.long_run import ban_of, by_horizon, join
from detente.sanction.study import Choices, run_sanction
from detente.sanction.value import DISCOUNT


@pytest.fixture(scope="module")
def zte():
    return run_sanction("zte", Choices(days=120, draws=200, relief=60, world_draws=10))


def test_a_ban_raises_the_price_of_the_nest_as_its_share_says():
    """In general equilibrium other prices hardly move: the CES formula holds to 0.3 per cent."""
    world = dt.load("icio-2017")
    carved = carve(world, load_card("zte"))
    c, firm = carved.calibration, carved.firms[0]
    found = by_horizon(carved, firm, "USA", horizons=("long-run",))
    at = c.sector_codes.index("ZTE.C26")
    share = c.trade_shares[at, firm.accounts.economy, 0]
    theta = c.trade_elasticity[at]
    price = 1 + found.firm.loc["long-run", "input_pct"] / 100
    assert price == pytest.approx((1 - share) ** (-1 / theta), rel=3e-3)
    # and exactly, with the costs that the others then have
    after = found.solutions["long-run"].equilibrium.outcome
    h = firm.accounts.economy
    cost = np.asarray(after.cost_hat)[:, at]
    left = np.arange(len(cost)) != 0
    exact = (c.trade_shares[at, h, left] @ cost[left] ** -theta) ** (-1 / theta)
    assert price == pytest.approx(exact, rel=1e-9)


def test_the_ban_is_on_the_firm_and_on_nobody_else():
    carved = carve(dt.load("icio-2017"), load_card("zte"))
    c = carved.calibration
    found = dt.solve(c, ban_of(carved.firms[0], carved, "USA"))
    flows = np.asarray(found.equilibrium.outcome.flows_cf)
    at, rest = (c.sector_codes.index(code) for code in ("ZTE.C26", "C26"))
    assert flows[at, 1, 0] == 0
    assert flows[rest, 1, 0] > 0.99 * c.flows[rest, 1, 0]


def test_the_longer_the_horizon_the_smaller_the_loss(zte):
    assert zte.horizons.firm["output_pct"].is_monotonic_increasing
    assert zte.horizons.firm["input_pct"].is_monotonic_decreasing


def test_the_joint_path_meets_both_parts(zte):
    daily = np.linspace(1, 0.2, 100)
    path = join(daily, zte.horizons, years=40)
    assert path["output"].to_numpy()[:100] == pytest.approx(daily)
    first = path[path["part"] == "adjustment"].iloc[0]
    assert abs(first["output"] - 0.2) < 0.05
    long_run = 1 + zte.horizons.firm.loc["long-run", "output_pct"] / 100
    assert path["output"].iloc[-1] == pytest.approx(long_run, abs=1e-3)


def test_relief_is_worth_the_costs_that_it_saves(zte):
    months = zte.costs.months
    saved = zte.costs.relief(2)
    weight = [(1 + DISCOUNT) ** (-(k + 0.5) * 30 / 365) for k in range(len(months) - 2)]
    assert saved["target"] == pytest.approx((months["target"].to_numpy()[2:] * weight).sum())
    table = zte.remedies
    assert table.loc["fine", "sanctioner"] - saved["sanctioner"] == pytest.approx(1000)
    assert table.loc["fine", "target"] == pytest.approx(saved["target"] - 1000)
    # what managers cost the firm, nobody earns
    assert table.loc["management", "sanctioner"] == pytest.approx(saved["sanctioner"])
    parts = table.drop(["ban-stays", "all-together"])
    assert table.loc["all-together", "pays"] == pytest.approx(parts["pays"].sum())
    assert (table["low"] <= table["pays"]).all()
    assert (table["pays"] <= table["high"]).all()


def test_what_is_lost_by_month_is_what_is_lost_by_day(zte):
    in_days = zte.costs.months[zte.costs.months["part"] == "days"]
    assert len(in_days) == 4
    lost = (1 - zte.joined["output"].to_numpy()[:120]).sum() / 365 * 17200
    assert in_days["firm_sales"].sum() == pytest.approx(lost)


def test_shutdown_is_the_first_day_below_a_fifth():
    path = np.array([[1.0, 0.5, 0.19, 0.5], [1.0, 1.0, 0.9, 0.2]])
    found = days_to_shutdown(path)
    assert found[0] == 3
    assert math.isnan(found[1])


def test_the_backtest_tells_what_agrees_and_what_does_not():
    card = load_card("zte")
    # 27 per cent of 181 days in 77 of them
    assert banned_fall(card) == pytest.approx(0.635, abs=0.001)
    table = backtest(card)
    # a share of purchases alone cannot do what happened
    assert not table.loc[0.13:0.3, ["shutdown_agrees", "fall_agrees"]].to_numpy().any()
    assert table["agrees"].any()
    assert not table["agrees"].all()
    assert table[table["agrees"]].index.get_level_values("needed").min() >= 0.9
    falls = table["banned_fall"].unstack("needed")
    assert (np.diff(falls.to_numpy(), axis=1) > 0).all()
    with pytest.raises(InputError, match="nothing observed"):
        backtest(load_card("huawei"))


@pytest.mark.parametrize(
    ("choices", "key"),
    [({"days": 10}, "days"), ({"relief": 500}, "relief"), ({"ban_share": 1.5}, "ban_share")],
)
def test_impossible_choices_are_refused(choices, key):
    with pytest.raises(InputError) as refused:
        Choices(**choices)
    assert [p.key for p in refused.value.problems] == [key]


def test_an_economy_does_not_ban_its_own_firm():
    with pytest.raises(InputError, match="its own firm"):
        run_sanction("zte", Choices(by="CHN"))


def test_the_command_prints_numbers_that_the_files_have(tmp_path):
    arguments = ["sanction", "zte", "--days", "60", "--draws", "50", "--world-draws", "0"]
    run = CliRunner().invoke(app, [*arguments, "--json"])
    data = json.loads(run.stdout)
    assert data["economies"] == {"target": "CHN", "sanctioner": "USA"}
    assert len(data["path"]) == 60
    run = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"report.html", "manifest.json", "path.csv", "draws.csv", "assumptions.csv"} <= files
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "ZTE cut off" in page
    for sentence in data["summary"]:
        assert sentence.split(".")[0].replace("'", "&#x27;") in page


def test_a_path_of_a_card_works_as_its_name(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(load_card("zte").origin.path.read_text("utf-8"), encoding="utf-8")
    run = CliRunner().invoke(app, ["sanction", str(path), "--backtest"])
    assert run.exit_code == 0, run.output
    assert "agree with both" in run.stdout
