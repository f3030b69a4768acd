"""From the bytes of a file to characters to read: encodings, tags, ligatures, soft hyphens."""

from __future__ import annotations

import codecs
import re
import unicodedata
from contextlib import suppress

from detente.errors import InputError, Problem
from detente.reading.html import published, read_html
from detente.reading.pages import read_pages
from detente.reading.pdf import LARGEST as LARGEST_PDF
from detente.reading.pdf import pdf_text
from detente.reading.values import Dropped, Source, Text

LARGEST = 2_000_000
"""Bytes of a text that are read."""
ALLOWED = "text, Markdown, HTML or PDF"
_OTHERS = {
    b"PK\x03\x04": "a Word file or archive", b"\xd0\xcf\x11\xe0": "a Word file",
    b"{\\rtf": "rich text", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture", b"\x1f\x8b": "an archive",
}  # fmt: skip
"""First bytes of files that hold no text as it is."""
_DECLARED = re.compile(rb"(?i)(?:charset|encoding)\s{0,3}=\s{0,3}[\"']?([\w-]{2,20})")
_CODECS = frozenset((
    "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "iso8859-1", "iso8859-2", "iso8859-15",
    "gb2312", "gbk", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "koi8-r", "utf-16",
))  # fmt: skip
_HTML = re.compile(r"<(?:!doctype html|html|head|body|p|div|article|h1)[\s>]", re.IGNORECASE)
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f")
_SAME = {"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
         "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-", "\u2011": "-",
         "\r": "\n", "\u2028": "\n", "\u2029": "\n"}  # fmt: skip


def decode(data: bytes, name: str = "") -> str:
    """Return the text of a file, in whichever of the usual encodings it is; of a PDF its pages.

    Raises
    ------
    InputError
        It is too large, a PDF that cannot be read, or no text.
    """
    pdf = data[:1024].lstrip().startswith(b"%PDF")
    largest = LARGEST_PDF if pdf else LARGEST
    if len(data) > largest:
        size = f"{len(data) / 1e6:.1f} MB"
        message = "too large for an article"
        allowed = f"at most {largest / 1e6:.0f} MB"
        raise InputError(Problem(message, name or None, value=size, allowed=allowed))
    if pdf:
        return pdf_text(data, name)
    for start, kind in _OTHERS.items():
        if data.startswith(start):
            message = f"{kind} cannot be read: save it as text first"
            raise InputError(Problem(message, name or None, allowed=ALLOWED))
    text = _decoded(data)
    if text.count("\0") > len(text) // 10:
        raise InputError(Problem("is no text", name or None, allowed=ALLOWED))
    return text


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    # every second byte is nought in UTF-16 without a mark
    head = data[:1000]
    for codec, at in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(head) > 3 and head[at::2].count(0) > 0.8 * len(head[at::2]) and (
            head[1 - at :: 2].count(0) == 0
        ):  # fmt: skip
            return data.decode(codec, "replace")
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    declared = _DECLARED.search(data[:3000])
    if declared is not None:
        with suppress(LookupError, UnicodeDecodeError):
            codec = codecs.lookup(declared[1].decode("ascii"))
            # codecs such as base64 read no text
            if codec.name in _CODECS:
                return data.decode(codec.name)
    return data.decode("cp1252", "replace")


def read_source(original: str) -> Source:
    """Return the characters of a text that are to be read, each with its place in the text."""
    tagged = len(_HTML.findall(original[:20_000])) >= 2
    dropped: tuple[Dropped, ...] = ()
    if tagged:
        pieces, dropped = read_html(original)
    elif "\f" in original:
        pieces, dropped = read_pages(original)
    else:
        pieces = [(original, 0, True)]
    letters: list[str] = []
    at: list[int] = []
    for piece, start, each in pieces:
        for offset, letter in enumerate(piece):
            for made in _cleaned(letter):
                letters.append(made)
                at.append(start + offset if each else start)
    day = published(original) if tagged else None
    return Source(original, Text("".join(letters), tuple(at)), tagged, dropped, day)


def _cleaned(letter: str) -> str:
    if letter < "\x7f":
        return letter if letter >= " " or letter in "\n\t" else "\n" if letter == "\r" else " "
    if letter in _INVISIBLE:
        return ""
    made = _SAME.get(letter)
    return made if made is not None else unicodedata.normalize("NFKC", letter)
