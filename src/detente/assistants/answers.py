"""What a tool answers: the document of a result, cut to what a conversation holds."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from itertools import count
from typing import Any

from pydantic import BaseModel, Field

from detente.document.blocks import Document
from detente.errors import InputError, Problem, nearest
from detente.scenario.schema import Scenario

ROWS, CHARACTERS, SENTENCES = 40, 24_000, 60
"""Of tables in an answer, of each and of all; of sentences."""
PAGE, KEPT = 200, 8
"""Rows of a table that is asked for; answers whose tables can be."""


class Said(BaseModel):
    """A sentence of a result."""

    section: str = Field(description="Section of the report.")
    sentence: str
    about: str | None = Field(default=None, description="What it is about.")


class Rows(BaseModel):
    """A table: raw numbers, each column with its meaning and unit."""

    title: str
    columns: dict[str, dict[str, str]] = Field(description="By key: title, meaning, unit.")
    rows: list[dict[str, Any]]
    units: list[str] | None = Field(default=None, description="Unit of each row, where they differ")
    note: str | None = None
    first: int = Field(default=1, description="Number of the first row shown.")
    of: int = Field(description="Rows that the table has in all.")


class Listed(BaseModel):
    """A table that an answer does not show."""

    table: str = Field(description="What the tool `table` calls it.")
    title: str
    rows: int


class Answer(BaseModel):
    """What a result says: sentences and main tables, and what it rests on."""

    answer: str = Field(description="What the tool `table` calls this answer.")
    kind: str
    title: str
    eyebrow: str = Field(description="Day, economy, horizon, and whether all was solved.")
    headline: list[str] = Field(description="The result in short.")
    sentences: list[Said]
    tables: dict[str, Rows] = Field(description="Main tables; `of` tells whether rows are left out")
    more_tables: list[Listed] = Field(description="Tables to ask for with the tool `table`.")
    baseline: dict[str, Any] | None = Field(description="The economy: name, year, unit, source.")
    horizon: str | None
    draws: int | None = Field(description="Runs that intervals are from; none without intervals.")
    sources: list[dict[str, Any]] = Field(description="Documents that the scenario cites.")
    notes: list[str]


class Answers:
    """The last answers, whose tables can be asked for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._numbers = count(1)

    def of(
        self, document: Document, case: Scenario | None = None, draws: int = 0, horizon: str = ""
    ) -> Answer:
        """Return what a document says, and keep it."""
        plain, name = document.to_plain(), f"answer-{next(self._numbers)}"
        self._kept[name] = plain["tables"]
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        shown, more = _main(plain["tables"])
        said = list(_said(plain))
        about = plain["about"]
        first = said[0].section if said else ""
        baseline = about.get("baseline")
        return Answer(
            answer=name,
            kind=plain["kind"],
            title=plain["title"],
            eyebrow=plain["eyebrow"],
            headline=[one.sentence for one in said if one.section == first],
            sentences=[one for one in said if one.section != first][:SENTENCES],
            tables=shown,
            more_tables=more,
            baseline=baseline if isinstance(baseline, dict) else None,
            horizon=horizon or about.get("scenario", {}).get("horizon") if case else None,
            draws=draws or None,
            sources=[] if case is None else _sources(case),
            notes=plain["notes"],
        )

    def table(self, answer: str, table: str, first: int) -> Rows:
        """Return rows of a table of an answer.

        Raises
        ------
        InputError
            The answer is not kept, or has no such table or row.
        """
        if answer not in self._kept:
            kept = ", ".join(self._kept) or "none yet: call another tool first"
            raise InputError(Problem("that answer is not kept", None, None, "answer", answer, kept))
        tables = self._kept[answer]
        if table not in tables:
            message = f"no such table; {nearest(table, tables)}".rstrip("; ")
            raise InputError(Problem(message, None, None, "table", table, ", ".join(tables)))
        found = tables[table]
        if first > max(len(found["rows"]), 1):
            allowed = f"1 to {len(found['rows'])}"
            raise InputError(Problem("no such row", None, None, "first", first, allowed))
        return _rows(found, first, PAGE)


def _sources(case: Scenario) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", exclude_none=True) for one in case.sources]


def _rows(table: dict[str, Any], first: int, most: int) -> Rows:
    """Return some rows of a table as plain data."""
    cut = slice(first - 1, first - 1 + most)
    units = table.get("units")
    return Rows(
        title=table["title"],
        columns=table["columns"],
        rows=table["rows"][cut],
        units=None if units is None else units[cut],
        note=table.get("note"),
        first=first,
        of=len(table["rows"]),
    )


def _main(tables: dict[str, Any]) -> tuple[dict[str, Rows], list[Listed]]:
    """Return tables in their order as long as there is room, and what the others are."""
    shown: dict[str, Rows] = {}
    more, room = [], CHARACTERS
    for key, table in tables.items():
        rows = _rows(table, 1, ROWS)
        size = len(json.dumps(rows.model_dump(mode="json"), ensure_ascii=False))
        if size > room:
            more.append(Listed(table=key, title=table["title"], rows=len(table["rows"])))
            continue
        shown[key], room = rows, room - size
    return shown, more


def _said(plain: dict[str, Any]) -> Iterator[Said]:
    """Yield sentences in their order; those of choices for what is chosen, none of folds."""
    chosen = plain.get("chooser", {}).get("chosen")
    for section in plain["sections"]:
        title = section["title"] or section["key"]
        for block in section["blocks"]:
            inner = block.get("options", {}).get(chosen, []) if "choice" in block else [block]
            for one in inner:
                if "sentence" in one:
                    about = one.get("about")
                    told = None if about is None else str(about)
                    yield Said(section=title, sentence=one["sentence"], about=told)
