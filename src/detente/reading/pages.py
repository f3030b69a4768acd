"""Text in pages, as a PDF holds it: heads and feet out, lines put together into paragraphs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from detente.reading.values import Dropped

Piece = tuple[str, int, bool]
"""Characters, where they start in the file, and whether each stands there."""
_EDGE = 2
"""Lines at the top and at the bottom of a page among which its head and foot are."""
_NUMBER = re.compile(
    r"(?:page |p\. ?)?[-–]? ?\d{1,4} ?[-–]?(?: ?(?:/|of) ?\d{1,4})?|https?://\S+(?: \d+/\d+)?", re.I
)
_ITEM = re.compile(r"\s*(?:[-•*·▪–]\s|\(?\d{1,2}[.)]\s|\*\*|#{1,6}\s)")
_ENDED = re.compile(r"[.!?][\"'”’)\]*]*$")
_DAY = re.compile(r"(?:[A-Z][a-z]+ \d{1,2}|\d{1,2} [A-Z][a-z]+),? \d{4}")
_FULL = 0.9
_SPACED = 2
"""Paragraphs with an empty line before them from which a text counts as one that has them."""


@dataclass(frozen=True)
class _Line:
    text: str
    start: int
    page: int
    apart: bool
    """Whether an empty line stands before it."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def read_pages(original: str) -> tuple[list[Piece], tuple[Dropped, ...]]:
    """Return the paragraphs of a text with form feeds, and the lines that belong to its pages."""
    lines = _lines(original)
    odd = _edges(lines)
    kept = [line for k, line in enumerate(lines) if k not in odd]
    dropped = tuple(Dropped((lines[k].start, lines[k].end), "head or foot of a page")
                    for k in sorted(odd))  # fmt: skip
    lengths = sorted(len(line.text) for line in kept)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    # where paragraphs stand apart, a short line ends none
    spaced = sum(line.apart for line in kept) >= _SPACED
    compounds = set(re.findall(r"\b[a-z]+-[a-z]+\b", original))
    pieces: list[Piece] = []
    for line, after in zip(kept, [*kept[1:], None], strict=True):
        if after is None or _parted(line, after, width, spaced=spaced):
            pieces += [(line.text, line.start, True), ("\n\n", line.end, False)]
        elif _broken(line.text, after.text, compounds):
            pieces.append((line.text[:-1], line.start, True))
        else:
            space = "" if re.search(r"\w-$", line.text) and after.text[:1].islower() else " "
            pieces += [(line.text, line.start, True), (space, line.end, False)]
    return pieces, dropped


def _lines(original: str) -> list[_Line]:
    found: list[_Line] = []
    place = 0
    for number, page in enumerate(original.split("\f")):
        apart = False
        for line in page.split("\n"):
            text = line.rstrip()
            if text.strip():
                lead = len(text) - len(text.lstrip())
                found.append(_Line(text[lead:], place + lead, number, apart))
            apart = not text.strip()
            place += len(line) + 1
    return found


def _edges(lines: Sequence[_Line]) -> set[int]:
    """Return the lines that number pages, and those that several pages begin or end with."""
    by_page: dict[int, list[int]] = {}
    for k, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(k)
    edge = {k for held in by_page.values() for k in (*held[:_EDGE], *held[-_EDGE:])}
    pages: dict[str, set[int]] = {}
    for k in edge:
        pages.setdefault(_key(lines[k]), set()).add(lines[k].page)
    return {
        k for k in edge if _NUMBER.fullmatch(lines[k].text) or len(pages[_key(lines[k])]) > 1
    }  # fmt: skip


def _key(line: _Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _parted(line: _Line, after: _Line, width: int, *, spaced: bool) -> bool:
    """Whether a paragraph ends between two lines."""
    if _ITEM.match(after.text) or _DAY.fullmatch(line.text) or _DAY.fullmatch(after.text):
        return True
    # the next word would have stood on this line, were it of the same paragraph
    room = len(line.text) + 1 + len(after.text.split()[0]) < _FULL * width
    ends = room and _ENDED.search(line.text) is not None
    return ends if spaced and line.page != after.page else after.apart or (ends and not spaced)


def _broken(text: str, after: str, compounds: set[str]) -> bool:
    """Whether a word is broken between lines, rather than two words with a hyphen."""
    first = re.search(r"\b([a-z]+)-$", text)
    second = re.match(r"[a-z]+", after)
    if first is None or second is None:
        return False
    return f"{first[1]}-{second[0]}" not in compounds
