"""The long run, the joint path, costs and remedies, the backtest, the command."""

import json
import math
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import detente as dt
from detente.cli.commands import app
from detente.errors import InputError
from detente.model.horizons import elasticity_scale
from detente.report.sanction.facts import of_firm
from detente.report.sanction.wording import answer, of_pair
from detente.sanction.backtest import backtest, banned_fall, days_to_shutdown
from detente.sanction.calendar import DISCOUNT
from detente.sanction.carve import carve
from detente.sanction.draws import central
from detente.sanction.load import load_card
from detente.sanction.long_run import ban_of, by_horizon, economy_after, join
from detente.sanction.relief import keep_or_lift
from detente.sanction.short_run import firm_path
from detente.sanction.study import Choices, run_sanction, run_sanctions
from detente.sanction.value import by_month
from detente.uncertainty.prior import Prior, Spread
from folders import held
from same_cells import without_terms

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "manifest.schema.json"


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
    # a firm that lives on its stocks to the last day does not rise above what is normal later
    after = join(np.ones(100), zte.horizons, years=40)["output"]
    assert after.max() <= 1
    long_run = 1 + zte.horizons.firm.loc["long-run", "output_pct"] / 100
    assert path["output"].iloc[-1] == pytest.approx(long_run, abs=1e-3)


def test_costs_meet_where_days_end_and_stay_between_the_last_day_and_equilibrium(zte):
    """Where equilibrium is one number g, y(t) = g + (y(T) − g) e^(−r (t − T)), summed by month."""
    for sign, last, at_rest in ((1, 5.0, 2.0), (1, -3.0, 4.0), (-1, 5.0, 2.0)):
        flat = 0 * zte.horizons.real_income - sign * at_rest * 365
        horizons = replace(zte.horizons, real_income=flat)
        found = by_month(economy_after(np.full(90, last), horizons, "CHN", 6000))
        assert found[:3] == pytest.approx(30 * last)
        rate = -math.log((1 - elasticity_scale(2)) / (1 - elasticity_scale(1))) / 365
        weight = np.exp(-rate * np.arange(1, 197 * 30 + 1)).reshape(197, 30)
        expected = (sign * at_rest + (last - sign * at_rest) * weight).sum(axis=1)
        assert found[3:] == pytest.approx(expected)
    months = zte.costs.months
    for side, code in (("target", "CHN"), ("sanctioner", "USA")):
        last = zte.costs.joint.loc[side, "by_day"]
        adjusted = months.loc[months["part"] == "adjustment", side]
        rest = -30 / 365 * zte.horizons.real_income.loc[code]
        assert adjusted.min() > min(last, rest.min()) - 1e-9
        assert adjusted.max() < max(last, rest.max()) + 1e-9


def test_the_joint_compares_like_with_like(zte):
    """Value added at unchanged prices: shares of value added times the change of quantities."""
    found = zte.horizons.solutions["year"]
    c = found.equilibrium.calibration
    for code in ("CHN", "USA"):
        k = c.country_codes.index(code)
        change = found.sectors.loc[code, "output_volume_pct"].fillna(0).to_numpy() / 100
        expected = (change * c.output[k] * c.value_added_share[k]).sum()
        assert zte.horizons.value_added.loc[code, "year"] == pytest.approx(expected, rel=1e-9)


def test_keeping_and_lifting_are_the_paths_of_the_study(zte):
    found = keep_or_lift("zte", 60)
    assert found.economies == zte.economies
    for code, side in zip(zte.economies, ("target", "sanctioner"), strict=True):
        k = zte.carved.calibration.country_codes.index(code)
        keep, lift = (found.months[code, name].to_numpy() for name in ("keep", "lift"))
        assert keep == pytest.approx(zte.costs.months[side].to_numpy(), rel=1e-9)
        in_days = by_month(zte.world.value_added[:, k])
        assert lift[:4] == pytest.approx(in_days, rel=1e-9)
        gain = found.months[code, "gain"]
        assert gain.iloc[:2].abs().max() < 1e-6 * keep[:2].max()
        years = np.arange(len(gain) - 2)
        worth = (gain.to_numpy()[2:] * (1 + DISCOUNT) ** (-(years + 0.5) * 30 / 365)).sum()
        assert found.gain[code] == pytest.approx(worth)
    lost = (1 - zte.path.output[:120]).sum() / 365 * 17200
    assert found.firm_sales["lift"].iloc[:4].sum() == pytest.approx(lost)
    # firms are told by name, card or both
    card = load_card("zte")
    assert keep_or_lift([card], 60).gain["CHN"] == pytest.approx(found.gain["CHN"])
    with pytest.raises(InputError, match="out of bounds"):
        keep_or_lift("zte", 2000)


def test_two_firms_are_cut_off_at_once():
    """Each has a path of its own; the world and economies bear both bans."""
    choices = Choices(days=60, draws=20, world_draws=5)
    found = run_sanctions(["zte", "huawei"], choices, baseline="icio-2017")
    assert [one.beside for one in found] == [("Huawei",), ("ZTE",)]
    first, second = found
    assert first.world is second.world
    assert first.costs.months["target"].equals(second.costs.months["target"])
    assert not first.costs.months["firm_sales"].equals(second.costs.months["firm_sales"])
    flows = np.asarray(first.horizons.solutions["year"].equilibrium.outcome.flows_cf)
    codes = first.carved.calibration.sector_codes
    assert all(flows[codes.index(f"{name}.C26"), 1, 0] == 0 for name in ("ZTE", "HUAWEI"))
    assert {"ZTE: fine", "HUAWEI: licences"} <= set(first.remedies.index)
    alone = firm_path(central(load_card("zte")), 60).output
    assert first.path.output == pytest.approx(alone)
    with pytest.raises(InputError, match="named twice"):
        run_sanctions(["zte", "zte"], choices)


def test_relief_is_worth_the_costs_that_it_saves(zte):
    saved = zte.costs.relief(2)
    direct = keep_or_lift("zte", 60)
    for side, code in (("target", "CHN"), ("sanctioner", "USA")):
        assert saved[side] == pytest.approx(direct.gain[code], rel=1e-9)
    # a ban that is never lifted, against none at all
    kept = run_sanction("zte", Choices(days=120, draws=1, world_draws=0)).costs
    weight = [(1 + DISCOUNT) ** (-(k + 0.5) * 30 / 365) for k in range(len(kept.months))]
    whole = (kept.months["target"].to_numpy() * weight).sum()
    assert kept.relief(0)["target"] == pytest.approx(whole)
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
    assert len(in_days) == 6
    lost = (1 - zte.joined["output"].to_numpy()[:180]).sum() / 365 * 17200
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
    choices = data["about"]["choices"]
    assert (choices["target"], choices["sanctioner"], choices["days"]) == ("CHN", "USA", 60)
    assert len(data["tables"]["path"]["rows"]) == 60
    run = CliRunner().invoke(app, [*arguments, "--out", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    files = set(held(tmp_path / "out"))
    assert {"report.html", "manifest.json", "path.csv", "draws.csv", "assumptions.csv"} <= files
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "ZTE cut off" in page
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.validate(manifest, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert set(manifest["files"]) == files - {"manifest.json"}
    for sentence in manifest["sentences"]:
        assert sentence.replace("'", "&#39;") in without_terms(page)
    assert str(tmp_path) not in json.dumps(manifest)


def test_the_command_takes_the_firm_of_a_scenario():
    arguments = ["--days", "60", "--draws", "20", "--world-draws", "0", "--baseline", "icio-2017"]
    run = CliRunner().invoke(app, ["sanction", "may-2018", *arguments, "--json"])
    by_scenario = json.loads(run.stdout)
    run = CliRunner().invoke(app, ["sanction", "zte", *arguments, "--json"])
    assert by_scenario == json.loads(run.stdout)


def test_no_figure_of_two_bans_stands_with_one_firms(tmp_path):
    """Files of a firm hold its own, those in `together` what is of both, and say so."""
    out = tmp_path / "out"
    arguments = ["--days", "60", "--draws", "20", "--world-draws", "0"]
    both = ["sanction", "zte", "huawei", *arguments]
    run = CliRunner().invoke(app, [*both, "--out", str(out)])
    assert run.exit_code == 0, run.output
    assert [path.name for path in sorted(out.iterdir())] == ["huawei", "together", "zte"]
    held = {path: set(pd.read_csv(path).columns) for path in out.glob("*/*.csv")}
    of = {path.parent.name: set() for path in held}
    for path in held:
        of[path.parent.name] |= set(pd.read_csv(path)["of"])
    assert of == {"zte": {"ZTE"}, "huawei": {"HUAWEI"}, "together": {"ZTE+HUAWEI"}}
    own = {"sales", "missed", "banned", "firm_sales", "demand", "output_pct", "lost_sales"}
    shared = {"value_added", "lost_CHN", "lost_USA", "world", "best", "worst",
              "real_income_year", "gain_sanctioner"}  # fmt: skip
    for path, columns in held.items():
        assert not columns & (own if path.parent.name == "together" else shared), path
    data = json.loads(CliRunner().invoke(app, [*both, "--json"]).stdout)
    together = data["together"]["tables"]
    assert data["together"]["title"] == "ZTE and Huawei cut off together"
    months = pd.read_csv(out / "together" / "months.csv")
    losses = [row["lost_CHN"] for row in together["months"]["rows"]]
    assert months["lost_CHN"].tolist() == losses
    for one in data["firms"]:
        assert not {"worst", "remedies", "joint", "chokepoints"} & set(one["tables"])
        assert set(one["tables"]["months"]["columns"]) == {"of", "month", "firm_sales", "part"}
    page = (out / "together" / "report.html").read_text(encoding="utf-8")
    assert "Every figure on this page is of both bans together" in page
    for name, other in (("zte", "Huawei"), ("huawei", "ZTE")):
        page = (out / name / "report.html").read_text(encoding="utf-8")
        assert f"cut off together with {other}" in page
        assert "do not add it up over firms" in page
        assert "At the table" not in page
    assert " ".join(run.stdout.split()).count("in its third month") == 1


def test_a_path_of_a_card_works_as_its_name(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(load_card("zte").origin.path.read_text("utf-8"), encoding="utf-8")
    run = CliRunner().invoke(app, ["sanction", str(path), "--backtest"])
    assert run.exit_code == 0, run.output
    assert "agree with both" in run.stdout


def test_draws_some_at_a_time_are_all_at_once(monkeypatch):
    import detente.sanction.study as study

    choices = Choices(days=40, draws=25, world_draws=17)
    whole = run_sanction("zte", choices)
    monkeypatch.setattr(study, "BLOCK_DAYS", 40 * 10)
    parts = run_sanction("zte", choices)
    pd.testing.assert_frame_equal(whole.draws, parts.draws, rtol=1e-12)
    assert parts.quantiles == pytest.approx(whole.quantiles, rel=1e-12)
    assert whole.world_draws.shape == (17, 16)
    assert parts.world_draws == pytest.approx(whole.world_draws, rel=1e-9, abs=1e-9)


def test_more_draws_than_memory_holds_are_refused():
    with pytest.raises(InputError, match="too many to hold") as refused:
        Choices(draws=1_000_000, days=1000)
    assert [(p.key, p.allowed) for p in refused.value.problems] == [
        ("draws", "at most 200,000 of 1,000 days")
    ]
    # costs are by month of seven years: a path by day ends before
    assert len(run_sanction("zte", Choices(days=1825, draws=1, world_draws=0)).costs.months) == 85


def test_the_long_run_is_solved_again_at_drawn_elasticities(zte):
    """Each draw is the ban at its elasticities; the pair's ends are quantiles of those."""
    drawn = zte.for_good
    assert drawn is not None
    assert drawn.count == 10
    (values,) = drawn.real_income.values()
    number, c = 7, zte.carved.calibration
    c = c.replace(trade_elasticity=drawn.parameters.elasticities[number])
    ban = ban_of(zte.firm, zte.carved, "USA")
    alone = dt.solve(c, ban).countries["real_income_pct"].to_numpy()
    np.testing.assert_allclose(values[number], alone, atol=1e-7)
    at = c.country_codes.index("CHN")
    world = of_firm(zte).world
    ends = [world.interval.low[at], world.interval.high[at]]
    # so few that ends are the extremes, but for the rounding of a quantile
    np.testing.assert_allclose(ends, [values[:, at].min(), values[:, at].max()], rtol=1e-12)
    said = of_pair(of_firm(zte), world, world.pairs[0]).text
    assert "in all 10 runs" in said


def test_no_draws_are_none_and_nothing_is_said_of_runs():
    found = run_sanction("zte", Choices(days=60, draws=0))
    assert len(found.draws) == 0
    assert found.world_draws is None
    assert found.for_good is None
    said = " ".join(one.text for one in answer(of_firm(found)))
    assert "runs" not in said


def test_another_prior_draws_the_long_run(zte):
    narrow = Prior("made up", "nobody", {"all": Spread(1e-6, 0.0)}, ((1.0,),))
    choices = Choices(days=120, draws=200, relief=60, world_draws=2)
    (values,) = run_sanction("zte", choices, prior=narrow).for_good.real_income.values()
    shown = zte.horizons.solutions["long-run"].countries["real_income_pct"]
    np.testing.assert_allclose(values[0], shown, atol=1e-6)
    unknown = Prior("made up", "nobody", {"spaceships": Spread(0.1, 0.0)}, ((1.0,),))
    with pytest.raises(InputError):
        run_sanction("zte", choices, prior=unknown)
