"""Which figure decides: what chance alone explains is taken off."""

import numpy as np
import pandas as pd
import pytest

from detente.talks.importance import importance


def test_two_groups_by_hand():
    # means ±1, one above and one below them: half of the variance, less one part in 22
    x = pd.DataFrame({"half": [0.0] * 12 + [1.0] * 12, "other": [0.0, 1.0] * 12})
    y = pd.DataFrame({"y": [-2.0, 0.0] * 6 + [0.0, 2.0] * 6})
    found = importance(x, y)["y"]
    assert found["half"] == pytest.approx(1 - 0.5 * 23 / 22)
    assert found["other"] == pytest.approx(1 - 0.5 * 23 / 22)
    same = importance(x, pd.DataFrame({"y": [-1.0, 1.0, 1.0, -1.0] * 6}))["y"]
    assert (same == 0).all()


def test_few_draws_of_noise_explain_nothing():
    rng = np.random.default_rng(3)
    x = pd.DataFrame(rng.normal(size=(60, 200)))
    y = pd.DataFrame({"y": rng.normal(size=60)})
    found = importance(x, y)["y"].to_numpy()
    # bins alone explain 9/59 of the variance of 60 draws
    assert found.mean() < 0.05
    assert np.median(found) < 0.02
