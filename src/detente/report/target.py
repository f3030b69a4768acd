"""A demand solved backwards: facts, sentences, tables and the document of the ways to a target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente.document import publish
from detente.document.blocks import (
    Chart,
    Column,
    Document,
    Fold,
    Note,
    Place,
    Section,
    Sentence,
    Table,
    Unit,
)
from detente.document.language import listed, noun
from detente.document.numbers import CHANGE, amount, money_unit, pct, with_unit
from detente.report import facts, imbalances

if TYPE_CHECKING:
    from detente.results import Solution
    from detente.targets.reach import TargetResult

Results = Mapping[str, "TargetResult"]

_TITLES = {
    "deficit_musd": ("Goods deficit of {of} with {partner}", "deficit"),
    "import_share": ("Share of {partner} in imports of {of}, at fob", "share"),
    "mean_tariff": ("Mean tariff of {of} on {partner}, weights of baseline trade", "mean"),
    "revenue_musd": ("Tariff revenue of {of}", "revenue"),
    "log_real_income": ("Real income of {of}, against the baseline", "income"),
}
"""What is aimed at by its column: a heading, and the head of a table's column."""
_PARTS = {"import_share": Unit("%", 0.01, 2, data="fraction"),
          "mean_tariff": Unit("%", 0.01, 2, data="fraction"),
          "log_real_income": Unit("%", decimals=4, sign=True)}  # fmt: skip
RATE = Unit("%", decimals=1)
INCOME = Unit("%", decimals=3, sign=True)
DATA: frozenset[Place] = frozenset(("data",))
ALREADY = "met already, without any of the rates"
NOTE = (
    "Many rates are those of least cost to the economies that set them. Elsewhere: change of goods "
    "purchases from other economies. Overall balances are an input of the model: what leaves one "
    "bilateral balance comes back in others. Changes are from the baseline, those of a variant "
    "included."
)
RESTRAINT = (
    "A restraint is the tax on exports that restrains them as far; the rents stay with the "
    "exporter, and count in its prices at fob."
)
DEFICIT = (
    "A change of the overall deficit is in per cent of value added: spending falls by it, whatever "
    "brings that about, and what is saved is not counted as income."
)


@dataclass(frozen=True)
class Way:
    """One way to a target: rates, the figure that is aimed at, and what it does.

    Attributes
    ----------
    rates
        Kind of the lever, who sets it, on whom, on which sector, and the rate in per cent.
    after
        The figure aimed at, as it is shown.
    income
        Change of real income by economy, per cent.
    elsewhere, overall
        Changes of goods purchases from other economies and of the overall balance.
    others
        Who of third countries gains and who loses most, where any does, and income of all of them.
    frontier, countries
        Rows for programs.
    """

    name: str
    status: str
    rates: tuple[Mapping[str, Any], ...]
    start: float
    after: float
    income: Mapping[str, float]
    elsewhere: float
    overall: float
    others: tuple[str | None, str | None, float]
    frontier: tuple[Mapping[str, float], ...]
    countries: tuple[Mapping[str, Any], ...]

    @property
    def reached(self) -> bool:
        """Whether it gets there."""
        return self.status == "reached"


@dataclass(frozen=True)
class TargetFacts:
    """Ways to a target.

    Attributes
    ----------
    of, partner
        Codes of whose goal it is and of the partner, empty where it has none.
    column
        What is aimed at.
    before, start, target
        Of the baseline, under the measures in force, and the target.
    """

    baseline: Mapping[str, Any]
    baseline_title: str
    names: Mapping[str, str]
    of: str
    partner: str
    goal: str
    column: str
    before: float
    start: float
    target: float
    ways: tuple[Way, ...]
    removal: Solution | None

    @property
    def unit(self) -> Unit:
        """What the figure aimed at is shown in."""
        return _PARTS.get(self.column) or money_unit(self.baseline["unit"])

    @property
    def cut(self) -> float:
        """Share of the baseline's figure that is cut."""
        return 1 - self.target / self.before

    @property
    def kinds(self) -> set[str]:
        """Kinds of the levers."""
        return {str(row["kind"]) for way in self.ways for row in way.rates}


def facts_of(results: Results) -> TargetFacts:
    """Return what the ways to a target do."""
    first = next(iter(results.values()))
    c = first.solution.equilibrium.calibration
    of, partner = _pair(first)
    before, start, target = (
        _shown(first.column, value) for value in (first.before, first.start, first.target)
    )
    baseline = {"name": c.name, "year": c.card.year, "unit": c.card.unit, "sha256": c.hash}
    return TargetFacts(
        baseline, c.card.title, facts.country_names(c), of, partner, type(first.goal).__name__,
        first.column, before, start, target,
        tuple(_way(name, result) for name, result in results.items()), first.solution.removal,
    )  # fmt: skip


def _pair(result: TargetResult) -> tuple[str, str]:
    """Return the codes of whose goal it is and of the partner, where it has one."""
    goal, c = result.goal, result.solution.equilibrium.calibration
    codes = {name: code for code, name in facts.country_names(c).items()}
    of, partner = str(getattr(goal, "of", "")), str(
        getattr(goal, "partner", None) or getattr(goal, "on", None) or ""
    )  # fmt: skip
    return codes.get(of, of), codes.get(partner, partner)


def _shown(column: str, value: float) -> float:
    """Return a figure as it is shown: real income in per cent rather than in logs."""
    return 100 * math.expm1(value) if column == "log_real_income" else value


def _way(name: str, result: TargetResult) -> Way:
    of, partner = _pair(result)
    rows = facts.countries(result.solution)
    rates = tuple(result.rates.to_dict("records"))
    acting = {str(row[key]) for row in rates for key in ("by", "on")}
    bought = facts.partners(result.solution, of, partner) if partner else {}
    frontier = [
        {str(key): _shown(str(key), value) for key, value in row.items()}
        for row in result.frontier.to_dict("records")
    ]
    return Way(
        name, str(result.status), rates, _shown(result.column, result.start),
        _shown(result.column, result.after),
        {code: row["real_income_pct"] for code, row in rows.items()},
        sum(row["change_musd"] for key, row in bought.items() if key != "domestic"),
        rows[of]["balance_change_musd"], _third(rows, {of, partner, *acting}),
        tuple(frontier), tuple({"country": code, **row} for code, row in rows.items()),
    )  # fmt: skip


def _third(rows: facts.Rows, sides: set[str]) -> tuple[str | None, str | None, float]:
    """Return who gains and who loses most among the others, where any does, and all together."""
    others = {code: row for code, row in rows.items() if code not in sides}
    ranked = sorted(others, key=lambda code: others[code]["real_income_pct"])
    gains = ranked[-1] if ranked and others[ranked[-1]]["real_income_pct"] > 0 else None
    loses = ranked[0] if ranked and others[ranked[0]]["real_income_pct"] < 0 else None
    return gains, loses, sum(row["real_income_musd"] for row in others.values())


def title(found: TargetFacts) -> str:
    """Name what is aimed at."""
    heading = _TITLES[found.column][0]
    return heading.format(of=found.names[found.of], partner=found.names.get(found.partner, ""))


def aim(found: TargetFacts) -> Sentence:
    """Say baseline, measures in force and target."""
    text = f"In {found.baseline['year']} it was {with_unit(found.before, found.unit)}"
    text += " at fob" if found.column == "deficit_musd" else ""
    if abs(found.start - found.before) > 1e-6 * max(abs(found.before), 1e-3):
        text += f", under the measures in force it is {with_unit(found.start, found.unit)}"
    text += f"; the target is {with_unit(found.target, found.unit)}"
    if found.column == "deficit_musd":
        text += f", a cut of {amount(100 * found.cut, 1)}%"
    return Sentence(f"{text}.", ("ways",))


def cheapest(found: TargetFacts) -> list[Sentence]:
    """Say which way costs least whose goal it is, and what it does to the partner."""
    reached = [way for way in found.ways if way.reached]
    if not reached:
        return []
    best = max(reached, key=lambda way: way.income[found.of])
    told = [f"{noun(found.names[code])} {_income(best.income[code])}"
            for code in (found.of, found.partner) if code]  # fmt: skip
    only = "is one way" if len(found.ways) == 1 else "costs least of those tried"
    rates = f"{best.name} at {_rates(best)}%"
    return [Sentence(f"For {noun(found.names[found.of])} {rates} {only}: {listed(told)}.",
                     ("ways",))]  # fmt: skip


def _income(change: float) -> str:
    size = pct(change).lstrip("+−")
    if size == "0%":
        return "sees no measurable change of real income"
    return f"{'gains' if change > 0 else 'loses'} {size} of real income"


def not_reached(found: TargetFacts) -> list[Sentence]:
    """Say which ways do not get there, and how far they do."""
    said = []
    for way in found.ways:
        if way.status == ALREADY:
            said.append(Sentence(f"The target is {way.status}.", ("ways",), head=way.name))
        elif not way.reached:
            far = with_unit(way.after, found.unit)
            text = f"It is {way.status}; as far as one gets is {far}."
            said.append(Sentence(text, ("ways",), head=way.name))
    return said


def taken_as_it_is(stated: TargetFacts) -> Sentence:
    """Say what the amount is that the demand names, where it is taken as a share above."""
    before = with_unit(stated.before, stated.unit)
    cut = with_unit(stated.before - stated.target, stated.unit)
    return Sentence(
        f"The cut is stated against another figure of the deficit than {before}, and is taken "
        f"above as its share. The amount itself, {cut}, would be a cut of "
        f"{amount(100 * stated.cut, 1)}% of the baseline's, to "
        f"{with_unit(stated.target, stated.unit)}.",
        ("as-stated",),
    )


def _rates(way: Way) -> str:
    """Say the rates: one number a lever, or the range."""
    held: dict[str, list[float]] = {}
    for row in way.rates:
        held.setdefault(str(row["kind"]), []).append(float(row["rate_pct"]))
    parts = []
    for kind, rates in held.items():
        ends = dict.fromkeys(amount(rate, 1) for rate in (min(rates), max(rates)))
        parts.append(f"{kind} {' to '.join(ends)}" if len(held) > 1 else " to ".join(ends))
    return ", ".join(parts)


def ways(found: TargetFacts, key: str = "ways", caption: str = "Ways to the target") -> Table:
    """Return the ways side by side."""
    change = money_unit(found.baseline["unit"], "", sign=True)
    sides = [code for code in (found.of, found.partner) if code]
    columns = [
        Column("way", "", "what is chosen"),
        Column("status", "status", "whether the target is reached"),
        Column("rates", "rates, %", "rates of the levers, per cent: one, or their range"),
        Column("after", _TITLES[found.column][1], "the figure aimed at, then", found.unit),
    ]
    columns += [
        Column(f"income_{code}", f"{code} income", f"change of real income of {code}", INCOME)
        for code in sides
    ]
    if found.partner:
        meaning = "change of goods purchases from economies other than the partner"
        columns.append(Column("elsewhere", f"{found.of} buys elsewhere", meaning, change))
    meaning = "change of the overall balance, goods and services"
    columns.append(Column("overall", f"{found.of} overall balance", meaning, change))
    keys = [column.key for column in columns]
    rows = []
    for way in found.ways:
        row = {"way": way.name, "status": way.status, "rates": _rates(way), "after": way.after,
               "elsewhere": way.elsewhere, "overall": way.overall,
               **{f"income_{code}": way.income[code] for code in sides}}  # fmt: skip
        rows.append({key: row[key] for key in keys})
    return Table(key, caption, tuple(columns), tuple(rows))


def third_countries(found: TargetFacts) -> Table:
    """Return what the ways do to third countries."""
    change = money_unit(found.baseline["unit"], "a year", sign=True)
    columns = (
        Column("way", "", "what is chosen"),
        Column("gains", "gains most", "third country that gains most"),
        Column("gain", "its income", "change of its real income", INCOME),
        Column("loses", "loses most", "third country that loses most"),
        Column("loss", "its income", "change of its real income", INCOME),
        Column("all", "income of all", "change of real income of all third countries", change),
    )
    rows = []
    for way in found.ways:
        gains, loses, worth = way.others
        rows.append({
            "way": way.name,
            "gains": found.names[gains] if gains else "none",
            "gain": way.income[gains] if gains else None,
            "loses": found.names[loses] if loses else "none",
            "loss": way.income[loses] if loses else None,
            "all": worth,
        })  # fmt: skip
    return Table("third-countries", "Third countries", columns, tuple(rows))


def rates(found: TargetFacts) -> Table:
    """Return every rate of every way."""
    columns = (
        Column("way", "Way", "what is chosen"),
        Column("kind", "kind", "kind of the lever"),
        Column("by", "set by", "who sets it"),
        Column("on", "on", "on whose trade"),
        Column("sector", "sectors", "on which sectors"),
        Column("rate_pct", "rate", "its rate", RATE),
    )
    keys = {column.key for column in columns}
    rows = tuple(
        {"way": way.name, **{key: value for key, value in row.items() if key in keys}}
        for way in found.ways
        for row in way.rates
    )
    return Table("rates", "Rates", columns, rows)


def frontier(found: TargetFacts) -> Table:
    """Return figure and cost as all rates of a way rise together towards their bounds."""
    columns = (
        Column("way", "Way", "what is chosen"),
        Column("share", "rates", "share of the bounds", Unit("%", 0.01, 1, data="fraction")),
        Column("figure", _TITLES[found.column][1], "the figure aimed at", found.unit),
        Column("cost", "cost", "loss", INCOME),
    )
    return Table("frontier", "As all rates rise together", columns, (), on=DATA)
