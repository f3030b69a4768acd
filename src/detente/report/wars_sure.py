"""How sure the answers of a game are: what certificates leave open, where other starts ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.games.certificate import NASH_CONV
from detente.games.nash import KKT

if TYPE_CHECKING:
    from detente.games.nash import Found, NashResult


def doubt(war: NashResult) -> str:
    """Say why a war is not certified; nothing where it is."""
    held = war.certificate
    if not war.status.found:
        return f"no war was found ({war.status})"
    if held is None:
        return "whether anybody gains by moving far was not checked"
    faults = [
        f"{name} is {value:.1e}, above {limit:.0e}"
        for name, value, limit in (("NashConv", held.nash_conv, NASH_CONV),
                                   ("the largest projected gradient", held.kkt, KKT))
        if not value <= limit
    ]  # fmt: skip
    return " and ".join(faults)


def mean_and_median(war: NashResult) -> list[str]:
    """Say each player's mean (by trade) and median rate."""
    table: Any = war.players
    return [
        f"{player} {100 * row['mean_rate']:.1f}% (median {100 * row['median_rate']:.1f}%)"
        for player, row in table.iterrows()
        if np.isfinite(row["mean_rate"])
    ]


def plain_search(one: Found) -> dict[str, Any]:
    """Return how a search ended, as plain data."""
    held = one.certificate
    return {
        "start": one.start,
        "status": one.status.name.lower(),
        "nash_conv": None if held is None else held.nash_conv,
        "kkt": None if held is None else held.kkt,
    }
