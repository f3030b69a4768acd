"""Charts of a game, each on a table."""

from __future__ import annotations

from detente.document.blocks import Chart
from detente.report.games import tables
from detente.report.games.facts import player_names
from detente.wars.results import TalksResult, WarResult
from detente.wars.run import said

HEAT_PAIRS = 8
"""Pairs of economies that the heat map has columns for; the table holds all."""


def outcomes(result: WarResult) -> Chart:
    """Bars: what was found, and what was announced, brings to each player."""
    return Chart(
        tables.outcomes_of(result), "grouped", "outcome", ("worth",), series="player",
        note="Real income against the baseline",
        description="Bars: what each outcome costs and brings each player, in money a year",
    )  # fmt: skip


def agreements(result: TalksResult) -> Chart:
    """Bars: what a deal brings each player over each alternative."""
    return Chart(
        tables.agreements(result), "grouped", "alternative", ("worth",), series="player",
        note="Real income with the deal less without, by what holds without it",
        description="Bars: what a deal brings each player over each alternative, in money a year",
    )  # fmt: skip


def rates(result: WarResult) -> Chart:
    """Heat: rates by sector and pair of economies."""
    table = tables.rates(result.rates(), result.setting, "rates-by-sector", "Rates by sector")
    count = len({row["pair"] for row in table.rows})
    note = "Importer ← exporter, % of the value at fob"
    if count > HEAT_PAIRS:
        note += f"; the {HEAT_PAIRS} largest of {count} flows, all are in the table below"
        table = tables.largest(table, HEAT_PAIRS)
    return Chart(
        table, "heat", "sector", ("rate",), series="pair", title="Rates by sector", note=note,
        description="Heat map: rates by sector and pair of economies, per cent", key="rates",
    )  # fmt: skip


def curves(result: WarResult) -> Chart:
    """Plane: replies to two uniform rates; they cross at the war of one rate each."""
    first, second = (one.player for one in result.curves)
    return Chart(
        tables.curves(result), "plane", "label", ("x", "y"), series="curve", joined="curve",
        note="If each had one tariff on everything it may tax; the curves cross at that war",
        description=f"Best-response curves: one tariff of {first} and one of {second} on "
        "everything",
    )  # fmt: skip


def payoffs(result: TalksResult) -> Chart:
    """Plane: real income of two sides, without and with agreement."""
    first, second = player_names(result.setting).values()
    key = "; ".join(
        f"{number}: {said(result.setting, name)}"
        for number, name in enumerate(result.bargains.bargains, start=1)
    )
    return Chart(
        tables.plane(result), "plane", "label", ("x", "y"), series="kind", joined="line",
        note=f"Real income, %. Alternatives and what is agreed over them: {key}",
        description=f"Payoff plane: real income of {first} and {second}",
    )  # fmt: skip
