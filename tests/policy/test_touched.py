"""What a measure is on: trade, the part that it covers, mean rates before and after."""

import numpy as np
import pytest

from detente.policy.instruments import ExportBan, ProductionSubsidy, Transfer
from detente.policy.tariffs import Tariff
from detente.policy.touched import touched
from detente.policy.volumes import Quota
from economies import random_economy

WORLD = random_economy(5, 3, 2)
TRADE = WORLD.flows[:, 0, 1]  # of C0 from C1, by sector
MEAN = float((WORLD.tariff[:, 0, 1] * TRADE).sum() / TRADE.sum())


def test_points_on_a_part():
    on = touched(WORLD, Tariff("C0", "C1", "all", add=0.1, coverage=0.25))
    assert on.named == pytest.approx(TRADE.sum())
    assert on.covered == pytest.approx(TRADE.sum() / 4)
    assert on.before == pytest.approx(MEAN)
    assert on.after == pytest.approx(MEAN + 0.1)


@pytest.mark.parametrize(
    ("rate", "after"),
    [({"set": 0.02}, 0.02), ({"scale": 0.5}, MEAN / 2), ({"add": -0.05}, MEAN - 0.05)],
)
def test_mean_rates_afterwards(rate, after):
    assert touched(WORLD, Tariff("C0", "C1", "all", **rate)).after == pytest.approx(after)


def test_of_exporters_quotas_and_producers():
    ban = touched(WORLD, ExportBan("C1", "C0", "S0", coverage=0.5))
    assert (ban.named, ban.covered) == pytest.approx((TRADE[0], TRADE[0] / 2))
    assert ban.before is ban.after is None
    quota = touched(WORLD, Quota("C0", "C1", "S1", scale=0.5))
    assert quota.covered == pytest.approx(TRADE[1])
    subsidy = touched(WORLD, ProductionSubsidy("C2", "all", add=0.1))
    assert subsidy.covered == pytest.approx(np.sum(WORLD.flows[:, :, 2]))
    assert touched(WORLD, Transfer("C0", "C1", value_usd=1)) is None
