"""Charts as plain Vega-Lite specifications.

Every function returns a dict that holds its own data. Charts of one variant at a time carry a
parameter ``variant``, which the page sets for all of them together. Text is drawn in
``currentColor``, so that a chart follows the colours of the page around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detente.document import chart_parts as part
from detente.document.chart_parts import Spec
from detente.report import facts, words

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

_CHOSEN = "datum.variant === variant"
_BEFORE = f"datum.variant === '{facts.BEFORE}'"
_CHOSEN_OR_BEFORE = f"{_CHOSEN} || {_BEFORE}"


def real_income(result: ScenarioResult) -> Spec:
    """Bars: exact change of real income by economy, largest gain first, one variant at a time."""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    rows = [
        {
            "variant": variant,
            "economy": names[code],
            "value": part.rounded(row["real_income_pct"]),
            "money": part.rounded(row["real_income_musd"] / unit.divisor),
            "first": part.rounded(row["first_order_pct"]),
            "label": words.pct(row["real_income_pct"]),
        }
        for variant, solution in result.variants.items()
        for code, row in facts.countries(solution).items()
    ]
    economy = part.band("economy", sort={"field": "value", "order": "descending"})
    economy["axis"]["labelFontWeight"] = part.bold([names[c] for c in facts.focus(result)])
    spec = part.chart(
        result,
        rows,
        "Bars: change of real income by economy, per cent",
        layer=part.signed_bars(),
        encoding={
            "y": economy,
            "x": part.measure("value", "Real income, % (exact)"),
            "tooltip": [
                part.tip("economy", "Economy"),
                part.tip("value", "Real income, exact, %", "+.3f"),
                part.tip("money", f"Worth, {unit.label} a year", "+,.2f"),
                part.tip("first", "First-order approximation, %", "+.3f"),
            ],
        },
        height=22 * len(names),
    )
    return part.one_variant(spec, _CHOSEN)


def focus_by_variant(result: ScenarioResult) -> Spec:
    """Bars: exact change of real income of the economies in focus, variant by variant."""
    names, titles = facts.country_names(result.calibration), facts.variant_titles(result)
    unit, codes = facts.money(result.calibration), facts.focus(result)
    rows = [
        {
            "variant": variant,
            "title": titles[variant],
            "economy": names[code],
            "place": 3 + 16 * place,
            "value": part.rounded(row["real_income_pct"]),
            "money": part.rounded(row["real_income_musd"] / unit.divisor),
            "label": words.pct(row["real_income_pct"]),
        }
        for variant, solution in result.variants.items()
        for place, code in enumerate(codes)
        for row in (facts.countries(solution)[code],)
    ]
    place = {"expr": "datum.place"}
    bar = {"type": "bar", "size": 13, "cornerRadius": 1, "yOffset": place}
    return part.chart(
        result,
        rows,
        "Bars: change of real income of the economies in focus by variant, per cent",
        layer=[
            {"mark": bar, "encoding": {"color": part.by_side([names[c] for c in codes])}},
            part.zero_ticks(36, 9.5),
            part.end_label("label", yOffset=place),
        ],
        encoding={
            "y": part.label_above("title", list(titles.values()), step=56),
            "x": part.measure_below("value", "Real income, % (exact)"),
            "tooltip": [
                part.tip("title", "Variant"),
                part.tip("economy", "Economy"),
                part.tip("value", "Real income, exact, %", "+.3f"),
                part.tip("money", f"Worth, {unit.label} a year", "+,.2f"),
            ],
        },
        height=56 * len(titles),
    )


def bilateral_flow(result: ScenarioResult, exporter: str, importer: str) -> Spec:
    """Bars: goods that one economy buys from the other, before and under every variant."""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    year = result.calibration.card.year
    titles = {facts.BEFORE: f"Before ({year})", **facts.variant_titles(result)}
    flow = facts.flow(result, exporter, importer)
    rows = [_flow_row(titles, variant, row, unit) for variant, row in flow.items()]
    # one scale for both directions, so that their bars compare
    back = facts.flow(result, importer, exporter)
    top = max(row["value"] for row in (*flow.values(), *back.values()))
    scale = {"domain": [0, part.rounded(1.4 * top / unit.divisor) or 1], "padding": 0}
    colour = part.SIDES[list(facts.focus(result)).index(importer)]
    bar = {"type": "bar", "size": 12, "cornerRadius": 1, "yOffset": 8}
    look = {
        "color": {
            "condition": {"test": _BEFORE, "value": part.NEUTRAL},
            "value": colour,
        },
        "opacity": {"condition": {"test": _CHOSEN_OR_BEFORE, "value": 1}, "value": 0.45},
    }
    return part.chart(
        result,
        rows,
        f"Bars: goods that {names[importer]} buys from {names[exporter]}, before and by variant",
        layer=[{"mark": bar, "encoding": look}, part.end_label("label", yOffset=8)],
        encoding={
            "y": part.label_above("title", list(titles.values()), step=40),
            "x": part.measure_below("value", f"{unit.label}, fob", **scale),
            "tooltip": [
                part.tip("title", "Variant"),
                part.tip("value", f"Value, {unit.label}, fob", ",.1f"),
                part.tip("change", "Change, %", "+.1f"),
                part.tip("tariff", "Mean tariff, %", ".1f"),
            ],
        },
        height=40 * len(titles),
    )


def _flow_row(
    titles: dict[str, str], variant: str, row: dict[str, float], unit: facts.Money
) -> dict:
    value = words.amount(row["value"] / unit.divisor)
    return {
        "variant": variant,
        "title": titles[variant],
        "value": part.rounded(row["value"] / unit.divisor),
        "change": part.rounded(row["pct"]),
        "tariff": part.rounded(row["tariff_pct"]),
        "label": value if variant == facts.BEFORE else f"{value} ({words.pct(row['pct'])})",
    }


def sector_output(result: ScenarioResult, count: int = 14) -> Spec:
    """Dots: output change of the sectors hit most, both economies in focus, one variant."""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    sectors, shown = facts.sector_names(result.calibration), facts.shown_sectors(result, count)
    sides = [names[code] for code in facts.focus(result)]
    point = {"type": "point", "filled": True, "size": 95, "opacity": 1}
    sector = part.label_above("sector", [sectors[code] for code in shown], step=34)
    x = part.measure_below("value", "Output, %", padding=16)
    extremes = {
        "x": {**x, "aggregate": "min"},
        "x2": {"field": "value", "aggregate": "max"},
        "y": sector,
    }
    dots = {
        "y": sector,
        "x": x,
        "color": part.by_side(sides),
        "shape": {"field": "economy", "scale": {"domain": sides}, "legend": {"title": None}},
        "tooltip": [
            part.tip("sector", "Sector"),
            part.tip("economy", "Economy"),
            part.tip("value", "Output, %", "+.2f"),
            part.tip("money", f"Output, {unit.label}", "+,.2f"),
            part.tip("jobs", "Employment, %", "+.2f"),
            part.tip("price", "Producer price, %", "+.2f"),
        ],
    }
    zero = part.zero_ticks(16, 8)
    rule = {"type": "rule", "color": "currentColor", "opacity": 0.25, "yOffset": 8}
    spec = part.chart(
        result,
        _sector_rows(result, shown),
        "Dots: change of output by sector in the economies in focus, per cent",
        layer=[
            {"mark": rule, "encoding": extremes},
            {"encoding": {"y": sector, **zero["encoding"]}, "mark": zero["mark"]},
            {"mark": {**point, "yOffset": 8}, "encoding": dots},
        ],
        height=34 * len(shown),
    )
    return part.one_variant(spec, _CHOSEN)


def _sector_rows(result: ScenarioResult, shown: list[str]) -> list[dict]:
    names, sectors = (
        facts.country_names(result.calibration),
        facts.sector_names(result.calibration),
    )
    unit = facts.money(result.calibration)
    return [
        {
            "variant": variant,
            "economy": names[country],
            "sector": sectors[code],
            "value": part.rounded(row["output_volume_pct"]),
            "jobs": part.rounded(row["employment_pct"]),
            "price": part.rounded(row["producer_price_pct"]),
            "money": part.rounded(row["output_change_musd"] / unit.divisor),
        }
        for variant, solution in result.variants.items()
        for country in facts.focus(result)
        for code, row in facts.sectors(solution, country).items()
        if code in shown
    ]


def diversion(result: ScenarioResult, exporter: str, importer: str) -> Spec:
    """Bars: how an importer's other goods purchases change, one variant at a time."""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    partners = {**names, "domestic": f"{names[importer]} (at home)"}
    rows = [
        {
            "variant": variant,
            "partner": partners[code],
            "value": part.rounded(row["change_musd"] / unit.divisor),
            "share": part.rounded(row["share_pct"]),
            "label": words.signed(row["change_musd"] / unit.divisor),
        }
        for variant, solution in result.variants.items()
        for code, row in facts.partners(solution, importer, exporter).items()
    ]
    spec = part.chart(
        result,
        rows,
        f"Bars: change of {names[importer]}'s goods purchases from all but {names[exporter]}",
        layer=part.signed_bars(),
        encoding={
            "y": part.band("partner", sort={"field": "value", "order": "descending"}),
            "x": part.measure("value", f"Change, {unit.label}, fob"),
            "tooltip": [
                part.tip("partner", "Bought from"),
                part.tip("value", f"Change, {unit.label}, fob", "+,.2f"),
                part.tip("share", f"Makes up for, % of the change with {names[exporter]}", ".1f"),
            ],
        },
        height=20 * (len(partners) - 2),
    )
    return part.one_variant(spec, _CHOSEN)


def tariff_strip(result: ScenarioResult, exporter: str, importer: str) -> Spec:
    """Heat strip: goods tariffs by sector before and after, one variant at a time."""
    names, unit = facts.country_names(result.calibration), facts.money(result.calibration)
    sectors = facts.sector_names(result.calibration)
    frame = facts.tariff_rows(result, importer, exporter)
    rows = [
        {
            "variant": variant,
            "when": "before" if variant == facts.BEFORE else "after",
            "sector": sectors[code],
            "rate": part.rounded(rates[variant]),
            "trade": part.rounded(rates[facts.TRADE] / unit.divisor),
        }
        for code, rates in frame.items()
        for variant in (facts.BEFORE, *result.variants)
    ]
    # one scale for both directions, so that their colours compare
    pairs = ((importer, exporter), (exporter, importer))
    tops = [
        max(rates[variant] for variant in (facts.BEFORE, *result.variants))
        for pair in pairs
        for rates in facts.tariff_rows(result, *pair).values()
    ]
    sector = part.band("sector", sort=[sectors[code] for code in frame], narrow=200)
    when = {
        "field": "when",
        "sort": ["before", "after"],
        "scale": {"paddingInner": 0.04, "paddingOuter": 0},
        "axis": {"title": None, "orient": "top", "labelAngle": 0},
    }
    spec = part.chart(
        result,
        rows,
        f"Table: tariffs of {names[importer]} on goods from {names[exporter]}, per cent",
        layer=part.heat_cells("rate", top=max(1.0, *tops)),
        encoding={
            "y": {**sector, "scale": {"padding": 0.06}},
            "x": when,
            "tooltip": [
                part.tip("sector", "Sector"),
                part.tip("when", "When"),
                part.tip("rate", "Tariff, % of the fob value", ".1f"),
                part.tip("trade", f"Trade before, {unit.label}", ",.2f"),
            ],
        },
        height=21 * len(frame),
    )
    return part.one_variant(spec, _CHOSEN_OR_BEFORE)
