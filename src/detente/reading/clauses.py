"""Sentences, and in them clauses that hold one act each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from detente.reading.values import Body, Clause

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
    r"froze|met|called|voted|began|made|took|hit|put|broke|rose|fell|gave|held|"
    r"\w+ed (?=the\b|an? |that |to |on |its |their |in |by |for |with |it |new |from |into |[A-Z]|"
    r"\d|\$))"
)
_EVENT = (
    r"(?:an?|the) (?:\w+ )?(?:end|initiation|revocation|removal|suspension|reduction|imposition|"
    r"introduction|lifting|withdrawal|elimination|increase|ban|halt|extension|creation)\b"
)
_RATE = r"(?:an? )?(?:\w+ )?\d+(?:\.\d+)?(?: ?%|[- ]per ?cent)[^,;]{0,30}\b(?:tariff|dut|lev|tax)"
_CUTS = re.compile(
    r"; "
    r"|, (?:but |while |whereas |although |though |as well as |after |because |since |when )"
    r"|, (?=(?:which|who|whose|whereby) "
    r"(?![^,;]{3,90}, (?:will|would|is|are|was|were|has|have|had|may|could|can|said|says|told)\b))"
    r"|, (?=(?:under|by|through|in) which )"
    r"| (?=at a time when )"
    r"| (?=in which (?:it|they) )"
    r"|, (?=(?:excluding|exempting|sparing) )"
    r"|, and (?=the (?:\w+ )?(?:sides|countries|presidents|leaders|ministers) )"
    r"|, (?:and|but) (?=(?:we|they|he|she|it) [a-z]+ )"
    r"| (?=(?:if|unless) (?:the |its )?[A-Z][^,;]{10,100}\d ?(?:%|per ?cent))"
    r"|(?<=statement) (?=saying )"
    r"|,? and (?=(?:\w+ )?(?:export controls?|export restrictions|sanctions|quotas|curbs|a ban|"
    r"port fees|visa bans) (?:on|against) )"
    r"|(?<=[\w\"'%]) (?=(?:as well as|after|before|while|whereas|although) \w)"
    rf"|(?:, | and |, and )(?={_EVENT})"
    rf"|,? and (?={_RATE})"
    rf"|,? (?:and|but|or) (?=(?:also |then |later |reportedly |is |are |on [A-Z][a-z]+day |"
    r"in [A-Z][a-z]+ )?"
    rf"{_VERB})"
    r"|,? and (?=that (?:he|she|it|they|the)\b)"
    r"|,? (?:and|or) (?=(?:raise|cut|lower|impose|ban|lift|remove|suspend|buy|open|restrict|"
    r"limit|end|reduce|increase|double|halve|levy|slap|drop|scrap|extend|halt|stop|block|sue|"
    r"file|place|freeze|withdraw|exempt|introduce|apply|tighten|phase|face|risk|pay|sell|punish|"
    r"sanction|tax|retaliate|resume|repeal|terminate|negotiate|launch|investigate|reopen|"
    r"maintain|retain|match|target|reimpose|re-impose|quit|leave|exempted) )"
    r"|,? (?:and|or) (?=to [a-z]+)"
    r"|,? and (?=(?:the |its |their |both )?(?:[A-Z][\w.]+ ){1,3}"
    r"(?:is|are|was|were|has|have|had|will|would)\b)"
    rf"|,? (?:and|or) (?=(?:banning|imposing|raising|cutting|freezing|suspending|lifting|"
    r"removing|blocking|restricting|identifying|buying|lowering)\b)"
    rf"|, (?:and|but) (?=(?:the )?[A-Z][^,;]{{3,60}}?,? (?:[A-Z][\w ]{{3,30}}, )?{_VERB} )"
    r"|, (?=with \w)"
    r"|(?<=\w) (?=with (?:the |its )?(?:\w+ ){1,4}(?:serving|acting|demanding|pledging|facing) )"
    r"|, and (?=(?:the )?(?:[A-Z][\w.]+ ){1,3}[a-z]+ed\b)"
    r"|, (?=(?:and )?(?:adding|saying|warning|noting|arguing|claiming|stressing|insisting|"
    r"asserting|accusing|describing|vowing|pledging|urging|threatening|demanding|promising|announcing|"
    r"calling) )"
    r"|,? (?:and |before )?(?=(?:rising|increasing|climbing|going up|falling|dropping) (?:up )?to )"
    r"|,? (?=so that )"
    r"|(?<=means) that |(?<=meaning) that "
    r"| since (?=(?:it|they|he|she)\b)"
)
_TOLD = re.compile(
    r"(?:[\w.']+ ){1,6}(?:said|asked|wrote|tweeted|told|warned|added|writes|says|posted|adds)\b"
)
_LIST = re.compile(
    r"\b(?:that|while|as|if|when|after) (?:both )?(?:the )?(?:[A-Z][\w.]+,? ){1,4}and $"
)
"""Names after a word that opens a clause: a list goes on, no clause ends."""
_VERBAL = re.compile(
    r"\b(?:is|are|was|were|be|has|had|have|will|would|could|may|might|can|must|should|said|met|"
    r"to|[a-z]{2,}(?:s|ed|ing|en|ew|ept|old|ut|it|ell|ose|oke|ook|eek|uy|ow|rt|im|an|ay|et|ld))\b"
)
"""A word that may be a verb: names in a list are no clause."""
_LONGEST = 1500
_ITEM = re.compile(r"\s*(?:[-•*·▪]|\(?\d{1,2}[.)])\s")
_AFTER = re.compile(
    r"\b(?:[Aa]lthough|[Tt]hough|[Bb]ecause|[Uu]nless|[Ww]hile|[Ii]f) [^,;\"]{15,}, "
    r"|^(?:Despite|After|Before|By|Besides|While|Without) \w+ing [^,\"]{15,}, "
    r"|^(?:In|While|After|On|As|Since|When) [^\"]{40,}?, "
    r"(?=(?:the )?[A-Za-z. ]{2,60} (?:said|told|wrote|tweeted|warned)\b)"
)


def split_clauses(body: Body) -> tuple[Clause, ...]:
    """Part the blocks of an article into sentences and clauses."""
    found: list[Clause] = []
    number = 0
    for place, block in enumerate(body.blocks):
        heading = _heading(block.text)
        item = _ITEM.match(block.text) is not None
        for start, end in _bounded(_sentences(block.text)):
            whole = block.part(start, end)
            for k, (a, b) in enumerate(_parts(whole.text)):
                words = whole.part(a, b)
                first = k == 0 and start == 0
                found.append(Clause(words, whole, number, place, a, heading, item, first))
            number += 1
    return tuple(found)


def _bounded(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans of sentences, parts of those that no person would write."""
    for start, end in spans:
        for at in range(start, end, _LONGEST):
            yield at, min(at + _LONGEST, end)


def _heading(text: str) -> bool:
    """Whether a block is a headline: no list, no full stop, and not long."""
    return len(text) < 220 and not _ITEM.match(text) and not re.search(r"[.!?:][\"')* ]*$", text)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _STOP.finditer(text):
        before = text[start : found.start()]
        after = text[found.end() :][:30]
        if text[found.start()] in "!?" and '"' in found[0] and _TOLD.match(text[found.end() :]):
            continue  # a question or a cry inside a sentence that says whose it is
        if _SHORT.search(before[-12:]) and text[found.start()] == ".":
            abbreviated = re.search(r"\b[A-Z]\.[A-Z]$|\bon X$", before[-4:]) is not None
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
    places = sorted(found.end() for found in _CUTS.finditer(text))
    places += [found.end() for found in _AFTER.finditer(text)]
    for end in sorted(places):
        before = text[cuts[-1] : end]
        if _LIST.search(before) and not text[end:].startswith("to "):
            continue
        if shut[end - 1] or not _VERBAL.search(before) or len(before) < 18 or len(text) - end < 12:
            continue
        cuts.append(end)
    found = []
    for start, end in pairwise([*cuts, len(text)]):
        part = text[start:end]
        stripped = re.sub(r"(?:[\s,;:-]|\b(?:and|but|or|while|whereas)\s*$)+$", "", part)
        lead = len(stripped) - len(stripped.lstrip(" -*•·#"))
        if len(stripped) - lead > 1:
            found.append((start + lead, start + len(stripped)))
    return found


def _shut(text: str) -> list[bool]:
    """Tell for each character whether it stands inside brackets."""
    depth, found = 0, []
    for letter in text:
        depth = max(0, depth + (letter in "([") - (letter in ")]"))
        found.append(depth > 0)
    return found
