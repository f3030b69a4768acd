"""The bars of the report of talks: what each has without a deal, what draws say, what steps cost.

Values are billion USD a year, shares per cent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from detente.document import chart_parts as part
from detente.document.chart_parts import Spec
from detente.report.markup import table
from detente.report.talks import parts
from detente.report.talks.figures import factor_names

if TYPE_CHECKING:
    from detente.talks.gap import Concession
    from detente.talks.study import TalksStudy

PALETTE = (*part.SIDES, "#7a5cb0", part.GAIN, part.LOSS, part.NEUTRAL)
FACTORS, PACKAGES = 10, 8
"""Assumptions, and packages, that are shown at most."""
LEAST = 0.01
"""Share of a variance below which an assumption is not shown."""
_BAR = 11
OTHERS = "any other package"


def _grouped(
    rows: list[dict],
    description: str,
    title: str,
    series: list[str],
    tips: list[Spec],
    colours: list[str] | None = None,
) -> Spec:
    """Draw bars under the label of their row, one a series.

    Rows hold ``row``, ``series``, ``place`` (of the series), ``value`` and ``label``.
    """
    step = 24 + (_BAR + 1) * len(series)
    middle = 8.5
    top = middle - (_BAR + 1) * (len(series) - 1) / 2
    place = {"expr": f"{top} + {_BAR + 1} * datum.place"}
    own = colours or [PALETTE[k % len(PALETTE)] for k in range(len(series))]
    scale = {"domain": series, "range": own}
    colour = {"field": "series", "type": "nominal", "scale": scale,
              "legend": part.legend(series) if len(series) > 1 else None}  # fmt: skip
    order = list(dict.fromkeys(row["row"] for row in rows))
    return part.free_chart(
        rows,
        description,
        layer=[
            {"mark": {"type": "bar", "size": _BAR - 1, "cornerRadius": 1, "yOffset": place},
             "encoding": {"color": colour}},
            part.zero_ticks((_BAR + 1) * len(series), middle),
            part.end_label("label", yOffset=place, fontSize=11),
        ],
        encoding={
            "y": part.label_above("row", order, step=step),
            "x": part.measure_below("value", title),
            "tooltip": tips,
        },
        height=step * len(order),
    )  # fmt: skip


def _row(row: str, series: str, place: int, value: float, label: str) -> dict:
    return {"row": row, "series": series, "place": place, "value": part.rounded(value),
            "label": label}  # fmt: skip


def no_deals(study: TalksStudy) -> Spec:
    """Bars: what every no-deal point, and the predicted package, is worth to each side."""
    names = parts.party_names(study)
    shown = {d.title or d.id: d.values for d in parts.points(study).values()}
    if study.predicted is not None:
        shown["The predicted package"] = study.packages.utility[study.predicted]
    rows = [
        _row(title, name, k, values[k] / parts.divisor(study), parts.worth(study, values[k]))
        for title, values in shown.items()
        for k, name in enumerate(names.values())
    ]
    tips = [part.tip("row", "What holds"), part.tip("series", "Worth to"),
            part.tip("value", parts.unit(study), parts.tip_format(study))]  # fmt: skip
    return _grouped(rows, "Bars: worth to each side without a deal, and of the predicted package",
                    f"Change from the baseline year, {parts.unit(study)}", list(names.values()),
                    tips)  # fmt: skip


def wishes(study: TalksStudy) -> list[tuple[str, list[float]]]:
    """Return what each option brings each side where nothing else is settled, million USD."""
    start = study.case.unsettled
    base = study.packages.utility[study.packages.number(start)]
    found = []
    for issue in study.packages.table.issues:
        for option in issue.options:
            if option != start[issue.id]:
                here = study.packages.utility[study.packages.number({**start, issue.id: option})]
                (title,) = parts.choices_in_words(study, [(issue.id, option)])
                found.append((title, [float(v) for v in here - base]))
    return found


def wants(study: TalksStudy) -> Spec:
    """Bars: what each option brings each side where nothing else is settled."""
    names = list(parts.party_names(study).values())
    rows = [
        _row(title, name, k, values[k] / parts.divisor(study), parts.worth(study, values[k]))
        for title, values in wishes(study)
        for k, name in enumerate(names)
    ]
    tips = [part.tip("row", "Option"), part.tip("series", "Worth to"),
            part.tip("value", parts.unit(study), parts.tip_format(study))]  # fmt: skip
    return _grouped(rows, "Bars: worth to each side of each option alone",
                    f"Change of welfare, {parts.unit(study)}", names, tips)  # fmt: skip


def wants_table(study: TalksStudy) -> str:
    """Return the same as a table."""
    rows = [[title, *(parts.worth(study, v) for v in values)] for title, values in wishes(study)]
    return table(
        ["", *parts.party_names(study).values()],
        rows,
        caption=f"One option at a time where nothing else is settled, {parts.unit(study)}",
    )


def no_deal_table(study: TalksStudy) -> str:
    """Return the bars of `no_deals` as a table."""
    names = list(parts.party_names(study).values())
    rows = [[d.title or d.id, *(parts.worth(study, v) for v in d.values)]
            for d in parts.points(study).values()]  # fmt: skip
    if study.predicted is not None:
        rows.append(
            [
                "The predicted package",
                *(parts.worth(study, v) for v in study.packages.utility[study.predicted]),
            ]
        )
    return table(["", *names], rows, caption=f"Change from the baseline year, {parts.unit(study)}")


def packages_drawn(study: TalksStudy) -> list[tuple[str, float]]:
    """Return what draws predict and how often: packages apart, all others, no deal."""
    drawn = study.uncertainty
    if drawn is None:
        return []
    seen = [(int(str(k)), float(share)) for k, share in drawn.packages.items()]
    found = [(parts.told_apart(study, k), share) for k, share in seen[:PACKAGES]]
    rest = sum(share for _, share in seen[PACKAGES:])
    none = float(np.mean(drawn.draws["package"] < 0))
    found += [(OTHERS, rest)] if rest > 0 else []
    return found + ([("no package that passes", none)] if none > 0 else [])


def distribution(study: TalksStudy) -> str:
    """Show the share of draws that predict each package."""
    rows = [(label, {"share of draws": share}) for label, share in packages_drawn(study)]
    return parts.bars(rows, caption="Share of draws that predict each package", name="draws",
                      colours=PALETTE)  # fmt: skip


def gain_rows(study: TalksStudy) -> list[tuple[str, float, tuple[float, float, float]]]:
    """Return each side's gain from the predicted package: name, central, quantiles of draws."""
    drawn = study.uncertainty
    found = study.outlook.agreements[study.choices.solution]
    middle = parts.gains(found, len(study.case.parties))
    names = parts.party_names(study)
    none = (np.nan, np.nan, np.nan)
    return [
        (name, middle[k], none if drawn is None else drawn.interval(f"central_gain_{party}"))
        for k, (party, name) in enumerate(names.items())
    ]


def gain(study: TalksStudy) -> Spec:
    """Ranges: each side's gain over no deal in nine tenths of the draws."""
    by, rows = parts.divisor(study), []
    for name, mid, interval in gain_rows(study):
        low, half, high = (parts.worth(study, v) for v in interval)
        ends = {k: part.rounded(v / by)
                for k, v in zip(("low", "median", "high"), interval, strict=True)}  # fmt: skip
        label = f"{half} ({low} to {high})"
        rows.append({"row": name, "central": part.rounded(mid / by), **ends, "label": label})
    tips = [
        part.tip("row", "Side"),
        part.tip("central", "Central figures", parts.tip_format(study)),
        part.tip("low", "5% of draws below", parts.tip_format(study)),
        part.tip("median", "Median", parts.tip_format(study)),
        part.tip("high", "95% below", parts.tip_format(study)),
    ]
    names = [row["row"] for row in rows]
    step = 58
    y = part.label_above("row", names, step=step)
    y["axis"]["labelLimit"] = {"expr": f"max(90, {part.SIZE} - 200)"}
    colour = {"field": "row", "type": "nominal", "legend": None,
              "scale": {"domain": names, "range": list(PALETTE)[: len(names)]}}  # fmt: skip
    x = part.measure_below("low", f"Gain over no deal, {parts.unit(study)}", padding=16)
    return part.free_chart(
        rows,
        "Ranges: gain of each side over no deal in nine tenths of the draws",
        layer=[
            {"mark": {"type": "bar", "size": 12, "cornerRadius": 6, "opacity": 0.45, "yOffset": 2},
             "encoding": {"x": x, "x2": {"field": "high"}, "color": colour}},
            {"mark": {"type": "tick", "size": 18, "thickness": 3, "yOffset": 2},
             "encoding": {"x": {"field": "median", "type": "quantitative"}, "color": colour}},
            {"mark": {"type": "point", "shape": "diamond", "filled": True, "size": 90,
                      "color": "currentColor", "opacity": 1, "yOffset": 2},
             "encoding": {"x": {"field": "central", "type": "quantitative"}}},
            {"mark": {"type": "text", "align": "right", "yOffset": -19, "fontSize": 12},
             "encoding": {"x": {"value": "width"}, "text": {"field": "label", "type": "nominal"}}},
        ],
        encoding={"y": y, "tooltip": tips},
        height=step * len(rows),
    )  # fmt: skip


def gain_table(study: TalksStudy) -> str:
    """Return the same as a table."""
    rows = [
        [name, parts.worth(study, mid), *(parts.worth(study, v) for v in interval)]
        for name, mid, interval in gain_rows(study)
    ]
    return table(
        ["", "central figures", "5% of draws below", "median", "95% below"],
        rows,
        caption=f"Gain of the predicted package over no deal, {parts.unit(study)}",
    )


def _outcomes(study: TalksStudy) -> dict[str, str]:
    """Return what importance is told of, as the reader sees it, by column."""
    names = parts.party_names(study)
    said = {"deal": "whether there is a deal"}
    said |= {f"gain of {p}": f"gain of {n}" for p, n in names.items()}
    table_ = None if study.uncertainty is None else study.uncertainty.importance
    return {} if table_ is None else {k: v for k, v in said.items() if k in table_.columns}


def importance_rows(study: TalksStudy) -> list[tuple[str, dict[str, float]]]:
    """Return assumptions, the most important first, with the shares that they explain."""
    said = _outcomes(study)
    if study.uncertainty is None or not said:
        return []
    names, found = factor_names(study), study.uncertainty.importance
    return [
        (names.get(str(factor), str(factor)), {said[k]: float(shares[k]) for k in said})
        for factor, shares in found.to_dict("index").items()
        if max(shares.values()) >= LEAST
    ]


def importance(study: TalksStudy) -> str:
    """Show the share of the variance of each outcome that an assumption explains alone."""
    gains_of = [f"gain of {p}" for p in study.case.parties]
    colours = [PALETTE[gains_of.index(k) % len(PALETTE)] if k in gains_of else part.NEUTRAL
               for k in _outcomes(study)]  # fmt: skip
    return parts.bars(importance_rows(study)[:FACTORS], colours=colours, name="importance",
                      caption="Share of the variance over the draws, explained alone")  # fmt: skip


def ladder(study: TalksStudy, steps: list[Concession], receiver: str) -> Spec:
    """Bars: what each concession costs its giver and brings the other."""
    names, issues = parts.party_names(study), parts.issue_titles(study)
    options = parts.option_titles(study)
    giver = names[steps[0].giver]
    sides = [giver, names[receiver]]
    order = list(names)
    colours = [PALETTE[order.index(p) % len(PALETTE)] for p in (steps[0].giver, receiver)]
    rows = []
    for k, step in enumerate(steps, 1):
        title = f"{k}. {issues[step.issue]}: {options[step.issue, step.after]}"
        for place, value in enumerate((-step.cost, step.worth)):
            rows.append(
                _row(
                    title,
                    sides[place],
                    place,
                    value / parts.divisor(study),
                    parts.worth(study, value),
                )
            )
    tips = [part.tip("row", "Concession"), part.tip("series", "Worth to"),
            part.tip("value", parts.unit(study), parts.tip_format(study))]  # fmt: skip
    return _grouped(rows, f"Bars: concessions of {giver}, worth to both sides",
                    f"Change of welfare, {parts.unit(study)}", sides, tips, colours)  # fmt: skip
