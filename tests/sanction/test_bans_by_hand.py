"""Single formulas of a ban by hand: its days, the use of inputs, the loss of a cut-off."""

import numpy as np
import pytest

from detente.sanction.leverage import Exposure, cut_off_losses
from detente.sanction.purchases import use_share
from detente.sanction.short_run import FirmParameters, supply_share
from economies import two_countries

PARAMETERS = FirmParameters(
    line_share=np.array([0.8, 0.2]),
    needed=np.array([[1.0, 0.5], [0.0, 1.0]]),
    inventory_days=np.array([30.0, 60.0]),
    cut=np.array([0.6, 1.0]),
    replaceable=np.array([0.0, 0.5]),
    replace_days=np.array([1.0, 10.0]),
    threshold=0.5,
    restock_days=10.0,
    spare_supply=0.1,
    demand_loss=0.0,
    demand_return_days=1.0,
)


def test_a_ban_holds_from_its_first_day_to_the_day_before_relief():
    expected = {4: (1, 1), 5: (0.4, 0), 7: (0.4, 0.1), 15: (0.4, 0.5), 29: (0.4, 0.5), 30: (1, 1)}
    for day, share in expected.items():
        found = supply_share(PARAMETERS, float(day), 5.0, 30.0)
        assert np.asarray(found).tolist() == pytest.approx(share, abs=1e-6), day


def test_use_of_an_input_is_that_of_its_lines_by_their_size():
    # the first by the large line alone; the second by half of it and by the small one
    np.testing.assert_allclose(use_share(PARAMETERS), [0.8 / 1.4, (0.4 + 0.2) / 1.4])


def test_what_a_cut_off_costs():
    world = two_countries()
    falls = np.full((2, 1, 2, 2), -0.1)  # ln of real income, by ln of any cell's cost
    losses = cut_off_losses(Exposure(world, falls))
    # A spends 22 of 122 on B's goods, B 12 of 212 on A's; θ is 4
    for n, (i, share) in enumerate(((1, 22 / 122), (0, 12 / 212))):
        factor = -np.log(1 - share) / (4 * share)
        np.testing.assert_allclose(losses[:, 0, n, i], 0.1 * factor * np.array([122, 212]))
        assert losses[0, 0, n, n] == 0
