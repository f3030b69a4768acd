"""Sentences, and in them clauses that hold one act each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from detente.reading.values import Body, Clause, Text

_STOP = re.compile(r"[.!?][\"')\]*]*\s+(?=[\"'(\[*•-]*\s*[A-Z0-9$€£])")
_SHORT = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|St|No|Inc|Corp|Co|Ltd|Jr|Sr|vs|Prof|Pres|Art|Sec|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|approx|est|e\.g|i\.e|cf|Reg|[A-Z])"
    r"|\b[A-Z]\.[A-Z])$"
)
_STARTS = re.compile(
    r"[\"'(]*(?:The|It|In|But|He|She|They|This|That|These|Those|On|We|And|If|While|As|At|For|"
    r"Its|Their|Last|Since|After|Mr|Both|However|Meanwhile|Under|With|Washington|Beijing)\b"
)
_VERB = (
    r"(?:is|are|was|were|has|have|had|will|would|could|may|might|can|must|should|said|says|told|"
    r"\w+(?:ed|ized|ised)|froze|met|began|made|took|hit|cut|put|set|broke|rose|fell|gave|held)"
)
_EVENT = (
    r"(?:an?|the) (?:\w+ )?(?:end|initiation|revocation|removal|suspension|reduction|imposition|"
    r"introduction|lifting|withdrawal|elimination|increase|ban|halt|extension|creation)\b"
)
_RATE = r"(?:an? )?(?:\w+ )?\d+(?:\.\d+)?(?: ?%|[- ]per ?cent)[^,;]{0,30}\b(?:tariff|dut|lev|tax)"
_CUTS = re.compile(
    r"; "
    r"|, (?:and |but |while |whereas |although |though |as well as |after |because |since |when )"
    r"|, (?=which |who |whose )"
    r"|(?<=[\w\"']) (?=(?:as well as|after|before|while|whereas|although) \w)"
    rf"|(?:, | and |, and )(?={_EVENT})"
    rf"|,? and (?={_RATE})"
    rf"|,? (?:and|but|or) (?=(?:also |then |reportedly )?{_VERB}\b)"
    r"|,? (?:and|or) (?=to [a-z]+)"
    r"|,? and (?=(?:the |its |their |both )?(?:[A-Z][\w.]+ ){1,3}"
    r"(?:is|are|was|were|has|have|had|will|would)\b)"
    rf"|,? (?:and|or) (?=(?:banning|imposing|raising|cutting|freezing|suspending|lifting|"
    r"removing|blocking|restricting|identifying|buying|lowering)\b)"
    r"|, (?=with \w)"
    r"|(?<=\w) (?=with Chinese |with \w+ \w+ serving )"
    r"|(?<=\.) (?=\w)"
)


def split_clauses(body: Body) -> tuple[Clause, ...]:
    """Part the blocks of an article into sentences and clauses."""
    found: list[Clause] = []
    number = 0
    for place, block in enumerate(body.blocks):
        for start, end in _sentences(block.text):
            whole = block.part(start, end)
            for a, b in _parts(whole.text):
                found.append(Clause(whole.part(a, b), whole, number, place, a))
            number += 1
    return tuple(found)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _STOP.finditer(text):
        before = text[start : found.start()]
        after = text[found.end() :][:30]
        if _SHORT.search(before[-12:]) and text[found.start()] == ".":
            abbreviated = re.search(r"\b[A-Z]\.[A-Z]$", before[-4:]) is not None
            if not (abbreviated and _STARTS.match(after)):
                continue
        yield start, found.start() + len(found[0].rstrip())
        start = found.end()
    if text[start:].strip():
        yield start, len(text)


def _parts(text: str) -> list[tuple[int, int]]:
    """Return where the clauses of a sentence start and end; short scraps stay with the one before.

    Quotes and brackets are not cut inside.
    """
    cuts = [0]
    shut = _shut(text)
    for found in _CUTS.finditer(text):
        if shut[found.start()] or found.end() - cuts[-1] < 18 or len(text) - found.end() < 12:
            continue
        cuts.append(found.end())
    found = []
    for start, end in pairwise([*cuts, len(text)]):
        part = text[start:end]
        stripped = re.sub(r"(?:[\s,;:-]|\b(?:and|but|or|while|whereas)\s*$)+$", "", part)
        found.append((start, start + max(len(stripped), 1)))
    return found


def _shut(text: str) -> list[bool]:
    """Tell for each character whether it stands inside brackets."""
    depth, found = 0, []
    for letter in text:
        depth = max(0, depth + (letter in "([") - (letter in ")]"))
        found.append(depth > 0)
    return found

