"""Sentences of a sweep, made from its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

from detente.document.blocks import Sentence, Term, Unit
from detente.document.language import capital, listed, noun
from detente.document.numbers import NEGLIGIBLE_PCT, share, told
from detente.report.run.sure import ends
from detente.report.run.wording import ELASTICITIES, REAL_INCOME
from detente.report.sweep.facts import EconomyFacts, SweepFacts

NAMED, TURNING = 2, 3
"""Groups of parameters that a sentence names; parameters that turn a sign."""
LARGE = 0.2
"""Share of the variance from which on a group is named first of all."""
SMALL = 0.05
"""Shares of the variance below this are not worth a sentence."""
VARIANCE = Term("variance", "how far runs are spread: the mean square of what they are off by")


def answer(found: SweepFacts, unit: Unit) -> tuple[Sentence, ...]:
    """Say between which ends the headline is, how sure its sign, and what it hangs on most."""
    signs = list(filter(None, (_sign(one) for one in found.focus)))
    hangs = [(one.code, text) for one in found.focus if (text := _hangs(found, one))]
    said = [Sentence(_range(found, unit), see=("variants",), terms=(REAL_INCOME,))]
    said += [Sentence(f"{capital(listed(signs))}.", see=("variants",))] if signs else []
    if hangs:
        text = f"How far runs differ hangs mostly on {listed([text for _, text in hangs])}."
        see = tuple(f"hangs-on-{code}" for code, _ in hangs)
        said.append(Sentence(text, see=see, terms=(ELASTICITIES, VARIANCE)))
    return tuple(said)


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
    return f"{who} {verb} in every run" if part == 1 else f"{who} {verb} in {share(part)} of runs"


def _hangs(found: SweepFacts, one: EconomyFacts) -> str:
    """Say which groups of parameters have a part in most of the variance."""
    if one.indices is None:
        return ""
    parts = sorted(zip(one.indices.total, found.groups, strict=True), key=lambda p: -p[0])
    named = [f"the {group.title} ({share(float(value))} of the variance)"
             for value, group in parts[:NAMED] if value >= LARGE]  # fmt: skip
    return f"{listed(named)} for {noun(one.name)}" if named else ""


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
    for a in turning[:TURNING]:
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
