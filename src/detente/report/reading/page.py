"""The page to review a reading on: the text with its statements marked, and what each says.

`review_part` is what another page can embed; `review_page` is that part as a page of its own, which
needs no network and allows none.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from itertools import pairwise
from string import Template
from typing import Any

from detente.errors import CONTROL
from detente.reading.edits import CHOICES, FORMAT, KINDS, Edit, known_codes
from detente.reading.read import Reading
from detente.reading.values import Statement
from detente.report.reading.document import answer, row

_CONTEXT = 400
"""Characters of the page around the article that are shown."""
_STATE = {"accept": "accepted", "change": "changed", "drop": "dropped", "add": "added"}


def file_name(reading: Reading) -> str:
    """Return the name of a reading as files carry it."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", reading.name).strip("-.")[:80] or "article"


@dataclass(frozen=True)
class Part:
    """A review as markup and the data that ``review.js`` takes; both hold no script.

    Attributes
    ----------
    html
        One element of class ``review``.
    data
        Plain data: what can be changed, to what, and what was.
    """

    html: str
    data: dict[str, Any]

    def json(self) -> str:
        """Return the data as text that can stand inside an element ``script``."""
        text = json.dumps(self.data, ensure_ascii=False)
        for letter in "<>&\u2028\u2029":
            text = text.replace(letter, f"\\u{ord(letter):04x}")
        return text


@cache
def asset(name: str) -> str:
    """Return ``review.js`` or ``review.css``."""
    return (resources.files("detente.report.reading") / name).read_text("utf-8")


def review_page(reading: Reading) -> str:
    """Return one offline page: text left with statements marked, cards right."""
    part = review_part(reading)
    script, style = asset("review.js"), asset("review.css")
    # a placeholder is filled once: what is filled in is not looked at again
    return Template(asset("review.html")).substitute(
        title=escape(reading.body.title or reading.name),
        eyebrow=escape(f"What {reading.name} says, seen from {reading.day}"),
        answer=escape(" ".join(s.text for s in answer(reading))),
        policy=f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'",
        style=style, script=script, part=part.html, data=part.json(), assumed=_assumed(reading),
    )  # fmt: skip


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def review_part(reading: Reading) -> Part:
    """Return the review of a reading, for a page of its own or inside another."""
    edits = dict(reading.edited.applied)
    after = {one.id: one for one in reading.statements}
    added = [s for s in reading.statements if s.id in edits and edits[s.id].do == "add"]
    every = sorted((*reading.found, *added), key=lambda s: s.start)
    shown = [after.get(one.id, one) for one in every]
    cards = "\n".join(_card(one, edits.get(one.id)) for one in shown) or "<p>None.</p>"
    html = Template(asset("part.html")).substitute(
        text=_text(reading, shown, edits), cards=cards, missed=_missed(reading),
        rejected=_rejected(reading),
    )  # fmt: skip
    return Part(html, {
        "format": FORMAT,
        "document": reading.name,
        "file": file_name(reading),
        "date": reading.day.isoformat(),
        "statements": [one.to_plain() for one in every],
        "edits": {name: edit.to_plain() for name, edit in edits.items()},
        "choices": {**{key: list(held) for key, held in CHOICES.items()}, "kind": list(KINDS)},
        "codes": sorted(known_codes()),
    })  # fmt: skip


def _text(reading: Reading, shown: list[Statement], edits: dict[str, Edit]) -> str:
    """Return the text with marks; where statements lie in each other, the inner one is marked."""
    text = reading.text
    spans = reading.body.spans or ((0, min(len(text), _CONTEXT)),)
    first = max(0, spans[0][0] - _CONTEXT)
    last = min(len(text), spans[-1][1] + _CONTEXT)
    edges = {first, last, *(e for span in spans for e in span)}
    edges |= {e for s in shown for e in (s.start, s.end)}
    places = sorted(e for e in edges if first <= e <= last)
    parts = []
    for start, end in pairwise(places):
        around = [s for s in shown if s.start <= start and end <= s.end]
        words = _letters(text[start:end])
        if around:
            one = min(around, key=lambda s: s.end - s.start)
            edit = edits.get(one.id)
            parts.append(_marked(one, words, start, begins=start == one.start,
                                 ends=end == one.end, dropped=edit is not None
                                 and edit.do == "drop"))  # fmt: skip
        elif any(a <= start and end <= b for a, b in spans):
            parts.append(f'<span data-at="{start}">{words}</span>')
        else:
            parts.append(f'<span data-at="{start}" class="out">{words}</span>')
    return "".join(parts)


def _letters(text: str) -> str:
    """Escape text so that a browser counts its characters as the file has them."""
    safe = CONTROL.sub(lambda found: found[0] if found[0] == "\r" else "\ufffd", text)
    return escape(safe).replace("\r", "&#13;")


def _marked(
    one: Statement, words: str, start: int, *, begins: bool, ends: bool, dropped: bool
) -> str:  # fmt: skip
    kinds = " ".join(k for k, on in (("rest", not one.core), ("dropped", dropped)) if on)
    kind = f' class="{kinds}"' if kinds else ""
    place = f' id="t-{one.id}"' if begins else ""
    link = f'<sup><a href="#{one.id}">{one.id}</a></sup>' if ends else ""
    return f'<mark{kind}{place} data-at="{start}" data-of="{one.id}">{words}</mark>{link}'


def _card(one: Statement, edit: Edit | None) -> str:
    cells = row(one)
    to = f" → {escape(cells['target'])}" if one.target else ""
    more = " · ".join(escape(v) for v in (cells["figures"], cells["when"], _voice(one)) if v)
    state = _STATE[edit.do] if edit else ""
    kind = "" if one.core else ' class="rest"'
    return (
        f'<article id="{one.id}"{kind} tabindex="0" data-state="{state}" '
        f'aria-label="Statement {one.id}">'
        f'<p><a href="#t-{one.id}">{one.id}</a> <span class="sides">{escape(cells["actor"])}{to}'
        f'</span> <em class="state">{state}</em></p>'
        f'<p><strong class="act">{escape(cells["act"])}</strong>, '
        f'<span class="stands">{escape(cells["modality"])}</span></p>'
        f'<p class="quiet quote">“{_letters(cells["quote"])}”</p>'
        f'<p class="quiet more">{more}</p></article>'
    )


def _voice(one: Statement) -> str:
    if one.source.kind == "none":
        return ""
    return f"says {one.source.who or one.source.kind}"


def _missed(reading: Reading) -> str:
    rows = [(f"{e.do}: {_brief(e.quote)}", why) for e, why in reading.edited.missed]
    return _listed("Edits that found nothing to change", "edit", rows)


def _rejected(reading: Reading) -> str:
    rows = [(_brief(one.claim), one.reason) for one in reading.claims.rejected]
    return _listed("What the language model claims and the text does not bear out", "claim", rows)


def _brief(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 140 else f"{words[:137]}..."


def _listed(title: str, head: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    body = "".join(f"<tr><td>{_letters(a)}</td><td>{_letters(b)}</td></tr>" for a, b in rows)
    return f"<h2>{title}</h2><table><tr><th>{head}</th><th>why</th></tr>{body}</table>"


def _assumed(reading: Reading) -> str:
    if not reading.draft.assumed:
        return ""
    rows = "".join(
        f"<tr><td>{escape(a.path)}</td><td>{escape(str(a.value))}</td><td>{escape(a.reason)}</td>"
        "</tr>" for a in reading.draft.assumed
    )  # fmt: skip
    return ("<h2>What the text does not give</h2><table><tr><th>where</th><th>assumed</th>"
            f"<th>why</th></tr>{rows}</table>")  # fmt: skip
