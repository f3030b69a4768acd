"""Intervals of a war over draws of trade elasticities, in words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detente.report import facts, words

if TYPE_CHECKING:
    from detente.wars.draws import Bands
    from detente.wars.run import WarResult

HEADS = ("player", "real income, %", "low", "high", "median rate, %", "low", "high")
"""Heads of the table of bands."""


def sentences(result: WarResult, names: dict[str, str]) -> list[str]:
    """Say the band of each player's real income and median rate; nothing without draws."""
    bands = result.bands
    if bands is None:
        return []
    if bands.kept < 2:
        return [f"No intervals: {_counted(bands)}."]
    sides = []
    for player, row in _rows(bands):
        low, high = words.pct(row.real_income_low_pct), words.pct(row.real_income_high_pct)
        said = f"real income of {words.noun(names.get(player, player))} between {low} and {high}"
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
        f"{words.capital(facts.drawn_elasticities(bands.spread))}; seed {bands.seed}. Every draw "
        "is searched from the war shown, and counts only where its war is certified. Data, model "
        "and horizon are as they are."
    )


def rows(result: WarResult) -> list[list[str]]:
    """Return the cells of the table of bands: what was found, beside low and high."""
    assert result.bands is not None
    found: Any = result.found[0].players
    income = _incomes(result)
    return [
        [player, _signed(income.get(player, np.nan)), _signed(row.real_income_low_pct),
         _signed(row.real_income_high_pct), _rate(found.loc[player, "median_rate"]),
         _rate(row.median_rate_low), _rate(row.median_rate_high)]
        for player, row in _rows(result.bands)
    ]  # fmt: skip


def caption(bands: Bands) -> str:
    """Say what low and high are."""
    what = "5% and 95% quantile" if bands.ends != (0.0, 1.0) else "least and greatest"
    return f"Over draws of trade elasticities, {what} ({_counted(bands)})"


def plain(bands: Bands) -> dict[str, Any]:
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
            {"player": player} | {key: _number(value) for key, value in row._asdict().items()}
            for player, row in _rows(bands)
        ],
    }


def _incomes(result: WarResult) -> dict[str, float]:
    """Real income by player in the war that is shown, per cent."""
    from detente.wars.run import _payoffs

    one = result.found[0]
    found = 100 * np.expm1(_payoffs(one.game, one.policy))
    return {p.name: float(v) for p, v in zip(one.game.players, found, strict=True)}


def _rows(bands: Bands) -> list[tuple[str, Any]]:
    table: Any = bands.table()
    return list(zip(bands.names, table.itertuples(index=False), strict=True))


def _counted(bands: Bands) -> str:
    """Say how many draws count, and why others do not."""
    said = f"{bands.kept} of {len(bands.statuses)} draws"
    lost = "; ".join(f"{count} {why}" for why, count in bands.dropped.items())
    return f"{said} count, dropped: {lost}" if lost else said


def _signed(value: float) -> str:
    return words.signed(value) if np.isfinite(value) else "–"


def _rate(value: float) -> str:
    return f"{100 * value:.1f}" if np.isfinite(value) else "–"


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
