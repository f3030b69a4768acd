"""What people ask of a pair of economies: who pays, what is due, balances in value added."""

from __future__ import annotations

import math
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from detente import incidence
from detente.report import facts, words
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    import pandas as pd

    from detente.results import Solution
    from detente.simulate import ScenarioResult

SMALL_WEDGE = 5e-4
"""Mean wedges that change by less (in logs) are not worth a sentence, nor are shares of them."""
SHOWN_SECTORS = 8


def other_balances(result: ScenarioResult, a: str, b: str) -> facts.Rows:
    """Balance of one economy with another, the baseline's unit: all trade, and in value added.

    Columns are `facts.BEFORE` and the variants.
    """
    found: facts.Rows = {"all trade": {}, "in value added": {}}
    for name, solution in result.variants.items():
        sold, bought = (_row(solution.bilateral, *pair) for pair in ((a, b), (b, a)))
        gross, change = (sold[k] - bought[k] for k in ("all_musd", "all_change_musd"))
        added = _row(_value_added(solution), a, b)
        found["all trade"].setdefault(facts.BEFORE, gross)
        found["all trade"][name] = gross + change
        found["in value added"].setdefault(facts.BEFORE, added["balance_musd"])
        found["in value added"][name] = added["balance_musd"] + added["balance_change_musd"]
    return found


def effective_tariff(result: ScenarioResult, importer: str, exporter: str) -> dict[str, float]:
    """Duties due on goods over their fob value, per cent, each on its own trade; 0 without any."""
    found = {}
    for name, solution in result.variants.items():
        row = _row(solution.bilateral, exporter, importer)
        found.setdefault(facts.BEFORE, 100 * float(np.nan_to_num(row["effective_tariff"])))
        found[name] = 100 * float(np.nan_to_num(row["effective_tariff_cf"]))
    return found


def buyers_share(
    result: ScenarioResult, importer: str, exporter: str, relative_to: str = "world"
) -> dict[str, float]:
    """Share of the changed wedge that buyers bear by variant; not a number where it is small."""
    found = {}
    for name, solution in result.variants.items():
        total = _total(solution, importer, exporter, relative_to)
        found[name] = total["buyer_share"] if abs(total["wedge"]) >= SMALL_WEDGE else math.nan
    return found


def balances(result: ScenarioResult) -> str:
    """Section of the balances of the two economies in focus, counted in three ways."""
    if len(facts.focus(result)) < 2:
        return ""
    a, b = facts.focus(result)
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    sold, bought = facts.flow(result, a, b), facts.flow(result, b, a)
    columns = [{k: sold[k]["value"] - bought[k]["value"] for k in sold}]
    columns += other_balances(result, a, b).values()
    titles = {facts.BEFORE: "Before", **facts.variant_titles(result)}
    rows = [[title, *(c[k] / unit.divisor for c in columns)] for k, title in titles.items()]
    caption = f"{names[a]}, balance with {names[b]}, {unit.label}"
    heads = ["", "goods", "goods and services", "in value added"]
    shown = scroll(table(heads, rows, caption=caption, decimals=1), caption, "scroll plain")
    return tag("section", text("h2", "The balance, gross and in value added"),
               text("p", _balance_words(result, a, b)), shown)  # fmt: skip


def _balance_words(result: ScenarioResult, a: str, b: str) -> str:
    """Say how the balance differs when only what each side adds is counted."""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    before = {k: row[facts.BEFORE] for k, row in other_balances(result, a, b).items()}
    gross, added = before["all trade"], before["in value added"]
    said = (
        "Gross trade counts a part each time it crosses the border. Value added counts what each "
        "side adds to the final purchases of the other, by way of third economies too. "
    )
    whose = f"the balance of {words.noun(names[a])} with {words.noun(names[b])}"
    pair = (
        f"{words.money(gross, unit, sign=True)} gross and "
        f"{words.money(added, unit, sign=True)} in value added"
    )
    if gross * added < 0:
        return f"{said}Before any measure {whose} is {pair}: it changes sign."
    size = "smaller" if abs(added) < abs(gross) else "larger"
    part = words.amount(abs(100 * (added / gross - 1)), 0) if gross else "0"
    return f"{said}Before any measure {whose} is {pair}, {part}% {size}."


def who_pays(result: ScenarioResult) -> str:
    """Section of who bears the changed duties between the economies in focus."""
    if len(facts.focus(result)) < 2:
        return ""
    a, b = facts.focus(result)
    titles = facts.variant_titles(result)
    sentences = [
        tag("p", text("span", f"{title}: ", class_="which"), escape(said), data_variant=name)
        for name, title in titles.items()
        for pair in ((a, b), (b, a))
        if (said := paid_words(result, name, *pair))
    ]
    if not sentences:
        return ""
    tables = [_paid_table(result, *pair) for pair in ((a, b), (b, a))]
    last = [_sector_table(result, *pair) for pair in ((a, b), (b, a))]
    note = (
        "Changes of prices are logs × 100, means over sectors weighted by trade at baseline. "
        "Shares depend on what prices are measured against: the numeraire (world value added), "
        "the importer's consumer prices, or all prices at the exporter's factories, which is "
        "nearest to regressions that take out what a country's prices have in common (Amiti, "
        f"Redding and Weinstein 2019). Margins: {_paid(facts.last(result), a, b, 'world').margins}."
    )
    return tag("section", text("h2", "Who pays"), *sentences, *tables,
               text("p", note, class_="note"), *last)  # fmt: skip


def paid_words(result: ScenarioResult, variant: str, importer: str, exporter: str) -> str:
    """Say who bears the changed wedge of one flow, and what it brings; empty where it is small."""
    total = _total(result.variants[variant], importer, exporter)
    wedge = total["wedge"]
    if abs(wedge) < SMALL_WEDGE:
        return ""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    whose = words.noun(names[importer])
    what = "Duties and trade costs" if abs(total["licence_wedge"]) < SMALL_WEDGE else (
        "Duties, trade costs and the licences of quotas, or subsidies of purchases,"
    )  # fmt: skip
    head = (
        f"{what} between sellers in {words.noun(names[exporter])} and buyers in "
        f"{whose} {'raise' if wedge > 0 else 'lower'} the price on the way by {_rise(wedge)}% on "
        f"average: {_moves('buyers pay', total['buyer_price'])} and "
        f"{_moves('sellers get', total['seller_price'])}. "
    )
    return head + _shared(total) + _revenue(total, unit)


def _shared(total: dict[str, float]) -> str:
    """Say how the wedge is shared, or that one side bears more than all of it."""
    share, up = total["buyer_share"], total["wedge"] > 0
    verb, burden = ("bear", "the rise") if up else ("keep", "the fall")
    if share > 1.005:
        return f"Buyers {verb} all of {burden} and more: sellers' prices {_way(up)} too."
    if share < -0.005:
        return f"Sellers {verb} all of {burden} and more: what buyers pay {_way(not up)}s."
    return (
        f"Of {burden} buyers {verb} {words.amount(100 * share, 0)}%, "
        f"sellers {words.amount(100 - 100 * share, 0)}%."
    )


def _revenue(total: dict[str, float], unit: facts.Money) -> str:
    """Say how much of the duty on unchanged trade is collected, trade having moved."""
    due, got = total["duty_on_old_trade_musd"], total["revenue_change_musd"]
    if abs(due) < 0.05 * unit.divisor:
        return ""
    bill = total["bill_change_musd"]
    return (
        f" On unchanged trade the new rates would bring {words.money(due, unit)} "
        f"{'more' if due > 0 else 'less'}; trade having moved, revenue {_way(got > 0)}s by "
        f"{words.money(got, unit)}, and what buyers pay in all, duties included, "
        f"{_way(bill > 0)}s by {words.money(bill, unit)}."
    )


def _way(up: bool) -> str:
    return "rise" if up else "fall"


def _moves(who: str, log: float) -> str:
    if abs(log) < 5e-6:
        return f"{who} the same"
    return f"{who} {_rise(log)}% {'more' if log > 0 else 'less'}"


def _rise(log: float) -> str:
    return words.amount(100 * math.expm1(log))


def _paid_table(result: ScenarioResult, importer: str, exporter: str) -> str:
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    shares = {r: buyers_share(result, importer, exporter, r) for r in incidence.RELATIVE_TO}
    rows = []
    for name, title in facts.variant_titles(result).items():
        total = _total(result.variants[name], importer, exporter)
        prices = [100 * total[k] for k in ("wedge", "seller_price", "buyer_price")]
        borne = [_per_cent(by[name]) for by in shares.values()]
        values = [
            total[k] / unit.divisor
            for k in ("duty_on_old_trade_musd", "revenue_change_musd", "bill_change_musd")
        ]
        rows.append([title, *prices, *borne, *values])
    caption = f"{names[importer]} buys from {names[exporter]}: who bears the change"
    heads = ["", ("prices, %", 3), ("borne by buyers, %, against", 3), (unit.label, 3)]
    below = ["", "wedge", "seller", "buyer", *incidence.RELATIVE_TO,
             "due on old trade", "revenue", "paid in all"]  # fmt: skip
    shown = table(heads, rows, caption=caption, heads_below=below, decimals=2)
    return scroll(shown, caption, "scroll plain")


def _sector_table(result: ScenarioResult, importer: str, exporter: str) -> str:
    """Sectors of the last variant with most trade among those whose wedge changes."""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    sectors = facts.sector_names(result.calibration)
    title = list(facts.variant_titles(result).values())[-1]
    frame: Any = _paid(facts.last(result), importer, exporter, "world").sectors
    found: facts.Rows = frame.to_dict("index")
    moved = {k: row for k, row in found.items() if abs(row["wedge"]) >= SMALL_WEDGE}
    most = sorted(moved, key=lambda code: -moved[code]["flow_musd"])[:SHOWN_SECTORS]
    if not most:
        return ""
    rows = [
        [
            sectors[code],
            *(100 * moved[code][k] for k in ("wedge", "seller_price", "buyer_price")),
            _per_cent(moved[code]["buyer_share"]),
            *(moved[code][k] / unit.divisor for k in ("revenue_change_musd", "bill_change_musd")),
        ]
        for code in most
    ]
    caption = f"{names[importer]} buys from {names[exporter]}, by sector: {title}"
    heads = ["", "wedge, %", "seller, %", "buyer, %", "borne by buyers, %",
             f"revenue, {unit.label}", f"paid in all, {unit.label}"]  # fmt: skip
    shown = table(heads, rows, caption=caption, decimals=2)
    return tag("details", text("summary", caption), scroll(shown, caption, "scroll plain"))


def _per_cent(share: float) -> str:
    if not math.isfinite(share):
        return "–"
    return f"{100 * share:,.0f}".replace("-", words.MINUS)


def _total(
    solution: Solution, importer: str, exporter: str, relative_to: str = "world"
) -> dict[str, float]:
    total: Any = _paid(solution, importer, exporter, relative_to).total
    return total.to_dict()


def _row(frame: pd.DataFrame, one: str, other: str) -> dict[str, float]:
    """Return the row of a pair as plain numbers."""
    row: Any = frame.loc[(one, other)]
    return row.to_dict()


@lru_cache(maxsize=64)
def _paid(
    solution: Solution, importer: str, exporter: str, relative_to: str
) -> incidence.Incidence:
    return incidence.who_pays(solution, importer, exporter, relative_to=relative_to)


@lru_cache(maxsize=16)
def _value_added(solution: Solution) -> pd.DataFrame:
    from detente.value_added import value_added_trade

    return value_added_trade(solution)
