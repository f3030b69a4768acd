"""What options add to a game, in parts with sentences and a table, for every way of showing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from detente.report import words
from detente.report.markup import scroll, table, tag, text

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from detente.report.wars import Result

Row = Sequence[str | float]


@dataclass(frozen=True, eq=False)
class Part:
    """Something found besides the game itself.

    Attributes
    ----------
    key
        Its name in JSON and in files.
    title
        As a heading.
    said
        Sentences.
    heads, rows
        Of the table; the first column names rows.
    frame
        All of it, one row an entry.
    long
        Caption, heads and rows of a longer table that the page alone shows.
    """

    key: str
    title: str
    said: list[str]
    heads: list[str]
    rows: list[Row]
    frame: pd.DataFrame
    long: tuple[str, list[str], list[Row]] | None = field(default=None)


def parts(result: Result) -> list[Part]:
    """Return what options added to a result, in the order of the report."""
    from detente.report import wars_options, wars_politics

    options = wars_options
    makers = (wars_politics.part, options.bindings, options.answers, options.pairs,
              options.reciprocal, options.coalitions)  # fmt: skip
    found = [make(result) for make in makers]
    return [part for part in found if part is not None]


def cells(rows: Sequence[Row]) -> list[list[str]]:
    """Write numbers as sentences do, so that the same one is rounded alike wherever it stands."""
    return [[v if isinstance(v, str) else words.signed(v) for v in row] for row in rows]


def sections(result: Result) -> list[str]:
    """Return the parts as sections of the page."""
    found = []
    for part in parts(result):
        said = [text("li", sentence) for sentence in part.said]
        shown = [text("h2", part.title), tag("ul", *said) if said else ""]
        if part.rows:
            shown.append(scroll(table(part.heads, cells(part.rows), caption=part.title),
                                part.title, "scroll plain"))  # fmt: skip
        if part.long is not None:
            caption, heads, rows = part.long
            shown.append(scroll(table(heads, rows, caption=caption), caption, "scroll plain"))
        found.append(tag("section", *shown))
    return found


def print_parts(result: Result, console: Console) -> None:
    """Print the parts at a terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    for part in parts(result):
        console.print(Text(f"\n{part.title}"))
        if part.rows:
            shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
            for number, head in enumerate(part.heads):
                shown.add_column(head, justify="right" if number else "left")
            for row in cells(part.rows):
                shown.add_row(*row)
            console.print(shown)
        for sentence in part.said:
            console.print(Text(f"• {sentence}"))


def plain(result: Result) -> dict[str, Any]:
    """Return the parts as plain data, by key: sentences and rows."""
    import json

    return {
        part.key: {
            "said": part.said,
            "rows": json.loads(part.frame.to_json(orient="records", double_precision=15) or "[]"),
        }
        for part in parts(result)
    }


def frames(result: Result) -> dict[str, pd.DataFrame]:
    """Return the tables of the parts by key."""
    return {part.key: part.frame for part in parts(result)}
