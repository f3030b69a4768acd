"""Games as plain data: tidy tables, what they rest on, how searches ended.

The same game gives the same data, so nothing here holds a time or the name of a machine.
"""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from detente.document import plain
from detente.document.blocks import Document, Sentence
from detente.document.data import Data
from detente.report import sure
from detente.report.games import certainty, options, ranges, wording
from detente.report.games.columns import columns
from detente.report.games.facts import (
    Result,
    as_scenario,
    equilibria,
    everybody,
    player_names,
    several,
    stacked,
    stakes,
)
from detente.report.run import data as run_data
from detente.units import in_unit
from detente.wars.results import TalksResult, WarResult

if TYPE_CHECKING:
    import pandas as pd

    from detente.games.nash import Found

WHO = ("player", "attacker", "answerer", "economy", "least_member", "best_of")
"""Columns that hold ids of players, or of economies."""
ROWS = ("rates", "players", "war_rates", "war_players", "equilibria", "draws")
"""Tables that JSON holds row by row."""


def tables(result: Result) -> dict[str, pd.DataFrame]:
    """Return ``rates``, ``players`` and ``countries``, one row an entry, and what else there is."""
    own = _of_talks(result) if isinstance(result, TalksResult) else _of_war(result)
    by_economy = {title: one.countries for title, one in result.solutions.items()}
    found = own | {"countries": stacked(by_economy, "economy_of"), "draws": ranges.tidy(result)}
    return {name: frame for name, frame in found.items() if frame is not None}


def _of_war(result: WarResult) -> dict[str, pd.DataFrame | None]:
    return {
        "rates": result.rates(),
        "players": result.players().reset_index(),
        "equilibria": equilibria(result) if several(result) else None,
    }


def _of_talks(result: TalksResult) -> dict[str, pd.DataFrame | None]:
    rates = {name: result.bargains.rates(name) for name in result.bargains.bargains}
    players = result.bargains.players().reset_index()
    held: dict[str, pd.DataFrame | None] = {"rates": stacked(rates, "disagreement")}
    held["players"] = players
    if result.war is not None and result.war.status.found:
        held["war_rates"] = result.war.rates
        held["war_players"] = result.war.players.reset_index()
    return held


def frames(result: Result) -> dict[str, Data]:
    """Return the tidy tables with what their columns are, named in the economy's unit."""
    c = result.setting.calibration
    unit, named = c.card.unit, run_data.titles(c)
    named |= dict.fromkeys((*run_data.ECONOMIES, *WHO), everybody(result.setting))
    found = {k: v for k, v in (tables(result) | options.frames(result)).items() if len(v.columns)}
    return {
        k: Data(in_unit(one, unit), columns(one.columns, unit)).titled(named)
        for k, one in found.items()
    }


def about(result: Result) -> dict[str, Any]:
    """Return what a game rests on: scenario, baseline, rules, how each search ended."""
    c = result.setting.calibration
    found: dict[str, Any] = (
        run_data.about(as_scenario(result))
        if result.solutions
        else {"baseline": run_data.baseline(c), "choices": {}, "solver": {"variants": {}}}
    )
    rules: dict[str, Any] = {"game": wording.rule_in_words(result.setting)}
    if isinstance(result, TalksResult):
        rules["solution"] = result.rule
    found["choices"] |= rules | sure.about(result.draws)
    found["solver"]["searches"] = searches(result)
    return found


def searches(result: Result) -> list[dict[str, Any]]:
    """Return how searches for a war ended, that of an alternative too."""
    if isinstance(result, TalksResult):
        if result.war is None:
            return []
        return [_ended(result.war.chosen) | {"said": certainty.alternative(result)}]
    names = player_names(result.setting)
    return [
        _ended(one.chosen) | {
            "said": certainty.certificate(one, names),
            "stakes": much if isfinite(much := stakes(one)) else None,
            "starts": [s.start for s in one.searches],
            "ends": [_ended(s) for s in one.searches],
            "spread": certainty.spread(one),
            "equilibria": len(one.equilibria),
            "rounds": len(one.history),
        }
        for one in result.found
    ]  # fmt: skip


def _ended(one: Found) -> dict[str, Any]:
    held = one.certificate
    return {
        "start": one.start,
        "status": one.status.name.lower(),
        "nash_conv": None if held is None else held.nash_conv,
        "kkt": None if held is None else held.kkt,
    }


def to_json(document: Document, result: Result) -> dict[str, Any]:
    """Return a game as plain data for JSON: its document, its variants and ``game``."""
    unit = result.setting.calibration.card.unit
    more = run_data.by_variant(as_scenario(result)) if result.solutions else {}
    found = run_data.to_json(document, more, unit)
    game: dict[str, Any] = {
        "kind": document.kind,
        "rests_on": wording.rests_on(result),
        "rule": found.pop("game"),
        "sentences": document.sentences(),
        "notes": list(result.notes),
        "searches": found.pop("searches"),
    }
    if isinstance(result, WarResult):
        game["closed_form"] = result.closed_form
    else:
        game["solution"] = result.rule
        game["frontier"] = [point.payoffs.tolist() for point in result.frontier]
        if result.war is not None:
            game["war"] = game.pop("searches")[0]
    rows = options.frames(result)
    if said := options.sections(result):
        game["more"] = {
            one.key: {
                "said": [b.text for b in one.blocks if isinstance(b, Sentence)],
                "rows": plain.records(rows[one.key]) if one.key in rows else [],
            }
            for one in said
        }
    held = tables(result)
    game |= {name: plain.records(held[name]) for name in ROWS if name in held}
    return in_unit({**found, "game": game}, unit)
