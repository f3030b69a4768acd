"""What tells two equilibria apart, in reading order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from detente.document.blocks import Chart, Document, Fold, Note, Section, Sentence
from detente.report.compare import tables, wording
from detente.report.compare.facts import CompareFacts, facts_of
from detente.report.run.data import baseline

if TYPE_CHECKING:
    from detente.comparison import Comparison


def section(comparison: Comparison | None) -> Section:
    """Return one variant against another; no blocks if none are compared."""
    if comparison is None:
        return Section("against", "One against the other", ())
    found = facts_of(comparison)
    return Section("against", wording.title(found), _blocks(found))


def describe(comparison: Comparison) -> Document:
    """Return what two equilibria differ in, as a document of its own."""
    c, scenario = comparison.calibration, comparison.scenario
    found = facts_of(comparison)
    return Document(
        "comparison",
        wording.title(found),
        (Section("against", "In short", _blocks(found)),),
        eyebrow=f"Détente · {c.card.title}",
        summary=scenario.title if scenario else "",
        rests_on=(f"Baseline {c.name} ({c.card.year}), {found.unit.data}",),
        about={"baseline": baseline(c)},
    )


def _blocks(found: CompareFacts) -> tuple[Any, ...]:
    said = (wording.effect(found), *wording.causes(found))
    incomes = tables.incomes(found)
    shown: list[Any] = [Sentence(text) for text in said]
    if found.parts:
        shown += [tables.causes(found), Note(wording.how(found))]
    title = f"Real income: {wording.title(found)}"
    shown.append(Chart(incomes, "bars", "economy", ("difference",), title=title,
                       largest_first=True))  # fmt: skip
    more = [tables.trade(found)] if found.trade else []
    more += [tables.sectors(found, code) for code in found.focus]
    return (*shown, Fold("In trade and by sector", tuple(more)))
