"""Pages: one HTML file that needs no network and allows none. Markup is made here alone."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from detente.document import charts, pictures
from detente.document.blocks import Block, Chart, Chooser, Document, Section, Sentence, Table, walk
from detente.document.bundle import vega_bundle
from detente.document.chart_parts import Spec
from detente.document.glossary import terms_in
from detente.document.layout import grid
from detente.document.numbers import with_unit

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = "detente.document"
TOGETHER = ("Sentence", "Card", "Chart")
"""Blocks that stand together where several follow each other."""


@dataclass
class Page:
    """What a page gathers while its blocks are written.

    Attributes
    ----------
    chooser
        What readers choose between.
    titles
        Of the tables that sentences may link to, by key.
    still
        Whether charts are pictures rather than drawn by the page.
    standing
        Keys of the tables that stand by themselves, or under a chart before.
    specs
        Charts by the name of their place.
    explained
        Words whose meaning stands above already, in the same section or option.
    rests_on
        Lines for a chart that is saved from the page.
    pictured
        Whether charts are pictures though the page is one that folds.
    """

    chooser: Chooser | None = None
    titles: dict[str, str] = field(default_factory=dict)
    still: bool = False
    standing: set[str] = field(default_factory=set)
    specs: dict[str, Spec] = field(default_factory=dict)
    explained: set[str] = field(default_factory=set)
    rests_on: tuple[str, ...] = ()
    pictured: bool = False

    def place(self, chart: Chart) -> str:
        """Return the name of the place of a chart, which is kept; empty where nothing is drawn."""
        drawn = charts.spec(chart, self.chooser, self.rests_on)
        if drawn is None:
            return ""
        self.specs[chart.place] = drawn
        return chart.place

    def stands(self, table: Table) -> bool:
        """Whether a table is shown elsewhere; it is from now on."""
        there = table.key in self.standing
        self.standing.add(table.key)
        return there

    def picture(self, chart: Chart) -> str:
        """Return a chart as markup; a picture takes no colours from around it."""
        from markupsafe import Markup

        drawn = charts.spec(chart, self.chooser)
        return Markup("" if drawn is None else pictures.svg(drawn))

    def links(self, sentences: list[Sentence]) -> dict[str, str]:
        """Return titles of the tables that sentences name, by key."""
        keys = dict.fromkeys(key for one in sentences for key in one.see)
        return {key: self.titles[key] for key in keys if key in self.titles}

    def afresh(self) -> str:
        """Explain words again from here on: readers go straight to a section or an option."""
        self.explained.clear()
        return ""

    def pieces(self, sentence: Sentence) -> list[tuple[str, str]]:
        """Return a sentence in parts: text, and the meaning of a term not explained yet."""
        found, at, text = [], 0, sentence.text
        for start, end, term in terms_in(text, sentence.terms):
            if term.word not in self.explained:
                self.explained.add(term.word)
                found += [(text[at:start], ""), (text[start:end], term.meaning)]
                at = end
        return [part for part in (*found, (text[at:], "")) if part[0]]


def page(document: Document) -> str:
    """Return a document as a page: one file that asks the network for nothing."""
    from markupsafe import Markup

    gathered = _gather(document)
    body = _macros().document(document, gathered)
    vega, script = vega_bundle(), _read("report.js")
    return (
        environment()
        .get_template("page.html.j2")
        .render(
            policy=Markup(_policy(vega, script)),
            version=version("detente"),
            title=document.title,
            eyebrow=document.eyebrow,
            summary=document.summary,
            style=Markup(_read("report.css")),
            body=body,
            charts=Markup(script_json(gathered.specs)),
            vega=Markup(vega),
            script=Markup(script),
        )
    )


def section(block: Section, specs: dict[str, Spec], chooser: Chooser | None = None) -> str:
    """Return a section as markup, and add its charts to ``specs``; nothing where it is empty."""
    if "page" not in block.on or not block.blocks:
        return ""
    return str(_macros().section(block, Page(chooser, specs=specs), False))


def fragment(block: Any) -> str:
    """Return a block for a notebook: markup with its own style, charts as pictures."""
    from markupsafe import Markup

    inner = block.sections if isinstance(block, Document) else (block,)
    gathered = _gather(block) if isinstance(block, Document) else Page()
    gathered.still = True
    return str(_macros().fragment(Markup(_read("notebook.css")), inner, gathered))


def _gather(document: Document) -> Page:
    titles = {key: table.title for key, table in document.tables("page").items()}
    shown = (section for section in document.sections if "page" in section.on)
    standing = {b.key for b in walk(shown) if isinstance(b, Table) and b.key in titles}
    return Page(document.chooser, titles, standing=standing, rests_on=pictures.rests_on(document))


def groups(blocks: Iterable[Block]) -> list[tuple[str, list[Any]]]:
    """Return blocks that a page shows by their kind, those that stand together as one."""
    found: list[tuple[str, list[Any]]] = []
    for block in blocks:
        if isinstance(block, Table | Section) and "page" not in block.on:
            continue
        kind = type(block).__name__
        if found and found[-1][0] == kind and kind in TOGETHER:
            found[-1][1].append(block)
        else:
            found.append((kind, [block]))
    return found


def script_json(data: object) -> str:
    """Return JSON that no HTML parser mistakes for markup, NaN refused."""
    plain = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        plain = plain.replace(char, f"\\u{ord(char):04x}")
    return plain


@cache
def environment() -> Environment:
    """Return what renders templates: every text is escaped, a name that is not there stops it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"grid": grid, "groups": groups, "with_unit": with_unit}
    return made


def _macros() -> Any:
    return environment().get_template("blocks.html.j2").module


@cache
def _read(name: str) -> str:
    return files(TEMPLATES).joinpath("templates", name).read_text("utf-8")


def _policy(*scripts: str) -> str:
    """Return a content security policy: these scripts by their hash, no network, no eval."""
    hashes = (
        "'sha256-" + base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() + "'"
        for s in scripts
    )
    # charts set style attributes on what they draw, hence inline styles
    return (
        f"default-src 'none'; script-src {' '.join(hashes)}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
