"""What a bound calls sure before votes are counted: the bound itself, by hand."""

import numpy as np
import pytest

from detente.talks.ratification import surely


@pytest.mark.parametrize(
    ("approval", "bound"),
    [
        (0.6, 1 - np.exp(-2 * 10**2 / 100)),  # 60 expected of 51 needed: 10 above 50
        (0.5, 1 - np.exp(0.0)),  # 50 expected: nothing is sure
        (0.55, 1 - np.exp(-2 * 5**2 / 100)),
    ],
)
def test_who_passes_for_sure(approval, bound):
    approvals = np.array([[approval], [approval]])  # of sixty, and of forty
    for least in (bound - 1e-6, bound + 1e-6):
        passes, _ = surely([60, 40], approvals, 51, least)
        assert passes.tolist() == [least < bound]


@pytest.mark.parametrize("approval", [0.4, 0.45])
def test_who_fails_for_sure(approval):
    bound = np.exp(-2 * (51 - 100 * approval) ** 2 / 100)
    for least in (bound - 1e-6, bound + 1e-6):
        _, fails = surely([100], np.array([[approval]]), 51, least)
        assert fails.tolist() == [least > bound]
