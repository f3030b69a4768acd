"""Sentences made from numbers: signs, winners and losers are decided here, never canned."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from detente.report import facts

if TYPE_CHECKING:
    from detente.results import Solution
    from detente.simulate import ScenarioResult

NEGLIGIBLE_PCT = 0.0005
"""Changes of real income smaller than this (per cent) are called no measurable change."""
SMALL_FLOW_PCT = 0.05
"""Changes of a bilateral flow smaller than this (per cent) are not worth a sentence."""

MINUS = "−"
_WITH_ARTICLE = ("United ", "European ", "Rest of ", "Czech Rep", "Netherlands", "Philippines")


def amount(value: float, decimals: int | None = None) -> str:
    """Unsigned number with two or three significant decimals, as people read it."""
    size = abs(value)
    if decimals is None:
        decimals = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.1 else 3
    return f"{size:,.{decimals}f}"


def signed(value: float, decimals: int | None = None) -> str:
    """Signed number with a true minus; no sign on what rounds to zero; ``–`` for no number."""
    if not math.isfinite(value):
        return "–"
    text = amount(value, decimals)
    if not text.strip("0.,"):
        return text
    return (MINUS if value < 0 else "+") + text


def pct(value: float) -> str:
    """Signed per cent; ``0%`` for what is below `NEGLIGIBLE_PCT`."""
    return "0%" if abs(value) < NEGLIGIBLE_PCT else f"{signed(value)}%"


def money(value: float, unit: facts.Money, *, sign: bool = False) -> str:
    """Amount of money with its unit in front (``USD 21.3 bn``)."""
    scaled = value / unit.divisor
    number = signed(scaled) if sign else amount(scaled)
    code, _, size = unit.label.partition(" ")
    if len(code) != 3 or size != "bn":
        return f"{number} {unit.label}"
    if number[0] in f"{MINUS}+":
        return f"{number[0]}{code} {number[1:]} {size}"
    return f"{code} {number} {size}"


def noun(name: str) -> str:
    """Name of an economy inside a sentence, with its article where it takes one."""
    if name.startswith(_WITH_ARTICLE):
        name = name.replace("Rest of world", "rest of the world").replace("Rest of", "rest of")
        return f"the {name}"
    return name


def listed(items: list[str]) -> str:
    """Join with commas and a final ``and``."""
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def headline(result: ScenarioResult, variant: str) -> str:
    """One sentence: what the variant does to the real income of the economies in focus."""
    solution = result.variants[variant]
    title = facts.variant_titles(result)[variant]
    change = solution.countries["real_income_pct"]
    if change.abs().max() < NEGLIGIBLE_PCT:
        return f"“{title}” has no measurable effect on the real income of any economy."
    names = facts.country_names(result.calibration)
    codes = facts.focus(result) or (str(change.abs().idxmax()),)
    parts = []
    for code in codes:
        value = float(change[code])
        if abs(value) < NEGLIGIBLE_PCT:
            parts.append(f"{noun(names[code])} sees no measurable change of real income")
            continue
        verb = "gains" if value > 0 else "loses"
        worth = facts.money(result.calibration)
        total = money(float(solution.countries["real_income_musd"][code]), worth)
        parts.append(f"{noun(names[code])} {verb} {amount(value)}% of real income ({total} a year)")
    return f"“{title}”: {listed(parts)}."


def breadth(result: ScenarioResult, variant: str) -> str:
    """One sentence: how many economies gain and lose, and who most."""
    change = result.variants[variant].countries["real_income_pct"]
    names = facts.country_names(result.calibration)
    up, down = int((change >= NEGLIGIBLE_PCT).sum()), int((change <= -NEGLIGIBLE_PCT).sum())
    if not up and not down:
        return ""
    text = f"Of {len(change)} economies {_count(up, 'gains', 'gain')}"
    text += f" and {_count(down, 'loses', 'lose')}"
    extremes = []
    if up:
        extremes.append(
            f"the largest gain is {_possessive(names[change.idxmax()])} ({pct(change.max())})"
        )
    if down:
        extremes.append(
            f"the largest loss {_possessive(names[change.idxmin()])} ({pct(change.min())})"
        )
    total = float(result.variants[variant].countries["real_income_musd"].sum())
    world = money(total, facts.money(result.calibration), sign=True)
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
        row, before = rows.loc[variant], rows.loc["before"]
        change = float(row["pct"])
        if abs(change) < SMALL_FLOW_PCT:
            parts.append(
                f"{_possessive(names[buyer])} purchases from {noun(names[seller])} stay put"
            )
        else:
            verb = "rise" if change > 0 else "fall"
            parts.append(
                f"{_possessive(names[buyer])} purchases from {noun(names[seller])} {verb} by "
                f"{amount(change)}% to {money(row['value'], unit)} "
                f"(mean tariff {amount(before['tariff_pct'], 1)}% before, "
                f"{amount(row['tariff_pct'], 1)}% after)"
            )
    before, after = (
        float(sold.loc[k, "value"]) - float(bought.loc[k, "value"]) for k in ("before", variant)
    )
    at, to = (money(value, unit, sign=True) for value in (before, after))
    moves = f"stays at {at}" if at == to else f"moves from {at} to {to}"
    balance = f"{_capital(_possessive(names[a]))} goods balance with {noun(names[b])} {moves}."
    return f"{_capital(listed(parts))}. {balance}"


def diverted(solution: Solution, names: dict[str, str], importer: str, exporter: str) -> str:
    """One sentence: where a change of purchases from the partner reappears."""
    change = float(solution.bilateral.loc[(exporter, importer), "goods_pct"])
    if not math.isfinite(change) or abs(change) < SMALL_FLOW_PCT:
        return ""
    share = solution.diversion(importer, exporter)["share_pct"]
    home, foreign = float(share["domestic"]), share.drop("domestic")
    cut = "cut" if change < 0 else "rise"
    whose = _possessive(names[importer])
    head = f"Of the {cut} in {whose} goods purchases from {noun(names[exporter])}, "
    verb = "reappears as" if change < 0 else "replaces"
    parts = []
    if foreign.sum() > 0.5:
        best = str(foreign.idxmax())
        parts.append(
            f"{amount(float(foreign.sum()), 0)}% {verb} purchases from other economies "
            f"(most from {noun(names[best])}, {amount(float(foreign[best]), 0)}%)"
        )
    elif foreign.sum() < -0.5:
        parts.append(f"purchases from other economies {'fall' if change < 0 else 'rise'} as well")
    if home > 0.5:
        parts.append(f"{amount(home, 0)}% {verb} purchases at home")
    if not parts:
        return head + "nothing is made up by other suppliers or at home."
    return head + listed(parts) + "."


def comparison(result: ScenarioResult) -> list[str]:
    """Sentences across variants: where each side does best and worst, whether both ever gain."""
    codes, titles = facts.focus(result), facts.variant_titles(result)
    if len(titles) < 2 or not codes:
        return []
    names = facts.country_names(result.calibration)
    table = facts.welfare(result)
    sentences = []
    for code in codes:
        row = table.loc[code]
        best, worst = row.idxmax(), row.idxmin()
        if row.max() - row.min() < NEGLIGIBLE_PCT:
            sentences.append(
                f"{_capital(noun(names[code]))} fares the same in all {len(titles)} variants."
            )
            continue
        sentences.append(
            f"{_capital(noun(names[code]))} does best under “{titles[best]}” ({pct(row.max())}) "
            f"and worst under “{titles[worst]}” ({pct(row.min())})."
        )
    if len(codes) == 2:
        sentences.append(_both(table.loc[list(codes)], titles))
    return sentences


def _both(table, titles: dict[str, str]) -> str:
    gain = (table >= NEGLIGIBLE_PCT).all()
    loss = (table <= -NEGLIGIBLE_PCT).all()
    both = [f"“{titles[v]}”" for v in table.columns[gain]]
    neither = [f"“{titles[v]}”" for v in table.columns[loss]]
    if both:
        return f"Both sides gain under {listed(both)}."
    if len(neither) == len(titles):
        return f"Both sides lose in all {len(titles)} variants."
    if neither:
        return f"Both sides lose under {listed(neither)}; in no variant do both gain."
    return "In no variant do both sides gain, and in none do both lose."


def _count(number: int, one: str, many: str) -> str:
    if number == 0:
        return f"none {one}"
    return f"{number} {one if number == 1 else many}"


def _possessive(name: str) -> str:
    return f"{noun(name)}'" if name.endswith("s") else f"{noun(name)}'s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
