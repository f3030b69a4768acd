"""Pages: one HTML file that needs no network and allows none. Markup is made here alone."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from detente.document.bundle import vega_bundle

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = "detente.document"


def page_html(
    *, title: str, eyebrow: str, summary: str | None, body: str, specs: dict[str, dict[str, Any]]
) -> str:
    """Return a page of sections and charts: one file that asks the network for nothing.

    Parameters
    ----------
    body
        Ready markup.
    specs
        Charts by the name of their place.
    """
    from markupsafe import Markup

    vega, script = vega_bundle(), _read("report.js")
    return environment().get_template("page.html.j2").render(
        policy=_policy(vega, script),
        version=version("detente"),
        title=title,
        eyebrow=eyebrow,
        summary=summary,
        style=Markup(_read("report.css")),
        body=Markup(body),
        charts=Markup(script_json(specs)),
        vega=Markup(vega),
        script=Markup(script),
    )  # fmt: skip


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

    return Environment(
        loader=PackageLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


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
