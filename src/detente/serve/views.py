"""Pages as HTML: templates of this room, with the macros of documents."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from detente.document import charts, html, pictures
from detente.document.blocks import Chart, Document, Table, walk
from detente.errors import InputError, Problem
from detente.report.reading.page import asset
from detente.serve import world

if TYPE_CHECKING:
    from jinja2 import Environment

STATIC = {
    "serve.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "report.css": "text/css; charset=utf-8",
    "firm.js": "text/javascript; charset=utf-8",
    "read.js": "text/javascript; charset=utf-8",
    "review.js": "text/javascript; charset=utf-8",
    "review.css": "text/css; charset=utf-8",
    "icon.svg": "image/svg+xml",
    "jobs.js": "text/javascript; charset=utf-8",
}
"""Files that pages ask for; nothing else is given out."""
MENU = (
    ("/", "Scenarios"), ("/own", "Your own"), ("/read", "Read"), ("/firm", "A firm cut off"),
    ("/ledger", "Ledger"), ("/data", "Data"), ("/jobs", "Long work"),
)  # fmt: skip


def render(template: str, /, **given: Any) -> str:
    """Return a page, or a part of one."""
    shared = {"version": version("detente"), "menu": MENU, "shades": world.shades()}
    return environment().get_template(template).render(**shared, **given)


@cache
def environment() -> Environment:
    """Return what renders templates: as that of documents, with the templates of this room too."""
    from jinja2 import ChoiceLoader, PackageLoader

    own = html.environment()
    loaders = [PackageLoader("detente.serve"), PackageLoader(html.TEMPLATES)]
    made = own.overlay(loader=ChoiceLoader(loaders))
    made.globals = own.globals | {"map_size": world.size()}
    return made


@cache
def static(name: str) -> bytes:
    """Return a file that pages ask for."""
    if name == "review.js":
        return asset(name).encode()
    if name == "review.css":  # it is written for a page of its own: here for its own part alone
        return f".review-host {{\n{asset(name)}\n}}".encode()
    room = "detente.document" if name == "report.css" else "detente.serve"
    folder = "templates" if name == "report.css" else "static"
    return files(room).joinpath(folder, name).read_bytes()


class Linked(html.Page):
    """A page whose charts are pictures at addresses of their own."""

    def __init__(self, document: Document, address: str, query: str) -> None:
        titles = {key: table.title for key, table in document.tables("page").items()}
        standing = {b.key for b in walk(document.sections) if isinstance(b, Table)}
        super().__init__(document.chooser, titles, standing=standing, pictured=True)
        self._address, self._query = address, query

    def picture(self, chart: Chart) -> str:
        """Return a chart as an image, dark where the reader's page is."""
        from markupsafe import Markup

        source = f"{self._address}/chart/{chart.place}.svg?{self._query}"
        return Markup(
            '<picture><source media="(prefers-color-scheme: dark)" srcset="{}&amp;dark=1">'
            '<img src="{}" alt="{}" loading="lazy"></picture>'
        ).format(source, source, chart.heading)


def document_page(
    document: Document, address: str, query: str, template: str = "document.html.j2", **given: Any
) -> str:
    """Return a document as a page of the server."""
    page = Linked(document, address, query)
    text = render(template, doc=document, page=page, **given)
    # the page's policy allows no styles in markup: its script sets them
    return text.replace(' style="', ' data-style="')


def picture(document: Document, key: str, *, dark: bool) -> bytes:
    """Return a chart of a document as SVG.

    Raises
    ------
    InputError
        The document has no such chart.
    """
    found = {b.place: b for b in walk(document.sections) if isinstance(b, Chart)}
    drawn = charts.spec(found[key], document.chooser) if key in found else None
    if drawn is None:
        raise InputError(Problem("no such chart", key="chart", value=key, allowed=", ".join(found)))
    ink, paper = ("#e3e8ed", "#1a2027") if dark else ("#1b2530", "#ffffff")
    return pictures.svg(drawn, ink, paper).encode()
