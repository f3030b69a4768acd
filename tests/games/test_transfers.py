"""A deficit held fixed acts as a transfer: best rates at any cap are named for that."""

import numpy as np
import pytest

import detente as dt
from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.games.nash import optimal
from detente.games.players import Player


def world(sold, bought):
    """Two economies with one sector; the first sells and buys these values."""
    flows = np.array([[[90.0, bought], [sold, 300.0]]])
    return Calibration(
        (Country("A", "A"), Country("B", "B")), (Sector("all", "All"),), flows, np.zeros((1, 2, 2)),
        np.ones((2, 1)), np.zeros((2, 1, 1)), flows.sum(axis=2).T, np.array([4.0]),
        Card("two", "Two", 2000, "made up", "none"),
    )  # fmt: skip


def by_grid(economy, rates, **how):
    """Return real income of A at uniform rates, one solve each."""
    found = [dt.solve(economy, dt.Tariff("A", on="B", set=float(r)), **how) for r in rates]
    return np.array([s.countries.loc["A", "real_income_pct"] for s in found])


def best(economy, high, **how):
    return optimal(economy, Player("A", rule="uniform", sectors="all", high=high), **how)


def said(found):
    return [note for note in found.notes if "transfer" in note]


def test_the_cap_is_named_and_the_optimum_short_of_it_stands_beside():
    economy = world(10.0, 16.0)
    found = best(economy, 3.0)
    assert found.chosen.rates[0] == pytest.approx(3.0)
    (note,) = said(found)
    assert note.startswith("A stands at its highest rates because its deficit of 6 ")
    assert "a higher cap would draw it higher" in note
    below = found.below_cap
    assert below is not None
    rate = float(below.rates[0])
    assert f"{100 * rate:.1f}% on average" in note
    # no neighbour is better, and the highest rate is: by the solver alone
    here, low, high, cap = by_grid(economy, [rate, rate - 0.02, rate + 0.02, 3.0])
    assert here > max(low, high)
    assert cap > here
    assert f"{here:.2f}% against {cap:.2f}%" in note


def test_a_higher_cap_is_taken_too():
    economy = world(10.0, 16.0)
    incomes = [best(economy, high).values[0] for high in (5.0, 10.0, 20.0)]
    assert incomes == sorted(incomes)


@pytest.mark.parametrize(
    ("sold", "high", "how"),
    [
        (10.0, 10.0, {"deficits": "removed"}),  # nothing is transferred
        (16.0, 10.0, {}),  # balanced
        (22.0, 10.0, {}),  # A pays
        (10.0, 0.1, {}),  # the cap is below what it would choose anyhow
    ],
)
def test_nothing_is_said_where_it_is_not_so(sold, high, how):
    assert said(best(world(sold, 16.0), high, **how)) == []
