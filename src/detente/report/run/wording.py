"""Sentences of a run, made from its numbers: signs, winners and losers are decided here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from detente.document.blocks import Sentence, Term
from detente.document.language import capital, counted, listed, long_day, noun, possessive
from detente.document.numbers import CHANGE, NEGLIGIBLE_PCT, costs, gains, share, spoken, told
from detente.report.facts import BEFORE, Rows
from detente.report.run.facts import SMALL_WEDGE, PairFacts, RunFacts

if TYPE_CHECKING:
    from detente.baseline.card import Card
    from detente.simulate import ScenarioResult

SMALL_FLOW_PCT = 0.05
"""Changes of a bilateral flow smaller than this (per cent) are not worth a sentence."""
FEW = 3
"""Variants that are named one by one; more are counted."""
REAL_INCOME = Term("real income", "what an economy's income can buy, prices counted")
ELASTICITIES = Term(
    "trade elasticities", "how readily buyers change supplier when one becomes dearer"
)
_AT = {
    "month": "a month after the measures", "year": "a year after the measures",
    "two-years": "two years after the measures", "long-run": "in the long run",
}  # fmt: skip


_AFTER = {"month": "after a month", "year": "after a year", "two-years": "after two years",
          "long-run": "in the long run"}  # fmt: skip
FAINT_PCT = 0.01
"""Change of real income, per cent, whose sign other elasticities or another horizon may turn."""


def answer(run: RunFacts, result: ScenarioResult, drawn: str = "") -> tuple[Sentence, ...]:
    """Say what the last variant does and to whom, whether both ever gain, and how sure that is."""
    rows = run.variants[run.last].countries
    faint = any(
        NEGLIGIBLE_PCT <= abs(rows[code]["real_income_pct"]) < FAINT_PCT for code in run.focus
    )
    said = [effect(run, run.last), *comparison(run)[-1:], sure(result, faint=faint, drawn=drawn)]
    return tuple(Sentence(one, terms=(REAL_INCOME, ELASTICITIES)) for one in said)


def effect(run: RunFacts, variant: str) -> str:
    """One sentence: what the variant does to the real income of the economies in focus."""
    rows = run.variants[variant].countries
    title = run.titles[variant]
    most = max(rows, key=lambda code: abs(rows[code]["real_income_pct"]))
    if abs(rows[most]["real_income_pct"]) < NEGLIGIBLE_PCT:
        return f"“{title}” leaves the real income of every economy as it is."
    parts, before = [], ""
    ends = [f(rows, key=lambda code: rows[code]["real_income_pct"]) for f in (min, max)]
    far = [c for c in ends if abs(rows[c]["real_income_pct"]) >= NEGLIGIBLE_PCT]
    for code in run.focus or dict.fromkeys(far):
        value, who = rows[code]["real_income_pct"], noun(run.names[code])
        verb, _, rest = costs(value, CHANGE, who).partition(" ")
        if abs(value) >= NEGLIGIBLE_PCT:
            first = "%" not in "".join(parts)
            worth = told(rows[code]["real_income_musd"], run.money("a year" if first else ""))
            rest = f"{who} {worth} ({spoken(value, CHANGE)}{' of its real income' * first})"
        parts.append(rest if verb == before else f"{verb} {rest}")
        before = verb
    return f"“{title}” {listed(parts)}."


def sure(result: ScenarioResult, *, faint: bool = False, drawn: str = "") -> str:
    """Say at which horizon, on which data, and what the sizes, and ``faint`` signs, hang on.

    ``drawn``: what draws say of that, where there are any.
    """
    when = _AT.get(result.scenario.horizon, result.scenario.horizon)
    day = "" if result.at is None else f", as if what is in force on {result.at} stayed for good"
    head = f"That is {when}{day}, {_on_data(result.calibration.card)}, by one model"
    if drawn:
        return f"{head}. {drawn}"
    return (
        f"{head} and one set "
        "of trade elasticities (how readily buyers change supplier): the sizes "
        f"{f'and the signs of effects below {FAINT_PCT}% ' * faint}hang on these, and "
        "no range is computed."
    )


def breadth(run: RunFacts, variant: str) -> str:
    """One sentence: how many economies gain and lose, and who most."""
    rows = run.variants[variant].countries
    change = {code: row["real_income_pct"] for code, row in rows.items()}
    up = sum(value >= NEGLIGIBLE_PCT for value in change.values())
    down = sum(value <= -NEGLIGIBLE_PCT for value in change.values())
    if not up and not down:
        return ""
    most = [
        f"{noun(run.names[code])} {gains(change[code], CHANGE)}"
        for number, pick in ((up, max), (down, min))
        if number
        for code in (pick(change, key=lambda c: change[c]),)
    ]
    world = gains(sum(row["real_income_musd"] for row in rows.values()), run.money("a year"))
    return (
        f"Of {len(change)} economies {counted(up, 'gains', 'gain')} and "
        f"{counted(down, 'loses', 'lose')}; at the ends {listed(most)}. The world {world} in all."
    )


def bilateral(run: RunFacts, variant: str) -> str:
    """Sentences on goods trade between the two economies in focus and its balance."""
    if not run.pairs:
        return ""
    parts = []
    for pair in run.pairs:
        row, before = pair.flow[variant], pair.flow[BEFORE]
        buyer, seller = noun(run.names[pair.importer]), noun(run.names[pair.exporter])
        if abs(row["pct"]) < SMALL_FLOW_PCT:
            parts.append(f"{buyer} buys as much from {seller} as before")
            continue
        more = "more" if row["pct"] > 0 else "less"
        then, now = (spoken(rate, CHANGE) for rate in (before["tariff_pct"], row["tariff_pct"]))
        tariff = f"stays at {then}" if then == now else f"goes from {then} to {now}"
        parts.append(
            f"{buyer} buys {spoken(row['pct'], CHANGE)} {more} from {seller}, "
            f"{told(row['value'], run.money('of goods a year'))} (its mean tariff {tariff})"
        )
    a, b = (run.names[code] for code in run.focus)
    return f"{capital(listed(parts))}. {capital(possessive(a))} {_balance(run, variant)} {noun(b)}."


def _balance(run: RunFacts, variant: str) -> str:
    """Say what becomes of the balance in goods: ``goods deficit shrinks from … to … with``."""
    at, to = (run.balances["goods"][k] for k in (BEFORE, variant))
    then, now = (spoken(value, run.money()) for value in (at, to))
    kind, other = ("deficit", "surplus") if at < 0 else ("surplus", "deficit")
    if at * to < 0:
        return f"goods {kind} of {then} becomes a {other} of {now} with"
    if then == now:
        return f"goods {kind} stays at {now} with"
    verb = "grows" if abs(to) > abs(at) else "shrinks"
    return f"goods {kind} {verb} from {then} to {now} with"


def diverted(run: RunFacts, variant: str, pair: PairFacts) -> str:
    """One sentence: what is bought instead, or bought less of, elsewhere and at home."""
    change = pair.flow[variant]["pct"]
    if abs(change) < SMALL_FLOW_PCT:
        return ""
    rows, names = pair.partners[variant], run.names
    part = {code: row["share_pct"] for code, row in rows.items()}
    home, less = part.pop("domestic"), change < 0
    foreign = sum(part.values())
    buyer, seller = noun(names[pair.importer]), noun(names[pair.exporter])
    if not less and max(foreign, home, foreign + home) > 105:
        return _beyond_diverted(run, rows, buyer, seller)
    ends, instead = [], "" if less else " replaces purchases"
    if foreign > 0.5:
        best = max(part, key=lambda code: part[code])
        most = f"most from {noun(names[best])}, {spoken(part[best], CHANGE)}"
        ends.append(f"{spoken(foreign, CHANGE)}{instead} from other economies ({most})")
    if home > 0.5:
        ends.append(f"{spoken(home, CHANGE)}{instead} at home")
    if not ends:
        verb = "bought elsewhere instead" if less else "bought less of elsewhere"
        text = f"almost none is {verb}"
    else:
        text = f"it buys {listed(ends)} instead" if less else listed(ends)
    along = {"from other economies": foreign, "at home": home}
    if along := [where for where, percent in along.items() if percent < -0.5]:
        text += f"; it buys {'less' if less else 'more'} {listed(along)} too"
    if foreign + home > 105:
        text += " (in value: higher prices count too, hence more than the whole)"
    head = "no longer buys" if less else "newly buys"
    return f"Of what {buyer} {head} from {seller}, {text}."


def _beyond_diverted(run: RunFacts, rows: Rows, buyer: str, seller: str) -> str:
    """Say it where other purchases fall by more than those from one partner rise.

    That is no replacement: the economy buys less in all.
    """
    home = rows["domestic"]["change_musd"]
    foreign = sum(row["change_musd"] for code, row in rows.items() if code != "domestic")
    ends = [
        f"{told(value, run.money('a year'))} {'more' if value > 0 else 'less'} {where}"
        for value, where in ((foreign, "from other economies"), (home, "at home"))
    ]
    return (
        f"While {buyer} buys more from {seller}, it buys {listed(ends)}: more than is replaced, "
        "for it buys less in all."
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
            f"{who} does best under “{titles[best]}” (it {gains(row[best], CHANGE)}) "
            f"and worst under “{titles[worst]}” (it {gains(row[worst], CHANGE)})."
        )
    if len(codes) == 2:
        sentences.append(_both(run, table))
    return sentences


def _both(run: RunFacts, table: dict[str, dict[str, float]]) -> str:
    titles = run.titles
    a, b = table.values()
    up = [v for v in titles if min(a[v], b[v]) >= NEGLIGIBLE_PCT]
    down = [v for v in titles if max(a[v], b[v]) <= -NEGLIGIBLE_PCT]
    if len(down) == len(titles):
        return (
            f"Both sides lose in {'both' if len(titles) == 2 else f'all {len(titles)}'} variants."
        )
    lose = "in none do both lose"
    if down:
        lose = f"both lose {_named(down, titles)}{_doubt(run, down)}"
    if up:
        return f"Both sides gain {_named(up, titles)}{_doubt(run, up)}; {lose}."
    return f"In no variant do both sides gain; {lose}."


def _doubt(run: RunFacts, names: list[str]) -> str:
    """Say, in brackets, under which variants the sign of a side differs between ends."""
    ends = {name: [run.variants[name].ends.get(code) for code in run.focus] for name in names}
    unsure = [
        name
        for name, sides in ends.items()
        if any(side and min(-side[0], side[1]) >= NEGLIGIBLE_PCT for side in sides)
    ]
    if not unsure:
        return ""
    which = "" if len(unsure) == len(names) else f" {_named(unsure, run.titles)}"
    return f" (not sure{which})"


def _named(variants: list[str], titles: Mapping[str, str]) -> str:
    if len(variants) > FEW:
        return f"in {len(variants)} of {len(titles)}"
    return f"under {listed([f'“{titles[v]}”' for v in variants])}"


def balance(run: RunFacts) -> str:
    """Say how the balance differs when only what each side adds is counted."""
    a, b = (noun(run.names[code]) for code in run.focus)
    gross, added = (run.balances[k][BEFORE] for k in ("all trade", "in value added"))
    as_counted, as_added = (
        f"{spoken(value, run.money())} {'more' if value > 0 else 'less'}"
        for value in (gross, added)
    )
    return (
        f"Before any measure {a} sells {b} {as_counted} than it buys, goods and services; counted "
        f"by where value is added, by way of third economies too, {as_added}."
    )


def _on_data(card: Card) -> str:
    """Say of when the data are, and the world that they were brought to."""
    if not card.in_force:
        return f"on data of {card.year}"
    day = long_day(date.fromisoformat(card.in_force))
    return f"on data of {card.year} brought to the tariffs of {day}"


def world(result: ScenarioResult) -> list[str]:
    """Say what trade before the measures is, where it was brought to the tariffs of a day."""
    card = result.calibration.card
    if not card.in_force:
        return []
    day, moved = long_day(date.fromisoformat(card.in_force)), card.adjustments[-1].size
    when = _AFTER.get(result.scenario.horizon, "")
    return [
        f"Trade before the measures is that of {card.year} as the tariffs of {day} would make it "
        f"{when}, not as it was counted: {spoken(100 * moved, CHANGE)} of world trade moved."
    ]


def paid(run: RunFacts, variant: str, pair: PairFacts) -> str:
    """Say who bears the changed wedge of one flow, and what it brings; empty where it is small."""
    total = pair.paid[variant]["world"]
    wedge = total["wedge"]
    if abs(wedge) < SMALL_WEDGE:
        return ""
    seller, buyer = noun(run.names[pair.exporter]), noun(run.names[pair.importer])
    what = "Duties and trade costs"
    if abs(total["licence_wedge"]) >= SMALL_WEDGE:
        what += ", licences of quotas and subsidies of purchases"
    return (
        f"{what} make goods that {buyer} buys from {seller} {_rise(wedge)} "
        f"{'dearer' if wedge > 0 else 'cheaper'} on the way: buyers {_moves('pay', total)} and "
        f"sellers {_moves('get', total)}. {shared(total)}{_revenue(run, total)}"
    )


def shared(total: Mapping[str, float]) -> str:
    """Say how the wedge is shared, or that one side bears more than all of it."""
    part, up = total["buyer_share"], total["wedge"] > 0
    verb, burden = ("bear", "the rise") if up else ("keep", "the fall")
    if part > 1.005:
        return f"Buyers {verb} all of {burden} and more: sellers' prices {_way(up)} too."
    if part < -0.005:
        return f"Sellers {verb} all of {burden} and more: what buyers pay {_way(not up)}s."
    if not 0.005 <= part <= 0.995:
        return f"{'Buyers' if part > 0.5 else 'Sellers'} {verb} all of {burden}."
    return f"Buyers {verb} {share(part)} of {burden}, sellers {share(1 - part)}."


def _revenue(run: RunFacts, total: Mapping[str, float]) -> str:
    """Say how much of the duty on unchanged trade is collected, trade having moved."""
    unit = run.money("a year")
    due, got, bill = (
        total[key] for key in ("duty_on_old_trade_musd", "revenue_change_musd", "bill_change_musd")
    )
    if abs(due) < 0.5:
        return ""
    return (
        f" On unchanged trade the new rates would bring {told(due, unit)} "
        f"{'more' if due > 0 else 'less'}; trade having moved, revenue {_way(got > 0)}s by "
        f"{spoken(got, unit)}, and what buyers pay in all, duties included, {_way(bill > 0)}s by "
        f"{spoken(bill, unit)}."
    )


def _way(up: bool) -> str:
    return "rise" if up else "fall"


def _moves(verb: str, total: Mapping[str, float]) -> str:
    log = total["buyer_price" if verb == "pay" else "seller_price"]
    if abs(log) < 5e-6:
        return f"{verb} the same"
    return f"{verb} {_rise(log)} {'more' if log > 0 else 'less'}"


def _rise(log: float) -> str:
    return spoken(100 * math.expm1(log), CHANGE)


def paid_note(run: RunFacts) -> str:
    """Say what the figures on who pays rest on."""
    return (
        "Changes of prices are logs × 100, means over sectors weighted by trade at baseline. "
        "Shares depend on what prices are measured against: the numeraire (world value added), "
        "the importer's consumer prices, or all prices at the exporter's factories, which is "
        "nearest to regressions that take out what a country's prices have in common (Amiti, "
        f"Redding and Weinstein 2019). Margins: {run.pairs[0].margins}."
    )
