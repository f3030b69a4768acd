"""A demand solved backwards: facts, sentences, tables and the document of the ways to a target."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from detente.document.language import capital, listed, noun
from detente.document.numbers import (
    CHANGE,
    COUNT,
    MINUS,
    NEGLIGIBLE_PCT,
    amount,
    costs,
    money_unit,
    spoken,
)
from detente.report import facts, imbalances, sure
from detente.report.columns import DATA, NOT_PRINTED, PRINTED, columns, least, named, table
from detente.report.run import data as run_data
from detente.uncertainty.of_target import rate_ids
from detente.units import common

if TYPE_CHECKING:
    from detente.results import Solution
    from detente.targets.reach import TargetResult
    from detente.uncertainty.draws import Interval
    from detente.uncertainty.ranges import Ranges

Results = Mapping[str, "TargetResult"]

_TITLES = {
    "deficit_musd": ("goods deficit of {of} with {partner}", "deficit"),
    "import_share": ("share of {partner} in imports of {of}, at fob", "share"),
    "mean_tariff": ("mean tariff of {of} on {partner}, weights of baseline trade", "mean"),
    "revenue_musd": ("tariff revenue of {of}", "revenue"),
    "log_real_income": ("real income of {of}, against the baseline", "income"),
}
"""What is aimed at by its column: a heading, and the head of a table's column."""
_PARTS = {
    "import_share": Unit("%", 0.01, 2, data="fraction"),
    "mean_tariff": Unit("%", 0.01, 2, data="fraction"),
    "log_real_income": Unit("%", decimals=4, sign=True),
}
_LEVERS = {
    "tariff": "tariffs of {by} {rate} points higher",
    "purchases": "a subsidy of {rate}% that {by} pays on what it buys",
    "cut": "tariffs of {by} cut by {rate}%",
    "restraint": "a restraint of {by} on its exports, worth a tax of {rate}%",
    "deficit": "an overall deficit of {by} lower by {rate}% of its value added",
}
"""What levers are in a sentence."""
RATE = Unit("%", decimals=1)
INCOME = Unit("%", decimals=3, sign=True)
WAY = named("way", what="way to the target")
_WAYS = {
    "tariffs": "one tariff",
    "sector-tariffs": "tariffs by sector",
    "purchases": "one subsidy of purchases",
    "sector-purchases": "subsidies by sector",
    "both": "a tariff and a subsidy",
    "restraint": "one restraint of exports",
    "sector-restraints": "restraints by sector",
    "deficit": "a lower overall deficit",
    "cuts": "one cut of tariffs",
    "sector-cuts": "cuts of tariffs by sector",
}
"""Titles of the ways that have names; others are called what they are made of."""
ALREADY = "met already, without any of the rates"
ELSEWHERE = "change of goods purchases a year from others than the partner"
BALANCE = "change of the overall balance a year, goods and services"
NOTE = (
    "Many rates are those of least cost to the economies that set them. Elsewhere: change of goods "
    "purchases from other economies. Changes are from the baseline, those of a variant included. "
    "Trade elasticities are one set: others give other rates."
)
PROPORTIONS = (
    "Every run reaches the goal again. Many rates keep the proportions shown: they are not chosen "
    "again at least cost."
)
LEAD = 3
"""Sentences that the page opens with where it says how sure they are."""
FEW = 2
"""Rates of a way of which all are drawn."""
AS_SHARE = (
    "The cut is stated against another figure of the deficit than the baseline's, and is taken "
    "above as its share."
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
    elsewhere
        Change of goods purchases from other economies.
    others
        Who of third countries gains and who loses most, where any does, and income of all of them.
    frontier, countries
        Rows for programs; changes of every economy.
    ends, rate_ends
        Ends over runs of real income by code, and of every rate; empty without.
    """

    name: str
    status: str
    rates: tuple[Mapping[str, Any], ...]
    after: float
    elsewhere: float
    others: tuple[str | None, str | None, float]
    frontier: tuple[Mapping[str, float], ...]
    countries: facts.Rows
    ends: Mapping[str, Interval] = field(default_factory=dict)
    rate_ends: tuple[Interval, ...] = ()

    @property
    def title(self) -> str:
        """What readers call it."""
        return _WAYS.get(self.name, self.name)

    @property
    def named(self) -> dict[str, str]:
        """Its title and its name, as cells."""
        return {"way": self.title, "way_code": self.name}

    @property
    def kinds(self) -> set[str]:
        """Kinds of its levers."""
        return {str(row["kind"]) for row in self.rates}

    def income(self, code: str) -> float:
        """Return the change of an economy's real income, per cent."""
        return self.countries[code]["real_income_pct"]


@dataclass(frozen=True)
class TargetFacts:
    """Ways to a target.

    Attributes
    ----------
    of, partner
        Codes of whose goal it is and of the partner, empty where it has none.
    of_when
        Of when the baseline's figures are.
    column
        What is aimed at.
    before, start, target
        Of the baseline, under the measures in force, and the target.
    """

    baseline: Mapping[str, Any]
    baseline_title: str
    of_when: str
    money: facts.Money
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
    draws: Ranges | None = None

    @property
    def unit(self) -> Unit:
        """What the figure aimed at is shown in."""
        return _PARTS.get(self.column) or self.money.unit()

    @property
    def sides(self) -> list[str]:
        """Codes of whose goal it is and of the partner."""
        return [code for code in (self.of, self.partner) if code]


def facts_of(results: Results) -> TargetFacts:
    """Return what the ways to a target do."""
    first, draws = next(iter(results.values())), getattr(results, "draws", None)
    c, (of, partner) = first.solution.equilibrium.calibration, _pair(first)
    known = (first.before, first.start, first.target)
    before, start, target = (_shown(first.column, value) for value in known)
    return TargetFacts(
        run_data.baseline(c),
        c.card.title,
        c.card.of,
        facts.money(c),
        facts.country_names(c),
        of,
        partner,
        type(first.goal).__name__,
        common(first.column, c.card.unit),
        before,
        start,
        target,
        tuple(_way(name, result, draws) for name, result in results.items()),
        first.solution.removal,
        draws,
    )


def _pair(result: TargetResult) -> tuple[str, str]:
    """Return the codes of whose goal it is and of the partner, where it has one."""
    goal, c = result.goal, result.solution.equilibrium.calibration
    codes = {name: code for code, name in facts.country_names(c).items()}
    of = str(getattr(goal, "of", ""))
    partner = str(getattr(goal, "partner", None) or getattr(goal, "on", None) or "")
    return codes.get(of, of), codes.get(partner, partner)


def _shown(column: str, value: float) -> float:
    """Return a figure as it is shown: real income in per cent rather than in logs."""
    return 100 * math.expm1(value) if column == "log_real_income" else value


def _way(name: str, result: TargetResult, draws: Ranges | None) -> Way:
    of, partner = _pair(result)
    unit = result.solution.equilibrium.calibration.card.unit
    rows = facts.countries(result.solution)
    rates = tuple(result.rates.to_dict("records"))
    acting = {str(row[key]) for row in rates for key in ("by", "on")}
    bought = facts.partners(result.solution, of, partner) if partner else {}
    return Way(
        name,
        str(result.status),
        rates,
        _shown(result.column, result.after),
        sum(row["change_musd"] for key, row in bought.items() if key != "domestic"),
        _third(rows, {of, partner, *acting}),
        tuple(
            {str(key): _shown(str(key), value) for key, value in row.items()}
            for row in common(result.frontier, unit).to_dict("records")
        ),
        rows,
        {code: ends for code in rows if (ends := _ends(draws, name, "real_income_pct", code))},
        tuple(ends for one in rate_ids(result) if (ends := _ends(draws, name, "rate_pct", one))),
    )


def _ends(draws: Ranges | None, way: str, figure: str, of: str) -> Interval | None:
    return None if draws is None else draws.interval(way, figure, of)


def _third(rows: facts.Rows, sides: set[str]) -> tuple[str | None, str | None, float]:
    """Return who gains and who loses most among the others, where any does, and all together."""
    others = {code: row for code, row in rows.items() if code not in sides}
    ranked = sorted(others, key=lambda code: others[code]["real_income_pct"])
    gains = ranked[-1] if ranked and others[ranked[-1]]["real_income_pct"] > 0 else None
    loses = ranked[0] if ranked and others[ranked[0]]["real_income_pct"] < 0 else None
    return gains, loses, sum(row["real_income_musd"] for row in others.values())


def title(found: TargetFacts) -> str:
    """Name what is aimed at."""
    partner = noun(found.names.get(found.partner, ""))
    return _TITLES[found.column][0].format(of=noun(found.names[found.of]), partner=partner)


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


def incomes_over_runs(found: TargetFacts) -> Table:
    """Return real income of both sides by way, with low and high over runs."""
    shown = (
        Column("what", "", "way and economy"),
        Column("way", "way", "id of the way", hidden=True),
        Column("economy", "economy", "code of the economy", hidden=True),
        Column("low", "low", "low end over runs", INCOME),
        Column("real_income", "as shown", "at the central parameters", INCOME),
        Column("high", "high", "high end over runs", INCOME),
    )
    rows = [
        {"what": f"{code}: {way.title}", "way": way.name, "economy": code,
         "low": float(way.ends[code].low), "real_income": way.income(code),
         "high": float(way.ends[code].high)}
        for way in found.ways for code in found.sides if code in way.ends
    ]  # fmt: skip
    return table("how-sure", "Real income over runs", shown, rows, note=_ends_note(found))


def rates_over_runs(found: TargetFacts) -> Table:
    """Return every rate by way, with low and high over runs."""
    shown = (
        Column("what", "", "way and rate"),
        Column("way", "way", "id of the way", hidden=True),
        Column("low", "low", "low end over runs", RATE),
        Column("rate_pct", "as shown", "at the central parameters", RATE),
        Column("high", "high", "high end over runs", RATE),
    )
    rows = [
        {"what": f"{way.title}: {row['kind']}" + f", {row['sector']}" * bool(row["sector"]),
         "way": way.name, "low": float(ends.low), "rate_pct": float(row["rate_pct"]),
         "high": float(ends.high)}
        for way in found.ways for row, ends in zip(way.rates, way.rate_ends, strict=False)
    ]  # fmt: skip
    return table("rates-over-runs", "Rates over runs", shown, rows, note=_ends_note(found))


def _ends_note(found: TargetFacts) -> str:
    interval = next((ends for way in found.ways for ends in way.ends.values()), None)
    return "" if interval is None else f"Low and high: {interval.what} are between them"


def over_runs(found: TargetFacts) -> tuple[Any, ...]:
    """Return charts of real income and of single rates over runs, and what they rest on."""
    if found.draws is None:
        return ()
    said = [Sentence(text) for text in lost(found)]
    note = Note(f"{PROPORTIONS} {sure.note(found.draws)}")
    incomes, every = incomes_over_runs(found), rates_over_runs(found)
    if not incomes.rows:
        return (*said, note)
    large = {way.name for way in found.ways if way.kinds == {"deficit"}}
    drawn = tuple(row for row in incomes.rows if row["way"] not in large)
    without = bool(drawn) and len(drawn) < len(incomes.rows)
    page = frozenset[Place](("page",))
    some = replace(incomes, key="some-incomes", rows=drawn, on=page) if without else incomes
    whole = (incomes, every) if without else (every,)
    few = [row for row in every.rows if len(_rates_of(found, str(row["way"]))) <= FEW]
    income = Chart(
        some, "ranges", "what", ("low", "real_income", "high"), title=incomes.title,
        note="Without the cut of the overall deficit" if without else "",
        description="Bars: ends of real income over runs, tick: as shown above",
    )  # fmt: skip
    rates_ = Chart(
        replace(every, key="few-rates-over-runs", rows=tuple(few), on=page),
        "ranges", "what", ("low", "rate_pct", "high"), title="Rates over runs",
        note="Ways with one rate or two; all are in the table",
        description="Bars: ends of rates over runs, tick: as shown above",
    )  # fmt: skip
    charts = (income, rates_) if few else (income,)
    return (*said, *charts, Fold("Every way over runs", whole), note, every_draw(found))


def every_draw(found: TargetFacts) -> Table:
    """Return real income of both sides in every draw, for programs."""
    assert found.draws is not None
    shown = (
        Column("way", "way", "id of the way"),
        Column("draw", "draw", "number of the draw of parameters", COUNT),
        Column("economy", "economy", "code of the economy"),
        Column("real_income_pct", "real income", "change; none where a draw has no answer", INCOME),
    )
    rows = [
        {"way": way, "draw": number, "economy": code, "real_income_pct": float(value)}
        for way in found.draws.figures for code in found.sides
        for number, value in enumerate(found.draws.values(way, "real_income_pct", code))
    ]  # fmt: skip
    return table("draws", "Real income in every draw", shown, rows, on=DATA)


def _rates_of(found: TargetFacts, name: str) -> tuple[Any, ...]:
    return next(way.rates for way in found.ways if way.name == name)


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
    part = _PARTS.get(found.column)
    unit = CHANGE if part else money_unit(found.money.stated, "")
    size = spoken(value / (part.divisor or 1.0) if part else value, unit)
    return f"{MINUS if value < 0 and size.strip('0%') else ''}{size}"


def lever(found: TargetFacts, way: Way) -> str:
    """Say what a way sets, with its rate or the range of its rates."""
    told = [
        _LEVERS[kind].format(by=noun(found.names[by]), rate=" to ".join(ends))
        for (kind, by), ends in _ranges(way, ("kind", "by")).items()
    ]
    return listed(told)


def _ranges(way: Way, keys: tuple[str, ...]) -> dict[tuple[str, ...], tuple[str, ...]]:
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


def ways(found: TargetFacts, key: str = "ways", caption: str = "Ways to the target") -> Table:
    """Return the ways side by side."""
    change, of = found.money.unit(sign=True), noun(found.names[found.of])
    shown = [
        *WAY,
        Column("status", "status", "whether the target is reached", hidden=True),
        Column("rates", "rates, %", "rates of the levers, per cent: one, or their range"),
        Column("after", _TITLES[found.column][1], "the figure aimed at, then, a year", found.unit),
        *_incomes(found),
        Column(
            "elsewhere", f"{of} buys elsewhere", ELSEWHERE, change, f"{found.of} buys elsewhere"
        ),
        Column("overall", f"overall balance of {of}", BALANCE, change, hidden=True),
    ]
    rows = [
        {
            **way.named,
            "status": way.status,
            "rates": _rates(way),
            "after": way.after,
            "elsewhere": way.elsewhere,
            "overall": way.countries[found.of]["balance_change_musd"],
            **{f"income_{code}": way.income(code) for code in found.sides},
        }
        for way in found.ways
    ]
    kept = [column for column in shown if column.key != "elsewhere" or found.partner]
    return table(key, caption, kept, rows)


def _incomes(found: TargetFacts) -> list[Column]:
    heads = {code: f"real income of {noun(found.names[code])}" for code in found.sides}
    return [
        Column(f"income_{code}", head, f"change of {head}", INCOME, f"{code} income")
        for code, head in heads.items()
    ]


def _rates(way: Way) -> str:
    """Say the rates of a row: one number a lever, or their range, in the order of its title."""
    return " and ".join(" to ".join(ends) for ends in _ranges(way, ("kind",)).values())


def picture(found: TargetFacts) -> Chart:
    """Return who pays by way; a cut of the overall deficit is of another size and left out."""
    drawn = [way for way in found.ways if way.kinds != {"deficit"}] or list(found.ways)
    rows = [{**w.named, **{f"income_{code}": w.income(code) for code in found.sides}}
            for w in drawn]  # fmt: skip
    values, title = _incomes(found), "Who pays: change of real income by way"
    shown = table("who-pays", title, (*WAY, *values), rows, on=frozenset(("page",)))
    left = "" if len(drawn) == len(found.ways) else "Without the cut of the overall deficit"
    keys = tuple(column.key for column in values)
    return Chart(shown, "grouped", "way", keys, note=left)


def third_countries(found: TargetFacts) -> Table:
    """Return what the ways do to third countries."""
    change = found.money.unit(sign=True, per="a year")
    shown = (
        *WAY,
        Column("gains", "gains most", "third country that gains most"),
        Column("gain", "its income", "change of its real income", INCOME),
        Column("loses", "loses most", "third country that loses most"),
        Column("loss", "its income", "change of its real income", INCOME),
        Column("all", "income of all", "change of real income of all third countries", change),
    )
    rows = []
    for way in found.ways:
        gains, loses, worth = way.others
        ends = {"gains": gains, "loses": loses}
        row = {who: found.names[code] if code else "none" for who, code in ends.items()}
        sizes = {"gain": gains, "loss": loses}
        row |= {size: way.income(code) if code else None for size, code in sizes.items()}
        rows.append({**way.named, **row, "all": worth})
    return table("third-countries", "Third countries", shown, rows)


def rates(found: TargetFacts) -> Table:
    """Return every rate of every way."""
    told = {
        "kind": ("kind", "kind of the lever"),
        "by": ("set by", "who sets it"),
        "on": ("on", "on whose trade"),
        "sector": ("sectors", "on which sectors"),
    }
    shown = [*WAY, *columns(None, told), Column("rate_pct", "rate", "its rate", RATE)]
    rows = ({**way.named, **row} for way in found.ways for row in way.rates)
    return table("rates", "Rates", shown, rows)


def frontier(found: TargetFacts) -> Table:
    """Return figure and cost as all rates of a way rise together towards their bounds."""
    cost = "change of real income of the economies that set the rates"
    shown = (
        *WAY,
        Column("share_of_bounds_pct", "rates, of their bounds", "share of the bounds", RATE),
        Column("figure", _TITLES[found.column][1], "the figure aimed at", found.unit),
        Column("income", "income", cost, found.money.unit(sign=True)),
    )
    rows = (
        {**way.named, **row, "figure": row[found.column], "income": row["income_musd"]}
        for way in found.ways
        for row in way.frontier
    )
    return table("frontier", "As all rates rise together", shown, rows, on=NOT_PRINTED)


def countries(found: TargetFacts) -> Table:
    """Return what the ways do to every economy."""
    level = found.money.unit(per="a year")
    change = found.money.unit(sign=True, per="a year")
    traded = "of goods and services, baseline"
    shown = [*WAY, *named("economy", "economy")]
    shown += columns(CHANGE, {"real_income_pct": ("real income", "change of real income")})
    shown += columns(change, {"real_income": ("its worth", "change of real income in money")})
    for key, unit in (("exports", level), ("imports", level), ("balance", change)):
        shown += columns(unit, {key: (key, f"{key} {traded}")})
        shown += columns(change, {f"{key}_change": ("change", f"change of {key}")})
    rows = (
        {**way.named, "economy": found.names[code], "economy_code": code}
        | {key.removesuffix("_musd"): value for key, value in row.items()}
        for way in found.ways
        for code, row in way.countries.items()
    )
    return table("countries", "Every economy by way", shown, rows, on=NOT_PRINTED)


def document(results: Results, as_stated: Results | None = None) -> Document:
    """Return the ways to a target, what they do to others, and what it rests on.

    Parameters
    ----------
    as_stated
        The same ways where the amount is taken as it is and not as a share.
    """
    found = facts_of(results)
    side_by_side = (ways(found),)
    folds: dict[str, tuple[Any, ...]] = {"Ways to it": side_by_side}
    if as_stated:
        stated = facts_of(as_stated)
        amounts = ways(stated, "as-stated", "Ways to the amount itself")
        said = answer(stated, "as-stated")
        folds["The amount itself, not its share"] = (Note(AS_SHARE), *said, amounts)
    if blocks := over_runs(found):
        folds["How sure"] = blocks
    folds["Third countries"] = (third_countries(found),)
    folds["Every rate and every economy"] = (rates(found), frontier(found), countries(found))
    removal = imbalances.of_removal(found.removal, found.sides)
    folds |= {removal.title: removal.blocks} if removal.blocks else {}
    folded = tuple(Fold(name, blocks) for name, blocks in folds.items())
    kinds = {kind for way in found.ways for kind in way.kinds}
    notes = {"restraint": RESTRAINT, "deficit": DEFICIT}
    return Document(
        "target",
        capital(title(found)),
        (
            Section("answer", "In short", (*answer(found), picture(found))),
            Section("first", "", side_by_side, on=PRINTED),
            Section("more", "More", folded, more=True),
        ),
        eyebrow=f"Détente · {found.baseline_title}",
        rests_on=(f"Baseline {found.baseline['name']}, {found.baseline['unit']}",),
        notes=(
            NOTE if found.draws is None else NOTE.rpartition(" Trade")[0],
            *(text for kind, text in notes.items() if kind in kinds),
        ),
        about={
            "baseline": found.baseline,
            "choices": {
                "goal": found.goal,
                "of": found.of,
                "partner": found.partner,
                "ways": [way.name for way in found.ways],
                **sure.about(found.draws),
            },
        },
    )
