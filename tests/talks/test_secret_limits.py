"""Chances of a deal by offers to a side that keeps its limit to itself, by hand."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from detente.talks import uncertainty
from detente.talks.private_information import Offers


def chances(monkeypatch, accepted, risk, days, rows):
    """Return the chance of a deal where offers are accepted with known chances, round by round."""
    made = np.zeros(len(accepted), dtype=int)
    offers = Offers(made, np.array(accepted), np.zeros((1, 1)), 0.0, sum(accepted))
    monkeypatch.setattr(uncertainty, "_private", lambda *_: offers)
    talks = SimpleNamespace(round_days=days, breakdown_risk=SimpleNamespace(central=risk))
    case = SimpleNamespace(talks=talks, parties=("one", "two"))
    table = pd.DataFrame(rows, columns=["economy", "passes", "package", "central_gain_two"])
    return uncertainty._secret_deals(case, table, None, np.random.default_rng(0))


def test_talks_may_break_down_between_two_offers(monkeypatch):
    sure = [(0, 1.0, 4, 1.0), (1, 1.0, 4, 2.0)]
    # a risk of ln 2 a year, a year between offers: the second is made in half of the talks
    found = chances(monkeypatch, (0.5, 0.3), np.log(2), 365, sure)
    np.testing.assert_allclose(found, 0.5 + 0.3 / 2)
    # half a year between them
    found = chances(monkeypatch, (0.5, 0.3, 0.1), np.log(2), 182.5, sure)
    np.testing.assert_allclose(found, 0.5 + 0.3 / np.sqrt(2) + 0.1 / 2)
    found = chances(monkeypatch, (0.5, 0.3), 0.0, 365, sure)
    np.testing.assert_allclose(found, 0.8)


def test_what_is_accepted_must_be_there_and_pass_at_home(monkeypatch):
    # of those who accept, one in two has a package, which passes with three in four
    rows = [(0, 0.75, 4, 1.0), (0, 1.0, -1, 0.0), (0, 1.0, 4, -1.0)]
    found = chances(monkeypatch, (0.8,), 0.0, 365, rows)
    np.testing.assert_allclose(found, 0.8 * 0.375)
    # never likelier than where limits are known
    rows = [(0, 1.0, 4, 1.0), *[(0, 1.0, -1, -1.0)] * 3]
    assert chances(monkeypatch, (0.8,), 0.0, 365, rows)[0] == pytest.approx(0.25)
