"""Sentences of a run, made from its numbers: signs, winners and losers are decided here."""

from __future__ import annotations

import math

from detente.document.language import capital, counted, listed, noun, possessive
from detente.document.numbers import NEGLIGIBLE_PCT, amount, money, pct
from detente.report.facts import BEFORE, Money, Rows
from detente.report.run.facts import SMALL_WEDGE, PairFacts, RunFacts

SMALL_FLOW_PCT = 0.05
"""Changes of a bilateral flow smaller than this (per cent) are not worth a sentence."""


def headline(run: RunFacts, variant: str) -> str:
    """One sentence: what the variant does to the real income of the economies in focus."""
    rows = run.variants[variant].countries
    title = run.titles[variant]
    most = max(rows, key=lambda code: abs(rows[code]["real_income_pct"]))
    if abs(rows[most]["real_income_pct"]) < NEGLIGIBLE_PCT:
        return f"“{title}” has no measurable effect on the real income of any economy."
    parts = []
    for code in run.focus or (most,):
        value = rows[code]["real_income_pct"]
        if abs(value) < NEGLIGIBLE_PCT:
            parts.append(f"{noun(run.names[code])} sees no measurable change of real income")
            continue
        verb = "gains" if value > 0 else "loses"
        worth = money(rows[code]["real_income_musd"], run.unit)
        who = noun(run.names[code])
        parts.append(f"{who} {verb} {amount(value)}% of real income ({worth} a year)")
    return f"“{title}”: {listed(parts)}."


def breadth(run: RunFacts, variant: str) -> str:
    """One sentence: how many economies gain and lose, and who most."""
    rows = run.variants[variant].countries
    change = {code: row["real_income_pct"] for code, row in rows.items()}
    up = sum(value >= NEGLIGIBLE_PCT for value in change.values())
    down = sum(value <= -NEGLIGIBLE_PCT for value in change.values())
    if not up and not down:
        return ""
    text = f"Of {len(change)} economies {counted(up, 'gains', 'gain')}"
    text += f" and {counted(down, 'loses', 'lose')}"
    extremes = []
    for wanted, word, pick in ((up, "gain", max), (down, "loss", min)):
        code = pick(change, key=lambda c: change[c])
        if wanted:
            extremes.append(
                f"the largest {word} is {possessive(run.names[code])} ({pct(change[code])})"
            )
    world = money(sum(row["real_income_musd"] for row in rows.values()), run.unit, sign=True)
    return f"{text}; {listed(extremes)}. Summed over all economies the change is worth {world}."


def bilateral(run: RunFacts, variant: str) -> str:
    """Sentences on goods trade between the two economies in focus and its balance."""
    if not run.pairs:
        return ""
    parts = []
    for pair in run.pairs:
        row, before = pair.flow[variant], pair.flow[BEFORE]
        bought = f"{possessive(run.names[pair.importer])} purchases from "
        bought += noun(run.names[pair.exporter])
        if abs(row["pct"]) < SMALL_FLOW_PCT:
            parts.append(f"{bought} stay put")
            continue
        verb = "rise" if row["pct"] > 0 else "fall"
        parts.append(
            f"{bought} {verb} by {amount(row['pct'])}% to {money(row['value'], run.unit)} "
            f"(mean tariff {_then_now(before['tariff_pct'], row['tariff_pct'])})"
        )
    a, b = (run.names[code] for code in run.focus)
    at, to = (money(run.balances["goods"][k], run.unit, sign=True) for k in (BEFORE, variant))
    moves = f"stays at {at}" if at == to else f"moves from {at} to {to}"
    balance = f"{capital(possessive(a))} goods balance with {noun(b)} {moves}."
    return f"{capital(listed(parts))}. {balance}"


def diverted(run: RunFacts, variant: str, pair: PairFacts) -> str:
    """One sentence: where a change of purchases from the partner reappears."""
    change = pair.flow[variant]["pct"]
    if abs(change) < SMALL_FLOW_PCT:
        return ""
    rows, names = pair.partners[variant], run.names
    share = {code: row["share_pct"] for code, row in rows.items()}
    home = share.pop("domestic")
    foreign = sum(share.values())
    fall = change < 0
    if not fall and max(foreign, home, foreign + home) > 105:
        return _beyond_diverted(run, rows, pair)
    verb = "reappears as" if fall else "replaces"
    parts = []
    if foreign > 0.5:
        best = max(share, key=lambda code: share[code])
        parts.append(
            f"{amount(foreign, 0)}% {verb} purchases from other economies "
            f"(most from {noun(names[best])}, {amount(share[best], 0)}%)"
        )
    if home > 0.5:
        parts.append(f"{amount(home, 0)}% {verb} purchases at home")
    whose = possessive(names[pair.importer])
    head = f"Of the {'cut' if fall else 'rise'} in {whose} goods purchases from "
    head += f"{noun(names[pair.exporter])}, "
    text = head + (listed(parts) if parts else f"nothing {verb} other purchases")
    along = {"from other economies": foreign, "at home": home}
    if along := [where for where, percent in along.items() if percent < -0.5]:
        text += f"; purchases {listed(along)} {'fall' if fall else 'rise'} as well"
    if foreign + home > 105:
        # a price that rises lifts the value of what is bought anyway
        text += " (in value: higher prices count too, hence more than the whole)"
    return f"{text}."


def _beyond_diverted(run: RunFacts, rows: Rows, pair: PairFacts) -> str:
    """Say what happens to other purchases where they fall by more than those from one partner rise.

    That is no replacement: the economy buys less in all.
    """
    names, unit = run.names, run.unit
    home = rows["domestic"]["change_musd"]
    foreign = sum(row["change_musd"] for code, row in rows.items() if code != "domestic")
    return (
        f"While {possessive(names[pair.importer])} goods purchases from "
        f"{noun(names[pair.exporter])} rise, "
        f"those from other economies change by {money(foreign, unit, sign=True)} and those at home "
        f"by {money(home, unit, sign=True)}: more than is replaced, for it buys less in all."
    )


def comparison(run: RunFacts) -> list[str]:
    """Sentences across variants: where each side does best and worst, whether both ever gain."""
    codes, titles = run.focus, run.titles
    if len(titles) < 2 or not codes:
        return []
    table = {code: {v: one.change(code) for v, one in run.variants.items()} for code in codes}
    sentences = []
    for code, row in table.items():
        best, worst = max(row, key=lambda v: row[v]), min(row, key=lambda v: row[v])
        who = capital(noun(run.names[code]))
        if row[best] - row[worst] < NEGLIGIBLE_PCT:
            sentences.append(f"{who} fares the same in all {len(titles)} variants.")
            continue
        sentences.append(
            f"{who} does best under “{titles[best]}” ({pct(row[best])}) "
            f"and worst under “{titles[worst]}” ({pct(row[worst])})."
        )
    if len(codes) == 2:
        sentences.append(_both(table, titles))
    return sentences


def _both(table: dict[str, dict[str, float]], titles: dict[str, str]) -> str:
    a, b = table.values()
    both = [f"“{t}”" for v, t in titles.items() if min(a[v], b[v]) >= NEGLIGIBLE_PCT]
    neither = [f"“{t}”" for v, t in titles.items() if max(a[v], b[v]) <= -NEGLIGIBLE_PCT]
    if both:
        return f"Both sides gain under {listed(both)}."
    if len(neither) == len(titles):
        return f"Both sides lose in all {len(titles)} variants."
    if neither:
        return f"Both sides lose under {listed(neither)}; in no variant do both gain."
    return "In no variant do both sides gain, and in none do both lose."


def _then_now(before: float, after: float) -> str:
    then, now = amount(before, 1), amount(after, 1)
    return f"{then}% before and after" if then == now else f"{then}% before, {now}% after"


def balance(run: RunFacts) -> str:
    """Say how the balance differs when only what each side adds is counted."""
    a, b = (noun(run.names[code]) for code in run.focus)
    gross, added = (run.balances[k][BEFORE] for k in ("all trade", "in value added"))
    said = (
        "Gross trade counts a part each time it crosses the border. Value added counts what each "
        "side adds to the final purchases of the other, by way of third economies too. "
    )
    pair = (
        f"{money(gross, run.unit, sign=True)} gross and "
        f"{money(added, run.unit, sign=True)} in value added"
    )
    before = f"{said}Before any measure the balance of {a} with {b} is {pair}"
    if gross * added < 0:
        return f"{before}: it changes sign."
    size = "smaller" if abs(added) < abs(gross) else "larger"
    part = amount(abs(100 * (added / gross - 1)), 0) if gross else "0"
    return f"{before}, {part}% {size}."


def paid(run: RunFacts, variant: str, pair: PairFacts) -> str:
    """Say who bears the changed wedge of one flow, and what it brings; empty where it is small."""
    total = pair.paid[variant]["world"]
    wedge = total["wedge"]
    if abs(wedge) < SMALL_WEDGE:
        return ""
    seller, buyer = noun(run.names[pair.exporter]), noun(run.names[pair.importer])
    what = "Duties and trade costs"
    if abs(total["licence_wedge"]) >= SMALL_WEDGE:
        what = "Duties, trade costs and the licences of quotas, or subsidies of purchases,"
    head = (
        f"{what} between sellers in {seller} and buyers in "
        f"{buyer} {'raise' if wedge > 0 else 'lower'} the price on the way by {_rise(wedge)}% on "
        f"average: {_moves('buyers pay', total['buyer_price'])} and "
        f"{_moves('sellers get', total['seller_price'])}. "
    )
    return head + shared(total) + _revenue(total, run.unit)


def shared(total: dict[str, float]) -> str:
    """Say how the wedge is shared, or that one side bears more than all of it."""
    share, up = total["buyer_share"], total["wedge"] > 0
    verb, burden = ("bear", "the rise") if up else ("keep", "the fall")
    if share > 1.005:
        return f"Buyers {verb} all of {burden} and more: sellers' prices {_way(up)} too."
    if share < -0.005:
        return f"Sellers {verb} all of {burden} and more: what buyers pay {_way(not up)}s."
    return (
        f"Of {burden} buyers {verb} {amount(100 * share, 0)}%, "
        f"sellers {amount(100 - 100 * share, 0)}%."
    )


def _revenue(total: dict[str, float], unit: Money) -> str:
    """Say how much of the duty on unchanged trade is collected, trade having moved."""
    due, got = total["duty_on_old_trade_musd"], total["revenue_change_musd"]
    if abs(due) < 0.05 * unit.divisor:
        return ""
    bill = total["bill_change_musd"]
    return (
        f" On unchanged trade the new rates would bring {money(due, unit)} "
        f"{'more' if due > 0 else 'less'}; trade having moved, revenue {_way(got > 0)}s by "
        f"{money(got, unit)}, and what buyers pay in all, duties included, "
        f"{_way(bill > 0)}s by {money(bill, unit)}."
    )


def _way(up: bool) -> str:
    return "rise" if up else "fall"


def _moves(who: str, log: float) -> str:
    if abs(log) < 5e-6:
        return f"{who} the same"
    return f"{who} {_rise(log)}% {'more' if log > 0 else 'less'}"


def _rise(log: float) -> str:
    return amount(100 * math.expm1(log))


def paid_note(run: RunFacts) -> str:
    """Say what the figures on who pays rest on."""
    return (
        "Changes of prices are logs × 100, means over sectors weighted by trade at baseline. "
        "Shares depend on what prices are measured against: the numeraire (world value added), "
        "the importer's consumer prices, or all prices at the exporter's factories, which is "
        "nearest to regressions that take out what a country's prices have in common (Amiti, "
        f"Redding and Weinstein 2019). Margins: {run.pairs[0].margins}."
    )
