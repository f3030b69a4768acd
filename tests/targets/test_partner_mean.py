"""The mean tariff that another is brought to: the partner's, under the measures in force."""

import numpy as np
import pytest

from detente.policy.arrays import Policy
from detente.targets.goals import MeanTariff
from economies import random_economy


def test_the_partners_mean_is_that_of_the_measures_in_force():
    world = random_economy(4, 3, 3)
    tariff = world.tariff.copy()
    tariff[0, 1, 0] += 0.4  # C1 has struck C0 in one sector
    aim = MeanTariff("C0", "C1", "partner", "all").aim(world, Policy(tariff, np.ones_like(tariff)))
    back = world.flows[:, 1, 0]
    theirs = (sum(world.tariff[s, 1, 0] * back[s] for s in range(3)) + 0.4 * back[0]) / sum(back)
    own = world.flows[:, 0, 1]
    ours = sum(world.tariff[s, 0, 1] * own[s] for s in range(3)) / sum(own)
    assert aim.target == pytest.approx(theirs)
    assert aim.before == pytest.approx(ours)
    assert aim.scale == pytest.approx(abs(theirs - ours))
