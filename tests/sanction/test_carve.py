"""The carve: parts add up to the whole, and a firm like its sector changes nothing."""

import numpy as np
import pytest

import detente as dt
from detente.baseline.calibration import ARRAYS
from detente.model.economy import Structure, economy
from detente.model.horizons import HORIZONS
from detente.policy.compile import compile_policy
from detente.results import Solution
from detente.sanction.carve import carve
from detente.sanction.load import load_card
from detente.solver.equilibrium import solve_equilibrium
from detente.solver.options import Options
from economies import random_economy
from sanction_cards import card_of


def added_up(carved):
    return dt.aggregate(carved.calibration, sectors=carved.merge_back())


def assert_same(left, right, scale=1e-12):
    for name in ARRAYS:
        ours, theirs = getattr(left, name), getattr(right, name)
        assert np.abs(ours - theirs).max() <= scale * max(1, np.abs(theirs).max()), name


@pytest.mark.parametrize("baseline", ["icio-2017", "wiod-2014"])
def test_adding_the_parts_up_gives_the_baseline(baseline):
    world = dt.load(baseline)
    carved = carve(world, load_card("zte"), load_card("huawei"))
    codes = [s.code for s in carved.calibration.sectors if s.part_of]
    assert codes == ["ZTE", "ZTE.C26", "HUAWEI", "HUAWEI.C26"]
    assert_same(added_up(carved), world)


def test_known_figures_are_kept():
    world = dt.load("icio-2017")
    carved = carve(world, load_card("zte"))
    c, firm = carved.calibration, carved.firms[0]
    china, usa = (c.country_codes.index(code) for code in ("CHN", "USA"))
    at, inputs = (c.sector_codes.index(code) for code in ("ZTE", "ZTE.C26"))
    assert c.output[china, at] == pytest.approx(17200, rel=1e-12)
    sold = c.flows[at, :, china]
    assert sold[china] == pytest.approx(0.569 * 17200, rel=1e-12)
    paid = (1 + c.tariff[inputs, china, usa]) * c.flows[inputs, china, usa]
    assert paid == pytest.approx(2300, rel=1e-12)
    # nobody but the firm buys its inputs, and it buys them nowhere else
    use = c.input_share[:, inputs, :] * c.output
    assert use.sum() == pytest.approx(use[china, at], rel=1e-12)
    assert c.final_demand[:, inputs].sum() == 0
    assert c.input_share[china, c.sector_codes.index("C26"), at] == 0
    assert firm.accounts.slack == 0


def proportional(world, *, sales=False):
    """A card with a tenth of its sector, and purchases by the sector's own pattern."""
    output = world.output[1, 0]
    available = ((1 + world.tariff) * world.flows)[0, 1]
    use = world.input_share[1, 0, 0] * output
    share = world.trade_shares[0, 1]
    assert available.min() >= 0
    return card_of(
        economy="C1",
        sector="S0",
        revenue=0.1 * output,
        purchases=[
            {"from": f"C{i}", "sector": "S0", "value": 0.1 * use * share[i]} for i in (0, 2)
        ],
        sales=[{"to": "C0", "share": 0.05}, {"to": "C2", "share": 0.2}] if sales else (),
    )


STRUCTURES = {
    **{name: horizon.structure for name, horizon in HORIZONS.items()},
    "scale": Structure(scale_elasticity=0.08),
    "scale, mobility": Structure(scale_elasticity=0.08, labour_mobility=1.5),
    "free entry": Structure(market="free-entry", labour_mobility=3.0),
    "fixed entry": Structure(market="fixed-entry", labour_mobility=1.5),
    "floor": Structure(labour_mobility=1.3, wage_floor=0.99, revenue_use="labour-tax"),
}


@pytest.mark.parametrize("sales", [False, True], ids=["sales-pro-rata", "sales-of-its-own"])
@pytest.mark.parametrize("name", STRUCTURES)
def test_a_firm_like_its_sector_changes_no_result(name, sales):
    scale = HORIZONS[name].elasticity_scale if name in HORIZONS else 1.0
    world = random_economy(5, countries=3, sectors=3)
    world = world.replace(trade_elasticity=scale * world.trade_elasticity)
    carved = carve(world, proportional(world, sales=sales)).calibration
    measures = [
        dt.Tariff("C0", on="C1", sectors="all", add=0.3),
        dt.Tariff("C1", on="world", sectors="S0", add=0.1),
        dt.TradeCost("C2", on="C0", sectors=["S0", "S1"], add=0.2),
    ]
    options = Options(structure=STRUCTURES[name])
    before, after = (
        solve_equilibrium(c, compile_policy(c, measures), options) for c in (world, carved)
    )
    for told in ("wage_hat", "consumer_price_hat", "income_cf", "tariff_revenue_cf"):
        ours = np.asarray(getattr(after.outcome, told))
        assert ours == pytest.approx(np.asarray(getattr(before.outcome, told)), rel=1e-9), told
    assert after.outcome.unemployment == pytest.approx(before.outcome.unemployment, abs=1e-9)
    moved = [Solution(found).countries["reallocation_pct"] for found in (before, after)]
    assert moved[1].to_numpy() == pytest.approx(moved[0].to_numpy(), abs=1e-7)
    for k, code in enumerate(world.sector_codes):
        own = [j for j, s in enumerate(carved.sectors) if (s.part_of or s.code) == code]
        assert_sector_is_its_parts(before, after, k, own)


def assert_sector_is_its_parts(before, after, k, own):
    """Trade and workers add up, wages and prices are the same in all parts that there are."""
    world, carved = before.calibration, after.calibration
    flows = np.asarray(after.outcome.flows_cf)[own]
    assert flows.sum(axis=0) == pytest.approx(np.asarray(before.outcome.flows_cf[k]), rel=1e-8)
    # all wages that are paid, at the baseline's weights
    first, parts = (
        np.asarray(economy(found.calibration, found.options.structure).sector_labour)
        * np.asarray(found.outcome.employment_hat)
        for found in (before, after)
    )
    assert parts[:, own].sum(axis=1) == pytest.approx(first[:, k], rel=1e-8)
    for told, there in (
        ("sector_wage_hat", carved.output),
        ("cost_hat", carved.output),
        ("price_hat", carved.expenditure),
    ):
        ours = np.asarray(getattr(after.outcome, told))[:, own]
        expected = np.asarray(getattr(before.outcome, told))[:, [k]]
        gap = np.where(there[:, own] > 0, ours / expected - 1, 0.0)
        assert np.abs(gap).max() < 1e-9, told
    assert world.output[:, k] == pytest.approx(carved.output[:, own].sum(axis=1), rel=1e-12)


def test_a_firm_unlike_its_sector_changes_results():
    # the guard of the test above: it would fail if nothing could change
    world = random_economy(5, countries=3, sectors=3)
    card = card_of(
        economy="C1",
        sector="S0",
        revenue=0.1 * world.output[1, 0],
        value_added_share=0.9,
    )
    measures = [dt.Tariff("C0", on="C1", sectors="all", add=0.3)]
    before = dt.solve(world, *measures).welfare
    after = dt.solve(carve(world, card).calibration, *measures).welfare
    assert np.abs(after - before).max() > 1e-5


def test_measures_on_the_sector_hold_for_its_firms():
    world = dt.load("icio-2017")
    carved = carve(world, load_card("zte")).calibration
    parts = [k for k, s in enumerate(carved.sectors) if "26" in s.isic]
    for name in ("C26", "electronics", "goods"):
        policy = compile_policy(carved, [dt.Tariff("USA", on="CHN", sectors=name, add=0.1)])
        raised = (policy.tariff_cf - carved.tariff)[:, 0, 1]
        assert raised[parts] == pytest.approx(0.1)
    only = compile_policy(carved, [dt.Tariff("USA", on="CHN", sectors="ZTE", add=0.1)])
    assert np.flatnonzero((only.tariff_cf - carved.tariff)[:, 0, 1]).tolist() == [
        carved.sector_codes.index("ZTE")
    ]
    listed = compile_policy(
        carved, [dt.Tariff("USA", on="CHN", add=0.1, product_list="us-list1-34bn")]
    )
    raised = (listed.tariff_cf - carved.tariff)[parts, 0, 1]
    assert raised[0] > 0
    assert np.ptp(raised) < 1e-15


def test_slack_is_told_where_the_baseline_has_not_enough_trade():
    carved = carve(dt.load("wiod-2014"), load_card("huawei"))
    told = {a.what.split(":")[0]: a.size for a in carved.calibration.card.adjustments}
    slack = carved.firms[0].accounts
    assert told["slack"] == pytest.approx(slack.slack / slack.known)
    assert 0.2 < told["slack"] < 0.4
