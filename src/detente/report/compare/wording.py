"""Sentences on what tells two equilibria apart: the effect, and what makes most of it."""

from __future__ import annotations

from detente.document.language import capital, listed, noun, possessive
from detente.document.numbers import CHANGE, NEGLIGIBLE_PCT, amount, share, spoken
from detente.report.compare.facts import CompareFacts, PartFacts
from detente.report.run import sure

MOST = 0.5
"""Share of an effect from which on a part is named as its cause."""


def title(found: CompareFacts) -> str:
    """Name what is compared."""
    return f"“{found.titles[0]}” against “{found.titles[1]}”"


def effect(found: CompareFacts) -> str:
    """Say what the first does to the economies in focus, compared with the second."""
    said: dict[str, list[str]] = {}
    for code in found.focus:
        value, who = found.effect(code), noun(found.names[code])
        if abs(value) < NEGLIGIBLE_PCT:
            said.setdefault("changes nothing measurable for", []).append(who)
            continue
        worth = spoken(found.countries[code]["real_income_musd"], found.unit)
        verb = "brings" if value > 0 else "costs"
        said.setdefault(verb, []).append(
            f"{who} {spoken(value, CHANGE)} of real income ({worth} a year)"
        )
    parts = [f"{verb} {listed(whom)}" for verb, whom in said.items()]
    return f"compared with “{found.titles[1]}”, “{found.titles[0]}” {listed(parts)}."


def ends(found: CompareFacts) -> list[str]:
    """Say between which ends the difference is over draws; nothing without."""
    codes = [code for code in found.focus if code in found.ends]
    if not codes:
        return []
    said = listed([f"{noun(found.names[c])} {sure.ends(*found.ends[c])}" for c in codes])
    return [f"At other trade elasticities, the same on both sides, {said} in {found.runs}."]


def causes(found: CompareFacts) -> list[str]:
    """Say for each economy in focus which measure makes most of the difference."""
    if found.no_cause:
        return [f"What each measure makes of it cannot be told: {found.no_cause}."]
    if len(found.parts) == 1:
        (only,) = found.parts
        return [f"One measure tells them apart: {only.name}{need(found, only)}."]
    return [cause(found, c) for c in found.focus
            if found.parts and abs(found.effect(c)) >= NEGLIGIBLE_PCT]  # fmt: skip


def cause(found: CompareFacts, code: str) -> str:
    """Name the part that makes most of an economy's gain or loss, and what it needs."""
    what = "gain" if found.effect(code) > 0 else "loss"
    whose = f"{possessive(found.names[code])} {what}"
    first, second = sorted(found.parts, key=lambda p: -p.rows[code]["share"])[:2]
    part = first.rows[code]["share"]
    needed, name = need(found, first), first.named(code, found.names)
    if part > 1:
        worth, rest = (
            spoken(x, found.unit)
            for x in (first.rows[code]["made_musd"],
                      first.rows[code]["made_musd"] - found.countries[code]["real_income_musd"])
        )  # fmt: skip
        turn = "cost" if what == "gain" else "give back"
        return (f"More than the whole of {whose} is {name}{needed}: {worth} a year, of which "
                f"the other measures {turn} {rest}.")  # fmt: skip
    if part >= MOST:
        return f"{capital(_of_every(found, part, whose))} is {name}{needed}."
    other = second.rows[code]["share"]
    return (
        f"No measure makes half of {whose}: {share(part)} is {name}{needed}, "
        f"{share(other)} {second.named(code, found.names)}."
    )


def _of_every(found: CompareFacts, part: float, whose: str) -> str:
    """Say a share of an amount, in money where its currency has a sign."""
    if found.unit.label.startswith("USD "):
        return f"${part:.2f} of every dollar of {whose}"
    return f"{share(part)} of {whose}"


def need(found: CompareFacts, part: PartFacts) -> str:
    """Say what a promise or a quota takes in the equilibrium."""
    if part.need is None or not part.need.rate:
        return ""
    rate, worth = amount(100 * part.need.rate, 0), spoken(part.need.worth, found.unit)
    if part.need.ceiling:
        return f", whose licences add {rate}% to the price and earn {worth} a year"
    return f", which would need a {rate}% subsidy ({worth} a year)"


def how(found: CompareFacts) -> str:
    """Say how parts were told apart."""
    count = len(found.parts)
    if found.exact:
        return (
            f"Each share is the mean over all orders in which the {count} measures may come; all "
            f"{found.solved} combinations were solved, and shares add up to the whole. Measures "
            "that take the place of others on the same trade count as one."
        )
    return (
        f"With {count} measures each share is the mean of two orders, that of the file and its "
        f"reverse ({found.solved} combinations solved); shares add up to the whole, and another "
        "order gives others: least and most are what was met."
    )
