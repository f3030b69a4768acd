"""Intervals of a war over draws of trade elasticities, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from detente.document import plain
from detente.document.language import capital, listed, noun
from detente.document.numbers import CHANGE, spoken
from detente.report import facts

if TYPE_CHECKING:
    from detente.wars.results import Bands, WarResult


def sentence(result: WarResult, names: Mapping[str, str]) -> str:
    """Say how far each player's real income goes over draws; nothing without draws."""
    bands = result.bands
    if bands is None:
        return ""
    if bands.kept < 2:
        return f"No intervals: {_counted(bands)}."
    table: Any = bands.table()
    sides = [
        f"{noun(names.get(row.Index, row.Index))} "
        f"{between(row.real_income_low_pct, row.real_income_high_pct)}"
        for row in table.itertuples()
    ]
    what = "nine of ten wars" if bands.ends != (0.0, 1.0) else "all wars"
    return (
        "With other trade elasticities, drawn as far off as published sources show, "
        f"{listed(sides)} of real income in {what} ({_counted(bands)}); data and model stay as "
        "they are."
    )


def between(low: float, high: float) -> str:
    """Say two ends with verbs: ``loses between 0.06% and 0.10%``."""
    first, last = spoken(low, CHANGE), spoken(high, CHANGE)
    if low >= 0:
        return f"gains between {first} and {last}"
    if high <= 0:
        return f"loses between {last} and {first}"
    return f"ends between losing {first} and gaining {last}"


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
        "players": plain.records(bands.table().reset_index()),
    }


def _counted(bands: Bands) -> str:
    """Say how many draws count, and why others do not."""
    said = f"{bands.kept} of {len(bands.statuses)} draws"
    lost = "; ".join(f"{count} {why}" for why, count in bands.dropped.items())
    return f"{said} count, dropped: {lost}" if lost else said
