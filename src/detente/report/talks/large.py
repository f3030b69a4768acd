"""Talks over more packages than can be listed: the same document with fewer sections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detente.document.blocks import Column, Document, Mark, Section, Sentence, Table, Unit
from detente.report import imbalances
from detente.report.talks import document, facts, tables
from detente.report.talks.phrases import SOLUTION_NAMES, choice_words, gains, package_words
from detente.talks.solutions import SOLUTIONS

if TYPE_CHECKING:
    from detente.document.blocks import Value
    from detente.report.talks.facts import Amounts, Basis, Choices, Naming
    from detente.talks.large import Best
    from detente.talks.large_study import LargeStudy

PROVED = 1e-5
"""Distance of a bound from what was found, in units of the objective, that counts as none."""
ALL = 10**15
"""Packages from which on their number says nothing."""


@dataclass(frozen=True)
class Found:
    """The best package found by a solution; ``short``: what a better one could add at most."""

    choices: Choices
    value: Amounts
    gain: Amounts
    short: float
    proved: bool


@dataclass(frozen=True)
class LargePoint:
    """A no-deal point, and the package of each solution over it."""

    id: str
    title: str
    kind: str
    values: Amounts
    picks: Mapping[str, Found | None]


@dataclass(frozen=True)
class LargeFacts:
    """What is shown of talks over more packages than can be listed."""

    names: Naming
    basis: Basis
    size: int
    solution: str
    fixed: Choices
    points: tuple[LargePoint, ...]
    notes: tuple[str, ...]

    @property
    def predicted(self) -> Found | None:
        """The package of the solution asked for."""
        return self.points[0].picks[self.solution]


def of_large(study: LargeStudy) -> Document:
    """Return the best package of each solution over each no-deal point."""
    return _document(_facts(study))


def _facts(study: LargeStudy) -> LargeFacts:
    points = tuple(
        LargePoint(
            name,
            point.title or name,
            point.kind,
            tuple(map(float, point.values)),
            {k: None if b is None else _found(study, name, b) for k, b in study.best[name].items()},
        )
        for name, point in facts.once(study).items()
    )
    return LargeFacts(
        facts.naming(study),
        facts.basis(study),
        study.table.size,
        study.choices.solution,
        dict(study.choices.what_if or {}),
        points,
        tuple(study.notes),
    )


def _found(study: LargeStudy, name: str, best: Best) -> Found:
    short = max(float(best.bound - best.value), 0.0)
    gain = best.utility - study.no_deals[name].values
    proved = best.bound - best.value < PROVED * max(1.0, abs(best.value))
    return Found(
        dict(best.choices),
        tuple(map(float, best.utility)),
        tuple(map(float, gain)),
        short,
        bool(proved),
    )


def _document(found: LargeFacts) -> Document:
    left_out = Section("notes", "What is left out", tuple(map(Sentence, found.notes)))
    sections = (
        Section("lead", "In short", tuple(map(Sentence, lead(found)))),
        Section("issues-one-by-one", "Issues", (_issues(found),)),
        Section("likely", "What is likely", (_gains(found), _predictions(found))),
        imbalances.of_removal(found.basis.removal, found.basis.codes),
        left_out,
        Section("sure", "The baseline", document.baseline(found.basis)),
    )
    return Document(
        "talks",
        f"{found.basis.title}: the talks",
        tuple(section for section in sections if section.blocks),
        eyebrow=document.eyebrow(found.basis),
        rests_on=(document.head(found.names, found.basis),),
        about=document.about(found.basis),
    )


def lead(found: LargeFacts) -> list[str]:
    """Say which package is best by the solution asked for, and what it is worth."""
    names, best, against = found.names, found.predicted, found.points[0].title
    of = f"Of {found.size:,} packages" if found.size < ALL else "Of all packages"
    if found.fixed:
        of += f" those with {choice_words(names, found.fixed)} are looked at: of these"
    if best is None:
        return [
            f"{of} none that crosses no red line is better for some side than no deal "
            f"(“{against}”), or what it has by walking away, and worse for none."
        ]
    said = [
        f"{of} the {SOLUTION_NAMES[found.solution]} solution picks: "
        f"{package_words(names, best.choices)}.",
        f"Compared with no deal (“{against}”) it is worth {gains(names, best.gain)}.",
    ]
    if not best.proved:
        said.append("A better package is not ruled out: the column “left open” says by how much.")
    return said


def _issues(found: LargeFacts) -> Table:
    columns = (
        Column("issue", "issue", "what is settled"),
        Column("id", "id", "its name in the scenario", hidden=True),
        Column("unsettled", "unsettled", "option that holds until it is settled"),
        Column("predicted", "predicted", "option of the predicted package"),
    )
    best = found.predicted
    rows = tuple(
        {
            "issue": issue.title,
            "id": issue.id,
            "unsettled": issue.options[issue.unsettled],
            "predicted": issue.options[best.choices[issue.id]] if best else "–",
        }
        for issue in found.names.issues.values()
    )
    return Table("issues", "Issues", columns, rows)


def _gains(found: LargeFacts) -> Table:
    """Return what every solution's package is worth, and how far it may be from the best."""
    open_ = "what a better package could add to the solution's objective at most; blank for nothing"
    columns = (
        Column("over", "no deal", "no-deal point"),
        Column("solution", "solution", "how the package is picked"),
        *tables.by_party(found.names, "gain", "gain over no deal"),
        Column("open", "left open", open_, Unit("")),
    )
    rows = tuple(
        {
            "over": Mark(point.title, "" if place else "strong"),
            "solution": SOLUTION_NAMES[name],
            **_cells(found, point.picks[name]),
        }
        for place, point in enumerate(found.points)
        for name in SOLUTIONS
    )
    return Table("solutions", "Predictions, gain over no deal", columns, rows)


def _cells(found: LargeFacts, best: Found | None) -> dict[str, Value]:
    if best is None:
        return tables.cells(found.names, "gain", None)
    open_ = {} if best.proved else {"open": best.short}
    return {**tables.cells(found.names, "gain", best.gain), **open_}


def _predictions(found: LargeFacts) -> Table:
    """Return every prediction by ids, for programs: options, values, gains."""
    names = found.names
    columns = (
        Column("no_deal", "no deal", "id of the no-deal point"),
        Column("solution", "solution", "id of the solution"),
        *(
            Column(f"issue_{i.id}", i.title, f"id of the option of {i.title}")
            for i in names.issues.values()
        ),
        *tables.by_party(names, "value", "change of welfare from the baseline year"),
        *tables.by_party(names, "gain", "gain over the no-deal point"),
        Column(
            "short",
            "left open",
            "what a better package could add to the solution's objective at most",
            Unit(""),
        ),
        Column("proved", "proved", "whether no package is better by the solution's objective"),
    )
    rows = tuple(
        {
            "no_deal": point.id,
            "solution": solution,
            **tables.chosen(best.choices),
            **tables.cells(names, "value", best.value),
            **tables.cells(names, "gain", best.gain),
            "short": best.short,
            "proved": best.proved,
        }
        for point in found.points
        for solution, best in point.picks.items()
        if best is not None
    )
    return Table("predictions", "Predictions", columns, rows, on=tables.DATA)
