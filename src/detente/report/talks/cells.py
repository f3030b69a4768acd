"""What tables of talks are put together from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from detente.document.blocks import EVERYWHERE, Column, Mark, Place, Table, Value
from detente.report.talks.phrases import (
    changed,
    choices_in_words,
)

if TYPE_CHECKING:
    from detente.document.blocks import Look
    from detente.report.talks.facts import Package, TalksFacts
    from detente.report.talks.names import Amounts, Choices, Naming

NAN = math.nan
PAGE: frozenset[Place] = EVERYWHERE - {"terminal"}
DATA: frozenset[Place] = frozenset({"data"})
YES, NO = Mark("yes", "good"), Mark("no", "bad")
ID = Column("id", "id", "its name in the scenario", hidden=True)
SIDE = Column("side", "Side", "a party to the talks")
PACKAGE = Column("package", "package, where it differs", "what sets it apart from the prediction")
Cells = Sequence[Value]


def made(
    key: str,
    title: str,
    columns: Iterable[Column],
    rows: Iterable[Cells],
    *,
    on: frozenset[Place] = PAGE,
    look: Look = "stack",
    **more: Any,
) -> Table:
    """Return a table from cells in the order of its columns; those that no row fills are gone."""
    given, cells = list(columns), list(rows)
    kept = [
        place
        for place in range(len(given))
        if on == DATA or not cells or any(row[place] is not None for row in cells)
    ]
    columns = tuple(given[place] for place in kept)
    shown = tuple({given[place].key: row[place] for place in kept} for row in cells)
    return Table(key, title, columns, shown, on=on, look=look, **more)


def by_party(names: Naming, stem: str, meaning: str) -> list[Column]:
    """Return a column of amounts for each side."""
    return [
        Column(f"{stem}_{p.id}", p.name, f"{meaning}, of {p.name}", names.unit)
        for p in names.parties
    ]


def by_issue(names: Naming) -> list[Column]:
    """Return a column of ids of options for each issue."""
    issues = names.issues.values()
    return [Column(f"issue_{i.id}", i.title, f"id of the option of {i.title}") for i in issues]


def answered(names: Naming) -> list[Column]:
    """Return a column for what answers a package, where packages can be answered."""
    meaning = "what the other side does where the package leaves measures in force"
    return [Column("answer", "answer", meaning)] if names.answers.said else []


def pairs(key: str, title: str, lines: Iterable[tuple[str, str]]) -> Table:
    """Return terms and what they mean."""
    columns = (Column("term", "", "what is told"), Column("meaning", "", "what it is"))
    return made(key, title, columns, lines, on=PAGE - DATA, look="pairs")


def amounts_of(found: TalksFacts, values: Amounts | None) -> Cells:
    """Return the cells of `by_party`; no numbers without values."""
    return (NAN,) * len(found.parties) if values is None else tuple(values)


def gain_of(found: TalksFacts, package: Package | None) -> Cells:
    """Return the cells of what a package brings over no deal."""
    return amounts_of(found, package and package.gain)


def told_package(found: TalksFacts, package: Package | None) -> Value:
    """Say what sets a package apart, one issue a line."""
    if package is None:
        return "no package"
    said = told_apart(found, package.choices)
    return Mark(said[0], "quiet") if package.choices == found.base else said


def told_apart(found: TalksFacts, there: Choices) -> tuple[str, ...]:
    """Say in what a package differs from the predicted one, or from nothing settled."""
    apart, answers = changed(found.base, there), found.names.answers
    differs = choices_in_words(found.names, apart, there)
    if not answers.beside(there, apart) and (words := answers.to(there)) != answers.to(found.base):
        differs.append(words or "no answer")
    return tuple(differs) or ("nothing settled" if found.predicted is None else "as predicted",)
