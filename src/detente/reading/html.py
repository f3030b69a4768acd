"""From a page of HTML to its text: by structure, with a reason for each part that is left out."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from detente.reading.pages import Piece
from detente.reading.values import Dropped

_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:-]{0,30}+)"
    r"((?:\s(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)?/?|(?:\s[^<>]{0,4000})?/?)>"
    r"|<!--|<[!?][^<>]{0,2000}>"
)
_ENTITY = re.compile(r"&(?:#[xX]?[0-9a-fA-F]{1,8}|[a-zA-Z]\w{1,30});|&#?\w{1,31};")
_RAW = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("script", "style", "textarea", "noscript", "template", "title", "svg")
}
"""Elements whose content is no text of the page, up to their closing tag."""
_REASONS = {
    "nav": "navigation", "footer": "foot of the page", "aside": "beside the article",
    "form": "form", "button": "button", "head": "head of the file", "iframe": "frame",
    "select": "form", "dialog": "dialog", "menu": "navigation", "time": "byline",
}  # fmt: skip
_ROLES = {
    "navigation": "navigation", "complementary": "beside the article", "search": "form",
    "contentinfo": "foot of the page", "dialog": "dialog", "alertdialog": "dialog",
}  # fmt: skip
_WORDS = {
    "cookie notice": "cookie cookies consent gdpr ccpa onetrust",
    "navigation": "nav navbar navigation breadcrumb breadcrumbs menu megamenu pagination skip "
    "topbar masthead toc",
    "beside the article": "sidebar rail widget widgets infobox",
    "other articles": "related recirc recirculation recommended recommendations trending popular "
    "mostread teaser teasers morefrom readmore upnext latest",
    "offer": "promo promotion promotions newsletter newsletters subscribe subscription paywall "
    "offer offers signup upsell membership donate marketing regwall meter",
    "sharing": "share sharing social socials toolbar follow",
    "comments": "comments comment commentlist disqus respond",
    "advertisement": "ad ads advert adverts advertisement advertising sponsored sponsor taboola "
    "outbrain dfp",
    "byline": "byline bylines author authors dateline timestamp pubdate",
    "dialog": "modal popup overlay lightbox",
    "foot of the page": "footer colophon copyright",
    "tags": "tags tag keywords topics",
}  # fmt: skip
_FURNITURE = {word: why for why, words in _WORDS.items() for word in words.split()}
_SMALL = frozenset(("byline", "tags", "sharing"))
"""Reasons that hold for small elements alone: their words are names of whole articles too."""
_LITTLE = 600
_RUN = 80
"""Characters of a run of text from which it counts as prose, wherever it stands."""
_BLOCKS = frozenset((
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table",
    "section", "article", "header", "main", "blockquote", "pre", "figure", "figcaption", "hr",
    "td", "th", "dd", "dt", "body", "html", "caption", "summary", "details", "address",
))  # fmt: skip
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
))  # fmt: skip
_ARTICLE = re.compile(r"\b(?:article|story|entry|post)[-_]*(?:body|content|text)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\s([\w:-]{1,30})(?:\s*=\s*(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]+)))?")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MOST = 0.7
_DAY = r"(\d{4}-\d\d-\d\d)"
_PUBLISHED = (
    re.compile(rf"article:published_time[\"'][^<>]{{0,80}}content=[\"']{_DAY}"),
    re.compile(rf"datePublished[\"']?\s{{0,4}}(?:content=|datetime=|:)\s{{0,4}}[\"']{_DAY}"),
    re.compile(rf"<time[^<>]{{0,200}}datetime=[\"']{_DAY}"),
)


@dataclass(frozen=True)
class _Tag:
    name: str
    shut: bool
    start: int
    end: int
    given: str


def read_html(original: str) -> tuple[list[Piece], tuple[Dropped, ...]]:
    """Return the text of a page, and the parts of it that are left out."""
    tags = list(_tags(original))
    ends = _ends(tags)
    weights = _weights(tags)
    out = _left_out(tags, ends, weights)
    pieces: list[Piece] = []
    dropped: list[Dropped] = []
    place, k = 0, 0
    while k < len(tags):
        tag = tags[k]
        pieces += _words(original, place, tag.start)
        last, why = out.get(k, (k, ""))
        if why:
            dropped.append(Dropped((tag.start, tags[last].end), why))
        if tag.name in _BLOCKS or last > k:
            pieces.append(("\n", tag.start, False))
        place, k = tags[last].end, last + 1
    pieces += _words(original, place, len(original))
    return pieces, tuple(dropped)


def published(original: str) -> date | None:
    """Return the day that a page says it was published on."""
    for pattern in _PUBLISHED:
        found = pattern.search(original[:300_000])
        if found is not None:
            try:
                return date.fromisoformat(found[1])
            except ValueError:
                continue
    return None


def _tags(original: str) -> Iterator[_Tag]:
    """Yield tags in order; comments and what is in scripts and styles is one tag each."""
    place = 0
    endless: set[str] = set()
    while found := _TAG.search(original, place):
        place = found.end()
        if found[0] == "<!--":
            end = original.find("-->", place)
            place = len(original) if end < 0 else end + 3
            yield _Tag("!", True, found.start(), place, "")
        elif found[2] is None:
            yield _Tag("!", True, found.start(), place, "")
        else:
            name = found[2].lower()
            if name in _RAW and not found[1] and not found[3].endswith("/"):
                shut = None if name in endless else _RAW[name].search(original, place)
                if shut is not None:
                    place = shut.end()
                else:
                    endless.add(name)
                yield _Tag("!", True, found.start(), place, "")
            else:
                yield _Tag(name, bool(found[1]), found.start(), place, found[3])


def _ends(tags: Sequence[_Tag]) -> dict[int, int]:
    """Return for each element that is closed its last tag."""
    opened: dict[str, list[int]] = {}
    ends: dict[int, int] = {}
    for k, tag in enumerate(tags):
        if tag.name in _VOID or tag.given.endswith("/") or tag.name == "!":
            continue
        held = opened.setdefault(tag.name, [])
        if not tag.shut:
            if tag.name == "p" and held:
                ends[held.pop()] = k - 1  # a paragraph ends where the next begins
            held.append(k)
        elif held:
            ends[held.pop()] = k
    return ends


def _weights(tags: Sequence[_Tag]) -> list[int]:
    """Return how much prose stands before each tag."""
    total, before, inside = 0, 0, False
    found = []
    for tag in tags:
        size = tag.start - before
        if inside or size > _RUN:
            total += size
        before = tag.end
        found.append(total)
        if tag.name in ("p", "blockquote"):
            inside = not tag.shut
    return [*found, total]


Out = dict[int, tuple[int, str]]
"""First tag of what is left out: its last tag and the reason, none for scripts and comments."""


def _left_out(tags: Sequence[_Tag], ends: dict[int, int], weights: Sequence[int]) -> Out:
    """Return elements that are no article."""
    titles = [k for k, tag in enumerate(tags) if tag.name in ("h1", "main") and not tag.shut]
    out: Out = {}
    k = 0
    while k < len(tags):
        if tags[k].name == "!":
            out[k] = k, ""
        elif k in ends and (why := _reason(tags[k])):
            first = bisect_left(titles, k)
            titled = first < len(titles) and titles[first] <= ends[k]
            size = weights[ends[k]] - weights[k]
            large = size > (_LITTLE if why in _SMALL else _MOST * weights[-1])
            if why in ("navigation", "comments", "head of the file", "hidden") or not (
                titled or large
            ):
                out[k] = ends[k], why
        k = out[k][0] + 1 if k in out else k + 1
    return out | _outside(tags, ends, weights, out)


def _outside(
    tags: Sequence[_Tag], ends: dict[int, int], weights: Sequence[int], out: Out
) -> Out:  # fmt: skip
    """Return what stands before and after the one element that holds most of the prose."""
    net, until = [0], 0
    for k in range(len(tags)):
        until = max(until, out[k][0] if k in out else 0)
        net.append(net[-1] + (weights[k + 1] - weights[k] if k >= until else 0))
    titles = [k for k, tag in enumerate(tags) if tag.name == "h1" and not tag.shut]
    for name in ("article", "main"):
        found = [k for k, tag in enumerate(tags) if tag.name == name and k in ends]
        best = max(found, key=lambda k: (net[ends[k]] - net[k], -k), default=None)
        if best is None or net[ends[best]] - net[best] <= _MOST * net[-1]:
            continue
        if not any(best < k < ends[best] for k in titles):
            continue
        after = ends[best] + 1
        rest = {after: (len(tags) - 1, "outside the article")} if after < len(tags) else {}
        return {0: (best - 1, "outside the article"), **rest} if best else rest
    return {}


def _reason(tag: _Tag) -> str:
    """Return why an element is no part of an article; empty where it may be one."""
    if tag.shut or tag.name in ("html", "body", "main", "h1"):
        return ""
    if tag.name in _REASONS and tag.name != "time":
        return _REASONS[tag.name]
    if not tag.given:
        return ""
    given = {a[1].lower(): a[2] or a[3] or a[4] or "" for a in _ATTRIBUTE.finditer(tag.given)}
    if "hidden" in given or given.get("aria-hidden") == "true" or (
        _HIDDEN.search(given.get("style", ""))
    ):  # fmt: skip
        return "hidden"
    role = _ROLES.get(given.get("role", "").lower())
    if role:
        return role
    names = f"{given.get('class', '')} {given.get('id', '')}"
    if not names.strip() or _ARTICLE.search(names):
        return ""
    # words of names such as site-nav, siteNav and site_nav
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", names[:300])
    return next((_FURNITURE[w.lower()] for w in words if w.lower() in _FURNITURE), "")


def _words(original: str, start: int, end: int) -> Iterator[Piece]:
    """Yield the text between two tags, its entities put in letters."""
    place = start
    for found in _ENTITY.finditer(original, start, end):
        if found.start() > place:
            yield original[place : found.start()].replace("\n", " "), place, True
        yield html.unescape(found[0])[:4], found.start(), False
        place = found.end()
    if end > place:
        yield original[place:end].replace("\n", " "), place, True
