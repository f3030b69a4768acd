"""What all results share in Python and in notebooks: a short name, a look, their tables.

A result says in `_brief` what it is; everything else is read from its document, so that a notebook
shows what the terminal and the page show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from detente.document.blocks import (
    Chart,
    Choice,
    Document,
    Fold,
    Note,
    Section,
    Sentence,
    Table,
)
from detente.errors import InputError, Problem, nearest

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from detente.document.data import Data

LONGEST = 199
"""Characters of a name, so that a list of results can be read."""
SENTENCES, ROWS = 3, 12
"""Sentences and rows that a notebook shows of a result."""


class Brief:
    """A value whose ``repr`` is one short line."""

    def _brief(self) -> str:
        raise NotImplementedError

    def __repr__(self) -> str:
        """Say what it is, in less than 200 characters."""
        text = f"<{type(self).__name__} {self._brief()}"
        return text[: LONGEST - 2] + "…>" if len(text) >= LONGEST else f"{text}>"


class Shown(Brief):
    """A result that `detente.describe` describes."""

    def _repr_html_(self) -> str:
        """Show the answer, a picture and the first table; `detente.describe` shows everything."""
        return _opening(_document(self))._repr_html_()

    def summary(self) -> str:
        """Return the answer in at most three sentences."""
        return " ".join(_answer(_document(self)))

    def plot(self, chart: str | None = None) -> Chart:
        """Return a chart, which a notebook draws.

        Parameters
        ----------
        chart
            Its key; the first chart unless given. A key that is unknown is answered with all.

        Returns
        -------
        A chart with ``to_vega_lite()``, ``to_altair()`` and its figures as ``table.to_frame()``.

        Raises
        ------
        InputError
            There is no such chart.
        """
        charts = [block for block in _walk(_document(self)) if isinstance(block, Chart)]
        return _picked({block.place: block for block in charts}, chart, "chart")

    def to_pandas(self, table: str | None = None) -> pd.DataFrame:
        """Return a table as a frame of raw values.

        Parameters
        ----------
        table
            Its name; the first unless given. A name that is unknown is answered with all.

        Raises
        ------
        InputError
            There is no such table.
        """
        return _picked(_tables(self), table, "table").frame.copy()

    def to_xarray(self, table: str | None = None) -> xr.Dataset:
        """Return a table as labelled arrays, with meanings and units as attributes.

        A table with one row for every combination of its labels, such as ``flows`` by sector,
        importer and exporter, becomes arrays over these; any other, arrays over its rows.

        Parameters
        ----------
        table
            As `to_pandas` takes it.

        Raises
        ------
        InputError
            There is no such table.
        """
        return arrays(_picked(_tables(self), table, "table"))


def _report() -> Any:
    # what describes results stands above them: it is found when somebody asks to see one
    return import_module("detente.report.describe")


def _document(result: Shown) -> Document:
    return _report().describe(result)


def _tables(result: Shown) -> dict[str, Data]:
    """Return all tables of a result by name: those for programs first."""
    from detente.document import publish

    own = _report().parts(result)[1]
    return {**own, **publish.data(_document(result), own)}


def _picked(found: Mapping[str, Any], name: str | None, what: str) -> Any:
    name = next(iter(found), "") if name is None else name
    if name not in found:
        message = f"no such {what}; {nearest(str(name), found)}".rstrip("; ")
        raise InputError(Problem(message, None, None, what, name, ", ".join(found) or "none"))
    return found[name]


def _walk(document: Document, blocks: Iterable[Any] | None = None) -> Iterator[Any]:
    """Yield what a reader sees first, in reading order: the chosen options, nothing folded."""
    for block in document.sections if blocks is None else blocks:
        if isinstance(block, Section):
            yield from _walk(document, block.blocks if "page" in block.on else ())
        elif isinstance(block, Choice):
            chosen = document.chooser.chosen if document.chooser else ""
            yield from _walk(document, block.options.get(chosen, ()))
        elif not isinstance(block, Fold):
            yield block


def _answer(document: Document) -> list[str]:
    """Return what the first section with sentences says first."""
    for section in document.sections:
        blocks = _walk(document, (section,))
        if said := [block.text for block in blocks if isinstance(block, Sentence)]:
            return said[:SENTENCES]
    return [document.summary or document.title]


def _opening(document: Document) -> Document:
    """Return the answer, the first picture and the first table of a document."""
    seen = list(_walk(document))
    charts = [_drawn(block, document) for block in seen if isinstance(block, Chart)][:1]
    tables = [_first_rows(block) for block in seen if isinstance(block, Table)][:1]
    more = Note("All of it: detente.describe(result). Tables: .to_pandas(). Charts: .plot().")
    said = map(Sentence, _answer(document))
    blocks = (*said, *charts, *([charts[0].table] if charts else tables), more)
    section = Section("opening", document.title, blocks)
    return replace(document, sections=(section,), summary="", contents=False)


def _drawn(chart: Chart, document: Document) -> Chart:
    """Return a chart as it is drawn, above the first rows of its table."""
    from detente.document.charts import spec

    drawn = spec(chart, document.chooser) or {}
    return replace(chart, own=drawn, table=_first_rows(chart.table))


def _first_rows(table: Table) -> Table:
    if len(table.rows) <= ROWS:
        return table
    marked = table.marked if table.marked is not None and table.marked < ROWS else None
    note = f"The first {ROWS} of {len(table.rows)} rows. {table.note}".rstrip()
    return replace(
        table,
        rows=table.rows[:ROWS],
        units=table.units[:ROWS],
        marked=marked,
        note=note,
    )


def arrays(data: Data) -> xr.Dataset:
    """Return a table as arrays over its labels, or over its rows where combinations lack."""
    import pandas as pd
    import xarray as xr

    # what stands beside an id says no more than it
    keys = {column.key for column in data.columns}
    beside = {key for key in keys if key.removesuffix("_title") in keys - {key}}
    columns = [column for column in data.columns if column.key not in beside]
    labels: list[str] = []
    for column in columns[:-1]:
        if column.unit is not None:
            break
        labels.append(column.key)
    codes = {label: list(dict.fromkeys(data.frame[label])) for label in labels}
    every = pd.MultiIndex.from_product(list(codes.values()), names=labels) if labels else None
    frame = data.frame.drop(columns=list(beside))
    if every is not None and len(every) == len(frame) and not frame.duplicated(labels).any():
        frame = frame.set_index(labels)
        shape = [len(one) for one in codes.values()]
        held = {
            name: (labels, frame[name].reindex(every).to_numpy().reshape(shape)) for name in frame
        }
        found = xr.Dataset(held, coords=codes)
    else:
        found = xr.Dataset({name: ("row", frame[name].to_numpy()) for name in frame})
    for column in columns:
        unit = {"units": column.unit.of_data} if column.unit else {}
        found[column.key].attrs |= {"long_name": column.meaning, **unit}
    return found
