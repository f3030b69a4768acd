"""Tables of a game: raw values in typed columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Column, Place, Table, Unit, Value, is_number
from detente.document.numbers import CHANGE, money_unit
from detente.games.bargaining import Agreement
from detente.report import facts
from detente.report.games import announced
from detente.report.games.facts import (
    equilibria,
    income,
    mean_by_trade,
    outcomes,
    payoff,
    player_names,
    search_of,
)
from detente.report.run.tables import key_of
from detente.report.sure import low_high
from detente.units import name_in
from detente.wars.results import TalksResult, WarResult
from detente.wars.run import said

if TYPE_CHECKING:
    import pandas as pd

    from detente.wars.setting import Setting

RATE = Unit("%", 0.01, 1, data="fraction of the value that the rate is on")
"""Rates that data hold as fractions."""
POINTS = Unit("points", 0.01, 2, data="fraction of the value that the rate is on")
GAIN = Unit("%", sign=True, data="log points")
PLANE = Unit("%", decimals=4, sign=True)
REVENUE = Unit("points of income", sign=True, data="per cent of baseline income")
RANK = Unit("−1 to 1", decimals=2, sign=True)
PAGE: frozenset[Place] = frozenset(("page",))
"""Of tables whose figures the data have in full elsewhere."""
PAYOFFS = {"political": ("weighted income", CHANGE), "revenue": ("change of revenue", REVENUE)}
"""What players aim at other than real income, which is among the outcomes."""
PLAYER = Column("player", "player", "who chooses")
MEAN = Column("mean_rate", "mean rate", "mean over the player's rates by trade", RATE)
MEDIAN = Column("median_rate", "median", "median over the player's rates", RATE)
LABEL = Column("label", "label", "what is written beside it", hidden=True)
STATUS = Column("status", "status", "whether there is an agreement")
Part = Column | tuple[Column, Callable[[Any], Value]]


def made(key: str, title: str, items: Iterable[Any], *parts: Part, **more: Any) -> Table:
    """Return a table of items; a column in which nothing is said is left out.

    Parameters
    ----------
    parts
        A column, and what it says of an item: its attribute of that name unless given.
    """
    told = dict((p, _attribute(p.key)) if isinstance(p, Column) else p for p in parts)
    rows = [{column.key: told[column](item) for column in told} for item in items]
    kept = [c for c in told if c.hidden or not rows or any(_says(row[c.key]) for row in rows)]
    shown = tuple({c.key: row[c.key] for c in kept} for row in rows)
    return Table(key, title, tuple(kept), shown, **more)


def _attribute(key: str) -> Callable[[Any], Value]:
    return lambda item: getattr(item, key)


def _says(value: Value) -> bool:
    return bool(np.isfinite(value)) if is_number(value) else value not in (None, "")


def worth_unit(setting: Setting) -> Unit:
    """Return the unit of changes of income, in the size that its numbers have."""
    return money_unit(setting.calibration.card.unit, sign=True)


def outcomes_of(result: WarResult) -> Table:
    """Return what was found, and what was announced, brings to each player."""
    names = player_names(result.setting)
    rows = [(one, player) for one in outcomes(result) for player in names]
    worth = Column("worth", "worth", "what the change is worth", worth_unit(result.setting))
    return made(
        "outcomes", "What it brings to whom", rows,
        (Column("outcome", "", "what was found or announced"), lambda row: row[0].title),
        (Column("player", "player", "whose real income"), lambda row: names[row[1]]),
        (Column("change", "real income", "against the baseline", CHANGE),
         lambda row: row[0].change[row[1]]),
        (worth, lambda row: row[0].worth[row[1]]),
    )  # fmt: skip


def charges(result: WarResult) -> Table:
    """Return who charges what, and what could still be gained."""
    setting, searches = result.setting, search_of(result)
    title, unit = PAYOFFS.get(setting.choices.objective, ("", CHANGE))
    told = ("applied_mean", "announced_mean", "rank_correlation", "tariff_mean", "export_tax_mean")
    frame: Any = result.players()
    frame = frame.reindex(columns=[*frame, *(name for name in told if name not in frame)])
    if frame["export_tax_mean"].isna().all():
        frame["tariff_mean"] = np.nan  # it is the mean rate
    before = "in force" if setting.variant else "baseline"
    return made(
        "charges", "Rates", frame.reset_index().itertuples(), PLAYER, MEAN, MEDIAN,
        Column("tariff_mean", "tariffs", "mean over the player's tariffs by trade", RATE),
        Column("export_tax_mean", "export taxes", "mean over its export taxes by trade", RATE),
        Column("applied_mean", before, "mean of the tariffs in force before, by trade", RATE),
        Column("announced_mean", "announced", "mean of the last variant's tariffs, by trade", RATE),
        Column("rank_correlation", "same order", "rank correlation by sector of the tariffs with "
               "those announced: 1 in the same order, −1 in the opposite one", RANK),
        (Column("formula", "formula", "one rate on all imports by a formula near the optimum, "
                "without inputs and with balanced trade", RATE),
         lambda row: result.closed_form.get(row.player, np.nan)),
        (Column("payoff", title, "what the player aims at, change by the war", unit),
         lambda row: payoff(searches[row.player], row.player, row.payoff_pct) if title else None),
        (Column("could_gain", "could still gain, %", "per cent that the best response that was "
                "found adds to the payoff", short="could gain, %"), _could_gain),
    )  # fmt: skip


def _could_gain(row: Any) -> str:
    gain = row.best_response_gain_pct
    return "" if not np.isfinite(gain) else f"{gain:.0e}" if gain else "0"


def rates(found: pd.DataFrame, setting: Setting, key: str, title: str) -> Table:
    """Return rates by sector and pair of economies, pairs with the largest trade first.

    Rates are those of `games.tables.rate_table`, beside what was announced where that is known.
    """
    sectors = facts.sector_names(setting.calibration)
    rows: list[Any] = list(found.itertuples())
    column = name_in("trade_musd", setting.calibration.card.unit)
    trade: dict[str, float] = {}
    for row in rows:
        trade[_pair(row)] = trade.get(_pair(row), 0.0) + getattr(row, column)
    rows.sort(key=lambda row: -trade[_pair(row)])
    return made(
        key, title, rows,
        (Column("sector", "", "sector that the rate is on"),
         lambda row: sectors.get(row.sector, "everything")),
        (Column("pair", "charges → on", "importer ← exporter; exporter → importer of export taxes"),
         _pair),
        Column("rate", "found", "rate that was found", RATE),
        Column("applied", "before", "mean by trade of the rates in force before", RATE),
        (Column("announced", "announced", "mean on the same trade in the last variant", RATE),
         lambda row: getattr(row, "announced", np.nan)),
        Column("bound", "at its", "bound that the rate is at"),
        on=PAGE,
    )  # fmt: skip


def _pair(row: Any) -> str:
    if row.instrument == "export-tax":
        return f"{row.exporter} → {row.importer}"
    return f"{row.importer} ← {row.exporter}"


def largest(table: Table, pairs: int) -> Table:
    """Return the rates of the first pairs alone, for a picture with a column each."""
    kept = list(dict.fromkeys(row["pair"] for row in table.rows))[:pairs]
    rows = tuple(row for row in table.rows if row["pair"] in kept)
    title = f"{table.title}: the {pairs} largest flows"
    return replace(table, key=f"{table.key}-largest", title=title, rows=rows)


def curves(result: WarResult) -> Table:
    """Return the best reply of each of two players by the rate of the other, point by point."""
    first, second = result.curves
    meaning = "one tariff on everything it may tax"
    points = [
        (one.player, x, y)
        for one in result.curves
        for own, other in zip(one.best, one.others, strict=True)
        for x, y in [(own, other) if one is first else (other, own)]
    ]
    return made(
        "curves", "Best responses", points,
        (Column("curve", "", "whose best reply"), lambda point: f"best of {point[0]}"),
        (Column("x", f"tariff of {first.player}", meaning, RATE), lambda point: float(point[1])),
        (Column("y", f"tariff of {second.player}", meaning, RATE), lambda point: float(point[2])),
        (LABEL, lambda _: ""), on=PAGE,
    )  # fmt: skip


def matrix(result: WarResult) -> Table:
    """Return real incomes where each carries out what was announced in its name, or nothing."""
    found = result.matrix
    assert found is not None
    (first, second), (own, others), payoffs = found.players, found.strategies, found.payoffs
    cells = [
        (Column(key_of("income", k, player), player,
                f"real income of {player} where {second} does: {strategy}", CHANGE),
         lambda row, k=k, j=j: float(payoffs[j, own.index(row), k]))
        for k, strategy in enumerate(others)
        for j, player in enumerate(found.players)
    ]  # fmt: skip
    return made(
        "announced-game", announced.caption(result), own,
        (Column("own", "", f"what {first} does"), lambda row: f"{first}: {row}"), *cells,
        groups=(("", 1), *((f"{second}: {strategy}", 2) for strategy in others)),
        note=announced.limits(result),
    )  # fmt: skip


def ends(result: WarResult) -> Table:
    """Return all equilibria that were found."""
    searches, frame = search_of(result), equilibria(result)
    assert frame is not None
    return made(
        "ends", "All equilibria that were found", frame.itertuples(),
        (Column("equilibrium", "equilibrium", "its number, and whether it is the one reported"),
         lambda row: f"{row.equilibrium}{' (shown)' if row.shown else ''}"),
        Column("starts", "from", "starts of the searches that led there"),
        PLAYER,
        (Column("payoff", "payoff", "what the player aims at, change by the war", CHANGE),
         lambda row: payoff(searches[row.player], row.player, row.payoff_pct)),
        MEAN, MEDIAN,
    )  # fmt: skip


def agreements(result: TalksResult) -> Table:
    """Return what a deal brings over each alternative, and the rates that it has."""
    setting, names = result.setting, player_names(result.setting)
    frame: Any = result.bargains.players().reset_index()
    held = {name: result.bargains.rates(name) for name in result.bargains.bargains}

    def end(side: str) -> Callable[[Any], Value]:
        return lambda row: low_high(result.interval(row.player, row.disagreement))[side == "high"]

    drawn = [] if result.draws is None else [
        (Column(f"gain_{side}_pct", side, f"{side} end of the gain over runs", GAIN, hidden=True),
         end(side)) for side in ("low", "high")
    ]  # fmt: skip

    def rate(row: Any) -> float:
        own: Any = held[row.disagreement]
        return mean_by_trade(own[own["player"] == row.player], "rate", setting)

    return made(
        "agreements", "What a deal would bring", frame.itertuples(),
        (Column("alternative", "without a deal", "what holds without agreement"),
         lambda row: said(setting, row.disagreement)),
        (Column("player", "player", "whose real income and rates"), lambda row: names[row.player]),
        Column("without_pct", "without", "real income without agreement", CHANGE),
        Column("agreed_pct", "agreed", "real income with agreement, where there is one", CHANGE),
        Column("gain_pct", "gain", "real income with agreement less without, in logs", GAIN),
        *drawn,
        (Column("worth", "gain, worth", "what that gain is worth", worth_unit(setting)),
         lambda row: income(setting, row.player) * (row.agreed_pct - row.without_pct) / 100),
        (Column("rate", "mean rate", "mean by trade of the agreed rates", RATE),
         rate),
        (STATUS, lambda row: "" if row.status == Agreement.AGREED else row.status),
    )  # fmt: skip


def plane(result: TalksResult) -> Table:
    """Return what two sides could get: what is efficient, without agreement, with agreement."""
    points = [("efficient", "frontier", one.payoffs, "") for one in result.frontier]
    for number, (name, bargain) in enumerate(result.bargains.bargains.items(), start=1):
        over, label = said(result.setting, name), str(number)
        points.append((f"without agreement: {over}", "alternative", bargain.disagreement, label))
        if bargain.status is Agreement.AGREED:
            points.append((f"agreed over {over}", "agreement", bargain.optimum.payoffs, label))
    points.sort(key=lambda point: point[2][0])
    first, second = player_names(result.setting).values()
    change = "change from the baseline"
    return made(
        "payoffs", "What each could get", points,
        (Column("what", "", "which point"), lambda point: point[0]),
        (Column("x", f"Real income of {first}", change, PLANE),
         lambda point: float(100 * np.expm1(point[2][0]))),
        (Column("y", f"Real income of {second}", change, PLANE),
         lambda point: float(100 * np.expm1(point[2][1]))),
        (Column("kind", "kind", "efficient, without or with agreement", hidden=True),
         lambda point: point[1]),
        # agreements are efficient too: a line through few points would else pass below them
        (Column("line", "line", "which line joins them", hidden=True),
         lambda point: "" if point[1] == "alternative" else "efficient"),
        (LABEL, lambda point: point[3]),
        on=frozenset(("page", "data")),
    )  # fmt: skip
