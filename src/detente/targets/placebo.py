"""A placebo test: where a list of products stands among random lists of equal value."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detente.errors import InputError, Problem
from detente.targets.inputs import (
    EXACT,
    Floats,
    aligned,
    members,
    number,
    product_values,
    refuse,
)

BLOCK = 500
"""Random lists drawn at a time; bounds memory, does not change what is drawn."""


@dataclass(frozen=True, eq=False)
class Placebo:
    """Where a list stands among random lists of equal value.

    Parameters
    ----------
    percentile
        100 × (share of random lists with less pain + half the share with equal pain).
    actual
        Pain of the list itself.
    draws
        Random lists that landed within the tolerance, ``len(values)``.
    values
        Pain of each random list, scaled to the value of the actual one, ``(draws,)``.
    ties
        Share of random lists with the same pain. At 1 every list of this value does the same, and
        the percentile (50) says nothing.
    value_spread
        Least and largest value of a random list relative to the actual one.
    missed
        Draws left out since no product was left that would have landed them.
    """

    percentile: float
    actual: float
    draws: int
    values: Floats
    ties: float
    value_spread: tuple[float, float]
    missed: int


def placebo(
    products: pd.DataFrame,
    pain: pd.Series,
    actual: Iterable[Hashable],
    *,
    draws: int = 10_000,
    seed: int = 0,
    tolerance: float = 0.01,
) -> Placebo:
    """Compare the pain of a list with that of random lists of equal value.

    A random list takes products in random order, passing over any that would carry it beyond
    ``V(1 + tolerance)``, until it holds ``V(1 − tolerance)``. Its pain is scaled by V over its own
    value, so that landing low or high tells nothing. Products without imports are left out.

    Parameters
    ----------
    products
        Index product; column ``value``, USD: all that could have been listed.
    pain
        Pain b >= 0 by product.
    actual
        Products on the list, whose value is V.
    draws
        Random lists to draw, >= 1.
    seed
        Seed of the generator; the same seed draws the same lists.
    tolerance
        Most relative distance from V, in (0, 1).

    Raises
    ------
    InputError
        Figures missing or negative, unknown products, or no random list that lands.

    References
    ----------
    After Fetzer & Schwarz (2021), "Tariffs and Politics", Economic Journal 131(636), 1717-1741.
    """
    problems: list[Problem] = []
    value = product_values(products, problems)
    gain = aligned(pain, products.index, "pain", problems)
    listed = members(products, list(actual), problems)
    if not isinstance(draws, int | np.integer) or draws < 1:
        problems.append(Problem("is no count", key="draws", value=draws, allowed=">= 1"))
    if not 0 < number(tolerance, "tolerance", problems) < 1:
        problems.append(Problem("is out of range", key="tolerance", value=tolerance, allowed="0-1"))
    refuse(problems)
    target = float(value[listed].sum())
    if target <= 0:
        raise InputError(Problem("holds no imports", key="actual"))
    traded = value > 0
    mine = float(gain[listed & traded].sum())
    held, done = _random_lists(value[traded], gain[traded], target, draws, seed, tolerance)
    landed = held >= target * (1 - tolerance)
    if not landed.any():
        words = "no random list lands this near; products are large beside the list"
        raise InputError(Problem(words, key="tolerance", value=tolerance))
    found = done[landed] * target / held[landed]
    same = np.isclose(found, mine, rtol=EXACT, atol=0)
    below = (found < mine) & ~same
    return Placebo(
        percentile=float(100 * (below.mean() + same.mean() / 2)),
        actual=mine,
        draws=int(landed.sum()),
        values=found,
        ties=float(same.mean()),
        value_spread=(float(held[landed].min() / target), float(held[landed].max() / target)),
        missed=int((~landed).sum()),
    )


def _random_lists(
    value: Floats, gain: Floats, target: float, draws: int, seed: int, tolerance: float
) -> tuple[Floats, Floats]:
    """Draw value and pain of random lists ``(draws,)``; one that never lands holds too little."""
    rng = np.random.default_rng(seed)
    low, high = target * (1 - tolerance), target * (1 + tolerance)
    held, done = np.zeros(draws), np.zeros(draws)
    for start in range(0, draws, BLOCK):
        here = slice(start, min(start + BLOCK, draws))
        count = here.stop - here.start
        order = rng.permuted(np.tile(np.arange(len(value)), (count, 1)), axis=1)
        got, hurt = np.zeros(count), np.zeros(count)
        for product in np.ascontiguousarray(order.T):
            take = (got < low) & (got + value[product] <= high)
            got += np.where(take, value[product], 0.0)
            hurt += np.where(take, gain[product], 0.0)
            if got.min() >= low:
                break
        held[here], done[here] = got, hurt
    return held, done
