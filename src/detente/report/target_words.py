"""Ways to a target in sentences."""

from __future__ import annotations

from detente.document.blocks import Sentence
from detente.document.language import capital, listed, noun
from detente.document.numbers import (
    CHANGE,
    MINUS,
    NEGLIGIBLE_PCT,
    amount,
    costs,
    money_unit,
    spoken,
)
from detente.report import sure
from detente.report.columns import least
from detente.report.target_facts import PARTS, TargetFacts, Way

TITLES = {
    "deficit_musd": ("goods deficit of {of} with {partner}", "deficit"),
    "import_share": ("share of {partner} in imports of {of}, at fob", "share"),
    "mean_tariff": ("mean tariff of {of} on {partner}, weights of baseline trade", "mean"),
    "revenue_musd": ("tariff revenue of {of}", "revenue"),
    "log_real_income": ("real income of {of}, against the baseline", "income"),
}
"""What is aimed at by its column: a heading, and the head of a table's column."""
_LEVERS = {
    "tariff": "tariffs of {by} {rate} points higher",
    "purchases": "a subsidy of {rate}% that {by} pays on what it buys",
    "cut": "tariffs of {by} cut by {rate}%",
    "restraint": "a restraint of {by} on its exports, worth a tax of {rate}%",
    "deficit": "an overall deficit of {by} lower by {rate}% of its value added",
}
"""What levers are in a sentence."""
ALREADY = "met already, without any of the rates"
LEAD = 3
"""Sentences that the page opens with where it says how sure they are."""


def title(found: TargetFacts) -> str:
    """Name what is aimed at."""
    partner = noun(found.names.get(found.partner, ""))
    return TITLES[found.column][0].format(of=noun(found.names[found.of]), partner=partner)


def answer(found: TargetFacts, see: str = "ways") -> list[Sentence]:
    """Say what the target would take, what that costs whom, and where the trade goes instead."""
    reached = [way for way in found.ways if way.status == "reached"]
    missed = [way for way in found.ways if way.status != "reached"]
    if not reached:
        return [Sentence(f"{aim(found)} {out_of_reach(found)}.", (see,))]
    best = max(reached, key=lambda way: way.income(found.of))
    said = [f"{aim(found)} would take {lever(found, best)}: it {paid(found, best)}"]
    if (first := reached[0]) is not best:
        whom = noun(found.names[found.of])
        said.append(
            f"Of {len(found.ways)} ways that is the least costly to {whom}; {lever(found, first)} "
            f"{paid(found, first)}"
        )
    if missed:
        told = listed([f"{way.title} (to {_said(found, way.after)})" for way in missed])
        said.append(f"Not enough within the bounds: {told}")
    elif found.partner:
        said.append(elsewhere(found, best))
    told = [f"{text}." for text in said]
    if doubt := how_sure(found, best):
        told = [told[0], doubt, *told[1:]][:LEAD]
    return [Sentence(text, (see,)) for text in told]


def how_sure(found: TargetFacts, way: Way) -> str:
    """Say between which ends a way's rates and what it costs are; nothing without draws."""
    if found.draws is None:
        return ""
    sides = [code for code in found.sides if code in way.ends]
    if not sides or not way.rate_ends:
        return " ".join(["How sure that is cannot be said.", *lost(found)[:1]])
    interval, unit = way.ends[sides[0]], money_unit(found.money.stated, "a year")
    top = max(range(len(way.rates)), key=lambda k: way.rates[k]["rate_pct"])
    low, high = sure.low_high(way.rate_ends[top])
    if len(way.rates) == 1:
        ends = sure.between(*(f"{amount(end, 1)}%" for end in (low, high)))
        rates_ = f"it takes a rate {ends}"
    else:
        most = float(way.rates[top]["rate_pct"])
        ends = sure.between(*(amount(end / most, 2) for end in (low, high)))
        rates_ = f"it takes rates {ends} times these"
    each = [
        f"{noun(found.names[code])} "
        f"{sure.ends(*sure.low_high(way.ends[code]), unit, way.countries[code]['income_musd'])}"
        for code in sides
    ]
    far = [noun(found.names[code]) for code in sides
           if not way.ends[code].low <= way.income(code) <= way.ends[code].high]  # fmt: skip
    outside = f" (the figure above for {listed(far)} is outside)" if far else ""
    return (
        f"{sure.lead(found.draws.prior)}{listed([rates_, *each])} in {interval.what}{outside}; "
        f"{listed(list(found.draws.fixed[:2]))} are the same in all."
    )


def lost(found: TargetFacts) -> list[str]:
    """Say which draws have no answer by which way, and why."""
    if found.draws is None:
        return []
    titles, count = {way.name: way.title for way in found.ways}, found.draws.count
    return [sure.left_out(f"By {titles[name]}", why, count, "answer")
            for name, why in found.draws.lost.items() if why]  # fmt: skip


def aim(found: TargetFacts) -> str:
    """Say what is to be brought from where to where."""
    when = f"in {found.of_when}"
    if abs(found.start - found.before) > 1e-6 * max(abs(found.before), 1e-3):
        when = "under the measures in force"
    start, what = _said(found, found.start), f"the {title(found).partition(',')[0]}"
    if found.column == "deficit_musd":
        cut, share = found.start - found.target, 100 * (1 - found.target / found.before)
        part = f"{amount(share, 1)}% of {_said(found, found.before)} in {found.of_when}"
        more = "" if when in part else f"; {start} {when}"
        return f"Cutting {what} by {_said(found, cut)} a year ({part}{more})"
    return f"Bringing {what} from {start} {when} to {_said(found, found.target)}"


def out_of_reach(found: TargetFacts) -> str:
    """Say that no way gets there and how far they do, or that nothing is needed."""
    if found.ways[0].status == ALREADY:
        return f"takes nothing: it is {ALREADY}"
    near = min(found.ways, key=lambda way: abs(way.after - found.target))
    return f"is out of reach within the bounds: {near.title} gets it to {_said(found, near.after)}"


def _said(found: TargetFacts, value: float) -> str:
    """Say a figure that is aimed at, with its unit."""
    part = PARTS.get(found.column)
    unit = CHANGE if part else money_unit(found.money.stated, "")
    size = spoken(value / (part.divisor or 1.0) if part else value, unit)
    return f"{MINUS if value < 0 and size.strip('0%') else ''}{size}"


def lever(found: TargetFacts, way: Way) -> str:
    """Say what a way sets, with its rate or the range of its rates."""
    told = [
        _LEVERS[kind].format(by=noun(found.names[by]), rate=" to ".join(ends))
        for (kind, by), ends in rate_ranges(way, ("kind", "by")).items()
    ]
    return listed(told)


def rate_ranges(way: Way, keys: tuple[str, ...]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return lowest and highest rate by kind of the lever, or who sets it: one where it is one."""
    held: dict[tuple[str, ...], list[float]] = {}
    for row in way.rates:
        held.setdefault(tuple(str(row[key]) for key in keys), []).append(float(row["rate_pct"]))
    return {
        key: tuple(dict.fromkeys(amount(rate, 1) for rate in (min(rates), max(rates))))
        for key, rates in held.items()
    }


def paid(found: TargetFacts, way: Way) -> str:
    """Say what a way would cost both sides, in money and per cent of real income."""
    told = []
    for code in found.sides:
        share, worth = way.income(code), way.countries[code]["real_income_musd"]
        worth = worth if abs(share) >= NEGLIGIBLE_PCT else 0.0
        text = costs(worth, money_unit(found.money.stated), noun(found.names[code]), would=True)
        size = f"{spoken(share, CHANGE)}{'' if told else ' of real income'}"
        told.append(f"{text} ({size})" if worth else text)
    return listed(told)


def elsewhere(found: TargetFacts, way: Way) -> str:
    """Say where trade goes instead, and that the overall balance is none of it."""
    unit, of = money_unit(found.money.stated, ""), capital(noun(found.names[found.of]))
    more = "more" if way.elsewhere > 0 else "less"
    text = f"{of} would buy {spoken(way.elsewhere, unit)} a year {more} from others"
    balance = way.countries[found.of]["balance_change_musd"]
    if abs(balance) < least(found.money.stated):
        return f"{text}; its overall balance, which the model takes as given, stays as it is"
    verb = "rise" if balance > 0 else "fall"
    return f"{text}, and its overall balance would {verb} by {spoken(balance, unit)}"
