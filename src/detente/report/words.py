"""Sentences made from numbers: signs, winners and losers are decided here, never canned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document.language import capital, counted, listed, noun, possessive
from detente.document.numbers import (  # noqa: F401  (subjects still reach some by way of here)
    MINUS,
    NEGLIGIBLE_PCT,
    NOTHING,
    amount,
    loses,
    money,
    pct,
    signed,
)
from detente.report import facts

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

SMALL_FLOW_PCT = 0.05
"""Changes of a bilateral flow smaller than this (per cent) are not worth a sentence."""


def headline(result: ScenarioResult, variant: str) -> str:
    """One sentence: what the variant does to the real income of the economies in focus."""
    rows = facts.countries(result.variants[variant])
    title = facts.variant_titles(result)[variant]
    most = max(rows, key=lambda code: abs(rows[code]["real_income_pct"]))
    if abs(rows[most]["real_income_pct"]) < NEGLIGIBLE_PCT:
        return f"“{title}” has no measurable effect on the real income of any economy."
    names = facts.country_names(result.calibration)
    unit = facts.money(result.calibration)
    parts = []
    for code in facts.focus(result) or (most,):
        value = rows[code]["real_income_pct"]
        if abs(value) < NEGLIGIBLE_PCT:
            parts.append(f"{noun(names[code])} sees no measurable change of real income")
            continue
        verb = "gains" if value > 0 else "loses"
        worth = money(rows[code]["real_income_musd"], unit)
        parts.append(f"{noun(names[code])} {verb} {amount(value)}% of real income ({worth} a year)")
    return f"“{title}”: {listed(parts)}."


def breadth(result: ScenarioResult, variant: str) -> str:
    """One sentence: how many economies gain and lose, and who most."""
    rows = facts.countries(result.variants[variant])
    change = {code: row["real_income_pct"] for code, row in rows.items()}
    names = facts.country_names(result.calibration)
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
                f"the largest {word} is {possessive(names[code])} ({pct(change[code])})"
            )
    unit = facts.money(result.calibration)
    world = money(sum(row["real_income_musd"] for row in rows.values()), unit, sign=True)
    return f"{text}; {listed(extremes)}. Summed over all economies the change is worth {world}."


def bilateral(result: ScenarioResult, variant: str) -> str:
    """Sentences on goods trade between the two economies in focus and its balance."""
    if len(facts.focus(result)) < 2:
        return ""
    a, b = facts.focus(result)
    names = facts.country_names(result.calibration)
    unit = facts.money(result.calibration)
    sold, bought = facts.flow(result, a, b), facts.flow(result, b, a)
    parts = []
    for buyer, seller, rows in ((a, b, bought), (b, a, sold)):
        row, before = rows[variant], rows[facts.BEFORE]
        change = row["pct"]
        if abs(change) < SMALL_FLOW_PCT:
            parts.append(
                f"{possessive(names[buyer])} purchases from {noun(names[seller])} stay put"
            )
        else:
            verb = "rise" if change > 0 else "fall"
            parts.append(
                f"{possessive(names[buyer])} purchases from {noun(names[seller])} {verb} by "
                f"{amount(change)}% to {money(row['value'], unit)} "
                f"(mean tariff {_then_now(before['tariff_pct'], row['tariff_pct'])})"
            )
    before, after = (sold[k]["value"] - bought[k]["value"] for k in (facts.BEFORE, variant))
    at, to = (money(value, unit, sign=True) for value in (before, after))
    moves = f"stays at {at}" if at == to else f"moves from {at} to {to}"
    balance = f"{capital(possessive(names[a]))} goods balance with {noun(names[b])} {moves}."
    return f"{capital(listed(parts))}. {balance}"


def diverted(result: ScenarioResult, variant: str, importer: str, exporter: str) -> str:
    """One sentence: where a change of purchases from the partner reappears."""
    change = facts.flow(result, exporter, importer)[variant]["pct"]
    if abs(change) < SMALL_FLOW_PCT:
        return ""
    names = facts.country_names(result.calibration)
    rows = facts.partners(result.variants[variant], importer, exporter)
    share = {code: row["share_pct"] for code, row in rows.items()}
    home = share.pop("domestic")
    foreign = sum(share.values())
    fall = change < 0
    if not fall and max(foreign, home, foreign + home) > 105:
        return _beyond_diverted(result, rows, importer, exporter)
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
    whose = possessive(names[importer])
    head = f"Of the {'cut' if fall else 'rise'} in {whose} goods purchases from "
    head += f"{noun(names[exporter])}, "
    text = head + (listed(parts) if parts else f"nothing {verb} other purchases")
    along = {"from other economies": foreign, "at home": home}
    if along := [where for where, percent in along.items() if percent < -0.5]:
        text += f"; purchases {listed(along)} {'fall' if fall else 'rise'} as well"
    if foreign + home > 105:
        # a price that rises lifts the value of what is bought anyway
        text += " (in value: higher prices count too, hence more than the whole)"
    return f"{text}."


def _beyond_diverted(result: ScenarioResult, rows: facts.Rows, importer: str, exporter: str) -> str:
    """Say what happens to other purchases where they fall by more than those from one partner rise.

    That is no replacement: the economy buys less in all.
    """
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    home = rows["domestic"]["change_musd"]
    foreign = sum(row["change_musd"] for code, row in rows.items() if code != "domestic")
    return (
        f"While {possessive(names[importer])} goods purchases from {noun(names[exporter])} rise, "
        f"those from other economies change by {money(foreign, unit, sign=True)} and those at home "
        f"by {money(home, unit, sign=True)}: more than is replaced, for it buys less in all."
    )


def comparison(result: ScenarioResult) -> list[str]:
    """Sentences across variants: where each side does best and worst, whether both ever gain."""
    codes, titles = facts.focus(result), facts.variant_titles(result)
    if len(titles) < 2 or not codes:
        return []
    names = facts.country_names(result.calibration)
    table = {code: facts.real_income(result, code) for code in codes}
    sentences = []
    for code, row in table.items():
        best, worst = max(row, key=lambda v: row[v]), min(row, key=lambda v: row[v])
        who = capital(noun(names[code]))
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
