"""The article without the page around it."""

from __future__ import annotations

import re

from detente.reading.lexicons import furniture
from detente.reading.values import Body, Dropped, Source, Text

LONGEST = 150_000
"""Characters of an article that are read."""
_WRAPPED = range(45, 101)
_ENDED = re.compile(r"[.!?:][\"')\]*]*\s*(?:\(\w+\))?$")
_ITEM = re.compile(r"\s*(?:[-•*·▪]|\d{1,2}[.)])\s|\s*\*\*|\s*#{1,6}\s")
_WORDS = re.compile(r"[A-Za-z][A-Za-z'.-]*")
_GLUED = re.compile(r"[a-z][A-Z]")


def find_body(source: Source) -> Body:
    """Find the article on a page: from its title to its last sentence.

    Headings before the first paragraph belong to it, lines of menus and what follows a closing
    line (sources, contacts, offers) do not.
    """
    blocks = _blocks(source.read)
    kinds = [_kind(text.text.strip()) for text in blocks]
    prose = [k for k, kind in enumerate(kinds) if kind == "prose"]
    if not prose:
        return Body((), (), _all(source, [Dropped(_span(b), "no sentence") for b in blocks]))
    first = prose[0]
    # menus of a page of HTML are gone already: its title may stand further up
    passed = ("heading", "odd", "drop") if source.html else ("heading",)
    while first > 0 and kinds[first - 1] in passed:
        first -= 1
    while kinds[first] in ("odd", "drop"):
        first += 1
    ends = next((k for k in range(prose[0], len(kinds)) if kinds[k] == "end"), len(kinds))
    last = max(k for k in prose if k < ends)
    kept, dropped = [], []
    for k, block in enumerate(blocks):
        inside = first <= k <= last
        if inside and kinds[k] in ("prose", "heading"):
            kept.append(block)
        else:
            dropped.append(Dropped(_span(block), _reason(kinds[k], before=k < first)))
    heads = [b.text.strip() for k, b in enumerate(blocks) if first <= k <= prose[0]]
    title = next((h for h in heads if len(h.split()) >= 4), heads[0])
    return Body(
        tuple(map(_joined, _bounded(kept))), _spans(kept, source), _all(source, dropped), title
    )


def _all(source: Source, dropped: list[Dropped]) -> tuple[Dropped, ...]:
    """Return what was left out of the page and of its text, in their order."""
    return tuple(sorted((*source.dropped, *dropped), key=lambda one: one.span))


def _bounded(blocks: list[Text]) -> list[Text]:
    kept, size = [], 0
    for block in blocks:
        size += len(block.text)
        if size > LONGEST:
            break
        kept.append(block)
    return kept


def _reason(kind: str, *, before: bool) -> str:
    if kind == "drop":
        return "line of a page"
    if kind == "odd":
        return "no words"
    return "before the article" if before else "after the article"


def _kind(line: str) -> str:
    ends, drops = furniture()
    plain = " ".join(line.strip(" *#_-•\t").split()).lower()
    if (len(plain) <= 160 and ends.fullmatch(plain)) or line in ("\\###", "###", "# # #"):
        return "end"
    if len(plain) <= 260 and (drops.fullmatch(plain) or _menu(line)):
        return "drop"
    words = _WORDS.findall(line)
    letters = sum(len(word) for word in words)
    if letters < 0.55 * len(line.replace(" ", "")) or not any(len(w) > 2 for w in words):
        return "odd"
    if len(_GLUED.findall(line)) > max(2, len(words) // 6) or "{{" in line:
        return "drop"
    sentence = re.search(r"[.!?][\"')\]*]*(?:\s|$)", line) is not None
    return "prose" if len(words) >= 9 and (sentence or len(words) >= 25) else "heading"


def _menu(line: str) -> bool:
    """Whether a line is a path through a site, such as HOME > WORLD > ASIA."""
    return len(line) < 90 and len(re.findall(r" [>»/] ", line)) >= 1 and not line.endswith(".")


def _blocks(read: Text) -> list[Text]:
    """Part a text into paragraphs: lines, put together where they were wrapped."""
    found: list[Text] = []
    start, place, before = None, 0, ""
    lengths = sorted(len(line) for line in read.text.split("\n") if line.strip())
    narrow = bool(lengths) and lengths[len(lengths) * 19 // 20] < _WRAPPED.stop + 10
    for line in read.text.split("\n"):
        end = place + len(line)
        empty = not line.strip()
        wrapped = narrow and len(before) in _WRAPPED and not _ITEM.match(line)
        if start is not None and (empty or not wrapped):
            found.append(_trimmed(read, start, place - 1))
            start = None
        if not empty and start is None:
            start = place
        before = "" if empty else line.rstrip()
        place = end + 1
    if start is not None:
        found.append(_trimmed(read, start, len(read.text)))
    return found


def _trimmed(read: Text, start: int, end: int) -> Text:
    text = read.text[start:end]
    left = len(text) - len(text.lstrip())
    return read.part(start + left, start + len(text.rstrip()))


def _joined(block: Text) -> Text:
    """Put runs of white space into one space each."""
    letters, at, space = [], [], True
    for letter, place in zip(block.text, block.at, strict=True):
        blank = letter.isspace()
        if not (blank and space):
            letters.append(" " if blank else letter)
            at.append(place)
        space = blank
    return Text("".join(letters), tuple(at))


def _span(block: Text) -> tuple[int, int]:
    return block.span(0, len(block.text))


def _spans(kept: list[Text], source: Source) -> tuple[tuple[int, int], ...]:
    """Return spans of the blocks; neighbours with nothing but space between are one."""
    spans: list[tuple[int, int]] = []
    for start, end in map(_span, kept):
        if spans and not source.original[spans[-1][1] : start].strip():
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)
