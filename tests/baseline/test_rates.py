"""Other tariffs in a baseline: its accounts close again; its highest rates are listed."""

import numpy as np
import pytest

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.baseline.rates import HighRate, highest_rates, with_tariffs


def _two_by_two(final_of_farm: float = 40.0) -> Calibration:
    """A buys 100 of its own grain, 50 of B's at 20%; its makers buy grain and 50 of their own."""
    flows = np.array([[[100.0, 50.0], [0.0, 80.0]], [[200.0, 0.0], [50.0, 100.0]]])
    tariff = np.zeros_like(flows)
    tariff[0, 0, 1] = 0.2
    output = flows.sum(axis=1).T
    spending = ((1 + tariff) * flows).sum(axis=2).T
    bought = np.zeros((2, 2, 2))
    bought[0, :, 1] = spending[0, 0] - final_of_farm, 50.0
    share = bought / output[:, None, :]
    return Calibration(
        countries=(Country("A", "Aland"), Country("B", "Bland")),
        sectors=(Sector("F", "Farm", ("01",)), Sector("M", "Making", ("28",))),
        flows=flows,
        tariff=tariff,
        value_added_share=1 - share.sum(axis=1),
        input_share=share,
        final_demand=spending - bought.sum(axis=2),
        trade_elasticity=np.array([3.0, 5.0]),
        card=Card("two", "Two", 2014, "made up", "none"),
    )


def test_final_demand_takes_the_change_of_duties():
    before = _two_by_two()
    tariff = before.tariff.copy()
    tariff[0, 0, 1] = 0.5
    after = with_tariffs(before, tariff)
    assert after.final_demand.tolist() == [[55.0, 150.0], [80.0, 150.0]]  # 30 points on 50
    assert after.tariff_revenue.tolist() == [25.0, 0.0]
    assert after.income.tolist() == [205.0, 230.0]
    assert np.array_equal(after.input_share, before.input_share)
    assert np.array_equal(after.flows, before.flows)
    (said,) = after.card.adjustments
    assert said.size == 0.15  # 15 of duties, 50 + 50 of trade


def test_duties_above_all_final_spending_are_balanced_away():
    before = _two_by_two(final_of_farm=4.0)
    after = with_tariffs(before, np.zeros_like(before.tariff))
    # 10 of duties go where 4 of final spending were: makers buy 6 less grain, 6 more of their own
    assert after.final_demand[0] == pytest.approx([0, 144], abs=1e-9)
    assert (after.input_share * after.output[:, None, :])[0, :, 1] == pytest.approx([150, 56])
    assert after.expenditure[0].tolist() == [150.0, 200.0]
    assert np.array_equal(after.input_share[1], before.input_share[1])
    what = [a.what for a in after.card.adjustments]
    assert what[1] == "after it, negative final demand set to zero (1 cells)"
    assert [a.size for a in after.card.adjustments[:2]] == [0.1, pytest.approx(6 / 374, rel=1e-5)]


def test_the_highest_rates_between_economies_that_trade():
    economy = _two_by_two()
    tariff = economy.tariff.copy()
    tariff[1, 1, 0] = 0.7
    tariff[0, 1, 0] = 9.0  # nothing flows there
    economy = with_tariffs(economy, tariff)
    first = HighRate("B", "A", "M", 0.7, 50.0)
    assert highest_rates(economy) == (first, HighRate("A", "B", "F", 0.2, 50.0))
    assert highest_rates(economy, 1) == (first,)
