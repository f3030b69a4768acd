"""From a text to its statements: the stages in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from detente.errors import InputError, Problem
from detente.notebook import Shown
from detente.reading.body import find_body
from detente.reading.clauses import split_clauses
from detente.reading.dates import document_day
from detente.reading.draft import make_draft
from detente.reading.edits import Edit, Edited, apply_edits, read_edits
from detente.reading.frames import find_statements
from detente.reading.mentions import main_parties, speaker_of
from detente.reading.merge import merge
from detente.reading.model import Ask, Claims, asking, claims_of, endpoint
from detente.reading.pdf import LARGEST as LARGEST_PDF
from detente.reading.source import decode, read_source
from detente.reading.values import Body, Draft, Setting, Statement

_UNEDITED, _UNASKED = Edited(()), Claims()


@dataclass(frozen=True, repr=False)
class Reading(Shown):
    """What an article says.

    Attributes
    ----------
    name
        Of the file, without its ending.
    day
        Day that dates are told from.
    day_given
        Whether the reader gave it, else it was found in the text.
    body
        The article, and what was left out of the page.
    parties
        Economies that it is about, the most named first.
    statements
        In the order of the text.
    draft
        Scenario made from them.
    found
        Statements before edits.
    edited
        What edits did, and those that found nothing to change.
    claims
        What a language model added, and what it claimed that does not stand.
    """

    name: str
    text: str
    day: date
    day_given: bool
    body: Body
    parties: tuple[str, ...]
    statements: tuple[Statement, ...]
    draft: Draft
    found: tuple[Statement, ...] = ()
    edited: Edited = _UNEDITED
    claims: Claims = _UNASKED

    def _brief(self) -> str:
        count = sum(one.core for one in self.statements)
        return f"{self.name}, {self.day}: {len(self.statements)} statements, {count} of measures"

    def to_plain(self) -> dict[str, object]:
        """Return statements and links of the draft as plain data for JSON."""
        return {
            "document": self.name,
            "date": self.day.isoformat(),
            "date_given": self.day_given,
            "title": self.body.title,
            "parties": list(self.parties),
            "body": [list(span) for span in self.body.spans],
            "dropped": [{"span": list(d.span), "reason": d.reason} for d in self.body.dropped],
            "statements": [one.to_plain() for one in self.statements],
            "links": {path: list(ids) for path, ids in self.draft.links.items()},
            "assumptions": [
                {"path": a.path, "value": a.value, "reason": a.reason} for a in self.draft.assumed
            ],
            "offers": [
                {"path": o.path, "ledger": o.entry, "says": o.says} for o in self.draft.offers
            ],
            "left_out": [{"statement": s, "reason": why} for s, why in self.draft.left_out],
            **self._besides(),
            **({"no_scenario": self.draft.reason} if self.draft.reason else {}),
        }

    def _besides(self) -> dict[str, object]:
        """Return what edits and a model did, where there were any."""
        found: dict[str, object] = {}
        if self.edited.applied or self.edited.missed:
            found["edits"] = [{"statement": s, **e.to_plain()} for s, e in self.edited.applied]
            found["edits_missed"] = [
                {**e.to_plain(), "reason": why} for e, why in self.edited.missed
            ]
        if self.claims.model:
            found["model"] = self.claims.model
            found["rejected"] = [
                {"claim": r.claim, "reason": r.reason} for r in self.claims.rejected
            ]
        return found


def read(
    file: str | Path, date: date | str | None = None, *, edits: str | Path | None = None,
    model: str | None = None,
) -> Reading:  # fmt: skip
    """Read an article: who does, threatens, offers, demands or refuses what, and a draft scenario.

    Parameters
    ----------
    file
        Path of a text, Markdown, HTML or PDF file.
    date
        Day of the article, YYYY-MM-DD; the first day named near its top unless given.
    edits
        File of edits that the review page saved.
    model
        Language model that is asked too, where ``DETENTE_MODEL_URL`` says, with the key of
        ``DETENTE_MODEL_KEY``. Without it nothing leaves the machine.

    Raises
    ------
    InputError
        The file cannot be read, or is too large; the date is none; edits are none; the model
        gives no answer. All wrong arguments are named at once.
    """
    day, held, ask = options(date, edits, model)
    text = decode(file_bytes(file), str(file))
    return read_text(text, day, name=Path(file).stem, edits=held, ask=ask, model=model or "")


def file_bytes(file: str | Path) -> bytes:
    """Return what a file holds, up to what is read at most.

    Raises
    ------
    InputError
        It cannot be read.
    """
    try:
        with Path(file).open("rb") as stream:
            return stream.read(LARGEST_PDF + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise InputError(Problem(f"cannot be read: {why}", file)) from error


def options(
    date: date | str | None, edits: str | Path | None, model: str | None
) -> tuple[date | None, tuple[Edit, ...], Ask | None]:  # fmt: skip
    """Check what is given beside a file: its day, edits and a model; name all that is wrong.

    Raises
    ------
    InputError
        Something is wrong.
    """
    from detente.scalars import as_day

    problems: list[Problem] = []
    day, held, ask = None, (), None
    try:
        day = None if date is None else as_day(date, "--date")
    except InputError as error:
        problems += error.problems
    try:
        held = () if edits is None else read_edits(edits)
    except InputError as error:
        problems += error.problems
    try:
        ask = None if model is None else asking(endpoint(model))
    except InputError as error:
        problems += error.problems
    if problems:
        raise InputError(problems)
    return day, held, ask


def read_text(
    text: str, date: date | str | None = None, *, name: str = "text",
    edits: Sequence[Edit] = (), ask: Ask | None = None, model: str = "",
) -> Reading:  # fmt: skip
    """Read a text that is at hand as one (`read`)."""
    from detente.scalars import as_day

    source = read_source(text)
    body = find_body(source)
    given = None if date is None else as_day(date, "--date")
    day = given or source.day or document_day(source.read.text[:3000]) or _today()
    parties = main_parties(body, day)
    setting = Setting(day, parties, speaker_of(body, day))
    told = merge(find_statements(split_clauses(body), setting))
    found = tuple(replace(one, quote=text[one.start : one.end]) for one in told)
    claims = _UNASKED if ask is None else claims_of(ask, model, body, text, day, found)
    if claims.statements:
        kept = (one for one in found if one.id not in claims.replaced)
        found = tuple(sorted((*kept, *claims.statements), key=lambda one: one.start))
    edited = apply_edits(found, edits, text)
    draft = make_draft(edited.statements, title=body.title, day=day, name=name)
    return Reading(name, text, day, given is not None, body, parties, edited.statements, draft,
                   found, edited, claims)  # fmt: skip


def _today() -> date:
    return date.today()
