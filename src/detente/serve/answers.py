"""What a page takes from the document of a result: its own blocks, found by their keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Card, Choice, Document, Fold, Section, Sentence, Table, walk
from detente.document.layout import grid
from detente.report.run.document import live
from detente.serve import world
from detente.serve.state import YOURS

if TYPE_CHECKING:
    from detente.simulate import ScenarioResult

SHOWN = 8
"""Economies shown as bars on either side; the table has all."""


@dataclass(frozen=True)
class Bar:
    """A row of bars: its name, its number as text, its length (0 to 100) and its class."""

    name: str
    text: str
    length: float
    kind: str
    code: str = ""


@dataclass(frozen=True)
class Answer:
    """What a state comes to, in the blocks of its document.

    Attributes
    ----------
    document
        All of it.
    lead, cards, remarks
        The answer in sentences, its key figures, what is odd.
    economies
        Every economy: name, change of real income as text, shade of the map.
    losers, winners
        Those that are moved most.
    sectors
        By economy in focus, output of the sectors that move most.
    trade, all_economies, detail
        Tables.
    """

    document: Document
    lead: tuple[Sentence, ...]
    cards: tuple[Card, ...]
    remarks: tuple[Any, ...]
    economies: tuple[Bar, ...]
    losers: tuple[Bar, ...]
    winners: tuple[Bar, ...]
    sectors: tuple[tuple[str, tuple[Bar, ...]], ...]
    trade: Table | None
    all_economies: Table
    detail: tuple[Any, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return it as plain data for JSON."""
        return self.document.to_plain()


def answer(result: ScenarioResult, *, quick: bool = False) -> Answer:
    """Read the document of a result with one variant; ``quick`` as in `live`."""
    document = live(result, quick=quick)
    sections = {section.key: section for section in document.sections}
    tables = document.tables()
    income = tables["real-income"]
    economies = _economies(income)
    moved = [bar for bar in economies if bar.kind not in ("none", "blank")]
    sizes = {bar.code: row.get(f"under_{YOURS}") for bar, row in _with_rows(economies, income)}
    ordered = sorted(moved, key=lambda bar: -abs(float(sizes[bar.code])))  # pyright: ignore[reportArgumentType]
    blocks = _own(sections.get("by-variant"))
    return Answer(
        document,
        tuple(b for b in blocks if isinstance(b, Sentence)),
        tuple(b for b in blocks if isinstance(b, Card)),
        tuple(sections["remarks"].blocks) if "remarks" in sections else (),
        economies,
        tuple(bar for bar in ordered if bar.kind.startswith("loss"))[:SHOWN],
        tuple(bar for bar in ordered if bar.kind.startswith("gain"))[:SHOWN],
        _sectors(tables.get("sectors-hit")),
        tables.get("trade"),
        income,
        tuple(b for b in blocks if isinstance(b, Fold)),
    )


def _own(section: Section | None) -> tuple[Any, ...]:
    """Return the blocks of the only variant."""
    choices = [b for b in walk((section,) if section else ()) if isinstance(b, Choice)]
    return tuple(choices[0].options[YOURS]) if choices else ()


def _with_rows(bars: tuple[Bar, ...], table: Table) -> zip[tuple[Bar, Any]]:
    return zip(bars, table.rows, strict=True)


def _economies(table: Table) -> tuple[Bar, ...]:
    """Return every economy with its change of real income: those of a table, in its order."""
    key = f"under_{YOURS}"
    values = [float(row[key]) for row in table.rows]  # pyright: ignore[reportArgumentType]
    top = max(map(abs, values), default=0.0) or 1.0
    place = [column.key for column in table.shown].index(key)
    return tuple(
        Bar(cells[0].text, cells[place].text, 100 * abs(value) / top, world.shade(value),
            str(row["code"]))
        for row, value, cells in zip(table.rows, values, grid(table).rows, strict=True)
    )  # fmt: skip


def _sectors(table: Table | None) -> tuple[tuple[str, tuple[Bar, ...]], ...]:
    """Return the bars of sectors by economy in focus, all to one scale."""
    if table is None:
        return ()
    columns, rows = table.shown, grid(table).rows
    found = []
    values = [[float(row[c.key]) for row in table.rows] for c in columns[1:]]  # pyright: ignore[reportArgumentType]
    top = max((abs(v) for column in values for v in column), default=0.0) or 1.0
    for place, (column, numbers) in enumerate(zip(columns[1:], values, strict=True), 1):
        bars = tuple(
            Bar(cells[0].text, cells[place].text, 100 * abs(v) / top, "gain" if v > 0 else "loss")
            for cells, v in zip(rows, numbers, strict=True)
        )
        found.append((column.title, bars))
    return tuple(found)
