"""The table of quotas and purchases: its wedges are the changes of tariffs that do the same."""

import numpy as np
import pytest

from detente.policy.arrays import Policy
from detente.policy.volumes import PurchaseCommitment, Quota
from detente.simulate import solve
from economies import random_economy

WORLD = random_economy(11, 3, 3)


def test_wedges_in_per_cent_are_put_on_duty_paid_prices():
    found = solve(
        WORLD,
        Quota("C0", on="C1", sectors="S0", scale=0.6, id="quota"),
        PurchaseCommitment("C1", on="C0", sectors="S1", scale=1.5, id="purchase"),
    )
    table = found.limits
    assert list(table["kind"]) == ["ceiling", "floor"]
    assert table.loc["quota", "wedge_pct"] > 1
    assert table.loc["purchase", "wedge_pct"] < -1
    before = WORLD.flows[[0, 1], [0, 1], [1, 0]]
    np.testing.assert_allclose(table["before_musd"], before)
    np.testing.assert_allclose(table["bound_musd"], [0.6 * before[0], 1.5 * before[1]])
    np.testing.assert_allclose(table["after_musd"], table["bound_musd"], rtol=1e-8)
    tariff = WORLD.tariff.copy()
    for name, cell in (("quota", (0, 0, 1)), ("purchase", (1, 1, 0))):
        tariff[cell] = (1 + tariff[cell]) * (1 + table.loc[name, "wedge_pct"] / 100) - 1
    same = solve(WORLD, policy=Policy(tariff, np.ones_like(tariff)))
    np.testing.assert_allclose(found.flows["flow_cf"], same.flows["flow_cf"], rtol=1e-7)
    assert found.countries.loc["C1", "licences_musd"] < 0  # the treasury pays
    np.testing.assert_allclose(found.welfare, same.welfare, atol=1e-7)
    both = found.countries["licences_musd"] + found.countries["tariff_revenue_change_musd"]
    assert both.to_numpy() == pytest.approx(same.countries["tariff_revenue_change_musd"], abs=1e-6)
