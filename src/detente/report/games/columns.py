"""What the columns of the tables of games are, for their manifest."""

from __future__ import annotations

from collections.abc import Iterable

from detente.document.blocks import Column, Unit
from detente.report.run import data as run_data
from detente.report.units import name_in

_RATE = "fraction of the value at fob; of an export tax, of producers' prices"
_CHANGE = "per cent change from the baseline"
_PAYOFF = (
    "objective of the player: 100 (e^payoff - 1) of real income or its political weighting, "
    "revenue as a share of baseline income"
)
_COLUMNS: dict[str, tuple[str, str]] = {
    "player": ("who chooses", ""),
    "instrument": ("tariff of the importer or export tax of the exporter", ""),
    "importer": ("buying economy; all: whoever buys", ""),
    "exporter": ("selling economy; all: whoever sells", ""),
    "sector": ("sector; all: every sector that the rate is on", ""),
    "rate": ("rate that was found; none where nothing was agreed on", _RATE),
    "applied": ("mean by trade of the rates in force before", _RATE),
    "announced": ("mean by trade of the rates in the scenario's last variant", _RATE),
    "bound": ("low or high where the rate is at its lowest or highest; binding: at its bound "
              "rate", ""),
    "disagreement": ("what holds without agreement", ""),
    "payoff_pct": (_PAYOFF, "per cent"),
    "best_response_gain_pct": ("what the best response that was found adds to the payoff",
                               "per cent"),
    "rates": ("number of rates", ""),
    "median_rate": ("median over the player's rates", _RATE),
    "mean_rate": ("mean over the player's rates by trade of the baseline", _RATE),
    "at_bounds": ("number of rates at a bound", ""),
    "tariff_mean": ("mean over the player's tariffs by trade of the baseline", _RATE),
    "export_tax_mean": ("mean over the player's export taxes by trade of the baseline", _RATE),
    "applied_mean": ("mean of the rates in force before, tariffs only, by trade", _RATE),
    "announced_mean": ("mean of the rates in the scenario's last variant, by trade", _RATE),
    "rank_correlation": ("Spearman, over rates: found against announced; none below six "
                         "sectors", "-1 to 1"),
    "without_pct": ("real income without agreement", "per cent change from the baseline"),
    "agreed_pct": ("real income with the agreement, where there is one", _CHANGE),
    "gain_pct": ("log of real income with the agreement less without, times 100", "log points"),
    "status": ("whether there is an agreement (agreed), nothing that betters everybody (no_gain) "
               "or no answer (not_solved); of answers by rule, whether as large as the rule asks",
               ""),
    "equilibrium": ("number of the equilibrium", ""),
    "shown": ("whether it is the one that is reported", ""),
    "starts": ("starts of the searches that led there", ""),
    "weight": ("political weight of the sector's real income, mean one", ""),
    "told": ("share of the weight that the tariffs tell, not the penalty", "0 to 1"),
    "identified": ("whether the tariffs tell half of the weight or more", ""),
    "attacker": ("who announced tariffs", ""),
    "answerer": ("who answers them", ""),
    "rule": ("by which it answers", ""),
    "added": ("points that the answer adds", _RATE),
    "attacker_before_pct": ("real income of who announced, unanswered", _CHANGE),
    "attacker_after_pct": ("real income of who announced, answered", _CHANGE),
    "answerer_before_pct": ("real income of who answers, before it does", _CHANGE),
    "answerer_after_pct": ("real income of who answers, after it did", _CHANGE),
    "worth_pct": ("what one point more would add to the player's payoff", "per cent"),
    "pair": ("who negotiates the rate; empty where no two players do, status no_pair", ""),
    "coalition": ("economies that act as one", ""),
    "economy": ("who might move out of or into the coalition", ""),
    "inside": ("whether it belongs to the coalition", ""),
    "stays_pct": ("real income in the war with the coalition as it is", _CHANGE),
    "moves_pct": ("real income in the war after the move", _CHANGE),
    "would_move": ("whether it is known to gain by moving", ""),
    "move": ("stays, moves or undetermined", ""),
    "admission": ("whether members would let it in: every member gains (let_in), one does not "
                  "(refused), or undetermined; empty for members", ""),
    "least_member": ("the member that gains least, or loses most, by letting it in", ""),
    "least_gain_pct": ("what letting it in adds to that member's real income",
                       "points of per cent of the baseline"),
    "reason": ("why a move is undetermined", ""),
    "draw": ("number of the draw of trade elasticities", ""),
    "draw_status": ("how the search of the draw ended; only certified wars count", ""),
    "real_income_pct": ("income over the consumer price index, exact",
                        "per cent change from the baseline"),
    "real_income_low_pct": ("low end of the band over draws", "per cent change from the baseline"),
    "real_income_high_pct": ("high end of the band over draws",
                             "per cent change from the baseline"),
    "median_rate_low": ("low end of the band over draws of the median rate", _RATE),
    "median_rate_high": ("high end of the band over draws of the median rate", _RATE),
    "mean_rate_low": ("low end of the band over draws of the mean rate", _RATE),
    "mean_rate_high": ("high end of the band over draws of the mean rate", _RATE),
    "economy_of": ("whose economy: the announced variant, the war, an agreement", ""),
}  # fmt: skip


def columns(names: Iterable[str], unit: str) -> tuple[Column, ...]:
    """Say of every column its meaning and, where it has one, its unit.

    Parameters
    ----------
    names
        Of columns.
    unit
        Money of the baseline.
    """
    return tuple(_column(name, unit) for name in names)


def _column(name: str, unit: str) -> Column:
    if name == "trade_musd":
        meaning, scale = "trade of the baseline that the rate is on, at fob", unit
    elif name in _COLUMNS:
        meaning, scale = _COLUMNS[name]
    else:
        about = _shared(name, unit)
        meaning, scale = about["meaning"], about.get("unit", "")
    shown = name_in(name, unit)
    return Column(shown, shown, meaning, Unit(scale) if scale else None)


def _shared(name: str, unit: str) -> dict[str, str]:
    """Look among the columns of scenarios; a gap in these words must not cost the files."""
    try:
        return run_data.columns([name], unit)[name]
    except KeyError:
        return {"meaning": name.replace("_", " ")}
