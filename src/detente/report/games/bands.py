"""Intervals of a war over draws of trade elasticities, in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document import plain
from detente.document.language import capital, noun
from detente.document.numbers import pct
from detente.report import facts

if TYPE_CHECKING:
    from detente.wars.draws import Bands
    from detente.wars.run import WarResult


def sentences(result: WarResult, names: dict[str, str]) -> list[str]:
    """Say the band of each player's real income and median rate; nothing without draws."""
    bands = result.bands
    if bands is None:
        return []
    if bands.kept < 2:
        return [f"No intervals: {_counted(bands)}."]
    sides = []
    for player, row in by_player(bands):
        low, high = pct(row.real_income_low_pct), pct(row.real_income_high_pct)
        said = f"real income of {noun(names.get(player, player))} between {low} and {high}"
        if np.isfinite(row.median_rate_low):
            said += (f", its median rate between {100 * row.median_rate_low:.1f}% and "
                     f"{100 * row.median_rate_high:.1f}%")  # fmt: skip
        sides.append(said)
    what = "nine in ten wars" if bands.ends != (0.0, 1.0) else "all wars"
    return [f"With other trade elasticities, drawn as far apart as published sources are, {what} "
            f"have {'; '.join(sides)} ({_counted(bands)})."]  # fmt: skip


def note(bands: Bands) -> str:
    """Say what the draws are and what they leave out."""
    return (
        f"{capital(facts.drawn_elasticities(bands.spread))}; seed {bands.seed}. Every draw "
        "is searched from the war shown, and counts only where its war is certified. Data, model "
        "and horizon are as they are."
    )


def caption(bands: Bands) -> str:
    """Say what low and high are."""
    what = "5% and 95% quantile" if bands.ends != (0.0, 1.0) else "least and greatest"
    return f"Over draws of trade elasticities, {what} ({_counted(bands)})"


def figures(bands: Bands) -> dict[str, Any]:
    """Return the bands as plain data."""
    return {
        "draws": len(bands.statuses),
        "kept": bands.kept,
        "dropped": bands.dropped,
        "seed": bands.seed,
        "quantiles": list(bands.ends),
        "spread_common": bands.spread.common,
        "spread_own": bands.spread.own,
        "players": [
            plain.value({"player": player, **row._asdict()}) for player, row in by_player(bands)
        ],
    }


def by_player(bands: Bands) -> list[tuple[str, Any]]:
    """Return the ends of the bands by player."""
    table: Any = bands.table()
    return list(zip(bands.names, table.itertuples(index=False), strict=True))


def _counted(bands: Bands) -> str:
    """Say how many draws count, and why others do not."""
    said = f"{bands.kept} of {len(bands.statuses)} draws"
    lost = "; ".join(f"{count} {why}" for why, count in bands.dropped.items())
    return f"{said} count, dropped: {lost}" if lost else said
