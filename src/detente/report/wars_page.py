"""The report of a game: who charges what, what it comes to, what it rests on."""

from __future__ import annotations

from typing import Any

import numpy as np

from detente.report import (
    background,
    facts,
    imbalances,
    sections,
    wars,
    wars_bands,
    wars_matrix,
    wars_parts,
    wars_sure,
    words,
)
from detente.report import chart_parts as part
from detente.report.chart_parts import Spec
from detente.report.markup import scroll, table, tag, text
from detente.report.wars import Result
from detente.wars.run import TalksResult, WarResult, said

_TITLES = {"nash": "a tariff war", "optimal": "optimal tariffs", "cooperate": "what can be agreed"}
CURVES = ("#3f74c9", "#c98417")
HEAT_PAIRS = 8
"""Pairs of economies that the heat map has columns for; the table holds all."""


def game_html(result: Result) -> str:
    """Return the report as HTML; it holds all its data and asks the network for nothing."""
    from detente.report.html import _page

    shown = wars.as_scenario(result)
    specs: dict[str, Spec] = {}
    kind = result.kind if isinstance(result, WarResult) else "cooperate"
    case = shown.scenario.model_copy(
        update={"title": f"{shown.scenario.title}: {_TITLES[kind]}", "summary": None}
    )
    card = shown.calibration.card
    eyebrow = f"Détente · {case.date} · {card.title} · {case.horizon}"
    parts = [
        _lead(result),
        *(_war(result, shown, specs) if isinstance(result, WarResult) else ()),
        *(_talks(result, shown, specs) if isinstance(result, TalksResult) else ()),
        *wars_parts.sections(result),
        sections.chooser(shown),
        sections.variants(shown),
        sections.incomes(shown, specs),
        sections.flows(shown, specs),
        imbalances.section(result.setting.removal, wars.codes(result.setting)),
        _sure(result),
        background.assumptions(shown, [("Game", wars.rule_in_words(result.setting))]),
        background.data_card(shown),
        background.solver(shown),
    ]
    return _page(case, eyebrow, "\n".join(p for p in parts if p), specs)


def _lead(result: Result) -> str:
    points = [text("li", sentence) for sentence in wars.sentences(result)]
    return tag(
        "section",
        text("h2", "In short"),
        text("p", wars.rule_in_words(result.setting)),
        tag("ul", *points),
        text("p", wars.rests_on(result), class_="note"),
        class_="lead",
    )


def _sure(result: Result) -> str:
    found = []
    if isinstance(result, WarResult):
        for one in result.found:
            who = wars.player_names(result.setting)
            found.append(text("p", wars.certificate(one, result.kind, who)))
            found.append(text("p", wars_sure.status(one)))
        if wars_sure.several(result):
            found.append(_equilibria(result))
        if result.bands is not None:
            found.append(_bands(result))
    else:
        found.append(text("p", f"Solution: {result.rule}. Points are local optima of the search "
                               "from the rates in force."))  # fmt: skip
        if said_ := wars.alternative(result):
            found.append(text("p", said_))
        if result.war is not None and result.war.status.found:
            found.append(_war_rates(result))
    notes = [text("li", note) for note in result.notes]
    return tag("section", text("h2", "How sure"), *found, tag("ul", *notes) if notes else "")


def _war(result: WarResult, shown: Any, specs: dict[str, Spec]) -> list[str]:
    figures = [_heat(result, shown, specs)]
    if result.curves:
        figures.append(_curves(result, shown, specs))
    charged = tag("section", text("h2", "Who would charge what"),
                  tag("div", *figures, class_="charts"))  # fmt: skip
    return [charged, _matrix(result)]


def _heat(result: WarResult, shown: Any, specs: dict[str, Spec]) -> str:
    rates: Any = result.rates()
    sectors = facts.sector_names(result.setting.calibration)
    rates["pair"] = [_pair(r) for r in rates.itertuples()]
    trade = rates.groupby("pair")["trade_musd"].sum().sort_values(ascending=False)
    pairs = list(trade.index[:HEAT_PAIRS])
    kept = rates[rates["pair"].isin(pairs)]
    rows = [
        {"pair": r.pair, "sector": sectors.get(r.sector, "everything"),
         "rate": part.rounded(100 * r.rate), "applied": part.rounded(100 * r.applied),
         "announced": part.rounded(100 * r.announced)}
        for r in kept.itertuples()
    ]  # fmt: skip
    names = list(dict.fromkeys(row["sector"] for row in rows))
    tips = [part.tip("sector", "Sector"), part.tip("pair", "Charges → on"),
            part.tip("rate", "Rate, %", ".1f"),
            part.tip("applied", "Before, %", ".1f")]  # fmt: skip
    if result.announced:
        tips.append(part.tip("announced", "Announced, %", ".1f"))
    narrow = {"title": None, "orient": "top", "labelAngle": 0 if len(pairs) <= 3 else -60}
    specs["rates"] = part.chart(
        shown,
        rows,
        "Heat map: rates by sector and pair of economies, per cent",
        layer=part.heat_cells("rate", top=max(1.0, 100 * float(kept["rate"].max()))),
        encoding={
            "y": {**part.band("sector", sort=names, narrow=150), "scale": {"padding": 0.06}},
            "x": {"field": "pair", "sort": pairs, "axis": narrow,
                  "scale": {"paddingInner": 0.04, "paddingOuter": 0}},
            "tooltip": tips,
        },
        height=max(60, 21 * len(names)),
    )  # fmt: skip
    what = _rate_table(rates, sectors)
    note = "Importer ← exporter, % of the value at fob"
    if len(trade) > HEAT_PAIRS:
        note += f"; the {HEAT_PAIRS} largest of {len(trade)} flows, all are in the table"
    return sections._figure("rates", "Rates by sector", note, what)


def _rate_table(rates: Any, sectors: dict[str, str]) -> str:
    cells = [
        [f"{r.pair}, {sectors.get(r.sector, 'everything')}",
         *(_number(100 * v) for v in (r.rate, r.applied, r.announced)), r.bound]
        for r in rates.itertuples()
    ]  # fmt: skip
    return table(["", "found", "before", "announced", "at its"], cells,
                 caption="Rates, % (before: in force; announced: mean on the same trade, last "
                 "variant)")  # fmt: skip


def _bands(result: WarResult) -> str:
    assert result.bands is not None
    label = wars_bands.caption(result.bands)
    shown = table(wars_bands.HEADS, wars_bands.rows(result), caption=label)
    about = text("p", wars_bands.note(result.bands), class_="note")
    return scroll(shown, "Intervals", "scroll plain") + about


def _equilibria(result: WarResult) -> str:
    label = "All equilibria that were found"
    shown = table(wars_sure.EQUILIBRIA, wars_sure.equilibria_rows(result), caption=label)
    return scroll(shown, label, "scroll plain")


def _war_rates(result: TalksResult) -> str:
    """Fold away the rates of the war that is an alternative."""
    assert result.war is not None
    rates: Any = result.war.rates
    rates["pair"] = [_pair(r) for r in rates.itertuples()]
    rates["announced"] = np.nan
    sectors = facts.sector_names(result.setting.calibration)
    label = "Rates of the war that is an alternative"
    shown = scroll(_rate_table(rates, sectors), label)
    return tag("details", text("summary", label), shown)


def _pair(row: Any) -> str:
    arrow = "→" if row.instrument == "export-tax" else "←"
    return (f"{row.exporter} {arrow} {row.importer}" if arrow == "→"
            else f"{row.importer} {arrow} {row.exporter}")  # fmt: skip


def _number(value: float) -> str:
    return f"{value:.1f}" if np.isfinite(value) else "–"


def _curves(result: WarResult, shown: Any, specs: dict[str, Spec]) -> str:
    """Draw replies in the plane of two uniform rates; they cross at the war of one rate each."""
    first, second = result.curves
    x_name, y_name = first.player, second.player
    rows = [
        {"who": f"best of {x_name}", "order": k, "x": part.rounded(100 * own),
         "y": part.rounded(100 * other)}
        for k, (own, other) in enumerate(zip(first.best, first.others, strict=True))
    ] + [
        {"who": f"best of {y_name}", "order": k, "x": part.rounded(100 * other),
         "y": part.rounded(100 * own)}
        for k, (own, other) in enumerate(zip(second.best, second.others, strict=True))
    ]  # fmt: skip
    domain = [f"best of {x_name}", f"best of {y_name}"]
    specs["curves"] = part.chart(
        shown,
        rows,
        f"Best-response curves: one tariff of {x_name} and one of {y_name} on everything",
        mark={"type": "line", "strokeWidth": 2, "point": {"size": 35}},
        encoding={
            "x": _axis("x", f"Tariff of {x_name}, %"),
            "y": _axis("y", f"Tariff of {y_name}, %"),
            "order": {"field": "order", "type": "quantitative"},
            "color": {"field": "who", "type": "nominal", "legend": {"title": None},
                      "scale": {"domain": domain, "range": list(CURVES)}},
            "tooltip": [part.tip("who", "Curve"), part.tip("x", f"{x_name}, %", ".1f"),
                        part.tip("y", f"{y_name}, %", ".1f")],
        },
        height=300,
    )  # fmt: skip
    cells = [
        [f"{100 * other:.1f}", f"{100 * a:.1f}", f"{100 * b:.1f}"]
        for other, a, b in zip(first.others, first.best, second.best, strict=True)
    ]
    what = table(["", f"best of {x_name}", f"best of {y_name}"], cells,
                 caption="Best uniform tariff at one of the other (first column), %")  # fmt: skip
    note = "If each had one tariff on everything it may tax; the curves cross at that war"
    return sections._figure("curves", "Best responses", note, what)


def _axis(field: str, title: str) -> Spec:
    return {"field": field, "type": "quantitative",
            "scale": {"zero": True, "nice": True},
            "axis": {"title": title, "tickCount": 5, "gridOpacity": 0.12}}  # fmt: skip


def _matrix(result: WarResult) -> str:
    matrix = result.matrix
    if matrix is None:
        return ""
    rows = [
        [f"{matrix.players[0]}: {name}",
         *(", ".join(words.signed(float(v)) for v in matrix.payoffs[:, k, j])
           for j in range(len(matrix.strategies[1])))]
        for k, name in enumerate(matrix.strategies[0])
    ]  # fmt: skip
    heads = ["", *(f"{matrix.players[1]}: {name}" for name in matrix.strategies[1])]
    caption = wars_matrix.caption(result)
    shown = scroll(table(heads, rows, caption=caption), "Payoff matrix", "scroll plain")
    intro = text("p", "Each either carries out what was announced in its name, or nothing.")
    return tag("section", text("h2", "The announced measures as a game"), intro, shown)


def _talks(result: TalksResult, shown: Any, specs: dict[str, Spec]) -> list[str]:
    names = wars.own_order(result)
    if len(names) != 2:
        return [_agreed(result)]
    rows: list[dict[str, Any]] = []

    def point(what: str, kind: str, payoffs: Any, label: str = "") -> None:
        x, y = (part.rounded(100 * float(np.expm1(v))) for v in payoffs)
        rows.append({"what": what, "kind": kind, "x": x, "y": y, "said": label})

    for optimum in result.frontier:
        point("efficient", "frontier", optimum.payoffs)
    for number, (name, bargain) in enumerate(result.bargains.bargains.items(), start=1):
        point(f"without agreement: {said(result.setting, name)}", "alternative",
              bargain.disagreement, str(number))  # fmt: skip
        if str(bargain.status) == "agreed":
            point(f"agreed over {said(result.setting, name)}", "agreement",
                  bargain.optimum.payoffs, str(number))  # fmt: skip
    shades = {"frontier": part.NEUTRAL, "alternative": part.LOSS, "agreement": part.GAIN}
    kinds = [kind for kind in shades if any(row["kind"] == kind for row in rows)]
    colours = {"domain": kinds, "range": [shades[kind] for kind in kinds]}
    # agreements are efficient too: without them a line through few points would pass below them
    line = {"transform": [{"filter": "datum.kind !== 'alternative'"}],
            "mark": {"type": "line", "strokeWidth": 2, "color": part.NEUTRAL},
            "encoding": {"order": {"field": "x", "type": "quantitative"}}}  # fmt: skip
    colour = {"field": "kind", "type": "nominal", "scale": colours, "legend": {"title": None}}
    specs["payoffs"] = part.chart(
        shown,
        rows,
        f"Payoff plane: real income of {names[0]} and {names[1]}",
        layer=[
            *([line] if result.frontier else []),
            {"mark": {"type": "point", "filled": True, "size": 80, "opacity": 1},
             "encoding": {"color": colour, "tooltip": [
                 part.tip("what", "Point"), part.tip("x", f"{names[0]}, %", "+.4f"),
                 part.tip("y", f"{names[1]}, %", "+.4f")]}},
            {"transform": [{"filter": "datum.said !== ''"}],
             "mark": {"type": "text", "dx": 9, "dy": -9, "fontSize": 12, "fontWeight": "bold"},
             "encoding": {"text": {"field": "said", "type": "nominal"}}},
        ],
        encoding={"x": _axis("x", f"Real income of {names[0]}, %"),
                  "y": _axis("y", f"Real income of {names[1]}, %")},
        height=340,
    )  # fmt: skip
    what = table(["", *names], [[r["what"], r["x"] or 0.0, r["y"] or 0.0] for r in rows],
                 caption="Real income, % from the baseline", decimals=4)  # fmt: skip
    key = "; ".join(f"{k}: {said(result.setting, name)}"
                    for k, name in enumerate(result.bargains.bargains, start=1))  # fmt: skip
    note = f"Real income, %. Alternatives and what is agreed over them: {key}"
    figure = sections._figure("payoffs", "What each could get", note, what)
    return [tag("section", text("h2", "The room for agreement"),
                tag("div", figure, class_="charts")), _agreed(result)]  # fmt: skip


def _agreed(result: TalksResult) -> str:
    found: Any = result.bargains.players().reset_index()
    rows = [
        [f"{said(result.setting, str(r.disagreement))}: {r.player}", r.without_pct, r.agreed_pct,
         r.gain_pct, r.status]
        for r in found.itertuples()
    ]  # fmt: skip
    shown = table(["", "without", "agreed", "gain", "status"], wars_parts.cells(rows),
                  caption="Real income without and with agreement, %")  # fmt: skip
    return tag("section", text("h2", "Agreements by alternative"),
               scroll(shown, "Agreements", "scroll plain"))  # fmt: skip
