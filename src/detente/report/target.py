"""A demand solved backwards: facts, sentences, tables and the document of the ways to a target."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
from detente.document.language import capital, noun
from detente.document.numbers import CHANGE, COUNT
from detente.report import imbalances, sure
from detente.report.columns import DATA, NOT_PRINTED, PRINTED, columns, named, table
from detente.report.target_facts import Results, TargetFacts, Way, facts_of
from detente.report.target_words import TITLES, answer, lost, rate_ranges, title

RATE = Unit("%", decimals=1)
INCOME = Unit("%", decimals=3, sign=True)
WAY = named("way", what="way to the target")
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


def ways(found: TargetFacts, key: str = "ways", caption: str = "Ways to the target") -> Table:
    """Return the ways side by side."""
    change, of = found.money.unit(sign=True), noun(found.names[found.of])
    shown = [
        *WAY,
        Column("status", "status", "whether the target is reached", hidden=True),
        Column("rates", "rates, %", "rates of the levers, per cent: one, or their range"),
        Column("after", TITLES[found.column][1], "the figure aimed at, then, a year", found.unit),
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
    return " and ".join(" to ".join(ends) for ends in rate_ranges(way, ("kind",)).values())


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
        Column("figure", TITLES[found.column][1], "the figure aimed at", found.unit),
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
