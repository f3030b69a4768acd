"""Charts as pictures that stand alone: title, unit, date, baseline and source are in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Literal

from detente.document.blocks import Chart, Document, walk
from detente.document.chart_parts import ALONE, FONT, Spec
from detente.document.charts import spec

Ending = Literal["svg", "png"]
ENDINGS: tuple[Ending, ...] = ("svg", "png")
WIDTH = 660
SCALE = 2
"""Pixels of a PNG by unit of an SVG: sharp in print."""
PRINTED = "Liberation Sans, Arial, Helvetica, sans-serif"
"""Comes with what draws, so that the same picture is the same bytes on every machine."""


def of(document: Document) -> dict[str, bytes]:
    """Return every chart of a document as SVG and PNG by name of file: one an option of a choice.

    Those without a finite number have none.
    """
    return {
        f"{name}.{ending}": _drawn(picture, ending)
        for chart in walk(document.sections)
        if isinstance(chart, Chart)
        for name, picture in _pictures(chart, document)
        for ending in ENDINGS
    }


def picture(
    chart: Chart, ending: Ending = "svg", document: Document | None = None, option: str = ""
) -> bytes:
    """Return one chart as a picture.

    Parameters
    ----------
    ending
        ``svg`` or ``png``.
    document
        The one it is of, which says date, baseline and source.
    option
        What is chosen, of a chart that shows one of several; the one shown first unless given.

    Raises
    ------
    ValueError
        There is no number to draw.
    """
    drawn = _spec(chart, document, option)
    if drawn is None:
        raise ValueError(f"{chart.place}: there is no number to draw")
    return _drawn(drawn, ending)


def _pictures(chart: Chart, document: Document) -> Iterator[tuple[str, Spec]]:
    chooser = document.chooser
    varied = chooser is not None and (chart.choice or chart.by_option)
    for option in chooser.titles if varied and chooser else ("",):
        if drawn := _spec(chart, document, option):
            yield f"{chart.place}{'-' if option else ''}{option}", drawn


def _spec(chart: Chart, document: Document | None, option: str) -> Spec | None:
    chooser = document.chooser if document else None
    option = option or (chooser.chosen if chooser else "")
    found = spec(chart, chooser, rests_on(document) if document else ())
    if found is not None:
        values = {ALONE: True} | ({chooser.name: option} if chooser else {})
        found["params"] = [
            {**one, "value": values.get(one["name"], one["value"])} for one in found["params"]
        ]
    return found


def rests_on(document: Document) -> tuple[str, ...]:
    """Return lines on what a document rests on, for a chart that stands without it."""
    baseline = document.about.get("baseline", {})
    named = f"Baseline {baseline['name']}, {baseline['year']}. " if baseline else ""
    source = str(baseline.get("source", "")).rstrip(".")
    data = f"Source of data: {source}. " if source else ""
    made = f"Calculated with detente {version('detente')}."
    return (document.title, document.eyebrow.removeprefix("Détente · "), named + data + made)


def svg(drawn: Spec, ink: str = "#222233", paper: str = "white") -> str:
    """Return a chart as SVG: outside a page there is no container to measure, no colour to take."""
    import vl_convert

    fixed = {**drawn, "width": WIDTH, "background": paper, "padding": 12}
    plain = json.dumps(fixed, ensure_ascii=False).replace("containerSize()[0]", str(WIDTH))
    plain = plain.replace("currentColor", ink).replace(FONT, PRINTED)
    return vl_convert.vegalite_to_svg(plain, vl_version="6.1")


def _drawn(found: Spec, ending: Ending) -> bytes:
    import vl_convert

    text = svg(found)
    return text.encode() if ending == "svg" else vl_convert.svg_to_png(text, scale=SCALE)
