"""What the columns of the tidy tables of games are, for their manifest."""

from __future__ import annotations

from collections.abc import Iterable

from detente.document.blocks import Column, Unit
from detente.report.run import data as run_data
from detente.units import common, name_in

_MEANING = {
    "player": "who chooses",
    "instrument": "tariff of the importer or export tax of the exporter",
    "importer": "buying economy; all: whoever buys",
    "exporter": "selling economy; all: whoever sells",
    "sector": "sector; all: every sector that the rate is on",
    "rate": "rate that was found; none where nothing was agreed on",
    "applied": "mean by trade of the rates in force before",
    "announced": "mean by trade of the rates in the scenario's last variant",
    "trade_musd": "trade of the baseline that the rate is on, at fob",
    "bound": "low or high where the rate is at its lowest or highest; binding: at its bound rate",
    "disagreement": "what holds without agreement",
    "payoff_pct": "objective of the player: 100 (e^payoff - 1) of real income or its political "
    "weighting, revenue as a share of baseline income",
    "best_response_gain_pct": "what the best response that was found adds to the payoff",
    "rates": "number of rates",
    "median_rate": "median over the player's rates",
    "mean_rate": "mean over the player's rates by trade of the baseline",
    "at_bounds": "number of rates at a bound",
    "tariff_mean": "mean over the player's tariffs by trade of the baseline",
    "export_tax_mean": "mean over the player's export taxes by trade of the baseline",
    "applied_mean": "mean of the rates in force before, tariffs only, by trade",
    "announced_mean": "mean of the rates in the scenario's last variant, by trade",
    "rank_correlation": "Spearman, over rates: found against announced; none below six sectors",
    "without_pct": "real income without agreement",
    "agreed_pct": "real income with the agreement, where there is one",
    "gain_pct": "log of real income with the agreement less without, times 100",
    "status": "whether there is an agreement (agreed), nothing that betters everybody (no_gain) or "
    "no answer (not_solved); of answers by rule, whether as large as the rule asks",
    "equilibrium": "number of the equilibrium",
    "shown": "whether it is the one that is reported",
    "starts": "starts of the searches that led there",
    "weight": "political weight of the sector's real income, mean one",
    "told": "share of the weight that the tariffs tell, not the penalty",
    "identified": "whether the tariffs tell half of the weight or more",
    "attacker": "who announced tariffs",
    "answerer": "who answers them",
    "rule": "by which it answers",
    "added": "points that the answer adds",
    "worth_pct": "what one point more would add to the player's payoff",
    "pair": "who negotiates the rate; empty where no two players do, status no_pair",
    "coalition": "economies that act as one",
    "economy": "who might move out of or into the coalition",
    "inside": "whether it belongs to the coalition",
    "stays_pct": "real income in the war with the coalition as it is",
    "moves_pct": "real income in the war after the move",
    "would_move": "whether it is known to gain by moving",
    "move": "stays, moves or undetermined",
    "admission": "whether members would let it in: every member gains (let_in), one does not "
    "(refused), or undetermined; empty for members",
    "least_member": "the member that gains least, or loses most, by letting it in",
    "least_gain_pct": "what letting it in adds to that member's real income",
    "reason": "why a move is undetermined",
    "draw": "number of the draw of parameters",
    "best_of": "player that moves alone",
    "economy_of": "whose economy: the announced variant, the war, an agreement",
}
_UNIT = {
    "payoff_pct": "per cent",
    "best_response_gain_pct": "per cent",
    "worth_pct": "per cent",
    "gain_pct": "log points",
    "least_gain_pct": "points of per cent of the baseline",
    "rank_correlation": "-1 to 1",
    "told": "0 to 1",
}


def columns(names: Iterable[str], unit: str) -> tuple[Column, ...]:
    """Say of every column its meaning and, where it has one, its unit.

    Parameters
    ----------
    names
        Of columns.
    unit
        Money of the baseline.
    """
    return tuple(_column(name, unit) for name in common(dict.fromkeys(names), unit))


def _column(name: str, unit: str) -> Column:
    stem = name.replace("_low", "").replace("_high", "")
    about = _shared(stem, unit) | ({"meaning": _MEANING[stem]} if stem in _MEANING else {})
    if stem in _UNIT:
        about["unit"] = _UNIT[stem]
    elif stem.endswith(("rate", "_mean")) or stem in ("applied", "announced", "added"):
        about["unit"] = "fraction of the value at fob; of an export tax, of producers' prices"
    if stem != name:
        end = "low" if "_low" in name else "high"
        about["meaning"] = f"{end} end of the band over draws: {about['meaning']}"
    shown, scale = name_in(name, unit), about.get("unit")
    return Column(shown, shown, about["meaning"], Unit(scale) if scale else None)


def _shared(name: str, unit: str) -> dict[str, str]:
    """Look among the columns of scenarios; a gap in these words must not cost the files."""
    try:
        return run_data.columns([name], unit)[name]
    except KeyError:
        meaning, stem = name.replace("_", " "), name.removesuffix("_pct").removesuffix("_musd")
        return run_data.columns([name], unit, {name: meaning, stem: meaning})[name]
