"""From a text to its statements: the stages in order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from detente.errors import InputError, Problem
from detente.notebook import Shown
from detente.reading.body import find_body
from detente.reading.clauses import split_clauses
from detente.reading.dates import document_day
from detente.reading.draft import make_draft
from detente.reading.frames import find_statements
from detente.reading.mentions import main_parties, speaker_of
from detente.reading.merge import merge
from detente.reading.source import decode, read_source
from detente.reading.values import Body, Draft, Setting, Statement


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
    """

    name: str
    text: str
    day: date
    day_given: bool
    body: Body
    parties: tuple[str, ...]
    statements: tuple[Statement, ...]
    draft: Draft

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
            "left_out": [{"statement": s, "reason": why} for s, why in self.draft.left_out],
            **({"no_scenario": self.draft.reason} if self.draft.reason else {}),
        }


def read(file: str | Path, date: date | str | None = None) -> Reading:
    """Read an article: who does, threatens, offers, demands or refuses what, and a draft scenario.

    Parameters
    ----------
    file
        Path of a text, Markdown or HTML file.
    date
        Day of the article, YYYY-MM-DD; the first day named near its top unless given.

    Raises
    ------
    InputError
        The file cannot be read, or is too large; the date is none.
    """
    path = Path(file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(f"cannot be read: {error.strerror or error}", path)) from error
    return read_text(decode(data, str(file)), date, name=path.stem)


def read_text(text: str, date: date | str | None = None, *, name: str = "text") -> Reading:
    """Read a text that is at hand as one (`read`)."""
    from detente.scalars import as_day

    source = read_source(text)
    body = find_body(source)
    given = None if date is None else as_day(date, "--date")
    day = given or source.day or document_day(source.read.text[:3000]) or _today()
    parties = main_parties(body, day)
    setting = Setting(day, parties, speaker_of(body, day))
    found = merge(find_statements(split_clauses(body), setting))
    told = tuple(replace(one, quote=text[one.start : one.end]) for one in found)
    draft = make_draft(told, title=body.title, day=day, name=name)
    return Reading(name, text, day, given is not None, body, parties, told, draft)


def _today() -> date:
    return date.today()
