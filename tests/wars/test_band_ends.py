"""The ends of bands of wars: quantiles of known draws."""

import numpy as np

from detente.baseline.elasticity_draws import Disagreement
from detente.games.nash import Status
from detente.wars.results import Bands

KNOWN = np.column_stack([np.arange(40.0), -np.arange(40.0)])


def bands(count, **lost):
    statuses = [str(Status.CERTIFIED)] * count
    for place, said in lost.items():
        statuses[int(place[1:])] = said
    held = KNOWN[:count]
    return Bands(
        ("A", "B"), tuple(statuses), held, held / 100, held / 50, 0, Disagreement(0.1, 0.1)
    )


def test_nine_in_ten_of_forty_draws():
    # a twentieth of the way from 0 to 39 is 1.95
    table = bands(40).table()
    np.testing.assert_allclose(table["real_income_low_pct"], [1.95, -37.05])
    np.testing.assert_allclose(table["real_income_high_pct"], [37.05, -1.95])
    np.testing.assert_allclose(table["median_rate_high"], [0.3705, -0.0195])
    np.testing.assert_allclose(table["mean_rate_low"], [0.039, -0.741])


def test_all_of_few_draws_and_none_that_failed():
    np.testing.assert_allclose(bands(19).table()["real_income_high_pct"], [18, 0])
    lost = bands(19, d18="no equilibrium")
    np.testing.assert_allclose(lost.table()["real_income_high_pct"], [17, 0])
    assert lost.dropped == {"no equilibrium": 1}
