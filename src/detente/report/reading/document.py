"""What a reading shows: its statements, what a draft was made of, what is assumed."""

from __future__ import annotations

from detente.document.blocks import Column, Document, Fold, Section, Sentence, Table
from detente.document.language import counted
from detente.errors import printable
from detente.reading.read import Reading
from detente.reading.values import Statement


def reading_document(reading: Reading) -> Document:
    """Return statements, assumptions and what was left out of a draft, in reading order."""
    core = [one for one in reading.statements if one.core]
    rest = [one for one in reading.statements if not one.core]
    blocks = [*answer(reading), _statements("statements", "What is told", core)]
    if reading.draft.assumed:
        blocks.append(_assumed(reading))
    if reading.edited.missed:
        blocks.append(_missed(reading))
    folded = [_statements("claims", "Claims and scene-setting", rest)] if rest else []
    if reading.draft.left_out:
        folded.append(_left_out(reading))
    if reading.claims.rejected:
        folded.append(_rejected(reading))
    if folded:
        blocks.append(Fold("What enters no scenario", tuple(folded)))
    return Document(
        kind="reading",
        title=_clean(reading.body.title or reading.name),
        eyebrow=f"What {reading.name} says, seen from {reading.day}",
        sections=(Section("reading", "Statements", tuple(blocks)),),
    )


def answer(reading: Reading) -> list[Sentence]:
    """Return what came of it, and what edits and a language model had to do with it."""
    return [*_draft(reading), *_edits(reading), *_model(reading)]


def _edits(reading: Reading) -> list[Sentence]:
    done, missed = len(reading.edited.applied), len(reading.edited.missed)
    said = []
    if done:
        was = "was" if done == 1 else "were"
        said.append(Sentence(f"{counted(done, 'edit', 'edits').capitalize()} {was} replayed."))
    if missed:
        found = counted(missed, "edit", "edits").capitalize()
        said.append(Sentence(f"{found} found nothing to change: the text or its reading is "
                             "another now."))  # fmt: skip
    return said


def _model(reading: Reading) -> list[Sentence]:
    claims = reading.claims
    if not claims.model:
        return []
    more = counted(len(claims.statements), "statement", "statements")
    out = counted(len(claims.rejected), "claim", "claims")
    return [Sentence(f"The model {_clean(claims.model)} added {more}; {out} of it did not stand.")]


def _draft(reading: Reading) -> list[Sentence]:
    core = [one for one in reading.statements if one.core]
    told = counted(len(core), "statement", "statements")
    if not reading.draft.text:
        return [Sentence(f"{told} that could enter a scenario.".capitalize()),
                Sentence(f"No scenario was made: {reading.draft.reason}.")]  # fmt: skip
    measures = sum(1 for path in reading.draft.links if path.startswith("measures["))
    assumed = counted(len(reading.draft.assumed), "value", "values")
    made = counted(measures, "measure", "measures")
    first = f"Of {told} that could enter a scenario, a draft with {made} was made."
    second = f"{assumed} of it are not in the text and are assumed: check them first."
    day = [] if reading.day_given else [
        Sentence(f"Dates are told from {reading.day}, found in the text; give --date if it is "
                 "another day.")
    ]  # fmt: skip
    return [Sentence(first[0].upper() + first[1:]), Sentence(second[0].upper() + second[1:]), *day]


def _statements(key: str, title: str, statements: list[Statement]) -> Table:
    columns = (
        Column("id", "", "number of the statement, as the draft names it"),
        Column("sides", "who, to whom", "who acts or speaks, and whom it is aimed at"),
        Column("told", "what", "action and instrument, where it stands, figures, day"),
        Column("quote", "in the text", "the clause"),
    )
    rows = []
    for one in statements:
        cells = row(one)
        sides = str(cells["actor"]) + (f" → {cells['target']}" if one.target else "")
        parts = (cells["act"], cells["modality"], cells["figures"], cells["when"])
        told = ", ".join(str(part) for part in parts if part)
        rows.append({"id": one.id, "sides": sides, "told": told, "quote": cells["quote"]})
    return Table(key, title, columns, tuple(rows))


def row(one: Statement) -> dict[str, str]:
    """Return a statement as cells that people read."""
    rates = [f"{100 * rate:.4g}%" for rate in one.rate]
    values = [_amount(a, unit) for a, unit in one.value]
    when = one.when or ""
    when += f" until {one.until}" if one.until else f" for {one.duration}" if one.duration else ""
    quote = " ".join(one.quote.split())
    return {
        "id": one.id,
        "actor": ", ".join(one.actor),
        "target": ", ".join(one.target),
        "act": f"{one.action} {one.instrument}".replace("_", " "),
        "modality": one.modality.replace("_", " "),
        "figures": "; ".join([*rates, *values, *one.firm, *one.goods]),
        "when": when.strip(),
        "quote": _clean(quote if len(quote) <= 110 else f"{quote[:107]}..."),
    }


def _amount(amount: float, unit: str) -> str:
    for size, name in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if amount >= size:
            return f"{amount / size:.4g}{name} {unit}"
    return f"{amount:.6g} {unit}"


def _clean(text: str) -> str:
    """Return a quotation without characters that no text of ours may hold."""
    return "".join(c for c in printable(text) if c.isprintable() and c not in "\u061c\u200e\u200f")


def _assumed(reading: Reading) -> Table:
    columns = (
        Column("path", "where", "key of the draft"),
        Column("value", "assumed", "value that stands there"),
        Column("reason", "why", "why the text does not decide it"),
    )
    rows = tuple({"path": a.path, "value": _shown(a.value), "reason": _clean(a.reason)}
                 for a in reading.draft.assumed)  # fmt: skip
    return Table("assumed", "What the text does not give", columns, rows)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _missed(reading: Reading) -> Table:
    columns = (
        Column("edit", "", "what was to be done"),
        Column("quote", "in the text", "the words that it was about"),
        Column("reason", "why not", "reason"),
    )
    rows = tuple({"edit": e.do, "quote": _clean(" ".join(e.quote.split()))[:110], "reason": why}
                 for e, why in reading.edited.missed)  # fmt: skip
    return Table("missed", "Edits that found nothing to change", columns, rows)


def _rejected(reading: Reading) -> Table:
    columns = (
        Column("claim", "", "what the model claims"),
        Column("reason", "why it does not stand", "reason"),
    )
    rows = tuple({"claim": _clean(" ".join(r.claim.split()))[:110], "reason": _clean(r.reason)}
                 for r in reading.claims.rejected)  # fmt: skip
    return Table("rejected", "Claimed by the model, not borne out by the text", columns, rows)


def _left_out(reading: Reading) -> Table:
    columns = (
        Column("id", "", "number of the statement"),
        Column("reason", "why it is no measure", "reason"),
    )
    rows = tuple({"id": s, "reason": _clean(why)} for s, why in reading.draft.left_out)
    return Table("left-out", "Told, but no measure of the draft", columns, rows)
