"""Figures of an own economy that are possible, and probably in another unit than they should be.

Each is refused with the likelier reading. Where it is meant, ``confirmed`` in ``economy.yaml`` says
so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detente.baseline.table_accounts import Accounts
from detente.baseline.table_layout import ELASTICITIES, FLOWS, TARIFFS
from detente.errors import Problem

TARIFF_WORD, HOME_WORD, ELASTICITY_WORD = "tariffs", "home-sales", "elasticities"
WORDS = (TARIFF_WORD, HOME_WORD, ELASTICITY_WORD)
"""What can be confirmed."""
_HIGH_MEAN = 0.3  # no country of the last decades has had such a mean tariff
_LOW_HIGHEST = 0.003
_HIGH_ELASTICITY = 40.0


@dataclass(frozen=True)
class Doubt:
    """A question: the word that confirms it, the table, and what is asked."""

    word: str
    table: str
    key: str
    message: str


def doubts(accounts: Accounts, elasticity: np.ndarray | None) -> Iterator[Doubt]:
    """Yield what is odd in the figures."""
    yield from _tariff_doubts(accounts)
    yield from _home_doubts(accounts)
    if elasticity is not None and elasticity.size:
        yield from _elasticity_doubts(elasticity)


def doubt_problems(
    accounts: Accounts,
    elasticity: np.ndarray | None,
    files: Mapping[str, Path],
    confirmed: tuple[str, ...],
) -> list[Problem]:
    """Return the doubts that are not confirmed."""
    return [
        Problem(
            f"{d.message} If it is meant, write confirmed: [{d.word}] in economy.yaml",
            files.get(d.table),
            key=d.key,
        )
        for d in doubts(accounts, elasticity)
        if d.word not in confirmed
    ]


def _tariff_doubts(a: Accounts) -> Iterator[Doubt]:
    foreign = np.broadcast_to(~np.eye(len(a.countries), dtype=bool), a.flows.shape)
    trade = a.flows[foreign].sum()
    paid = a.tariff[foreign & (a.flows > 0)]
    mean = float((a.tariff * a.flows)[foreign].sum() / trade) if trade else 0.0
    say = None
    if mean > _HIGH_MEAN:
        say = (
            f"the mean tariff on trade is {100 * mean:.1f}%: are these per cent? Then divide them "
            f"by 100, which makes it {mean:.2f}%."
        )
    elif 0 < paid.max(initial=0) < _LOW_HIGHEST and paid.min(initial=0) >= 0:
        highest = float(paid.max())
        say = (
            f"the highest tariff is {100 * highest:.2g}%: were fractions divided by 100 once more? "
            f"It would be {1e4 * highest:.3g}%."
        )
    if say:
        yield Doubt(TARIFF_WORD, TARIFFS.stem, "tariff", say)


def _home_doubts(a: Accounts) -> Iterator[Doubt]:
    home = np.einsum("snn->n", a.flows)
    made = a.flows.sum(axis=(0, 1))
    none = [c.code for c, sold, all_ in zip(a.countries, home, made, strict=True)
            if sold == 0 < all_]  # fmt: skip
    if not none:
        return
    few = ", ".join(none[:5]) + (f" and {len(none) - 5} more" if len(none) > 5 else "")
    who = "nobody sells" if len(none) == len(a.countries) else f"{few}: nobody sells"
    message = (
        f"{who} at home: flows need a row with the same importer and exporter, the output that is "
        "not exported. Without it every economy buys abroad alone."
    )
    yield Doubt(HOME_WORD, FLOWS.stem, "value", message)


def _elasticity_doubts(theta: np.ndarray) -> Iterator[Doubt]:
    low, high = float(theta.min()), float(theta.max())
    say = None
    if high < 1:
        say = (
            f"all trade elasticities are below 1: are they 1/θ? {low:.3g} would then be "
            f"{1 / low:.3g}."
        )
    elif low > _HIGH_ELASTICITY:
        say = f"all trade elasticities are above {_HIGH_ELASTICITY:g}: are they per cent?"
    if say:
        yield Doubt(ELASTICITY_WORD, ELASTICITIES.stem, "trade_elasticity", say)
