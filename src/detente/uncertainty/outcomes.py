"""What draws keep of a solved variant: a few headline figures, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from detente.baseline.calibration import Calibration
from detente.model.welfare import welfare_hat
from detente.solver.equilibrium import Equilibrium

Array = NDArray[np.float64]
REAL_INCOME = "real_income"
PER_CENT = (REAL_INCOME, "exports", "imports", "bought", "output")
"""Outcomes that are changes in per cent; the others are changes in the baseline's unit."""


def outcomes(solved: Equilibrium, focus: Sequence[str]) -> dict[str, Array]:
    """Return changes from the baseline by name of the outcome.

    ``real_income``, ``exports``, ``imports`` and ``tariff_revenue`` are ``(country,)``. Of two
    economies in focus ``bought`` is ``(2,)``, the goods that each buys from the other, at fob, and
    ``balance`` ``(2,)``, of the first with the second in goods and in all trade; of those in focus
    ``output`` is ``(focus, sector)``, gross output in quantity.
    """
    c, after = solved.calibration, solved.outcome
    later = np.asarray(after.flows_cf)
    income = 100 * (welfare_hat(c, after) - 1)
    home = np.arange(len(c.countries))
    trade = []
    for flows in (c.flows.sum(axis=0), later.sum(axis=0)):
        flows[home, home] = 0.0
        trade.append(flows)
    found = {
        REAL_INCOME: income,
        "exports": per_cent(trade[1].sum(axis=0), trade[0].sum(axis=0)),
        "imports": per_cent(trade[1].sum(axis=1), trade[0].sum(axis=1)),
        "tariff_revenue": np.asarray(after.tariff_revenue_cf) - c.tariff_revenue,
    }
    places = [c.country_codes.index(code) for code in focus]
    if places:
        output = np.asarray(after.output_cf)[places] / np.asarray(after.cost_hat)[places]
        found["output"] = per_cent(output, c.output[places])
    if len(places) == 2:
        a, b = places
        goods = [_both_ways(flows[c.goods].sum(axis=0), a, b) for flows in (c.flows, later)]
        every = [_both_ways(flows, a, b) for flows in trade]
        found["bought"] = per_cent(goods[1], goods[0])
        # sold less bought: the other way round than purchases
        found["balance"] = np.array([
            (now[1] - now[0]) - (then[1] - then[0]) for then, now in (goods, every)
        ])  # fmt: skip
    return found


def shapes(c: Calibration, focus: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of `outcomes` by name."""
    countries, sectors = len(c.countries), len(c.sectors)
    one = dict.fromkeys((REAL_INCOME, "exports", "imports", "tariff_revenue"), (countries,))
    each = {"output": (len(focus), sectors)} if focus else {}
    pair = dict.fromkeys(("bought", "balance"), (2,)) if len(focus) == 2 else {}
    return one | each | pair


def _both_ways(flows: Array, a: int, b: int) -> Array:
    """Purchases of each of two economies from the other."""
    return np.array([flows[a, b], flows[b, a]])


def per_cent(after: Array, before: Array) -> Array:
    """Return a change in per cent; none of what was nothing."""
    ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    return 100 * (ratio - 1)
