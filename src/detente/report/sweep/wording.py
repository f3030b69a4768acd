"""Sentences of a sweep, made from its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from detente.document.blocks import Sentence, Term, Unit
from detente.document.language import listed, noun, possessive
from detente.document.numbers import NEGLIGIBLE_PCT, share, told
from detente.report.run.sure import ends
from detente.report.run.wording import ELASTICITIES, REAL_INCOME
from detente.report.sweep.facts import EconomyFacts, SweepFacts

FIRST = 3
"""Groups of parameters that a sentence names."""
SMALL = 0.05
"""Shares of the variance below this are not worth a sentence."""
VARIANCE = Term("variance", "how far runs are spread: the mean square of what they are off by")


def answer(found: SweepFacts, unit: Unit) -> tuple[Sentence, ...]:
    """Say between which ends the headline is, how sure its sign, and what it hangs on most."""
    said = [_range(found, unit), *filter(None, (_sign(one) for one in found.focus))]
    hangs = [_hangs(found, one) for one in found.focus]
    tables = tuple(f"hangs-on-{one.code}" for one in found.focus)
    return (
        Sentence(said[0], terms=(REAL_INCOME,)),
        *map(Sentence, said[1:]),
        *(Sentence(text, see=(key,), terms=(ELASTICITIES, VARIANCE))
          for text, key in zip(hangs, tables, strict=True) if text),
    )  # fmt: skip


def _range(found: SweepFacts, unit: Unit) -> str:
    if found.interval is None:
        return f"How sure “{found.title}” is cannot be said: no run has an equilibrium."
    each = listed(
        [f"{noun(one.name)} {ends(one.range.low, one.range.high, unit, one.income)}"
         for one in found.focus]
    )  # fmt: skip
    which = f"nine of ten of {found.interval.kept:,} runs" if not found.interval.whole else (
        f"all {found.interval.kept} runs"
    )  # fmt: skip
    return f"Under “{found.title}”, {each} a year in {which}."


def _sign(one: EconomyFacts) -> str:
    """Say in how many runs an economy gains."""
    gains, who = one.range.gains, noun(one.name)
    if not math.isfinite(gains):
        return ""
    verb, part = ("gains", gains) if gains >= 0.5 else ("loses", 1 - gains)
    who = who[:1].upper() + who[1:]
    return f"{who} {verb} in every run." if part == 1 else f"{who} {verb} in {share(part)} of runs."


def _hangs(found: SweepFacts, one: EconomyFacts) -> str:
    """Say which groups of parameters make most of the spread."""
    if one.indices is None:
        return ""
    parts = sorted(zip(one.indices.total, found.groups, strict=True), key=lambda p: -p[0])
    named = [f"{group.title} ({share(float(value))})" for value, group in parts[:FIRST]
             if value >= SMALL]  # fmt: skip
    return (
        f"How far {possessive(one.name)} figure goes apart hangs mostly on these, with the share "
        f"of the variance that each has a part in: {listed(named)}."
        if named else ""
    )  # fmt: skip


def alone(one: EconomyFacts) -> Iterator[Sentence]:
    """Say where the sign of an economy turns, moved by one parameter alone."""
    turning = [a for a in one.alone if any(math.isfinite(end) for end in a.keeps)]
    who, key = noun(one.name), (f"one-at-a-time-{one.code}",)
    if abs(one.range.shown) < NEGLIGIBLE_PCT:
        return
    if not turning:
        yield Sentence(
            f"No parameter alone turns the sign for {who}, up to three standard deviations.", key
        )
    for a in turning[:FIRST]:
        low, high = a.keeps
        said = [f"below {low:.2f}" * math.isfinite(low), f"above {high:.2f}" * math.isfinite(high)]
        where = " or ".join(filter(None, said))
        yield Sentence(
            f"The sign for {who} turns where the {a.lever.title} is {where} times its centre.", key
        )


def knowing(found: SweepFacts, one: EconomyFacts, unit: Unit) -> Iterator[Sentence]:
    """Say by how much the range would narrow, and what knowing everything drawn is worth."""
    who, key = noun(one.name), (f"hangs-on-{one.code}",)
    if one.indices is not None:
        value, group = max(zip(one.narrower, found.groups, strict=True), key=lambda p: p[0])
        if value >= SMALL:
            yield Sentence(
                f"To know exactly the {group.title} would narrow the range for {who} by "
                f"{share(value)} (standard deviation); nothing else would by more.", key
            )  # fmt: skip
    worth = one.worth_pct * one.income / 100
    if not math.isfinite(one.worth_pct):
        return
    if one.worth_pct < NEGLIGIBLE_PCT:
        yield Sentence(
            f"To know all that is drawn would be worth next to nothing to {who} in deciding for or "
            "against this: the sign hardly ever depends on it."
        )
    else:
        yield Sentence(
            f"To know all that is drawn before deciding for or against this would be worth "
            f"{told(worth, unit)} to {who}: so much is lost on average by deciding on the mean."
        )
