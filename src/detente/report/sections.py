"""The sections of the HTML report that show results: figures, each with its table."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from detente.report import accounts, charts, facts, words
from detente.report.chart_parts import Spec
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

Charts = dict[str, Spec]


def lead(result: ScenarioResult) -> str:
    """Open with the last variant in one sentence, then what sets the variants apart."""
    name = list(result.variants)[-1]
    points = [text("li", sentence) for sentence in words.comparison(result)]
    listing = tag("ul", *points) if points else ""
    first = text("p", words.headline(result, name))
    return tag("section", text("h2", "In short"), first, listing, class_="lead")


def chooser(result: ScenarioResult) -> str:
    """Let the reader choose the variant that all charts of one variant show."""
    last = list(result.variants)[-1]
    options = "".join(
        f'<option value="{escape(name)}"{" selected" if name == last else ""}>{escape(title)}'
        "</option>"
        for name, title in facts.variant_titles(result).items()
    )
    label = text("label", "Variant", for_="variant")
    return tag(
        "div", label, tag("select", options, id="variant", autocomplete="off"), class_="choose"
    )


def variants(result: ScenarioResult) -> str:
    """Key figures and sentences of every variant; the page shows the chosen one."""
    notes = {v.id: v.note for v in result.scenario.variants}
    blocks = []
    for name, title in facts.variant_titles(result).items():
        cards = [_income_card(result, name, code) for code in facts.focus(result)]
        cards += _balance_card(result, name)
        sentences = [words.headline(result, name), words.breadth(result, name)]
        sentences.append(words.bilateral(result, name))
        note = notes.get(name)
        blocks.append(
            tag(
                "section",
                text("h2", title),
                tag("div", *cards, class_="cards"),
                *(text("p", sentence) for sentence in sentences if sentence),
                text("p", note, class_="note") if note else "",
                class_="of-variant",
                data_variant=name,
            )
        )
    return tag("div", *blocks, aria_live="polite")


def _income_card(result: ScenarioResult, variant: str, code: str) -> str:
    row = facts.countries(result.variants[variant])[code]
    unit = facts.money(result.calibration)
    value = row["real_income_pct"]
    tone = "" if abs(value) < words.NEGLIGIBLE_PCT else " gain" if value > 0 else " loss"
    worth = words.money(row["real_income_musd"], unit, sign=True)
    revenue = words.money(row["tariff_revenue_change_musd"], unit, sign=True)
    moved = ""
    # heads of a Roy model follow wages even where hardly any labour moves: not what a reader means
    if math.isinf(result.variants[variant].equilibrium.options.structure.labour_mobility):
        share = words.amount(row["reallocation_pct"])
        moved = text("p", f"{share}% of workers (by wage bill) change sector", class_="small")
    wage = words.pct(row["real_wage_pct"])
    idle = row["unemployment_pct"]
    jobless = f"; {words.amount(idle)}% of workers without work" if idle > 5e-4 else ""
    mean = " on average, the idle included" if jobless else ""
    return tag(
        "div",
        text("h3", f"{facts.country_names(result.calibration)[code]}, real income"),
        text("p", words.pct(value), class_=f"big{tone}"),
        text("p", f"{worth} a year", class_="small"),
        text("p", f"real wage {wage}{mean}{jobless}", class_="small"),
        text("p", f"tariff revenue {revenue}", class_="small"),
        moved,
        class_="card",
    )


def _balance_card(result: ScenarioResult, variant: str) -> list[str]:
    if len(facts.focus(result)) < 2:
        return []
    a, b = facts.focus(result)
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    sold, bought = facts.flow(result, a, b), facts.flow(result, b, a)
    before, after = (sold[k]["value"] - bought[k]["value"] for k in (facts.BEFORE, variant))
    return [
        tag(
            "div",
            text("h3", f"{names[a]}, goods balance with {names[b]}"),
            text("p", words.money(after, unit, sign=True), class_="big"),
            text("p", f"{words.money(before, unit, sign=True)} before", class_="small"),
            text("p", f"change {words.money(after - before, unit, sign=True)}", class_="small"),
            class_="card",
        )
    ]


def incomes(result: ScenarioResult, specs: Charts) -> str:
    """Who gains and who loses."""
    titles = facts.variant_titles(result)
    specs["real-income"] = charts.real_income(result)
    names = facts.country_names(result.calibration)
    found = {v: facts.countries(result.variants[v]) for v in titles}
    rows = [
        [names[code], *(found[v][code][k] for v in titles for k in _BOTH_MEASURES)]
        for code in result.calibration.country_codes
    ]
    both = table(
        ["", *((title, 2) for title in titles.values())],
        rows,
        caption="Per cent of real income: exact change, and its first-order approximation",
        heads_below=["", *["exact", "first-order"] * len(titles)],
    )
    figures = [_figure("real-income", "By economy", "Exact change of real income, %", both)]
    if facts.focus(result):
        specs["focus"] = charts.focus_by_variant(result)
        note = "The economies in focus under every variant, exact, %"
        unit = facts.money(result.calibration)
        worths = {
            v: [found[v][code]["real_income_musd"] / unit.divisor for code in facts.focus(result)]
            for v in titles
        }
        rows = [[title, *worths[v]] for v, title in titles.items()]
        worth = table(
            ["", *(names[code] for code in facts.focus(result))],
            rows,
            caption=f"What the change is worth, {unit.label} a year",
            decimals=2,
        )
        figures.append(_figure("focus", "By variant", note, worth))
    return _section("Who gains, who loses", "", figures)


_BOTH_MEASURES = ("real_income_pct", "first_order_pct")


def flows(result: ScenarioResult, specs: Charts) -> str:
    """Show trade between the two economies in focus."""
    unit = facts.money(result.calibration)
    names = facts.country_names(result.calibration)
    titles = {
        facts.BEFORE: f"Before ({result.calibration.card.year})",
        **facts.variant_titles(result),
    }

    def one(key: str, importer: str, exporter: str) -> str:
        specs[key] = charts.bilateral_flow(result, exporter, importer)
        due = accounts.effective_tariff(result, importer, exporter)
        rows = [
            [
                titles[name],
                words.amount(row["value"] / unit.divisor, 2),
                row["pct"],
                words.amount(row["tariff_pct"], 2),
                words.amount(due[name], 2),
            ]
            for name, row in facts.flow(result, exporter, importer).items()
        ]
        heads = ["", unit.label, "change, %", "mean tariff, %", "due on what is traded, %"]
        caption = f"{names[importer]} buys from {names[exporter]}: goods, fob"
        shown = table(heads, rows, caption=caption, decimals=2)
        title = f"{names[importer]} buys from {names[exporter]}"
        return _figure(key, title, f"Goods at fob prices, {unit.label}", shown)

    return _section("Trade between the two", "", _both_ways(result, "flow", one))


def sectors(result: ScenarioResult, specs: Charts) -> str:
    """Show the sectors hit most in the economies in focus."""
    if not facts.focus(result):
        return ""
    titles = facts.variant_titles(result)
    specs["sectors"] = charts.sector_output(result)
    names = facts.sector_names(result.calibration)
    economies = facts.country_names(result.calibration)
    tables = []
    for code in facts.focus(result):
        found = {v: facts.sectors(result.variants[v], code) for v in titles}
        rows = [
            [
                name,
                *(found[v][s][k] for v in titles for k in ("output_volume_pct", "employment_pct")),
            ]
            for s, name in names.items()
        ]
        caption = f"{economies[code]}: output (quantity) and employment by sector, per cent"
        heads = ["", *((title, 2) for title in titles.values())]
        below = ["", *["output", "jobs"] * len(titles)]
        tables.append(table(heads, rows, caption=caption, heads_below=below, decimals=2))
    least = 100 * facts.MATERIAL_SHARE
    note = (
        "Change of output in quantity, %, of the sectors that move most in either economy under "
        "any variant "
        f"(sectors below {least:g}% of an economy's output left out)"
    )
    return _section("Sectors", "", [_figure("sectors", "Output by sector", note, "".join(tables))])


def diverted(result: ScenarioResult, specs: Charts) -> str:
    """Show where the change of mutual purchases reappears."""
    unit = facts.money(result.calibration)
    names = {**facts.country_names(result.calibration), "domestic": "at home"}
    titles = facts.variant_titles(result)
    sentences = [
        # where no script shows one variant at a time, each sentence says which it is about
        tag("p", text("span", f"{title}: ", class_="which"), escape(sentence), data_variant=variant)
        for variant, title in titles.items()
        for pair in _pairs(result)
        if (sentence := words.diverted(result, variant, *pair))
    ]

    def one(key: str, importer: str, exporter: str) -> str:
        specs[key] = charts.diversion(result, exporter, importer)
        found = {v: facts.partners(result.variants[v], importer, exporter) for v in titles}
        rows = [
            [names[code], *(found[v][code]["change_musd"] / unit.divisor for v in titles)]
            for code in next(iter(found.values()))
        ]
        caption = f"Change of goods purchases, {unit.label} at fob prices"
        shown = table(["", *titles.values()], rows, caption=caption, decimals=2)
        title = f"{names[importer]} buys elsewhere"
        note = f"Change of goods purchases from all but {names[exporter]}, {unit.label}"
        return _figure(key, title, note, shown)

    figures = _both_ways(result, "diversion", one)
    return _section("Where the trade goes instead", "".join(sentences), figures)


def tariffs(result: ScenarioResult, specs: Charts) -> str:
    """Show the tariffs by sector, before and after."""
    names = facts.country_names(result.calibration)
    labels = facts.sector_names(result.calibration)
    titles = facts.variant_titles(result)

    def one(key: str, importer: str, exporter: str) -> str:
        specs[key] = charts.tariff_strip(result, exporter, importer)
        rows = [
            [labels[code], *(words.amount(row[k], 2) for k in (facts.BEFORE, *titles))]
            for code, row in facts.tariff_rows(result, importer, exporter).items()
        ]
        caption = "Ad valorem tariff on the fob value, per cent"
        shown = table(["", "before", *titles.values()], rows, caption=caption)
        title = f"{names[importer]} on goods from {names[exporter]}"
        return _figure(key, title, "Tariff on the fob value, %", shown)

    return _section("Tariffs by sector", "", _both_ways(result, "tariffs", one))


def _pairs(result: ScenarioResult) -> list[tuple[str, str]]:
    """Pairs (importer, exporter) of the economies in focus, both ways."""
    if len(facts.focus(result)) < 2:
        return []
    a, b = facts.focus(result)
    return [(a, b), (b, a)]


def _both_ways(result: ScenarioResult, key: str, one: Callable[[str, str, str], str]) -> list[str]:
    return [one(f"{key}-{n}", *pair) for n, pair in enumerate(_pairs(result), start=1)]


def _figure(key: str, title: str, note: str, shown: str) -> str:
    caption = tag(
        "figcaption", text("h3", title, id=f"{key}-title"), text("span", note, class_="note")
    )
    chart = tag("div", class_="chart", data_chart=key, role="group", aria_labelledby=f"{key}-title")
    label = f"{title}: figures as a table"
    details = tag("details", text("summary", "Figures as a table"), scroll(shown, label))
    return tag("figure", caption, chart, details)


def _section(title: str, intro: str, figures: Sequence[str]) -> str:
    if not figures:
        return ""
    return tag("section", text("h2", title), intro, tag("div", *figures, class_="charts"))
