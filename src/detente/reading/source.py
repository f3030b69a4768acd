"""From the bytes of a file to characters to read: encodings, tags, ligatures, soft hyphens."""

from __future__ import annotations

import html
import re
import unicodedata

from detente.errors import InputError, Problem
from detente.reading.values import Source, Text

LARGEST = 2_000_000
"""Bytes of a file that are read."""
_SKIPPED = frozenset((
    "script", "style", "noscript", "nav", "footer", "aside", "form", "svg", "button", "head",
    "iframe", "select", "template",
))  # fmt: skip
_BLOCKS = frozenset((
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table",
    "section", "article", "header", "main", "blockquote", "pre", "figure", "figcaption", "hr",
    "td", "th", "dd", "dt", "body", "html", "title",
))  # fmt: skip
_TOKEN = re.compile(
    r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:\s[^<>]{0,4000})?)/?>|&#?\w{1,31};|<![^<>]{0,300}>"
)
_HTML = re.compile(r"<(?:!doctype html|html|head|body|p|div|article|h1)[\s>]", re.IGNORECASE)
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")
_SAME = {"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
         "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-", "\u2011": "-",
         "\r": "\n", "\u2028": "\n", "\u2029": "\n"}  # fmt: skip


def decode(data: bytes, name: str = "") -> str:
    """Return the text of a file, in whichever of the usual encodings it is.

    Raises
    ------
    InputError
        It is too large, a PDF, or no text.
    """
    if len(data) > LARGEST:
        size = f"{len(data) / 1e6:.1f} MB"
        message = "too large for an article"
        allowed = f"at most {LARGEST / 1e6:.0f} MB"
        raise InputError(Problem(message, name or None, value=size, allowed=allowed))
    if data.startswith(b"%PDF"):
        message = "a PDF cannot be read: save it as text first"
        raise InputError(Problem(message, name or None, allowed="text, Markdown or HTML"))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_source(original: str) -> Source:
    """Return the characters of a text that are to be read, each with its place in the text."""
    tagged = len(_HTML.findall(original[:20_000])) >= 2
    pieces = _without_tags(original) if tagged else [(original, 0, True)]
    letters: list[str] = []
    at: list[int] = []
    for piece, start, each in pieces:
        for offset, letter in enumerate(piece):
            for made in _cleaned(letter):
                letters.append(made)
                at.append(start + offset if each else start)
    return Source(original, Text("".join(letters), tuple(at)), tagged)


def _cleaned(letter: str) -> str:
    if letter < "\x7f":
        return letter if letter >= " " or letter in "\n\t" else "\n" if letter == "\r" else " "
    if letter in _INVISIBLE:
        return ""
    made = _SAME.get(letter)
    return made if made is not None else unicodedata.normalize("NFKC", letter)


def _without_tags(original: str) -> list[tuple[str, int, bool]]:
    """Return pieces of text, where each starts, and whether its characters stand in the file."""
    pieces: list[tuple[str, int, bool]] = []
    place, skipping, depth = 0, "", 0
    while found := _TOKEN.search(original, place):
        if not skipping and found.start() > place:
            pieces.append((original[place : found.start()].replace("\n", " "), place, True))
        place = found.end()
        name = (found[2] or "").lower()
        if found[0] == "<!--":
            end = original.find("-->", place)
            place = len(original) if end < 0 else end + 3
        elif skipping:
            depth += (name == skipping) * (-1 if found[1] else 1)
            skipping = skipping if depth > 0 else ""
        elif name in _SKIPPED and not found[1]:
            skipping, depth = name, 1
        elif name in _BLOCKS:
            pieces.append(("\n", found.start(), False))
        elif found[0].startswith("&"):
            pieces.append((html.unescape(found[0])[:4], found.start(), False))
    if not skipping:
        pieces.append((original[place:], place, True))
    return pieces
