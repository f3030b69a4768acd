"""The JavaScript that draws charts: made once from vl-convert, then kept in the user's cache."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from detente.cache import cache_folder
from detente.errors import DataError
from detente.files import write_bytes

_SNIPPET = "window.vegaEmbed = vegaEmbed;"


def vega_bundle() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script, safe inside a ``<script>`` element.

    Making it takes seconds, reading it back milliseconds. A cached copy that is not whole is made
    again; a cache that cannot be written is no error.
    """
    try:
        path = cache_folder() / f"vega-{version('vl-convert-python')}.js"
    except RuntimeError:  # a user without a home folder has no cache
        return _make()
    return _read(path) or _write(path, _make())


def _make() -> str:
    import vl_convert

    script = vl_convert.javascript_bundle(_SNIPPET).replace("\r\n", "\n")
    # an element ends at its end tag wherever that stands, strings included
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _read(path: Path) -> str:
    with suppress(OSError, UnicodeDecodeError):
        head, _, script = path.read_text(encoding="utf-8").partition("\n")
        if script and head == _seal(script):
            return script
    return ""


def _write(path: Path, script: str) -> str:
    with suppress(DataError):
        write_bytes(path, f"{_seal(script)}\n{script}".encode())
    return script


def _seal(script: str) -> str:
    return f"// sha256 {hashlib.sha256(script.encode()).hexdigest()}"
