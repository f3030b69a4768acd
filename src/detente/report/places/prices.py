"""What a run shows of the prices that US households pay."""

from __future__ import annotations

from typing import Any

from detente.document.blocks import Column, Fold, Note, Section, Sentence, Table, Unit
from detente.document.numbers import money_unit, spoken
from detente.places.prices import HOUSEHOLDS, HouseholdCost
from detente.report.run.tables import RATE

USD = Unit("USD a household", decimals=0, sign=True)
MONEY = money_unit("million USD")
PUBLISHED = (
    ("Amiti, Redding and Weinstein, May 2019", "tariffs of 2018", 414.0,
     "importers' duties and lost trade, all imports"),
    ("Amiti, Redding and Weinstein, May 2019", "with 25% on the third list", 831.0,
     "importers' duties and lost trade, all imports, before buyers settle"),
    ("Congressional Budget Office, January 2020", "tariffs in force, effect in 2020", 1277.0,
     "mean real income lost, the whole economy's reaction"),
    ("Budget Lab at Yale, November 2025", "all tariffs of 2025", 1700.0,
     "consumer prices before substitution, full pass-through"),
    ("Tax Foundation, November 2025", "all tariffs of 2025", 1200.0,
     "taxes paid, shared among households"),
)  # fmt: skip
"""Published costs of a household, USD a year. From general knowledge, not checked."""


def section(cost: HouseholdCost, shown: str) -> Section:
    """Say what a household pays more, for what, and what others found for other tariffs."""
    blocks: tuple[Any, ...] = (
        *map(Sentence, sentences(cost, shown)),
        Fold("By category of consumption", (categories(cost, shown),)),
        Fold("By commodity: duties, imports and home goods", (commodities(cost, shown),)),
        Fold("Published estimates", (published(),)),
        *map(Note, NOTES),
    )
    return Section("prices", "Prices that US households pay", blocks)


NOTES = (
    "All of a rise of duties is passed on, producers pass on what inputs cost them, shops and "
    "carriers add the same money as before, and nobody buys anything else: what is bought is that "
    "of 2024. Duties handed back by the treasury are not counted.",
    f"Source: US Bureau of Economic Analysis, input-output tables 2024 with imports apart and "
    f"consumer bridge; rises of duties weighted by the baseline's trade; {HOUSEHOLDS / 1e6:.1f} "
    "million households (2024, Census Bureau, general knowledge).",
)


def sentences(cost: HouseholdCost, shown: str) -> list[str]:
    """Say the cost of a household, and how much of it is by way of home goods."""
    if abs(cost.per_household) < 0.5:
        return [f"Under {shown} US duties do not change what households pay."]
    total, direct = (cost.by_category[key].to_numpy().sum() for key in ("cost_musd", "direct_musd"))
    more = "more" if cost.per_household > 0 else "less"
    size = spoken(cost.price_pct, RATE)
    return [
        f"Under {shown} a US household pays ${abs(cost.per_household):,.0f} a year {more} for what "
        f"it buys, {size} of it, if all duties are passed on.",
        f"{100 * direct / total:.0f}% of that is on imports that households buy, the rest on home "
        "goods made of dearer inputs.",
    ]


def categories(cost: HouseholdCost, shown: str) -> Table:
    """Return what each category costs more, the largest first."""
    frame: Any = cost.by_category
    order = frame["cost_musd"].abs().sort_values(ascending=False).index
    columns = (
        Column("category", "", "category of consumption (BEA)"),
        Column("per_household_usd", "Cost", "rise of what a household pays a year", USD),
        Column("price_pct", "Price", "rise of the category's price", RATE),
        Column("spending_musd", "Spending, 2024", "what all households spend on it", MONEY),
    )
    rows = frame.loc[order].reset_index()
    kept = rows[[column.key for column in columns]].to_dict("records")
    return Table("household-cost", f"What a household pays more, {shown}", columns, tuple(kept))


def commodities(cost: HouseholdCost, shown: str) -> Table:
    """Return duties and prices by commodity."""
    frame: Any = cost.by_commodity
    frame = frame[frame["rise_pct"].abs() > 0].sort_values("duties_musd", ascending=False)
    columns = (
        Column("commodity", "Code", "commodity (BEA summary)", hidden=True),
        Column("name", "", "name of the commodity"),
        Column("imports_musd", "Imports, 2024", "imports", MONEY),
        Column("rise_pct", "Duties", "rise of duties over the value of imports", RATE),
        Column("home_price_pct", "Home goods", "rise of home producers' prices", RATE),
    )
    rows = frame.reset_index()[[column.key for column in columns]].to_dict("records")
    return Table("commodity-prices", f"Duties and prices, {shown}", columns, tuple(rows))


def published() -> Table:
    """Return what others found."""
    columns = (
        Column("who", "", "who found it, from general knowledge, not checked"),
        Column("what", "Of", "tariffs that it is of"),
        Column("usd", "Cost", "cost of a household a year", USD),
        Column("means", "Means", "what is counted"),
    )
    keys = [column.key for column in columns]
    rows = tuple(dict(zip(keys, row, strict=True)) for row in PUBLISHED)
    note = "From general knowledge, not checked."
    return Table("published-costs", "What others found", columns, rows, note=note)
