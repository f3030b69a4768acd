"""Parts that the reports of sanctions share: tables of the terminal, plain data, figures."""

from __future__ import annotations

from typing import Any

from detente.document import chart_parts as cp
from detente.document.chart_parts import free_chart as spec
from detente.report import words
from detente.report.markup import scroll, tag, text


def whole(value: float) -> str:
    """Write money without decimals: a true minus, no sign on what rounds to zero."""
    return words.signed(value, 0).removeprefix("+")


def grid(title: str, heads: tuple[str, ...]):
    """Return an empty table for the terminal: first column words, the others numbers."""
    from rich import box
    from rich.table import Table

    # a title breaks at the width of its table
    table = Table(*heads, box=box.SIMPLE_HEAD, pad_edge=False, title=title, title_justify="left",
                  min_width=min(len(title), 99))  # fmt: skip
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.justify = "right"
    return table


def section(title: str, note: str, figures: list[str], before: str = "") -> str:
    """Return a section: a note, what comes before the figures as markup, the figures."""
    said = text("p", note, class_="note") if note else ""
    return tag("section", text("h2", title), said, before, tag("div", *figures, class_="charts"))


def figure(name: str, title: str, note: str, data: str) -> str:
    """Return the place of a chart, with its data as a table that folds out."""
    caption = tag("figcaption", text("h3", title), text("span", note, class_="note"))
    folded = tag("details", text("summary", "Show the figures"), scroll(data, title))
    place = tag("div", class_="chart", data_chart=name)
    return tag("figure", caption, place, folded)


def axis(field: str, title: str, **axis) -> cp.Spec:
    """Return a quantitative channel with a faint grid."""
    return {
        "field": field,
        "type": "quantitative",
        "axis": {"title": title, "gridOpacity": 0.12, **axis},
    }


def bars(rows: list[dict], description: str, title: str) -> cp.Spec:
    """Return bars by economy, to the left below zero."""
    names = [row["label_of"] for row in rows]
    return spec(
        rows,
        description,
        height=26 * len(rows) + 40,
        encoding={"y": cp.band("label_of", names), "x": cp.measure("value", title)},
        layer=cp.signed_bars(),
    )


def economies(
    specs: dict[str, cp.Spec],
    key: str,
    values: Any,
    names: dict[str, str],
    said: tuple[str, str, str, str],
    data: str,
    *,
    sign: float = -1.0,
) -> str:
    """Return the place of a chart of bars by economy, and add the chart to ``specs``.

    Parameters
    ----------
    values
        A series by code of the economy; what rounds to zero has no bar, and there is no chart where
        all do.
    said
        Title, note, description for who cannot see it, title of the axis.
    """
    title, told, description, unit = said
    rows = bar_rows(values, names, sign)
    if not rows:
        none = f"{told}. None: for every economy it is less than 0.5 {unit}."
        caption = tag("figcaption", text("h3", title), text("span", none, class_="note"))
        folded = tag("details", text("summary", "Show the figures"), scroll(data, title))
        return tag("figure", caption, folded)
    specs[key] = bars(rows, description, unit)
    return figure(key, title, told, data)


def bar_rows(values, names: dict[str, str], sign: float = -1.0, count: int = 10) -> list[dict]:
    """Return the largest of some values, with names and labels."""
    large = values[values.abs() >= 0.5]
    order = large.abs().sort_values(ascending=False).index[:count]
    return [
        {
            "label_of": names[code],
            "value": cp.rounded(sign * values[code]),
            "label": f"{sign * values[code]:,.0f}".replace("-", "−"),
        }
        for code in order
    ]


def signed(value: float) -> str:
    """Write money without decimals and with its sign; none on what rounds to zero."""
    return words.signed(value, 0)
