"""What lines of one cell make of its kernel, by hand."""

from types import SimpleNamespace

import jax
import numpy as np

from detente.model import equations as eq
from detente.model.economy import Lines, Shock
from economies import two_countries

TWO = two_countries()


def test_two_lines_of_what_a_buys_from_b():
    # 30% of spending pays 40% instead of 10%, 70% of it 5% with half of its suppliers banned
    lines = Lines(
        cell=np.array([1, 1]),  # importer A, exporter B
        weight=np.array([0.3, 0.7]),
        before=np.array([0.1, 0.1]),
        tariff_gap=np.array([0.2, -0.15]),
        tax_gap=np.array([0.0, 0.1]),
        cost_ratio=np.array([1.0, 1.2]),
        supply_ratio=np.array([1.0, 0.5]),
    )
    tariff = np.where([[[False, True], [False, False]]], 0.2, TWO.tariff)
    shock = Shock(tariff, np.ones_like(tariff), np.zeros(2), np.zeros(2), lines=lines)
    kept = {"trade_shares": TWO.trade_shares, "trade_elasticity": TWO.trade_elasticity}
    economy = SimpleNamespace(**kept, pass_through=None)
    share = 22 / 122
    first = share * 0.3 * (1.4 / 1.1) ** -4
    second = share * 0.7 * (1.2 * 1.1 * 1.05 / 1.1) ** -4 * 0.5
    with jax.enable_x64(True):
        lines, shock, place = jax.tree.map(jax.numpy.asarray, (lines, shock, np.arange(4.0)))
        economy = SimpleNamespace(**jax.tree.map(jax.numpy.asarray, vars(economy)))
        gross, fob, receipts = eq.line_kernels(economy, shock)
        whole = eq.taken_apart(lines, place.reshape(1, 2, 2), gross)
    np.testing.assert_allclose(gross, [first, second], rtol=1e-12)
    np.testing.assert_allclose(fob, [first / 1.4, second / 1.05], rtol=1e-12)
    np.testing.assert_allclose(receipts, [first / 1.4, second / 1.05 / 1.1], rtol=1e-12)
    np.testing.assert_allclose(whole, [[[0, first + second], [2, 3]]], rtol=1e-12)
