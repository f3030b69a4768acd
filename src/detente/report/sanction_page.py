"""The report of a firm cut off: charts, tables and assumptions in one HTML page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.report import chart_parts as cp
from detente.report import facts, leverage, sanction_background
from detente.report.html import page_html
from detente.report.markup import table, tag, text
from detente.report.sanction import bracket_note, headline, shutdown, threat
from detente.report.sanction import title as heading
from detente.report.sanction_parts import axis, figure, section, spec

if TYPE_CHECKING:
    from detente.sanction.study import SanctionResult

Specs = dict[str, cp.Spec]


def sanction_html(result: SanctionResult) -> str:
    """Return the report as HTML."""
    specs: Specs = {}
    c, card, choices = result.carved.calibration, result.card, result.choices
    parts = [
        _lead(result),
        _path(result, specs),
        _world(result, specs),
        _long_run(result, specs),
        leverage.leverage_section(result.leverage, c, threat(result), specs),
        sanction_background.at_the_table(result),
        sanction_background.assumptions(result),
    ]
    relief = f"lifted on day {choices.relief}" if choices.relief else "not lifted"
    return page_html(
        title=heading(result),
        eyebrow=f"Détente · {card.name} {card.year} · {c.card.title} · ban {relief}",
        summary=f"What a ban of {_name(result, 1)} on sales to {card.name} does to the firm, its "
        "suppliers and customers and both economies, day by day and in the long run.",
        body="\n".join(parts),
        specs=specs,
    )


def _name(result: SanctionResult, side: int) -> str:
    from detente.report import words

    return words.noun(facts.country_names(result.carved.calibration)[result.economies[side]])


def _lead(result: SanctionResult) -> str:
    from detente.sanction.backtest import days_to_shutdown

    day = float(days_to_shutdown(result.path.output))
    draws, card = result.draws, result.card
    unit = result.carved.calibration.card.unit
    jobs = float((1 - result.path.output).sum() / 365 * card.employment.middle)
    cards = [
        _card(
            "Lowest output", f"{100 * result.path.output.min():.0f}%", "of normal, on the worst day"
        ),
        _card("Days to shutdown", "never" if np.isnan(day) else f"{day:.0f}", shutdown(result)),
        _card(
            "Lost sales",
            f"{(1 - result.path.output).sum() / 365 * result.firm.accounts.revenue:,.0f}",
            f"{unit}; 90% of draws {draws['lost_sales'].quantile(0.05):,.0f} to "
            f"{draws['lost_sales'].quantile(0.95):,.0f}",
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
        f"Work lost in {_name(result, 1)}",
        f"{sold * figure.middle:,.0f}",
        f"person-years of suppliers and theirs ({sold * low:,.0f} to {sold * high:,.0f}), on "
        f"banned sales of {sold:,.0f}",
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
    tips = [cp.tip("day", "Day", "d")] + [
        cp.tip(field, title, ".0f")
        for field, title in (("central", "Central figures, %"), ("median", "Median of draws, %"),
                             ("low", "5% of draws below, %"), ("high", "95% below, %"))
    ]  # fmt: skip
    colour = cp.SIDES[0]
    layers: list[cp.Spec] = [
        _band(day, "low", "high", 0.16, colour),
        _band(day, "near_low", "near_high", 0.28, colour),
        {
            "mark": {"type": "line", "color": colour, "strokeWidth": 2.5, "interpolate": "linear"},
            "encoding": {"x": day, "y": {"field": "central", "type": "quantitative"}},
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
    shown = [k for k in range(result.choices.days) if (k + 1) % 10 == 0 or k == 0]
    data = table(
        ["Day", "central", "5%", "25%", "median", "75%", "95%"],
        [[str(k + 1), *(_whole(v) for v in (100 * result.path.output[k], low[k], near_low[k],
                                            middle[k], near_high[k], high[k]))] for k in shown],
        caption="Output, per cent of normal",
    )  # fmt: skip
    specs["lines"], by_line = _by_line(result)
    return section(
        "Day by day",
        "Line: central figures of the card. Bands: half and nine tenths of the draws from its "
        "ranges. They hold what is unknown of the firm, not what is unknown of the model.",
        [
            figure("path", "Output", "Per cent of normal", data),
            figure("lines", "Product lines and stocks", "Central figures", by_line),
        ],
    )


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


def _bars(rows: list[dict], description: str, title: str) -> cp.Spec:
    names = [row["label_of"] for row in rows]
    return spec(
        rows,
        description,
        height=26 * len(rows) + 40,
        encoding={"y": cp.band("label_of", names), "x": cp.measure("value", title)},
        layer=cp.signed_bars(),
    )


def _bar_rows(values, names: dict[str, str], sign: float = -1.0, count: int = 10) -> list[dict]:
    order = values.abs().sort_values(ascending=False).index[:count]
    return [
        {
            "label_of": names[code],
            "value": cp.rounded(sign * values[code]),
            "label": f"{sign * values[code]:,.0f}".replace("-", "−"),
        }
        for code in order
    ]


def _world(result: SanctionResult, specs: Specs) -> str:
    import pandas as pd

    c = result.carved.calibration
    names, unit = facts.country_names(c), c.card.unit
    worth = pd.Series(result.world.value_added.sum(axis=0), c.country_codes)
    specs["value-added"] = _bars(
        _bar_rows(worth, names), "Change of value added by economy", f"{unit}, over the path"
    )
    specs["customers"] = _bars(
        _bar_rows(result.customers["missed"], names), "Missed deliveries by economy", unit
    )
    specs["suppliers"] = _bars(
        _bar_rows(result.suppliers["lost"], names), "Change of output of others by economy", unit
    )
    heads = ["", "value added", "missed deliveries", "output of others", "best", "worst"]
    columns = (
        worth, result.customers["missed"], result.suppliers["lost"],
        result.bracket.table["best"], result.bracket.table["worst"],
    )  # fmt: skip
    rows = [
        [names[code], *(_signed(-float(column.to_numpy()[k])) for column in columns)]
        for k, code in enumerate(c.country_codes)
    ]
    data = table(heads, rows, caption=f"{unit} over {result.choices.days} days; best and worst: "
                 "change of final purchases served")  # fmt: skip
    span = ""
    if result.world_draws is not None:
        h = result.firm.accounts.economy
        drawn = result.world_draws.value_added.sum(axis=1)[:, h]
        low, high = np.quantile(drawn, [0.05, 0.95])
        span = (
            f" In {len(drawn)} draws the loss of {_name(result, 0)} is {low:,.0f} to {high:,.0f} "
            f"{unit} (90%)."
        )
    note = (
        "Who buys less from the firm's suppliers, and who steps in for it, by the daily model of "
        "the whole world at the central figures."
        + (" All firms are cut off at once here." if result.beside else "")
        + span
        + " "
        + bracket_note(result)
    )
    figures = [
        figure("value-added", "Value added by economy", "The firm's is in its economy's", data),
        figure("customers", "The firm's customers", "Deliveries missed, others not yet in", data),
        figure("suppliers", "Output of everybody else",
                "Suppliers lose, rivals and their suppliers gain", data),
    ]  # fmt: skip
    return section("Who else is hit", note, figures)


def _signed(value: float) -> str:
    return f"{value:+,.0f}".replace("-", "−").replace("+0", "0").replace("−0", "0")


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
    firm, income = result.horizons.firm, result.horizons.real_income_musd
    target, by = result.economies
    horizon_rows = [
        [name, *(float(firm.loc[name, k]) for k in firm.columns),
         *(float(income.loc[code, name]) for code in (target, by))]
        for name in firm.index
    ]  # fmt: skip
    unit = result.carved.calibration.card.unit
    data = table(
        ["", "output, %", "cost, %", "banned inputs, %", f"{target}, {unit}", f"{by}, {unit}"],
        horizon_rows,
        caption="General equilibrium under a ban that stays; real income a year",
        decimals=1,
    )
    worth = income.loc[:, "long-run"]
    names = facts.country_names(result.carved.calibration)
    specs["income"] = _bars(
        _bar_rows(worth, names, sign=1.0), "Change of real income in the long run", f"{unit} a year"
    )
    return section(
        "If the ban stays",
        "The last day of the daily path fades into general equilibrium at the rate at which trade "
        "elasticities go to their long run; the two parts meet there. Rivals at home "
        "are no substitutes for the firm in this model beyond what buyers spend on them anyway.",
        [
            figure("joined", "Output, from day to decade", "Ban never lifted", data),
            figure("income", "Real income in the long run", "By economy", data),
        ],
    )
