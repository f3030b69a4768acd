"""Tables of a run: raw values in typed columns."""

from __future__ import annotations

import re
from collections.abc import Iterable

from detente.document.blocks import EVERYWHERE, Column, Mark, Place, Table, Unit
from detente.document.numbers import SHARE
from detente.report.facts import BEFORE, Rows
from detente.report.run.facts import (
    TRADE,
    HorizonFacts,
    PairFacts,
    RunFacts,
    drawn_sectors,
    paid_sectors,
    ranked_sectors,
)

EXACT = Unit("%", decimals=3, sign=True)
CHANGE = Unit("%", decimals=2, sign=True)
RATE = Unit("%", decimals=2)
SHOWN: frozenset[Place] = frozenset(("terminal", "page"))
"""Of tables whose figures the data have in full elsewhere."""
MOST_MOVED = 7
_MEASURES = {
    "real_income_pct": ("exact", "income over the consumer price index"),
    "first_order_pct": ("first-order", "approximation of the exact change: terms plus volume"),
    "terms_of_trade_pct": ("= terms", "terms-of-trade part of the first-order change"),
    "volume_of_trade_pct": ("+ volume", "volume-of-trade part of the first-order change"),
    "real_wage_pct": ("wage", "wage over the consumer price index"),
    "price_index_pct": ("prices", "consumer price index, against the numeraire"),
    "exports_pct": ("exports", "exports of all goods and services, fob"),
    "imports_pct": ("imports", "imports of all goods and services, fob"),
}


def key_of(*parts: object) -> str:
    """Return a key made of parts: codes of economies and sectors may hold any letter."""
    return "_".join(re.sub(r"[^A-Za-z0-9.:>=+-]", "_", str(part)) for part in parts)


def by_variant(run: RunFacts, meaning: str, unit: Unit) -> list[Column]:
    """Return a column a variant, each named by its letter at a terminal."""
    return [
        Column(f"under_{name}", v.mark.text, f"{meaning} under “{v.mark.text}”", unit, v.mark.short)
        for name, v in run.variants.items()
    ]


def variants(run: RunFacts) -> Table:
    """Return what variants do to the economies in focus, and how each was solved."""
    worth = run.unit.unit(1, sign=True, per="a year")
    compared = any(v.later for v in run.variants.values())
    columns, rows = [Column("variant", "", "variant of the scenario")], []
    for code in run.focus:
        name = run.names[code]
        meaning = f"{name}: exact change"
        columns.append(Column(key_of("real_income", code), name, meaning, EXACT, code))
    for code in run.focus:
        name = run.names[code]
        meaning = f"{name}: exact change of real income times baseline income"
        title, short = f"{name}, worth", f"{code} worth"
        columns.append(Column(key_of("worth", code), title, meaning, worth, short))
    for code in run.focus if compared else ():
        meaning = f"{run.names[code]}: exact change in the long run"
        title = f"{run.names[code]}, long run"
        short = f"{code} long run"
        columns.append(Column(key_of("long_run", code), title, meaning, EXACT, short))
    columns.append(
        Column("world", "all economies", "the sum of what changes are worth", worth, "all")
    )
    columns.append(Column("solved", "status", "how it was solved"))
    for variant in run.variants.values():
        mark = variant.mark
        rows.append(
            {
                "variant": Mark(mark.text, mark.tone, f"{mark.short}  {mark.text}"),
                "world": sum(row["real_income_musd"] for row in variant.countries.values()),
                "solved": variant.status,
                **{key_of("real_income", code): variant.change(code) for code in run.focus},
                **{
                    key_of("worth", code): variant.countries[code]["real_income_musd"]
                    for code in run.focus
                },
                **{
                    key_of("long_run", code): variant.later[code]["real_income_pct"]
                    for code in run.focus
                    if variant.later
                },
            }
        )
    return Table("variants", "Real income by variant, exact change", tuple(columns), tuple(rows))


def real_income(run: RunFacts) -> Table:
    """Return the change of real income of every economy, those in focus first."""
    columns = (
        Column("economy", "", "economy"),
        *by_variant(run, "exact change of real income", EXACT),
    )
    rows = tuple(
        {
            "economy": Mark(run.names[code], "strong" if code in run.focus else ""),
            **{f"under_{name}": v.change(code) for name, v in run.variants.items()},
        }
        for code in run.focus_first
    )
    return Table("real-income", "Real income, exact change", columns, rows)


def detail(run: RunFacts, name: str) -> Table:
    """Return a variant in more measures: exact and first-order are different numbers."""
    revenue = run.unit.unit(1, sign=True)
    columns = (
        Column("economy", "", "economy"),
        *(
            Column(key, title, meaning, CHANGE if key in ("exports_pct", "imports_pct") else EXACT)
            for key, (title, meaning) in _MEASURES.items()
        ),
        Column(
            "revenue",
            "tariff revenue",
            "change of the revenue of import tariffs",
            revenue,
            "revenue",
        ),
    )
    countries = run.variants[name].countries
    rows = tuple(
        {
            "economy": Mark(run.names[code], "strong" if code in run.focus else ""),
            **{key: countries[code][key] for key in _MEASURES},
            "revenue": countries[code]["tariff_revenue_change_musd"],
        }
        for code in run.focus_first
    )
    note = "exact: real income; first-order: its approximation = terms + volume of trade"
    title = f"{run.titles[name]}, in detail"
    return Table(key_of("detail", name), title, columns, rows, note=note, on=SHOWN)


def trade(run: RunFacts) -> Table:
    """Return goods that the economies in focus buy from each other, duties and who bears them."""
    level, rows = run.unit.unit(2), []
    columns = [Column("variant", "", "the baseline, or a variant of the scenario")]
    for pair in run.pairs:
        buyer, seller = run.names[pair.importer], run.names[pair.exporter]
        what = f"goods that {buyer} buys from {seller}"
        columns += [
            Column(key_of(key, pair.importer), title, meaning, unit)
            for key, title, meaning, unit in (
                ("value", f"{buyer} buys", f"{what}, fob", level),
                ("change", "change", f"{what}, fob", CHANGE),
                ("tariff", "mean tariff", f"on {what}, weighted by trade of the baseline", RATE),
                ("due", "due on what is traded", f"duties over fob value of {what}", RATE),
                ("borne", "borne by buyers", f"share of the changed wedge on {what}", SHARE),
                ("revenue", "revenue", f"tariff revenue of {buyer}, of all imports", level),
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
    unit = run.unit.unit(1, sign=True)
    columns = (
        Column("variant", "", "the baseline, or a variant of the scenario"),
        Column("goods", "goods", "sold less bought, fob", unit),
        Column("all_trade", "goods and services", "sold less bought, fob", unit),
        Column("value_added", "in value added", "what each side adds to the other's final "
               "purchases, by way of third economies too", unit),
    )  # fmt: skip
    found = run.balances
    rows = tuple(
        {"variant": title, "goods": found["goods"][name], "all_trade": found["all trade"][name],
         "value_added": found["in value added"][name]}
        for name, title in _from_baseline(run)
    )  # fmt: skip
    a, b = (run.names[code] for code in run.focus)
    return Table("balance", f"{a}, balance with {b}", columns, rows)


def _from_baseline(run: RunFacts) -> list[tuple[str, Mark | str]]:
    """Return ids and names of the baseline and of every variant."""
    marks = [(name, variant.mark) for name, variant in run.variants.items()]
    return [(BEFORE, f"Before ({run.year})"), *marks]


def most_moved(run: RunFacts, name: str, code: str) -> Table:
    """Return the sectors of an economy that move most under a variant."""
    columns = (
        Column("sector", "", "sector"),
        Column("output", "output", "gross output in quantity", CHANGE),
        Column("jobs", "jobs", "labour input", CHANGE),
        Column("price", "price", "cost of a unit of output, against the numeraire", CHANGE),
        Column("worth", "output", "gross output in value", run.unit.unit(1, sign=True)),
    )
    ranked = ranked_sectors(run.variants[name].sectors[code])
    rows = tuple(
        {"sector": run.sectors[sector], "output": row["output_volume_pct"],
         "jobs": row["employment_pct"], "price": row["producer_price_pct"],
         "worth": row["output_change_musd"]}
        for sector, row in list(ranked.items())[:MOST_MOVED]
    )  # fmt: skip
    title = f"{run.names[code]}, {run.titles[name]}: sectors that move most"
    return Table(key_of("moved", name, code), title, columns, rows, on=SHOWN)


def drawn_output(run: RunFacts) -> Table:
    """Return the output of the sectors that move most in either economy under any variant."""
    columns = [Column("sector", "", "sector")]
    columns += [
        Column(
            key_of(name, code),
            run.names[code],
            f"{run.names[code]}: gross output in quantity under “{variant.mark.text}”",
            CHANGE,
        )
        for name, variant in run.variants.items()
        for code in run.focus
    ]
    rows = tuple(
        {"sector": run.sectors[sector],
         **{key_of(name, code): variant.sectors[code][sector]["output_volume_pct"]
            for name, variant in run.variants.items() for code in run.focus}}
        for sector in drawn_sectors(run)
    )  # fmt: skip
    return Table("sectors-hit", "Output by sector, in quantity", tuple(columns), rows,
                 groups=_groups(run, 1, len(run.focus)), on=SHOWN)  # fmt: skip


def sectors(run: RunFacts, code: str) -> Table:
    """Return output and employment of every sector of an economy."""
    columns = [Column("sector", "", "sector")]
    for name, variant in run.variants.items():
        under = f"under “{variant.mark.text}”"
        columns.append(Column(f"output_{name}", "output", f"output in quantity {under}", CHANGE))
        columns.append(Column(f"jobs_{name}", "jobs", f"labour input {under}", CHANGE))
    rows = []
    for sector, title in run.sectors.items():
        row: dict = {"sector": title}
        for name, variant in run.variants.items():
            found = variant.sectors[code][sector]
            row |= {f"output_{name}": found["output_volume_pct"],
                    f"jobs_{name}": found["employment_pct"]}  # fmt: skip
        rows.append(row)
    title = f"{run.names[code]}: output (quantity) and employment by sector"
    return Table(key_of("sectors", code), title, tuple(columns), tuple(rows),
                 groups=_groups(run, 1, 2), on=SHOWN)  # fmt: skip


def _groups(run: RunFacts, before: int, each: int) -> tuple[tuple[str | Mark, int], ...]:
    """Span the columns of each variant, after some columns of none."""
    return (*[("", 1)] * before, *((v.mark, each) for v in run.variants.values()))


def diversion(run: RunFacts, pair: PairFacts) -> Table:
    """Return how an economy's purchases from all but one partner change."""
    meaning = "change of goods purchases at fob prices"
    unit = run.unit.unit(2, sign=True)
    columns = (Column("partner", "", "bought from"), *by_variant(run, meaning, unit))
    names = {**run.names, "domestic": f"{run.names[pair.importer]} (at home)"}
    rows = tuple(
        {"partner": names[code],
         **{f"under_{name}": found[code]["change_musd"] for name, found in pair.partners.items()}}
        for code in next(iter(pair.partners.values()))
    )  # fmt: skip
    buyer, seller = run.names[pair.importer], run.names[pair.exporter]
    title = f"{buyer}, change of goods purchases from all but {seller}, fob"
    return Table(key_of("diversion", pair.importer), title, columns, rows)


def tariffs(run: RunFacts, pair: PairFacts) -> Table:
    """Return the tariffs of an economy on goods from another by sector, before and after."""
    columns = (
        Column("sector", "", "sector"),
        Column("trade", "trade before", "trade at baseline, fob", run.unit.unit(2)),
        Column("in_baseline", "before", "ad valorem on the fob value, in the baseline", RATE),
        *(
            Column(f"under_{name}", "after", f"the same under “{v.mark.text}”", RATE)
            for name, v in run.variants.items()
        ),
    )
    rows = tuple(
        {"sector": run.sectors[code], "trade": row[TRADE], "in_baseline": row[BEFORE],
         **{f"under_{name}": row[name] for name in run.variants}}
        for code, row in pair.tariffs.items()
    )  # fmt: skip
    title = f"{run.names[pair.importer]} on goods from {run.names[pair.exporter]}: tariff on fob"
    key = key_of("tariffs", pair.importer)
    return Table(key, title, columns, rows, groups=_groups(run, 3, 1))


def paid(run: RunFacts, pair: PairFacts) -> Table:
    """Return who bears the changed wedge of one flow by variant."""
    price, money = Unit("%", decimals=2, sign=True), run.unit.unit(2, sign=True)
    against = tuple(next(iter(pair.paid.values())))
    columns = (
        Column("variant", "", "variant of the scenario"),
        Column("wedge", "wedge", "what buyers pay over what sellers get, log × 100", price),
        Column("seller", "seller", "what sellers get, log × 100", price),
        Column("buyer", "buyer", "what buyers pay, log × 100", price),
        *(
            Column(f"borne_{one}", one, f"share of the wedge that buyers bear, against {one}",
                   SHARE)
            for one in against
        ),
        Column("due", "due on old trade", "what new rates would bring on old trade", money),
        Column("revenue", "revenue", "change of the revenue of the duties", money),
        Column("bill", "paid in all", "change of what buyers pay, duties included", money),
    )  # fmt: skip
    rows = tuple(
        {
            "variant": variant.mark,
            **_prices(pair.paid[name]["world"]),
            **{f"borne_{one}": pair.buyers_share(name, one) for one in against},
            "due": pair.paid[name]["world"]["duty_on_old_trade_musd"],
        }
        for name, variant in run.variants.items()
    )
    title = f"{run.names[pair.importer]} buys from {run.names[pair.exporter]}"
    groups = (("", 1), ("prices", 3), ("borne by buyers, against", len(against)), ("", 3))
    key = key_of("paid", pair.importer)
    return Table(key, f"{title}: who bears the change", columns, rows, groups=groups)


def _prices(row: dict[str, float]) -> dict[str, float]:
    return {
        "wedge": 100 * row["wedge"],
        "seller": 100 * row["seller_price"],
        "buyer": 100 * row["buyer_price"],
        "revenue": row["revenue_change_musd"],
        "bill": row["bill_change_musd"],
    }


def paid_by_sector(run: RunFacts, pair: PairFacts) -> Table | None:
    """Return it of the last variant for the sectors with most trade whose wedge changes."""
    codes = paid_sectors(pair)
    if not codes:
        return None
    columns = [Column("sector", "", "sector")]
    of_all = {column.key: column for column in paid(run, pair).columns}
    columns += [of_all[key] for key in ("wedge", "seller", "buyer")]
    columns.append(Column("borne", "borne by buyers", "share of the wedge", SHARE))
    columns += [of_all[key] for key in ("revenue", "bill")]
    rows = tuple(
        {"sector": run.sectors[code], **_prices(pair.paid_sectors[code]),
         "borne": pair.paid_sectors[code]["buyer_share"]}
        for code in codes
    )  # fmt: skip
    title = f"{run.names[pair.importer]} buys from {run.names[pair.exporter]}, by sector: "
    key = key_of("paid-sectors", pair.importer)
    return Table(key, title + run.titles[run.last], tuple(columns), rows, on=SHOWN)


def horizons(run: RunFacts, found: HorizonFacts) -> Table:
    """Return real income and terms of trade at a horizon and in the long run."""
    columns, groups = [Column("variant", "", "variant of the scenario")], [("", 1)]
    for code in run.focus:
        for key, what in (("income", "real income"), ("terms", "terms of trade")):
            groups.append((f"{run.names[code]}: {what}", 2))
            meaning = f"{run.names[code]}: {what}, per cent of income"
            columns += [
                Column(key_of(key, when, code), title, f"{meaning}, {title}", EXACT)
                for when, title in (("now", found.horizon), ("later", "long-run"))
            ]
    rows: Rows | dict = {name: {"variant": v.mark} for name, v in run.variants.items()}
    for case in found.cases:
        for key, (now, later) in (("income", case.income), ("terms", case.terms)):
            rows[case.variant][key_of(key, "now", case.country)] = now
            rows[case.variant][key_of(key, "later", case.country)] = later
    title = "Per cent of income at both horizons"
    return Table("horizons", title, tuple(columns), tuple(rows.values()), groups=tuple(groups))


def solution(run: RunFacts) -> Table:
    """Return how each variant was solved."""
    equations = sorted({key for v in run.variants.values() for key in v.residuals})
    columns = (
        Column("variant", "", "variant of the scenario"),
        Column("status", "status", "how the solver ended"),
        Column("iterations", "iterations", "steps of the solver", Unit(kind="count")),
        *(
            Column(key_of("gap", key), f"residual, {key}", "largest relative gap of the equation")
            for key in equations
        ),
    )
    rows = tuple(
        {"variant": v.mark.text, "status": v.status, "iterations": v.iterations,
         **{key_of("gap", key): f"{v.residuals.get(key, 0.0):.1e}" for key in equations}}
        for v in run.variants.values()
    )  # fmt: skip
    title = "Largest relative gap of each equation"
    return Table("solution", title, columns, rows, on=frozenset(("page",)))


def pairs(key: str, title: str, lines: Iterable[tuple[str, str]]) -> Table:
    """Return terms and what they mean."""
    columns = (Column("term", "", "what is told"), Column("meaning", "", "what it is"))
    rows = tuple({"term": term, "meaning": meaning} for term, meaning in lines)
    return Table(key, title, columns, rows, on=EVERYWHERE - {"data"}, look="pairs")
