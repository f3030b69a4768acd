"""The first-order measure of welfare by hand: two economies, one good, labour alone."""

import numpy as np

from detente.model.welfare import first_order, real_income_hat
from economies import two_countries

TWO, SPENT = two_countries(), np.array([122.0, 212.0])


def test_terms_and_volume_of_trade_by_hand():
    cost = np.array([[1.02], [0.99]])
    flows_cf = np.array([[[101.0, 18.0], [12.0, 199.0]]])
    found = first_order(TWO, cost, flows_cf)
    # A sells 10 at 2% more and buys 20 at 1% less; B the other way round
    terms = np.array([10 * 0.02 + 20 * 0.01, -20 * 0.01 - 10 * 0.02]) / SPENT
    # duties on the change of trade beyond that of its price: 18 for 20 · 0.99, 12 for 10 · 1.02
    volume = np.array([0.1 * (18 - 19.8), 0.2 * (12 - 10.2)]) / SPENT
    np.testing.assert_allclose(found.terms_of_trade, terms, rtol=1e-12)
    np.testing.assert_allclose(found.volume_of_trade, volume, rtol=1e-12)
    np.testing.assert_allclose(found.total, terms + volume, rtol=1e-12)


def test_real_income_is_income_over_prices():
    found = real_income_hat(TWO, np.array([1.1, 0.9]) * SPENT, np.array([1.05, 0.8]))
    np.testing.assert_allclose(found, [1.1 / 1.05, 0.9 / 0.8])
