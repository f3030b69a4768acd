"""What new duties would bring on unchanged trade, and what buyers pay in all: sums by hand."""

import numpy as np

from detente.incidence import who_pays
from detente.policy.tariffs import Tariff
from detente.simulate import solve
from economies import random_economy


def test_duty_on_old_trade_and_the_bill_sector_by_sector():
    world = random_economy(5, 3, 3)
    solution = solve(world, Tariff("C0", on="C1", add=0.3))
    found = who_pays(solution, "C0", "C1")
    after = solution.flows["flow_cf"].sel(importer="C0", exporter="C1").to_numpy()
    duty, bill, revenue = [], [], []
    for s in range(3):
        old, rate = world.flows[s, 0, 1], world.tariff[s, 0, 1]
        duty.append(0.3 * old)
        bill.append((1.3 + rate) * after[s] - (1 + rate) * old)
        revenue.append((0.3 + rate) * after[s] - rate * old)
    np.testing.assert_allclose(found.sectors["duty_on_old_trade_musd"], duty)
    np.testing.assert_allclose(found.sectors["bill_change_musd"], bill)
    np.testing.assert_allclose(found.sectors["revenue_change_musd"], revenue)
    np.testing.assert_allclose(found.total["duty_on_old_trade_musd"], sum(duty))
    assert (np.array(revenue) < duty).all()  # trade has moved
