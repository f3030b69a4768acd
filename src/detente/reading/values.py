"""What reading passes from stage to stage, as frozen values.

Every span counts characters of the file as it was given, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Span = tuple[int, int]


@dataclass(frozen=True)
class Text:
    """Characters to read, each with where it stands in the file.

    Attributes
    ----------
    text
        Cleaned: no tags, no soft hyphens, ligatures taken apart.
    at
        Place in the file of each character ``(character,)``.
    """

    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """Return where characters stand in the file."""
        return self.at[start], self.at[end - 1] + 1

    def part(self, start: int, end: int) -> Text:
        """Return some of its characters."""
        return Text(self.text[start:end], self.at[start:end])


@dataclass(frozen=True)
class Dropped:
    """Lines of the page that are no article, and why."""

    span: Span
    reason: str


@dataclass(frozen=True)
class Source:
    """A file as given, its characters to read, what of a page is not, and the day that it names."""

    original: str
    read: Text
    html: bool = False
    dropped: tuple[Dropped, ...] = ()
    day: date | None = None


@dataclass(frozen=True)
class Body:
    """The article: blocks of running text, where they stand, and what was left out."""

    blocks: tuple[Text, ...]
    spans: tuple[Span, ...]
    dropped: tuple[Dropped, ...]
    title: str = ""


@dataclass(frozen=True)
class Clause:
    """Words that hold one act, inside a sentence; ``sentence`` counts through the document.

    ``heading``: no running text. ``item``: of a list. ``first``: begins its sentence or line.
    """

    words: Text
    whole: Text
    sentence: int
    block: int
    start: int
    heading: bool = False
    item: bool = False
    first: bool = True


@dataclass(frozen=True)
class Mention:
    """An economy named in a text, by which sort of word, at characters of a sentence."""

    code: str
    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Voice:
    """Who says so: ``named``, ``anonymous``, ``media`` or ``none``."""

    kind: str = "none"
    who: str | None = None


@dataclass(frozen=True)
class Statement:
    """One thing that one side did, does, threatens, offers, demands, refuses or claims.

    Attributes
    ----------
    rate
        Fractions: 0.25 is 25 per cent.
    value
        Amounts with their unit: a currency, tonnes, barrels, pieces.
    when, until
        Day, month or year of the act, and its last; ISO, as exact as the text is.
    duration
        ISO 8601, such as ``P90D``.
    core
        Whether it would enter a scenario.
    """

    id: str
    start: int
    end: int
    quote: str
    actor: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    action: str = "state"
    instrument: str = "none"
    modality: str = "asserted"
    goods: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()
    rate: tuple[float, ...] = ()
    value: tuple[tuple[float, str], ...] = ()
    when: str | None = None
    until: str | None = None
    duration: str | None = None
    source: Voice = Voice()
    core: bool = True

    def to_plain(self) -> dict[str, object]:
        """Return it as plain data for JSON."""
        return {
            "id": self.id, "start": self.start, "end": self.end, "quote": self.quote,
            "core": self.core, "actor": list(self.actor), "target": list(self.target),
            "action": self.action, "instrument": self.instrument, "modality": self.modality,
            "goods": list(self.goods), "firm": list(self.firm), "rate": list(self.rate),
            "value": [list(v) for v in self.value], "date": self.when, "until": self.until,
            "duration": self.duration,
            "source": {"kind": self.source.kind, "who": self.source.who},
        }  # fmt: skip


@dataclass(frozen=True)
class Assumed:
    """A value of a draft that the text does not give."""

    path: str
    value: object
    reason: str


@dataclass(frozen=True)
class Offer:
    """An entry of the ledger that may be what a part of a draft tells of."""

    path: str
    entry: str
    says: str


@dataclass(frozen=True)
class Draft:
    """A scenario made from statements.

    Attributes
    ----------
    text
        YAML; empty where there is none.
    links
        Path in the YAML to ids of statements.
    assumed
        What the text does not give.
    left_out
        What became no part of it: statement and reason.
    reason
        Why there is none.
    offers
        What the ledger has on the day of the text that may be meant; used only by hand.
    """

    text: str = ""
    links: dict[str, tuple[str, ...]] = field(default_factory=dict)
    assumed: tuple[Assumed, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Setting:
    """What rules know of a document besides the sentence at hand."""

    day: date
    parties: tuple[str, ...]
    speaker: str | None = None
