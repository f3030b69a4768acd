"""The carve: parts add up to the whole, and a firm like its sector changes nothing."""

import numpy as np
import pytest

import detente as dt
from detente.baseline.calibration import ARRAYS
from detente.policy.compile import compile_policy
from detente.sanction.carve import carve
from detente.sanction.load import load_card
from detente.solver.equilibrium import solve_equilibrium
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


@pytest.mark.parametrize("sales", [False, True], ids=["sales-pro-rata", "sales-of-its-own"])
def test_a_firm_like_its_sector_changes_no_result(sales):
    world = random_economy(5, countries=3, sectors=3)
    card = proportional(world, sales=sales)
    carved = carve(world, card)
    measures = [
        dt.Tariff("C0", on="C1", sectors="all", add=0.3),
        dt.Tariff("C1", on="world", sectors="S0", add=0.1),
        dt.TradeCost("C2", on="C0", sectors=["S0", "S1"], add=0.2),
    ]
    before = solve_equilibrium(world, compile_policy(world, measures))
    after = solve_equilibrium(carved.calibration, compile_policy(carved.calibration, measures))
    for name in ("wage_hat", "consumer_price_hat", "income_cf", "tariff_revenue_cf"):
        ours = np.asarray(getattr(after.outcome, name))
        assert ours == pytest.approx(np.asarray(getattr(before.outcome, name)), rel=1e-9), name
    flows, parts = np.asarray(after.outcome.flows_cf), carved.calibration.sectors
    for k, code in enumerate(world.sector_codes):
        own = [j for j, s in enumerate(parts) if (s.part_of or s.code) == code]
        whole = np.asarray(before.outcome.flows_cf[k])
        assert flows[own].sum(axis=0) == pytest.approx(whole, rel=1e-8)


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
