"""The world by the day: at rest without a shock, in balance with one."""

import numpy as np
import pytest
from plain_network import plain_path

import detente as dt
import detente.sanction.network as network_module
from detente.errors import InputError
from detente.sanction.bracket import bracket
from detente.sanction.carve import carve
from detente.sanction.load import load_card
from detente.sanction.network import (
    Bought,
    NetworkParameters,
    groups,
    network,
    network_path,
)
from economies import random_economy
from sanction_cards import card_of

DAYS = 90


def bought(banned, others=0.0, cells=1):
    """What firms buy of what is banned, the same in every cell: ``(day,)`` in, or draws of it."""
    banned = np.asarray(banned, dtype=float)[..., None]
    parts = np.broadcast_arrays(banned, np.asarray(others, dtype=float)[..., None])
    return Bought(*(np.repeat(part, cells, axis=-1) for part in parts))


@pytest.fixture(scope="module")
def zte():
    return carve(dt.load("icio-2017"), load_card("zte"))


@pytest.fixture(scope="module")
def small():
    world = random_economy(11, countries=3, sectors=3)
    purchases = [{"from": "C0", "sector": "S1", "value": 0.005 * world.output[1, 0]}]
    return carve(world, card_of(economy="C1", sector="S0", revenue=0.2 * world.output[1, 0],
                                purchases=purchases))  # fmt: skip


def test_nothing_moves_without_a_shock(zte):
    path = network_path(zte, zte.firms[0], np.ones(DAYS), bought(np.ones(DAYS)), 0)
    assert np.abs(path.output).max() < 1e-6 * zte.calibration.output.max() / 365
    assert np.abs(path.final).max() < 1e-6


def test_shares_add_up(zte):
    net = network(zte)
    c = zte.calibration
    sold = net.sales_share.sum(axis=1)
    assert sold[c.output.T > 0] == pytest.approx(1)
    used = net.use_share.sum(axis=2) + net.final_share
    assert used[used > 0] == pytest.approx(1)
    # to others, the firm's product is one of its sector's
    at = c.sector_codes.index("ZTE")
    assert groups(zte)[at] == c.sector_codes.index("C26")
    assert net.use_share[:, at].sum() == 0


def test_a_day_against_plain_loops(small):
    """One day of rationing, everything at its baseline but the firm, written out."""
    c, firm = small.calibration, small.firms[0]
    at, h = c.sector_codes.index("FIRM"), firm.accounts.economy
    part = NetworkParameters(substitution=0.0, spare_capacity=0.0)
    path = network_path(small, firm, np.full(1, 0.3), bought(np.zeros(1)), 0, part)
    net = network(small)
    # the firm orders at once what it then needs, and sells off the stock it no longer aims at
    order = dict.fromkeys(range(len(c.sectors)), 1.0)
    demand = np.zeros(c.output.shape)
    for k, g in enumerate(net.group):
        for n in range(len(c.countries)):
            asked = net.final_share[n, g]
            for u in order:
                cut = n == h and u == at
                gap = (30 * 0.3 - 30) / 30 if cut else 0.0
                asked += net.use_share[n, g, u] * max((0.3 if cut else 1.0) + gap, 0)
            for i in range(len(c.countries)):
                demand[i, k] += net.sales_share[k, n, i] * asked
    made = np.minimum(demand, 1.0)
    made[h, at] = min(made[h, at], 0.3)
    lost = (1 - made) * c.output / 365
    assert path.lost == pytest.approx(lost, abs=1e-10 * c.output.max())


def test_banned_sales_are_lost_by_who_made_them(zte):
    c, firm = zte.calibration, zte.firms[0]
    at = c.sector_codes.index("ZTE.C26")
    part = NetworkParameters(substitution=0.0)
    path = network_path(zte, firm, np.ones(DAYS), bought(np.zeros(DAYS)), 0, part)
    sales = c.flows[at, firm.accounts.economy, 0] * DAYS / 365
    assert path.lost[0, at] == pytest.approx(sales, rel=1e-6)


@pytest.mark.parametrize("relief", [30, None])
def test_all_draws_are_those_of_plain_loops(zte, relief):
    """The first chunk follows each input apart, the others only what runs short."""
    p, rng = NetworkParameters(), np.random.default_rng(1)
    draws = 2 * network_module._CHUNK + 1
    capacity = np.sort(rng.uniform(0, 1, (draws, 60)), axis=1)[:, ::-1]
    goes_on = np.where(np.arange(60) < (relief or 60), 0.0, 1.1)
    moved = rng.uniform(0, 0.5, (draws, 60)) * (goes_on == 0)
    buys = bought(np.broadcast_to(goes_on, moved.shape), moved)
    found = network_path(zte, zte.firms[0], capacity, buys, 0, p)
    for k in (0, draws - 2, draws - 1):
        output, final = plain_path(
            zte, zte.firms[0], capacity[k], Bought(*(part[k] for part in buys)), 0, p
        )
        assert found.output[k] == pytest.approx(output, abs=1e-11 * zte.calibration.output.max())
        assert found.final[k] == pytest.approx(final, abs=1e-11 * zte.calibration.output.max())


def test_two_firms_cut_off_at_once_are_those_of_plain_loops():
    both = carve(dt.load("icio-2017"), load_card("zte"), load_card("huawei"))
    capacity = np.stack([np.linspace(1, 0.1, 60), np.linspace(1, 0.6, 60)], axis=1)
    buys, p = bought(np.zeros(60), np.linspace(0, 0.3, 60), cells=2), NetworkParameters()
    found = network_path(both, both.firms, capacity, buys, (0, 0), p)
    output, final = plain_path(both, both.firms, capacity, buys, (0, 0), p)
    assert found.output == pytest.approx(output, abs=1e-11 * both.calibration.output.max())
    assert found.final == pytest.approx(final, abs=1e-11 * both.calibration.output.max())
    draws = network_path(both, both.firms, np.stack([capacity, capacity]), buys, (0, 0), p)
    assert draws.output.shape == (2, *found.output.shape)
    assert draws.output[1] == pytest.approx(found.output, rel=1e-12, abs=1e-9)


def test_a_chunk_in_which_another_input_runs_short_is_followed_in_full(small, monkeypatch):
    """The first draws lack nothing; what those that come later lack was not followed apart."""
    runs = []

    def counted(*args):
        runs.append(args[-1])
        return run(*args)

    run = network_module.run
    monkeypatch.setattr(network_module, "run", counted)
    size, rigid = network_module._CHUNK, NetworkParameters(spare_capacity=0.0, inventory_days=2)
    capacity = np.ones((2 * size, 120))
    capacity[-1] = np.linspace(1, 0, 120)
    buys = bought(np.ones(120))
    found = network_path(small, small.firms[0], capacity, buys, 0, rigid)
    sizes = [len(apart) for apart in runs]
    assert sizes[0] == sizes[2] > sizes[1]
    output, final = plain_path(small, small.firms[0], capacity[-1], buys, 0, rigid)
    assert np.abs(output).max() > 0.01
    assert found.output[-1] == pytest.approx(output, rel=1e-9, abs=1e-11)
    assert found.final[-1] == pytest.approx(final, rel=1e-9, abs=1e-11)


def test_second_suppliers_and_spare_capacity_help(zte):
    stop = np.full(DAYS, 0.1)
    rigid, free = (
        network_path(zte, zte.firms[0], stop, bought(np.zeros(DAYS)), 0, NetworkParameters(
            substitution=x, spare_capacity=x)).final.sum()
        for x in (0.0, 0.9)
    )  # fmt: skip
    assert 0 < free < rigid


def test_what_happens_lies_between_the_best_and_the_worst(zte):
    stop, none = np.full(DAYS, 0.1), bought(np.zeros(DAYS))
    firm = zte.firms[0]
    found = bracket(zte, firm, 0, stop, none).table.sum()
    path = network_path(zte, firm, stop, none, 0)
    assert found["best"] <= path.final.sum() + 1e-6
    assert path.final.sum() < found["worst"]


def test_nobody_replaces_anything_in_the_worst():
    """The worst of a ban is that of a firm to which nobody sells in place of what is banned."""
    from detente.sanction.draws import central
    from detente.sanction.short_run import firm_path
    from detente.sanction.study import Choices, run_sanction

    found = run_sanction("huawei", Choices(days=420, draws=1, world_draws=0))
    alone = central(found.card)
    alone = alone._replace(replaceable=0 * alone.replaceable)
    missed = (1 - firm_path(alone, 420).output) * found.firm.accounts.revenue / 365
    assert found.bracket.path["firm"].to_numpy() == pytest.approx(missed)
    assert missed.sum() > 1.5 * ((1 - found.path.output) * found.firm.accounts.revenue / 365).sum()


def test_the_worst_levels_off_day_by_day(small):
    """A day's loss has a bottom above the firm's own; the sum grows with the days."""
    found = bracket(small, small.firms[0], 0, np.zeros(300), bought(np.zeros(300)))
    firm, world = (found.path[key].to_numpy() for key in ("firm", "world"))
    assert firm == pytest.approx(small.firms[0].accounts.revenue / 365)
    assert world[-1] > firm[-1]
    assert world[-100:] == pytest.approx(world[-1], rel=1e-3)
    longer = (
        bracket(small, small.firms[0], 0, np.zeros(600), bought(np.zeros(600))).table["worst"].sum()
    )
    assert longer == pytest.approx(2 * found.table["worst"].sum(), rel=0.05)


def test_the_best_case_serves_what_it_can(small):
    """With no capacity to spare, a firm that makes nothing is missed whatever a planner does."""
    firm = small.firms[0]
    rigid = NetworkParameters(spare_capacity=0.0)
    days = np.zeros(365)
    table = bracket(small, firm, 0, days, bought(np.ones(365)), rigid).table
    assert table["best"].sum() > 0.1 * firm.accounts.revenue
    assert (table["best"] >= 0).all()
    untouched = bracket(small, firm, 0, np.ones(365), bought(np.ones(365)), rigid).table
    assert untouched.to_numpy() == pytest.approx(0, abs=1e-6)


def test_impossible_parameters_are_refused_together():
    with pytest.raises(InputError) as refused:
        NetworkParameters(inventory_days=-1, threshold=2, critical="most")
    assert {p.key for p in refused.value.problems} == {"inventory_days", "threshold", "critical"}
