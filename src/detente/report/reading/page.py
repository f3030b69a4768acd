"""The page to review a reading on: the text with its statements marked, and what each says."""

from __future__ import annotations

from html import escape
from importlib import resources
from itertools import pairwise
from string import Template

from detente.reading.read import Reading
from detente.reading.values import Statement
from detente.report.reading.document import answer, row

_CONTEXT = 400
"""Characters of the page around the article that are shown."""


def review_page(reading: Reading) -> str:
    """Return one offline page: text left with statements marked, cards right."""
    form = (resources.files("detente.report.reading") / "review.html").read_text("utf-8")
    return Template(form).substitute(
        title=escape(reading.body.title or reading.name),
        eyebrow=escape(f"What {reading.name} says, seen from {reading.day}"),
        answer=escape(" ".join(s.text for s in answer(reading))),
        text=_text(reading),
        cards="\n".join(map(_card, reading.statements)) or "<p>None.</p>",
        assumed=_assumed(reading),
    )


def _text(reading: Reading) -> str:
    """Return the text with marks; where statements lie in each other, the inner one is marked."""
    text = reading.text
    spans = reading.body.spans or ((0, min(len(text), _CONTEXT)),)
    first = max(0, spans[0][0] - _CONTEXT)
    last = min(len(text), spans[-1][1] + _CONTEXT)
    edges = {first, last, *(e for span in spans for e in span)}
    edges |= {e for s in reading.statements for e in (s.start, s.end)}
    places = sorted(e for e in edges if first <= e <= last)
    parts = []
    for start, end in pairwise(places):
        around = [s for s in reading.statements if s.start <= start and end <= s.end]
        words = escape(text[start:end])
        if around:
            one = min(around, key=lambda s: s.end - s.start)
            parts.append(_marked(one, words, begins=start == one.start, ends=end == one.end))
        elif any(a <= start and end <= b for a, b in spans):
            parts.append(words)
        else:
            parts.append(f'<span class="out">{words}</span>')
    return "".join(parts)


def _marked(one: Statement, words: str, *, begins: bool, ends: bool) -> str:
    kind = "" if one.core else ' class="rest"'
    place = f' id="t-{one.id}"' if begins else ""
    link = f'<sup><a href="#{one.id}">{one.id}</a></sup>' if ends else ""
    return f"<mark{kind}{place}>{words}</mark>{link}"


def _card(one: Statement) -> str:
    cells = row(one)
    sides = escape(str(cells["actor"])) + (
        f" → {escape(str(cells['target']))}" if one.target else ""
    )
    stands = escape(one.modality.replace("_", " "))
    more = " · ".join(escape(str(v)) for v in (cells["figures"], cells["when"], _voice(one)) if v)
    kind = "" if one.core else ' class="rest"'
    return (
        f'<article id="{one.id}"{kind}><p><a href="#t-{one.id}">{one.id}</a> {sides}</p>'
        f"<p><strong>{escape(str(cells['act']))}</strong>, {stands}</p>"
        f'<p class="quiet">{more}</p></article>'
    )


def _voice(one: Statement) -> str:
    if one.source.kind == "none":
        return ""
    return f"says {one.source.who or one.source.kind}"


def _assumed(reading: Reading) -> str:
    if not reading.draft.assumed:
        return ""
    rows = "".join(
        f"<tr><td>{escape(a.path)}</td><td>{escape(str(a.value))}</td><td>{escape(a.reason)}</td>"
        "</tr>" for a in reading.draft.assumed
    )  # fmt: skip
    return ("<h2>What the text does not give</h2><table><tr><th>where</th><th>assumed</th>"
            f"<th>why</th></tr>{rows}</table>")  # fmt: skip
