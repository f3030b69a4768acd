"""From a card to the parameters of its short run: central, at the ends of ranges, or drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from detente.errors import InputError, Problem
from detente.sanction.card import Figure, FirmCard
from detente.sanction.short_run import FirmParameters

DEFAULTS = {
    "threshold": 0.3,
    "restock_days": 30.0,
    "spare_supply": 0.2,
    "demand_loss": 0.001,
    "demand_return_days": 90.0,
}
"""Short-run figures of cards that have none: assumptions, as in the shipped cards."""

Pick = Callable[[Figure], np.ndarray]


def central(card: FirmCard, *, ban_share: float | np.ndarray = 1.0) -> FirmParameters:
    """Return the parameters at the central figures of a card.

    Parameters
    ----------
    card
        With critical inputs.
    ban_share
        Share of the critical inputs' supply that is stopped; one for all, or ``(input,)``.

    Raises
    ------
    InputError
        The card has no critical inputs, or the share is none.
    """
    return _parameters(card, ban_share, lambda figure: np.asarray(figure.middle))


def draw(
    card: FirmCard, draws: int, *, seed: int = 0, ban_share: float | np.ndarray = 1.0
) -> FirmParameters:
    """Draw parameters from the ranges of a card, each figure apart from the others.

    A range is a triangle: none below low or above high, most likely at the central figure.

    Parameters
    ----------
    draws
        How many; the leading axis of every array.
    seed
        Of the random numbers.
    """
    if draws < 1:
        raise InputError(Problem("no draws", key="draws", value=draws, allowed="1 or more"))
    rng = np.random.default_rng(seed)

    def pick(figure: Figure) -> np.ndarray:
        low, high = figure.bounds
        if low == high:
            return np.full(draws, figure.middle)
        return rng.triangular(low, figure.middle, high, draws)

    return _parameters(card, ban_share, pick, (draws,))


def _parameters(
    card: FirmCard, ban_share: float | np.ndarray, pick: Pick, shape: tuple[int, ...] = ()
) -> FirmParameters:
    if not card.critical_inputs:
        message = "the card has no critical inputs: nothing says what a ban would stop"
        raise InputError(Problem(message, card.origin.path, None, "critical_inputs"))
    if not ((np.asarray(ban_share) >= 0) & (np.asarray(ban_share) <= 1)).all():
        message = "not a share"
        raise InputError(Problem(message, key="ban_share", value=ban_share, allowed="0 to 1"))
    inputs = card.critical_inputs
    shares, needed = _lines(card, pick, shape)

    def by_input(name: str) -> np.ndarray:
        return np.stack([pick(getattr(item, name)) for item in inputs], axis=-1)

    def by_day(name: str) -> np.ndarray:
        figure = getattr(card.short_run, name)
        return np.full(shape, DEFAULTS[name]) if figure is None else pick(figure)

    return FirmParameters(  # pyright: ignore[reportCallIssue]
        shares, needed, by_input("inventory_days"), np.full((*shape, len(inputs)), ban_share),
        by_input("replaceable"), by_input("replace_days"),
        *(by_day(name) for name in DEFAULTS),
    )  # fmt: skip


def _lines(card: FirmCard, pick: Pick, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return shares of product lines and what of each needs which input."""
    named = [line.id for line in card.product_lines]
    if any(item.line is None for item in card.critical_inputs) and named:
        message = "with product lines, each critical input says which line needs it"
        raise InputError(Problem(message, card.origin.path, None, "critical_inputs"))
    if not named:
        shares = np.ones((*shape, 1))
    else:
        shares = np.stack([pick(line.share) for line in card.product_lines], axis=-1)
        # draws of several ranges may add up to more than all revenue
        shares = shares / np.maximum(shares.sum(axis=-1, keepdims=True), 1.0)
    needed = np.zeros((*shape, max(len(named), 1), len(card.critical_inputs)))
    for k, item in enumerate(card.critical_inputs):
        needed[..., named.index(item.line) if item.line else 0, k] = pick(item.needed)
    return shares, needed
