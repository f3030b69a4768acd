"""A firm by the day against closed forms, a plain loop, and common sense."""

import numpy as np
import pytest

from detente.errors import InputError
from detente.sanction.draws import central, draw
from detente.sanction.load import load_card
from detente.sanction.short_run import FirmParameters, firm_path, reference_path, run_of_stock


def one_input(phi, days, threshold, **changed):
    values = {
        "line_share": np.ones(1),
        "needed": np.ones((1, 1)),
        "inventory_days": np.array([days]),
        "cut": np.array([phi]),
        "replaceable": np.zeros(1),
        "replace_days": np.ones(1),
        "threshold": threshold,
        "restock_days": 10.0,
        "spare_supply": 0.2,
        "demand_loss": 0.0,
        "demand_return_days": 30.0,
    }
    return FirmParameters(**values | changed)


@pytest.mark.parametrize(
    ("phi", "days", "threshold"),
    [(0.5, 20.0, 0.4), (1.0, 30.0, 0.3), (0.3, 12.7, 0.9), (0.9, 3.0, 0.1), (0.05, 45.0, 0.6)],
)
def test_one_input_cut_follows_the_closed_form(phi, days, threshold):
    path = firm_path(one_input(phi, days, threshold), 180)
    # the rate that the stock allows at the end of each day
    rate = np.minimum(1, path.stock[:, 0] / (threshold * days))
    expected = reference_path(phi, days, threshold, np.arange(1, 181))
    assert np.abs(rate - expected).max() < 1e-10
    # and output of a day is its mean over the day
    grid = np.linspace(0, 180, 180 * 400 + 1)
    fine = reference_path(phi, days, threshold, grid)
    mean = ((fine[1:] + fine[:-1]) / 2).reshape(180, 400).mean(axis=1)
    assert np.abs(path.output - mean).max() < 1e-5


def test_full_output_until_the_stock_is_down():
    path = firm_path(one_input(0.5, 20.0, 0.4), 60)
    stop = (1 - 0.4) * 20 / 0.5
    assert (path.output[: int(stop)] == 1).all()
    assert (np.diff(path.output[int(stop) :]) < 0).all()


def test_a_stock_with_its_use_is_at_rest():
    path = firm_path(one_input(0.0, 20.0, 0.4), 100)
    assert (path.output == 1).all()
    assert np.abs(path.stock - 20).max() < 1e-12


@pytest.mark.parametrize("inflow", [0.0, 0.4, 1.0, 1.3])
@pytest.mark.parametrize("stock", [0.0, 2.0, 5.0, 5.3, 9.0])
def test_a_day_of_a_stock_against_small_steps(stock, inflow):
    kappa, wanted = 5.0, 1.0
    used, end = (float(x) for x in run_of_stock(stock, inflow, kappa, wanted))
    level, count = stock, 20_000
    for _ in range(count):
        level += (inflow - min(wanted, level / kappa)) / count
    assert end == pytest.approx(level, abs=2e-4)
    assert used == pytest.approx(stock + inflow - end, abs=1e-6)


def test_output_comes_back_after_relief():
    path = firm_path(one_input(1.0, 20.0, 0.3), 200, start=5, relief=80)
    assert (path.output[:5] == 1).all()
    assert path.output[79] < 0.05
    assert path.output[-1] > 0.999
    assert (np.diff(path.output[80:]) >= -1e-9).all()


def test_lost_customers_come_back_later_than_parts():
    there = firm_path(one_input(1.0, 20.0, 0.3, demand_loss=0.01), 260, relief=80)
    assert there.demand[79] < 0.7
    assert there.output[120] < firm_path(one_input(1.0, 20.0, 0.3), 260, relief=80).output[120]
    assert there.demand[-1] > there.demand[90]


def test_inputs_of_one_line_nest():
    # 0.9 of the line needs the first input, 0.5 of it the second as well
    both = one_input(1.0, 0.0, 0.3)._replace(
        needed=np.array([[0.9, 0.5]]), inventory_days=np.zeros(2), cut=np.array([0.0, 1.0]),
        replaceable=np.zeros(2), replace_days=np.ones(2),
    )  # fmt: skip
    assert firm_path(both, 20).output[-1] == pytest.approx(0.5, abs=1e-6)
    first = both._replace(cut=np.array([1.0, 0.0]))
    assert firm_path(first, 20).output[-1] == pytest.approx(0.1, abs=1e-6)
    # half of the first input is enough for the 0.4 that can be made at all, a quarter is not
    half = both._replace(cut=np.array([0.5, 1.0]))
    assert firm_path(half, 60).output[-1] == pytest.approx(0.1 + 0.4, abs=1e-6)
    quarter = both._replace(cut=np.array([0.75, 1.0]))
    assert firm_path(quarter, 200).output[-1] == pytest.approx(0.1 + 0.9 * 0.25, abs=1e-3)


def test_product_lines_do_not_share_their_inputs():
    lines = one_input(1.0, 0.0, 0.3)._replace(
        line_share=np.array([0.6, 0.3]), needed=np.array([[0.8, 0.0], [0.0, 1.0]]),
        inventory_days=np.zeros(2), cut=np.array([1.0, 0.0]), replaceable=np.zeros(2),
        replace_days=np.ones(2),
    )  # fmt: skip
    path = firm_path(lines, 20)
    assert path.by_line[-1] == pytest.approx([0.2, 1.0], abs=1e-6)
    assert path.output[-1] == pytest.approx(0.6 * 0.2 + 0.3 + 0.1, abs=1e-6)


def test_others_supply_what_they_can_in_time():
    path = firm_path(
        one_input(1.0, 0.0, 0.3, replaceable=np.array([0.4]), replace_days=np.array([50.0])), 100
    )
    assert path.output[25] == pytest.approx(0.2, abs=1e-3)
    assert path.output[-1] == pytest.approx(0.4, abs=1e-6)


def test_draws_at_once_are_draws_one_by_one():
    card = load_card("zte")
    many = draw(card, 7, seed=3)
    together = firm_path(many, 60, relief=40).output
    for k in range(7):
        alone = firm_path(FirmParameters(*(p[k] for p in many)), 60, relief=40).output
        assert np.abs(together[k] - alone).max() < 1e-13


def test_draws_stay_in_the_ranges_of_the_card_and_repeat():
    card = load_card("zte")
    one, two = draw(card, 500, seed=1), draw(card, 500, seed=1)
    assert all((a == b).all() for a, b in zip(one, two, strict=True))
    for k, item in enumerate(card.critical_inputs):
        low, high = item.inventory_days.bounds
        assert one.inventory_days[:, k].min() >= low
        assert one.inventory_days[:, k].max() <= high
    assert not (draw(card, 500, seed=2).inventory_days == one.inventory_days).all()


def test_a_smaller_ban_hurts_less():
    card = load_card("zte")
    whole, half = (firm_path(central(card, ban_share=x), 90).output.mean() for x in (1.0, 0.5))
    assert whole < half < 1
    assert (firm_path(central(card, ban_share=0.0), 90).output == 1).all()


def test_relief_before_the_ban_is_refused():
    with pytest.raises(InputError, match="relief comes after"):
        firm_path(one_input(1.0, 5.0, 0.3), 10, start=5, relief=2)
