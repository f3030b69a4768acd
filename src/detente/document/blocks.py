"""What a result shows, as frozen values: sentences, tables, charts, and the order they stand in.

A block knows no renderer. Numbers stand as they were computed; a `Unit` says how they are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from numbers import Real
from typing import TYPE_CHECKING, Any, Literal, TypeGuard

from detente.errors import CONTROL, INVISIBLE, InputError, Problem

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

Tone = Literal["", "good", "bad", "quiet", "strong"]
Place = Literal["terminal", "page", "data"]
Look = Literal["", "stack", "pairs", "bars"]
Kind = Literal["bars", "grouped", "ranges", "lines", "steps", "dots", "heat", "plane"]
EVERYWHERE: frozenset[Place] = frozenset(("terminal", "page", "data"))

_DIRECTION = "[\u061c\u200e\u200f]"
_REFUSED = re.compile("|".join((CONTROL.pattern, INVISIBLE.pattern, _DIRECTION)))
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:>=+-]*")
_ADDRESS = re.compile(r"https?://|#[A-Za-z0-9]")


@dataclass(frozen=True)
class Unit:
    """How numbers of a column are shown; data keep them whole.

    Attributes
    ----------
    label
        What readers see: ``%``, ``days``. ``{size}`` stands where money takes its size:
        ``USD {size} a year``.
    divisor
        Numbers are divided by it; ``None`` chooses the size of money from what is shown.
    decimals
        Two to three significant digits unless given.
    sign
        Whether numbers above zero carry a plus.
    kind
        ``share``: a fraction, shown in per cent, ``<1%`` and ``>99%`` at its ends; ``count``:
        without decimals; ``money``.
    one
        Of money: units of currency in one of the data (``1e6`` for million USD).
    data
        What one of the data is, where that differs from the label.
    """

    label: str = ""
    divisor: float | None = 1.0
    decimals: int | None = None
    sign: bool = False
    kind: Literal["number", "share", "count", "money"] = "number"
    one: float = 1.0
    data: str = ""

    def __post_init__(self) -> None:
        """Refuse numbers that data hold in another unit than the label says, without saying so."""
        if self.kind == "number" and self.divisor != 1.0 and not self.data:
            raise ValueError(f"{self.label}: what are data in, before they are divided?")

    @property
    def of_data(self) -> str:
        """The unit in which data hold the number."""
        return self.data or self.label or {"share": "fraction"}.get(self.kind, "count")


RENDERERS: dict[str, Callable[..., Any]] = {}
"""What blocks show themselves by; `detente.document.renderers` fills it, from above."""


class Block:
    """What all blocks share: texts are checked, and each shows itself in a notebook."""

    def __post_init__(self) -> None:
        """Refuse characters that steer a terminal or turn the order of letters."""
        for one in fields(self):  # pyright: ignore[reportArgumentType]
            _check(getattr(self, one.name))

    def _repr_html_(self) -> str:
        return RENDERERS["fragment"](self)

    def to_terminal(self, console: Console | None = None, *, full: bool = True) -> None:
        """Print it; without ``full``, what a page folds away is left out."""
        RENDERERS["terminal"](self, console, full=full)

    def to_plain(self) -> Any:
        """Return it as plain data for JSON."""
        return RENDERERS["plain"](self)


@dataclass(frozen=True)
class Mark(Block):
    """A word with a tone; ``short`` stands for it at a terminal, such as A for a long title."""

    text: str
    tone: Tone = ""
    short: str = ""


@dataclass(frozen=True)
class Link(Block):
    """A word that leads somewhere: an address of the web, or ``#key`` of a table or section."""

    text: str
    to: str

    def __post_init__(self) -> None:
        """Refuse addresses that a browser would run."""
        super().__post_init__()
        if not _ADDRESS.match(self.to):
            raise InputError(Problem("no address of the web", key=self.text, value=self.to))


Word = str | Mark | Link
Value = str | float | int | bool | date | None | Mark | Link | tuple[Word, ...]
"""A cell: ``None`` is blank, NaN is no number (``–``), several words stand one below the other."""


@dataclass(frozen=True)
class Term(Block):
    """A word of the glossary: its meaning in one line, its formula or source, its other names."""

    word: str
    meaning: str
    detail: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sentence(Block):
    """A sentence made from numbers.

    Attributes
    ----------
    text
        The sentence.
    see
        Keys of the tables that hold its numbers.
    terms
        Terms of its own beside those of the glossary; the page explains each where it stands first.
    head
        What it is about, where sentences of several things stand in one list.
    """

    text: str
    see: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    head: str | Mark = ""


@dataclass(frozen=True)
class Note(Block):
    """Small print."""

    text: str


@dataclass(frozen=True)
class Column(Block):
    """A column of a table.

    Attributes
    ----------
    key
        Its name in data.
    title
        Its head for readers.
    meaning
        For the manifest, and for a reader who points at the head.
    unit
        None for words.
    short
        Its head at a terminal, where the title is long.
    hidden
        Whether data alone hold it: ids beside titles.
    """

    key: str
    title: str
    meaning: str
    unit: Unit | None = None
    short: str = ""
    hidden: bool = False


@dataclass(frozen=True)
class Table(Block):
    """Rows of raw values with typed columns; the first column that is shown names the rows.

    Attributes
    ----------
    key, title
        Its name in data and as a link; its caption.
    columns, rows
        Values by key of the column; one that a row lacks is blank.
    units
        One a row, where rows differ in unit rather than columns: it stands after the row's name.
    groups
        Heads that span columns, ``(text, how many)`` from the first shown column on.
    marked
        The row that the prediction is over.
    note
        Small print below.
    on
        Where it is shown.
    look
        ``stack``: rows stand as cards on a phone; ``pairs``: terms and what they mean; ``bars``:
        shares as bars.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Value], ...]
    units: tuple[Unit | None, ...] = ()
    groups: tuple[tuple[str | Mark, int], ...] = ()
    marked: int | None = None
    note: str = ""
    on: frozenset[Place] = EVERYWHERE
    look: Look = ""

    def __post_init__(self) -> None:
        """Refuse a number without unit, a column without meaning or of words and numbers."""
        super().__post_init__()
        keys = [column.key for column in self.columns]
        _unique(f"columns of {self.key}", keys)
        if self.units and len(self.units) != len(self.rows):
            raise ValueError(f"{self.key}: {len(self.units)} units of {len(self.rows)} rows")
        if self.groups and sum(n for _, n in self.groups) != len(self.shown):
            raise ValueError(f"{self.key}: groups span other columns than are shown")
        for column in self.columns:
            if not column.meaning:
                raise ValueError(f"{self.key}: column {column.key} has no meaning")
        for place, row in enumerate(self.rows):
            if unknown := set(row) - set(keys):
                raise ValueError(f"{self.key}: cells without a column: {sorted(unknown)}")
            for column in self.columns:
                value = row.get(column.key)
                if not isinstance(value, _VALUES):
                    raise TypeError(f"{self.key}: {column.key} is a {type(value).__name__}")
                if is_number(value) and self.unit(place, column) is None:
                    raise ValueError(f"{self.key}: {column.key} is a number without a unit")
        for column in self.columns:
            if len(kinds := {_kind(row.get(column.key)) for row in self.rows} - {""}) > 1:
                raise ValueError(f"{self.key}: {column.key} mixes {' and '.join(sorted(kinds))}")

    def __repr__(self) -> str:
        """Name it: its rows are for `to_frame`."""
        return f"<Table {self.key}: {self.title[:80]!r}, {len(self.rows)} rows>"

    def to_frame(self) -> pd.DataFrame:
        """Return it as a frame of raw values."""
        return RENDERERS["frame"](self)

    @property
    def shown(self) -> tuple[Column, ...]:
        """The columns that readers see."""
        return tuple(column for column in self.columns if not column.hidden)

    def unit(self, row: int, column: Column) -> Unit | None:
        """Return the unit of a cell: the row's where it has one, else the column's."""
        return (self.units[row] if self.units else None) or column.unit


@dataclass(frozen=True)
class Chart(Block):
    """A picture of the columns of a table; its figures as a table are that table.

    Attributes
    ----------
    table
        Holds all that is drawn.
    kind
        ``bars`` (coloured by sign), ``grouped`` (a bar a series), ``ranges`` (low, middle, high),
        ``lines``, ``steps`` (over dates), ``dots``, ``heat`` (a cell a column, or a series),
        ``plane`` (x, y).
    label
        Column that names the rows; of lines and steps the one along the axis; of a plane the one
        written beside points.
    values
        Columns of numbers.
    series
        Column that tells series apart; the columns of ``values`` do, where it is empty.
    title, note, description
        As a heading, below it, and for who cannot see it. The title is the table's unless given.
    choice
        Column of the keys of a `Chooser`: rows of the chosen one are drawn.
    by_option
        Columns of ``values`` by key of a `Chooser`: those of the chosen one are drawn.
    ends
        Of bars and grouped bars: by column of ``values`` the columns of the ends of a thin line
        over its bar.
    largest_first
        Whether rows are sorted by what is drawn, rather than as in the table.
    joined
        Of a plane: column that names the line a point lies on; empty where it lies on none.
    top
        Of a heat map: number at the dark end of its scale, where several share one; the largest
        that is drawn unless given.
    key
        Its name, where one table has several charts; that of the table unless given.
    own
        Vega-Lite of a picture that no kind draws; its table holds what it names.
    legend
        What numbers in it are, said where it stands alone.
    marked
        Of steps: a day along the axis that is marked.
    """

    table: Table
    kind: Kind
    label: str
    values: tuple[str, ...]
    series: str = ""
    title: str = ""
    note: str = ""
    description: str = ""
    choice: str = ""
    by_option: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    largest_first: bool = False
    joined: str = ""
    top: float | None = None
    key: str = ""
    own: Mapping[str, Any] = field(default_factory=dict)
    legend: str = ""
    marked: date | None = None

    def __post_init__(self) -> None:
        """Refuse columns that the table does not have."""
        super().__post_init__()
        keys = {column.key: column for column in self.table.columns}
        drawn = {key for columns in self.by_option.values() for key in columns}
        named = {self.label, *self.values, self.series, self.choice, self.joined} - {""}
        named |= {key for both in self.ends.values() for key in both}
        drawn |= set(self.ends)
        if unknown := (named - set(keys)) | (drawn - set(self.values)):
            raise ValueError(f"chart of {self.table.key}: no columns {sorted(unknown)}")

    @property
    def place(self) -> str:
        """Its own name, or that of its table."""
        return self.key or self.table.key

    @property
    def heading(self) -> str:
        """Its title, or that of its table."""
        return self.title or self.table.title

    def __repr__(self) -> str:
        """Name it: its figures are in ``table``."""
        return f"<Chart {self.place}: {self.heading[:80]!r}>"

    def to_picture(
        self, ending: Literal["svg", "png"] = "svg", of: Document | None = None, option: str = ""
    ) -> bytes:
        """Return it as a picture that stands alone (`pictures.picture`)."""
        return RENDERERS["picture"](self, ending, of, option)

    def to_vega_lite(self) -> dict[str, Any]:
        """Return it as plain Vega-Lite, its data inside; nothing where no number is finite."""
        return RENDERERS["vega_lite"](self) or {}

    def to_altair(self) -> Any:
        """Return it as an Altair chart, to change it further; Altair must be installed."""
        import altair  # pyright: ignore[reportMissingImports]

        return altair.Chart.from_dict(self.to_vega_lite())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        drawn = self.to_vega_lite()
        found: dict[str, Any] = {"text/html": self._repr_html_()}
        return {"application/vnd.vegalite.v6+json": drawn, **found} if drawn else found


@dataclass(frozen=True)
class Card(Block):
    """One number that counts, large.

    Attributes
    ----------
    head
        What it is.
    value
        A number in ``unit``, or words.
    small
        Lines below it.
    tone
        Whether it is good or bad news.
    """

    head: str
    value: str | float
    unit: Unit | None = None
    small: tuple[str, ...] = ()
    tone: Tone = ""

    def __post_init__(self) -> None:
        """Refuse a number without a unit."""
        super().__post_init__()
        if is_number(self.value) and self.unit is None:
            raise ValueError(f"{self.head}: a number without a unit")


@dataclass(frozen=True)
class Fold(Block):
    """Blocks that a reader opens; a terminal shows them when asked for all."""

    title: str
    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Choice(Block):
    """Blocks by what a reader chooses (see `Chooser`)."""

    name: str
    options: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Chooser(Block):
    """What a reader chooses between, once for the whole page.

    Attributes
    ----------
    name
        As `Choice` and `Chart` name it.
    label
        Before the list.
    titles
        Of the options, by key.
    chosen
        The option shown first, and at a terminal.
    """

    name: str
    label: str
    titles: Mapping[str, str]
    chosen: str

    def __post_init__(self) -> None:
        """Refuse a choice that is not there."""
        super().__post_init__()
        if self.chosen not in self.titles:
            raise ValueError(f"{self.name}: {self.chosen} is no option")
        # charts know it as a variable
        if not self.name.isidentifier():
            raise ValueError(f"{self.name} is no name of a variable")


@dataclass(frozen=True)
class Section(Block):
    """Blocks under a heading.

    Attributes
    ----------
    key
        Its name in data and as a link.
    title
        Its heading.
    blocks
        In reading order.
    on
        Where it is shown.
    short
        Its title among the links at the head of a page.
    more
        Whether a terminal prints it only when asked for all.
    """

    key: str
    title: str
    blocks: tuple[Any, ...]
    on: frozenset[Place] = EVERYWHERE
    short: str = ""
    more: bool = False


@dataclass(frozen=True)
class Document(Block):
    """All that a result shows, in reading order.

    Attributes
    ----------
    kind
        Of what: ``run``, ``talks``, ….
    title, eyebrow, summary
        The head: what, its date and data in one line, a few sentences.
    sections
        The first answers; the chooser stands after it.
    rests_on
        Lines on data, horizon and rules, below the title at a terminal.
    notes
        Lines at the end.
    chooser
        What a reader chooses between.
    contents
        Whether a page lists its sections.
    about
        Plain data on what it rests on, for the manifest and for JSON.
    """

    kind: str
    title: str
    sections: tuple[Section, ...]
    eyebrow: str = ""
    summary: str = ""
    rests_on: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    chooser: Chooser | None = None
    contents: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse two things of one key, links that lead nowhere, choices that are none."""
        super().__post_init__()
        _unique("sections", [section.key for section in self.sections])
        _unique("charts", [b.place for b in walk(self.sections) if isinstance(b, Chart)])
        targets = {*self.tables(), *(s.key for s in self.sections)}
        titles = self.chooser.titles if self.chooser else {}
        for block in walk(self.sections):
            if isinstance(block, Sentence) and (lost := set(block.see) - targets):
                raise ValueError(f"“{block.text}” sends to {sorted(lost)}, which is not there")
            options = getattr(block, "options", None) or getattr(block, "by_option", {})
            if not set(options) <= set(titles):
                raise ValueError(f"no chooser has all of {sorted(options)}")

    def __repr__(self) -> str:
        """Name it: what it holds is for `to_terminal` and notebooks."""
        return f"<Document {self.kind}: {self.title[:80]!r}, {len(self.sections)} sections>"

    def tables(self, on: Place | None = None) -> dict[str, Table]:
        """Return all tables by key, those under charts too, or those shown in one place."""
        found: dict[str, Table] = {}
        for section in self.sections:
            for block in walk((section,) if on is None or on in section.on else ()):
                table = block.table if isinstance(block, Chart) else block
                if not isinstance(table, Table) or (on is not None and on not in table.on):
                    continue
                if found.setdefault(table.key, table) is not table:
                    raise ValueError(f"two tables are named {table.key}")
        return found

    def to_pictures(self) -> dict[str, bytes]:
        """Return all its charts as SVG and PNG by name of file (`pictures.of`)."""
        return RENDERERS["pictures"](self)

    def to_excel(self) -> bytes:
        """Return its tables as one workbook (`workbook.of`)."""
        return RENDERERS["excel"](self)

    def sentences(self) -> list[str]:
        """Return all sentences in reading order."""
        return [b.text for b in walk(self.sections) if isinstance(b, Sentence)]


def walk(blocks: Any) -> Iterator[Any]:
    """Yield blocks and what is in them, in reading order."""
    for block in blocks:
        yield block
        if isinstance(block, Section | Fold):
            yield from walk(block.blocks)
        elif isinstance(block, Choice):
            for inner in block.options.values():
                yield from walk(inner)


def is_number(value: Any) -> TypeGuard[float]:
    """Whether a cell is a number."""
    return isinstance(value, Real) and not isinstance(value, bool)


def _kind(value: Any) -> str:
    """Return what a column holds if it holds this; nothing for a blank."""
    if value is None:
        return ""
    kinds = {bool: "yes or no", date: "days", Real: "numbers"}
    return next((name for kind, name in kinds.items() if isinstance(value, kind)), "words")


_VALUES = (str, Real, date, type(None), Mark, Link, tuple)


def _check(value: Any) -> None:
    """Refuse steering characters in a text, or in the texts of a container."""
    if isinstance(value, Unit):
        value = value.label
    if isinstance(value, str):
        if _REFUSED.search(value):
            message = "a text holds characters that turn the order of letters or cannot be seen"
            raise InputError(Problem(message, value=value))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            _check(key)
            _check(one)
    elif isinstance(value, tuple | list):
        for one in value:
            _check(one)


def _unique(what: str, keys: list[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{what}: {key} is there twice")
        if not _KEY.fullmatch(key):
            raise ValueError(f"{what}: {key!r} is no key")
