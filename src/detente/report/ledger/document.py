"""What the ledger shows, in reading order."""

from __future__ import annotations

from datetime import date

from detente.document.blocks import Block, Chart, Document, Fold, Note, Section, Table
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
    first, last = facts.over_time.index[0], facts.over_time.index[-1]
    under = f" under {wording.law(facts.laws)}" if facts.laws else ""
    return Chart(
        tables.over_time(facts), "steps", "date", columns,
        title=f"Average US tariffs{under} by partner, {_month(first)} to {_month(last)}",
        note="Statutory, weighted by US imports of 2024; the upright line is "
             f"{long_day(facts.day)}",
        marked=facts.day,
        description="Steps over the dates on which average US tariffs by partner change",
    )  # fmt: skip


def _month(day: date) -> str:
    return f"{day:%B %Y}"


def _measures(facts: LedgerFacts) -> tuple[Section, ...]:
    if not facts.measures:
        return ()
    every = tables.measures(facts)
    return (
        Section("newest", "Measures", (tables.measures(facts, newest=True),), TERMINAL),
        Section("measures", "Measures", _folded(facts, every), ELSEWHERE),
        Section("all-measures", "All measures", (every,), TERMINAL, more=True),
    )


def _folded(facts: LedgerFacts, every: Table) -> tuple[Block, ...]:
    """Return the measures with all but the first folded away."""
    first = tables.opening(facts)
    if first is None:
        return (every,)
    return first, Fold(f"All {len(facts.measures)} measures", (every,))


def _averages(facts: LedgerFacts) -> tuple[Section, ...]:
    found = []
    if facts.usa:
        by_partner = [tables.partners(facts.usa)] if len(facts.usa.partners) > 1 else []
        shown = (tables.authorities(facts.usa), *by_partner)
        found.append(Section("united-states", "US tariffs", shown, more=True))
    if facts.china:
        shown = (Note("Ordinary duties are in them."), tables.china(facts))
        found.append(Section("china", "China's tariffs on US goods", shown, more=True))
    return tuple(found)
