"""Games in the two rates of two equal economies: what a war can come to, with nothing to solve for.

With one sector an importer's revenue over its imports is its rate, so payoffs can be any function
of the two rates, while the search works on the economy as always.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from detente.axes import Country, Sector
from detente.baseline.calibration import Calibration
from detente.baseline.card import Card
from detente.games.players import Player

HIGH = 0.5


def world() -> Calibration:
    """Return two economies with one sector, labour alone and balanced trade."""
    flows = np.array([[[80.0, 20.0], [20.0, 80.0]]])
    return Calibration(
        (Country("C0", "Country 0"), Country("C1", "Country 1")),
        (Sector("S0", "Sector 0"),),
        flows,
        np.zeros_like(flows),
        np.ones((2, 1)),
        np.zeros((2, 1, 1)),
        flows.sum(axis=2).T,
        np.array([4.0]),
        Card("paper", "an economy on paper", 2000, "made up", "none"),
    )


def players(*payoffs) -> list[Player]:
    """Return two players with payoffs ``f(own rate, other's rate)``."""
    return [
        Player(f"C{n}", sectors="all", high=HIGH, objective=_of_rates(payoff, n))
        for n, payoff in enumerate(payoffs)
    ]


@lru_cache
def _of_rates(payoff, own):
    """Make an objective, the same one each time: every new function is compiled anew.

    Without that the tests of ends alone take a sixth of the memory maps that a process may have,
    and whoever comes after many other modules crashes in the compiler.
    """

    def rate(found, n):
        return found.tariff_revenue_cf[n] / found.flows_cf[0, n, 1 - n]

    return lambda economy, found: payoff(rate(found, own), rate(found, 1 - own))


PENNIES = (lambda own, other: (own - other + 0.02) ** 2, lambda own, other: -((own - other) ** 2))
"""One flees, the other follows: no equilibrium in pure strategies."""
TWO_WARS = (lambda own, other: (other - 0.25) * own,) * 2
"""Each wants to do as the other does: no tariffs or the highest ones, both equilibria."""
HILLS = (lambda own, other: (own - 0.3) ** 2, lambda own, other: -own)
"""The first has a local optimum at its highest rate and a better one at its lowest."""
