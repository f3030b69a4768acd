"""What the ledger shows, in reading order."""

from __future__ import annotations

from detente.document.blocks import Chart, Document, Note, Section
from detente.document.language import long_day
from detente.ledger.measures import card
from detente.report.ledger import tables, wording
from detente.report.ledger.facts import LedgerFacts

TERMINAL = frozenset(("terminal",))
ELSEWHERE = frozenset(("page", "data"))


def document(facts: LedgerFacts) -> Document:
    """Return what the ledger says of what is asked for."""
    sections = (_in_short(facts), *_measures(facts), *_averages(facts))
    choices = {"by": facts.by, "on": facts.on, "authority": facts.authority,
               "day": str(facts.day), "file": facts.own}  # fmt: skip
    return Document(
        "ledger",
        wording.title(facts),
        tuple(section for section in sections if section.blocks),
        eyebrow=f"Ledger of measures and rates, known to {long_day(wording.KNOWN_TO)}",
        notes=wording.notes(facts),
        about={"baseline": card(), "choices": choices},
    )


def _in_short(facts: LedgerFacts) -> Section:
    known = [tables.averages(facts)] if facts.usa or facts.china else []
    drawn = [_over_time(facts)] if facts.usa else []
    return Section("in-short", "In short", (*wording.answer(facts), *drawn, *known))


def _over_time(facts: LedgerFacts) -> Chart:
    columns = tuple(map(str, facts.over_time.columns))
    return Chart(
        tables.over_time(facts), "steps", "date", columns,
        title="Average US tariffs by partner, 2018 to 2026",
        note="Statutory, weighted by US imports of 2024",
        description="Steps over the dates on which average US tariffs by partner change",
    )  # fmt: skip


def _measures(facts: LedgerFacts) -> tuple[Section, ...]:
    if not facts.measures:
        return ()
    every = tables.measures(facts)
    return (
        Section("newest", "Measures", (tables.measures(facts, newest=True),), TERMINAL),
        Section("measures", "Measures", (every,), ELSEWHERE),
        Section("all-measures", "All measures", (every,), TERMINAL, more=True),
    )


def _averages(facts: LedgerFacts) -> tuple[Section, ...]:
    found = []
    if facts.usa:
        shown = (tables.authorities(facts.usa), tables.partners(facts.usa))
        found.append(Section("united-states", "US tariffs", shown, more=True))
    if facts.china:
        shown = (Note("Ordinary duties are in them."), tables.china(facts))
        found.append(Section("china", "China's tariffs on US goods", shown, more=True))
    return tuple(found)
