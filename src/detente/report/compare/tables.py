"""Tables of what tells two equilibria apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from detente.document.blocks import Column, Mark, Table, Unit
from detente.document.language import capital
from detente.document.numbers import SHARE
from detente.report.compare.facts import CompareFacts
from detente.report.facts import MATERIAL_SHARE
from detente.report.run.tables import CHANGE, EXACT, RATE, key_of

MOST_MOVED = 7
"""Sectors of an economy that are shown: those that move most."""

if TYPE_CHECKING:
    from detente.comparison import PathComparison

POINTS = Unit("points", decimals=2, sign=True)
_MORE = {
    "real_wage_pct": ("real wage", "wage over the consumer price index"),
    "price_index_pct": ("prices", "consumer price index, against the numeraire"),
    "exports_pct": ("exports", "exports of all goods and services, fob"),
    "imports_pct": ("imports", "imports of all goods and services, fob"),
}
_BOUNDS = {
    "alone_pct": "what it does without the other measures",
    "last_pct": "what it does on top of all other measures",
    "low_pct": "the least that it adds in any order that was solved",
    "high_pct": "the most that it adds in any order that was solved",
}


def incomes(found: CompareFacts) -> Table:
    """Return real income of every economy: in each of the two, and the one against the other."""
    columns = [Column("economy", "", "economy")]
    columns += [
        Column(key, title, f"exact change of real income from the baseline under “{title}”", EXACT,
               short)
        for key, title, short in zip(("first", "second"), found.titles, found.letters, strict=True)
    ]  # fmt: skip
    columns.append(Column("difference", _heading(found), "real income of the first over the second",
                          EXACT))  # fmt: skip
    columns += [Column(end, end, f"{end} end of it over runs", EXACT)
                for end in ("low", "high") if found.ends]  # fmt: skip
    columns.append(Column("worth", "worth", "equivalent variation of the first less that of the "
                          "second, both from the baseline", found.unit))  # fmt: skip
    columns += [Column(key, title, f"the first over the second: {meaning}", CHANGE)
                for key, (title, meaning) in _MORE.items()]  # fmt: skip
    columns.append(Column("revenue", "tariff revenue", "of the first less the second", found.unit))
    order = [*found.focus, *(code for code in found.names if code not in found.focus)]
    rows = tuple(
        {
            "economy": Mark(found.names[code], "strong" if code in found.focus else ""),
            "first": found.both[0][code]["real_income_pct"],
            "second": found.both[1][code]["real_income_pct"],
            "difference": found.effect(code),
            **dict(zip(("low", "high"), found.ends.get(code, ()), strict=False)),
            "worth": found.countries[code]["real_income_musd"],
            **{key: found.countries[code][key] for key in _MORE},
            "revenue": found.countries[code]["tariff_revenue_change_musd"],
        }
        for code in order
    )
    title = f"Real income, {_heading(found)}"
    return Table("compared", title, tuple(columns), rows, note=_note(found))


def _heading(found: CompareFacts) -> str:
    return " against ".join(found.letters)


def _note(found: CompareFacts) -> str:
    pairs = zip(found.letters, found.titles, strict=True)
    return " ".join(f"{letter}: {title}." for letter, title in pairs)


def causes(found: CompareFacts) -> Table:
    """Return what each part makes of the difference of real income."""
    columns = [
        Column("measure", "", "what comes, or goes"),
        Column("id", "id", "ids of its measures", hidden=True),
        Column("instead", "in place of", "ids of measures whose place it takes", hidden=True),
    ]
    for code in found.focus:
        name = found.names[code]
        columns += [
            Column(key_of("made", code), f"{name}, worth", "what it makes of the difference",
                   found.unit, f"{code} worth"),
            Column(key_of("share", code), "share", "of the whole difference", SHARE),
            *(Column(key_of(key, code), key.removesuffix("_pct"), f"{meaning}, of real income",
                     EXACT, hidden=found.exact or key[:3] in ("alo", "las"))
              for key, meaning in _BOUNDS.items()),
        ]  # fmt: skip
    if any(part.need for part in found.parts):
        columns += [
            Column("needs", "needs, of the price", "subsidy of purchases, or what licences add, "
                   "share of the duty-paid price", SHARE, "needs"),
            Column("takes", "which is", "what the subsidy costs, or licences earn",
                   replace(found.unit, sign=False), hidden=True),
        ]  # fmt: skip
    rows = []
    for part in found.parts:
        row: dict = {"measure": capital(part.name), "id": part.id, "instead": part.instead}
        for code in found.focus:
            values = part.rows[code]
            row |= {key_of("made", code): values["made_musd"],
                    key_of("share", code): values["share"],
                    **{key_of(key, code): values[key] for key in _BOUNDS}}  # fmt: skip
        if part.need:
            row |= {"needs": part.need.rate, "takes": part.need.worth}
        rows.append(row)
    return Table("causes", "What each measure makes of the difference", tuple(columns), tuple(rows))


def trade(found: CompareFacts) -> Table:
    """Return goods trade between the two in focus, and duties on it, in each and the difference."""
    level, (one, other) = replace(found.unit, sign=False), found.letters
    columns = (
        Column("flow", "", "who buys from whom"),
        Column("first", one, "goods bought in the first, fob", level),
        Column("second", other, "goods bought in the second, fob", level),
        Column("difference", "difference", "the first less the second", found.unit),
        Column("change", "change", "the first over the second", CHANGE),
        *(
            Column(end, end, f"{end} end of it over runs", CHANGE)
            for end in ("low", "high")
            if any(end in row["difference"] for row in found.trade.values())
        ),
        Column("duty_first", f"duties, {one}", "due on what is traded in the first", RATE),
        Column("duty_second", other, "due on what is traded in the second", RATE),
        Column("duty", "difference", "the first less the second", POINTS),
    )
    rows = tuple(
        {
            "flow": f"{found.names[importer]} from {found.names[exporter]}",
            "first": row["first"]["value"],
            "second": row["second"]["value"],
            "difference": row["difference"]["value"],
            "change": row["difference"]["pct"],
            **{end: row["difference"][end] for end in ("low", "high") if end in row["difference"]},
            "duty_first": row["first"]["duty"],
            "duty_second": row["second"]["duty"],
            "duty": row["difference"]["duty"],
        }
        for (importer, exporter), row in found.trade.items()
    )
    title = f"Goods between the two, fob, {_heading(found)}"
    return Table("compared-trade", title, columns, rows, note=_note(found))


def dates(found: PathComparison, end: CompareFacts) -> Table:
    """Return real income on every day: in each of the two in focus, and one against the other."""
    order = [*end.focus, *(code for code in end.names if code not in end.focus)]
    heads = (*end.letters, "difference")
    keys = ("first", "second", "difference")
    columns = [Column("date", "", "day from which it holds")]
    columns += [
        Column(key_of(key, code), f"{end.names[code]}, {head}",
               f"{end.names[code]}: real income, {head}", EXACT, f"{code} {head}",
               hidden=code not in end.focus)
        for code in order for key, head in zip(keys, heads, strict=True)
    ]  # fmt: skip
    rows = tuple(
        {"date": day,
         **{key_of(key, code): values[code]
            for key, values in zip(keys, (dict(x.welfare) for x in (one.first, one.second, one)),
                                   strict=True)
            for code in order}}
        for day, one in found.points.items()
    )  # fmt: skip
    title = f"Real income by date, {_heading(end)}"
    return Table("compared-dates", title, tuple(columns), rows, note=_note(end))


def sectors(found: CompareFacts, code: str) -> Table:
    """Return the sectors of an economy that differ most."""
    columns = (
        Column("sector", "", "sector"),
        Column("output", "output", "gross output in quantity, the first over the second", CHANGE),
        Column("jobs", "jobs", "labour input, the first over the second", CHANGE),
        Column("worth", "worth", "gross output in value, the first less the second", found.unit),
    )
    rows = found.by_sector[code]
    least = MATERIAL_SHARE * sum(abs(row["output_change_musd"]) for row in rows.values())
    kept = [s for s, row in rows.items() if abs(row["output_change_musd"]) >= least]
    kept.sort(key=lambda s: -abs(rows[s]["output_volume_pct"]))
    shown = tuple(
        {"sector": found.sectors[s], "output": rows[s]["output_volume_pct"],
         "jobs": rows[s]["employment_pct"], "worth": rows[s]["output_change_musd"]}
        for s in kept[:MOST_MOVED]
    )  # fmt: skip
    title = f"{found.names[code]}: sectors that differ most, {_heading(found)}"
    return Table(key_of("compared-sectors", code), title, columns, shown)
