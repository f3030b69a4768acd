"""Leverage of one economy over another: sentences, tables for the terminal, a section of a page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detente.document import chart_parts as cp
from detente.document.chart_parts import free_chart as spec
from detente.document.plain import records
from detente.report import facts, words
from detente.report.markup import scroll, table, tag, text
from detente.report.sanction_parts import axis, figure, grid, section
from detente.sanction.leverage import cut_off_price
from detente.sanction.threat import CUT_OFF_PROBABILITY, HALF_LIFE_YEARS, LEAST_LOSS

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from detente.baseline.calibration import Calibration
    from detente.sanction.threat import Leverage

SHOWN = 8
COLUMNS = ("target_loss", "own_loss", "power", "ratio")


def titles(found: Leverage, ban: str) -> dict[str, str]:
    """Name the rows of `Leverage.power`; ``ban`` names the sectors threatened with."""
    return {
        "sectors": ban,
        "all-sales": f"All that {found.by} sells to {found.on}",
        "answer": f"All that {found.on} sells to {found.by}",
    }


def sentence(found: Leverage, c: Calibration, ban: str) -> str:
    """Say what the threat costs both sides and what it will be worth later."""
    names = facts.country_names(c)
    by, on = (words.noun(names[code]) for code in (found.by, found.on))
    row = found.power.loc["sectors"]
    told = words.listed([f"{on} {words.loses(float(row['target_loss']))}",
                         f"{by} {words.loses(float(row['own_loss']))}"])  # fmt: skip
    said = f"{ban}, for good: {told} {c.card.unit} a year"
    ratio = float(row["ratio"])
    said += f", {ratio:.2g} to one" if math.isfinite(ratio) else ""
    if len(found.erosion):
        code = found.erosion.index[0][0]
        share = found.inputs["share"].to_dict()[code]
        left = float(cut_off_price(share / 2, 1.0) / cut_off_price(share, 1.0))
        said += (
            f"; with half of {words.possessive(names[found.by])} share of "
            f"these inputs replaced at home "
            f"{100 * left:.0f}% of the leverage is left"
        )
    return f"{said}."


def tables(found: Leverage) -> dict[str, pd.DataFrame]:
    """Return the tidy tables, by name."""
    return {
        "power": found.power.reset_index(),
        "chokepoints": found.chokepoints.reset_index(),
        "threatened": found.inputs.reset_index(),
        "diversification": found.diversification.reset_index(),
        "erosion": found.erosion.reset_index(),
    }


def plain(found: Leverage) -> dict[str, Any]:
    """Return it as plain data for JSON, with the assumptions that it rests on."""
    return {
        "by": found.by,
        "on": found.on,
        "assumed": {
            "cut_off_probability": CUT_OFF_PROBABILITY,
            "half_life_years": HALF_LIFE_YEARS,
            "least_loss_share": LEAST_LOSS,
        },
        **{name: records(rows) for name, rows in tables(found).items()},
    }


def print_leverage(found: Leverage, c: Calibration, ban: str, console: Console) -> None:
    """Print power, chokepoints, and how leverage wears off."""
    print_power(found, c, ban, console)
    print_chokepoints(found, c, console)
    print_wear(found, c, console)


def print_power(
    found: Leverage, c: Calibration, ban: str, console: Console, *, own: bool = True,
    others: bool = True,
) -> None:  # fmt: skip
    """Print what threats cost both sides: the one that ``ban`` names, all that either side sells.

    ``own`` and ``others`` say whether the one and the others are shown.
    """
    both = (f"loss of {found.on}", f"loss of {found.by}", "difference", "ratio")
    heads = (f"threat ({c.card.unit} a year)", *both)
    rows = grid("Leverage: sales cut off for good, first order in general equilibrium", heads)
    for key, name in titles(found, ban).items():
        if own if key == "sectors" else others:
            rows.add_row(name, *_money(found.power.loc[key], mine=key != "answer"))
    console.print(rows)


def print_chokepoints(found: Leverage, c: Calibration, console: Console) -> None:
    """Print which suppliers and sectors would cost the target most per unit of own cost."""
    names, sectors = facts.country_names(c), facts.sector_names(c)
    heads = ("supplier", "sector", f"loss of {found.on}", "own loss", "power", "ratio")
    rows = grid(f"Chokepoints: what would cost {words.noun(names[found.on])} most per unit of own "
                f"cost, {c.card.unit} a year", heads)  # fmt: skip
    rows.columns[1].justify = "left"
    for row in _rows(found.chokepoints)[:SHOWN]:
        rows.add_row(names[row["by"]], sectors[row["sector"]], *_money(row))
    console.print(rows)


def print_wear(found: Leverage, c: Calibration, console: Console) -> None:
    """Print what insurance against a cut-off is worth, and how leverage wears off."""
    for paragraph in _worn(found, c):
        console.print(paragraph)
    console.print()


def _rows(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table.reset_index().to_dict("records")


def _worn(found: Leverage, c: Calibration) -> list[str]:
    names = facts.sector_names(c)
    return [
        _wear(found, row["sector"], row["share"], names[row["sector"]])
        for row in _rows(found.inputs)
    ]


def _money(row: Any, *, mine: bool = True) -> list[str]:
    target, own, power, ratio = (float(row[key]) for key in COLUMNS)
    if not mine:
        target, own, power = own, target, own - target
        ratio = target / own if own > 0 else math.nan
    told = [_whole(value) for value in (target, own, power)]
    return [*told, f"{ratio:.2f}" if math.isfinite(ratio) else "–"]


def _whole(value: float) -> str:
    if not math.isfinite(value):
        return "no bound" if value > 0 else "–"
    return f"{value:,.0f}".replace("-", words.MINUS)


def _wear(found: Leverage, code: str, share: float, name: str) -> str:
    """Say in one paragraph what insurance against a cut-off is worth, and how leverage erodes."""
    said = f"{name}: {found.by} sells {words.amount(100 * share)}% of what {found.on} buys of it"
    if code not in found.erosion.index.get_level_values(0):
        return f"{said}; there is no other supplier, so no price measures a cut-off."
    first = found.diversification.loc[code]["premium_next"].to_numpy()
    worn = found.erosion.xs(code)["leverage"].to_dict()
    return (
        f"{said}. Another supplier pays while at most {100 * first[0]:.2g}% dearer (for the last "
        f"unit {100 * first[-1]:.2g}%), at {100 * CUT_OFF_PROBABILITY:g}% a year of a cut-off. "
        f"What is left of the leverage if that share halves every {HALF_LIFE_YEARS:g} years: "
        + ", ".join(f"{100 * worn[year]:.0f}% in year {year:g}" for year in (2, 5, 10))
        + "."
    )


def leverage_section(
    found: Leverage, c: Calibration, ban: str, specs: dict[str, cp.Spec], *, own: bool = True,
    others: bool = True,
) -> str:  # fmt: skip
    """Return the section of a page, with charts of chokepoints and of erosion.

    ``own`` shows the threat that ``ban`` names, ``others`` all that either side sells and the
    chokepoints.
    """
    unit = c.card.unit
    heads = ["Threat", f"loss of {found.on}", f"loss of {found.by}", "difference", "ratio"]
    rows = [
        [name, *_money(found.power.loc[key], mine=key != "answer")]
        for key, name in titles(found, ban).items()
        if (own if key == "sectors" else others)
    ]
    power = table(heads, rows, caption=f"Sales cut off for good, {unit} a year")
    figures = [_chokepoint_figure(found, c, specs)] if others else []
    if own and len(found.erosion):
        sectors = facts.sector_names(c)
        specs["erosion"] = _erosion_chart(found, sectors)
        figures.append(
            figure("erosion", "How leverage wears off",
                   f"The share of {found.by} halves every {HALF_LIFE_YEARS:g} years, by assumption",
                   _erosion_table(found, sectors))
        )  # fmt: skip
    wear = tag("ul", *(text("li", paragraph) for paragraph in _worn(found, c)),
               style="margin:1rem 0") if own else ""  # fmt: skip
    note = (
        "What it costs each side in the long run when sales stop for good: first order in general "
        "equilibrium, exact in the input's own price. "
    )
    if others:
        note += f"A chokepoint costs the target {100 * LEAST_LOSS:g}% of its income or more. "
    note += sentence(found, c, ban) if own else ""
    heading = "Leverage" if own else f"Leverage of {found.by} over {found.on}"
    return section(heading, note, figures, scroll(power, "Power", "scroll plain") + wear)


def _chokepoint_figure(found: Leverage, c: Calibration, specs: dict[str, cp.Spec]) -> str:
    names, sectors = facts.country_names(c), facts.sector_names(c)
    key = f"chokepoints-{found.by}-{found.on}"
    specs[key] = _chokepoint_chart(found, names, sectors)
    listed = [
        [f"{names[row['by']]}, {sectors[row['sector']]}", *_money(row)]
        for row in _rows(found.chokepoints)[: 3 * SHOWN]
    ]
    cells = table(
        ["Cell", f"loss of {found.on}", "own loss", "power", "ratio"],
        listed,
        caption=f"{c.card.unit} a year",
    )
    return figure(
        key, f"Who could hurt {words.noun(names[found.on])}",
        "Loss of the target per unit of own loss", cells,
    )  # fmt: skip


def _which(row: dict[Any, Any], found: Leverage, sectors: dict[str, str]) -> str:
    """Name the sector of a row, where there are several."""
    return f", {sectors[row['sector']]}" if len(found.inputs) > 1 else ""


def _chokepoint_chart(found: Leverage, names: dict[str, str], sectors: dict[str, str]) -> cp.Spec:
    rows = [
        {
            "cell": f"{names[row['by']]}: {sectors[row['sector']]}",
            "value": cp.rounded(row["ratio"]),
            "label": f"{row['ratio']:.1f}",
            "loss": cp.rounded(row["target_loss"]),
            "own": cp.rounded(row["own_loss"]),
        }
        for row in _rows(found.chokepoints)
        if math.isfinite(row["ratio"])
    ][:SHOWN]
    top = max((row["value"] for row in rows), default=1.0)
    scale = {"domain": [0, cp.rounded(1.2 * top)], "padding": 0}
    tips = [cp.tip("cell", "Cell"), cp.tip("loss", "Loss of the target", ",.0f"),
            cp.tip("own", "Own loss", ",.0f")]  # fmt: skip
    bar = {"type": "bar", "size": 12, "cornerRadius": 1, "yOffset": 8, "color": cp.SIDES[0]}
    return spec(
        rows,
        "Loss of the target per unit of own loss, by supplier and sector",
        height=40 * max(len(rows), 1),
        encoding={
            "y": cp.label_above("cell", [row["cell"] for row in rows], step=40),
            "x": cp.measure_below("value", "Target's loss over own loss", **scale),
            "tooltip": tips,
        },
        layer=[{"mark": bar}, cp.end_label("label", yOffset=8)],
    )


def _erosion_chart(found: Leverage, sectors: dict[str, str]) -> cp.Spec:
    kinds = (("price_pct", "A year after the cut-off"), ("long_run_pct", "In the long run"))
    rows = [
        {
            "year": row["year"],
            "what": f"{kind}{_which(row, found, sectors)}",
            "value": cp.rounded(row[key]),
        }
        for row in _rows(found.erosion)
        for key, kind in kinds
    ]
    domain = list(dict.fromkeys(row["what"] for row in rows))
    colours = [*cp.SIDES, cp.GAIN, cp.LOSS, cp.NEUTRAL, cp.HIGH]
    scale = {"domain": domain, "range": [colours[k % 6] for k in range(len(domain))]}
    legend = cp.legend_above(domain)
    return spec(
        rows,
        "Price rise that a cut-off would cause, by year in which it comes",
        height=260,
        mark={"type": "line", "strokeWidth": 2.5, "point": True},
        encoding={
            "x": axis("year", "Years until the cut-off"),
            "y": axis("value", "Price rise of the input, %"),
            "color": {"field": "what", "type": "nominal", "scale": scale, "legend": legend},
            "tooltip": [cp.tip("what", ""), cp.tip("year", "Year", ".0f"),
                        cp.tip("value", "Price rise, %", ".1f")],
        },
    )  # fmt: skip


def _erosion_table(found: Leverage, sectors: dict[str, str]) -> str:
    heads = ["", "share, %", "price after a year, %", "in the long run, %", "leverage left, %"]
    shown = {"share": 100, "price_pct": 1, "long_run_pct": 1, "leverage": 100}
    rows = [
        [
            f"Year {row['year']:g}{_which(row, found, sectors)}",
            *(f"{unit * row[key]:.1f}" for key, unit in shown.items()),
        ]
        for row in _rows(found.erosion)
    ]
    return table(heads, rows, caption="If the cut-off comes in that year")
