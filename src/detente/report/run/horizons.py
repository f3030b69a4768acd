"""What a shorter horizon changes against the long run, and why, decided from both solutions."""

from __future__ import annotations

import numpy as np

from detente.document.language import capital, listed, noun
from detente.document.numbers import CHANGE, NEGLIGIBLE_PCT, gains, spoken
from detente.report.run.facts import HorizonFacts, RunFacts
from detente.report.run.wording import SMALL_FLOW_PCT

EXPLAINED = 4
"""Changes of sign that are explained one by one; more are only counted."""
_AT = {"month": "after a month", "year": "after a year", "two-years": "after two years"}


def sentences(run: RunFacts, found: HorizonFacts) -> list[str]:
    """Say which signs hold at both horizons, which turn and why, and what else differs."""
    made = [_signs(run, found), *_turns(run, found), _why(found)]
    made += [_volumes(found), _wages(run, found)]
    return [sentence for sentence in made if sentence]


def _signs(run: RunFacts, found: HorizonFacts) -> str:
    at, counted = _at(found), [case for case in found.cases if case.measurable]
    if not counted:
        return f"Nobody gains or loses measurably both {at} and in the long run."
    turned = [case for case in counted if case.turns]
    if not turned:
        return f"Who gains and who loses {at} does so in the long run too, in every variant."
    each = [f"{noun(run.names[c.country])} under “{run.titles[c.variant]}”" for c in turned]
    return (
        f"In {len(counted) - len(turned)} of {len(counted)} cases (variants by economies in focus) "
        f"who gains or loses {at} does so in the long run too; the sign turns for {listed(each)}."
    )


def _turns(run: RunFacts, found: HorizonFacts) -> list[str]:
    """Explain each change of sign by the larger of its two parts."""
    made = []
    for case in [case for case in found.cases if case.turns][:EXPLAINED]:
        who = capital(noun(run.names[case.country]))
        now, later = (gains(value, CHANGE) for value in case.income)
        terms, rest = case.terms[0] - case.terms[1], case.rest[0] - case.rest[1]
        made.append(
            f"{who} {now} {_at(found)} under “{run.titles[case.variant]}” and {later} in the long "
            f"run: {verdict(terms, rest)}."
        )
    return made


def verdict(terms: float, rest: float) -> str:
    """Name the part that moves real income towards where it is at the shorter horizon."""
    if terms * rest > 0:
        more = "prices of its trade more" if abs(terms) >= abs(rest) else "quantities more"
        return f"both turn the sign, {more}"
    if abs(terms) >= abs(rest):
        return "prices of its trade turn the sign, against quantities"
    return "quantities turn the sign, against prices of its trade"


def _why(found: HorizonFacts) -> str:
    """Say why prices of trade weigh more against quantities, where they do and theory says so."""
    terms, rest = (
        _means([getattr(case, part) for case in found.cases]) for part in ("terms", "rest")
    )
    now, later = found.elasticities
    if min(rest) <= 0 or not terms[0] / rest[0] > terms[1] / rest[1] or not now < later:
        return ""
    return (
        f"Buyers change supplier less readily (trade elasticities of goods are {now:.1f} on "
        f"average against {later:.1f}): trade moves less when prices do, and a tariff is likelier "
        "to pay for who imposes it, a cut of one's own to cost."
    )


def _means(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Mean sizes at both horizons."""
    now, later = np.abs(pairs).mean(axis=0)
    return float(now), float(later)


def _volumes(found: HorizonFacts) -> str:
    moved = [pair for pair in found.flows if max(map(abs, pair)) >= SMALL_FLOW_PCT]
    if not moved:
        return ""
    now, later = (spoken(mean, CHANGE) for mean in _means(moved))
    return f"Trade between the two moves by {now} on average {_at(found)}, by {later} in the end."


def _wages(run: RunFacts, found: HorizonFacts) -> str:
    """Say how far wages part between sectors under the last variant."""
    each = [
        f"between {spoken(low, CHANGE, sign=True)} and {spoken(high, CHANGE, sign=True)} in "
        f"{noun(run.names[code])}"
        for code, (low, high) in found.wages.items()
        if high - low >= NEGLIGIBLE_PCT
    ]
    if not each:
        return ""
    return (
        f"Wages part between sectors: under “{run.titles[run.last]}” they move {listed(each)}; in "
        "the long run there is one wage."
    )


def _at(found: HorizonFacts) -> str:
    return _AT.get(found.horizon, f"at the horizon {found.horizon}")
