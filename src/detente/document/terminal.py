"""Documents at a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from detente.document.blocks import (
    Card,
    Chart,
    Choice,
    Chooser,
    Document,
    Fold,
    Link,
    Mark,
    Note,
    Section,
    Sentence,
    Table,
    Term,
    Tone,
    Word,
)
from detente.document.layout import Cell, Grid, Head, grid
from detente.document.numbers import MINUS, with_unit

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

GAIN, LOSS = "color(37)", "color(166)"  # teal and vermilion: apart for colour-blind eyes
STYLES: dict[Tone, str] = {"": "", "good": GAIN, "bad": LOSS, "quiet": "dim", "strong": "bold"}
NARROWEST = 60
"""Columns of a terminal below which tables do not fit."""
LABEL, WIDEST_WORDS, GAP = 25, 40, 3


@dataclass(frozen=True)
class How:
    """How blocks are printed.

    Attributes
    ----------
    full
        Whether small print and what a page folds away are printed too.
    chosen
        Option of choices that is printed; all of them where it is empty.
    done
        Keys of the tables that have been printed: each is once.
    """

    console: Console
    full: bool = True
    chosen: str = ""
    done: set[str] = field(default_factory=set)


def show(block: Any, console: Console | None = None, *, full: bool = True) -> None:
    """Print a block; without ``full``, small print and what a page folds away are left out."""
    from rich.console import Console as RichConsole

    _print(block, How(RichConsole() if console is None else console, full))


def blocks(found: Iterable[Any], how: How) -> None:
    """Print blocks in their order; several sentences in a row are a list."""
    for kind, group in groupby(found, type):
        members = list(group)
        for block in members:
            if kind is Sentence:
                _line(how.console, _said(block, listed=len(members) > 1))
            else:
                _print(block, how)


def _print(block: Any, how: How) -> None:
    _PRINTS[type(block)](block, how)


def _print_table(block: Table, how: How) -> None:
    if "terminal" in block.on and block.key not in how.done:
        how.done.add(block.key)
        _table(block, how.console)


def _print_card(block: Card, how: How) -> None:
    value = block.value if isinstance(block.value, str) else with_unit(block.value, block.unit)
    more = f" ({'; '.join(block.small)})" if block.small else ""
    _line(how.console, f"{block.head}: {value}{more}", STYLES[block.tone])


def _print_note(block: Note, how: How) -> None:
    if how.full:
        _line(how.console, block.text, "dim")


def _prints(found: Any, how: How) -> bool:
    """Whether a block, or any in it, prints anything: a title over nothing is not printed."""
    if isinstance(found, Section) and ("terminal" not in found.on or (found.more and not how.full)):
        return False
    if isinstance(found, Section | Fold):
        return any(_prints(one, how) for one in found.blocks)
    if isinstance(found, Choice):
        return any(_prints(one, how) for inner in found.options.values() for one in inner)
    table = found.table if isinstance(found, Chart) else found
    if isinstance(table, Table):
        return "terminal" in table.on and table.key not in how.done
    return not isinstance(found, Note) or how.full


def _print_fold(block: Fold, how: How) -> None:
    if how.full and _prints(block, how):
        _line(how.console, f"\n{block.title}", "bold")
        blocks(block.blocks, how)


def _print_choice(block: Choice, how: How) -> None:
    for key, inner in block.options.items():
        if how.chosen in ("", key):
            blocks(inner, how)


def _print_term(block: Term, how: How) -> None:
    _line(how.console, f"{block.word}: {block.meaning}")
    _line(how.console, block.detail, "dim")


def _print_section(block: Section, how: How) -> None:
    if _prints(block, how):
        if block.title:
            _line(how.console, f"\n{block.title}", "bold")
        blocks(block.blocks, how)


def _print_document(block: Document, how: How) -> None:
    from rich.rule import Rule

    console, chooser = how.console, block.chooser
    console.print()
    _line(console, block.title, "bold")
    for text in (block.eyebrow, *block.rests_on):
        _line(console, text, "dim")
    chosen = "" if how.full or chooser is None else chooser.chosen
    for section in block.sections:
        _print(section, replace(how, chosen=chosen))
    if block.notes:
        console.print(Rule(style="dim"))
    for text in block.notes:
        _line(console, text, "dim")


_PRINTS: dict[type, Callable[[Any, How], None]] = {
    Sentence: lambda b, how: _line(how.console, _said(b, listed=False)),
    Chooser: lambda b, how: _line(how.console, f"{b.label}: {b.titles[b.chosen]}"),
    Term: _print_term,
    Mark: lambda b, how: how.console.print(_word(b)),
    Link: lambda b, how: how.console.print(_word(b)),
    Chart: lambda b, how: _print_table(b.table, how),
    Table: _print_table,
    Card: _print_card,
    Note: _print_note,
    Fold: _print_fold,
    Choice: _print_choice,
    Section: _print_section,
    Document: _print_document,
}


def _line(console: Console, text: str, style: str = "") -> None:
    from rich.text import Text

    if text:
        console.print(Text(text, style=style))


def _said(sentence: Sentence, listed: bool) -> str:
    head = sentence.head
    about = (head.short or head.text) if isinstance(head, Mark) else head
    if about:
        return f"{about}  {sentence.text}"
    return f"• {sentence.text}" if listed else sentence.text


def _table(table: Table, console: Console) -> None:
    laid = grid(table)
    for places in _fitting(laid, console.width):
        console.print()
        console.print(_rich(table, laid, places, console.width))
    if table.note:
        _line(console, table.note, "dim")


def _fitting(laid: Grid, width: int) -> Iterator[list[int]]:
    """Yield the columns of each part of a table: where all do not fit, several stand below.

    Words are broken first, down to `LABEL`, where that keeps the table whole.
    """
    widths = [_width(laid, place) for place in range(len(laid.heads))]
    first = min(widths[0], LABEL) if widths else 0
    least = [
        w if head.number else min(w, LABEL) for w, head in zip(widths, laid.heads, strict=True)
    ]
    if sum(least) + GAP * (len(least) - 1) <= width:
        yield list(range(len(least)))
        return
    part: list[int] = [0]
    used = first
    for place in range(1, len(widths)):
        if len(part) > 1 and used + widths[place] + GAP > width:
            yield part
            part, used = [0], first
        part.append(place)
        used += widths[place] + GAP
    yield part


def _width(laid: Grid, place: int) -> int:
    """Return the room that a column needs: numbers are never cut, words may be broken."""
    head = laid.heads[place]
    cells = [max(map(len, _texts(row[place])), default=0) for row in laid.rows]
    if head.number:
        return max([6, *map(len, _head(head).split("\n")), *cells])
    return min(WIDEST_WORDS, max([len(head.short), *cells]))


def _rich(table: Table, laid: Grid, places: list[int], width: int) -> RichTable:
    from rich import box
    from rich.table import Table as RichTable
    from rich.text import Text

    widths = [_width(laid, place) for place in places]
    room = width - sum(w + GAP for w in widths[1:])
    shown = RichTable(
        title=Text(laid.caption, style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        header_style="dim",
        padding=(0, 1),
        pad_edge=False,
        show_edge=False,
        # a title breaks at the width of its table
        min_width=min(len(laid.caption), width),
    )
    spans = _spans(table) or [""] * len(laid.heads)
    over = ""
    for place, need in zip(places, widths, strict=True):
        head = laid.heads[place]
        # a group that goes on in another part has its head there too
        above, over = spans[place] if spans[place] != over else "", spans[place]
        title = "\n".join(part for part in (above, _head(head)) if part)
        if head.number and place:
            least = max(need, *map(len, title.split("\n")))
            shown.add_column(Text(title), justify="right", no_wrap=True, min_width=least)
        else:
            first = place == places[0]
            least = min(LABEL, need) if first else None
            most = max(LABEL, room) if first else None
            shown.add_column(Text(title), overflow="fold", min_width=least, max_width=most)
    if not laid.rows:
        shown.add_row("None.")
    for row in laid.rows:
        shown.add_row(*(_cell(row[place]) for place in places))
    return shown


def _spans(table: Table) -> list[str]:
    """Return the head that spans each column, where any do."""
    return [_broken(_word(text).plain) for text, count in table.groups for _ in range(count)]


def _head(head: Head) -> str:
    return _broken(head.short) if head.number else head.short


def _broken(title: str) -> str:
    """Break a long head: a column of numbers is no wider than it must be."""
    return "\n".join(textwrap.wrap(title, 14, break_long_words=False))


def _texts(cell: Cell) -> list[str]:
    return [_word(word).plain for word in cell.lines]


def _cell(cell: Cell) -> Text:
    from rich.text import Text

    if cell.number:
        sign = cell.text[:1]
        tones = {"+": GAIN, MINUS: LOSS} if cell.signed else {}
        return Text(cell.text, style=tones.get(sign, "dim" if cell.signed else ""))
    return Text("\n").join(_word(word) for word in cell.lines)


def _word(word: Word) -> Text:
    from rich.text import Text

    if isinstance(word, Mark):
        return Text(word.short or word.text, style=STYLES[word.tone])
    return Text(word.text if isinstance(word, Link) else word)
