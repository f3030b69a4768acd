"""What a shorter horizon changes against the long run, and why, decided from both solutions."""

from __future__ import annotations

import numpy as np

from detente.document.language import capital, listed, noun
from detente.document.numbers import NEGLIGIBLE_PCT, amount, pct, signed
from detente.report.run.facts import HorizonComparison, HorizonFacts, RunFacts
from detente.report.run.wording import SMALL_FLOW_PCT

EXPLAINED = 4
"""Changes of sign that are explained one by one; more are only counted."""


def sentences(run: RunFacts, found: HorizonFacts) -> list[str]:
    """Say which signs hold at both horizons, which turn and why, and what else differs."""
    made = [_signs(run, found), *_turns(run, found), _terms(found)]
    made += [_volumes(found), _wages(run, found)]
    return [sentence for sentence in made if sentence]


def _signs(run: RunFacts, found: HorizonFacts) -> str:
    here = found.horizon
    counted = [case for case in found.cases if case.measurable]
    if not counted:
        return f"Real income moves measurably at {_at(here)} and in the long run in no variant."
    turned = [case for case in counted if case.turns]
    same = len(counted) - len(turned)
    said = (
        f"Real income moves measurably at {_at(here)} and in the long run in {len(counted)} of "
        f"{len(found.cases)} cases (variants by economies in focus), the same way in "
        f"{'all' if not turned else same} of them"
    )
    return f"{said}." if not turned else f"{said}; {_which(run, turned)}."


def _which(run: RunFacts, turned: list[HorizonComparison]) -> str:
    each = [f"{noun(run.names[c.country])} under “{run.titles[c.variant]}”" for c in turned]
    return f"the sign turns for {listed(each)}"


def _turns(run: RunFacts, found: HorizonFacts) -> list[str]:
    """Explain each change of sign by the larger of its two parts."""
    here, made = found.horizon, []
    for case in [case for case in found.cases if case.turns][:EXPLAINED]:
        who = capital(noun(run.names[case.country]))
        verb = "loses" if case.income[0] < 0 else "gains"
        other = "gains" if case.income[1] > 0 else "loses"
        head = (
            f"{who} {verb} {amount(case.income[0])}% at {_at(here)} under "
            f"“{run.titles[case.variant]}” and {other} {amount(case.income[1])}% in the long "
            f"run. Its terms of trade are worth {pct(case.terms[0])} and "
            f"{pct(case.terms[1])} of income, what follows from quantities "
            f"{pct(case.rest[0])} and {pct(case.rest[1])}"
        )
        terms, rest = case.terms[0] - case.terms[1], case.rest[0] - case.rest[1]
        made.append(f"{head}: {verdict(terms, rest)}.")
    return made


def verdict(terms: float, rest: float) -> str:
    """Name the part that moves real income towards where it is at the shorter horizon."""
    if terms * rest > 0:
        more = "terms of trade more" if abs(terms) >= abs(rest) else "quantities more"
        return f"both turn the sign, {more}"
    if abs(terms) >= abs(rest):
        return "terms of trade turn the sign, against quantities"
    return "quantities turn the sign, against terms of trade"


def _terms(found: HorizonFacts) -> str:
    """Weigh terms of trade against quantities at both horizons; say why where theory does."""
    if max((abs(t) for c in found.cases for t in c.terms), default=0.0) < NEGLIGIBLE_PCT:
        return ""
    here = _at(found.horizon)
    terms, rest = (
        _means([getattr(case, part) for case in found.cases]) for part in ("terms", "rest")
    )
    said = (
        f"On average terms of trade are worth {amount(terms[0])}% of income at "
        f"{here} and {amount(terms[1])}% in the long run (signs "
        f"aside), what follows from quantities {amount(rest[0])}% and "
        f"{amount(rest[1])}%."
    )
    if min(rest) <= 0:
        return said
    now, later = terms[0] / rest[0], terms[1] / rest[1]
    more = "more" if now > later else "less"
    said += (
        f" Against quantities terms of trade weigh {more} at {here}: "
        f"{now:.1f} times as much, {later:.1f} in the long run."
    )
    return said + (_why(found) if now > later else "")


def _why(found: HorizonFacts) -> str:
    now, later = found.elasticities
    if not now < later:
        return ""
    return (
        f" Trade elasticities of goods are {now:.1f} on average against {later:.1f}: the less "
        "buyers can turn to others, the less trade moves when prices do, and the higher the "
        "tariff that pays, which is about inverse to the elasticity. So a tariff is likelier to "
        "pay for who imposes it, and a cut of one's own to cost."
    )


def _means(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Mean sizes at both horizons."""
    now, later = np.abs(pairs).mean(axis=0)
    return float(now), float(later)


def _volumes(found: HorizonFacts) -> str:
    moved = [pair for pair in found.flows if max(map(abs, pair)) >= SMALL_FLOW_PCT]
    if not moved:
        return ""
    less = sum(abs(now) < abs(later) for now, later in moved)
    means = _means(moved)
    return (
        f"Trade between the two moves less at {_at(found.horizon)} in {less} of "
        f"{len(moved)} flows that change: by {amount(means[0])}% on average against "
        f"{amount(means[1])}%."
    )


def _wages(run: RunFacts, found: HorizonFacts) -> str:
    """Say how far wages part between sectors under the last variant."""
    each = [
        f"{signed(low)}% to {signed(high)}% in {noun(run.names[code])}"
        for code, (low, high) in found.wages.items()
        if high - low >= NEGLIGIBLE_PCT
    ]
    if not each:
        return ""
    return (
        f"Wages part between sectors: under “{run.titles[run.last]}” they move from "
        f"{listed(each)}. In the long run there is one wage."
    )


def _at(horizon: str) -> str:
    """Name a horizon inside a sentence."""
    known = {"month": "a month", "year": "a year", "two-years": "two years"}
    return known.get(horizon, horizon)
