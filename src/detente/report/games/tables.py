"""Tables of a game: raw values in typed columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.document.blocks import Column, Place, Table, Unit, Value
from detente.document.numbers import CHANGE
from detente.games.bargaining import Agreement
from detente.report import facts
from detente.report.games import announced, bands
from detente.report.games.facts import equilibria, payoff, player_names, real_incomes, search_of
from detente.report.games.facts import worth as worth_of
from detente.report.run.tables import key_of
from detente.wars.run import TalksResult, WarResult, said

if TYPE_CHECKING:
    import pandas as pd

    from detente.wars.setting import Setting

RATE = Unit("%", 0.01, 1, data="fraction of the value that the rate is on")
"""Rates that data hold as fractions."""
POINTS = Unit("points", 0.01, 2, data="fraction of the value that the rate is on")
GAIN = Unit("%", sign=True, data="log points")
PLANE = Unit("%", decimals=4, sign=True)
REVENUE = Unit("points of income", sign=True, data="per cent of baseline income")
PAGE: frozenset[Place] = frozenset(("page",))
"""Of tables whose figures the data have in full elsewhere."""
PAYOFFS = {
    "real-income": ("real income", CHANGE),
    "political": ("weighted income", CHANGE),
    "revenue": ("change of revenue", REVENUE),
}


def charges(result: WarResult) -> Table:
    """Return who charges what, what it is worth, and what could still be gained."""
    setting, announced_ = result.setting, result.announced
    name, unit = PAYOFFS[setting.choices.objective]
    money = facts.money(setting.calibration).unit(sign=True, per="a year")
    worth, searches = worth_of(result), search_of(result)
    before = "in force" if setting.variant else "baseline"
    columns = [
        Column("player", "player", "who chooses"),
        Column("mean_rate", "mean rate", "mean over the player's rates by trade", RATE),
        Column("median_rate", "median", "median over the player's rates", RATE),
        Column("before", before, "mean of the tariffs in force before, by trade", RATE),
        Column("announced", "announced", "mean of the tariffs in the last variant, by trade", RATE),
        Column("formula", "formula", "one rate on all imports in the closed form", RATE),
        Column("payoff", name, "what the player aims at, change by the war", unit),
        Column("worth", "worth", "what the change of real income is worth", money),
        Column(
            "could_gain",
            "could still gain, %",
            "per cent that the best response that was found adds to the payoff",
            short="could gain",
        ),
    ]
    absent = {
        "announced": announced_ is None,
        "formula": not result.closed_form,
        "worth": not worth,
    }
    rows = []
    for player, row in _rows(result.players()):
        gain = row["best_response_gain_pct"]
        rows.append(
            {
                "player": player,
                "mean_rate": row["mean_rate"],
                "median_rate": row["median_rate"],
                "before": row.get("applied_mean", np.nan),
                "announced": row.get("announced_mean", np.nan),
                "formula": result.closed_form.get(player, np.nan),
                "payoff": payoff(searches[player], player, row["payoff_pct"]),
                "worth": worth.get(player, np.nan),
                "could_gain": "–" if not np.isfinite(gain) else f"{gain:.0e}" if gain else "0",
            }
        )
    return _without("charges", "Rates and what they bring", columns, rows, absent)


def _rows(frame: pd.DataFrame) -> Iterator[tuple[str, Any]]:
    for player, row in frame.iterrows():
        yield str(player), row


def _without(
    key: str, title: str, columns: list[Column], rows: list[dict[str, Value]], absent: dict
) -> Table:
    """Return a table but for the columns that are absent."""
    kept = tuple(column for column in columns if not absent.get(column.key))
    keys = [column.key for column in kept]
    return Table(key, title, kept, tuple({k: row[k] for k in keys} for row in rows))


def rates(found: pd.DataFrame, setting: Setting, key: str, title: str) -> Table:
    """Return rates by sector and pair of economies, pairs with the largest trade first.

    Rates are those of `games.tables.rate_table`, beside what was announced where that is known.
    """
    sectors = facts.sector_names(setting.calibration)
    rows: list[Any] = list(found.itertuples())
    trade: dict[str, float] = {}
    for row in rows:
        trade[_pair(row)] = trade.get(_pair(row), 0.0) + row.trade_musd
    rows.sort(key=lambda row: -trade[_pair(row)])
    told = "announced" in found and bool(found["announced"].notna().any())
    columns = [
        Column("sector", "", "sector that the rate is on"),
        Column("pair", "charges → on", "importer ← exporter; exporter → importer of export taxes"),
        Column("rate", "found", "rate that was found", RATE),
        Column("before", "before", "mean by trade of the rates in force before", RATE),
        Column("announced", "announced", "mean on the same trade in the last variant", RATE),
        Column("bound", "at its", "bound that the rate is at"),
    ]
    values = [
        {
            "sector": sectors.get(row.sector, "everything"),
            "pair": _pair(row),
            "rate": row.rate,
            "before": row.applied,
            "announced": row.announced if told else np.nan,
            "bound": row.bound,
        }
        for row in rows
    ]
    table = _without(key, title, columns, values, {"announced": not told})
    return Table(key, title, table.columns, table.rows, on=PAGE)


def _pair(row: Any) -> str:
    if row.instrument == "export-tax":
        return f"{row.exporter} → {row.importer}"
    return f"{row.importer} ← {row.exporter}"


def largest(table: Table, pairs: int) -> Table:
    """Return the rates of the first pairs alone, for a picture with a column each."""
    kept = list(dict.fromkeys(row["pair"] for row in table.rows))[:pairs]
    rows = tuple(row for row in table.rows if row["pair"] in kept)
    title = f"{table.title}: the {pairs} largest flows"
    return Table(f"{table.key}-largest", title, table.columns, rows, on=PAGE)


def curves(result: WarResult) -> Table:
    """Return the best reply of each of two players by the rate of the other, point by point."""
    first, second = result.curves
    columns = (
        Column("curve", "", "whose best reply"),
        Column("x", f"tariff of {first.player}", "one tariff on everything it may tax", RATE),
        Column("y", f"tariff of {second.player}", "one tariff on everything it may tax", RATE),
        Column("label", "label", "what is written beside it", hidden=True),
    )
    rows = [
        {"curve": f"best of {one.player}", "x": x, "y": y, "label": ""}
        for one, turned in ((first, False), (second, True))
        for own, other in zip(one.best, one.others, strict=True)
        for x, y in [(float(other), float(own)) if turned else (float(own), float(other))]
    ]
    return Table("curves", "Best responses", columns, tuple(rows), on=PAGE)


def matrix(result: WarResult) -> Table:
    """Return real incomes where each carries out what was announced in its name, or nothing."""
    found = result.matrix
    assert found is not None
    first, second = found.players
    cells = [(k, j) for k in range(len(found.strategies[1])) for j in range(2)]
    columns = (
        Column("own", "", f"what {first} does"),
        *(
            Column(
                key_of("income", k, found.players[j]),
                found.players[j],
                f"real income of {found.players[j]} where {second} does: {found.strategies[1][k]}",
                CHANGE,
            )
            for k, j in cells
        ),
    )
    rows = tuple(
        {
            "own": f"{first}: {strategy}",
            **{
                key_of("income", k, found.players[j]): float(found.payoffs[j, place, k])
                for k, j in cells
            },
        }
        for place, strategy in enumerate(found.strategies[0])
    )
    groups = (("", 1), *((f"{second}: {strategy}", 2) for strategy in found.strategies[1]))
    caption, note = announced.caption(result), announced.limits(result)
    return Table("announced-game", caption, columns, rows, groups=groups, note=note)


def intervals(result: WarResult) -> Table:
    """Return what was found, beside low and high over draws of trade elasticities."""
    assert result.bands is not None
    players: Any = result.found[0].players
    incomes = real_incomes(result)
    over = "over draws"
    columns = (
        Column("player", "player", "who chooses"),
        Column("real_income", "real income", "in the war that is shown", CHANGE),
        Column("real_income_low", "low", f"low end of real income {over}", CHANGE),
        Column("real_income_high", "high", f"high end of real income {over}", CHANGE),
        Column("median_rate", "median rate", "in the war that is shown", RATE),
        Column("median_rate_low", "low", f"low end of the median rate {over}", RATE),
        Column("median_rate_high", "high", f"high end of the median rate {over}", RATE),
    )
    rows = tuple(
        {
            "player": player,
            "real_income": incomes.get(player, np.nan),
            "real_income_low": row.real_income_low_pct,
            "real_income_high": row.real_income_high_pct,
            "median_rate": players.loc[player, "median_rate"],
            "median_rate_low": row.median_rate_low,
            "median_rate_high": row.median_rate_high,
        }
        for player, row in bands.by_player(result.bands)
    )
    return Table("intervals", bands.caption(result.bands), columns, rows)


def ends(result: WarResult) -> Table:
    """Return all equilibria that were found."""
    searches = search_of(result)
    columns = (
        Column("equilibrium", "equilibrium", "its number, and whether it is the one reported"),
        Column("starts", "from", "starts of the searches that led there"),
        Column("player", "player", "who chooses"),
        Column("payoff", "payoff", "what the player aims at, change by the war", CHANGE),
        Column("mean_rate", "mean rate", "mean over the player's rates by trade", RATE),
        Column("median_rate", "median", "median over the player's rates", RATE),
    )
    found: Any = equilibria(result)
    rows = tuple(
        {
            "equilibrium": f"{row.equilibrium}{' (shown)' if row.shown else ''}",
            "starts": row.starts,
            "player": row.player,
            "payoff": payoff(searches[row.player], row.player, row.payoff_pct),
            "mean_rate": row.mean_rate,
            "median_rate": row.median_rate,
        }
        for row in found.itertuples()
    )
    return Table("ends", "All equilibria that were found", columns, rows)


def agreements(result: TalksResult) -> Table:
    """Return real income without and with agreement, by alternative and player."""
    columns = (
        Column("alternative", "alternative", "what holds without agreement"),
        Column("player", "player", "whose real income"),
        Column("without", "without", "real income without agreement", CHANGE),
        Column("agreed", "agreed", "real income with agreement, where there is one", CHANGE),
        Column("gain", "gain", "real income with agreement less without, in logs", GAIN),
        Column("status", "status", "whether there is an agreement"),
    )
    found: Any = result.bargains.players().reset_index()
    rows = tuple(
        {
            "alternative": said(result.setting, str(row.disagreement)),
            "player": str(row.player),
            "without": row.without_pct,
            "agreed": row.agreed_pct,
            "gain": row.gain_pct,
            "status": str(row.status),
        }
        for row in found.itertuples()
    )
    title = "Real income without and with agreement, from the baseline"
    return Table("agreements", title, columns, rows)


def plane(result: TalksResult) -> Table:
    """Return what two sides could get: what is efficient, without agreement, with agreement."""
    setting = result.setting
    points: list[tuple[str, str, Any, str]] = [
        ("efficient", "frontier", optimum.payoffs, "") for optimum in result.frontier
    ]
    for number, (name, bargain) in enumerate(result.bargains.bargains.items(), start=1):
        over, label = said(setting, name), str(number)
        points.append((f"without agreement: {over}", "alternative", bargain.disagreement, label))
        if bargain.status is Agreement.AGREED:
            payoffs = bargain.optimum.payoffs
            points.append((f"agreed over {over}", "agreement", payoffs, label))
    first, second = player_names(setting).values()
    columns = (
        Column("what", "", "which point"),
        Column("x", f"Real income of {first}", "change from the baseline", PLANE),
        Column("y", f"Real income of {second}", "change from the baseline", PLANE),
        Column("kind", "kind", "efficient, without or with agreement", hidden=True),
        Column("line", "line", "which line joins them", hidden=True),
        Column("label", "label", "what is written beside it", hidden=True),
    )
    rows = tuple(
        {
            "what": what,
            "x": float(100 * np.expm1(payoffs[0])),
            "y": float(100 * np.expm1(payoffs[1])),
            "kind": kind,
            # agreements are efficient too: a line through few points would else pass below them
            "line": "" if kind == "alternative" else "efficient",
            "label": label,
        }
        for what, kind, payoffs, label in sorted(points, key=lambda point: point[2][0])
    )
    drawn: frozenset[Place] = frozenset(("page", "data"))
    return Table("payoffs", "What each could get", columns, rows, on=drawn)
