"""What a shorter horizon changes against the long run, and why, decided from both solutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from detente.incidence import terms_of_trade
from detente.report import facts, words
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

EXPLAINED = 4
"""Changes of sign that are explained one by one; more are only counted."""


@dataclass(frozen=True)
class Case:
    """One economy under one variant: per cent of real income at a horizon and in the long run.

    ``terms`` is what changed prices of its trade are worth at unchanged quantities, so that income
    less terms is what follows from quantities: volumes of trade, revenue, reallocation.
    """

    variant: str
    country: str
    income: tuple[float, float]
    terms: tuple[float, float]

    @property
    def measurable(self) -> bool:
        """Whether real income changes at both horizons by more than nothing."""
        return min(abs(value) for value in self.income) >= words.NEGLIGIBLE_PCT

    @property
    def turns(self) -> bool:
        """Whether real income changes measurably at both, with different signs."""
        return self.measurable and self.income[0] * self.income[1] < 0

    @property
    def rest(self) -> tuple[float, float]:
        """Real income less what terms of trade are worth."""
        return (self.income[0] - self.terms[0], self.income[1] - self.terms[1])


def cases(result: ScenarioResult) -> list[Case]:
    """Return every variant and economy in focus at both horizons; none in the long run itself."""
    if result.long_run is None:
        return []
    found = []
    for name, solution in result.variants.items():
        both = (solution, result.long_run.variants[name])
        incomes = [facts.countries(s) for s in both]
        terms = [_plain(terms_of_trade(s)) for s in both]
        for code in facts.focus(result):
            now, later = (rows[code]["real_income_pct"] for rows in incomes)
            here, there = (rows[code]["worth_pct"] for rows in terms)
            found.append(Case(name, code, (now, later), (here, there)))
    return found


def section(result: ScenarioResult) -> str:
    """Compare with the long run: a table of both, and sentences on what differs and why."""
    found = cases(result)
    if not found:
        return ""
    points = [text("li", sentence) for sentence in sentences(result, found)]
    titles, names = facts.variant_titles(result), facts.country_names(result.calibration)
    here = result.scenario.horizon
    by = {(case.variant, case.country): case for case in found}
    rows = [
        [
            title,
            *(
                value
                for code in facts.focus(result)
                for pair in (by[v, code].income, by[v, code].terms)
                for value in pair
            ),
        ]
        for v, title in titles.items()
    ]
    caption = "Per cent of income at both horizons"
    heads = [
        "",
        *((f"{names[code]}: {what}", 2) for code in facts.focus(result) for what in _MEASURES),
    ]
    below = ["", *[here, "long-run"] * (2 * len(facts.focus(result)))]
    shown = table(heads, rows, caption=caption, heads_below=below)
    return tag("section", text("h2", "What the horizon changes"), tag("ul", *points),
               scroll(shown, caption, "scroll plain"))  # fmt: skip


_MEASURES = ("real income", "terms of trade")


def sentences(result: ScenarioResult, found: list[Case]) -> list[str]:
    """Say which signs hold at both horizons, which turn and why, and what else differs."""
    made = [_signs(result, found), *_turns(result, found), _terms(result, found)]
    made += [_volumes(result), _wages(result)]
    return [sentence for sentence in made if sentence]


def _signs(result: ScenarioResult, found: list[Case]) -> str:
    here = result.scenario.horizon
    counted = [case for case in found if case.measurable]
    if not counted:
        return f"Real income moves measurably at {_at(here)} and in the long run in no variant."
    turned = [case for case in counted if case.turns]
    same = len(counted) - len(turned)
    text_ = (
        f"Real income moves measurably at {_at(here)} and in the long run in {len(counted)} of "
        f"{len(found)} cases (variants by economies in focus), the same way in "
        f"{'all' if not turned else same} of them"
    )
    return f"{text_}." if not turned else f"{text_}; {_which(result, turned)}."


def _which(result: ScenarioResult, turned: list[Case]) -> str:
    names, titles = facts.country_names(result.calibration), facts.variant_titles(result)
    each = [f"{words.noun(names[c.country])} under “{titles[c.variant]}”" for c in turned]
    return f"the sign turns for {words.listed(each)}"


def _turns(result: ScenarioResult, found: list[Case]) -> list[str]:
    """Explain each change of sign by the larger of its two parts."""
    names, titles = facts.country_names(result.calibration), facts.variant_titles(result)
    here = result.scenario.horizon
    made = []
    for case in [case for case in found if case.turns][:EXPLAINED]:
        who = words.noun(names[case.country])
        who = who[:1].upper() + who[1:]
        verb = "loses" if case.income[0] < 0 else "gains"
        other = "gains" if case.income[1] > 0 else "loses"
        head = (
            f"{who} {verb} {words.amount(case.income[0])}% at {_at(here)} under "
            f"“{titles[case.variant]}” and {other} {words.amount(case.income[1])}% in the long "
            f"run. Its terms of trade are worth {words.pct(case.terms[0])} and "
            f"{words.pct(case.terms[1])} of income, what follows from quantities "
            f"{words.pct(case.rest[0])} and {words.pct(case.rest[1])}"
        )
        terms, rest = case.terms[0] - case.terms[1], case.rest[0] - case.rest[1]
        made.append(f"{head}: {_verdict(terms, rest)}.")
    return made


def _verdict(terms: float, rest: float) -> str:
    """Name the part that moves real income towards where it is at the shorter horizon."""
    if terms * rest > 0:
        more = "terms of trade more" if abs(terms) >= abs(rest) else "quantities more"
        return f"both turn the sign, {more}"
    if abs(terms) >= abs(rest):
        return "terms of trade turn the sign, against quantities"
    return "quantities turn the sign, against terms of trade"


def _terms(result: ScenarioResult, found: list[Case]) -> str:
    """Weigh terms of trade against quantities at both horizons; say why where theory does."""
    if result.long_run is None or max(abs(t) for c in found for t in c.terms) < (
        words.NEGLIGIBLE_PCT
    ):
        return ""
    terms, rest = (_means([getattr(case, part) for case in found]) for part in ("terms", "rest"))
    said = (
        f"On average terms of trade are worth {words.amount(terms[0])}% of income at "
        f"{_at(result.scenario.horizon)} and {words.amount(terms[1])}% in the long run (signs "
        f"aside), what follows from quantities {words.amount(rest[0])}% and "
        f"{words.amount(rest[1])}%."
    )
    if min(rest) <= 0:
        return said
    now, later = terms[0] / rest[0], terms[1] / rest[1]
    more = "more" if now > later else "less"
    said += (
        f" Against quantities terms of trade weigh {more} at {_at(result.scenario.horizon)}: "
        f"{now:.1f} times as much, {later:.1f} in the long run."
    )
    return said + (_why(result, result.long_run) if now > later else "")


def _why(result: ScenarioResult, reference: ScenarioResult) -> str:
    goods = result.calibration.goods
    now, later = (float(np.mean(r.calibration.trade_elasticity[goods]))
                  for r in (result, reference))  # fmt: skip
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


def _volumes(result: ScenarioResult) -> str:
    if len(facts.focus(result)) < 2 or result.long_run is None:
        return ""
    a, b = facts.focus(result)
    changes = [
        (facts.flow(result, *pair)[v]["pct"], facts.flow(result.long_run, *pair)[v]["pct"])
        for pair in ((a, b), (b, a))
        for v in result.variants
    ]
    moved = [pair for pair in changes if max(map(abs, pair)) >= words.SMALL_FLOW_PCT]
    if not moved:
        return ""
    less = sum(abs(now) < abs(later) for now, later in moved)
    means = _means(moved)
    return (
        f"Trade between the two moves less at {_at(result.scenario.horizon)} in {less} of "
        f"{len(moved)} flows that change: by {words.amount(means[0])}% on average against "
        f"{words.amount(means[1])}%."
    )


def _wages(result: ScenarioResult) -> str:
    """Say how far wages part between sectors under the last variant."""
    c = result.calibration
    names = facts.country_names(c)
    wages = np.asarray(facts.last(result).equilibrium.outcome.sector_wage_hat)
    title = list(facts.variant_titles(result).values())[-1]
    each = []
    for code in facts.focus(result):
        n = c.country_codes.index(code)
        # tiny sectors are left out as they are where sectors are ranked
        kept = c.output[n] >= facts.MATERIAL_SHARE * c.output[n].sum()
        low, high = (100 * (f(wages[n, kept]) - 1) for f in (np.min, np.max))
        if high - low >= words.NEGLIGIBLE_PCT:
            each.append(
                f"{words.signed(low)}% to {words.signed(high)}% in {words.noun(names[code])}"
            )
    if not each:
        return ""
    return (
        f"Wages part between sectors: under “{title}” they move from "
        f"{words.listed(each)}. In the long run there is one wage."
    )


def _plain(frame: Any) -> facts.Rows:
    return frame.to_dict("index")


def _at(horizon: str) -> str:
    """Name a horizon inside a sentence."""
    known = {"month": "a month", "year": "a year", "two-years": "two years"}
    return known.get(horizon, horizon)
