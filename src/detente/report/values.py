"""What values show that Python functions return: economies, solutions, wars, bargains, payoffs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from detente.document.blocks import (
    Chart,
    Column,
    Document,
    Kind,
    Section,
    Sentence,
    Table,
    Unit,
)
from detente.document.data import Data
from detente.document.language import capital, listed, long_day, noun
from detente.document.numbers import CHANGE, COUNT, NEGLIGIBLE_PCT, amount, money_unit, pct
from detente.report import facts
from detente.report.games.columns import columns as game_columns
from detente.report.run import data as run_data
from detente.report.run.tables import EXACT
from detente.units import name_in

if TYPE_CHECKING:
    import pandas as pd

    from detente.baseline.calibration import Calibration
    from detente.games.cooperation import Cooperation
    from detente.games.matrix import PayoffMatrix
    from detente.games.nash import NashResult
    from detente.results import Solution

DRAWN = 12
"""Economies that are shown, the largest first; tidy tables hold all."""
SIDES = 2
"""Economies on one side of measures that a summary names."""
RATE = Unit("%", 0.01, 1, data="fraction")
_MORE = {
    "value_added": "value added at basic prices",
    "trade_elasticity": "elasticity of import shares to trade costs",
}
Heads = Mapping[str, tuple[str, Unit | None]]
"""Columns that readers see: their head, and how numbers are shown."""


def economy_frames(c: Calibration) -> dict[str, Data]:
    """Return an economy as tidy tables: ``countries``, ``sectors``, ``flows``."""
    import pandas as pd

    foreign = c.flows * ~np.eye(len(c.countries), dtype=bool)
    exports, imports = foreign.sum(axis=(0, 1)), foreign.sum(axis=(0, 2))
    goods = foreign[c.goods].sum(axis=(0, 2))
    duties = (c.tariff * foreign)[c.goods].sum(axis=(0, 2))
    countries = {
        "country": c.country_codes,
        "income_musd": c.income,
        "value_added_musd": c.value_added,
        "exports_musd": exports,
        "imports_musd": imports,
        "balance_musd": exports - imports,
        "tariff_revenue_musd": c.tariff_revenue,
        "effective_tariff": np.divide(duties, goods, np.full_like(goods, np.nan), where=goods > 0),
    }
    sectors = {
        "sector": c.sector_codes,
        "output_musd": c.output.sum(axis=0),
        "trade_elasticity": c.trade_elasticity,
    }
    cells = pd.MultiIndex.from_product(
        [c.sector_codes, c.country_codes, c.country_codes], names=["sector", "importer", "exporter"]
    )
    flows = {"flow_musd": c.flows.ravel(), "tariff": c.tariff.ravel()}
    found = {
        "countries": pd.DataFrame(countries),
        "sectors": pd.DataFrame(sectors),
        "flows": pd.DataFrame(flows, index=cells).reset_index(),
    }
    return run_data.described(found, c.card.unit, run_data.titles(c), _MORE)


def of_economy(c: Calibration) -> Document:
    """Return what an economy shows: incomes, trade and tariffs."""
    money = money_unit(c.card.unit)
    heads: Heads = {
        "country": ("", None),
        "income_musd": ("income", money),
        "exports_musd": ("exports", money),
        "imports_musd": ("imports", money),
        "effective_tariff": ("mean tariff on goods", RATE),
    }
    table = _table("economies", "Economies", economy_frames(c)["countries"], heads, c)
    table = _largest(table, name_in("income_musd", c.card.unit))
    then = f"{c.card.year}"
    if c.card.in_force:
        then += f", with the tariffs of {long_day(date.fromisoformat(c.card.in_force))}"
    size = f"{len(c.countries)} economies and {len(c.sectors)} sectors in {then}"
    said = f"{size}; {noun(str(table.rows[0]['country']))} has the largest income."
    drawn = [name_in(key, c.card.unit) for key in ("exports_musd", "imports_musd")]
    return _document("economy", c.card.title, c, said, table, drawn, "grouped")


def solution_frames(solution: Solution) -> dict[str, Data]:
    """Return a solution as tidy tables: ``countries``, ``sectors``, ``flows``, ``limits``."""
    flows = solution.flows.to_dataframe().reset_index()
    found = {
        "countries": solution.countries.reset_index(),
        "sectors": solution.sectors.reset_index(),
        "flows": flows.rename(columns={"flow": "flow_musd", "flow_cf": "flow_cf_musd"}),
        "limits": solution.limits.reset_index(),
    }
    c = solution.equilibrium.calibration
    kept = {k: v for k, v in found.items() if len(v)}
    return run_data.described(kept, c.card.unit, run_data.titles(c))


def of_solution(solution: Solution) -> Document:
    """Return what a solution shows: who gains and who loses."""
    c = solution.equilibrium.calibration
    heads: Heads = {
        "country": ("", None),
        "real_income_pct": ("real income", EXACT),
        "real_income_musd": ("worth", money_unit(c.card.unit, sign=True)),
        "real_wage_pct": ("real wage", EXACT),
        "exports_pct": ("exports", CHANGE),
        "imports_pct": ("imports", CHANGE),
    }
    frame = solution_frames(solution)["countries"]
    table = _table("real-income", "Real income and trade, changes", frame, heads, c)
    parts = (_extremes(table), _named(solution, table), f"the solve {solution.status}")
    said = " ".join(f"{capital(part)}." for part in parts if part)
    table = _largest(table, "real_income_pct")
    title = f"A counterfactual on {c.card.title}"
    return _document("solution", title, c, said, table, ["real_income_pct"])


def _named(solution: Solution, table: Table) -> str:
    """Say what economies of the measures have, the United States where there are none."""
    found, names = solution.equilibrium, facts.country_names(solution.equilibrium.calibration)
    c = found.calibration
    moved = (found.policy.tariff_cf != c.tariff) | (found.policy.iceberg_hat != 1)
    pairs = moved.any(axis=0) & ~np.eye(len(c.countries), dtype=bool)
    sides = (pairs.any(axis=1), pairs.any(axis=0))
    codes = [
        code
        for side in sides
        for code, there in zip(c.country_codes, side, strict=True)
        if there and side.sum() <= SIDES
    ] or [code for code in c.country_codes if code == "USA"]
    change = {str(row["country"]): row["real_income_pct"] for row in table.rows}
    said = [
        f"in {noun(name)} by {pct(float(change[name]))}"  # pyright: ignore[reportArgumentType]
        for name in dict.fromkeys(names.get(code, code) for code in codes)
    ]
    return f"real income changes {listed(said)}" if said else ""


def _extremes(table: Table) -> str:
    """Say who gains and who loses most."""
    rows = sorted(table.rows, key=lambda row: row["real_income_pct"])  # pyright: ignore[reportArgumentType, reportCallIssue]
    said = []
    for row, verb, sign in ((rows[-1], "gains", 1), (rows[0], "loses", -1)):
        change = sign * float(row["real_income_pct"])  # pyright: ignore[reportArgumentType]
        if change >= NEGLIGIBLE_PCT:
            who = noun(str(row["country"]))
            said.append(f"{who} {verb} most ({amount(change)}% of real income)")
    return ", ".join(said) if said else "real income hardly changes anywhere"


def war_frames(war: NashResult) -> dict[str, Data]:
    """Return a war as tidy tables: ``players``, ``rates``."""
    return _of_game(
        {"players": war.players.reset_index(), "rates": war.rates}, war.game.calibration
    )


def of_war(war: NashResult) -> Document:
    """Return what a war shows: what players get, and at which rates."""
    heads: Heads = {
        "player": ("", None),
        "payoff_pct": ("payoff", EXACT),
        "best_response_gain_pct": ("gain of moving alone", EXACT),
        "mean_rate": ("mean rate", RATE),
        "median_rate": ("median rate", RATE),
        "at_bounds": ("rates at a bound", COUNT),
    }
    c = war.game.calibration
    table = _table("payoffs", "Payoffs and rates", war_frames(war)["players"], heads, c)
    names = facts.country_names(c)
    who = listed([noun(names.get(one.name, one.name)) for one in war.game.players])
    title, said = f"A war of {who}", f"Between {who}: {war.status}."
    return _document("war", title, c, said, table, ["payoff_pct"])


def bargain_frames(deal: Cooperation) -> dict[str, Data]:
    """Return bargains as tidy tables: ``players``, ``rates``."""
    import pandas as pd

    rates = {name: deal.rates(name) for name in deal.bargains}
    found = {
        "players": deal.players().reset_index(),
        "rates": pd.concat(rates, names=["disagreement"]).reset_index(level=0),
    }
    return _of_game(found, deal.game.calibration)


def of_bargain(deal: Cooperation) -> Document:
    """Return what bargains show: what each player gains over each way to disagree."""
    heads: Heads = {
        "disagreement": ("without a deal", None),
        "player": ("player", None),
        "without_pct": ("without", EXACT),
        "agreed_pct": ("agreed", EXACT),
        "gain_pct": ("gain", Unit("log points", decimals=3, sign=True)),
        "status": ("status", None),
    }
    c, frame = deal.game.calibration, bargain_frames(deal)["players"]
    table = _table("bargains", "Real income without and with a deal", frame, heads, c)
    title = f"Bargains of {listed([one.name for one in deal.game.players])}"
    said = f"How each search ended: {deal.ended}."
    return _document("bargain", title, c, said, table, ["gain_pct"], label="player")


def of_matrix(matrix: PayoffMatrix) -> Document:
    """Return what a payoff matrix shows: payoffs, and where nobody moves alone."""
    who, meaning = matrix.players, "change of real income from the baseline"
    columns = (
        *(Column(f"{one}_plays", f"{one} plays", f"strategy of {one}") for one in who),
        *(Column(f"{one}_pct", one, f"{one}: {meaning}", EXACT) for one in who),
    )
    keys = [column.key for column in columns]
    payoffs = matrix.payoffs.reshape(len(who), -1).T.tolist()
    named = zip(product(*matrix.strategies), payoffs, strict=True)
    rows = tuple(dict(zip(keys, (*names, *row), strict=True)) for names, row in named)
    table = Table("payoffs", "Real income by strategies", columns, rows)
    rests = [" and ".join(one) for one in matrix.equilibria()]
    said = f"Nobody moves alone from {listed(rests)}." if rests else "Somebody always moves alone."
    title = f"Strategies of {listed(list(who))}"
    return _document("payoffs", title, None, said, table, keys[len(who) :], "grouped")


def _of_game(found: Mapping[str, pd.DataFrame], c: Calibration) -> dict[str, Data]:
    unit = c.card.unit
    return {k: Data(v, game_columns(v.columns, unit)) for k, v in found.items()}


def _table(key: str, title: str, data: Data, heads: Heads, c: Calibration) -> Table:
    """Return some columns of tidy data as a table with economies by their names."""
    meanings = {column.key: column.meaning for column in data.columns}
    names = facts.country_names(c)
    shown = {name_in(k, c.card.unit): head for k, head in heads.items()}
    columns = tuple(Column(k, title, meanings[k], unit) for k, (title, unit) in shown.items())
    records = zip(*(data.frame[k] for k in shown), strict=True)
    rows = tuple({k: names.get(v, v) for k, v in zip(shown, row, strict=True)} for row in records)
    return Table(key, title, columns, rows)


def _largest(table: Table, key: str) -> Table:
    """Return the rows in which a column is largest."""
    rows = sorted(table.rows, key=lambda row: -abs(row[key]))  # pyright: ignore[reportArgumentType, reportCallIssue]
    note = f"The {DRAWN} largest of {len(rows)}." if len(rows) > DRAWN else ""
    return replace(table, rows=tuple(rows[:DRAWN]), note=note)


def _document(
    kind: str,
    title: str,
    c: Calibration | None,
    said: str,
    table: Table,
    drawn: Sequence[str],
    how: Kind = "bars",
    label: str = "",
) -> Document:
    """Say the answer, draw some columns, and show the table."""
    chart = Chart(table, how, label or table.columns[0].key, tuple(drawn))
    blocks = (Sentence(said), chart, table)
    about = {} if c is None else {"baseline": run_data.baseline(c)}
    return Document(kind, title, (Section("in-short", "In short", blocks),), about=about)
