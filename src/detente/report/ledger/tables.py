"""Tables of the ledger: raw values in typed columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.document.blocks import EVERYWHERE, Column, Link, Mark, Table, Unit, Value
from detente.document.language import long_day
from detente.document.numbers import money_unit
from detente.ledger.authorities import TITLES, of_measure
from detente.ledger.days import KNOWN_TO
from detente.ledger.measures import CHECKED, THREAT, Measure
from detente.ledger.parties import EVERYONE, name_of
from detente.ledger.published import SEEN_TO, TRACKERS
from detente.report.ledger.facts import GROUPS, Average, LedgerFacts, shown_gap
from detente.report.ledger.wording import PIIE_NOTE, RATE, goods_of, law

POINTS = Unit("points", 0.01, 1, sign=True, data="fraction of the value of imports")
NEWEST, WIDTH = 6, 18
"""Measures that a terminal shows unless asked for all, and letters of their longest cells."""
OPEN = 12
"""Measures that a page shows before it folds the others away."""
ALL_IMPORTS = "all imports"
_DAY = "first day in force; none where it never was"


def measures(facts: LedgerFacts, *, newest: bool = False) -> Table:
    """Return the measures, a row each; the newest alone, few columns, as it fits a terminal."""
    what = "Measures in force" if facts.asked_day else "Measures"
    if not newest:
        rows = tuple(_row(one, facts) for one in facts.measures)
        return Table("measures", what, (*_FIRST, *_MORE), rows, look="stack")
    first = {column.key: column for column in _FIRST}
    who = Column("who", "who", "who imposes it, and on whom")
    columns = (first["id"], first["effective"], who, first["rate_pct"], first["scope"])
    shown = [_row(one, facts) for one in facts.measures[:NEWEST]]
    rows = tuple(
        {c.key: _short((row | {"who": _who(row)})[c.key]) for c in columns} for row in shown
    )
    more = len(facts.measures) > len(shown)
    first_of = f"{len(shown)} of {len(facts.measures)}, what is in force first, the newest on top"
    note = f"{first_of}; --full for all." if more else ""
    return Table("newest", what, columns, rows, on=frozenset(("terminal",)), note=note)


def opening(facts: LedgerFacts) -> Table | None:
    """Return the first measures for a page that folds the others away; none where all are few."""
    if len(facts.measures) <= OPEN:
        return None
    what = "Measures in force" if facts.asked_day else "Measures"
    rows = tuple(_row(one, facts) for one in facts.measures[:OPEN])
    note = f"{OPEN} of {len(facts.measures)}: what is in force first, the newest on top."
    page = frozenset(("page",))
    return Table("opening", what, (*_FIRST, *_MORE), rows, look="stack", on=page, note=note)


def _who(row: Mapping[str, Value]) -> str:
    """Say who and on whom in one cell; both sides of a deal once."""
    return f"{row['by']}" if row["by"] == row["on"] else f"{row['by']} on {row['on']}"


def _short(value: Value) -> Value:
    if isinstance(value, str) and len(value) > WIDTH:
        return f"{value[: WIDTH - 1].rstrip()}…"
    return value


_FIRST = (
    Column("id", "", "stays the same from release to release"),
    Column("effective", "from", _DAY),
    Column("end", "to", "last day in force; none where it is open"),
    Column("by", "by", "codes of who imposes it"),
    Column("on", "on", "whom it is on: codes, or the source's words"),
    Column("authority", "authority", "law or occasion"),
    Column("rate_pct", "rate, %", "additional ad valorem per cent, with its rule"),
    Column("scope", "on what", "products, or what it does"),
)


_MORE = (
    Column("instrument", "kind", "tariff, quota, exemption, deal, threat, …"),
    Column("status", "state", "what became of it; of a past day, what it was then"),
    Column("answers", "answers", "id of the measure that it answers"),
    Column("checked", "how well known", "how well the row is checked"),
    Column("source", "source", "legal text, notice or page"),
    Column("announced", "announced", "day of the announcement", hidden=True),
    Column("family", "family", "word for what it rests on, as --authority takes it", hidden=True),
    Column("on_codes", "on, codes", "codes of whom it is on", hidden=True),
    Column("except", "but", "codes of whom it leaves out", hidden=True),
    Column("trade_covered", "trade", "trade that it covers, as announced", hidden=True),
    Column("in_response_to", "answer to", "what it answers, in words", hidden=True),
    Column("product_list", "list", "names of product lists", hidden=True),
    Column("source_url", "address", "address of the source", hidden=True),
    Column("verified", "verified", "text, list, news or memory", hidden=True),
    Column("note", "note", "what was changed in the source's row, and why", hidden=True),
)


def _state(one: Measure, facts: LedgerFacts) -> str:
    """Return what became of a measure; of one in force on a past day, as that day had it."""
    if not facts.asked_day or facts.day >= KNOWN_TO:
        return one.status
    if one.end is None:
        return "in force"
    if one.end == facts.day:
        return "last day"
    return f"ended later ({one.end})" if one.end <= KNOWN_TO else f"in force until {one.end}"


def _row(one: Measure, facts: LedgerFacts) -> dict[str, Value]:
    known = CHECKED[one.verified]
    return {
        "id": one.id,
        "effective": one.effective,
        "end": one.end,
        "by": ", ".join(one.by),
        "on": one.on_said or _on(one) or None,
        "authority": one.authority or None,
        "rate_pct": one.rate_pct or None,
        "scope": one.scope or None,
        "instrument": Mark(one.instrument.replace("_", " "),
                           "quiet" if one.instrument == THREAT else ""),
        "status": _state(one, facts) or None,
        "answers": one.answers or None,
        "checked": Mark(known, "bad" if one.verified == "memory" else ""),
        "source": Link(one.source or _site(one), one.source_url) if one.source_url
        else Mark(one.source) if one.source else None,
        "announced": one.announced,
        "family": of_measure(one.authority, one.instrument),
        "on_codes": ";".join(one.on),
        "except": ";".join(one.leaves_out),
        "trade_covered": one.trade_covered,
        "in_response_to": one.in_response_to,
        "product_list": one.product_list,
        "source_url": one.source_url,
        "verified": one.verified,
        "note": one.note,
    }  # fmt: skip


def _on(one: Measure) -> str:
    return ", ".join("all" if code in EVERYONE else code for code in one.on)


def _site(one: Measure) -> str:
    return one.source_url.split("/")[2]


def averages(facts: LedgerFacts) -> Table:
    """Return the averages of the day, ours and published ones, a row each."""
    columns = (
        Column("whose", "", "whose tariff on what"),
        Column("source", "found by", "who computed it"),
        Column("date", "since", "day from which the figure holds", hidden=True),
        Column("rate", "average", "average tariff, weighted by imports", RATE),
        Column("gap", "against ours", "the published average less ours, both as shown", POINTS),
    )
    under = f", {law(facts.laws)}" if facts.laws else ""
    goods = goods_of(facts.usa.on) if facts.usa else ""
    rows: list[dict[str, Value]] = []
    if facts.usa:
        rows += _of_average(facts, f"US, {goods or ALL_IMPORTS}{under}", facts.usa)
    if facts.usa and facts.usa.on:
        rows.append({"whose": f"US, {ALL_IMPORTS}{under}", "source": "Détente",
                     "date": facts.day, "rate": facts.usa.of_all})  # fmt: skip
    if facts.china:
        rows += _of_average(facts, "China, US goods", facts.china)
    return Table("averages", "Average tariffs", columns, tuple(rows))


def _of_average(facts: LedgerFacts, whose: str, average: Average) -> list[dict[str, Value]]:
    first: dict[str, Value] = {"whose": whose, "source": "Détente", "date": facts.day,
                               "rate": average.rate}  # fmt: skip
    return [first, *(
        {"whose": whose, "date": one.found.since, "rate": one.found.rate, "gap": one.gap,
         "source": f"{TRACKERS[key]}{_vintage(key)}{', from memory' * one.found.from_memory}"}
        for key, one in average.trackers.items()
    )]  # fmt: skip


def _vintage(key: str) -> str:
    """Return which version of a series it is, where it has several."""
    return f", seen {long_day(SEEN_TO[key])}" if key == "budget-lab" else ""


def authorities(usa: Average) -> Table:
    """Return what the US average is the sum of, beside the Budget Lab's."""
    theirs = usa.trackers["budget-lab"].found.by_authority if "budget-lab" in usa.trackers else {}
    columns = (
        Column("authority", "", "law that the tariff rests on"),
        Column("ours", "here", "what it makes of the average", POINTS),
        *([Column("budget_lab", "Budget Lab", "the same as the Budget Lab has it", POINTS)]
          if theirs else []),
    )  # fmt: skip
    rest = [
        name for name in usa.authorities if name not in {n for of in GROUPS.values() for n in of}
    ]
    whole = {name: of for name, of in GROUPS.items() if {*of} & {*usa.authorities}}
    groups = {**whole, **{name: (name,) for name in rest}}
    rows = []
    for name, members in groups.items():
        ours = sum(usa.authorities.get(one, 0.0) for one in members)
        row: dict[str, Value] = {"authority": TITLES[name], "ours": ours}
        if name in theirs:
            row["budget_lab"] = theirs[name]
        rows.append(row)
    return Table("authorities", "What makes the average US tariff", columns, tuple(rows))


def partners(usa: Average) -> Table:
    """Return the US rate on each partner, the largest first."""
    waugh = usa.trackers["waugh"].found.by_partner if "waugh" in usa.trackers else {}
    columns = (
        Column("name", "", "partner"),
        Column("partner", "code", "its code", hidden=True),
        Column("imports", "US imports, 2024", "the weight", money_unit("USD", "")),
        Column("rate", "average", "average US tariff on its goods", RATE),
        *([Column("waugh", TRACKERS["waugh"], "the same as the tracker has it", RATE)]
          if waugh else []),
    )  # fmt: skip
    ranked = sorted(usa.partners.items(), key=lambda item: -item[1][1])
    rows = []
    for code, (rate, value) in ranked:
        row: dict[str, Value] = {"name": name_of(code), "partner": code, "imports": value,
                                 "rate": rate}  # fmt: skip
        if code in waugh:
            row["waugh"] = waugh[code]
        rows.append(row)
    return Table("partners", "Average US tariff by partner", columns, tuple(rows))


def china(facts: LedgerFacts) -> Table:
    """Return China's averages on US goods on the days that PIIE's are quoted for."""
    columns = (
        Column("date", "", "day"),
        Column("ours", "here", "average tariff, weighted by imports of 2017", RATE),
        Column("piie", "PIIE", "as PIIE published it, quoted from memory", RATE),
        Column("gap", "against ours", "PIIE's less ours", POINTS),
    )
    rows = tuple(
        {"date": day, "ours": ours, "piie": theirs, "gap": shown_gap(theirs, ours)}
        for day, ours, theirs in facts.quoted
    )
    return Table("china", "China's average tariff on US goods", columns, rows, note=PIIE_NOTE)


def over_time(facts: LedgerFacts) -> Table:
    """Return average US rates on every date on which one changes."""
    held: Any = facts.over_time
    names = {code: name_of(code) for code in held.columns}
    columns = (
        Column("date", "", "day from which the rates hold"),
        *(Column(str(code), name, f"average US tariff on goods of {name}", RATE)
          for code, name in names.items()),
    )  # fmt: skip
    rows = tuple(
        {"date": day.date(), **{str(code): float(rate) for code, rate in rates.items()}}
        for day, rates in held.iterrows()
    )
    shown = EVERYWHERE - {"terminal"}
    return Table("over-time", "Average US tariffs over time", columns, rows, on=shown)
