"""Economies, firms and goods that a sentence names."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from detente.reading.lexicons import Good, firms, goods, name_pattern, names, outlets
from detente.reading.values import Body, Mention

_PLACE = re.compile(r"\b(?:in|at|near|through|from|left|reached)\s$", re.IGNORECASE)
_MEN = re.compile(r"\b(?:lawmakers|officials|leaders|politicians|diplomats|negotiators) in $",
                  re.IGNORECASE)  # fmt: skip
_FIRM = re.compile(
    r"(?i:\b(?:maker|giant|manufacturer|producer|carrier|retailer|bank|group|miner|steelmaker|"
    r"chipmaker|automaker|planemaker))\s([A-Z][\w&-]+(?: [A-Z][\w&-]+)?)"
)
_GOODS = re.compile(
    r"\b((?:(?!and\b|or\b|of\b|other\b|more\b|on\b|for\b|in\b|the\b|to\b|some\b|"
    r"its\b)[a-z-]+ )?(?:farm|agricultural|industrial|energy|consumer|high-tech|electronic) "
    r"(?:goods|products|commodities))\b"
)
_OFFICES = re.compile(
    r"\s(?:Agency|Department|Ministry|Minister|Secretary|Council|Commission|Bureau|Association|"
    r"Imports|Board)\b|\s(?:maker|giant|makers|transfers?|theft)\b"
)


def find_mentions(text: str, today: date) -> tuple[Mention, ...]:
    """Return the economies that a text names, in its order; people stand for theirs while they
    are in office, capitals where they are no place.
    """  # noqa: D205
    found = []
    for one in name_pattern().finditer(text):
        known = [n for n in names()[one[1]] if n.years is None or _serves(n.years, today)]
        if not known:
            continue
        name = known[0]
        before = text[: one.start()]
        if name.kind == "capital" and _PLACE.search(before[-8:]) and not _MEN.search(before[-24:]):
            continue
        found.append(Mention(name.code, name.kind, one.start(), one.end(), one[0]))
    return tuple(found)


def _serves(years: tuple[int, int], today: date) -> bool:
    return years[0] - 1 <= today.year <= years[1] + 1


def main_parties(body: Body, today: date) -> tuple[str, ...]:
    """Return the economies that a document is about, the most named first."""
    count: Counter[str] = Counter()
    for place, block in enumerate(body.blocks):
        weight = 3 if place == 0 else 1
        for one in find_mentions(block.text, today):
            count[one.code] += weight
    count.pop("WTO", None)
    return tuple(code for code, times in count.most_common(6) if times > 1 or len(count) <= 2)


def speaker_of(body: Body, today: date) -> str | None:
    """Return the economy whose government speaks as "we", if one does."""
    texts = [block.text for block in body.blocks]
    plain = " ".join(re.sub(r'"[^"]*"', " ", text) for text in texts)
    if len(re.findall(r"\b(?:[Ww]e|[Oo]ur)\b", plain)) < 2:
        return None
    count: Counter[str] = Counter()
    for one in find_mentions(plain, today):
        before = plain[max(0, one.start - 12) : one.start]
        weight = 4 if re.search(r"\b(?:[Oo]ur|[Tt]he)\s$", before) and one.kind != "person" else 1
        ahead = plain[one.end : one.end + 20]
        weight += 6 if re.match(r"\s(?:Government|Administration)", ahead) else 0
        count[one.code] += weight
    return count.most_common(1)[0][0] if count else None


def find_firms(text: str) -> tuple[str, ...]:
    """Return firms: known ones, and what follows a word such as maker or giant."""
    found = {}
    for name in firms():
        at = re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)
        if at is not None:
            found[at.start()] = name
    for one in _FIRM.finditer(text):
        if not name_pattern().search(one[1]) and not any(n in one[1] for n in found.values()):
            found[one.start(1)] = one[1]
    rival = r"'s (?:\w+ ){0,3}(?:rival|competitor|supplier|customer)"
    ordered = [n for _, n in sorted(found.items()) if not re.search(re.escape(n) + rival, text)]
    return tuple(n for n in ordered if not any(n != m and n in m for m in ordered))


def find_goods(text: str) -> tuple[str, ...]:
    """Return goods as a text names them, the longest name of each."""
    pattern = _goods_pattern()
    spans: list[tuple[int, int, str]] = []
    for one in (*_GOODS.finditer(text), *pattern.finditer(text)):
        if not any(a < one.end() and one.start() < b for a, b, _ in spans):
            spans.append((one.start(), one.end(), one[0]))
    kept = [word for _, end, word in sorted(spans) if not _OFFICES.match(text[end:])]
    return tuple(dict.fromkeys(kept))


def _goods_pattern() -> re.Pattern[str]:
    global _pattern  # noqa: PLW0603
    if _pattern is None:
        words = sorted(goods(), key=len, reverse=True)
        _pattern = re.compile(
            r"(?<![\w-])(?:" + "|".join(map(re.escape, words)) + r")(?![\w-])", re.IGNORECASE
        )
    return _pattern


_pattern: re.Pattern[str] | None = None


def good_of(word: str) -> Good | None:
    """Return what is known of a good by a word for it, or by its longest known part."""
    small = word.lower()
    if small in goods():
        return goods()[small]
    known = [one for one in goods() if re.search(rf"\b{re.escape(one)}\b", small)]
    return goods()[max(known, key=len)] if known else None


def find_outlet(text: str) -> str | None:
    """Return the paper or agency that a text names first."""
    found = [
        (at.start(), -len(name), name) for name in outlets()
        if (at := re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))
    ]  # fmt: skip
    return min(found)[2] if found else None
