"""The report of a firm cut off: charts, tables and assumptions in one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.document import chart_parts as cp
from detente.document.chart_parts import free_chart as spec
from detente.document.html import page_html
from detente.report import facts, leverage, sanction_background
from detente.report.markup import table, tag, text
from detente.report.sanction_parts import axis, economies, figure, section, signed
from detente.report.sanction_words import (
    FULL_OUTPUT,
    headline,
    lost_interval,
    many,
    shutdown,
    threat,
    whose,
)
from detente.report.sanction_words import title as heading
from detente.report.sanction_world import income_figure, name_of, relief_of, world

if TYPE_CHECKING:
    from detente.sanction.study import SanctionResult

Specs = dict[str, cp.Spec]
LONG_RUN = (
    "The last day of the daily path fades into general equilibrium at the rate at which trade "
    "elasticities go to their long run; the two parts meet there. Rivals at home are no "
    "substitutes for the firm in this model beyond what buyers spend on them anyway."
)


def sanction_html(result: SanctionResult) -> str:
    """Return the report of one firm as HTML; beside others, what is its own."""
    specs: Specs = {}
    c, card = result.carved.calibration, result.card
    alone = not result.beside
    parts = [
        _lead(result),
        _path(result, specs),
        world([result], specs) if alone else _customers(result, specs),
        _long_run(result, specs),
        leverage.leverage_section(
            result.leverage, c, threat(result), specs, own=True, others=alone
        ),
        *([sanction_background.at_the_table([result])] if alone else []),
        sanction_background.assumptions(result),
    ]  # fmt: skip
    banned = f"What a ban of {name_of(result, 1)} on sales to {card.name} does to the firm, its "
    return page_html(
        title=heading(result),
        eyebrow=f"Détente · {card.name} {card.year} · {c.card.title} · {relief_of(result)}",
        summary=f"{banned}suppliers and customers and both economies, day by day and in the long "
        "run." if alone else f"{banned}customers and suppliers, day by day and in the long run. "
        + whose(result),
        body="\n".join(parts),
        specs=specs,
    )  # fmt: skip


def _lead(result: SanctionResult) -> str:
    from detente.sanction.backtest import days_to_shutdown

    day = float(days_to_shutdown(result.path.output))
    card = result.card
    unit = result.carved.calibration.card.unit
    lowest, interval = result.path.output.min(), lost_interval(result)
    jobs = float((1 - result.path.output).sum() / 365 * card.employment.middle)
    cards = [
        _card(
            "Lowest output",
            f"{100 * lowest:.0f}%",
            "of normal, on every day" if lowest > FULL_OUTPUT else "of normal, on the worst day",
        ),
        _card("Days to shutdown", "none" if np.isnan(day) else f"{day:.0f}", shutdown(result)),
        _card(
            "Lost sales",
            f"{(1 - result.path.output).sum() / 365 * result.firm.accounts.revenue:,.0f}",
            unit + (f"; {interval}" if interval else ""),
        ),
        _card(
            "Idle work", f"{jobs:,.0f}", f"person-years of {card.employment.middle:,.0f} employed"
        ),
    ]
    jobs_by = _supplier_jobs(result)
    if jobs_by:
        cards.append(jobs_by)
    return tag(
        "section",
        text("h2", "In short"),
        tag("ul", *(text("li", sentence) for sentence in headline(result))),
        tag("div", *cards, class_="cards", style="margin-top:1.25rem"),
        class_="lead",
    )


def _supplier_jobs(result: SanctionResult) -> str:
    figure = result.card.supplier_jobs
    if figure is None:
        return ""
    sold = float(result.suppliers["banned"].to_numpy().sum())
    low, high = figure.bounds
    return _card(
        f"Work lost in {name_of(result, 1)}",
        f"{sold * figure.middle:,.0f}",
        f"person-years of suppliers and theirs ({sold * low:,.0f} to {sold * high:,.0f}), on "
        f"banned sales of {sold:,.0f} {result.carved.calibration.card.unit}",
    )


def _card(head: str, big: str, small: str) -> str:
    return tag(
        "div", text("h3", head), text("p", big, class_="big"), text("p", small, class_="small"),
        class_="card",
    )  # fmt: skip


def _path(result: SanctionResult, specs: Specs) -> str:
    low, near_low, middle, near_high, high = (100 * q for q in result.quantiles)
    rows = [
        {
            "day": k + 1,
            "low": cp.rounded(low[k]), "high": cp.rounded(high[k]),
            "near_low": cp.rounded(near_low[k]), "near_high": cp.rounded(near_high[k]),
            "median": cp.rounded(middle[k]), "central": cp.rounded(100 * result.path.output[k]),
        }
        for k in range(result.choices.days)
    ]  # fmt: skip
    day = axis("day", "Day of the ban")
    drawn = (("median", "Median of draws, %"), ("low", "5% of draws below, %"),
             ("high", "95% below, %")) if many(result) else ()  # fmt: skip
    fields = (("central", "Central figures, %"), *drawn)
    tips = [cp.tip("day", "Day", "d"), *(cp.tip(name, title, ".0f") for name, title in fields)]
    colour = cp.SIDES[0]
    layers: list[cp.Spec] = [
        *(_bands(day, colour) if many(result) else ()),
        {
            "mark": {"type": "line", "color": colour, "strokeWidth": 2.5, "interpolate": "linear"},
            "encoding": {"x": day, "y": axis("central", "Per cent of normal")},
        },
        {
            "mark": {"type": "rule", "opacity": 0, "strokeWidth": 6},
            "encoding": {"x": day, "tooltip": tips},
        },
    ]
    if result.choices.relief:
        layers.append(_mark_day(result.choices.relief, "relief"))
    specs["path"] = spec(
        rows, "Output of the firm by day with bands of draws", height=300, layer=layers
    )
    specs["lines"], by_line = _by_line(result)
    said = "Line: central figures of the card."
    if many(result):
        said += (
            " Bands: half and nine tenths of the draws from its ranges. They hold what is unknown "
            "of the firm, not what is unknown of the model."
        )
    return section(
        "Day by day",
        said,
        [
            figure("path", "Output", "Per cent of normal", _by_day(result)),
            figure("lines", "Product lines and stocks", "Central figures; stocks dashed", by_line),
        ],
    )


def _by_day(result: SanctionResult) -> str:
    """Return output by day as a table: central, and quantiles of draws where there are enough."""
    columns = {"central": result.path.output}
    if many(result):
        names = ("5%", "25%", "median", "75%", "95%")
        columns |= dict(zip(names, result.quantiles, strict=True))
    shown = [k for k in range(result.choices.days) if (k + 1) % 10 == 0 or k == 0]
    rows = [[str(k + 1), *(_whole(100 * v[k]) for v in columns.values())] for k in shown]
    return table(["Day", *columns], rows, caption="Output, per cent of normal")


def _bands(day: cp.Spec, colour: str) -> list[cp.Spec]:
    return [
        _band(day, "low", "high", 0.16, colour),
        _band(day, "near_low", "near_high", 0.28, colour),
    ]


def _band(day: cp.Spec, low: str, high: str, opacity: float, colour: str) -> cp.Spec:
    return {
        "mark": {"type": "area", "opacity": opacity, "color": colour},
        "encoding": {
            "x": day,
            "y": axis(low, "Per cent of normal"),
            "y2": {"field": high},
        },
    }


def _mark_day(day: int, label: str) -> cp.Spec:
    return {
        "data": {"values": [{"at": day, "label": label}]},
        "layer": [
            {
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": cp.NEUTRAL},
                "encoding": {"x": {"field": "at", "type": "quantitative"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4, "baseline": "top"},
                "encoding": {
                    "x": {"field": "at", "type": "quantitative"},
                    "y": {"value": 2},
                    "text": {"field": "label"},
                },
            },
        ],
    }


def _by_line(result: SanctionResult) -> tuple[cp.Spec, str]:
    titles = [line.title or line.id for line in result.card.product_lines] or ["All of revenue"]
    stocks = [f"Stock: {item.title or item.id}" for item in result.card.critical_inputs]
    kept = [max(item.inventory_days.middle, 1e-9) for item in result.card.critical_inputs]
    series = {t: 100 * result.path.by_line[:, k] for k, t in enumerate(titles)}
    series |= {t: 100 * result.path.stock[:, k] / kept[k] for k, t in enumerate(stocks)}
    rows = [
        {"day": k + 1, "what": name, "value": cp.rounded(values[k]), "stock": name in stocks}
        for name, values in series.items()
        for k in range(0, result.choices.days, 2)
    ]
    colours = [*cp.SIDES, cp.GAIN, cp.LOSS, cp.NEUTRAL, cp.HIGH]
    scale = {"domain": list(series), "range": [colours[k % 6] for k in range(len(series))]}
    legend = cp.legend_above(list(series))
    lines = spec(
        rows,
        "Output of product lines and stocks of critical inputs by day",
        height=300,
        mark={"type": "line", "strokeWidth": 2},
        encoding={
            "x": axis("day", "Day of the ban"),
            "y": axis("value", "Per cent of normal"),
            "color": {"field": "what", "type": "nominal", "scale": scale, "legend": legend},
            "strokeDash": {"condition": {"test": "datum.stock", "value": [4, 3]}, "value": [1, 0]},
            "tooltip": [cp.tip("what", ""), cp.tip("day", "Day", "d"), cp.tip("value", "%", ".0f")],
        },
    )
    days = [k for k in range(result.choices.days) if (k + 1) % 10 == 0]
    data = table(
        ["Day", *series],
        [[str(k + 1), *(_whole(v[k]) for v in series.values())] for k in days],
        caption="Per cent of normal",
    )
    return lines, data


def _whole(value: float) -> str:
    return f"{value:.0f}"


def _customers(result: SanctionResult, specs: Specs) -> str:
    """Show whom one of several firms sells less to, and who sells less to it."""
    names, unit = (
        facts.country_names(result.carved.calibration),
        result.carved.calibration.card.unit,
    )
    missed, banned = result.customers["missed"], result.suppliers["banned"]
    pairs = zip(missed.index, -missed.to_numpy(), -banned.to_numpy(), strict=True)
    rows = [[names[str(code)], signed(float(a)), signed(float(b))] for code, a, b in pairs]
    caption = f"{unit} over {result.choices.days} days, {result.card.name} alone"
    data = table(["", "missed deliveries", "banned sales"], rows, caption=caption)
    said = ("The firm's customers", "Deliveries missed, others not yet in",
            "Missed deliveries by economy", unit)  # fmt: skip
    shown = economies(specs, "customers", missed, names, said, data)
    return section("Its customers and suppliers", whose(result), [shown])


def _long_run(result: SanctionResult, specs: Specs) -> str:
    rows = [
        {"month": cp.rounded(r["day"] / 30.4), "value": cp.rounded(100 * r["output"]),
         "part": r["part"]}
        for r in result.joined.to_dict("records")
    ]  # fmt: skip
    domain = ["days", "adjustment"]
    scale = {"domain": domain, "range": list(cp.SIDES)}
    specs["joined"] = spec(
        rows,
        "Output of the firm from the first day to the tenth year",
        height=280,
        mark={"type": "line", "strokeWidth": 2.5},
        encoding={
            "x": axis("month", "Months of the ban"),
            "y": {**axis("value", "Per cent of normal"), "scale": {"domain": [0, 100]}},
            "color": {"field": "part", "type": "nominal", "scale": scale},
            "tooltip": [cp.tip("month", "Month", ".1f"), cp.tip("value", "%", ".0f")],
        },
    )
    firm, alone = result.horizons.firm, not result.beside
    codes = result.economies if alone else ()
    income = result.horizons.real_income_musd
    unit = result.carved.calibration.card.unit
    data = table(
        ["", "output, %", "cost, %", "banned inputs, %", *(f"{code}, {unit}" for code in codes)],
        [
            [name, *(float(firm.loc[name, k]) for k in firm.columns),
             *(float(income.loc[code, name]) for code in codes)]
            for name in firm.index
        ],
        caption="General equilibrium under a ban that stays; real income a year" if alone
        else f"{result.card.name} in general equilibrium under all bans, which stay",
        decimals=1,
    )  # fmt: skip
    figures = [figure("joined", "Output, from day to decade", "Ban never lifted", data)]
    if alone:
        figures.append(income_figure([result], specs))
    return section("If the ban stays", LONG_RUN, figures)
