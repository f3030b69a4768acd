"""A demand solved backwards: facts, sentences, tables and the document of the ways to a target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
from detente.document.numbers import (
    CHANGE,
    MINUS,
    amount,
    money_unit,
    pct,
    spoken,
    with_unit,
)
from detente.report import facts, imbalances
from detente.report.run import data as run_data

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
_PARTS = {
    "import_share": Unit("%", 0.01, 2, data="fraction"),
    "mean_tariff": Unit("%", 0.01, 2, data="fraction"),
    "log_real_income": Unit("%", decimals=4, sign=True),
}
RATE = Unit("%", decimals=1)
INCOME = Unit("%", decimals=3, sign=True)
NOT_PRINTED: frozenset[Place] = frozenset(("page", "data"))
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
    countries: Mapping[str, Mapping[str, float]]

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
        return _PARTS.get(self.column) or money_unit(self.baseline["unit"], "")

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
    baseline = run_data.baseline(c)
    return TargetFacts(
        baseline,
        c.card.title,
        facts.country_names(c),
        of,
        partner,
        type(first.goal).__name__,
        first.column,
        before,
        start,
        target,
        tuple(_way(name, result) for name, result in results.items()),
        first.solution.removal,
    )


def _pair(result: TargetResult) -> tuple[str, str]:
    """Return the codes of whose goal it is and of the partner, where it has one."""
    goal, c = result.goal, result.solution.equilibrium.calibration
    codes = {name: code for code, name in facts.country_names(c).items()}
    of, partner = (
        str(getattr(goal, "of", "")),
        str(getattr(goal, "partner", None) or getattr(goal, "on", None) or ""),
    )
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
        name,
        str(result.status),
        rates,
        _shown(result.column, result.start),
        _shown(result.column, result.after),
        {code: row["real_income_pct"] for code, row in rows.items()},
        sum(row["change_musd"] for key, row in bought.items() if key != "domestic"),
        rows[of]["balance_change_musd"],
        _third(rows, {of, partner, *acting}),
        tuple(frontier),
        rows,
    )


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
    partner = found.names.get(found.partner, "")
    return heading.format(of=noun(found.names[found.of]), partner=noun(partner))


def aim(found: TargetFacts) -> Sentence:
    """Say baseline, measures in force and target."""
    text = f"In {found.baseline['year']} it was {_said(found, found.before)}"
    text += " at fob" if found.column == "deficit_musd" else ""
    if abs(found.start - found.before) > 1e-6 * max(abs(found.before), 1e-3):
        text += f", under the measures in force it is {_said(found, found.start)}"
    text += f"; the target is {_said(found, found.target)}"
    if found.column == "deficit_musd":
        text += f", a cut of {amount(100 * found.cut, 1)}%"
    return Sentence(f"{text}.", ("ways",))


def _said(found: TargetFacts, value: float) -> str:
    """Say a figure that is aimed at, with its unit."""
    if found.unit.kind != "money":
        return with_unit(value, found.unit)
    return f"{MINUS if value < 0 else ''}{spoken(value, found.unit)}"


def cheapest(found: TargetFacts) -> list[Sentence]:
    """Say which way costs least whose goal it is, and what it does to the partner."""
    reached = [way for way in found.ways if way.reached]
    if not reached:
        return []
    best = max(reached, key=lambda way: way.income[found.of])
    told = [
        f"{noun(found.names[code])} {_income(best.income[code])}"
        for code in (found.of, found.partner)
        if code
    ]
    rates, whom = f"{best.name} at {_rates(best)}%", noun(found.names[found.of])
    said = f"It is reached by {rates}"
    if len(found.ways) > 1:
        said = f"Least costly to {whom} of {len(found.ways)} ways tried is {rates}"
    return [Sentence(f"{said}: {listed(told)}.", ("ways",))]


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
            far = _said(found, way.after)
            text = f"It is {way.status}; as far as one gets is {far}."
            said.append(Sentence(text, ("ways",), head=way.name))
    return said


def taken_as_it_is(stated: TargetFacts) -> Sentence:
    """Say what the amount is that the demand names, where it is taken as a share above."""
    before = _said(stated, stated.before)
    cut = _said(stated, stated.before - stated.target)
    return Sentence(
        f"The cut is stated against another figure of the deficit than {before}, and is taken "
        f"above as its share. The amount itself, {cut}, would be a cut of "
        f"{amount(100 * stated.cut, 1)}% of the baseline's, to "
        f"{_said(stated, stated.target)}.",
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
        Column("status", "status", "whether the target is reached", hidden=True),
        Column("rates", "rates, %", "rates of the levers, per cent: one, or their range"),
        Column("after", _TITLES[found.column][1], "the figure aimed at, then, a year", found.unit),
    ]
    columns += [
        Column(f"income_{code}", f"{code} income", f"change of real income of {code}", INCOME)
        for code in sides
    ]
    if found.partner:
        meaning = "change of goods purchases a year from others than the partner"
        columns.append(Column("elsewhere", f"{found.of} buys elsewhere", meaning, change))
    meaning = "change of the overall balance a year, goods and services"
    columns.append(Column("overall", f"{found.of} overall balance", meaning, change))
    keys = [column.key for column in columns]
    rows = []
    for way in found.ways:
        row = {
            "way": way.name,
            "status": way.status,
            "rates": _rates(way),
            "after": way.after,
            "elsewhere": way.elsewhere,
            "overall": way.overall,
            **{f"income_{code}": way.income[code] for code in sides},
        }
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
        rows.append(
            {
                "way": way.name,
                "gains": found.names[gains] if gains else "none",
                "gain": way.income[gains] if gains else None,
                "loses": found.names[loses] if loses else "none",
                "loss": way.income[loses] if loses else None,
                "all": worth,
            }
        )
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
    cost = "change of real income of the economies that set the rates"
    columns = (
        Column("way", "Way", "what is chosen"),
        Column("share_of_bounds_pct", "rates, of their bounds", "share of the bounds", RATE),
        Column("figure", _TITLES[found.column][1], "the figure aimed at", found.unit),
        Column("income", "income", cost, money_unit(found.baseline["unit"], sign=True)),
    )
    rows = tuple(
        {
            "way": way.name,
            "share_of_bounds_pct": row["share_of_bounds_pct"],
            "figure": row[found.column],
            "income": row["income_musd"],
        }
        for way in found.ways
        for row in way.frontier
    )
    return Table("frontier", "As all rates rise together", columns, rows, on=NOT_PRINTED)


def countries(found: TargetFacts) -> Table:
    """Return what the ways do to every economy."""
    level = money_unit(found.baseline["unit"], "a year")
    change = money_unit(found.baseline["unit"], "a year", sign=True)
    told: dict[str, tuple[str, str, Unit]] = {
        "real_income_pct": ("real income", "change of real income", CHANGE),
        "real_income_musd": ("its worth", "change of real income in money", change),
        "exports_musd": ("exports", "exports of goods and services, baseline", level),
        "exports_change_musd": ("change", "change of exports", change),
        "imports_musd": ("imports", "imports of goods and services, baseline", level),
        "imports_change_musd": ("change", "change of imports", change),
        "balance_musd": ("balance", "overall balance, baseline", change),
        "balance_change_musd": ("change", "change of the overall balance", change),
    }
    columns = [
        Column("way", "Way", "what is chosen"),
        Column("economy", "economy", "economy"),
        Column("economy_code", "code", "code of the economy", hidden=True),
    ]
    columns += [
        Column(key.removesuffix("_musd"), head, meaning, unit)
        for key, (head, meaning, unit) in told.items()
    ]
    rows = tuple(
        {
            "way": way.name,
            "economy": found.names[code],
            "economy_code": code,
            **{key.removesuffix("_musd"): row[key] for key in told},
        }
        for way in found.ways
        for code, row in way.countries.items()
    )
    return Table("countries", "Every economy by way", tuple(columns), rows, on=NOT_PRINTED)


def document(results: Results, as_stated: Results | None = None) -> Document:
    """Return the ways to a target, what they do to others, and what it rests on.

    Parameters
    ----------
    as_stated
        The same ways where the amount is taken as it is and not as a share.
    """
    found = facts_of(results)
    table = ways(found)
    sides = [code for code in (found.of, found.partner) if code]
    chart = Chart(
        table,
        "grouped",
        "way",
        tuple(f"income_{code}" for code in sides),
        title="Change of real income by way",
    )
    sections = [
        Section("answer", "In short", (aim(found), *cheapest(found), *not_reached(found), chart)),
        Section("others", "Third countries", (third_countries(found),)),
    ]
    if as_stated:
        stated = facts_of(as_stated)
        shown = (taken_as_it_is(stated), ways(stated, "as-stated", "Ways to the amount itself"))
        sections.append(Section("the-amount", "The amount itself", shown))
    if found.removal is not None:
        sections.append(_removal(found, found.removal, sides))
    folded = (rates(found), frontier(found), countries(found))
    sections.append(Section("all-rates", "Rates", (how_many(found), Fold("Every rate", folded))))
    return Document(
        "target",
        title(found),
        tuple(sections),
        eyebrow=f"Détente · {found.baseline_title}",
        rests_on=(f"Baseline {found.baseline['name']}, {found.baseline['unit']}",),
        notes=(NOTE, *_more_notes(found)),
        about={
            "baseline": found.baseline,
            "choices": {
                "goal": found.goal,
                "of": found.of,
                "partner": found.partner,
                "ways": [way.name for way in found.ways],
            },
        },
    )


def how_many(found: TargetFacts) -> Sentence:
    """Say how many rates each way chooses."""
    told = [f"{len(way.rates)} by {way.name}" for way in found.ways]
    return Sentence(f"Rates chosen: {listed(told)}.", ("rates",))


def _more_notes(found: TargetFacts) -> list[str]:
    told = {"restraint": RESTRAINT, "deficit": DEFICIT}
    return [text for kind, text in told.items() if kind in found.kinds]


def _removal(found: TargetFacts, removal: Solution, codes: list[str]) -> Section:
    """Return the step from the data to an economy without imbalances."""
    columns = (
        Column("economy", "", "economy"),
        Column(
            "balance",
            "balance before",
            "overall balance of the data",
            money_unit(found.baseline["unit"], sign=True),
        ),
        Column("real_income_pct", "real income", "change of real income", INCOME),
    )
    rows = tuple(
        {"economy": found.names[code], "balance": balance, "real_income_pct": income}
        for code, (balance, income) in imbalances.rows(removal, codes).items()
    )
    table = Table("imbalances-removed", imbalances.TITLE, columns, rows)
    return Section("imbalances", imbalances.TITLE, (Note(imbalances.NOTE), table))
