"""Made-up documents: every kind of block, and the odd ones."""

from __future__ import annotations

import math
from datetime import date

from detente.document.blocks import (
    Card,
    Chart,
    Choice,
    Chooser,
    Column,
    Document,
    Fold,
    Link,
    Mark,
    Note,
    Section,
    Sentence,
    Table,
    Term,
    Unit,
)
from detente.document.numbers import CHANGE, COUNT, DAYS, PERCENT, SHARE, money_unit

USD = money_unit("million USD", sign=True)
LEVEL = money_unit("million USD")
HASH = "0" * 64
ABOUT = {
    "scenario": {"title": "Two sides", "sha256": HASH},
    "baseline": {
        "name": "made-up",
        "title": "A made-up world",
        "year": 2014,
        "unit": "million USD",
        "source": "made up",
        "licence": "",
        "elasticities": "4",
        "sha256": HASH,
    },
    "choices": {"draws": 200, "seed": None},
    "solver": {"residual": 1e-12},
}
LONG = "Wholesale and retail trade and repair of motor vehicles and motorcycles of every kind " * 2


def column(key: str, unit: Unit | None = None, title: str | None = None, **more) -> Column:
    return Column(key, key.replace("_", " ") if title is None else title, f"what {key} is", unit,
                  **more)  # fmt: skip


def gains() -> Table:
    """Who gains, by variant: ids beside titles, money and per cents, a name that is markup."""
    titles = {"tariffs": Mark("Tariffs of 25 points", short="A"), "deal": Mark("A deal", short="B")}
    columns = (
        column("economy", title=""),
        column("variant", hidden=True),
        column("under", title="Under"),
        column("income", CHANGE, "real income"),
        column("worth", USD),
        column("draws", SHARE, "share of draws that gain"),
    )
    rows = tuple(
        {"economy": name, "variant": variant, "under": titles[variant],
         "income": income * k, "worth": worth * k, "draws": share}
        for k, variant in ((1.0, "tariffs"), (-2.0, "deal"))
        for name, income, worth, share in (
            (Mark("United States", "strong"), -0.0712, -16_021.0, 0.31),
            ("China <b>&", 0.31, 28_400.0, 0.997),
            ("Mexico", 0.0, 0.0, 0.0),
            ("Rest of world", math.nan, math.nan, math.nan),
        )
    )  # fmt: skip
    return Table("gains", "Real income and its worth", columns, rows, marked=1)


def both() -> Table:
    """Who gains, with a column a variant under one head."""
    columns = (column("economy", title=""), *(
        column(f"{measure}_{k}", CHANGE, measure) for k in ("tariffs", "deal")
        for measure in ("exact", "first-order")
    ))  # fmt: skip
    rows = (
        {"economy": Mark("United States", "strong"), "exact_tariffs": -0.07,
         "first-order_tariffs": -0.08, "exact_deal": 0.14, "first-order_deal": 0.15},
        {"economy": "China", "exact_tariffs": 0.3, "first-order_tariffs": 0.31,
         "exact_deal": -0.6, "first-order_deal": -0.7},
        {"economy": "Mexico", "exact_tariffs": 0.0, "first-order_tariffs": 0.0,
         "exact_deal": 0.01, "first-order_deal": 0.02},
    )  # fmt: skip
    groups = (("", 1), (Mark("Tariffs of 25 points", short="A"), 2), (Mark("A deal", short="B"), 2))
    return Table("both", "Real income, exact and first-order", columns, rows, groups=groups)


def flows() -> Table:
    columns = (
        column("variant", title="Variant", short="", hidden=False),
        column("bought", LEVEL, "United States buys"),
        column("sold", LEVEL, "China buys"),
    )
    rows = (
        {"variant": "Before (2014)", "bought": 431_000.0, "sold": 120_300.0},
        {"variant": Mark("Tariffs of 25 points", short="A"), "bought": 310_020.0, "sold": 90_100.0},
        {"variant": Mark("A deal", "good", short="B"), "bought": 433_000.0, "sold": 181_000.0},
    )
    return Table("flows", "Goods that each buys from the other", columns, rows)


def ranges() -> Table:
    columns = (column("party", title=""), column("low", USD), column("median", USD),
               column("high", USD), column("central", USD))  # fmt: skip
    rows = (
        {"party": "United States", "low": -2.4, "median": 1.2, "high": 5.5, "central": 1.5},
        {"party": "China", "low": -220.0, "median": -81.0, "high": 31.0, "central": -60.0},
    )
    return Table("ranges", "Gain over no deal, nine tenths of draws", columns, rows)


def path() -> Table:
    columns = (column("day", title="Day"), column("usa", CHANGE, "United States"),
               column("chn", CHANGE, "China"))  # fmt: skip
    rows = (
        {"day": date(2018, 7, 6), "usa": 0.01, "chn": -0.02},
        {"day": date(2018, 9, 24), "usa": -0.05, "chn": -0.11},
        {"day": date(2019, 6, 15), "usa": -0.08, "chn": -0.29},
    )
    return Table("path", "Real income over time", columns, rows)


def sectors() -> Table:
    columns = (column("sector", title="Sector"), column("usa", CHANGE, "United States"),
               column("chn", CHANGE, "China"))  # fmt: skip
    rows = (
        {"sector": LONG, "usa": 0.4, "chn": -1.2},
        {"sector": "Motor vehicles", "usa": -2.4, "chn": 0.9},
        {"sector": "Electronics", "usa": 12.25, "chn": -8.0},
    )
    return Table("sectors", "Output by sector", columns, rows)


def tariffs() -> Table:
    columns = (column("good", title="Sector"), column("before", PERCENT), column("after", PERCENT))
    rows = (
        {"good": "Food", "before": 4.2, "after": 29.2},
        {"good": "Steel", "before": 0.0, "after": 25.0},
        {"good": "Cars", "before": 2.5, "after": 2.5},
    )
    return Table("tariffs", "Tariffs by sector", columns, rows)


def packages() -> Table:
    columns = (column("name", title="Package"), column("x", USD, "United States"),
               column("y", USD, "China"), column("here", title="here"),
               column("efficient", title="efficient"))  # fmt: skip
    rows = tuple(
        {
            "name": "predicted" if k == 3 else "",
            "x": -900.0 + 400 * k,
            "y": 2500.0 - 130 * k * k,
            "here": Mark("nobody is worse off", "good") if 2 < k < 5
            else Mark("somebody is worse off", "quiet"),
            "efficient": k in (3, 4),
        }
        for k in range(8)
    )  # fmt: skip
    return Table("packages", "What every package is worth", columns, rows)


def firm() -> Table:
    """Rows that differ in unit."""
    columns = (column("line", title=""), column("before"), column("ban", title="Ban on sales"))
    rows = (
        {"line": "sales", "before": 17_200.0, "ban": 9_310.0},
        {"line": "real income of China", "ban": -431.0},
        {"line": "output", "ban": -44.2},
        {"line": "days of stock", "before": 31, "ban": 0},
    )
    units = (LEVEL, USD, CHANGE, DAYS)
    return Table("firm", "A firm that is cut off", columns, rows, units=units,
                 note="The firm is a producer of its own.")  # fmt: skip


def measures() -> Table:
    columns = (column("who", title="By → on"), column("what", title="What"),
               column("source", title="Source"))  # fmt: skip
    rows = (
        {"who": "USA → CHN", "what": ("tariff +25 points on goods", Mark("If no deal.", "quiet")),
         "source": (Link("Notice & action", "https://example.org/?a=1&b=2"), "a speech")},
        {"who": "CHN → USA", "what": "purchases of $50bn", "source": None},
    )  # fmt: skip
    return Table("measures", "Measures", columns, rows, look="stack")


def shares() -> Table:
    columns = (column("assumption", title=""), column("usa", SHARE, "United States"),
               column("chn", SHARE, "China"))  # fmt: skip
    rows = (
        {"assumption": "Worth of North Korea's help", "usa": 0.65, "chn": 0.004},
        {"assumption": "Trade elasticities", "usa": 0.21, "chn": 0.88},
    )
    return Table("shares", "What the gain hangs on", columns, rows, look="bars")


def whole() -> Document:
    """Every block once."""
    income = Term("real income", "income over consumer prices")
    chooser = Chooser("option", "Variant", {"tariffs": "Tariffs of 25 points", "deal": "A deal"},
                      "deal")  # fmt: skip
    lead = Section("short", "In short", (
        Sentence("A deal costs the United States nothing and China 0.6% of real income.",
                 see=("gains",), terms=(income,)),
        Sentence("In nine of ten runs both sides prefer it to no deal."),
        Card("United States, real income", 0.142, CHANGE, ("$32bn a year",), "good"),
        Card("China, real income", -0.62, CHANGE, ("−$57bn a year",), "bad"),
        Card("Packages that both prefer", 41, COUNT, ("of 96 packages",)),
    ))  # fmt: skip
    who = Section("who", "Who gains, who loses", (
        Choice("option", {
            "tariffs": (Sentence("Tariffs cost the United States $16bn a year.",
                                 head=Mark("Tariffs of 25 points", short="A")),),
            "deal": (Sentence("A deal brings the United States $32bn a year."),
                     Sentence("Most of it is what China buys.")),
        }),
        Chart(both(), "bars", "economy", ("exact_tariffs", "exact_deal"), largest_first=True,
              by_option={"tariffs": ("exact_tariffs",), "deal": ("exact_deal",)}),
        Chart(gains(), "bars", "economy", ("income",), choice="variant", title="By economy",
              note="Exact change of real income", description="Bars: real income by economy"),
        Chart(flows(), "grouped", "variant", ("bought", "sold"), title="Between the two"),
        Chart(ranges(), "ranges", "party", ("low", "median", "high", "central")),
        Chart(path(), "steps", "day", ("usa", "chn")),
        Chart(sectors(), "dots", "sector", ("usa", "chn")),
        Chart(tariffs(), "heat", "good", ("before", "after")),
        Chart(packages(), "plane", "name", ("x", "y"), series="here", joined="efficient"),
    ), short="Who gains")  # fmt: skip
    paid = Table("paid", "Paid", (column("line", title=""), column("worth", USD),
                 column("rise", CHANGE)), ({"line": "duties", "worth": 12_400.0, "rise": 3.0},
                 {"line": "rents", "worth": -0.3, "rise": -1.5}))  # fmt: skip
    rest = Section("rests", "What it hangs on", (
        shares(), paid, Chart(paid, "bars", "line", ("worth",)), firm(), measures(),
        Table("model", "Model", (column("what", title="What"), column("said", title="Meaning")),
              ({"what": "Horizon", "said": "A year"}, {"what": "Balances", "said": "are given"}),
              look="pairs"),
        Fold("More", (Note("Draws do not vary the model."),
                      Table("more", "Days", (column("what", title=""), column("n", COUNT)),
                            ({"what": "days", "n": 1_280},)))),
    ), short="Hangs on")  # fmt: skip
    return Document("made-up", "A deal & its <script>alert(1)</script> price", (lead, who, rest),
                    eyebrow="Détente · 2018-05-15 · a made-up world", summary="Two sides talk.",
                    rests_on=("A made-up world of 2014.",), notes=("Made up, not measured.",),
                    chooser=chooser, contents=True, about=ABOUT)  # fmt: skip


def empty() -> Document:
    """A table without rows, and one whose numbers are none."""
    columns = (column("economy", title="Economy"), column("worth", USD))
    none = Table("none", "Nobody", columns, ())
    rows = ({"economy": "A", "worth": math.nan}, {"economy": "B", "worth": math.inf})
    lost = Table("lost", "Not a number", columns, rows)
    charts = (Chart(lost, "bars", "economy", ("worth",)),)
    about = {"baseline": ABOUT["baseline"]}
    return Document("made-up", "Nothing", (Section("s", "Nothing", (none, *charts)),), about=about)
