"""Tables of a run: raw values in typed columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from detente.document.blocks import EVERYWHERE, Column, Mark, Place, Table, Unit
from detente.document.numbers import COUNT, SHARE
from detente.report.facts import BEFORE
from detente.report.run.data import meaning_of
from detente.report.run.facts import (
    TRADE,
    HorizonFacts,
    PairFacts,
    RunFacts,
    VariantFacts,
    drawn_sectors,
    paid_sectors,
    ranked_sectors,
)

EXACT = Unit("%", decimals=3, sign=True)
CHANGE = Unit("%", decimals=2, sign=True)
RATE = Unit("%", decimals=2)
SHOWN: frozenset[Place] = frozenset(("terminal", "page"))
"""Of tables whose figures the data have in full elsewhere."""
VARIANT = Column("variant", "", "variant of the scenario")
WHEN = Column("variant", "", "the baseline, or a variant of the scenario")
SECTOR = Column("sector", "", "sector")
ECONOMY = Column("economy", "", "economy")
CODE = Column("code", "code", "code of the economy", hidden=True)
_DETAIL = {
    "real_income_pct": "exact", "first_order_pct": "first-order", "terms_of_trade_pct": "= terms",
    "volume_of_trade_pct": "+ volume", "real_wage_pct": "wage", "price_index_pct": "prices",
    "exports_pct": "exports", "imports_pct": "imports",
}  # fmt: skip
_MOVES = {
    "output_volume_pct": "output", "employment_pct": "jobs", "producer_price_pct": "price",
}  # fmt: skip


def key_of(*parts: object) -> str:
    """Return a key made of parts: codes of economies and sectors may hold any letter."""
    return "_".join(re.sub(r"[^A-Za-z0-9.:>=+-]", "_", str(part)) for part in parts)


def by_variant(run: RunFacts, meaning: str, unit: Unit) -> list[Column]:
    """Return a column a variant, each named by its letter at a terminal."""
    return [
        Column(f"under_{name}", v.mark.text, f"{meaning} under “{v.mark.text}”", unit, v.mark.short)
        for name, v in run.variants.items()
    ]


def _of_data(titles: Mapping[str, str], unit: Unit) -> list[Column]:
    """Return columns that the tidy tables have too, with the meaning they have there."""
    trade = ("exports_pct", "imports_pct")
    return [
        Column(key, title, meaning_of(key), CHANGE if key in trade else unit)
        for key, title in titles.items()
    ]


def _economies(run: RunFacts) -> dict[str, Mark]:
    """Return the economies by code, those in focus first and in bold."""
    return {
        code: Mark(run.names[code], "strong" if code in run.focus else "")
        for code in run.focus_first
    }


def variants(run: RunFacts) -> Table:
    """Return what variants do to the economies in focus."""
    worth, total = run.money("a year", sign=True), "the sum of what changes are worth"
    drawn = any(v.ends for v in run.variants.values())
    parts = (
        ("real_income_pct", "real_income", "", "", "exact change", EXACT),
        ("real_income_musd", "worth", ", worth", " worth",
         "exact change of real income times baseline income", worth),
    )  # fmt: skip
    columns = [
        Column(key_of(key, code), f"{run.names[code]}{title}", f"{run.names[code]}: {meaning}",
               unit, f"{code}{short}",
               # beside both ends there is no room at a terminal: the cards have it
               hidden=drawn and key == "worth")
        for _, key, title, short, meaning, unit in parts
        for code in run.focus
    ]  # fmt: skip
    for code in run.focus if drawn else ():
        at = 1 + next(k for k, c in enumerate(columns) if c.key == key_of("real_income", code))
        columns[at:at] = _ends(key_of("real_income", code), run.names[code])
    columns.append(Column("world", "all economies", total, worth, hidden=bool(run.focus)))
    rows = tuple(
        {"variant": Mark(v.mark.text, v.mark.tone, f"{v.mark.short}  {v.mark.text}"),
         "world": sum(row["real_income_musd"] for row in v.countries.values()),
         **{key_of(key, code): v.countries[code][held]
            for held, key, *_ in parts for code in run.focus},
         **{key: value for code in run.focus
            for key, value in _held(v, key_of("real_income", code), code).items()}}
        for v in run.variants.values()
    )  # fmt: skip
    title = "Real income by variant, exact change"
    return Table("variants", title, (VARIANT, *columns), rows)


def real_income(run: RunFacts) -> Table:
    """Return the change of real income of every economy, those in focus first."""
    columns = [ECONOMY, CODE, *by_variant(run, "exact change of real income", EXACT)]
    columns += [replace(end, hidden=True) for name, v in run.variants.items() if v.ends
                for end in _ends(f"under_{name}", v.mark.text)]  # fmt: skip
    rows = tuple(
        {
            "economy": mark,
            "code": code,
            **{
                key: value
                for name, v in run.variants.items()
                for key, value in {
                    f"under_{name}": v.change(code),
                    **_held(v, f"under_{name}", code),
                }.items()
            },
        }
        for code, mark in _economies(run).items()
    )
    return Table("real-income", "Real income, exact change", tuple(columns), rows)


def _ends(key: str, name: str) -> list[Column]:
    """Return the columns of both ends of a figure over runs."""
    return [
        Column(f"{key}_{end}", end, f"{name}: {end} end of real income over runs", EXACT)
        for end in ("low", "high")
    ]


def _held(variant: VariantFacts, key: str, code: str) -> dict[str, float]:
    """Return both ends of a variant's real income in an economy, by column."""
    found = variant.ends.get(code)
    return {} if found is None else dict(zip((f"{key}_low", f"{key}_high"), found, strict=True))


def detail(run: RunFacts, name: str) -> Table:
    """Return a variant in more measures: exact and first-order are different numbers."""
    revenue = Column("revenue", "tariff revenue", "change of the revenue of import tariffs",
                     run.money(sign=True), "revenue")  # fmt: skip
    countries = run.variants[name].countries
    rows = tuple(
        {"economy": mark, **{key: countries[code][key] for key in _DETAIL},
         "revenue": countries[code]["tariff_revenue_change_musd"]}
        for code, mark in _economies(run).items()
    )  # fmt: skip
    note = "exact: real income; first-order: its approximation = terms + volume of trade"
    columns = (ECONOMY, *_of_data(_DETAIL, EXACT), revenue)
    title = f"{run.titles[name]}, in detail"
    return Table(key_of("detail", name), title, columns, rows, note=note, on=SHOWN)


def trade(run: RunFacts) -> Table:
    """Return goods that the economies in focus buy from each other, duties and who bears them."""
    columns, rows, level = [WHEN], [], run.money()
    for pair in run.pairs:
        buyer = run.names[pair.importer]
        what = f"goods that {buyer} buys from {run.names[pair.exporter]}"
        columns += [
            Column(key_of(key, pair.importer), title, meaning, unit)
            for key, title, meaning, unit in (
                ("value", f"{buyer} buys", f"{what}, fob", level),
                ("change", "change", f"{what}, fob", CHANGE),
                ("tariff", "mean tariff", f"on {what}, weighted by trade of the baseline", RATE),
                ("due", "due on what is traded", f"duties over fob value of {what}", RATE),
                ("borne", "borne by buyers", f"share of the changed wedge on {what}", SHARE),
                ("revenue", "all its duties", f"tariff revenue of {buyer}, of all imports", level),
            )
        ]
    for name, title in _from_baseline(run):
        row: dict = {"variant": title}
        for pair in run.pairs:
            flow = pair.flow[name]
            values = {"value": flow["value"], "tariff": flow["tariff_pct"], "due": flow["due_pct"],
                      "revenue": run.revenue[pair.importer][name]}  # fmt: skip
            if name != BEFORE:
                values |= {"change": flow["pct"], "borne": pair.buyers_share(name)}
            row |= {key_of(key, pair.importer): value for key, value in values.items()}
        rows.append(row)
    a, b = (run.names[code] for code in run.focus)
    return Table("trade", f"Goods between {a} and {b}, fob", tuple(columns), tuple(rows))


def balance(run: RunFacts) -> Table:
    """Return the balance of the two economies in focus, counted in three ways."""
    unit, added = run.money(sign=True), "what each side adds to the other's final purchases"
    kinds = {"goods": "sold less bought, fob", "all trade": "goods and services, fob",
             "in value added": f"{added}, by way of third economies too"}  # fmt: skip
    columns = [Column(_plain(key), key, what, unit) for key, what in kinds.items()]
    rows = tuple(
        {"variant": title, **{_plain(key): run.balances[key][name] for key in kinds}}
        for name, title in _from_baseline(run)
    )
    a, b = (run.names[code] for code in run.focus)
    return Table("balance", f"{a}, balance with {b}", (WHEN, *columns), rows)


def _plain(key: str) -> str:
    return key.removeprefix("in ").replace(" ", "_")


def _from_baseline(run: RunFacts) -> list[tuple[str, Mark | str]]:
    """Return ids and names of the baseline and of every variant."""
    marks = [(name, variant.mark) for name, variant in run.variants.items()]
    return [(BEFORE, f"Before ({run.before})"), *marks]


def drawn_output(run: RunFacts) -> Table:
    """Return the output of the sectors that move most in either economy under any variant."""
    cells = [(name, code) for name in run.variants for code in run.focus]
    columns = [
        Column(key_of(name, code), run.names[code], f"{run.names[code]}: gross output in quantity "
               f"under “{run.titles[name]}”", CHANGE)
        for name, code in cells
    ]  # fmt: skip
    rows = tuple(
        {"sector": run.sectors[sector],
         **{key_of(name, code): run.variants[name].sectors[code][sector]["output_volume_pct"]
            for name, code in cells}}
        for sector in drawn_sectors(run)
    )  # fmt: skip
    return Table("sectors-hit", "Output by sector, in quantity", (SECTOR, *columns), rows,
                 groups=_groups(run, 1, len(run.focus)), on=SHOWN)  # fmt: skip


def sectors(run: RunFacts, name: str, code: str) -> Table:
    """Return what happens to every sector of an economy under a variant, most moved first."""
    worth = Column("worth", "output, worth", "gross output in value", run.money(sign=True))
    found = run.variants[name].sectors[code]
    rows = tuple(
        {"sector": run.sectors[sector], **{key: row[key] for key in _MOVES},
         "worth": row["output_change_musd"]}
        for sector, row in (ranked_sectors(found) | found).items()
    )  # fmt: skip
    title = f"{run.names[code]}, {run.titles[name]}: sectors, those that move most first"
    return Table(key_of("sectors", name, code), title, (SECTOR, *_of_data(_MOVES, CHANGE), worth),
                 rows, on=SHOWN)  # fmt: skip


def _groups(run: RunFacts, before: int, each: int) -> tuple[tuple[str | Mark, int], ...]:
    """Span the columns of each variant, after some columns of none."""
    return (*[("", 1)] * before, *((v.mark, each) for v in run.variants.values()))


def diversion(run: RunFacts, pair: PairFacts) -> Table:
    """Return how an economy's purchases from all but one partner change."""
    buyer, seller = run.names[pair.importer], run.names[pair.exporter]
    meaning = "change of goods purchases at fob prices"
    names = {**run.names, "domestic": f"{buyer} (at home)"}
    rows = tuple(
        {"partner": names[code],
         **{f"under_{name}": found[code]["change_musd"] for name, found in pair.partners.items()}}
        for code in next(iter(pair.partners.values()))
    )  # fmt: skip
    columns = by_variant(run, meaning, run.money(sign=True))
    title = f"{buyer}, change of goods purchases from all but {seller}, fob"
    partner = Column("partner", "", "bought from")
    return Table(key_of("diversion", pair.importer), title, (partner, *columns), rows)


def tariffs(run: RunFacts, pair: PairFacts) -> Table:
    """Return the tariffs of an economy on goods from another by sector, before and after."""
    columns = (
        SECTOR,
        Column("trade", "trade before", "trade at baseline, fob", run.money()),
        Column("in_baseline", "before", "ad valorem on the fob value, in the baseline", RATE),
        *(Column(f"under_{name}", "after", f"the same under “{v.mark.text}”", RATE)
          for name, v in run.variants.items()),
    )  # fmt: skip
    rows = tuple(
        {"sector": run.sectors[code], "trade": row[TRADE], "in_baseline": row[BEFORE],
         **{f"under_{name}": row[name] for name in run.variants}}
        for code, row in pair.tariffs.items()
    )  # fmt: skip
    title = f"{run.names[pair.importer]} on goods from {run.names[pair.exporter]}: tariff on fob"
    key = key_of("tariffs", pair.importer)
    return Table(key, title, columns, rows, groups=_groups(run, 3, 1))


def _paid(run: RunFacts, first: Column, shares: Iterable[Column]) -> tuple[Column, ...]:
    price, money = Unit("%", decimals=2, sign=True), run.money(sign=True)
    return (
        first,
        Column("wedge", "wedge", "what buyers pay over what sellers get, log × 100", price),
        Column("seller", "seller", "what sellers get, log × 100", price),
        Column("buyer", "buyer", "what buyers pay, log × 100", price),
        *shares,
        Column("due", "due on old trade", "what new rates would bring on old trade", money),
        Column("revenue", "revenue", "change of the revenue of the duties", money),
        Column("bill", "paid in all", "change of what buyers pay, duties included", money),
    )


def _paid_row(row: Mapping[str, float]) -> dict[str, float | None]:
    return {
        **{key: 100 * row[f"{key}_price"] for key in ("seller", "buyer")},
        "wedge": 100 * row["wedge"],
        "due": row.get("duty_on_old_trade_musd"),
        "revenue": row["revenue_change_musd"],
        "bill": row["bill_change_musd"],
    }


def paid(run: RunFacts, pair: PairFacts) -> Table:
    """Return who bears the changed wedge of one flow by variant."""
    against = tuple(next(iter(pair.paid.values())))
    meaning = "share of the wedge that buyers bear, against"
    shares = [Column(f"borne_{one}", one, f"{meaning} {one}", SHARE) for one in against]
    rows = tuple(
        {"variant": v.mark, **_paid_row(pair.paid[name]["world"]),
         **{f"borne_{one}": pair.buyers_share(name, one) for one in against}}
        for name, v in run.variants.items()
    )  # fmt: skip
    title = f"{run.names[pair.importer]} buys from {run.names[pair.exporter]}"
    groups = (("", 1), ("prices", 3), ("borne by buyers, against", len(against)), ("", 3))
    return Table(key_of("paid", pair.importer), f"{title}: who bears the change",
                 _paid(run, VARIANT, shares), rows, groups=groups)  # fmt: skip


def paid_by_sector(run: RunFacts, pair: PairFacts) -> Table | None:
    """Return it of the last variant for the sectors with most trade whose wedge changes."""
    codes = paid_sectors(pair)
    if not codes:
        return None
    share = Column("borne", "borne by buyers", "share of the wedge", SHARE)
    columns = tuple(one for one in _paid(run, SECTOR, [share]) if one.key != "due")
    rows = []
    for code in codes:
        row = _paid_row(pair.paid_sectors[code])
        row = {c.key: row[c.key] for c in columns if c.key in row}
        rows.append({"sector": run.sectors[code], **row,
                     "borne": pair.paid_sectors[code]["buyer_share"]})  # fmt: skip
    title = f"{run.names[pair.importer]} buys from {run.names[pair.exporter]}, by sector: "
    key = key_of("paid-sectors", pair.importer)
    return Table(key, title + run.titles[run.last], columns, tuple(rows), on=SHOWN)


def horizons(run: RunFacts, found: HorizonFacts) -> Table:
    """Return real income and terms of trade at a horizon and in the long run."""
    columns, groups = [VARIANT], [("", 1)]
    for code in run.focus:
        for key, what in (("income", "real income"), ("terms", "terms of trade")):
            groups.append((f"{run.names[code]}: {what}", 2))
            meaning = f"{run.names[code]}: {what}, per cent of income"
            columns += [
                Column(key_of(key, when, code), title, f"{meaning}, {title}", EXACT)
                for when, title in (("now", found.horizon), ("later", "long-run"))
            ]
    rows: dict[str, dict] = {name: {"variant": v.mark} for name, v in run.variants.items()}
    for case in found.cases:
        for key, both in (("income", case.income), ("terms", case.terms)):
            for when, value in zip(("now", "later"), both, strict=True):
                rows[case.variant][key_of(key, when, case.country)] = value
    title = "Per cent of income at both horizons"
    return Table("horizons", title, tuple(columns), tuple(rows.values()), groups=tuple(groups))


def solution(run: RunFacts) -> Table:
    """Return how each variant was solved."""
    equations = sorted({key for v in run.variants.values() for key in v.residuals})
    columns = (
        VARIANT,
        Column("status", "status", "how the solver ended"),
        Column("iterations", "iterations", "steps of the solver", COUNT),
        *(Column(key_of("gap", key), f"residual, {key}", "largest relative gap of the equation")
          for key in equations),
    )  # fmt: skip
    rows = tuple(
        {"variant": v.mark.text, "status": v.status, "iterations": v.iterations,
         **{key_of("gap", key): f"{v.residuals.get(key, 0.0):.1e}" for key in equations}}
        for v in run.variants.values()
    )  # fmt: skip
    return Table("solution", "Largest relative gap of each equation", columns, rows, on=SHOWN)


def pairs(key: str, title: str, lines: Iterable[tuple[str, str]]) -> Table:
    """Return terms and what they mean."""
    columns = (Column("term", "", "what is told"), Column("meaning", "", "what it is"))
    rows = tuple({"term": term, "meaning": meaning} for term, meaning in lines)
    return Table(key, title, columns, rows, on=EVERYWHERE - {"data"}, look="pairs")
