"""Tables of the ledger: raw values in typed columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from detente.document.blocks import EVERYWHERE, Column, Link, Mark, Table, Unit, Value
from detente.document.numbers import money_unit
from detente.ledger.authorities import TITLES, of_measure
from detente.ledger.measures import CHECKED, THREAT, Measure
from detente.ledger.parties import EVERYONE, name_of
from detente.ledger.published import TRACKERS
from detente.report.ledger.facts import GROUPS, Average, LedgerFacts
from detente.report.ledger.wording import PIIE_NOTE, RATE

POINTS = Unit("points", 0.01, 1, sign=True, data="fraction of the value of imports")
NEWEST, WIDTH = 6, 18
"""Measures that a terminal shows unless asked for all, and letters of their longest cells."""
_DAY = "first day in force; none where it never was"


def measures(facts: LedgerFacts, *, newest: bool = False) -> Table:
    """Return the measures, a row each; the newest alone, few columns, as it fits a terminal."""
    what = "Measures in force" if facts.asked_day else "Measures"
    if not newest:
        rows = tuple(_row(one) for one in facts.measures)
        return Table("measures", what, (*_FIRST, *_MORE), rows, look="stack")
    first = {column.key: column for column in _FIRST}
    who = Column("who", "who", "who imposes it, and on whom")
    columns = (first["id"], first["effective"], who, first["rate_pct"], first["scope"])
    shown = [_row(one) for one in facts.measures[-NEWEST:][::-1]]
    rows = tuple(
        {c.key: _short((row | {"who": _who(row)})[c.key]) for c in columns} for row in shown
    )
    more = len(facts.measures) > len(shown)
    note = f"The {len(shown)} newest of {len(facts.measures)}; --full for all." if more else ""
    return Table("newest", what, columns, rows, on=frozenset(("terminal",)), note=note)


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
    Column("status", "state", "what became of it"),
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


def _row(one: Measure) -> dict[str, Value]:
    known = CHECKED[one.verified]
    return {
        "id": one.id,
        "effective": one.effective,
        "end": one.end,
        "by": ", ".join(one.by),
        "on": one.on_said or _on(one) or "–",
        "authority": one.authority or "–",
        "rate_pct": one.rate_pct or "–",
        "scope": one.scope or "–",
        "instrument": Mark(one.instrument.replace("_", " "),
                           "quiet" if one.instrument == THREAT else ""),
        "status": one.status or "–",
        "answers": one.answers,
        "checked": Mark(known, "bad" if one.verified == "memory" else ""),
        "source": Link(one.source or _site(one), one.source_url) if one.source_url
        else Mark(one.source or "–"),
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
        Column("gap", "against ours", "the published average less ours", POINTS),
    )
    parts = (("US, all imports", facts.usa), ("China, US goods", facts.china))
    rows = tuple(
        row for whose, average in parts if average for row in _of_average(facts, whose, average)
    )
    return Table("averages", "Average tariffs", columns, rows)


def _of_average(facts: LedgerFacts, whose: str, average: Average) -> list[dict[str, Value]]:
    first: dict[str, Value] = {"whose": whose, "source": "Détente", "date": facts.day,
                               "rate": average.rate}  # fmt: skip
    return [first, *(
        {"whose": whose, "date": one.found.since, "rate": one.found.rate, "gap": one.gap,
         "source": f"{TRACKERS[key]}{', from memory' * one.found.from_memory}"}
        for key, one in average.trackers.items()
    )]  # fmt: skip


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
    groups = {**GROUPS, **{name: (name,) for name in rest}}
    rows = []
    for name, members in groups.items():
        row: dict[str, Value] = {"authority": TITLES[name],
                                 "ours": sum(usa.authorities[one] for one in members)}  # fmt: skip
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
        {"date": day, "ours": ours, "piie": theirs, "gap": theirs - ours}
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
