"""Forecasts held against what happened: sentences, tables and the document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.baseline.names import EU27, country_name
from detente.document.blocks import (
    Chart,
    Column,
    Document,
    Fold,
    Note,
    Section,
    Sentence,
    Table,
    Unit,
)
from detente.document.data import Data
from detente.document.language import capital, listed
from detente.history import record
from detente.history.backtest import BEST, BOUGHT, LEAST, MODEL, RULE, SAME, SOLD, TREND
from detente.history.record import Frame
from detente.report.columns import table
from detente.report.run.data import baseline

if TYPE_CHECKING:
    from detente.history.backtest import Backtest

_AFTER = {"month": "after a month", "year": "after a year", "two-years": "after two years",
          "long-run": "in the long run"}  # fmt: skip
_SPAN = {"month": "a month", "year": "a year", "two-years": "two years",
         "long-run": "the long run"}  # fmt: skip
FORECASTS = {
    **{name: f"model, {told}" for name, told in _AFTER.items()},
    MODEL: "model, one elasticity",
    RULE: "rule",
    TREND: "trend",
    SAME: "no change",
}
GROUPS = {
    "from-china": "US imports from China",
    "from-others": "US imports from others",
    BOUGHT: "US imports from all",
    SOLD: "China's imports from the US",
}
USUAL = "long-run"
"""The horizon of `detente run`."""
NUMBER = Unit("", decimals=2)
ERROR = Unit("log points", 0.01, 1, data="log change")
PERCENT = Unit("%", decimals=3, sign=True)
LOG = Unit("%", 0.01, 0, sign=True, data="log change")
BILLION = Unit("USD bn", 1e9, 0, data="USD")
_PARTNERS = {"WLD": "all", "USMCA": "Canada and Mexico", "EU27": "European Union"}
_HOW = (
    "Forecasts know the tariffs of a quarter and nothing else: no growth, no exchange rates, no "
    "purchases brought forward, no exclusions. So all is measured beyond the growth of all trade "
    "of its kind: what share of it a partner and an industry have."
)
_OUT = (
    "One elasticity: the model with one trade elasticity of all goods. Rule: trade moves with its "
    "own tariff by a constant elasticity, and with nothing else. Both are fitted on all other "
    "industries, so that none is forecast with what happened to itself. Trend: the industry goes "
    "on as it went in the two years before."
)


def document(found: Backtest) -> Document:
    """Return what a backtest shows."""
    about = record.about()
    return Document(
        "backtest",
        f"Backtest {found.episode.name}: tariffs and the trade that followed",
        _known(found) if found.known else _unknown(found),
        eyebrow=f"Détente · {found.calibration.card.title}",
        rests_on=(
            f"Baseline {found.calibration.name} ({found.calibration.card.year}); each quarter "
            f"against the same quarter of {found.episode.base}",
        ),
        notes=(_without(found), about["method"], f"Source: {about['source']}."),
        about={"baseline": baseline(found.calibration)},
    )


def _without(found: Backtest) -> str:
    lost = f"{100 * found.lost:.1f}% of the trade has goods that the baseline does not have. "
    kept = "Other countries' answers to US tariffs, but for China's, are left out."
    apart = "; ".join(found.left_out)
    months = f" Left out, since the file lacks a month: {apart}." if apart else ""
    return f"{lost if found.lost > 5e-4 else ''}{kept}{months}"


def _known(found: Backtest) -> tuple[Section, ...]:
    shown = {group: scores(found, group) for group in _held(found)}
    first = shown.pop("from-china")
    drawn = Chart(
        first,
        "bars",
        "forecast",
        ("error",),
        title="Error of forecasts of US imports from China",
        note="Root of the mean squared error over industries and quarters; less is better",
    )
    last = (
        Section("published", "What others found", (published(found),), more=True)
        if found.episode.name == "2018-20"
        else Section("predictions", "What was predicted", (totals(found),), more=True)
    )
    folds = (
        Fold("Errors by quarter", (by_quarter(found),)),
        Fold("The elasticity of imports to tariffs, estimated", (estimates(found),)),
    )
    return (
        Section("answer", "In short", (*answer(found), drawn, Note(_OUT))),
        Section("record", "Other trade", (Note(_HOW), *shown.values()), more=True),
        Section("by-quarter", "Quarter by quarter", folds, more=True),
        last,
    )


def _of(found: Backtest, group: str, forecast: str, quarter: str = "together") -> Mapping[str, Any]:
    of = found.scores
    at = (of["group"] == group) & (of["quarter"] == quarter) & (of["forecast"] == forecast)
    return of[at].iloc[0].to_dict()


def answer(found: Backtest) -> list[Sentence]:
    """Say whether the forecasts were any good, against what, and where they were not."""
    best = found.best
    china, one, same, rule = (_of(found, "from-china", n) for n in (best, MODEL, SAME, RULE))
    every, plain = (_of(found, BOUGHT, name) for name in (MODEL, SAME))
    first = (
        f"From tariffs alone the model {_tells(one['correlation'])} which Chinese industries "
        f"lost US sales in {found.episode.name}: forecast and fact correlate by "
        f"{one['correlation']:.2f}, and an industry is missed by {_points(one)} per cent, against "
        f"{_points(rule)} by a rule without a model and {_points(same)} with no change"
    )
    second = (
        f"The horizon that fits best is {_SPAN[best]}: forecasts at it have industries "
        f"{_size(china['slope'])} as far apart as they were"
    )
    usual = _of(found, "from-china", USUAL)
    worse = "more" if usual["error"] > same["error"] else "less"
    fourth = (
        f"At the long run, which detente run uses unless told otherwise, an industry is missed by "
        f"{_points(usual)} per cent, {worse} than with no change, and forecasts have industries "
        f"{_size(usual['slope'])} as far apart as they were: give --horizon {best} for the first "
        "years"
    )
    told = [fourth] if best != USUAL else []
    third = (
        f"Over all partners tariffs explain little: a miss of {_points(every)} per cent against "
        f"{_points(plain)} with no change"
    )
    return [Sentence(f"{text}.", ("scores-from-china",)) for text in (first, second, *told, third)]


def _tells(correlation: float) -> str:
    if not correlation > 0.2:
        return "does not tell"
    return "tells" if correlation > 0.6 else "tells in part"


def _points(row: Mapping[str, Any]) -> str:
    return f"{100 * row['error']:.1f}"


def _size(slope: float) -> str:
    if not slope > 0:
        return "the other way round, or not at all,"
    return f"{1 / slope:.1f} times"


def _held(found: Backtest) -> list[str]:
    """Return the groups of which it is known what happened."""
    known = set(found.scores["group"])
    return [group for group in GROUPS if group in known]


def scores(found: Backtest, group: str) -> Table:
    """Return scores of all forecasts of some trade over the quarters that count."""
    of = found.scores[(found.scores["quarter"] == "together") & (found.scores["group"] == group)]
    rows = [
        {**row, "forecast_code": row["forecast"], "forecast": capital(FORECASTS[row["forecast"]])}
        for row in of.to_dict("records")
    ]
    columns = [
        Column("forecast", "forecast", "what forecasts"),
        Column("forecast_code", "code", "name of the forecast", hidden=True),
        Column("correlation", "correlation", "of forecast and actual log change", NUMBER),
        Column("slope", "slope", "of actual on forecast log change; 1 where sizes fit", NUMBER),
        Column("error", "error", "root of the mean squared difference", ERROR),
        Column("weighted_error", "error by trade", "where cells count by the trade before", ERROR),
        Column("cells", "cells", f"partner, industry and quarter, of at least USD {LEAST:g}m",
               Unit("", kind="count"), hidden=True),
    ]  # fmt: skip
    title = f"{GROUPS[group]}: forecasts against what happened"
    seen = sorted(set(found.scores["quarter"]) & set(found.episode.quarters))
    note = f"{seen[0]} to {seen[-1]}, {int(rows[0]['cells']):,} cells."
    return table(f"scores-{group}", title, columns, rows, note=note)


def by_quarter(found: Backtest) -> Table:
    """Return errors of some forecasts quarter by quarter."""
    shown = {found.best: "model", MODEL: "one elasticity", RULE: "rule", SAME: "no change"}
    columns = [Column("group", "of", "trade that is forecast"),
               Column("quarter", "quarter", "quarter")]  # fmt: skip
    columns += [Column(f"error_{name.replace('-', '_')}", head, f"error of {FORECASTS[name]}",
                       ERROR) for name, head in shown.items()]  # fmt: skip
    columns.append(Column("correlation", "correlation", f"of {FORECASTS[found.best]}", NUMBER))
    rows = []
    for group in _held(found):
        title = GROUPS[group]
        some = found.scores[found.scores["group"] == group]
        for quarter in sorted(set(some["quarter"]) - {"together"}):
            row = {"group": title, "quarter": quarter}
            row |= {f"error_{name.replace('-', '_')}": _of(found, group, name, quarter)["error"]
                    for name in shown}  # fmt: skip
            row["correlation"] = _of(found, group, found.best, quarter)["correlation"]
            rows.append(row)
    apart = found.episode
    note = f"{', '.join(apart.apart)} do not count: {apart.why_apart}." if apart.apart else ""
    return table("quarters", "Errors by quarter", columns, rows, note=note)


def estimates(found: Backtest) -> Table:
    """Return the elasticity of US imports to tariffs, estimated quarter by quarter."""
    columns = [
        Column("quarter", "quarter", "quarter, against the same of the base year"),
        Column("elasticity", "elasticity", "of US imports at fob to 1 + tariff, above zero where "
               "they fall", NUMBER),
        Column("error", "standard error", "clustered by industry", NUMBER),
        Column("cells", "cells", "partner and industry", Unit("cells", kind="count")),
        Column("clusters", "industries", "clusters", Unit("industries", kind="count")),
    ]  # fmt: skip
    note = "Least squares with effects of partners and industries. Below zero: bought ahead."
    return table("estimates", "The elasticity of US imports to tariffs", columns,
                 found.estimates, note=note)  # fmt: skip


def published(found: Backtest) -> Table:
    """Return what others found of 2018-19 beside what the model says."""
    aside = found.aside.set_index(["quarter", "horizon"])

    def at(quarter: str, horizon: str, column: str) -> float:
        return float(aside.loc[(quarter, horizon), column])  # pyright: ignore[reportArgumentType]

    quarters = [f"2019Q{q}" for q in (1, 2, 3, 4)]
    bought = record.us_imports().xs(record.CHINA, level="partner").groupby("quarter").sum()
    seen = np.log(sum(bought[q] for q in quarters) / sum(bought[f"2017{q[4:]}"] for q in quarters))
    model = np.mean([at(quarter, found.best, "from_china") for quarter in quarters])
    income = {h: at("2018Q4", h, "us_income_pct") for h in ("month", "year", "long-run")}
    rows = [
        {"what": "US real income, tariffs and China's answer at the end of 2018, long run",
         "ours": f"{income['long-run']:+.3f}%", "theirs": "−0.04% of GDP",
         "who": "Fajgelbaum et al. (2020), QJE 135(1), all partners' answers"},
        {"what": "the same after a year", "ours": f"{income['year']:+.3f}%", "theirs": "",
         "who": ""},
        {"what": "share of the tariffs on China that US buyers pay, end of 2018, a year",
         "ours": f"{100 * at('2018Q4', 'year', 'pass_through'):.0f}%", "theirs": "about 100%",
         "who": "Amiti, Redding & Weinstein (2019), JEP 33(4)"},
        {"what": "US imports from China, 2019 against 2017, what tariffs do alone",
         "ours": f"{100 * np.expm1(model):+.0f}%", "theirs": f"{100 * np.expm1(seen):+.0f}%",
         "who": "US Census Bureau: what happened, all causes"},
    ]  # fmt: skip
    columns = [
        Column("what", "", "what is compared"),
        Column("ours", "the model", "what the model says"),
        Column("theirs", "found", "what was found, or happened"),
        Column("who", "by", "who found it"),
    ]
    fixed = [{key: value.replace("-0", "−0") if key == "ours" else value
              for key, value in row.items()} for row in rows]  # fmt: skip
    return table("published", "What others found", columns, fixed)


def _unknown(found: Backtest) -> tuple[Section, ...]:
    shown = totals(found)
    last = f"change_{found.episode.quarters[-1]}"
    drawn = Chart(
        shown,
        "bars",
        "partner",
        (last,),
        title=f"US imports in {found.episode.quarters[-1]}: what tariffs alone do",
        note=f"Change from {found.episode.before(found.episode.quarters[-1])}, by partner",
    )
    how = (
        f"The forecast is the model's {_AFTER[BEST]}, which fitted 2018-20 best. What happened is "
        "not shipped: give it with --outcomes. predictions.csv has partners by industry."
    )
    return (
        Section("answer", "In short", (*_ahead(found), drawn)),
        Section("how", "How", (Note(how), Note(_HOW)), more=True),
    )


def _ahead(found: Backtest) -> tuple[Sentence, ...]:
    last = found.episode.quarters[-1]
    some = found.predictions[found.predictions["quarter"] == last].groupby("partner")
    sums = some[["before_usd", "predicted_usd"]].sum()
    change = 100 * (sums["predicted_usd"] / sums["before_usd"] - 1)
    told = {record.CHINA: "from China", "EU27": "from the European Union",
            record.WORLD: "in all"}  # fmt: skip
    parts = [f"{name} {_way(change[code])}" for code, name in told.items()]
    first = (
        f"Tariffs alone would take US imports {listed(parts)} in {last}, against "
        f"{found.episode.before(last)}."
    )
    second = (
        "The forecast knows no growth, no purchases brought forward and no exchange rates; on "
        "2018-20 such forecasts told part of the differences between industries "
        "(detente backtest 2018-20)."
    )
    return Sentence(first, ("totals",)), Sentence(second, ("totals",))


def _way(change: float) -> str:
    return f"{'up' if change > 0 else 'down'} {abs(change):.0f}%"


def totals(found: Backtest) -> Table:
    """Return predicted US imports by partner, quarter by quarter; members of the EU as one."""
    some = found.predictions[~found.predictions["partner"].isin(EU27)]
    sums = some.groupby(["partner", "quarter"])[["before_usd", "predicted_usd"]].sum()
    change = np.log(sums["predicted_usd"] / sums["before_usd"]).unstack("quarter")
    size = sums["before_usd"].unstack("quarter").sum(axis=1).sort_values(ascending=False)
    rows = [
        {
            "partner": _PARTNERS.get(partner) or country_name(partner),
            "partner_code": partner,
            "before": float(size[partner]),
            **{f"change_{q}": float(change.loc[partner, q]) for q in change.columns},
        }
        for partner in size.index
    ]
    columns = [
        Column("partner", "partner", "whom the United States buys from"),
        Column("partner_code", "code", "code of the partner", hidden=True),
        Column("before", f"{found.episode.base}, USD bn", "US imports of the year before", BILLION),
        *(Column(f"change_{q}", q, f"predicted log change of US imports, {q}", LOG)
          for q in change.columns),
    ]  # fmt: skip
    return table("totals", "US imports as predicted, by partner", columns, rows)


def frames(found: Backtest) -> dict[str, Data]:
    """Return predictions and cells for programs."""
    usd = Unit("USD")
    said = {
        "partner": ("partner", None),
        "naics": ("three-digit NAICS industry", None),
        "quarter": ("quarter", None),
        "before_usd": ("US imports in the quarter compared with", usd),
        "predicted_usd": (f"the model, {_AFTER[BEST]}", usd),
        "one_elasticity_usd": ("the model with one elasticity, of 2018-20", usd),
        "rule_usd": ("the rule of one elasticity to the own tariff, of 2018-20", usd),
        "trend_usd": ("the industry's trend before", usd),
    }
    held = {
        "kind": ("trade: US imports, or US exports to China", None),
        "quarter": ("quarter", None),
        "exporter": ("who sells", None),
        "industry": ("NAICS industry; ISIC division where China buys", None),
        "base": ("trade in the quarter compared with", Unit("million USD")),
        "now": ("trade then", Unit("million USD")),
        "raw": ("change of trade", Unit("log change")),
        "actual": ("change beyond that of all trade of its kind", Unit("log change")),
        "log_tariff": ("change of log(1 + tariff)", Unit("log change")),
        **{name: (f"forecast by {told}", Unit("log change")) for name, told in FORECASTS.items()},
    }  # fmt: skip
    return {
        "predictions": _data(found.predictions, said),
        "cells": _data(found.cells, held),
    }


def _data(frame: Frame, told: Mapping[str, tuple[str, Unit | None]]) -> Data:
    shown = [Column(key, key, meaning, unit) for key, (meaning, unit) in told.items()]
    return Data(frame[list(told)].reset_index(drop=True), tuple(shown))
