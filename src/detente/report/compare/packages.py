"""What tells two packages of talks apart: what each side gains, issue by issue."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from detente.document.blocks import Column, Document, Mark, Note, Section, Sentence, Table
from detente.document.language import capital, listed, noun
from detente.document.numbers import spoken
from detente.report.run.data import baseline
from detente.report.talks.cells import by_party
from detente.report.talks.facts import naming
from detente.talks.comparison import PackageComparison, exact

if TYPE_CHECKING:
    from detente.report.talks.names import Naming


def section(found: PackageComparison | None) -> tuple[Section, ...]:
    """Return one package against another; nothing where none are compared."""
    if found is None:
        return ()
    study: Any = found.study
    names = naming(study)
    note = (Note(_how(found)),) if found.made is not None else ()
    shown = (Sentence(_effect(found, names)), _issues(found, names), *note)
    return (Section("against", capital(_title(found)), shown),)


def describe(found: PackageComparison) -> Document:
    """Return what tells two packages apart, as a document of its own."""
    case, c = found.study.case, found.study.calibration
    return Document(
        "comparison",
        f"{case.scenario.title}: {_title(found)}",
        section(found),
        eyebrow=f"Détente · {case.scenario.date} · {c.card.title}",
        rests_on=(f"Baseline {c.name} ({c.card.year}), {c.card.unit}",),
        about={"baseline": baseline(c)},
    )


def _title(found: PackageComparison) -> str:
    return " against ".join(_titles(found))


def _titles(found: PackageComparison) -> list[str]:
    """Call packages by what they are: what a side asks for, by its name."""
    study: Any = found.study
    asked = {p.id: f"what {noun(p.name)} asks for" for p in naming(study).parties}
    sides = (found.first, found.second)
    return [f"“{side.title}”" if side.package is None else asked.get(side.id, side.title)
            for side in sides]  # fmt: skip


def _effect(found: PackageComparison, names: Naming) -> str:
    """Say what the first is worth to each side, compared with the second."""
    said, unit = [], names.unit
    for party, value in zip(names.parties, found.difference, strict=True):
        if abs(value) < names.small:
            said.append(f"as much to {noun(party.name)}")
            continue
        more = "more" if value > 0 else "less"
        said.append(f"{spoken(float(value), unit)} a year {more} to {noun(party.name)}")
    first, second = _titles(found)
    return f"{capital(first)} is worth {listed(said)} than {second}."


def _issues(found: PackageComparison, names: Naming) -> Table:
    """Return the options of both, and what each issue makes of the difference."""
    first, second = _titles(found)
    columns = (
        Column("issue", "", "issue on which they differ"),
        Column("id", "id", "id of the issue", hidden=True),
        Column("first", "the first", f"what {first} settles"),
        Column("second", "the second", f"what {second} settles"),
        *by_party(names, "makes", "what it makes of the difference"),
    )
    rows = []
    for place, issue in enumerate(found.issues):
        made = None if found.made is None else tuple(map(float, found.made[place]))
        new, old = (names.option(issue, options[issue]) for options in found.options)
        rows.append({"issue": names.issues[issue].title, "id": issue, "first": new, "second": old,
                     **_cells(names, made)})  # fmt: skip
    difference = tuple(map(float, found.difference))
    whole = {"issue": Mark("in all", "strong"), **_cells(names, difference)}
    title = "What each issue makes of the difference"
    return Table("compared-packages", title, columns, (*rows, whole))


def _cells(names: Naming, made: tuple[float, ...] | None) -> dict[str, float]:
    values = (math.nan,) * len(names.parties) if made is None else made
    return {f"makes_{p.id}": value for p, value in zip(names.parties, values, strict=True)}


def _how(found: PackageComparison) -> str:
    if exact(found):
        return "An issue's part is the mean over all orders in which issues may change."
    return "An issue's part is the mean of two orders, that of the table and its reverse."
